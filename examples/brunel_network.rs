// Excitatory and inhibitory neurons with fixed in-degrees, after Brunel (2000), assembled in Rust: rates and CV are printed, spikes
// written as CSV, and the network is saved as a preset that the window and `spikescope run` read.
// `cargo run --release --no-default-features --example brunel_network [FOLDER]`

use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, StepSpikes};
use spikescope::experiment::{Activity, FreeRun};
use spikescope::model::{Distribution, Lif, ModelSpec, NetworkSpec, Poisson, PopulationSpec, ProjectionSpec, TaskSpec, Wiring};
use spikescope::preset::{NetworkPreset, Opened, open};
use spikescope::time::{Step, TimeGrid};
use std::error::Error;
use std::path::{Path, PathBuf};

/// Number of excitatory neurons; a quarter as many are inhibitory.
const N_EXC: u32 = 800;
/// Synapses onto a neuron from excitatory neurons; a quarter as many from inhibitory ones.
const C_EXC: u32 = 80;
/// Weight of an excitatory synapse in mV, and how much stronger an inhibitory one is.
const J_MV: f64 = 40.0;
const G: f64 = 8.0;

fn network() -> NetworkSpec {
    let mut network = NetworkSpec::new(0.1);
    let lif = Lif {
        tau_m_ms: 20.0,
        e_l_mv: 0.0,
        v_th_mv: 15.0,
        v_reset_mv: 0.0,
        t_ref_ms: 2.0,
        tau_syn_exc_ms: 0.5,
        tau_syn_inh_ms: 0.5,
        ..Lif::default()
    };
    for (name, size) in [("E", N_EXC), ("I", N_EXC / 4)] {
        let mut population = PopulationSpec::new(name, size, ModelSpec::Lif(lif.clone()));
        // start values by the name of the variable, in its unit
        population.start.push(("v".to_owned(), Distribution::Uniform { low: 0.0, high: 15.0 }));
        network.populations.push(population);
        // one independent train for each neuron: what NEST does with one poisson_generator
        network.populations.push(PopulationSpec::new(format!("noise_{name}"), size, ModelSpec::Poisson(Poisson { rate_hz: 1500.0 })));
    }
    // weights in mV, delays in ms; `ProjectionSpec` has a weight of 0 and a delay of 1 ms until they are set
    let mut connect = |name: &str, wiring: Wiring, weight_mv: f64| {
        let mut projection = ProjectionSpec::new(name, wiring);
        projection.weight = Distribution::Constant(weight_mv);
        projection.delay = Distribution::Constant(1.5);
        network.projections.push(projection);
    };
    for to in ["E", "I"] {
        connect(&format!("noise_{to}->{to}"), Wiring::OneToOne, J_MV);
        connect(&format!("E->{to}"), Wiring::Indegree(C_EXC), J_MV);
        connect(&format!("I->{to}"), Wiring::Indegree(C_EXC / 4), -G * J_MV);
    }
    network
}

/// Spikes as (step, population, neuron), without those of the noise.
#[derive(Default)]
struct Spikes(Vec<(u64, usize, u32)>);

impl Monitor for Spikes {
    fn record(&mut self, step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        for population in [0, 2] {
            self.0.extend(spikes.populations[population].iter().map(|&neuron| (step, population, neuron)));
        }
    }
}

/// Simulate it, and write its files to a folder.
fn run(folder: &Path) -> Result<Activity, Box<dyn Error>> {
    let grid = TimeGrid::new(0.1);
    let steps = u64::from(grid.steps(1000.0)?);
    // faults of the description are all reported here, each with its path
    let mut run = FreeRun::new(network(), 1)?;
    let (mut activity, mut spikes) = (Activity::new(run.spec(), steps), Spikes::default());
    run.advance(steps, &mut [&mut activity, &mut spikes])?;
    for (index, population) in run.spec().populations.iter().enumerate() {
        let cv = activity.irregularity(index).map_or_else(|| "-".to_owned(), |measured| format!("{:.2}", measured.cv));
        println!("{}: {:.1} Hz, CV {cv}", population.name, activity.rate_hz(index, grid));
    }
    let rows = spikes
        .0
        .iter()
        .map(|&(step, population, neuron)| format!("{},{},{neuron}\n", grid.ms(Step(step)), run.spec().populations[population].name));
    std::fs::write(folder.join("spikes.csv"), format!("time_ms,population,neuron\n{}", rows.collect::<String>()))?;
    let preset = NetworkPreset {
        title: "Brunel network".to_owned(),
        description: "Excitatory and inhibitory neurons with fixed in-degrees, driven by noise.".to_owned(),
        citation: "Brunel 2000, J Comput Neurosci 8:183".to_owned(),
        look_for: Vec::new(),
        scale: None,
        network: network(),
        task: TaskSpec::free(1000.0),
        path: None,
    };
    let path = folder.join("brunel.ron");
    preset.save(&path)?;
    // and back
    let Opened::Network(read) = open(&path)? else { return Err("not a network".into()) };
    assert_eq!(read.network, network());
    Ok(activity)
}

#[allow(dead_code)] // a test runs `run`
fn main() -> Result<(), Box<dyn Error>> {
    run(&std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from)).map(drop)
}
