//! A recording made by role and label, read back by an independent decoder.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{wait_for, window};
use crate::session::RunState;
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

fn show(harness: &mut Harness<'static, App>, state: RunState) {
    let mut snapshot = fixture::classification();
    snapshot.state = state;
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.run_steps(1);
}

/// Open the recording window from the menu and start.
fn record(harness: &mut Harness<'static, App>) {
    harness.get_by_role_and_label(Role::Button, "File").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Record GIF").click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "Record").click();
    harness.run_steps(1);
}

#[test]
fn recording_starts_on_run_skips_pauses_and_excludes_its_own_controls() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.gif");
    let (mut harness, _) = window([1440.0, 900.0], ThemeChoice::Dark, Some(path.clone()));
    show(&mut harness, RunState::Paused);
    record(&mut harness);
    harness.run_steps(20);
    let bar = harness.get_by_role_and_label(Role::Button, "Recording starts on Run").rect();
    assert!(bar.top() > 900.0 - 28.0, "in the status bar: {bar}");
    show(&mut harness, RunState::Running);
    harness.run_steps(4);
    let said = harness.get_by_label_contains("Recording ");
    assert!(said.rect().top() > 900.0 - 28.0);
    assert!(harness.query_by_role_and_label(Role::ProgressIndicator, "Recording").is_none());
    // long enough to affect the frame delays
    show(&mut harness, RunState::Paused);
    harness.run_steps(40);
    show(&mut harness, RunState::Running);
    harness.run_steps(4);
    harness.get_by_label_contains("Recording ").click();
    assert!(wait_for(&mut harness, |_| path.exists()));
    assert!(harness.query_by_label_contains("Recording ").is_none());

    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let bytes = std::fs::read(path).unwrap();
    let mut decoder = options.read_info(bytes.as_slice()).unwrap();
    assert_eq!((decoder.width(), decoder.height()), (1440, 900), "the whole window is recorded");
    let mut delays = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        delays.push(frame.delay);
    }
    assert!((3..20).contains(&delays.len()) && delays.iter().all(|&delay| delay <= 100), "{delays:?}");
}

#[test]
fn a_recording_can_be_discarded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.gif");
    let (mut harness, _) = window([1024.0, 700.0], ThemeChoice::Light, Some(path.clone()));
    record(&mut harness);
    harness.run_steps(3);
    if let Ok(gallery) = std::env::var("SPIKESCOPE_GALLERY") {
        harness.render().unwrap().save(std::path::Path::new(&gallery).join("recording.png")).unwrap();
    }
    harness.get_by_role_and_label(Role::Button, "Discard recording").click();
    assert!(wait_for(&mut harness, |harness| harness.query_by_role_and_label(Role::Button, "Discard recording").is_none()));
    harness.run_steps(4);
    assert!(!path.exists());
}
