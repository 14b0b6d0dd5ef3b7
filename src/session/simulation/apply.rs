//! Applying an edited preset: at once where the running network permits it, otherwise by a new network that keeps learnt weights.

use super::{Simulation, fit_preset};
use crate::experiment::BuildError;
use crate::model::{Path, Value, sentence};
use crate::params::ParamId;
use crate::preset::{Changes, NetworkPreset, Preset};
use crate::session::laboratory::Laboratory;
use crate::session::notice::Notice;
use crate::session::snapshot::PutAsideBy;
use std::sync::Arc;

/// A change that acts at once.
#[derive(Clone)]
enum One {
    Quantity(Path, Value),
    Param(ParamId, f64),
}

impl One {
    fn words(&self) -> String {
        match self {
            Self::Quantity(path, _) => path.to_string(),
            Self::Param(id, _) => id.spec().name.to_owned(),
        }
    }
}

impl Simulation {
    /// Put an edited preset in place of the one that runs, with the same seed.
    pub(super) fn apply_preset(&mut self, preset: Preset) {
        if self.past.is_some() {
            return self.refuse_in_the_past();
        }
        let notice = match self.try_apply(preset) {
            Ok(words) => Notice::Done(words),
            Err(reason) => Notice::NotStarted(reason),
        };
        self.waiting.push_back(notice);
    }

    /// What was done, in words; or why not, and the run is as it was.
    fn try_apply(&mut self, preset: Preset) -> Result<String, String> {
        let running = self.run.lab.in_force(&self.run.preset);
        let task = running.file().map(|file| file.task.name());
        let Some(file) = preset.file().filter(|file| Some(file.task.name()) == task) else { return self.apply_other(preset) };
        let faults = file.faults();
        if !faults.is_empty() {
            return Err(sentence(&faults));
        }
        if let Changes::Live { quantities, params } = Changes::between(&running, &file.network, &file.task) {
            let quantities = quantities.into_iter().map(|(path, value)| One::Quantity(path, value));
            let all: Vec<One> = quantities.chain(params.into_iter().map(|(id, value)| One::Param(id, value))).collect();
            if let Some(all) = self.in_order(all) {
                return self.apply_at_once(&all, &file);
            }
        } else if Changes::between(&running, &file.network, &file.task) == Changes::None {
            self.adopt_words(&file);
            return Ok("the texts of the network were applied; its values did not differ".to_owned());
        }
        let kept = self.rebuild_keeping(preset, PutAsideBy::Apply)?;
        Ok(format!("the edited network was applied{}", kept_words(&kept)))
    }

    /// A preset of another task, or of a template: as it is loaded.
    fn apply_other(&mut self, mut preset: Preset) -> Result<String, String> {
        let (original, title) = (preset.params.clone(), preset.title.clone());
        let fitted = fit_preset(&mut preset, &mut self.run.collection);
        self.try_rebuild(preset, self.run.seed, PutAsideBy::Apply)?;
        self.waiting.extend(fitted);
        self.run.original = original;
        self.tell_of_preset();
        Ok(format!("{title} was applied as a new network"))
    }

    /// The changes in an order in which each is allowed after those before it, tried on copies; `None` if there is none.
    fn in_order(&self, mut left: Vec<One>) -> Option<Vec<One>> {
        let mut network = self.run.lab.described().map(|network| (**network).clone())?;
        let mut twin = if let Laboratory::Images(trainer) = &self.run.lab { Some(trainer.twin()) } else { None };
        let mut set = |one: &One| match (one, &mut twin) {
            (One::Quantity(path, value), Some(trainer)) => trainer.set_path(path, value).is_ok(),
            (One::Param(id, value), Some(trainer)) => trainer.set(*id, *value).is_ok(),
            (One::Quantity(path, value), None) => network.set_value(path, value).is_ok(),
            (One::Param(..), None) => false,
        };
        let mut order = Vec::new();
        while !left.is_empty() {
            let before = left.len();
            left.retain(|one| {
                let done = set(one);
                order.extend(done.then(|| one.clone()));
                !done
            });
            if left.len() == before {
                return None;
            }
        }
        Some(order)
    }

    fn apply_at_once(&mut self, all: &[One], file: &NetworkPreset) -> Result<String, String> {
        for one in all {
            match one {
                One::Quantity(path, value) => self.set_path_now(path, value)?,
                One::Param(id, value) => self.set_now(*id, *value)?,
            }
        }
        self.adopt_words(file);
        let named: Vec<String> = all.iter().take(5).map(One::words).collect();
        let more = if all.len() > named.len() { format!(" and {} more", all.len() - named.len()) } else { String::new() };
        Ok(format!("{}{more} changed in the running network", named.join(", ")))
    }

    /// Take over the texts of a file.
    fn adopt_words(&mut self, file: &NetworkPreset) {
        let NetworkPreset { title, description, citation, look_for, .. } = file.clone();
        if let Some(described) = &mut self.run.preset.network {
            let own = Arc::make_mut(&mut described.file);
            (own.title, own.description) = (title.clone(), description.clone());
            (own.citation, own.look_for) = (citation.clone(), look_for.clone());
        }
        (self.run.preset.title, self.run.preset.description) = (title, description);
        (self.run.preset.citation, self.run.preset.look_for) = (citation, look_for);
        self.tell_of_preset();
    }

    /// A new network of a preset of the same task, with the same seed and the learnt weights of projections that did not
    /// change; returns their names. After an error the run is as it was.
    pub(super) fn rebuild_keeping(&mut self, preset: Preset, by: PutAsideBy) -> Result<Vec<String>, String> {
        let building = self.begin_building(&preset, true);
        let (lab, kept) = match &self.run.lab {
            Laboratory::Free(lab) => {
                let described = preset.network.as_ref().ok_or("the preset has no network")?;
                let (lab, kept) = lab.rebuilt(&described.network, &described.file.task, &mut building.goes_on())?;
                (Laboratory::Free(Box::new(lab)), kept)
            }
            Laboratory::Images(trainer) => {
                let (trainer, kept) = trainer.rebuilt(&preset).map_err(|error: BuildError| error.to_string())?;
                (Laboratory::Images(Box::new(trainer)), kept)
            }
            Laboratory::Neuron(_) | Laboratory::Pairing(_) => return Err("this experiment has no network that can be edited".to_owned()),
        };
        drop(building);
        let (collection, original) = (self.run.collection.clone(), preset.params.clone());
        self.begin_run(lab, preset, self.run.seed, collection, by);
        if by == PutAsideBy::Apply {
            self.run.original = original;
            self.tell_of_preset();
        }
        Ok(kept)
    }
}

/// Which learnt weights a new network has, to follow a clause.
pub(super) fn kept_words(kept: &[String]) -> String {
    let weights = if kept.is_empty() { String::new() } else { format!("; the learnt weights of {} are kept", kept.join(", ")) };
    format!("{weights}; the neurons begin in their initial state")
}
