//! Benchmarks of an image and of the three kernels: `cargo bench --no-default-features`.

#[path = "../tests/digits/mod.rs"]
mod digits;

use divan::{Bencher, black_box};
use pulp::Arch;
use spikescope::engine::block::{Row, blocks_for};
use spikescope::engine::encoder::{Encoder, EncoderParams, Poisson};
use spikescope::engine::neuron::{Drive, LifParams, LifPopulation, NeuronModel};
use spikescope::engine::projection::Dense;
use spikescope::engine::spikes::SpikeChunk;
use spikescope::experiment::Trainer;
use spikescope::preset::Preset;
use spikescope::time::TimeGrid;
use std::path::Path;
use std::sync::atomic::AtomicBool;

const STEPS: usize = 128;

fn main() {
    divan::main();
}

fn trainer(neurons: usize, sets: &[(&str, &str)]) -> Trainer {
    let mut preset = Preset::load(Path::new("presets/mnist-rstdp.ron")).expect("the shipped preset loads");
    let neurons = neurons.to_string();
    for (name, value) in [("n_neurons", neurons.as_str())].iter().chain(sets) {
        preset.params.set_text(name, value).expect("the setting exists");
    }
    let mut trainer = Trainer::new(&preset, digits::data(), 1, None).expect("the network fits");
    (0..20).for_each(|_| drop(trainer.train_image()));
    trainer
}

/// One image of 250 steps with reward.
#[divan::bench(args = [100, 400, 1600])]
fn train(bencher: Bencher<'_, '_>, neurons: usize) {
    let mut trainer = trainer(neurons, &[]);
    bencher.bench_local(|| trainer.train_image());
}

/// One image of 250 steps with STDP, 400 neurons.
#[divan::bench]
fn train_stdp(bencher: Bencher<'_, '_>) {
    let mut trainer = trainer(400, &[("rule", "stdp"), ("readout", "label assignment"), ("norm", "78.4"), ("bounds", "hard")]);
    bencher.bench_local(|| trainer.train_image());
}

/// One image with reward, with a hidden layer of edge filters, and with three layers.
#[divan::bench(args = ["mnist-gabor-rstdp", "mnist-gabor-rstdp-128", "mnist-record", "mnist-mozafari-conv"])]
fn train_hidden(bencher: Bencher<'_, '_>, name: &str) {
    let mut preset = Preset::load(&Path::new("presets").join(format!("{name}.ron"))).expect("the shipped preset loads");
    for stage in ["images_1", "images_2"] {
        preset.params.set_text(stage, "10").expect("the setting exists");
    }
    let mut trainer = Trainer::new(&preset, digits::data(), 1, None).expect("the network fits");
    (0..30).for_each(|_| drop(trainer.train_image()));
    bencher.bench_local(|| trainer.train_image());
}

/// A hundred images of 250 steps without learning, 400 neurons.
#[divan::bench]
fn infer_100(bencher: Bencher<'_, '_>) {
    let mut evaluator = trainer(400, &[]).evaluator();
    bencher.bench_local(|| evaluator.run(100, 1, &|_| {}, &AtomicBool::new(false)));
}

fn spikes(steps: usize, out: &mut SpikeChunk, encoder: &mut Poisson) {
    out.clear();
    encoder.encode(steps, out);
}

fn encoder() -> Poisson {
    let mut encoder = Poisson::new(784, &EncoderParams { rate_max_hz: 128.0, latency_ms: 1.0, floor: 0.0 }, TimeGrid::new(1.0));
    let image = digits::data().train.images.row(0).to_vec();
    encoder.present(&image, 7);
    encoder
}

/// Poisson spikes of 128 steps.
#[divan::bench]
fn encode(bencher: Bencher<'_, '_>) {
    let (mut encoder, mut out) = (encoder(), SpikeChunk::default());
    bencher.bench_local(|| spikes(STEPS, black_box(&mut out), &mut encoder));
}

/// The weights of 128 steps of Poisson spikes.
#[divan::bench(args = [100, 400, 1600])]
fn deliver(bencher: Bencher<'_, '_>, neurons: usize) {
    let mut chunk = SpikeChunk::default();
    spikes(STEPS, &mut chunk, &mut encoder());
    let (dense, mut drive) = (Dense::new(784, neurons), vec![Row::ZERO; STEPS * blocks_for(neurons)]);
    bencher.bench_local(|| dense.deliver::<false>(Arch::new(), &chunk, black_box(&mut drive)));
}

/// 128 steps of membranes without spikes.
#[divan::bench(args = [100, 400, 1600])]
fn sweep(bencher: Bencher<'_, '_>, neurons: usize) {
    let mut population = LifPopulation::new(neurons, LifParams::default(), TimeGrid::new(1.0), 1);
    let (drive, mut fired) = (vec![Row([0.05; 32]); STEPS * blocks_for(neurons)], Vec::new());
    bencher.bench_local(|| population.advance(Drive::of_one(black_box(&drive), blocks_for(neurons)), 0, &mut fired));
}
