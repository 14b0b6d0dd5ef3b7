//! One job: train one variant with one seed, test it, and test it with each damage.

use super::plan::{Job, Study};
use super::result::{JobResult, Outcome};
use super::store::{StudyDir, StudyError};
use crate::datasets::Data;
use crate::experiment::{Damage, Halt, Trainer};
use crate::preset::Preset;
use crate::rundir::{Checkpoint, Metrics};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Time between checkpoints of a job.
pub(super) const CHECKPOINT_PAUSE: Duration = Duration::from_secs(30);
/// Images between two progress reports.
const REPORT_EVERY: u64 = 250;

/// Progress of a job.
#[derive(Debug, Clone, PartialEq)]
pub enum JobEvent {
    /// Completed training images, and the accuracy over the last thousand.
    Learning(u64, f32),
    /// Completed test conditions, and their number.
    Testing(usize, usize),
}

/// Processor time this thread has used, in seconds.
#[cfg_attr(unix, allow(clippy::unnecessary_wraps))] // other systems do not report it
pub(super) fn thread_cpu_s() -> Option<f64> {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Some(time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9)
    }
    #[cfg(not(unix))]
    None
}

/// A network in training and its metrics.
struct Training {
    trainer: Trainer,
    metrics: Metrics,
    cpu_before: Option<f64>,
    cpu_start: Option<f64>,
}

impl Training {
    fn cpu_s(&self) -> Option<f64> {
        Some(self.cpu_before? + (thread_cpu_s()? - self.cpu_start?))
    }

    /// From the checkpoint of an interrupted job, otherwise from the start. A checkpoint that cannot be used was made by
    /// another version; the job then starts again.
    fn begin(dir: &StudyDir, job: Job, preset: &Preset, data: &Arc<Data>, images: u64) -> Result<Self, StudyError> {
        let fresh = || Trainer::new(preset, Arc::clone(data), job.seed, Some(images)).map_err(|error| StudyError::Build(error.to_string()));
        let cpu_start = thread_cpu_s();
        if let Some(Checkpoint { cpu_s, notes, state, .. }) = dir.checkpoint(job) {
            let mut trainer = fresh()?;
            if let (Ok(metrics), Ok(())) = (serde_json::from_value(notes), trainer.restore(&state)) {
                return Ok(Self { trainer, metrics, cpu_before: cpu_s, cpu_start });
            }
        }
        Ok(Self { trainer: fresh()?, metrics: Metrics::new(images), cpu_before: Some(0.0), cpu_start })
    }

    /// Write a checkpoint. If that fails, an interrupted job starts again.
    fn save(&mut self, dir: &StudyDir, job: Job) {
        // invariant: metrics can be serialised as JSON
        let notes = serde_json::to_value(&self.metrics).expect("metrics are plain data");
        let (images, cpu_s) = (self.trainer.images_done(), self.cpu_s());
        let checkpoint = Checkpoint { images, cpu_s, wall_s: 0.0, notes, state: self.trainer.save() };
        if let Err(error) = dir.save_checkpoint(job, &checkpoint) {
            tracing::warn!("{error}");
        }
    }
}

/// Run a job; `None` if it was cancelled, with a checkpoint. The caller writes the result.
#[allow(clippy::disallowed_methods)] // times the checkpoints; does not influence the run
pub(super) fn work(
    (study, preset, dir): (&Study, &Preset, &StudyDir),
    job: Job,
    data: &Arc<Data>,
    cancel: &AtomicBool,
    tell: &dyn Fn(JobEvent),
) -> Result<Option<JobResult>, StudyError> {
    let variant = &study.variants[job.variant];
    let preset = study
        .preset_of(preset, job.variant)
        .map_err(|faults| StudyError::Build(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    let mut training = Training::begin(dir, job, &preset, data, study.images)?;
    let (mut halted, mut saved): (Option<Halt>, Instant) = (None, Instant::now());
    while training.trainer.images_done() < study.images {
        match training.trainer.train_image() {
            Ok(record) => training.metrics.push(&record),
            // an ablation can cause runaway activity, which is a result and not a failure
            Err(halt) => {
                halted = Some(halt);
                break;
            }
        }
        let done = training.trainer.images_done();
        if cancel.load(Ordering::Relaxed) {
            training.save(dir, job);
            return Ok(None);
        }
        if done.is_multiple_of(REPORT_EVERY) {
            tell(JobEvent::Learning(done, training.metrics.running_accuracy().unwrap_or(0.0) as f32));
            if saved.elapsed() > CHECKPOINT_PAUSE {
                training.save(dir, job);
                saved = Instant::now();
            }
        }
    }
    let train_cpu_s = training.cpu_s();
    let conditions: Vec<Option<Damage>> = std::iter::once(None).chain(variant.damages.iter().copied().map(Some)).collect();
    let mut outcomes = Vec::new();
    for (index, &damage) in conditions.iter().enumerate() {
        tell(JobEvent::Testing(index, conditions.len()));
        let mut evaluator = training.trainer.evaluator();
        if let Some(damage) = damage {
            evaluator.damage(damage);
        }
        let Some(result) = evaluator.run(study.test_images as usize, 1, &|_| {}, cancel) else {
            // a network that halted must halt again instead of resuming
            if halted.is_none() {
                training.save(dir, job);
            }
            return Ok(None);
        };
        let (accuracy, spikes_per_image) = (result.accuracy, result.spikes_per_image);
        outcomes.push(Outcome { damage, accuracy, surprise: result.surprise, spikes_per_image });
    }
    let csv = training.metrics.csv(training.trainer.images_done());
    let curve = Metrics::read_curve(&csv).unwrap_or_default().into_iter().map(|(images, _, recent)| (images, recent)).collect();
    Ok(Some(JobResult {
        variant: variant.name.clone(),
        seed: job.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        train_images: training.trainer.images_done(),
        test_images: study.test_images,
        halted: halted.map(|halt| halt.to_string()),
        outcomes,
        curve,
        train_cpu_s,
        digest: training.trainer.digest().to_string(),
    }))
}
