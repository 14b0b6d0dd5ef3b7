//! What the window may know. Every snapshot is whole: a reader that misses ninety-nine of them loses state, not
//! history, because the last spikes, traces and trials ride in each.

use super::studying::{Lesion, StudyView};
use crate::experiment::{Applied, Probed, Why};
pub use crate::experiment::{Condition, Finding, Health, Remedy, TrialRecord};
use crate::params::{Params, Protocol};
use crate::preset::Preset;
use crate::time::Step;
use crate::work::Work;
use std::path::PathBuf;
use std::sync::Arc;

/// Whether model time passes, and if not, why.
#[derive(Debug, Clone, PartialEq)]
pub enum RunState {
    /// Steps are being computed.
    Running,
    /// Waiting for the user.
    Paused,
    /// All training images of the preset were shown; Run goes on with another epoch.
    Finished,
    /// A checker stopped the run: what was found, where, and the remedy.
    Halted(String),
}

/// One spike: when, in which layer, which neuron.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpikeEvent {
    /// Step of the spike.
    pub step: u64,
    /// Index of the neuron (pixel index for the input layer).
    pub neuron: u32,
    /// The layer.
    pub layer: Layer,
}

/// Where an image began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageOnset {
    /// Its first step.
    pub step: u64,
    /// Number of images shown before it.
    pub index: u64,
}

/// Layers of the trial network as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// The encoder: one channel a pixel.
    Input,
    /// The competing neurons.
    Output,
}

/// The image being shown and what the network makes of it so far.
#[derive(Debug, Clone, Default)]
pub struct TrialView {
    /// Number of images shown before this one.
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
    /// Whether a person drew it.
    pub drawn: bool,
    /// Its label. It is compared outside the network; no synapse sees it.
    pub label: u8,
    /// Votes for each class so far (spikes of its pool).
    pub votes: Vec<f32>,
    /// The answer, once given.
    pub answer: Option<u8>,
    /// The reward, once given. `None` too when reward is off or a hand did not give one.
    pub reward: Option<f32>,
    /// The neuromodulator that reached the synapses.
    pub modulation: f32,
    /// Model time in ms until the reward of the answer arrives; 0 before the answer and once rewarded.
    pub reward_in_ms: f64,
    /// Whether the network stands still until a reward is given by hand.
    pub awaits_reward: bool,
}

/// A reward given by hand, and what for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HandReward {
    /// Number of images shown before the one it was given to.
    pub image: u64,
    /// The reward.
    pub reward: f32,
    /// The answer it was given for, once there is one; inside, none if the network gave no answer.
    pub answer: Option<Option<u8>>,
}

/// A membrane trace with one sample a step, oldest first.
#[derive(Debug, Clone, Default)]
pub struct PotentialTrace {
    /// The neuron.
    pub neuron: u32,
    /// Membrane potential in mV.
    pub v_mv: Arc<[f32]>,
    /// Effective threshold V_th + θ in mV.
    pub threshold_mv: Arc<[f32]>,
    /// Offsets into `v_mv` at which the neuron fired.
    pub spikes: Vec<u32>,
}

/// A point of the accuracy curve: means over consecutive trials, so that the whole run fits a bounded list.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct AccuracyPoint {
    /// Last image of the bin.
    pub image: u64,
    /// Fraction right in the bin alone.
    pub raw: f32,
    /// Moving mean over the last 500 images.
    pub mean: f32,
}

/// Weights of the projection onto the output layer.
#[derive(Debug, Clone, Default)]
pub struct WeightView {
    /// Presynaptic neurons, of which `field` gives the picture's width and height.
    pub n_pre: usize,
    /// Postsynaptic neurons.
    pub n_post: usize,
    /// Width and height of one receptive field.
    pub field: (usize, usize),
    /// Post-major: the field of neuron j is `w[j * n_pre..][..n_pre]`, in mV.
    pub w: Arc<[f32]>,
    /// Largest allowed weight in mV.
    pub w_max: f32,
}

/// What the first-neuron protocol measures.
#[derive(Debug, Clone, Default)]
pub struct FiCurve {
    /// The closed form: current in nA, rate in Hz.
    pub theory: Vec<(f64, f64)>,
    /// Measured rates at currents that were held long enough: current in nA, rate in Hz.
    pub measured: Vec<(f64, f64)>,
    /// The current now, in nA, and the rate it should give.
    pub now: (f64, f64),
}

/// What the pairing protocol measures.
#[derive(Debug, Clone, Default)]
pub struct StdpWindow {
    /// The closed form: lag t_post − t_pre in ms, weight change.
    pub theory: Vec<(f64, f64)>,
    /// Pairings done: lag in ms, weight change.
    pub measured: Vec<(f64, f64)>,
    /// The pairing shown last: lag in ms, presynaptic and postsynaptic trace samples, weight.
    pub lag_ms: f64,
    /// Presynaptic trace of the pairing shown last, one sample a step.
    pub x_pre: Vec<f32>,
    /// Postsynaptic trace, one sample a step.
    pub x_post: Vec<f32>,
    /// The weight, one sample a step.
    pub w: Vec<f32>,
}

/// The pace actually reached.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    /// Model time over wall-clock time.
    pub times_real_time: f64,
    /// Simulated steps a second.
    pub steps_per_s: f64,
    /// Finished images a second.
    pub images_per_s: f64,
}

/// Accuracy on images that were never learnt from.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Evaluation {
    /// Images shown in training when it was taken.
    pub after_images: u64,
    /// Test images shown.
    pub test_images: u64,
    /// Fraction right.
    pub accuracy: f64,
}

/// The moment of the past that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookingBack {
    /// Images shown before this moment.
    pub images: u64,
    /// Images shown before the present.
    pub present_images: u64,
    /// Step of the present.
    pub present_step: Step,
    /// The image to whose beginning the log is just being replayed.
    pub target: Option<u64>,
}

/// Why a run was put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutAsideBy {
    /// A reset.
    Reset,
    /// Another preset.
    Preset,
    /// Other images.
    Data,
    /// A parameter that needs a new network.
    Rebuild,
    /// A fork.
    Fork,
    /// A run that was resumed after a crash.
    Resume,
    /// It was brought back before.
    Undo,
    /// It was brought back, and taken back again.
    Redo,
}

/// A run that can be brought back as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutAside {
    /// Its number in this session.
    pub id: u64,
    /// Title of its preset.
    pub title: String,
    /// Its seed.
    pub seed: u64,
    /// Images it has seen.
    pub images: u64,
    /// What put it aside.
    pub by: PutAsideBy,
}

impl PutAside {
    /// What bringing it back does, for a menu.
    pub fn words(&self) -> String {
        let what = match self.by {
            PutAsideBy::Reset => "Undo the reset",
            PutAsideBy::Preset => "Return to the previous preset",
            PutAsideBy::Data => "Return to the previous data",
            PutAsideBy::Rebuild => "Undo the rebuild",
            PutAsideBy::Fork => "Return to the original run",
            PutAsideBy::Resume => "Return to the run before the resumed one",
            PutAsideBy::Undo => "Redo",
            PutAsideBy::Redo => "Undo again",
        };
        format!("{what} ({} images, seed {})", self.images, self.seed)
    }
}

/// What is kept of a run that ended.
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
    /// Its protocol.
    pub protocol: Protocol,
    /// The parameters it learnt with at the end.
    pub params: Params,
    /// The values before them, in the order in which they were left.
    pub until: Vec<super::Until>,
    /// Images it has seen.
    pub images: u64,
    /// Images in its training plan: the learning-rate schedule depends on it.
    pub planned: u64,
    /// Its accuracy curve.
    pub accuracy: Arc<[AccuracyPoint]>,
    /// The image at which it left another run, if it is a fork.
    pub forked_at: Option<u64>,
    /// Whether it is kept whole, to be gone back to.
    pub kept: bool,
}

/// Everything a frame is drawn from.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What kind of experiment it is.
    pub protocol: Protocol,
    /// Title of the preset.
    pub title: String,
    /// Where the preset came from, for the window's title and "recent files".
    pub preset_path: Option<std::path::PathBuf>,
    /// Effective parameters.
    pub params: Params,
    /// Parameters of the preset, to mark what differs.
    pub preset_params: Params,
    /// Master seed.
    pub seed: u64,
    /// Counts resets, so that a view can drop what it accumulated.
    pub generation: u64,
    /// Steps since reset.
    pub step: Step,
    /// Time step in ms.
    pub dt_ms: f64,
    /// Running, paused ...
    pub state: RunState,
    /// Pace reached.
    pub pace: Pace,
    /// The pace asked for.
    pub speed: super::Speed,
    /// Number of classes.
    pub classes: usize,
    /// Images it can be tested on.
    pub test_images: u64,
    /// What the classes are called, in the order of their numbers.
    pub class_names: Arc<[String]>,
    /// What the collection of images is called; empty without images.
    pub data_name: String,
    /// Class of every output neuron; `None` while unassigned.
    pub class_of: Arc<[Option<u8>]>,
    /// The image being shown.
    pub trial: TrialView,
    /// Spikes of the last `window_ms`, oldest first.
    pub spikes: Arc<[SpikeEvent]>,
    /// Length of the spike and trace history in ms.
    pub window_ms: f64,
    /// Step at which the contiguous spike and trace history begins: what lies between is known, what came before is not shown.
    pub window_start: Step,
    /// The step after the last one in that history. At full speed most steps are computed unseen.
    pub window_end: Step,
    /// Where the images that ended within that history began, oldest first.
    pub onsets: Arc<[ImageOnset]>,
    /// Membrane traces asked for.
    pub potentials: Vec<PotentialTrace>,
    /// V − now — and θ of every output neuron, in mV.
    pub v_mv: Arc<[f32]>,
    /// Adaptive thresholds in mV.
    pub theta_mv: Arc<[f32]>,
    /// Mean rate of every output neuron over the last `RATE_IMAGES` trials, in spikes per image.
    pub rates: Arc<[f32]>,
    /// Weights, if asked for.
    pub weights: Arc<WeightView>,
    /// Banks of hidden filters, if there are any and they are asked for.
    pub hidden: Arc<[super::BankView]>,
    /// Last 500 trials, oldest first.
    pub trials: Arc<[TrialRecord]>,
    /// Whole accuracy curve, at most 2,000 points.
    pub accuracy: Arc<[AccuracyPoint]>,
    /// Rows: label; columns: answer; over the last 2,000 trials that were answered.
    pub confusion: Arc<[u32]>,
    /// Dopamine concentration over the window, one sample a step: every M adds to it, and it decays with τ_d.
    pub dopamine: Arc<[f32]>,
    /// The last evaluation on test images.
    pub evaluation: Option<Evaluation>,
    /// Changes made since the reset: with preset, seed and program version they determine the run.
    pub applied: Arc<[Applied]>,
    /// Long work that goes on beside the simulation.
    pub work: Arc<[Arc<Work>]>,
    /// Hash of the whole state, while it stands still.
    pub digest: Option<String>,
    /// Set in the first-neuron protocol.
    pub fi: Option<Arc<FiCurve>>,
    /// Set in the pairing protocol.
    pub stdp: Option<Arc<StdpWindow>>,
    /// For every change of `applied`, the number of images that were shown before it.
    pub applied_images: Arc<[u64]>,
    /// Set while the past is shown instead of the present.
    pub looking_back: Option<LookingBack>,
    /// The run that can be brought back, if there is one.
    pub put_aside: Option<PutAside>,
    /// The image at which this run left another one, if it is a fork.
    pub forked_at: Option<u64>,
    /// Number of this run among all of this session.
    pub run_id: u64,
    /// Runs that ended in this session, oldest first, to compare with.
    pub runs: Arc<[FinishedRun]>,
    /// The preset that the run was built from, with the parameters of its file.
    pub preset: Arc<Preset>,
    /// What is waited for.
    pub stop_when: Option<super::StopCondition>,
    /// The reward given last by hand in this run.
    pub given: Option<HandReward>,
    /// When the copy of the run was made that lies whole on disk.
    pub safe: Option<std::time::Instant>,
    /// Why the network answered as it did, if asked for, or a sentence on why that cannot be told.
    pub why: Option<Arc<Result<Why, String>>>,
    /// What came of the picture shown last to a frozen copy.
    pub probed: Option<Arc<Probed>>,
    /// What can be taken away from this network.
    pub lesions: Arc<[Lesion]>,
    /// The ablation that goes on, or went on last.
    pub study: Option<Arc<StudyView>>,
    /// Eligibility of the synapses onto the outputs, laid out like the weights; if asked for and the rule has one.
    pub eligibility: Option<Arc<WeightView>>,
    /// How the network is, in words with numbers.
    pub health: Arc<Health>,
    /// What the network is made of.
    pub network: Arc<super::NetworkView>,
    /// Spikes of each part of the network since the image began (without images: in the window).
    pub flow: Arc<[u64]>,
    /// For how long `flow` was counted, in ms.
    pub flow_ms: f64,
    /// History of spikes and traces that fits the memory set aside for it, in ms.
    pub history_limit_ms: f64,
    /// What is remembered of the neuron that is inspected.
    pub habit: Option<Arc<super::Habit>>,
}

impl Snapshot {
    /// The reward given last by hand and what for; none once later images have been shown for some seconds.
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

    /// What a class is called; its number, should it have no name.
    pub fn class_name(&self, class: u8) -> std::borrow::Cow<'_, str> {
        self.class_names.get(usize::from(class)).map_or_else(|| class.to_string().into(), |name| name.as_str().into())
    }
}

/// An event that must not be lost.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// Something went as asked.
    Done(String),
    /// A run was written to disk: the directory that was asked for and the one that holds it.
    Saved {
        /// As asked for.
        asked: crate::files::NewDir,
        /// Where it is.
        run: std::path::PathBuf,
    },
    /// A run was not written to disk.
    NotSaved {
        /// The directory that was asked for.
        asked: crate::files::NewDir,
        /// Why not, and the remedy.
        reason: String,
    },
    /// A command was refused; nothing changed. Says why and what would be allowed.
    Refused(String),
    /// A checker stopped the run.
    Halted(String),
    /// The simulation thread ended by a panic; the message and that a reset starts it again.
    Crashed(String),
}
