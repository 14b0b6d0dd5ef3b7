//! From the health status to a changed parameter, by role and label.

#![allow(clippy::unwrap_used)]

use crate::gui::tests::fixture;
use crate::gui::tests::stage::{has, usual};
use crate::params::ParamId;
use crate::session::Command;
use egui::Role;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

#[test]
fn health_status_opens_the_view_whose_button_sets_the_parameter() {
    let (mut harness, sent) = usual();
    harness.get_by_role_and_label(Role::Button, "Health: ok");
    harness.state_mut().snapshot = Some(Arc::new(fixture::silent()));
    harness.run_steps(2);
    assert!(harness.query_by_role_and_label(Role::Button, "Set v_th = -52 mV").is_none(), "the view is behind a tab");
    harness.get_by_role_and_label(Role::Button, "Health: silent").click();
    harness.run_steps(4);
    harness.get_by_label("0 output spikes in the last 50 images; highest V −58.2 mV, threshold −20.0 mV");
    harness.get_by_role_and_label(Role::Button, "Set v_th = -52 mV").click();
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::Set(ParamId::VTh, -52.0)));
}

#[test]
fn health_of_a_single_neuron_mentions_no_network() {
    let (mut harness, _) = usual();
    harness.state_mut().snapshot = Some(Arc::new(fixture::first_neuron()));
    harness.run_steps(2);
    harness.state_mut().state.wants_panel = Some("health");
    harness.run_steps(4);
    harness.get_by_label_contains("Health of the neuron");
    assert!(harness.query_all_by_label_contains("Health of the network").next().is_none());
}
