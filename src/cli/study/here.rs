//! The jobs of a study on the cores of this machine.

use super::planned::Planned;
use super::summary::told;
use crate::cli::args::StudyArgs;
use crate::cli::events::StudyLost;
use crate::cli::machine;
use crate::cli::output::Reporter;
use crate::cli::stop::Stop;
use crate::study::{self, Event, Job, JobEvent, save_tables};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between updates of the tables of an unfinished study.
const TABLE_PAUSE: Duration = Duration::from_secs(20);

/// Run the jobs on this machine; returns the failures.
#[allow(clippy::disallowed_methods)] // times the tables; does not influence them
pub(super) fn here(planned: &Planned, missing: &[Job], args: &StudyArgs, stop: &Stop, reporter: &mut Reporter) -> Vec<String> {
    let Planned { study, preset, dir, data } = planned;
    let threads = args.output.threads.map_or_else(machine::cores, usize::from);
    let total = study.jobs().len() as u64 * study.images;
    reporter.start_bar("training", total - missing.len() as u64 * study.images, total);
    // images of every running job, for the progress bar, and failures
    let state = Mutex::new((Progress::new(total - missing.len() as u64 * study.images), Vec::new(), reporter, Instant::now()));
    let tell = |event: Event| {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let (progress, losses, reporter, tabled) = &mut *state;
        match event {
            Event::Job(job, JobEvent::Learning(images, accuracy)) => {
                progress.under_way.insert(job.index, images);
                reporter.label_bar(format!("{}, seed {}: {:.1} %", study.variants[job.variant].name, job.seed, accuracy * 100.0));
            }
            Event::Job(job, JobEvent::Testing(..)) => {
                progress.under_way.insert(job.index, study.images);
            }
            Event::Done(job, result) => {
                progress.done += study.images;
                progress.under_way.remove(&job.index);
                told(reporter, job, &result);
                // intermediate tables at intervals, because they are made from all results; the final ones are
                // made at the end, where a full disk is reported
                if tabled.elapsed() >= TABLE_PAUSE {
                    save_tables(dir, study).ok();
                    *tabled = Instant::now();
                }
            }
            Event::Failed(job, error) => {
                let name = &study.variants[job.variant].name;
                reporter.event(&StudyLost { event: "lost", job: job.index, variant: name, seed: job.seed, error: error.to_string() });
                reporter.warn(&format!("{name}, seed {}: {error}", job.seed));
                losses.push(format!("{name}, seed {}: {error}", job.seed));
            }
        }
        reporter.advance_bar(progress.done + progress.under_way.values().sum::<u64>());
    };
    study::run((study, preset, dir), missing, data, threads, stop.flag(), &tell);
    let (_, losses, reporter, _) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    reporter.end_bar();
    losses
}

struct Progress {
    done: u64,
    under_way: HashMap<usize, u64>,
}

impl Progress {
    fn new(done: u64) -> Self {
        Self { done, under_way: HashMap::new() }
    }
}
