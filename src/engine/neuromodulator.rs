//! The third factor: one global scalar made from rewards alone (Frémaux & Gerstner 2016). No label reaches it.

use super::archive::{Archive, ArchiveError, Persist};

/// What the signal says about a reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// M = R − R̄, with R̄ a running mean of all rewards.
    RunningMean,
    /// M = R − p_a, with p_a a running mean of the rewards that followed the same action.
    Prediction,
    /// M = R.
    None,
}

/// The expectation behind a global neuromodulator.
#[derive(Debug, Clone)]
pub struct Neuromodulator {
    /// What the signal says.
    pub baseline: Baseline,
    /// Rate α at which expectations follow rewards, per trial.
    pub rate: f64,
    mean: f64,
    predicted: Vec<f64>,
}

impl Neuromodulator {
    /// A modulator for `actions` actions that expects the reward of chance, 0.
    pub fn new(actions: usize, baseline: Baseline, rate: f64) -> Self {
        Self { baseline, rate, mean: 0.0, predicted: vec![0.0; actions] }
    }

    /// What is expected after `action`; without an action, the mean.
    pub fn expectation(&self, action: Option<u8>) -> f64 {
        match (self.baseline, action) {
            (Baseline::None, _) => 0.0,
            (Baseline::Prediction, Some(a)) => self.predicted[a as usize],
            (Baseline::RunningMean, _) | (Baseline::Prediction, None) => self.mean,
        }
    }

    /// A reward arrives: returns M and learns what to expect.
    pub fn reward(&mut self, reward: f64, action: Option<u8>) -> f64 {
        let m = reward - self.expectation(action);
        self.mean += self.rate * (reward - self.mean);
        if let Some(a) = action {
            let p = &mut self.predicted[a as usize];
            // an action is one of many, so its expectation hears of fewer rewards and follows each more closely
            *p += (self.rate * 10.0).min(1.0) * (reward - *p);
        }
        m
    }
}

impl Persist for Neuromodulator {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { baseline: _, rate: _, mean, predicted } = self;
        archive.f64("neuromodulator", mean)?;
        archive.f64s("neuromodulator", predicted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_reward_is_expected_in_the_end() {
        for baseline in [Baseline::RunningMean, Baseline::Prediction] {
            let mut modulator = Neuromodulator::new(2, baseline, 0.01);
            let m: Vec<f64> = (0..5000).map(|_| modulator.reward(1.0, Some(1))).collect();
            assert_eq!(m[0], 1.0);
            assert!(m[4999].abs() < 1e-9, "{baseline:?}: {}", m[4999]);
        }
    }

    #[test]
    fn predictions_are_kept_apart_by_action() {
        let mut modulator = Neuromodulator::new(2, Baseline::Prediction, 0.05);
        for _ in 0..200 {
            modulator.reward(1.0, Some(0));
            modulator.reward(0.0, Some(1));
        }
        assert!(modulator.expectation(Some(0)) > 0.99 && modulator.expectation(Some(1)) < 0.01);
    }
}
