//! Output neurons as the window shows them. Where several sites share their filters, the neurons of a filter are one neuron in
//! the window, which is as depolarised as the highest of them: that one races for the filter.

use crate::engine::neuron::{NeuronIdx, NeuronModel};

/// Neurons in the window.
pub(super) fn shown(population: &dyn NeuronModel) -> usize {
    population.channels()
}

/// Potential of a neuron in the window, in mV.
pub(super) fn v_mv(population: &dyn NeuronModel, shown: NeuronIdx) -> f32 {
    let sites = (shown as usize..population.len()).step_by(population.channels().max(1));
    sites.map(|j| population.v_mv(j as NeuronIdx)).fold(f32::NEG_INFINITY, f32::max)
}

/// Spike counts of the neurons in the window.
pub(super) fn counts(counts: &[u32], shown: usize) -> Vec<u32> {
    let mut sums = vec![0; shown];
    counts.chunks(shown.max(1)).for_each(|site| sums.iter_mut().zip(site).for_each(|(sum, count)| *sum += count));
    sums
}
