//! Edits of a network that were not applied, as the text of their preset in a file beside the autosaved runs: they survive the
//! program that is killed. Written on a thread of its own; a file belongs to the program that holds the lock beside it.

use super::{Rescue, hold};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::SystemTime;

/// File extension.
const ENDING: &str = "edits";

/// Texts that wait for the disk, at most.
const WAITING: usize = 8;

/// Edits of a program that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEdits {
    /// The file.
    pub path: PathBuf,
    /// When it was written.
    pub written: SystemTime,
    /// The text of the preset; it can have faults.
    pub text: String,
}

impl FoundEdits {
    /// The newest edits in `folder` without a lock. Reads the disk.
    pub fn find(folder: &Path) -> Option<Self> {
        let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
        let files = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == ENDING));
        let mut files: Vec<(SystemTime, PathBuf)> =
            files.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).collect();
        files.sort();
        let mut free = files.into_iter().rev().filter(|(_, path)| hold(path).is_ok());
        free.find_map(|(written, path)| Some(Self { text: std::fs::read_to_string(&path).ok()?, path, written }))
    }

    /// Remove a file of edits.
    pub fn remove(path: &Path) {
        Rescue::remove(path);
    }
}

/// The file with the edits of this program.
pub struct EditsFile {
    path: PathBuf,
    jobs: Option<Sender<Option<String>>>,
    writer: Option<JoinHandle<()>>,
}

impl EditsFile {
    /// A file in `folder` that no other program uses; it exists while there are edits.
    pub fn new(folder: &Path) -> Self {
        let name = Rescue::own_file(folder);
        let stem = name.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // the lock of the run has the other name
        let path = folder.join(format!("{stem}-n.{ENDING}"));
        let (send, jobs) = bounded(WAITING);
        let own = path.clone();
        // without a thread nothing is kept
        let writer = std::thread::Builder::new().name("edits".to_owned()).spawn(move || work(&own, &jobs)).ok();
        Self { path, jobs: Some(send), writer }
    }

    /// Write this text, or remove the file. Returns whether the writer takes it; one on a slow disk may be asked again later.
    pub fn keep(&self, text: Option<String>) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(text).is_ok())
    }

    /// Wait until everything is written; with `remove` no file is left.
    pub fn finish(&mut self, remove: bool) {
        self.jobs = None;
        self.writer.take().into_iter().for_each(|writer| drop(writer.join()));
        if remove {
            Rescue::remove(&self.path);
        }
    }
}

fn work(path: &Path, jobs: &Receiver<Option<String>>) {
    let mut lock = None;
    while let Ok(job) = jobs.recv() {
        let newest = jobs.try_iter().last().unwrap_or(job);
        if let Some(text) = newest {
            path.parent().into_iter().for_each(|folder| drop(std::fs::create_dir_all(folder)));
            lock = lock.or_else(|| hold(path).ok());
            if let Err(error) = crate::files::write_atomic(path, text.as_bytes()) {
                tracing::warn!("edits of the network are not kept: cannot write {}: {error}", path.display());
            }
        } else {
            lock = None;
            Rescue::remove(path);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn edits_are_found_once_their_program_has_ended_and_only_the_newest_text() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = EditsFile::new(&folder.path().join("autosave"));
        assert!(file.keep(Some("one".to_owned())));
        assert!(file.keep(Some("two".to_owned())));
        file.finish(false);
        let found = FoundEdits::find(&folder.path().join("autosave")).unwrap();
        assert_eq!(found.text, "two");
        let other = EditsFile::new(&folder.path().join("autosave"));
        assert!(other.keep(Some("of a program that runs".to_owned())));
        while std::fs::read_dir(folder.path().join("autosave")).unwrap().count() < 4 {
            std::thread::yield_now();
        }
        assert_eq!(FoundEdits::find(&folder.path().join("autosave")).unwrap().text, "two");
        FoundEdits::remove(&found.path);
        assert_eq!(FoundEdits::find(&folder.path().join("autosave")), None);
    }

    #[test]
    fn edits_that_were_applied_leave_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = EditsFile::new(folder.path());
        assert!(file.keep(Some("one".to_owned())));
        assert!(file.keep(None));
        file.finish(false);
        assert_eq!(FoundEdits::find(folder.path()), None);
    }
}
