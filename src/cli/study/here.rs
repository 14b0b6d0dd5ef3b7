//! The jobs of a study on the cores of this machine.

use super::campaign::{Campaign, News};
use crate::cli::args::StudyArgs;
use crate::cli::events::StudyLost;
use crate::cli::machine;
use crate::cli::output::Reporter;
use crate::cli::stop::Stop;
use crate::study::Job;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between updates of the tables of an unfinished study.
const TABLE_PAUSE: Duration = Duration::from_secs(20);

/// Run the jobs on this machine; returns the failures.
#[allow(clippy::disallowed_methods)] // times the tables; does not influence them
pub(super) fn here(campaign: &dyn Campaign, missing: &[Job], args: &StudyArgs, stop: &Stop, reporter: &mut Reporter) -> Vec<String> {
    let threads = args.output.threads.map_or_else(machine::cores, usize::from);
    let (head, (what, load)) = (campaign.head(), campaign.load());
    let total = head.jobs.len() as u64 * load;
    let done = total - missing.len() as u64 * load;
    reporter.start_bar(what, done, total);
    // progress of every running job, for the bar, and failures
    let progress = Progress { done, under_way: HashMap::new() };
    let state = Mutex::new((progress, Vec::new(), reporter, Instant::now()));
    let tell = |news: News| {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let (progress, losses, reporter, tabled) = &mut *state;
        let name = |job: Job| format!("{}, seed {}", head.variants[job.variant], job.seed);
        match news {
            News::Progress(job, done, words) => {
                progress.under_way.insert(job.index, done);
                let words = words.map_or_else(String::new, |words| format!(": {words}"));
                reporter.label_bar(name(job) + &words);
            }
            News::Done(job) => {
                progress.done += load;
                progress.under_way.remove(&job.index);
                campaign.tell(job, reporter);
                // intermediate tables at intervals, because they are made from all results; the final ones are
                // made at the end, where a full disk is reported
                if tabled.elapsed() >= TABLE_PAUSE {
                    campaign.save_tables().ok();
                    *tabled = Instant::now();
                }
            }
            News::Failed(job, error) => {
                let (variant, seed) = (head.variants[job.variant], job.seed);
                reporter.event(&StudyLost { event: "lost", job: job.index, variant, seed, error: error.to_string() });
                let loss = format!("{}: {error}", name(job));
                reporter.warn(&loss);
                losses.push(loss);
            }
        }
        reporter.advance_bar(progress.done + progress.under_way.values().sum::<u64>());
    };
    campaign.run(missing, threads, stop.flag(), &tell);
    let (_, losses, reporter, _) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    reporter.end_bar();
    losses
}

struct Progress {
    done: u64,
    under_way: HashMap<usize, u64>,
}
