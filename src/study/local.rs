//! Runs the jobs of a study on the cores of this machine, one job per thread.

use super::job::{self, JobEvent};
use super::plan::{Job, Study};
use super::result::JobResult;
use super::store::{StudyDir, StudyError};
use crate::datasets::Data;
use crate::preset::Preset;
use serde::Serialize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Progress of a study.
#[derive(Debug)]
pub enum Event {
    /// Progress of a running job.
    Job(Job, JobEvent),
    /// A job is complete, and its file written.
    Done(Job, Box<JobResult>),
    /// A job ended without a result; the others continue.
    Failed(Job, StudyError),
}

/// Run `jobs` on a number of threads, until all are complete or `cancel` is set. `tell` is called from all threads.
pub fn run(
    (study, preset, dir): (&Study, &Preset, &StudyDir),
    jobs: &[Job],
    data: &Arc<Data>,
    threads: usize,
    cancel: &AtomicBool,
    tell: &(dyn Fn(Event) + Sync),
) {
    let work = |job: Job| job::work((study, preset, dir), job, data, cancel, &|event| tell(Event::Job(job, event)));
    let end = |job: Job, ended: Result<JobResult, StudyError>| {
        tell(match ended {
            Ok(result) => Event::Done(job, Box::new(result)),
            Err(error) => Event::Failed(job, error),
        });
    };
    spread((dir, jobs), threads, cancel, &work, &end);
}

/// Run `work` for every job on a number of threads, write the results, and tell how each job ended. A job that `cancel`
/// stopped has no result and is not told.
pub(super) fn spread<R: Serialize>(
    (dir, jobs): (&StudyDir, &[Job]),
    threads: usize,
    cancel: &AtomicBool,
    work: &(dyn Fn(Job) -> Result<Option<R>, StudyError> + Sync),
    end: &(dyn Fn(Job, Result<R, StudyError>) + Sync),
) {
    let next = AtomicUsize::new(0);
    let one_after_the_other = || {
        while let Some(&job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if cancel.load(Ordering::Relaxed) {
                return;
            }
            let ended = match catch_unwind(AssertUnwindSafe(|| work(job))) {
                Ok(Ok(None)) => return,
                Ok(Ok(Some(result))) => dir.save_result(job, &result).map(|()| result),
                Ok(Err(error)) => Err(error),
                Err(panic) => Err(StudyError::Lost(words(panic.as_ref()))),
            };
            end(job, ended);
        }
    };
    let workers = threads.clamp(1, jobs.len().max(1));
    std::thread::scope(|scope| {
        for worker in 1..workers {
            let named = std::thread::Builder::new().name(format!("study-{worker}"));
            // fewer threads take longer with the same result
            if let Err(error) = named.spawn_scoped(scope, one_after_the_other) {
                tracing::warn!("cannot start a thread for the study: {error}");
            }
        }
        one_after_the_other();
    });
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".to_owned())
}
