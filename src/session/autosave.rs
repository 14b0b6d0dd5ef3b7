//! Autosave: during a run a complete copy is written to one file at regular intervals, atomically and on a worker thread.
//! After a crash the file remains, and the next program can resume from it, bit for bit.
//!
//! A file belongs to the program that holds the lock beside it; the system releases the lock when the program ends.

mod edits;
mod kept;

pub use edits::{EditsFile, FoundEdits};
pub(super) use kept::{Copy, Kept, Rescued};

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Time between two copies, so that at most half a minute of work can be lost.
const EVERY: Duration = Duration::from_secs(15);
/// File extension.
const ENDING: &str = "autosave";
/// A temporary file of this age is not in use.
const STALE: Duration = Duration::from_mins(10);

/// An autosaved run of an ended program.
#[derive(Debug, Clone, PartialEq)]
pub struct Rescue {
    /// The file.
    pub path: PathBuf,
    /// Title of its preset.
    pub title: String,
    /// Its number of images.
    pub images: u64,
    /// Its model time in ms, of a network that runs freely.
    pub model_ms: Option<f64>,
    /// Its seed.
    pub seed: u64,
    /// When it was written.
    pub written: SystemTime,
    /// Whether its window was closed normally.
    pub closed: bool,
}

/// Autosaved runs of ended programs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The newest run that can be resumed.
    pub run: Option<Rescue>,
    /// The newest file that cannot be read, if it is newer than that run.
    pub damaged: Option<DamagedRun>,
}

/// An autosaved file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedRun {
    /// The file.
    pub path: PathBuf,
    /// When it was written.
    pub written: SystemTime,
    /// Why it cannot be read.
    pub reason: String,
}

impl Rescue {
    /// A name in `folder` that no other program uses.
    pub fn own_file(folder: &Path) -> PathBuf {
        // a clock before 1970 gives a name as well
        let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        folder.join(format!("{}-{nanos}.{ENDING}", std::process::id()))
    }

    /// The newest run in `folder` without a lock. Reads the disk.
    pub fn find(folder: &Path) -> Option<Self> {
        Self::look(folder).run
    }

    /// The same, with the newest damaged file. Damaged files are not changed. Reads the disk.
    pub fn look(folder: &Path) -> Found {
        let mut found = Found::default();
        let Ok(entries) = std::fs::read_dir(folder) else { return found };
        let entries = entries.filter_map(Result::ok);
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.path();
            let Some(written) = entry.metadata().ok().and_then(|meta| meta.modified().ok()) else { continue };
            let is_old = written.elapsed().is_ok_and(|age| age > STALE);
            if entry.file_name().to_string_lossy().starts_with(".tmp") && is_old {
                // a file that cannot be removed is harmless
                std::fs::remove_file(&path).ok();
            } else if path.extension().is_some_and(|ending| ending == ENDING) && hold(&path).is_ok() {
                files.push((written, path));
            }
        }
        files.sort();
        for (written, path) in files.into_iter().rev() {
            match Rescued::read(&path) {
                Ok(Rescued { preset, kept, images, .. }) => {
                    let closed = closed_of(&path).exists();
                    let model_ms = kept.free.as_ref().map(|free| free.ms);
                    found.run = Some(Self { path, title: preset.title, images, model_ms, seed: kept.seed, written, closed });
                    return found;
                }
                Err(reason) => found.damaged = found.damaged.or(Some(DamagedRun { path, written, reason })),
            }
        }
        found
    }

    /// Remove the run.
    pub fn remove(path: &Path) {
        // a file that cannot be removed is offered again
        std::fs::remove_file(path).ok();
        std::fs::remove_file(lock_of(path)).ok();
        std::fs::remove_file(closed_of(path)).ok();
    }

    /// Mark the run in `path` as closed normally.
    pub fn mark_closed(path: &Path) {
        if path.exists() {
            // without the mark the next window reports a crash
            std::fs::write(closed_of(path), []).ok();
        }
    }
}

/// The mark beside a file whose window was closed normally.
fn closed_of(path: &Path) -> PathBuf {
    path.with_extension("closed")
}

fn lock_of(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

/// Take the lock of a file, unless another program holds it.
fn hold(path: &Path) -> Result<File, ()> {
    let file = File::options().create(true).append(true).open(lock_of(path)).map_err(|_| ())?;
    match file.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => Err(()),
        // without file locks, assume that no other window uses the file
        Ok(()) | Err(std::fs::TryLockError::Error(_)) => Ok(file),
    }
}

/// Schedules writing and keeps its result.
pub(super) struct Autosave {
    path: Option<PathBuf>,
    lock: Option<File>,
    /// The file of the resumed run, to be removed after the first copy.
    replaces: Option<PathBuf>,
    is_dirty: bool,
    last: Instant,
    writer: Option<Receiver<Result<(), String>>>,
    /// Whether the last attempt failed, so that this is reported once.
    has_failed: bool,
    /// The saved moment.
    safe: Option<Instant>,
}

impl Autosave {
    /// Without a path nothing is saved.
    pub(super) fn new(now: Instant) -> Self {
        Self { path: None, lock: None, replaces: None, is_dirty: false, last: now, writer: None, has_failed: false, safe: None }
    }

    pub(super) fn start(&mut self, path: PathBuf, now: Instant) {
        (self.path, self.last) = (Some(path), now);
    }

    /// The run has changed since the last copy.
    pub(super) fn touch(&mut self) {
        self.is_dirty = true;
    }

    /// There is nothing to save until the run goes on.
    pub(super) fn skip(&mut self) {
        self.is_dirty = false;
    }

    /// The run was resumed from this file, which is removed after the next copy, which is due at once.
    pub(super) fn replace(&mut self, path: PathBuf, now: Instant) {
        self.is_dirty = true;
        self.last = now.checked_sub(EVERY).unwrap_or(now);
        self.replaces = Some(path);
    }

    /// Time until a copy is due; `None` if none will be.
    pub(super) fn due_in(&self, now: Instant) -> Option<Duration> {
        (self.path.is_some() && self.is_dirty).then(|| EVERY.saturating_sub(now.saturating_duration_since(self.last)))
    }

    /// Whether a copy is due.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.writer.is_none() && self.due_in(now).is_some_and(|left| left.is_zero())
    }

    /// The saved moment of the run, if any.
    pub(super) fn safe(&self) -> Option<Instant> {
        self.safe
    }

    pub(super) fn is_writing(&self) -> bool {
        self.writer.is_some()
    }

    /// Write on a worker thread.
    pub(super) fn write(&mut self, copy: Copy, now: Instant) {
        let Some(path) = self.path.clone() else { return };
        (self.is_dirty, self.last) = (false, now);
        let (send, done) = bounded(1);
        let work = move || {
            let result = copy.write(&path);
            // not called after the end of the simulation
            send.send(result).ok();
        };
        self.writer = Some(done);
        if std::thread::Builder::new().name("autosave".to_owned()).spawn(work).is_err() {
            // the next attempt may succeed
            self.writer = None;
            self.is_dirty = true;
        }
    }

    /// Result of the last copy: a message if it failed and was not reported yet.
    pub(super) fn collect(&mut self) -> Option<String> {
        let result = match self.writer.as_ref()?.try_recv() {
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Err("the writer thread stopped".to_owned()),
            Ok(result) => result,
        };
        self.writer = None;
        self.settle(result)
    }

    fn settle(&mut self, result: Result<(), String>) -> Option<String> {
        let path = self.path.clone()?;
        match result {
            Ok(()) => {
                self.has_failed = false;
                self.safe = Some(self.last);
                if self.lock.is_none() {
                    // without a lock another window would offer this run as one of an ended program
                    self.lock = hold(&path).ok();
                }
                if let Some(old) = self.replaces.take() {
                    Rescue::remove(&old);
                }
                None
            }
            Err(reason) => {
                self.is_dirty = true;
                let is_news = !std::mem::replace(&mut self.has_failed, true);
                is_news.then(|| format!("the run continues, but without autosave: cannot write {}: {reason}", path.display()))
            }
        }
    }

    /// At the end of the thread: wait for the writer and write the last changes.
    pub(super) fn finish(&mut self, copy: impl FnOnce() -> Option<Copy>) {
        if let Some(writer) = self.writer.take() {
            let result = writer.recv().unwrap_or_else(|_| Err("the writer thread stopped".to_owned()));
            self.settle(result);
        }
        if self.is_dirty
            && let (Some(path), Some(copy)) = (self.path.clone(), copy())
        {
            let result = copy.write(&path);
            self.settle(result);
        }
        self.lock = None;
    }
}
