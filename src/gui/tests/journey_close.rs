//! Closing the window during a run.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::stage::{ask_to_close, has, stage, usual};
use crate::session::{Command, Notice};
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn closes(harness: &Harness<'static, App>) -> bool {
    let commands = |output: &egui::ViewportOutput| output.commands.contains(&egui::ViewportCommand::Close);
    harness.output().viewport_output.values().any(commands)
}

#[test]
fn closing_during_a_run_asks_first() {
    let (mut harness, sent, heard, _) = stage([1440.0, 900.0], ThemeChoice::Dark, None);
    ask_to_close(&mut harness);
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Stay").click();
    harness.run_steps(2);
    assert!(harness.query_by_role_and_label(Role::Button, "Stay").is_none());
    ask_to_close(&mut harness);
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Save and close").click();
    harness.run_steps(2);
    assert!(has(&sent, |command| matches!(command, Command::SaveRun(_))));
    assert!(!closes(&harness), "the window stays open until the run is saved");
    let asked =
        sent.lock().unwrap().iter().find_map(|command| if let Command::SaveRun(asked) = command { Some(asked.clone()) } else { None });
    let asked = asked.unwrap();
    let run = std::path::PathBuf::from("runs/a");
    // a notice about something else must not close the window
    let other = crate::files::NewDir::Named("runs/b".into());
    for notice in [
        Notice::Done("the run is in runs/a".to_owned()),
        Notice::Refused("a value".to_owned()),
        Notice::Saved { asked: other, run: run.clone(), is_free: false },
    ] {
        heard.lock().unwrap().push(notice);
        harness.step();
        assert!(!closes(&harness));
    }
    heard.lock().unwrap().push(Notice::Saved { asked, run, is_free: false });
    harness.step();
    assert!(closes(&harness));
}

#[test]
fn discarding_closes_at_once() {
    let (mut harness, sent) = usual();
    ask_to_close(&mut harness);
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Discard").click();
    let mut closed = false;
    for _ in 0..3 {
        harness.step();
        closed |= closes(&harness);
    }
    assert!(closed && !has(&sent, |command| matches!(command, Command::SaveRun(_))));
}
