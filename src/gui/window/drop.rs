//! Files dropped on the window: presets and folders of images are opened, anything else is refused with a reason.

use crate::gui::action::Action;
use crate::gui::theme::{self, Palette};
use egui::{Align2, Color32, FontId, Id, LayerId, Order};

/// Open what was dropped; while a file hovers, say what would happen.
pub(crate) fn dropped(ctx: &egui::Context, palette: &Palette, actions: &mut Vec<Action>) {
    if ctx.input(|input| !input.raw.hovered_files.is_empty()) {
        let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::unique("drop target")));
        let room = ctx.content_rect();
        painter.rect_filled(room, 0.0, Color32::from_black_alpha(150));
        let font = FontId::new(20.0, theme::semibold());
        painter.text(room.center(), Align2::CENTER_CENTER, "Drop to open the preset or the folder of images", font, palette.accent);
    }
    let files = ctx.input(|input| input.raw.dropped_files.clone());
    // only a worker reads from disk to find out what it is
    actions.extend(files.first().map(|file| Action::OpenDropped(file.path().to_owned())));
}
