//! Whether the views follow the winner of the image or a pinned neuron, and the button that switches.

use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use egui::{Align2, Sense, Ui, pos2, vec2};

/// Height of the row.
const ROW: f32 = 24.0;
/// Width of the button.
const BUTTON: f32 = 56.0;

/// One line: the mode, and the button.
pub(super) fn row(ui: &mut Ui, cx: &mut Context) {
    let pinned = cx.ui_state.neuron_pinned;
    let words = if pinned { "pinned" } else { "following the winner" };
    let (word, help) = if pinned {
        ("Follow", "Show the winner of the image in all views, changed at most once a second.")
    } else {
        ("Pin", "Keep showing this neuron. A click on a neuron in any view pins that one, as the arrow keys in Spikes do.")
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
