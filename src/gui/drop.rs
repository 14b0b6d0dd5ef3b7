//! Files dropped on the window: presets are opened, anything else is refused with a reason.

use super::action::Action;
use super::notices::{Notices, Place, Tone};
use super::theme::{self, Palette};
use egui::{Align2, Color32, FontId, Id, LayerId, Order};

/// Open what was dropped; while a file hovers, say what would happen.
pub(super) fn dropped(
    ctx: &egui::Context,
    palette: &Palette,
    notices: &mut Notices,
    actions: &mut Vec<Action>,
) {
    if ctx.input(|input| !input.raw.hovered_files.is_empty()) {
        let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::unique("drop target")));
        let room = ctx.content_rect();
        painter.rect_filled(room, 0.0, Color32::from_black_alpha(150));
        painter.text(
            room.center(),
            Align2::CENTER_CENTER,
            "Drop to open the preset",
            FontId::new(20.0, theme::semibold()),
            palette.accent,
        );
    }
    let files = ctx.input(|input| input.raw.dropped_files.clone());
    let Some(file) = files.first() else { return };
    match file.path() {
        path if path.extension().is_some_and(|extension| extension == "ron") => {
            actions.push(Action::LoadPreset(path.to_owned()))
        }
        path => {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            notices.say(
                Place::Preset,
                Tone::Bad,
                format!(
                    "“{name}” is not a preset. Spikescope opens preset files, which end in .ron."
                ),
            );
        }
    }
}
