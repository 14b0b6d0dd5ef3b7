//! Neuron models. A population holds the state of many neurons of one model and advances them all.

mod lif;
mod local;
mod race;

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
    /// Escape-noise neurons that race for the decision.
    Race(RaceParams),
}

/// A population of one model.
pub trait NeuronModel: Persist + Send + Sync {
    /// Number of neurons.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Neurons of each site; all of them where there are no sites.
    fn channels(&self) -> usize {
        self.len()
    }

    /// Blocks that one step of its drive takes.
    fn blocks(&self) -> usize {
        blocks_for(self.len())
    }

    /// Advance through the steps of `drive` (laid out `[step][block]`, in mV) from `from` on, and stop after the first
    /// step in which a neuron fires. Returns how many steps of the drive are done; `fired` holds the spikes of the last
    /// of them, in ascending order.
    fn advance(&mut self, drive: &[Row], from: usize, fired: &mut Vec<NeuronIdx>) -> usize;

    /// Settle: potentials to rest, no neuron refractory. Slow variables (θ) stay.
    fn settle(&mut self);

    /// Membrane potential of a neuron in mV.
    fn v_mv(&self, neuron: NeuronIdx) -> f32;

    /// The potential at which it would fire now, in mV.
    fn threshold_mv(&self, neuron: NeuronIdx) -> f32;

    /// Adaptive part of the threshold in mV.
    fn theta_mv(&self, neuron: NeuronIdx) -> f32;

    /// What membrane noise added in the last step, in mV. A neuron that had just fired also gets back what the inhibition by
    /// its own spike takes from it.
    fn noise_mv(&self, _neuron: NeuronIdx) -> f32 {
        0.0
    }

    /// New parameters from the next step on; potentials keep their absolute values. Parameters of another model are
    /// none of this population's business and change nothing.
    fn set_params(&mut self, params: &NeuronParams);

    /// Whether spikes raise their neuron's own threshold.
    fn set_adaptation(&mut self, _on: bool) {}

    /// Whether escape noise explores; without, the neuron whose potential gets to the threshold first fires.
    fn set_exploration(&mut self, _on: bool) {}

    /// How likely each neuron was to fire in the last step, if the model is a policy and its race was on in that step.
    fn policy(&self) -> Option<Policy<'_>> {
        None
    }

    /// Probability with which each neuron was to be the first, once one was, if the model is a policy.
    fn shares(&self) -> Option<&[f32]> {
        None
    }

    /// Membrane noise from a stream of its own, from its beginning.
    fn reseed(&mut self, _seed: u64) {}

    /// Compute with these vector instructions instead of the best ones; the results are the same.
    fn set_arch(&mut self, _arch: Arch) {}

    /// A copy, for networks on other threads.
    fn boxed_clone(&self) -> Box<dyn NeuronModel>;

    /// Name and index of a value that is not a number, if there is one.
    fn not_finite(&self) -> Option<(&'static str, NeuronIdx)>;
}
