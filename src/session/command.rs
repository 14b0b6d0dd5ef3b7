//! What a person or a script can tell the simulation. One enum behind buttons, keys, menus and replays.

use super::studying::AblationAsked;
use crate::datasets::{self, Data, Reading};
pub use crate::experiment::{Applied, Recorded};

use super::words::number;
use crate::experiment::{Asked, Picture};
use crate::files::NewDir;
use crate::params::ParamId;
use crate::preset::Preset;
use crate::work::Work;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How fast model time may pass. Pacing never changes a result; it only chooses batch sizes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Speed {
    /// Model milliseconds per wall-clock second: 10 is slow motion (1/100 real time), 1000 real time.
    ModelMsPerSecond(f64),
    /// As fast as the machine computes.
    Full,
}

/// Something to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum StopCondition {
    /// The mean over the last 500 images reaches this fraction.
    Accuracy {
        /// Fraction right, 0 to 1.
        at_least: f64,
    },
    /// This output neuron fires.
    FirstSpike {
        /// The neuron.
        neuron: u32,
    },
    /// So many images were shown: the next one begins.
    Image {
        /// Number of the image, from 0.
        index: u64,
    },
    /// So much model time has passed.
    ModelTime {
        /// In ms since step 0.
        ms: f64,
    },
    /// An image was answered so.
    Answered {
        /// Rightly or wrongly; no answer is a wrong one.
        right: bool,
    },
}

impl StopCondition {
    /// It, after "stop".
    pub fn words(&self) -> String {
        match self {
            Self::Accuracy { at_least } => format!("when {} % of the last 500 images are right", (1000.0 * at_least).round() / 10.0),
            Self::FirstSpike { neuron } => format!("when neuron {neuron} fires"),
            Self::Image { index } => format!("after {} images", number(*index as f64)),
            Self::ModelTime { ms } => format!("after {} ms of model time", number(*ms)),
            Self::Answered { right: true } => "when an answer is right".to_owned(),
            Self::Answered { right: false } => "when an answer is wrong".to_owned(),
        }
    }

    /// Whether it can happen more than once, so that it is waited for again.
    pub fn can_recur(&self) -> bool {
        matches!(self, Self::FirstSpike { .. } | Self::Answered { .. })
    }
}

/// Images that were read for the simulation, on a thread that may wait for the disk.
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

    /// The same, read in another way, as inverted images.
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
    // not a line for each of some million pixels
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenedData({}: {})", self.folder.display(), self.data.words())
    }
}

/// An order to the simulation thread.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Let model time pass.
    Run,
    /// Stop before the next step.
    Pause,
    /// One time grid millisecond, then pause.
    StepMs,
    /// To the end of the current (or next) image, then pause.
    StepTrial,
    /// Set a parameter. A rebuild parameter resets the session with the same seed.
    Set(ParamId, f64),
    /// Overrule the reward of the image being shown.
    Reward(f32),
    /// Start again from step 0 with this seed.
    Reset {
        /// Master seed of the new run.
        seed: u64,
    },
    /// Replace everything by this preset.
    LoadPreset(Box<Preset>, u64),
    /// Learn from these images: the preset in force starts anew with them.
    UseData(OpenedData),
    /// Start anew with the same images inverted, or no longer inverted; the present run can be had back.
    InvertData,
    /// Change the pace.
    SetSpeed(Speed),
    /// What the open panels need; never recorded, for it changes no result.
    Watch(Watch),
    /// Count correct answers on this many test images; learning is off meanwhile, the state is restored.
    Evaluate(usize),
    /// Write preset, session record, metrics and checkpoint into a new run directory.
    SaveRun(NewDir),
    /// Show the beginning of this image of the run: the present is put aside, and nothing of the past can be changed.
    LookBack(u64),
    /// Leave the past.
    BackToPresent,
    /// Drop what came after the moment shown and go on from it as a run of its own.
    ForkHere,
    /// Bring back the run that the last reset, preset, rebuild or fork put aside; given again, it takes it back.
    UndoReset,
    /// Go back to the run of this number, if it is still kept; the one shown now is put aside.
    GoBackTo(u64),
    /// Pause when this happens; never recorded, for it changes no result.
    StopWhen(Option<StopCondition>),
    /// Keep a copy of the run in this file while it learns, for the case that the program dies.
    Autosave(PathBuf),
    /// Go on from such a file.
    Resume(PathBuf),
    /// Show this picture to a frozen copy of the network; the run is not touched.
    Probe(Vec<u8>),
    /// Show this picture with this label in place of the next image.
    Teach(Picture),
    /// Take one part of the network after the other away, each time train it anew, and compare; the run is not touched.
    Ablate(AblationAsked),
    /// Test hook: panic inside the simulation thread, to show that the window survives it.
    Panic,
    /// End the thread.
    Quit,
}

/// Which views are open. The snapshot carries only what they show.
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
    /// What is to be explained, if anything.
    pub why: Option<Asked>,
    /// Whether the eligibility of the synapses onto the outputs is drawn.
    pub eligibility: bool,
    /// The neuron whose habits are shown, if any.
    pub inspected: Option<u32>,
    /// Windows of history to keep: images where there are images. Memory may keep less.
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
            eligibility: false,
            inspected: None,
            history: 1,
        }
    }
}
