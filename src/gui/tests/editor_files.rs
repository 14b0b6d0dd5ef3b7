//! Saving the network that is edited: where, under which title, and what is asked before a file is replaced.

#![allow(clippy::unwrap_used)]

use crate::gui::app::unapplied::Unapplied;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::editor::{Window, editing, fill, press, says};
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{Sent, free_window_with, wait_for};
use crate::gui::window::dialogs::{Answer, Ask, Dialogs, Reply};
use crate::preset::Preset;
use crate::session::FoundEdits;
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
fn comments_in_the_own_file_are_lost_only_after_a_question() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.ron");
    let (mut harness, ..) = open(Some(path.clone()));
    save(&mut harness, false);
    assert!(wait_for(&mut harness, |harness| editing(harness).is_saved() == Some(true)));
    let commented = format!("// by hand\n{}", std::fs::read_to_string(&path).unwrap());
    std::fs::write(&path, &commented).unwrap();
    fill(&mut harness, "Title", "Another title");
    save(&mut harness, false);
    assert!(wait_for(&mut harness, |harness| says(harness, "Replace the file?")));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), commented);
    press(&mut harness, "Replace");
    assert!(wait_for(&mut harness, |harness| editing(harness).is_saved() == Some(true)));
    assert_eq!(title(&path), "Another title");
}

/// A file with comments: they are shown, and what is typed is saved as it is, without a question.
#[test]
fn text_of_the_file_is_shown_and_saved_as_it_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.ron");
    let text = format!("// by hand\n{}", fixture::free().preset.file().unwrap().to_ron());
    std::fs::write(&path, &text).unwrap();
    let (mut harness, _, asked) = open(None);
    press(&mut harness, "Close");
    harness.state_mut().jobs.open(path.clone());
    assert!(wait_for(&mut harness, |harness| harness.state().preset.path.as_ref() == Some(&path)));
    let mut snapshot = (**harness.state().snapshot.as_ref().unwrap()).clone();
    snapshot.preset = Arc::new(harness.state().preset.clone());
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    press(&mut harness, "Edit network");
    assert!(wait_for(&mut harness, |harness| editing(harness).draft.written().is_some()));
    assert_eq!(editing(&harness).is_saved(), Some(true));
    press(&mut harness, "Text");
    let sheet = harness.state_mut().state.editing.as_mut().unwrap().sheet.as_mut().unwrap();
    assert_eq!(sheet.text, text);
    sheet.text = text.replace("size: 2000", "size: /* fewer */ 1000");
    let typed = sheet.text.clone();
    harness.run_steps(2);
    save(&mut harness, false);
    assert!(wait_for(&mut harness, |harness| editing(harness).is_saved() == Some(true)));
    assert_eq!((std::fs::read_to_string(&path).unwrap(), asked.lock().unwrap().len()), (typed, 0));
    // elsewhere: from the folder of the file
    save(&mut harness, true);
    assert!(wait_for(&mut harness, |_| !asked.lock().unwrap().is_empty()));
    assert!(matches!(&asked.lock().unwrap()[0], Ask::SavePreset { folder: Some(own), .. } if own == folder.path()));
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

/// A window that is killed leaves its edits, as a drawing or as a text that was not read yet.
#[test]
fn edits_that_were_not_applied_survive_a_window_that_is_killed() {
    for as_text in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (mut harness, ..) = open(None);
        let ctx = harness.ctx.clone();
        harness.state_mut().unapplied = Unapplied::new(folder.path().to_owned(), ctx);
        press(&mut harness, "Lif");
        if as_text {
            press(&mut harness, "Text");
            let sheet = harness.state_mut().state.editing.as_mut().unwrap().sheet.as_mut().unwrap();
            sheet.text = sheet.text.replacen("populations", "populaions", 1);
        }
        harness.run_steps(4);
        let done = |folder: &Path| {
            let files = std::fs::read_dir(folder)
                .unwrap()
                .filter_map(Result::ok)
                .filter(|file| file.path().extension().is_some_and(|end| end == "edits"));
            files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).any(|text| text.contains("populaions") == as_text)
        };
        assert!(wait_for(&mut harness, |_| done(folder.path())), "{as_text}");
        assert_eq!(FoundEdits::find(folder.path()), None, "they belong to the window that is open");
        drop(harness);
        let start = std::time::Instant::now();
        while FoundEdits::find(folder.path()).is_none() && start.elapsed().as_secs() < 10 {
            std::thread::yield_now();
        }
        let (mut harness, ..) = open(None);
        press(&mut harness, "Close");
        let ctx = harness.ctx.clone();
        harness.state_mut().unapplied = Unapplied::new(folder.path().to_owned(), ctx);
        assert!(wait_for(&mut harness, |harness| harness.query_by_role_and_label(Role::Button, "Restore changes").is_some()));
        press(&mut harness, "Restore changes");
        let editing = editing(&harness);
        assert!(editing.is_unapplied());
        if as_text {
            assert!(editing.sheet.as_ref().is_some_and(|sheet| sheet.text.contains("populaions") && !sheet.faults.is_empty()));
        } else {
            assert_eq!(editing.network().populations.len(), 4);
        }
        // applied or discarded edits leave no file
        harness.key_press(Key::Escape);
        harness.state_mut().state.editing = None;
        assert!(wait_for(&mut harness, |_| !done(folder.path())));
    }
}

#[test]
fn presets_that_were_saved_are_in_the_gallery_and_what_to_look_for_is_in_the_editor() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.ron");
    let (mut harness, ..) = open(Some(path.clone()));
    fill(&mut harness, "Title", "My own network");
    save(&mut harness, false);
    assert!(wait_for(&mut harness, |harness| harness.state().state.own_presets == [path.clone()]));
    let draft = &mut harness.state_mut().state.editing.as_mut().unwrap().draft;
    let lines = vec!["The rates are equal.".to_owned(), "Nothing is in step.".to_owned()];
    draft
        .edit_file("Change what to look for", |file| {
            file.look_for = lines;
            Ok(())
        })
        .unwrap();
    harness.run_steps(3);
    let look_for = editing(&harness).draft.file().look_for.clone();
    assert!(!look_for.is_empty() && !says(&harness, &look_for[0]));
    harness.get_by_label_contains("What to look for (").click();
    harness.run_steps(20);
    assert!(says(&harness, &look_for[0]));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    let card = |label: Option<String>| label.is_some_and(|label| label.starts_with("My own network: "));
    assert!(wait_for(&mut harness, |harness| harness.query_all_by(|node| node.role() == Role::Button && card(node.label())).count() == 1));
}
