//! Tuning on held-out training images: `cargo run --release --example tune -- PRESET IMAGES SEED [id=value ...]`.
//! Tests on the last 5,000 training images, which are held out; the test images are not used.

use spikescope::datasets::load_dir;
use spikescope::experiment::Trainer;
use spikescope::preset::Preset;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [preset, images, seed, sets @ ..] = args.as_slice() else {
        return Err("usage: tune PRESET IMAGES SEED [id=value ...]".into());
    };
    let mut preset = Preset::load(Path::new(preset))?;
    for set in sets {
        let (name, value) = set.split_once('=').ok_or("expected id=value, for example eta=0.05")?;
        preset.params.set_text(name, value)?;
    }
    let data = Arc::new(load_dir(Path::new("data/mnist"))?.holdout_last(5000)?);
    let images: u64 = images.parse()?;
    let mut trainer = Trainer::new(&preset, data, seed.parse()?, Some(images))?;
    let (mut right, mut spikes, start) = (0, 0, std::time::Instant::now());
    for n in 1..=images {
        let record = trainer.train_image()?;
        right += u32::from(record.answer == Some(record.label));
        spikes += u64::from(record.spikes);
        if n % (images / 6).max(1) == 0 {
            let us = start.elapsed().as_secs_f64() * 1e6 / n as f64;
            eprintln!(
                "{n:>7} images: {:.4} training accuracy, {:.1} spikes per image, {us:.1} us per image",
                f64::from(right) / (images as f64 / 6.0),
                spikes as f64 / n as f64
            );
            right = 0;
        }
    }
    let never = AtomicBool::new(false);
    if let Some(result) = trainer.evaluator().run(5000, 1, &|_| {}, &never) {
        let surprise = result.surprise.map_or(String::new(), |nats| format!(", NLL {nats:.4} nats"));
        println!("{} seed {seed} {} held out: {:.4}{surprise}", preset.title, sets.join(" "), result.accuracy);
    }
    Ok(())
}
