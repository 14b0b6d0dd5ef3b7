//! How the populations of a network that runs freely fire in a window of time. All numbers come from the same spikes, and rate and
//! CV are computed as in studies and reports.

use super::free_view::FreeView;
use crate::experiment::{Activity, LEAST_INTERVALS, MEASURED};
use crate::study::free::Activities;
use std::ops::Range;

/// Bins of intervals between spikes: ten for each factor of ten, from 1 ms to 10 s.
pub const INTERVAL_BINS: usize = 40;

/// First and last ms of a bin of intervals.
pub fn interval_bin_ms(index: usize) -> (f64, f64) {
    let edge = |index: usize| libm::exp10(index as f64 / 10.0);
    (edge(index), edge(index + 1))
}

/// How one population fires in a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Firing {
    /// Index of the population.
    pub population: usize,
    /// Spikes, mean rate, and CV of the intervals.
    pub activity: Activities,
    /// Irregularity CV2 (Holt, Softky, Koch & Douglas 1996, J Neurophysiol 75:1806): 0 for regular firing, 1 for a Poisson
    /// process, whether or not the rate changes; over neurons with at least five intervals, `None` without one, as the CV.
    pub cv2: Option<f64>,
    /// Fraction of the neurons that did not fire.
    pub silent: f64,
    /// Neurons whose intervals are measured: the first ones of the population.
    pub measured: u32,
    /// Intervals by bin; shorter and longer ones are in the first and the last bin.
    pub intervals: Vec<u32>,
}

impl Firing {
    /// All intervals.
    pub fn all_intervals(&self) -> u64 {
        self.intervals.iter().copied().map(u64::from).sum()
    }
}

/// Spikes of one population, neuron by neuron.
struct Tally {
    fired: Vec<bool>,
    measured: Vec<Measured>,
    bins: Vec<u32>,
}

/// One neuron whose intervals are measured.
#[derive(Clone, Copy, Default)]
struct Measured {
    last: Option<u64>,
    /// The interval before the last spike; 0 if there is none.
    before: u64,
    intervals: u32,
    /// Sum of `2 |a - b|/(a + b)` over pairs of neighbouring intervals.
    differences: f64,
}

impl Tally {
    fn new(size: u32) -> Self {
        let measured = vec![Measured::default(); (size as usize).min(MEASURED)];
        Self { fired: vec![false; size as usize], measured, bins: vec![0; INTERVAL_BINS] }
    }

    fn spike(&mut self, step: u64, neuron: u32, dt_ms: f64) {
        self.fired.get_mut(neuron as usize).into_iter().for_each(|fired| *fired = true);
        let Some(Measured { last, before, intervals, differences }) = self.measured.get_mut(neuron as usize) else { return };
        let interval = last.map_or(0, |last| step - last);
        if interval > 0 {
            self.bins[((10.0 * libm::log10(interval as f64 * dt_ms)).max(0.0) as usize).min(INTERVAL_BINS - 1)] += 1;
            *intervals += 1;
            if *before > 0 {
                *differences += 2.0 * interval.abs_diff(*before) as f64 / (interval + *before) as f64;
            }
        }
        (*last, *before) = (Some(step), interval);
    }

    fn cv2(&self) -> Option<f64> {
        let enough = self.measured.iter().filter(|neuron| neuron.intervals >= LEAST_INTERVALS);
        let (pairs, sum) = enough.fold((0, 0.0), |(pairs, sum), one| (pairs + one.intervals - 1, sum + one.differences));
        (pairs > 0).then(|| sum / f64::from(pairs))
    }
}

impl FreeView {
    /// The recorded steps from `from` on over which the network was the same: after the last change of a quantity.
    pub fn window(&self, from: u64) -> Range<u64> {
        let (first, to) = self.span();
        from.max(first).max(self.changed).min(to)..to
    }

    /// How every population with membrane potentials fires in a window of recorded steps; without such populations, the sources
    /// of which all spikes are recorded.
    pub fn firing(&self, steps: &Range<u64>) -> Vec<Firing> {
        let dt_ms = self.network.dt_ms;
        let mut tallies: Vec<Tally> = self.populations.iter().map(|population| Tally::new(population.size)).collect();
        let located = self.spikes_since(steps.start).filter_map(|(step, neuron)| {
            let index = self.populations.partition_point(|population| population.first <= neuron).checked_sub(1)?;
            Some((step, index, neuron - self.populations[index].first))
        });
        let told = located.take_while(|(step, ..)| *step < steps.end).inspect(|&(step, index, neuron)| {
            tallies[index].spike(step, neuron, dt_ms);
        });
        let activity = Activity::over(&self.network, steps.clone(), told);
        let membranes = self.populations.iter().any(|population| population.has_potential);
        let of = |((index, activity), tally): ((usize, Activities), Tally)| {
            let population = &self.populations[index];
            let own = if membranes { population.has_potential } else { population.every == 1 && !population.emits_current };
            own.then(|| Firing {
                population: index,
                activity,
                cv2: tally.cv2(),
                silent: tally.fired.iter().filter(|fired| !**fired).count() as f64 / tally.fired.len().max(1) as f64,
                measured: tally.measured.len() as u32,
                intervals: tally.bins,
            })
        };
        Activities::of(&self.network, &activity).into_iter().enumerate().zip(tallies).filter_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(steps: &[u64]) -> Tally {
        let mut tally = Tally::new(3);
        steps.iter().for_each(|&step| tally.spike(step, 1, 0.1));
        tally
    }

    #[test]
    fn intervals_lie_in_their_bins_and_regular_firing_has_no_irregularity() {
        let regular = one(&[7, 107, 207, 307]);
        assert_eq!((regular.bins.iter().sum::<u32>(), regular.bins[10]), (3, 3), "10 ms begin the second factor of ten");
        assert_eq!(one(&[7, 107, 207, 307, 407, 507]).cv2(), Some(0.0));
        // intervals of 10 and 30 ms in turn: 2 * 20/40
        assert_eq!(one(&[0, 100, 400, 500, 800, 900]).cv2(), Some(1.0));
        // four intervals say too little
        assert_eq!((one(&[0, 100, 400, 500, 800]).cv2(), one(&[]).cv2()), (None, None));
        let extremes = one(&[0, 1, 1_000_000]);
        assert_eq!((extremes.bins[0], extremes.bins[INTERVAL_BINS - 1]), (1, 1));
        assert_eq!(regular.fired, [false, true, false]);
    }
}
