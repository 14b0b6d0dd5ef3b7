//! What determines a free run besides the changes made to it, and a new run with the weights of an earlier one.

use super::free_run::FreeRun;
use super::log::Applied;
use crate::model::{Fault, Faults, NetworkSpec, ProjectionSpec, TaskSpec, sentence};
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
        let mut run = built(&self.network, &self.task, self.seed).map_err(|faults| sentence(&faults))?;
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
fn built(network: &Arc<NetworkSpec>, task: &TaskSpec, seed: u64) -> Result<FreeRun, Vec<Fault>> {
    let mut faults = Faults::default();
    task.check(network.dt_ms, &mut faults);
    let faults = faults.into_vec();
    if faults.is_empty() { FreeRun::new(Arc::clone(network), seed) } else { Err(faults) }
}

/// A run with another description that begins with the weights of projections that are the same in both: ends and their sizes,
/// wiring, seed, and weights and delays as they were drawn. All else is that of a new network. Returns what determines the run, the run,
/// and the projections whose learnt weights it has.
pub fn rebuild(
    before: &FreeRun,
    network: Arc<NetworkSpec>,
    task: &TaskSpec,
    seed: u64,
) -> Result<(Origin, FreeRun, Vec<String>), Vec<Fault>> {
    let mut run = built(&network, task, seed)?;
    let mut kept = Vec::new();
    if seed == before.seed() {
        for (index, spec) in network.projections.iter().enumerate() {
            let Some(other) = before.spec().projections.iter().position(|other| other.name == spec.name) else { continue };
            let (drawn, old) = (&run.network().projections()[index].synapses, &before.network().projections()[other].synapses);
            if !drawn.learns() || !old.learns() || !is_drawn_alike(spec, &before.spec().projections[other]) || !drawn.connects_alike(old) {
                continue;
            }
            let learnt = before.present_synapses(other).to_array();
            run.network_mut().projections_mut()[index].synapses.set(&learnt);
            kept.push(spec.name.clone());
        }
    }
    let start = (!kept.is_empty()).then(|| run.save().into());
    let run = run.with_task(task);
    Ok((Origin { network, task: task.clone(), seed, start }, run, kept))
}

/// Whether the synapses of two projections are drawn in the same way, as far as the descriptions tell.
fn is_drawn_alike(a: &ProjectionSpec, b: &ProjectionSpec) -> bool {
    let ProjectionSpec { from, to, wiring, self_connections, multapses, weight, delay, pooling, stream, .. } = a;
    (from, to, wiring, self_connections, multapses, weight, delay, pooling, stream)
        == (&b.from, &b.to, &b.wiring, &b.self_connections, &b.multapses, &b.weight, &b.delay, &b.pooling, &b.stream)
}
