//! The choice of a projection above a view of weights.

use crate::gui::widgets::list::list;
use egui::{ComboBox, Ui};

/// A list of projections, of which `chosen` is shown; the one that was clicked.
pub(super) fn projection<'a>(ui: &mut Ui, names: impl Iterator<Item = &'a str>, chosen: &str, width: f32) -> Option<String> {
    one_of(ui, "Projection", names, chosen, width)
}

/// A list of names under a label, of which `chosen` is shown; the one that was clicked.
pub(super) fn one_of<'a>(ui: &mut Ui, label: &str, names: impl Iterator<Item = &'a str>, chosen: &str, width: f32) -> Option<String> {
    let combo = ComboBox::from_id_salt(label).width(width.min(180.0)).truncate();
    let mut clicked = None;
    list(ui, (combo, label), chosen, |list| {
        for name in names {
            if list.item(name == chosen, name, "") {
                clicked = Some(name.to_owned());
            }
        }
    });
    clicked
}
