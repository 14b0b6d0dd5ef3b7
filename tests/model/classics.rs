//! Shipped networks do what their presets tell the user to look for.

use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, StepSpikes};
use spikescope::experiment::{Activity, FreeRun};
use spikescope::model::{Path, Value};
use spikescope::preset::{Opened, open};
use std::path::Path as File;

fn run(name: &str, seed: u64) -> FreeRun {
    let file = File::new(env!("CARGO_MANIFEST_DIR")).join("presets").join(name);
    let Opened::Network(preset) = open(&file).unwrap() else { panic!("{name} is not of schema 2") };
    FreeRun::new(preset.network, seed).unwrap()
}

#[test]
fn the_network_with_conductances_stays_active_without_its_noise() {
    for seed in [0, 4] {
        let mut run = run("conductance-network.ron", seed);
        let rate_hz = |run: &mut FreeRun| {
            let mut activity = Activity::new(run.spec(), 10_000);
            run.advance(10_000, &mut [&mut activity]).unwrap();
            let cv = activity.irregularity(0).unwrap().cv;
            (activity.rate_hz(0, run.grid()), cv)
        };
        run.advance(3000, &mut []).unwrap();
        let with = rate_hz(&mut run);
        run.set(&Path::new("noise", "rate"), &Value::Number(0.0)).unwrap();
        let without = rate_hz(&mut run);
        println!("seed {seed}: {with:?} with noise, {without:?} without");
        for (hz, cv) in [with, without] {
            assert!((12.0..=25.0).contains(&hz) && cv > 1.0, "seed {seed}: {hz} Hz, CV {cv}");
        }
    }
}

/// Steps of the spikes of every population.
struct Spikes(Vec<Vec<u64>>);

impl Monitor for Spikes {
    fn record(&mut self, step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        self.0.iter_mut().zip(spikes.populations).filter(|(_, fired)| !fired.is_empty()).for_each(|(steps, _)| steps.push(step));
    }
}

#[test]
fn firing_patterns_are_those_of_their_names() {
    let mut run = run("firing-patterns.ron", 0);
    let names: Vec<String> = run.spec().populations.iter().map(|population| population.name.clone()).collect();
    let mut spikes = Spikes(vec![Vec::new(); names.len()]);
    run.advance(10_000, &mut [&mut spikes]).unwrap();
    let intervals = |name: &str| -> Vec<f64> {
        let steps = &spikes.0[names.iter().position(|other| other == name).unwrap()];
        steps.windows(2).map(|pair| (pair[1] - pair[0]) as f64 * 0.1).collect()
    };
    for name in &names {
        println!("{name}: {:?}", &intervals(name)[..8]);
    }
    let last = |name: &str| *intervals(name).last().unwrap();
    assert!((last("regular spiking") - 45.0).abs() < 1.0 && (last("fast spiking") - 8.0).abs() < 0.5);
    let burst = intervals("intrinsically bursting");
    assert!((burst[0] - 3.0).abs() < 0.5 && burst[1..].iter().all(|&ms| ms > 20.0), "{burst:?}");
    let bursts = intervals("chattering");
    let silences: Vec<f64> = bursts.iter().copied().filter(|&ms| ms > 15.0).collect();
    assert!(silences.len() > 5 && silences.iter().all(|ms| (40.0..=60.0).contains(ms)), "{bursts:?}");
    assert!(bursts.len() > 3 * silences.len(), "{bursts:?}");
}
