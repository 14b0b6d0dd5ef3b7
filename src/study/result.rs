//! What came of one job: the file `jobs/NNNN.json` of a study.

use crate::experiment::Damage;
use serde::{Deserialize, Serialize};

/// What a network answered under one condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The harm done to it; none if it was tested as it was trained.
    pub damage: Option<Damage>,
    /// Fraction of images answered right.
    pub accuracy: f64,
    /// Mean −ln of the probability of answering right, in nats, of neurons that race for the answer.
    pub surprise: Option<f64>,
    /// Output spikes an image.
    pub spikes_per_image: f64,
}

/// What came of a job. The file of a job holds this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobResult {
    /// Name of the variant, so that a file can be read on its own.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// Version of the program that did it.
    pub version: String,
    /// Training images shown.
    pub train_images: u64,
    /// Images it was tested on.
    pub test_images: u64,
    /// Why training stopped before its end, if it did; the network was tested as it was then.
    pub halted: Option<String>,
    /// As trained first, then with every damage.
    pub outcomes: Vec<Outcome>,
    /// Images shown, and the fraction right among the last thousand, while training.
    pub curve: Vec<(u64, f32)>,
    /// Processor time of training in seconds, where the system tells. No other number here depends on the machine.
    pub train_cpu_s: Option<f64>,
    /// Hash of the whole state after training, hexadecimal.
    pub digest: String,
}
