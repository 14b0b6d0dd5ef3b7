//! Names and marks of classes on a wall of fields, shared by weights and eligibility.

use super::derived;
use crate::gui::paint::fields::Wall;
use crate::gui::paint::text;
use crate::gui::panel::Context;
use egui::{Align2, Painter, Pos2, Rect, Stroke, pos2, vec2};

/// Height of the class names above their columns, in points.
pub(super) const HEADS: f32 = 16.0;
/// Maximum number of letters of a name on a tile.
const LETTERS: usize = 8;

/// Class names above their columns; `at` is the upper left corner of the wall.
pub(super) fn heads(painter: &Painter, wall: &Wall, at: Pos2, cx: &Context) {
    for (class, left, right) in wall.heads() {
        let middle = pos2(at.x + f32::midpoint(left, right), at.y + 1.0);
        let words = derived::class_name(cx.snapshot, class);
        text::line(painter, middle, Align2::CENTER_TOP, &words, text::number_font(), cx.palette.class(class), right - left);
    }
}

/// Without class columns: a line in the colour of its class below each tile, and the class name before its first tile.
pub(super) fn marks(painter: &Painter, wall: &Wall, neurons: &[u32], origin: Pos2, cx: &Context) {
    if !wall.marked() {
        return;
    }
    let mut named = false;
    for (class, cell) in wall.names() {
        let cell = cell.translate(origin.to_vec2());
        named = true;
        if cell.intersects(painter.clip_rect()) {
            let colour = cx.palette.class(class);
            let words = derived::class_name(cx.snapshot, class);
            text::line(painter, cell.center(), Align2::CENTER_CENTER, &words, text::number_font(), colour, cell.width());
            painter.hline(cell.x_range(), cell.bottom() + 2.0, Stroke::new(2.0, colour));
        }
    }
    let mut before = None;
    for &neuron in neurons {
        let class = derived::class_of(cx.snapshot, neuron);
        let Some(tile) = wall.rect(neuron).map(|tile| tile.translate(origin.to_vec2())) else { continue };
        let colour = cx.palette.class(class);
        painter.hline(tile.x_range(), tile.bottom() + 2.0, Stroke::new(2.0, colour));
        if !named && before != Some(class) {
            let words = derived::short_name(cx.snapshot, class, LETTERS);
            let galley = painter.layout_no_wrap(words, text::tick_font(), colour);
            let corner = tile.left_top() + vec2(2.0, 0.0);
            painter.rect_filled(Rect::from_min_size(tile.min, galley.size() + vec2(4.0, 0.0)), 0.0, cx.palette.ground);
            painter.galley(corner, galley, colour);
        }
        before = Some(class);
    }
}
