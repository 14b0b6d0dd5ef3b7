//! Neuron models. A population holds the state of many neurons of one model and updates them together.

mod lif;
mod local;
mod race;

pub(in crate::engine) use lif::Opening;
pub use lif::{LifParams, LifPopulation, LifStep, Real};
pub use local::{LocalParams, LocalPopulation};
pub(crate) use race::psp_gain;
pub use race::{Policy, RaceParams, RacePopulation};

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

    /// Blocks per step of the drive.
    fn blocks(&self) -> usize {
        blocks_for(self.len())
    }

    /// Simulate the steps of `drive` (laid out `[step][block]`, in mV) from `from` on, and stop after the first
    /// step in which a neuron fires. Returns how many steps of the drive are done; `fired` holds the spikes of the last
    /// of them, in ascending order.
    fn advance(&mut self, drive: &[Row], from: usize, fired: &mut Vec<NeuronIdx>) -> usize;

    /// Reset potentials to rest and end refractory periods. Slow variables (θ) are kept.
    fn settle(&mut self);

    /// Membrane potential of a neuron in mV.
    fn v_mv(&self, neuron: NeuronIdx) -> f32;

    /// The current threshold in mV, adaptation included.
    fn threshold_mv(&self, neuron: NeuronIdx) -> f32;

    /// Adaptive part of the threshold in mV.
    fn theta_mv(&self, neuron: NeuronIdx) -> f32;

    /// What membrane noise added in the last step, in mV. A neuron that had just fired also gets back what the inhibition by
    /// its own spike takes from it.
    fn noise_mv(&self, _neuron: NeuronIdx) -> f32 {
        0.0
    }

    /// New parameters from the next step on; potentials keep their absolute values. Parameters of another model are ignored.
    fn set_params(&mut self, params: &NeuronParams);

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
    fn not_finite(&self) -> Option<(&'static str, NeuronIdx)>;
}
