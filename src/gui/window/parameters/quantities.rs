//! The quantities of a described network by path, in groups: one for each population and projection.

use super::fold;
use crate::gui::action::Action;
use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::quantity::quantity;
use crate::gui::window::preset_picker::PanelParts;
use crate::model::Entry;
use crate::session::Quantities;
use egui::{RichText, Ui};

/// The quantities that decide first how a network behaves: they are listed even if they have their defaults.
const MAIN: [&str; 18] = [
    "size", "rate", "rate_max", "tau_m", "e_l", "v_th", "v_t", "v_reset", "ri", "a", "b", "c", "d", "i", "weight", "delay", "eta", "w_max",
];

/// Whether a quantity is listed before "All parameters" is chosen: a main one, what the description gives, and what was changed.
fn is_basic(entry: &Entry, view: &Quantities) -> bool {
    if MAIN.contains(&entry.field.name) {
        return true;
    }
    let given = view.original(&entry.path).is_none_or(|original| original.required() || !is_default(original));
    given || view.is_changed(entry)
}

fn is_default(entry: &Entry) -> bool {
    entry.text() == entry.field.format(entry.field.default)
}

/// Every word must occur in the path or in the help.
fn matches(entry: &Entry, search: &str) -> bool {
    let all = format!("{} {}", entry.path, entry.field.help).to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

/// All groups.
pub(super) fn quantities(ui: &mut Ui, cx: &mut Context, panel: &mut PanelParts) {
    let Some(view) = cx.snapshot.quantities.clone() else { return };
    let search = cx.ui_state.search.trim().to_owned();
    let searching = !search.is_empty();
    let all = searching || cx.ui_state.all_parameters;
    let listed: Vec<&Entry> = view.entries.iter().filter(|entry| matches(entry, &search) && (all || is_basic(entry, &view))).collect();
    for group in listed.chunk_by(|a, b| a.path.owner == b.path.owner) {
        let name = group[0].path.owner.as_deref().unwrap_or("Network");
        let changed = view.entries.iter().filter(|entry| entry.path.owner == group[0].path.owner && view.is_changed(entry)).count();
        let open = fold::group_head(ui, cx, name, (searching, true), changed);
        if open {
            for entry in group {
                quantity(ui, entry, cx);
            }
        }
        ui.add_space(4.0);
    }
    if listed.is_empty() {
        ui.label(RichText::new(format!("No quantity matches “{search}”.")).color(cx.palette.dim));
        if ui.button("Show all").clicked() {
            cx.ui_state.search.clear();
        }
        return;
    }
    let changed = view.entries.iter().filter(|entry| view.is_changed(entry)).count();
    if changed > 0 && !searching {
        let words = format!("Restore preset ({changed} changed)");
        if theme::button(ui, Sign::None, &words, Weight::Usual, ui.available_width()).clicked() {
            panel.actions.push(Action::BackToPreset);
        }
    }
    ui.add_space(8.0);
}
