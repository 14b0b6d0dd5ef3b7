//! Views that change the run, by role and label: the network graph, the way of a spike, the handles of the STDP window.

#![allow(clippy::unwrap_used)]

use super::fixture;
use super::journey::{has, usual};
use crate::params::{ParamId, Protocol};
use crate::session::{Command, RunState, Snapshot, Speed};
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

fn show(harness: &mut Harness<'static, super::App>, snapshot: Snapshot, panel: &'static str) {
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.run_steps(2);
    harness.state_mut().state.wants_panel = Some(panel);
    harness.run_steps(4);
}

#[test]
fn a_click_on_a_population_opens_a_view_of_its_neurons() {
    let (mut harness, _) = usual();
    show(&mut harness, fixture::features(), "graph");
    harness.state_mut().dock.toggle("hidden");
    harness.run_steps(3);
    assert!(!harness.state().dock.is_open("hidden"));
    harness.get_by_label_contains("Hidden 1: 7,744 of 11 × 11 × 64").click();
    harness.run_steps(4);
    assert!(harness.state().dock.is_open("hidden"));
}

#[test]
fn what_passes_too_fast_to_follow_offers_slow_motion() {
    let (mut harness, sent) = usual();
    show(&mut harness, fixture::classification(), "way");
    harness.get_by_role_and_label(Role::Button, "Slow motion").click();
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::SetSpeed(Speed::ModelMsPerSecond(10.0))));
    let mut paused = fixture::classification();
    paused.state = RunState::Paused;
    harness.state_mut().snapshot = Some(Arc::new(paused));
    harness.run_steps(2);
    harness.get_by_label_contains("Way to neuron");
}

#[test]
fn handles_of_the_window_move_one_parameter_each_by_key_and_by_reader() {
    let (mut harness, sent) = usual();
    harness.state_mut().snapshot = Some(Arc::new(fixture::pairing()));
    harness.run_steps(4);
    assert_eq!(harness.state().snapshot.as_ref().unwrap().protocol, Protocol::Pairing);
    for (label, id) in [
        ("Potentiation on the curve", ParamId::APlus),
        ("Depression on the curve", ParamId::AMinus),
        ("Presynaptic trace on the curve, ms", ParamId::TauPlus),
        ("Postsynaptic trace on the curve, ms", ParamId::TauMinus),
    ] {
        sent.lock().unwrap().clear();
        harness.get_by_role_and_label(Role::Slider, label).increment_accesskit();
        harness.run_steps(2);
        assert!(has(&sent, |command| matches!(command, Command::Set(other, _) if *other == id)), "{label} by a reader");
        assert!(!has(&sent, |command| matches!(command, Command::Set(other, _) if *other != id)), "{label} moves no other");
        sent.lock().unwrap().clear();
        harness.get_by_role_and_label(Role::Slider, label).focus();
        harness.run_steps(1);
        harness.key_press(egui::Key::ArrowDown);
        harness.run_steps(2);
        assert!(has(&sent, |command| matches!(command, Command::Set(other, _) if *other == id)), "{label} by a key");
    }
}

#[test]
fn a_handle_dragged_to_the_right_lengthens_its_time_constant_alone() {
    let (mut harness, sent) = usual();
    show(&mut harness, fixture::classification(), "stdp_curve");
    let before = harness.state().snapshot.as_ref().unwrap().params.get(ParamId::TauPlus);
    sent.lock().unwrap().clear();
    let at = harness.get_by_role_and_label(Role::Slider, "Presynaptic trace on the curve, ms").rect().center();
    harness.hover_at(at);
    harness.run_steps(1);
    harness.drag_at(at);
    harness.run_steps(1);
    for k in 1..=4 {
        harness.hover_at(at + egui::vec2(6.0 * k as f32, 0.0));
        harness.run_steps(1);
    }
    harness.drop_at(at + egui::vec2(24.0, 0.0));
    harness.run_steps(2);
    let sent = sent.lock().unwrap();
    let values: Vec<f64> = sent.iter().filter_map(|c| if let Command::Set(ParamId::TauPlus, v) = c { Some(*v) } else { None }).collect();
    assert!(!values.is_empty() && values.windows(2).all(|pair| pair[0] < pair[1]) && values[0] > before, "{before}: {values:?}");
    assert!(sent.iter().all(|c| !matches!(c, Command::Set(id, _) if *id != ParamId::TauPlus)));
}

#[test]
fn f1_over_a_tile_explains_it_and_the_search_finds_a_parameter() {
    let (mut harness, _) = usual();
    let tile = harness.get_by_label_contains("Confusion tile.").rect().center();
    harness.hover_at(tile + egui::vec2(0.0, 40.0));
    harness.run_steps(2);
    harness.key_press(egui::Key::F1);
    harness.run_steps(5);
    assert!(harness.state().dock.is_open("help"));
    harness.get_by_label_contains("Which label got which answer");
    harness.get_by_role_and_label(Role::SearchInput, "Search help").focus();
    harness.run_steps(1);
    harness.get_by_role_and_label(Role::SearchInput, "Search help").type_text("τ_m membrane lif input");
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("Which label got which answer").is_none(), "only what matches");
}

#[test]
fn hints_come_one_at_a_time_and_the_last_one_only_where_digits_can_be_drawn() {
    let (mut harness, _) = usual();
    let can_draw = super::panels::all_panels().iter().any(|panel| panel.id() == "draw");
    harness.get_by_label_contains("Each tile is one view");
    harness.get_by_role_and_label(Role::Button, "Close hint").click();
    harness.run_steps(2);
    harness.get_by_label_contains("Space pauses");
    harness.get_by_role_and_label(Role::Button, "Close hint").click();
    harness.run_steps(2);
    assert_eq!(harness.query_by_role_and_label(Role::Button, "Draw a digit").is_some(), can_draw);
    if can_draw {
        harness.get_by_role_and_label(Role::Button, "Draw a digit").click();
        harness.run_steps(3);
        assert!(harness.state().dock.is_open("draw"));
    }
    assert!(harness.query_by_role_and_label(Role::Button, "Close hint").is_none());
}

#[test]
fn a_theme_of_high_contrast_dresses_the_whole_window_and_gives_way_again() {
    use super::state::ThemeChoice;
    use super::theme::{self, DARK, DARK_CONTRAST};
    let (mut harness, _) = usual();
    assert_eq!(harness.ctx.style_of(egui::Theme::Dark).visuals.panel_fill, DARK.panel);
    theme::apply(&harness.ctx, ThemeChoice::DarkContrast);
    harness.run_steps(2);
    assert_eq!(harness.ctx.style_of(egui::Theme::Dark).visuals.panel_fill, DARK_CONTRAST.panel);
    assert_eq!(super::App::palette(&harness.ctx), &DARK_CONTRAST);
    theme::apply(&harness.ctx, ThemeChoice::Dark);
    assert_eq!(super::App::palette(&harness.ctx), &DARK);
}
