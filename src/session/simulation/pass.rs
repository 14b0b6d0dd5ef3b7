//! Advances model time: batches at the selected speed, single steps, and the processing of completed images.

use super::{BATCH, FRAME, Laboratory, Simulation};
use crate::experiment::TrialRecord;
use crate::session::Speed;
use crate::session::notice::Notice;
use crate::session::pacing;
use crate::session::sites;
use crate::session::snapshot::RunState;
use std::time::Instant;

impl Simulation {
    /// Pause at a moment that every view can show: after images without recording, one more image is simulated with
    /// recording.
    pub(super) fn pause(&mut self) {
        self.run.state = RunState::Paused;
        if self.awaits_reward() {
            return;
        }
        let Laboratory::Images(trainer) = &self.run.lab else { return };
        let trial = trainer.trial();
        let unseen = self.run.recent.end() != self.run.lab.step();
        // at full speed only some images start with the copy that an explanation needs
        let explained = trainer.onset().is_some_and(|onset| onset.index() == trial.index);
        let unexplained = !explained && self.pacer.speed() == Speed::Full && trial.elapsed_steps >= trial.total_steps;
        if (unseen || unexplained) && self.looks() {
            self.advance(self.run.lab.trial_steps(), true);
        }
    }

    /// Step if paused; pause if running.
    pub(super) fn step_by(&mut self, steps: u64) {
        if matches!(self.run.state, RunState::Halted(_)) {
            return;
        }
        self.run.state = RunState::Paused;
        self.advance(steps, true);
    }

    /// To the end of the image in progress; with manual rewards, to the step at which the reward is due. From there the next call
    /// continues without a reward and shows the next image.
    pub(super) fn step_image(&mut self) {
        let passes = self.awaits_reward();
        // in the past the log may change the length of the image that is about to begin
        if self.follow_log(0).is_none() {
            return;
        }
        self.step_by(self.run.lab.trial_steps());
        if passes && self.run.state == RunState::Paused {
            self.step_by(self.run.lab.trial_steps());
        }
    }

    /// Whether a view needs spikes or potentials of every step.
    fn looks(&self) -> bool {
        self.watch.spikes || !self.watch.potentials.is_empty()
    }

    /// One batch: the steps that are due, or at full speed as many as fit between two checks of the command queue.
    pub(super) fn batch(&mut self) {
        if self.awaits_reward() {
            return;
        }
        let started = Instant::now();
        match self.pacer.due(started, self.run.lab.grid().dt_ms()) {
            Some(due) => {
                let (trial, first) = (self.run.lab.trial_steps(), self.run.lab.step());
                // if more images are due than the views show, record only the last one, completely
                let fits = pacing::fits(due, self.run.lab.whole_trial_steps(), self.watch.history);
                if !fits && matches!(self.run.lab, Laboratory::Images(_)) {
                    self.run_blind(started, due - trial);
                    if self.awaits_reward() {
                        return;
                    }
                    let left = self.run.lab.trial_steps();
                    self.advance(left, true);
                    self.pacer.overran((self.run.lab.step() - first).saturating_sub(due), self.run.lab.grid().dt_ms());
                } else {
                    self.run_watched(started, due);
                }
            }
            // of these experiments every step is recorded
            None if !matches!(self.run.lab, Laboratory::Images(_)) => {
                while self.run.state == RunState::Running && started.elapsed() < BATCH {
                    self.advance(self.run.lab.slice_steps(), true);
                }
            }
            None => {
                self.run_blind(started, u64::MAX);
                let frame_due = self.published.elapsed() >= FRAME;
                if frame_due && self.run.state == RunState::Running && !self.awaits_reward() {
                    let steps = self.run.lab.trial_steps();
                    self.advance(steps, true);
                }
            }
        }
    }

    /// The steps that are due, recorded. What is not computed in time for the next command remains due.
    fn run_watched(&mut self, started: Instant, due: u64) {
        let mut left = due;
        while left > 0 && started.elapsed() < BATCH {
            let before = self.run.lab.step();
            self.advance(left.min(self.run.lab.slice_steps()), true);
            let done = self.run.lab.step() - before;
            if done == 0 || self.awaits_reward() || self.run.state != RunState::Running {
                return;
            }
            left = left.saturating_sub(done);
        }
        self.pacer.postpone(left, self.run.lab.grid().dt_ms());
    }

    /// Whole trials without recording, until the steps are done or the time is over.
    fn run_blind(&mut self, started: Instant, steps: u64) {
        let first = self.run.lab.step();
        while self.run.state == RunState::Running
            && !self.awaits_reward()
            && self.run.lab.step() - first < steps
            && started.elapsed() < BATCH
        {
            self.advance(self.run.lab.trial_steps(), false);
        }
    }

    pub(super) fn advance(&mut self, steps: u64, watched: bool) {
        let mut left = steps;
        while left > 0 {
            let before = self.run.lab.step();
            let Some(this) = self.follow_log(left.min(self.run.lab.slice_steps())) else { return };
            let this = self.until_keyframe(self.until_stop(this));
            let spikes = self.awaited_spikes();
            // a manual reward requires that the image is displayed
            let soon = self.may_stop_soon() || self.is_by_hand();
            self.hold_reward();
            let watched = watched || soon;
            // record only what is displayed
            if let Laboratory::Images(trainer) = &mut self.run.lab {
                // after a pause an explanation can be requested; at full speed only if the view is open
                let asks = (self.watch.why.is_some() && self.teller.is_due())
                    || soon
                    || self.run.state != RunState::Running
                    || self.pacer.speed() != Speed::Full;
                trainer.keep_onset(watched && asks);
            }
            let looks = watched && self.looks();
            if looks {
                self.set_history_length();
            }
            let result = if looks { self.run.lab.advance(this, &mut [&mut self.run.recent]) } else { self.run.lab.advance(this, &mut []) };
            left = left.saturating_sub(this);
            self.meter.steps += self.run.lab.step() - before;
            let ended = match result {
                Ok(Some(record)) => {
                    self.trial_ended(record);
                    true
                }
                Ok(None) => {
                    if self.awaits_reward() {
                        self.note_wait();
                    }
                    false
                }
                // the state equals that of the present
                Err(_) if self.past.is_some() => return self.back_to_present(),
                Err(halt) => return self.halt(&halt),
            };
            if self.past.is_none() {
                self.autosave.touch();
                if let Laboratory::Free(_) = self.run.lab {
                    self.keep_moment();
                }
            }
            if self.is_met((before, spikes), ended) && !self.is_travelling() {
                return self.stop_here();
            }
            if self.awaits_reward() {
                return;
            }
            if self.run.state != RunState::Running && self.run.state != RunState::Paused {
                return;
            }
        }
    }

    /// At most so many steps that a network that runs freely stops where a keyframe is due.
    fn until_keyframe(&self, steps: u64) -> u64 {
        match &self.run.lab {
            Laboratory::Free(lab) if self.past.is_none() => steps.min(self.run.timeline.next_in(lab.run().step().0)),
            _ => steps,
        }
    }

    fn trial_ended(&mut self, record: TrialRecord) {
        let Laboratory::Images(trainer) = &self.run.lab else { return };
        let shown = self.run.history.rates.len();
        self.run.history.record(record, &sites::counts(trainer.network().counts(), shown));
        self.run.recent.image_ended(trainer.step() - u64::from(trainer.trial().elapsed_steps), record.index);
        self.run.metrics.push(&record);
        self.run.history.dose(trainer.step().saturating_sub(1 + trainer.rest_steps()), record.modulation);
        self.meter.images += 1;
        self.keep_moment();
        self.answered(&record);
        let Laboratory::Images(trainer) = &self.run.lab else { return };
        if trainer.images_done() == trainer.plan() && self.past.is_none() {
            self.run.state = RunState::Finished;
            let text = format!("all {} planned training images are done; Run continues with another epoch", trainer.plan());
            self.waiting.push_back(Notice::Done(text));
        }
    }

    fn halt(&mut self, reason: &str) {
        self.run.state = RunState::Halted(reason.to_owned());
        self.waiting.push_back(Notice::Halted(reason.to_owned()));
    }
}
