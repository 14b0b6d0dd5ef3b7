//! The task of a file: reading, checking, writing.

use super::check::DT;
use super::duration::{DURATION, TIME, duration_field};
use super::fault::Faults;
use super::field::Field;
use super::maze::Maze;
use super::node::{Body, Fields, Node};
use super::read::{number, text};
use super::read_stage::stages;
use super::reward::AMOUNT;
use super::reward::Coincidence;
use super::spec::NetworkSpec;
use super::task::{Classify, FreeTask, TaskSpec};
use super::write::{call, quantity};
use crate::params::{ParamSpec, Params, Setup, Task, format_value};
use crate::time::TimeGrid;

/// The forms of a task.
const FORMS: &str = "FreeRun(duration: \"10 s\") or Classify(present: \"250 ms\")";

impl From<&ParamSpec> for Field {
    /// A parameter of the registry, as it stands in a task.
    fn from(spec: &ParamSpec) -> Self {
        let ParamSpec { name, unit, domain, default, change, help, source, .. } = *spec;
        Self { name, unit, domain, default, change, help, source }
    }
}

/// The parameters of the registry that belong to the task of classifying images.
pub(crate) fn parameters() -> impl Iterator<Item = &'static ParamSpec> {
    Setup::Described(Task::Classify).parameters()
}

/// Read the task; durations are checked against the time step in ms.
pub(crate) fn task(node: Node, dt_ms: f64, faults: &mut Faults) -> TaskSpec {
    match node.name.as_deref() {
        Some("FreeRun") => free_run(node, dt_ms, faults),
        Some("Classify") => TaskSpec::Classify(classify(node, dt_ms, faults)),
        _ => {
            faults.at("task", format!("{} is no task; write {FORMS}", node.what()));
            TaskSpec::free(DURATION.default)
        }
    }
}

fn free_run(node: Node, dt_ms: f64, faults: &mut Faults) -> TaskSpec {
    let mut task = TaskSpec::free(DURATION.default);
    let mut fields = Fields::open(node, "task", "FreeRun(duration: \"10 s\")", faults);
    let rewards = fields.take("rewards").map_or_else(Vec::new, |node| rewards(&node, faults));
    let reward_when = fields.take("reward_when").and_then(|node| Coincidence::read(node, faults));
    let environment = fields.take("environment").and_then(|node| Maze::read(node, faults)).map(Box::new);
    if let Some(node) = fields.require("duration", "\"10 s\"", faults)
        && let Some(duration_ms) = number(&node, &duration_field(dt_ms), "task.duration", faults)
    {
        task = TaskSpec::FreeRun(FreeTask { duration_ms, rewards, reward_when, environment });
        task.check(dt_ms, faults);
    }
    fields.close(faults);
    task
}

/// Times and amounts of rewards.
fn rewards(node: &Node, faults: &mut Faults) -> Vec<(f64, f64)> {
    let form = "write a list of times and amounts, as [(\"2 s\", 1.0)]";
    let Body::List(nodes) = &node.body else {
        faults.at("task.rewards", format!("{} does not apply; {form}", node.what()));
        return Vec::new();
    };
    let read = |node: &Node, faults: &mut Faults| {
        let Body::Items(values) = &node.body else {
            return faults.none("task.rewards", format!("{} is no reward; {form}", node.what()));
        };
        let [time, amount] = values.as_slice() else {
            return faults.none("task.rewards", format!("a reward has a time and an amount; {form}"));
        };
        Some((number(time, &TIME, "task.rewards", faults)?, number(amount, &AMOUNT, "task.rewards", faults)?))
    };
    nodes.iter().filter_map(|node| read(node, faults)).collect()
}

fn classify(node: Node, dt_ms: f64, faults: &mut Faults) -> Classify {
    let mut task = Classify::default();
    let mut fields = Fields::open(node, "task", "Classify(present: \"250 ms\")", faults);
    task.epochs = epochs(&mut fields, faults);
    if let Some(node) = fields.take("readout_population") {
        task.readout = text(&node, "task.readout_population", "the name of a population", faults);
    }
    if let Some(node) = fields.take("stages") {
        task.stages = stages(&node, faults);
    }
    parameters_of(&mut fields, parameters(), &mut task.params, faults);
    fields.close(faults);
    if DT.domain.admits(dt_ms) {
        task.check_durations(dt_ms, faults);
    }
    task
}

/// Passes over the training images.
pub(crate) fn epochs(fields: &mut Fields, faults: &mut Faults) -> u32 {
    let Some(node) = fields.take("epochs") else { return 1 };
    match node.body {
        Body::Number(epochs) if (1.0..=1000.0).contains(&epochs) && epochs.fract() == 0.0 => epochs as u32,
        _ => {
            let message = format!("{} is out of range; allowed: a whole number from 1 to 1000", node.what());
            faults.none(&fields.path("epochs"), message).unwrap_or(1)
        }
    }
}

/// Read those of `specs` that are given.
pub(crate) fn parameters_of(
    fields: &mut Fields,
    specs: impl Iterator<Item = &'static ParamSpec>,
    params: &mut Params,
    faults: &mut Faults,
) {
    for spec in specs {
        let (declared, path) = (Field::from(spec), fields.path(spec.name));
        if let Some(node) = fields.take(spec.name)
            && let Some(value) = number(&node, &declared, &path, faults)
            && let Err(fault) = params.set(spec.id, value)
        {
            faults.at(&path, fault.to_string());
        }
    }
}

impl Classify {
    pub(super) fn check_durations(&self, dt_ms: f64, faults: &mut Faults) {
        use crate::params::ParamId as P;
        for id in [P::PresentMs, P::RestMs, P::RewardDelay] {
            match TimeGrid::new(dt_ms).steps(self.params.get(id)) {
                Ok(0) if id == P::PresentMs => {
                    faults.at("task.present", format!("it is below one step of {dt_ms} ms; choose at least {dt_ms} ms"));
                }
                Ok(_) => {}
                Err(fault) => faults.at(&format!("task.{}", id.spec().name), fault.to_string()),
            }
        }
    }

    /// What does not fit the network.
    pub(crate) fn check(&self, network: &NetworkSpec, faults: &mut Faults) {
        self.check_stages(network, faults);
        network.check_trials(self, faults);
    }
}

impl TaskSpec {
    pub(crate) fn node(&self) -> Node {
        match self {
            Self::FreeRun(FreeTask { duration_ms, rewards, reward_when, environment }) => {
                let mut fields = vec![("duration".to_owned(), Node::text(DURATION.format(*duration_ms)))];
                if !rewards.is_empty() {
                    let reward =
                        |(ms, amount): &(f64, f64)| Body::Items(vec![Node::text(DURATION.format(*ms)), Node::number(*amount)]).into();
                    fields.push(("rewards".to_owned(), Body::List(rewards.iter().map(reward).collect()).into()));
                }
                fields.extend(reward_when.as_ref().map(|when| ("reward_when".to_owned(), when.node())));
                fields.extend(environment.as_ref().map(|maze| ("environment".to_owned(), maze.node())));
                call("FreeRun", fields)
            }
            Self::Classify(task) => call("Classify", task.fields()),
        }
    }
}

impl Classify {
    /// The parameters of the task that differ from their defaults.
    fn differing(&self) -> impl Iterator<Item = &'static ParamSpec> {
        parameters().filter(|spec| self.params.get(spec.id) != spec.default)
    }

    /// The same as names and texts with units.
    pub fn changed(&self) -> Vec<(String, String)> {
        self.differing().map(|spec| (spec.name.to_owned(), format_value(spec, self.params.get(spec.id)))).collect()
    }

    fn fields(&self) -> Vec<(String, Node)> {
        let mut fields = vec![("epochs".to_owned(), Node::number(self.epochs))];
        if let Some(readout) = &self.readout {
            fields.push(("readout_population".to_owned(), Node::text(readout)));
        }
        if !self.stages.is_empty() {
            fields.push(("stages".to_owned(), self.stages_node()));
        }
        fields.extend(self.differing().map(|spec| (spec.name.to_owned(), quantity(&Field::from(spec), self.params.get(spec.id)))));
        fields
    }
}
