//! The run of a described network in the window: history bar, fork, saving, opening, closing and recovery.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{Sent, ask_to_close, free_window, has};
use crate::session::{Applied, Command, LookingBack, Recorded, Rescue, RunState, Snapshot};
use crate::time::Step;
use egui::{Key, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::sync::Arc;

fn usual() -> (Harness<'static, App>, Sent) {
    free_window([1440.0, 900.0], ThemeChoice::Dark)
}

fn show(harness: &mut Harness<'static, App>, snapshot: Snapshot) {
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.run_steps(2);
}

fn last(sent: &Sent) -> Command {
    sent.lock().unwrap().last().unwrap().clone()
}

/// At 2 s, with a change at 1 s and a reward at 1.5 s.
fn lived() -> Snapshot {
    let mut snapshot = fixture::free();
    (snapshot.step, snapshot.dt_ms, snapshot.state) = (Step(20_000), 0.1, RunState::Running);
    let change = |step, change| Applied { before: Step(step), change };
    let quantity = Recorded::Quantity("E.tau_m".to_owned(), "12 ms".to_owned());
    snapshot.applied = Arc::new([change(10_000, quantity), change(15_000, Recorded::Reward(1.0))]);
    snapshot.applied_images = Arc::new([10_000, 15_000]);
    snapshot
}

#[test]
fn history_bar_counts_model_time_and_forks() {
    let (mut harness, sent) = usual();
    show(&mut harness, lived());
    let bar = harness.get_by_role_and_label(Role::Slider, "History");
    assert_eq!(bar.accesskit_node().numeric_value(), Some(20_000.0));
    let said = bar.accesskit_node().description().unwrap();
    assert_eq!(said, "History: live at 2.000 s; 1 parameter changes, 1 rewards by hand");
    bar.click();
    harness.run_steps(2);
    let Command::LookBack(middle) = last(&sent) else { panic!("{:?}", last(&sent)) };
    assert!(middle.abs_diff(10_000) < 100, "{middle}");
    let mut past = lived();
    past.state = RunState::Paused;
    past.step = Step(middle);
    past.looking_back = Some(LookingBack { images: 12_340, present_images: 20_000, present_step: Step(20_000), target: None });
    show(&mut harness, past);
    harness.get_by_label_contains("1.234 s of 2.000 s");
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::LookBack(12_330), "one millisecond");
    harness.get_by_role_and_label(Role::Button, "Fork here").click();
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::ForkHere);
    // the fork is a step of undo
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::UndoRun);
}

#[test]
fn run_is_saved_and_opened_by_the_menu_and_asks_before_closing() {
    let (mut harness, sent) = usual();
    show(&mut harness, lived());
    harness.get_by_role_and_label(Role::Button, "File").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Open run…");
    harness.get_by_label_contains("Save run").click();
    harness.run_steps(3);
    assert!(has(&sent, |command| matches!(command, Command::SaveRun(_))));
    sent.lock().unwrap().clear();
    ask_to_close(&mut harness);
    harness.run_steps(2);
    harness.get_by_label_contains("It has simulated 2 s.");
    harness.get_by_role_and_label(Role::Button, "Save and close").click();
    harness.run_steps(2);
    assert!(has(&sent, |command| matches!(command, Command::SaveRun(_))));
}

#[test]
fn dropped_run_directory_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("session.ron"), "Session(schema: 2)").unwrap();
    let (mut harness, sent) = usual();
    harness.state_mut().jobs.open_dropped(folder.path().to_owned());
    let wanted = Command::OpenRun(folder.path().to_owned());
    let start = std::time::Instant::now();
    while !has(&sent, |command| *command == wanted) {
        assert!(start.elapsed().as_secs() < 20);
        harness.step();
    }
}

#[test]
fn autosaved_run_is_offered_with_its_model_time() {
    let folder = tempfile::tempdir().unwrap();
    let preset = (*fixture::free().preset).clone();
    let launch =
        crate::session::Launch { preset, data_dir: folder.path().to_owned(), seed: 5, speed: crate::session::Speed::ModelMsPerSecond(1.0) };
    let mut session = crate::session::Session::start(launch, || {}).unwrap();
    let file = Rescue::own_file(folder.path());
    for command in [Command::Autosave(file.clone()), Command::Pause, Command::StepMs] {
        session.send(command).unwrap();
    }
    session.stop();
    assert!(file.exists());
    let (mut harness, sent) = usual();
    let ctx = harness.ctx.clone();
    harness.state_mut().recovery = crate::gui::app::recovery::Recovery::new(folder.path().to_owned(), ctx);
    let start = std::time::Instant::now();
    while harness.query_by_label_contains("Resume at").is_none() {
        assert!(start.elapsed().as_secs() < 20);
        harness.step();
    }
    harness.get_by_label_contains("Resume at").click();
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::Resume(file.clone())));
    // the offer ends when another network is run; the file stays
    let (mut harness, _) = free_window([1440.0, 900.0], crate::gui::state::ThemeChoice::Dark);
    let ctx = harness.ctx.clone();
    harness.state_mut().recovery = crate::gui::app::recovery::Recovery::new(folder.path().to_owned(), ctx);
    assert!(crate::gui::tests::stage::wait_for(&mut harness, |harness| harness.query_by_label_contains("Resume at").is_some()));
    for name in ["Edit network", "Lif", "Apply"] {
        crate::gui::tests::editor::press(&mut harness, name);
    }
    assert!(harness.query_by_label_contains("Resume at").is_none() && file.exists());
}
