//! Networks: an optional encoder, populations, projections, and operations between trials.
//!
//! Order of one step: deliver due spikes and encode the stimulus; advance populations; plasticity (pre, then post);
//! monitors; step += 1. The experiment calls neuromodulation and homeostasis between trials.

mod currents;
mod in_flight;
mod plan;
mod run;
mod state;

pub use currents::CurrentSynapse;

use super::block::{Row, clear};
use super::encoder::Encoder;
use super::homeostasis::normalise;
use super::neuron::{NeuronIdx, NeuronModel};
use super::plasticity::{Rule, ShortTerm};
use super::projection::{Conv, Dense, Store, Synapses};
use super::relay::Relay;
use super::spikes::SpikeChunk;
use in_flight::InFlight;
use plan::{Plan, Route};
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
        /// Delay in steps; the shortest of sparse synapses, which have delays of their own.
        delay: usize,
    },
    /// A population that is a source of currents, by its index. Its currents act in the step in which they are generated.
    Current(usize),
}

impl Source {
    /// Index of the population, and the delay in steps; none for the encoder.
    pub fn population(self) -> Option<(usize, usize)> {
        match self {
            Self::Encoder => None,
            Self::Population { index, delay } => Some((index, delay)),
            Self::Current(index) => Some((index, 0)),
        }
    }
}

/// A constant sum of the weights onto every neuron.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Norm {
    /// The sum in mV; 0 for no scaling.
    pub sum_mv: f32,
    /// The largest weight in mV.
    pub w_max_mv: f32,
}

/// Synapses from one source onto one population, and their learning rule.
#[derive(Clone)]
pub struct Projection {
    /// Where spikes come from.
    pub source: Source,
    /// Index of the postsynaptic population.
    pub target: usize,
    /// Index of the receptor of the postsynaptic population, see `NeuronModel::receptors`.
    pub receptor: usize,
    /// Relays that pool spikes, each with a row of synapses. Without relays each neuron of the source has a row.
    pub relay: Option<Relay>,
    /// The constant sum of the weights onto a neuron, of all-to-all synapses.
    pub norm: Option<Norm>,
    /// Short-term plasticity, of sparse synapses without relays.
    pub short_term: Option<ShortTerm>,
    /// The weights and their rule.
    pub synapses: Synapses,
}

impl Projection {
    /// Synapses from a source onto the first receptor of a population, without relays.
    pub fn new<S>(source: Source, target: usize, weights: S, rule: Option<Box<dyn Rule<S>>>) -> Self
    where
        Synapses: From<Store<S>>,
    {
        Self { source, target, receptor: 0, relay: None, norm: None, short_term: None, synapses: Store::new(weights, rule).into() }
    }

    /// Set the drive to what the spikes of a chunk cause, or add it; see `Synapses::deliver`.
    fn deliver<const ADD: bool>(&self, arch: Arch, spikes: &SpikeChunk, drive: &mut [Row]) {
        match (&self.short_term, self.synapses.sparse()) {
            (Some(short_term), Some(sparse)) => {
                if !ADD {
                    clear(arch, drive);
                }
                sparse.deliver_scaled(spikes, |step| short_term.at(step), drive);
            }
            _ => self.synapses.deliver::<ADD>(arch, spikes, drive),
        }
    }

    /// The longest delay in steps; 0 from the encoder and of currents.
    pub fn longest_delay(&self) -> usize {
        match self.source {
            Source::Encoder | Source::Current(_) => 0,
            Source::Population { delay, .. } => delay + self.synapses.delay_span(),
        }
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
    plan: Plan,
    /// Spikes of each population in the last steps, newest last, for delays.
    past: Vec<VecDeque<Vec<NeuronIdx>>>,
    /// Events on their way, of every projection on that route.
    in_flight: Vec<Option<InFlight>>,
    counts: Vec<Vec<u32>>,
    chunk: SpikeChunk,
    arriving: Vec<SpikeChunk>,
    drive: Vec<Row>,
    /// Currents of the coming chunk by population, `[step][neuron]`; empty but of sources of currents.
    currents: Vec<Vec<f32>>,
    /// Currents that a population receives, `[step][block]`.
    received: Vec<Row>,
    fired: Vec<Vec<NeuronIdx>>,
    /// Spikes of the present chunk that are remembered, by population and step.
    news: Vec<Vec<Vec<NeuronIdx>>>,
    /// Empty lists of spikes, to be used again.
    spare: Vec<Vec<NeuronIdx>>,
}

impl Network {
    /// A network at step 0. Every delay must be at least one step and every size must fit.
    pub fn new(encoder: Option<Box<dyn Encoder>>, populations: Vec<Box<dyn NeuronModel>>, projections: Vec<Projection>) -> Self {
        for projection in &projections {
            let n_pre = match projection.source {
                Source::Encoder => encoder.as_ref().map_or(0, |e| e.len()),
                Source::Current(index) => populations[index].len(),
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
            assert!(projection.receptor < populations[projection.target].receptors().len(), "a projection needs a receptor");
            if let Some(sparse) = projection.synapses.sparse() {
                let delay = sparse.min_delay();
                let is_right = match projection.source {
                    Source::Encoder => false,
                    Source::Population { delay: shortest, .. } => shortest == delay,
                    Source::Current(_) => true,
                };
                assert!(is_right, "the delay of the source is the shortest of the synapses");
            }
        }
        let n = populations.len();
        let counts = populations.iter().map(|p| vec![0; p.len()]).collect();
        let arriving = vec![SpikeChunk::default(); projections.len()];
        let receptors: Vec<usize> = populations.iter().map(|p| p.receptors().len()).collect();
        let plan = Plan::new(&projections, &receptors);
        let on_route = |(p, route): (&Projection, &Route)| (*route == Route::InFlight).then(|| InFlight::new(p.longest_delay()));
        let in_flight = projections.iter().zip(&plan.routes).map(on_route).collect();
        Self {
            arch: Arch::new(),
            step: 0,
            encoder,
            populations,
            projections,
            learning: true,
            plan,
            past: vec![VecDeque::new(); n],
            in_flight,
            counts,
            chunk: SpikeChunk::default(),
            arriving,
            drive: Vec::new(),
            currents: vec![Vec::new(); n],
            received: Vec::new(),
            fired: vec![Vec::new(); n],
            news: vec![Vec::new(); n],
            spare: Vec::new(),
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

    /// All projections, mutable. Sources, targets, delays and rules stay.
    pub fn projections_mut(&mut self) -> &mut [Projection] {
        self.in_flight.iter_mut().flatten().for_each(InFlight::forget);
        &mut self.projections
    }

    /// The projections with all-to-all synapses: weights and rule.
    pub fn dense_mut(&mut self) -> impl Iterator<Item = &mut Store<Dense>> {
        self.projections.iter_mut().filter_map(|p| match &mut p.synapses {
            Synapses::Dense(store) => Some(store),
            Synapses::Shared(_) | Synapses::Sparse(_) => None,
        })
    }

    /// The projections with shared filters: weights and rule.
    pub fn filters_mut(&mut self) -> impl Iterator<Item = &mut Store<Conv>> {
        self.projections.iter_mut().filter_map(|p| match &mut p.synapses {
            Synapses::Shared(store) => Some(store),
            Synapses::Dense(_) | Synapses::Sparse(_) => None,
        })
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

    /// Spikes of each neuron of a population since the start or since the trial began.
    pub fn counts_of(&self, population: usize) -> &[u32] {
        self.counts.get(population).map_or(&[], Vec::as_slice)
    }

    /// Spikes that reached the synapses of a projection in the first step of the last chunk, as its rows: for monitors that follow
    /// arrivals, with which every chunk is one step. Of synapses with different delays, those that reached the last of them.
    pub fn arrived(&self, projection: usize) -> &[NeuronIdx] {
        let chunk = if self.projections[projection].source == Source::Encoder { &self.chunk } else { &self.arriving[projection] };
        if chunk.steps() == 0 { &[] } else { chunk.at(0) }
    }

    /// Spikes that reach the synapses of a projection with this delay in the first step of the chunk, as its rows: for monitors that
    /// follow arrivals, with which every chunk is one step.
    pub fn arriving(&self, projection: usize, delay: usize) -> &[NeuronIdx] {
        match &self.projections[projection] {
            Projection { source: Source::Encoder, .. } => self.chunk.at(0),
            Projection { synapses: Synapses::Sparse(store), .. } => store.weights.arriving(0, delay, &self.arriving[projection]),
            _ => self.arriving[projection].at(0),
        }
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
        self.in_flight.iter_mut().flatten().for_each(InFlight::forget);
        self.counts.iter_mut().for_each(|counts| counts.fill(0));
        self.projections.iter_mut().for_each(|p| p.synapses.begin_trial(self.step));
        self.projections.iter_mut().filter_map(|p| p.relay.as_mut()).for_each(Relay::begin_trial);
        self.projections.iter_mut().filter_map(|p| p.short_term.as_mut()).for_each(ShortTerm::settle);
        if let Some(encoder) = &mut self.encoder {
            encoder.present(image, seed);
        }
    }

    /// End the learning of filters, which stay fixed from now on.
    pub fn fix_filters(&mut self) {
        for Store { weights, rule } in self.filters_mut() {
            if let Some(rule) = rule.take() {
                rule.finish(weights);
            }
        }
    }

    /// Apply neuromodulator `m` to all synapses.
    pub fn consolidate(&mut self, m: f32) {
        if self.learning {
            self.projections.iter_mut().for_each(|p| p.synapses.consolidate(self.step, m));
        }
    }

    /// Bring all weights to the present step; some rules compute them only at spikes and rewards.
    pub fn bring_weights_up_to_date(&mut self) {
        self.projections.iter_mut().for_each(|p| p.synapses.bring_up_to_date(self.step));
    }

    /// Set the credited action; see `Rule::supervise`.
    pub fn supervise(&mut self, action: usize) {
        self.projections.iter_mut().for_each(|p| p.synapses.supervise(action));
    }

    /// Set the seeds of membrane noise, one stream per population.
    pub fn reseed(&mut self, seed: u64) {
        for (k, population) in self.populations.iter_mut().enumerate() {
            population.reseed(crate::rng::seed(seed, crate::rng::Purpose::Membrane, k as u64));
        }
    }

    /// Scale the weights onto neurons whose weights changed to the constant sum of their projection.
    pub fn homeostasis(&mut self) {
        for Projection { norm, synapses, .. } in &mut self.projections {
            if let Synapses::Dense(Store { weights, rule: Some(rule) }) = synapses {
                let changed = rule.take_changed();
                if let Some(Norm { sum_mv, w_max_mv }) = norm.filter(|norm| norm.sum_mv > 0.0) {
                    normalise(weights, &changed, sum_mv, w_max_mv);
                }
            }
        }
    }

    /// Scale the weights onto every neuron to the constant sum of their projection.
    pub fn scale_all(&mut self) {
        for Projection { norm, synapses, .. } in &mut self.projections {
            let norm = norm.filter(|norm| norm.sum_mv > 0.0);
            if let (Some(Norm { sum_mv, w_max_mv }), Synapses::Dense(Store { weights, .. })) = (norm, synapses) {
                let all: Vec<NeuronIdx> = (0..weights.n_post() as NeuronIdx).collect();
                normalise(weights, &all, sum_mv, w_max_mv);
            }
        }
    }

    /// Reduce weights above the largest of their projection to it.
    pub fn cap(&mut self) {
        for Projection { norm, synapses, .. } in &mut self.projections {
            if let (Some(norm), Synapses::Dense(Store { weights, .. })) = (norm, synapses) {
                weights.cap(norm.w_max_mv);
            }
        }
    }

    /// Give all projections with all-to-all synapses this constant sum of weights.
    pub fn set_norm(&mut self, norm: Norm) {
        self.projections.iter_mut().filter(|p| p.synapses.dense().is_some()).for_each(|p| p.norm = Some(norm));
    }

    /// Name and index of a value that is not a number, if there is one.
    pub fn not_finite(&self) -> Option<(&'static str, NeuronIdx)> {
        self.populations.iter().find_map(|p| p.not_finite())
    }
}
