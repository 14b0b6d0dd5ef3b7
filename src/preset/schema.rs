//! The current schema. Unknown fields and newer schemas are errors.

use super::file::{PresetError, SCHEMA, malformed};
use super::network::{Described, NetworkPreset};
use crate::model::template::{Frame, OutputRule};
use crate::model::{Classify, TaskSpec};
use crate::params::{ParamError, Params, Setup, Task, Template, format_value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Amount of training, unless given on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Passes over the training images.
    pub epochs: u32,
}

/// An experiment: description, source, what to look for, and every parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// Displayed title.
    pub title: String,
    /// Description and typical results.
    pub description: String,
    /// Source of the model.
    pub citation: String,
    /// What to look for.
    pub look_for: Vec<String>,
    /// Where the network comes from, and its task.
    pub setup: Setup,
    /// Amount of training.
    pub training: Training,
    /// All parameters.
    pub params: Params,
    /// The network, if a file of schema 2 describes one; the setup is then `Setup::Described`.
    pub network: Option<Described>,
    /// File it was read from.
    pub path: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "Preset", deny_unknown_fields)]
struct File {
    schema: u32,
    title: String,
    description: String,
    citation: String,
    look_for: Vec<String>,
    protocol: Template,
    training: Training,
    #[serde(deserialize_with = "super::text::params")]
    params: BTreeMap<String, String>,
}

impl Preset {
    /// Check the text of a preset of schema 1; `path` appears in errors.
    pub(super) fn parse_first(text: &str, path: &Path) -> Result<Self, PresetError> {
        let malformed = |error| malformed(&error, text, path);
        let file: File = ron::from_str(text).map_err(malformed)?;
        let setup = Setup::Template(file.protocol);
        let mut params = Params::default();
        let mut faults = Vec::new();
        for (name, value) in &file.params {
            match params.set_text(name, value) {
                Ok(id) if !id.spec().belongs_to(setup) => {
                    faults.push(ParamError::Conflict(format!("{name} has no effect in {setup}; remove it")));
                }
                Ok(_) => {}
                Err(fault) => faults.push(fault.within(setup)),
            }
        }
        if file.training.epochs == 0 || file.training.epochs > 1000 {
            faults.push(ParamError::Conflict(format!("training.epochs = {} is out of range; allowed: 1 to 1000", file.training.epochs)));
        }
        faults.extend(params.conflicts(setup));
        if !faults.is_empty() {
            return Err(PresetError::Invalid { path: path.to_owned(), faults });
        }
        let File { schema: _, title, description, citation, look_for, protocol: _, training, params: _ } = file;
        let path = Some(path.to_owned());
        Ok(Self { title, description, citation, look_for, setup, training, params, network: None, path })
    }

    /// A described network with its task, with the values in force; `None` for other presets.
    pub fn file(&self) -> Option<NetworkPreset> {
        let Described { file, network } = self.network.as_ref()?;
        let Self { title, description, look_for, path, .. } = self.clone();
        let task = self.task_of(&file.task);
        let (network, citation, scale) = ((**network).clone(), file.citation.clone(), file.scale.clone());
        Some(NetworkPreset { title, description, citation, look_for, scale, network, task, path })
    }

    /// The preset as text of its schema; only values that differ from their defaults are written.
    pub fn to_ron(&self) -> String {
        if let Some(file) = self.file() {
            return file.to_ron();
        }
        let Self { title, description, citation, look_for, setup, training, params, network: _, path: _ } = self;
        // invariant: a preset without a description has a template
        let protocol = setup.template().expect("a template");
        let file = File {
            schema: SCHEMA,
            title: title.clone(),
            description: description.clone(),
            citation: citation.clone(),
            look_for: look_for.clone(),
            protocol,
            training: *training,
            params: setup
                .parameters()
                .filter(|spec| params.get(spec.id) != spec.default)
                .map(|spec| (spec.name.to_owned(), format_value(spec, params.get(spec.id))))
                .collect(),
        };
        let style = ron::ser::PrettyConfig::new().struct_names(true);
        // invariant: every type of the schema can be serialised as RON
        ron::ser::to_string_pretty(&file, style).expect("a preset is plain data") + "\n"
    }

    /// The task of a described network, with the parameters in force.
    pub fn task(&self) -> Option<TaskSpec> {
        self.network.as_ref().map(|described| self.task_of(&described.file.task))
    }

    /// Change the task of a described network.
    pub fn set_task(&mut self, task: TaskSpec) {
        let Some(described) = &mut self.network else { return };
        if let TaskSpec::Classify(task) = &task {
            (self.training.epochs, self.params) = (task.epochs, task.params.clone());
        }
        Arc::make_mut(&mut described.file).task = task;
    }

    /// The task of a file with the parameters in force.
    fn task_of(&self, task: &TaskSpec) -> TaskSpec {
        match task {
            TaskSpec::Classify(task) => TaskSpec::Classify(Classify {
                epochs: self.training.epochs,
                params: self.params.only(Setup::Described(Task::Classify)),
                ..task.clone()
            }),
            free @ TaskSpec::FreeRun(_) => free.clone(),
        }
    }

    /// The network of the preset, written out, and its task with the parameters in force; that of a template for such images.
    /// `None` for one neuron or one synapse.
    pub fn written_out(&self, frame: Frame) -> Option<NetworkPreset> {
        if let Some(file) = self.file() {
            return Some(file);
        }
        let Self { title, description, citation, look_for, setup, training, params, network: _, path } = self;
        let network = setup.network(params, frame, OutputRule::last(params))?;
        let stages = setup.stages(params).into_iter().chain(setup.first_rule(params, frame, &network)).collect();
        let params = params.only(Setup::Described(Task::Classify));
        let task = TaskSpec::Classify(Classify { epochs: training.epochs, readout: None, stages, params });
        let (title, description, citation) = (title.clone(), description.clone(), citation.clone());
        let look_for = look_for.clone();
        Some(NetworkPreset { title, description, citation, look_for, scale: None, network, task, path: path.clone() })
    }

    /// Write the preset atomically.
    pub fn save(&self, path: &Path) -> Result<(), PresetError> {
        crate::files::write_atomic(path, self.to_ron().as_bytes())
            .map_err(|source| PresetError::Unwritable { path: path.to_owned(), source })
    }
}

impl From<NetworkPreset> for Preset {
    /// The same preset: of the registry it has the parameters of the task of classifying images, and none of a free run.
    fn from(file: NetworkPreset) -> Self {
        let network = Arc::new(file.network.clone());
        let (setup, epochs, params) = match &file.task {
            TaskSpec::FreeRun(_) => (Setup::Described(Task::FreeRun), 1, Params::default()),
            TaskSpec::Classify(task) => (Setup::Described(Task::Classify), task.epochs, task.params.clone().with_time_step(network.dt_ms)),
        };
        Self {
            title: file.title.clone(),
            description: file.description.clone(),
            citation: file.citation.clone(),
            look_for: file.look_for.clone(),
            setup,
            training: Training { epochs },
            params,
            path: file.path.clone(),
            network: Some(Described { file: Arc::new(file), network }),
        }
    }
}
