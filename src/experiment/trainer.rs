//! Training: settle, present, read out, reward delay, rest, next image. Holds the complete state of a run, which can be saved
//! at any step and resumed bit for bit.

mod begun;
mod copies;
mod persist;
mod reward;
mod rules;
mod shown;
mod trial;

pub(super) use trial::Stimulus;
pub use trial::{TrialProgress, TrialRecord};

use super::average::Average;
use super::build::{self, BuildError};
use super::course;
use super::picture::Picture;
use super::readout::Readout;
use super::why::Onset;
use crate::datasets::Data;
use crate::engine::monitor::Monitor;
use crate::engine::network::Network;
use crate::engine::neuromodulator::Neuromodulator;
use crate::lower;
use crate::model::template::OutputRule;
use crate::model::{NetworkSpec, Stage};
use crate::params::{ParamId as P, Params, Setup};
use crate::preset::Preset;
use crate::rng::{Purpose, permutation, seed, stream};
use crate::time::TimeGrid;
use std::sync::Arc;

/// Why a run halted. Its state is intact.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Halt {
    /// A value is not a number.
    #[error("{what} of neuron {neuron} is not a number at step {step}; lower eta or inhibition and reset")]
    NotFinite {
        /// The array.
        what: &'static str,
        /// The neuron.
        neuron: u32,
        /// The step.
        step: u64,
    },
    /// Nearly every neuron fires at a high rate.
    #[error("runaway activity: {rate_hz:.0} Hz per neuron at step {step}; raise inhibition or v_th, or lower norm, and reset")]
    Runaway {
        /// Mean rate per neuron.
        rate_hz: f64,
        /// The step.
        step: u64,
    },
}

/// A network in training.
pub struct Trainer {
    params: Params,
    setup: Setup,
    /// The network with the parameters in force.
    spec: Arc<NetworkSpec>,
    /// The stages in which hidden layers learn, or others by another rule, before the outputs learn by theirs.
    stages: Vec<Stage>,
    /// The network of a file that describes it, whatever the stage; otherwise it follows from the parameters.
    described: Option<Arc<NetworkSpec>>,
    /// Whether the first spike is the answer.
    races: bool,
    data: Arc<Data>,
    seed: u64,
    grid: TimeGrid,
    plan: u64,
    network: Network,
    modulator: Neuromodulator,
    readout: Readout,
    images_done: u64,
    /// Order of the images in the epoch of the current trial.
    order: Vec<u32>,
    epoch: u64,
    rule: &'static str,
    code: &'static str,
    /// The current stage: hidden layers learn one after the other, then the outputs.
    stage: u8,
    average: Average,
    stimulus: Stimulus,
    elapsed: u32,
    hand: Option<f64>,
    outcome: Option<TrialRecord>,
    /// The votes at the time of that answer, for display; afterwards spikes and label assignment can change.
    votes: Option<Vec<f32>>,
    /// The probability of the answer that is to be rewarded, if the network knows it.
    own: Option<f64>,
    /// The reward of the last answer, for shuffled rewards.
    earned: Option<f64>,
    /// Drawings: that of this trial and that of the next.
    drawn: Option<Picture>,
    next: Option<Picture>,
    /// Whether trials start with a copy of the network, and that copy, for "Why this answer?". Results do not depend on it.
    keeps_onset: bool,
    onset: Option<Arc<Onset>>,
    /// Whether the next trial that needs a reward by hand waits for it. Never part of the state.
    holds: bool,
    /// Whether the trial waits: its answer is read, its reward is due and was not given.
    awaits: bool,
    /// The state at step 0, of a run that began with learnt weights.
    start: Option<Arc<[u8]>>,
}

impl Trainer {
    /// Build the network of a preset. `images` is the length of the training plan; without it, the preset's epochs.
    pub fn new(preset: &Preset, data: Arc<Data>, seed: u64, images: Option<u64>) -> Result<Self, BuildError> {
        let params = build::params(preset);
        let spec = build::check(preset, &data.train)?;
        let grid = TimeGrid::new(params.get(P::Dt));
        let classes = data.train.classes;
        let described = preset.network.as_ref();
        let stages = described.map_or_else(|| preset.setup.stages(&params), |described| described.file.task.stages().to_vec());
        let stage = course::stage(&stages, 0);
        let base = described.map(|_| Arc::new(spec.clone()));
        let spec = base.as_ref().map_or_else(|| Arc::new(spec), |base| rules::in_force(base, &stages, stage));
        let learning = course::learning(&spec, &stages, stage, (1.0, 1.0));
        let network = lower::trial_network(&spec, &learning, seed);
        let output = network.output();
        let (neurons, channels) = output.map_or((0, 1), |output| (output.len(), output.channels()));
        let races = spec.races();
        let readout = if build::has_pools(&params, races) {
            Readout::pools(neurons / channels, channels, classes)
        } else {
            Readout::assignment(neurons, classes)
        };
        Ok(Self {
            network,
            modulator: Neuromodulator::new(classes, build::baseline(&params), params.get(P::RewardRate)),
            readout,
            images_done: 0,
            order: permutation(data.train.len(), &mut stream(seed, Purpose::Order, 0)),
            epoch: 0,
            rule: OutputRule::after(&params, 0).name,
            code: spec.image().map_or("", |image| image.model.choice("code")),
            stage,
            average: Average::default(),
            stimulus: Stimulus::new(&params, grid),
            elapsed: 0,
            hand: None,
            outcome: None,
            votes: None,
            own: None,
            earned: None,
            drawn: None,
            next: None,
            keeps_onset: false,
            onset: None,
            holds: false,
            awaits: false,
            start: None,
            plan: images.unwrap_or(u64::from(preset.training.epochs) * data.train.len() as u64),
            setup: preset.setup,
            spec,
            stages,
            described: base,
            races,
            params,
            data,
            seed,
            grid,
        })
    }

    /// Whether a network of this preset can be built for these images. Allocates nothing.
    pub fn check(preset: &Preset, data: &Data) -> Result<(), BuildError> {
        build::check(preset, &data.train).map(|_| ())
    }

    /// Train on one whole image, or on what is left of the current one.
    pub fn train_image(&mut self) -> Result<TrialRecord, Halt> {
        loop {
            if let Some(record) = self.advance(u64::MAX, &mut [])? {
                return Ok(record);
            }
        }
    }

    /// Simulate at most `steps` steps, at most to the end of the trial or to where it waits for a reward by hand; returns the
    /// record of the trial if it ended.
    pub fn advance(&mut self, steps: u64, monitors: &mut [&mut dyn Monitor]) -> Result<Option<TrialRecord>, Halt> {
        if steps == 0 {
            return Ok(None);
        }
        if self.elapsed == 0 {
            self.begin_trial();
        }
        let Stimulus { present_steps, delay_steps, .. } = self.stimulus;
        let mut left = steps;
        if self.elapsed < present_steps {
            let now = left.min(u64::from(present_steps - self.elapsed));
            self.network.run(now, monitors);
            self.elapsed += now as u32;
            left -= now;
            if self.elapsed < present_steps {
                return Ok(None);
            }
            self.answer()?;
            if delay_steps == 0 {
                if self.hold() {
                    return Ok(None);
                }
                self.deliver()?;
            }
        }
        if std::mem::take(&mut self.awaits) {
            self.deliver()?;
        }
        if self.elapsed < present_steps + delay_steps {
            let now = left.min(u64::from(present_steps + delay_steps - self.elapsed));
            self.wait(now, monitors);
            self.elapsed += now as u32;
            left -= now;
            if self.elapsed < present_steps + delay_steps {
                return Ok(None);
            }
            if self.hold() {
                return Ok(None);
            }
            self.deliver()?;
        }
        let total_steps = self.stimulus.total_steps();
        let rest = left.min(u64::from(total_steps - self.elapsed));
        self.network.run(rest, monitors);
        self.elapsed += rest as u32;
        if self.elapsed < total_steps {
            return Ok(None);
        }
        self.elapsed = 0;
        self.images_done += 1;
        Ok(self.outcome)
    }

    fn begin_trial(&mut self) {
        self.stimulus = Stimulus::new(&self.params, self.grid);
        (self.hand, self.outcome, self.votes, self.drawn) = (None, None, None, self.next.take());
        let epoch = self.images_done / self.data.train.len() as u64;
        if epoch != self.epoch {
            self.epoch = epoch;
            self.order = permutation(self.data.train.len(), &mut stream(self.seed, Purpose::Order, epoch));
        }
        self.update_stage();
        self.update_rule();
        let pixels = self.pixels();
        self.network.begin_trial(&pixels, seed(self.seed, Purpose::Encoder, self.images_done));
        self.onset = self.keeps_onset.then(|| Arc::new(self.as_begun()));
    }

    /// Use these vector instructions instead of the best available. Results are identical.
    pub fn set_arch(&mut self, arch: pulp::Arch) {
        self.network.set_arch(arch);
    }

    /// Completed training images.
    pub fn images_done(&self) -> u64 {
        self.images_done
    }

    /// Images of the training plan.
    pub fn plan(&self) -> u64 {
        self.plan
    }

    /// Steps since the start.
    pub fn step(&self) -> u64 {
        self.network.step()
    }

    /// The time grid.
    pub fn grid(&self) -> TimeGrid {
        self.grid
    }

    /// Effective parameters.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// What kind of experiment it is.
    pub fn setup(&self) -> Setup {
        self.setup
    }

    /// The network with the parameters and, in a stage, the rules in force, as a description.
    pub fn spec(&self) -> &NetworkSpec {
        &self.spec
    }

    /// The network as described, whatever the stage, if it comes from a file that describes it.
    pub fn described(&self) -> Option<&Arc<NetworkSpec>> {
        self.described.as_ref()
    }

    /// Whether the first spike of the outputs is the answer.
    pub fn races(&self) -> bool {
        self.races
    }

    /// The data.
    pub fn data(&self) -> &Arc<Data> {
        &self.data
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The readout.
    pub fn readout(&self) -> &Readout {
        &self.readout
    }
}
