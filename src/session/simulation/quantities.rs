//! Changes of parameters and quantities: at once where the running network permits it, otherwise by a new network.

use super::Simulation;
use super::apply::kept_words;
use crate::model::{NetworkSpec, Path, Value, sentence};
use crate::params::{Change, ParamId};
use crate::preset::{Described, Preset};
use crate::session::Recorded;
use crate::session::laboratory::Laboratory;
use crate::session::notice::Notice;
use crate::session::snapshot::PutAsideBy;
use std::sync::Arc;

impl Simulation {
    pub(super) fn set(&mut self, id: ParamId, value: f64) {
        if !id.spec().belongs_to(self.run.preset.setup) {
            return;
        }
        if self.past.is_some() {
            return self.refuse_in_the_past();
        }
        let result = if id.spec().change == Change::Rebuild {
            let mut preset = self.run.lab.in_force(&self.run.preset);
            let valid = preset.params.set(id, value).map_err(|error| error.to_string());
            valid.and_then(|()| self.rebuild_with(preset))
        } else {
            self.set_now(id, value)
        };
        self.waiting.extend(result.err().map(Notice::Refused));
    }

    /// Set a parameter that acts at once.
    pub(super) fn set_now(&mut self, id: ParamId, value: f64) -> Result<(), String> {
        let change = Recorded::Set(id.spec().name.to_owned(), value);
        self.check_room(&change)?;
        self.run.lab.set(id, value).map_err(|error| error.to_string())?;
        self.note(change);
        Ok(())
    }

    pub(super) fn set_path(&mut self, path: &Path, value: &Value) {
        if self.past.is_some() {
            return self.refuse_in_the_past();
        }
        let result = self.try_set_path(path, value);
        self.waiting.extend(result.err().map(Notice::Refused));
    }

    /// Set a quantity of a described network: at once, or by a new network.
    fn try_set_path(&mut self, path: &Path, value: &Value) -> Result<(), String> {
        let preset = self.run.lab.in_force(&self.run.preset);
        let described = preset.network.as_ref().ok_or("the parameters of this experiment have names, not paths")?;
        let mut network = NetworkSpec::clone(&described.network);
        network.set_value(path, value).map_err(|faults| sentence(&faults))?;
        if network.entry(path).is_some_and(|entry| entry.field.change == Change::Live) {
            return self.set_path_now(path, value);
        }
        let described = Described { network: Arc::new(network), ..described.clone() };
        self.rebuild_with(Preset { network: Some(described), ..preset })
    }

    /// Set a quantity that acts at once.
    pub(super) fn set_path_now(&mut self, path: &Path, value: &Value) -> Result<(), String> {
        let text = |network: &NetworkSpec| {
            let mut network = network.clone();
            network.set_value(path, value).map_err(|faults| sentence(&faults))?;
            Ok::<_, String>(network.entry(path).map_or_else(String::new, |entry| entry.text()))
        };
        let network = self.run.lab.described().ok_or("the parameters of this experiment have names, not paths")?;
        let change = Recorded::Quantity(path.to_string(), text(network)?);
        self.check_room(&change)?;
        match &mut self.run.lab {
            Laboratory::Images(trainer) => trainer.set_path(path, value).map_err(|faults| sentence(&faults))?,
            Laboratory::Free(lab) => lab.apply(&change)?,
            Laboratory::Neuron(_) | Laboratory::Pairing(_) => {}
        }
        self.note(change);
        Ok(())
    }

    /// A new network with a changed value, which keeps learnt weights.
    fn rebuild_with(&mut self, preset: Preset) -> Result<(), String> {
        if matches!(self.run.lab, Laboratory::Neuron(_) | Laboratory::Pairing(_)) {
            return self.try_rebuild(preset, self.run.seed, PutAsideBy::Rebuild);
        }
        let kept = self.rebuild_keeping(preset, PutAsideBy::Rebuild)?;
        if !kept.is_empty() {
            self.waiting.push_back(Notice::Done(format!("the network is new{}", kept_words(&kept))));
        }
        Ok(())
    }
}
