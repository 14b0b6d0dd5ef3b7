//! Every rebuild of the network shows a notice with an undo button; with a real simulation.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::tests::journey_time::{real, until};
use crate::gui::tests::stage::wait_for;
use crate::params::ParamId;
use crate::session::Command;
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::Path;

fn undo_is_offered(harness: &mut Harness<'static, App>) {
    assert!(
        wait_for(harness, |harness| harness.query_by_role_and_label(Role::Button, "Undo").is_some()),
        "{:?}",
        harness.state().messages()
    );
}

#[test]
fn a_rebuild_by_parameter_reset_or_preset_offers_undo() {
    let mut harness = real();
    let begun = until(&mut harness, "a first image", |snapshot| snapshot.trial.index > 0);
    let neurons = begun.params.get(ParamId::NNeurons);
    harness.state_mut().outbox.push(Command::Set(ParamId::NNeurons, 50.0));
    until(&mut harness, "the rebuild", |snapshot| snapshot.params.get(ParamId::NNeurons) == 50.0);
    undo_is_offered(&mut harness);
    // the notice says what changed
    assert!(harness.state().messages().iter().any(|text| text.contains("50")));
    harness.get_by_role_and_label(Role::Button, "Undo").click();
    let back = until(&mut harness, "the run before", |snapshot| snapshot.params.get(ParamId::NNeurons) == neurons);
    assert!(back.trial.index >= begun.trial.index, "with its weights");
    assert!(wait_for(&mut harness, |harness| harness.query_by_role_and_label(Role::Button, "Undo").is_none()));

    let before = harness.state().snapshot.clone().unwrap();
    harness.key_press(egui::Key::R);
    until(&mut harness, "the reset", |snapshot| snapshot.generation > before.generation);
    undo_is_offered(&mut harness);
    harness.get_by_role_and_label(Role::Button, "Undo").click();
    until(&mut harness, "the run before the reset", |snapshot| snapshot.run_id == before.run_id);

    harness.state_mut().jobs.open(Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/first-neuron.ron"));
    until(&mut harness, "the other preset", |snapshot| snapshot.run_id != before.run_id);
    undo_is_offered(&mut harness);
    // a later change does not replace the notice
    harness.state_mut().outbox.push(Command::Set(ParamId::TauM, 33.0));
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Button, "Undo").click();
    until(&mut harness, "the run before the preset", |snapshot| snapshot.run_id == before.run_id);
}
