//! A part of a free run observed for figures: activity, population rates in fine bins, and spikes of the first neurons.

use super::Activity;
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use crate::model::{NetworkSpec, PopulationSpec};

/// Last part whose spikes are kept, in ms.
const RASTER_MS: f64 = 500.0;
/// Neurons of a population whose spikes are kept.
const ROWS: u32 = 60;
/// Width of a bin of the population rates in ms, or one step where that is longer.
const BIN_MS: f64 = 0.5;

/// A monitor of the steps from `from` on.
#[derive(Debug, Clone)]
pub struct Observation {
    from: u64,
    steps: u64,
    raster_from: u64,
    bin: u64,
    dt_ms: f64,
    sizes: Vec<u32>,
    activity: Activity,
    /// Spikes of every population in the present bin and in the bins before it.
    now: Vec<u32>,
    bins: Vec<Vec<u32>>,
    first: Vec<Vec<u64>>,
    /// Spikes of every neuron, by population.
    counts: Vec<Vec<u32>>,
    raster: Vec<(u64, u32, u32)>,
}

impl Observation {
    /// Of `steps` steps from step `from` on.
    pub fn new(network: &NetworkSpec, from: u64, steps: u64) -> Self {
        let of_ms = |ms: f64| ((ms / network.dt_ms).round() as u64).max(1);
        let n = network.populations.len();
        Self {
            from,
            steps,
            raster_from: from + steps.saturating_sub(of_ms(RASTER_MS)),
            bin: of_ms(BIN_MS),
            dt_ms: network.dt_ms,
            sizes: network.populations.iter().map(PopulationSpec::size).collect(),
            activity: Activity::new(network, steps),
            now: vec![0; n],
            bins: Vec::new(),
            first: vec![Vec::new(); n],
            counts: network.populations.iter().map(|population| vec![0; population.size() as usize]).collect(),
            raster: Vec::new(),
        }
    }

    /// Rates and intervals.
    pub fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Width of the bins of the rates in ms.
    pub fn bin_ms(&self) -> f64 {
        self.bin as f64 * self.dt_ms
    }

    /// Rates in Hz of every population in these bins.
    pub fn rates_hz(&self) -> Vec<Vec<f64>> {
        let seconds = self.bin_ms() * 1e-3;
        let rates = |(index, size): (usize, &u32)| self.bins.iter().map(|bin| f64::from(bin[index]) / f64::from(*size) / seconds).collect();
        self.sizes.iter().enumerate().map(rates).collect()
    }

    /// Inter-spike intervals in ms of the first neuron of a population.
    pub fn intervals_ms(&self, population: usize) -> Vec<f64> {
        self.first[population].windows(2).map(|pair| (pair[1] - pair[0]) as f64 * self.dt_ms).collect()
    }

    /// Rate in Hz of every neuron of a population.
    pub fn neuron_rates_hz(&self, population: usize) -> Vec<f64> {
        let seconds = self.steps as f64 * self.dt_ms * 1e-3;
        self.counts[population].iter().map(|count| f64::from(*count) / seconds).collect()
    }

    /// First and last ms of the raster.
    pub fn span_ms(&self) -> (f64, f64) {
        (self.raster_from as f64 * self.dt_ms, (self.from + self.steps) as f64 * self.dt_ms)
    }

    /// Time in ms, population and neuron of the last spikes of the first 60 neurons of the populations with membranes.
    pub fn raster(&self) -> Vec<(f64, u32, u32)> {
        self.raster.iter().map(|&(step, population, neuron)| (step as f64 * self.dt_ms, population, neuron)).collect()
    }
}

impl Monitor for Observation {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        self.activity.record(step, network, spikes);
        for (index, fired) in spikes.populations.iter().enumerate() {
            self.now[index] += fired.len() as u32;
            fired.iter().for_each(|neuron| self.counts[index][*neuron as usize] += 1);
            if fired.first() == Some(&0) {
                self.first[index].push(step);
            }
            if step >= self.raster_from && network.populations()[index].has_potential() {
                let few = fired.iter().take_while(|neuron| **neuron < ROWS);
                self.raster.extend(few.map(|&neuron| (step, index as u32, neuron)));
            }
        }
        if (step + 1 - self.from).is_multiple_of(self.bin) {
            let n = self.now.len();
            self.bins.push(std::mem::replace(&mut self.now, vec![0; n]));
        }
    }
}
