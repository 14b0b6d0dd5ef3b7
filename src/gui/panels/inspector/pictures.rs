//! Weights and eligibility of a neuron as images, side by side or one below the other.

use crate::gui::paint::atlas::Atlas;
use crate::gui::paint::colour::Shading;
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::Context;
use crate::session::{Snapshot, WeightView};
use egui::{Align2, Color32, Rect, Sense, TextureOptions, Ui, pos2, vec2};
use std::sync::Arc;

/// Both pictures.
#[derive(Default)]
pub(super) struct Pictures {
    field: Picture,
    eligibility: Picture,
}

/// A receptive field as a texture with the shading of all fields.
#[derive(Default)]
struct Picture {
    texture: Cached<(Same<[f32]>, u32)>,
}

/// Height of the text below an image, in points.
const NOTE: f32 = 15.0;
/// Maximum share of the height of a tile for images above the table.
const SHARE: f32 = 0.34;

impl Pictures {
    /// At the left edge of a wide tile. Returns the width used.
    pub(super) fn beside(&mut self, ui: &Ui, rect: Rect, neuron: u32, cx: &Context) -> f32 {
        if !has_field(&cx.snapshot.weights, neuron) {
            return 0.0;
        }
        let tall = if eligible(cx.snapshot, neuron).is_some() { (rect.height() - 8.0) / 2.0 - NOTE } else { rect.height() };
        let side = tall.min(rect.width() * 0.42).max(8.0);
        self.paint(ui, Rect::from_min_size(rect.min, vec2(side, rect.height())), neuron, cx);
        side + 14.0
    }

    /// Above the table in a tile of this height.
    pub(super) fn above(&mut self, ui: &mut Ui, height: f32, neuron: u32, cx: &Context) {
        if !has_field(&cx.snapshot.weights, neuron) {
            return;
        }
        let both = eligible(cx.snapshot, neuron).is_some();
        let (room, most) = (ui.available_width(), (height * SHARE).max(56.0));
        let side = if both { (room - 8.0) / 2.0 } else { room.min(200.0) }.min(most);
        let (area, _) = ui.allocate_exact_size(vec2(room, side + if both { NOTE + 4.0 } else { 8.0 }), Sense::hover());
        self.paint(ui, area, neuron, cx);
    }

    /// The field and, if available, the eligibility beside it.
    fn paint(&mut self, ui: &Ui, area: Rect, neuron: u32, cx: &Context) {
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
        if own(eligibility, neuron).iter().any(|&e| e != 0.0) {
            self.eligibility.paint(ui, second, neuron, eligibility, true);
        } else {
            ui.painter().rect_filled(second, 2.0, cx.palette.raised);
            text::inside(ui.painter(), second, "no eligibility", cx.palette.dim);
        }
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

/// The values of one neuron.
fn own(view: &WeightView, neuron: u32) -> &[f32] {
    let start = neuron as usize * view.n_pre;
    view.w.get(start..start + view.n_pre).unwrap_or(&[])
}

fn has_field(weights: &WeightView, neuron: u32) -> bool {
    weights.n_pre > 0 && weights.field.0 * weights.field.1 > 0 && weights.w.len() >= (neuron as usize + 1) * weights.n_pre
}

/// The eligibilities, if this neuron has any.
fn eligible(snapshot: &Snapshot, neuron: u32) -> Option<&Arc<WeightView>> {
    snapshot.eligibility.as_ref().filter(|view| has_field(view, neuron))
}
