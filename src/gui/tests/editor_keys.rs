//! The editor by keyboard alone: where the focus is after each step.

#![allow(clippy::unwrap_used)]

use crate::gui::state::ThemeChoice;
use crate::gui::tests::editor::{Window, applied, editing, editor, says, select};
use crate::gui::tests::stage::{ask_to_close, free_window, has, type_text};
use crate::model::Element;
use crate::session::{Command, drawn};
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};

const CTRL: Modifiers = Modifiers::COMMAND;

/// Role and label of the control with the focus.
pub(super) fn focus(harness: &Window) -> Option<(Role, String)> {
    let focused = harness.query_all_by(|node| node.is_focused() && !matches!(node.role(), Role::Window | Role::GenericContainer));
    focused.map(|node| (node.accesskit_node().role(), node.accesskit_node().label().unwrap_or_default())).next()
}

fn has_focus(harness: &Window, role: Role, begins: &str) {
    let focus = focus(harness);
    assert!(focus.as_ref().is_some_and(|(own, label)| *own == role && label.starts_with(begins)), "{begins}: {focus:?}");
}

fn key(harness: &mut Window, key: Key) {
    harness.key_press(key);
    harness.run_steps(4);
}

fn chord(harness: &mut Window, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(4);
}

/// Choose a command from the palette by its words.
pub(super) fn command(harness: &mut Window, words: &str) {
    chord(harness, CTRL, Key::P);
    type_text(harness, words);
    key(harness, Key::Enter);
}

/// Press Tab, at most so many times, until a control of this label has the focus.
fn tab_to(harness: &mut Window, role: Role, begins: &str) {
    for _ in 0..60 {
        key(harness, Key::Tab);
        let focus = focus(harness);
        assert!(focus.as_ref().is_none_or(|(_, label)| label != "File"), "the focus left the editor before {begins}");
        if focus.is_some_and(|(own, label)| own == role && label.starts_with(begins)) {
            return;
        }
    }
    panic!("Tab does not reach {begins}");
}

/// Press the arrow down in an open list until an item of this label has the focus.
fn arrow_to(harness: &mut Window, item: &str) {
    for _ in 0..20 {
        if focus(harness).is_some_and(|(_, label)| label == item) {
            return;
        }
        key(harness, Key::ArrowDown);
    }
    panic!("the arrow keys do not reach {item}: {:?}", focus(harness));
}

/// The next stops of Tab, with the one that has the focus.
fn stops(harness: &mut Window, most: usize, modifiers: Modifiers) -> Vec<(Role, String)> {
    let mut stops = Vec::new();
    for _ in 0..most {
        stops.extend(focus(harness));
        chord(harness, modifiers, Key::Tab);
    }
    stops
}

/// Two populations and a projection that learns, from nothing to text and back.
#[test]
fn network_is_assembled_by_keyboard_and_the_focus_stays_where_the_work_is() {
    let (mut harness, sent) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    chord(&mut harness, CTRL, Key::N);
    has_focus(&harness, Role::Button, "Blank: ");
    key(&mut harness, Key::Enter);
    has_focus(&harness, Role::Button, "Add ");
    tab_to(&mut harness, Role::Button, "Add Poisson");
    key(&mut harness, Key::Enter);
    has_focus(&harness, Role::Button, "Population noise, ");
    command(&mut harness, "add lif");
    has_focus(&harness, Role::Button, "Population A, ");
    command(&mut harness, "connect noise to a");
    has_focus(&harness, Role::Button, "Projection noise->A, ");
    command(&mut harness, "add lif");
    command(&mut harness, "connect a to b");
    has_focus(&harness, Role::Button, "Projection A->B, ");
    // its parameters; a new name keeps the place
    key(&mut harness, Key::Enter);
    has_focus(&harness, Role::TextInput, "Name of the projection");
    chord(&mut harness, CTRL, Key::A);
    type_text(&mut harness, "plastic");
    key(&mut harness, Key::Enter);
    assert_eq!(editing(&harness).selected, Element::Projection("plastic".to_owned()));
    key(&mut harness, Key::Tab);
    has_focus(&harness, Role::Button, "Duplicate");
    chord(&mut harness, Modifiers::SHIFT, Key::Tab);
    has_focus(&harness, Role::TextInput, "Name of the projection");
    chord(&mut harness, CTRL, Key::A);
    type_text(&mut harness, "learns");
    key(&mut harness, Key::Tab);
    has_focus(&harness, Role::Button, "Duplicate");
    assert!(editing(&harness).network().projection("learns").is_some());
    // a list gives the focus back, whether something is chosen or not
    tab_to(&mut harness, Role::ComboBox, "Rule");
    for closes in [Key::Escape, Key::Tab] {
        key(&mut harness, Key::Enter);
        key(&mut harness, Key::ArrowDown);
        key(&mut harness, closes);
        has_focus(&harness, Role::ComboBox, "Rule");
        assert!(!egui::Popup::is_any_open(&harness.ctx), "{closes:?}");
    }
    key(&mut harness, Key::Enter);
    arrow_to(&mut harness, "PairStdp");
    key(&mut harness, Key::Enter);
    has_focus(&harness, Role::ComboBox, "Rule");
    assert!(editing(&harness).network().projection("learns").unwrap().rule.is_some());
    tab_to(&mut harness, Role::TextInput, "learns.eta");
    chord(&mut harness, CTRL, Key::A);
    type_text(&mut harness, "0.5");
    key(&mut harness, Key::Enter);
    assert!(editing(&harness).network().entry(&"learns.eta".parse().unwrap()).unwrap().text().starts_with("0.5"));
    chord(&mut harness, Modifiers::SHIFT, Key::Tab);
    assert!(focus(&harness).is_some_and(|(_, label)| label != "File"));
    // Connect to… selects another element, which takes the focus
    command(&mut harness, "select a");
    has_focus(&harness, Role::Button, "Population A, ");
    tab_to(&mut harness, Role::Button, "Connect to…");
    key(&mut harness, Key::Enter);
    key(&mut harness, Key::Escape);
    has_focus(&harness, Role::Button, "Connect to…");
    key(&mut harness, Key::Enter);
    tab_to(&mut harness, Role::Button, "A (itself)");
    key(&mut harness, Key::Enter);
    harness.run_steps(4);
    has_focus(&harness, Role::Button, "Projection A->A, ");
    command(&mut harness, "delete a->a");
    has_focus(&harness, Role::Button, "Population noise, ");
    // apply, text, drawing
    chord(&mut harness, CTRL, Key::Enter);
    assert!(applied(&sent).unwrap().network.unwrap().network.projection("learns").unwrap().rule.is_some());
    has_focus(&harness, Role::Button, "Population noise, ");
    command(&mut harness, "select learns");
    chord(&mut harness, CTRL, Key::T);
    has_focus(&harness, Role::MultilineTextInput, "Text of the preset");
    key(&mut harness, Key::Escape);
    key(&mut harness, Key::Tab);
    assert!(focus(&harness).is_some_and(|(_, label)| label != "File"));
    chord(&mut harness, CTRL, Key::T);
    assert!(editing(&harness).sheet.is_none());
    has_focus(&harness, Role::Button, "Projection learns, ");
}

#[test]
fn tab_visits_populations_and_projections_in_the_order_of_the_network_and_controls_as_they_are_seen() {
    let (mut harness, _) = editor();
    select(&mut harness, "Population noise, ");
    chord(&mut harness, CTRL, Key::E);
    has_focus(&harness, Role::Button, "Population noise, ");
    command(&mut harness, "select the network");
    let labels = stops(&mut harness, 12, Modifiers::NONE);
    let parts = drawn(editing(&harness).network()).parts.into_iter().map(|part| format!("Population {}, ", part.name));
    let projections = editing(&harness).network().projections.iter().map(|one| format!("Projection {}, ", one.name));
    for (begins, (_, label)) in parts.chain(projections).zip(&labels) {
        assert!(label.starts_with(&begins), "{begins}: {labels:?}");
    }
    command(&mut harness, "select the network");
    let before = stops(&mut harness, 30, Modifiers::SHIFT);
    let place = |name: &str| before.iter().position(|(_, label)| label == name).unwrap_or_else(|| panic!("{name}: {before:?}"));
    assert!(place("Close") < place("Save as…") && place("Save as…") < place("Text") && place("Text") < place("Drawing"), "{before:?}");
    // the slider stands left of its value
    command(&mut harness, "select e");
    key(&mut harness, Key::Enter);
    let stops = stops(&mut harness, 30, Modifiers::NONE);
    let at = |role: Role| stops.iter().position(|(own, label)| *own == role && label == "E.tau_m").unwrap();
    assert_eq!(at(Role::Slider) + 1, at(Role::TextInput), "{stops:?}");
}

#[test]
fn dialogs_hold_the_focus_and_give_it_back_and_help_explains_the_editor() {
    let (mut harness, _) = editor();
    select(&mut harness, "Population I, ");
    chord(&mut harness, CTRL, Key::E);
    for (words, inside) in
        [("about this", "Close About this experiment"), ("keys and", "Close Keys and symbols"), ("new network", "Blank: ")]
    {
        command(&mut harness, words);
        has_focus(&harness, Role::Button, inside);
        for _ in 0..3 {
            key(&mut harness, Key::Tab);
            assert!(focus(&harness).is_some_and(|(_, label)| label != "File" && !label.starts_with("Population ")), "{words}");
        }
        key(&mut harness, Key::Escape);
        has_focus(&harness, Role::Button, "Population I, ");
    }
    chord(&mut harness, CTRL, Key::P);
    key(&mut harness, Key::Escape);
    has_focus(&harness, Role::Button, "Population I, ");
    key(&mut harness, Key::F1);
    harness.run_steps(10);
    assert!(says(&harness, "begins with an empty network or a preset") && says(&harness, "text or drawing"));
    // at a size that can be read, and one key leads back
    let help = harness.state().dock.area("help").unwrap();
    assert!(help.width() > 600.0 && help.height() > 400.0, "{help:?}");
    // Tab leads into it, and the words are searched for
    key(&mut harness, Key::Tab);
    has_focus(&harness, Role::SearchInput, "Search help");
    type_text(&mut harness, "reversal");
    assert!(says(&harness, "LifCond") && !says(&harness, "begins with an empty network or a preset"));
    key(&mut harness, Key::Escape);
    harness.run_steps(4);
    assert!(harness.state().dock.area("help").is_none() && harness.state().dock.area("graph").is_some());
    has_focus(&harness, Role::Button, "Population I, ");
}

/// The element with the focus is deleted, though another one is selected.
#[test]
fn delete_is_for_what_has_the_focus_and_else_for_what_is_selected() {
    let (mut harness, _) = editor();
    select(&mut harness, "Population E, ");
    chord(&mut harness, CTRL, Key::E);
    key(&mut harness, Key::Tab);
    has_focus(&harness, Role::Button, "Population I, ");
    assert_eq!(editing(&harness).selected, Element::Population("E".to_owned()));
    key(&mut harness, Key::Delete);
    let network = editing(&harness).network();
    assert!(network.population("I").is_none() && network.population("E").is_some());
    select(&mut harness, "Projection noise->E, ");
    harness.get_by_role_and_label(Role::Button, "Duplicate").focus();
    harness.run_steps(2);
    key(&mut harness, Key::Delete);
    let network = editing(&harness).network();
    assert!(network.projection("noise->E").is_none() && network.population("noise").is_some());
}

/// Keys that replace the run: what Undo is for.
#[test]
fn undo_after_a_reset_brings_back_the_run_and_not_an_edit() {
    let (mut harness, sent) = editor();
    select(&mut harness, "Population I, ");
    command(&mut harness, "add lif");
    let edited = editing(&harness).network().populations.len();
    let times = |wanted: Command| sent.lock().unwrap().iter().filter(|command| **command == wanted).count();
    command(&mut harness, "reset with the same");
    assert!(has(&sent, |command| matches!(command, Command::Reset { .. })));
    // the pointer is over the editor
    harness.hover_at(harness.get_by_role_and_label(Role::Button, "Duplicate").rect().center());
    harness.run_steps(2);
    chord(&mut harness, CTRL, Key::Z);
    assert_eq!((times(Command::UndoRun), editing(&harness).network().populations.len()), (1, edited));
    chord(&mut harness, CTRL.plus(Modifiers::SHIFT), Key::Z);
    assert_eq!((times(Command::RedoRun), editing(&harness).network().populations.len()), (1, edited));
    chord(&mut harness, CTRL, Key::Z);
    // then it is for the edits again
    chord(&mut harness, CTRL, Key::Z);
    assert_eq!((times(Command::UndoRun), editing(&harness).network().populations.len()), (2, edited - 1));
}

#[test]
fn closing_with_a_run_and_unapplied_edits_offers_to_save_the_preset() {
    let (mut harness, _) = editor();
    command(&mut harness, "add lif");
    ask_to_close(&mut harness);
    harness.run_steps(3);
    for name in ["Save preset as…", "Save run and close", "Discard", "Stay"] {
        let mut found = harness.query_all_by(|node| node.role() == Role::Button && node.label().as_deref() == Some(name));
        assert!(found.next().is_some(), "{name}");
    }
}

#[test]
fn what_a_key_gives_the_focus_is_selected_and_what_undo_restores_has_the_focus() {
    let (mut harness, _) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    chord(&mut harness, CTRL, Key::E);
    has_focus(&harness, Role::Button, "Population E, ");
    let first = Element::Population("E".to_owned());
    assert_eq!(editing(&harness).selected, first);
    let edit = harness.state_mut().state.editing.as_mut().unwrap();
    edit.delete(&first);
    assert!(edit.network().population("E").is_none());
    edit.undo();
    assert!(edit.selected == first && edit.wants_focus);
    harness.run_steps(4);
    has_focus(&harness, Role::Button, "Population E, ");
}

#[test]
fn a_view_that_is_shown_by_a_command_takes_the_focus() {
    let (mut harness, _) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    command(&mut harness, "show inspector");
    let focus = focus(&harness);
    assert!(focus.as_ref().is_some_and(|(_, label)| label == "Index of the selected neuron"), "{focus:?}");
}

#[test]
fn the_dialog_of_recordings_begins_at_a_button_that_is_whole() {
    let (mut harness, _) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    command(&mut harness, "record gif");
    has_focus(&harness, Role::Button, "Record");
    let (button, dialog) = {
        let rect = |label: &str| harness.get_by_role_and_label(Role::Button, label).rect();
        (rect("Record"), harness.ctx.memory(|memory| memory.area_rect(egui::Id::unique("Record GIF"))).unwrap())
    };
    assert!(button.height() > 20.0 && button.bottom() < dialog.bottom() - 4.0, "{button:?} in {dialog:?}");
    tab_to(&mut harness, Role::ComboBox, "View");
    key(&mut harness, Key::Enter);
    arrow_to(&mut harness, "the whole window");
    key(&mut harness, Key::ArrowDown);
    key(&mut harness, Key::Enter);
    assert!(!egui::Popup::is_any_open(&harness.ctx));
    has_focus(&harness, Role::ComboBox, "View");
}

#[test]
fn the_closing_dialog_begins_at_its_default_and_saves_no_text_with_faults() {
    let (mut harness, _) = editor();
    command(&mut harness, "add lif");
    ask_to_close(&mut harness);
    harness.run_steps(4);
    has_focus(&harness, Role::Button, "Save run and close");
    key(&mut harness, Key::Escape);
    chord(&mut harness, CTRL, Key::T);
    type_text(&mut harness, "(((");
    ask_to_close(&mut harness);
    harness.run_steps(4);
    assert!(harness.get_by_role_and_label(Role::Button, "Save preset as…").accesskit_node().is_disabled());
    has_focus(&harness, Role::Button, "Save run and close");
}
