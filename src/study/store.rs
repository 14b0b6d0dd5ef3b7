//! The directory of a study. Every file in it is written atomically.
//!
//! | file | contents |
//! |---|---|
//! | `study.ron`, `preset.ron` | everything that determines the results |
//! | `jobs/0007.json` | the result of job 7; the job is complete when the file exists |
//! | `jobs/0007.checkpoint` | the state of job 7 when it was interrupted |
//! | `results.csv`, `curves.csv`, `summary.csv` | tidy tables of all results so far |
//! | `*.svg` | figures of the results |

use super::free::plan::FreeStudy;
use super::plan::{FREE_SCHEMA, Job, Study, schema_of};
use super::result::JobResult;
use crate::files::{Lock, LockError, NewDir, is_vacant, write_atomic};
use crate::preset::{self, NetworkPreset, Opened, Preset, PresetError};
use crate::rundir::Checkpoint;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

const STUDY: &str = "study.ron";
const PRESET: &str = "preset.ron";
const JOBS: &str = "jobs";

/// Maximum size of a study record.
const MAX_BYTES: u64 = 1 << 26;

/// Why a study cannot be read, planned or run.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The directory already contains a study.
    #[error("{} already contains a study; resume it with --resume {}, or name another directory with --out", .0.display(), .0.display())]
    Occupied(PathBuf),
    /// It contains other files.
    #[error("{} is not empty and contains no study; name another directory with --out", .0.display())]
    Foreign(PathBuf),
    /// There is no study.
    #[error("{} is not a study directory: {reason}; name one that `spikescope ablate` or `spikescope sweep` wrote", path.display())]
    NotAStudy {
        /// The directory.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file is damaged or from a newer version.
    #[error("{}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file or the directory cannot be written.
    #[error("cannot write {}: {source}; free disk space and resume with --resume, or name another path with --out", path.display())]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Another program writes into it.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// The preset of the study cannot be used.
    #[error(transparent)]
    Preset(#[from] PresetError),
    /// No network can be built.
    #[error("{0}")]
    Build(String),
    /// A job ended with an internal error.
    #[error("the job failed: {0}; the others continue, and --resume runs it again")]
    Lost(String),
}

/// The directory of a study.
#[derive(Debug, Clone)]
pub struct StudyDir {
    path: PathBuf,
    /// The right to conduct the study; none for readers and for the jobs of a cluster.
    lock: Option<Lock>,
}

impl StudyDir {
    /// Check that a new study can be written to a directory. Changes nothing.
    pub fn check_vacant(path: &Path) -> Result<(), StudyError> {
        match is_vacant(path) {
            Ok(true) => Ok(()),
            Ok(false) if path.join(STUDY).exists() => Err(StudyError::Occupied(path.to_owned())),
            Ok(false) => Err(StudyError::Foreign(path.to_owned())),
            Err(source) => Err(StudyError::Unwritable { path: path.to_owned(), source }),
        }
    }

    /// Make the directory, lock it, and write what determines the study.
    pub fn create(place: &NewDir, study: &Study, preset: &Preset) -> Result<Self, StudyError> {
        Self::begin(place, &study.to_ron(), &preset.to_ron())
    }

    /// The same for a study of free runs.
    pub fn create_free(place: &NewDir, study: &FreeStudy, preset: &NetworkPreset) -> Result<Self, StudyError> {
        Self::begin(place, &study.to_ron(), &preset.to_ron())
    }

    fn begin(place: &NewDir, study: &str, preset: &str) -> Result<Self, StudyError> {
        if let NewDir::Named(path) = place {
            Self::check_vacant(path)?;
        }
        let unwritable = |source| StudyError::Unwritable { path: place.wanted().to_owned(), source };
        let (path, _) = place.make().map_err(unwritable)?;
        let mut dir = Self { path, lock: None };
        dir.lock()?;
        // another process has created a study in it meanwhile
        Self::check_vacant(&dir.path)?;
        let jobs = dir.path.join(JOBS);
        std::fs::create_dir_all(&jobs).map_err(|source| StudyError::Unwritable { path: jobs, source })?;
        dir.write(PRESET, preset.as_bytes())?;
        dir.write(STUDY, study.as_bytes())?;
        Ok(dir)
    }

    /// Become the one conductor of the study, until this and its clones are dropped.
    pub fn lock(&mut self) -> Result<(), StudyError> {
        self.lock = Some(Lock::take(&self.path)?);
        Ok(())
    }

    /// Open the directory of an earlier study.
    pub fn open(path: &Path) -> Result<(Self, Study, Preset), StudyError> {
        let study = record(path, Study::parse)?;
        let preset = Preset::load(&path.join(PRESET))?;
        Ok((Self { path: path.to_owned(), lock: None }, study, preset))
    }

    /// The same for a study of free runs.
    pub fn open_free(path: &Path) -> Result<(Self, FreeStudy, NetworkPreset), StudyError> {
        let study = record(path, FreeStudy::parse)?;
        let file = path.join(PRESET);
        let Opened::Network(preset) = preset::open(&file)? else {
            let reason = "it is a preset of schema 1, but the record is that of a study of free runs".to_owned();
            return Err(StudyError::Malformed { path: file, reason });
        };
        Ok((Self { path: path.to_owned(), lock: None }, study, *preset))
    }

    /// Whether the directory contains a study of free runs.
    pub fn is_free(path: &Path) -> bool {
        record(path, schema_of).is_ok_and(|schema| schema == FREE_SCHEMA)
    }

    /// Whether the directory contains a study.
    pub fn is_one(path: &Path) -> bool {
        path.join(STUDY).is_file()
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The result of a job, if it is complete. A file of another job or with other contents is ignored.
    pub fn result(&self, study: &Study, job: Job) -> Option<JobResult> {
        let result: JobResult = self.read(job)?;
        (result.variant == study.variants[job.variant].name && result.seed == job.seed).then_some(result)
    }

    /// The contents of the file of a job.
    pub(super) fn read<R: DeserializeOwned>(&self, job: Job) -> Option<R> {
        let bytes = std::fs::read(self.path.join(result_name(job))).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// All results so far, in the order of the jobs.
    pub fn results(&self, study: &Study) -> Vec<(Job, JobResult)> {
        study.jobs().into_iter().filter_map(|job| self.result(study, job).map(|result| (job, result))).collect()
    }

    /// Write the result of a job.
    pub fn save_result(&self, job: Job, result: &impl Serialize) -> Result<(), StudyError> {
        // invariant: a result can be serialised as JSON
        let json = serde_json::to_vec(result).expect("a result is plain data");
        self.write(&result_name(job), &json)?;
        // a remaining checkpoint is harmless
        std::fs::remove_file(self.path.join(checkpoint_name(job))).ok();
        Ok(())
    }

    /// The checkpoint of a job, if there is a valid one.
    pub fn checkpoint(&self, job: Job) -> Option<Checkpoint> {
        let bytes = std::fs::read(self.path.join(checkpoint_name(job))).ok()?;
        Checkpoint::parse(&bytes).ok()
    }

    /// Write the checkpoint of a job.
    pub fn save_checkpoint(&self, job: Job, checkpoint: &Checkpoint) -> Result<(), StudyError> {
        self.write(&checkpoint_name(job), &checkpoint.to_bytes())
    }

    /// Write any file of the study atomically.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StudyError> {
        let path = self.path.join(name);
        write_atomic(&path, bytes).map_err(|source| StudyError::Unwritable { path, source })
    }
}

/// The record of the study in a directory.
fn record<R>(path: &Path, parse: impl FnOnce(&str) -> Result<R, String>) -> Result<R, StudyError> {
    let not = |reason: String| StudyError::NotAStudy { path: path.to_owned(), reason };
    let file = path.join(STUDY);
    let length = std::fs::metadata(&file).map_err(|error| not(format!("{STUDY}: {error}")))?.len();
    if length > MAX_BYTES {
        return Err(not(format!("{STUDY} has {length} bytes, which is above the maximum")));
    }
    let text = std::fs::read_to_string(&file).map_err(|error| not(format!("{STUDY}: {error}")))?;
    parse(&text).map_err(|reason| StudyError::Malformed { path: file, reason })
}

fn result_name(job: Job) -> String {
    format!("{JOBS}/{:04}.json", job.index)
}

fn checkpoint_name(job: Job) -> String {
    format!("{JOBS}/{:04}.checkpoint", job.index)
}
