//! Autosave and resume in the simulation thread, and continuing the run of a run directory.

use super::{Collection, Laboratory, Simulation};
use crate::experiment::{Activity, Origin};
use crate::preset::Preset;
use crate::rundir::{FreeNotes, RunDir};
use crate::session::autosave::{Copy, Kept, Rescued};
use crate::session::changes::Changes;
use crate::session::free::{FreeLab, FreeMoment};
use crate::session::notice::Notice;
use crate::session::snapshot::{PutAsideBy, RunState};
use crate::session::twin::Twin;
use crate::session::words::{number, time};
use std::path::{Path, PathBuf};
use std::time::Instant;

impl Simulation {
    /// Write a copy if one is due, and process the result of the last one.
    pub(super) fn keep_safe(&mut self) {
        if let Some(reason) = self.autosave.collect() {
            self.waiting.push_back(Notice::Refused(reason));
        }
        let now = Instant::now();
        if self.autosave.is_due(now) {
            match self.copy() {
                Some(copy) => self.autosave.write(copy, now),
                // otherwise it would stay due, and a paused run would not rest
                None => self.autosave.skip(),
            }
        }
    }

    /// The present of the run, if it has completed any image, or any step of a network that runs freely, and did not halt.
    pub(super) fn copy(&mut self) -> Option<Copy> {
        let present = self.past.as_ref().map(|past| (past.lab(), past.history(), past.metrics()));
        let (lab, history, metrics) = present.unwrap_or((&self.run.lab, &self.run.history, &self.run.metrics));
        if matches!(self.run.state, RunState::Halted(_)) {
            // the copy from before the fault is the one to resume from
            return None;
        }
        let (images, twin, origin) = match lab {
            Laboratory::Images(trainer) if trainer.images_done() > 0 => {
                (trainer.images_done(), Twin::Images(Box::new(trainer.twin())), None)
            }
            Laboratory::Free(lab) if lab.run().step().0 > 0 => (0, Twin::Free(Box::new(lab.moment())), Some(lab.origin().clone())),
            _ => return None,
        };
        let (history, metrics) = (history.clone(), metrics.clone());
        let (applied, applied_images) = self.run.log.share();
        Some(Copy {
            preset: self.run.preset.clone(),
            original: self.run.original.clone(),
            seed: self.run.seed,
            applied,
            applied_images,
            history,
            metrics,
            folder: self.run.collection.folder.clone(),
            images,
            twin,
            origin,
        })
    }

    /// Resume from an autosaved file.
    pub(super) fn resume(&mut self, path: PathBuf) {
        match self.try_resume(&path) {
            Ok(moment) => {
                self.autosave.replace(path, Instant::now());
                self.waiting.push_back(Notice::Done(format!("resumed at {moment}")));
            }
            Err(reason) => self.waiting.push_back(Notice::NotStarted(format!("this run cannot be resumed: {reason}"))),
        }
    }

    fn try_resume(&mut self, path: &Path) -> Result<String, String> {
        let rescued = Rescued::read(path)?;
        let seed = rescued.kept.seed;
        if let Some(origin) = rescued.origin {
            let Rescued { preset, kept, state, .. } = rescued;
            let free = kept.free.ok_or("it is not a free run")?;
            let run = origin.run_at(&kept.applied, &state).map_err(|fault| format!("{}: {fault}", path.display()))?;
            return self.go_on_with(
                preset,
                origin,
                FreeMoment { run, activity: free.activity },
                Changes::new(kept.applied, kept.applied_images),
            );
        }
        // the experiment is set up as for any preset, which also reads the data
        let mut collection = self.run.collection.clone();
        if let Some(folder) = &rescued.kept.folder
            && !collection.load().is_ok_and(|data| rescued.check_data(&data).is_ok())
        {
            // its data folder was opened by the user
            collection = Collection::unread(folder.clone(), rescued.kept.reading);
        }
        let lab = Laboratory::new(&rescued.in_force, seed, &mut collection, &mut |_| true).map_err(|error| error.to_string())?;
        let Laboratory::Images(mut trainer) = lab else { return Err("its experiment has no images".to_owned()) };
        rescued.check_data(trainer.data())?;
        let begun = rescued.start.as_ref().map_or(Ok(()), |start| trainer.begin_with(start));
        begun.and_then(|()| trainer.restore(&rescued.state)).map_err(|error| error.to_string())?;
        let Rescued { preset, original, kept, images, .. } = rescued;
        let Kept { applied, applied_images, history, metrics, .. } = kept;
        self.begin_run(Laboratory::Images(trainer), preset, seed, collection, PutAsideBy::Resume);
        (self.run.original, self.run.log) = (original, Changes::new(applied, applied_images));
        (self.run.history, self.run.metrics) = (history, metrics);
        self.tell_of_preset();
        Ok(format!("image {}", number(images as f64)))
    }

    /// A free run from elsewhere becomes the current one; returns its moment in words.
    fn go_on_with(&mut self, preset: Preset, origin: Origin, moment: FreeMoment, log: Changes) -> Result<String, String> {
        if !moment.activity.fits(&origin.network) || moment.activity.steps() != moment.run.step().0 {
            return Err("its state belongs to another network".to_owned());
        }
        let seed = origin.seed;
        let lab = FreeLab::at(origin, moment);
        let words = time(lab.run().grid().ms(lab.run().step()));
        let (original, collection) = (preset.params.clone(), self.run.collection.clone());
        self.begin_run(Laboratory::Free(Box::new(lab)), preset, seed, collection, PutAsideBy::Resume);
        (self.run.original, self.run.log) = (original, log);
        self.tell_of_preset();
        Ok(words)
    }

    /// Continue the free run of a run directory.
    pub(super) fn open_run(&mut self, path: &Path) {
        match self.try_open_run(path) {
            Ok(moment) => self.waiting.push_back(Notice::Done(format!("opened {} at {moment}", path.display()))),
            Err(reason) => self.waiting.push_back(Notice::NotStarted(reason)),
        }
    }

    fn try_open_run(&mut self, path: &Path) -> Result<String, String> {
        let words = |error: crate::rundir::RunDirError| error.to_string();
        let fault = |fault: String| format!("{}: {fault}", path.display());
        let run = RunDir::open(path).map_err(words)?;
        if !run.is_free() {
            let path = path.display();
            return Err(format!("{path} is a training run; resume it with `spikescope train --resume {path}`, or add it to Runs"));
        }
        let (file, session) = (run.network().map_err(words)?, run.free_session().map_err(words)?);
        let origin = run.origin(&file, &session).map_err(words)?;
        let mut moment = match run.checkpoint().map_err(words)? {
            Some(checkpoint) => {
                let notes: FreeNotes = serde_json::from_value(checkpoint.notes)
                    .map_err(|error| fault(format!("the checkpoint was written by another version: {error}")))?;
                let run = origin.run_at(&session.applied, &checkpoint.state).map_err(fault)?;
                FreeMoment { run, activity: notes.activity }
            }
            None => {
                FreeMoment { run: origin.run(&session.applied).map_err(fault)?, activity: Activity::new(&origin.network, session.steps) }
            }
        };
        // changes after this moment belong to steps that are lost
        moment.run.leave_log();
        let step = moment.run.step();
        let applied: Vec<_> = session.applied.into_iter().filter(|applied| applied.before <= step).collect();
        let moments = applied.iter().map(|applied| applied.before.0).collect();
        // the file of the run is not that of a preset
        let preset = Preset { path: None, ..Preset::from(file) };
        self.go_on_with(preset, origin, moment, Changes::new(applied, moments)).map_err(fault)
    }
}
