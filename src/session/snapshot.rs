//! The data that the window displays. Every snapshot is self-contained and includes the recent spikes, traces and trials, so
//! that skipped snapshots lose no history.

use super::aspects::{Aspect, Aspects};
pub use super::measured::{FiCurve, StdpWindow};
use super::studying::{Lesion, StudyView};
pub use super::traces::{PotentialTrace, WeightView};
use crate::experiment::{Applied, Probed, Why, WhySpike};
pub use crate::experiment::{Condition, Finding, Health, Remedy, TrialRecord};
use crate::params::{Params, Setup};
use crate::preset::Preset;
use crate::time::Step;
use crate::work::Work;
use std::path::PathBuf;
use std::sync::Arc;

/// Whether the simulation runs, and if not, why.
#[derive(Debug, Clone, PartialEq)]
pub enum RunState {
    /// Steps are being computed.
    Running,
    /// Paused by the user.
    Paused,
    /// All planned training images are done; Run continues with another epoch.
    Finished,
    /// The run halted: what was detected, where, and the remedy.
    Halted(String),
}

/// One spike: step, layer, neuron.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpikeEvent {
    /// Step of the spike.
    pub step: u64,
    /// Index of the neuron (pixel index for the input layer).
    pub neuron: u32,
    /// The layer.
    pub layer: Layer,
}

/// Start of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageOnset {
    /// Its first step.
    pub step: u64,
    /// Number of images before it.
    pub index: u64,
}

/// Layers as displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// The encoder: one channel per pixel.
    Input,
    /// The competing neurons.
    Output,
}

/// The current image and the response of the network so far.
#[derive(Debug, Clone, Default)]
pub struct TrialView {
    /// Number of images before this one.
    pub index: u64,
    /// Images in the training plan.
    pub total: u64,
    /// Model time since its onset in ms.
    pub elapsed_ms: f64,
    /// Presentation plus rest in ms.
    pub duration_ms: f64,
    /// Pixels, row by row, 0 to 255.
    pub image: Arc<[u8]>,
    /// Width and height of the image in pixels.
    pub size: (usize, usize),
    /// Whether it is a drawing.
    pub drawn: bool,
    /// Its label, which is compared outside the network and not used by synapses.
    pub label: u8,
    /// Votes for each class so far (spikes of its pool).
    pub votes: Vec<f32>,
    /// The answer, once given.
    pub answer: Option<u8>,
    /// The reward; `None` before it is given, with reward off, and if none was given by hand.
    pub reward: Option<f32>,
    /// The neuromodulator.
    pub modulation: f32,
    /// Model time in ms until the reward; 0 before the answer and after the reward.
    pub reward_in_ms: f64,
    /// Whether the simulation waits for a manual reward.
    pub awaits_reward: bool,
}

/// A manual reward and the image it was given to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HandReward {
    /// Number of images shown before the rewarded one.
    pub image: u64,
    /// The reward.
    pub reward: f32,
    /// The rewarded answer, once known; the inner value is `None` if the network gave no answer.
    pub answer: Option<Option<u8>>,
}

/// A point of the accuracy curve: means over consecutive trials, in a list of bounded length.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct AccuracyPoint {
    /// Last image of the bin.
    pub image: u64,
    /// Accuracy in the bin.
    pub raw: f32,
    /// Moving mean over the last 500 images.
    pub mean: f32,
}

/// The actual speed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    /// Model time over wall-clock time.
    pub times_real_time: f64,
    /// Simulated steps per second.
    pub steps_per_s: f64,
    /// Completed images per second.
    pub images_per_s: f64,
}

/// Accuracy on test images.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Evaluation {
    /// Training images before the test.
    pub after_images: u64,
    /// Number of test images.
    pub test_images: u64,
    /// Accuracy.
    pub accuracy: f64,
}

/// The displayed moment of the past. Of a network that runs freely, moments are steps, otherwise numbers of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookingBack {
    /// Images, or steps, before this moment.
    pub images: u64,
    /// Images, or steps, before the present.
    pub present_images: u64,
    /// Step of the present.
    pub present_step: Step,
    /// The moment up to which the log is being replayed.
    pub target: Option<u64>,
}

/// Why a run was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutAsideBy {
    /// A reset.
    Reset,
    /// Another preset.
    Preset,
    /// Other data.
    Data,
    /// A rebuild parameter.
    Rebuild,
    /// A fork.
    Fork,
    /// A run that was resumed after a crash.
    Resume,
    /// An edited preset that was applied.
    Apply,
    /// An undo.
    Undo,
    /// A redo.
    Redo,
}

/// The run that undo returns to.
#[derive(Debug, Clone, PartialEq)]
pub struct PutAside {
    /// Its number in this session.
    pub id: u64,
    /// Title of its preset.
    pub title: String,
    /// Its seed.
    pub seed: u64,
    /// Its number of images.
    pub images: u64,
    /// Its model time in ms, of a network that runs freely.
    pub model_ms: Option<f64>,
    /// What replaced it.
    pub by: PutAsideBy,
}

impl PutAside {
    /// How long it has run, as text.
    pub fn length(&self) -> String {
        self.model_ms.map_or_else(|| format!("{} images", self.images), super::words::time)
    }

    /// Menu text of the undo.
    pub fn words(&self) -> String {
        let what = match self.by {
            PutAsideBy::Reset => "Undo the reset",
            PutAsideBy::Preset => "Return to the previous preset",
            PutAsideBy::Data => "Return to the previous data",
            PutAsideBy::Rebuild => "Undo the rebuild",
            PutAsideBy::Apply => "Return to the network before the edit",
            PutAsideBy::Fork => "Return to the original run",
            PutAsideBy::Resume => "Return to the run before the resumed one",
            PutAsideBy::Undo => "Return to the run before Undo",
            PutAsideBy::Redo => "Return to the run before Redo",
        };
        format!("{what} ({}, seed {})", self.length(), self.seed)
    }
}

/// Summary of an earlier run.
#[derive(Debug, Clone, PartialEq)]
pub struct FinishedRun {
    /// Its number in this session.
    pub id: u64,
    /// Title of its preset; of a run from disk the name of its directory.
    pub title: String,
    /// Its directory, if it was read from disk.
    pub folder: Option<PathBuf>,
    /// Its seed.
    pub seed: u64,
    /// Its template and task.
    pub setup: Setup,
    /// The parameters it learnt with at the end.
    pub params: Params,
    /// Their earlier values, in order.
    pub until: Vec<super::Until>,
    /// Its number of images.
    pub images: u64,
    /// Images in its training plan: the learning-rate schedule depends on it.
    pub planned: u64,
    /// Hash of the images and labels it learnt from.
    pub data: Arc<str>,
    /// Its accuracy curve.
    pub accuracy: Arc<[AccuracyPoint]>,
    /// Its record, of a network that runs freely.
    pub free: Option<Arc<super::free_view::FreeView>>,
    /// The changes made while it ran, of a network that runs freely.
    pub applied: Arc<[Applied]>,
    /// The image, or the step, at which it was forked, if it is a fork.
    pub forked_at: Option<u64>,
    /// Whether it is kept completely, so that it can be resumed.
    pub kept: bool,
}

impl FinishedRun {
    /// How long it has run, as text.
    pub fn length(&self) -> String {
        let ms = self.free.as_ref().map(|view| view.step as f64 * view.network.dt_ms);
        ms.map_or_else(|| format!("{} images", super::words::number(self.images as f64)), super::words::time)
    }
}

/// All data of a frame.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What there is to show.
    pub aspects: Aspects,
    /// The parameters of the registry that belong to the preset.
    pub setup: Setup,
    /// Resting potential of the output neurons in mV.
    pub rest_mv: f64,
    /// Title of the preset.
    pub title: String,
    /// Path of the preset, for the window title and recent files.
    pub preset_path: Option<std::path::PathBuf>,
    /// Effective parameters.
    pub params: Params,
    /// Parameters of the preset, to mark what differs.
    pub preset_params: Params,
    /// Master seed.
    pub seed: u64,
    /// Number of resets, so that a view can clear accumulated data.
    pub generation: u64,
    /// Steps since reset.
    pub step: Step,
    /// Time step in ms.
    pub dt_ms: f64,
    /// Running, paused ...
    pub state: RunState,
    /// Actual speed.
    pub pace: Pace,
    /// Selected speed.
    pub speed: super::Speed,
    /// Number of classes.
    pub classes: usize,
    /// Number of test images.
    pub test_images: u64,
    /// Class names in label order.
    pub class_names: Arc<[String]>,
    /// Name of the data; empty without images.
    pub data_name: String,
    /// Hash of the images and labels; empty without images.
    pub data: Arc<str>,
    /// Class of every output neuron; `None` while unassigned.
    pub class_of: Arc<[Option<u8>]>,
    /// The current image.
    pub trial: TrialView,
    /// Spikes of the last `window_ms`, oldest first.
    pub spikes: Arc<[SpikeEvent]>,
    /// Length of the spike and trace history in ms.
    pub window_ms: f64,
    /// First step of the contiguous spike and trace history.
    pub window_start: Step,
    /// The step after the last one in that history. At full speed most steps are not recorded.
    pub window_end: Step,
    /// Starts of the images that ended within that history, oldest first.
    pub onsets: Arc<[ImageOnset]>,
    /// Requested membrane traces.
    pub potentials: Vec<PotentialTrace>,
    /// Present V of every output neuron, in mV.
    pub v_mv: Arc<[f32]>,
    /// Adaptive thresholds in mV.
    pub theta_mv: Arc<[f32]>,
    /// Mean rate of every output neuron over the last `RATE_IMAGES` trials, in spikes per image.
    pub rates: Arc<[f32]>,
    /// Weights, if requested.
    pub weights: Arc<WeightView>,
    /// Banks of hidden filters, if requested.
    pub hidden: Arc<[super::BankView]>,
    /// Last 500 trials, oldest first.
    pub trials: Arc<[TrialRecord]>,
    /// Whole accuracy curve, at most 2,000 points.
    pub accuracy: Arc<[AccuracyPoint]>,
    /// Rows: label; columns: answer; over the last 2,000 answered trials.
    pub confusion: Arc<[u32]>,
    /// Dopamine concentration over the window, one sample a step: every M adds to it, and it decays with τ_d.
    pub dopamine: Arc<[f32]>,
    /// The last evaluation on test images.
    pub evaluation: Option<Evaluation>,
    /// Changes since the reset; with preset, seed and program version they determine the run.
    pub applied: Arc<[Applied]>,
    /// Background jobs.
    pub work: Arc<[Arc<Work>]>,
    /// Digest of the state, if requested, while paused.
    pub digest: Option<String>,
    /// Set for one neuron.
    pub fi: Option<Arc<FiCurve>>,
    /// Set for a network that runs freely.
    pub free: Option<Arc<super::free_view::FreeView>>,
    /// Quantities by path, if the network is described by its file.
    pub quantities: Option<Arc<super::quantities::Quantities>>,
    /// Set for one synapse.
    pub stdp: Option<Arc<StdpWindow>>,
    /// For every change of `applied`, the number of images before it; of a network that runs freely, its step.
    pub applied_images: Arc<[u64]>,
    /// The displayed moment of the past, if any.
    pub looking_back: Option<LookingBack>,
    /// The run that undo returns to, if any.
    pub put_aside: Option<PutAside>,
    /// Runs before this one that undo can no longer return to.
    pub lost_runs: u64,
    /// The image at which this run was forked, if it is a fork; of a network that runs freely, the step.
    pub forked_at: Option<u64>,
    /// Number of this run in this session.
    pub run_id: u64,
    /// Earlier runs of this session, oldest first.
    pub runs: Arc<[FinishedRun]>,
    /// The preset that the run was built from, with the parameters of its file.
    pub preset: Arc<Preset>,
    /// The pause condition.
    pub stop_when: Option<super::StopCondition>,
    /// The last manual reward of this run.
    pub given: Option<HandReward>,
    /// Time of the last autosave.
    pub safe: Option<std::time::Instant>,
    /// The explanation of the answer, if requested, or why there is none.
    pub why: Option<Arc<Result<Why, String>>>,
    /// The explanation of a spike, if requested, or why there is none; `None` while it is being computed.
    pub why_spike: Option<Arc<Result<WhySpike, String>>>,
    /// What the chosen neuron does under test currents, if requested, or why that is not known.
    pub characterised: Option<Arc<super::CharacterisedView>>,
    /// Result of the last tested drawing.
    pub probed: Option<Arc<Probed>>,
    /// The applicable ablations.
    pub lesions: Arc<[Lesion]>,
    /// The current or last ablation study.
    pub study: Option<Arc<StudyView>>,
    /// Eligibility of the output synapses in the layout of the weights, if requested and available.
    pub eligibility: Option<Arc<WeightView>>,
    /// Health of the network.
    pub health: Arc<Health>,
    /// Description of the network.
    pub network: Arc<super::NetworkView>,
    /// Spikes of each part of the network since the onset of the image (without images: in the history).
    pub flow: Arc<[u64]>,
    /// Duration of `flow` in ms.
    pub flow_ms: f64,
    /// Maximum history of spikes and traces within its memory limit, in ms.
    pub history_limit_ms: f64,
    /// The inspected neuron of a network that runs freely.
    pub inspected: Option<Arc<super::Inspected>>,
    /// Statistics of the inspected neuron.
    pub habit: Option<Arc<super::Habit>>,
}

impl Snapshot {
    /// Whether a fact about the network holds.
    pub fn shows(&self, aspect: Aspect) -> bool {
        self.aspects.has(aspect)
    }

    /// The last manual reward as text; `None` once later images have been shown for some seconds.
    pub fn given_words(&self) -> Option<String> {
        let given = self.given?;
        let recent = (5.0 * self.pace.images_per_s).max(1.0);
        if self.trial.index.saturating_sub(given.image) as f64 > recent {
            return None;
        }
        let amount = super::words::number(f64::from(given.reward));
        let sign = if given.reward > 0.0 { "+" } else { "" };
        let image = super::words::number((given.image + 1) as f64);
        Some(match given.answer {
            Some(Some(answer)) => format!("{sign}{amount} given to image {image} (answer {})", self.class_name(answer)),
            Some(None) => format!("{sign}{amount} given to image {image} (no answer)"),
            None => format!("{sign}{amount} given to image {image}, not answered yet"),
        })
    }

    /// Name of a class; its number if it has no name.
    pub fn class_name(&self, class: u8) -> std::borrow::Cow<'_, str> {
        self.class_names.get(usize::from(class)).map_or_else(|| class.to_string().into(), |name| name.as_str().into())
    }
}
