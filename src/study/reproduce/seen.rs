//! What was seen under a condition, and the values of its measures.

use super::{Curve, Measure};
use crate::experiment::{FreeRun, MazeRun, Observation, PolicyMap, ValueMap};
use crate::model::NetworkSpec;
use crate::time::TimeGrid;
use std::sync::Arc;

/// Intervals longer than this, in ms, lie between bursts.
const BURST_MS: f64 = 15.0;
/// Bins of a histogram of weights.
const BINS: usize = 40;
/// Points of a map of values, and of one of directions, along a side.
const ALONG: usize = 40;
const ARROWS: usize = 16;

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
    /// Percent of the weights in each tenth of it.
    tenths: [f64; 10],
    /// Their mean in percent of the upper end of the range.
    mean: f64,
}

/// What was seen under a condition.
#[derive(Debug)]
pub struct Seen {
    /// Its name.
    pub name: &'static str,
    /// The network with the values in force.
    pub network: Arc<NetworkSpec>,
    /// What its neurons did.
    pub observed: Observation,
    /// Weights of the plastic projections at its end.
    pub weights: Vec<Histogram>,
    /// Rates over the current, of the populations with a step of current.
    pub curves: Vec<Curve>,
    /// The maze in which it acted.
    pub maze: Option<SeenMaze>,
}

/// A maze at the end of a condition.
#[derive(Debug)]
pub struct SeenMaze {
    /// Its trials and the paths of the last ones.
    pub run: MazeRun,
    /// The value that the weights of the critic give every place.
    pub value: Option<ValueMap>,
    /// The direction that the weights of the actor give every place.
    pub policy: Option<PolicyMap>,
}

impl Seen {
    /// What was observed, with the weights of the run as it is now.
    pub(super) fn new(name: &'static str, observed: Observation, free: &FreeRun) -> Self {
        let network = free.spec();
        let plastic = network.projections.iter().enumerate().filter(|(_, projection)| projection.learns());
        let weights = plastic.map(|(index, projection)| {
            let (synapses, range) = (free.present_synapses(index), projection.limits_mv());
            let weights: Vec<f64> = match synapses.sparse() {
                Some(sparse) => sparse.weights_mv().map(f64::from).collect(),
                None => synapses.to_array().iter().map(|&weight| f64::from(weight)).collect(),
            };
            let (mut bins, mut tenths) = (vec![0; BINS], [0.0; 10]);
            for weight in &weights {
                let place = ((weight - range.0) / (range.1 - range.0)).clamp(0.0, 1.0);
                bins[((place * BINS as f64) as usize).min(BINS - 1)] += 1;
                tenths[((place * 10.0) as usize).min(9)] += 100.0 / weights.len() as f64;
            }
            let mean = 100.0 * weights.iter().sum::<f64>() / weights.len() as f64 / range.1;
            Histogram { projection: projection.name.clone(), unit: network.weight_unit(projection), range, bins, tenths, mean }
        });
        let (weights, curves) = (weights.collect(), Curve::all(&observed, free));
        let maze = free.maze().map(|run| SeenMaze {
            run: run.clone(),
            value: run.value_map(free.network(), network, ALONG),
            policy: run.policy_map(free.network(), ARROWS),
        });
        Self { name, network: Arc::clone(network), observed, weights, curves, maze }
    }

    fn latencies_s(&self) -> Option<Vec<f64>> {
        Some(self.maze.as_ref()?.run.latencies_ms().map(|(ms, _)| ms / 1000.0).collect())
    }

    /// The value of a measure; none if it cannot be measured.
    pub fn value(&self, measure: Measure) -> Option<f64> {
        let population = |name: &str| self.network.populations.iter().position(|population| population.name == name);
        let intervals = |name: &str| Some(self.observed.intervals_ms(population(name)?));
        let weights = |name: &str| self.weights.iter().find(|weights| weights.projection == name);
        let tenths = |name: &str| weights(name).map(|weights| weights.tenths);
        let curve = |name: &str| self.curves.iter().find(|curve| curve.population == name);
        let activity = self.observed.activity();
        match measure {
            Measure::Rate(name) => Some(activity.rate_hz(population(name)?, TimeGrid::new(self.network.dt_ms))),
            Measure::Cv(name) => activity.irregularity(population(name)?).map(|irregular| irregular.cv),
            Measure::Synchrony(name) => variation(&self.observed.rates_hz()[population(name)?]),
            Measure::FirstInterval(name) => intervals(name)?.first().copied(),
            Measure::LastInterval(name) => intervals(name)?.last().copied(),
            Measure::Pause(name) => {
                let pauses: Vec<f64> = intervals(name)?.into_iter().filter(|ms| *ms > BURST_MS).collect();
                (!pauses.is_empty()).then(|| pauses.iter().sum::<f64>() / pauses.len() as f64)
            }
            Measure::Rheobase(name) => curve(name)?.rheobase_mv(),
            Measure::Gain(name) => curve(name)?.gain(),
            Measure::RateAt(name, ri_mv) => curve(name)?.rate_at(ri_mv.into()),
            Measure::Deviation(name) => curve(name)?.deviation_hz(&self.network),
            Measure::Lowest(name) => tenths(name).map(|tenths| tenths[0]),
            Measure::Highest(name) => tenths(name).map(|tenths| tenths[9]),
            Measure::Weight(name) => weights(name).map(|weights| weights.mean),
            Measure::FirstLatency(trials) => median_s(self.latencies_s()?.get(..trials)?),
            Measure::LastLatency(trials) => {
                let all = self.latencies_s()?;
                median_s(&all[all.len().checked_sub(trials)?..])
            }
            Measure::Reached(trials) => {
                let all = self.maze.as_ref()?.run.trials();
                let last = &all[all.len().checked_sub(trials)?..];
                Some(100.0 * last.iter().filter(|trial| trial.reached).count() as f64 / trials as f64)
            }
            Measure::Middle(name) => tenths(name).map(|tenths| tenths[2..8].iter().sum::<f64>() / 6.0),
        }
    }
}

/// The median; none of nothing.
fn median_s(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2)?;
    Some(0.5 * (values[(values.len() - 1) / 2] + upper))
}

/// Standard deviation divided by the mean; none without a rate.
fn variation(rates: &[f64]) -> Option<f64> {
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    let square = rates.iter().map(|rate| (rate - mean) * (rate - mean)).sum::<f64>() / rates.len() as f64;
    (mean > 0.0).then(|| square.sqrt() / mean)
}

#[cfg(test)]
mod tests {
    use super::{median_s, variation};

    #[test]
    fn a_constant_population_rate_has_no_variation_and_pulses_have_much() {
        assert_eq!(variation(&[5.0; 8]), Some(0.0));
        assert_eq!(variation(&[0.0, 0.0, 0.0, 4.0]), Some(3f64.sqrt()));
        assert_eq!(variation(&[0.0; 3]), None);
    }

    #[test]
    fn a_median_is_the_middle_value_or_the_mean_of_two() {
        assert_eq!((median_s(&[3.0, 1.0, 9.0]), median_s(&[4.0, 1.0, 2.0, 9.0]), median_s(&[])), (Some(2.0 + 1.0), Some(3.0), None));
    }
}
