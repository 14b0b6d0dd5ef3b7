//! The workload whose instructions `experiments/instructions.sh` counts:
//! `cargo run --release --no-default-features --example instructions -- PRESET.ron train|test IMAGES`.
//! Images of one preset on one thread, from the same seed, in the last stage of its learning. The script also builds this file in
//! an older revision, so that it uses only what both have.

use spikescope::datasets::{Dataset, load_dir};
use spikescope::experiment::Trainer;
use spikescope::preset::Preset;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Training images of every earlier stage, and images before those that are counted.
const STAGE: &str = "30";
const WARM: u64 = 100;

fn shorten(set: &mut Dataset, images: usize) {
    set.images = set.images.select(ndarray::Axis(0), &(0..images).collect::<Vec<_>>());
    set.labels = set.labels.iter().copied().take(images).collect();
}

/// AVX2 even where AVX-512 is available, which valgrind does not support.
#[cfg(target_arch = "x86_64")]
fn arch() -> Option<pulp::Arch> {
    pulp::x86::V3::try_new().map(pulp::Arch::V3)
}
#[cfg(not(target_arch = "x86_64"))]
fn arch() -> Option<pulp::Arch> {
    None
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, file, what, images] = &arguments[..] else { return Err("usage: instructions PRESET.ron train|test IMAGES".into()) };
    let images: usize = images.parse()?;
    let mut data = load_dir(Path::new("data/mnist"))?;
    shorten(&mut data.train, 1000);
    shorten(&mut data.test, images);
    let mut preset = Preset::load(Path::new(file))?;
    for stage in ["filter_images", "filter_images_second", "images_1", "images_2", "stdp_images"] {
        preset.params.set_text(stage, STAGE)?;
    }
    let mut trainer = Trainer::new(&preset, Arc::new(data), 1, Some(WARM + images as u64))?;
    trainer.set_arch(arch().ok_or("the counts require AVX2, which this machine does not have")?);
    for _ in 0..WARM {
        trainer.train_image()?;
    }
    match what.as_str() {
        "train" => {
            let mut spikes = 0;
            for _ in 0..images {
                spikes += u64::from(trainer.train_image()?.spikes);
            }
            println!("{spikes} output spikes");
        }
        "test" => {
            let answers = trainer.evaluator().answers(images, 1, &|_| {}, &AtomicBool::new(false)).unwrap_or_default();
            println!("{} right", answers.iter().filter(|(_, right)| *right).count());
        }
        _ => return Err("train or test".into()),
    }
    Ok(())
}
