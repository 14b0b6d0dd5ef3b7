//! Tiles by keyboard alone: enlarged and shown again, opened beside the editor, and what the palette finds of them.

#![allow(clippy::unwrap_used)]

use crate::gui::state::ThemeChoice;
use crate::gui::tests::editor::{Window, editing, editor, press, says};
use crate::gui::tests::editor_keys::{command, focus};
use crate::gui::tests::stage::{free_window, has, type_text};
use crate::model::{Element, RuleSpec};
use crate::session::Command;
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};

fn window() -> Window {
    free_window([1440.0, 900.0], ThemeChoice::Dark).0
}

fn key(harness: &mut Window, key: Key) {
    harness.key_press(key);
    harness.run_steps(4);
}

/// What the palette finds, best first.
fn found(harness: &mut Window, words: &str) -> Vec<String> {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    type_text(harness, words);
    harness.run_steps(2);
    let found = harness.query_all_by_role(Role::MenuItem).filter_map(|node| node.accesskit_node().label());
    let found = found.map(|label| label.trim().to_owned()).collect();
    key(harness, Key::Escape);
    found
}

fn enlarged(harness: &Window) -> Option<&'static str> {
    harness.state().dock.enlarged()
}

#[test]
fn a_tile_is_enlarged_and_shown_again_by_key_and_by_command() {
    let mut harness = window();
    for words in ["enlarge", "maximise", "tile"] {
        let found = found(&mut harness, words);
        assert!(found.iter().any(|found| found.starts_with("Enlarge this view")), "{words}: {found:?}");
    }
    command(&mut harness, "enlarge rates");
    assert_eq!(enlarged(&harness), Some("rates"));
    key(&mut harness, Key::F11);
    assert_eq!(enlarged(&harness), None);
    // the view that has the focus; a number field in it keeps no function key
    command(&mut harness, "show inspector");
    assert_eq!(focus(&harness).unwrap().1, "Index of the selected neuron");
    key(&mut harness, Key::F11);
    assert_eq!(enlarged(&harness), Some("inspector"));
    key(&mut harness, Key::Escape);
    key(&mut harness, Key::Escape);
    assert_eq!(enlarged(&harness), None);
    // the palette enlarges the view that was used last
    command(&mut harness, "enlarge this view");
    assert_eq!(enlarged(&harness), Some("inspector"));
    key(&mut harness, Key::F11);
    assert_eq!(enlarged(&harness), None);
    // the editor as well
    command(&mut harness, "edit network");
    key(&mut harness, Key::F11);
    assert_eq!(enlarged(&harness), Some("graph"));
}

#[test]
fn without_a_view_that_has_the_focus_the_window_says_how_to_choose_one() {
    let mut harness = window();
    key(&mut harness, Key::F11);
    assert_eq!(enlarged(&harness), None);
    assert!(harness.state().messages().iter().any(|words| words.contains("“Enlarge Raster”")), "{:?}", harness.state().messages());
}

#[test]
fn keys_are_found_by_the_words_for_them() {
    let mut harness = window();
    for words in ["keyb", "shortcut", "keys"] {
        let found = found(&mut harness, words);
        assert!(found[0].starts_with("Keys and symbols"), "{words}: {found:?}");
    }
}

#[test]
fn enter_after_the_runs_were_shown_leaves_out_no_run() {
    let mut harness = window();
    command(&mut harness, "show runs");
    let (role, label) = focus(&harness).unwrap();
    assert!(role == Role::TitleBar && label.starts_with("Runs tile"), "{role:?} {label}");
    key(&mut harness, Key::Enter);
    assert!(harness.state().state.compared.left_out.is_empty());
    key(&mut harness, Key::Tab);
    assert_eq!(focus(&harness).unwrap().1, "Options of Runs");
}

#[test]
fn a_run_that_began_with_learnt_weights_says_so() {
    let mut harness = window();
    command(&mut harness, "enlarge runs");
    let words = "began with the learnt weights of the run before it";
    assert!(!says(&harness, words));
    let mut snapshot = (**harness.state().snapshot.as_ref().unwrap()).clone();
    let view = crate::session::FreeView { learnt_before: true, ..(**snapshot.free.as_ref().unwrap()).clone() };
    snapshot.free = Some(std::sync::Arc::new(view));
    harness.state_mut().snapshot = Some(std::sync::Arc::new(snapshot));
    harness.run_steps(3);
    assert!(says(&harness, words));
}

#[test]
fn a_tile_opened_beside_the_editor_is_there_when_the_editor_is_opened_again() {
    let (mut harness, _) = editor();
    assert!(!harness.state().dock.is_open("runs"));
    command(&mut harness, "show runs");
    command(&mut harness, "close the network editor");
    assert!(harness.state().state.editing.is_none() && !harness.state().dock.is_open("runs"));
    press(&mut harness, "Edit network");
    assert!(harness.state().dock.is_open("runs") && harness.state().dock.area("graph").is_some());
}

#[test]
fn a_rule_is_chosen_in_the_palette_and_the_editor_opens_for_it() {
    let (mut harness, sent) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    let rule = |harness: &Window| editing(harness).network().projection("noise->E").unwrap().rule.as_ref().map(RuleSpec::name);
    command(&mut harness, "noise->E.rule=pairstdp");
    assert_eq!(rule(&harness), Some("PairStdp"));
    assert_eq!(editing(&harness).selected, Element::Projection("noise->E".to_owned()));
    // in the editor, found by the name of a rule before the presets with this word
    let found = found(&mut harness, "stdp");
    assert!(found[0].contains(".rule"), "{found:?}");
    command(&mut harness, "noise->e.rule=none");
    assert_eq!(rule(&harness), None);
    command(&mut harness, "E.model=adex");
    assert_eq!(editing(&harness).network().population("E").unwrap().model.name(), "AdEx");
    harness.state_mut().state.editing.as_mut().unwrap().undo();
    assert_eq!(editing(&harness).network().population("E").unwrap().model.name(), "Lif");
    assert!(!has(&sent, |command| matches!(command, Command::Apply(_))), "nothing is applied by it");
}

#[test]
fn help_over_the_editor_gives_way_to_what_is_edited_or_selected() {
    let (mut harness, _) = editor();
    for words in ["add lif", "select I"] {
        harness.state_mut().state.ask_for_help(Some("graph"));
        harness.run_steps(4);
        assert_eq!(enlarged(&harness), Some("help"));
        command(&mut harness, words);
        assert!(enlarged(&harness).is_none() && !harness.state().dock.is_open("help"), "{words}");
        assert!(harness.state().dock.area("graph").is_some());
        let (role, label) = focus(&harness).unwrap();
        assert!(role == Role::Button && label.starts_with("Population "), "{role:?} {label}");
    }
}
