//! Small networks, scripted input and data shared by the tests.

use spikescope::datasets::{Data, Dataset, load_dir};
use spikescope::engine::archive::{Archive, ArchiveError, Persist};
use spikescope::engine::block::{LANES, Row, blocks_for};
use spikescope::engine::encoder::{Encoder, EncoderParams};
use spikescope::engine::neuron::{Drive, LifPopulation, NeuronModel};
use spikescope::engine::plasticity::PlasticityParams;
use spikescope::engine::projection::Dense;
use spikescope::engine::spikes::SpikeChunk;
use spikescope::experiment::Trainer;
use spikescope::params::{ParamId, Setup, Template};
use spikescope::preset::Preset;
use spikescope::rng::splitmix;
use spikescope::time::TimeGrid;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A reproducible source of numbers for the tests themselves.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Uniform in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (splitmix(&mut self.0) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A whole number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}

/// A drive of `steps` steps for `n` neurons, from a function of step and neuron.
pub(crate) fn drive(n: usize, steps: usize, value: impl Fn(usize, usize) -> f32) -> Vec<Row> {
    let blocks = blocks_for(n);
    let mut rows = vec![Row::ZERO; steps * blocks];
    for t in 0..steps {
        for j in 0..n {
            rows[t * blocks + j / LANES].0[j % LANES] = value(t, j);
        }
    }
    rows
}

/// Runs a population under a drive; the spikes as (step, neuron).
pub(crate) fn run(population: &mut LifPopulation, drive: &[Row]) -> Vec<(usize, u32)> {
    let steps = drive.len() / blocks_for(population.len());
    let (mut spikes, mut fired, mut done) = (Vec::new(), Vec::new(), 0);
    while done < steps {
        fired.clear();
        done = population.advance(Drive::of_one(drive, population.blocks()), done, &mut fired);
        spikes.extend(fired.iter().map(|&j| (done - 1, j)));
    }
    spikes
}

/// Runs one step under a drive of one step; the neurons that fired.
pub(crate) fn one_step(population: &mut LifPopulation, drive: &[Row]) -> Vec<u32> {
    let mut fired = Vec::new();
    assert_eq!(population.advance(Drive::of_one(drive, population.blocks()), 0, &mut fired), 1);
    fired
}

/// An encoder that plays a given train, whatever the image.
#[derive(Clone)]
pub(crate) struct Script {
    n: usize,
    train: Vec<Vec<u32>>,
    at: u64,
}

impl Script {
    /// Spikes of `n` channels by step; no spikes after the end.
    pub(crate) fn new(n: usize, train: Vec<Vec<u32>>) -> Self {
        Self { n, train, at: 0 }
    }
}

impl Encoder for Script {
    fn len(&self) -> usize {
        self.n
    }
    fn present(&mut self, _image: &[u8], _seed: u64) {
        self.at = 0;
    }
    fn rest(&mut self) {
        self.at = self.train.len() as u64;
    }
    fn encode(&mut self, steps: usize, out: &mut SpikeChunk) {
        for _ in 0..steps {
            out.push_step(self.train.get(self.at as usize).map_or(&[], Vec::as_slice));
            self.at += 1;
        }
    }
    fn set_params(&mut self, _params: &EncoderParams, _grid: TimeGrid) {}
    fn boxed_clone(&self) -> Box<dyn Encoder> {
        Box::new(self.clone())
    }
}

impl Persist for Script {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        archive.u64("encoder", &mut self.at)
    }
}

/// Random trains of `n` channels: each fires in each step with probability `p`.
pub(crate) fn trains(n: usize, steps: usize, p: f64, dice: &mut Dice) -> Vec<Vec<u32>> {
    (0..steps).map(|_| (0..n as u32).filter(|_| dice.chance(p)).collect()).collect()
}

/// Weights uniform between two values.
pub(crate) fn weights(n_pre: usize, n_post: usize, low: f64, high: f64, dice: &mut Dice) -> Dense {
    let mut dense = Dense::new(n_pre, n_post);
    for i in 0..n_pre {
        for j in 0..n_post {
            *dense.get_mut(i, j) = (low + (high - low) * dice.unit()) as f32;
        }
    }
    dense
}

/// The parameters of the Brian2 plasticity runs: hard bounds, all-to-all.
pub(crate) fn plasticity() -> PlasticityParams {
    PlasticityParams {
        eta: 1.0,
        tau_plus_ms: 20.0,
        tau_minus_ms: 30.0,
        a_plus: 0.01,
        a_minus: 0.012,
        nearest: false,
        soft: false,
        w_max_mv: 1.0,
        tau_e_ms: 200.0,
        tau_psp_ms: (10.0, 5.0),
        integral: false,
        ..PlasticityParams::default()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the repository.
pub(crate) fn file(name: &str) -> PathBuf {
    root().join(name)
}

/// MNIST with the last 1,000 training images held out as the test set; the test images are not used.
pub(crate) fn mnist() -> Arc<Data> {
    static DATA: OnceLock<Arc<Data>> = OnceLock::new();
    Arc::clone(DATA.get_or_init(|| Arc::new(load_dir(&file("data/mnist")).unwrap().holdout_last(1000).unwrap())))
}

/// The default preset with these settings changed. The rule r-max and filters of a first layer select their templates.
pub(crate) fn preset(set: &[(&str, &str)]) -> Preset {
    let mut preset = Preset::load(&file("presets/mnist-rstdp.ron")).unwrap();
    for (name, value) in set {
        preset.params.set_text(name, value).unwrap();
    }
    if preset.params.choice(ParamId::Rule) == "r-max" {
        preset.setup = Setup::Template(Template::Features);
    }
    if set.iter().any(|(name, _)| *name == "size_1") {
        preset.setup = Setup::Template(Template::Deep);
    }
    preset
}

/// Twelve 6 x 6 images of four classes, with the bright bar at a different position for each class.
pub(crate) fn bars() -> Arc<Data> {
    let pixel = |k: usize, i: usize| if i / 9 == k % 4 { 255 - (k * 7 + i) as u8 % 40 } else { (i % 3 * 12) as u8 };
    let images = ndarray::Array2::from_shape_fn((12, 36), |(k, i)| pixel(k, i));
    let labels = (0..12).map(|k| k % 4).collect();
    let set = Dataset { images, labels, width: 6, height: 6, classes: 4 };
    Arc::new(Data::numbered("bars", set.clone(), set))
}

/// Settings for `bars`: 12 neurons and short trials that use every part of the state.
pub(crate) const SMALL: &[(&str, &str)] =
    &[("n_neurons", "12"), ("present", "40 ms"), ("rest", "7 ms"), ("norm", "12 mV"), ("rate_max", "300 Hz"), ("eta", "0.1")];

/// Train on `n` images.
pub(crate) fn train(trainer: &mut Trainer, n: u64) {
    for _ in 0..n {
        trainer.train_image().unwrap();
    }
}

/// A trainer on `bars` with more settings.
pub(crate) fn small(more: &[(&str, &str)], seed: u64) -> Trainer {
    Trainer::new(&preset(&[SMALL, more].concat()), bars(), seed, Some(30)).unwrap()
}
