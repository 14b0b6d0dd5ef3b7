//! The workload whose instructions `tests/budget.sh` counts: `cargo run --release --no-default-features --example budget`.
//! A fixed number of training images of `mnist-rstdp`, on one thread, from the same seed.

use spikescope::datasets::load_dir;
use spikescope::experiment::{Halt, Trainer};
use spikescope::preset::Preset;
use std::path::Path;
use std::sync::Arc;

const IMAGES: u64 = 2000;

/// The counted part, without loading data and building the network.
#[inline(never)]
fn budget_of_training(trainer: &mut Trainer) -> Result<u64, Halt> {
    let mut spikes = 0;
    for _ in 0..IMAGES {
        spikes += u64::from(trainer.train_image()?.spikes);
    }
    Ok(spikes)
}

/// AVX2 even where AVX-512 is available: valgrind does not support it, and counts must not depend on the machine.
#[cfg(target_arch = "x86_64")]
fn arch() -> Option<pulp::Arch> {
    pulp::x86::V3::try_new().map(pulp::Arch::V3)
}
#[cfg(not(target_arch = "x86_64"))]
fn arch() -> Option<pulp::Arch> {
    None
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = Arc::new(load_dir(Path::new("data/mnist"))?);
    let preset = Preset::load(Path::new("presets/mnist-rstdp.ron"))?;
    let mut trainer = Trainer::new(&preset, data, 1, Some(IMAGES))?;
    trainer.set_arch(arch().ok_or("the budget requires AVX2, which this machine does not have")?);
    let spikes = budget_of_training(&mut trainer)?;
    // the result, to detect a lower count caused by less work
    println!("{IMAGES} images, {spikes} output spikes");
    Ok(())
}
