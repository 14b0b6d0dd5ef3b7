//! `--set PATH=VALUE` of described networks.

use crate::model::{NetworkSpec, Path, PathError, TASK, TaskSpec, assignment, set_all};
use std::collections::BTreeSet;

/// Apply every `--set` to a network and its task and return every fault. The order does not matter. Numbers have their units, as
/// in a file.
pub(in crate::cli) fn apply_sets(network: &mut NetworkSpec, task: &mut TaskSpec, sets: &[String]) -> Vec<String> {
    let (mut typed, mut faults) = (Vec::new(), Vec::new());
    for set in sets {
        match read_set(set) {
            Ok((path, value)) => match if path.is_task(network) { Ok(()) } else { network.check_units(&path, value) } {
                Ok(()) => typed.push((set, path, value)),
                Err(found) => faults.extend(found.iter().map(|fault| format!("--set {set}: {fault}"))),
            },
            Err(fault) => faults.push(format!("--set {set}: {fault}")),
        }
    }
    let values: Vec<(Path, &str)> = typed.iter().map(|(_, path, value)| (path.clone(), *value)).collect();
    let found = set_all(network, task, &values);
    faults.extend(found.iter().flat_map(|(index, found)| found.iter().map(|fault| format!("--set {}: {fault}", typed[*index].0))));
    faults
}

/// A fault for every `--set` of what an earlier one has set. `also` are options that set the same as a field of the task.
pub(in crate::cli) fn set_twice(sets: &[String], also: &[(&str, &str)]) -> Vec<String> {
    let key = |set: &String| {
        let name = assignment(set)?.0.trim();
        Some(match name.parse::<Path>() {
            // a parameter of the task has its name in the registry as well
            Ok(Path { owner: Some(owner), field }) if owner == TASK => field,
            Ok(path) => path.to_string(),
            Err(_) => name.to_owned(),
        })
    };
    let (mut seen, mut faults) = (BTreeSet::new(), Vec::new());
    for (set, key) in sets.iter().filter_map(|set| Some((set, key(set)?))) {
        if let Some((_, option)) = also.iter().find(|(name, _)| *name == key) {
            faults.push(format!("--set {set}: {option} sets it too; keep one of them"));
        } else if !seen.insert(key) {
            faults.push(format!("--set {set}: it is set twice; keep one of its values"));
        }
    }
    faults
}

fn read_set(set: &str) -> Result<(Path, &str), String> {
    let (path, value) = assignment(set).ok_or_else(|| "expected PATH=VALUE, for example E.tau_m=10ms".to_owned())?;
    Ok((path.parse().map_err(|fault: PathError| fault.to_string())?, value.trim()))
}
