//! The loop over steps, in chunks.
//!
//! Steps are computed in chunks of up to 256. A chunk is no longer than the shortest delay between populations, and if a
//! weight changes within a chunk, its drive is computed again, so that chunks do not change any spike; `tests/engine.rs` compares them with single steps.

use super::currents::inject;
use super::{Network, Projection, Source, StepSpikes};
use crate::engine::block::Row;
use crate::engine::monitor::Monitor;
use crate::engine::neuron::{Drive, NeuronIdx};
use crate::engine::plasticity::Changes;
use crate::engine::spikes::{MAX_CHUNK, SHORT_CHUNK};

/// Maximum size of the input of a chunk, so that it stays in the second-level cache until it is used.
const DRIVE_BYTES: usize = 256 << 10;

impl Network {
    /// Simulate `steps` steps with `monitors`. With monitors every chunk is one step.
    pub fn run(&mut self, steps: u64, monitors: &mut [&mut dyn Monitor]) {
        let longest = if monitors.is_empty() { self.longest_chunk() } else { 1 };
        let mut left = steps;
        while left > 0 {
            let steps = left.min(longest as u64) as usize;
            self.receive(steps);
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
    fn receive(&mut self, steps: usize) {
        self.chunk.clear();
        if let Some(encoder) = &mut self.encoder {
            encoder.encode(steps, &mut self.chunk);
        }
        self.gather_arrivals(steps);
        self.generate_currents(steps);
    }

    /// The steps of the coming chunk.
    fn compute(&mut self, steps: usize) {
        self.fired.iter_mut().for_each(Vec::clear);
        // Spikes of this chunk are appended to `past` after all populations, so that delays are respected.
        let mut news: Vec<Vec<Vec<NeuronIdx>>> = Vec::new();
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
            if let Source::Population { index, .. } = projection.source {
                longest[index] = longest[index].max(projection.longest_delay());
            }
        }
        longest
    }

    fn gather_arrivals(&mut self, steps: usize) {
        let mut relayed = Vec::new();
        for (arriving, projection) in self.arriving.iter_mut().zip(&mut self.projections) {
            let Source::Population { index, .. } = projection.source else { continue };
            arriving.clear();
            let past = &self.past[index];
            let longest = projection.longest_delay();
            let span = projection.synapses.delay_span();
            if let Some(short_term) = &mut projection.short_term {
                short_term.begin_chunk();
            }
            for t in 0..steps + span {
                // what was fired `longest` steps before step t of this chunk
                let back = longest - t;
                let spikes = past.len().checked_sub(back).and_then(|k| past.get(k));
                let spikes = spikes.map_or(&[][..], Vec::as_slice);
                if let Some(short_term) = projection.short_term.as_mut().filter(|_| t >= span) {
                    short_term.fire((self.step + t as u64).saturating_sub(longest as u64), spikes);
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

    fn advance_population(&mut self, target: usize, steps: usize, remember: bool) -> Vec<Vec<NeuronIdx>> {
        let Self { arch, step, populations, projections, learning, counts, chunk, arriving, drive, currents, received, fired, .. } = self;
        let population = &mut populations[target];
        let (blocks, receptors) = (population.blocks(), population.receptors().len());
        let rows = steps * blocks;
        // the buffer only grows: populations of different sizes share it
        if drive.len() < receptors * rows {
            drive.resize(receptors * rows, Row::ZERO);
        }
        for receptor in 0..receptors {
            let drive = &mut drive[receptor * rows..][..rows];
            let mut fresh = true;
            let onto = |p: &Projection| p.target == target && p.receptor == receptor && !matches!(p.source, Source::Current(_));
            for (projection, arriving) in projections.iter().zip(arriving.iter()).filter(|(p, _)| onto(p)) {
                let spikes = if projection.source == Source::Encoder { &*chunk } else { arriving };
                if std::mem::take(&mut fresh) {
                    projection.deliver::<false>(*arch, spikes, drive);
                } else {
                    projection.deliver::<true>(*arch, spikes, drive);
                }
            }
            if fresh {
                drive.fill(Row::ZERO);
            }
        }
        let received = inject(projections, currents, target, (steps, blocks), received);
        let mut news = vec![Vec::new(); if remember { steps } else { 0 }];
        let mut heard = 0;
        let mut done = 0;
        while done < steps {
            fired[target].clear();
            done = population.advance(
                Drive::new(&drive[..receptors * rows], steps, receptors).with_currents(received),
                done,
                &mut fired[target],
            );
            let now = &fired[target];
            for &j in now {
                let count = &mut counts[target][j as usize];
                *count = count.saturating_add(1);
            }
            if remember && !now.is_empty() {
                news[done - 1].clone_from(now);
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
        news
    }
}
