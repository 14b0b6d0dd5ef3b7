//! Work is safe: while a network learns, a whole copy of the run goes to one file every so many seconds, written on a thread of
//! its own and whole or not at all. A program that dies leaves the file behind, and the next one goes on from it, bit for bit.
//!
//! A file belongs to the program that holds the lock beside it; the system lets go of the lock when the program dies.

use super::command::Applied;
use super::history::History;
use crate::datasets::{Data, Reading};
use crate::params::{ParamId, Params};
use crate::preset::Preset;
use crate::rundir::{Checkpoint, CheckpointError, Metrics};
use crossbeam_channel::{Receiver, TryRecvError, bounded};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// Time between two copies; with the time to write one, less than half a minute of work is at risk.
const EVERY: Duration = Duration::from_secs(15);
/// Ending of the files.
const ENDING: &str = "autosave";
/// A temporary file this old belongs to no living writer.
const STALE: Duration = Duration::from_mins(10);

/// What a copy holds beside the network.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// What the run was built from, as a preset file, and where it came from.
    preset: String,
    path: Option<PathBuf>,
    /// The same with the parameters of the preset's file.
    original: String,
    pub(super) seed: u64,
    /// Hash of the images.
    data: String,
    /// Their folder, if its name can be written down.
    #[serde(default)]
    pub(super) folder: Option<PathBuf>,
    /// How they were read.
    #[serde(default = "Reading::of_0_1")]
    pub(super) reading: Reading,
    pub(super) applied: Vec<Applied>,
    pub(super) applied_images: Vec<u64>,
    pub(super) history: History,
    pub(super) metrics: Metrics,
}

/// A copy on its way to the disk.
pub(super) struct Copy {
    kept: Kept,
    images: u64,
    state: Vec<u8>,
    data: Arc<Data>,
}

impl Copy {
    pub(super) fn new(
        (preset, original, seed): (&Preset, &Params, u64),
        (applied, applied_images): (&[Applied], &[u64]),
        (history, metrics): (&History, &Metrics),
        (images, state): (u64, Vec<u8>),
        (folder, data): (PathBuf, Arc<Data>),
    ) -> Self {
        let kept = Kept {
            preset: preset.to_ron(),
            path: preset.path.clone(),
            original: Preset { params: original.clone(), ..preset.clone() }.to_ron(),
            seed,
            data: String::new(),
            folder: folder.to_str().is_some().then_some(folder),
            reading: data.reading,
            applied: applied.to_vec(),
            applied_images: applied_images.to_vec(),
            history: history.clone(),
            metrics: metrics.clone(),
        };
        Self { kept, images, state, data }
    }

    fn write(mut self, path: &Path) -> Result<(), String> {
        self.kept.data = self.data.digest();
        // invariant: what is kept has no type that JSON cannot write
        let notes = serde_json::to_value(&self.kept).expect("what is kept is plain data");
        let checkpoint = Checkpoint { images: self.images, cpu_s: None, wall_s: 0.0, notes, state: self.state };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        crate::files::write_atomic(path, &checkpoint.to_bytes()).map_err(|error| error.to_string())
    }
}

/// A run read back.
pub(super) struct Rescued {
    pub(super) preset: Preset,
    pub(super) original: Params,
    /// The parameters of the moment.
    pub(super) params: Params,
    pub(super) kept: Kept,
    pub(super) images: u64,
    pub(super) state: Vec<u8>,
}

impl Rescued {
    /// Read and check a file.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let fault = |reason: String| format!("{}: {reason}", path.display());
        let bytes = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
        let Checkpoint { images, notes, state, .. } = Checkpoint::parse(&bytes).map_err(|error| match error {
            // a run directory could be begun anew; this file is all there is
            CheckpointError::Damaged => fault("the file is cut off or was changed".to_owned()),
            CheckpointError::Foreign | CheckpointError::Newer(_) => fault(error.to_string()),
        })?;
        let kept: Kept = serde_json::from_value(notes).map_err(|error| fault(format!("it is not a kept run: {error}")))?;
        let parse = |text: &str| Preset::parse(text, path).map_err(|error| error.to_string());
        let (mut preset, original) = (parse(&kept.preset)?, parse(&kept.original)?.params);
        preset.path.clone_from(&kept.path);
        let mut params = preset.params.clone();
        for Applied { change, .. } in &kept.applied {
            if let crate::experiment::Recorded::Set(name, value) = change {
                let id = ParamId::from_name(name).ok_or_else(|| fault(format!("no parameter is called \"{name}\"")))?;
                params.set(id, *value).map_err(|error| fault(error.to_string()))?;
            }
        }
        Ok(Self { preset, original, params, kept, images, state })
    }

    /// Refuse other images than those it learnt from.
    pub(super) fn check_data(&self, data: &Data) -> Result<(), String> {
        // version 0.1 knew nothing of the classes
        if self.kept.data == data.digest() || self.kept.data == data.image_digest() {
            Ok(())
        } else {
            Err("it learnt from other images than those that are loaded".to_owned())
        }
    }
}

/// A run that a program which died left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescue {
    /// The file.
    pub path: PathBuf,
    /// Title of its preset.
    pub title: String,
    /// Images it has seen.
    pub images: u64,
    /// Its seed.
    pub seed: u64,
    /// When it was written.
    pub written: SystemTime,
    /// Whether its window was closed in order, and did not die.
    pub closed: bool,
}

/// What dead programs left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The newest run that can be gone on with.
    pub run: Option<Rescue>,
    /// The newest file that cannot be read, if it is newer than that run.
    pub damaged: Option<DamagedRun>,
}

/// A file that was kept and cannot be read.
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
        // a clock before 1970 still gives a name
        let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        folder.join(format!("{}-{nanos}.{ENDING}", std::process::id()))
    }

    /// The newest run in `folder` that no living program holds. Reads the disk.
    pub fn find(folder: &Path) -> Option<Self> {
        Self::look(folder).run
    }

    /// The same, with what stood in its way. Files that are damaged are left alone. Reads the disk.
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
                // a file that cannot be removed harms nobody
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
                    found.run = Some(Self { path, title: preset.title, images, seed: kept.seed, written, closed });
                    return found;
                }
                Err(reason) => found.damaged = found.damaged.or(Some(DamagedRun { path, written, reason })),
            }
        }
        found
    }

    /// The run is not needed any more.
    pub fn remove(path: &Path) {
        // what cannot be removed is offered again
        std::fs::remove_file(path).ok();
        std::fs::remove_file(lock_of(path)).ok();
        std::fs::remove_file(closed_of(path)).ok();
    }

    /// The window that kept its run in `path` closes in order: the next one need not speak of a crash.
    pub fn mark_closed(path: &Path) {
        if path.exists() {
            // without the mark the next window is only less exact
            std::fs::write(closed_of(path), []).ok();
        }
    }
}

/// The mark beside a file whose window was closed in order.
fn closed_of(path: &Path) -> PathBuf {
    path.with_extension("closed")
}

fn lock_of(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

/// Take the lock of a file, unless a living program has it.
fn hold(path: &Path) -> Result<File, ()> {
    let file = File::options().create(true).append(true).open(lock_of(path)).map_err(|_| ())?;
    match file.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => Err(()),
        // a file system without locks is not shared by two windows
        Ok(()) | Err(std::fs::TryLockError::Error(_)) => Ok(file),
    }
}

/// When to write, and what came of it.
pub(super) struct Autosave {
    path: Option<PathBuf>,
    lock: Option<File>,
    /// The file of a dead program, to be removed once the run is safe here.
    replaces: Option<PathBuf>,
    is_dirty: bool,
    last: Instant,
    writer: Option<Receiver<Result<(), String>>>,
    /// Whether the last attempt failed: it is said once.
    has_failed: bool,
    /// The moment that lies whole on disk.
    safe: Option<Instant>,
}

impl Autosave {
    /// Nothing is saved before there is a path.
    pub(super) fn new(now: Instant) -> Self {
        Self { path: None, lock: None, replaces: None, is_dirty: false, last: now, writer: None, has_failed: false, safe: None }
    }

    pub(super) fn start(&mut self, path: PathBuf, now: Instant) {
        (self.path, self.last) = (Some(path), now);
    }

    /// There is something that is not on disk.
    pub(super) fn touch(&mut self) {
        self.is_dirty = true;
    }

    /// The run came from this file; it is safe to remove once it is written anew, at once.
    pub(super) fn replace(&mut self, path: PathBuf, now: Instant) {
        self.is_dirty = true;
        self.last = now.checked_sub(EVERY).unwrap_or(now);
        self.replaces = Some(path);
    }

    /// Time until a copy is due; none if none will be.
    pub(super) fn due_in(&self, now: Instant) -> Option<Duration> {
        (self.path.is_some() && self.is_dirty).then(|| EVERY.saturating_sub(now.saturating_duration_since(self.last)))
    }

    /// Whether a copy is to be written now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.writer.is_none() && self.due_in(now).is_some_and(|left| left.is_zero())
    }

    /// The moment of the run that lies whole on disk, if any does.
    pub(super) fn safe(&self) -> Option<Instant> {
        self.safe
    }

    pub(super) fn is_writing(&self) -> bool {
        self.writer.is_some()
    }

    /// Write on a thread of its own.
    pub(super) fn write(&mut self, copy: Copy, now: Instant) {
        let Some(path) = self.path.clone() else { return };
        (self.is_dirty, self.last) = (false, now);
        let (send, done) = bounded(1);
        let work = move || {
            let result = copy.write(&path);
            // a simulation that has ended does not ask
            send.send(result).ok();
        };
        self.writer = Some(done);
        if std::thread::Builder::new().name("autosave".to_owned()).spawn(work).is_err() {
            // the next one may find a thread
            self.writer = None;
            self.is_dirty = true;
        }
    }

    /// What came of the last copy: a sentence if it failed and that was not said yet.
    pub(super) fn collect(&mut self) -> Option<String> {
        let result = match self.writer.as_ref()?.try_recv() {
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Err("the writer stopped".to_owned()),
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
                    // without a lock another window would offer this run as one of the dead; that is all
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
                is_news.then(|| {
                    format!("the run goes on, but it cannot be kept for the case of a crash: cannot write {}: {reason}", path.display())
                })
            }
        }
    }

    /// The thread ends: wait for the writer, and write what is not on disk yet.
    pub(super) fn finish(&mut self, copy: impl FnOnce() -> Option<Copy>) {
        if let Some(writer) = self.writer.take() {
            let result = writer.recv().unwrap_or_else(|_| Err("the writer stopped".to_owned()));
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
