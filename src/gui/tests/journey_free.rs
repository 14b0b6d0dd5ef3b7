//! A described network in the window: bands, rates and quantities by path, found by role and label.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{free_window, has, type_text};
use crate::model::{Distribution, Value};
use crate::session::{Aspect, Aspects, Command};
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

fn usual() -> (Harness<'static, App>, crate::gui::tests::stage::Sent) {
    free_window([1440.0, 900.0], ThemeChoice::Dark)
}

#[test]
fn populations_are_named_in_the_views_of_spikes_rates_and_network() {
    let (harness, _) = usual();
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("Spikes of E (8,000 neurons") && label.contains("noise")));
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("Mean rates: E ")));
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("Membrane potential of E[12]")));
    harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with("noise: 8,000")));
    // commands that need images are not there
    assert!(harness.query_by_label_contains("Step image").is_none());
    assert!(harness.query_by_label_contains("Test on").is_none());
}

fn set<'a>(sent: &'a [Command], path: &str) -> Vec<&'a Value> {
    let value = |command: &'a Command| match command {
        Command::SetPath(at, value) if at.to_string() == path => Some(value),
        _ => None,
    };
    sent.iter().filter_map(value).collect()
}

#[test]
fn quantity_is_set_by_its_path_and_undone() {
    let (mut harness, sent) = usual();
    let field = harness.get_by_role_and_label(Role::TextInput, "E->I.weight");
    field.focus();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    type_text(&mut harness, "0.3 mV");
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
    let wanted = Value::Distribution(Distribution::Constant(0.3));
    assert_eq!(set(&sent.lock().unwrap(), "E->I.weight"), [&wanted]);
    // a change that rebuilt the network is undone by the run before it
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::UndoRun));
}

/// The file gives no time constant: the default is in force, and it is a main parameter.
#[test]
fn basic_parameters_include_the_main_ones_with_their_defaults() {
    let (mut harness, _) = usual();
    let listed = |harness: &Harness<'static, App>, path: &str| {
        harness.query_all_by(|node| node.label().is_some_and(|label| label == path || label == format!("{path} value"))).next().is_some()
    };
    for path in ["E.size", "E.tau_m", "E.v_th", "E.v_reset", "noise.rate", "I->E.weight", "I->E.delay", "E->E.w_max"] {
        assert!(listed(&harness, path), "{path}");
    }
    assert!(!listed(&harness, "E.t_ref") && !listed(&harness, "E.tau_syn_exc"));
    harness.state_mut().state.all_parameters = true;
    harness.run_steps(2);
    assert!(listed(&harness, "E.t_ref"));
}

#[test]
fn fault_of_a_value_is_told_below_it_with_path_and_range() {
    let (mut harness, sent) = usual();
    harness.get_by_role_and_label(Role::TextInput, "E->I.delay").focus();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    type_text(&mut harness, "0.01 ms");
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
    harness.get_by(|node| node.label().or(node.value()).is_some_and(|label| label.contains("E->I") && label.contains("0.1 ms")));
    assert!(!has(&sent, |command| matches!(command, Command::SetPath(..))));
}

#[test]
fn live_quantity_moves_by_the_arrow_keys_and_is_undone_to_its_value() {
    let (mut harness, sent) = usual();
    harness.state_mut().state.all_parameters = true;
    harness.run_steps(2);
    harness.state_mut().state.search = "E.tau_m".to_owned();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Slider, "E.tau_m").focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::ArrowRight);
    harness.run_steps(3);
    let moved = set(&sent.lock().unwrap(), "E.tau_m").len();
    assert_eq!(moved, 1);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    harness.run_steps(2);
    assert_eq!(set(&sent.lock().unwrap(), "E.tau_m").last(), Some(&&Value::Number(20.0)));
}

#[test]
fn kept_view_says_what_another_network_lacks() {
    let (mut harness, _) = usual();
    let states = |harness: &Harness<'_, App>, words: &str| {
        harness.query_all_by(|node| node.label().or(node.value()).is_some_and(|label| label == words)).next().is_some()
    };
    let absent = Aspect::Learning.absent();
    harness.state_mut().dock.reveal("weight_history");
    harness.run_steps(2);
    assert!(harness.state().dock.is_open("weight_history") && !states(&harness, absent));
    // a layout that was changed is kept
    harness.state_mut().dock.toggle("rates");
    harness.run_steps(2);
    let fixed = |harness: &mut Harness<'_, App>| {
        let mut snapshot = (**harness.state().snapshot.as_ref().unwrap()).clone();
        snapshot.aspects = Aspects::of(&[Aspect::Populations, Aspect::Neurons, Aspect::Potentials, Aspect::Weights]);
        harness.state_mut().snapshot = Some(Arc::new(snapshot));
        harness.run_steps(2);
    };
    fixed(&mut harness);
    assert!(harness.state().dock.is_open("weight_history") && states(&harness, absent));
    // the layout of the program leaves the view out, but not the weights that do not learn
    harness.state_mut().dock.reset();
    fixed(&mut harness);
    assert!(!harness.state().dock.is_open("weight_history") && harness.state().dock.is_open("histogram"));
}

#[test]
fn weights_of_several_projections_are_shown_one_by_one() {
    let (mut harness, _) = usual();
    let shown = |harness: &Harness<'_, App>, words: &str| {
        harness.query_all_by(|node| node.label().is_some_and(|label| label.starts_with(words))).next().is_some()
    };
    assert!(shown(&harness, "Weight histogram: 5,000 weights"));
    harness.get_by_role_and_label(Role::ComboBox, "Projection").click();
    harness.run_steps(3);
    harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label == "E->I")).click();
    harness.run_steps(3);
    assert!(shown(&harness, "Weight histogram: 3,000 weights"));
    // those of projections that do not learn as well
    harness.get_by_role_and_label(Role::ComboBox, "Projection").click();
    harness.run_steps(3);
    harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label == "noise->E")).click();
    harness.run_steps(3);
    assert!(shown(&harness, "Weight histogram: 8,000 weights from 0 to 0.800 mV, mean 0.650 mV"));
}

#[test]
fn network_with_a_rule_for_reward_is_rewarded_by_buttons_and_keys() {
    let (mut harness, sent) = usual();
    let given = |sent: &[Command]| -> Vec<f32> {
        sent.iter().filter_map(|command| if let Command::Reward(amount) = command { Some(*amount) } else { None }).collect()
    };
    assert!(!harness.state().dock.is_open("reward") && harness.query_by_role_and_label(Role::Button, "+1").is_none());
    harness.state_mut().snapshot = Some(Arc::new(fixture::rewarded()));
    harness.run_steps(3);
    // in the parameter panel, and in the view
    assert!(harness.query_all_by(|node| node.role() == Role::Button && node.label().as_deref() == Some("+1")).next().is_some());
    harness.state_mut().dock.reveal("reward");
    harness.run_steps(3);
    let buttons: Vec<_> = harness.query_all_by_role_and_label(Role::Button, "−1").collect();
    assert_eq!(buttons.len(), 2);
    buttons[1].click();
    harness.run_steps(3);
    harness.key_press(egui::Key::Plus);
    harness.run_steps(3);
    assert_eq!(given(&sent.lock().unwrap()), [-1.0, 1.0]);
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("Concentration of the neuromodulator at E->E: ")));
}
