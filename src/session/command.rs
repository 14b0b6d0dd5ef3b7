//! Commands to the simulation: one enum for buttons, keys, menus and replays.

use super::studying::AblationAsked;
use crate::datasets::{self, Data, Reading};
pub use crate::experiment::{Applied, Recorded};

use super::why::SpikeAsked;
use super::words::number;
use crate::experiment::{Asked, Picture};
use crate::files::NewDir;
use crate::model::{Path as Quantity, Value};
use crate::params::ParamId;
use crate::preset::Preset;
use crate::work::Work;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Simulation speed. It does not change results, only batch sizes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Speed {
    /// Model milliseconds per wall-clock second: 10 is slow motion (1/100 real time), 1000 real time.
    ModelMsPerSecond(f64),
    /// Maximum speed.
    Full,
}

/// A condition for a pause.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum StopCondition {
    /// The mean over the last 500 images reaches this fraction.
    Accuracy {
        /// Accuracy, 0 to 1.
        at_least: f64,
    },
    /// This output neuron fires.
    FirstSpike {
        /// The neuron.
        neuron: u32,
    },
    /// The number of completed images reaches this value.
    Image {
        /// Number of the image, from 0.
        index: u64,
    },
    /// Model time reaches this value.
    ModelTime {
        /// In ms since step 0.
        ms: f64,
    },
    /// A right or wrong answer.
    Answered {
        /// Right or wrong; no answer is wrong.
        right: bool,
    },
}

impl StopCondition {
    /// The condition as text, after "pause".
    pub fn words(&self) -> String {
        match self {
            Self::Accuracy { at_least } => format!("at an accuracy of {} % over the last 500 images", (1000.0 * at_least).round() / 10.0),
            Self::FirstSpike { neuron } => format!("at a spike of neuron {neuron}"),
            Self::Image { index } => format!("after {} images", number(*index as f64)),
            Self::ModelTime { ms } => format!("after {} ms of model time", number(*ms)),
            Self::Answered { right: true } => "at a right answer".to_owned(),
            Self::Answered { right: false } => "at a wrong answer".to_owned(),
        }
    }

    /// Whether it can occur again, so that the condition stays set.
    pub fn can_recur(&self) -> bool {
        matches!(self, Self::FirstSpike { .. } | Self::Answered { .. })
    }
}

/// Data that was read for the simulation on a worker thread.
#[derive(Clone)]
pub struct OpenedData {
    /// Their folder or file.
    pub folder: PathBuf,
    /// The images.
    pub data: Arc<Data>,
}

impl OpenedData {
    /// Read a folder or file, or say in one sentence why not. The work is shown and can be stopped.
    pub fn read(folder: &Path, work: &Work) -> Result<Self, String> {
        Self::read_as(folder, Reading::default(), work)
    }

    /// Like `read`, with other settings, such as inverted images.
    pub fn read_as(folder: &Path, reading: Reading, work: &Work) -> Result<Self, String> {
        let mut watched = |done: usize, total: usize| {
            work.set_total(total as u64);
            work.set_done(done as u64);
            !work.is_cancelled()
        };
        let data = datasets::load(folder, reading, &mut watched).map_err(|error| error.to_string());
        work.finish();
        Ok(Self { folder: folder.to_owned(), data: Arc::new(data?) })
    }
}

impl PartialEq for OpenedData {
    fn eq(&self, other: &Self) -> bool {
        self.folder == other.folder && Arc::ptr_eq(&self.data, &other.data)
    }
}

impl std::fmt::Debug for OpenedData {
    // without the pixels
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenedData({}: {})", self.folder.display(), self.data.words())
    }
}

/// A command to the simulation thread.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Run.
    Run,
    /// Pause before the next step.
    Pause,
    /// Simulate one millisecond, then pause.
    StepMs,
    /// Simulate to the end of the current (or next) image, then pause.
    StepTrial,
    /// Set a parameter. A rebuild parameter resets the session with the same seed.
    Set(ParamId, f64),
    /// Set a quantity of a described network by its path. One that needs a new network resets the session with the same seed.
    SetPath(Quantity, Value),
    /// Set the reward of the current image by hand, or reward a network that runs freely.
    Reward(f32),
    /// Restart from step 0 with this seed.
    Reset {
        /// Master seed of the new run.
        seed: u64,
    },
    /// Load this preset.
    LoadPreset(Box<Preset>, u64),
    /// Put an edited preset in place of the one that runs, with the same seed: values that act at once are changed and recorded as by
    /// `SetPath`; otherwise a new network is built, which keeps the learnt weights of projections that did not change. After an error
    /// the run is as it was.
    Apply(Box<Preset>),
    /// Restart the current preset with this data.
    UseData(OpenedData),
    /// Start a new run with the same images inverted, or restored; the current run is kept and can be restored.
    InvertData,
    /// Change the speed.
    SetSpeed(Speed),
    /// What the open views need; not recorded, because it does not change results.
    Watch(Watch),
    /// Test on this number of images, without learning and without changing the run.
    Evaluate(usize),
    /// Write preset, session record, metrics and checkpoint into a new run directory.
    SaveRun(NewDir),
    /// Show the start of this image of the run, or this step of a network that runs freely; the past cannot be changed.
    LookBack(u64),
    /// Return to the present.
    BackToPresent,
    /// Fork: start a new run from the displayed moment.
    ForkHere,
    /// Exchange the run with the one replaced by the last reset, preset, rebuild or fork; repeated, it exchanges them again.
    UndoReset,
    /// Go back to the run before the last one that a reset, preset, rebuild or fork started; repeated, to the runs before it.
    UndoRun,
    /// Go forward again to the run that the last `UndoRun` left.
    RedoRun,
    /// Return to the run of this number, if it is still kept; the current one is kept as well.
    GoBackTo(u64),
    /// Pause on this condition; not recorded, because it does not change results.
    StopWhen(Option<StopCondition>),
    /// Autosave the run to this file.
    Autosave(PathBuf),
    /// Resume from an autosaved file.
    Resume(PathBuf),
    /// Continue the free run of this run directory. The directory does not change.
    OpenRun(PathBuf),
    /// Test this drawing without learning; the run does not change.
    Probe(Vec<u8>),
    /// Train on this drawing with this label in place of the next image.
    Teach(Picture),
    /// Run an ablation study beside the run, which does not change.
    Ablate(AblationAsked),
    /// Test hook: panic in the simulation thread, to test that the window continues.
    Panic,
    /// End the thread.
    Quit,
}

/// Requirements of the open views. A snapshot contains only what they show.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// Whether spikes are drawn.
    pub spikes: bool,
    /// Neurons whose membrane potential is drawn.
    pub potentials: Vec<u32>,
    /// Whether weights are drawn.
    pub weights: bool,
    /// Whether hidden layers are drawn.
    pub hidden: bool,
    /// Whether the accuracy, confusion and reward histories are drawn.
    pub learning: bool,
    /// The question of "Why this answer?", if any.
    pub why: Option<Asked>,
    /// The question of "Why this spike?", if any.
    pub why_spike: Option<SpikeAsked>,
    /// The population of which a neuron is characterised, if any; the first that can be if there is none of this name.
    pub characterised: Option<String>,
    /// Whether the eligibility of the output synapses is drawn.
    pub eligibility: bool,
    /// The neuron whose statistics are shown, if any.
    pub inspected: Option<u32>,
    /// Whether snapshots contain the digest while paused.
    pub digest: bool,
    /// Length of the history to keep, in images if there are images. Limited by memory.
    pub history: u8,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            spikes: true,
            potentials: vec![0],
            weights: true,
            hidden: true,
            learning: true,
            why: None,
            why_spike: None,
            characterised: None,
            eligibility: false,
            inspected: None,
            digest: true,
            history: 1,
        }
    }
}
