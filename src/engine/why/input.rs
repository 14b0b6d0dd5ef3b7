//! The record of everything that changes the potential of one neuron, step by step: its equation, the spikes that arrive at it with
//! the weights that deliver them, and noise. It is a monitor of a replayed run, so that a run that is not explained has no cost.

use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, Source, StepSpikes};
use crate::engine::neuron::{Linear, NeuronIdx};
use crate::engine::projection::{Store, Synapses};

/// A presynaptic spike that arrived at the neuron.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// Population it comes from; `None` for the encoder.
    pub source: Option<usize>,
    /// The presynaptic neuron.
    pub neuron: NeuronIdx,
    /// Index of the projection.
    pub projection: usize,
    /// Index of the receptor.
    pub receptor: usize,
    /// Step in which it was fired, and step in which it arrived.
    pub emitted: u64,
    /// See `emitted`.
    pub arrived: u64,
    /// The weight that delivered it.
    pub weight_mv: f32,
}

/// One step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) equation: Linear,
    pub(super) threshold_mv: f64,
    pub(super) noise_mv: f64,
    pub(super) fired: bool,
    /// Number of arrivals until the end of the step.
    pub(super) arrivals: usize,
}

/// The synapses of a projection onto the neuron that have the same delay.
#[derive(Debug, Clone)]
struct Afferent {
    source: Option<usize>,
    projection: usize,
    receptor: usize,
    delay: usize,
    /// Presynaptic neuron and index of the weight, by neuron.
    synapses: Vec<(NeuronIdx, u32)>,
}

/// The record.
#[derive(Debug, Clone)]
pub struct InputRecord {
    population: usize,
    neuron: NeuronIdx,
    afferents: Vec<Afferent>,
    /// The first step.
    pub(super) from: u64,
    pub(super) moments: Vec<Moment>,
    pub(super) arrivals: Vec<Arrival>,
}

impl InputRecord {
    /// Begin with this state of the network. `None` for a neuron that is not linear in its input, or that shared filters reach.
    pub fn new(network: &Network, population: usize, neuron: NeuronIdx) -> Option<Self> {
        network.populations().get(population).filter(|one| (neuron as usize) < one.len())?.linear(neuron)?;
        let mut afferents = Vec::new();
        for (projection, p) in network.projections().iter().enumerate().filter(|(_, p)| p.target == population) {
            let (source, shortest) = match p.source {
                Source::Encoder => (None, 0),
                // part of the equation
                Source::Current(_) => continue,
                Source::Population { index, delay } => (Some(index), delay),
            };
            let mut synapses: Vec<(usize, NeuronIdx, u32)> = match &p.synapses {
                Synapses::Dense(Store { weights, .. }) => (0..weights.n_pre() as u32).map(|pre| (shortest, pre, pre)).collect(),
                Synapses::Sparse(Store { weights, .. }) => {
                    weights.onto(neuron).into_iter().map(|(pre, delay, index)| (delay.into(), pre, index)).collect()
                }
                Synapses::Shared(_) => return None,
            };
            synapses.sort_unstable();
            for same in synapses.chunk_by(|a, b| a.0 == b.0) {
                let synapses = same.iter().map(|&(_, pre, index)| (pre, index)).collect();
                afferents.push(Afferent { source, projection, receptor: p.receptor, delay: same[0].0, synapses });
            }
        }
        Some(Self { population, neuron, afferents, from: network.step(), moments: Vec::new(), arrivals: Vec::new() })
    }

    /// The step after the last recorded one.
    pub fn end(&self) -> u64 {
        self.from + self.moments.len() as u64
    }
}

impl Monitor for InputRecord {
    fn follows_arrivals(&self) -> bool {
        true
    }

    fn before(&mut self, step: u64, network: &Network) {
        let Self { population, neuron, afferents, moments, arrivals, .. } = self;
        let of = &network.populations()[*population];
        let Some(mut equation) = of.linear(*neuron) else { return };
        // as much of a step's current reaches the potential as the potential loses
        equation.current_mv += (1.0 - equation.decay) * f64::from(network.current_mv(*population, *neuron));
        for Afferent { source, projection, receptor, delay, synapses } in afferents {
            let weight = |index: u32| match &network.projections()[*projection].synapses {
                Synapses::Dense(store) => store.weights.get(index as usize, *neuron as usize),
                Synapses::Sparse(store) => store.weights.weight_mv(index),
                Synapses::Shared(_) => 0.0,
            };
            for &pre in network.arriving(*projection, *delay) {
                let first = synapses.partition_point(|&(other, _)| other < pre);
                arrivals.extend(synapses[first..].iter().take_while(|&&(other, _)| other == pre).map(|&(neuron, index)| Arrival {
                    source: *source,
                    neuron,
                    projection: *projection,
                    receptor: *receptor,
                    emitted: step.saturating_sub(*delay as u64),
                    arrived: step,
                    weight_mv: weight(index),
                }));
            }
        }
        let threshold_mv = of.threshold_mv(*neuron).into();
        moments.push(Moment { equation, threshold_mv, noise_mv: 0.0, fired: false, arrivals: arrivals.len() });
    }

    fn record(&mut self, _step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        let Some(Moment { equation, noise_mv, fired, .. }) = self.moments.last_mut() else { return };
        *fired = spikes.populations[self.population].contains(&self.neuron);
        if equation.noisy {
            // with what a spike of its own takes from it and gives back
            *noise_mv = f64::from(network.populations()[self.population].noise_mv(self.neuron)) - equation.returned_mv;
        }
    }
}
