//! Manual rewards. In this mode every image waits, once its answer is read, until a reward is given or a step continues without
//! one. The wait is recorded, so that a replay stops at the same step.

use super::{Laboratory, Simulation};
use crate::experiment::{Applied, Recorded, TrialRecord};
use crate::params::ParamId;
use crate::session::Speed;
use crate::session::notice::Notice;
use crate::session::snapshot::{HandReward, RunState};
use crate::session::words::number;
use crate::time::Step;

/// Images shorter than this cannot be distinguished by the user: a reward that is too late for one is given to the next.
const FAST_IMAGES_PER_S: f64 = 2.0;

impl Simulation {
    /// Whether the present waits for a manual reward.
    pub(super) fn awaits_reward(&self) -> bool {
        self.past.is_none() && matches!(&self.run.lab, Laboratory::Images(trainer) if trainer.awaits_reward())
    }

    /// Whether rewards are given manually, which requires every image to be displayed.
    pub(super) fn is_by_hand(&self) -> bool {
        self.past.is_none()
            && matches!(self.run.lab, Laboratory::Images(_))
            && self.run.lab.params().choice(ParamId::RewardMode) == "by hand"
    }

    /// Make the next image that needs a manual reward wait for it. In the past the log determines which images waited.
    pub(super) fn hold_reward(&mut self) {
        // a wait that cannot be recorded could not be replayed
        let has_room = self.check_room(&Recorded::Wait).is_ok();
        if let (None, true, Laboratory::Images(trainer)) = (&self.past, has_room, &mut self.run.lab) {
            trainer.hold_reward();
        }
    }

    /// Record that the current image began to wait, one step earlier, where a replay can still make it wait.
    pub(super) fn note_wait(&mut self) {
        self.note_at(Step(self.run.lab.step().saturating_sub(1)), Recorded::Wait);
    }

    /// Reward the current image and report its number, or return why it is too late.
    pub(super) fn reward(&mut self, reward: f64) {
        if self.past.is_some() {
            return self.refuse_in_the_past();
        }
        if let Err(reason) = self.check_room(&Recorded::Reward(reward as f32)) {
            return self.refuse(&reason);
        }
        if let Laboratory::Free(lab) = &mut self.run.lab {
            if !lab.learns_from_reward() {
                return self.refuse("no projection of this network learns from reward; give one the rule RStdp");
            }
            let change = Recorded::Reward(reward as f32);
            return match lab.apply(&change) {
                Ok(()) => self.note(change),
                Err(reason) => self.refuse(&reason),
            };
        }
        if !reward.is_finite() || !matches!(self.run.lab, Laboratory::Images(_)) {
            return;
        }
        if self.run.state == RunState::Running && !self.takes_reward() && self.is_fast() {
            if !self.is_between_images() {
                self.advance(self.run.lab.trial_steps(), true);
            }
            if self.run.state == RunState::Running {
                self.advance(1, true);
            }
        }
        if !self.takes_reward() {
            return self.refuse_late_reward();
        }
        let Laboratory::Images(trainer) = &mut self.run.lab else { return };
        trainer.give_reward(reward);
        let trial = trainer.trial();
        let answer = trial.outcome.map(|outcome| outcome.answer);
        self.given = Some(HandReward { image: trial.index, reward: reward as f32, answer });
        self.note(Recorded::Reward(reward as f32));
        self.pacer.restart(self.pacer.speed(), std::time::Instant::now());
    }

    /// Fill in the answer of an image that was rewarded before it answered.
    pub(super) fn answered(&mut self, record: &TrialRecord) {
        if let (None, Some(given)) = (&self.past, self.given.as_mut().filter(|given| given.image == record.index)) {
            given.answer = Some(record.answer);
        }
    }

    fn takes_reward(&self) -> bool {
        matches!(&self.run.lab, Laboratory::Images(trainer) if trainer.takes_reward())
    }

    fn is_between_images(&self) -> bool {
        matches!(&self.run.lab, Laboratory::Images(trainer) if trainer.is_between_images())
    }

    fn is_fast(&self) -> bool {
        let Speed::ModelMsPerSecond(pace) = self.pacer.speed() else { return true };
        pace > FAST_IMAGES_PER_S * self.run.lab.whole_trial_steps() as f64 * self.run.lab.grid().dt_ms()
    }

    fn refuse_late_reward(&mut self) {
        let Laboratory::Images(trainer) = &self.run.lab else { return };
        let trial = trainer.trial();
        let (image, by_hand) = (trial.index + 1, self.is_by_hand());
        let reason = match trial.outcome {
            None => "no image is being shown yet; run or step first".to_owned(),
            Some(outcome) => {
                let got =
                    outcome.reward.map_or_else(|| "went on without a reward".to_owned(), |reward| format!("got the reward {reward:+}"));
                let remedy = if by_hand {
                    "run or step to the next image; the network pauses there for the reward"
                } else {
                    "set the reward mode to \"By hand\"; the network then pauses after each answer"
                };
                format!("image {} {got} already; {remedy}", number(image as f64))
            }
        };
        self.waiting.push_back(Notice::Refused(reason));
    }

    pub(super) fn note_at(&mut self, before: Step, change: Recorded) {
        self.run.log.push(Applied { before, change }, super::travel::progress(&self.run.lab).0);
        self.autosave.touch();
    }
}
