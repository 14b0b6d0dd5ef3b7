//! Runs the jobs of a study on the cores of this machine.

use super::job;
use super::plan::FreeStudy;
use super::result::FreeResult;
use crate::model::MEMORY_LIMIT;
use crate::preset::NetworkPreset;
use crate::study::local::spread;
use crate::study::plan::{Job, Variant};
use crate::study::store::{StudyDir, StudyError};
use std::sync::atomic::AtomicBool;

/// Progress of a study of free runs.
#[derive(Debug)]
pub enum FreeEvent {
    /// Simulated time of a running job in ms.
    Simulated(Job, f64),
    /// A job is complete, and its file written.
    Done(Job),
    /// A job ended without a result; the others continue.
    Failed(Job, StudyError),
}

/// Run `jobs` on a number of threads, until all are complete or `cancel` is set. `tell` is called from all threads. No more
/// networks are simulated at once than fit into the memory that one network may need.
pub fn run(
    (study, preset, dir): (&FreeStudy, &NetworkPreset, &StudyDir),
    jobs: &[Job],
    threads: usize,
    cancel: &AtomicBool,
    tell: &(dyn Fn(FreeEvent) + Sync),
) {
    let work = |job: Job| job::work((study, preset, dir), job, cancel, &|ms| tell(FreeEvent::Simulated(job, ms)));
    let end = |job: Job, ended: Result<FreeResult, StudyError>| {
        tell(match ended {
            Ok(_) => FreeEvent::Done(job),
            Err(error) => FreeEvent::Failed(job, error),
        });
    };
    let bytes = |variant: &Variant| variant.changed(&preset.network, &preset.task).map_or(0.0, |(network, _)| network.counts().bytes);
    let largest = study.variants.iter().map(bytes).fold(1.0, f64::max);
    let fit = (MEMORY_LIMIT as f64 / largest) as usize;
    spread((dir, jobs), threads.min(fit.max(1)), cancel, &work, &end);
}
