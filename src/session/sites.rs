//! Output neurons as displayed. With shared filters, the neurons of a filter are displayed as one neuron, with the highest
//! potential among its sites.

use crate::engine::neuron::{NeuronIdx, NeuronModel};

/// Number of displayed neurons.
pub(super) fn shown(population: &dyn NeuronModel) -> usize {
    population.channels()
}

/// Potential of a displayed neuron, in mV.
pub(super) fn v_mv(population: &dyn NeuronModel, shown: NeuronIdx) -> f32 {
    let sites = (shown as usize..population.len()).step_by(population.channels().max(1));
    sites.map(|j| population.v_mv(j as NeuronIdx)).fold(f32::NEG_INFINITY, f32::max)
}

/// Spike counts of the displayed neurons.
pub(super) fn counts(counts: &[u32], shown: usize) -> Vec<u32> {
    let mut sums = vec![0; shown];
    counts.chunks(shown.max(1)).for_each(|site| sums.iter_mut().zip(site).for_each(|(sum, count)| *sum += count));
    sums
}
