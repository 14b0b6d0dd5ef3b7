//! What the file of a simulator says: its equivalents of models and rules, and what it lacks.

use super::drawn::Ends;
use crate::model::{Fault, NetworkSpec, PopulationSpec, ProjectionSpec, TaskSpec};
use serde_json::{Map, Value};

/// What the script is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Name of the preset.
    pub name: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The network.
    pub network: &'a NetworkSpec,
    /// What is done with it.
    pub task: &'a TaskSpec,
    /// Master seed.
    pub seed: u64,
    /// Whether the spikes of Poisson populations are exported; otherwise the other simulator draws its own.
    pub poisson_given: bool,
}

/// What a simulator's file says about it.
pub(super) trait Dialect {
    /// Its name in messages.
    const NAME: &'static str;
    /// Notes at the head of the script.
    const NOTES: &'static str;
    /// The script, without the description of the network.
    const BODY: &'static str;

    /// What the whole network needs.
    fn network(subject: &Subject<'_>, faults: &mut Vec<Fault>);

    /// A population with membranes in terms of the simulator; `None` for models that it does not have.
    fn neurons(population: &PopulationSpec, network: &NetworkSpec, path: &str, faults: &mut Vec<Fault>) -> Option<Value>;

    /// What is said of a projection beside its ends.
    fn projection(one: &Onto<'_>, path: &str, faults: &mut Vec<Fault>) -> Map<String, Value>;
}

/// A projection with its target and synapses.
pub(super) struct Onto<'a> {
    pub(super) projection: &'a ProjectionSpec,
    pub(super) target: &'a PopulationSpec,
    pub(super) network: &'a NetworkSpec,
    pub(super) ends: &'a Ends,
    /// Whether a presynaptic neuron can fire several times in a step.
    pub(super) bursts: bool,
}

/// A fault at this path.
pub(super) fn fault(path: String, message: impl Into<String>) -> Fault {
    Fault { path, message: message.into() }
}
