//! What came of one job: the file `jobs/NNNN.json` of a study.

use crate::experiment::Damage;
use serde::{Deserialize, Serialize};

/// Test result under one condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The damage; `None` for the trained network itself.
    pub damage: Option<Damage>,
    /// Accuracy.
    pub accuracy: f64,
    /// Mean negative log-likelihood of the right answer, in nats, with first-spike readout.
    pub surprise: Option<f64>,
    /// Output spikes per image.
    pub spikes_per_image: f64,
}

/// Result of a job, the contents of its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobResult {
    /// Name of the variant, so that a file can be read on its own.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// Version of the program.
    pub version: String,
    /// Completed training images.
    pub train_images: u64,
    /// Number of test images.
    pub test_images: u64,
    /// Why training halted early, if it did; the network was tested in that state.
    pub halted: Option<String>,
    /// First without damage, then with each damage.
    pub outcomes: Vec<Outcome>,
    /// Training images, and the accuracy over the last thousand.
    pub curve: Vec<(u64, f32)>,
    /// Processor time of training in seconds, where the system reports it. No other number here depends on the machine.
    pub train_cpu_s: Option<f64>,
    /// Hash of the whole state after training, hexadecimal.
    pub digest: String,
}
