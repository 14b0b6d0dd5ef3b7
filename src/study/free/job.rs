//! One job: simulate one variant with one seed.

use super::plan::FreeStudy;
use super::result::{Activities, FreeResult, Weights};
use crate::experiment::{Activity, FreeRun};
use crate::model::{NetworkSpec, sentence};
use crate::preset::NetworkPreset;
use crate::rundir::Checkpoint;
use crate::study::job::{CHECKPOINT_PAUSE, thread_cpu_s};
use crate::study::plan::{Job, Variant};
use crate::study::store::{StudyDir, StudyError};
use crate::time::TimeGrid;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Time between two checks for cancellation, roughly.
const SLICE: Duration = Duration::from_millis(100);

/// A run and what was measured of it.
struct Running {
    free: FreeRun,
    activity: Activity,
    cpu_before: Option<f64>,
    cpu_start: Option<f64>,
}

impl Running {
    fn cpu_s(&self) -> Option<f64> {
        Some(self.cpu_before? + (thread_cpu_s()? - self.cpu_start?))
    }

    /// From the checkpoint of an interrupted job, otherwise from the start. A checkpoint that cannot be used was made by
    /// another version; the job then starts again.
    fn begin(
        (variant, preset, dir): (&Variant, &NetworkPreset, &StudyDir),
        job: Job,
        spec: &NetworkSpec,
        steps: u64,
    ) -> Result<Self, StudyError> {
        let cpu_start = thread_cpu_s();
        let fresh = || {
            let built = FreeRun::new(spec.clone(), job.seed).map_err(|faults| StudyError::Build(sentence(&faults)))?;
            Ok::<FreeRun, StudyError>(built.with_task(&preset.task))
        };
        let mut free = fresh()?;
        let (mut activity, mut cpu_before) = (Activity::new(spec, steps), Some(0.0));
        if let Some(Checkpoint { cpu_s, notes, state, .. }) = dir.checkpoint(job) {
            let known = serde_json::from_value(notes).ok().filter(|known: &Activity| known.fits(spec));
            match (known, free.restore(&state)) {
                (Some(known), Ok(())) if known.steps() == free.step().0 => (activity, cpu_before) = (known, cpu_s),
                _ => free = fresh()?,
            }
        }
        for (name, share) in &variant.silent {
            let index = spec.populations.iter().position(|population| population.name == *name);
            index.into_iter().for_each(|index| free.silence(index, *share));
        }
        Ok(Self { free, activity, cpu_before, cpu_start })
    }

    /// Write a checkpoint. If that fails, an interrupted job starts again.
    fn save(&mut self, dir: &StudyDir, job: Job) {
        // invariant: the activity can be serialised as JSON
        let notes = serde_json::to_value(&self.activity).expect("the activity is plain data");
        let checkpoint = Checkpoint { images: 0, cpu_s: self.cpu_s(), wall_s: 0.0, notes, state: self.free.save() };
        if let Err(error) = dir.save_checkpoint(job, &checkpoint) {
            tracing::warn!("{error}");
        }
    }
}

/// Run a job; `None` if it was cancelled, with a checkpoint. The caller writes the result.
#[allow(clippy::disallowed_methods)] // times the checkpoints; does not influence the run
pub(super) fn work(
    (study, preset, dir): (&FreeStudy, &NetworkPreset, &StudyDir),
    job: Job,
    cancel: &AtomicBool,
    tell: &dyn Fn(f64),
) -> Result<Option<FreeResult>, StudyError> {
    let variant = &study.variants[job.variant];
    // a variant can have another time step, or another duration
    let (spec, task) = variant.changed(&preset.network, &preset.task).map_err(|faults| StudyError::Build(sentence(&faults)))?;
    let duration_ms = task.duration_ms().unwrap_or_default();
    let grid = TimeGrid::new(spec.dt_ms);
    let steps = grid.steps(duration_ms).map_err(|error| StudyError::Build(error.to_string()))?.into();
    let mut running = Running::begin((variant, preset, dir), job, &spec, steps)?;
    let (mut saved, mut slice, mut halted) = (Instant::now(), 16, None);
    while running.free.step().0 < steps {
        if cancel.load(Ordering::Relaxed) {
            running.save(dir, job);
            return Ok(None);
        }
        let (now, began) = (running.free.step().0, Instant::now());
        // runaway activity of a variant is a result and not a failure
        if let Err(fault) = running.free.advance(slice.min(steps - now), &mut [&mut running.activity]) {
            halted = Some(fault.to_string());
            break;
        }
        slice = if began.elapsed() < SLICE { slice * 2 } else { slice / 2 }.clamp(1, 1 << 20);
        tell(running.free.step().0 as f64 * spec.dt_ms);
        if saved.elapsed() > CHECKPOINT_PAUSE {
            running.save(dir, job);
            saved = Instant::now();
        }
    }
    let cpu_s = running.cpu_s();
    let Running { free, activity, .. } = running;
    // those of the preset, so that all results have the same columns
    let projections = Weights::of(&preset.network, &free);
    Ok(Some(FreeResult {
        variant: variant.name.clone(),
        seed: job.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        duration_ms: free.step().0 as f64 * spec.dt_ms,
        halted,
        populations: Activities::of(&spec, &activity),
        projections,
        cpu_s,
        digest: free.digest().to_string(),
    }))
}
