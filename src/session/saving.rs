//! Saves a session as a run directory on a worker thread; `spikescope replay` verifies it, `train --resume` resumes it.

use super::Notice;
use crate::datasets::Data;
use crate::experiment::{Applied, Trainer};
use crate::files::NewDir;
use crate::preset::Preset;
use crate::rundir::{Checkpoint, DataRecord, Ending, Metrics, Notes, RunDir, RunDirError, SessionRecord};
use crate::time::Step;
use crossbeam_channel::Sender;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Everything that is written, copied from the simulation at one moment.
pub(super) struct Save {
    run: NewDir,
    preset: Preset,
    session: SessionRecord,
    checkpoint: Checkpoint,
    metrics: String,
    data: Arc<Data>,
}

impl Save {
    /// The current state of a training run.
    pub(super) fn new(
        run: NewDir,
        trainer: &mut Trainer,
        preset: &Preset,
        seed: u64,
        applied: &[Applied],
        metrics: &Metrics,
        data_dir: &Path,
    ) -> Self {
        let digest = trainer.digest();
        let images = trainer.images_done();
        let notes = Notes { metrics: metrics.clone(), recorded: Vec::new() };
        let name = preset.path.as_ref().and_then(|path| path.file_stem());
        let folder = data_dir.canonicalize().unwrap_or_else(|_| data_dir.to_owned());
        let session = SessionRecord {
            schema: SessionRecord::SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            preset: name.map_or_else(|| preset.title.clone(), |name| name.to_string_lossy().into_owned()),
            seed,
            images: trainer.plan(),
            test_images: trainer.data().test.len() as u64,
            schedule: None,
            // the digest is computed on the writing thread
            data: DataRecord::without_digest(trainer.data(), &folder),
            record: None,
            checkpoint_every: None,
            applied: applied.to_vec(),
            ending: Some(Ending {
                images,
                step: Step(trainer.step()),
                digest: digest.to_string(),
                parts: digest.parts(),
                test_images: 0,
                test_accuracy: None,
            }),
        };
        // invariant: the notes can be serialised as JSON
        let notes = serde_json::to_value(&notes).expect("notes are plain data");
        let checkpoint = Checkpoint { images, cpu_s: None, wall_s: 0.0, notes, state: trainer.save() };
        Self { run, preset: preset.clone(), session, checkpoint, metrics: metrics.csv(images), data: Arc::clone(trainer.data()) }
    }

    /// Write the run directory and return the result as a notice.
    pub(super) fn write(mut self, notices: &Sender<Notice>, wake: &(dyn Fn() + Send + Sync)) {
        self.session.data.digest = self.data.digest();
        let asked = self.run.clone();
        let notice = match self.write_files() {
            Ok(run) => Notice::Saved { asked, run: run.path().to_owned() },
            Err(error) => Notice::NotSaved { asked, reason: error.to_string() },
        };
        // a closed window needs no notice
        notices.send_timeout(notice, Duration::from_secs(1)).ok();
        wake();
    }

    fn write_files(&self) -> Result<RunDir, RunDirError> {
        let run = RunDir::create(&self.run, &self.preset, &self.session)?;
        run.save_checkpoint(&self.checkpoint)?;
        run.save_metrics(&self.metrics)?;
        run.log(&format!("saved from the window after {} images", self.checkpoint.images))?;
        Ok(run)
    }
}
