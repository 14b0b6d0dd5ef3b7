//! Response of one neuron to a step of current.

use super::simulate::{Input, simulate, steps};
use super::{Protocol, Subject};

/// The course of one neuron before, during and after a step of current.
#[derive(Debug, Clone, PartialEq)]
pub struct StepResponse {
    /// The current of the step, in the unit of currents.
    pub current: f64,
    /// First and last time of the step in ms.
    pub step_ms: [f64; 2],
    /// Time from one sample to the next in ms.
    pub sample_ms: f64,
    /// Potential in mV, at the end of a step of the simulation, after the reset if there was a spike.
    pub v_mv: Vec<f64>,
    /// The second variable, in its unit; empty where the model has none.
    pub second: Vec<f64>,
    /// Name and unit of the second variable.
    pub second_name: Option<(&'static str, &'static str)>,
    /// Spike times in ms.
    pub spikes_ms: Vec<f64>,
}

impl StepResponse {
    /// Simulate it. With false from `go_on` the answer is none.
    pub fn of(subject: &Subject, protocol: &Protocol, go_on: &dyn Fn() -> bool) -> Result<Option<Self>, String> {
        let [before, during, after] = [protocol.before_ms, protocol.step_ms, protocol.after_ms].map(|ms| steps(subject, ms));
        let end = before + during;
        let input = Input::Steps(&[protocol.step], [before, end]);
        let Some(record) = simulate(subject, &input, (end + after, protocol.seed, true), go_on)? else { return Ok(None) };
        let ms = |step: u64| step as f64 * subject.dt_ms;
        Ok(Some(Self {
            current: protocol.step,
            step_ms: [before, end].map(ms),
            sample_ms: ms(record.every),
            v_mv: record.v_mv,
            second: record.second,
            second_name: subject.model.plane().map(|plane| (plane.second(), plane.unit())),
            spikes_ms: record.spikes[0].iter().map(|step| ms(*step)).collect(),
        }))
    }

    /// Times and potentials of the samples.
    pub fn potential(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.v_mv.iter().enumerate().map(|(k, v_mv)| (k as f64 * self.sample_ms, *v_mv))
    }

    /// Times and values of the second variable.
    pub fn second(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.second.iter().enumerate().map(|(k, value)| (k as f64 * self.sample_ms, *value))
    }

    /// Spike times in ms during the step, from its beginning.
    pub fn during_ms(&self) -> Vec<f64> {
        let [from, to] = self.step_ms;
        self.spikes_ms.iter().filter(|ms| (from..to).contains(*ms)).map(|ms| ms - from).collect()
    }

    /// The potential in mV at the end of the step.
    pub fn end_mv(&self) -> f64 {
        let last = ((self.step_ms[1] / self.sample_ms).ceil() as usize).saturating_sub(1);
        self.v_mv.get(last).or(self.v_mv.last()).copied().unwrap_or(f64::NAN)
    }
}
