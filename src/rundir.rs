//! The run directory: the files of a training run or a free run. Every file is written atomically and has a version.
//!
//! | file | contents |
//! |---|---|
//! | `preset.ron` | the effective preset, including changes from the command line |
//! | `session.ron` | what determines the run (seed, version, plan, data, applied commands) and its end (step, digest) |
//! | `metrics.csv` | accuracy, reward and spikes in bins of images; of a free run the rates of populations in bins of time |
//! | `confusion.csv` | confusion matrix of the last test, with class names |
//! | `checkpoint.bin` | everything needed to resume, bit for bit |
//! | `start.bin` | of a run that began with the weights of another one: its state at step 0 |
//! | `log.txt` | events with time |
//!
//! While a program writes into it, it holds the lock `run.lock` ([`crate::files::Lock`]); readers need none.
//!
//! `session.ron` is written at the start, the checkpoint at intervals, and both at the end. A process can be killed between
//! any two of these writes, so only `checkpoint.bin` determines the progress of the run.

mod checkpoint;
mod free;
mod metrics;
mod record;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use free::{FreeEnding, FreeNotes, FreeRecord};
pub use metrics::{Metrics, Notes};
pub use record::{DataRecord, Ending, OtherData, SessionRecord};

use crate::files::{Lock, LockError, NewDir, is_vacant, write_atomic};
use crate::preset::{self, NetworkPreset, Opened, Preset, PresetError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

const PRESET: &str = "preset.ron";
const SESSION: &str = "session.ron";
const METRICS: &str = "metrics.csv";
const CONFUSION: &str = "confusion.csv";
const CHECKPOINT: &str = "checkpoint.bin";
const START: &str = "start.bin";
const LOG: &str = "log.txt";

/// Maximum size of a session record.
const MAX_SESSION_BYTES: u64 = 1 << 30;

/// Why a run directory cannot be used. Every message contains its path.
#[derive(Debug, thiserror::Error)]
pub enum RunDirError {
    /// It already contains a run.
    #[error(
        "{0} already contains a run; name another directory with --out, or resume that run as it was described with `spikescope {verb} --resume {0}`",
        path.display()
    )]
    Occupied {
        /// The directory.
        path: PathBuf,
        /// The subcommand that made the run.
        verb: &'static str,
    },
    /// It contains other files.
    #[error("{} is not empty and contains no run; name another directory with --out", path.display())]
    Foreign {
        /// The directory.
        path: PathBuf,
    },
    /// It does not exist, or contains no run.
    #[error("{} is not a run directory: {reason}; name one that `spikescope train` or `spikescope run` wrote", path.display())]
    NotARun {
        /// The directory.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// It is a free run, where a training run is needed.
    #[error("{} is a free run, not a training run; run --resume, replay, export, report, compare and check apply to it", path.display())]
    Free {
        /// The directory.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file or the directory cannot be written.
    #[error("cannot write {}: {source}; name another path with --out or free disk space", path.display())]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file is damaged or from a newer version.
    #[error("{}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The checkpoint is damaged or from a newer version.
    #[error("{}: {source}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        source: CheckpointError,
    },
    /// Another program writes into it.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// The effective preset cannot be used.
    #[error(transparent)]
    Preset(#[from] PresetError),
}

/// An existing run directory.
#[derive(Debug, Clone)]
pub struct RunDir {
    path: PathBuf,
    /// The right to write; none for who only reads.
    lock: Option<Lock>,
}

impl RunDir {
    /// Check that a new run can be written to a directory. Changes nothing.
    pub fn check_vacant(path: &Path) -> Result<(), RunDirError> {
        let path = path.to_owned();
        match is_vacant(&path) {
            Ok(true) => Ok(()),
            Ok(false) if path.join(SESSION).exists() => {
                let verb = if (Self { path: path.clone(), lock: None }).is_free() { "run" } else { "train" };
                Err(RunDirError::Occupied { path, verb })
            }
            Ok(false) => Err(RunDirError::Foreign { path }),
            Err(source) => Err(RunDirError::Unwritable { path, source }),
        }
    }

    /// Make the directory for a new training run, lock it, and write what determines the run; `start` is the state that it begins
    /// with, if it does not follow from the description.
    pub fn create(place: &NewDir, preset: &Preset, session: &SessionRecord, start: Option<&[u8]>) -> Result<Self, RunDirError> {
        Self::begin(place, start, &preset.to_ron(), &session.to_ron())
    }

    /// The same for a free run.
    pub fn create_free(place: &NewDir, preset: &NetworkPreset, session: &FreeRecord, start: Option<&[u8]>) -> Result<Self, RunDirError> {
        Self::begin(place, start, &preset.to_ron(), &session.to_ron())
    }

    /// Hash of the state that a run begins with, for the session record.
    pub fn hash_of_start(state: &[u8]) -> String {
        format!("{:016x}", xxh3_64(state))
    }

    /// The state that the run began with, whose hash the session record holds.
    pub fn start(&self, hash: &str) -> Result<Arc<[u8]>, RunDirError> {
        let path = self.path.join(START);
        let state = Checkpoint::parse(&self.read(START)?).map_err(|source| RunDirError::Checkpoint { path: path.clone(), source })?.state;
        if Self::hash_of_start(&state) == hash {
            return Ok(state.into());
        }
        let reason = "it is not the state that the session record names; copy the whole run directory again".to_owned();
        Err(RunDirError::Malformed { path, reason })
    }

    fn begin(place: &NewDir, start: Option<&[u8]>, preset: &str, session: &str) -> Result<Self, RunDirError> {
        let notes = serde_json::Value::Null;
        let start = start.map(|state| Checkpoint { images: 0, cpu_s: None, wall_s: 0.0, notes, state: state.to_vec() }.to_bytes());
        if let NewDir::Named(path) = place {
            Self::check_vacant(path)?;
        }
        let unwritable = |source| RunDirError::Unwritable { path: place.wanted().to_owned(), source };
        let (path, existed) = place.make().map_err(unwritable)?;
        let mut run = Self { path, lock: None };
        // with the lock taken, nobody else fills the directory
        let written = run
            .lock()
            .and_then(|()| Self::check_vacant(&run.path))
            .and_then(|()| start.as_ref().map_or(Ok(()), |start| run.write(START, start)))
            .and_then(|()| run.write(PRESET, preset.as_bytes()))
            .and_then(|()| run.write(SESSION, session.as_bytes()));
        match written {
            Ok(()) => Ok(run),
            Err(error @ (RunDirError::Locked(_) | RunDirError::Occupied { .. } | RunDirError::Foreign { .. })) => Err(error),
            Err(error) => {
                // a refused run leaves no files, as far as they can be removed
                for name in [PRESET, START] {
                    std::fs::remove_file(run.path.join(name)).ok();
                }
                run.lock = None;
                if !existed {
                    std::fs::remove_dir(&run.path).ok();
                }
                Err(error)
            }
        }
    }

    /// Become the one writer of the directory, until this and its clones are dropped.
    pub fn lock(&mut self) -> Result<(), RunDirError> {
        self.lock = Some(Lock::take(&self.path)?);
        Ok(())
    }

    /// Open the directory of an earlier run.
    pub fn open(path: &Path) -> Result<Self, RunDirError> {
        let fault = |reason: String| RunDirError::NotARun { path: path.to_owned(), reason };
        let meta = std::fs::metadata(path).map_err(|error| fault(error.to_string()))?;
        if !meta.is_dir() {
            return Err(fault("it is a file".to_owned()));
        }
        for name in [SESSION, PRESET] {
            if !path.join(name).is_file() {
                return Err(fault(format!("it has no {name}")));
            }
        }
        Ok(Self { path: path.to_owned(), lock: None })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The effective preset of a training run.
    pub fn preset(&self) -> Result<Preset, RunDirError> {
        match Preset::load(&self.path.join(PRESET)) {
            Err(PresetError::Network { .. }) => Err(RunDirError::Free { path: self.path.clone() }),
            other => Ok(other?),
        }
    }

    /// Whether it is that of a free run: by its record, or where that cannot be read by its preset.
    pub fn is_free(&self) -> bool {
        let record = self.read(SESSION).ok().and_then(|bytes| FreeRecord::is_free(std::str::from_utf8(&bytes).ok()?));
        record.unwrap_or_else(|| matches!(preset::open(&self.path.join(PRESET)), Ok(Opened::Network(_))))
    }

    /// The effective description of a free run.
    pub fn network(&self) -> Result<NetworkPreset, RunDirError> {
        let path = self.path.join(PRESET);
        match preset::open(&path)? {
            Opened::Network(preset) => Ok(*preset),
            Opened::Experiment(_) => {
                let reason = "it is a preset of schema 1, but the session record is that of a free run".to_owned();
                Err(RunDirError::Malformed { path, reason })
            }
        }
    }

    /// The session record.
    pub fn session(&self) -> Result<SessionRecord, RunDirError> {
        self.record(SessionRecord::parse)
    }

    /// The session record of a free run.
    pub fn free_session(&self) -> Result<FreeRecord, RunDirError> {
        self.record(FreeRecord::parse)
    }

    fn record<R>(&self, parse: impl FnOnce(&str) -> Result<R, String>) -> Result<R, RunDirError> {
        let path = self.path.join(SESSION);
        let bytes = self.read(SESSION)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| "it is not UTF-8 text".to_owned());
        text.and_then(parse).map_err(|reason| RunDirError::Malformed { path, reason })
    }

    /// The last checkpoint, if there is one.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, RunDirError> {
        let path = self.path.join(CHECKPOINT);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = self.read(CHECKPOINT)?;
        Checkpoint::parse(&bytes).map(Some).map_err(|source| RunDirError::Checkpoint { path, source })
    }

    /// The metrics last written; empty before the first.
    pub fn metrics(&self) -> Result<String, RunDirError> {
        if !self.path.join(METRICS).exists() {
            return Ok(String::new());
        }
        let bytes = self.read(METRICS)?;
        String::from_utf8(bytes)
            .map_err(|_| RunDirError::Malformed { path: self.path.join(METRICS), reason: "it is not UTF-8 text".to_owned() })
    }

    /// Replace the preset.
    pub fn save_preset(&self, preset: &Preset) -> Result<(), RunDirError> {
        self.write(PRESET, preset.to_ron().as_bytes())
    }

    /// Replace the session record.
    pub fn save_session(&self, session: &SessionRecord) -> Result<(), RunDirError> {
        self.write(SESSION, session.to_ron().as_bytes())
    }

    /// Replace preset and session record of a free run.
    pub fn save_free(&self, preset: &NetworkPreset, session: &FreeRecord) -> Result<(), RunDirError> {
        self.write(PRESET, preset.to_ron().as_bytes())?;
        self.write(SESSION, session.to_ron().as_bytes())
    }

    /// Replace the checkpoint.
    pub fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), RunDirError> {
        let bytes = checkpoint.to_bytes();
        tracing::debug!(run = %self.path.display(), images = checkpoint.images, bytes = bytes.len(), "checkpoint");
        self.write(CHECKPOINT, &bytes)
    }

    /// Replace the metrics.
    pub fn save_metrics(&self, csv: &str) -> Result<(), RunDirError> {
        self.write(METRICS, csv.as_bytes())
    }

    /// Replace the confusion matrix: rows are labels, columns answers, the last column no answer.
    pub fn save_confusion(&self, names: &[String], confusion: &[Vec<u64>]) -> Result<(), RunDirError> {
        let unwritable = |error: csv::Error| RunDirError::Unwritable { path: self.path.join(CONFUSION), source: error.into() };
        let mut rows = csv::Writer::from_writer(Vec::new());
        rows.write_record(["label", "answer", "images"]).map_err(unwritable)?;
        let name = |class: usize| names.get(class).map_or("", String::as_str);
        for (label, row) in confusion.iter().enumerate() {
            for (answer, images) in row.iter().enumerate() {
                // no answer is an empty cell
                rows.write_record([name(label), name(answer), &images.to_string()]).map_err(unwritable)?;
            }
        }
        let bytes = rows.into_inner().map_err(|error| unwritable(error.into_error().into()))?;
        self.write(CONFUSION, &bytes)
    }

    /// Append a line to the log.
    pub fn log(&self, line: &str) -> Result<(), RunDirError> {
        let mut text = if self.path.join(LOG).exists() { self.read(LOG)? } else { Vec::new() };
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
        self.write(LOG, &text)
    }

    /// Write any file of the run atomically.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), RunDirError> {
        let path = self.path.join(name);
        write_atomic(&path, bytes).map_err(|source| RunDirError::Unwritable { path, source })
    }

    /// Remove the temporary files of a killed process.
    pub fn sweep(&self) {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten().filter_map(Result::ok);
        for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".tmp")) {
            // a file that cannot be removed is harmless
            std::fs::remove_file(entry.path()).ok();
        }
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, RunDirError> {
        let path = self.path.join(name);
        let unreadable = |source| RunDirError::Unreadable { path: path.clone(), source };
        let length = std::fs::metadata(&path).map_err(unreadable)?.len();
        if ![CHECKPOINT, START].contains(&name) && length > MAX_SESSION_BYTES {
            let reason = format!("it has {length} bytes; a session record has at most {MAX_SESSION_BYTES}");
            return Err(RunDirError::Malformed { path, reason });
        }
        std::fs::read(&path).map_err(unreadable)
    }
}
