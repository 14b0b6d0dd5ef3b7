//! Autosave and resume in the simulation thread.

use super::{Collection, Laboratory, Simulation};
use crate::experiment::Trainer;
use crate::preset::Preset;
use crate::session::autosave::{Copy, Kept, Rescued};
use crate::session::notice::Notice;
use crate::session::snapshot::PutAsideBy;
use crate::session::words::number;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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

    /// The present of the run, if it has completed any image.
    pub(super) fn copy(&mut self) -> Option<Copy> {
        let about = (&self.preset, &self.original, self.seed);
        let (trainer, history, metrics) = match (&mut self.past, &mut self.lab) {
            (Some(past), _) => {
                let (history, metrics) = (past.history().clone(), past.metrics().clone());
                (past.trainer()?, history, metrics)
            }
            (None, Laboratory::Images(trainer)) => (&mut **trainer, self.history.clone(), self.metrics.clone()),
            (None, Laboratory::Neuron(_) | Laboratory::Pairing(_) | Laboratory::Free(_)) => return None,
        };
        let images = trainer.images_done();
        (images > 0).then(|| {
            let moment = (images, trainer.save());
            let images = (self.collection.folder.clone(), Arc::clone(trainer.data()));
            Copy::new(about, (&self.log, &self.log_images), (&history, &metrics), moment, images)
        })
    }

    /// Resume from an autosaved file.
    pub(super) fn resume(&mut self, path: PathBuf) {
        match self.try_resume(&path) {
            Ok(images) => {
                self.autosave.replace(path, Instant::now());
                self.waiting.push_back(Notice::Done(format!("resumed at image {}", number(images as f64))));
            }
            Err(reason) => self.refuse(&format!("this run cannot be resumed: {reason}")),
        }
    }

    fn try_resume(&mut self, path: &Path) -> Result<u64, String> {
        let rescued = Rescued::read(path)?;
        // the experiment is set up as for any preset, which also reads the data
        let at_moment = Preset { params: rescued.params.clone(), ..rescued.preset.clone() };
        let seed = rescued.kept.seed;
        let mut collection = self.collection.clone();
        if let Some(folder) = &rescued.kept.folder
            && !collection.load().is_ok_and(|data| rescued.check_data(&data).is_ok())
        {
            // its data folder was opened by the user
            collection = Collection::unread(folder.clone(), rescued.kept.reading);
        }
        let lab = Laboratory::new(&at_moment, seed, &mut collection).map_err(|error| error.to_string())?;
        let Laboratory::Images(mut trainer) = lab else { return Err("its experiment has no images".to_owned()) };
        rescued.check_data(trainer.data())?;
        Trainer::restore(&mut trainer, &rescued.state).map_err(|error| error.to_string())?;
        let Rescued { preset, original, kept, images, .. } = rescued;
        let Kept { applied, applied_images, history, metrics, .. } = kept;
        self.begin_anew(Laboratory::Images(trainer), preset, seed, collection, PutAsideBy::Resume);
        (self.original, self.log, self.log_images) = (original, applied, applied_images);
        (self.history, self.metrics) = (history, metrics);
        self.tell_of_preset();
        Ok(images)
    }
}
