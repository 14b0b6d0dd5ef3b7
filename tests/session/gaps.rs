//! How long the simulation thread publishes nothing, at full speed with autosave. Measurements: run one at a time, with
//! `cargo test --test session gaps -- --ignored --nocapture --test-threads 1`.

use crate::root;
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
