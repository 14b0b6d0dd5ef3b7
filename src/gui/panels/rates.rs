//! The mean rate of each population of a network that runs freely, over time.

use super::{options, populations};
use crate::gui::export::tables;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::fixed;
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::gui::state::beside::moving_mean;
use crate::session::{Aspect, FreeView, PopulationView, Snapshot};
use egui::{Align2, Sense, Stroke, Ui, pos2};

/// View "Rates".
pub(super) struct Rates;

/// Bins of a moving mean on each side.
const SIDE: usize = 2;

impl Panel for Rates {
    fn id(&self) -> &'static str {
        "rates"
    }

    fn title(&self) -> &'static str {
        "Rates"
    }

    fn help(&self) -> &'static str {
        "The mean rate of each population in Hz per neuron, over the same time as the spikes: a moving mean over 25 ms (five bins). \
         Sources of spikes, whose rate is given, are left out. A flat line is asynchronous activity; peaks are neurons that fire \
         together."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Populations]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        (format!("mean over 25 ms · {}", populations::words(cx.snapshot, cx.ui_state)), "Hz per neuron".to_owned())
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::populations(ui, cx);
    }

    fn table(&self) -> Table {
        |snapshot| table(snapshot, 0)
    }

    fn chosen_table(&self, state: &UiState) -> ChosenTable {
        let state = state.clone();
        Box::new(move |snapshot| table(snapshot, populations::span(snapshot, &state).from.max(0) as u64))
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let snapshot = cx.snapshot;
        let Some(view) = snapshot.free.as_deref().filter(|view| !view.blocks.is_empty()) else {
            text::calm_sentence(ui, cx.palette, "The mean rate of each population is drawn here once the run starts.");
            return;
        };
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        let span = populations::span(snapshot, cx.ui_state);
        let from = span.from.max(0) as u64;
        let curves: Vec<(usize, Vec<(f64, f64)>)> =
            shown(view).map(|index| (index, moving_mean(view, index, from..span.to.max(0) as u64, SIDE))).collect();
        text::label(&response, egui::Role::Image, || summary(view, from));
        let most = curves.iter().flat_map(|(_, points)| points.iter().map(|point| point.1)).fold(0.0, f64::max);
        let ms = (span.to - span.from) as f64 * snapshot.dt_ms;
        let (per_unit, unit) = if ms > 2000.0 { (1e3, "s") } else { (1.0, "ms") };
        let painter = ui.painter_at(rect);
        let x = Axis::new((-ms / per_unit, 0.0), unit);
        let plot = Plot::new(&painter, rect, Some(x), Some(Axis::new((0.0, ceiling((1.05 * most).max(1.0))), "Hz")), cx.palette);
        for (index, points) in &curves {
            let points = points.iter().map(|&(step, hz)| ((step - span.to as f64) * snapshot.dt_ms / per_unit, hz));
            plot.curve(points, Stroke::new(1.4, populations::colour(view, *index, &cx.ui_state.colours, cx.palette)));
        }
        let mut left = plot.area.left() + 6.0;
        for (index, _) in curves.iter().filter(|_| plot.area.height() > 50.0) {
            let words = &view.populations[*index].name;
            plot.name(
                pos2(left, plot.area.top()),
                Align2::LEFT_TOP,
                words,
                populations::colour(view, *index, &cx.ui_state.colours, cx.palette),
                cx.palette,
            );
            left += text::width(&painter, words, &text::note_font()) + 14.0;
        }
        if let Some((ago, _)) = plot.hover(&response, cx.palette) {
            let step = span.to as f64 + ago * per_unit / snapshot.dt_ms;
            let mut lines = vec![format!("{} {unit}", fixed(ago, 2))];
            lines.extend(curves.iter().filter_map(|(index, points)| {
                let near = points.iter().min_by(|a, b| (a.0 - step).abs().total_cmp(&(b.0 - step).abs()))?;
                Some(format!("{}: {} Hz", view.populations[*index].name, fixed(near.1, 1)))
            }));
            response.on_hover_text_at_pointer(lines.join("\n"));
        }
    }
}

/// The populations that are drawn: without sources, unless there is nothing else.
fn shown(view: &FreeView) -> impl Iterator<Item = usize> + '_ {
    let only_sources = view.populations.iter().all(|population| !population.has_potential);
    let own = move |population: &PopulationView| if only_sources { !population.emits_current } else { population.has_potential };
    (0..view.populations.len()).filter(move |&index| own(&view.populations[index]))
}

fn summary(view: &FreeView, from: u64) -> String {
    let rates =
        shown(view).filter_map(|index| Some(format!("{} {} Hz", view.populations[index].name, fixed(view.rate_hz(index, from)?, 1))));
    format!("Mean rates: {}", rates.collect::<Vec<_>>().join(", "))
}

/// Every bin of the populations that are drawn, from the block with step `from` on, not smoothed.
fn table(snapshot: &Snapshot, from: u64) -> tables::Bytes {
    let head = ["population", "from_ms", "duration_ms", "spikes", "rate_hz"];
    let Some(view) = &snapshot.free else { return tables::table(head, []) };
    let rows = shown(view).flat_map(|index| {
        let population = &view.populations[index];
        view.bins_since(index, from).filter(move |bin| bin.0 >= from).map(move |(from, steps, spikes)| {
            let ms = steps as f64 * snapshot.dt_ms;
            let hz = f64::from(spikes) / f64::from(population.size.max(1)) / (ms * 1e-3);
            [population.name.clone(), tables::ms(snapshot, from), tables::number(ms), spikes.to_string(), tables::number(hz)]
        })
    });
    tables::table(head, rows)
}
