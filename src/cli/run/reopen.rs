//! Opens an earlier free run: its network at the start or at the last checkpoint.

use crate::cli::failure::Failure;
use crate::experiment::FreeRun;
use crate::preset::NetworkPreset;
use crate::rundir::{Checkpoint, FreeEnding, FreeNotes, FreeRecord, RunDir, RunDirError};
use std::path::Path;

/// What can be said of a run directory, or what is wrong with it.
pub(in crate::cli) fn check(run: &RunDir) -> Result<String, String> {
    let words = |fault: RunDirError| fault.to_string();
    let (preset, session) = (run.network().map_err(words)?, run.free_session().map_err(words)?);
    run.origin(&preset, &session).map_err(words)?;
    let notes: Option<FreeNotes> = run.checkpoint().map_err(words)?.and_then(|checkpoint| serde_json::from_value(checkpoint.notes).ok());
    let done = notes.map_or(0, |notes| notes.activity.steps());
    let ms = |steps: u64| steps as f64 * preset.network.dt_ms;
    Ok(format!("free run of \"{}\", seed {}, {} of {} ms simulated", session.preset, session.seed, ms(done), ms(session.steps)))
}

/// A run directory and what determines its network.
pub(in crate::cli) struct Reopened {
    pub(in crate::cli) run: RunDir,
    pub(in crate::cli) preset: NetworkPreset,
    pub(in crate::cli) session: FreeRecord,
}

/// A moment of the run with a known digest.
pub(in crate::cli) struct Milestone {
    pub(in crate::cli) step: u64,
    pub(in crate::cli) what: &'static str,
    pub(in crate::cli) digest: String,
    parts: Vec<(String, String)>,
}

impl Milestone {
    fn of(free: &FreeRun, what: &'static str) -> Self {
        let digest = free.digest();
        Self { step: free.step().0, what, digest: digest.to_string(), parts: digest.parts() }
    }

    /// The parts in which a run differs at this moment.
    pub(in crate::cli) fn differing(&self, free: &FreeRun) -> Vec<String> {
        let found = Self::of(free, self.what);
        let mut different: Vec<String> =
            found.parts.iter().filter(|part| !self.parts.contains(part)).map(|(name, _)| name.clone()).collect();
        if different.is_empty() && (found.digest != self.digest || found.parts.len() != self.parts.len()) {
            different.push("the record itself".to_owned());
        }
        different
    }
}

impl Reopened {
    /// Read a run directory.
    pub(in crate::cli) fn open(path: &Path) -> Result<Self, Failure> {
        let run = RunDir::open(path).map_err(Failure::input)?;
        if !run.is_free() {
            let path = path.display();
            return Err(Failure::input(format!("{path} is a training run; resume it with `spikescope train --resume {path}`")));
        }
        let (preset, session) = (run.network()?, run.free_session().map_err(Failure::input)?);
        Ok(Self { run, preset, session })
    }

    /// A message if the run was made by another version, whose results may differ.
    pub(in crate::cli) fn version_note(&self) -> Option<String> {
        let (theirs, ours) = (&self.session.version, env!("CARGO_PKG_VERSION"));
        (theirs != ours).then(|| format!("this run was made by version {theirs}, this is version {ours}; results may differ"))
    }

    /// The run at its start; the recorded changes are applied at their steps.
    pub(in crate::cli) fn start(&self) -> Result<FreeRun, Failure> {
        let origin = self.run.origin(&self.preset, &self.session).map_err(Failure::input)?;
        origin.run(&self.session.applied).map_err(|fault| Failure::input(format!("{}: {fault}", self.run.path().display())))
    }

    /// The run at its last checkpoint, if there is one.
    pub(in crate::cli) fn last(&self) -> Result<Option<(FreeRun, Checkpoint, FreeNotes)>, Failure> {
        let Some(checkpoint) = self.run.checkpoint().map_err(Failure::input)? else { return Ok(None) };
        let fault = |error: &dyn std::fmt::Display| Failure::input(format!("{}: {error}", self.run.path().display()));
        let mut free = self.start()?;
        free.restore(&checkpoint.state).map_err(|error| fault(&error))?;
        let notes: FreeNotes = serde_json::from_value(checkpoint.notes.clone())
            .map_err(|error| fault(&format!("the checkpoint was written by another version: {error}")))?;
        if !notes.activity.fits(&self.preset.network) || notes.activity.steps() != free.step().0 {
            return Err(fault(&"the checkpoint belongs to another preset"));
        }
        Ok(Some((free, checkpoint, notes)))
    }

    /// The known moments: the checkpoint and the end, ordered by step; at least one.
    pub(in crate::cli) fn milestones(&self) -> Result<Vec<Milestone>, Failure> {
        let last = self.last().map_err(Failure::of_the_run)?;
        let mut milestones: Vec<Milestone> = last.iter().map(|(free, ..)| Milestone::of(free, "checkpoint")).collect();
        if let Some(FreeEnding { step, digest, parts }) = self.session.ending.clone() {
            milestones.push(Milestone { step: step.0, what: "end", digest, parts });
        }
        if milestones.is_empty() {
            let path = self.run.path().display();
            return Err(Failure::input(format!(
                "{path} has neither a checkpoint nor an end to compare with; resume it with `spikescope run --resume {path}`"
            )));
        }
        milestones.sort_by_key(|milestone| milestone.step);
        Ok(milestones)
    }
}
