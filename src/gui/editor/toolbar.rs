//! The bar of the editor: undo and redo, drawing or text, whether the draft runs, and what to do with it.

use crate::gui::action::Action;
use crate::gui::paint::numbers::plural;
use crate::gui::panel::Context;
use crate::gui::state::editing::{Editing, Sheet, Standing, Wish};
use crate::gui::theme::{self, Sign, Weight};
use crate::model::Element;
use crate::session::RunState;
use egui::{Align, Layout, RichText, Sense, Ui, vec2};

/// The bar.
pub(super) fn toolbar(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let roomy = ui.available_width() > 520.0;
        history(ui, editing);
        if let Some(chosen) = theme::segments(ui, &["Drawing", "Text"], Some(usize::from(editing.sheet.is_some())), 124.0) {
            show_as(editing, chosen == 1);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            wishes(ui, editing);
            standing(ui, editing, cx, roomy);
        });
    });
}

/// Undo and redo of the draft.
fn history(ui: &mut Ui, editing: &mut Editing) {
    let words = (editing.draft.undoes().map(str::to_owned), editing.draft.redoes().map(str::to_owned));
    for (verb, name, action, back) in [("Undo", words.0, Action::Undo, true), ("Redo", words.1, Action::Redo, false)] {
        let button = ui.add_enabled_ui(name.is_some(), |ui| theme::button(ui, Sign::None, verb, Weight::Usual, 50.0)).inner;
        let key = action.key_text(ui.ctx());
        let help = name.map_or_else(|| "There is no edit of the network.".to_owned(), |name| format!("{verb}: {name}. Key: {key}"));
        if button.on_hover_text(&help).on_disabled_hover_text(&help).clicked() {
            if back { editing.undo() } else { editing.redo() }
        }
    }
}

/// Show the draft as text or as a drawing. A text that was changed becomes the draft; one with faults stays.
fn show_as(editing: &mut Editing, text: bool) {
    if !text {
        if editing.read_text() {
            editing.sheet = None;
        }
    } else if editing.sheet.is_none() {
        editing.sheet = Some(Sheet::new(editing.draft.text()));
    }
}

/// Apply, discard or close, and save.
fn wishes(ui: &mut Ui, editing: &mut Editing) {
    // a text is read first, so that closing never discards one with faults
    let unapplied = editing.is_unapplied() && !editing.has_changed_text();
    let why_not = editing.why_not();
    let apply = ui.add_enabled_ui(why_not.is_none(), |ui| theme::button(ui, Sign::None, "Apply", Weight::Main, 64.0)).inner;
    let help = "Build this network and run it. Learnt weights of unchanged projections are kept; the run before it can be restored.";
    if apply.on_hover_text(help).on_disabled_hover_text(why_not.unwrap_or_default()).clicked() {
        editing.wishes.push(Wish::Apply);
    }
    let (words, help) =
        if unapplied { ("Discard", "Close the editor without the changes that were not applied.") } else { ("Close", "Close the editor.") };
    if theme::button(ui, Sign::None, words, Weight::Usual, 66.0).on_hover_text(help).clicked() {
        editing.wishes.push(Wish::Discard);
    }
    let saves = ui
        .add_enabled_ui(editing.draft.faults().is_empty() || editing.has_changed_text(), |ui| {
            theme::button(ui, Sign::None, "Save as…", Weight::Usual, 74.0)
        })
        .inner;
    let key = Action::SavePreset.key_text(ui.ctx());
    let help = editing.file.as_ref().map_or_else(
        || format!("Write the network to a preset file. Key: {key}"),
        |file| format!("Write the network to another preset file; {key} writes {}.", file.display()),
    );
    if saves.on_hover_text(help).on_disabled_hover_text("A network with faults cannot be saved.").clicked() {
        editing.wishes.push(Wish::SaveAs);
    }
}

/// Whether the draft runs.
fn standing(ui: &mut Ui, editing: &mut Editing, cx: &Context, roomy: bool) {
    let palette = cx.palette;
    let faults = editing.draft.faults().len() as u64;
    let (color, words) = match editing.standing {
        _ if editing.has_changed_text() => (palette.accent, "Not applied".to_owned()),
        Standing::Same if cx.snapshot.state == RunState::Running => (palette.good, "Running".to_owned()),
        Standing::Same => (palette.good, "Applied · paused".to_owned()),
        Standing::Differs => (palette.accent, "Not applied".to_owned()),
        Standing::Faulty if editing.network().populations.is_empty() => (palette.faint, "Empty".to_owned()),
        Standing::Faulty => (palette.bad, plural(faults, "fault")),
    };
    if roomy {
        let label = ui.add(egui::Label::new(RichText::new(&words).color(palette.dim).size(12.0)).sense(Sense::click()));
        if label.clicked() {
            editing.select(Element::Network);
        }
    }
    let (rect, dot) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    dot.on_hover_text(words);
    ui.painter().circle_filled(rect.center(), 3.5, color);
}
