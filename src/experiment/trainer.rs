//! Training: settle, present, read out, wait for the reward, rest, and the next image. The whole state of a run lives
//! here; it can be cut at any step, saved, and continued bit for bit.

mod reward;

use super::augment::Augmentation;
use super::average::Average;
use super::build::{self, BuildError};
use super::evaluate::Evaluator;
use super::glances::Glances;
use super::picture::Picture;
use super::readout::Readout;
use super::swap::Swap;
use super::why::Onset;
use crate::datasets::{Data, Dataset};
use crate::engine::archive::{self, Archive, ArchiveError, Digest, Persist};
use crate::engine::monitor::Monitor;
use crate::engine::network::Network;
use crate::engine::neuromodulator::Neuromodulator;
use crate::engine::neuron::NeuronModel;
use crate::params::{Change, Domain, ParamError, ParamId as P, Params, Protocol};
use crate::preset::Preset;
use crate::rng::{Purpose, permutation, seed, stream};
use crate::time::TimeGrid;
use std::sync::Arc;

/// Why a run stopped by itself. Its state is intact.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Halt {
    /// A value left the numbers.
    #[error("{what} of neuron {neuron} is not a number at step {step}; lower eta or inhibition and reset")]
    NotFinite {
        /// The array.
        what: &'static str,
        /// The neuron.
        neuron: u32,
        /// The step.
        step: u64,
    },
    /// Nearly every neuron fires all the time.
    #[error("runaway activity: {rate_hz:.0} Hz per neuron at step {step}; raise inhibition or v_th, or lower norm, and reset")]
    Runaway {
        /// Mean rate per neuron.
        rate_hz: f64,
        /// The step.
        step: u64,
    },
}

/// One finished trial.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TrialRecord {
    /// Number of the image in the run, from 0.
    pub index: u64,
    /// Which training image it was.
    pub image: u32,
    /// Its label.
    pub label: u8,
    /// The network's answer; none if nobody fired.
    pub answer: Option<u8>,
    /// Reward given, if any was.
    pub reward: Option<f64>,
    /// Reward that was expected.
    pub expectation: f64,
    /// The neuromodulator that reached the synapses.
    pub modulation: f64,
    /// Output spikes.
    pub spikes: u32,
}

/// The trial in progress.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrialProgress {
    /// Number of the image in the run, from 0.
    pub index: u64,
    /// Which training image it is.
    pub image: u32,
    /// Its label.
    pub label: u8,
    /// Steps since onset.
    pub elapsed_steps: u32,
    /// Steps of presentation, wait for the reward, and rest.
    pub total_steps: u32,
    /// Steps until the reward of an answer that was given; 0 before the answer and once rewarded.
    pub waits_steps: u32,
    /// What has come of it, once the presentation is over.
    pub outcome: Option<TrialRecord>,
    /// Whether a person drew it, in place of the training image.
    pub drawn: bool,
}

/// How long an image is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_field_names)] // the unit stands in every name
pub(super) struct Stimulus {
    present_steps: u32,
    /// From the end of the presentation to the reward.
    delay_steps: u32,
    rest_steps: u32,
}

impl Stimulus {
    fn new(params: &Params, grid: TimeGrid) -> Self {
        let steps = |id| build::steps(params, id, grid);
        Self { present_steps: steps(P::PresentMs), delay_steps: steps(P::RewardDelay), rest_steps: steps(P::RestMs) }
    }

    fn total_steps(self) -> u32 {
        self.present_steps + self.delay_steps + self.rest_steps
    }

    /// Steps of presentation.
    pub(super) fn present_steps(self) -> u32 {
        self.present_steps
    }

    /// Show an image without learning, to the end of its presentation, watched by `monitors`.
    pub(super) fn show(self, network: &mut Network, image: &[u8], seed: u64, monitors: &mut [&mut dyn Monitor]) {
        network.begin_trial(image, seed);
        // noise belongs to the image, not to how many were shown before on the same thread
        network.reseed(seed);
        network.run(u64::from(self.present_steps), monitors);
    }
}

/// A network that learns from images and rewards.
pub struct Trainer {
    params: Params,
    protocol: Protocol,
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
    /// The part of the network that learns: hidden layers one after the other, then outputs.
    stage: u8,
    average: Average,
    stimulus: Stimulus,
    elapsed: u32,
    hand: Option<f64>,
    outcome: Option<TrialRecord>,
    /// The votes that were that answer: right after it neurons may get other classes, and they may fire on. Only to be looked at.
    votes: Option<Vec<f32>>,
    /// The probability with which the network chose the answer whose reward is awaited, if it knows it.
    own: Option<f64>,
    /// What the last answer earned, where rewards are shuffled.
    earned: Option<f64>,
    /// What a person drew: the picture of this trial, and that of the next.
    drawn: Option<Picture>,
    next: Option<Picture>,
    /// Whether trials begin with a copy of the network, and that copy: for whoever asks why. No result depends on it.
    keeps_onset: bool,
    onset: Option<Arc<Onset>>,
}

impl Trainer {
    /// Build the network of a preset. `images` is the length of the training plan; without it, the preset's epochs.
    pub fn new(preset: &Preset, data: Arc<Data>, seed: u64, images: Option<u64>) -> Result<Self, BuildError> {
        let params = preset.params.clone();
        build::check(&params, preset.protocol, &data.train)?;
        let grid = TimeGrid::new(params.get(P::Dt));
        let size = (data.train.width, data.train.height);
        let (channels, classes) = (params.count(P::NNeurons), data.train.classes);
        let network = build::network(&params, preset.protocol, size, classes, seed);
        let neurons = network.output().map_or(0, NeuronModel::len);
        let readout = match params.choice(P::Readout) {
            "label assignment" => Readout::assignment(neurons, classes),
            _ => Readout::pools(neurons / channels, channels, classes),
        };
        let mut trainer = Self {
            network,
            modulator: Neuromodulator::new(classes, build::baseline(&params), params.get(P::RewardRate)),
            readout,
            images_done: 0,
            order: permutation(data.train.len(), &mut stream(seed, Purpose::Order, 0)),
            epoch: 0,
            rule: build::rule_name(&params, 0),
            code: build::code(&params, preset.protocol),
            stage: build::stage(&params, preset.protocol, 0),
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
            plan: images.unwrap_or(u64::from(preset.training.epochs) * data.train.len() as u64),
            protocol: preset.protocol,
            params,
            data,
            seed,
            grid,
        };
        trainer.set_filter_rules();
        Ok(trainer)
    }

    /// Whether a network of this preset can be built for these images. Allocates nothing.
    pub fn check(preset: &Preset, data: &Data) -> Result<(), BuildError> {
        build::check(&preset.params, preset.protocol, &data.train)
    }

    /// Train on one whole image, or on what is left of the current one.
    pub fn train_image(&mut self) -> Result<TrialRecord, Halt> {
        loop {
            if let Some(record) = self.advance(u64::MAX, &mut [])? {
                return Ok(record);
            }
        }
    }

    /// Let at most `steps` steps pass, at most to the end of the trial; the record of the trial if it ended.
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
                self.deliver()?;
            }
        }
        if self.elapsed < present_steps + delay_steps {
            let now = left.min(u64::from(present_steps + delay_steps - self.elapsed));
            self.wait(now, monitors);
            self.elapsed += now as u32;
            left -= now;
            if self.elapsed < present_steps + delay_steps {
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

    /// The trial that has just begun, to be lived through again by whoever asks why.
    fn as_begun(&self) -> Onset {
        Onset {
            index: self.images_done,
            network: self.network.twin(),
            readout: self.readout.clone(),
            params: build::neurons(&self.params, self.protocol, self.stage, self.grid),
            grid: self.grid,
            size: (self.data.train.width, self.data.train.height),
            present_steps: self.stimulus.present_steps,
        }
    }

    /// Begin trials with a copy of the network from now on, so that their answers can be explained. Changes no result.
    pub fn keep_onset(&mut self, keep: bool) {
        self.keeps_onset = keep;
    }

    /// The beginning of the trial in progress, or of the last one; none if it was not kept or its parameters changed on the way.
    pub fn onset(&self) -> Option<&Arc<Onset>> {
        self.onset.as_ref()
    }

    fn image_index(&self) -> u32 {
        self.order[(self.images_done % self.data.train.len() as u64) as usize]
    }

    /// The image of the trial in progress as it is shown, or will be.
    fn pixels(&self) -> Vec<u8> {
        match &self.drawn {
            Some(picture) => picture.pixels.clone(),
            None => self.shown(self.images_done, self.image_index()),
        }
    }

    /// The image of a trial as it was shown, for the trial that `trial` speaks of.
    pub fn picture(&self) -> Vec<u8> {
        let trial = self.trial();
        match self.drawn.as_ref().filter(|_| trial.drawn) {
            Some(picture) => picture.pixels.clone(),
            None => self.shown(trial.index, trial.image),
        }
    }

    /// The next trial shows this picture in place of its training image, which is left out. A second picture before that
    /// takes the place of the first.
    pub fn show_next(&mut self, picture: Picture) -> Result<(), ParamError> {
        let train = &self.data.train;
        let (pixels, classes) = (train.width * train.height, train.classes);
        if picture.pixels.len() != pixels {
            let given = picture.pixels.len();
            return Err(ParamError::Conflict(format!("a picture has {given} pixels, the network sees {pixels}; draw it for this network")));
        }
        if usize::from(picture.label) >= classes {
            return Err(ParamError::Conflict(format!("there is no class {}; choose one below {classes}", picture.label)));
        }
        self.next = Some(picture);
        Ok(())
    }

    /// Training image `image` as it is shown in trial `index`.
    pub fn shown(&self, index: u64, image: u32) -> Vec<u8> {
        let train = &self.data.train;
        let mut rng = stream(self.seed, Purpose::Augment, index);
        Augmentation::new(&self.params).apply(&train.images.row(image as usize).to_vec(), train.width, &mut rng)
    }

    /// The rule may change from STDP to reward, and the learning rate follows its schedule.
    fn update_rule(&mut self) {
        let name = build::rule_name(&self.params, self.images_done);
        if name != self.rule {
            self.rule = name;
            // from now on an answer is an action, and its neurons must keep meaning it
            self.readout.close();
            let p = build::plasticity(&self.params, self.protocol, self.eta());
            let classes = self.data.train.classes;
            for (synapses, rule) in self.network.plastic_mut() {
                *rule = build::rule(name, (synapses.n_pre(), synapses.n_post()), classes, &p, self.grid);
            }
        }
        self.set_rules();
    }

    /// Filters that have seen enough stay as they are, and the next part of the network learns.
    fn update_stage(&mut self) {
        // what has learnt stays, also when more images are asked for afterwards
        let stage = build::stage(&self.params, self.protocol, self.images_done).max(self.stage);
        if stage != self.stage {
            self.stage = stage;
            self.network.fix_filters();
            self.set_filter_rules();
            self.set_neurons();
        }
    }

    /// Give the filters that learn in this stage their rule.
    fn set_filter_rules(&mut self) {
        let Self { params, protocol, stage, network, data, .. } = self;
        let with_filters = network.projections_mut().iter_mut().filter_map(|p| Some((p.synapses.conv()?.geometry(), &mut p.filter_rule)));
        for (layer, (geometry, rule)) in with_filters.enumerate() {
            *rule = build::filter_rule(params, *protocol, (*stage, layer), geometry, data.train.classes);
        }
    }

    /// Give every population its parameters.
    fn set_neurons(&mut self) {
        let neurons = build::neurons(&self.params, self.protocol, self.stage, self.grid);
        self.network.populations_mut().iter_mut().zip(&neurons).for_each(|(population, params)| population.set_params(params));
    }

    /// Give every rule its parameters.
    fn set_rules(&mut self) {
        let p = build::plasticity(&self.params, self.protocol, self.eta());
        for projection in self.network.projections_mut() {
            projection.rule.iter_mut().for_each(|rule| rule.set_params(&p, self.grid));
            projection.filter_rule.iter_mut().for_each(|rule| rule.set_params(&p, self.grid));
        }
    }

    /// The learning rate of the current image.
    pub fn eta(&self) -> f64 {
        let p = &self.params;
        let first = match p.choice(P::Rule) {
            "stdp-then-r-stdp" => p.count(P::StdpImages) as u64,
            _ => build::stage_lengths(p, self.protocol).iter().fold(0u64, |sum, &images| sum.saturating_add(images)),
        };
        if self.stage < build::last_stage(p, self.protocol) {
            // outputs wait until there is something to go by
            return 0.0;
        }
        if self.images_done < first && !self.protocol.races() {
            return p.get(P::StdpEta);
        }
        let span = self.plan.saturating_sub(first).max(1);
        let progress = (self.images_done.saturating_sub(first) as f64 / span as f64).min(1.0);
        let kept = match p.choice(P::Schedule) {
            "linear" => 1.0 + (p.get(P::EtaFinal) - 1.0) * progress,
            _ => libm::pow(p.get(P::EtaFinal), progress),
        };
        p.get(P::Eta) * kept
    }

    /// Set a live parameter, from the next step on. A rebuild parameter is refused: build a new trainer instead.
    pub fn set(&mut self, id: P, value: f64) -> Result<(), ParamError> {
        let spec = id.spec();
        if spec.change == Change::Rebuild {
            return Err(ParamError::Conflict(format!("{} needs a new network; reset with the new value", spec.name)));
        }
        let mut params = self.params.clone();
        params.set(id, value)?;
        let classes = self.data.train.classes;
        if let Some(fault) = params.conflicts(self.protocol).into_iter().chain(Swap::fault(&params, classes)).next() {
            return Err(fault);
        }
        self.params = params;
        if self.elapsed > 0 && self.elapsed < self.stimulus.present_steps {
            // half of the trial was under other parameters: nothing would add up
            self.onset = None;
        }
        self.apply_params(id == P::Encoder);
        if id == P::WMax {
            self.network.plastic_mut().for_each(|(synapses, _)| synapses.cap(value as f32));
        }
        Ok(())
    }

    fn apply_params(&mut self, new_encoder: bool) {
        self.set_neurons();
        let (params, grid) = (&self.params, self.grid);
        if new_encoder {
            // the image being shown goes on in the new code from its beginning
            self.code = build::code(params, self.protocol);
            let mut encoder = build::encoder(self.code, params, (self.data.train.width, self.data.train.height), grid);
            if self.elapsed > 0 && self.elapsed < self.stimulus.present_steps {
                let pixels = self.pixels();
                encoder.present(&pixels, seed(self.seed, Purpose::Encoder, self.images_done));
            }
            self.network.set_encoder(encoder);
        } else if let Some(encoder) = self.network.encoder_mut() {
            encoder.set_params(&build::encoder_params(params), grid);
        }
        self.modulator.baseline = build::baseline(params);
        self.modulator.rate = params.get(P::RewardRate);
        self.set_rules();
    }

    /// The trial in progress, or the one that begins with the next step.
    pub fn trial(&self) -> TrialProgress {
        // between two trials the last one is still what there is to see
        let ended = self.elapsed == 0 && self.outcome.is_some();
        let total_steps = self.stimulus.total_steps();
        match self.outcome {
            Some(outcome) if ended => TrialProgress {
                index: outcome.index,
                image: outcome.image,
                label: outcome.label,
                elapsed_steps: total_steps,
                total_steps,
                waits_steps: 0,
                outcome: self.outcome,
                drawn: self.drawn.is_some(),
            },
            _ => {
                let image = self.image_index();
                // before the first step of a trial nothing is drawn yet
                let begun = self.elapsed > 0;
                let before = || if begun { self.label(image) } else { self.swapped_label(image) };
                let label = self.outcome.map_or_else(before, |outcome| outcome.label);
                let (index, elapsed_steps, outcome) = (self.images_done, self.elapsed, self.outcome);
                let (waits_steps, drawn) = (self.waits_steps(), begun && self.drawn.is_some());
                TrialProgress { index, image, label, elapsed_steps, total_steps, waits_steps, outcome, drawn }
            }
        }
    }

    /// Whether the next step is the first of an image.
    pub fn is_between_images(&self) -> bool {
        self.elapsed == 0
    }

    /// Steps between the reward of an image and its end.
    pub fn rest_steps(&self) -> u64 {
        u64::from(self.stimulus.rest_steps)
    }

    /// Steps to the end of the presentation, which gives the answer; 0 once it is given.
    pub fn steps_to_answer(&self) -> u64 {
        let stimulus = if self.elapsed == 0 { Stimulus::new(&self.params, self.grid) } else { self.stimulus };
        u64::from(stimulus.present_steps.saturating_sub(self.elapsed))
    }

    /// What was answered at the end of a presentation in `from..to`, if the last one ended there.
    pub fn answered_in(&self, from: u64, to: u64) -> Option<TrialRecord> {
        let Stimulus { present_steps, .. } = self.stimulus;
        let elapsed = if self.elapsed == 0 { self.stimulus.total_steps() } else { self.elapsed };
        let at = (to + u64::from(present_steps)).checked_sub(u64::from(elapsed))?;
        self.outcome.filter(|_| from < at && at <= to)
    }

    /// Compute with these vector instructions instead of the best ones. The results are the same to the last bit.
    pub fn set_arch(&mut self, arch: pulp::Arch) {
        self.network.set_arch(arch);
    }

    /// Images trained on.
    pub fn images_done(&self) -> u64 {
        self.images_done
    }

    /// Images of the training plan.
    pub fn plan(&self) -> u64 {
        self.plan
    }

    /// Steps since the beginning.
    pub fn step(&self) -> u64 {
        self.network.step()
    }

    /// The grid of model time.
    pub fn grid(&self) -> TimeGrid {
        self.grid
    }

    /// Effective parameters.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// What kind of experiment it is.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The images.
    pub fn data(&self) -> &Arc<Data> {
        &self.data
    }

    /// The network, to look at.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The votes of the trial in progress: those so far, and once there is an answer those it was read from.
    pub fn votes(&self) -> Vec<f32> {
        if let Some(votes) = &self.votes {
            return votes.clone();
        }
        let votes = self.readout.votes(self.network.counts());
        // a restored state does not know what the answer was read from: better no votes than those of another answer
        let others = self.outcome.is_some_and(|outcome| outcome.answer != Readout::answer(&votes));
        if others { vec![0.0; votes.len()] } else { votes }
    }

    /// The readout, to look at.
    pub fn readout(&self) -> &Readout {
        &self.readout
    }

    /// A frozen copy to test, here or on another thread.
    pub fn evaluator(&self) -> Evaluator {
        let mut network = self.network.frozen();
        self.average.install(&mut network);
        Evaluator {
            network,
            readout: self.readout.clone(),
            data: Arc::clone(&self.data),
            seed: self.seed,
            stimulus: Stimulus::new(&self.params, self.grid),
            swap: Swap::of(&self.params),
            dt_ms: self.grid.dt_ms(),
            races: self.protocol.races(),
            glances: Glances::of(&self.params),
            assign_images: self.params.count(P::AssignImages),
        }
    }

    /// Hash of every part of the state.
    pub fn digest(&mut self) -> Digest {
        Digest::of(self)
    }

    /// The state as bytes. Parameters are not in it: they come from preset and command log.
    pub fn save(&mut self) -> Vec<u8> {
        archive::save(self)
    }

    /// Continue from saved bytes. The trainer must have been built from the same preset, data, seed and plan and must
    /// have the parameters of the moment of saving.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        archive::restore(self, bytes)
    }
}

impl Persist for Trainer {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self {
            params,
            protocol,
            data,
            seed,
            grid,
            plan: _,
            network,
            modulator: _,
            readout: _,
            images_done,
            order,
            epoch,
            rule,
            code,
            stage,
            average: _,
            stimulus,
            elapsed,
            hand,
            outcome,
            votes,
            own,
            earned,
            drawn,
            next,
            keeps_onset: _,
            onset,
        } = self;
        if let Archive::Load(_) = archive {
            // of another trial
            (*onset, *votes) = (None, None);
        }
        archive.u64("trial", images_done)?;
        archive.u32("trial", elapsed)?;
        archive.u32("trial", &mut stimulus.present_steps)?;
        archive.u32("trial", &mut stimulus.rest_steps)?;
        // delays and pictures are rare: bits say whether there are any, so that states without are what they always were
        let there = [hand.is_some(), stimulus.delay_steps > 0, drawn.is_some(), next.is_some(), earned.is_some()];
        let there = there.into_iter().enumerate().fold(0, |bits, (bit, is)| bits | u8::from(is) << bit);
        let mut rewarded = [there, u8::from(outcome.is_some())];
        let Stimulus { present_steps, rest_steps, .. } = *stimulus;
        let longest = [P::PresentMs, P::RestMs, P::RewardDelay].map(|id| build::longest(id, *grid));
        let fits = present_steps > 0 && present_steps <= longest[0] && rest_steps <= longest[1];
        if matches!(archive, Archive::Load(_)) && (!fits || *images_done > 1 << 40) {
            return Err(ArchiveError::Value("trial"));
        }
        archive.u8s("trial", &mut rewarded)?;
        let mut value = hand.unwrap_or_default();
        archive.f64("trial", &mut value)?;
        *hand = (rewarded[0] & 1 == 1).then_some(value);
        reward::persist_wait(&mut stimulus.delay_steps, own, rewarded[0] & 2 == 2, archive)?;
        if matches!(archive, Archive::Load(_)) && (stimulus.delay_steps > longest[2] || *elapsed > stimulus.total_steps()) {
            return Err(ArchiveError::Value("trial"));
        }
        for (bit, picture) in [(4, drawn), (8, next)] {
            persist_picture(picture, rewarded[0] & bit != 0, &data.train, archive)?;
        }
        reward::persist_earned(earned, rewarded[0] & 16 == 16, archive)?;
        persist_outcome(outcome, rewarded[1] == 1, archive)?;
        if let Some(TrialRecord { image, label, answer, .. }) = outcome
            && (*image as usize >= data.train.len()
                || [Some(*label), *answer].into_iter().flatten().any(|c| c as usize >= data.train.classes))
        {
            return Err(ArchiveError::Value("trial"));
        }
        // stage, rule and encoder are those of the trial in progress, which parameters set since may not name any more
        if protocol.races() {
            archive.u8("trial", stage)?;
        }
        let mut kinds = [place(P::Rule, rule), place(P::Encoder, code)];
        archive.u8s("trial", &mut kinds)?;
        if let Archive::Load(_) = archive {
            let found = [named(P::Rule, kinds[0]), named(P::Encoder, kinds[1])];
            let [Some(found_rule), Some(found_code)] = found else { return Err(ArchiveError::Value("trial")) };
            *rule = found_rule;
            if !protocol.races() {
                // networks that race have one code only
                *code = found_code;
            }
            if *stage > build::last_stage(params, *protocol) {
                return Err(ArchiveError::Value("trial"));
            }
            // the order follows from the number of images
            *epoch = *images_done / data.train.len() as u64;
            *order = permutation(data.train.len(), &mut stream(*seed, Purpose::Order, *epoch));
            for (synapses, learns) in network.plastic_mut() {
                let size = (synapses.n_pre(), synapses.n_post());
                *learns = build::rule(rule, size, data.train.classes, &build::plasticity(params, *protocol, 0.0), *grid);
            }
            network.set_encoder(build::encoder(code, params, (data.train.width, data.train.height), *grid));
            self.set_filter_rules();
        }
        let Self { protocol, network, modulator, readout, average, .. } = self;
        network.persist(archive)?;
        if protocol.races() {
            average.persist(network, archive)?;
        }
        modulator.persist(archive)?;
        readout.persist(archive)?;
        if let Archive::Load(_) = archive {
            self.apply_params(false);
        }
        Ok(())
    }
}

fn persist_picture(picture: &mut Option<Picture>, present: bool, set: &Dataset, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
    if !present {
        *picture = None;
        return Ok(());
    }
    let blank = || Picture { label: 0, pixels: vec![0; set.width * set.height] };
    let Picture { label, pixels } = picture.get_or_insert_with(blank);
    archive.u8("trial", label)?;
    archive.u8s("trial", pixels)?;
    if usize::from(*label) >= set.classes { Err(ArchiveError::Value("trial")) } else { Ok(()) }
}

/// Where a word stands in the list of a choice.
fn place(id: P, word: &str) -> u8 {
    words(id).iter().position(|w| *w == word).unwrap_or(0) as u8
}

/// The word at a place in the list of a choice.
fn named(id: P, place: u8) -> Option<&'static str> {
    words(id).get(place as usize).copied()
}

fn words(id: P) -> &'static [&'static str] {
    match id.spec().domain {
        Domain::Choice(words) => words,
        Domain::Real { .. } | Domain::Integer { .. } => &[],
    }
}

fn persist_outcome(outcome: &mut Option<TrialRecord>, present: bool, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
    let empty = TrialRecord { index: 0, image: 0, label: 0, answer: None, reward: None, expectation: 0.0, modulation: 0.0, spikes: 0 };
    let TrialRecord { mut index, mut image, label, answer, reward, mut expectation, mut modulation, mut spikes } = outcome.unwrap_or(empty);
    let mut small = [label, answer.unwrap_or_default(), answer.is_some().into(), reward.is_some().into()];
    let mut given = reward.unwrap_or_default();
    archive.u64("trial", &mut index)?;
    archive.u32("trial", &mut image)?;
    archive.u32("trial", &mut spikes)?;
    archive.u8s("trial", &mut small)?;
    archive.f64("trial", &mut given)?;
    archive.f64("trial", &mut expectation)?;
    archive.f64("trial", &mut modulation)?;
    let [label, answer, answered, rewarded] = small;
    let answer = (answered == 1).then_some(answer);
    let reward = (rewarded == 1).then_some(given);
    *outcome = present.then_some(TrialRecord { index, image, label, answer, reward, expectation, modulation, spikes });
    Ok(())
}
