//! Ring buffer of recent spikes and membrane traces, part of every snapshot.

use super::habits::Habits;
use super::hidden::HiddenRecord;
use super::sites;
use super::snapshot::{ImageOnset, Layer, PotentialTrace, SpikeEvent};
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use std::collections::VecDeque;
use std::sync::Arc;

/// Maximum number of spikes, so that memory is bounded at any rate.
const MAX_SPIKES: usize = 400_000;

/// Maximum number of membrane potentials: 16 MiB, and as much for thresholds.
const MAX_SAMPLES: usize = 1 << 22;

/// Contiguous history of the last steps. It contains the potentials of every neuron, so that a neuron selected later shows
/// its past.
#[derive(Debug, Default)]
pub(super) struct Recent {
    window_steps: u64,
    start: u64,
    /// First step with complete spikes.
    whole_from: u64,
    end: u64,
    spikes: Vec<SpikeEvent>,
    /// Number of output neurons.
    neurons: usize,
    /// Step by step, neuron by neuron.
    v_mv: Vec<f32>,
    threshold_mv: Vec<f32>,
    hidden: HiddenRecord,
    habits: Habits,
    /// Starts of the images that ended within the history, oldest first.
    onsets: VecDeque<ImageOnset>,
}

impl Recent {
    /// Set the length of the history in steps.
    pub(super) fn keep(&mut self, window_steps: u64) {
        self.window_steps = window_steps;
    }

    /// Clear the history, which starts again at step `now`.
    pub(super) fn clear(&mut self, now: u64) {
        (self.start, self.end, self.whole_from) = (now, now, now);
        self.spikes.clear();
        self.v_mv.clear();
        self.threshold_mv.clear();
        self.hidden.clear();
        self.habits.gap();
        self.onsets.clear();
    }

    /// End of image `index`, which started at step `onset`.
    pub(super) fn image_ended(&mut self, onset: u64, index: u64) {
        self.habits.image_ended();
        self.onsets.push_back(ImageOnset { step: onset, index });
        let first = self.window_start();
        // images without recording are not part of the history
        self.onsets.retain(|onset| (first..self.end).contains(&onset.step));
    }

    /// Starts of the images that ended within the window, oldest first.
    pub(super) fn onsets(&self) -> Vec<ImageOnset> {
        let first = self.window_start();
        self.onsets.iter().copied().filter(|onset| onset.step >= first).collect()
    }

    /// Statistics of every neuron.
    pub(super) fn habits(&self) -> &Habits {
        &self.habits
    }

    /// Spikes of hidden layers.
    pub(super) fn hidden(&self) -> &HiddenRecord {
        &self.hidden
    }

    /// First step of the history within the window.
    pub(super) fn window_start(&self) -> u64 {
        self.start.max(self.whole_from).max(self.end.saturating_sub(self.window_steps.min(self.limit_steps())))
    }

    /// Steps of history within the memory limit of potentials.
    pub(super) fn limit_steps(&self) -> u64 {
        (MAX_SAMPLES / (2 * self.neurons.max(1))).max(1) as u64
    }

    /// The step after the last recorded one.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    fn trim(&mut self) {
        if self.spikes.len() > MAX_SPIKES {
            self.spikes.drain(..self.spikes.len() - MAX_SPIKES / 2);
            // the first remaining step may be incomplete, so the history starts after it
            self.whole_from = self.spikes.first().map_or(self.end, |spike| spike.step + 1);
        }
        let keep_from = self.window_start();
        let old = keep_from - self.start;
        // Moving the data is worthwhile once half of it is old.
        if old > self.end - keep_from {
            let first = self.spikes.partition_point(|spike| spike.step < keep_from);
            self.spikes.drain(..first);
            self.v_mv.drain(..old as usize * self.neurons);
            self.threshold_mv.drain(..old as usize * self.neurons);
            self.start = keep_from;
        }
    }

    pub(super) fn spikes(&self) -> &[SpikeEvent] {
        let first = self.spikes.partition_point(|spike| spike.step < self.window_start());
        &self.spikes[first..]
    }

    /// Spikes of a layer from step `from` on.
    pub(super) fn count(&self, layer: Layer, from: u64) -> u64 {
        let first = self.spikes.partition_point(|spike| spike.step < from);
        self.spikes[first..].iter().filter(|spike| spike.layer == layer).count() as u64
    }

    /// The highest potential in the window, with the threshold its neuron had then, in mV.
    pub(super) fn peak_mv(&self) -> Option<(f64, f64)> {
        let first = (self.window_start() - self.start) as usize * self.neurons;
        let pairs = self.v_mv.iter().zip(&self.threshold_mv).skip(first).filter(|(v, _)| v.is_finite());
        pairs.max_by(|a, b| a.0.total_cmp(b.0)).map(|(&v, &threshold)| (f64::from(v), f64::from(threshold)))
    }

    /// The traces of these neurons within the window; empty for neurons that do not exist.
    pub(super) fn traces(&self, neurons: &[u32]) -> Vec<PotentialTrace> {
        let from = self.window_start();
        let trace = |&neuron: &u32| PotentialTrace {
            neuron,
            v_mv: self.column(&self.v_mv, neuron, from),
            threshold_mv: self.column(&self.threshold_mv, neuron, from),
            injected_mv: Arc::from([]),
            spikes: self
                .spikes
                .iter()
                .filter(|s| s.layer == Layer::Output && s.neuron == neuron && s.step >= from)
                .map(|s| (s.step - from) as u32)
                .collect(),
        };
        neurons.iter().map(trace).collect()
    }

    fn column(&self, samples: &[f32], neuron: u32, from: u64) -> Arc<[f32]> {
        if neuron as usize >= self.neurons {
            return Arc::default();
        }
        let first = (from - self.start) as usize * self.neurons + neuron as usize;
        samples.iter().skip(first).step_by(self.neurons).copied().collect()
    }
}

impl Monitor for Recent {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        // before data of this step is added
        let shown = network.output().map_or(0, sites::shown);
        if step != self.end || shown != self.neurons {
            self.neurons = shown;
            self.clear(step);
        }
        self.end = step + 1;
        let event = |neuron, layer| SpikeEvent { step, neuron, layer };
        // a pixel can have several consecutive channels
        let depth = network.encoder().map_or(1, |encoder| encoder.depth().max(1)) as u32;
        self.spikes.extend(spikes.input.iter().map(|&i| event(i / depth, Layer::Input)));
        if let Some(population) = network.output() {
            let fired = spikes.populations.last();
            self.spikes.extend(fired.into_iter().flatten().map(|&j| event(j % shown as u32, Layer::Output)));
            let neurons = 0..self.neurons as u32;
            self.v_mv.extend(neurons.clone().map(|neuron| sites::v_mv(population, neuron)));
            self.threshold_mv.extend(neurons.map(|neuron| population.threshold_mv(neuron)));
            let last = |samples: &[f32]| samples.len() - self.neurons..samples.len();
            let (v, threshold) = (&self.v_mv[last(&self.v_mv)], &self.threshold_mv[last(&self.threshold_mv)]);
            self.habits.record(step, fired.into_iter().flatten().map(|&j| j % shown as u32), v, threshold);
        }
        self.hidden.record(step, network, spikes);
        self.trim();
    }
}
