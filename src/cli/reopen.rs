//! Opens an earlier run: its network at the last checkpoint or at the start.

use super::failure::Failure;
use super::plan;
use crate::experiment::Trainer;
use crate::preset::Preset;
use crate::rundir::{Checkpoint, RunDir, SessionRecord};
use crate::session::Applied;
use std::path::Path;
use std::sync::Arc;

/// A run directory and everything needed to build its network again.
pub(super) struct Reopened {
    pub(super) run: RunDir,
    pub(super) preset: Preset,
    pub(super) session: SessionRecord,
    pub(super) data: Arc<crate::datasets::Data>,
}

impl Reopened {
    /// Read a run directory and find its data.
    pub(super) fn open(path: &Path, data: Option<&Path>) -> Result<Self, Failure> {
        let run = RunDir::open(path).map_err(Failure::input)?;
        let (preset, session) = (run.preset()?, run.session().map_err(Failure::input)?);
        let data = plan::load_same_data(data, &session.data)?;
        Ok(Self { run, preset, session, data })
    }

    /// A message if the run was made by another version, whose results may differ.
    pub(super) fn version_note(&self) -> Option<String> {
        let (theirs, ours) = (&self.session.version, env!("CARGO_PKG_VERSION"));
        (theirs != ours).then(|| format!("this run was made by version {theirs}, this is version {ours}; results may differ"))
    }

    /// The network at the start of the run.
    pub(super) fn trainer(&self) -> Result<Trainer, Failure> {
        let (seed, schedule) = (self.session.seed, self.session.schedule_images());
        let mut trainer = Trainer::new(&self.preset, Arc::clone(&self.data), seed, Some(schedule)).map_err(Failure::input)?;
        if let Some(hash) = &self.session.start {
            let start = self.run.start(hash).map_err(Failure::input)?;
            trainer.begin_with(&start).map_err(|error| Failure::input(format!("{}: {error}", self.run.path().display())))?;
        }
        Ok(trainer)
    }

    /// The network at a checkpoint.
    pub(super) fn trainer_at(&self, checkpoint: &Checkpoint) -> Result<Trainer, Failure> {
        let damaged = |error: &dyn std::fmt::Display| Failure::input(format!("{}: {error}", self.run.path().display()));
        // the state contains its step but not the parameters of that step, so it is restored twice: to get the step,
        // and with the parameters that were in force then
        let mut probe = self.trainer()?;
        probe.restore(&checkpoint.state).map_err(|error| damaged(&error))?;
        if self.session.applied.is_empty() {
            return Ok(probe);
        }
        let mut trainer = self.trainer()?;
        let before = self.session.applied.iter().filter(|applied| applied.before.0 <= probe.step());
        for Applied { change, .. } in before.filter(|applied| applied.change.sets()) {
            trainer.apply(change).map_err(|error| damaged(&error))?;
        }
        trainer.restore(&checkpoint.state).map_err(|error| damaged(&error))?;
        Ok(trainer)
    }
}
