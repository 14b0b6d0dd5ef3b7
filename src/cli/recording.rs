//! `--record`: parsing, and a limit on the size of recordings.

mod recorder;

pub(super) use recorder::Recorder;

/// Maximum size on disk of a recording whose size is known in advance.
pub(super) const MAX_BYTES: u64 = 16 << 30;

/// Weight samples in a run that is recorded completely.
const WEIGHT_SAMPLES: u64 = 100;

/// A quantity that can be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(super) enum Record {
    /// Every spike of inputs, hidden neurons and outputs
    Spikes,
    /// Membrane potential and threshold of every neuron at every step
    Potentials,
    /// Every synapse of every projection
    Weights,
    /// One row per trial: image, label, answer, reward
    Rewards,
}

impl Record {
    const ALL: [Self; 4] = [Self::Spikes, Self::Potentials, Self::Weights, Self::Rewards];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Spikes => "spikes",
            Self::Potentials => "potentials",
            Self::Weights => "weights",
            Self::Rewards => "rewards",
        }
    }
}

/// The parsed value of `--record`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RecordPlan {
    /// Quantities to record.
    pub(super) what: Vec<Record>,
    /// Number of trials at the end of the run; all if `None`.
    pub(super) last: Option<u64>,
}

impl RecordPlan {
    /// Read "spikes,weights" or "spikes,weights:last 100 trials".
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let fault = |what: &str| {
            let names = Record::ALL.map(Record::name).join(", ");
            format!("--record {text}: {what}; expected any of {names}, separated by commas, optionally followed by \":last N trials\"")
        };
        let (list, last) = match text.split_once(':') {
            None => (text, None),
            Some((list, rest)) => {
                let count = rest.trim().strip_prefix("last").map(|n| n.trim().trim_end_matches("trials").trim_end_matches("trial").trim());
                let count = count.and_then(|n| n.parse::<u64>().ok()).filter(|&n| n > 0);
                (list, Some(count.ok_or_else(|| fault(&format!("\"{rest}\" is not \"last N trials\"")))?))
            }
        };
        let mut what = Vec::new();
        for word in list.split(',').map(str::trim) {
            let found = Record::ALL.into_iter().find(|record| record.name() == word);
            what.push(found.ok_or_else(|| fault(&format!("\"{word}\" cannot be recorded")))?);
        }
        what.sort_unstable();
        what.dedup();
        Ok(Self { what, last })
    }

    /// The first trial recorded in a run of `total`.
    fn first_trial(&self, total: u64) -> u64 {
        self.last.map_or(0, |last| total.saturating_sub(last))
    }

    /// Trials between two weight samples.
    fn weights_every(&self, total: u64) -> u64 {
        (total - self.first_trial(total)).div_ceil(WEIGHT_SAMPLES).max(1)
    }

    /// Refuse recordings above the size limit.
    pub(super) fn check(&self, shape: &Shape) -> Result<(), String> {
        let Shape { trials: total, steps_per_trial, weights, neurons, .. } = *shape;
        let trials = total - self.first_trial(total);
        for record in &self.what {
            let (count, each) = match record {
                Record::Potentials => (trials.saturating_mul(steps_per_trial), 8 * neurons + 8),
                Record::Weights => (trials.div_ceil(self.weights_every(total)), 4 * weights.0 * weights.1 + 8),
                // rewards are small, and the number of spikes is not known in advance
                Record::Rewards | Record::Spikes => continue,
            };
            let bytes = count.saturating_mul(each as u64);
            if bytes > MAX_BYTES {
                return Err(format!(
                    "--record {} of {trials} trials would need {} GiB, the limit is {} GiB; add \":last N trials\"",
                    record.name(),
                    bytes >> 30,
                    MAX_BYTES >> 30
                ));
            }
        }
        Ok(())
    }
}

/// The sizes that determine the size of a recording.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Training images of the run.
    pub(super) trials: u64,
    /// Steps of one trial.
    pub(super) steps_per_trial: u64,
    /// Shape of the output weights.
    pub(super) weights: (usize, usize),
    /// Output neurons.
    pub(super) neurons: usize,
    /// Time step in ms.
    pub(super) dt_ms: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_and_the_last_trials_are_read_with_or_without_words() {
        let plan = RecordPlan::parse("weights, spikes:last 100 trials").unwrap();
        assert_eq!(plan, RecordPlan { what: vec![Record::Spikes, Record::Weights], last: Some(100) });
        assert_eq!(RecordPlan::parse("weights,spikes,weights:last 100").unwrap(), plan);
        assert_eq!(RecordPlan::parse("rewards").unwrap().last, None);
        for text in ["", "spike", "spikes,", "spikes:", "spikes:first 3", "spikes:last 0 trials", "spikes:last -1", "a:b:c"] {
            let fault = RecordPlan::parse(text).unwrap_err();
            assert!(fault.contains("potentials") && fault.contains("last N trials"), "{fault}");
        }
    }

    #[test]
    fn what_would_fill_the_disk_is_refused_with_its_size() {
        let shape = Shape { trials: 60_000, steps_per_trial: 250, weights: (784, 400), neurons: 400, dt_ms: 1.0 };
        let all = RecordPlan::parse("potentials").unwrap();
        assert!(all.check(&shape).unwrap_err().contains("44 GiB"));
        assert_eq!(RecordPlan::parse("potentials:last 100 trials").unwrap().check(&shape), Ok(()));
        assert_eq!(RecordPlan::parse("spikes,weights,rewards").unwrap().check(&shape), Ok(()));
    }
}
