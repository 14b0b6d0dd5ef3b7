// A network of two populations and a plastic projection, assembled in Rust, run for 2 s and read out:
// `cargo run --release --no-default-features --example own_network`.

use spikescope::experiment::{Activity, FreeRun};
use spikescope::model::{Distribution, Lif, ModelSpec, NetworkSpec, PairStdp, Poisson, PopulationSpec, ProjectionSpec, RuleSpec, Wiring};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut network = NetworkSpec::new(0.1);
    let noise = ModelSpec::Poisson(Poisson { rate_hz: 500.0 });
    network.populations.push(PopulationSpec::new("noise", 100, noise));
    network.populations.push(PopulationSpec::new("E", 100, ModelSpec::Lif(Lif { tau_syn_exc_ms: 5.0, ..Lif::default() })));

    let mut plastic = ProjectionSpec::new("noise->E", Wiring::Probability(0.2));
    plastic.weight = Distribution::Uniform { low: 0.5, high: 1.5 };
    plastic.delay = Distribution::Uniform { low: 0.5, high: 2.5 };
    plastic.rule = Some(RuleSpec::PairStdp(PairStdp { w_max_mv: 2.0, ..PairStdp::default() }));
    network.projections.push(plastic);

    let mut run = FreeRun::new(network, 1)?;
    let before = mean_weight(&run, "noise->E");
    // 2 s in steps of 0.1 ms
    let mut activity = Activity::new(run.spec(), 20_000);
    run.advance(20_000, &mut [&mut activity])?;
    for (index, population) in run.spec().populations.iter().enumerate() {
        println!("{}: {:.1} Hz", population.name, activity.rate_hz(index, run.grid()));
    }
    println!("mean weight: {before:.3} mV before, {:.3} mV after", mean_weight(&run, "noise->E"));
    Ok(())
}

fn mean_weight(run: &FreeRun, projection: &str) -> f64 {
    let weights = run.weights(projection).unwrap_or_default();
    weights.iter().sum::<f64>() / weights.len() as f64
}
