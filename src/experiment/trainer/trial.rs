//! A trial: durations, progress and result.

use super::Trainer;
use crate::engine::monitor::Monitor;
use crate::engine::network::Network;
use crate::experiment::build;
use crate::experiment::readout::Readout;
use crate::params::{ParamId as P, Params};
use crate::time::TimeGrid;

/// One completed trial.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TrialRecord {
    /// Number of the image in the run, from 0.
    pub index: u64,
    /// Index of the training image.
    pub image: u32,
    /// Its label.
    pub label: u8,
    /// The network's answer; `None` without a spike.
    pub answer: Option<u8>,
    /// The reward, if any.
    pub reward: Option<f64>,
    /// The expected reward.
    pub expectation: f64,
    /// The neuromodulator.
    pub modulation: f64,
    /// Output spikes.
    pub spikes: u32,
}

/// The current trial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrialProgress {
    /// Number of the image in the run, from 0.
    pub index: u64,
    /// Index of the training image.
    pub image: u32,
    /// Its label.
    pub label: u8,
    /// Steps since onset.
    pub elapsed_steps: u32,
    /// Steps of presentation, reward delay and rest.
    pub total_steps: u32,
    /// Steps until the reward; 0 before the answer and after the reward.
    pub waits_steps: u32,
    /// Its result, after the end of the presentation.
    pub outcome: Option<TrialRecord>,
    /// Whether it is a drawing in place of the training image.
    pub drawn: bool,
    /// Whether it stands still until a reward is given by hand.
    pub awaits_reward: bool,
}

/// Durations of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_field_names)] // the unit stands in every name
pub(in crate::experiment) struct Stimulus {
    pub(super) present_steps: u32,
    /// From the end of the presentation to the reward.
    pub(super) delay_steps: u32,
    pub(super) rest_steps: u32,
}

impl Stimulus {
    pub(super) fn new(params: &Params, grid: TimeGrid) -> Self {
        let steps = |id| build::steps(params, id, grid);
        Self { present_steps: steps(P::PresentMs), delay_steps: steps(P::RewardDelay), rest_steps: steps(P::RestMs) }
    }

    pub(super) fn total_steps(self) -> u32 {
        self.present_steps + self.delay_steps + self.rest_steps
    }

    /// Steps of presentation.
    pub(in crate::experiment) fn present_steps(self) -> u32 {
        self.present_steps
    }

    /// Present an image without learning, with `monitors`.
    pub(in crate::experiment) fn show(self, network: &mut Network, image: &[u8], seed: u64, monitors: &mut [&mut dyn Monitor]) {
        network.begin_trial(image, seed);
        // noise depends on the image, not on the images before it on the same thread
        network.reseed(seed);
        network.run(u64::from(self.present_steps), monitors);
    }
}

impl Trainer {
    /// The current trial, or the one that starts with the next step.
    pub fn trial(&self) -> TrialProgress {
        // between two trials the last one is displayed
        let ended = self.elapsed == 0 && self.outcome.is_some();
        let total_steps = if ended { self.stimulus } else { self.current_or_next() }.total_steps();
        match self.outcome {
            Some(outcome) if ended => TrialProgress {
                index: outcome.index,
                image: outcome.image,
                label: outcome.label,
                elapsed_steps: total_steps,
                total_steps,
                waits_steps: 0,
                outcome: self.outcome,
                drawn: self.drawn.is_some(),
                awaits_reward: false,
            },
            _ => {
                let image = self.image_index();
                // before the first step of a trial its image is not yet determined
                let begun = self.elapsed > 0;
                let before = || if begun { self.label(image) } else { self.swapped_label(image) };
                let label = self.outcome.map_or_else(before, |outcome| outcome.label);
                let (index, elapsed_steps, outcome) = (self.images_done, self.elapsed, self.outcome);
                let (waits_steps, drawn) = (self.waits_steps(), begun && self.drawn.is_some());
                TrialProgress {
                    index,
                    image,
                    label,
                    elapsed_steps,
                    total_steps,
                    waits_steps,
                    outcome,
                    drawn,
                    awaits_reward: self.awaits_reward(),
                }
            }
        }
    }

    /// Whether the next step is the first of an image.
    pub fn is_between_images(&self) -> bool {
        self.elapsed == 0
    }

    /// Steps between the reward of an image and its end.
    pub fn rest_steps(&self) -> u64 {
        u64::from(self.stimulus.rest_steps)
    }

    /// Steps to the end of the presentation, when the answer is read; 0 afterwards.
    pub fn steps_to_answer(&self) -> u64 {
        u64::from(self.current_or_next().present_steps.saturating_sub(self.elapsed))
    }

    /// Steps to the end of the trial in progress; between two trials, the length of the next one.
    pub fn steps_left(&self) -> u64 {
        u64::from(self.current_or_next().total_steps().saturating_sub(self.elapsed))
    }

    /// Length in steps of the trial in progress; between two trials, of the next one. `trial` describes the last one then,
    /// which may have had another length.
    pub fn trial_steps(&self) -> u64 {
        u64::from(self.current_or_next().total_steps())
    }

    /// A trial keeps the durations it began with; the next one takes those of the parameters in force.
    fn current_or_next(&self) -> Stimulus {
        if self.elapsed == 0 { Stimulus::new(&self.params, self.grid) } else { self.stimulus }
    }

    /// The answer at the end of a presentation in `from..to`, if the last one ended there.
    pub fn answered_in(&self, from: u64, to: u64) -> Option<TrialRecord> {
        let Stimulus { present_steps, .. } = self.stimulus;
        let elapsed = if self.elapsed == 0 { self.stimulus.total_steps() } else { self.elapsed };
        let at = (to + u64::from(present_steps)).checked_sub(u64::from(elapsed))?;
        self.outcome.filter(|_| from < at && at <= to)
    }

    /// The votes of the current trial: those so far or, after the answer, those of the answer.
    pub fn votes(&self) -> Vec<f32> {
        if let Some(votes) = &self.votes {
            return votes.clone();
        }
        let votes = self.readout.votes(self.network.counts());
        // a restored state does not contain the votes of the answer
        let others = self.outcome.is_some_and(|outcome| outcome.answer != Readout::answer(&votes));
        if others { vec![0.0; votes.len()] } else { votes }
    }
}
