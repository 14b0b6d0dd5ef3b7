//! Short-term plasticity (Tsodyks & Markram 1997, PNAS 94:719; Tsodyks, Pawelzik & Markram 1998, Neural Comput 10:821): at a spike
//! `u ← U + (1 − U) u`, its effect is `w u x`, then `x ← x (1 − u)`; between spikes u decays to 0 with τ_facil and x recovers to 1
//! with τ_rec.
//!
//! The synapses of a presynaptic neuron see the same spikes, each after its own delay, so that one state for the neuron is exact for
//! all of them. It is computed once for each spike, when the first synapse receives it; the efficacy is kept until the last one has.

use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::time::TimeGrid;
use std::collections::VecDeque;

/// Spikes of a neuron in one step at most.
const MOST_SPIKES: usize = 1000;

/// Parameters of short-term plasticity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShortTermParams {
    /// Share U of the resources that the first spike uses.
    pub u: f64,
    /// Time constant in ms with which resources recover.
    pub tau_rec_ms: f64,
    /// Time constant in ms with which facilitation decays; 0 for none.
    pub tau_facil_ms: f64,
}

/// Share used by the last spike of a neuron, resources after it, and its step.
#[derive(Debug, Clone, Copy)]
struct Resources {
    u: f64,
    x: f64,
    since: u64,
}

const RESTED: Resources = Resources { u: 0.0, x: 1.0, since: 0 };

/// Short-term plasticity of the synapses of a projection.
#[derive(Debug, Clone)]
pub struct ShortTerm {
    params: ShortTermParams,
    dt_ms: f64,
    neurons: Vec<Resources>,
    /// Steps by which the longest delay exceeds the shortest.
    span: usize,
    /// Efficacies u x of the spikes of consecutive steps, oldest first, in the order of the spikes.
    efficacies: VecDeque<Vec<f32>>,
    spare: Vec<Vec<f32>>,
}

impl ShortTerm {
    /// Synapses at rest of `n_pre` neurons, whose longest delay exceeds the shortest by `span` steps.
    pub fn new(n_pre: usize, span: usize, params: ShortTermParams, grid: TimeGrid) -> Self {
        let efficacies = std::iter::repeat_n(Vec::new(), span).collect();
        Self { params, dt_ms: grid.dt_ms(), neurons: vec![RESTED; n_pre], span, efficacies, spare: Vec::new() }
    }

    /// New parameters from the next spike on.
    pub fn set_params(&mut self, params: ShortTermParams) {
        self.params = params;
    }

    /// All synapses at rest, without spikes on their way.
    pub fn settle(&mut self) {
        self.neurons.fill(RESTED);
        self.efficacies.iter_mut().for_each(Vec::clear);
    }

    /// Before a chunk: the steps whose spikes have reached all synapses are forgotten.
    pub(in crate::engine) fn begin_chunk(&mut self) {
        while self.efficacies.len() > self.span {
            let mut done = self.efficacies.pop_front().unwrap_or_default();
            done.clear();
            self.spare.push(done);
        }
    }

    /// The spikes that were fired in step `step`, the one after that of the last call.
    pub(in crate::engine) fn fire(&mut self, step: u64, fired: &[NeuronIdx]) {
        let mut efficacies = self.spare.pop().unwrap_or_default();
        let ShortTermParams { u: used, tau_rec_ms, tau_facil_ms } = self.params;
        for &i in fired {
            let Resources { u, x, since } = &mut self.neurons[i as usize];
            let ms = step.saturating_sub(*since) as f64 * self.dt_ms;
            let left = if tau_facil_ms > 0.0 { *u * libm::exp(-ms / tau_facil_ms) } else { 0.0 };
            let recovered = 1.0 - (1.0 - *x) * libm::exp(-ms / tau_rec_ms);
            *u = used + (1.0 - used) * left;
            efficacies.push((*u * recovered) as f32);
            (*x, *since) = (recovered * (1.0 - *u), step);
        }
        self.efficacies.push_back(efficacies);
    }

    /// Efficacies of the spikes of a step, counted from the first that can still arrive in this chunk.
    #[inline(always)]
    pub(in crate::engine) fn at(&self, step: usize) -> &[f32] {
        &self.efficacies[step]
    }
}

impl Persist for ShortTerm {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { params: _, dt_ms: _, neurons, span, efficacies, spare: _ } = self;
        let of = |value: fn(&Resources) -> f64| neurons.iter().map(value).collect::<Vec<f64>>();
        let (mut u, mut x) = (of(|neuron| neuron.u), of(|neuron| neuron.x));
        let mut since: Vec<u64> = neurons.iter().map(|neuron| neuron.since).collect();
        archive.f64s("resources", &mut u)?;
        archive.f64s("resources", &mut x)?;
        archive.u64s("resources", &mut since)?;
        if u.iter().chain(&x).any(|share| !(0.0..=1.0).contains(share)) {
            return Err(ArchiveError::Value("resources"));
        }
        for (neuron, ((u, x), since)) in neurons.iter_mut().zip(u.into_iter().zip(x).zip(since)) {
            *neuron = Resources { u, x, since };
        }
        // only spikes that have not reached all synapses belong to the state
        let n = neurons.len();
        while efficacies.len() > *span {
            efficacies.pop_front();
        }
        for efficacies in efficacies {
            archive.list("efficacies", efficacies, MOST_SPIKES * n, Archive::f32s)?;
            if efficacies.iter().any(|share| !(0.0..=1.0).contains(share)) {
                return Err(ArchiveError::Value("efficacies"));
            }
        }
        Ok(())
    }
}
