//! New data for the experiment: the previous run is kept completely, with its data.

use super::Simulation;
use crate::experiment::fit;
use crate::preset::Preset;
use crate::session::OpenedData;
use crate::session::laboratory::{Collection, Laboratory};
use crate::session::notice::Notice;
use crate::session::snapshot::PutAsideBy;
use std::sync::Arc;

impl Simulation {
    /// Restart the current preset with new data.
    pub(super) fn use_data(&mut self, opened: &OpenedData) {
        let words = format!("{}: {}", opened.data.name, opened.data.words());
        let mut collection = Collection::read(opened);
        // of the run itself: while an earlier moment is shown, the laboratory has the parameters of that moment
        let mut preset = self.present().in_force(&self.run.preset);
        if !preset.setup.classifies() {
            self.back_to_present();
            self.run.collection = collection;
            self.waiting.push_back(Notice::Done(format!("{words}; presets with images use this data from now on")));
            return;
        }
        let fitted = fit_preset(&mut preset, &mut collection);
        match Laboratory::new(&preset, self.run.seed, &mut collection, &mut |_| true) {
            Ok(lab) => {
                let seed = self.run.seed;
                self.begin_run(lab, preset, seed, collection, PutAsideBy::Data);
                self.waiting.push_back(Notice::Done(words));
                self.waiting.extend(opened.data.remarks.iter().map(|remark| Notice::Done(remark.to_string())));
                self.waiting.extend(fitted);
            }
            Err(reason) => self.waiting.push_back(Notice::NotStarted(format!("{}: {reason}", opened.folder.display()))),
        }
    }

    /// The images in use, inverted.
    pub(super) fn invert_data(&mut self) {
        match self.run.collection.load() {
            Ok(data) => {
                let opened = OpenedData { folder: self.run.collection.folder.clone(), data: Arc::new(data.inverted()) };
                self.use_data(&opened);
            }
            Err(reason) => self.waiting.push_back(Notice::NotStarted(reason.to_string())),
        }
    }
}

/// Fit the number of output neurons to the data, with a notice. Data that cannot be read is reported where it is needed.
pub(super) fn fit_preset(preset: &mut Preset, collection: &mut Collection) -> Option<Notice> {
    if !preset.setup.classifies() {
        return None;
    }
    let data = collection.load().ok()?;
    fit(&mut preset.params, preset.setup, &data.train).map(Notice::Done)
}
