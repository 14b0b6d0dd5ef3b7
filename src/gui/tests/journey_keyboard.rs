//! The window by keyboard alone: neurons and spikes, the command palette, number fields.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::editor::{editing, editor, says};
use crate::gui::tests::stage::{Sent, free_window, has, type_text};
use crate::model::{Path, Value};
use crate::session::{Command, SpikeMoment};
use egui::{Event, Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

type Window = Harness<'static, App>;

fn usual() -> (Window, Sent) {
    free_window([1440.0, 900.0], ThemeChoice::Dark)
}

fn key(harness: &mut Window, key: Key) {
    harness.key_press(key);
    harness.run_steps(3);
}

/// Type a text into the palette; the labels of what was found, best first.
fn palette(harness: &mut Window, words: &str) -> Vec<String> {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    type_text(harness, words);
    harness.run_steps(2);
    let found = harness.query_all_by_role(Role::MenuItem).filter_map(|node| node.accesskit_node().label());
    found.map(|label| label.trim().to_owned()).collect()
}

/// Role and label of the control with the focus.
fn focus(harness: &Window) -> Option<(Role, String)> {
    let focused = harness.query_all_by(|node| node.is_focused() && !matches!(node.role(), Role::Window | Role::GenericContainer));
    focused.map(|node| (node.accesskit_node().role(), node.accesskit_node().label().unwrap_or_default())).next()
}

#[test]
fn palette_selects_a_neuron_of_a_population_by_its_name() {
    for typed in ["I[5]", "I 5", "i[5"] {
        let (mut harness, sent) = usual();
        let found = palette(&mut harness, typed);
        assert!(found[..3].iter().all(|words| words.contains("I[5]")), "{found:?}");
        key(&mut harness, Key::ArrowDown);
        key(&mut harness, Key::Enter);
        harness.run_steps(3);
        assert_eq!(harness.state().state.selected_neuron, 8005);
        let asked = |command: &Command| matches!(command, Command::Watch(watch) if watch.why_spike.is_some_and(|why| why.neuron == 8005));
        assert!(has(&sent, asked), "the view is open");
    }
    // sources have no potential, and there is no such neuron
    for typed in ["noise[5]", "I[2000]"] {
        let (mut harness, _) = usual();
        assert_eq!(palette(&mut harness, typed), Vec::<String>::new());
        key(&mut harness, Key::Enter);
        assert!(harness.state().finder.is_open() && harness.state().state.selected_neuron != 8005);
    }
}

#[test]
fn palette_finds_what_explains_a_silent_neuron() {
    let (mut harness, _) = usual();
    let found = palette(&mut harness, "silent");
    assert!(found.iter().any(|words| words.starts_with("Show Inspector")), "{found:?}");
    let help = found.iter().position(|words| words.starts_with("Help: A silent neuron")).unwrap();
    for _ in 0..help {
        key(&mut harness, Key::ArrowDown);
    }
    key(&mut harness, Key::Enter);
    harness.run_steps(10);
    assert!(harness.state().dock.is_open("help"));
    assert!(says(&harness, "A neuron fires when its potential"));
}

#[test]
fn palette_sets_a_value_of_the_network_that_is_edited() {
    let (mut harness, sent) = editor();
    let value = |harness: &Window, path: &str| editing(harness).network().entry(&path.parse::<Path>().unwrap()).unwrap().text();
    // of the network that runs and has no edits, at once
    palette(&mut harness, "E.tau_m=12");
    key(&mut harness, Key::Enter);
    assert_eq!(value(&harness, "E.tau_m"), "12 ms");
    assert!(has(&sent, |command| matches!(command, Command::SetPath(path, Value::Number(12.0)) if path.to_string() == "E.tau_m")));
    // a value that needs a new network, and of a network with faults, changes the draft alone
    sent.lock().unwrap().clear();
    palette(&mut harness, "E.size=70");
    key(&mut harness, Key::Enter);
    assert_eq!((value(&harness, "E.size"), editing(&harness).draft.faults().is_empty()), ("70".to_owned(), false));
    palette(&mut harness, "I.tau_m=15 ms");
    key(&mut harness, Key::Enter);
    assert_eq!(value(&harness, "I.tau_m"), "15 ms");
    assert!(!has(&sent, |command| matches!(command, Command::SetPath(..) | Command::Apply(_))));
    for (path, before) in [("I.tau_m", "20 ms"), ("E.size", "8000"), ("E.tau_m", "20 ms")] {
        harness.state_mut().state.editing.as_mut().unwrap().undo();
        assert_eq!(value(&harness, path), before, "undone step by step");
    }
    // outside the range
    palette(&mut harness, "E.tau_m=1e9");
    key(&mut harness, Key::Enter);
    assert!(harness.state().finder.is_open() && value(&harness, "E.tau_m") == "20 ms");
}

#[test]
fn letters_in_the_frame_after_the_palette_shortcut_are_not_lost() {
    let pressed = |key, modifiers| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    let letter = |text: &str| Event::Text(text.to_owned());
    for gap in [0, 1, 2] {
        let (mut harness, _) = usual();
        // a control has the focus
        harness.get_by_role_and_label(Role::TextInput, "E->I.weight").focus();
        harness.run_steps(3);
        harness.input_mut().events.push(pressed(Key::P, Modifiers::COMMAND));
        for text in ["i", "[", "7", "]"] {
            if gap > 0 {
                (0..gap).for_each(|_| harness.step());
            }
            harness.input_mut().events.push(letter(text));
        }
        harness.step();
        key(&mut harness, Key::Enter);
        assert_eq!(harness.state().state.selected_neuron, 8007, "{gap} frames between two letters");
    }
}

fn spikes(harness: &Window) -> egui_kittest::Node<'_> {
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("Spikes of E (")))
}

fn spikes_label(harness: &Window) -> String {
    spikes(harness).accesskit_node().label().unwrap()
}

#[test]
fn arrow_keys_in_the_spikes_select_a_neuron_and_one_of_its_spikes() {
    let (mut harness, sent) = usual();
    harness.state_mut().state.all_neurons = true;
    harness.state_mut().state.select_neuron(7999);
    spikes(&harness).focus();
    harness.run_steps(3);
    for (press, neuron) in [(Key::ArrowDown, 8000), (Key::ArrowDown, 8001), (Key::ArrowUp, 8000), (Key::ArrowUp, 7999), (Key::PageUp, 7989)]
    {
        key(&mut harness, press);
        assert_eq!(harness.state().state.selected_neuron, neuron);
        let name = harness.state().snapshot.as_ref().unwrap().free.as_ref().unwrap().name(neuron);
        assert!(spikes_label(&harness).ends_with(&format!("selected {name}")), "{}", spikes_label(&harness));
    }
    harness.state_mut().state.select_neuron(12);
    let view = harness.state().snapshot.as_ref().unwrap().free.clone().unwrap();
    let own: Vec<u64> = view.spikes_since(0).filter(|&(_, neuron)| neuron == 12).map(|(step, _)| step).collect();
    let n = own.len();
    for (press, wanted) in [(Key::ArrowLeft, n - 1), (Key::ArrowLeft, n - 2), (Key::ArrowLeft, n - 3), (Key::ArrowRight, n - 2)] {
        key(&mut harness, press);
        assert_eq!(harness.state().state.spike_moment, SpikeMoment::At(own[wanted]));
    }
    let at = crate::gui::paint::numbers::fixed(own[n - 2] as f64 * 0.1, 1);
    assert!(spikes_label(&harness).contains(&format!("selected E[12] at {at} ms")), "{}", spikes_label(&harness));
    key(&mut harness, Key::Enter);
    harness.run_steps(4);
    let asked = |command: &Command| {
        let Command::Watch(watch) = command else { return false };
        watch.why_spike.is_some_and(|why| (why.neuron, why.moment) == (12, SpikeMoment::At(own[n - 2])))
    };
    assert!(has(&sent, asked));
    // Tab leaves the view
    spikes(&harness).focus();
    harness.run_steps(2);
    key(&mut harness, Key::Tab);
    assert!(focus(&harness).is_some_and(|(_, label)| !label.starts_with("Spikes of")));
}

#[test]
fn tab_continues_after_a_number_field_that_was_left_with_escape() {
    let (mut harness, _) = usual();
    harness.state_mut().dock.reveal("inspector");
    harness.run_steps(4);
    let field = "Index of the selected neuron";
    let mut after = |escapes: bool, modifiers: Modifiers| {
        harness.get_by_role_and_label(Role::SpinButton, field).focus();
        harness.run_steps(3);
        if escapes {
            key(&mut harness, Key::Escape);
            assert!(focus(&harness).is_none_or(|(_, label)| label != field));
        }
        harness.key_press_modifiers(modifiers, Key::Tab);
        harness.run_steps(4);
        focus(&harness).unwrap()
    };
    for modifiers in [Modifiers::NONE, Modifiers::SHIFT] {
        let plain = after(false, modifiers);
        assert_ne!(plain.1, field);
        assert_eq!(after(true, modifiers), plain, "{modifiers:?}");
    }
}
