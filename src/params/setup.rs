//! What an experiment consists of: a network, from a template or described in a file, and a task.

use super::{ParamId, ParamSpec, REGISTRY};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A network that parameters of the registry describe; `model::template` has one file for each. Serialised is the name of the
/// protocol in presets of schema 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Template {
    /// One layer of competing neurons.
    #[serde(rename = "Classification")]
    Competing,
    /// A hidden layer of local features; the first output spike is the answer.
    Features,
    /// Three layers of shared filters, after Mozafari et al. 2019.
    Deep,
    /// One neuron.
    #[serde(rename = "CurrentStep")]
    Neuron,
    /// One synapse.
    #[serde(rename = "Pairing")]
    Pair,
}

/// What is done with a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// It is simulated for some time.
    FreeRun,
    /// Images are presented one after the other, an answer is read, and rewarded.
    Classify,
    /// A constant current is injected into one neuron.
    CurrentStep,
    /// One presynaptic and one postsynaptic spike follow each other at given lags.
    Pairing,
}

/// Where the network of an experiment comes from, and its task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setup {
    /// A template with its task. All quantities are parameters of the registry.
    Template(Template),
    /// A network that a file describes. Its quantities have paths; the registry has those of the task.
    Described(Task),
}

impl Template {
    /// All templates.
    pub const ALL: [Self; 5] = [Self::Competing, Self::Features, Self::Deep, Self::Neuron, Self::Pair];

    /// Its name in presets of schema 2.
    pub fn name(self) -> &'static str {
        ["Competing", "Features", "Deep", "Neuron", "Pair"][self as usize]
    }

    /// What is done with it.
    pub fn task(self) -> Task {
        [Task::Classify, Task::Classify, Task::Classify, Task::CurrentStep, Task::Pairing][self as usize]
    }
}

impl Task {
    /// Its name in presets of schema 2.
    pub fn name(self) -> &'static str {
        ["FreeRun", "Classify", "CurrentStep", "Pairing"][self as usize]
    }
}

impl Setup {
    /// The task.
    pub fn task(self) -> Task {
        match self {
            Self::Template(template) => template.task(),
            Self::Described(task) => task,
        }
    }

    /// The template, if there is one.
    pub fn template(self) -> Option<Template> {
        match self {
            Self::Template(template) => Some(template),
            Self::Described(_) => None,
        }
    }

    /// Whether it classifies images.
    pub fn classifies(self) -> bool {
        self.task() == Task::Classify
    }

    /// The parameters of the registry that have an effect in it.
    pub fn parameters(self) -> impl Iterator<Item = &'static ParamSpec> {
        REGISTRY.iter().filter(move |spec| spec.belongs_to(self))
    }

    /// Whether a parameter of this name belongs to it.
    pub fn has_parameter(self, name: &str) -> bool {
        ParamId::from_name(name.trim()).is_some_and(|id| id.spec().belongs_to(self))
    }
}

impl ParamSpec {
    /// Whether it has an effect in such an experiment.
    pub fn belongs_to(&self, setup: Setup) -> bool {
        match setup {
            Setup::Template(template) => self.scope.templates.contains(&template),
            Setup::Described(task) => task == Task::Classify && self.scope.task == Some(task),
        }
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(template) => write!(f, "the template {}", template.name()),
            Self::Described(task) => write!(f, "the task {}", task.name()),
        }
    }
}
