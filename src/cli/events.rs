//! The lines of `--json`, one object each. Keys may be added, never renamed.

use serde::Serialize;

/// A run begins or goes on.
#[derive(Serialize)]
pub(super) struct Started<'a> {
    pub(super) event: &'static str,
    pub(super) preset: &'a str,
    pub(super) seed: u64,
    pub(super) train_images: u64,
    pub(super) test_images: u64,
    pub(super) images_done: u64,
    pub(super) version: &'a str,
    pub(super) out: String,
}

/// About every thousand training images.
#[derive(Serialize)]
pub(super) struct Progress {
    pub(super) event: &'static str,
    pub(super) images: u64,
    pub(super) train_images: u64,
    pub(super) running_accuracy: Option<f64>,
    pub(super) images_per_s: Option<f64>,
}

/// A test is done. Rows of the confusion matrix are labels, columns answers, the last column no answer.
#[derive(Serialize)]
pub(super) struct Evaluated<'a> {
    pub(super) event: &'static str,
    pub(super) preset: &'a str,
    pub(super) seed: u64,
    pub(super) train_images: u64,
    pub(super) test_images: u64,
    pub(super) test_accuracy: f64,
    pub(super) spikes_per_image: f64,
    pub(super) confusion: &'a [Vec<u64>],
}

/// A run was stopped and can go on.
#[derive(Serialize)]
pub(super) struct Interrupted {
    pub(super) event: &'static str,
    pub(super) images: u64,
    pub(super) step: u64,
    pub(super) digest: String,
    pub(super) out: String,
}

/// A run is done. The last line.
#[derive(Serialize)]
pub(super) struct Finished<'a> {
    pub(super) event: &'static str,
    pub(super) preset: &'a str,
    pub(super) seed: u64,
    pub(super) train_images: u64,
    pub(super) test_images: u64,
    pub(super) test_accuracy: Option<f64>,
    pub(super) train_cpu_s: Option<f64>,
    pub(super) train_wall_s: f64,
    pub(super) cpu_us_per_train_image: Option<f64>,
    pub(super) peak_rss_mib: Option<f64>,
    pub(super) digest: String,
    pub(super) out: String,
}

/// A run was repeated.
#[derive(Serialize)]
pub(super) struct Replayed<'a> {
    pub(super) event: &'static str,
    pub(super) equal: bool,
    pub(super) images: u64,
    pub(super) step: u64,
    pub(super) expected: &'a str,
    pub(super) digest: String,
    pub(super) differing: Vec<String>,
}

/// A report is written.
#[derive(Serialize)]
pub(super) struct Reported {
    pub(super) event: &'static str,
    pub(super) out: String,
    /// Runs that had to be measured; the others were known.
    pub(super) measured_runs: u64,
    pub(super) experiments: Vec<ReportedExperiment>,
}

/// Runs that differ by their seed only.
#[derive(Serialize)]
pub(super) struct ReportedExperiment {
    pub(super) experiment: String,
    pub(super) seeds: Vec<u64>,
    pub(super) train_images: u64,
    pub(super) test_images: u64,
    pub(super) test_accuracy: f64,
    pub(super) test_accuracy_sd: Option<f64>,
    pub(super) events_per_image: f64,
}
