//! The objects about free runs and their studies.

use super::{Differs, PairedTest};
use crate::experiment::MazeRun;
use crate::session::words::number;
use crate::study::free::{FreeResult, Weights};
use serde::Serialize;

/// A free run starts or is resumed.
#[derive(Serialize)]
pub(in crate::cli) struct FreeStarted<'a> {
    pub(in crate::cli) event: &'static str,
    pub(in crate::cli) preset: &'a str,
    pub(in crate::cli) seed: u64,
    pub(in crate::cli) duration_ms: f64,
    pub(in crate::cli) done_ms: f64,
    pub(in crate::cli) version: &'a str,
    pub(in crate::cli) out: String,
}

/// About once a second in a free run.
#[derive(Serialize)]
pub(in crate::cli) struct FreeProgress {
    pub(in crate::cli) event: &'static str,
    pub(in crate::cli) done_ms: f64,
    pub(in crate::cli) duration_ms: f64,
    pub(in crate::cli) real_time_factor: Option<f64>,
}

/// A free run was stopped and can be resumed.
#[derive(Serialize)]
pub(in crate::cli) struct FreeInterrupted {
    pub(in crate::cli) event: &'static str,
    pub(in crate::cli) done_ms: f64,
    pub(in crate::cli) step: u64,
    pub(in crate::cli) digest: String,
    pub(in crate::cli) out: String,
}

/// A free run is complete. The last line.
#[derive(Serialize)]
pub(in crate::cli) struct FreeFinished<'a> {
    pub(in crate::cli) event: &'static str,
    pub(in crate::cli) preset: &'a str,
    pub(in crate::cli) seed: u64,
    pub(in crate::cli) duration_ms: f64,
    pub(in crate::cli) populations: Vec<FreePopulation<'a>>,
    /// Of the projections that learn.
    pub(in crate::cli) weights: &'a [Weights],
    /// Trials in a maze; null without one.
    pub(in crate::cli) trials: Option<&'a MazeTrials>,
    pub(in crate::cli) wall_s: f64,
    /// Simulated time of this process, divided by the time it took.
    pub(in crate::cli) real_time_factor: Option<f64>,
    /// Processor time of this process without building the network, and synaptic events in it.
    pub(in crate::cli) cpu_s: Option<f64>,
    pub(in crate::cli) synaptic_events: u64,
    pub(in crate::cli) ns_per_synaptic_event: Option<f64>,
    pub(in crate::cli) peak_rss_mib: Option<f64>,
    pub(in crate::cli) digest: &'a str,
    pub(in crate::cli) out: String,
}

/// Trials in a maze, in order.
#[derive(Serialize)]
pub(in crate::cli) struct MazeTrials {
    pub(in crate::cli) latencies_ms: Vec<f64>,
    pub(in crate::cli) reached: Vec<bool>,
}

impl MazeTrials {
    pub(in crate::cli) fn of(maze: &MazeRun) -> Self {
        let (latencies_ms, reached) = maze.latencies_ms().unzip();
        Self { latencies_ms, reached }
    }

    /// How many trials reached the goal, and how long the first and the last ones took.
    pub(in crate::cli) fn words(&self) -> String {
        let Self { latencies_ms, reached } = self;
        let count = latencies_ms.len();
        if count == 0 {
            return "No trial has ended.".to_owned();
        }
        let some = (count / 3).clamp(1, 10);
        let [first, last] = [&latencies_ms[..some], &latencies_ms[count - some..]].map(|few| {
            let mut few = few.to_vec();
            few.sort_by(f64::total_cmp);
            number(few[some / 2] / 1000.0)
        });
        let right = reached.iter().filter(|reached| **reached).count();
        format!(
            "{right} of {count} trials reached the goal; the median latency is {first} s in the first {some} and {last} s in the last {some}."
        )
    }
}

/// Activity of a population over a free run.
#[derive(Serialize)]
pub(in crate::cli) struct FreePopulation<'a> {
    pub(in crate::cli) population: &'a str,
    pub(in crate::cli) spikes: u64,
    pub(in crate::cli) rate_hz: f64,
    /// Mean coefficient of variation of the inter-spike intervals, and of how many neurons.
    pub(in crate::cli) cv_isi: Option<f64>,
    pub(in crate::cli) cv_isi_neurons: usize,
    /// Why no neuron fired, or less than a tenth of them; null if more did, if it is not known, or for sources.
    pub(in crate::cli) silent: Option<String>,
}

/// A free run was replayed.
#[derive(Serialize)]
pub(in crate::cli) struct FreeReplayed<'a> {
    pub(in crate::cli) event: &'static str,
    pub(in crate::cli) equal: bool,
    pub(in crate::cli) step: u64,
    pub(in crate::cli) expected: &'a str,
    pub(in crate::cli) digest: String,
    pub(in crate::cli) differing: Vec<String>,
}

/// A run of a study of a described network is complete.
#[derive(Serialize)]
pub(in crate::cli) struct FreeJob<'a> {
    pub(in crate::cli) event: &'static str,
    pub(in crate::cli) job: usize,
    #[serde(flatten)]
    pub(in crate::cli) result: &'a FreeResult,
}

/// Summary of such a study so far: a line for every variant and measured quantity.
#[derive(Serialize)]
pub(in crate::cli) struct FreeStudyFinished<'a> {
    pub(in crate::cli) event: &'static str,
    pub(in crate::cli) preset: &'a str,
    pub(in crate::cli) duration_ms: f64,
    pub(in crate::cli) lines: Vec<FreeStudyLine<'a>>,
    pub(in crate::cli) out: &'a str,
}

/// A measured quantity of a variant.
#[derive(Serialize)]
pub(in crate::cli) struct FreeStudyLine<'a> {
    pub(in crate::cli) name: &'a str,
    /// Its path, for example E.mean_rate.
    pub(in crate::cli) quantity: &'a str,
    pub(in crate::cli) unit: &'a str,
    pub(in crate::cli) seeds: usize,
    pub(in crate::cli) mean: Option<f64>,
    pub(in crate::cli) sd: Option<f64>,
    /// Difference from the intact network with the same seeds.
    pub(in crate::cli) difference: Option<f64>,
    pub(in crate::cli) difference_ci95_half_width: Option<f64>,
    pub(in crate::cli) p_holm: Option<f64>,
    pub(in crate::cli) halted: usize,
}

/// Data of a free run was exported.
#[derive(Serialize)]
pub(in crate::cli) struct FreeExported<'a> {
    pub(in crate::cli) event: &'static str,
    pub(in crate::cli) what: &'a str,
    pub(in crate::cli) format: &'a str,
    pub(in crate::cli) records: u64,
    pub(in crate::cli) bytes: u64,
    /// Whether the run was recomputed and equals the recorded digest.
    pub(in crate::cli) proven: bool,
    pub(in crate::cli) out: String,
}

/// Free runs of a description that differ only in their seed; means over the seeds.
#[derive(Serialize)]
pub(in crate::cli) struct ReportedNetwork {
    pub(in crate::cli) network: String,
    pub(in crate::cli) seeds: Vec<u64>,
    pub(in crate::cli) duration_ms: f64,
    pub(in crate::cli) populations: Vec<ReportedPopulation>,
}

/// Activity of a population.
#[derive(Serialize)]
pub(in crate::cli) struct ReportedPopulation {
    pub(in crate::cli) population: String,
    pub(in crate::cli) rate_hz: f64,
    pub(in crate::cli) cv_isi: Option<f64>,
}

/// Two free runs, or two sets of free runs, were compared.
#[derive(Serialize)]
pub(in crate::cli) struct FreeCompared {
    pub(in crate::cli) event: &'static str,
    pub(in crate::cli) sides: [FreeCompareSide; 2],
    pub(in crate::cli) differs: Vec<Differs>,
    pub(in crate::cli) measured: Vec<MeasuredPair>,
}

/// One side of such a comparison.
#[derive(Serialize)]
pub(in crate::cli) struct FreeCompareSide {
    pub(in crate::cli) path: String,
    pub(in crate::cli) preset: String,
    pub(in crate::cli) seeds: Vec<u64>,
    pub(in crate::cli) duration_ms: f64,
}

/// A measured quantity of both sides, means over the runs.
#[derive(Serialize)]
pub(in crate::cli) struct MeasuredPair {
    /// Its path, for example E.mean_rate.
    pub(in crate::cli) quantity: String,
    pub(in crate::cli) unit: &'static str,
    pub(in crate::cli) first: Option<f64>,
    pub(in crate::cli) second: Option<f64>,
    pub(in crate::cli) paired: Option<PairedTest>,
}
