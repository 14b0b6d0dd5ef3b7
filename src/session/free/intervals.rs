//! Intervals between the spikes of neurons that run freely: their histogram, and how much neighbouring ones differ.

use crate::engine::neuron::NeuronIdx;
use crate::session::free_view::{INTERVAL_BINS, IntervalCounts, PopulationView};

/// Neurons of a population whose intervals are measured.
const MEASURED: u32 = 100_000;

/// The last spike of every measured neuron.
pub(super) struct Intervals {
    dt_ms: f64,
    /// By population; empty for sources of spikes.
    neurons: Vec<Vec<Last>>,
}

#[derive(Clone, Copy, Default)]
struct Last {
    step: Option<u64>,
    /// The interval before it in steps; 0 if there is none.
    interval: u64,
}

impl Intervals {
    /// No spike so far.
    pub(super) fn new(populations: &[PopulationView], dt_ms: f64) -> Self {
        let of = |population: &PopulationView| if population.has_potential { population.size.min(MEASURED) as usize } else { 0 };
        Self { dt_ms, neurons: populations.iter().map(|population| vec![Last::default(); of(population)]).collect() }
    }

    /// Neurons of a population, in ascending order, that fired in `step`.
    pub(super) fn fired(&mut self, population: usize, step: u64, fired: &[NeuronIdx], counts: &mut IntervalCounts) {
        let neurons = &mut self.neurons[population];
        for &neuron in fired {
            let Some(last) = neurons.get_mut(neuron as usize) else { break };
            let interval = last.step.map_or(0, |before| step - before);
            if interval > 0 {
                counts.add(interval as f64 * self.dt_ms);
                if last.interval > 0 {
                    counts.add_pair(last.interval as f64, interval as f64);
                }
            }
            *last = Last { step: Some(step), interval };
        }
    }
}

impl IntervalCounts {
    fn add(&mut self, ms: f64) {
        if self.counts.is_empty() {
            self.counts = vec![0; INTERVAL_BINS];
        }
        self.counts[((10.0 * libm::log10(ms)).max(0.0) as usize).min(INTERVAL_BINS - 1)] += 1;
    }

    fn add_pair(&mut self, a: f64, b: f64) {
        self.pairs += 1;
        self.differences += 2.0 * (a - b).abs() / (a + b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(steps: &[u64]) -> IntervalCounts {
        let population = PopulationView { name: "E".to_owned(), size: 3, first: 0, has_potential: true, every: 1 };
        let (mut intervals, mut counts) = (Intervals::new(&[population], 0.1), IntervalCounts::default());
        steps.iter().for_each(|&step| intervals.fired(0, step, &[1], &mut counts));
        counts
    }

    #[test]
    fn intervals_lie_in_their_bins_and_regular_firing_has_no_irregularity() {
        let regular = one(&[7, 107, 207, 307]);
        assert_eq!((regular.counts.iter().sum::<u32>(), regular.counts[10]), (3, 3), "10 ms begin the second factor of ten");
        assert_eq!(regular.cv2(), Some(0.0));
        // intervals of 10 and 30 ms in turn: 2 * 20/40
        assert_eq!(one(&[0, 100, 400, 500, 800]).cv2(), Some(1.0));
        assert_eq!(one(&[0, 100]).cv2(), None);
        let extremes = one(&[0, 1, 1_000_000]);
        assert_eq!((extremes.counts[0], extremes.counts[INTERVAL_BINS - 1]), (1, 1));
    }
}
