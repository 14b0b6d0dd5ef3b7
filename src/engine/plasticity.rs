//! Plasticity: rules that change the weights of a projection. They are called once per step, first with the spikes that
//! arrived, then with those that were fired, so that a presynaptic spike that arrives in the step in which the
//! postsynaptic neuron fires counts as pre-before-post (NEST ignores such a pair). The decay of traces is computed when a
//! trace is read.

mod bounds;
mod delayed_pair;
mod dopamine;
mod filters;
mod pair;
mod post_trace;
mod rmax;
mod rstdp;
mod scaling;
mod short_term;
mod symmetric;
mod triplet;
mod winners;

pub use super::rule::{Changes, PlasticityParams, Rule};
pub use delayed_pair::DelayedPairStdp;
pub use dopamine::DopamineStdp;
pub use filters::FilterStdp;
pub use pair::PairStdp;
pub use post_trace::PostTraceStdp;
pub use rmax::RMax;
pub use rstdp::RStdp;
pub use scaling::SynapticScaling;
pub use short_term::{ShortTerm, ShortTermParams};
pub use symmetric::SymmetricStdp;
pub use triplet::TripletStdp;
pub use winners::{WinnerStdp, WinnerTakeAll};

use super::neuron::NeuronIdx;
use bounds::{Bounds, bounded};

/// A list of distinct neurons in order of insertion.
#[derive(Debug, Clone, Default)]
struct Marked {
    list: Vec<NeuronIdx>,
    is_in: Vec<bool>,
}

impl Marked {
    fn new(n: usize) -> Self {
        Self { list: Vec::with_capacity(n), is_in: vec![false; n] }
    }

    fn insert(&mut self, neuron: NeuronIdx) {
        if !std::mem::replace(&mut self.is_in[neuron as usize], true) {
            self.list.push(neuron);
        }
    }

    fn take(&mut self) -> Vec<NeuronIdx> {
        self.list.iter().for_each(|&j| self.is_in[j as usize] = false);
        std::mem::take(&mut self.list)
    }

    fn persist(&mut self, archive: &mut super::archive::Archive<'_>) -> Result<(), super::archive::ArchiveError> {
        let n = self.is_in.len();
        archive.list("changed neurons", &mut self.list, n, super::archive::Archive::u32s)?;
        self.is_in.fill(false);
        for &j in &self.list {
            *self.is_in.get_mut(j as usize).ok_or(super::archive::ArchiveError::Short("changed neurons"))? = true;
        }
        Ok(())
    }
}
