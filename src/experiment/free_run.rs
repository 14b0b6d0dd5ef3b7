//! A free run: a network that is simulated without trials, for a duration that can be extended.

use super::damage::dead_of;
use crate::engine::archive::{self, ArchiveError, Digest};
use crate::engine::monitor::Monitor;
use crate::engine::network::Network;
use crate::engine::projection::Synapses;
use crate::lower;
use crate::model::{Fault, NetworkSpec, Path, TaskSpec, Value};
use crate::params::Change;
use crate::rng::{Purpose, permutation, stream};
use crate::time::{Step, TimeGrid};

/// Steps between two checks for values that are not numbers.
const CHECK_EVERY: u64 = 1000;

/// A network that runs freely.
pub struct FreeRun {
    spec: NetworkSpec,
    network: Network,
    seed: u64,
    /// Step and amount of every reward of the task, in order.
    rewards: Vec<(u64, f32)>,
}

/// Why a run stopped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the {what} of neuron {neuron} of \"{population}\" is not a number any more, at {ms} ms; choose smaller weights or rates")]
pub struct NotFinite {
    /// Name of the population.
    pub population: String,
    /// The variable.
    pub what: &'static str,
    /// The neuron.
    pub neuron: u32,
    /// Model time in ms.
    pub ms: f64,
}

impl FreeRun {
    /// Build the network. All faults of the description are reported.
    pub fn new(spec: NetworkSpec, seed: u64) -> Result<Self, Vec<Fault>> {
        let network = lower::network(&spec, seed)?;
        Ok(Self { spec, network, seed, rewards: Vec::new() })
    }

    /// The same run with the rewards of a task: each is given before its step.
    #[must_use]
    pub fn with_task(self, task: &TaskSpec) -> Self {
        let TaskSpec::FreeRun { rewards, .. } = task;
        let grid = self.grid();
        let rewards = rewards.iter().map(|&(ms, amount)| (grid.steps(ms).unwrap_or(0).into(), amount as f32)).collect();
        Self { rewards, ..self }
    }

    /// Silence a share of the neurons of a population: they do not fire from now on. Which neurons follows from the seed; a larger
    /// share contains a smaller one. This is no part of the saved state, so that a restored run has to be silenced again.
    pub fn silence(&mut self, population: usize, share: f64) {
        let Some(neurons) = self.network.populations_mut().get_mut(population) else { return };
        let order = permutation(neurons.len(), &mut stream(self.seed, Purpose::Damage, population as u64));
        neurons.silence(&order[..dead_of(neurons.len(), share)]);
    }

    /// Simulate `steps` steps. Results do not depend on how they are divided, nor on monitors.
    pub fn advance(&mut self, steps: u64, monitors: &mut [&mut dyn Monitor]) -> Result<(), NotFinite> {
        let end = self.network.step() + steps;
        while self.network.step() < end {
            let now = self.network.step();
            let coming = self.rewards.partition_point(|&(step, _)| step < now);
            if let Some(&(_, amount)) = self.rewards.get(coming).filter(|&&(step, _)| step == now) {
                self.reward(amount);
            }
            let after = self.rewards.iter().map(|&(step, _)| step).find(|&step| step > now).unwrap_or(u64::MAX);
            let next = ((now / CHECK_EVERY + 1) * CHECK_EVERY).min(end).min(after);
            self.network.run(next - now, monitors);
            let found = self.network.populations().iter().enumerate().find_map(|(k, p)| Some((k, p.not_finite()?)));
            if let Some((index, (what, neuron))) = found {
                let population = self.spec.populations[index].name.clone();
                return Err(NotFinite { population, what, neuron, ms: self.network.step() as f64 * self.spec.dt_ms });
            }
        }
        Ok(())
    }

    /// Set a parameter by its path from the next step on; one that needs a new network is a fault.
    pub fn set(&mut self, path: &Path, value: &Value) -> Result<(), Vec<Fault>> {
        let mut spec = self.spec.clone();
        spec.set_value(path, value)?;
        if spec.entry(path).is_some_and(|entry| entry.field.change == Change::Rebuild) {
            return Err(vec![Fault { path: path.to_string(), message: "it requires a new network; reset with the new value".to_owned() }]);
        }
        lower::update(&mut self.network, &spec);
        self.spec = spec;
        Ok(())
    }

    /// Give a reward: `amount` is added to the concentration of the neuromodulator before the next step.
    pub fn reward(&mut self, amount: f32) {
        self.network.consolidate(amount);
    }

    /// A copy of the network with the weights of this moment; some rules compute them only at spikes and rewards.
    #[must_use]
    pub fn present(&self) -> Network {
        let mut copy = self.network.twin();
        copy.bring_weights_up_to_date();
        copy
    }

    /// A copy of the synapses of a projection with the weights of this moment; some rules compute them only at spikes and
    /// rewards. Panics if there is no such projection.
    #[must_use]
    pub fn present_synapses(&self, projection: usize) -> Synapses {
        let mut synapses = self.network.projections()[projection].synapses.clone();
        synapses.bring_up_to_date(self.network.step());
        synapses
    }

    /// Mean weight of a projection at this moment in mV; none without synapses. Panics if there is no such projection.
    pub fn mean_weight_mv(&self, projection: usize) -> Option<f64> {
        let synapses = self.present_synapses(projection);
        let mean = |sum: f64, n: usize| (n > 0).then(|| sum / n as f64);
        if let Some(sparse) = synapses.sparse() {
            return mean(sparse.weights_mv().map(f64::from).sum(), sparse.len());
        }
        let weights = synapses.to_array();
        mean(weights.iter().map(|&weight| f64::from(weight)).sum(), weights.len())
    }

    /// The description with its current values.
    pub fn spec(&self) -> &NetworkSpec {
        &self.spec
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Steps since the start.
    pub fn step(&self) -> Step {
        Step(self.network.step())
    }

    /// The time grid.
    pub fn grid(&self) -> TimeGrid {
        TimeGrid::new(self.spec.dt_ms)
    }

    /// Hash of the whole state.
    pub fn digest(&self) -> Digest {
        self.network.digest()
    }

    /// The whole state as bytes. Description and seed are stored beside it.
    pub fn save(&mut self) -> Vec<u8> {
        archive::save(&mut self.network)
    }

    /// Continue from a state that was saved with the same description and seed. After an error the run must not be used.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        archive::restore(&mut self.network, bytes)
    }
}
