//! Monitors record the state of a network after each step. They cannot change it.

use super::archive::Digest;
use super::network::{Network, StepSpikes};
use super::neuron::NeuronIdx;

/// An observer of every step.
pub trait Monitor {
    /// Whether it asks the network for the spikes that reach synapses (`Network::arrived`, `Network::arriving`), which are otherwise
    /// not kept for all of them.
    fn follows_arrivals(&self) -> bool {
        false
    }

    /// Called before step `step`: the spikes that arrive in it are known, and the weights are those that deliver them.
    fn before(&mut self, _step: u64, _network: &Network) {}

    /// Called after step `step`.
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>);
}

/// Every spike of the encoder and of a population.
#[derive(Debug, Default, Clone)]
pub struct SpikeMonitor {
    /// Encoder spikes as (step, channel).
    pub input: Vec<(u64, NeuronIdx)>,
    /// Population spikes as (step, neuron).
    pub output: Vec<(u64, NeuronIdx)>,
}

impl Monitor for SpikeMonitor {
    fn record(&mut self, step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        self.input.extend(spikes.input.iter().map(|&i| (step, i)));
        let last = spikes.populations.last();
        self.output.extend(last.into_iter().flatten().map(|&j| (step, j)));
    }
}

/// Membrane potential and threshold of chosen neurons of the last population, in mV, one sample per step.
#[derive(Debug, Default, Clone)]
pub struct StateMonitor {
    /// The neurons.
    pub neurons: Vec<NeuronIdx>,
    /// Potentials, one list per neuron.
    pub v_mv: Vec<Vec<f32>>,
    /// Thresholds, one list per neuron.
    pub threshold_mv: Vec<Vec<f32>>,
}

impl StateMonitor {
    /// Record these neurons.
    pub fn new(neurons: &[NeuronIdx]) -> Self {
        let empty = vec![Vec::new(); neurons.len()];
        Self { neurons: neurons.to_vec(), v_mv: empty.clone(), threshold_mv: empty }
    }
}

impl Monitor for StateMonitor {
    fn record(&mut self, _step: u64, network: &Network, _spikes: &StepSpikes<'_>) {
        let Some(population) = network.output() else { return };
        for (k, &j) in self.neurons.iter().enumerate() {
            self.v_mv[k].push(population.v_mv(j));
            self.threshold_mv[k].push(population.threshold_mv(j));
        }
    }
}

/// The weights of the first projection every `every` steps, as (step, hash and copy).
#[derive(Debug, Clone)]
pub struct WeightMonitor {
    every: u64,
    /// Copies of shape (pre, post), in mV.
    pub samples: Vec<(u64, ndarray::Array2<f32>)>,
}

impl WeightMonitor {
    /// A sample every `every` steps; at least 1.
    pub fn new(every: u64) -> Self {
        Self { every: every.max(1), samples: Vec::new() }
    }
}

impl Monitor for WeightMonitor {
    fn record(&mut self, step: u64, network: &Network, _spikes: &StepSpikes<'_>) {
        if step.is_multiple_of(self.every)
            && let Some(projection) = network.projections().first()
        {
            self.samples.push((step, projection.synapses.to_array()));
        }
    }
}

/// Mean firing rate of the last population in bins of `bin` steps.
#[derive(Debug, Clone)]
pub struct RateMonitor {
    bin: u64,
    /// Spikes per bin over all neurons.
    pub counts: Vec<u32>,
}

impl RateMonitor {
    /// Bins of `bin` steps; at least 1.
    pub fn new(bin: u64) -> Self {
        Self { bin: bin.max(1), counts: Vec::new() }
    }

    /// Rates in Hz per neuron for `n` neurons on a grid.
    pub fn rates_hz(&self, n: usize, dt_ms: f64) -> Vec<f64> {
        let seconds = self.bin as f64 * dt_ms * 1e-3;
        self.counts.iter().map(|&count| f64::from(count) / (n.max(1) as f64 * seconds)).collect()
    }
}

impl Monitor for RateMonitor {
    fn record(&mut self, step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        let bin = (step / self.bin) as usize;
        if self.counts.len() <= bin {
            self.counts.resize(bin + 1, 0);
        }
        self.counts[bin] += spikes.populations.last().map_or(0, |fired| fired.len() as u32);
    }
}

/// Counts spikes of the encoder and of every population, and synaptic events: each arriving spike counts once per synapse it
/// reaches. Spikes that have not arrived at the end are not counted.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ActivityMonitor {
    /// Spikes of the encoder.
    pub input: u64,
    /// Spikes of every population.
    pub spikes: Vec<u64>,
    /// Synaptic events of every projection.
    pub events: Vec<u64>,
}

impl Monitor for ActivityMonitor {
    fn follows_arrivals(&self) -> bool {
        true
    }

    fn record(&mut self, _step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        let Self { input, spikes: fired, events } = self;
        *input += spikes.input.len() as u64;
        fired.resize(spikes.populations.len(), 0);
        fired.iter_mut().zip(spikes.populations).for_each(|(sum, now)| *sum += now.len() as u64);
        events.resize(network.projections().len(), 0);
        for (index, (sum, projection)) in events.iter_mut().zip(network.projections()).enumerate() {
            let reached = network.arrived(index).iter().map(|&pre| projection.synapses.fan_out(pre as usize) as u64);
            *sum += reached.sum::<u64>();
        }
    }
}

/// The digest of the network after every step, to find the first difference between two runs.
#[derive(Debug, Default, Clone)]
pub struct DigestMonitor {
    /// One digest per step.
    pub digests: Vec<Digest>,
}

impl Monitor for DigestMonitor {
    fn record(&mut self, _step: u64, network: &Network, _spikes: &StepSpikes<'_>) {
        self.digests.push(network.digest());
    }
}
