//! The experiment of any preset behind one interface: step, set parameters, read state.

use super::OpenedData;
use super::free::FreeLab;
use crate::datasets::{self, Data, DataError, Reading};
use crate::engine::monitor::Monitor;
use crate::engine::network::Network;
use crate::experiment::{BuildError, GoesOn, NeuronLab, PairingLab, Trainer, TrialRecord};
use crate::model::NetworkSpec;
use crate::params::{ParamError, ParamId, Params, Task};
use crate::preset::Preset;
use crate::time::TimeGrid;
use std::path::PathBuf;
use std::sync::Arc;

/// Why an experiment cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(super) enum SetUpError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error("{0}")]
    Network(String),
}

/// A data folder, and its data once it was read.
#[derive(Clone)]
pub(super) struct Collection {
    pub(super) folder: PathBuf,
    reading: Reading,
    data: Option<Arc<Data>>,
}

impl Collection {
    /// Data that is read on demand.
    pub(super) fn unread(folder: PathBuf, reading: Reading) -> Self {
        Self { folder, reading, data: None }
    }

    /// Data that is already in memory.
    pub(super) fn read(opened: &OpenedData) -> Self {
        Self { folder: opened.folder.clone(), reading: opened.data.reading, data: Some(Arc::clone(&opened.data)) }
    }

    /// The images.
    pub(super) fn load(&mut self) -> Result<Arc<Data>, DataError> {
        Ok(match &self.data {
            Some(data) => Arc::clone(data),
            None => Arc::clone(self.data.insert(Arc::new(datasets::load(&self.folder, self.reading, &mut |_, _| true)?))),
        })
    }
}

pub(super) enum Laboratory {
    Images(Box<Trainer>),
    Neuron(NeuronLab),
    Pairing(PairingLab),
    Free(Box<FreeLab>),
}

impl Laboratory {
    /// Set up a preset. Data is read once and cached.
    pub(super) fn new(preset: &Preset, seed: u64, collection: &mut Collection, goes_on: GoesOn) -> Result<Self, SetUpError> {
        let faults = |faults| SetUpError::Build(BuildError::Params(faults));
        Ok(match preset.setup.task() {
            Task::Classify => Self::Images(Box::new(Trainer::new(preset, collection.load()?, seed, None)?)),
            Task::CurrentStep => Self::Neuron(NeuronLab::new(preset, seed).map_err(faults)?),
            Task::Pairing => Self::Pairing(PairingLab::new(preset).map_err(faults)?),
            Task::FreeRun => {
                let described = preset.network.as_ref().ok_or_else(|| SetUpError::Network("the preset has no network".to_owned()))?;
                Self::Free(Box::new(FreeLab::new(described, seed, goes_on).map_err(SetUpError::Network)?))
            }
        })
    }

    pub(super) fn advance(&mut self, steps: u64, monitors: &mut [&mut dyn Monitor]) -> Result<Option<TrialRecord>, String> {
        match self {
            Self::Images(trainer) => return trainer.advance(steps, monitors).map_err(|halt| halt.to_string()),
            Self::Neuron(lab) => lab.advance(steps, monitors),
            Self::Pairing(lab) => lab.advance(steps),
            // it has a record of its own
            Self::Free(lab) => lab.advance(steps)?,
        }
        Ok(None)
    }

    pub(super) fn set(&mut self, id: ParamId, value: f64) -> Result<(), ParamError> {
        match self {
            Self::Images(trainer) => trainer.set(id, value),
            Self::Neuron(lab) => lab.set(id, value),
            Self::Pairing(lab) => lab.set(id, value),
            // its quantities have paths
            Self::Free(_) => Ok(()),
        }
    }

    pub(super) fn params(&self) -> &Params {
        match self {
            Self::Images(trainer) => trainer.params(),
            Self::Neuron(lab) => lab.params(),
            Self::Pairing(lab) => lab.params(),
            Self::Free(lab) => lab.params(),
        }
    }

    pub(super) fn grid(&self) -> TimeGrid {
        match self {
            Self::Images(trainer) => trainer.grid(),
            Self::Neuron(lab) => lab.grid(),
            Self::Pairing(lab) => lab.grid(),
            Self::Free(lab) => lab.run().grid(),
        }
    }

    pub(super) fn step(&self) -> u64 {
        match self {
            Self::Images(trainer) => trainer.step(),
            Self::Neuron(lab) => lab.network().step(),
            Self::Pairing(lab) => lab.step(),
            Self::Free(lab) => lab.run().step().0,
        }
    }

    /// Hash of the whole state.
    pub(super) fn digest(&mut self) -> String {
        match self {
            Self::Images(trainer) => trainer.digest().to_string(),
            Self::Neuron(lab) => lab.digest().to_string(),
            Self::Pairing(lab) => lab.digest().to_string(),
            Self::Free(lab) => lab.digest(),
        }
    }

    pub(super) fn network(&self) -> Option<&Network> {
        match self {
            Self::Images(trainer) => Some(trainer.network()),
            Self::Neuron(lab) => Some(lab.network()),
            Self::Pairing(_) => None,
            Self::Free(lab) => Some(lab.network()),
        }
    }

    /// A preset of this experiment with the values in force.
    pub(super) fn in_force(&self, preset: &Preset) -> Preset {
        let mut preset = Preset { params: self.params().clone(), ..preset.clone() };
        if let (Some(network), Some(described)) = (self.described(), &mut preset.network) {
            described.network = Arc::clone(network);
        }
        preset
    }

    /// The description of a network that its file describes, with the values in force.
    pub(super) fn described(&self) -> Option<&Arc<NetworkSpec>> {
        match self {
            Self::Images(trainer) => trainer.described(),
            Self::Free(lab) => Some(lab.spec()),
            Self::Neuron(_) | Self::Pairing(_) => None,
        }
    }

    /// Steps to the end of the current (or next) trial; for other tasks, steps of 100 ms.
    pub(super) fn trial_steps(&self) -> u64 {
        match self {
            Self::Images(trainer) => trainer.steps_left(),
            Self::Neuron(_) | Self::Pairing(_) | Self::Free(_) => ((100.0 / self.grid().dt_ms()) as u64).max(1),
        }
    }

    /// Steps of the trial in progress (or of the next one) from its beginning to its end.
    pub(super) fn whole_trial_steps(&self) -> u64 {
        match self {
            Self::Images(trainer) => trainer.trial_steps(),
            Self::Neuron(_) | Self::Pairing(_) | Self::Free(_) => self.trial_steps(),
        }
    }

    /// Steps that are simulated at once: of a large network few, so that commands are answered in time.
    pub(super) fn slice_steps(&self) -> u64 {
        match self {
            Self::Free(_) => ((1.0 / self.grid().dt_ms()) as u64).max(1),
            Self::Images(_) | Self::Neuron(_) | Self::Pairing(_) => self.trial_steps(),
        }
    }
}
