//! The report: one self-contained page about one run or many, with the tables it is made from beside it.
//!
//! `find` says what lies in a folder; `measure` shows test images to a trained network, as they are and changed;
//! `cache` keeps what was measured; `facts` puts together what belongs to one run and which runs differ only by their
//! seed; `figures`, `sections` and `page` show it; `tables` writes it as CSV. Nothing in a report depends on when or
//! where it was made, so that whoever has the run directories gets the same bytes.

mod cache;
mod css;
mod distort;
mod facts;
mod fields;
mod figures;
mod find;
mod key;
mod material;
mod math;
mod measure;
mod methods;
mod notes;
mod page;
mod published;
mod sections;
mod statistics;
mod studies;
mod tables;
mod words;

pub use cache::Cache;
pub use distort::Distortion;
pub use facts::{Group, Run, groups};
pub use find::{Found, Study, find};
pub use key::key;
pub use measure::{Asked, Measured, measure, work};
pub use page::{cache_of, tables_of, write_report};
pub use studies::{StudyFigure, study_figures};

use std::path::{Path, PathBuf};

/// Why there is no report. Every message names the folder or file and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Not a folder.
    #[error("{} is not a folder of runs{reason}; name a run directory that `spikescope train` wrote, or a folder that holds some", path.display())]
    NoFolder {
        /// What was named.
        path: PathBuf,
        /// What is amiss, with a leading colon, or nothing.
        reason: String,
    },
    /// No run in it.
    #[error(
        "{} holds neither a run nor a study; name a run directory that `spikescope train` wrote, or a folder that holds some at most {depth} levels below",
        path.display()
    )]
    Nothing {
        /// The folder searched.
        path: PathBuf,
        /// How deep it was searched.
        depth: usize,
    },
    /// A run directory cannot be used.
    #[error(transparent)]
    Run(#[from] crate::rundir::RunDirError),
    /// A run has learnt nothing that could be looked at.
    #[error("{} has no checkpoint yet; go on with it by `spikescope train --resume {}`, or move it elsewhere", path.display(), path.display())]
    NoCheckpoint {
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
    #[error("cannot write {}: {source}; name another place with --out or make room", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// Write a file whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    crate::files::write_atomic(path, bytes).map_err(|source| ReportError::Unwritable { path: path.to_owned(), source })
}
