//! What populations and projections have in common beside the drawing: kind, name and the buttons for the whole element.

use crate::gui::paint::text;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::typed::words;
use egui::Ui;

/// Kind and name of an element. Returns the new name once it was typed.
pub(super) fn head(ui: &mut Ui, kind: &str, name: &str) -> Option<String> {
    theme::section_head(ui, kind);
    words(ui, (&format!("Name of the {}", kind.to_lowercase()), text::strong_font()), name)
}

/// Duplicate and Delete. Returns which of them was pressed.
pub(super) fn buttons(ui: &mut Ui, kind: &str) -> Option<Whole> {
    let mut button = |words: &str, help: &str| theme::button(ui, Sign::None, words, Weight::Usual, 0.0).on_hover_text(help).clicked();
    if button("Duplicate", &format!("Add a {kind} with the same values.")) {
        return Some(Whole::Duplicate);
    }
    button("Delete", &format!("Remove this {kind}. Key: Delete")).then_some(Whole::Delete)
}

/// What is done with a whole element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Duplicate,
    Delete,
}
