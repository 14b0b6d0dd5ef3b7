//! Histogram of the intervals between the spikes of each neuron, by population.

use super::measured::Measured;
use super::populations::{colour, span};
use super::{measured, options};
use crate::gui::export::tables;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{count, fixed, short};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::session::{Aspect, Firing, FreeView, INTERVAL_BINS, Snapshot, interval_bin_ms};
use egui::{Align2, Sense, Stroke, Ui, pos2};
use std::ops::Range;

/// View "Intervals".
#[derive(Default)]
pub(super) struct Intervals {
    measured: Measured,
}

impl Panel for Intervals {
    fn id(&self) -> &'static str {
        "intervals"
    }

    fn title(&self) -> &'static str {
        "Intervals"
    }

    fn help(&self) -> &'static str {
        "The intervals between two spikes of a neuron in the time named in the title bar, which starts again after a change of a \
         quantity: the share of all intervals of a population in each bin, on a logarithmic axis. CV is the standard deviation of \
         the intervals of a neuron divided by their mean, averaged over the neurons with at least five intervals. CV₂ compares \
         neighbouring intervals, and does not depend on slow changes of the rate (Holt et al. 1996). Both are 0 for regular firing \
         and 1 for a Poisson process. All three come from the same spikes, of the first 1,000 neurons of each population."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Populations, Aspect::Potentials]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some(view) = &cx.snapshot.free else { return Default::default() };
        let steps = window(view, cx.snapshot, cx.ui_state);
        let firing = self.measured.of(view, steps.clone(), cx.snapshot);
        let of = |one: &Firing| Some(format!("{} {}", one.activity.name, fixed(one.cv2?, 2)));
        let all: Vec<String> = firing.iter().filter_map(of).take(3).collect();
        let right = if all.is_empty() { String::new() } else { format!("CV₂ {}", all.join(" · ")) };
        (measured::words(view, &steps), right)
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
        Box::new(move |snapshot| table(snapshot, span(snapshot, &state).from.max(0) as u64))
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let words = "The intervals between spikes are drawn here once neurons have fired twice.";
        let Some(view) = cx.snapshot.free.as_deref() else { return text::calm_sentence(ui, cx.palette, words) };
        let firing = self.measured.of(view, window(view, cx.snapshot, cx.ui_state), cx.snapshot);
        let histograms: Vec<(&Firing, u64)> = firing.iter().map(|one| (one, one.all_intervals())).filter(|(_, all)| *all > 0).collect();
        if histograms.is_empty() {
            return text::calm_sentence(ui, cx.palette, words);
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(&histograms));
        let share = |n: u32, total: u64| 100.0 * f64::from(n) / total as f64;
        let most = histograms.iter().flat_map(|(one, total)| one.intervals.iter().map(|&n| share(n, *total))).fold(1.0, f64::max);
        let painter = ui.painter_at(rect);
        let x = Axis { unit: "ms", ..Axis::decades((0.0, INTERVAL_BINS as f64 / 10.0)) };
        let plot = Plot::new(&painter, rect, Some(x), Some(Axis::new((0.0, ceiling(1.05 * most)), "%")), cx.palette);
        let mut left = plot.area.left() + 6.0;
        for (one, _) in &histograms {
            let colour = colour(view, one.population, &cx.ui_state.colours, cx.palette);
            plot.curve(outline(one), Stroke::new(1.4, colour));
            let words = labelled(one);
            if plot.area.height() > 50.0 {
                plot.name(pos2(left, plot.area.top()), Align2::LEFT_TOP, &words, colour, cx.palette);
                left += text::width(&painter, &words, &text::note_font()) + 14.0;
            }
        }
        if let Some((place, _)) = plot.hover(&response, cx.palette) {
            let k = ((10.0 * place).max(0.0) as usize).min(INTERVAL_BINS - 1);
            let (low, high) = interval_bin_ms(k);
            let mut lines = vec![format!("{} to {} ms", short(low), short(high))];
            lines.extend(histograms.iter().map(|(one, total)| {
                let n = one.intervals[k];
                format!("{}: {} of {} intervals, {} %", one.activity.name, count(n.into()), count(*total), fixed(share(n, *total), 1))
            }));
            response.on_hover_text_at_pointer(lines.join("\n"));
        }
    }
}

/// The outline of the histogram: place on the axis of decades, and percent of all intervals.
pub(super) fn outline(one: &Firing) -> Vec<(f64, f64)> {
    let all = one.all_intervals().max(1) as f64;
    let bin = |(k, &n): (usize, &u32)| [(k as f64 / 10.0, 100.0 * f64::from(n) / all), ((k + 1) as f64 / 10.0, 100.0 * f64::from(n) / all)];
    one.intervals.iter().enumerate().flat_map(bin).collect()
}

/// The steps over which the intervals are measured.
fn window(view: &FreeView, snapshot: &Snapshot, state: &UiState) -> Range<u64> {
    view.window(span(snapshot, state).from.max(0) as u64)
}

/// "E  CV 0.81".
fn labelled(one: &Firing) -> String {
    let cv = one.activity.cv_isi.map_or(String::new(), |cv| format!("  CV {}", fixed(cv, 2)));
    format!("{}{cv}", one.activity.name)
}

fn summary(histograms: &[(&Firing, u64)]) -> String {
    let of = |(one, total): &(&Firing, u64)| {
        let cv2 = one.cv2.map_or(String::new(), |cv2| format!(", CV₂ {}", fixed(cv2, 2)));
        format!("{}, {} intervals{cv2}", labelled(one), count(*total))
    };
    format!("Intervals between spikes: {}", histograms.iter().map(of).collect::<Vec<_>>().join("; "))
}

/// Every bin of every population, with the time over which it was measured.
fn table(snapshot: &Snapshot, from: u64) -> tables::Bytes {
    let head = ["population", "window_from_ms", "window_to_ms", "measured_neurons", "cv", "cv2", "from_ms", "to_ms", "intervals"];
    let Some(view) = &snapshot.free else { return tables::table(head, []) };
    let steps = view.window(from);
    let rows = view.firing(&steps).into_iter().flat_map(|one| {
        let about = [
            one.activity.name.clone(),
            tables::ms(snapshot, steps.start),
            tables::ms(snapshot, steps.end),
            one.measured.to_string(),
            tables::or_nothing(one.activity.cv_isi),
            tables::or_nothing(one.cv2),
        ];
        one.intervals.into_iter().enumerate().map(move |(k, n)| {
            let (low, high) = interval_bin_ms(k);
            let [population, from, to, measured, cv, cv2] = about.clone();
            [population, from, to, measured, cv, cv2, tables::number(low), tables::number(high), n.to_string()]
        })
    });
    tables::table(head, rows)
}
