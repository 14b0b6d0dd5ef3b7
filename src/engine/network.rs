//! Networks: an optional encoder, populations, the projections between them, and the loop over steps.
//!
//! Order of one step: deliver due spikes and encode the stimulus; advance populations; plasticity (pre, then post);
//! monitors; step += 1. Neuromodulation and homeostasis act between trials, when the experiment says so.
//!
//! Steps are computed in chunks of up to 256, as long as nothing inside a chunk can depend on it: a chunk is no longer
//! than the shortest delay between populations, and a weight that changes within it has its drive computed again.
//! Chunks never change a spike; `tests/engine.rs` compares them with single steps.

use super::archive::{Archive, ArchiveError, Digest, Persist};
use super::block::Row;
use super::encoder::Encoder;
use super::homeostasis::normalise;
use super::monitor::Monitor;
use super::neuron::{NeuronIdx, NeuronModel};
use super::plasticity::{Changes, FilterRule, PlasticityRule};
use super::projection::{Dense, Synapses};
use super::relay::Relay;
use super::spikes::{MAX_CHUNK, SpikeChunk};
use pulp::Arch;
use std::collections::VecDeque;

/// What the input of a chunk may take at most, so that it stays in the second-level cache until it is used.
const DRIVE_BYTES: usize = 256 << 10;
/// Steps of a chunk in which weights change, or of a network too large for the cache.
const SHORT_CHUNK: usize = 32;

/// Where a projection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The encoder; its spikes arrive in the step in which they are made.
    Encoder,
    /// A population, with a delay of at least one step.
    Population {
        /// Index of the population.
        index: usize,
        /// Delay in steps.
        delay: usize,
    },
}

/// Synapses of one origin onto one population, and the rule that changes them.
pub struct Projection {
    /// Where spikes come from.
    pub source: Source,
    /// Index of the postsynaptic population.
    pub target: usize,
    /// Relays that pool spikes on the way: each has a row of synapses. Without, each neuron of the source has its own.
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
    pub input: &'a [u16],
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
    /// Whether rules are called at all.
    learning: bool,
    /// Spikes of each population in the last steps, newest last: what delays look back on.
    past: Vec<VecDeque<Vec<u16>>>,
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

    /// Steps since the beginning.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The encoder, to look at.
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

    /// All populations, to look at.
    pub fn populations(&self) -> &[Box<dyn NeuronModel>] {
        &self.populations
    }

    /// The last population: what the experiment reads.
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

    /// All projections, to change them.
    pub fn projections_mut(&mut self) -> &mut [Projection] {
        &mut self.projections
    }

    /// The projections that can learn: those with all-to-all synapses.
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

    /// Spikes that reached the synapses of a projection in the first step of the last chunk, as its rows: for a monitor,
    /// before whom every step is a chunk of its own.
    pub fn arrived(&self, projection: usize) -> &[u16] {
        let chunk = if self.projections[projection].source == Source::Encoder { &self.chunk } else { &self.arriving[projection] };
        if chunk.steps() == 0 { &[] } else { chunk.at(0) }
    }

    /// Whether rules see spikes.
    pub fn set_learning(&mut self, on: bool) {
        self.learning = on;
    }

    /// Compute with these vector instructions instead of the best ones. The results are the same to the last bit.
    pub fn set_arch(&mut self, arch: Arch) {
        self.arch = arch;
        self.populations.iter_mut().for_each(|population| population.set_arch(arch));
        if let Some(encoder) = &mut self.encoder {
            encoder.set_arch(arch);
        }
    }

    /// Begin a trial: potentials settle, traces, eligibility and counts start from zero, the stimulus is presented.
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

    /// Filters that learn have learnt enough: they stay as they are from now on.
    pub fn fix_filters(&mut self) {
        for projection in &mut self.projections {
            if let (Some(rule), Synapses::Conv(filters)) = (projection.filter_rule.take(), &mut projection.synapses) {
                rule.finish(filters);
            }
        }
    }

    /// Neuromodulator `m` reaches all synapses.
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

    /// Pretend that `action` had been chosen; see `PlasticityRule::supervise`.
    pub fn supervise(&mut self, action: usize) {
        for Projection { rule, filter_rule, .. } in &mut self.projections {
            rule.iter_mut().for_each(|rule| rule.supervise(action));
            filter_rule.iter_mut().for_each(|rule| rule.supervise(action));
        }
    }

    /// Membrane noise from streams of its own, one a population.
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

    /// Let `steps` steps pass, watched by `monitors`. With a monitor every step is a chunk of its own.
    pub fn run(&mut self, steps: u64, monitors: &mut [&mut dyn Monitor]) {
        let longest = if monitors.is_empty() { self.longest_chunk() } else { 1 };
        let mut left = steps;
        while left > 0 {
            let steps = left.min(longest as u64) as usize;
            self.run_chunk(steps);
            left -= steps as u64;
            if !monitors.is_empty() {
                let spikes = StepSpikes { input: if self.encoder.is_some() { self.chunk.at(0) } else { &[] }, populations: &self.fired };
                for monitor in monitors.iter_mut() {
                    monitor.record(self.step - 1, self, &spikes);
                }
            }
        }
    }

    fn longest_chunk(&self) -> usize {
        let blocks = self.populations.iter().map(|p| p.blocks()).max().unwrap_or(1);
        let mut longest = (DRIVE_BYTES / (blocks.max(1) * size_of::<Row>())).clamp(SHORT_CHUNK, MAX_CHUNK);
        for projection in &self.projections {
            if let Source::Population { delay, .. } = projection.source {
                longest = longest.min(delay);
            }
            let shared = self.projections.iter().filter(|other| other.target == projection.target).count() > 1;
            match projection.rule.as_ref().filter(|_| self.learning).map(|rule| rule.changes()) {
                Some(Changes::OnPre) => return 1,
                // a drive that several projections feed cannot be computed again from one of them
                Some(Changes::OnPost) if shared => return 1,
                // after every spike the rest of the chunk is computed again for the neuron that fired
                Some(Changes::OnPost) => longest = longest.min(SHORT_CHUNK),
                Some(Changes::AtConsolidation) | None => {}
            }
        }
        longest
    }

    fn run_chunk(&mut self, steps: usize) {
        self.chunk.clear();
        if let Some(encoder) = &mut self.encoder {
            encoder.encode(steps, &mut self.chunk);
        }
        self.fired.iter_mut().for_each(Vec::clear);
        self.gather_arrivals(steps);
        // Spikes of this chunk reach `past` only when all populations are done: none may see another's present.
        let mut news: Vec<Vec<Vec<u16>>> = Vec::new();
        let remember = self.longest_delays();
        for target in 0..self.populations.len() {
            let spikes = self.advance_population(target, steps, remember[target] > 0);
            news.push(spikes);
        }
        for ((past, news), depth) in self.past.iter_mut().zip(news).zip(remember) {
            past.extend(news);
            while past.len() > depth {
                past.pop_front();
            }
        }
        self.step += steps as u64;
    }

    fn longest_delays(&self) -> Vec<usize> {
        let mut longest = vec![0; self.populations.len()];
        for projection in &self.projections {
            if let Source::Population { index, delay } = projection.source {
                longest[index] = longest[index].max(delay);
            }
        }
        longest
    }

    fn gather_arrivals(&mut self, steps: usize) {
        let mut relayed = Vec::new();
        for (arriving, projection) in self.arriving.iter_mut().zip(&mut self.projections) {
            let Source::Population { index, delay } = projection.source else { continue };
            arriving.clear();
            let past = &self.past[index];
            for t in 0..steps {
                // what was fired `delay` steps before step t of this chunk
                let back = delay - t;
                let spikes = past.len().checked_sub(back).and_then(|k| past.get(k));
                let spikes = spikes.map_or(&[][..], Vec::as_slice);
                match &mut projection.relay {
                    None => arriving.push_step(spikes),
                    Some(relay) => {
                        relayed.clear();
                        relay.pass(spikes, &mut relayed);
                        arriving.push_step(&relayed);
                    }
                }
            }
        }
    }

    fn advance_population(&mut self, target: usize, steps: usize, remember: bool) -> Vec<Vec<u16>> {
        let Self { arch, step, populations, projections, learning, counts, chunk, arriving, drive, fired, .. } = self;
        let population = &mut populations[target];
        let blocks = population.blocks();
        // the buffer only grows: populations of different sizes share it
        if drive.len() < steps * blocks {
            drive.resize(steps * blocks, Row::ZERO);
        }
        let drive = &mut drive[..steps * blocks];
        let mut fresh = true;
        for (projection, arriving) in projections.iter().zip(arriving.iter()).filter(|(p, _)| p.target == target) {
            let spikes = if projection.source == Source::Encoder { &*chunk } else { arriving };
            if std::mem::take(&mut fresh) {
                projection.synapses.deliver::<false>(*arch, spikes, drive);
            } else {
                projection.synapses.deliver::<true>(*arch, spikes, drive);
            }
        }
        if fresh {
            drive.fill(Row::ZERO);
        }
        let mut news = vec![Vec::new(); if remember { steps } else { 0 }];
        let mut heard = 0;
        let mut done = 0;
        while done < steps {
            fired[target].clear();
            done = population.advance(drive, done, &mut fired[target]);
            let now = &fired[target];
            now.iter().for_each(|&j| counts[target][j as usize] += 1);
            if remember && !now.is_empty() {
                news[done - 1] = now.iter().map(|&j| j as u16).collect();
            }
            if !*learning {
                continue;
            }
            for (projection, arriving) in projections.iter_mut().zip(arriving.iter()).filter(|(p, _)| p.target == target) {
                let spikes = if projection.source == Source::Encoder { &*chunk } else { arriving };
                if let Some(rule) = &mut projection.filter_rule {
                    (heard..done).for_each(|t| rule.on_pre(*step + t as u64, spikes.at(t)));
                    rule.on_post(*step + done as u64 - 1, now, &|j| population.v_mv(j));
                    if let Some(policy) = population.policy() {
                        rule.on_policy(*step + done as u64 - 1, &policy, now);
                    }
                }
                let Projection { synapses: Synapses::Dense(synapses), rule: Some(rule), .. } = projection else { continue };
                for t in heard..done {
                    rule.on_pre(*step + t as u64, spikes.at(t), synapses);
                }
                if !now.is_empty() {
                    rule.on_post(*step + done as u64 - 1, now, synapses);
                    if rule.changes() == Changes::OnPost {
                        now.iter().for_each(|&j| synapses.redeliver(j as usize, spikes, done, drive));
                    }
                }
                if let Some(policy) = population.policy() {
                    rule.on_policy(*step + done as u64 - 1, &policy, now);
                }
            }
            heard = done;
        }
        news
    }

    /// A copy without rules and with thresholds held still, for presenting images without leaving a trace.
    #[must_use]
    pub fn frozen(&self) -> Self {
        let mut copy = self.copy(false, |_| None);
        copy.learning = false;
        for population in &mut copy.populations {
            population.set_adaptation(false);
            population.set_exploration(false);
        }
        copy
    }

    /// A copy that learns as this network does, for living through a trial again.
    #[must_use]
    pub fn twin(&self) -> Self {
        let mut copy = self.copy(true, |p| p.rule.as_ref().map(|rule| rule.boxed_clone()));
        copy.learning = self.learning;
        copy
    }

    fn copy(&self, learning: bool, rule: impl Fn(&Projection) -> Option<Box<dyn PlasticityRule>>) -> Self {
        let projections = self
            .projections
            .iter()
            .map(|p| {
                let rule = rule(p);
                // a copy learns filters if it learns at all
                let filter_rule = p.filter_rule.as_ref().filter(|_| learning).map(|rule| rule.boxed_clone());
                let (relay, synapses) = (p.relay.clone(), p.synapses.clone());
                Projection { source: p.source, target: p.target, relay, synapses, rule, filter_rule }
            })
            .collect();
        let populations = self.populations.iter().map(|p| p.boxed_clone()).collect();
        let mut copy = Self::new(self.encoder.as_ref().map(|e| e.boxed_clone()), populations, projections);
        copy.arch = self.arch;
        copy.step = self.step;
        copy.counts.clone_from(&self.counts);
        copy.past.clone_from(&self.past);
        copy
    }

    /// Hash of every part of the state.
    pub fn digest(&self) -> Digest {
        let mut copy = self.copy(true, |p| p.rule.as_ref().map(|rule| rule.boxed_clone()));
        Digest::of(&mut copy)
    }

    /// Name and index of a value that is not a number, if there is one.
    pub fn not_finite(&self) -> Option<(&'static str, NeuronIdx)> {
        self.populations.iter().find_map(|p| p.not_finite())
    }
}

impl Persist for Network {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { arch: _, step, encoder, populations, projections, learning: _, past, counts, chunk: _, arriving: _, drive: _, fired: _ } =
            self;
        archive.clock(step)?;
        if let Some(encoder) = encoder {
            encoder.persist(archive)?;
        }
        for population in populations.iter_mut() {
            population.persist(archive)?;
        }
        for Projection { source: _, target: _, relay, synapses, rule, filter_rule } in projections {
            if let Some(relay) = relay {
                relay.persist(archive)?;
            }
            synapses.persist(archive)?;
            if let Some(rule) = rule {
                rule.persist(archive)?;
            }
            if let Some(rule) = filter_rule {
                rule.persist(archive)?;
            }
        }
        for ((past, population), counts) in past.iter_mut().zip(populations).zip(counts) {
            archive.u32s("spike counts", counts)?;
            if counts.iter().map(|&count| u64::from(count)).sum::<u64>() > 1 << 31 {
                return Err(ArchiveError::Value("spike counts"));
            }
            let mut steps = past.len() as u64;
            archive.u64("delay rings", &mut steps)?;
            if steps > 1 << 20 {
                return Err(ArchiveError::Size { part: "delay rings", found: steps, expected: 1 << 20 });
            }
            past.resize(steps as usize, Vec::new());
            for spikes in past {
                archive.list("delay rings", spikes, population.len(), Archive::u16s)?;
                if spikes.iter().any(|&j| j as usize >= population.len()) {
                    return Err(ArchiveError::Value("delay rings"));
                }
            }
        }
        Ok(())
    }
}
