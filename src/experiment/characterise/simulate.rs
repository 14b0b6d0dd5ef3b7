//! The small networks: neurons of one model under currents of their own.

use super::Subject;
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use crate::experiment::FreeRun;
use crate::model::{Distribution, ModelSpec, NetworkSpec, NoiseCurrent, PopulationSpec, ProjectionSpec, StepCurrent, Wiring, sentence};
use crate::time::TimeGrid;

/// Names of the two populations and of the projection between them.
const SOURCE: &str = "current";
const NEURONS: &str = "neurons";
const PROJECTION: &str = "current->neurons";
/// Steps between two questions whether the result is still wanted.
const SLICE: u64 = 500;
/// Interval of the steps in which the variables of a neuron are recorded, at least, in ms.
const SAMPLE_MS: f64 = 0.1;

/// A fluctuating current, in the unit of currents.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Noise {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// Correlation time in ms; 0 for independent steps.
    pub tau_ms: f64,
}

/// What the neurons receive.
pub(super) enum Input<'a> {
    /// Each a constant current of its own, in the steps from the first number to before the second one.
    Steps(&'a [f64], [u64; 2]),
    /// Each a noise of its own.
    Noise(Noise, u32),
}

/// What happened.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Record {
    /// The steps in which every neuron fired.
    pub(super) spikes: Vec<Vec<u64>>,
    /// Steps from one sample of the variables to the next.
    pub(super) every: u64,
    /// Potential of the first neuron in mV, if it is recorded.
    pub(super) v_mv: Vec<f64>,
    /// Its second variable, if the model has one.
    pub(super) second: Vec<f64>,
    variable: Option<&'static str>,
    traces: bool,
}

impl Monitor for Record {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        for &neuron in &spikes.populations[1] {
            self.spikes[neuron as usize].push(step);
        }
        if self.traces && step.is_multiple_of(self.every) {
            let neurons = &network.populations()[1];
            self.v_mv.push(neurons.variable("v", 0).unwrap_or(f64::NAN));
            self.second.extend(self.variable.and_then(|name| neurons.variable(name, 0)));
        }
    }
}

/// Whole steps in a time.
pub(super) fn steps(subject: &Subject, ms: f64) -> u64 {
    (ms / subject.dt_ms).round().max(1.0) as u64
}

/// Simulate neurons at rest for `steps` steps. `traces`: record the variables of the first one. With false from `go_on` the answer is none.
pub(super) fn simulate(
    subject: &Subject,
    input: &Input<'_>,
    (steps, seed, traces): (u64, u64, bool),
    go_on: &dyn Fn() -> bool,
) -> Result<Option<Record>, String> {
    let (network, n) = network(subject, input, steps);
    let mut free = FreeRun::new(network, seed).map_err(|faults| sentence(&faults))?;
    if let (Input::Steps(currents, _), Some(weights)) = (input, free.network_mut().dense_mut().next()) {
        // the source gives 1; the weights are the currents
        currents.iter().enumerate().for_each(|(neuron, current)| *weights.weights.get_mut(0, neuron) = *current as f32);
    }
    let every = (SAMPLE_MS / subject.dt_ms).round().max(1.0) as u64;
    let variable = subject.model.plane().map(|plane| plane.second());
    let mut record = Record { spikes: vec![Vec::new(); n as usize], every, variable, traces, ..Record::default() };
    let mut left = steps;
    while left > 0 {
        if !go_on() {
            return Ok(None);
        }
        let slice = left.min(SLICE);
        free.advance(slice, &mut [&mut record]).map_err(|fault| fault.to_string())?;
        left -= slice;
    }
    Ok(Some(record))
}

/// The description, and its number of neurons.
fn network(subject: &Subject, input: &Input<'_>, steps: u64) -> (NetworkSpec, u32) {
    let ms = |step: u64| TimeGrid::new(subject.dt_ms).ms(crate::time::Step(step));
    let (size, source, wiring, n) = match *input {
        Input::Steps(currents, [from, to]) => {
            let step = StepCurrent { ri_mv: 1.0, start_ms: ms(from), stop_ms: ms(to.min(steps)) };
            (1, ModelSpec::StepCurrent(step), Wiring::AllToAll, currents.len() as u32)
        }
        Input::Noise(Noise { mean, sd, tau_ms }, n) => {
            (n, ModelSpec::NoiseCurrent(NoiseCurrent { mean_mv: mean, sd_mv: sd, tau_ms, ..NoiseCurrent::default() }), Wiring::OneToOne, n)
        }
    };
    let mut network = NetworkSpec::new(subject.dt_ms);
    network.populations.push(PopulationSpec::new(SOURCE, size, source));
    let mut neurons = PopulationSpec::new(NEURONS, n, subject.model.clone());
    // the engine starts some models beside their rest
    if let Some((plane, rest)) = subject.model.plane().and_then(|plane| Some((plane, plane.rest(0.0)?))) {
        let given = [("v", rest.v_mv), (plane.second(), rest.second)];
        let fields = subject.model.start_fields();
        let allowed = |(name, value): &(&str, f64)| fields.iter().any(|field| field.name == *name && field.domain.admits(*value));
        if given.iter().all(allowed) {
            neurons.start = given.map(|(name, value)| (name.to_owned(), Distribution::Constant(value))).into();
        }
    }
    network.populations.push(neurons);
    let mut projection = ProjectionSpec::new(PROJECTION, wiring);
    (projection.weight, projection.delay) = (Distribution::Constant(1.0), Distribution::Constant(0.0));
    network.projections.push(projection);
    (network, n)
}
