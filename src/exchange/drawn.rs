//! What the engine draws for a network, as arrays: start values, spike trains and currents of sources, synapses.

use crate::engine::network::Projection;
use crate::engine::neuron::{Drive, NeuronModel};
use crate::model::PopulationSpec;

/// A named array of one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Its name.
    pub name: String,
    /// Its numbers.
    pub numbers: Numbers,
}

/// Numbers of one type.
#[derive(Debug, Clone, PartialEq)]
pub enum Numbers {
    /// Whole numbers.
    U32(Vec<u32>),
    /// In single precision.
    F32(Vec<f32>),
    /// In double precision.
    F64(Vec<f64>),
}

/// The start values of a population, of every variable that a description can give.
pub(super) fn start(index: usize, population: &PopulationSpec, neurons: &dyn NeuronModel, arrays: &mut Vec<Array>) {
    for variable in population.model.start_fields() {
        let values = (0..neurons.len() as u32).map(|j| neurons.variable(variable.name, j).unwrap_or(variable.default)).collect();
        arrays.push(Array { name: format!("population_{index}_{}", variable.name), numbers: Numbers::F64(values) });
    }
}

/// The spikes of a source in its first `steps` steps, by step and neuron. Returns whether a neuron fires several times in a step.
pub(super) fn trains(index: usize, source: &mut dyn NeuronModel, steps: u64, arrays: &mut Vec<Array>) -> bool {
    let (mut at, mut neurons, mut fired, mut bursts) = (Vec::new(), Vec::new(), Vec::new(), false);
    // a duration has at most 2^32 - 1 steps
    let (mut now, steps) = (0, steps as usize);
    while now < steps {
        fired.clear();
        now = source.advance(Drive::new(&[], steps, 0), now, &mut fired);
        bursts |= fired.windows(2).any(|pair| pair[0] == pair[1]);
        at.extend(fired.iter().map(|_| now as u32 - 1));
        neurons.extend_from_slice(&fired);
    }
    for (name, numbers) in [("spike_steps", at), ("spike_neurons", neurons)] {
        arrays.push(Array { name: format!("population_{index}_{name}"), numbers: Numbers::U32(numbers) });
    }
    bursts
}

/// The currents of a source in its first `steps` steps, by step and neuron. No neuron fires several times in a step.
pub(super) fn currents(index: usize, source: &mut dyn NeuronModel, steps: u64, arrays: &mut Vec<Array>) -> bool {
    let mut values = Vec::new();
    source.emit(steps as usize, &mut values);
    arrays.push(Array { name: format!("population_{index}_currents"), numbers: Numbers::F32(values) });
    false
}

/// The synapses of a projection, in the order in which recordings and exports have them.
#[derive(Debug, Default)]
pub(super) struct Ends {
    pub(super) pre: Vec<u32>,
    pub(super) post: Vec<u32>,
    pub(super) weight: Vec<f32>,
    pub(super) delay: Vec<u32>,
}

impl Ends {
    pub(super) fn of(projection: &Projection) -> Self {
        let mut ends = Self::default();
        let delay = projection.source.population().map_or(0, |(_, delay)| delay as u32);
        let at_once = delay == 0;
        if let Some(sparse) = projection.synapses.sparse() {
            sparse
                .triplets()
                .for_each(|(pre, synapse)| ends.push(pre, synapse.post, synapse.weight_mv, if at_once { 0 } else { synapse.delay.into() }));
        } else {
            let weights = projection.synapses.to_array();
            weights.indexed_iter().for_each(|((pre, post), &weight)| ends.push(pre as u32, post as u32, weight, delay));
        }
        ends
    }

    fn push(&mut self, pre: u32, post: u32, weight: f32, delay: u32) {
        self.pre.push(pre);
        self.post.push(post);
        self.weight.push(weight);
        self.delay.push(delay);
    }

    /// The shortest delay in steps.
    pub(super) fn shortest(&self) -> Option<u32> {
        self.delay.iter().copied().min()
    }

    pub(super) fn into_arrays(self, index: usize, arrays: &mut Vec<Array>) {
        let Self { pre, post, weight, delay } = self;
        let parts =
            [("pre", Numbers::U32(pre)), ("post", Numbers::U32(post)), ("weight", Numbers::F32(weight)), ("delay", Numbers::U32(delay))];
        arrays.extend(parts.map(|(name, numbers)| Array { name: format!("projection_{index}_{name}"), numbers }));
    }
}
