//! The loop over steps, in chunks.
//!
//! Steps are computed in chunks of up to 256. A chunk is no longer than the shortest delay between populations, and if a
//! weight changes within a chunk, its drive is computed again, so that chunks do not change any spike; `tests/engine.rs` compares them with single steps.

use super::currents::inject;
use super::in_flight::InFlight;
use super::plan::{Route, plain};
use super::{Network, Projection, Source, StepSpikes};
use crate::engine::block::{Row, clear};
use crate::engine::monitor::Monitor;
use crate::engine::neuron::{Drive, NeuronIdx};
use crate::engine::plasticity::Changes;
use crate::engine::spikes::{MAX_CHUNK, SHORT_CHUNK, SpikeChunk};
use pulp::Arch;
use std::collections::VecDeque;

/// Maximum size of the input of a chunk, so that it stays in the second-level cache until it is used.
const DRIVE_BYTES: usize = 256 << 10;

impl Network {
    /// Simulate `steps` steps with `monitors`. With monitors every chunk is one step.
    pub fn run(&mut self, steps: u64, monitors: &mut [&mut dyn Monitor]) {
        let longest = if monitors.is_empty() { self.longest_chunk() } else { 1 };
        let followed = monitors.iter().any(|monitor| monitor.follows_arrivals());
        let mut left = steps;
        while left > 0 {
            let steps = left.min(longest as u64) as usize;
            self.receive(steps, followed);
            for monitor in monitors.iter_mut() {
                monitor.before(self.step, self);
            }
            self.compute(steps);
            left -= steps as u64;
            if !monitors.is_empty() {
                let spikes = StepSpikes { input: if self.encoder.is_some() { self.chunk.at(0) } else { &[] }, populations: &self.fired };
                for monitor in monitors.iter_mut() {
                    monitor.record(self.step - 1, self, &spikes);
                }
            }
        }
    }

    /// Synaptic events that the spikes of populations have caused since the start, those on their way included: each spike counts once
    /// for every synapse it reaches.
    pub fn synaptic_events(&self) -> u64 {
        let of = |projection: &Projection| {
            let Source::Population { index, .. } = projection.source else { return 0 };
            let row = |neuron: usize| projection.relay.as_ref().map_or(Some(neuron), |relay| relay.of(neuron));
            let counts = self.counts[index].iter().enumerate().filter(|&(_, &count)| count > 0);
            let events = counts.filter_map(|(neuron, &count)| Some(u64::from(count) * projection.synapses.fan_out(row(neuron)?) as u64));
            events.sum::<u64>()
        };
        self.projections.iter().map(of).sum()
    }

    fn longest_chunk(&self) -> usize {
        let blocks = self.populations.iter().map(|p| p.blocks()).max().unwrap_or(1);
        let mut longest = (DRIVE_BYTES / (blocks.max(1) * size_of::<Row>())).clamp(SHORT_CHUNK, MAX_CHUNK);
        for projection in &self.projections {
            if let Source::Population { delay, .. } = projection.source {
                longest = longest.min(delay);
            }
            let shared = self.projections.iter().filter(|other| other.target == projection.target).count() > 1;
            match projection.synapses.changes().filter(|_| self.learning) {
                Some(Changes::OnPre) => return 1,
                // a drive with several source projections cannot be computed again from one of them
                Some(Changes::OnPost) if shared => return 1,
                // after every spike the rest of the chunk is computed again for the neuron that fired
                Some(Changes::OnPost) => longest = longest.min(SHORT_CHUNK),
                Some(Changes::AtConsolidation) | None => {}
            }
        }
        longest
    }

    /// The spikes that arrive in the coming chunk.
    fn receive(&mut self, steps: usize, followed: bool) {
        self.chunk.clear();
        if let Some(encoder) = &mut self.encoder {
            encoder.encode(steps, &mut self.chunk);
        }
        self.gather_arrivals(steps, followed);
        self.generate_currents(steps);
    }

    /// The steps of the coming chunk.
    fn compute(&mut self, steps: usize) {
        self.fired.iter_mut().for_each(Vec::clear);
        // Spikes of this chunk are appended to `past` after all populations, so that delays are respected.
        (0..self.populations.len()).for_each(|target| self.advance_population(target, steps));
        for ((past, news), &depth) in self.past.iter_mut().zip(&mut self.news).zip(&self.plan.remember) {
            past.extend(news.drain(..));
            for mut forgotten in past.drain(..past.len().saturating_sub(depth)) {
                forgotten.clear();
                self.spare.push(forgotten);
            }
        }
        self.step += steps as u64;
    }

    /// The spikes that arrive from populations in the coming chunk. `followed`: all of them, for monitors.
    fn gather_arrivals(&mut self, steps: usize, followed: bool) {
        let Self { step, plan, past, projections, arriving, in_flight, .. } = self;
        let mut relayed = Vec::new();
        for (((arriving, projection), in_flight), route) in arriving.iter_mut().zip(projections).zip(in_flight).zip(&plan.routes) {
            let Source::Population { index, .. } = projection.source else { continue };
            arriving.clear();
            let past = &past[index];
            if let (Some(in_flight), Some(sparse)) = (in_flight, plain(projection)) {
                in_flight.catch_up(*step, past, sparse);
            }
            if *route != Route::Gathered && !followed {
                continue;
            }
            let longest = projection.longest_delay();
            let span = projection.synapses.delay_span();
            if let Some(short_term) = &mut projection.short_term {
                short_term.begin_chunk();
            }
            for t in 0..steps + span {
                let spikes = fired_before(past, longest, t);
                if let Some(short_term) = projection.short_term.as_mut().filter(|_| t >= span) {
                    short_term.fire((*step + t as u64).saturating_sub(longest as u64), spikes);
                }
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

    fn advance_population(&mut self, target: usize, steps: usize) {
        let Self { arch, step, populations, projections, learning, counts, chunk, arriving, drive, currents, received, fired, .. } = self;
        let Self { plan, past, in_flight, news, spare, .. } = self;
        let population = &mut populations[target];
        let (blocks, receptors) = (population.blocks(), population.receptors().len());
        let rows = steps * blocks;
        // the buffer only grows: populations of different sizes share it
        if drive.len() < receptors * rows {
            drive.resize(receptors * rows, Row::ZERO);
        }
        let onto = &plan.onto[target];
        for (drive, onto) in drive.chunks_exact_mut(rows.max(1)).zip(onto) {
            let mut fresh = true;
            for &index in onto {
                let projection = &projections[index];
                let due = Due { now: *step, chunk, arriving: &arriving[index], past, in_flight: &mut in_flight[index] };
                if std::mem::take(&mut fresh) {
                    due.deliver::<false>(*arch, projection, drive);
                } else {
                    due.deliver::<true>(*arch, projection, drive);
                }
            }
            if fresh && receptors == 1 {
                clear(*arch, drive);
            }
        }
        let received = inject(projections, currents, target, (steps, blocks), received);
        let news = &mut news[target];
        if plan.remember[target] > 0 {
            news.resize_with(steps, || spare.pop().unwrap_or_default());
        }
        let mut heard = 0;
        let mut done = 0;
        while done < steps {
            fired[target].clear();
            let at_receptors = drive.chunks_exact(rows.max(1)).zip(onto);
            let mut at_receptors = at_receptors.map(|(rows, onto)| if onto.is_empty() && receptors > 1 { &[] } else { rows });
            let input = Drive::at(std::array::from_fn(|_| at_receptors.next().unwrap_or_default()), steps).with_currents(received);
            done = population.advance(input, done, &mut fired[target]);
            let now = &fired[target];
            for &j in now {
                let count = &mut counts[target][j as usize];
                *count = count.saturating_add(1);
            }
            if let Some(news) = news.get_mut(done - 1) {
                news.extend_from_slice(now);
            }
            if !*learning {
                continue;
            }
            let last = *step + done as u64 - 1;
            let onto = projections.iter_mut().zip(arriving.iter()).filter(|(p, _)| p.target == target && p.synapses.learns());
            for (Projection { source, receptor, synapses, .. }, arriving) in onto {
                let spikes = if *source == Source::Encoder { &*chunk } else { arriving };
                (heard..done).for_each(|t| synapses.on_pre(*step, t, spikes));
                if !now.is_empty() {
                    synapses.on_post(last, now, &|j| population.v_mv(j));
                    if synapses.changes() == Some(Changes::OnPost) {
                        let drive = &mut drive[*receptor * rows..][..rows];
                        now.iter().for_each(|&j| synapses.redeliver(j as usize, spikes, done, drive));
                    }
                }
                if let Some(policy) = population.policy() {
                    synapses.on_policy(last, &policy, now);
                }
            }
            heard = done;
        }
    }
}

/// What arrives at the synapses of a projection in a chunk that begins in step `now`.
struct Due<'a> {
    now: u64,
    chunk: &'a SpikeChunk,
    arriving: &'a SpikeChunk,
    past: &'a [VecDeque<Vec<NeuronIdx>>],
    in_flight: &'a mut Option<InFlight>,
}

impl Due<'_> {
    /// Set the drive to it, or add it; see `Synapses::deliver`.
    fn deliver<const ADD: bool>(self, arch: Arch, projection: &Projection, drive: &mut [Row]) {
        let Self { now, chunk, arriving, past, in_flight } = self;
        let plain = plain(projection);
        let (Source::Population { index, .. }, Some(sparse)) = (projection.source, plain) else {
            let spikes = if projection.source == Source::Encoder { chunk } else { arriving };
            projection.deliver::<ADD>(arch, spikes, drive);
            return;
        };
        if !ADD {
            clear(arch, drive);
        }
        match in_flight {
            Some(in_flight) => in_flight.deliver(now, sparse.n_post(), drive),
            None => sparse.deliver(|t, delay| fired_before(&past[index], delay, t), drive),
        }
    }
}

/// What was fired `delay` steps before step `t` of the coming chunk.
fn fired_before(past: &VecDeque<Vec<NeuronIdx>>, delay: usize, t: usize) -> &[NeuronIdx] {
    let spikes = past.len().checked_sub(delay - t).and_then(|k| past.get(k));
    spikes.map_or(&[][..], Vec::as_slice)
}
