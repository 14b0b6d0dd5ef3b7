//! `--set PATH=VALUE` of described networks.

use crate::model::{NetworkSpec, Path, PathError, assignment, sentence};

/// Apply every `--set` and return every fault. The order does not matter.
pub(in crate::cli) fn apply_sets(network: &mut NetworkSpec, sets: &[String]) -> Vec<String> {
    let (mut typed, mut faults) = (Vec::new(), Vec::new());
    for set in sets {
        match read_set(set) {
            Ok((path, value)) => typed.push((set, path, value)),
            Err(fault) => faults.push(format!("--set {set}: {fault}")),
        }
    }
    let values: Vec<(Path, &str)> = typed.iter().map(|(_, path, value)| (path.clone(), *value)).collect();
    faults.extend(network.set_all(&values).iter().map(|(index, found)| format!("--set {}: {}", typed[*index].0, sentence(found))));
    faults
}

fn read_set(set: &str) -> Result<(Path, &str), String> {
    let (path, value) = assignment(set).ok_or_else(|| "expected PATH=VALUE, for example E.tau_m=10ms".to_owned())?;
    Ok((path.parse().map_err(|fault: PathError| fault.to_string())?, value.trim()))
}
