//! Schema 2: a network that the file describes, and a task.

use super::file::{NETWORK_SCHEMA, PresetError, malformed};
use crate::files::available_memory;
use crate::model::{Body, Fault, Faults, Fields, NetworkSpec, Node, RuleSpec, Scale, TaskSpec, network, task, task_fields};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A network with a task, as a file of schema 2 describes them.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkPreset {
    /// Displayed title.
    pub title: String,
    /// Description and typical results.
    pub description: String,
    /// Source of the model.
    pub citation: String,
    /// What to look for.
    pub look_for: Vec<String>,
    /// Its size relative to that of a full network, if the file states it.
    pub scale: Option<Scale>,
    /// The network; it can be built.
    pub network: NetworkSpec,
    /// What is done with it.
    pub task: TaskSpec,
    /// File it was read from.
    pub path: Option<PathBuf>,
}

/// A network, as its file describes it and as it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// The file.
    pub file: Arc<NetworkPreset>,
    /// The network, with the changes made since.
    pub network: Arc<NetworkSpec>,
}

impl NetworkPreset {
    /// Read and check a file of schema 2; `path` appears in errors, which list all faults of the file.
    pub fn parse(text: &str, path: &Path) -> Result<Self, PresetError> {
        Self::read(Node::parse(text).map_err(|error| malformed(&error, text, path))?, path)
    }

    /// Read and check the tree of a file.
    pub(super) fn read(node: Node, path: &Path) -> Result<Self, PresetError> {
        let mut faults = Faults::default();
        let form = "Preset(schema: 2, title: \"..\", network: (..), task: FreeRun(duration: \"10 s\"))";
        let mut fields = Fields::open(node, "", form, &mut faults);
        if fields.take("schema") != Some(Node::number(NETWORK_SCHEMA)) {
            faults.at("schema", format!("only {NETWORK_SCHEMA} has a network; write schema: {NETWORK_SCHEMA}"));
        }
        let Words { title, description, citation, look_for } = Words::read(&mut fields, &mut faults);
        let scale = fields.take("scale").map(|node| Scale::read(node, &mut faults));
        let described = fields.require("network", "(populations: {..}, projections: {..})", &mut faults);
        let to_do = fields.require("task", "FreeRun(duration: \"10 s\")", &mut faults);
        fields.close(&mut faults);
        let network = described.map(|node| network(node, &mut faults));
        let task = to_do.map(|node| task(node, network.as_ref().map_or(0.0, |network| network.dt_ms), &mut faults));
        if let (Some(network), Some(task)) = (&network, &task) {
            check_together(network, task, &mut faults);
        }
        if let (Some(network), Some(task), true) = (network, task, faults.is_empty()) {
            let path = Some(path.to_owned());
            return Ok(Self { title, description, citation, look_for, scale, network, task, path });
        }
        Err(PresetError::Faults { path: path.to_owned(), faults: faults.into_vec() })
    }

    /// All faults of the network and its task, as reading its file would find them.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.network.check_into(&mut faults);
        task_fields::check(&self.task, self.network.dt_ms, &mut faults);
        check_together(&self.network, &self.task, &mut faults);
        faults.into_vec()
    }

    /// The text of the file; only values that differ from their defaults are written.
    pub fn to_ron(&self) -> String {
        let Self { title, description, citation, look_for, scale, network, task, path: _ } = self;
        let mut fields = vec![("schema".to_owned(), Node::number(NETWORK_SCHEMA)), ("title".to_owned(), Node::text(title))];
        for (name, text) in [("description", description), ("citation", citation)] {
            if !text.is_empty() {
                fields.push((name.to_owned(), Node::text(text)));
            }
        }
        if !look_for.is_empty() {
            fields.push(("look_for".to_owned(), Body::List(look_for.iter().map(Node::text).collect()).into()));
        }
        if let Some(scale) = scale {
            fields.push(("scale".to_owned(), scale.node()));
        }
        fields.push(("network".to_owned(), network.node()));
        fields.push(("task".to_owned(), task.node()));
        Node::named("Preset", Body::Fields(fields)).print()
    }

    /// Write the file atomically.
    pub fn save(&self, path: &Path) -> Result<(), PresetError> {
        crate::files::write_atomic(path, self.to_ron().as_bytes())
            .map_err(|source| PresetError::Unwritable { path: path.to_owned(), source })
    }
}

/// What does not fit between a network and its task.
fn check_together(network: &NetworkSpec, task: &TaskSpec, faults: &mut Faults) {
    if let Some(Fault { path, message }) = available_memory().and_then(|available| network.countable(faults).beyond(available)) {
        faults.at(&path, message);
    }
    match task {
        TaskSpec::FreeRun(task) => {
            let rewarded = network.projections.iter().any(|projection| matches!(projection.rule, Some(RuleSpec::RStdp(_))));
            let given = [
                ("task.rewards", !task.rewards.is_empty()),
                ("task.reward_when", task.reward_when.is_some()),
                ("task.environment", task.environment.is_some()),
            ];
            for (path, _) in given.into_iter().filter(|&(_, given)| given && !rewarded) {
                faults.at(path, "no projection learns from reward; give one the rule RStdp() or remove the rewards");
            }
            if let Some(when) = &task.reward_when {
                when.check_neurons(network, faults);
            }
            if let Some(maze) = &task.environment {
                maze.check_populations(network, faults);
            }
            network.trials_needed().into_iter().for_each(|fault| faults.at(&fault.path, fault.message));
        }
        TaskSpec::Classify(task) => task.check(network, faults),
    }
}

/// The texts of a file.
pub(super) struct Words {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) citation: String,
    pub(super) look_for: Vec<String>,
}

impl Words {
    pub(super) fn read(fields: &mut Fields, faults: &mut Faults) -> Self {
        let mut words = |name, required: bool, faults: &mut Faults| {
            let node = if required { fields.require(name, "\"My network\"", faults) } else { fields.take(name) };
            node.map_or_else(String::new, |node| line(node, name, faults))
        };
        let title = words("title", true, faults);
        let description = words("description", false, faults);
        let citation = words("citation", false, faults);
        let look_for = match fields.take("look_for").map(|node| (node.what(), node.body)) {
            None => Vec::new(),
            Some((_, Body::List(nodes))) => nodes.into_iter().map(|node| line(node, "look_for", faults)).collect(),
            Some((what, _)) => {
                faults.at("look_for", format!("{what} does not apply; write a list of texts, as [\"..\"]"));
                Vec::new()
            }
        };
        Self { title, description, citation, look_for }
    }
}

/// A text of the file.
fn line(node: Node, path: &str, faults: &mut Faults) -> String {
    let what = node.what();
    let Body::Text(text) = node.body else {
        return faults.none(path, format!("{what} does not apply; write a text in quotes")).unwrap_or_default();
    };
    text
}
