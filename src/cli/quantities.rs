//! `--set PATH=VALUE` of described networks; several paths with the same value are separated by commas.

use crate::model::{NetworkSpec, Path, PathError, TASK, TaskSpec, assignment, listed, set_all};
use std::collections::BTreeSet;

/// Apply every `--set` to a network and its task and return every fault. The order does not matter. Numbers have their units, as
/// in a file.
pub(in crate::cli) fn apply_sets(network: &mut NetworkSpec, task: &mut TaskSpec, sets: &[String]) -> Vec<String> {
    let (mut typed, mut faults) = (Vec::new(), Vec::new());
    for set in sets {
        let (paths, value) = match read_set(set) {
            Ok(read) => read,
            Err(fault) => {
                faults.push(format!("--set {set}: {fault}"));
                continue;
            }
        };
        for path in paths {
            match if path.is_task(network) { Ok(()) } else { network.check_units(&path, value) } {
                Ok(()) => typed.push((set, path, value)),
                Err(found) => faults.extend(found.iter().map(|fault| format!("--set {set}: {fault}"))),
            }
        }
    }
    let values: Vec<(Path, &str)> = typed.iter().map(|(_, path, value)| (path.clone(), *value)).collect();
    let found = set_all(network, task, &values);
    faults.extend(found.iter().flat_map(|(index, found)| found.iter().map(|fault| format!("--set {}: {fault}", typed[*index].0))));
    faults
}

/// A fault for every `--set` of what an earlier one has set. `also` are options that set the same as a field of the task.
pub(in crate::cli) fn set_twice(sets: &[String], also: &[(&str, &str)]) -> Vec<String> {
    let key = |name: &str| match name.parse::<Path>() {
        // a parameter of the task has its name in the registry as well
        Ok(Path { owner: Some(owner), field }) if owner == TASK => field,
        Ok(path) => path.to_string(),
        Err(_) => name.to_owned(),
    };
    let keys = |set: &String| assignment(set).map_or(Vec::new(), |(names, _)| listed(names).into_iter().map(key).collect());
    let (mut seen, mut faults) = (BTreeSet::new(), Vec::new());
    for (set, key) in sets.iter().flat_map(|set| keys(set).into_iter().map(move |key| (set, key))) {
        if let Some((_, option)) = also.iter().find(|(name, _)| *name == key) {
            faults.push(format!("--set {set}: {option} sets it too; keep one of them"));
        } else if !seen.insert(key) {
            faults.push(format!("--set {set}: it is set twice; keep one of its values"));
        }
    }
    faults
}

/// The paths of an assignment, separated by commas, and their value.
fn read_set(set: &str) -> Result<(Vec<Path>, &str), String> {
    let Some((names, value)) = assignment(set) else {
        // the shell cut `I->E.weight=…` at the > and writes to a file
        let cut =
            if set.ends_with('-') { "; put names with -> in quotes, as \"I->E.weight=-2 mV\", otherwise > writes to a file" } else { "" };
        return Err(format!("expected PATH=VALUE, for example E.tau_m=10ms{cut}"));
    };
    let paths = listed(names).into_iter().map(str::parse).collect::<Result<_, _>>();
    Ok((paths.map_err(|fault: PathError| fault.to_string())?, value.trim()))
}
