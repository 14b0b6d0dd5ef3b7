//! The editor of networks, in the tile of the Network view: a drawing of the draft with the parameters of what is selected
//! beside it, or the draft as text.

mod canvas;
mod element;
mod fields;
pub(crate) mod gallery;
mod miniature;
mod network;
mod palette;
mod population;
mod projection;
mod side;
mod text;
mod toolbar;

use crate::gui::panel::Context;
use crate::gui::state::editing::Editing;
use egui::{Rect, Stroke, Ui, UiBuilder, pos2};

/// Height of the bar with the commands, in points.
const BAR: f32 = 34.0;
/// Width of the parameters beside the drawing, in points.
const SIDE: f32 = 304.0;
/// Width of a tile in which both stand side by side, in points.
const WIDE: f32 = 560.0;

/// Show the editor in the free area of the tile.
pub(crate) fn show(ui: &mut Ui, editing: &mut Editing, cx: &mut Context) {
    let room = ui.available_rect_before_wrap();
    if room.width() < 120.0 || room.height() < 90.0 {
        crate::gui::paint::text::calm_sentence(ui, cx.palette, "Enlarge the tile to edit the network.");
        return;
    }
    let bar = Rect::from_min_max(room.min, pos2(room.right(), room.top() + BAR));
    within(ui, "bar", bar, |ui| toolbar::toolbar(ui, editing, cx));
    let body = Rect::from_min_max(pos2(room.left(), bar.bottom()), room.max);
    if editing.sheet.is_some() {
        within(ui, "text", body, |ui| text::sheet(ui, editing, cx));
        return;
    }
    let (drawing, side) = if body.width() >= WIDE {
        let at = body.right() - SIDE.min(0.5 * body.width());
        (Rect::from_min_max(body.min, pos2(at - 18.0, body.bottom())), Rect::from_min_max(pos2(at, body.top()), body.max))
    } else {
        let at = body.top() + 0.45 * body.height();
        (Rect::from_min_max(body.min, pos2(body.right(), at - 6.0)), Rect::from_min_max(pos2(body.left(), at), body.max))
    };
    let line = Stroke::new(1.0, cx.palette.line);
    if side.left() > body.left() {
        ui.painter().vline(side.left() - 10.0, side.y_range(), line);
    } else {
        ui.painter().hline(side.x_range(), side.top() - 3.0, line);
    }
    within(ui, "drawing", drawing, |ui| canvas::drawing(ui, editing, cx));
    within(ui, "side", side, |ui| side::side(ui, editing, cx));
}

/// Lay out a part of the editor in its rectangle.
fn within(ui: &mut Ui, name: &str, rect: Rect, content: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt(name), |ui| {
        ui.set_clip_rect(ui.clip_rect().intersect(rect.expand(2.0)));
        content(ui);
    });
}
