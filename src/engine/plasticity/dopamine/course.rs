//! The course of a neuromodulator in continuous time, and what it makes of an eligibility.

use crate::engine::archive::{Archive, ArchiveError, Persist};
use std::sync::Arc;

/// Distances in the tables of decay.
const TABLE: u32 = 2048;

/// `exp(−k r)` for k steps with a rate r per step, from a table for common distances.
#[derive(Debug, Clone)]
struct Decay {
    rate: f64,
    table: Arc<[f64]>,
}

impl Decay {
    fn new(rate: f64) -> Self {
        Self { rate, table: (0..TABLE).map(|k| libm::exp(-f64::from(k) * rate)).collect() }
    }

    fn over(&self, steps: u64) -> f64 {
        self.table.get(steps as usize).copied().unwrap_or_else(|| self.over_part(steps as f64))
    }

    /// The factor over a time that need not be a whole number of steps.
    fn over_part(&self, steps: f64) -> f64 {
        libm::exp(-steps * self.rate)
    }
}

/// Learning rate, time constants and tonic concentration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// Learning rate η, per ms.
    pub eta: f64,
    /// Time constant of eligibility in ms.
    pub tau_e_ms: f64,
    /// Time constant of the concentration in ms.
    pub tau_d_ms: f64,
    /// Concentration to which it decays.
    pub tonic: f64,
    /// Time step in ms.
    pub dt_ms: f64,
}

/// The concentration D, and `K(t) = ∫ η D(s) scale(s) ds` since the origin, where scale is the factor by which every eligibility
/// decayed since then. An eligibility that is given in units of `1/scale` does not change between spikes, and its synapse grows by
/// its product with the increase of K.
#[derive(Debug, Clone)]
pub(super) struct Course {
    pace: Pace,
    of_c: Decay,
    of_d: Decay,
    of_both: Decay,
    /// Step of the last reward, origin or change of a parameter. The following are its values in that step.
    anchor: u64,
    /// Concentration above the tonic one.
    phasic: f64,
    scale: f64,
    k: f64,
    /// The last step that was asked for.
    now: u64,
}

impl Course {
    /// A course without rewards that begins at step 0.
    pub(super) fn new(pace: Pace) -> Self {
        let (of_c, of_d) = (pace.dt_ms / pace.tau_e_ms, pace.dt_ms / pace.tau_d_ms);
        let [of_c, of_d, of_both] = [of_c, of_d, of_c + of_d].map(Decay::new);
        Self { pace, of_c, of_d, of_both, anchor: 0, phasic: 0.0, scale: 1.0, k: 0.0, now: 0 }
    }

    /// New parameters, from the last step on that was asked for. If they change the sign of the concentration, a weight that is at a
    /// limit can miss what it would have been clipped by since its last spike.
    pub(super) fn set(&mut self, pace: Pace) {
        if self.pace != pace {
            self.turn(self.now, 0.0);
            *self = Self { anchor: self.anchor, phasic: self.phasic, scale: self.scale, k: self.k, now: self.now, ..Self::new(pace) };
        }
    }

    /// Begin again in a step, without rewards.
    pub(super) fn clear(&mut self, step: u64) {
        (self.anchor, self.now, self.phasic, self.scale, self.k) = (step, step, 0.0, 1.0, 0.0);
    }

    /// The last step that was asked for.
    pub(super) fn now(&self) -> u64 {
        self.now
    }

    /// Go on to a step; it may not be earlier than the last.
    pub(super) fn advance(&mut self, step: u64) {
        self.now = step;
    }

    fn steps(&self, step: u64) -> u64 {
        step.saturating_sub(self.anchor)
    }

    /// Concentration above the tonic one in a step from the last reward on.
    fn phasic(&self, step: u64) -> f64 {
        self.phasic * self.of_d.over(self.steps(step))
    }

    /// Concentration in a step from the last reward on.
    pub(super) fn concentration(&self, step: u64) -> f64 {
        self.pace.tonic + self.phasic(step)
    }

    /// Decay of every eligibility since the origin.
    pub(super) fn scale(&self, step: u64) -> f64 {
        self.scale * self.of_c.over(self.steps(step))
    }

    /// K, from the factors of decay since the anchor.
    fn integral(&self, of_c: f64, of_both: f64) -> f64 {
        let tonic = self.pace.tonic * (1.0 - of_c) / self.of_c.rate;
        let phasic = self.phasic * (1.0 - of_both) / self.of_both.rate;
        self.k + self.pace.eta * self.pace.dt_ms * self.scale * (tonic + phasic)
    }

    /// K in a step.
    pub(super) fn k(&self, step: u64) -> f64 {
        let steps = self.steps(step);
        self.integral(self.of_c.over(steps), self.of_both.over(steps))
    }

    /// K where the concentration passes through zero, if it does so after the last step asked for and before `step`.
    pub(super) fn k_at_zero(&self, step: u64) -> Option<f64> {
        if self.phasic * self.pace.tonic >= 0.0 {
            return None;
        }
        let zero = libm::log(-self.phasic / self.pace.tonic) / self.of_d.rate;
        let passed = zero > self.steps(self.now) as f64 && zero < self.steps(step) as f64;
        passed.then(|| self.integral(self.of_c.over_part(zero), self.of_both.over_part(zero)))
    }

    /// A reward in a step.
    pub(super) fn turn(&mut self, step: u64, reward: f64) {
        (self.k, self.scale, self.phasic) = (self.k(step), self.scale(step), self.phasic(step) + reward);
        self.anchor = step;
    }

    /// Make a step the origin: from here on eligibility has its true unit, and K begins at 0.
    pub(super) fn rebase(&mut self, step: u64) {
        self.turn(step, 0.0);
        (self.scale, self.k) = (1.0, 0.0);
    }
}

impl Persist for Course {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { pace: _, of_c: _, of_d: _, of_both: _, anchor, phasic, scale, k, now } = self;
        archive.clock(anchor)?;
        archive.clock(now)?;
        archive.f64("dopamine", phasic)?;
        archive.f64("dopamine", scale)?;
        archive.f64("dopamine", k)?;
        let valid = phasic.is_finite() && k.is_finite() && (0.0..=1.0).contains(scale) && anchor <= now;
        if valid { Ok(()) } else { Err(ArchiveError::Value("dopamine")) }
    }
}
