//! The values of a task by their names: list and set.

use super::check::DT;
use super::entries::{Entry, Value};
use super::fault::Faults;
use super::field::{Field, whole};
use super::path::Path;
use super::read::DURATION;
use super::read_task::parameters;
use super::task::TaskSpec;
use crate::params::{Change, Domain};

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

/// The values of a task, with paths such as `task.duration`.
pub fn entries(task: &TaskSpec) -> Vec<Entry> {
    let entry = |field: Field, number: f64| {
        let value = match field.domain {
            Domain::Choice(_) => Value::Choice(field.format(number)),
            Domain::Real { .. } | Domain::Integer { .. } => Value::Number(number),
        };
        Entry { path: Path::new("task", field.name), range: field.range(), field, value }
    };
    match task {
        TaskSpec::FreeRun { duration_ms, .. } => vec![entry(DURATION, *duration_ms)],
        TaskSpec::Classify(task) => {
            let params = parameters().map(|spec| entry(Field::from(spec), task.params.get(spec.id)));
            std::iter::once(entry(EPOCHS, f64::from(task.epochs))).chain(params).collect()
        }
    }
}

/// Set a value of a task from text; a number without a unit is in that of the field.
pub fn set(task: &mut TaskSpec, name: &str, text: &str) -> Result<(), String> {
    let number = |field: &Field| {
        let value = field.parse(text, false)?;
        field.out_of_range(value).map_or(Ok(value), Err)
    };
    match task {
        TaskSpec::FreeRun { duration_ms, .. } if name == DURATION.name => *duration_ms = number(&DURATION)?,
        TaskSpec::Classify(task) if name == EPOCHS.name => task.epochs = number(&EPOCHS)? as u32,
        TaskSpec::Classify(task) => {
            let spec = parameters().find(|spec| spec.name == name).ok_or_else(|| format!("the task has no value {name}"))?;
            task.params.set(spec.id, number(&Field::from(spec))?).map_err(|error| error.to_string())?;
        }
        TaskSpec::FreeRun { .. } => return Err(format!("the task has no value {name}")),
    }
    Ok(())
}

/// All that is wrong with a task by itself, whatever network it is for; the time step in ms decides about durations.
pub(crate) fn check(task: &TaskSpec, dt_ms: f64, faults: &mut Faults) {
    match task {
        TaskSpec::FreeRun { duration_ms, .. } => match DURATION.out_of_range(*duration_ms) {
            Some(message) => faults.at("task.duration", message),
            None => task.check(dt_ms, faults),
        },
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
