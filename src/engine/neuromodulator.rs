//! The third factor: one global scalar computed from rewards alone (Frémaux & Gerstner 2016), without labels.

use super::archive::{Archive, ArchiveError, Persist};

/// The signal computed from a reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// M = R − R̄, with R̄ a running mean of all rewards.
    RunningMean,
    /// M = R − p_a, with p_a a running mean of the rewards that followed the same action.
    Prediction,
    /// M = R.
    None,
    /// M = R − P, with P the probability of the chosen action, the network's own reward prediction.
    OwnProbability,
    /// M = (R − P)/max(1 − P, 0.02): the reward prediction error over the probability of another action. For rewards of 0 and 1 and a rule
    /// with the gradient of log P as eligibility, this makes the change of weights the gradient of the log-likelihood
    /// of the reward observed.
    OverDoubt,
    /// M = sign(R − R̄).
    Sign,
}

/// Minimum of the denominator 1 − P.
const LEAST_DOUBT: f64 = 0.02;

/// A global neuromodulator and its reward predictions.
#[derive(Debug, Clone)]
pub struct Neuromodulator {
    /// The kind of signal.
    pub baseline: Baseline,
    /// Rate α of the running means, per trial.
    pub rate: f64,
    mean: f64,
    predicted: Vec<f64>,
}

impl Neuromodulator {
    /// A modulator for `actions` actions with initial predictions of 0.
    pub fn new(actions: usize, baseline: Baseline, rate: f64) -> Self {
        Self { baseline, rate, mean: 0.0, predicted: vec![0.0; actions] }
    }

    /// The expected reward after `action`, chosen with probability `own` if the network knows it; without an action, the mean.
    pub fn expectation(&self, action: Option<u8>, own: Option<f64>) -> f64 {
        match (self.baseline, action) {
            (Baseline::None, _) => 0.0,
            (Baseline::Prediction, Some(a)) => self.predicted[a as usize],
            (Baseline::OwnProbability | Baseline::OverDoubt, _) => own.unwrap_or(self.mean),
            (Baseline::RunningMean | Baseline::Sign, _) | (Baseline::Prediction, None) => self.mean,
        }
    }

    /// Process a reward: returns M and updates the predictions.
    pub fn reward(&mut self, reward: f64, action: Option<u8>, own: Option<f64>) -> f64 {
        let surprise = reward - self.expectation(action, own);
        let m = match self.baseline {
            Baseline::OverDoubt => surprise / (1.0 - own.unwrap_or(0.0)).max(LEAST_DOUBT),
            Baseline::Sign => f64::from(i8::from(surprise > 0.0) - i8::from(surprise < 0.0)),
            Baseline::RunningMean | Baseline::Prediction | Baseline::None | Baseline::OwnProbability => surprise,
        };
        self.mean += self.rate * (reward - self.mean);
        if let Some(a) = action {
            let p = &mut self.predicted[a as usize];
            // an action is one of many, so its prediction gets fewer rewards and uses a higher rate
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
            let m: Vec<f64> = (0..5000).map(|_| modulator.reward(1.0, Some(1), None)).collect();
            assert_eq!(m[0], 1.0);
            assert!(m[4999].abs() < 1e-9, "{baseline:?}: {}", m[4999]);
        }
    }

    #[test]
    fn predictions_are_kept_apart_by_action() {
        let mut modulator = Neuromodulator::new(2, Baseline::Prediction, 0.05);
        for _ in 0..200 {
            modulator.reward(1.0, Some(0), None);
            modulator.reward(0.0, Some(1), None);
        }
        assert!(modulator.expectation(Some(0), None) > 0.99 && modulator.expectation(Some(1), None) < 0.01);
    }
}
