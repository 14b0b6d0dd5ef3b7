//! The objects that `--json` prints, one per line. Keys can be added but not renamed.

mod free;

pub(super) use free::*;

use crate::study::Summary;
use serde::Serialize;

/// A run starts or is resumed.
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

/// Every thousand training images, approximately.
#[derive(Serialize)]
pub(super) struct Progress {
    pub(super) event: &'static str,
    pub(super) images: u64,
    pub(super) train_images: u64,
    pub(super) running_accuracy: Option<f64>,
    pub(super) images_per_s: Option<f64>,
}

/// A test is complete. Rows of the confusion matrix are labels, columns answers, the last column no answer.
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
    /// Class names.
    pub(super) classes: &'a [String],
}

/// A run was stopped and can be resumed.
#[derive(Serialize)]
pub(super) struct Interrupted {
    pub(super) event: &'static str,
    pub(super) images: u64,
    pub(super) step: u64,
    pub(super) digest: String,
    pub(super) out: String,
}

/// A run is complete. The last line.
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

/// A run was replayed.
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

/// A study starts or is resumed.
#[derive(Serialize)]
pub(super) struct StudyStarted<'a> {
    pub(super) event: &'static str,
    pub(super) preset: &'a str,
    pub(super) variants: usize,
    pub(super) seeds: &'a [u64],
    pub(super) jobs: usize,
    pub(super) done: usize,
    pub(super) out: &'a str,
}

/// A job of a study is complete.
#[derive(Serialize)]
pub(super) struct StudyJob<'a> {
    pub(super) event: &'static str,
    pub(super) job: usize,
    pub(super) variant: &'a str,
    pub(super) seed: u64,
    pub(super) train_images: u64,
    pub(super) test_accuracy: f64,
    pub(super) halted: Option<&'a str>,
    pub(super) digest: &'a str,
}

/// A job of a study ended without a result.
#[derive(Serialize)]
pub(super) struct StudyLost<'a> {
    pub(super) event: &'static str,
    pub(super) job: usize,
    pub(super) variant: &'a str,
    pub(super) seed: u64,
    pub(super) error: String,
}

/// A line of the summary of a study; accuracies are fractions.
#[derive(Serialize)]
pub(super) struct StudyLine<'a> {
    name: &'a str,
    damage: bool,
    seeds: usize,
    accuracy_mean: Option<f64>,
    accuracy_sd: Option<f64>,
    difference: Option<f64>,
    p_holm: Option<f64>,
    halted: usize,
}

impl<'a> StudyLine<'a> {
    pub(super) fn of(line: &'a Summary) -> Self {
        Self {
            name: &line.name,
            damage: line.damage.is_some(),
            seeds: line.accuracies.len(),
            accuracy_mean: line.mean(),
            accuracy_sd: line.sd(),
            difference: line.against.map(|against| against.difference),
            p_holm: line.p_holm,
            halted: line.halted,
        }
    }
}

/// Summary of a study so far.
#[derive(Serialize)]
pub(super) struct StudyFinished<'a> {
    pub(super) event: &'static str,
    pub(super) preset: &'a str,
    pub(super) lines: Vec<StudyLine<'a>>,
    pub(super) out: &'a str,
}

/// Data of a run was exported.
#[derive(Serialize)]
pub(super) struct Exported<'a> {
    pub(super) event: &'static str,
    pub(super) what: &'a str,
    pub(super) format: &'a str,
    /// First trial and end, end excluded.
    pub(super) trials: [u64; 2],
    pub(super) records: u64,
    pub(super) bytes: u64,
    /// Whether the replay reached a recorded digest and was equal to it.
    pub(super) proven: bool,
    pub(super) out: String,
}

/// A report was written.
#[derive(Serialize)]
pub(super) struct Reported {
    pub(super) event: &'static str,
    pub(super) out: String,
    /// Runs that were measured; the others were cached.
    pub(super) measured_runs: u64,
    pub(super) experiments: Vec<ReportedExperiment>,
    pub(super) networks: Vec<ReportedNetwork>,
}

/// Runs that differ only in their seed.
#[derive(Serialize)]
pub(super) struct ReportedExperiment {
    pub(super) experiment: String,
    pub(super) seeds: Vec<u64>,
    pub(super) train_images: u64,
    pub(super) test_images: u64,
    pub(super) test_accuracy: Option<f64>,
    pub(super) test_accuracy_sd: Option<f64>,
    pub(super) events_per_image: Option<f64>,
}

/// Two runs, or two sets of runs, were compared.
#[derive(Serialize)]
pub(super) struct ComparedEvent {
    pub(super) event: &'static str,
    pub(super) sides: [CompareSide; 2],
    pub(super) differs: Vec<Differs>,
    pub(super) curve: Vec<CurvePoint>,
    pub(super) mcnemar: Option<McNemar>,
    pub(super) paired: Option<PairedTest>,
}

/// One side of a comparison.
#[derive(Serialize)]
pub(super) struct CompareSide {
    pub(super) path: String,
    pub(super) preset: String,
    pub(super) seeds: Vec<u64>,
    pub(super) test_images: usize,
    pub(super) test_accuracy: f64,
}

/// A difference between the sides.
#[derive(Serialize)]
pub(super) struct Differs {
    pub(super) name: String,
    pub(super) first: String,
    pub(super) second: String,
}

/// Training accuracy after a number of images.
#[derive(Serialize)]
pub(super) struct CurvePoint {
    pub(super) images: u64,
    pub(super) first: f64,
    pub(super) second: f64,
}

/// Test images that only one run classified correctly.
#[derive(Serialize)]
pub(super) struct McNemar {
    pub(super) only_first: u64,
    pub(super) only_second: u64,
    pub(super) p: f64,
}

/// Differences of a quantity between runs with the same seed, second minus first.
#[derive(Serialize)]
pub(super) struct PairedTest {
    pub(super) pairs: usize,
    pub(super) difference: f64,
    pub(super) ci95_half_width: Option<f64>,
    pub(super) p: Option<f64>,
}
