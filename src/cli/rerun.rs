//! A recorded session lived through again: every change before the step it was made before, and the moments whose state is
//! known, to compare with.

use super::failure::Failure;
use super::reopen::Reopened;
use crate::engine::monitor::Monitor;
use crate::experiment::{Trainer, TrialRecord};
use crate::rundir::Ending;
use crate::session::Applied;
use crate::time::Step;
use std::iter::Peekable;
use std::vec::IntoIter;

/// The session, as far as it has been repeated.
pub(super) struct Rerun {
    pub(super) trainer: Trainer,
    changes: Peekable<IntoIter<Applied>>,
}

impl Rerun {
    /// The beginning of a run.
    pub(super) fn new(reopened: &Reopened) -> Result<Self, Failure> {
        Ok(Self { trainer: reopened.trainer()?, changes: reopened.session.applied.clone().into_iter().peekable() })
    }

    /// Make the changes that are due; whether there are steps left before `end`.
    pub(super) fn goes_on(&mut self, end: u64) -> Result<bool, Failure> {
        while let Some(Applied { change, .. }) = self.changes.next_if(|applied| applied.before <= Step(self.trainer.step())) {
            self.trainer.apply(&change).map_err(|fault| Failure::run(format!("the recorded command is refused: {fault}")))?;
        }
        Ok(self.trainer.step() < end)
    }

    /// Let steps pass: at most to `end`, to the next change, and to the end of the trial, whose record is returned.
    pub(super) fn advance(&mut self, end: u64, monitors: &mut [&mut dyn Monitor]) -> Result<Option<TrialRecord>, Failure> {
        let until = self.changes.peek().map_or(end, |next| next.before.0.min(end));
        let steps = until.saturating_sub(self.trainer.step());
        self.trainer.advance(steps, monitors).map_err(|halt| Failure::run(format!("the run halted when it was repeated: {halt}")))
    }
}

/// A moment of the recorded session whose state is known.
pub(super) struct Milestone {
    pub(super) step: u64,
    /// Images whose trials had ended.
    pub(super) images: u64,
    pub(super) what: &'static str,
    pub(super) digest: String,
    parts: Vec<(String, String)>,
}

impl Milestone {
    /// The parts in which a run at this moment is not what it was.
    pub(super) fn differing(&self, trainer: &mut Trainer) -> Vec<String> {
        let digest = trainer.digest();
        let found = digest.parts();
        let mut different: Vec<String> = found.iter().filter(|part| !self.parts.contains(part)).map(|(name, _)| name.clone()).collect();
        if different.is_empty() && (digest.to_string() != self.digest || found.len() != self.parts.len()) {
            different.push("the record itself".to_owned());
        }
        different
    }
}

/// What the run directory knows: its checkpoint and its end, in the order of their steps; at least one.
pub(super) fn milestones(reopened: &Reopened) -> Result<Vec<Milestone>, Failure> {
    let mut milestones = Vec::new();
    // a damaged checkpoint is a difference, not a bad command line
    if let Some(checkpoint) = reopened.run.checkpoint().map_err(Failure::run)? {
        let mut trainer = reopened.trainer_at(&checkpoint).map_err(Failure::of_the_run)?;
        let digest = trainer.digest();
        let (step, images) = (trainer.step(), trainer.images_done());
        milestones.push(Milestone { step, images, what: "checkpoint", digest: digest.to_string(), parts: digest.parts() });
    }
    if let Some(Ending { step, images, digest, parts, .. }) = reopened.session.ending.clone() {
        milestones.push(Milestone { step: step.0, images, what: "end", digest, parts });
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
