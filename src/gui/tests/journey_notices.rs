//! Every rebuild of the network shows a notice with an undo button; with a real simulation. Notices cover no view.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::journey_time::{real, until};
use crate::gui::tests::stage::{free_window, wait_for, window};
use crate::gui::window::notices::{Place, Tone};
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

/// Messages take room from the views for a while, and leave their arrangement as it is.
#[test]
fn notices_cover_no_view_and_do_not_change_the_layout() {
    for (size, free) in [([1024.0, 700.0], false), ([1440.0, 900.0], true), ([1440.0, 704.0], true)] {
        let of = |free: bool| if free { free_window(size, ThemeChoice::Light) } else { window(size, ThemeChoice::Dark, None) };
        let (mut harness, _) = of(free);
        let views = ["raster", "populations", "rates", "membrane", "graph", "reward", "confusion", "histogram", "health", "accuracy"];
        let areas = |harness: &Harness<'static, App>| views.map(|id| harness.state().dock.area(id));
        let before = areas(&harness);
        let notices = &mut harness.state_mut().notices;
        notices.offer_undo("Network rebuilt with 50 neurons. The previous run is kept.", 1);
        notices.say(Place::Strip, Tone::Bad, "cannot write /a/very/long/path: ".to_owned() + &"no space left on the device, ".repeat(12));
        harness.run_steps(4);
        let undo = harness.get_by_role_and_label(Role::Button, "Undo").rect();
        let long = harness.query_all_by(|node| node.label().or(node.value()).is_some_and(|text| text.starts_with("Cannot write")));
        let words = long.map(|node| node.rect()).max_by(|a, b| a.height().total_cmp(&b.height())).unwrap();
        assert!(words.height() > 24.0 && words.width() < size[0], "the text is wrapped: {words:?}");
        for (now, before) in areas(&harness).into_iter().zip(before) {
            assert_eq!(now.is_some(), before.is_some());
            let covers = now.is_some_and(|now| now.intersects(undo) || now.intersects(words));
            assert!(!covers, "{now:?} is covered by {undo:?} or {words:?}");
        }
        harness.get_all_by_role_and_label(Role::Button, "Close message").last().unwrap().click();
        harness.run_steps(3);
        harness.get_by_role_and_label(Role::Button, "Undo").click();
        harness.run_steps(4);
        assert_eq!(areas(&harness), before);
    }
}
