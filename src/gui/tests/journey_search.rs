//! The parameter search box, by keys alone.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{has, type_text, usual};
use crate::params::ParamId;
use crate::session::Command;
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use std::sync::Arc;

#[test]
fn search_shortcut_selects_the_old_text_so_that_typing_replaces_it() {
    let (mut harness, _) = usual();
    for words in ["refractory", "membrane"] {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
        harness.run_steps(2);
        type_text(&mut harness, words);
        harness.run_steps(2);
        assert_eq!(harness.state().state.search, words);
    }
    harness.get_by_role_and_label(Role::Slider, "Membrane time constant");
}

/// A slow frame can deliver the search shortcut and letters at once, or letters before the box has the focus: `r` must not reset
/// the run.
#[test]
fn letters_in_the_same_frame_as_the_search_shortcut_go_to_the_search() {
    let (mut harness, sent) = usual();
    let key = |key: Key, modifiers| egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    let letter = |k: Key, text: &str| [key(k, Modifiers::NONE), egui::Event::Text(text.to_owned())];
    let mut events = vec![key(Key::F, Modifiers::COMMAND)];
    events.extend(letter(Key::R, "r"));
    harness.input_mut().events.extend(events);
    harness.step();
    for (k, text) in [(Key::A, "a"), (Key::T, "t"), (Key::E, "e")] {
        harness.input_mut().events.extend(letter(k, text));
        harness.step();
    }
    assert_eq!(harness.state().state.search, "rate");
    // the shortcut alone in its frame
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    harness.input_mut().events.push(key(Key::F, Modifiers::COMMAND));
    harness.step();
    harness.input_mut().events.extend(letter(Key::R, "r"));
    harness.step();
    harness.run_steps(2);
    assert_eq!(harness.state().state.search, "r");
    assert!(!has(&sent, |command| matches!(command, Command::Reset { .. })));
}

/// R-STDP has no postsynaptic trace; pair-based STDP has one.
#[test]
fn parameter_without_effect_is_disabled_until_it_has_one() {
    let (mut harness, sent) = usual();
    harness.state_mut().state.search = "trace".to_owned();
    harness.run_steps(2);
    let disabled = |harness: &egui_kittest::Harness<'static, App>, role: Role, label: &str| {
        harness.get_by_role_and_label(role, label).accesskit_node().is_disabled()
    };
    assert!(!disabled(&harness, Role::Slider, "Presynaptic trace"));
    assert!(disabled(&harness, Role::Slider, "Postsynaptic trace") && disabled(&harness, Role::SpinButton, "Postsynaptic trace value"));
    harness.get_by_role_and_label(Role::Slider, "Postsynaptic trace").increment_accesskit();
    harness.run_steps(2);
    assert!(!has(&sent, |command| matches!(command, Command::Set(ParamId::TauMinus, _))));
    let mut snapshot = fixture::classification();
    snapshot.params.set_text("rule", "pair-stdp").unwrap();
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.run_steps(2);
    assert!(!disabled(&harness, Role::Slider, "Postsynaptic trace"));
    harness.get_by_role_and_label(Role::Slider, "Postsynaptic trace").increment_accesskit();
    harness.run_steps(2);
    assert!(has(&sent, |command| matches!(command, Command::Set(ParamId::TauMinus, _))));
}
