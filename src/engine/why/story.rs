//! The record of a trial: its spikes, and the weights and noise of selected neurons if they change within it.

use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, Projection, Source, StepSpikes};
use crate::engine::neuron::NeuronIdx;
use crate::engine::relay::Relay;

/// All spikes of a trial, in steps since its onset.
#[derive(Debug, Clone, Default)]
pub struct Story {
    steps: u32,
    input: Vec<(u32, NeuronIdx)>,
    populations: Vec<Vec<(u32, NeuronIdx)>>,
}

impl Story {
    /// Number of steps.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Encoder spikes as (step, channel).
    pub fn input(&self) -> &[(u32, NeuronIdx)] {
        &self.input
    }

    /// Spikes of a population as (step, neuron).
    pub fn spikes(&self, population: usize) -> &[(u32, NeuronIdx)] {
        self.populations.get(population).map_or(&[], Vec::as_slice)
    }

    /// The last spike of a neuron before `step`.
    pub fn last_spike(&self, population: usize, neuron: NeuronIdx, step: u32) -> Option<u32> {
        self.spikes(population).iter().rev().find(|&&(t, j)| j == neuron && t < step).map(|&(t, _)| t)
    }

    /// The spikes that arrive at each row of a projection: the step they arrive in, and which spike of the source it is.
    pub(super) fn arrivals(&self, projection: &Projection) -> Vec<Vec<(u32, u32)>> {
        let mut rows = vec![Vec::new(); projection.synapses.n_pre()];
        match projection.source {
            Source::Encoder => {
                self.input.iter().enumerate().for_each(|(spike, &(t, channel))| rows[channel as usize].push((t, spike as u32)));
            }
            Source::Current(_) => {}
            Source::Population { index, delay } => {
                for (spike, &(t, neuron)) in self.spikes(index).iter().enumerate() {
                    let row = projection.relay.as_ref().map_or(Some(neuron as usize), |relay| relay.of(neuron as usize));
                    let Some(row) = row else { continue };
                    // a max-pooling relay transmits only the first spike of a trial
                    if projection.relay.as_ref().is_some_and(Relay::passes_first) && !rows[row].is_empty() {
                        continue;
                    }
                    rows[row].push((t + delay as u32, spike as u32));
                }
            }
        }
        rows
    }
}

impl Monitor for Story {
    fn record(&mut self, _step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        let t = self.steps;
        self.input.extend(spikes.input.iter().map(|&channel| (t, channel)));
        self.populations.resize(spikes.populations.len(), Vec::new());
        for (kept, fired) in self.populations.iter_mut().zip(spikes.populations) {
            kept.extend(fired.iter().map(|&j| (t, j)));
        }
        self.steps += 1;
    }
}

/// The weights onto one neuron during a trial.
#[derive(Debug, Clone)]
pub(super) struct Column {
    projection: usize,
    neuron: NeuronIdx,
    /// First step in which these weights delivered spikes, and the weights.
    versions: Vec<(u32, Vec<f32>)>,
}

impl Column {
    /// The weight of a row at the arrival of a spike.
    pub(super) fn at(&self, arrived: u32, row: usize) -> f32 {
        let version = self.versions.partition_point(|&(from, _)| from <= arrived).saturating_sub(1);
        self.versions.get(version).map_or(0.0, |(_, w)| w[row])
    }
}

/// Weights onto selected neurons of the last population, and their noise, step by step. Weights are recorded as they
/// delivered a spike, before changes in that step.
#[derive(Debug, Clone)]
pub struct Columns {
    steps: u32,
    neurons: Vec<NeuronIdx>,
    onto: Vec<Column>,
    noise: Vec<Vec<f32>>,
}

impl Columns {
    /// Start with a network at the onset of a trial.
    pub fn new(network: &Network, neurons: &[NeuronIdx]) -> Self {
        let last = network.populations().len().wrapping_sub(1);
        let mut columns = Vec::new();
        for (projection, p) in network.projections().iter().enumerate().filter(|(_, p)| p.target == last && p.synapses.learns()) {
            let Some(dense) = p.synapses.dense() else { continue };
            for &neuron in neurons {
                let w = (0..dense.n_pre()).map(|row| dense.get(row, neuron as usize)).collect();
                columns.push(Column { projection, neuron, versions: vec![(0, w)] });
            }
        }
        Self { steps: 0, neurons: neurons.to_vec(), onto: columns, noise: vec![Vec::new(); neurons.len()] }
    }

    pub(super) fn of(&self, projection: usize, neuron: NeuronIdx) -> Option<&Column> {
        self.onto.iter().find(|column| column.projection == projection && column.neuron == neuron)
    }

    pub(super) fn noise(&self, neuron: NeuronIdx) -> Option<&[f32]> {
        let place = self.neurons.iter().position(|&j| j == neuron)?;
        Some(&self.noise[place])
    }
}

impl Monitor for Columns {
    fn record(&mut self, _step: u64, network: &Network, _spikes: &StepSpikes<'_>) {
        self.steps += 1;
        for Column { projection, neuron, versions } in &mut self.onto {
            let Some(dense) = network.projections()[*projection].synapses.dense() else { continue };
            let (rows, lane) = dense.column(*neuron as usize);
            let Some((_, last)) = versions.last() else { continue };
            if rows.iter().zip(last).any(|(row, w)| row.0[lane].to_bits() != w.to_bits()) {
                versions.push((self.steps, rows.iter().map(|row| row.0[lane]).collect()));
            }
        }
        if let Some(population) = network.output() {
            self.noise.iter_mut().zip(&self.neurons).for_each(|(noise, &j)| noise.push(population.noise_mv(j)));
        }
    }
}
