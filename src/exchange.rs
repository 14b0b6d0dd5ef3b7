//! Export of described networks to other simulators: a script that builds the network there, and the arrays that it reads. The network
//! is that of the engine: start values, synapses, weights and delays as drawn for a seed, and spike trains of sources as they would be
//! drawn in a run.
//!
//! What a simulator has for a model or rule, and what it lacks, is said in the file of the simulator; what it lacks is refused before
//! anything is written.

mod brian2;
mod dialect;
mod drawn;
mod literal;
mod nest;

pub use dialect::Subject;
pub use drawn::{Array, Numbers};

use crate::lower;
use crate::model::{Fault, FaultList, ModelSpec, ProjectionSpec, Wiring, entry, field};
use crate::time::TimeGrid;
use dialect::{Dialect, Onto, fault};
use drawn::Ends;
use literal::literal;
use serde_json::{Map, Value, json};

/// Spikes of all sources, and values of all currents, at most; they are held in memory.
const MOST_SPIKES: f64 = 100e6;

/// A simulator that networks are exported to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Simulator {
    /// PyNEST.
    Nest,
    /// Brian2.
    Brian2,
}

/// A script and the arrays that it reads.
#[derive(Debug)]
pub struct Exported {
    /// The script, in Python.
    pub script: String,
    /// The arrays of `network.npz`.
    pub arrays: Vec<Array>,
    /// Number of synapses.
    pub synapses: u64,
}

/// The export of a network to a simulator. All that cannot be exported is reported, by path.
pub fn export(subject: &Subject<'_>, simulator: Simulator) -> Result<Exported, FaultList> {
    match simulator {
        Simulator::Nest => to::<nest::Nest>(subject),
        Simulator::Brian2 => to::<brian2::Brian2>(subject),
    }
}

fn to<D: Dialect>(subject: &Subject<'_>) -> Result<Exported, FaultList> {
    let Subject { network, task, seed, poisson_given, .. } = *subject;
    let (mut faults, mut described) = (Vec::new(), Vec::new());
    let steps = task.duration_ms().and_then(|ms| TimeGrid::new(network.dt_ms).steps(ms).ok()).map_or(0, u64::from);
    if task.duration_ms().is_none() {
        faults.push(fault("task".to_owned(), format!("{} is no free run; only free runs are exported", task.name())));
    }
    if task.reward_when().is_some() {
        let message = "rewards for what the network does cannot be exported; remove it or give rewards at fixed times";
        faults.push(fault("task.reward_when".to_owned(), message));
    }
    if task.environment().is_some() {
        let message = "an environment cannot be exported; remove it, and give the place cells a rate";
        faults.push(fault("task.environment".to_owned(), message));
    }
    D::network(subject, &mut faults);
    for population in &network.populations {
        let path = field(&entry("populations", &population.name), "model");
        let found = match &population.model {
            ModelSpec::SpikeSource(_) | ModelSpec::Regular(_) => Some(json!({"kind": "given"})),
            model if model.emits_current() => Some(json!({"kind": "current"})),
            ModelSpec::Poisson(poisson) => Some(json!({"kind": "poisson", "rate_hz": poisson.rate_hz})),
            _ => {
                let before = faults.len();
                let found = D::neurons(population, network, &path, &mut faults);
                if found.is_none() && faults.len() == before {
                    faults.push(fault(path, format!("{} has no equivalent in {}; choose another model", population.model.name(), D::NAME)));
                }
                found
            }
        };
        described.push(found);
    }
    for projection in &network.projections {
        unfit(projection, &mut faults);
    }
    let spikes: f64 = network
        .populations
        .iter()
        .filter(|one| matches!(one.model, ModelSpec::Regular(_)) || (poisson_given && matches!(one.model, ModelSpec::Poisson(_))))
        .map(|one| one.model.rate_hz(None).unwrap_or(0.0) * f64::from(one.size()) * steps as f64 * network.dt_ms / 1000.0)
        .sum();
    if spikes > MOST_SPIKES {
        let message = format!(
            "the Poisson and Regular populations would fire {spikes:.1e} times, and at most {MOST_SPIKES:.0e} spikes are written; choose a shorter --duration, or --poisson own"
        );
        faults.push(fault("task.duration".to_owned(), message));
    }
    let sources = network.populations.iter().filter(|one| one.model.emits_current());
    let values: f64 = sources.map(|one| f64::from(one.size()) * steps as f64).sum();
    if values > MOST_SPIKES {
        let message = format!(
            "the currents would have {values:.1e} values, and at most {MOST_SPIKES:.0e} are written; choose a shorter --duration, or smaller sources of currents"
        );
        faults.push(fault("task.duration".to_owned(), message));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let mut built = lower::network(network, seed)?;
    let mut arrays = Vec::new();
    let mut bursts = Vec::new();
    let mut populations = Vec::new();
    for ((index, population), found) in network.populations.iter().enumerate().zip(described) {
        let mut entry = found.unwrap_or_default();
        entry["name"] = json!(population.name);
        entry["size"] = json!(population.size());
        populations.push(entry);
        let given = matches!(population.model, ModelSpec::SpikeSource(_) | ModelSpec::Regular(_))
            || (matches!(population.model, ModelSpec::Poisson(_)) && poisson_given);
        bursts.push(match &mut built.populations_mut()[index] {
            source if given => drawn::trains(index, source.as_mut(), steps, &mut arrays),
            source if population.model.emits_current() => drawn::currents(index, source.as_mut(), steps, &mut arrays),
            source if !source.has_potential() => true,
            neurons => {
                drawn::start(index, population, neurons.as_ref(), &mut arrays);
                false
            }
        });
    }
    let (mut projections, mut synapses) = (Vec::new(), 0);
    for (index, (projection, drawn)) in network.projections.iter().zip(built.projections()).enumerate() {
        let place = |name: &str| network.populations.iter().position(|one| one.name == name).unwrap_or_default();
        let (from, to) = (place(&projection.from), place(&projection.to));
        let ends = Ends::of(drawn);
        let onto = Onto { projection, target: &network.populations[to], network, ends: &ends, bursts: bursts[from] };
        let mut entry = if network.is_current(projection) {
            Map::from_iter([("current".to_owned(), json!(true)), ("rule".to_owned(), Value::Null), ("learns".to_owned(), json!(false))])
        } else {
            D::projection(&onto, &field_of(projection), &mut faults)
        };
        for (key, value) in [("name", json!(projection.name)), ("from", json!(from)), ("to", json!(to))] {
            entry.insert(key.to_owned(), value);
        }
        projections.push(Value::Object(entry));
        synapses += ends.pre.len() as u64;
        ends.into_arrays(index, &mut arrays);
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let script = script::<D>(subject, steps, &populations, &projections);
    Ok(Exported { script, arrays, synapses })
}

fn field_of(projection: &ProjectionSpec) -> String {
    entry("projections", &projection.name)
}

/// What no other simulator has.
fn unfit(projection: &ProjectionSpec, faults: &mut Vec<Fault>) {
    let path = field_of(projection);
    if matches!(projection.wiring, Wiring::Shared { .. }) {
        faults.push(fault(field(&path, "wiring"), "filters with shared weights cannot be exported; choose another wiring"));
    }
    if projection.pooling.is_some() {
        faults.push(fault(field(&path, "pooling"), "relays that pool spikes cannot be exported; remove the pooling"));
    }
    if projection.norm_mv.is_some() {
        faults.push(fault(field(&path, "norm"), "a constant sum of weights cannot be exported; remove it"));
    }
}

/// The script: notes, description, body.
fn script<D: Dialect>(subject: &Subject<'_>, steps: u64, populations: &[Value], projections: &[Value]) -> String {
    // names and titles stay within their line of comment
    let line = |text: &str| text.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let list = |entries: &[Value]| entries.iter().map(|entry| format!("    {},\n", literal(entry))).collect::<Vec<_>>().concat();
    format!(
        "#!/usr/bin/env python3\n# {title}\n#\n# The network of the preset {name:?}, seed {seed}, exported by Spikescope {version} to {simulator}. It needs nothing else than {simulator}\n# and network.npz beside it, and writes spikes.csv (population, neuron, step) and, where weights change, weights.npz.\n#\n{notes}\nDT = {dt}  # ms\nSTEPS = {steps}\nSEED = {seed}  # of what the simulator draws itself\n# Poisson populations: \"given\", the spikes that Spikescope draws for this seed{missing}; or \"own\", drawn by the simulator\nPOISSON = {poisson:?}\nREWARDS = {rewards}  # times in ms and amounts\n# sizes, models and parameters; start values and spikes are in network.npz under population_INDEX_NAME\nPOPULATIONS = [\n{populations}]\n# ends and rules; synapses are in network.npz under projection_INDEX_{{pre, post, weight, delay}}, delays in steps\nPROJECTIONS = [\n{projections}]\n\n{body}",
        title = line(subject.title),
        name = subject.name,
        seed = subject.seed,
        version = env!("CARGO_PKG_VERSION"),
        simulator = D::NAME,
        notes = D::NOTES,
        dt = subject.network.dt_ms,
        missing = if subject.poisson_given { "" } else { " (not in this export)" },
        poisson = if subject.poisson_given { "given" } else { "own" },
        rewards = literal(&json!(subject.task.rewards())),
        populations = list(populations),
        projections = list(projections),
        body = D::BODY,
    )
}
