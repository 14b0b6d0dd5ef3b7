//! Histogram of the weights of the whole projection and of the selected neuron.

use super::derived;
use super::projection_choice::projection;
use crate::gui::export::tables;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{count, short};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::paint::texture::Same;
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::gui::theme;
use crate::session::{Aspect, Snapshot};
use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};
use std::ops::Range;

/// View "Weight histogram".
pub(super) struct Histogram {
    log: bool,
    /// Name of the chosen projection, if there are several.
    projection: String,
    all: Option<(Same<[f32]>, Range<usize>, Bins)>,
}

impl Default for Histogram {
    /// Most weights are near zero; on a linear axis the few large ones would not be visible.
    fn default() -> Self {
        Self { log: true, projection: String::new(), all: None }
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

/// Height of the row of controls, in points.
const ROW: f32 = 20.0;
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
        "Histogram of the weights in mV: bars for one projection, a line for the selected neuron, counts on a logarithmic or \
         linear axis. Learning moves weights towards both bounds; a peak at the maximum weight indicates that the learning rate is \
         too large."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Weights]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let (name, weights) = self.chosen(cx.snapshot);
        let n = weights.len() as u64;
        let mean = self.all.as_ref().filter(|_| n > 0).map_or(String::new(), |(.., bins)| format!("mean {} mV", short(bins.mean)));
        (format!("{} weights{}", count(n), name.map_or(String::new(), |name| format!(" of {name}"))), mean)
    }

    fn table(&self) -> Table {
        |snapshot| table(snapshot, None)
    }

    fn chosen_table(&self, _state: &UiState) -> ChosenTable {
        let chosen = self.projection.clone();
        Box::new(move |snapshot| table(snapshot, Some(&chosen)))
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let weights = &cx.snapshot.weights;
        if weights.w.is_empty() {
            text::calm_sentence(ui, cx.palette, "The histogram appears once the network is built.");
            return;
        }
        self.controls(ui, cx);
        let (_, part) = self.chosen(cx.snapshot);
        if self.all.as_ref().is_none_or(|(w, of, _)| w.0.as_ptr() != weights.w.as_ptr() || *of != part) {
            let bins = Bins::of(weights.w.get(part.clone()).unwrap_or_default());
            self.all = Some((Same(weights.w.clone()), part, bins));
        }
        let Some((.., bins)) = &self.all else { return };
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
            plot.note(plot.area.right_top() + vec2(-3.0, 3.0), Align2::RIGHT_TOP, &words, cx.palette.accent, cx.palette);
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
    }
}

impl Histogram {
    /// The projection that is shown, and its weights among all; without a name where there is only one set.
    fn chosen<'a>(&self, snapshot: &'a Snapshot) -> (Option<&'a str>, Range<usize>) {
        let all = (None, 0..snapshot.weights.w.len());
        let Some(view) = &snapshot.free else { return all };
        let parts: Vec<_> = parts(&view.plastic).collect();
        let of_name = parts.iter().find(|(name, _)| *name == self.projection);
        of_name.or(parts.first()).map_or(all, |(name, part)| (Some(*name), part.clone()))
    }

    /// A row above the plot: the projection, if there are several, and the axis of the counts.
    fn controls(&mut self, ui: &mut Ui, cx: &Context) {
        let room = ui.available_size();
        if room.x < 130.0 || room.y < 90.0 || theme::is_figure(ui.ctx()) {
            return;
        }
        let (chosen, _) = self.chosen(cx.snapshot);
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = ROW;
            if let Some((view, name)) = cx.snapshot.free.as_ref().zip(chosen).filter(|(view, _)| view.plastic.len() > 1) {
                let names = view.plastic.iter().map(|(other, _)| other.as_str());
                if let Some(other) = projection(ui, names, name, room.x - 110.0) {
                    self.projection = other;
                }
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let words = egui::RichText::new("log counts").font(text::note_font());
                let toggle = ui.add_sized([78.0, ROW], egui::Button::selectable(self.log, words));
                let help = "Show counts on a logarithmic axis; the few large weights become visible beside the many small ones.";
                if toggle.on_hover_text(help).clicked() {
                    self.log = !self.log;
                }
            });
        });
    }
}

/// The projections that learn, and the place of their weights among all.
fn parts(plastic: &[(String, u64)]) -> impl Iterator<Item = (&str, Range<usize>)> {
    plastic.iter().scan(0, |first, (name, n)| {
        let part = *first..*first + *n as usize;
        *first = part.end;
        Some((name.as_str(), part))
    })
}

/// The bins as drawn: of the chosen projection, or of all weights, and of the selected neuron, whose potential is recorded first.
fn table(s: &Snapshot, chosen: Option<&str>) -> tables::Bytes {
    if let Some(view) = &s.free {
        let chosen = chosen.and_then(|name| parts(&view.plastic).find(|(other, _)| *other == name).or(parts(&view.plastic).next()));
        let shown = parts(&view.plastic).filter(|(name, _)| chosen.as_ref().is_none_or(|(chosen, _)| chosen == name));
        let rows = shown.flat_map(|(name, part)| {
            let bins = Bins::of(s.weights.w.get(part).unwrap_or_default());
            let width = (bins.max - bins.min) / BINS as f64;
            let edge = move |index: usize| (bins.min + index as f64 * width).to_string();
            let row = move |(index, n): (usize, u64)| [name.to_owned(), edge(index), edge(index + 1), n.to_string()];
            bins.counts.into_iter().enumerate().filter(move |_| bins.total > 0).map(row)
        });
        return tables::table(["projection", "from_mv", "to_mv", "weights"], rows);
    }
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
