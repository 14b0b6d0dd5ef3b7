//! Histogram of the weights of the whole projection and of the selected neuron.

use super::derived;
use crate::gui::export::tables;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{count, short};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::paint::texture::Same;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme;
use crate::session::{Aspect, Snapshot};
use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

/// View "Weight histogram".
pub(super) struct Histogram {
    log: bool,
    all: Option<(Same<[f32]>, Bins)>,
}

impl Default for Histogram {
    /// Most weights are near zero; on a linear axis the few large ones would not be visible.
    fn default() -> Self {
        Self { log: true, all: None }
    }
}

/// Counts of equally wide bins.
#[derive(Debug, Clone, PartialEq)]
struct Bins {
    min: f64,
    max: f64,
    counts: Vec<u64>,
    total: u64,
    mean: f64,
}

/// Number of bins.
const BINS: usize = 50;

impl Bins {
    /// Count `values` from zero, or the minimum if negative, to a round number near the maximum.
    fn of(values: &[f32]) -> Self {
        let finite = || values.iter().copied().filter(|v| v.is_finite()).map(f64::from);
        let (least, greatest) = finite().fold((0.0_f64, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
        let min = if least < 0.0 { -ceiling(-least) } else { 0.0 };
        let max = if greatest > 0.0 || least == 0.0 { ceiling(greatest) } else { 0.0 };
        Self::between(values, min, max)
    }

    fn between(values: &[f32], min: f64, max: f64) -> Self {
        let mut bins = Self { min, max, counts: vec![0; BINS], total: 0, mean: 0.0 };
        let per_value = BINS as f64 / (max - min);
        for value in values.iter().copied().filter(|v| v.is_finite()).map(f64::from) {
            // The maximum belongs to the last bin.
            bins.counts[(((value - min) * per_value).max(0.0) as usize).min(BINS - 1)] += 1;
            bins.total += 1;
            bins.mean += value;
        }
        bins.mean /= bins.total.max(1) as f64;
        bins
    }
}

impl Panel for Histogram {
    fn id(&self) -> &'static str {
        "histogram"
    }

    fn title(&self) -> &'static str {
        "Weight histogram"
    }

    fn tab(&self) -> &'static str {
        "Weights"
    }

    fn help(&self) -> &'static str {
        "Histogram of the weights in mV: bars for the whole projection, a line for the selected neuron, counts on a logarithmic or \
         linear axis. Learning moves weights towards both bounds; a peak at the maximum weight indicates that the learning rate is \
         too large."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Weights]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let n = cx.snapshot.weights.w.len() as u64;
        let mean = self.all.as_ref().filter(|_| n > 0).map_or(String::new(), |(_, bins)| format!("mean {} mV", short(bins.mean)));
        if let Some(view) = &cx.snapshot.free {
            let names: Vec<&str> = view.plastic.iter().map(|(name, _)| name.as_str()).collect();
            let words = if names.is_empty() { String::new() } else { format!("{} weights of {}", count(n), names.join(", ")) };
            return (words, mean);
        }
        (format!("{} weights", count(n)), mean)
    }

    fn table(&self) -> Table {
        table
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let weights = &cx.snapshot.weights;
        if weights.w.is_empty() {
            let fixed = cx.snapshot.free.as_ref().is_some_and(|view| view.plastic.is_empty());
            let words = if fixed {
                "No projection of this network has a learning rule."
            } else {
                "The histogram appears once the network is built."
            };
            text::calm_sentence(ui, cx.palette, words);
            return;
        }
        if self.all.as_ref().is_none_or(|(w, _)| w.0.as_ptr() != weights.w.as_ptr()) {
            self.all = Some((Same(weights.w.clone()), Bins::of(&weights.w)));
        }
        let Some((_, bins)) = &self.all else { return };
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || {
            format!(
                "Weight histogram: {} weights from {} to {} mV, mean {} mV",
                count(bins.total),
                short(bins.min),
                short(bins.max),
                short(bins.mean)
            )
        });
        let own = selected(cx).map(|own| Bins::between(own, bins.min, bins.max));
        let most = bins.counts.iter().copied().max().unwrap_or(0).max(1) as f64;
        // On a logarithmic axis, starting half a decade below one keeps single weights visible.
        let log = self.log;
        let height = |n: u64| match (log, n) {
            (false, _) => n as f64,
            (true, 0) => -0.5,
            (true, _) => (n as f64).log10(),
        };
        let range = if log { (-0.5, height(most as u64) * 1.04 + 0.1) } else { (0.0, most * 1.04) };
        let painter = ui.painter_at(rect);
        let x = Axis::new((bins.min, bins.max), "mV");
        let y = if log { Axis::decades(range) } else { Axis::whole(range, "") };
        let plot = Plot::new(&painter, rect, Some(x), Some(y), cx.palette);
        let width = (bins.max - bins.min) / BINS as f64;
        let columns = |bins: &Bins, paint: &mut dyn FnMut(Rect)| {
            for (index, &n) in bins.counts.iter().enumerate().filter(|&(_, &n)| n > 0) {
                let left = plot.x.at(bins.min + index as f64 * width);
                let right = plot.x.at(bins.min + (index + 1) as f64 * width);
                paint(Rect::from_min_max(
                    pos2(left, plot.y.at(height(n)).min(plot.area.bottom() - 1.0)),
                    pos2(right - 1.0, plot.area.bottom()),
                ));
            }
        };
        columns(bins, &mut |bar| {
            plot.painter().rect_filled(bar, 0.0, cx.palette.trace.gamma_multiply(0.85));
        });
        if let Some(own) = &own {
            // Scaled up, because a neuron has only a share of the weights; the shapes can then be compared.
            let factor = if log { 1.0 } else { bins.total as f64 / own.total.max(1) as f64 };
            let outline = own.counts.iter().enumerate().flat_map(|(index, &n)| {
                let y = if log { height(n) } else { n as f64 * factor };
                [index, index + 1].map(|edge| (own.min + edge as f64 * width, y.max(range.0)))
            });
            plot.curve(outline, Stroke::new(1.3, cx.palette.accent));
            let words = format!("neuron {}{}", cx.ui_state.selected_neuron, if log { "" } else { ", scaled" });
            plot.note(plot.area.right_top() + vec2(-3.0, 28.0), Align2::RIGHT_TOP, &words, cx.palette.accent, cx.palette);
        }
        if let Some((value, _)) = plot.hover(&response, cx.palette) {
            let index = (((value - bins.min) / width).max(0.0) as usize).min(BINS - 1);
            let from = bins.min + index as f64 * width;
            response.on_hover_text_at_pointer(format!(
                "{} to {} mV\n{} weights",
                short(from),
                short(from + width),
                count(bins.counts[index])
            ));
        }
        let corner = Rect::from_min_size(plot.area.right_top() + vec2(-86.0, 0.0), vec2(86.0, 18.0));
        if plot.area.width() > 130.0 && plot.area.height() > 60.0 && !theme::is_figure(ui.ctx()) {
            let toggle = ui.put(corner, egui::Button::selectable(self.log, egui::RichText::new("log counts").font(text::note_font())));
            if toggle
                .on_hover_text("Show counts on a logarithmic axis; the few large weights become visible beside the many small ones.")
                .clicked()
            {
                self.log = !self.log;
            }
        }
    }
}

/// The bins as drawn: of all weights, and of the selected neuron, whose potential is recorded first.
fn table(s: &Snapshot) -> tables::Bytes {
    let bins = Bins::of(&s.weights.w);
    let neuron = s.potentials.first().map(|trace| trace.neuron as usize);
    let own = neuron.and_then(|neuron| s.weights.w.get(neuron * s.weights.n_pre..(neuron + 1) * s.weights.n_pre));
    let own = own.map(|own| Bins::between(own, bins.min, bins.max));
    let width = (bins.max - bins.min) / BINS as f64;
    let rows = bins.counts.iter().enumerate().filter(|_| bins.total > 0).map(|(index, n)| {
        let edge = |index: usize| (bins.min + index as f64 * width).to_string();
        let own = own.as_ref().map_or(String::new(), |own| own.counts[index].to_string());
        [edge(index), edge(index + 1), n.to_string(), own]
    });
    tables::table(["from_mv", "to_mv", "weights", "weights_of_selected_neuron"], rows)
}

fn selected<'a>(cx: &Context<'a>) -> Option<&'a [f32]> {
    let weights = &cx.snapshot.weights;
    let start = (cx.ui_state.selected_neuron as usize).checked_mul(weights.n_pre)?;
    weights.w.get(start..start.checked_add(weights.n_pre)?).filter(|own| !own.is_empty() && derived::neurons(cx.snapshot) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_weight_is_counted_once_in_its_bin() {
        let bins = Bins::of(&[0.0, 0.011, 0.5, 0.499, f32::NAN]);
        assert_eq!((bins.min, bins.max, bins.total), (0.0, 0.5, 4));
        assert_eq!(bins.counts[0], 1);
        assert_eq!(bins.counts[1], 1);
        assert_eq!(bins.counts[BINS - 1], 2, "the maximum lies in the last bin");
        assert_eq!(bins.counts.iter().sum::<u64>(), 4);
    }

    #[test]
    fn no_weights_and_equal_weights_have_a_range() {
        for values in [&[][..], &[0.0; 3], &[f32::NAN]] {
            let bins = Bins::of(values);
            assert!(bins.max > bins.min);
        }
        assert!(Bins::of(&[-0.3]).min < 0.0);
    }
}
