//! The distribution of the weights of every projection that learns, over time.

use crate::model::{NetworkSpec, ProjectionSpec};
use crate::session::free_view::{WEIGHT_BINS, WeightHistory, WeightRange};
use std::sync::Arc;

/// Time between two histograms in ms of model time, at first.
const EVERY_MS: f64 = 100.0;
/// Weights above which it is ten times as long.
const MANY: u64 = 100_000;
/// Histograms that are kept; then every other one is dropped, and the time between two of them doubles.
const MOST: usize = 400;

/// The histograms so far.
#[derive(Clone)]
pub(super) struct History {
    shown: Arc<WeightHistory>,
    /// Steps between two histograms, and the step of the next one.
    every: u64,
    next: u64,
}

impl History {
    /// Nothing yet; `plastic` are the projections that learn and their numbers of weights.
    pub(super) fn new(spec: &NetworkSpec, plastic: &[(String, u64)], now: u64) -> Self {
        let range = |(name, _): &(String, u64)| {
            let projection = spec.projection(name);
            WeightRange { name: name.clone(), range_mv: projection.map_or((0.0, 1.0), ProjectionSpec::limits_mv) }
        };
        let weights: u64 = plastic.iter().map(|(_, weights)| weights).sum();
        let every = (EVERY_MS * if weights > MANY { 10.0 } else { 1.0 } / spec.dt_ms).round().max(1.0) as u64;
        let shown = WeightHistory { projections: plastic.iter().map(range).collect(), times: Vec::new(), latest: Vec::new() };
        Self { shown: Arc::new(shown), every, next: now }
    }

    /// The limits of the weights changed: earlier histograms are counted in bins of the new range.
    pub(super) fn set_limits(&mut self, spec: &NetworkSpec) {
        let limits = |range: &WeightRange| spec.projection(&range.name).map_or(range.range_mv, ProjectionSpec::limits_mv);
        if self.shown.projections.iter().all(|range| limits(range) == range.range_mv) {
            return;
        }
        let shown = Arc::make_mut(&mut self.shown);
        for (index, range) in shown.projections.iter_mut().enumerate() {
            let now = limits(range);
            let before = std::mem::replace(&mut range.range_mv, now);
            if before != range.range_mv {
                shown.times.iter_mut().for_each(|(_, counts)| counts[index] = range.moved(before, &counts[index]));
            }
        }
    }

    /// Whether a histogram is due.
    pub(super) fn is_due(&self, step: u64) -> bool {
        step >= self.next && !self.shown.projections.is_empty()
    }

    /// Continue a history that was interrupted.
    pub(super) fn recall(&mut self, shown: &Arc<WeightHistory>) {
        if let [(first, _), .., (last, _)] = shown.times.as_slice()
            && shown.projections == self.shown.projections
        {
            // of thinned histograms the distance has grown
            self.every = self.every.max((last - first) / MOST as u64);
            (self.shown, self.next) = (Arc::clone(shown), last + self.every);
        }
    }

    /// Note the weights of all projections.
    pub(super) fn note(&mut self, step: u64, weights: &[Vec<f32>]) {
        let shown = Arc::make_mut(&mut self.shown);
        let counts = shown.projections.iter().zip(weights).map(|(range, weights)| range.count(weights)).collect();
        shown.latest = weights.iter().map(|weights| moments(weights)).collect();
        if shown.times.last().is_some_and(|(last, _)| *last == step) {
            shown.times.pop();
        }
        shown.times.push((step, counts));
        if shown.times.len() > MOST {
            let mut index = 0;
            shown.times.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.every *= 2;
        }
        self.next = step + self.every;
    }

    pub(super) fn shown(&self) -> &Arc<WeightHistory> {
        &self.shown
    }
}

/// Mean and standard deviation.
fn moments(weights: &[f32]) -> Option<(f64, f64)> {
    let n = weights.len() as f64;
    let mean = weights.iter().map(|&weight| f64::from(weight)).sum::<f64>() / n;
    let variance = weights.iter().map(|&weight| (f64::from(weight) - mean).powi(2)).sum::<f64>() / n;
    (!weights.is_empty()).then(|| (mean, variance.sqrt()))
}

impl WeightRange {
    /// The bin of a weight in mV; beyond the range the one at its edge.
    fn bin(&self, weight_mv: f64) -> usize {
        let (low, high) = self.range_mv;
        let per_mv = WEIGHT_BINS as f64 / (high - low).max(f64::MIN_POSITIVE);
        (((weight_mv - low) * per_mv).max(0.0) as usize).min(WEIGHT_BINS - 1)
    }

    /// A histogram over another range in bins of this one; the weights of a bin are taken to lie in its middle.
    fn moved(&self, (low, high): (f64, f64), counts: &[u32]) -> Arc<[u32]> {
        let mut moved = vec![0; WEIGHT_BINS];
        for (bin, count) in counts.iter().enumerate() {
            moved[self.bin(low + (high - low) * (bin as f64 + 0.5) / WEIGHT_BINS as f64)] += count;
        }
        moved.into()
    }

    /// Weights in each bin; beyond the range they belong to the bin at its edge.
    fn count(&self, weights: &[f32]) -> Arc<[u32]> {
        let mut counts = vec![0; WEIGHT_BINS];
        weights.iter().filter(|weight| weight.is_finite()).for_each(|&weight| counts[self.bin(weight.into())] += 1);
        counts.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PairStdp, ProjectionSpec, RuleSpec, Wiring};

    #[test]
    fn histograms_thin_out_and_keep_the_first_and_latest_times() {
        let mut spec = NetworkSpec::new(1.0);
        let mut projection = ProjectionSpec::new("A->B", Wiring::AllToAll);
        projection.rule = Some(RuleSpec::PairStdp(PairStdp { w_max_mv: 2.0, ..PairStdp::default() }));
        spec.projections.push(projection);
        let mut history = History::new(&spec, &[("A->B".to_owned(), 3)], 0);
        for step in (0..100_000).filter(|step| step % 100 == 0) {
            if history.is_due(step) {
                history.note(step, &[vec![0.0_f32, 1.999, 7.0]]);
            }
        }
        let times = &history.shown().times;
        assert!((200..=400).contains(&times.len()), "{}", times.len());
        assert_eq!(times[0].0, 0);
        assert!(times.last().is_some_and(|last| last.0 > 99_000));
        assert!(times.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let (mean, sd) = history.shown().latest[0].unwrap_or_default();
        assert!((mean - 2.9997).abs() < 1e-3 && (sd - 2.944).abs() < 1e-3, "{mean} {sd}");
        let ends = |counts: &[u32]| (counts[0], counts[WEIGHT_BINS - 1], counts.iter().sum::<u32>());
        assert_eq!(ends(&times[5].1[0]), (1, 2, 3));
        // twice the range: what was at its end is in the middle
        spec.projections[0].rule = Some(RuleSpec::PairStdp(PairStdp { w_max_mv: 4.0, ..PairStdp::default() }));
        history.set_limits(&spec);
        let shown = history.shown();
        assert_eq!(shown.projections[0].range_mv, (0.0, 4.0));
        let counts = &shown.times[5].1[0];
        assert_eq!((ends(counts), counts[WEIGHT_BINS / 2 - 1]), ((1, 0, 3), 2));
    }
}
