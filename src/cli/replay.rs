//! `replay`: recompute a recorded session, every command before the step that the log states, and compare digests.

use super::args::ReplayArgs;
use super::events::Replayed;
use super::failure::Failure;
use super::output::Reporter;
use super::reopen::Reopened;
use super::rerun::{Milestone, Rerun, milestones};
use super::stop::Stop;
use crate::rundir::RunDir;

/// Replay a session; an error unless every digest is equal.
pub(super) fn replay(args: &ReplayArgs) -> Result<(), Failure> {
    // nothing is written, so an interrupt can end the program at once
    let _stop = Stop::listen()?;
    if RunDir::open(&args.run_dir).is_ok_and(|run| run.is_free()) {
        return super::run::replay(args);
    }
    let reopened = Reopened::open(&args.run_dir, args.data.as_deref())?;
    let mut reporter = Reporter::new(&args.output);
    reopened.version_note().into_iter().for_each(|note| reporter.warn(&note));
    let milestones = milestones(&reopened)?;
    let mut rerun = Rerun::new(&reopened)?;
    reporter.start_bar("replaying", 0, reopened.session.images);
    let bar = reporter.bar();
    let mut differing = Vec::new();
    for milestone in &milestones {
        while rerun.goes_on(milestone.step)? {
            rerun.advance(milestone.step, &mut [])?;
            bar.set(rerun.trainer.images_done());
        }
        let different = milestone.differing(&mut rerun.trainer);
        let Milestone { what, digest: expected, .. } = milestone;
        let digest = rerun.trainer.digest().to_string();
        let (images, step) = (rerun.trainer.images_done(), rerun.trainer.step());
        let equal = different.is_empty();
        if equal {
            reporter.say(&format!("{what} at step {step} after {images} images: equal, digest {digest}"));
        } else {
            reporter.say(&format!("{what} at step {step} after {images} images: {digest} instead of {expected}"));
            differing.extend(different.iter().filter(|part| !differing.contains(*part)).cloned().collect::<Vec<_>>());
        }
        reporter.event(&Replayed { event: "replayed", equal, images, step, expected, digest, differing: different });
    }
    reporter.end()?;
    if differing.is_empty() {
        return Ok(());
    }
    Err(Failure::run(format!("the replay of {} differs in: {}", args.run_dir.display(), differing.join(", "))))
}
