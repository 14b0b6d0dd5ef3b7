// A network of two populations with a plastic projection, assembled in Rust, run for 2 s and read out:
// `cargo run --release --no-default-features --example own_network`.

use spikescope::experiment::{Activity, FreeRun};
use spikescope::model::{Distribution, Lif, ModelSpec, NetworkSpec, PairStdp, Poisson, PopulationSpec, ProjectionSpec, RuleSpec, Wiring};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut network = NetworkSpec::new(0.1);
    // a source of spikes for each neuron
    network.populations.push(PopulationSpec::new("noise", 100, ModelSpec::Poisson(Poisson { rate_hz: 500.0 })));
    network.populations.push(PopulationSpec::new("E", 100, ModelSpec::Lif(Lif { tau_syn_exc_ms: 5.0, ..Lif::default() })));

    // weights in mV, delays in ms; a new projection has the weight 0 and the delay 1 ms
    let mut drive = ProjectionSpec::new("noise->E", Wiring::OneToOne);
    drive.weight = Distribution::Constant(7.0);
    let mut recurrent = ProjectionSpec::new("E->E", Wiring::Probability(0.1));
    recurrent.weight = Distribution::Normal { mean: 0.5, sd: 0.1 };
    recurrent.delay = Distribution::Uniform { low: 0.5, high: 2.5 };
    recurrent.rule = Some(RuleSpec::PairStdp(PairStdp { w_max_mv: 2.0, ..PairStdp::default() }));
    network.projections.extend([drive, recurrent]);

    let mut run = FreeRun::new(network, 1)?;
    let before = mean_weight(&run, "E->E")?;
    // 2 s in steps of 0.1 ms
    let steps = 20_000;
    let mut activity = Activity::new(run.spec(), steps);
    run.advance(steps, &mut [&mut activity])?;
    for (index, population) in run.spec().populations.iter().enumerate() {
        println!("{}: {:.1} Hz", population.name, activity.rate_hz(index, run.grid()));
    }
    println!("mean weight: {before:.3} mV before, {:.3} mV after", mean_weight(&run, "E->E")?);
    Ok(())
}

fn mean_weight(run: &FreeRun, projection: &str) -> Result<f64, String> {
    let weights = run.weights(projection).ok_or_else(|| format!("there is no projection {projection}"))?;
    Ok(weights.iter().sum::<f64>() / weights.len() as f64)
}
