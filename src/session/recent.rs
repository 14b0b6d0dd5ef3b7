//! The last stretch of spikes and membrane traces: a ring that rides in every snapshot.

use super::snapshot::{Layer, PotentialTrace, SpikeEvent};
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};

/// Spikes kept at most, whatever the window: memory stays bounded under any rate.
const MAX_SPIKES: usize = 400_000;

/// Contiguous history of the last steps.
#[derive(Debug, Default)]
pub(super) struct Recent {
    window_steps: u64,
    start: u64,
    end: u64,
    spikes: Vec<SpikeEvent>,
    watched: Vec<u32>,
    v_mv: Vec<Vec<f32>>,
    threshold_mv: Vec<Vec<f32>>,
}

impl Recent {
    /// Watch these neurons and keep this many steps. What was kept of others is forgotten.
    pub(super) fn watch(&mut self, neurons: &[u32], window_steps: u64, now: u64) {
        self.window_steps = window_steps;
        if self.watched != neurons {
            self.watched = neurons.to_vec();
            self.clear(now);
        }
    }

    /// Forget everything; history begins again at step `now`.
    pub(super) fn clear(&mut self, now: u64) {
        (self.start, self.end) = (now, now);
        self.spikes.clear();
        self.v_mv = vec![Vec::new(); self.watched.len()];
        self.threshold_mv = vec![Vec::new(); self.watched.len()];
    }

    /// First step of the history within the window.
    pub(super) fn window_start(&self) -> u64 {
        self.start.max(self.end.saturating_sub(self.window_steps))
    }

    /// The step after the last one seen.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    fn trim(&mut self) {
        let keep_from = self.window_start();
        if self.spikes.len() > MAX_SPIKES {
            self.spikes.drain(..self.spikes.len() - MAX_SPIKES / 2);
        }
        if keep_from - self.start > self.window_steps {
            let old = (keep_from - self.start) as usize;
            let first = self.spikes.partition_point(|spike| spike.step < keep_from);
            self.spikes.drain(..first);
            for samples in self.v_mv.iter_mut().chain(&mut self.threshold_mv) {
                samples.drain(..old.min(samples.len()));
            }
            self.start = keep_from;
        }
    }

    pub(super) fn spikes(&self) -> Vec<SpikeEvent> {
        let first = self.spikes.partition_point(|spike| spike.step < self.window_start());
        self.spikes[first..].to_vec()
    }

    pub(super) fn traces(&self) -> Vec<PotentialTrace> {
        let from = self.window_start();
        let skip = (from - self.start) as usize;
        let tail = |samples: &Vec<f32>| samples.get(skip..).unwrap_or_default().to_vec();
        let trace = |k: usize, &neuron: &u32| PotentialTrace {
            neuron,
            v_mv: tail(&self.v_mv[k]),
            threshold_mv: tail(&self.threshold_mv[k]),
            spikes: self
                .spikes
                .iter()
                .filter(|s| s.layer == Layer::Output && s.neuron == neuron && s.step >= from)
                .map(|s| (s.step - from) as u32)
                .collect(),
        };
        self.watched.iter().enumerate().map(|(k, neuron)| trace(k, neuron)).collect()
    }
}

impl Monitor for Recent {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        if step != self.end {
            self.clear(step);
        }
        self.end = step + 1;
        let event = |neuron, layer| SpikeEvent { step, neuron, layer };
        self.spikes.extend(spikes.input.iter().map(|&i| event(u32::from(i), Layer::Input)));
        let output = spikes.populations.last();
        self.spikes.extend(output.into_iter().flatten().map(|&j| event(j, Layer::Output)));
        if let Some(population) = network.output() {
            for (k, &neuron) in self.watched.iter().enumerate() {
                let known = (neuron as usize) < population.len();
                let (v, threshold) = if known { (population.v_mv(neuron), population.threshold_mv(neuron)) } else { (f32::NAN, f32::NAN) };
                self.v_mv[k].push(v);
                self.threshold_mv[k].push(threshold);
            }
        }
        self.trim();
    }
}
