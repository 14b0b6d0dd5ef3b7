//! The report: one self-contained HTML page about one or more runs, and the tables of its figures.
//!
//! `find` searches a folder; `measure` tests a trained network on unchanged and distorted images; `cache` stores the
//! measurements; `facts` collects the facts of a run and groups runs that differ only in their seed; `figures`, `sections`
//! and `page` display them; `tables` writes them as CSV. A report does not depend on time or machine, so that the same run
//! directories give the same bytes.

mod cache;
mod characterised;
mod css;
mod described;
mod distort;
mod facts;
mod fields;
mod figures;
mod find;
mod free;
mod key;
mod material;
mod math;
mod measure;
mod methods;
mod notes;
mod page;
mod published;
mod reproduced;
mod sections;
mod statistics;
mod studies;
mod tables;
mod words;

pub use cache::Cache;
pub use characterised::{Characterised, write_characterised};
pub use distort::Distortion;
pub use facts::{Group, Run, groups};
pub use find::{Found, Study, find};
pub use free::{FreeGroup, FreeRunFacts, figures as free_study_figures, free_groups};
pub use key::key;
pub use measure::{Asked, Measured, measure, work};
pub use page::{cache_of, page_alone, tables_of, write_report};
pub use reproduced::{Provenance, write_reproduced};
pub use studies::{StudyFigure, study_figures};

use std::path::{Path, PathBuf};

/// Why a report cannot be made. Every message contains the path and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Not a folder.
    #[error("{} is not a folder of runs{reason}; name a run directory that `spikescope train` or `spikescope run` wrote, or a folder of run directories", path.display())]
    NoFolder {
        /// The given path.
        path: PathBuf,
        /// What is wrong, with a leading colon, or empty.
        reason: String,
    },
    /// It contains no run.
    #[error(
        "{} contains neither a run nor a study; name a run directory that `spikescope train` or `spikescope run` wrote, or a folder with run directories at most {depth} levels below",
        path.display()
    )]
    Nothing {
        /// The folder searched.
        path: PathBuf,
        /// Depth of the search.
        depth: usize,
    },
    /// A run directory cannot be used.
    #[error(transparent)]
    Run(#[from] crate::rundir::RunDirError),
    /// A run has no checkpoint.
    #[error("{} has no checkpoint yet; resume it with `spikescope train --resume {}`, or move it to another folder", path.display(), path.display())]
    NoCheckpoint {
        /// The run directory.
        path: PathBuf,
    },
    /// A free run has no checkpoint.
    #[error("{} has no checkpoint yet; resume it with `spikescope run --resume {}`, or move it to another folder", path.display(), path.display())]
    NoFreeCheckpoint {
        /// The run directory.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}; name another path with --out or free disk space", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// Write a file atomically.
fn write(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    crate::files::write_atomic(path, bytes).map_err(|source| ReportError::Unwritable { path: path.to_owned(), source })
}
