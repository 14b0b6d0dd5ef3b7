//! One neuron of a population under test currents: f-I curve, response to a step, intervals under noise, phase plane.

mod plots;

use super::projection_choice::one_of;
use crate::gui::export::tables;
use crate::gui::paint::numbers::{fixed, short};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::state::choices::TestPlot;
use crate::gui::theme;
use crate::model::NetworkSpec;
use crate::session::{Aspect, Characterised, Snapshot, Subject};
use egui::{Align2, Rect, Ui, vec2};

/// View "Characterise".
pub(super) struct Characterise;

/// Smallest size of the free area in points in which all plots are drawn side by side.
const GRID: egui::Vec2 = vec2(560.0, 320.0);
/// Height of the row of controls in points, with its gap.
const ROW: f32 = 32.0;
/// Height of the sentence below it.
const SENTENCE: f32 = 20.0;
/// Width of the choice of the population.
const CHOICE: f32 = 150.0;

impl Panel for Characterise {
    fn id(&self) -> &'static str {
        "characterise"
    }

    fn title(&self) -> &'static str {
        "Characterise"
    }

    fn tab(&self) -> &'static str {
        "Neuron"
    }

    fn help(&self) -> &'static str {
        "What one neuron of the chosen population does alone, without its synapses: its rate over the constant current, its response \
         to a step of current, the intervals between its spikes under a fluctuating current, and for models of two variables the \
         phase plane. It is simulated beside the run with the present parameters: move a slider, and all plots follow; grey curves \
         are of earlier parameters. The dashed vertical line of the f–I curve is the current at which rest is lost, in closed form. \
         In the phase plane the fixed points are where the nullclines meet, filled if stable."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Currents]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some(view) = shown(cx.snapshot) else { return Default::default() };
        let unit = view.subject.unit();
        let rheobase = view.curve.as_ref().and_then(|curve| curve.rheobase);
        let right = rheobase.map_or_else(String::new, |rheobase| format!("rheobase {} {unit}", short(rheobase)));
        (format!("{} · {}", view.subject.population, view.subject.model.name()), right)
    }

    fn table(&self) -> Table {
        table
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let room = ui.available_size();
        let whole = ui.available_rect_before_wrap();
        let grid = room.x >= GRID.x && room.y >= GRID.y;
        let mut top = whole.top();
        if !theme::is_figure(ui.ctx()) && room.y > 110.0 {
            controls(ui, grid, cx);
            top += ROW;
        }
        let Some(told) = cx.snapshot.characterised.clone() else {
            return text::calm_sentence(ui, cx.palette, "A neuron is simulated under test currents; its curves appear here.");
        };
        let view = match &*told {
            Ok(view) => view,
            Err(words) => return text::calm_sentence(ui, cx.palette, &format!("{words}.")),
        };
        if room.y > 200.0 {
            let words = format!("Step of {} {}: {}", short(view.step.current), view.subject.unit(), view.step.response().words());
            let at = egui::pos2(whole.left() + 4.0, top + 2.0);
            text::line_if_fits(ui.painter(), at, Align2::LEFT_TOP, &words, text::note_font(), cx.palette.dim, whole.width() - 8.0);
            top += SENTENCE;
        }
        let area = Rect::from_min_max(egui::pos2(whole.left(), top), whole.max);
        let all = available(cx.snapshot);
        if !grid {
            let plot = Some(cx.ui_state.characterise.plot).filter(|plot| all.contains(plot)).unwrap_or_default();
            return plots::draw(ui, area, plot, view, cx);
        }
        let half = 0.5 * (area.size() - vec2(8.0, 6.0));
        for (index, plot) in all.iter().enumerate() {
            let at = area.min + vec2((index % 2) as f32 * (half.x + 8.0), (index / 2) as f32 * (half.y + 6.0));
            // the last one of three has the width of two
            let wide = index % 2 == 0 && index + 1 == all.len();
            plots::draw(ui, Rect::from_min_size(at, vec2(if wide { area.width() } else { half.x }, half.y)), *plot, view, cx);
        }
    }
}

/// The results, if there are any.
fn shown(snapshot: &Snapshot) -> Option<&Characterised> {
    snapshot.characterised.as_deref()?.as_ref().ok()
}

/// The plots that the model has: of one variable there is no phase plane.
fn available(snapshot: &Snapshot) -> Vec<TestPlot> {
    let plane = shown(snapshot).is_some_and(|view| view.plane.is_ok());
    TestPlot::ALL.into_iter().filter(|plot| *plot != TestPlot::Plane || plane).collect()
}

fn network(snapshot: &Snapshot) -> Option<&NetworkSpec> {
    snapshot.quantities.as_deref().map(|quantities| &*quantities.network)
}

/// The population, and the plot where only one has room.
fn controls(ui: &mut Ui, grid: bool, cx: &mut Context) {
    let names: Vec<String> = network(cx.snapshot).map_or_else(Vec::new, |network| {
        let can_be = network.populations.iter().filter(|population| Subject::can_be(network, &population.name));
        can_be.map(|population| population.name.clone()).collect()
    });
    let known = shown(cx.snapshot).map(|view| view.subject.population.clone());
    let chosen = Some(cx.ui_state.characterise.population.clone()).filter(|name| names.contains(name)).or(known).unwrap_or_default();
    ui.spacing_mut().item_spacing = vec2(6.0, ROW - 26.0);
    ui.horizontal(|ui| {
        let mut left = ui.available_width();
        if names.len() > 1 && left > 2.0 * CHOICE {
            if let Some(name) = one_of(ui, "Population", names.iter().map(String::as_str), &chosen, CHOICE - 20.0) {
                cx.ui_state.characterise.population = name;
            }
            left -= CHOICE + 6.0;
        }
        if !grid {
            let all = available(cx.snapshot);
            let index = all.iter().position(|plot| *plot == cx.ui_state.characterise.plot).or(Some(0));
            let names: Vec<&str> = all.iter().map(|plot| plot.words()).collect();
            if let Some(index) = theme::segments(ui, &names, index, left.max(100.0)) {
                cx.ui_state.characterise.plot = all[index];
            }
        }
    });
}

/// Every curve of every plot.
fn table(snapshot: &Snapshot) -> tables::Bytes {
    let head = ["plot", "curve", "x", "x_unit", "y", "y_unit"];
    let Some(view) = shown(snapshot) else { return tables::table(head, []) };
    let unit = view.subject.unit();
    let mut rows = Vec::new();
    let mut add =
        |plot: &str, curve: &str, (x_unit, y_unit): (&str, &str), points: &mut dyn Iterator<Item = (f64, f64)>| {
            rows.extend(points.filter(|point| point.0.is_finite() && point.1.is_finite()).map(|(x, y)| {
                [plot.to_owned(), curve.to_owned(), tables::number(x), x_unit.to_owned(), tables::number(y), y_unit.to_owned()]
            }));
        };
    if let Some(curve) = &view.curve {
        let points = || curve.points.iter();
        add("f-i", "simulated", (unit, "Hz"), &mut points().map(|point| (point.current, point.rate_hz)));
        add("f-i", "first interval", (unit, "Hz"), &mut points().filter_map(|point| Some((point.current, point.first_hz?))));
        add("f-i", "closed form", (unit, "Hz"), &mut points().filter_map(|point| Some((point.current, point.closed_hz?))));
    }
    add("step", "v", ("ms", "mV"), &mut view.step.potential());
    if let Some((name, of)) = view.step.second_name {
        add("step", name, ("ms", of), &mut view.step.second());
    }
    add("step", "spikes", ("ms", ""), &mut view.step.spikes_ms.iter().map(|ms| (*ms, 1.0)));
    if let Some(noise) = &view.noise {
        add("intervals", "interval", ("", "ms"), &mut (0..).zip(&noise.intervals_ms).map(|(k, ms)| (f64::from(k), *ms)));
    }
    if let Ok(plane) = &*view.plane {
        let (name, of) = plane.second;
        let [without, during] = &plane.v_nullclines;
        add("phase plane", "nullcline of v without current", ("mV", of), &mut without.iter().copied());
        add("phase plane", "nullcline of v during the step", ("mV", of), &mut during.iter().copied());
        add("phase plane", &format!("nullcline of {name}"), ("mV", of), &mut plane.second_nullcline.iter().copied());
        for point in plane.fixed_points.iter().flatten() {
            add("phase plane", point.stability.words(), ("mV", of), &mut std::iter::once((point.v_mv, point.second)));
        }
    }
    tables::table(head, rows)
}

/// The results of a plot in one sentence, for screen readers.
fn summary(plot: TestPlot, view: &Characterised) -> String {
    let (name, unit) = (&view.subject.population, view.subject.unit());
    match plot {
        TestPlot::Curve => match view.curve.as_deref() {
            None => format!("f-I curve of {name}: being computed"),
            Some(curve) => {
                let most = curve.points.iter().map(|point| point.rate_hz).fold(0.0, f64::max);
                let rheobase =
                    curve.rheobase.map_or_else(|| "not in range".to_owned(), |rheobase| format!("{} {unit}", fixed(rheobase, 2)));
                format!("f-I curve of {name}: rheobase {rheobase}, {} currents, up to {} Hz", curve.points.len(), fixed(most, 1))
            }
        },
        TestPlot::Step => {
            format!("Response of {name} to a step of {} {unit}: {}", short(view.step.current), view.step.response().words())
        }
        TestPlot::Intervals => match view.noise.as_deref() {
            None => format!("Intervals of {name} under noise: being computed"),
            Some(noise) => {
                let cv = noise.cv.map_or_else(|| "none".to_owned(), |cv| fixed(cv, 2));
                format!("Intervals of {name} under noise: {} Hz, CV {cv}", fixed(noise.rate_hz, 1))
            }
        },
        TestPlot::Plane => match &*view.plane {
            Err(words) => words.clone(),
            Ok(plane) => {
                let [without, during] = plane.words();
                format!("Phase plane of {name}: without current {without}; during the step {during}")
            }
        },
    }
}
