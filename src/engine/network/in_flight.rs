//! Synaptic events on their way: what the spikes of a population will add, sorted by the step of their arrival.
//!
//! Where delays differ, the synapses of a neuron with one of the delays are few, and to find them costs more than to add their weights.
//! So all synapses of a spike are visited once, when it is fired. The order of each sum is that of [`Sparse::deliver`]: what was
//! fired first comes first, then the order of the spikes, then that of the synapses.
//!
//! Events follow from the recorded spikes and the weights and are no part of the state: they are collected again in a copy, after a
//! restore and after a change of synapses.

use crate::engine::block::{Row, blocks_for, place};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Sparse;
use std::collections::VecDeque;

/// The events of one projection.
#[derive(Debug)]
pub(super) struct InFlight {
    /// Postsynaptic neuron and weight in mV, by the step of arrival modulo the number of lists, which is the longest delay.
    arriving: Vec<Vec<(NeuronIdx, f32)>>,
    /// The step before which all spikes are collected; `None` if they have to be collected again.
    collected: Option<u64>,
}

impl InFlight {
    /// No events, of synapses with delays of at most `longest_delay` steps.
    pub(super) fn new(longest_delay: usize) -> Self {
        Self { arriving: vec![Vec::new(); longest_delay], collected: None }
    }

    /// Weights or spikes have changed.
    pub(super) fn forget(&mut self) {
        self.collected = None;
    }

    /// Collect the spikes that were fired before step `now`, whose last steps `past` holds, if that has not been done.
    pub(super) fn catch_up(&mut self, now: u64, past: &VecDeque<Vec<NeuronIdx>>, synapses: &Sparse) {
        let missing = self.collected.map_or(u64::MAX, |collected| now - collected);
        if missing == u64::MAX {
            self.arriving.iter_mut().for_each(Vec::clear);
        }
        let kept = past.len().min(missing as usize);
        for (fired, ago) in past.iter().skip(past.len() - kept).zip((1..=kept as u64).rev()) {
            self.fire(now - ago, now, fired, synapses);
        }
        self.collected = Some(now);
    }

    /// Collect the spikes of step `step`; what arrived before step `now` is left out.
    fn fire(&mut self, step: u64, now: u64, fired: &[NeuronIdx], synapses: &Sparse) {
        let slots = self.arriving.len();
        let first = (step % slots as u64) as usize;
        let missed = (now - step - 1) as usize;
        for &pre in fired {
            for (synapse, delay) in synapses.of(pre) {
                let delay = usize::from(delay);
                if delay > missed {
                    let slot = first + delay;
                    self.arriving[if slot < slots { slot } else { slot - slots }].push(synapse);
                }
            }
        }
    }

    /// Add what arrives in the steps from `now` on to their drive, `[step][block]`.
    pub(super) fn deliver(&mut self, now: u64, n_post: usize, drive: &mut [Row]) {
        for (t, drive) in (now..).zip(drive.chunks_exact_mut(blocks_for(n_post).max(1))) {
            let slot = (t % self.arriving.len() as u64) as usize;
            for (post, weight_mv) in self.arriving[slot].drain(..) {
                let (block, lane) = place(post as usize);
                drive[block].0[lane] += weight_mv;
            }
        }
    }
}
