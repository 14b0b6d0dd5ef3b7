//! Changes of parameters and quantities: at once where the running network permits it, otherwise by a new network.

use super::{Simulation, room};
use crate::model::{NetworkSpec, Path, Value, sentence};
use crate::params::{Change, ParamId};
use crate::preset::{Described, Preset};
use crate::session::Recorded;
use crate::session::free::Effect;
use crate::session::laboratory::Laboratory;
use crate::session::notice::Notice;
use crate::session::snapshot::PutAsideBy;
use std::sync::Arc;

impl Simulation {
    pub(super) fn set(&mut self, id: ParamId, value: f64) {
        let spec = id.spec();
        if !spec.protocols.contains(&self.preset.protocol) {
            return;
        }
        if self.past.is_some() {
            self.refuse_in_the_past();
            return;
        }
        let change = Recorded::Set(spec.name.to_owned(), value);
        let result = if spec.change == Change::Rebuild {
            let mut preset = self.lab.in_force(&self.preset);
            let valid = preset.params.set(id, value).map_err(|error| error.to_string());
            valid.and_then(|()| self.try_rebuild(preset, self.seed, PutAsideBy::Rebuild))
        } else {
            self.check_room(&change).and_then(|()| self.lab.set(id, value).map_err(|error| error.to_string()))
        };
        match result {
            Ok(()) if spec.change == Change::Live => self.note(change),
            Ok(()) => {}
            Err(reason) => self.waiting.push_back(Notice::Refused(reason)),
        }
    }

    pub(super) fn set_path(&mut self, path: &Path, value: &Value) {
        if self.past.is_some() {
            return self.refuse_in_the_past();
        }
        if let Laboratory::Images(_) = &self.lab {
            return self.set_path_of_images(path, value);
        }
        let (Laboratory::Free(lab), Some(described)) = (&mut self.lab, &self.preset.network) else {
            return self.refuse("the parameters of this experiment have names, not paths");
        };
        match lab.change(described, path, value) {
            Ok(Effect::Live(change)) => match room::refusal(self.log.applied(), &change) {
                Some(reason) => self.refuse(reason),
                None => match lab.apply(&change) {
                    Ok(()) => self.note(change),
                    Err(reason) => self.refuse(&reason),
                },
            },
            Ok(Effect::Rebuild(described, lab, kept)) => {
                let preset = Preset { network: Some(described), ..self.preset.clone() };
                let collection = self.collection.clone();
                self.begin_anew(Laboratory::Free(lab), preset, self.seed, collection, PutAsideBy::Rebuild);
                if !kept.is_empty() {
                    let text = format!("the learnt weights of {} are kept; the state of all neurons starts anew", kept.join(", "));
                    self.waiting.push_back(Notice::Done(text));
                }
            }
            Err(reason) => self.refuse(&reason),
        }
    }

    /// A quantity of a described network that learns from images: at once, or by a new network.
    fn set_path_of_images(&mut self, path: &Path, value: &Value) {
        let preset = self.lab.in_force(&self.preset);
        let (Some(described), Laboratory::Images(trainer)) = (&preset.network, &mut self.lab) else {
            return self.refuse("the parameters of this experiment have names, not paths");
        };
        let mut network = NetworkSpec::clone(&described.network);
        let result = match network.set_value(path, value).map(|()| network.entry(path)) {
            Err(faults) => Err(sentence(&faults)),
            Ok(Some(entry)) if entry.field.change == Change::Live => {
                let change = Recorded::Quantity(path.to_string(), entry.text());
                let room = room::refusal(self.log.applied(), &change).map_or(Ok(()), |reason| Err(reason.to_owned()));
                let set = room.and_then(|()| trainer.set_path(path, value).map_err(|faults| sentence(&faults)));
                set.map(|()| self.note(change))
            }
            Ok(_) => {
                let described = Described { network: Arc::new(network), ..described.clone() };
                self.try_rebuild(Preset { network: Some(described), ..preset }, self.seed, PutAsideBy::Rebuild)
            }
        };
        self.waiting.extend(result.err().map(Notice::Refused));
    }
}
