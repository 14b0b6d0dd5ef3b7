//! A recording made by role and label, read back by an independent decoder.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{Chosen, free_window_with, wait_for, window};
use crate::session::RunState;
use egui::{Key, Role};
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

/// Choose a view in the recording window and start.
fn record_view(harness: &mut Harness<'static, App>, title: &str) {
    harness.get_by_role_and_label(Role::Button, "File").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Record GIF").click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::ComboBox, "View").focus();
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    let reached = |harness: &Harness<'static, App>| {
        harness.query_all_by(|node| node.is_focused() && node.label().as_deref() == Some(title)).next().is_some()
    };
    for _ in 0..30 {
        if reached(harness) {
            break;
        }
        harness.key_press(Key::ArrowDown);
        harness.run_steps(2);
    }
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Button, "Record").click();
    harness.run_steps(1);
}

#[test]
fn every_view_can_be_recorded_also_one_behind_another_tab() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.gif");
    let dialogs = Box::new(Chosen(Some(path.clone())));
    let (mut harness, _) = free_window_with([1024.0, 700.0], ThemeChoice::Dark, dialogs);
    let aspects = harness.state().snapshot.as_ref().unwrap().aspects;
    let dock = &harness.state().dock;
    let views: Vec<(&str, &str)> = dock.titles(aspects).filter(|(id, _)| dock.is_open(id)).collect();
    assert!(views.iter().any(|(id, _)| dock.area(id).is_none()), "in a small window some views are behind others");
    for (id, title) in views {
        record_view(&mut harness, title);
        // a message can change the height of the tile after the first frame
        let mut sizes = Vec::new();
        for _ in 0..6 {
            harness.run_steps(1);
            sizes.extend(harness.state().dock.area(id).map(|area| area.size()));
        }
        assert!(!sizes.is_empty(), "{title} is in sight while it is recorded");
        harness.get_by_label_contains("Recording ").click();
        assert!(wait_for(&mut harness, |_| path.exists()), "{title}");
        let bytes = std::fs::read(&path).unwrap();
        let decoder = gif::DecodeOptions::new().read_info(bytes.as_slice()).unwrap();
        let (width, height) = (decoder.width(), decoder.height());
        let near = |pixels: u16, points: f32| (f32::from(pixels) - points).abs() <= 1.0;
        let as_shown = sizes.iter().any(|size| near(width, size.x) && near(height, size.y));
        assert!(as_shown, "{title}: {width} x {height} pixels, {sizes:?} points");
        std::fs::remove_file(&path).unwrap();
        harness.run_steps(2);
    }
}

#[test]
fn recording_pauses_while_its_view_is_hidden() {
    let (mut harness, _) = free_window_with([1024.0, 700.0], ThemeChoice::Dark, Box::new(Chosen(None)));
    record_view(&mut harness, "Inspector");
    harness.run_steps(4);
    assert!(harness.query_by_label_contains("view is hidden").is_none());
    let tile = harness.state_mut().dock.area("inspector").unwrap();
    // another tab of the same group
    let aspects = harness.state().snapshot.as_ref().unwrap().aspects;
    let others: Vec<&str> = harness.state().dock.titles(aspects).map(|(id, _)| id).collect();
    for id in others {
        harness.state_mut().dock.reveal(id);
        harness.run_steps(2);
        if harness.state().dock.area(id) == Some(tile) && id != "inspector" {
            break;
        }
    }
    harness.get_by_label_contains("view is hidden");
    harness.state_mut().dock.reveal("inspector");
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("view is hidden").is_none());
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
