//! Cost of the window: training speed of a session with every view open and sixty snapshots per second, relative to the
//! same training without views, in one run.
//! `cargo run --release --no-default-features --example window_cost [PRESET]`

use spikescope::datasets::load_dir;
use spikescope::experiment::Trainer;
use spikescope::preset::Preset;
use spikescope::session::{Asked, Launch, Session, Speed, Watch};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Length of each measurement, shorter than an epoch of the fastest preset. They alternate, so that other load on the
/// machine affects both.
const SPELL: Duration = Duration::from_millis(2500);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let preset = std::env::args().nth(1).unwrap_or_else(|| "presets/mnist-rstdp.ron".to_owned());
    let preset = Preset::load(Path::new(&preset))?;
    let data_dir = Path::new("data/mnist").to_owned();
    let data = Arc::new(load_dir(&data_dir)?);
    let mut ratios = Vec::new();
    for round in 0..5 {
        let mut trainer = Trainer::new(&preset, Arc::clone(&data), round, None)?;
        let (start, mut images) = (Instant::now(), 0_u64);
        while start.elapsed() < SPELL {
            trainer.train_image()?;
            images += 1;
        }
        let alone = images as f64 / start.elapsed().as_secs_f64();

        let launch = Launch { preset: preset.clone(), data_dir: data_dir.clone(), seed: round, speed: Speed::Full };
        let mut session = Session::start(launch, || {})?;
        let all =
            Watch { potentials: (0..8).collect(), eligibility: true, inspected: Some(0), why: Some(Asked::default()), ..Watch::default() };
        session.send(spikescope::session::Command::Watch(all)).map_err(|_| "the queue is full")?;
        let (mut first, mut last) = (None, None);
        let mut begun = Instant::now();
        while begun.elapsed() < SPELL || last.is_none() {
            if let Some(snapshot) = session.take_snapshot() {
                if first.is_none() && snapshot.trial.index > 0 {
                    (first, begun) = (Some(snapshot.trial.index), Instant::now());
                }
                last = Some(snapshot.trial.index);
            }
            std::thread::sleep(Duration::from_micros(16_667));
        }
        let watched = (last.unwrap_or(0) - first.unwrap_or(0)) as f64 / begun.elapsed().as_secs_f64();
        session.stop();
        println!("{}: without views {alone:.0} images/s, with views {watched:.0} images/s, {:.1} %", preset.title, 100.0 * watched / alone);
        ratios.push(watched / alone);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median {:.1} %", 100.0 * ratios[ratios.len() / 2]);
    Ok(())
}
