//! Histogram of the intervals between the spikes of each neuron, by population.

use super::populations::colour;
use super::{options, populations};
use crate::gui::export::tables;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{count, fixed, short};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::session::{Aspect, FreeView, INTERVAL_BINS, IntervalCounts, Snapshot};
use egui::{Align2, Sense, Stroke, Ui, pos2};

/// View "Intervals".
pub(super) struct Intervals;

impl Panel for Intervals {
    fn id(&self) -> &'static str {
        "intervals"
    }

    fn title(&self) -> &'static str {
        "Intervals"
    }

    fn help(&self) -> &'static str {
        "The intervals between two spikes of a neuron, over the same time as the spikes: the share of all intervals of a population \
         in each bin, on a logarithmic axis. CV is the standard deviation of the intervals of a neuron divided by their mean, \
         averaged over neurons, since the start of the run. CV₂ compares neighbouring intervals of the time shown, and does \
         not depend on slow changes of the rate (Holt et al. 1996). Both are 0 for regular firing and 1 for a Poisson process."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Populations, Aspect::Potentials]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some(view) = &cx.snapshot.free else { return Default::default() };
        let from = populations::span(cx.snapshot, cx.ui_state).from.max(0) as u64;
        let of = |index: usize| {
            let cv2 = view.intervals_since(index, from).cv2()?;
            Some(format!("{} {}", view.populations[index].name, fixed(cv2, 2)))
        };
        let all: Vec<String> = measured(view).filter_map(of).take(3).collect();
        let right = if all.is_empty() { String::new() } else { format!("CV₂ {}", all.join(" · ")) };
        (populations::words(cx.snapshot, cx.ui_state), right)
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::populations(ui, cx);
    }

    fn table(&self) -> Table {
        table
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let words = "The intervals between spikes are drawn here once neurons have fired twice.";
        let Some(view) = cx.snapshot.free.as_deref() else { return text::calm_sentence(ui, cx.palette, words) };
        let from = populations::span(cx.snapshot, cx.ui_state).from.max(0) as u64;
        let histograms: Vec<(usize, IntervalCounts, u64)> = measured(view)
            .map(|index| (index, view.intervals_since(index, from)))
            .map(|(index, counts)| (index, counts.counts.iter().copied().map(u64::from).sum(), counts))
            .filter(|(_, total, _)| *total > 0)
            .map(|(index, total, counts)| (index, counts, total))
            .collect();
        if histograms.is_empty() {
            return text::calm_sentence(ui, cx.palette, words);
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(view, &histograms));
        let share = |n: u32, total: u64| 100.0 * f64::from(n) / total as f64;
        let most = histograms.iter().flat_map(|(_, counts, total)| counts.counts.iter().map(|&n| share(n, *total))).fold(1.0, f64::max);
        let painter = ui.painter_at(rect);
        let x = Axis { unit: "ms", ..Axis::decades((0.0, INTERVAL_BINS as f64 / 10.0)) };
        let plot = Plot::new(&painter, rect, Some(x), Some(Axis::new((0.0, ceiling(1.05 * most)), "%")), cx.palette);
        let mut left = plot.area.left() + 6.0;
        for (index, counts, total) in &histograms {
            let steps = counts.counts.iter().enumerate().flat_map(|(k, &n)| {
                let y = share(n, *total);
                [(k as f64 / 10.0, y), ((k + 1) as f64 / 10.0, y)]
            });
            let colour = colour(view, *index, cx.palette);
            plot.curve(steps, Stroke::new(1.4, colour));
            let cv = view.cv.get(*index).copied().flatten().map_or(String::new(), |cv| format!("  CV {}", fixed(cv, 2)));
            let words = format!("{}{cv}", view.populations[*index].name);
            if plot.area.height() > 50.0 {
                plot.note(pos2(left, plot.area.top()), Align2::LEFT_TOP, &words, colour, cx.palette);
                left += text::width(&painter, &words, &text::note_font()) + 14.0;
            }
        }
        if let Some((place, _)) = plot.hover(&response, cx.palette) {
            let k = ((10.0 * place).max(0.0) as usize).min(INTERVAL_BINS - 1);
            let (low, high) = IntervalCounts::bin_ms(k);
            let mut lines = vec![format!("{} to {} ms", short(low), short(high))];
            lines.extend(histograms.iter().map(|(index, counts, total)| {
                let n = counts.counts[k];
                format!(
                    "{}: {} of {} intervals, {} %",
                    view.populations[*index].name,
                    count(n.into()),
                    count(*total),
                    fixed(share(n, *total), 1)
                )
            }));
            response.on_hover_text_at_pointer(lines.join("\n"));
        }
    }
}

/// The populations whose intervals are measured.
fn measured(view: &FreeView) -> impl Iterator<Item = usize> + '_ {
    (0..view.populations.len()).filter(|&index| view.populations[index].has_potential)
}

fn summary(view: &FreeView, histograms: &[(usize, IntervalCounts, u64)]) -> String {
    let of = |(index, counts, total): &(usize, IntervalCounts, u64)| {
        let cv2 = counts.cv2().map_or(String::new(), |cv2| format!(", CV₂ {}", fixed(cv2, 2)));
        format!("{} {} intervals{cv2}", view.populations[*index].name, count(*total))
    };
    format!("Intervals between spikes: {}", histograms.iter().map(of).collect::<Vec<_>>().join("; "))
}

/// Every bin of every population, over all that is recorded.
fn table(snapshot: &Snapshot) -> tables::Bytes {
    let head = ["population", "from_ms", "to_ms", "intervals"];
    let Some(view) = &snapshot.free else { return tables::table(head, []) };
    let rows = measured(view).flat_map(|index| {
        view.intervals_since(index, 0).counts.into_iter().enumerate().map(move |(k, n)| {
            let (low, high) = IntervalCounts::bin_ms(k);
            [view.populations[index].name.clone(), low.to_string(), high.to_string(), n.to_string()]
        })
    });
    tables::table(head, rows)
}
