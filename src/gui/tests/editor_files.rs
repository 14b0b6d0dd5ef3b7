//! Saving the network that is edited: where, under which title, and what is asked before a file is replaced.

#![allow(clippy::unwrap_used)]

use crate::gui::state::ThemeChoice;
use crate::gui::tests::editor::{Window, editing, fill, press, says};
use crate::gui::tests::stage::{Sent, free_window_with, wait_for};
use crate::gui::window::dialogs::{Answer, Ask, Dialogs, Reply};
use crate::preset::Preset;
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Answers with a path, or with none that could be shown, and keeps what was asked.
struct Asked(Option<PathBuf>, Arc<Mutex<Vec<Ask>>>);

impl Dialogs for Asked {
    fn ask(&mut self, ask: &Ask) -> Answer {
        self.1.lock().unwrap().push(ask.clone());
        let reply = self.0.clone().map_or(Reply::Unavailable, Reply::Path);
        Box::new(move || reply)
    }
}

fn open(chosen: Option<PathBuf>) -> (Window, Sent, Arc<Mutex<Vec<Ask>>>) {
    let asked: Arc<Mutex<Vec<Ask>>> = Arc::default();
    let (mut harness, sent) = free_window_with([1440.0, 900.0], ThemeChoice::Dark, Box::new(Asked(chosen, asked.clone())));
    press(&mut harness, "Edit network");
    assert_eq!(editing(&harness).file, None);
    (harness, sent, asked)
}

fn save(harness: &mut Window, shift: bool) {
    harness.key_press_modifiers(if shift { Modifiers::COMMAND.plus(Modifiers::SHIFT) } else { Modifiers::COMMAND }, Key::S);
    harness.run_steps(4);
}

fn title(path: &Path) -> String {
    Preset::open(path).unwrap().title
}

#[test]
fn title_is_written_and_the_file_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.ron");
    let (mut harness, _, asked) = open(Some(path.clone()));
    fill(&mut harness, "Title", "Balanced, my version");
    save(&mut harness, false);
    assert!(wait_for(&mut harness, |_| path.is_file()));
    assert_eq!(title(&path), "Balanced, my version");
    assert!(matches!(&asked.lock().unwrap()[0], Ask::SavePreset { name, .. } if name == "balanced-my-version.ron"));
    assert!(wait_for(&mut harness, |harness| editing(harness).is_saved() == Some(true)));
    // again: no question
    fill(&mut harness, "Title", "Another title");
    assert_eq!(editing(&harness).is_saved(), Some(false));
    save(&mut harness, false);
    assert!(wait_for(&mut harness, |harness| editing(harness).is_saved() == Some(true)));
    assert_eq!((title(&path).as_str(), asked.lock().unwrap().len()), ("Another title", 1));
    save(&mut harness, true);
    assert!(wait_for(&mut harness, |_| asked.lock().unwrap().len() == 2));
    let last = asked.lock().unwrap()[1].clone();
    assert!(matches!(last, Ask::SavePreset { name, folder: Some(own) } if name == "another-title.ron" && own == folder.path()));
}

#[test]
fn path_that_cannot_be_written_is_named_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("none/net.ron"), PathBuf::from("/proc/net.ron")] {
        let (mut harness, ..) = open(Some(path.clone()));
        press(&mut harness, "Save as…");
        let said = |harness: &Window| harness.state().messages().iter().any(|text| text.contains(&path.display().to_string()));
        assert!(wait_for(&mut harness, said), "{}", path.display());
        harness.run_steps(2);
        assert!(says(&harness, &path.display().to_string()), "the message is on the screen");
        assert!(editing(&harness).is_saved().is_none());
        // no temporary file is named; the folder of the test has such a name itself
        let own = folder.path().display().to_string();
        assert!(!harness.state().messages().iter().any(|text| text.replace(&own, "").contains(".tmp")));
    }
}

#[test]
fn file_is_replaced_only_after_a_question() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.ron");
    std::fs::write(&path, "precious").unwrap();
    let content = || std::fs::read_to_string(&path).unwrap();
    // a typed path
    let (mut harness, ..) = open(None);
    press(&mut harness, "Save as…");
    assert!(wait_for(&mut harness, |harness| harness.state().prompt.is_open()));
    for replace in [false, true] {
        assert!(wait_for(&mut harness, |harness| harness.query_by_role_and_label(Role::TextInput, "Path").is_some()));
        fill(&mut harness, "Path", path.to_str().unwrap());
        assert!(wait_for(&mut harness, |harness| says(harness, "Replace the file?")));
        assert_eq!(content(), "precious");
        press(&mut harness, if replace { "Replace" } else { "Choose another name" });
    }
    assert!(wait_for(&mut harness, |_| content() != "precious"));
    // a dialog that asked about another name
    std::fs::write(&path, "precious").unwrap();
    let (mut harness, ..) = open(Some(path.with_extension("")));
    press(&mut harness, "Save as…");
    assert!(wait_for(&mut harness, |harness| says(harness, "Replace the file?")));
    assert_eq!(content(), "precious");
}
