//! What carrying out a study needs, whether its jobs train on images or simulate a described network.

use crate::cli::output::Reporter;
use crate::study::{Job, Kind, StudyDir, StudyError};
use std::sync::atomic::AtomicBool;

/// Progress of a study.
pub(super) enum News {
    /// Progress of a running job, in the unit of `load`, and a text for the bar.
    Progress(Job, u64, Option<String>),
    /// A job is complete, and its file written.
    Done(Job),
    /// A job ended without a result.
    Failed(Job, StudyError),
}

/// The record of a study, as far as both kinds have it.
pub(super) struct Head<'a> {
    pub(super) kind: Kind,
    pub(super) version: &'a str,
    pub(super) preset: &'a str,
    pub(super) seeds: &'a [u64],
    pub(super) variants: Vec<&'a str>,
    pub(super) jobs: Vec<Job>,
}

/// A study, ready to run or to resume.
pub(super) trait Campaign: Sync {
    fn head(&self) -> Head<'_>;

    fn dir(&self) -> &StudyDir;

    fn is_done(&self, job: Job) -> bool;

    /// What the bar counts, and how many of it a job is.
    fn load(&self) -> (&'static str, u64);

    /// What is to be said before it starts.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    fn run(&self, jobs: &[Job], threads: usize, cancel: &AtomicBool, tell: &(dyn Fn(News) + Sync));

    /// Report a finished job.
    fn tell(&self, job: Job, reporter: &mut Reporter);

    fn save_tables(&self) -> Result<(), StudyError>;

    /// Write tables and figures of all results so far, and print the summary.
    fn conclude(&self, reporter: &mut Reporter) -> Result<(), StudyError>;
}
