//! Whether the views follow the neuron worth looking at, or stay with the one that was chosen; and a button for the other.

use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::state::follow;
use crate::gui::theme::{self, Sign, Weight};
use egui::{Align2, Sense, Ui, pos2, vec2};

/// Height of the row.
const ROW: f32 = 24.0;
/// Width of its button.
const BUTTON: f32 = 56.0;

/// One line: how this neuron was chosen.
pub(super) fn row(ui: &mut Ui, cx: &mut Context) {
    let pinned = cx.ui_state.neuron_pinned;
    let words = match (pinned, follow::is_calm(cx.snapshot)) {
        (true, _) => "chosen by hand",
        (false, true) => "follows the leader",
        (false, false) => "follows most active",
    };
    let (word, help) = if pinned {
        (
            "Follow",
            "Let the views follow the neuron worth looking at: in slow motion the one that leads in this image, else the most active one.",
        )
    } else {
        ("Pin", "Stay with this neuron. A click on a neuron in any view chooses that one.")
    };
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.spacing_mut().interact_size.y = 20.0;
    ui.horizontal(|ui| {
        ui.set_height(ROW - 2.0);
        let (rect, response) = ui.allocate_exact_size(vec2((ui.available_width() - BUTTON - 8.0).max(8.0), ROW - 2.0), Sense::hover());
        let at = pos2(rect.left(), rect.center().y);
        text::line(ui.painter(), at, Align2::LEFT_CENTER, words, text::note_font(), cx.palette.dim, rect.width());
        let said = format!("This neuron: {words}");
        text::label(&response, egui::Role::Label, || said.clone());
        if theme::button(ui, Sign::None, word, Weight::Usual, BUTTON).on_hover_text(help).clicked() {
            cx.ui_state.neuron_pinned = !pinned;
        }
    });
}
