//! Histogram of the weights of the whole projection and of the selected neuron.

use super::derived;
use super::projection_choice::projection;
use crate::gui::export::tables;
use crate::gui::paint::numbers::{count, short};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::paint::texture::Same;
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::gui::theme;
use crate::session::{Aspect, FixedWeights, FreeView, Snapshot, WeightBins};
use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};
use std::ops::Range;

/// View "Weight histogram".
pub(super) struct Histogram {
    log: bool,
    /// Name of the chosen projection, if there are several.
    projection: String,
    all: Option<(Same<[f32]>, Range<usize>, WeightBins)>,
}

/// The weights that are shown.
enum Shown<'a> {
    /// These of all weights of the snapshot.
    Part(Range<usize>),
    /// Those of a projection that does not learn.
    Fixed(&'a FixedWeights),
}

impl Default for Histogram {
    /// Most weights are near zero; on a linear axis the few large ones would not be visible.
    fn default() -> Self {
        Self { log: true, projection: String::new(), all: None }
    }
}

/// Height of the row of controls, in points.
const ROW: f32 = 20.0;

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
        "Histogram of the weights in the unit of their receptor: bars for one projection, a line for the selected neuron, counts on a logarithmic or \
         linear axis. In a network that runs freely every projection can be chosen, also one that does not learn. Learning moves weights towards both bounds; a peak at the maximum weight indicates that the learning rate is \
         too large."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Weights]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let (name, shown) = self.chosen(cx.snapshot);
        let (n, bins) = match shown {
            Shown::Part(part) => (part.len() as u64, self.all.as_ref().map(|(.., bins)| bins)),
            Shown::Fixed(fixed) => (fixed.weights, Some(&fixed.bins)),
        };
        let mean = bins.filter(|_| n > 0).map_or(String::new(), |bins| format!("mean {} {}", short(bins.mean), unit(cx.snapshot, name)));
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
        if weights.w.is_empty() && cx.snapshot.free.as_ref().is_none_or(|view| view.fixed.is_empty()) {
            text::calm_sentence(ui, cx.palette, "The histogram appears once the network is built.");
            return;
        }
        self.controls(ui, cx);
        let (name, chosen) = self.chosen(cx.snapshot);
        let unit = unit(cx.snapshot, name);
        let fixed = match chosen {
            Shown::Fixed(fixed) => Some(&fixed.bins),
            Shown::Part(part) => {
                if self.all.as_ref().is_none_or(|(w, of, _)| w.0.as_ptr() != weights.w.as_ptr() || *of != part) {
                    let bins = WeightBins::of(weights.w.get(part.clone()).unwrap_or_default());
                    self.all = Some((Same(weights.w.clone()), part, bins));
                }
                None
            }
        };
        let Some(bins) = fixed.or(self.all.as_ref().map(|(.., bins)| bins)) else { return };
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || {
            format!(
                "Weight histogram: {} weights from {} to {} {unit}, mean {} {unit}",
                count(bins.total),
                short(bins.min),
                short(bins.max),
                short(bins.mean)
            )
        });
        let own = selected(cx).map(|own| WeightBins::between(own, bins.min, bins.max));
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
        let x = Axis::new((bins.min, bins.max), unit);
        let y = if log { Axis::decades(range) } else { Axis::whole(range, "") };
        let plot = Plot::new(&painter, rect, Some(x), Some(y), cx.palette);
        let width = bins.width();
        let columns = |bins: &WeightBins, paint: &mut dyn FnMut(Rect)| {
            for (index, &n) in bins.counts.iter().enumerate().filter(|&(_, &n)| n > 0) {
                let left = plot.x.at(bins.edge(index));
                let right = plot.x.at(bins.edge(index + 1));
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
            let index = (((value - bins.min) / width).max(0.0) as usize).min(bins.counts.len() - 1);
            let from = bins.edge(index);
            response.on_hover_text_at_pointer(format!(
                "{} to {} {unit}\n{} weights",
                short(from),
                short(from + width),
                count(bins.counts[index])
            ));
        }
    }
}

impl Histogram {
    /// The projection that is shown, and its weights; without a name where there is only one set.
    fn chosen<'a>(&self, snapshot: &'a Snapshot) -> (Option<&'a str>, Shown<'a>) {
        let all = (None, Shown::Part(0..snapshot.weights.w.len()));
        let Some(view) = &snapshot.free else { return all };
        let chosen = shown(view, Some(&self.projection)).next();
        chosen.map_or(all, |(name, shown)| (Some(name), shown))
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
            if let Some((view, name)) = cx.snapshot.free.as_ref().zip(chosen) {
                let names: Vec<&str> = shown(view, None).map(|(name, _)| name).collect();
                let other = if names.len() > 1 { projection(ui, names.into_iter(), name, room.x - 110.0) } else { None };
                self.projection = other.unwrap_or_else(|| std::mem::take(&mut self.projection));
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

/// The unit of the weights of a projection that learns; mV where all weights are one set.
fn unit(snapshot: &Snapshot, projection: Option<&str>) -> &'static str {
    snapshot.free.as_ref().zip(projection).map_or("mV", |(view, name)| view.weight_unit(name))
}

/// The projections that learn, and the place of their weights among all.
fn parts(plastic: &[(String, u64)]) -> impl Iterator<Item = (&str, Range<usize>)> {
    plastic.iter().scan(0, |first, (name, n)| {
        let part = *first..*first + *n as usize;
        *first = part.end;
        Some((name.as_str(), part))
    })
}

/// The projections with weights: those that learn, then the others. Only the chosen one if there is a choice; without one of this
/// name, the first.
fn shown<'a>(view: &'a FreeView, chosen: Option<&str>) -> impl Iterator<Item = (&'a str, Shown<'a>)> {
    let learning = parts(&view.plastic).map(|(name, part)| (name, Shown::Part(part)));
    let mut all: Vec<_> = learning.chain(view.fixed.iter().map(|fixed| (fixed.name.as_str(), Shown::Fixed(fixed)))).collect();
    if let Some(name) = chosen {
        let place = all.iter().position(|(other, _)| *other == name).unwrap_or(0);
        all = all.into_iter().skip(place).take(1).collect();
    }
    all.into_iter()
}

/// The bins as drawn: of the chosen projection, or of all, and of the selected neuron, whose potential is recorded first.
fn table(s: &Snapshot, chosen: Option<&str>) -> tables::Bytes {
    if let Some(view) = &s.free {
        let rows = shown(view, chosen).flat_map(|(name, shown)| {
            let bins = match shown {
                Shown::Part(part) => WeightBins::of(s.weights.w.get(part).unwrap_or_default()),
                Shown::Fixed(fixed) => fixed.bins.clone(),
            };
            let edges: Vec<String> = (0..=bins.counts.len()).map(|index| tables::number(bins.edge(index))).collect();
            let unit = view.weight_unit(name);
            let row = move |(index, n): (usize, &u64)| {
                [name.to_owned(), edges[index].clone(), edges[index + 1].clone(), unit.to_owned(), n.to_string()]
            };
            let counts = if bins.total > 0 { bins.counts } else { Vec::new() };
            counts.iter().enumerate().map(row).collect::<Vec<_>>()
        });
        return tables::table(["projection", "from", "to", "unit", "weights"], rows);
    }
    let bins = WeightBins::of(&s.weights.w);
    let neuron = s.potentials.first().map(|trace| trace.neuron as usize);
    let own = neuron.and_then(|neuron| s.weights.w.get(neuron * s.weights.n_pre..(neuron + 1) * s.weights.n_pre));
    let own = own.map(|own| WeightBins::between(own, bins.min, bins.max));
    let rows = bins.counts.iter().enumerate().filter(|_| bins.total > 0).map(|(index, n)| {
        let edge = |index: usize| tables::number(bins.edge(index));
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
