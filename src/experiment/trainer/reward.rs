//! The reward of an image: the answer is read at the end of the presentation, and the reward acts `reward_delay` later. In
//! between the network is simulated without input, as during rest.
//!
//! The eligibility trace of R-STDP decays during the delay, and spikes caused by noise add to it as usual. With first-spike
//! readout only the decision is credited: events during the delay are not, and the eligibility of the decision decays by
//! `e^(−d/τ_e)`.

use super::{Halt, Trainer, TrialRecord};
use crate::engine::archive::{Archive, ArchiveError};
use crate::engine::monitor::Monitor;
use crate::experiment::readout::Readout;
use crate::experiment::swap::Swap;
use crate::params::ParamId as P;
use crate::rng::{Purpose, stream, uniform};

/// The range of `reward_right` and `reward_wrong`.
const MAX_REWARD: f64 = 10.0;

impl Trainer {
    /// Read the answer at the end of the presentation.
    pub(super) fn answer(&mut self) -> Result<(), Halt> {
        let image = self.image_index();
        let label = self.label(image);
        let counts = self.network.counts();
        let spikes: u32 = counts.iter().sum();
        let rate_hz = f64::from(spikes) / counts.len() as f64 / (f64::from(self.stimulus.present_steps) * self.grid.dt_ms() * 1e-3);
        if rate_hz > 500.0 {
            return Err(Halt::Runaway { rate_hz, step: self.network.step() });
        }
        let votes = self.readout.votes(counts);
        let answer = Readout::answer(&votes);
        self.votes = Some(votes);
        self.readout.observe(self.network.counts(), label);
        self.own = self.own_probability(answer);
        if let Some(encoder) = self.network.encoder_mut() {
            encoder.rest();
        }
        let expectation = self.modulator.expectation(answer, self.own);
        let index = self.images_done;
        self.outcome = Some(TrialRecord { index, image, label, answer, reward: None, expectation, modulation: 0.0, spikes });
        Ok(())
    }

    /// Simulate steps between answer and reward.
    pub(super) fn wait(&mut self, steps: u64, monitors: &mut [&mut dyn Monitor]) {
        self.network.set_learning(!self.races);
        self.network.run(steps, monitors);
        self.network.set_learning(true);
    }

    /// The reward is due. Whether the trial stops here until one is given: only where that was asked for, the mode is by hand,
    /// and none was given yet. A trial without rest gets one step of it, so that every step has one state.
    pub(super) fn hold(&mut self) -> bool {
        if !self.holds || self.hand.is_some() || self.params.choice(P::RewardMode) != "by hand" {
            return false;
        }
        self.stimulus.rest_steps = self.stimulus.rest_steps.max(1);
        (self.holds, self.awaits) = (false, true);
        true
    }

    /// Let the next trial that needs a reward by hand wait for it: `advance` then returns before the reward takes effect, and
    /// goes on with what was given when it is called again.
    pub fn hold_reward(&mut self) {
        self.holds = true;
    }

    /// Whether the trial waits for a reward by hand: the next step goes on without one.
    pub fn awaits_reward(&self) -> bool {
        self.awaits && self.hand.is_none() && self.params.choice(P::RewardMode) == "by hand"
    }

    /// Whether a reward given now still reaches the trial in progress.
    pub fn takes_reward(&self) -> bool {
        self.elapsed > 0 && (self.awaits || self.outcome.is_none() || self.waits_steps() > 0)
    }

    /// Apply the reward.
    pub(super) fn deliver(&mut self) -> Result<(), Halt> {
        let Some(TrialRecord { label, answer, .. }) = self.outcome else { return Ok(()) };
        let expectation = self.modulator.expectation(answer, self.own);
        let automatic = self.automatic_reward(answer == Some(label));
        let reward = self.hand.or(automatic);
        let mut modulation = reward.map_or(0.0, |r| self.modulator.reward(r, answer, self.own));
        if self.params.choice(P::Modulator) == "label (comparison)" {
            self.network.supervise(usize::from(label));
            // with first-spike readout the expected reward is the probability of the answer, otherwise the running mean
            modulation = if self.races { 1.0 } else { 1.0 - expectation };
        }
        self.network.consolidate((modulation * self.left_of_eligibility()) as f32);
        self.network.homeostasis();
        if self.races && usize::from(self.stage) == self.stages.len() {
            self.average.observe(&self.network, self.images_done, self.params.count(P::Average) as u64);
        }
        if let Some((what, neuron)) = self.network.not_finite() {
            return Err(Halt::NotFinite { what, neuron, step: self.network.step() });
        }
        self.own = None;
        self.outcome = self.outcome.map(|outcome| TrialRecord { reward, expectation, modulation, ..outcome });
        Ok(())
    }

    /// Decay during the delay of an eligibility that is not a trace.
    fn left_of_eligibility(&self) -> f64 {
        let delay_steps = self.stimulus.delay_steps;
        if delay_steps == 0 || !self.races {
            return 1.0;
        }
        libm::exp(-f64::from(delay_steps) * self.grid.dt_ms() / self.spec.tau_e_ms().unwrap_or(self.params.get(P::TauE)))
    }

    /// Steps until the reward of the current answer.
    pub(super) fn waits_steps(&self) -> u32 {
        let due = self.stimulus.present_steps + self.stimulus.delay_steps;
        if self.elapsed < self.stimulus.present_steps { 0 } else { due.saturating_sub(self.elapsed) }
    }

    /// The label of the current trial: that of the drawing, otherwise that of training image `image`.
    pub(super) fn label(&self, image: u32) -> u8 {
        self.drawn.as_ref().map_or_else(|| self.swapped_label(image), |picture| picture.label)
    }

    /// The label of training image `image`, swaps included.
    pub(super) fn swapped_label(&self, image: u32) -> u8 {
        Swap::of(&self.params).label(self.data.train.labels[image as usize])
    }

    /// The probability of the given answer, if the network knows it.
    fn own_probability(&self, answer: Option<u8>) -> Option<f64> {
        let shares = self.network.output()?.shares()?;
        let speaks = self.readout.class_of().iter().map(|&class| class == answer);
        Some(shares.iter().zip(speaks).filter(|&(_, speaks)| speaks).map(|(&share, _)| f64::from(share)).sum())
    }

    fn automatic_reward(&mut self, right: bool) -> Option<f64> {
        let [when_right, when_wrong] = [P::RewardRight, P::RewardWrong].map(|id| self.params.get(id));
        let right = right != self.is_mistaken();
        match self.params.choice(P::RewardMode) {
            "automatic" => Some(if right { when_right } else { when_wrong }),
            "inverted" => Some(if right { when_wrong } else { when_right }),
            // images are in random order, so the reward of the previous image is a random sample of all rewards
            "shuffled" => self.earned.replace(if right { when_right } else { when_wrong }),
            _ => None,
        }
    }

    /// Whether the automatic reward of this image is exchanged. The random number is a function of the image.
    fn is_mistaken(&self) -> bool {
        let noise = self.params.get(P::RewardNoise);
        noise > 0.0 && uniform(&mut stream(self.seed, Purpose::Reward, self.images_done)) < noise
    }

    /// Set the reward of the current image by hand, limited to the range of automatic rewards. No effect if the image was
    /// already rewarded, or if the value is not a number.
    pub fn give_reward(&mut self, reward: f64) {
        if !reward.is_nan() {
            self.hand = Some(reward.clamp(-MAX_REWARD, MAX_REWARD));
        }
    }
}

/// The state of shuffled rewards.
pub(super) fn persist_earned(earned: &mut Option<f64>, is_there: bool, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
    if !is_there {
        *earned = None;
        return Ok(());
    }
    archive.f64("trial", earned.get_or_insert_default())
}

/// The state of delayed rewards.
pub(super) fn persist_wait(
    delay_steps: &mut u32,
    own: &mut Option<f64>,
    is_delayed: bool,
    archive: &mut Archive<'_>,
) -> Result<(), ArchiveError> {
    if !is_delayed {
        (*delay_steps, *own) = (0, None);
        return Ok(());
    }
    archive.u32("trial", delay_steps)?;
    let (mut is_known, mut share) = (u8::from(own.is_some()), own.unwrap_or_default());
    archive.u8("trial", &mut is_known)?;
    archive.f64("trial", &mut share)?;
    *own = (is_known == 1).then_some(share);
    Ok(())
}
