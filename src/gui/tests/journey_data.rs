//! The user's own images, by role and label: opened by dialog and by drop, refused with a reason, and their classes shown by
//! name.

#![allow(clippy::unwrap_used)]

use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{drop_path, has, usual, wait_for, window};
use crate::session::{Command, Snapshot};
use egui::Role;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

/// Two classes of three images of 4 x 4 pixels.
fn zoo() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (class, name) in ["ant", "bee"].into_iter().enumerate() {
        std::fs::create_dir(dir.path().join(name)).unwrap();
        for k in 0..3 {
            let file = std::fs::File::create(dir.path().join(name).join(format!("{k}.png"))).unwrap();
            let mut encoder = png::Encoder::new(file, 4, 4);
            encoder.set_color(png::ColorType::Grayscale);
            encoder.write_header().unwrap().write_image_data(&[100 * class as u8 + k + 1; 16]).unwrap();
        }
    }
    dir
}

fn is_zoo(command: &Command) -> bool {
    matches!(command, Command::UseData(opened) if opened.data.class_names.to_vec() == ["ant", "bee"])
}

#[test]
fn chosen_image_folder_is_read_without_blocking_frames_and_used() {
    let dir = zoo();
    let (mut harness, sent) = window([1440.0, 900.0], ThemeChoice::Dark, Some(dir.path().to_owned()));
    harness.get_by_role_and_label(Role::Button, "File").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Open data folder…").click();
    let opened = sent.clone();
    assert!(wait_for(&mut harness, move |_| has(&opened, is_zoo)));
    assert!(!harness.state().jobs.is_reading());
}

/// If the folder named on the command line has no images, the window reports it and accepts another.
#[test]
fn window_without_images_reports_it_and_uses_dropped_ones() {
    let mut harness = crate::gui::tests::journey_time::real_with("no/such/folder".into());
    assert!(wait_for(&mut harness, |harness| harness.query_by_label_contains("no/such/folder").is_some()));
    harness.get_by_role_and_label(Role::Button, "Open data folder…");
    let dir = zoo();
    drop_path(&mut harness, dir.path().join("ant"));
    assert!(wait_for(&mut harness, |harness| harness.query_by_label_contains("looked for IDX files").is_some()));
    drop_path(&mut harness, dir.path().to_owned());
    let learns = |s: &Snapshot| s.classes == 2 && s.trial.index > 0;
    assert!(wait_for(&mut harness, |harness| harness.state().snapshot.as_ref().is_some_and(|s| learns(s))));
    assert!(harness.state().notices.crashed.is_none() && harness.query_by_label_contains("did not start").is_none());
}

#[test]
fn dropped_folder_is_opened_or_refused_with_the_expected_layout() {
    let (mut harness, sent) = usual();
    let dir = zoo();
    drop_path(&mut harness, dir.path().join("ant"));
    let told = |words: &'static str| {
        move |harness: &egui_kittest::Harness<'static, crate::gui::App>| harness.state().messages().iter().any(|text| text.contains(words))
    };
    assert!(wait_for(&mut harness, told("looked for IDX files")));
    assert!(!has(&sent, |command| matches!(command, Command::UseData(_))));
    drop_path(&mut harness, dir.path().to_owned());
    let opened = sent.clone();
    assert!(wait_for(&mut harness, move |_| has(&opened, is_zoo)));
    harness.run_steps(2);
    assert!(harness.state().messages().is_empty(), "the error message is removed");
}

#[test]
fn images_are_inverted_from_the_menu() {
    let (mut harness, sent) = usual();
    harness.get_by_role_and_label(Role::Button, "File").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Invert images").click();
    harness.run_steps(3);
    assert!(has(&sent, |command| *command == Command::InvertData));
}

/// Ten classes with names.
fn named(mut snapshot: Snapshot) -> Snapshot {
    let names = ["ant", "bee", "cricket", "dragonfly", "earwig", "firefly", "gnat", "hornet", "inchworm", "june bug"];
    snapshot.class_names = names.map(str::to_owned).into();
    snapshot
}

#[test]
fn every_view_shows_class_names() {
    let (mut harness, _) = usual();
    let mut show = |snapshot: Snapshot, panel: &'static str, words: &[&str]| {
        harness.state_mut().snapshot = Some(Arc::new(named(snapshot)));
        harness.run_steps(2);
        harness.state_mut().state.wants_panel = Some(panel);
        harness.run_steps(4);
        for words in words {
            assert!(harness.query_all_by_label_contains(words).next().is_some(), "{panel} does not say {words}");
        }
    };
    show(fixture::classification(), "now", &["label hornet, answer hornet, right"]);
    show(fixture::classification(), "confusion", &["answered as", "most frequent error: "]);
    show(fixture::classification(), "why", &["class hornet had a potential of", "june bug"]);
    show(fixture::classification(), "draw", &["Teach ant"]);
    show(fixture::features(), "race", &["class "]);
}
