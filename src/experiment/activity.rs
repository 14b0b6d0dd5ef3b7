//! Activity of a free run: mean rates of populations in bins of time, and the irregularity of firing.

use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use crate::model::{NetworkSpec, PopulationSpec};
use crate::time::TimeGrid;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Neurons of a population whose inter-spike intervals are measured: the first ones.
pub const MEASURED: usize = 1000;
/// Intervals that a neuron needs for a coefficient of variation.
pub const LEAST_INTERVALS: u32 = 5;
/// Bins of a run, at most about so many.
const BINS: u64 = 10_000;
/// Width of a bin in ms, at least.
const BIN_MS: f64 = 100.0;

/// Rates and inter-spike intervals so far. They are no part of the network's state; a run that is resumed continues them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    bin: u64,
    steps: u64,
    populations: Vec<Tally>,
    /// Spikes of every population in every complete bin.
    bins: Vec<Vec<u64>>,
}

/// Spikes of one population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tally {
    size: u32,
    spikes: u64,
    in_bin: u64,
    /// Of the first neurons of a population with membranes; empty for sources.
    intervals: Vec<Intervals>,
}

/// Inter-spike intervals of one neuron, in steps: Welford's running mean and sum of squared deviations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Intervals(Option<u64>, u32, f64, f64);

impl Intervals {
    fn spike(&mut self, step: u64) {
        let Self(last, count, mean, squares) = self;
        if let Some(last) = *last {
            let interval = (step - last) as f64;
            *count += 1;
            let off = interval - *mean;
            *mean += off / f64::from(*count);
            *squares += off * (interval - *mean);
        }
        *last = Some(step);
    }

    /// Standard deviation divided by the mean.
    fn cv(&self) -> Option<f64> {
        let &Self(_, count, mean, squares) = self;
        (count >= LEAST_INTERVALS && mean > 0.0).then(|| (squares / f64::from(count - 1)).sqrt() / mean)
    }
}

/// Irregularity of firing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Irregularity {
    /// Mean coefficient of variation of the inter-spike intervals.
    pub cv: f64,
    /// Neurons that fired often enough to have one, among the first 1,000.
    pub neurons: usize,
}

impl Activity {
    /// Nothing yet, with bins of 100 ms, or wider ones for a run of more than 1,000 s.
    pub fn new(network: &NetworkSpec, steps: u64) -> Self {
        let bin = ((BIN_MS / network.dt_ms).round() as u64).max(1);
        let populations = network.populations.iter().map(|population| {
            let measured = if population.model.has_potential() { (population.size() as usize).min(MEASURED) } else { 0 };
            Tally { size: population.size(), spikes: 0, in_bin: 0, intervals: vec![Intervals::default(); measured] }
        });
        Self { bin: bin * steps.div_ceil(bin * BINS).max(1), steps: 0, populations: populations.collect(), bins: Vec::new() }
    }

    /// The activity in a window of recorded spikes, without rates over time: step, index of the population and neuron of each, in
    /// the order of time. What it says of these spikes is what a run says that consists of them.
    pub fn over(network: &NetworkSpec, steps: Range<u64>, spikes: impl Iterator<Item = (u64, usize, u32)>) -> Self {
        let mut activity = Self { steps: steps.end.saturating_sub(steps.start), ..Self::new(network, 0) };
        for (step, population, neuron) in spikes.filter(|(step, ..)| steps.contains(step)) {
            let Some(tally) = activity.populations.get_mut(population) else { continue };
            tally.spikes += 1;
            tally.intervals.get_mut(neuron as usize).into_iter().for_each(|intervals| intervals.spike(step));
        }
        activity
    }

    /// Width of a bin in steps.
    pub fn bin(&self) -> u64 {
        self.bin
    }

    /// Whether it belongs to a network with populations of these sizes.
    pub fn fits(&self, network: &NetworkSpec) -> bool {
        self.bin > 0 && self.populations.iter().map(|tally| tally.size).eq(network.populations.iter().map(PopulationSpec::size))
    }

    /// Steps that were watched.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Spikes of a population.
    pub fn spikes(&self, population: usize) -> u64 {
        self.populations.get(population).map_or(0, |tally| tally.spikes)
    }

    /// Mean rate of a neuron of a population in Hz since the start.
    pub fn rate_hz(&self, population: usize, grid: TimeGrid) -> f64 {
        self.populations.get(population).map_or(0.0, |tally| rate(tally.spikes, tally.size, self.steps, grid))
    }

    /// Irregularity of a population; `None` for sources, and if no neuron has fired often enough.
    pub fn irregularity(&self, population: usize) -> Option<Irregularity> {
        let cvs: Vec<f64> = self.populations.get(population)?.intervals.iter().filter_map(Intervals::cv).collect();
        (!cvs.is_empty()).then(|| Irregularity { cv: cvs.iter().sum::<f64>() / cvs.len() as f64, neurons: cvs.len() })
    }

    /// Mean rates in Hz of every population, one row for each bin, with the time in ms at which the bin ended; the last bin can
    /// be incomplete.
    pub fn rates(&self, grid: TimeGrid) -> Vec<(f64, Vec<f64>)> {
        let row = |end: u64, steps: u64, spikes: &mut dyn Iterator<Item = u64>| {
            let rates = spikes.zip(&self.populations).map(|(spikes, tally)| rate(spikes, tally.size, steps, grid)).collect();
            (end as f64 * grid.dt_ms(), rates)
        };
        let whole = (1..).zip(&self.bins).map(|(bin, spikes)| row(bin * self.bin, self.bin, &mut spikes.iter().copied()));
        let rest = self.steps - self.bins.len() as u64 * self.bin;
        let last = (rest > 0).then(|| row(self.steps, rest, &mut self.populations.iter().map(|tally| tally.in_bin)));
        whole.chain(last).collect()
    }
}

impl Activity {
    /// Bins of twice the width: a run can be longer than planned.
    fn join_bins(&mut self) {
        let sum = |pair: &[Vec<u64>]| (0..self.populations.len()).map(|k| pair.iter().map(|bin| bin[k]).sum()).collect();
        self.bins = self.bins.chunks(2).map(sum).collect();
        self.bin *= 2;
    }
}

fn rate(spikes: u64, size: u32, steps: u64, grid: TimeGrid) -> f64 {
    let seconds = steps as f64 * grid.dt_ms() * 1e-3 * f64::from(size);
    if seconds > 0.0 { spikes as f64 / seconds } else { 0.0 }
}

impl Monitor for Activity {
    fn record(&mut self, step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        for (tally, fired) in self.populations.iter_mut().zip(spikes.populations) {
            tally.spikes += fired.len() as u64;
            tally.in_bin += fired.len() as u64;
            for &neuron in fired {
                // ascending, so that the others need no look
                let Some(intervals) = tally.intervals.get_mut(neuron as usize) else { break };
                intervals.spike(step);
            }
        }
        self.steps += 1;
        if self.steps.is_multiple_of(self.bin) {
            self.bins.push(self.populations.iter_mut().map(|tally| std::mem::take(&mut tally.in_bin)).collect());
            if self.bins.len() as u64 >= 2 * BINS {
                self.join_bins();
            }
        }
    }
}
