//! What determines a free run besides the changes made to it, and a new run with the weights of an earlier one.

use super::free_run::FreeRun;
use super::log::Applied;
use crate::engine::network::Network;
use crate::engine::projection::Synapses;
use crate::lower::GoesOn;
use crate::model::{FaultList, Faults, NetworkSpec, ProjectionSpec, TaskSpec, sentence};
use std::sync::Arc;

/// The beginning of a free run: from it and the log of changes every moment of the run follows.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The description at step 0.
    pub network: Arc<NetworkSpec>,
    /// What is done with it.
    pub task: TaskSpec,
    /// Master seed.
    pub seed: u64,
    /// The state at step 0, of a run that began with the learnt weights of the run before it; otherwise it follows from description and seed.
    pub start: Option<Arc<[u8]>>,
}

impl Origin {
    /// The run at its start, with a log of changes that are applied at their steps; the fault in one sentence.
    pub fn run(&self, log: &[Applied]) -> Result<FreeRun, String> {
        self.run_while(log, &mut |_| true)
    }

    /// The same, as long as `goes_on` says so while the network is built.
    pub fn run_while(&self, log: &[Applied], goes_on: GoesOn) -> Result<FreeRun, String> {
        let mut run = built(&self.network, &self.task, self.seed, goes_on).map_err(|faults| sentence(&faults))?;
        if let Some(start) = &self.start {
            run.restore(start).map_err(|error| error.to_string())?;
            if run.step().0 != 0 {
                return Err("the state that the run began with is not one at its start".to_owned());
            }
        }
        run.with_task(&self.task).with_log(log)
    }

    /// An earlier moment of `run`, which has this origin: nothing that follows from the description is built again.
    pub fn rewound(&self, run: &FreeRun, log: &[Applied], state: &[u8]) -> Result<FreeRun, String> {
        let mut run = run.rewound(&self.network).with_task(&self.task).with_log(log)?;
        run.restore(state).map_err(|error| error.to_string())?;
        Ok(run)
    }

    /// The same run at the moment at which its state was saved.
    pub fn run_at(&self, log: &[Applied], state: &[u8]) -> Result<FreeRun, String> {
        let mut run = self.run(log)?;
        run.restore(state).map_err(|error| error.to_string())?;
        Ok(run)
    }
}

/// The network of a description whose time step suits the task.
fn built(network: &Arc<NetworkSpec>, task: &TaskSpec, seed: u64, goes_on: GoesOn) -> Result<FreeRun, FaultList> {
    let mut faults = Faults::default();
    task.check(network.dt_ms, &mut faults);
    faults.or(())?;
    FreeRun::new_while(Arc::clone(network), seed, goes_on)
}

/// A run with another description that begins with the weights of projections that are the same in both: ends and their sizes,
/// wiring, seed, and weights and delays as they were drawn. All else is that of a new network. Returns what determines the run, the run,
/// and the projections whose learnt weights it has. One that is stopped by `goes_on` is a fault.
pub fn rebuild(
    before: &FreeRun,
    network: Arc<NetworkSpec>,
    task: &TaskSpec,
    seed: u64,
    goes_on: GoesOn,
) -> Result<(Origin, FreeRun, Vec<String>), FaultList> {
    let mut run = built(&network, task, seed, goes_on)?;
    let same = if seed == before.seed() { drawn_alike(&network, before.spec()) } else { Vec::new() };
    let kept = keep(run.network_mut(), &network, &same, |other| before.present_synapses(other));
    let start = (!kept.is_empty()).then(|| run.save().into());
    let run = run.with_task(task);
    Ok((Origin { network, task: task.clone(), seed, start }, run, kept))
}

/// Give a new network the weights of an earlier one; `same` holds pairs of projections, and `learnt` gives the synapses of the earlier one.
/// Returns the names of the projections whose weights are kept: those that learn, and connect the same neurons with the same delays.
pub(super) fn keep(network: &mut Network, spec: &NetworkSpec, same: &[(usize, usize)], learnt: impl Fn(usize) -> Synapses) -> Vec<String> {
    let mut kept = Vec::new();
    for &(index, other) in same {
        let learnt = learnt(other);
        let synapses = &mut network.projections_mut()[index].synapses;
        if !synapses.connects_alike(&learnt) {
            continue;
        }
        // the limits of the rule can have changed
        let (least, most) = spec.projections[index].limits_mv();
        synapses.set(&learnt.to_array().mapv(|weight| weight.clamp(least as f32, most as f32)));
        kept.push(spec.projections[index].name.clone());
    }
    kept
}

/// Pairs of projections of a new and an earlier network that learn and whose synapses are drawn in the same way, as far as the
/// descriptions tell. A projection or population that was renamed in its place is the same.
pub(super) fn drawn_alike(new: &NetworkSpec, old: &NetworkSpec) -> Vec<(usize, usize)> {
    let same_end = |a: &str, b: &str| {
        let place = |network: &NetworkSpec, name: &str| network.populations.iter().position(|population| population.name == name);
        a == b || (place(new, a) == place(old, b) && place(new, b).is_none() && place(old, a).is_none())
    };
    let place = |network: &NetworkSpec, name: &str| network.projections.iter().position(|projection| projection.name == name);
    let pairs = new.projections.iter().enumerate().filter_map(|(index, a)| {
        let renamed =
            || old.projections.get(index).filter(|b| place(old, &a.name).is_none() && place(new, &b.name).is_none()).map(|_| index);
        let other = place(old, &a.name).or_else(renamed)?;
        let b = &old.projections[other];
        let ends = same_end(&a.from, &b.from) && same_end(&a.to, &b.to);
        let learn = a.learns() && b.learns();
        (ends && learn && is_drawn_alike((a, index), (b, other))).then_some((index, other))
    });
    pairs.collect()
}

/// Whether the synapses of two projections between the same populations, with their places, are drawn in the same way.
fn is_drawn_alike((a, place): (&ProjectionSpec, usize), (b, other): (&ProjectionSpec, usize)) -> bool {
    let ProjectionSpec { wiring, self_connections, multapses, weight, delay, pooling, .. } = a;
    let stream = |projection: &ProjectionSpec, place: usize| projection.stream.map_or(place as u64, u64::from);
    (wiring, self_connections, multapses, weight, delay, pooling)
        == (&b.wiring, &b.self_connections, &b.multapses, &b.weight, &b.delay, &b.pooling)
        && (!a.is_random() || stream(a, place) == stream(b, other))
}
