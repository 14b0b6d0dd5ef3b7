//! Neuron models. A population holds the state of many neurons of one model and updates them together.

mod ad_ex;
mod currents;
mod gaps;
mod izhikevich;
mod lif;
mod lif_cond;
mod linear;
mod local;
mod membranes;
mod race;
mod regular;
mod sources;

pub use ad_ex::AdExParams;
pub use currents::{CurrentSource, Waveform};
pub use izhikevich::IzhikevichParams;
pub(in crate::engine) use lif::Opening;
pub use lif::{LifParams, LifPopulation, LifStep, Real};
pub use lif_cond::LifCondParams;
pub use linear::{Current, Linear, RECEPTORS};
pub use local::{LocalParams, LocalPopulation};
pub use membranes::{Equations, Membranes};
pub(crate) use race::psp_gain;
pub use race::{Policy, RaceParams, RacePopulation};
pub use regular::RegularSource;
pub use sources::{PoissonSource, SpikeSource};

use super::archive::Persist;
use super::block::{Row, blocks_for};
use pulp::Arch;

/// Index of a neuron in its population.
pub type NeuronIdx = u32;

/// Parameters of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NeuronParams {
    /// Leaky integrate-and-fire.
    Lif(LifParams),
    /// Integrate-and-fire at the sites of a local projection.
    Local(LocalParams),
    /// Escape-noise output neurons.
    Race(RaceParams),
    /// Conductance-based leaky integrate-and-fire.
    LifCond(LifCondParams),
    /// Adaptive exponential integrate-and-fire.
    AdEx(AdExParams),
    /// Izhikevich neurons.
    Izhikevich(IzhikevichParams),
    /// Poisson processes.
    Poisson {
        /// Rate in Hz.
        rate_hz: f64,
    },
    /// Regular spike trains.
    Regular {
        /// Rate in Hz.
        rate_hz: f64,
    },
    /// Given spike trains, which have none.
    Given,
    /// Sources of currents.
    Current(Waveform),
}

/// Input of a population over the steps of a chunk: what arrives at its receptors, in mV, laid out `[receptor][step][block]`, and the
/// currents that it receives.
#[derive(Debug, Clone, Copy)]
pub struct Drive<'a> {
    receptors: [&'a [Row]; RECEPTORS],
    currents: Option<&'a [Row]>,
    steps: usize,
}

impl<'a> Drive<'a> {
    /// Input of `steps` steps, `[step][block]` for every receptor; of one at which nothing arrives it can be empty, unless it is the
    /// only one.
    pub fn at(receptors: [&'a [Row]; RECEPTORS], steps: usize) -> Self {
        Self { receptors, currents: None, steps }
    }

    /// Input of `steps` steps at `receptors` receptors, side by side.
    pub fn new(rows: &'a [Row], steps: usize, receptors: usize) -> Self {
        let mut parts = rows.chunks_exact((rows.len() / receptors.max(1)).max(1));
        Self::at(std::array::from_fn(|_| parts.next().unwrap_or_default()), steps)
    }

    /// Input at one receptor of a population with `blocks` blocks.
    pub fn of_one(rows: &'a [Row], blocks: usize) -> Self {
        Self::new(rows, rows.len() / blocks.max(1), 1)
    }

    /// The same input with currents R I in mV, laid out `[step][block]`, that are constant within a step.
    #[must_use]
    pub fn with_currents(self, currents: Option<&'a [Row]>) -> Self {
        Self { currents, ..self }
    }

    /// The currents of step `t` of a population with `blocks` blocks, if it receives any.
    pub fn currents(&self, t: usize, blocks: usize) -> Option<&'a [Row]> {
        Some(&self.currents?[t * blocks..][..blocks])
    }

    /// Steps.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Input at one receptor, laid out `[step][block]`; empty where nothing arrives.
    pub fn receptor(&self, index: usize) -> &'a [Row] {
        self.receptors[index]
    }

    /// Input of step `t` at one receptor of a population with `blocks` blocks; empty where nothing arrives.
    pub fn of_step(&self, index: usize, t: usize, blocks: usize) -> &'a [Row] {
        let rows = self.receptors[index];
        if rows.is_empty() { rows } else { &rows[t * blocks..][..blocks] }
    }
}

/// A population of one model.
pub trait NeuronModel: Persist + Send + Sync {
    /// Number of neurons.
    fn len(&self) -> usize;

    /// Whether the population is empty.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Neurons per site; all neurons without sites.
    fn channels(&self) -> usize {
        self.len()
    }

    /// Blocks per step of the drive; none without receptors.
    fn blocks(&self) -> usize {
        if self.receptors().is_empty() { 0 } else { blocks_for(self.len()) }
    }

    /// Names of the receptors, in the order of the drive.
    fn receptors(&self) -> &'static [&'static str] {
        &["input"]
    }

    /// Whether the neurons have a membrane potential; sources, which receive nothing, have none.
    fn has_potential(&self) -> bool {
        !self.receptors().is_empty()
    }

    /// Whether the first spike of the population in a trial is its answer, after which no neuron fires.
    fn fires_once(&self) -> bool {
        false
    }

    /// Simulate the steps of `drive` from `from` on, and stop after the first step in which a neuron fires. Returns how many
    /// steps of the drive are done; `fired` holds the spikes of the last of them, in ascending order.
    fn advance(&mut self, drive: Drive<'_>, from: usize, fired: &mut Vec<NeuronIdx>) -> usize;

    /// The currents R I in mV of the coming `steps` steps, `[step][neuron]`, of a source of currents; it is called once for each step.
    fn emit(&mut self, _steps: usize, _currents: &mut Vec<f32>) {}

    /// Reset potentials to rest and end refractory periods. Slow variables (θ) are kept.
    fn settle(&mut self) {}

    /// Membrane potential of a neuron in mV; 0 without a membrane.
    fn v_mv(&self, _neuron: NeuronIdx) -> f32 {
        0.0
    }

    /// Set the membrane potential of a neuron in mV, if it has one.
    fn set_v_mv(&mut self, _neuron: NeuronIdx, _v_mv: f32) {}

    /// A variable of a neuron, by its name in descriptions; none where the model does not have it.
    fn variable(&self, variable: &str, neuron: NeuronIdx) -> Option<f64> {
        (variable == "v" && self.has_potential()).then(|| self.v_mv(neuron).into())
    }

    /// Set a variable of a neuron before the first step, by its name in descriptions; names that the model does not have are ignored.
    fn set_start(&mut self, variable: &str, neuron: NeuronIdx, value: f64) {
        if variable == "v" {
            self.set_v_mv(neuron, value as f32);
        }
    }

    /// The current threshold in mV, adaptation included; 0 without a membrane.
    fn threshold_mv(&self, _neuron: NeuronIdx) -> f32 {
        0.0
    }

    /// Adaptive part of the threshold in mV.
    fn theta_mv(&self, _neuron: NeuronIdx) -> f32 {
        0.0
    }

    /// What membrane noise added in the last step, in mV. A neuron that had just fired also gets back what the inhibition by
    /// its own spike takes from it.
    fn noise_mv(&self, _neuron: NeuronIdx) -> f32 {
        0.0
    }

    /// The equation of a neuron in the coming step, if it is linear in the input between two spikes.
    fn linear(&self, _neuron: NeuronIdx) -> Option<Linear> {
        None
    }

    /// New parameters from the next step on; potentials keep their absolute values. Parameters of another model are ignored.
    fn set_params(&mut self, _params: &NeuronParams) {}

    /// Factors on the rates of the neurons of a source, which is a function of something outside the network. They are no part of the
    /// saved state: who sets them sets them again after a restore. Other models ignore them.
    fn set_gains(&mut self, _gains: &[f64]) {}

    /// Whether spikes raise the adaptive threshold of their neuron.
    fn set_adaptation(&mut self, _on: bool) {}

    /// Whether escape noise is on; without it, the neuron whose potential first reaches the threshold fires.
    fn set_exploration(&mut self, _on: bool) {}

    /// Firing probabilities in the last step, if the model is a policy and the decision window was open.
    fn policy(&self) -> Option<Policy<'_>> {
        None
    }

    /// Probability of each neuron to fire first, after the decision, if the model is a policy.
    fn shares(&self) -> Option<&[f32]> {
        None
    }

    /// These neurons do not fire from now on, whatever their input. This is not part of the saved state: it is for copies that are
    /// tested with dead neurons.
    fn silence(&mut self, neurons: &[NeuronIdx]);

    /// Set the seed of the membrane noise.
    fn reseed(&mut self, _seed: u64) {}

    /// Use these vector instructions instead of the best available; results are identical.
    fn set_arch(&mut self, _arch: Arch) {}

    /// A copy, for networks on other threads.
    fn boxed_clone(&self) -> Box<dyn NeuronModel>;

    /// Name and index of a value that is not a number, if there is one.
    fn not_finite(&self) -> Option<(&'static str, NeuronIdx)> {
        None
    }
}
