//! Populations without membranes, which are only sources of spikes: Poisson processes and given spike trains.

use super::{Drive, NeuronIdx, NeuronModel, NeuronParams, gaps};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::rng::{Purpose, stream};
use crate::time::TimeGrid;
use pulp::Arch;
use std::sync::Arc;

/// Independent Poisson processes of one rate, one for each neuron.
///
/// The number of spikes of a neuron in a step has a Poisson distribution, as in NEST's `poisson_generator`: at high rates it
/// can be two or more, and the neuron then appears more than once among those that fired. (Brian2's `PoissonGroup` fires at most
/// once a step.) A step has a random stream of its own, so that spikes do not depend on chunks.
#[derive(Debug, Clone)]
pub struct PoissonSource {
    arch: Arch,
    n: usize,
    grid: TimeGrid,
    /// Mean number of spikes of a neuron in a step.
    mean: f64,
    /// Sums of the factors on the rates up to each neuron; empty if all are 1.
    gains: Vec<f64>,
    seed: u64,
    clock: u64,
    /// In ascending order.
    silent: Vec<NeuronIdx>,
}

impl PoissonSource {
    /// `n` processes of `rate_hz` Hz.
    pub fn new(n: usize, rate_hz: f64, grid: TimeGrid, seed: u64) -> Self {
        Self { arch: Arch::new(), n, grid, mean: mean(rate_hz, grid), gains: Vec::new(), seed, clock: 0, silent: Vec::new() }
    }
}

fn mean(rate_hz: f64, grid: TimeGrid) -> f64 {
    rate_hz * 1e-3 * grid.dt_ms()
}

impl NeuronModel for PoissonSource {
    fn len(&self) -> usize {
        self.n
    }

    fn receptors(&self) -> &'static [&'static str] {
        &[]
    }

    fn advance(&mut self, drive: Drive<'_>, from: usize, fired: &mut Vec<NeuronIdx>) -> usize {
        for t in from..drive.steps() {
            if self.mean > 0.0 {
                let mut rng = stream(self.seed, Purpose::Source, self.clock);
                // one process along all neurons: the length of each is the mean number of its spikes
                let length = self.gains.last().copied().unwrap_or(self.n as f64);
                let (end, per_mean, mut at) = (length * self.mean, 1.0 / self.mean, 0.0);
                let (last, mut places) = (self.n as NeuronIdx - 1, [0.0; gaps::MANY]);
                while at < end {
                    gaps::draw(self.arch, &mut rng, &mut places);
                    for place in &mut places {
                        at += *place;
                        *place = at;
                    }
                    let spikes = if at < end { gaps::MANY } else { places.partition_point(|&place| place < end) };
                    if self.gains.is_empty() {
                        fired.extend_from_slice(&gaps::neurons(self.arch, &places, per_mean, last)[..spikes]);
                    } else {
                        let neuron = |place: &f64| self.gains.partition_point(|sum| *sum <= place * per_mean) as NeuronIdx;
                        fired.extend(places[..spikes].iter().map(|place| neuron(place).min(last)));
                    }
                }
                if !self.silent.is_empty() {
                    fired.retain(|j| self.silent.binary_search(j).is_err());
                }
            }
            self.clock += 1;
            if !fired.is_empty() {
                return t + 1;
            }
        }
        drive.steps()
    }

    fn set_arch(&mut self, arch: Arch) {
        self.arch = arch;
    }

    fn set_params(&mut self, params: &NeuronParams) {
        if let NeuronParams::Poisson { rate_hz } = *params {
            self.mean = mean(rate_hz, self.grid);
        }
    }

    fn set_gains(&mut self, gains: &[f64]) {
        let mut sum = 0.0;
        self.gains.clear();
        self.gains.extend(gains.iter().map(|gain| {
            sum += gain;
            sum
        }));
    }

    fn silence(&mut self, neurons: &[NeuronIdx]) {
        self.silent.extend_from_slice(neurons);
        self.silent.sort_unstable();
    }

    fn reseed(&mut self, seed: u64) {
        (self.seed, self.clock) = (seed, 0);
    }

    fn boxed_clone(&self) -> Box<dyn NeuronModel> {
        Box::new(self.clone())
    }
}

impl Persist for PoissonSource {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { arch: _, n: _, grid: _, mean: _, gains: _, seed: _, clock, silent: _ } = self;
        archive.clock(clock)
    }
}

/// Neurons that fire at given steps.
#[derive(Debug, Clone)]
pub struct SpikeSource {
    n: usize,
    /// Step and neuron of every spike, in order.
    spikes: Arc<[(u64, NeuronIdx)]>,
    clock: u64,
    /// In ascending order.
    silent: Vec<NeuronIdx>,
}

impl SpikeSource {
    /// `n` neurons and their spikes as (step, neuron), in any order.
    pub fn new(n: usize, mut spikes: Vec<(u64, NeuronIdx)>) -> Self {
        spikes.sort_unstable();
        Self { n, spikes: spikes.into(), clock: 0, silent: Vec::new() }
    }
}

impl NeuronModel for SpikeSource {
    fn len(&self) -> usize {
        self.n
    }

    fn receptors(&self) -> &'static [&'static str] {
        &[]
    }

    fn advance(&mut self, drive: Drive<'_>, from: usize, fired: &mut Vec<NeuronIdx>) -> usize {
        let left = (drive.steps() - from) as u64;
        let next = self.spikes.partition_point(|&(step, _)| step < self.clock);
        let of_step = self.spikes[next..].first().map(|&(step, _)| step).filter(|&step| step < self.clock + left);
        let Some(step) = of_step else {
            self.clock += left;
            return drive.steps();
        };
        let now = self.spikes[next..].iter().take_while(|&&(when, _)| when == step).map(|&(_, neuron)| neuron);
        fired.extend(now.filter(|j| self.silent.binary_search(j).is_err()));
        let done = from + (step - self.clock) as usize + 1;
        self.clock = step + 1;
        done
    }

    fn silence(&mut self, neurons: &[NeuronIdx]) {
        self.silent.extend_from_slice(neurons);
        self.silent.sort_unstable();
    }

    fn boxed_clone(&self) -> Box<dyn NeuronModel> {
        Box::new(self.clone())
    }
}

impl Persist for SpikeSource {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { n: _, spikes: _, clock, silent: _ } = self;
        archive.clock(clock)
    }
}
