//! What came of one run: the file `jobs/NNNN.json` of a study.

use super::plan::FreeStudy;
use crate::experiment::{Activity, FreeRun};
use crate::model::{NetworkSpec, PopulationSpec, ProjectionSpec};
use crate::study::plan::Job;
use crate::study::store::StudyDir;
use crate::time::TimeGrid;
use serde::{Deserialize, Serialize};
use statrs::statistics::Statistics;

/// Result of a run, the contents of its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FreeResult {
    /// Name of the variant, so that a file can be read on its own.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// Version of the program.
    pub version: String,
    /// Simulated time in ms.
    pub duration_ms: f64,
    /// Why the run halted early, if it did.
    pub halted: Option<String>,
    /// Activity of the populations.
    pub populations: Vec<Activities>,
    /// The projections with a rule.
    pub projections: Vec<Weights>,
    /// Processor time in seconds, where the system reports it. No other number here depends on the machine.
    pub cpu_s: Option<f64>,
    /// Hash of the whole state at the end, hexadecimal.
    pub digest: String,
}

/// Activity of a population over a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activities {
    /// Its name.
    pub name: String,
    /// Its spikes.
    pub spikes: u64,
    /// Mean rate of a neuron in Hz.
    pub rate_hz: f64,
    /// Mean coefficient of variation of the inter-spike intervals; none if no neuron fired often enough.
    pub cv_isi: Option<f64>,
}

impl Activities {
    /// Those of all populations of a network.
    pub fn of(network: &NetworkSpec, activity: &Activity) -> Vec<Self> {
        let grid = TimeGrid::new(network.dt_ms);
        let of = |(index, population): (usize, &PopulationSpec)| Self {
            name: population.name.clone(),
            spikes: activity.spikes(index),
            rate_hz: activity.rate_hz(index, grid),
            cv_isi: activity.irregularity(index).map(|irregular| irregular.cv),
        };
        network.populations.iter().enumerate().map(of).collect()
    }
}

/// Weights of a projection at the end of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Its name.
    pub name: String,
    /// Mean in the unit of its receptor; none without synapses.
    pub mean_mv: Option<f64>,
    /// Standard deviation in the same unit; none without synapses, or in a file of an earlier version.
    #[serde(default)]
    pub sd_mv: Option<f64>,
}

impl Weights {
    /// Those of the projections that have a rule in `network`, in a run of it or of a variant.
    pub fn of(network: &NetworkSpec, free: &FreeRun) -> Vec<Self> {
        let of = |projection: &ProjectionSpec| {
            let weights = free.weights(&projection.name).unwrap_or_default();
            let some = !weights.is_empty();
            let mean = weights.iter().mean();
            let sd = weights.iter().population_std_dev();
            Self { name: projection.name.clone(), mean_mv: some.then_some(mean), sd_mv: some.then_some(sd) }
        };
        network.projections.iter().filter(|projection| projection.learns()).map(of).collect()
    }
}

impl StudyDir {
    /// The result of a run, if it is complete. A file of another job or with other contents is ignored.
    pub fn free_result(&self, study: &FreeStudy, job: Job) -> Option<FreeResult> {
        let result: FreeResult = self.read(job)?;
        (result.variant == study.variants[job.variant].name && result.seed == job.seed).then_some(result)
    }

    /// All results so far, in the order of the jobs.
    pub fn free_results(&self, study: &FreeStudy) -> Vec<(Job, FreeResult)> {
        study.jobs().into_iter().filter_map(|job| self.free_result(study, job).map(|result| (job, result))).collect()
    }
}
