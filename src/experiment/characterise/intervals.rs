//! Intervals between spikes under a fluctuating current.

use super::simulate::{Input, Noise, simulate, steps};
use super::{Protocol, Subject};
use crate::experiment::Activity;
use crate::model::{NetworkSpec, PopulationSpec};

/// Neurons that receive independent noise.
const NEURONS: u32 = 32;
/// Time in ms that is left out at the beginning.
const SETTLING_MS: f64 = 200.0;

/// Firing under noise.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct NoisyIntervals {
    /// The noise.
    pub noise: Noise,
    /// Mean rate in Hz.
    pub rate_hz: f64,
    /// Mean coefficient of variation of the intervals of a neuron; none if no neuron has five intervals.
    pub cv: Option<f64>,
    /// Intervals of all neurons in ms.
    #[serde(skip)]
    pub intervals_ms: Vec<f64>,
    /// Number of neurons, with independent noise.
    pub neurons: u32,
    /// Measured time in ms.
    pub measured_ms: f64,
}

impl NoisyIntervals {
    /// Simulate them. With false from `go_on` the answer is none.
    pub fn of(subject: &Subject, protocol: &Protocol, go_on: &dyn Fn() -> bool) -> Result<Option<Self>, String> {
        let (from, measured) = (steps(subject, SETTLING_MS), steps(subject, protocol.noise_ms));
        let input = Input::Noise(protocol.noise, NEURONS);
        let Some(record) = simulate(subject, &input, (from + measured, protocol.seed, false), go_on)? else { return Ok(None) };
        // the same measures as of a run
        let mut network = NetworkSpec::new(subject.dt_ms);
        network.populations.push(PopulationSpec::new(&subject.population, NEURONS, subject.model.clone()));
        let counted = |spikes: &[u64]| spikes[spikes.partition_point(|step| *step < from)..].to_vec();
        let spikes: Vec<Vec<u64>> = record.spikes.iter().map(|spikes| counted(spikes)).collect();
        let mut flat: Vec<_> = (0..).zip(&spikes).flat_map(|(neuron, spikes)| spikes.iter().map(move |step| (*step, 0, neuron))).collect();
        flat.sort_unstable();
        let activity = Activity::over(&network, from..from + measured, flat.into_iter());
        let intervals = spikes.iter().flat_map(|spikes| spikes.windows(2).map(|pair| (pair[1] - pair[0]) as f64 * subject.dt_ms));
        Ok(Some(Self {
            noise: protocol.noise,
            rate_hz: activity.rate_hz(0, crate::time::TimeGrid::new(subject.dt_ms)),
            cv: activity.irregularity(0).map(|found| found.cv),
            intervals_ms: intervals.collect(),
            neurons: NEURONS,
            measured_ms: measured as f64 * subject.dt_ms,
        }))
    }

    /// Mean interval in ms, if there is one.
    pub fn mean_ms(&self) -> Option<f64> {
        let n = self.intervals_ms.len();
        (n > 0).then(|| self.intervals_ms.iter().sum::<f64>() / n as f64)
    }

    /// The intervals in `bins` bins of equal width from 0 on: the width in ms, and the share of the intervals in each in percent. The last
    /// hundredth is left out if it is far away.
    pub fn histogram(&self, bins: usize) -> (f64, Vec<f64>) {
        let mut sorted = self.intervals_ms.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let most = sorted.get(sorted.len().saturating_sub(1 + sorted.len() / 100)).copied().unwrap_or(1.0);
        let width = 1.02 * most / bins as f64;
        let mut shares = vec![0.0; bins];
        let each = 100.0 / sorted.len().max(1) as f64;
        for interval in sorted {
            if let Some(share) = shares.get_mut((interval / width) as usize) {
                *share += each;
            }
        }
        (width, shares)
    }
}
