//! The bar of the editor: undo and redo, drawing or text, whether the draft runs, and what to do with it.

use crate::gui::action::Action;
use crate::gui::paint::numbers::plural;
use crate::gui::panel::Context;
use crate::gui::state::editing::{Editing, Standing, Wish};
use crate::gui::theme::{self, Sign, Weight};
use crate::model::{Element, Fault};
use crate::session::RunState;
use egui::{Align, Layout, RichText, Role, Sense, Ui, UiBuilder, WidgetInfo, vec2};

/// Widths of Save as, Discard or Close, and Apply, and of the three with the space between them, in points.
const WIDTHS: [f32; 3] = [74.0, 66.0, 64.0];
const WISHES: f32 = WIDTHS[0] + WIDTHS[1] + WIDTHS[2] + 12.0;

/// The bar.
pub(super) fn toolbar(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let roomy = ui.available_width() > 520.0;
        history(ui, editing);
        if let Some(chosen) = theme::segments(ui, &["Drawing", "Text"], Some(usize::from(editing.sheet.is_some())), 124.0) {
            editing.show_text(chosen == 1);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // at the right edge, but from left to right: Tab visits the buttons as they are seen
            let (place, _) = ui.allocate_exact_size(vec2(WISHES, ui.spacing().interact_size.y), Sense::hover());
            standing(ui, editing, cx, roomy);
            let left = UiBuilder::new().max_rect(place).id_salt("wishes").layout(Layout::left_to_right(Align::Center));
            wishes(&mut ui.new_child(left), editing);
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

/// Save, discard or close, and apply.
fn wishes(ui: &mut Ui, editing: &mut Editing) {
    let [save, discard, apply] = WIDTHS;
    let saves = ui
        .add_enabled_ui((editing.draft.faults().is_empty() || editing.has_changed_text()) && editing.faults_of_text() == 0, |ui| {
            theme::button(ui, Sign::None, "Save as…", Weight::Usual, save)
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
    // a text is read first, so that closing never discards one with faults
    let unapplied = editing.is_unapplied() && !editing.has_changed_text();
    let (words, help) =
        if unapplied { ("Discard", "Close the editor without the changes that were not applied.") } else { ("Close", "Close the editor.") };
    if theme::button(ui, Sign::None, words, Weight::Usual, discard).on_hover_text(help).clicked() {
        editing.wishes.push(Wish::Discard);
    }
    let why_not = editing.why_not();
    let applies = ui.add_enabled_ui(why_not.is_none(), |ui| theme::button(ui, Sign::None, "Apply", Weight::Main, apply)).inner;
    let help = "Build this network and run it. Learnt weights of unchanged projections are kept; the run before it can be restored.";
    if applies.on_hover_text(help).on_disabled_hover_text(why_not.unwrap_or_default()).clicked() {
        editing.wishes.push(Wish::Apply);
    }
}

/// Whether the draft runs.
fn standing(ui: &mut Ui, editing: &mut Editing, cx: &Context, roomy: bool) {
    let palette = cx.palette;
    let faults = editing.draft.faults().len() as u64;
    let (color, words) = match editing.standing {
        _ if editing.faults_of_text() > 0 => (palette.bad, plural(editing.faults_of_text() as u64, "fault")),
        _ if editing.has_changed_text() => (palette.accent, "Not applied".to_owned()),
        Standing::Same if cx.snapshot.state == RunState::Running => (palette.good, "Running".to_owned()),
        Standing::Same => (palette.good, "Applied · paused".to_owned()),
        Standing::Differs => (palette.accent, "Not applied".to_owned()),
        Standing::Faulty if editing.network().populations.is_empty() => (palette.faint, "Empty".to_owned()),
        Standing::Faulty => (palette.bad, plural(faults, "fault")),
    };
    // the way to the first fault
    let fault = editing.draft.faults().first().map(Fault::element).filter(|_| faults > 0 && !editing.has_changed_text());
    let fault = fault.filter(|_| !editing.network().populations.is_empty());
    let tint = if fault.is_some() { palette.bad } else { palette.dim };
    let mut clicked = false;
    if roomy {
        let label = ui.add(egui::Label::new(RichText::new(&words).color(tint).size(12.0)).sense(Sense::click()));
        clicked = label.clicked();
        if fault.is_some() {
            label.widget_info(|| WidgetInfo::labeled(Role::Button, true, &words));
            label.on_hover_text("Select the element with the fault and show its field.");
        }
    }
    let (rect, dot) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::CLICK);
    clicked |= dot.clicked();
    dot.on_hover_text(words);
    match fault {
        Some(element) if clicked => editing.show_fault(element),
        _ if clicked => editing.select(Element::Network),
        _ => {}
    }
    ui.painter().circle_filled(rect.center(), 3.5, color);
}
