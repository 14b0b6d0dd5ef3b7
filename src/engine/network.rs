//! Networks: an optional encoder, populations, projections, and operations between trials.
//!
//! Order of one step: deliver due spikes and encode the stimulus; advance populations; plasticity (pre, then post);
//! monitors; step += 1. The experiment calls neuromodulation and homeostasis between trials.

mod run;
mod state;

use super::block::Row;
use super::encoder::Encoder;
use super::homeostasis::normalise;
use super::neuron::{NeuronIdx, NeuronModel};
use super::plasticity::{FilterRule, PlasticityRule};
use super::projection::{Dense, Synapses};
use super::relay::Relay;
use super::spikes::SpikeChunk;
use pulp::Arch;
use std::collections::VecDeque;

/// Source of a projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The encoder; its spikes arrive in the step in which they are generated.
    Encoder,
    /// A population, with a delay of at least one step.
    Population {
        /// Index of the population.
        index: usize,
        /// Delay in steps.
        delay: usize,
    },
}

/// Synapses from one source onto one population, and their learning rule.
pub struct Projection {
    /// Where spikes come from.
    pub source: Source,
    /// Index of the postsynaptic population.
    pub target: usize,
    /// Relays that pool spikes, each with a row of synapses. Without relays each neuron of the source has a row.
    pub relay: Option<Relay>,
    /// The weights.
    pub synapses: Synapses,
    /// The rule; `None` for static weights. Rules are for all-to-all synapses.
    pub rule: Option<Box<dyn PlasticityRule>>,
    /// The rule of shared filters; `None` for fixed ones.
    pub filter_rule: Option<Box<dyn FilterRule>>,
}

impl Projection {
    /// Synapses from a source onto a population, without relays.
    pub fn new(source: Source, target: usize, synapses: impl Into<Synapses>, rule: Option<Box<dyn PlasticityRule>>) -> Self {
        Self { source, target, relay: None, synapses: synapses.into(), rule, filter_rule: None }
    }
}

/// Spikes of one step.
#[derive(Debug)]
pub struct StepSpikes<'a> {
    /// Encoder channels that spiked.
    pub input: &'a [NeuronIdx],
    /// Neurons that fired, by population.
    pub populations: &'a [Vec<NeuronIdx>],
}

/// Populations, projections and time.
pub struct Network {
    arch: Arch,
    step: u64,
    encoder: Option<Box<dyn Encoder>>,
    populations: Vec<Box<dyn NeuronModel>>,
    projections: Vec<Projection>,
    /// Whether learning rules are called.
    learning: bool,
    /// Spikes of each population in the last steps, newest last, for delays.
    past: Vec<VecDeque<Vec<NeuronIdx>>>,
    counts: Vec<Vec<u32>>,
    chunk: SpikeChunk,
    arriving: Vec<SpikeChunk>,
    drive: Vec<Row>,
    fired: Vec<Vec<NeuronIdx>>,
}

impl Network {
    /// A network at step 0. Every delay must be at least one step and every size must fit.
    pub fn new(encoder: Option<Box<dyn Encoder>>, populations: Vec<Box<dyn NeuronModel>>, projections: Vec<Projection>) -> Self {
        for projection in &projections {
            let n_pre = match projection.source {
                Source::Encoder => encoder.as_ref().map_or(0, |e| e.len()),
                Source::Population { index, delay } => {
                    assert!(delay >= 1, "a projection between populations needs a delay of at least one step");
                    populations[index].len()
                }
            };
            match &projection.relay {
                None => assert_eq!(projection.synapses.n_pre(), n_pre, "weights must have one row per presynaptic neuron"),
                Some(relay) => {
                    assert_eq!(relay.len(), n_pre, "relays must know every presynaptic neuron");
                    assert!(relay.relays() <= projection.synapses.n_pre(), "every relay needs a row");
                }
            }
            assert_eq!(
                projection.synapses.n_post(),
                populations[projection.target].len(),
                "weights must have one column per postsynaptic neuron"
            );
        }
        let n = populations.len();
        let counts = populations.iter().map(|p| vec![0; p.len()]).collect();
        let arriving = vec![SpikeChunk::default(); projections.len()];
        Self {
            arch: Arch::new(),
            step: 0,
            encoder,
            populations,
            projections,
            learning: true,
            past: vec![VecDeque::new(); n],
            counts,
            chunk: SpikeChunk::default(),
            arriving,
            drive: Vec::new(),
            fired: vec![Vec::new(); n],
        }
    }

    /// The same network with synapses computed with these instructions; every choice gives the same bits.
    #[must_use]
    pub fn with_arch(self, arch: Arch) -> Self {
        Self { arch, ..self }
    }

    /// Steps since the start.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The encoder.
    pub fn encoder(&self) -> Option<&dyn Encoder> {
        self.encoder.as_deref()
    }

    /// The encoder.
    pub fn encoder_mut(&mut self) -> Option<&mut dyn Encoder> {
        match &mut self.encoder {
            Some(encoder) => Some(encoder.as_mut()),
            None => None,
        }
    }

    /// Replace the encoder by another of the same size.
    pub fn set_encoder(&mut self, mut encoder: Box<dyn Encoder>) {
        encoder.set_arch(self.arch);
        self.encoder = Some(encoder);
    }

    /// All populations.
    pub fn populations(&self) -> &[Box<dyn NeuronModel>] {
        &self.populations
    }

    /// The last population, the outputs.
    pub fn output(&self) -> Option<&dyn NeuronModel> {
        self.populations.last().map(AsRef::as_ref)
    }

    /// All populations.
    pub fn populations_mut(&mut self) -> &mut [Box<dyn NeuronModel>] {
        &mut self.populations
    }

    /// All projections.
    pub fn projections(&self) -> &[Projection] {
        &self.projections
    }

    /// All projections, mutable.
    pub fn projections_mut(&mut self) -> &mut [Projection] {
        &mut self.projections
    }

    /// The projections with all-to-all synapses, which can have a `PlasticityRule`.
    pub fn plastic_mut(&mut self) -> impl Iterator<Item = (&mut Dense, &mut Option<Box<dyn PlasticityRule>>)> {
        self.projections.iter_mut().filter_map(|p| Some((p.synapses.dense_mut()?, &mut p.rule)))
    }

    /// The synapses onto the last population.
    pub fn onto_output(&self) -> impl Iterator<Item = &Synapses> {
        let last = self.populations.len().wrapping_sub(1);
        self.projections.iter().filter(move |p| p.target == last).map(|p| &p.synapses)
    }

    /// Spikes of each neuron of the last population since the trial began.
    pub fn counts(&self) -> &[u32] {
        self.counts.last().map_or(&[], Vec::as_slice)
    }

    /// Spikes that reached the synapses of a projection in the first step of the last chunk, as its rows: for monitors,
    /// with which every chunk is one step.
    pub fn arrived(&self, projection: usize) -> &[NeuronIdx] {
        let chunk = if self.projections[projection].source == Source::Encoder { &self.chunk } else { &self.arriving[projection] };
        if chunk.steps() == 0 { &[] } else { chunk.at(0) }
    }

    /// Whether learning is on.
    pub fn set_learning(&mut self, on: bool) {
        self.learning = on;
    }

    /// Use these vector instructions instead of the best available. Results are identical.
    pub fn set_arch(&mut self, arch: Arch) {
        self.arch = arch;
        self.populations.iter_mut().for_each(|population| population.set_arch(arch));
        if let Some(encoder) = &mut self.encoder {
            encoder.set_arch(arch);
        }
    }

    /// Start a trial: potentials, traces, eligibility and counts are reset, and the stimulus is presented.
    pub fn begin_trial(&mut self, image: &[u8], seed: u64) {
        self.populations.iter_mut().for_each(|p| p.settle());
        self.past.iter_mut().for_each(VecDeque::clear);
        self.counts.iter_mut().for_each(|counts| counts.fill(0));
        for rule in self.projections.iter_mut().filter_map(|p| p.rule.as_mut()) {
            rule.begin_trial(self.step);
        }
        for rule in self.projections.iter_mut().filter_map(|p| p.filter_rule.as_mut()) {
            rule.begin_trial(self.step);
        }
        self.projections.iter_mut().filter_map(|p| p.relay.as_mut()).for_each(Relay::begin_trial);
        if let Some(encoder) = &mut self.encoder {
            encoder.present(image, seed);
        }
    }

    /// End the learning of filters, which stay fixed from now on.
    pub fn fix_filters(&mut self) {
        for projection in &mut self.projections {
            if let (Some(rule), Synapses::Conv(filters)) = (projection.filter_rule.take(), &mut projection.synapses) {
                rule.finish(filters);
            }
        }
    }

    /// Apply neuromodulator `m` to all synapses.
    pub fn consolidate(&mut self, m: f32) {
        if !self.learning {
            return;
        }
        for Projection { synapses, rule, filter_rule, .. } in &mut self.projections {
            match (synapses, rule, filter_rule) {
                (Synapses::Dense(synapses), Some(rule), _) => rule.consolidate(self.step, m, synapses),
                (Synapses::Conv(filters), _, Some(rule)) => rule.consolidate(m, filters),
                _ => {}
            }
        }
    }

    /// Set the credited action; see `PlasticityRule::supervise`.
    pub fn supervise(&mut self, action: usize) {
        for Projection { rule, filter_rule, .. } in &mut self.projections {
            rule.iter_mut().for_each(|rule| rule.supervise(action));
            filter_rule.iter_mut().for_each(|rule| rule.supervise(action));
        }
    }

    /// Set the seeds of membrane noise, one stream per population.
    pub fn reseed(&mut self, seed: u64) {
        for (k, population) in self.populations.iter_mut().enumerate() {
            population.reseed(crate::rng::seed(seed, crate::rng::Purpose::Membrane, k as u64));
        }
    }

    /// Scale the weights onto neurons whose weights changed to a constant sum, none beyond `w_max_mv`; a sum of 0 means
    /// no scaling.
    pub fn homeostasis(&mut self, norm_mv: f32, w_max_mv: f32) {
        for Projection { synapses, rule, .. } in &mut self.projections {
            if let (Some(rule), Some(synapses)) = (rule, synapses.dense_mut()) {
                let changed = rule.take_changed();
                if norm_mv > 0.0 {
                    normalise(synapses, &changed, norm_mv, w_max_mv);
                }
            }
        }
    }

    /// Scale the weights onto every neuron that learns to a constant sum, none beyond `w_max_mv`.
    pub fn scale_all(&mut self, norm_mv: f32, w_max_mv: f32) {
        for (synapses, _) in self.plastic_mut() {
            let all: Vec<NeuronIdx> = (0..synapses.n_post()).map(|j| j as NeuronIdx).collect();
            normalise(synapses, &all, norm_mv, w_max_mv);
        }
    }

    /// Name and index of a value that is not a number, if there is one.
    pub fn not_finite(&self) -> Option<(&'static str, NeuronIdx)> {
        self.populations.iter().find_map(|p| p.not_finite())
    }
}
