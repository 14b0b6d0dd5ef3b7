//! A run of a network that runs freely, read from its directory for comparison. Its spikes are not stored: the run is simulated again
//! from its record, which gives the same spikes, unless that would take long.

use super::free::{FreeLab, FreeMoment};
use super::snapshot::FinishedRun;
use crate::experiment::Activity;
use crate::preset::Preset;
use crate::rundir::{RunDir, RunDirError};
use std::path::Path;
use std::sync::Arc;

/// Neurons times steps up to which a run is simulated again: some ten seconds of computing.
const MOST: u64 = 2_000_000_000;
/// Steps at a time.
const SLICE: u64 = 10_000;

/// The run in a directory, or the fault in one sentence.
pub fn stored(path: &Path) -> Result<FinishedRun, String> {
    let words = |error: RunDirError| error.to_string();
    let run = RunDir::open(path).map_err(words)?;
    let (file, session) = (run.network().map_err(words)?, run.free_session().map_err(words)?);
    let origin = run.origin(&file, &session).map_err(words)?;
    let unreadable = |reason: String| format!("{}: {reason}", path.join("checkpoint.bin").display());
    let checkpoint = run.checkpoint().map_err(words)?;
    let checkpoint = checkpoint.ok_or_else(|| format!("{} has no checkpoint yet; let the run go on", path.display()))?;
    let end = origin.run_at(&session.applied, &checkpoint.state).map_err(unreadable)?;
    let steps = end.step().0;
    let neurons: u64 = end.network().populations().iter().map(|population| population.len() as u64).sum();
    let fresh = |run| FreeMoment { run, activity: Activity::new(&file.network, session.steps) };
    let mut lab = FreeLab::at(origin.clone(), fresh(end));
    if neurons.saturating_mul(steps) <= MOST {
        let mut again = FreeLab::at(origin.clone(), fresh(origin.run(&session.applied).map_err(unreadable)?));
        let mut left = steps;
        while left > 0 && again.advance(left.min(SLICE)).is_ok() {
            left -= left.min(SLICE);
        }
        // a run that halted has no spikes to compare
        if left == 0 {
            lab = again;
        }
    }
    let title = path.file_name().map_or_else(|| session.preset.clone(), |name| name.to_string_lossy().into_owned());
    let preset = Preset::from(file);
    Ok(FinishedRun {
        id: 0,
        title,
        folder: Some(path.canonicalize().unwrap_or_else(|_| path.to_owned())),
        seed: session.seed,
        setup: preset.setup,
        params: preset.params,
        until: Vec::new(),
        images: 0,
        planned: 0,
        data: Arc::from(""),
        accuracy: Arc::from([]),
        free: Some(Arc::new(lab.ended(&session.applied))),
        applied: session.applied.into(),
        forked_at: None,
        kept: false,
    })
}
