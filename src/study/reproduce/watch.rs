//! What is seen under a condition: activity, population rates, spikes for a raster, and the weights of plastic projections.

use super::Measure;
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use crate::experiment::{Activity, FreeRun};
use crate::model::NetworkSpec;
use crate::time::TimeGrid;
use std::sync::Arc;

/// Last part of a condition whose spikes are kept, in ms.
const RASTER_MS: f64 = 500.0;
/// Neurons of a population whose spikes are kept.
pub(super) const ROWS: u32 = 60;
/// Width of a bin of the population rates in ms, or one step where that is longer.
const BIN_MS: f64 = 0.5;
/// Intervals longer than this, in ms, lie between bursts.
const BURST_MS: f64 = 15.0;
/// Bins of a histogram of weights.
const BINS: usize = 40;

/// A monitor of one condition, from step `from` on.
pub(super) struct Watch {
    from: u64,
    steps: u64,
    raster_from: u64,
    bin: u64,
    activity: Activity,
    /// Spikes of every population in the present bin and in the bins before it.
    now: Vec<u32>,
    bins: Vec<Vec<u32>>,
    /// Steps of the spikes of the first neuron of every population.
    first: Vec<Vec<u64>>,
    raster: Vec<(u64, u32, u32)>,
}

/// The weights of a projection.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// The projection.
    pub projection: String,
    /// Unit of the weights.
    pub unit: &'static str,
    /// The range that its rule allows.
    pub range: (f64, f64),
    /// Weights in equal parts of it.
    pub bins: Vec<u64>,
    /// The same in tenths.
    tenths: [f64; 10],
}

/// What was seen under a condition.
#[derive(Debug)]
pub struct Seen {
    /// Its name.
    pub name: &'static str,
    /// The network with the values in force.
    pub network: Arc<NetworkSpec>,
    /// Width of the bins of the rates in ms.
    pub bin_ms: f64,
    /// Rates in Hz of every population in these bins.
    pub rates_hz: Vec<Vec<f64>>,
    /// First and last ms of the raster.
    pub span_ms: (f64, f64),
    /// Time in ms, population and neuron of the last spikes of some neurons of the populations with membranes.
    pub raster: Vec<(f64, u32, u32)>,
    /// Weights of the plastic projections.
    pub weights: Vec<Histogram>,
    activity: Activity,
    first: Vec<Vec<u64>>,
    grid: TimeGrid,
}

impl Watch {
    pub(super) fn new(network: &NetworkSpec, from: u64, steps: u64) -> Self {
        let of_ms = |ms: f64| ((ms / network.dt_ms).round() as u64).max(1);
        let n = network.populations.len();
        Self {
            from,
            steps,
            raster_from: from + steps.saturating_sub(of_ms(RASTER_MS)),
            bin: of_ms(BIN_MS),
            activity: Activity::new(network, steps),
            now: vec![0; n],
            bins: Vec::new(),
            first: vec![Vec::new(); n],
            raster: Vec::new(),
        }
    }

    /// What was seen, with the weights of the run as it is now.
    pub(super) fn finish(self, name: &'static str, free: &FreeRun) -> Seen {
        let (network, grid) = (free.spec(), free.grid());
        let seconds = self.bin as f64 * grid.dt_ms() * 1e-3;
        let rate = |index: usize, size: u32| self.bins.iter().map(|bin| f64::from(bin[index]) / f64::from(size) / seconds).collect();
        let rates_hz = network.populations.iter().enumerate().map(|(index, population)| rate(index, population.size())).collect();
        let ms = |step: u64| step as f64 * grid.dt_ms();
        let plastic = network.projections.iter().enumerate().filter(|(_, projection)| projection.learns());
        let weights = plastic.map(|(index, projection)| {
            let range = projection.limits_mv();
            let mut histogram = Histogram {
                projection: projection.name.clone(),
                unit: network.weight_unit(projection),
                range,
                bins: vec![0; BINS],
                tenths: [0.0; 10],
            };
            let synapses = free.present_synapses(index);
            let exists: Vec<f64> = match synapses.sparse() {
                Some(sparse) => sparse.weights_mv().map(f64::from).collect(),
                None => synapses.to_array().iter().map(|&weight| f64::from(weight)).collect(),
            };
            for weight in &exists {
                let place = ((weight - range.0) / (range.1 - range.0)).clamp(0.0, 1.0);
                histogram.bins[((place * BINS as f64) as usize).min(BINS - 1)] += 1;
                histogram.tenths[((place * 10.0) as usize).min(9)] += 100.0 / exists.len() as f64;
            }
            histogram
        });
        Seen {
            name,
            network: Arc::clone(network),
            bin_ms: ms(self.bin),
            rates_hz,
            span_ms: (ms(self.raster_from), ms(self.from + self.steps)),
            raster: self.raster.iter().map(|&(step, population, neuron)| (ms(step), population, neuron)).collect(),
            weights: weights.collect(),
            activity: self.activity,
            first: self.first,
            grid,
        }
    }
}

impl Monitor for Watch {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        self.activity.record(step, network, spikes);
        for (index, fired) in spikes.populations.iter().enumerate() {
            self.now[index] += fired.len() as u32;
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

impl Seen {
    /// The value of a measure; none if it cannot be measured.
    pub(super) fn value(&self, measure: Measure) -> Option<f64> {
        let population = |name: &str| self.network.populations.iter().position(|population| population.name == name);
        let intervals = |name: &str| -> Option<Vec<f64>> {
            let steps = &self.first[population(name)?];
            Some(steps.windows(2).map(|pair| (pair[1] - pair[0]) as f64 * self.grid.dt_ms()).collect())
        };
        let tenths = |name: &str| self.weights.iter().find(|weights| weights.projection == name).map(|weights| weights.tenths);
        match measure {
            Measure::Rate(name) => Some(self.activity.rate_hz(population(name)?, self.grid)),
            Measure::Cv(name) => self.activity.irregularity(population(name)?).map(|irregular| irregular.cv),
            Measure::Synchrony(name) => variation(&self.rates_hz[population(name)?]),
            Measure::FirstInterval(name) => intervals(name)?.first().copied(),
            Measure::LastInterval(name) => intervals(name)?.last().copied(),
            Measure::Pause(name) => {
                let pauses: Vec<f64> = intervals(name)?.into_iter().filter(|ms| *ms > BURST_MS).collect();
                (!pauses.is_empty()).then(|| pauses.iter().sum::<f64>() / pauses.len() as f64)
            }
            Measure::Lowest(name) => tenths(name).map(|tenths| tenths[0]),
            Measure::Highest(name) => tenths(name).map(|tenths| tenths[9]),
            Measure::Middle(name) => tenths(name).map(|tenths| tenths[2..8].iter().sum::<f64>() / 6.0),
        }
    }
}

/// Standard deviation divided by the mean; none without a rate.
fn variation(rates: &[f64]) -> Option<f64> {
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    let square = rates.iter().map(|rate| (rate - mean) * (rate - mean)).sum::<f64>() / rates.len() as f64;
    (mean > 0.0).then(|| square.sqrt() / mean)
}

#[cfg(test)]
mod tests {
    use super::variation;

    #[test]
    fn a_constant_population_rate_has_no_variation_and_pulses_have_much() {
        assert_eq!(variation(&[5.0; 8]), Some(0.0));
        assert_eq!(variation(&[0.0, 0.0, 0.0, 4.0]), Some(3f64.sqrt()));
        assert_eq!(variation(&[0.0; 3]), None);
    }
}
