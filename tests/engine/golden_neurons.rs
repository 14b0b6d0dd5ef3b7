//! Neuron models without an exact solution: one second of Brian2 trajectories with input, spike by spike.

use super::golden::Table;
use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, StepSpikes};
use spikescope::lower;
use spikescope::model::{Distribution, ModelSpec, NetworkSpec, PopulationSpec, ProjectionSpec, SpikeSource, Wiring};

/// Case, model, and the scheme of Izhikevich neurons.
const CASES: [(&str, &str, Option<&str>); 6] = [
    ("conductances", "LifCond", None),
    ("adapting", "AdEx", None),
    ("bursting", "AdEx", None),
    ("regular", "Izhikevich", Some("Euler")),
    ("chattering", "Izhikevich", Some("Euler")),
    ("half", "Izhikevich", Some("half steps")),
];

#[derive(Default)]
struct Seen {
    spikes: Vec<u64>,
    potentials_mv: Vec<f64>,
}

impl Monitor for Seen {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        self.spikes.extend(spikes.populations[1].iter().map(|_| step));
        self.potentials_mv.push(f64::from(network.populations()[1].v_mv(0)));
    }
}

/// The network of a case: a source for each receptor and weight, one step ahead, because delays are at least one step.
fn network(case: usize, table: &Table, inputs: &Table) -> NetworkSpec {
    let (name, model, scheme) = CASES[case];
    let p = |key: &str| table.params[&format!("{name}.{key}")];
    let dt_ms = table.params["dt"];
    let mut network = NetworkSpec::new(dt_ms);
    let [steps, receptors, weights] = ["step", "receptor", "weight"].map(|column| inputs.column(column));
    let sources = steps.iter().map(|step| vec![(step - 1.0) * dt_ms]).collect::<Vec<_>>();
    let n = sources.len() as u32;
    network.populations.push(PopulationSpec::new("in", n, ModelSpec::SpikeSource(SpikeSource { spikes_ms: sources })));
    network.populations.push(PopulationSpec::new("neuron", 1, ModelSpec::named(model).unwrap()));
    for (index, (&receptor, &weight)) in (0u32..).zip(receptors.iter().zip(weights)) {
        let mut projection = ProjectionSpec::new(format!("s{index}"), Wiring::Explicit(vec![(index, 0)]));
        (projection.from, projection.to) = ("in".to_owned(), "neuron".to_owned());
        projection.weight = Distribution::Constant(weight * p(["exc", "inh"][receptor as usize]));
        projection.delay = Distribution::Constant(dt_ms);
        network.projections.push(projection);
    }
    for field in ModelSpec::named(model).unwrap().fields() {
        if let Some(value) = table.params.get(&format!("{name}.{}", field.name)) {
            network.set(&format!("neuron.{}", field.name).parse().unwrap(), &format!("{value} {}", field.unit)).unwrap();
        }
    }
    if let Some(scheme) = scheme {
        network.set(&"neuron.scheme".parse().unwrap(), scheme).unwrap();
    }
    network
}

#[test]
fn every_model_fires_the_spikes_of_its_reference() {
    let (spikes, potentials, inputs) =
        (Table::read("neurons_spikes.csv"), Table::read("neurons_potentials.csv"), Table::read("neurons_inputs.csv"));
    for (case, (name, ..)) in CASES.iter().enumerate() {
        let rows = |table: &Table, column: &str| -> Vec<f64> {
            table.column("case").iter().zip(table.column(column)).filter(|&(&of, _)| of == case as f64).map(|(_, &value)| value).collect()
        };
        let mut seen = Seen::default();
        lower::network(&network(case, &spikes, &inputs), 1).unwrap().run(spikes.params["steps"] as u64, &mut [&mut seen]);
        let expected: Vec<u64> = rows(&spikes, "step").into_iter().map(|step| step as u64).collect();
        assert_eq!(seen.spikes, expected, "{name}");
        let steps = rows(&potentials, "step");
        let worst = steps.iter().zip(rows(&potentials, "v")).map(|(&step, v)| (seen.potentials_mv[step as usize] - v).abs());
        let worst = worst.fold(0.0, f64::max);
        println!("{name}: {} spikes, potentials differ by at most {worst:.1e} mV", expected.len());
        // the upstroke of a spike magnifies the last digit by 1e11
        assert!(worst < 1e-3, "{name}: {worst}");
    }
}
