//! What one neuron of a population does: rate over the current, response to a step, intervals under noise, phase plane. The neurons are
//! simulated by the engine, as a small network without synapses that has the model, the parameters and the time step of the population.

mod closed;
mod intervals;
mod phase_plane;
mod rate_curve;
mod response;
mod simulate;
mod step;
mod subject;

pub use closed::{Onset, rate_hz};
pub use intervals::NoisyIntervals;
pub use phase_plane::PhasePlane;
pub use rate_curve::{CurvePoint, RateCurve};
pub use response::{Pattern, Response};
pub use simulate::Noise;
pub use step::StepResponse;
pub use subject::Subject;

/// What a neuron is given. Currents are in the unit of its constant input, mV or mV/ms.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Protocol {
    /// Constant currents of the rate curve, rising.
    pub currents: Vec<f64>,
    /// Time in ms that the rate curve leaves out after the onset of the current.
    pub discard_ms: f64,
    /// Time in ms after it in which rates are measured.
    pub measure_ms: f64,
    /// Current of the step.
    pub step: f64,
    /// Time in ms before the step.
    pub before_ms: f64,
    /// Duration of the step in ms.
    pub step_ms: f64,
    /// Time in ms after the step.
    pub after_ms: f64,
    /// Fluctuating current for the intervals.
    pub noise: Noise,
    /// Time in ms in which intervals are measured.
    pub noise_ms: f64,
    /// Seed of the noise.
    pub seed: u64,
}

/// Number of currents of the rate curve.
const CURRENTS: usize = 31;

impl Protocol {
    /// Currents around the one at which the neuron begins to fire, and up to the constant input of the population.
    pub fn of(subject: &Subject) -> Self {
        let onset = subject.onset().current;
        let least = if subject.has_leak() { 5.0 } else { 2.0 };
        let high = round_up((2.5 * onset).max(1.25 * subject.constant).max(least));
        let low = (2.0 * onset).min(1.25 * subject.constant);
        let low = if low < 0.0 { -round_up(-low) } else { 0.0 };
        let scale = onset.abs().max(least);
        Self {
            currents: evenly(low, high, CURRENTS),
            discard_ms: 500.0,
            measure_ms: 1000.0,
            step: if subject.constant > onset { subject.constant } else { rounded(onset + 0.5 * scale) },
            before_ms: 100.0,
            step_ms: 600.0,
            after_ms: 200.0,
            noise: Noise { mean: rounded(onset - 0.2 * scale), sd: rounded(0.6 * scale), tau_ms: 5.0 },
            noise_ms: 2000.0,
            seed: 1,
        }
    }
}

/// `n` evenly spaced values, 2 at least.
pub fn evenly(from: f64, to: f64, n: usize) -> Vec<f64> {
    let last = n.max(2) - 1;
    (0..=last).map(|k| from + (to - from) * k as f64 / last as f64).collect()
}

/// Rounded to a tenth.
fn rounded(value: f64) -> f64 {
    (10.0 * value).round() / 10.0
}

/// The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten.
fn round_up(value: f64) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(value)));
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * power).find(|step| *step >= value * (1.0 - 1e-9)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Izhikevich, Lif, ModelSpec, NetworkSpec, PopulationSpec};

    #[test]
    fn the_usual_currents_contain_the_onset_and_the_input_of_the_population() {
        let usual = |model| {
            let mut network = NetworkSpec::new(0.1);
            network.populations.push(PopulationSpec::new("a", 1, model));
            Protocol::of(&Subject::of(&network, "a").unwrap())
        };
        let lif = usual(ModelSpec::Lif(Lif::default()));
        assert_eq!((lif.currents.len(), lif.currents[0], lif.currents[30], lif.step), (31, 0.0, 40.0, 22.5));
        let driven = usual(ModelSpec::Izhikevich(Izhikevich { i: 10.0, ..Izhikevich::default() }));
        assert_eq!((driven.currents[30], driven.step), (15.0, 10.0));
        let spontaneous = usual(ModelSpec::Lif(Lif { e_l_mv: -45.0, v_reset_mv: -60.0, ..Lif::default() }));
        assert_eq!((spontaneous.currents[0], spontaneous.currents[30]), (-10.0, 5.0));
    }
}
