//! Replay of a recorded session: every change is applied before the step that the log states, and recorded digests are
//! available for comparison.

use super::failure::Failure;
use super::reopen::Reopened;
use crate::engine::monitor::Monitor;
use crate::experiment::{Trainer, TrialRecord};
use crate::rundir::Ending;
use crate::session::Applied;
use crate::time::Step;
use std::iter::Peekable;
use std::vec::IntoIter;

/// The session, replayed up to the current step.
pub(super) struct Rerun {
    pub(super) trainer: Trainer,
    changes: Peekable<IntoIter<Applied>>,
}

impl Rerun {
    /// The start of a run.
    pub(super) fn new(reopened: &Reopened) -> Result<Self, Failure> {
        Ok(Self { trainer: reopened.trainer()?, changes: reopened.session.applied.clone().into_iter().peekable() })
    }

    /// Apply the changes that are due; returns whether steps are left before `end`.
    pub(super) fn goes_on(&mut self, end: u64) -> Result<bool, Failure> {
        while let Some(Applied { change, .. }) = self.changes.next_if(|applied| applied.before <= Step(self.trainer.step())) {
            self.trainer.apply(&change).map_err(|fault| Failure::run(format!("a recorded command cannot be applied: {fault}")))?;
        }
        Ok(self.trainer.step() < end)
    }

    /// Simulate at most to `end`, to the next change, and to the end of the trial, whose record is returned.
    pub(super) fn advance(&mut self, end: u64, monitors: &mut [&mut dyn Monitor]) -> Result<Option<TrialRecord>, Failure> {
        let until = self.changes.peek().map_or(end, |next| next.before.0.min(end));
        let steps = until.saturating_sub(self.trainer.step());
        self.trainer.advance(steps, monitors).map_err(|halt| Failure::run(format!("the replay halted: {halt}")))
    }
}

/// A moment of the recorded session with a known digest.
pub(super) struct Milestone {
    pub(super) step: u64,
    /// Completed images.
    pub(super) images: u64,
    pub(super) what: &'static str,
    pub(super) digest: String,
    parts: Vec<(String, String)>,
}

impl Milestone {
    /// The parts in which the replayed run differs at this moment.
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

/// The known moments of a run directory: its checkpoint and its end, ordered by step; at least one.
pub(super) fn milestones(reopened: &Reopened) -> Result<Vec<Milestone>, Failure> {
    let mut milestones = Vec::new();
    // a damaged checkpoint is a difference, not invalid usage
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
            "{path} has neither a checkpoint nor an end to compare with; resume it with `spikescope train --resume {path}`"
        )));
    }
    milestones.sort_by_key(|milestone| milestone.step);
    Ok(milestones)
}
