//! Autosave: during a run a complete copy is written to one file at regular intervals, atomically and on a worker thread.
//! After a crash the file remains, and the next program can resume from it, bit for bit.
//!
//! A file belongs to the program that holds the lock beside it; the system releases the lock when the program ends.

use super::command::Applied;
use super::history::History;
use super::twin::Twin;
use crate::datasets::{Data, Reading};
use crate::experiment::{Activity, Origin};
use crate::params::Params;
use crate::preset::{Described, NetworkPreset, Preset};
use crate::rundir::{Checkpoint, CheckpointError, Metrics};
use crossbeam_channel::{Receiver, TryRecvError, bounded};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// Time between two copies, so that at most half a minute of work can be lost.
const EVERY: Duration = Duration::from_secs(15);
/// File extension.
const ENDING: &str = "autosave";
/// A temporary file of this age is not in use.
const STALE: Duration = Duration::from_mins(10);

/// Contents of a copy besides the network.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// The preset of the run as text, and its path.
    preset: String,
    path: Option<PathBuf>,
    /// The preset as text, with the parameters of its file.
    original: String,
    pub(super) seed: u64,
    /// Digest of the data.
    data: String,
    /// The data folder, if its name is UTF-8.
    #[serde(default)]
    pub(super) folder: Option<PathBuf>,
    /// How they were read.
    #[serde(default = "Reading::of_0_1")]
    pub(super) reading: Reading,
    pub(super) applied: Vec<Applied>,
    pub(super) applied_images: Vec<u64>,
    pub(super) history: History,
    pub(super) metrics: Metrics,
    /// Set for a network that runs freely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) free: Option<KeptFree>,
}

/// What only a network that runs freely has.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptFree {
    pub(super) activity: Activity,
    /// Model time in ms.
    ms: f64,
    /// Bytes of the state that it began with, after those of the present state; `None` if it follows from description and seed.
    start_bytes: Option<usize>,
}

/// A copy to be written. What takes long is left to the writing thread.
pub(super) struct Copy {
    pub(super) preset: Preset,
    /// Parameters of the file of the preset.
    pub(super) original: Params,
    pub(super) seed: u64,
    pub(super) applied: Arc<[Applied]>,
    pub(super) applied_images: Arc<[u64]>,
    pub(super) history: History,
    pub(super) metrics: Metrics,
    pub(super) folder: PathBuf,
    pub(super) images: u64,
    pub(super) twin: Twin,
    /// Of a network that runs freely.
    pub(super) origin: Option<Origin>,
}

impl Copy {
    fn write(self, path: &Path) -> Result<(), String> {
        let Self { preset, original, seed, applied, applied_images, history, metrics, folder, images, mut twin, origin } = self;
        let mut state = twin.save();
        let (data, reading, free) = match twin {
            Twin::Images(trainer) => (trainer.data().digest(), trainer.data().reading, None),
            Twin::Free(moment) => {
                let ms = moment.run.grid().ms(moment.run.step());
                let start = origin.and_then(|origin| origin.start);
                start.iter().for_each(|start| state.extend_from_slice(start));
                let free = KeptFree { activity: moment.activity, ms, start_bytes: start.map(|start| start.len()) };
                (String::new(), Reading::default(), Some(free))
            }
        };
        let file = preset.network.as_ref().map(|described| described.file.to_ron());
        let kept = Kept {
            preset: preset.to_ron(),
            path: preset.path.clone(),
            original: file.unwrap_or_else(|| Preset { params: original, ..preset }.to_ron()),
            seed,
            data,
            folder: folder.to_str().is_some().then_some(folder),
            reading,
            applied: applied.to_vec(),
            applied_images: applied_images.to_vec(),
            history,
            metrics,
            free,
        };
        // invariant: the contents can be serialised as JSON
        let notes = serde_json::to_value(&kept).expect("what is kept is plain data");
        let checkpoint = Checkpoint { images, cpu_s: None, wall_s: 0.0, notes, state };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        crate::files::write_atomic(path, &checkpoint.to_bytes()).map_err(|error| error.to_string())
    }
}

/// A loaded run.
pub(super) struct Rescued {
    pub(super) preset: Preset,
    pub(super) original: Params,
    /// The preset with the values in force.
    pub(super) in_force: Preset,
    pub(super) kept: Kept,
    pub(super) images: u64,
    pub(super) state: Vec<u8>,
    /// Set for a network that runs freely.
    pub(super) origin: Option<Origin>,
}

impl Rescued {
    /// Read and check a file.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let fault = |reason: String| format!("{}: {reason}", path.display());
        let bytes = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
        let Checkpoint { images, notes, mut state, .. } = Checkpoint::parse(&bytes).map_err(|error| match error {
            // unlike a run directory, there is no other copy
            CheckpointError::Damaged => fault("the file is truncated or was changed".to_owned()),
            CheckpointError::Foreign | CheckpointError::Newer(_) => fault(error.to_string()),
        })?;
        let kept: Kept = serde_json::from_value(notes).map_err(|error| fault(format!("it is not an autosaved run: {error}")))?;
        if let Some(free) = &kept.free {
            let (preset, origin) = free.read(&kept, &mut state, path)?;
            let (original, in_force) = (preset.params.clone(), preset.clone());
            return Ok(Self { preset, original, in_force, kept, images, state, origin: Some(origin) });
        }
        let parse = |text: &str| Preset::parse(text, path).map_err(|error| error.to_string());
        let (mut preset, original) = (parse(&kept.preset)?, parse(&kept.original)?);
        preset.path.clone_from(&kept.path);
        if let (Some(now), Some(file)) = (&mut preset.network, original.network) {
            now.file = file.file;
        }
        let mut in_force = preset.clone();
        for Applied { change, .. } in &kept.applied {
            change.set_in(&mut in_force).map_err(fault)?;
        }
        Ok(Self { preset, original: original.params, in_force, kept, images, state, origin: None })
    }

    /// Check that the data is that of the run.
    pub(super) fn check_data(&self, data: &Data) -> Result<(), String> {
        // version 0.1 did not record the class names
        if self.kept.data == data.digest() || self.kept.data == data.image_digest() {
            Ok(())
        } else {
            Err("it was trained on other data than the loaded data".to_owned())
        }
    }
}

impl KeptFree {
    /// The preset and what determines the run; the state that it began with is taken from the end of the bytes.
    fn read(&self, kept: &Kept, state: &mut Vec<u8>, path: &Path) -> Result<(Preset, Origin), String> {
        let parse = |text: &str| NetworkPreset::parse(text, path).map_err(|error| error.to_string());
        let (now, file) = (parse(&kept.preset)?, NetworkPreset { path: kept.path.clone(), ..parse(&kept.original)? });
        let mut start = None;
        if let Some(bytes) = self.start_bytes {
            let at = state.len().checked_sub(bytes).ok_or_else(|| format!("{}: it is not an autosaved run", path.display()))?;
            start = Some(state.split_off(at).into());
        }
        let (network, task) = (Arc::new(now.network), now.task);
        let described = Described { file: Arc::new(file.clone()), network: Arc::clone(&network) };
        let preset = Preset { title: now.title, network: Some(described), ..Preset::from(file) };
        Ok((preset, Origin { network, task, seed: kept.seed, start }))
    }
}

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
