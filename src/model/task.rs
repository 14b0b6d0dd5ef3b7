//! What is done with a network.

use super::maze::Maze;
use super::reward::Coincidence;
use super::stage::Stage;
use crate::params::Params;

/// What is done with a network.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskSpec {
    /// Simulate it for so long.
    FreeRun(FreeTask),
    /// Present images one after the other, read an answer from the last population, and reward it.
    Classify(Classify),
}

/// Simulation without trials.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeTask {
    /// Duration in ms, a whole number of steps.
    pub duration_ms: f64,
    /// Rewards: time in ms, a whole number of steps, rising; and amount, -1000 to 1000, which is added to the concentration of
    /// the neuromodulator. In the file: `rewards: [("2 s", 1.0)]`.
    pub rewards: Vec<(f64, f64)>,
    /// Rewards for what the network does. In the file: `reward_when: Coincidence(first: "E[0]", then: "E[1]")`.
    pub reward_when: Option<Coincidence>,
    /// The surroundings in which the network acts. In the file: `environment: Maze(place_cells: "place", critic: "critic", ..)`.
    pub environment: Option<Box<Maze>>,
}

impl FreeTask {
    /// Simulation for so many ms without rewards.
    pub fn lasting(duration_ms: f64) -> Self {
        Self { duration_ms, rewards: Vec::new(), reward_when: None, environment: None }
    }

    /// Whether it gives rewards.
    pub fn rewards(&self) -> bool {
        !self.rewards.is_empty() || self.reward_when.is_some() || self.environment.is_some()
    }
}

impl TaskSpec {
    /// A free run of so many ms without rewards.
    pub fn free(duration_ms: f64) -> Self {
        Self::FreeRun(FreeTask::lasting(duration_ms))
    }

    /// The names of all tasks.
    pub const NAMES: &[&str] = &["FreeRun", "Classify"];

    /// Its name in files.
    pub fn name(&self) -> &'static str {
        Self::NAMES[match self {
            Self::FreeRun(_) => 0,
            Self::Classify(_) => 1,
        }]
    }

    /// Duration of a free run in ms; `None` for tasks whose end is a number of images.
    pub fn duration_ms(&self) -> Option<f64> {
        match self {
            Self::FreeRun(task) => Some(task.duration_ms),
            Self::Classify(_) => None,
        }
    }

    /// The stages in which projections learn without reward.
    pub fn stages(&self) -> &[Stage] {
        match self {
            Self::Classify(task) => &task.stages,
            Self::FreeRun(_) => &[],
        }
    }

    /// Set the duration of a free run in ms; without effect on other tasks.
    pub fn set_duration_ms(&mut self, ms: f64) {
        if let Self::FreeRun(task) = self {
            task.duration_ms = ms;
        }
    }

    /// The rewards of a free run: times in ms and amounts.
    pub fn rewards(&self) -> &[(f64, f64)] {
        match self {
            Self::FreeRun(task) => &task.rewards,
            Self::Classify(_) => &[],
        }
    }

    /// The surroundings in which the network of a free run acts.
    pub fn environment(&self) -> Option<&Maze> {
        match self {
            Self::FreeRun(task) => task.environment.as_deref(),
            Self::Classify(_) => None,
        }
    }

    /// The condition under which a free run gives rewards.
    pub fn reward_when(&self) -> Option<&Coincidence> {
        match self {
            Self::FreeRun(task) => task.reward_when.as_ref(),
            Self::Classify(_) => None,
        }
    }
}

/// Classification of images that is rewarded.
#[derive(Debug, Clone, PartialEq)]
pub struct Classify {
    /// Passes over the training images, unless given on the command line.
    pub epochs: u32,
    /// The population whose spikes are the answer; without it, the last of the description. In the file: `readout_population`.
    pub readout: Option<String>,
    /// Stages in which projections learn without reward, before everything else learns: shared filters by their own rules, all-to-all
    /// synapses by that of the stage. In the file: `stages: [(["image->hidden"], 5000), (["hidden->out"], 10000, Stdp())]`.
    pub stages: Vec<Stage>,
    /// The parameters of the registry that belong to the task, under their names there; the others are not used.
    pub params: Params,
}

impl Default for Classify {
    fn default() -> Self {
        Self { epochs: 1, readout: None, stages: Vec::new(), params: Params::default() }
    }
}
