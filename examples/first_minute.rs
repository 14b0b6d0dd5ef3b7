//! How many receptive fields are digits in the first minute: `cargo run --release --no-default-features --example first_minute
//! -- [PRESET [RATE [SEEDS [id=value ...]]]]`. RATE is in images a second, SEEDS is how many seeds from 1 on. The window shows
//! the fields that have learnt most first; about `IN_SIGHT` of them are visible without scrolling.

use spikescope::datasets::load_dir;
use spikescope::experiment::{LEARNT, Trainer, concentration};
use spikescope::preset::Preset;
use std::path::Path;
use std::sync::Arc;

/// Receptive fields that are visible in the window's default layout.
const IN_SIGHT: usize = 90;
/// When fields are counted, in seconds since the first frame.
const SECONDS: [u64; 6] = [5, 10, 20, 30, 45, 60];

fn digits(trainer: &Trainer) -> usize {
    let dense = trainer.network().projections().iter().rev().find_map(|p| p.synapses.dense());
    let Some(dense) = dense else { return 0 };
    let field = |j: usize| (0..dense.n_pre()).map(|i| dense.get(i, j)).collect::<Vec<f32>>();
    (0..dense.n_post()).filter(|&j| concentration(&field(j)) > LEARNT).count()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut args = args.iter();
    let mut preset = Preset::load(Path::new(args.next().map_or("presets/mnist-rstdp.ron", String::as_str)))?;
    let rate: u64 = args.next().map_or("40", String::as_str).parse()?;
    let seeds: u64 = args.next().map_or("5", String::as_str).parse()?;
    for set in args {
        let (name, value) = set.split_once('=').ok_or("expected id=value, for example eta=0.05")?;
        preset.params.set_text(name, value)?;
    }
    let data = Arc::new(load_dir(Path::new("data/mnist"))?);
    println!("fields in sight that are digits, of {IN_SIGHT}, at {rate} images a second");
    println!("seconds |{}", SECONDS.map(|s| format!("{s:5}")).concat());
    println!("images  |{}", SECONDS.map(|s| format!("{:5}", s * rate)).concat());
    for seed in 1..=seeds {
        let mut trainer = Trainer::new(&preset, data.clone(), seed, None)?;
        let mut counts = Vec::new();
        for second in SECONDS {
            while trainer.images_done() < second * rate {
                trainer.train_image()?;
            }
            counts.push(format!("{:5}", digits(&trainer).min(IN_SIGHT)));
        }
        println!("seed {seed}  |{}", counts.concat());
    }
    Ok(())
}
