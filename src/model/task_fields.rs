//! The fields of a task by path, `task.duration`, `task.epochs`, `task.present`: list and set.

use super::check::DT;
use super::duration::{DURATION, duration_field};
use super::entries::{Entry, Value, typed};
use super::fault::{Fault, FaultList, Faults};
use super::field::{Field, whole};
use super::maze::Maze;
use super::node::Node;
use super::path::Path;
use super::read_stage::stages;
use super::read_task::parameters;
use super::reward::Coincidence;
use super::spec::NetworkSpec;
use super::syntax::syntax_error;
use super::task::TaskSpec;
use crate::params::{Change, Domain, nearest};

/// Passes over the training images.
static EPOCHS: Field = Field {
    name: "epochs",
    unit: "",
    domain: whole(1.0, 1000.0),
    default: 1.0,
    change: Change::Rebuild,
    help: "Passes over the training images.",
    source: "Spikescope, docs/MODEL.md",
};

/// The values of a task, with paths such as `task.duration`; the limits of a duration follow from the time step in ms.
pub fn entries(task: &TaskSpec, dt_ms: f64) -> Vec<Entry> {
    let entry = |field: Field, number: f64| {
        let value = typed(&field, number);
        Entry { path: Path::new(TASK, field.name), range: field.range(), field, value }
    };
    match task {
        TaskSpec::FreeRun(task) => vec![entry(duration_field(dt_ms), task.duration_ms)],
        TaskSpec::Classify(task) => {
            let params = parameters().map(|spec| entry(Field::from(spec), task.params.get(spec.id)));
            std::iter::once(entry(EPOCHS, f64::from(task.epochs))).chain(params).collect()
        }
    }
}

/// Set a value of a task from text; a number without a unit is in that of the field. The limits of a duration follow from the time
/// step in ms.
pub fn set(task: &mut TaskSpec, name: &str, text: &str, dt_ms: f64) -> Result<(), String> {
    assign(task, name, text, (dt_ms, false))
}

/// Set a value of a task from text, in which a number needs its unit where `due`.
fn assign(task: &mut TaskSpec, name: &str, text: &str, (dt_ms, due): (f64, bool)) -> Result<(), String> {
    let number = |field: &Field| {
        let value = field.parse(text, due)?;
        field.out_of_range(value).map_or(Ok(value), Err)
    };
    match task {
        TaskSpec::FreeRun(task) if name == DURATION.name => task.duration_ms = number(&duration_field(dt_ms))?,
        TaskSpec::Classify(task) if name == EPOCHS.name => task.epochs = number(&EPOCHS)? as u32,
        TaskSpec::Classify(task) => {
            let spec = parameters().find(|spec| spec.name == name).ok_or_else(|| format!("the task has no value {name}"))?;
            task.params.set(spec.id, number(&Field::from(spec))?).map_err(|error| error.to_string())?;
        }
        TaskSpec::FreeRun(_) => return Err(format!("the task has no value {name}")),
    }
    Ok(())
}

/// All that is wrong with a task by itself, whatever network it is for; the time step in ms decides about durations.
pub(crate) fn check(task: &TaskSpec, dt_ms: f64, faults: &mut Faults) {
    match task {
        TaskSpec::FreeRun(_) => task.check(dt_ms, faults),
        TaskSpec::Classify(task) => {
            if let Some(message) = EPOCHS.out_of_range(f64::from(task.epochs)) {
                faults.at("task.epochs", message);
            }
            if DT.domain.admits(dt_ms) {
                task.check_durations(dt_ms, faults);
            }
        }
    }
}

/// The name that stands for the task in paths.
pub const TASK: &str = "task";

static READOUT: Field = Field {
    name: "readout_population",
    domain: Domain::Choice(&[]),
    help: "The population whose spikes are the answer; without it, the last of the description.",
    ..EPOCHS
};

static STAGES: Field = Field {
    name: "stages",
    help: "Stages in which projections learn without reward, before everything else learns: projections, numbers of images, and the rule if it is not their own.",
    ..READOUT
};

static REWARD_WHEN: Field = Field {
    name: "reward_when",
    help: "Rewards for what the network does: a delayed reward for one neuron that fires shortly after another one.",
    source: "Izhikevich 2007, Cereb Cortex 17:2443",
    ..READOUT
};

static ENVIRONMENT: Field = Field {
    name: "environment",
    help: "The surroundings in which the network acts: a maze with place cells, actor and critic.",
    source: "Frémaux, Sprekeler & Gerstner 2013, PLoS Comput Biol 9:e1003024",
    ..READOUT
};

impl Path {
    /// Whether it is the path of a field of the task. A population or projection of that name comes first.
    pub fn is_task(&self, network: &NetworkSpec) -> bool {
        self.owner.as_deref() == Some(TASK) && network.population(TASK).is_none() && network.projection(TASK).is_none()
    }
}

/// Set quantities of a network and fields of its task, as [`NetworkSpec::set_all`] does.
pub fn set_all(network: &mut NetworkSpec, task: &mut TaskSpec, sets: &[(Path, &str)]) -> Vec<(usize, FaultList)> {
    let mut faults = Vec::new();
    let mut others = Vec::new();
    for (index, (path, text)) in sets.iter().enumerate() {
        if !path.is_task(network) {
            others.push((index, (path.clone(), *text)));
            continue;
        }
        match task.with(&path.field, text, network.dt_ms) {
            Ok(changed) => *task = changed,
            Err(message) => faults.push((index, Fault { path: path.to_string(), message }.into())),
        }
    }
    let (indices, sets): (Vec<usize>, Vec<(Path, &str)>) = others.into_iter().unzip();
    faults.extend(network.set_all(&sets).into_iter().map(|(index, found)| (indices[index], found)));
    faults
}

/// The unit of a quantity of a network that runs freely, or of a field of its task; `None` if there is no such quantity.
pub fn unit_of(network: &NetworkSpec, path: &Path) -> Option<&'static str> {
    let of_task = || (path.is_task(network) && path.field == DURATION.name).then_some(DURATION.unit);
    network.entry(path).map(|entry| entry.field.unit).or_else(of_task)
}

impl TaskSpec {
    /// The fields of the task that are no parameters of the registry, rewards excepted.
    pub fn entries(&self, network: &NetworkSpec) -> Vec<Entry> {
        let entry = |field: &Field, value, range: String| Entry { path: Path::new(TASK, field.name), field: *field, range, value };
        match self {
            Self::FreeRun(task) => {
                let field = duration_field(network.dt_ms);
                let when = task.reward_when.as_ref();
                let when = when.map(|when| entry(&REWARD_WHEN, Value::Choice(when.text()), "a condition, Coincidence(..)".to_owned()));
                let maze = task.environment.as_ref();
                let maze = maze.map(|maze| entry(&ENVIRONMENT, Value::Choice(maze.text()), "an environment, Maze(..)".to_owned()));
                std::iter::once(entry(&field, Value::Number(task.duration_ms), field.range())).chain(when).chain(maze).collect()
            }
            Self::Classify(task) => {
                let last = || network.populations.last().map_or_else(String::new, |population| population.name.clone());
                let readout = task.readout.clone().unwrap_or_else(last);
                vec![
                    entry(&EPOCHS, Value::Number(task.epochs.into()), EPOCHS.range()),
                    entry(&READOUT, Value::Choice(readout), "the name of a population".to_owned()),
                    entry(&STAGES, Value::Choice(task.stages_text()), "projections and numbers of images".to_owned()),
                ]
            }
        }
    }

    /// The field of the task at `path`, parameters of the registry included.
    pub fn entry(&self, network: &NetworkSpec, path: &Path) -> Option<Entry> {
        self.entries(network).into_iter().chain(entries(self, network.dt_ms)).find(|entry| entry.path == *path)
    }

    /// The same task with another value of a field, from text in which a number has its unit; whether it fits the network is not
    /// checked. The limits of a duration follow from the time step in ms.
    pub fn with(&self, name: &str, text: &str, dt_ms: f64) -> Result<Self, String> {
        let mut changed = self.clone();
        match (&mut changed, name) {
            (Self::FreeRun(_), "rewards") => return Err("rewards are given in the file; set the duration here".to_owned()),
            (Self::Classify(task), "readout_population") => task.readout = Some(text.trim().trim_matches('"').to_owned()),
            (Self::Classify(task), "stages") => {
                let mut faults = Faults::default();
                let node = Node::parse(text).map_err(|error| syntax_error(&error, text).1)?;
                task.stages = stages(&node, &mut faults);
                faults.or(()).map_err(|faults| faults[0].message.clone())?;
            }
            (Self::FreeRun(task), "reward_when") => task.reward_when = Some(Coincidence::parse(text)?),
            (Self::FreeRun(task), "environment") => task.environment = Some(Box::new(Maze::parse(text)?)),
            _ if !self.has(name) => return Err(self.unknown(name)),
            _ => assign(&mut changed, name, text, (dt_ms, true))?,
        }
        Ok(changed)
    }

    /// Whether it has a field that is a number or a choice.
    fn has(&self, name: &str) -> bool {
        entries(self, DT.default).iter().any(|entry| entry.path.field == name)
    }

    fn unknown(&self, name: &str) -> String {
        let own = if matches!(self, Self::Classify(_)) { &[READOUT.name, STAGES.name][..] } else { &[REWARD_WHEN.name, ENVIRONMENT.name] };
        let known: Vec<&str> = entries(self, DT.default).iter().map(|entry| entry.field.name).chain(own.iter().copied()).collect();
        match nearest(name, known.iter().copied()) {
            Some(near) => format!("the task has no field {name}; did you mean {near}?"),
            None => format!("the task has no field {name}; its fields are {}", known.join(", ")),
        }
    }
}
