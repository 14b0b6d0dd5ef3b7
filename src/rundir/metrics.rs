//! `metrics.csv`: means over bins of consecutive training images; the number of rows is bounded.

use crate::experiment::TrialRecord;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt::Write;

const HEADER: &str = "images,accuracy,accuracy_last_1000,reward,modulation,spikes_per_image,unanswered\n";

/// Window of the running accuracy, in images.
const RECENT: usize = 1000;

/// Approximate maximum number of rows, independent of the length of the run.
const ROWS: u64 = 1000;

/// The metrics so far. They are part of the checkpoint, so that a resumed run writes the same file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    every: u64,
    rows: String,
    bin: Bin,
    recent: VecDeque<bool>,
    recent_right: u32,
}

/// Contents of a checkpoint besides the simulation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// The metrics so far.
    pub metrics: Metrics,
    /// Number of records of each recording so far.
    pub recorded: Vec<u64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Bin {
    images: u64,
    right: u64,
    reward: f64,
    modulation: f64,
    spikes: u64,
    unanswered: u64,
}

impl Metrics {
    /// For a run of `total` training images.
    pub fn new(total: u64) -> Self {
        let every = total.div_ceil(ROWS).max(100);
        Self { every, rows: HEADER.to_owned(), bin: Bin::default(), recent: VecDeque::new(), recent_right: 0 }
    }

    /// Approximate memory size.
    pub fn bytes(&self) -> usize {
        self.rows.len() + self.recent.len()
    }

    /// Add one trial.
    pub fn push(&mut self, trial: &TrialRecord) {
        let right = trial.answer == Some(trial.label);
        if self.recent.len() == RECENT {
            self.recent_right -= u32::from(self.recent.pop_front() == Some(true));
        }
        self.recent.push_back(right);
        self.recent_right += u32::from(right);
        let Bin { images, right: bin_right, reward, modulation, spikes, unanswered } = &mut self.bin;
        *images += 1;
        *bin_right += u64::from(right);
        *reward += trial.reward.unwrap_or(0.0);
        *modulation += trial.modulation;
        *spikes += u64::from(trial.spikes);
        *unanswered += u64::from(trial.answer.is_none());
        if *images == self.every {
            self.close_bin(trial.index + 1);
        }
    }

    /// Accuracy over the last thousand images; `None` before the first.
    pub fn running_accuracy(&self) -> Option<f64> {
        (!self.recent.is_empty()).then(|| f64::from(self.recent_right) / self.recent.len() as f64)
    }

    /// The file after `images` images, including the incomplete bin.
    pub fn csv(&self, images: u64) -> String {
        let mut whole = self.clone();
        if whole.bin.images > 0 {
            whole.close_bin(images);
        }
        whole.rows
    }

    /// The learning curve in a file written by `csv`: images, accuracy in the bin, accuracy over the last thousand.
    pub fn read_curve(csv: &str) -> Result<Vec<(u64, f32, f32)>, String> {
        let mut lines = csv.lines();
        if lines.next().is_none_or(|header| header != HEADER.trim_end()) {
            return Err(format!("the first line is not \"{}\"", HEADER.trim_end()));
        }
        let read = |(index, line): (usize, &str)| {
            let mut cells = line.split(',');
            let images = cells.next().and_then(|cell| cell.parse().ok());
            let mut share = || cells.next().and_then(|cell| cell.parse::<f32>().ok()).filter(|share| (0.0..=1.0).contains(share));
            let row = images.zip(share()).zip(share()).map(|((images, raw), mean)| (images, raw, mean));
            row.ok_or_else(|| format!("line {} is not a row of this file: {line}", index + 2))
        };
        lines.enumerate().map(read).collect()
    }

    fn close_bin(&mut self, images: u64) {
        let bin = std::mem::take(&mut self.bin);
        let n = bin.images as f64;
        let running = self.running_accuracy().unwrap_or(0.0);
        // invariant: writing to a string cannot fail
        writeln!(
            self.rows,
            "{images},{:.4},{running:.4},{:.5},{:.5},{:.3},{}",
            bin.right as f64 / n,
            bin.reward / n,
            bin.modulation / n,
            bin.spikes as f64 / n,
            bin.unanswered
        )
        .ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(index: u64) -> TrialRecord {
        let answer = (!index.is_multiple_of(5)).then_some((index % 3) as u8);
        let reward = Some(f64::from(answer == Some(1)) / 3.0);
        TrialRecord { index, image: 0, label: 1, answer, reward, expectation: 0.1, modulation: 0.3, spikes: 7 }
    }

    #[test]
    fn a_run_cut_in_two_writes_the_same_file() {
        let mut whole = Metrics::new(2500);
        let mut first = Metrics::new(2500);
        (0..2345).for_each(|i| whole.push(&trial(i)));
        (0..1234).for_each(|i| first.push(&trial(i)));
        let saved = serde_json::to_value(&first).unwrap().to_string();
        let mut second: Metrics = serde_json::from_str(&saved).unwrap();
        (1234..2345).for_each(|i| second.push(&trial(i)));
        assert_eq!(second.csv(2345), whole.csv(2345));
        assert_eq!(whole.csv(2345).lines().count(), 1 + 24);
    }

    #[test]
    fn a_curve_reads_back_as_far_as_it_was_written() {
        let mut metrics = Metrics::new(2500);
        (0..450).for_each(|i| metrics.push(&trial(i)));
        let curve = Metrics::read_curve(&metrics.csv(450)).unwrap();
        assert_eq!(curve.iter().map(|(images, ..)| *images).collect::<Vec<_>>(), [100, 200, 300, 400, 450]);
        assert!((f64::from(curve[4].2) - metrics.running_accuracy().unwrap()).abs() < 1e-4);
        for broken in ["", "a,b\n", &format!("{HEADER}1,2"), &format!("{HEADER}1,x,0.5,0,0,0,0"), &format!("{HEADER}1,7,0.5,0,0,0,0")] {
            assert!(Metrics::read_curve(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn running_accuracy_forgets_what_lies_more_than_a_thousand_images_back() {
        let mut metrics = Metrics::new(5000);
        assert_eq!(metrics.running_accuracy(), None);
        let record = |index, answer| TrialRecord { answer, ..trial(index) };
        (0..1000).for_each(|i| metrics.push(&record(i, None)));
        (1000..1500).for_each(|i| metrics.push(&record(i, Some(1))));
        assert_eq!(metrics.running_accuracy(), Some(0.5));
    }

    #[test]
    fn a_long_run_has_no_more_rows_than_a_short_one() {
        let mut metrics = Metrics::new(1_000_000);
        (0..1_000_000).for_each(|i| metrics.push(&trial(i)));
        assert_eq!(metrics.csv(1_000_000).lines().count(), 1001);
    }
}
