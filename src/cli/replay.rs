//! `replay`: run a recorded session again, every command before the step it was applied before, and compare digests.

use super::args::ReplayArgs;
use super::events::Replayed;
use super::failure::Failure;
use super::output::Reporter;
use super::reopen::Reopened;
use super::stop::Stop;
use crate::rundir::Ending;
use crate::session::Applied;
use crate::time::Step;

/// A moment of the recorded session whose state is known.
struct Milestone {
    step: u64,
    what: &'static str,
    digest: String,
    parts: Vec<(String, String)>,
}

/// Repeat a session; an error unless every digest is equal.
pub(super) fn replay(args: &ReplayArgs) -> Result<(), Failure> {
    // nothing is written, so an interrupt may end the program at once
    let _stop = Stop::listen()?;
    let reopened = Reopened::open(&args.run_dir, args.data.as_deref())?;
    let mut reporter = Reporter::new(&args.output);
    reopened.version_note().into_iter().for_each(|note| reporter.warn(&note));
    let milestones = milestones(&reopened)?;
    let mut trainer = reopened.trainer()?;
    let mut commands = reopened.session.applied.iter().peekable();
    reporter.start_bar("replaying", 0, reopened.session.images);
    let bar = reporter.bar();
    let mut differing = Vec::new();
    for Milestone { step: end, what, digest: expected, parts: expected_parts } in &milestones {
        loop {
            while let Some(Applied { change, .. }) = commands.next_if(|applied| applied.before <= Step(trainer.step())) {
                trainer.apply(change).map_err(|fault| Failure::run(format!("the recorded command is refused: {fault}")))?;
            }
            let now = trainer.step();
            if now >= *end {
                break;
            }
            let until = commands.peek().map_or(*end, |next| next.before.0.min(*end));
            trainer.advance(until - now, &mut []).map_err(|halt| Failure::run(format!("the replay halted: {halt}")))?;
            bar.set_position(trainer.images_done());
        }
        let digest = trainer.digest();
        let found = digest.parts();
        let mut different: Vec<String> =
            found.iter().filter(|part| !expected_parts.contains(part)).map(|(name, _)| name.clone()).collect();
        if different.is_empty() && (digest.to_string() != *expected || found.len() != expected_parts.len()) {
            different.push("the record itself".to_owned());
        }
        let (images, step) = (trainer.images_done(), trainer.step());
        let equal = different.is_empty();
        if equal {
            reporter.say(&format!("{what} at step {step} after {images} images: equal, digest {digest}"));
        } else {
            reporter.say(&format!("{what} at step {step} after {images} images: {digest} instead of {expected}"));
            differing.extend(different.iter().filter(|part| !differing.contains(*part)).cloned().collect::<Vec<_>>());
        }
        let digest = digest.to_string();
        reporter.event(&Replayed { event: "replayed", equal, images, step, expected, digest, differing: different });
    }
    if let Some(error) = reporter.into_lost() {
        return Err(Failure::run(format!("results could not be written to standard output: {error}")));
    }
    if differing.is_empty() {
        return Ok(());
    }
    Err(Failure::run(format!("the replay of {} differs in: {}", args.run_dir.display(), differing.join(", "))))
}

/// What the run directory knows: its checkpoint and its end, in the order of their steps.
fn milestones(reopened: &Reopened) -> Result<Vec<Milestone>, Failure> {
    let mut milestones = Vec::new();
    // a damaged checkpoint is a difference, not a bad command line
    if let Some(checkpoint) = reopened.run.checkpoint().map_err(Failure::run)? {
        let mut trainer = reopened.trainer_at(&checkpoint).map_err(|failure| Failure::run(failure.message()))?;
        let digest = trainer.digest();
        milestones.push(Milestone { step: trainer.step(), what: "checkpoint", digest: digest.to_string(), parts: digest.parts() });
    }
    if let Some(Ending { step, digest, parts, .. }) = reopened.session.ending.clone() {
        milestones.push(Milestone { step: step.0, what: "end", digest, parts });
    }
    if milestones.is_empty() {
        let path = reopened.run.path().display();
        return Err(Failure::input(format!(
            "{path} has neither checkpoint nor end to compare with; go on with it by `spikescope train --resume {path}`"
        )));
    }
    milestones.sort_by_key(|milestone| milestone.step);
    Ok(milestones)
}
