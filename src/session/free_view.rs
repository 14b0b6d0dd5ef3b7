//! What the window shows of a network that runs freely: its populations, and its spikes in shared blocks.

use super::weight_bins::WeightBins;
use crate::model::{NetworkSpec, RuleSpec};
use std::sync::Arc;

/// A population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopulationView {
    /// Its name.
    pub name: String,
    /// Number of neurons.
    pub size: u32,
    /// Number of its first neuron, counted over all populations.
    pub first: u32,
    /// Whether its neurons have a membrane potential; sources have none.
    pub has_potential: bool,
    /// Whether its neurons are sources of currents, which fire no spikes.
    pub emits_current: bool,
    /// The spikes of every `every`-th neuron are recorded: 1, except in large sources.
    pub every: u32,
}

/// The spikes of consecutive steps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpikeBlock {
    /// First step.
    pub from: u64,
    /// The step after the last one.
    pub to: u64,
    /// Recorded spikes in the order of time: step after `from`, and neuron counted over all populations.
    pub spikes: Vec<(u32, u32)>,
    /// Steps of a bin.
    pub bin: u32,
    /// All spikes of each population in consecutive bins; the last bin can be shorter.
    pub counts: Vec<u32>,
    /// Concentration of the neuromodulator at the first step of each bin, for every projection that has one.
    pub modulators: Vec<f32>,
}

/// Bins of the weights of a projection.
pub const WEIGHT_BINS: usize = 64;

/// A projection that learns.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightRange {
    /// Its name.
    pub name: String,
    /// The smallest and the largest weight that its rule allows, in the unit of its receptor.
    pub range_mv: (f64, f64),
}

/// Histograms of weights over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WeightHistory {
    /// The projections that learn.
    pub projections: Vec<WeightRange>,
    /// Step, and the weights in `WEIGHT_BINS` bins of the range of every projection.
    pub times: Vec<(u64, Vec<Arc<[u32]>>)>,
    /// Mean and standard deviation of the weights of every projection at the last of these times, in the unit of its receptor; none without synapses.
    pub latest: Vec<Option<(f64, f64)>>,
}

/// The weights of a projection that does not learn.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedWeights {
    /// Its name.
    pub name: String,
    /// Number of weights.
    pub weights: u64,
    /// Their distribution.
    pub bins: WeightBins,
}

/// A network that runs freely, as displayed.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeView {
    /// The description with the values in force.
    pub network: Arc<NetworkSpec>,
    /// Its populations, in the order of the description.
    pub populations: Arc<[PopulationView]>,
    /// Recent spikes, oldest first, without gaps.
    pub blocks: Arc<[Arc<SpikeBlock>]>,
    /// Number of weights that change, by the name of their projection.
    pub plastic: Arc<[(String, u64)]>,
    /// The weights of all other projections that have any, if requested.
    pub fixed: Arc<[FixedWeights]>,
    /// Steps since the start.
    pub step: u64,
    /// Whether it began with weights that the run before it had learnt.
    pub learnt_before: bool,
    /// Step of the last change of a quantity; 0 without changes.
    pub changed: u64,
    /// How the weights of these projections are distributed over time.
    pub weight_history: Arc<WeightHistory>,
}

impl FreeView {
    /// The unit of the weights of a projection.
    pub fn weight_unit(&self, projection: &str) -> &'static str {
        self.network.projection(projection).map_or("mV", |projection| self.network.weight_unit(projection))
    }

    /// The population of a neuron that is counted over all populations, and its index there.
    pub fn locate(&self, neuron: u32) -> Option<(&PopulationView, u32)> {
        let after = self.populations.partition_point(|population| population.first <= neuron);
        let population = self.populations.get(after.checked_sub(1)?)?;
        let index = neuron - population.first;
        (index < population.size).then_some((population, index))
    }

    /// A neuron as text: `E[12]`.
    pub fn name(&self, neuron: u32) -> String {
        self.locate(neuron).map_or_else(|| neuron.to_string(), |(population, index)| format!("{}[{index}]", population.name))
    }

    /// The first neuron with a membrane potential.
    pub fn first_with_potential(&self) -> Option<u32> {
        self.populations.iter().find(|population| population.has_potential).map(|population| population.first)
    }

    /// First and last step of the recorded spikes.
    pub fn span(&self) -> (u64, u64) {
        (self.blocks.first().map_or(0, |block| block.from), self.blocks.last().map_or(0, |block| block.to))
    }

    /// Recorded spikes from step `from` on, oldest first: step, and neuron counted over all populations.
    pub fn spikes_since(&self, from: u64) -> impl Iterator<Item = (u64, u32)> + '_ {
        let first = self.blocks.partition_point(|block| block.to <= from);
        let all =
            self.blocks[first..].iter().flat_map(|block| block.spikes.iter().map(|&(step, neuron)| (block.from + u64::from(step), neuron)));
        all.filter(move |&(step, _)| step >= from)
    }

    /// The recorded spike of a neuron next to a step, after it if `later`, otherwise before it.
    pub fn spike_beside(&self, neuron: u32, step: u64, later: bool) -> Option<u64> {
        let mut own = self.spikes_since(0).filter(|&(_, other)| other == neuron).map(|(step, _)| step);
        if later { own.find(|&other| other > step) } else { own.take_while(|&other| other < step).last() }
    }

    /// Spikes of population `index` by bin, from the block with step `from` on: first step, number of steps, spikes.
    pub fn bins_since(&self, index: usize, from: u64) -> impl Iterator<Item = (u64, u64, u32)> + '_ {
        let populations = self.populations.len().max(1);
        let first = self.blocks.partition_point(|block| block.to <= from);
        self.blocks[first..].iter().flat_map(move |block| {
            let bin = u64::from(block.bin.max(1));
            block.counts.chunks(populations).zip(0..).map(move |(counts, k)| {
                let begin = block.from + k * bin;
                (begin, bin.min(block.to.saturating_sub(begin)), counts.get(index).copied().unwrap_or(0))
            })
        })
    }

    /// The names of the projections that learn from reward, in the order of the description.
    pub fn modulated(&self) -> impl Iterator<Item = &str> {
        let projections = self.network.projections.iter();
        projections.filter(|projection| matches!(projection.rule, Some(RuleSpec::RStdp(_)))).map(|projection| projection.name.as_str())
    }

    /// Step and concentration of the neuromodulator at the modulated projection `index`, from the block with step `from` on.
    pub fn modulator_since(&self, index: usize, from: u64) -> impl Iterator<Item = (u64, f32)> + '_ {
        let projections = self.modulated().count().max(1);
        let first = self.blocks.partition_point(|block| block.to <= from);
        self.blocks[first..].iter().flat_map(move |block| {
            let values = block.modulators.chunks(projections).zip(0..);
            values.filter_map(move |(values, bin)| Some((block.from + bin * u64::from(block.bin), *values.get(index)?)))
        })
    }

    /// Mean rate of population `index` per neuron since step `from`, in Hz; `None` if nothing was recorded.
    pub fn rate_hz(&self, index: usize, from: u64) -> Option<f64> {
        let (steps, spikes) = self.bins_since(index, from).fold((0, 0), |(steps, spikes), bin| (steps + bin.1, spikes + u64::from(bin.2)));
        let seconds = steps as f64 * self.network.dt_ms * 1e-3;
        (steps > 0).then(|| spikes as f64 / f64::from(self.populations[index].size.max(1)) / seconds)
    }
}
