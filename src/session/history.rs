//! History of completed trials, in lists of bounded length.

use super::snapshot::{AccuracyPoint, Evaluation};
use crate::experiment::TrialRecord;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const TRIALS: usize = 500;
const CONFUSION_TRIALS: usize = 2000;
const ACCURACY_POINTS: usize = 2000;
/// Initial number of images per bin of the accuracy curve; when the curve is full, bins are merged.
const FIRST_BIN: u64 = 10;
/// Images over which the exponential mean of firing rates is taken.
pub const RATE_IMAGES: u16 = 200;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct History {
    classes: usize,
    pub(super) trials: VecDeque<TrialRecord>,
    answers: VecDeque<(u8, u8)>,
    pub(super) confusion: Vec<u32>,
    pub(super) accuracy: Vec<AccuracyPoint>,
    bin: u64,
    bin_shown: u64,
    bin_right: u64,
    right: usize,
    pub(super) rates: Vec<f32>,
    seen: u64,
    /// Step and size of the last doses of dopamine.
    doses: VecDeque<(u64, f64)>,
    pub(super) evaluation: Option<Evaluation>,
}

impl History {
    /// Trials so far: the lists below change with each of them.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// Number of trials of the recent accuracy.
    pub(super) const TRIALS: usize = TRIALS;

    /// Accuracy over the last trials.
    pub(super) fn recent_accuracy(&self) -> f64 {
        self.right as f64 / self.trials.len().max(1) as f64
    }

    /// Approximate memory size.
    pub(super) fn bytes(&self) -> usize {
        let Self { trials, answers, confusion, accuracy, rates, doses, .. } = self;
        size_of_val(confusion.as_slice())
            + size_of_val(rates.as_slice())
            + trials.len() * size_of::<TrialRecord>()
            + answers.len() * 2
            + size_of_val(accuracy.as_slice())
            + doses.len() * 16
    }

    pub(super) fn new(classes: usize, neurons: usize) -> Self {
        Self {
            classes,
            trials: VecDeque::new(),
            answers: VecDeque::new(),
            confusion: vec![0; classes * classes],
            accuracy: Vec::new(),
            bin: FIRST_BIN,
            bin_shown: 0,
            bin_right: 0,
            right: 0,
            rates: vec![0.0; neurons],
            seen: 0,
            doses: VecDeque::new(),
            evaluation: None,
        }
    }

    /// Add a completed trial.
    pub(super) fn record(&mut self, record: TrialRecord, counts: &[u32]) {
        self.seen += 1;
        let is_right = |r: &TrialRecord| r.answer == Some(r.label);
        self.right += usize::from(is_right(&record));
        self.trials.push_back(record);
        if self.trials.len() > TRIALS
            && let Some(old) = self.trials.pop_front()
        {
            self.right -= usize::from(is_right(&old));
        }
        if let Some(answer) = record.answer {
            let cell = |label: u8, answer: u8| label as usize * self.classes + answer as usize;
            self.confusion[cell(record.label, answer)] += 1;
            self.answers.push_back((record.label, answer));
            if self.answers.len() > CONFUSION_TRIALS
                && let Some((label, answer)) = self.answers.pop_front()
            {
                self.confusion[cell(label, answer)] -= 1;
            }
        }
        let gain = 1.0 / f32::from(RATE_IMAGES).min(self.seen as f32);
        for (rate, &count) in self.rates.iter_mut().zip(counts) {
            *rate += gain * (count as f32 - *rate);
        }
        self.bin_shown += 1;
        self.bin_right += u64::from(is_right(&record));
        if self.bin_shown == self.bin {
            let raw = self.bin_right as f32 / self.bin_shown as f32;
            let mean = self.right as f32 / self.trials.len() as f32;
            self.accuracy.push(AccuracyPoint { image: record.index + 1, raw, mean });
            (self.bin_shown, self.bin_right) = (0, 0);
            if self.accuracy.len() >= ACCURACY_POINTS {
                self.join_bins();
            }
        }
    }

    fn join_bins(&mut self) {
        self.bin *= 2;
        let join = |pair: &[AccuracyPoint]| match pair {
            [a, b] => AccuracyPoint { raw: 0.5 * (a.raw + b.raw), ..*b },
            other => other[0],
        };
        self.accuracy = self.accuracy.chunks(2).map(join).collect();
    }

    /// Add the neuromodulator of step `step`.
    pub(super) fn dose(&mut self, step: u64, m: f64) {
        self.doses.push_back((step, m));
        if self.doses.len() > 256 {
            self.doses.pop_front();
        }
    }

    /// Concentration over the steps `from..to`: each dose adds to it, and it decays by `decay` per step.
    pub(super) fn dopamine(&self, from: u64, to: u64, decay: f64) -> Vec<f32> {
        let mut level = 0.0;
        let mut doses = self.doses.iter().peekable();
        while let Some(&&(step, m)) = doses.peek() {
            if step >= from {
                break;
            }
            level += m * libm::pow(decay, (from - step) as f64);
            doses.next();
        }
        (from..to)
            .map(|step| {
                level *= decay;
                while let Some(&&(at, m)) = doses.peek() {
                    if at > step {
                        break;
                    }
                    level += m;
                    doses.next();
                }
                level as f32
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(index: u64, right: bool) -> TrialRecord {
        let answer = Some(u8::from(!right));
        TrialRecord { index, image: 0, label: 0, answer, reward: None, expectation: 0.0, modulation: 0.0, spikes: 1 }
    }

    #[test]
    fn a_long_run_stays_bounded_and_keeps_its_curve() {
        let mut history = History::new(2, 3);
        for index in 0..100_000 {
            history.record(record(index, index % 4 != 0), &[1, 0, 2]);
        }
        assert_eq!(history.trials.len(), TRIALS);
        assert!(history.accuracy.len() <= ACCURACY_POINTS && history.accuracy.len() >= ACCURACY_POINTS / 4);
        assert_eq!(history.confusion.iter().sum::<u32>() as usize, CONFUSION_TRIALS);
        let last = history.accuracy[history.accuracy.len() - 1];
        assert!((last.mean - 0.75).abs() < 0.01, "{last:?}");
        assert!((history.rates[2] - 2.0).abs() < 1e-5);
    }

    #[test]
    fn dopamine_rises_with_a_dose_and_decays() {
        let mut history = History::new(2, 1);
        history.dose(10, 1.0);
        let level = history.dopamine(8, 13, 0.5);
        assert_eq!(level, vec![0.0, 0.0, 1.0, 0.5, 0.25]);
        assert_eq!(history.dopamine(11, 13, 0.5), [0.25, 0.125]);
    }
}
