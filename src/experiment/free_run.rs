//! A free run: a network that is simulated without trials, for a duration that can be extended.

use super::contingency::Contingency;
use super::damage::dead_of;
use super::log::{Applied, Recorded};
use super::maze::MazeRun;
use crate::engine::archive::{self, Archive, ArchiveError, Digest, Persist};
use crate::engine::monitor::Monitor;
use crate::engine::network::Network;
use crate::engine::projection::Synapses;
use crate::lower::{self, GoesOn, Learning};
use crate::model::{Fault, FaultList, NetworkSpec, Path, TaskSpec, Value, sentence};
use crate::params::Change;
use crate::rng::{Purpose, permutation, stream};
use crate::time::{Step, TimeGrid};
use std::fmt;
use std::sync::Arc;

/// Steps between two checks for values that are not numbers.
const CHECK_EVERY: u64 = 1000;
/// Largest amount of a reward, as of those of a task.
const MAX_REWARD: f32 = 1000.0;

/// A network that runs freely.
pub struct FreeRun {
    spec: Arc<NetworkSpec>,
    network: Network,
    seed: u64,
    /// Step and amount of every reward of the task, in order.
    rewards: Arc<[(u64, f32)]>,
    /// Rewards of the task for what the network does.
    contingency: Option<Contingency>,
    /// The surroundings in which it acts.
    maze: Option<MazeRun>,
    /// Changes of a log, each before its step, and the number of those applied.
    log: Arc<[Planned]>,
    applied: usize,
}

/// A change of a log, ready to be applied.
struct Planned {
    before: u64,
    change: Act,
}

enum Act {
    Set(Path, Value),
    Reward(f32),
}

/// Why a run stopped.
#[derive(Clone, PartialEq, thiserror::Error)]
#[error(
    "the {what} of neuron {neuron} of \"{population}\" is not a number at {ms} ms; lower the weights or the rates of the sources, and reset"
)]
pub struct NotFinite {
    /// Name of the population.
    pub population: String,
    /// The variable.
    pub what: &'static str,
    /// The neuron.
    pub neuron: u32,
    /// Model time in ms.
    pub ms: f64,
}

impl fmt::Debug for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FreeRun {
    /// Build the network. All faults of the description are reported.
    pub fn new(spec: impl Into<Arc<NetworkSpec>>, seed: u64) -> Result<Self, FaultList> {
        Self::new_while(spec, seed, &mut |_| true)
    }

    /// The same, as long as `goes_on` says so: one that is stopped is a fault.
    pub fn new_while(spec: impl Into<Arc<NetworkSpec>>, seed: u64, goes_on: GoesOn) -> Result<Self, FaultList> {
        let spec = spec.into();
        let network = lower::network_while(&spec, seed, goes_on)?;
        Ok(Self { spec, network, seed, rewards: Arc::from([]), contingency: None, maze: None, log: Arc::from([]), applied: 0 })
    }

    /// The same run with the rewards of a task: each is given before its step.
    #[must_use]
    pub fn with_task(self, task: &TaskSpec) -> Self {
        let grid = self.grid();
        let rewards = task.rewards().iter().map(|&(ms, amount)| (grid.steps(ms).unwrap_or(0).into(), amount as f32)).collect();
        let contingency = task.reward_when().and_then(|when| Contingency::new(when, &self.spec, self.seed));
        let maze = task.environment().and_then(|maze| MazeRun::new(maze, &self.spec, self.seed));
        Self { rewards, contingency, maze, ..self }
    }

    /// Silence a share of the neurons of a population: they do not fire from now on. Which neurons follows from the seed; a larger
    /// share contains a smaller one. This is no part of the saved state, so that a restored run has to be silenced again.
    pub fn silence(&mut self, population: usize, share: f64) {
        let Some(neurons) = self.network.populations_mut().get_mut(population) else { return };
        let order = permutation(neurons.len(), &mut stream(self.seed, Purpose::Damage, population as u64));
        neurons.silence(&order[..dead_of(neurons.len(), share)]);
    }

    /// The same run with the changes of a log: each is applied when the run reaches its step. A log that cannot be applied is
    /// refused in one sentence.
    pub fn with_log(mut self, log: &[Applied]) -> Result<Self, String> {
        let mut spec = NetworkSpec::clone(&self.spec);
        let mut last = Step(0);
        let mut planned = Vec::with_capacity(log.len());
        for Applied { before, change } in log {
            if *before < last {
                return Err(format!("the recorded change before step {} comes after step {}; the log is damaged", before.0, last.0));
            }
            last = *before;
            let change = act(change, &mut spec).map_err(|fault| format!("the recorded change before step {}: {fault}", before.0))?;
            planned.push(Planned { before: before.0, change });
        }
        (self.log, self.applied) = (planned.into(), 0);
        if self.step().0 == 0 {
            self.follow_log();
        }
        Ok(self)
    }

    /// A copy with the parameters of a description, of which an earlier state is to be restored.
    pub(super) fn rewound(&self, spec: &Arc<NetworkSpec>) -> Self {
        let mut run = Self { spec: Arc::clone(spec), ..self.twin() };
        lower::update(&mut run.network, spec, &Learning::default());
        run
    }

    /// Simulate `steps` steps. Results do not depend on how they are divided, nor on monitors.
    pub fn advance(&mut self, steps: u64, monitors: &mut [&mut dyn Monitor]) -> Result<(), NotFinite> {
        let end = self.network.step() + steps;
        while self.network.step() < end {
            let now = self.network.step();
            let coming = self.rewards.partition_point(|&(step, _)| step < now);
            if let Some(&(_, amount)) = self.rewards.get(coming).filter(|&&(step, _)| step == now) {
                self.reward(amount);
            }
            let due = self.contingency.as_mut().map(|contingency| contingency.take(now));
            due.into_iter().flatten().for_each(|amount| self.reward(amount));
            if let Some(maze) = &mut self.maze {
                maze.act(&mut self.network);
            }
            let horizon = self.contingency.as_ref().map_or(u64::MAX, |contingency| contingency.horizon(now));
            let after = self.rewards.iter().map(|&(step, _)| step).find(|&step| step > now).unwrap_or(u64::MAX);
            let change = self.log.get(self.applied).map_or(u64::MAX, |planned| planned.before);
            let moves = self.maze.as_ref().map_or(u64::MAX, |maze| maze.horizon(now));
            let next = ((now / CHECK_EVERY + 1) * CHECK_EVERY).min(end).min(after).min(horizon).min(moves).min(change);
            let mut all: Vec<&mut dyn Monitor> = monitors.iter_mut().map(|monitor| &mut **monitor as &mut dyn Monitor).collect();
            all.extend(self.contingency.iter_mut().map(|own| own as &mut dyn Monitor));
            all.extend(self.maze.iter_mut().map(|own| own as &mut dyn Monitor));
            self.network.run(next - now, &mut all);
            let found = self.network.populations().iter().enumerate().find_map(|(k, p)| Some((k, p.not_finite()?)));
            if let Some((index, (what, neuron))) = found {
                let population = self.spec.populations[index].name.clone();
                return Err(NotFinite { population, what, neuron, ms: self.network.step() as f64 * self.spec.dt_ms });
            }
            self.follow_log();
        }
        Ok(())
    }

    /// Apply the changes of the log up to the present step: the state at a step contains the changes before that step.
    fn follow_log(&mut self) {
        let log = Arc::clone(&self.log);
        while let Some(Planned { before, change }) = log.get(self.applied)
            && *before <= self.network.step()
        {
            self.applied += 1;
            match change {
                // it was checked with the log
                Act::Set(path, value) => drop(self.set(path, value)),
                Act::Reward(amount) => self.reward(*amount),
            }
        }
    }

    /// From now on without the rest of the log.
    pub fn leave_log(&mut self) {
        (self.log, self.applied) = (Arc::from([]), 0);
    }

    /// Apply a change, as a replay of its record does; the fault in one sentence.
    pub fn apply(&mut self, change: &Recorded) -> Result<(), String> {
        match act(change, &mut NetworkSpec::clone(&self.spec))? {
            Act::Set(path, value) => self.set(&path, &value).map_err(|faults| sentence(&faults)),
            Act::Reward(amount) => {
                self.reward(amount);
                Ok(())
            }
        }
    }

    /// Set a parameter by its path from the next step on; one that needs a new network is a fault.
    pub fn set(&mut self, path: &Path, value: &Value) -> Result<(), FaultList> {
        let spec = live(&self.spec, path, value)?;
        lower::update(&mut self.network, &spec, &Learning::default());
        self.spec = spec.into();
        Ok(())
    }

    /// Give a reward: `amount` is added to the concentration of the neuromodulator before the next step.
    pub fn reward(&mut self, amount: f32) {
        self.network.consolidate(amount);
    }

    /// A copy of the whole state.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self {
            spec: Arc::clone(&self.spec),
            network: self.network.twin(),
            seed: self.seed,
            rewards: Arc::clone(&self.rewards),
            contingency: self.contingency.clone(),
            maze: self.maze.clone(),
            log: Arc::clone(&self.log),
            applied: self.applied,
        }
    }

    /// A copy of the network with the weights of this moment; some rules compute them only at spikes and rewards.
    #[must_use]
    pub fn present(&self) -> Network {
        let mut copy = self.network.twin();
        copy.bring_weights_up_to_date();
        copy
    }

    /// A copy of the synapses of a projection with the weights of this moment; some rules compute them only at spikes and
    /// rewards. Panics if there is no such projection.
    #[must_use]
    pub fn present_synapses(&self, projection: usize) -> Synapses {
        let mut synapses = self.network.projections()[projection].synapses.clone();
        synapses.bring_up_to_date(self.network.step());
        synapses
    }

    /// Weights of the projection called `name` at this moment, in the unit of its receptor, one for each synapse; `None` if there is no
    /// such projection.
    pub fn weights(&self, name: &str) -> Option<Vec<f64>> {
        let index = self.spec.projections.iter().position(|projection| projection.name == name)?;
        let synapses = self.present_synapses(index);
        Some(match synapses.sparse() {
            Some(sparse) => sparse.weights_mv().map(f64::from).collect(),
            None => synapses.to_array().iter().map(|&weight| f64::from(weight)).collect(),
        })
    }

    /// The description with its current values.
    pub fn spec(&self) -> &Arc<NetworkSpec> {
        &self.spec
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Rewards given so far for what the network does.
    pub fn rewards_given(&self) -> u64 {
        self.contingency.as_ref().map_or(0, Contingency::given)
    }

    /// The maze in which it acts, if its task has one.
    pub fn maze(&self) -> Option<&MazeRun> {
        self.maze.as_ref()
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Steps since the start.
    pub fn step(&self) -> Step {
        Step(self.network.step())
    }

    /// The time grid.
    pub fn grid(&self) -> TimeGrid {
        TimeGrid::new(self.spec.dt_ms)
    }

    /// Hash of the whole state.
    pub fn digest(&self) -> Digest {
        match (&self.contingency, &self.maze) {
            (None, None) => self.network.digest(),
            _ => Digest::of(&mut self.twin()),
        }
    }

    /// The whole state as bytes. Description and seed are stored beside it.
    pub fn save(&mut self) -> Vec<u8> {
        archive::save(self)
    }

    /// Continue from a state that was saved with the same description, seed and log. After an error the run must not be used.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        archive::restore(self, bytes)?;
        if self.log.get(self.applied).is_some_and(|planned| planned.before <= self.network.step()) {
            // the state holds no parameters: those of its step are set, and what setting them changed is restored
            self.follow_log();
            archive::restore(self, bytes)?;
        }
        Ok(())
    }

    /// Restore weights that another network learnt; for `rebuild`.
    pub(super) fn network_mut(&mut self) -> &mut Network {
        &mut self.network
    }
}

impl Persist for FreeRun {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { spec: _, network, seed: _, rewards: _, contingency, maze, log: _, applied: _ } = self;
        network.persist(archive)?;
        contingency.as_mut().map_or(Ok(()), |contingency| contingency.persist(archive))?;
        maze.as_mut().map_or(Ok(()), |maze| maze.persist(archive))
    }
}

/// A recorded change as it is applied to a run with this description, in which it is made; the fault in one sentence.
fn act(change: &Recorded, spec: &mut NetworkSpec) -> Result<Act, String> {
    match change {
        Recorded::Quantity(path, text) => {
            let path: Path = path.parse().map_err(|fault: crate::model::PathError| fault.to_string())?;
            let value = spec.set(&path, text).map_err(|faults| sentence(&faults))?;
            is_live(spec, &path).map_err(|faults| sentence(&faults))?;
            Ok(Act::Set(path, value))
        }
        Recorded::Reward(amount) if amount.abs() <= MAX_REWARD => Ok(Act::Reward(*amount)),
        Recorded::Reward(amount) => Err(format!("a reward of {amount} is out of range; allowed: -{MAX_REWARD} to {MAX_REWARD}")),
        Recorded::Set(name, _) => Err(format!("{name} is no path of a network")),
        Recorded::Shown(_) | Recorded::Wait => Err("a network that runs freely has no images".to_owned()),
    }
}

/// A description with another value of a quantity that acts without a rebuild.
fn live(spec: &NetworkSpec, path: &Path, value: &Value) -> Result<NetworkSpec, FaultList> {
    let mut spec = spec.clone();
    spec.set_value(path, value)?;
    is_live(&spec, path)?;
    Ok(spec)
}

fn is_live(spec: &NetworkSpec, path: &Path) -> Result<(), FaultList> {
    if spec.entry(path).is_some_and(|entry| entry.field.change == Change::Rebuild) {
        return Err(Fault { path: path.to_string(), message: "it requires a new network; reset with the new value".to_owned() }.into());
    }
    Ok(())
}
