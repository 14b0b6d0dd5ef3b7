//! `replay` of a free run: recompute it and compare every recorded digest.

use super::reopen::{Milestone, Reopened};
use crate::cli::args::ReplayArgs;
use crate::cli::events::FreeReplayed;
use crate::cli::failure::Failure;
use crate::cli::output::Reporter;

/// Replay a run; an error unless every digest is equal.
pub(in crate::cli) fn replay(args: &ReplayArgs) -> Result<(), Failure> {
    let reopened = Reopened::open(&args.run_dir)?;
    if args.data.is_some() {
        return Err(Failure::input(format!("{} is a free run, which has no images; leave out --data", args.run_dir.display())));
    }
    let mut reporter = Reporter::new(&args.output);
    reopened.version_note().into_iter().for_each(|note| reporter.warn(&note));
    let milestones = reopened.milestones()?;
    let mut free = reopened.start()?;
    let dt_ms = reopened.preset.network.dt_ms;
    let end = milestones.last().map_or(0, |milestone| milestone.step);
    reporter.start_bar("replayed ms", 0, (end as f64 * dt_ms) as u64);
    let mut differing = Vec::new();
    for milestone in &milestones {
        while free.step().0 < milestone.step {
            free.advance(SLICE.min(milestone.step - free.step().0), &mut [])
                .map_err(|fault| Failure::run(format!("the replay halted: {fault}")))?;
            reporter.advance_bar((free.step().0 as f64 * dt_ms) as u64);
        }
        let different = milestone.differing(&free);
        let Milestone { what, digest: expected, step, .. } = milestone;
        let (digest, equal, ms) = (free.digest().to_string(), different.is_empty(), *step as f64 * dt_ms);
        if equal {
            reporter.say(&format!("{what} at {ms} ms: equal, digest {digest}"));
        } else {
            reporter.say(&format!("{what} at {ms} ms: {digest} instead of {expected}"));
            differing.extend(different.iter().filter(|part| !differing.contains(*part)).cloned().collect::<Vec<_>>());
        }
        reporter.event(&FreeReplayed { event: "replayed", equal, step: *step, expected, digest, differing: different });
    }
    reporter.end()?;
    if differing.is_empty() {
        return Ok(());
    }
    Err(Failure::run(format!("the replay of {} differs in: {}", args.run_dir.display(), differing.join(", "))))
}

/// Steps between two updates of the progress.
const SLICE: u64 = 200;
