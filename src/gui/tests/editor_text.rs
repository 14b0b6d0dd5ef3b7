//! The text of a preset in the editor: every way out of it reads it first, and all its faults are shown at their lines.

#![allow(clippy::unwrap_used)]

use crate::gui::tests::editor::{Window, applied, editing, editor, press, says};
use crate::gui::tests::stage::{ask_to_close, has};
use crate::session::Command;
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;

fn write(harness: &mut Window, change: impl FnOnce(&str) -> String) -> String {
    press(harness, "Text");
    let sheet = harness.state_mut().state.editing.as_mut().unwrap().sheet.as_mut().unwrap();
    sheet.text = change(&sheet.text);
    let text = sheet.text.clone();
    harness.run_steps(2);
    text
}

/// The lines of the faults.
fn lines(harness: &Window) -> Vec<Option<usize>> {
    editing(harness).sheet.as_ref().map_or(Vec::new(), |sheet| sheet.faults.iter().map(|(line, _)| *line).collect())
}

fn line(text: &str, words: &str) -> Option<usize> {
    text.lines().position(|line| line.contains(words)).map(|index| index + 1)
}

#[test]
fn text_with_faults_is_neither_applied_nor_saved_nor_left() {
    let (mut harness, sent) = editor();
    let before = editing(&harness).draft.text();
    let text = write(&mut harness, |text| text.replace("size: 2000", "size: 80x").replacen("delay: ", "junk\n                delay: ", 1));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(4);
    let found = lines(&harness);
    for words in ["80x", "junk"] {
        assert!(found.contains(&line(&text, words)), "{words}: {:?}", editing(&harness).sheet.as_ref().unwrap().faults);
    }
    assert!(says(&harness, "80x is no number; write 80"));
    // as with a drawing that has faults
    assert!(says(&harness, &format!("{} faults", found.len())));
    for button in ["Apply", "Save as…"] {
        use egui_kittest::kittest::NodeT;
        assert!(harness.get_by_role_and_label(Role::Button, button).accesskit_node().is_disabled(), "{button}");
    }
    for button in ["Drawing", "Close"] {
        press(&mut harness, button);
        let sheet = editing(&harness).sheet.as_ref().unwrap();
        assert_eq!((sheet.text.as_str(), editing(&harness).draft.text()), (text.as_str(), before.clone()), "{button}");
        assert!(says(&harness, "The text has faults; correct them"), "{button}");
    }
    assert!(applied(&sent).is_none() && !says(&harness, "Saved "));
    press(&mut harness, "Discard text");
    assert!(lines(&harness).is_empty());
    press(&mut harness, "Close");
    assert!(harness.state().state.editing.is_none());
}

#[test]
fn text_without_faults_becomes_the_network() {
    let (mut harness, sent) = editor();
    let before = editing(&harness).draft.text();
    write(&mut harness, |text| text.replace("size: 2000", "size: 2500"));
    press(&mut harness, "Apply");
    let network = applied(&sent).unwrap().network.unwrap().network;
    assert_eq!(network.population("I").unwrap().size(), 2500);
    press(&mut harness, "Drawing");
    assert!(editing(&harness).sheet.is_none() && editing(&harness).network().population("I").unwrap().size() == 2500);
    harness.hover_at(harness.state().dock.area("graph").unwrap().center());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(4);
    assert_eq!(editing(&harness).draft.text(), before, "one step of undo");
}

#[test]
fn faults_are_listed_while_the_text_is_typed() {
    let (mut harness, _) = editor();
    let text = write(&mut harness, |text| text.replace("\"I->E\": (", "\"I->E\": (colour: 3, ").replace("size: 2000", "size: -1"));
    // after a pause
    harness.run_steps(60);
    let found = lines(&harness);
    for words in ["colour", "size: -1"] {
        assert!(found.contains(&line(&text, words)), "{words}: {found:?}");
    }
    assert!(says(&harness, &format!("Line {}: ", line(&text, "colour").unwrap())));
}

#[test]
fn closing_the_window_does_not_lose_a_text() {
    let (mut harness, sent) = editor();
    let mut paused = (**harness.state().snapshot.as_ref().unwrap()).clone();
    paused.state = crate::session::RunState::Paused;
    harness.state_mut().snapshot = Some(std::sync::Arc::new(paused));
    write(&mut harness, |text| text.replace("size: 2000", "size: 80x"));
    ask_to_close(&mut harness);
    harness.run_steps(2);
    press(&mut harness, "Save preset as…");
    assert!(editing(&harness).sheet.as_ref().unwrap().text.contains("80x") && !lines(&harness).is_empty());
    assert!(!has(&sent, |command| matches!(command, Command::SaveRun(_))));
}

/// A key that is pressed beside a field does not change the run.
#[test]
fn single_keys_leave_the_run_alone_while_a_network_is_edited() {
    let (mut harness, sent) = editor();
    let changes = |sent: &crate::gui::tests::stage::Sent| {
        has(sent, |command| matches!(command, Command::Reset { .. } | Command::Reward(_) | Command::StepTrial))
    };
    for key in [Key::R, Key::Plus, Key::Equals, Key::Minus, Key::Num0, Key::Enter] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    assert!(!changes(&sent));
    harness.key_press(Key::Period);
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::StepMs));
    press(&mut harness, "Close");
    harness.key_press(Key::R);
    harness.run_steps(2);
    assert!(changes(&sent));
}

/// What is refused is said below the fields, which stay where they are.
#[test]
fn messages_do_not_move_the_fields() {
    let (mut harness, _) = editor();
    crate::gui::tests::editor::select(&mut harness, "Population E, ");
    let place = |harness: &Window| harness.get_by_role_and_label(Role::TextInput, "E.tau_m").rect();
    let before = place(&harness);
    crate::gui::tests::editor::fill(&mut harness, "E.size", "a lot");
    crate::gui::tests::editor::fill(&mut harness, "Name of the population", "I");
    assert!(says(&harness, "already taken"));
    assert_eq!(place(&harness), before);
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("Faults of name: ")));
}
