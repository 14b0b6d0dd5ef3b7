//! What differs between a draft and the network that runs.

use super::Draft;
use crate::model::{NetworkSpec, Path, TaskSpec, Value};
use crate::params::{Change, ParamId, Params, Setup, Task};
use crate::preset::Preset;

/// What differs between a draft and the network that runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Changes {
    /// Nothing that a simulation depends on.
    None,
    /// Values that a running network can take at once.
    Live {
        /// Quantities of the network.
        quantities: Vec<(Path, Value)>,
        /// Parameters of the task.
        params: Vec<(ParamId, f64)>,
    },
    /// A new network is needed.
    Network,
}

impl Draft {
    /// What differs from the network that runs, given as a preset with the values in force.
    pub fn needs_new_network(&self, running: &Preset) -> Changes {
        Changes::between(running, &self.file.network, &self.file.task)
    }

    /// Whether anything differs from that preset, titles and descriptions included.
    pub fn differs_from(&self, running: &Preset) -> bool {
        running.file().is_none_or(|file| {
            let path = self.file.path.clone();
            super::NetworkPreset { path, ..file } != *self.file
        })
    }
}

impl Changes {
    /// What differs between a running preset, with the values in force, and a network with a task.
    pub fn between(running: &Preset, network: &NetworkSpec, task: &TaskSpec) -> Self {
        let Some(file) = running.file() else { return Self::Network };
        let params = match (&file.task, task) {
            (TaskSpec::Classify(own), TaskSpec::Classify(new))
                if (own.epochs, &own.readout, &own.stages) == (new.epochs, &new.readout, &new.stages) =>
            {
                live_params(&own.params, &new.params)
            }
            (own, new) if own == new => Some(Vec::new()),
            _ => None,
        };
        match (live_quantities(&file.network, network), params) {
            (Some(quantities), Some(params)) if quantities.is_empty() && params.is_empty() => Self::None,
            (Some(quantities), Some(params)) => Self::Live { quantities, params },
            _ => Self::Network,
        }
    }
}

/// The quantities that differ, if the networks differ in nothing else and each acts at once.
fn live_quantities(own: &NetworkSpec, new: &NetworkSpec) -> Option<Vec<(Path, Value)>> {
    if own == new {
        return Some(Vec::new());
    }
    let (mut reached, before) = (own.clone(), own.entries());
    let differ: Vec<_> = new.entries().into_iter().filter(|entry| !before.contains(entry)).collect();
    for entry in &differ {
        reached.put(&entry.path, &entry.value).ok().filter(|()| entry.field.change == Change::Live)?;
    }
    (reached == *new).then(|| differ.into_iter().map(|entry| (entry.path, entry.value)).collect())
}

/// The parameters of the task that differ, if each acts at once.
fn live_params(own: &Params, new: &Params) -> Option<Vec<(ParamId, f64)>> {
    let specs = Setup::Described(Task::Classify).parameters();
    let differ = specs.filter(|spec| own.get(spec.id) != new.get(spec.id));
    differ.map(|spec| (spec.change == Change::Live).then(|| (spec.id, new.get(spec.id)))).collect()
}
