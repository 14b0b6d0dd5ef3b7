//! How long the simulation thread publishes nothing, at full speed with autosave, and what its copies cost. Measurements: run one at
//! a time, with
//! `cargo test --test session gaps -- --ignored --nocapture --test-threads 1`.

use crate::root;
use spikescope::experiment::{FreeRun, Trainer};
use spikescope::preset::Preset;
use spikescope::session::{Command, Launch, RunState, Session, Speed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The gaps between two snapshots or notices in ms, in ascending order.
fn gaps(name: &str, seconds: u64) -> Vec<f64> {
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&times);
    let preset = Preset::open(&root(&format!("presets/{name}.ron"))).unwrap();
    let launch = Launch { preset, data_dir: root("data/mnist"), seed: 7, speed: Speed::Full };
    let folder = tempfile::tempdir().unwrap();
    let mut session = Session::start(launch, move || seen.lock().unwrap().push(Instant::now())).unwrap();
    session.send(Command::Autosave(folder.path().join("a.autosave"))).unwrap();
    let start = Instant::now();
    // all planned images can be done earlier; then nothing is published any more
    while start.elapsed() < Duration::from_secs(seconds)
        && session.take_snapshot().is_none_or(|snapshot| matches!(snapshot.state, RunState::Running))
    {
        session.take_notices();
        std::thread::sleep(Duration::from_millis(4));
    }
    let times = std::mem::take(&mut *times.lock().unwrap());
    session.stop();
    let mut gaps: Vec<f64> = times.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64() * 1e3).collect();
    gaps.sort_by(f64::total_cmp);
    gaps
}

#[test]
#[ignore = "a measurement of 20 s"]
fn longest_gap_between_snapshots() {
    for name in ["mnist-rstdp", "balanced-network"] {
        let gaps = gaps(name, 20);
        let at = |share: f64| gaps[((gaps.len() - 1) as f64 * share) as usize];
        println!("{name}: {} snapshots, median {:.1} ms, 99 % {:.1} ms, longest {:.1} ms", gaps.len(), at(0.5), at(0.99), at(1.0));
    }
}

/// The shortest of many times in ms.
fn shortest<T>(mut work: impl FnMut() -> T) -> f64 {
    let time = |_| {
        let start = Instant::now();
        drop(work());
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..30).map(time).fold(f64::INFINITY, f64::min)
}

#[test]
#[ignore = "a measurement of some seconds"]
fn cost_of_a_copy_against_that_of_its_bytes_and_its_digest() {
    let data = Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
    let preset = Preset::open(&root("presets/mnist-rstdp.ron")).unwrap();
    let mut trainer = Trainer::new(&preset, data, 7, None).unwrap();
    for _ in 0..20 {
        trainer.train_image().unwrap();
    }
    let (twin, bytes) = (shortest(|| trainer.twin()), shortest(|| trainer.save()));
    println!("mnist-rstdp: copy {twin:.2} ms, bytes {bytes:.2} ms, digest {:.2} ms", shortest(|| trainer.digest()));
    let described = Preset::open(&root("presets/balanced-network.ron")).unwrap().network.unwrap();
    let mut run = FreeRun::new(described.network, 7).unwrap();
    run.advance(2000, &mut []).unwrap();
    let (twin, bytes) = (shortest(|| run.twin()), shortest(|| run.save()));
    println!("balanced-network: copy {twin:.2} ms, bytes {bytes:.2} ms, digest {:.2} ms", shortest(|| run.digest()));
}
