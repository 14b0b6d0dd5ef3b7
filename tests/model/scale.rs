//! Networks at another size: the mean and the variance of the input of every neuron are kept.

use spikescope::model::{Distribution, LifCond, ModelSpec, NetworkSpec, PairStdp, PopulationSpec, ProjectionSpec, RuleSpec, Scale, Wiring};
use spikescope::preset::{NetworkPreset, Opened, open, shipped};
use std::path::Path;

fn microcircuit() -> (NetworkSpec, Scale) {
    let path = shipped().into_iter().find(|path| path.file_stem().is_some_and(|stem| stem == "potjans-diesmann-2014")).unwrap();
    let Opened::Network(preset) = open(&path).unwrap() else { panic!("not of schema 2") };
    (preset.network, preset.scale.unwrap())
}

fn parsed(text: &str) -> Result<NetworkPreset, Vec<String>> {
    NetworkPreset::parse(text, Path::new("t.ron")).map_err(|error| error.faults().map_or_else(Vec::new, |(_, faults)| faults))
}

fn ri_mv(network: &NetworkSpec, population: &str) -> f64 {
    network.population(population).unwrap().model.value("ri").unwrap()
}

/// Variance of the input: in-degree times rate times the square of the effect of a spike.
fn variances(network: &NetworkSpec, scale: &Scale) -> Vec<f64> {
    let counts = network.counts();
    let one = |projection: &ProjectionSpec, indegree: f64| {
        let rate_hz = match &network.population(&projection.from).unwrap().model {
            ModelSpec::Poisson(poisson) => poisson.rate_hz,
            _ => scale.full.iter().find(|full| full.name == projection.from).unwrap().rate_hz,
        };
        indegree * rate_hz * projection.weight.mean().powi(2)
    };
    let of = |name: &str| {
        let onto = network.projections.iter().zip(&counts.projections).filter(|(projection, _)| projection.to == name);
        onto.map(|(projection, count)| one(projection, count.indegree)).sum()
    };
    scale.full.iter().map(|full| of(&full.name)).collect()
}

/// Potjans & Diesmann 2014, table 5: sizes, in-degrees from their connection probabilities, 87.8 pA at 250 pF and 10 ms.
#[test]
fn the_shipped_tenth_is_scaled_to_the_full_microcircuit_of_the_paper() {
    let (tenth, scale) = microcircuit();
    let (full, whole) = scale.apply(&tenth, 1.0).unwrap();
    assert_eq!((whole.factor, &whole.full), (1.0, &scale.full));
    let sizes = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948];
    assert_eq!(full.populations[..8].iter().map(PopulationSpec::size).collect::<Vec<_>>(), sizes);
    assert_eq!(full.populations[8..].iter().map(PopulationSpec::size).collect::<Vec<_>>(), sizes);
    for one in &full.populations[..8] {
        assert!(ri_mv(&full, &one.name).abs() < 1e-3, "{}: {:?}", one.name, one.model);
    }
    let rates: Vec<f64> = full.populations[8..].iter().map(|one| one.model.value("rate").unwrap()).collect();
    assert_eq!(rates, [1600.0, 1500.0, 2100.0, 1900.0, 2000.0, 1900.0, 2900.0, 2100.0].map(|k| 8.0 * k));
    // in a file, numbers have six digits
    for (name, mean_mv, sd_mv) in
        [("L4E->L4E", 3.512, 0.3512), ("L4E->L23E", 7.024, 0.7024), ("L6I->L6E", -14.048, 1.4048), ("external_L5E->L5E", 3.512, 0.0)]
    {
        let (mean, sd) = match full.projection(name).unwrap().weight {
            Distribution::Normal { mean, sd } => (mean, sd),
            other => (other.constant().unwrap(), 0.0),
        };
        assert!((mean - mean_mv).abs() < 2e-5 * mean_mv.abs() && (sd - sd_mv).abs() <= 2e-5 * sd_mv, "{name}: {mean} and {sd} mV");
    }
    // number of synapses ln(1 - C)/ln(1 - 1/(N_pre N_post)), with the probabilities C of the paper
    let counts = full.counts();
    for (name, c, pre, post) in
        [("L23E->L23E", 0.1009, 20683.0, 20683.0), ("L4I->L23I", 0.0515, 5479.0, 5834.0), ("L5I->L4E", 0.0003, 1065.0, 21915.0)]
    {
        let (c, pairs): (f64, f64) = (c, pre * post);
        let expected = (1.0 - c).ln() / (-1.0 / pairs).ln_1p();
        let found = counts.projections[full.projections.iter().position(|one| one.name == name).unwrap()].synapses;
        assert!((found / expected - 1.0).abs() < 1e-4, "{name}: {found} and {expected}");
    }
}

#[test]
fn mean_and_variance_of_the_input_are_kept_at_every_size() {
    let (tenth, scale) = microcircuit();
    let before = scale.mean_inputs_mv(&tenth);
    for factor in [0.02, 0.1, 0.3, 1.0] {
        let (network, _) = scale.apply(&tenth, factor).unwrap();
        let after = scale.mean_inputs_mv(&network);
        for (index, full) in scale.full.iter().enumerate() {
            let sums = [(&tenth, before[index]), (&network, after[index])].map(|(network, mean)| mean + ri_mv(network, &full.name));
            assert!((sums[0] - sums[1]).abs() < 1e-4, "{factor}, {}: {sums:?}", full.name);
            // a network of one size has no other mean: most of it comes from the current where there are few synapses
            assert!(factor >= 0.1 || after[index].abs() < before[index].abs());
        }
        for ((one, other), full) in variances(&tenth, &scale).into_iter().zip(variances(&network, &scale)).zip(&scale.full) {
            // populations have whole numbers of neurons: of 1,065 a fiftieth is 21
            assert!((one / other - 1.0).abs() < 0.02, "{factor}, {}: {one} and {other}", full.name);
        }
    }
}

const DEGREES: &str = r#"Preset(
    schema: 2,
    title: "t",
    scale: (factor: 0.5, full: {"E": (size: 200, rate: "5 Hz")}),
    network: (
        populations: {
            "E": (size: 100, model: Lif(tau_m: "10 ms", tau_syn_exc: "2 ms", ri: "3 mV")),
            "shared": (size: 40, model: Poisson(rate: "50 Hz")),
        },
        projections: {
            "E->E": (wiring: Indegree(20), weight: Uniform("1 mV", "3 mV"), delay: "1 ms"),
            "shared->E": (wiring: Outdegree(10), weight: "4 mV", delay: "1 ms"),
        },
    ),
    task: FreeRun(duration: "1 s"),
)
"#;

#[test]
fn degrees_are_scaled_and_rates_of_shared_input_are_not() {
    let preset = parsed(DEGREES).unwrap();
    let scale = preset.scale.clone().unwrap();
    let (network, scaled) = scale.apply(&preset.network, 2.0).unwrap();
    assert_eq!(network.populations.iter().map(PopulationSpec::size).collect::<Vec<_>>(), [400, 160]);
    assert_eq!(network.population("shared").unwrap().model.value("rate"), Some(50.0));
    assert_eq!([&network.projections[0].wiring, &network.projections[1].wiring], [&Wiring::Indegree(80), &Wiring::Outdegree(40)]);
    assert_eq!(network.projections[0].weight, Distribution::Uniform { low: 0.5, high: 1.5 });
    // 20 synapses of 2 mV at 5 Hz and 4 of 4 mV at 50 Hz, each for 2 ms, and twice that with half the weight of four times as many
    assert!((ri_mv(&network, "E") - (3.0 - (20.0 * 5.0 * 2.0 + 4.0 * 50.0 * 4.0) * 2e-3)).abs() < 1e-9);
    // and the file reads back
    let again = NetworkPreset { network, scale: Some(scaled), ..preset };
    assert_eq!(parsed(&again.to_ron()), Ok(NetworkPreset { path: Some("t.ron".into()), ..again }));
}

#[test]
fn all_faults_of_a_scale_are_named_with_their_paths() {
    let wrong = DEGREES.replace("factor: 0.5", "factor: 0").replace("size: 200, rate: \"5 Hz\"", "rate: 5, sise: 2");
    let faults = parsed(&wrong).unwrap_err().join("\n");
    for fact in
        ["scale.factor: 0 is out of range", "scale.full.\"E\".size", "scale.full.\"E\".rate: 5 has no unit", "scale.full.\"E\".sise"]
    {
        assert!(faults.contains(fact), "{fact} in {faults}");
    }

    let preset = parsed(DEGREES).unwrap();
    let faults = |change: &dyn Fn(&mut NetworkSpec, &mut Scale), factor: f64| {
        let (mut network, mut scale) = (preset.network.clone(), preset.scale.clone().unwrap());
        change(&mut network, &mut scale);
        scale.apply(&network, factor).unwrap_err().iter().map(|fault| fault.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(faults(&|_, _| {}, 0.0), ["scale"]);
    assert_eq!(faults(&|_, scale| scale.full[0].name = "F".to_owned(), 1.0), ["scale.full.\"F\"", "populations.\"E\""]);
    let models = |network: &mut NetworkSpec, _: &mut Scale| network.populations[0].model = ModelSpec::LifCond(LifCond::default());
    assert_eq!(faults(&models, 1.0), ["populations.\"E\".model"]);
    let wirings = |network: &mut NetworkSpec, _: &mut Scale| {
        network.projections[0].wiring = Wiring::OneToOne;
        network.projections[1].wiring = Wiring::Explicit(vec![(0, 0)]);
    };
    assert_eq!(faults(&wirings, 1.0), ["projections.\"E->E\".wiring", "projections.\"shared->E\".wiring"]);
    let learns = |network: &mut NetworkSpec, _: &mut Scale| {
        network.projections[0].rule = Some(RuleSpec::PairStdp(PairStdp::default()));
    };
    assert_eq!(faults(&learns, 1.0), ["projections.\"E->E\""]);
}
