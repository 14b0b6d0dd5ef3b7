//! Saves a session as a run directory on a worker thread; `spikescope replay` verifies it, `train --resume` or `run --resume`
//! resumes it. The simulation thread only copies its state.

use super::Notice;
use super::free::{FreeLab, FreeMoment, rates_csv};
use crate::datasets::Data;
use crate::experiment::{Applied, Origin, Trainer};
use crate::files::NewDir;
use crate::preset::{NetworkPreset, Preset};
use crate::rundir::{
    Checkpoint, DataRecord, Ending, FreeEnding, FreeNotes, FreeRecord, Metrics, Notes, RunDir, RunDirError, SessionRecord,
};
use crate::time::Step;
use crossbeam_channel::Sender;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A run as it was at one moment.
pub(super) struct Save {
    run: NewDir,
    what: What,
}

enum What {
    Images(Box<ImageSave>),
    Free(Box<FreeSave>),
}

/// A training run.
struct ImageSave {
    preset: Preset,
    session: SessionRecord,
    notes: Notes,
    metrics: String,
    data: Arc<Data>,
    twin: Trainer,
}

/// A free run.
struct FreeSave {
    preset: NetworkPreset,
    session: FreeRecord,
    origin: Origin,
    twin: FreeMoment,
}

/// Name of a preset in a session record.
fn name_of(preset: &Preset) -> String {
    let name = preset.path.as_ref().and_then(|path| path.file_stem());
    name.map_or_else(|| preset.title.clone(), |name| name.to_string_lossy().into_owned())
}

impl Save {
    /// The current state of a training run.
    pub(super) fn images(
        run: NewDir,
        trainer: &Trainer,
        preset: &Preset,
        seed: u64,
        applied: &[Applied],
        metrics: &Metrics,
        data_dir: &Path,
    ) -> Self {
        let folder = data_dir.canonicalize().unwrap_or_else(|_| data_dir.to_owned());
        let session = SessionRecord {
            schema: SessionRecord::SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            preset: name_of(preset),
            seed,
            images: trainer.plan(),
            test_images: trainer.data().test.len() as u64,
            schedule: None,
            // the digest is computed on the writing thread
            data: DataRecord::without_digest(trainer.data(), &folder),
            record: None,
            checkpoint_every: None,
            applied: applied.to_vec(),
            start: trainer.start().map(|start| RunDir::hash_of_start(start)),
            ending: None,
        };
        let table = metrics.csv(trainer.images_done());
        let notes = Notes { metrics: metrics.clone(), recorded: Vec::new() };
        let (preset, data, twin) = (preset.clone(), Arc::clone(trainer.data()), trainer.twin());
        Self { run, what: What::Images(Box::new(ImageSave { preset, session, notes, metrics: table, data, twin })) }
    }

    /// The current state of a free run. One that is longer than planned is recorded as planned so long.
    pub(super) fn free(run: NewDir, lab: &FreeLab, preset: &Preset, applied: &[Applied]) -> Option<Self> {
        let described = preset.network.as_ref()?;
        let origin = lab.origin().clone();
        let steps = lab.planned().max(lab.run().step().0);
        let mut file = NetworkPreset { network: (*origin.network).clone(), task: origin.task.clone(), ..(*described.file).clone() };
        if steps > lab.planned() {
            // without the error of the multiplication
            file.task.set_duration_ms((lab.run().grid().ms(Step(steps)) * 1e6).round() / 1e6);
        }
        let session = FreeRecord {
            schema: FreeRecord::SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            preset: name_of(preset),
            seed: origin.seed,
            steps,
            record: None,
            checkpoint_every: None,
            applied: applied.to_vec(),
            start: origin.start.as_deref().map(RunDir::hash_of_start),
            ending: None,
        };
        Some(Self { run, what: What::Free(Box::new(FreeSave { preset: file, session, origin, twin: lab.moment() })) })
    }

    /// Write the run directory and return the result as a notice.
    pub(super) fn write(self, notices: &Sender<Notice>, wake: &(dyn Fn() + Send + Sync)) {
        let (asked, is_free) = (self.run.clone(), matches!(self.what, What::Free(_)));
        let written = match self.what {
            What::Images(run) => run.write(&self.run),
            What::Free(run) => run.write(&self.run),
        };
        let notice = match written {
            Ok(run) => Notice::Saved { asked, run: run.path().to_owned(), is_free },
            Err(error) => Notice::NotSaved { asked, reason: error.to_string() },
        };
        // a closed window needs no notice
        notices.send_timeout(notice, Duration::from_secs(1)).ok();
        wake();
    }
}

impl ImageSave {
    fn write(self: Box<Self>, place: &NewDir) -> Result<RunDir, RunDirError> {
        let Self { preset, mut session, notes, metrics, data, mut twin } = *self;
        session.data.digest = data.digest();
        let (digest, images) = (twin.digest(), twin.images_done());
        session.ending = Some(Ending {
            images,
            step: Step(twin.step()),
            digest: digest.to_string(),
            parts: digest.parts(),
            test_images: 0,
            test_accuracy: None,
        });
        // invariant: the notes can be serialised as JSON
        let notes = serde_json::to_value(&notes).expect("notes are plain data");
        let checkpoint = Checkpoint { images, cpu_s: None, wall_s: 0.0, notes, state: twin.save() };
        let run = RunDir::create(place, &preset, &session, twin.start().map(|start| &**start))?;
        run.save_checkpoint(&checkpoint)?;
        run.save_metrics(&metrics)?;
        run.log(&format!("saved from the window after {images} images"))?;
        Ok(run)
    }
}

impl FreeSave {
    fn write(self: Box<Self>, place: &NewDir) -> Result<RunDir, RunDirError> {
        let Self { preset, mut session, origin, twin: FreeMoment { run: mut twin, activity } } = *self;
        let digest = twin.digest();
        session.ending = Some(FreeEnding { step: twin.step(), digest: digest.to_string(), parts: digest.parts() });
        let ms = twin.step().0 as f64 * preset.network.dt_ms;
        let metrics = rates_csv(&activity, &preset.network);
        // invariant: the notes can be serialised as JSON
        let notes = serde_json::to_value(FreeNotes { activity, recorded: Vec::new() }).expect("notes are plain data");
        let checkpoint = Checkpoint { images: 0, cpu_s: None, wall_s: 0.0, notes, state: twin.save() };
        let run = RunDir::create_free(place, &preset, &session, origin.start.as_deref())?;
        run.save_checkpoint(&checkpoint)?;
        run.save_metrics(&metrics)?;
        run.log(&format!("saved from the window at {ms} ms"))?;
        Ok(run)
    }
}
