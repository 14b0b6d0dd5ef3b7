//! The selected neuron: what it sees and is eligible for, its numbers, its rhythm, its strongest synapses, and if it is silent,
//! why.

mod facts;
mod silence;

use super::derived;
use crate::gui::export::tables;
use crate::gui::paint::colour::Shading;
use crate::gui::paint::fields::Atlas;
use crate::gui::paint::numbers::{count, fixed};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme;
use crate::params::Protocol;
use crate::session::{Habit, Snapshot, WeightView};
use egui::{Align2, Color32, Rect, RichText, ScrollArea, Sense, Stroke, TextureOptions, Ui, UiBuilder, pos2, vec2};
use std::sync::Arc;

/// View "Inspector".
#[derive(Default)]
pub(super) struct Inspector {
    field: Picture,
    eligibility: Picture,
}

/// A receptive field as a texture with the shading of all fields.
#[derive(Default)]
struct Picture {
    texture: Cached<(Same<[f32]>, u32)>,
}

/// Height of a line of the table.
const LINE: f32 = 18.0;
/// Height of the histogram of intervals.
const HISTOGRAM: f32 = 84.0;
/// Words below a picture.
const NOTE: f32 = 15.0;

impl Panel for Inspector {
    fn id(&self) -> &'static str {
        "inspector"
    }

    fn title(&self) -> &'static str {
        "Inspector"
    }

    fn help(&self) -> &'static str {
        "One neuron in detail: its weights as a picture, its class, its rate, its adaptive threshold θ, its potential and \
         the sum of its weights."
    }

    fn protocols(&self) -> &'static [Protocol] {
        &[Protocol::Classification, Protocol::Features, Protocol::Deep, Protocol::CurrentStep]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        (format!("neuron {}", cx.ui_state.selected_neuron), String::new())
    }

    fn table(&self) -> Table {
        tables::neurons
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let neuron = cx.ui_state.selected_neuron;
        let n = derived::neurons(cx.snapshot);
        if n == 0 {
            text::calm_sentence(ui, cx.palette, "Click a neuron in any view: its receptive field and its numbers are shown here.");
            return;
        }
        if neuron as usize >= n {
            let words = format!("Neuron {neuron} does not exist in this network of {}; click one that does.", count(n as u64));
            text::calm_sentence(ui, cx.palette, &words);
            return;
        }
        let rows = facts::rows(cx.snapshot, neuron);
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || {
            let facts: Vec<String> = rows.iter().map(|(name, value)| format!("{name} {value}")).collect();
            format!("Neuron {neuron}: {}", facts.join(", "))
        });
        let wide = rect.width() > 1.25 * rect.height() && rect.width() > 260.0;
        let mut body = rect;
        if wide && has_field(&cx.snapshot.weights, neuron) {
            // beside each other in a wide tile, else one above the other and scrolled together
            let tall = if eligible(cx.snapshot, neuron).is_some() { (rect.height() - 8.0) / 2.0 - NOTE } else { rect.height() };
            let side = tall.min(rect.width() * 0.42).max(8.0);
            self.pictures(ui, Rect::from_min_size(rect.min, vec2(side, rect.height())), neuron, cx);
            body.min.x += side + 14.0;
        }
        let mut inner = ui.new_child(UiBuilder::new().max_rect(body).id_salt("facts"));
        inner.set_clip_rect(body.intersect(ui.clip_rect()));
        ScrollArea::vertical().auto_shrink(false).id_salt("inspector").show(&mut inner, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if !wide && has_field(&cx.snapshot.weights, neuron) {
                let both = eligible(cx.snapshot, neuron).is_some();
                let room = ui.available_width();
                let side =
                    if both { (room - 8.0) / 2.0 } else { room.min((rect.height() - rows.len() as f32 * LINE).max(60.0)).min(200.0) };
                let (area, _) = ui.allocate_exact_size(vec2(room, side + if both { NOTE + 4.0 } else { 8.0 }), Sense::hover());
                self.pictures(ui, area, neuron, cx);
            }
            rows.iter().for_each(|(name, value)| line(ui, name, value, cx));
            self::beyond_numbers(ui, neuron, cx);
        });
    }
}

impl Inspector {
    /// The field, and where there is one the eligibility beside it.
    fn pictures(&mut self, ui: &Ui, area: Rect, neuron: u32, cx: &Context) {
        let field = &cx.snapshot.weights;
        let Some(eligibility) = eligible(cx.snapshot, neuron) else {
            let side = area.width().min(area.height() - 8.0).max(8.0);
            let left = area.left() + (area.width() - side).max(0.0) / 2.0;
            self.field.paint(ui, Rect::from_min_size(pos2(left, area.top()), vec2(side, side)), neuron, field, false);
            return;
        };
        let beside = area.width() > area.height();
        let side = if beside {
            ((area.width() - 8.0) / 2.0).min(area.height() - NOTE)
        } else {
            area.width().min((area.height() - 8.0) / 2.0 - NOTE)
        };
        let first = Rect::from_min_size(area.min, vec2(side, side));
        let second = first.translate(if beside { vec2(side + 8.0, 0.0) } else { vec2(0.0, side + NOTE + 6.0) });
        self.field.paint(ui, first, neuron, field, false);
        self.eligibility.paint(ui, second, neuron, eligibility, true);
        for (rect, words) in [(first, "weights"), (second, "eligibility")] {
            let at = pos2(rect.center().x, rect.bottom() + 2.0);
            text::line(ui.painter(), at, Align2::CENTER_TOP, words, text::note_font(), cx.palette.dim, rect.width());
        }
    }
}

impl Picture {
    fn paint(&mut self, ui: &Ui, rect: Rect, neuron: u32, view: &WeightView, signed: bool) {
        let shading = Shading::shared(ui.ctx(), &view.w);
        let shading = if signed { shading.made_signed() } else { shading };
        let name = if signed { "inspected eligibility" } else { "inspected field" };
        let texture = self.texture.get(ui.ctx(), name, TextureOptions::NEAREST, (Same(view.w.clone()), neuron), || {
            Atlas::paint(&[neuron], &view.w, view.n_pre, view.field, shading).image
        });
        let (wide, tall) = (view.field.0 as f32, view.field.1 as f32);
        // The atlas has a border of one texel around the field.
        let uv = Rect::from_min_max(pos2(1.0 / (wide + 2.0), 1.0 / (tall + 2.0)), pos2(1.0 - 1.0 / (wide + 2.0), 1.0 - 1.0 / (tall + 2.0)));
        let shape = vec2(wide, tall) * (rect.width() / wide.max(tall));
        ui.painter().image(texture, Rect::from_center_size(rect.center(), shape), uv, Color32::WHITE);
    }
}

/// A name and its value on one line.
fn line(ui: &mut Ui, name: &str, value: &str, cx: &Context) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let (middle, right) = (rect.center().y, pos2(rect.right() - 4.0, rect.center().y));
    let value = text::line(ui.painter(), right, Align2::RIGHT_CENTER, value, text::number_font(), cx.palette.text, rect.width() * 0.6);
    let room = value.left() - rect.left() - 6.0;
    text::line(ui.painter(), pos2(rect.left(), middle), Align2::LEFT_CENTER, name, text::body_font(), cx.palette.dim, room);
}

/// Silence, rhythm, synapses.
fn beyond_numbers(ui: &mut Ui, neuron: u32, cx: &Context) {
    let habit = cx.snapshot.habit.as_ref().filter(|habit| habit.neuron == neuron);
    if let Some(words) = habit.and_then(|habit| silence::words(habit, cx.snapshot)) {
        ui.add_space(6.0);
        ui.add(egui::Label::new(RichText::new(words).size(theme::SMALL + 1.0).color(cx.palette.accent)).wrap());
    }
    if let Some(habit) = habit.filter(|habit| habit.intervals_ms.len() > 1) {
        head(ui, &format!("Intervals between spikes, last {}", count(habit.intervals_ms.len() as u64)), cx);
        intervals(ui, habit, cx);
    }
    let strongest = facts::strongest(cx.snapshot, neuron);
    if !strongest.is_empty() {
        head(ui, "Strongest synapses", cx);
        strongest.iter().for_each(|(place, w)| line(ui, place, w, cx));
    }
    head(ui, "Its spikes", cx);
    let words = RichText::new(facts::outgoing(cx.snapshot)).size(theme::SMALL + 1.0).color(cx.palette.dim);
    ui.add(egui::Label::new(words).wrap());
}

fn head(ui: &mut Ui, words: &str, cx: &Context) {
    ui.add_space(8.0);
    ui.add(egui::Label::new(RichText::new(words).size(theme::SMALL).color(cx.palette.text)).truncate());
    ui.add_space(2.0);
}

/// How often which interval occurred.
fn intervals(ui: &mut Ui, habit: &Habit, cx: &Context) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width() - 4.0, HISTOGRAM), Sense::hover());
    let known: Vec<f64> = habit.intervals_ms.iter().map(|&ms| f64::from(ms)).filter(|ms| ms.is_finite() && *ms >= 0.0).collect();
    let longest = known.iter().copied().fold(0.0, f64::max);
    let bin = (longest / 40.0).ceil().max(cx.snapshot.dt_ms.max(1e-3));
    let bins = (longest / bin) as usize + 1;
    let mut counts = vec![0_u32; bins];
    known.iter().for_each(|ms| counts[((ms / bin) as usize).min(bins - 1)] += 1);
    let most = f64::from(counts.iter().copied().max().unwrap_or(1));
    let painter = ui.painter_at(rect);
    let axis = Axis::new((0.0, bins as f64 * bin), "ms");
    let plot = Plot::new(&painter, rect, Some(axis), Some(Axis::whole((0.0, most * 1.08), "")), cx.palette);
    for (index, &n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        let (from, to) = (index as f64 * bin, (index + 1) as f64 * bin);
        let bar = Rect::from_min_max(plot.at(from, f64::from(n)), plot.at(to, 0.0));
        plot.painter().rect_filled(bar.shrink2(vec2(0.5, 0.0)), 0.0, cx.palette.trace);
    }
    let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
    plot.painter().vline(plot.x.at(mean), plot.area.y_range(), Stroke::new(1.0, cx.palette.accent));
    text::label(&response, egui::Role::Image, || {
        format!("Histogram of {} intervals between spikes, mean {} ms", known.len(), fixed(mean, 1))
    });
    response.on_hover_text(format!("mean {} ms, longest {} ms; bins of {} ms", fixed(mean, 1), fixed(longest, 1), fixed(bin, 1)));
}

fn has_field(weights: &WeightView, neuron: u32) -> bool {
    weights.n_pre > 0 && weights.field.0 * weights.field.1 > 0 && weights.w.len() >= (neuron as usize + 1) * weights.n_pre
}

/// The eligibilities, if this neuron has any.
fn eligible(snapshot: &Snapshot, neuron: u32) -> Option<&Arc<WeightView>> {
    snapshot.eligibility.as_ref().filter(|view| has_field(view, neuron))
}
