//! `export-network`: the files, their arrays against a run of the same seed, and what is refused. `tests/exchange.sh` runs the scripts.

use crate::export::array;
use crate::lab::Lab;
use std::process::Command;

/// A network without a rule; `rest` are further projections.
fn network(rest: &str) -> String {
    format!(
        r#"Preset(schema: 2, title: "Two populations", network: (
            populations: {{
                "noise": (size: 20, model: Poisson(rate: "800 Hz")),
                "given": (size: 2, model: SpikeSource(spikes: [["0 ms", "3 ms"], []])),
                "E": (size: 10, model: Lif(tau_syn_exc: "5 ms", tau_syn_inh: "5 ms"), start: {{"v": Uniform("-65 mV", "-55 mV")}}),
            }},
            projections: {{
                "noise->E": (wiring: Probability(0.5), weight: Uniform("1 mV", "4 mV"), delay: Uniform("0.5 ms", "3 ms")),
                "given->E": (wiring: AllToAll, weight: "20 mV", delay: "1 ms"),
                "E->E": (wiring: Indegree(3), weight: "-2 mV", delay: "1.5 ms"),
                {rest}
            }}), task: FreeRun(duration: "100 ms"))"#
    )
}

fn u32s(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks(4).map(|raw| u32::from_le_bytes(raw.try_into().unwrap())).collect()
}

#[test]
fn an_export_has_the_synapses_and_spikes_of_a_run() {
    let lab = Lab::new();
    std::fs::write(lab.path("net.ron"), network("")).unwrap();
    lab.line("run net.ron --seed 7 --record spikes --out run").good();
    lab.line("export run --what weights --format csv --out weights.csv").good();
    lab.line("export run --what spikes --format csv --out spikes.csv").good();
    let rows = |name: &str| csv::Reader::from_path(lab.path(name)).unwrap().records().map(Result::unwrap).collect::<Vec<_>>();
    let (weights, spikes) = (rows("weights.csv"), rows("spikes.csv"));
    for to in ["nest", "brian2"] {
        let line = lab.line(&format!("export-network net.ron --to {to} --seed 7 --out {to} --json")).good().last();
        assert_eq!(
            (&line["event"], &line["to"], &line["neurons"], &line["steps"]),
            (&"exported".into(), &to.into(), &32.into(), &1000.into())
        );
        assert_eq!(line["synapses"], weights.len());
        let data = lab.path(&format!("{to}/network.npz"));
        let mut place = 0;
        for index in 0..3 {
            let part = |name: &str| array(&data, &format!("projection_{index}_{name}")).1;
            let (pre, post, delay) = (u32s(&part("pre")), u32s(&part("post")), u32s(&part("delay")));
            let weight: Vec<f32> = part("weight").chunks(4).map(|raw| f32::from_le_bytes(raw.try_into().unwrap())).collect();
            for k in 0..pre.len() {
                let row = &weights[place + k];
                assert_eq!((&row[1], &row[2]), (&*pre[k].to_string(), &*post[k].to_string()), "{to} {index}");
                assert_eq!(row[3].parse::<f32>().unwrap().to_bits(), weight[k].to_bits());
                assert!((row[5].parse::<f64>().unwrap() - f64::from(delay[k]) * 0.1).abs() < 1e-9);
            }
            place += pre.len();
        }
        assert_eq!(place, weights.len());
        for (index, name) in [(0, "noise"), (1, "given")] {
            let part = |what: &str| u32s(&array(&data, &format!("population_{index}_spike_{what}")).1);
            let theirs: Vec<(u32, u32)> = part("steps").into_iter().zip(part("neurons")).collect();
            let ours: Vec<(u32, u32)> =
                spikes.iter().filter(|row| &row[2] == name).map(|row| (row[0].parse().unwrap(), row[3].parse().unwrap())).collect();
            assert!(!ours.is_empty() && ours == theirs, "{to} {name}");
        }
        let start: Vec<f64> = array(&data, "population_2_v").1.chunks(8).map(|raw| f64::from_le_bytes(raw.try_into().unwrap())).collect();
        assert!(start.len() == 10 && start.iter().all(|v| (-65.0..-55.0).contains(v)) && start[0] != start[1], "{start:?}");

        let script = std::fs::read_to_string(lab.path(&format!("{to}/network.py"))).unwrap();
        for fact in ["Two populations", "seed 7", env!("CARGO_PKG_VERSION"), "STEPS = 1000", "POISSON = \"given\"", "\"name\": \"E->E\""] {
            assert!(script.contains(fact), "{to}: {fact}");
        }
        if let Ok(python) = Command::new("python3").args(["-m", "py_compile"]).arg(lab.path(&format!("{to}/network.py"))).output() {
            assert!(python.status.success(), "{to}: {python:?}");
        }
    }
    lab.line("export-network net.ron --to nest --poisson own --out own").good();
    let script = std::fs::read_to_string(lab.path("own/network.py")).unwrap();
    assert!(script.contains("POISSON = \"own\""));
}

#[test]
fn rules_are_exported_with_their_parameters() {
    let lab = Lab::new();
    let rules = r#""a": (from: "given", to: "E", wiring: AllToAll, weight: "0.5 mV", delay: "1 ms", rule: PairStdp(pairing: "all-to-all")),
        "b": (from: "given", to: "E", wiring: AllToAll, weight: "0.5 mV", delay: "1 ms", rule: TsodyksMarkram(u: 0.3)),"#;
    std::fs::write(lab.path("net.ron"), network(rules)).unwrap();
    let script = |to: &str| {
        lab.line(&format!("export-network net.ron --to {to} --out {to} --quiet")).good();
        std::fs::read_to_string(lab.path(&format!("{to}/network.py"))).unwrap()
    };
    let nest = script("nest");
    assert!(["stdp_synapse", "\"tau_minus\": 20.0", "tsodyks2_synapse", "\"U\": 0.3", "\"u\": 0.3"].iter().all(|fact| nest.contains(fact)));
    let brian2 = script("brian2");
    assert!(["\"tau_minus\": 20.0", "x_s = x_s*(1 - u_s)", "\"learns\": True"].iter().all(|fact| brian2.contains(fact)));
}

#[test]
fn currents_are_exported_step_by_step_and_alpha_shaped_synapses_by_their_models() {
    let lab = Lab::new();
    let text = r#"Preset(schema: 2, title: "Currents", network: (
        populations: {
            "step": (size: 1, model: StepCurrent(ri: "20 mV", start: "1 ms", stop: "2 ms")),
            "noise": (size: 3, model: NoiseCurrent()),
            "clock": (size: 2, model: Regular(rate: "100 Hz"), start: {"phase": Uniform(0, 1)}),
            "E": (size: 3, model: Lif(tau_syn_exc: "5 ms", synapse: "alpha")),
        },
        projections: {
            "step->E": (wiring: AllToAll, weight: 1.5, delay: "0 ms"),
            "noise->E": (wiring: OneToOne, weight: 1, delay: "0 ms"),
            "clock->E": (wiring: AllToAll, weight: "2 mV", delay: "1 ms"),
        }), task: FreeRun(duration: "50 ms"))"#;
    std::fs::write(lab.path("net.ron"), text).unwrap();
    for (to, facts) in [("nest", ["iaf_psc_alpha", "step_current_generator"]), ("brian2", ["rise_i_exc", "ri + received"])] {
        lab.line(&format!("export-network net.ron --to {to} --out {to}")).good();
        let data = lab.path(&format!("{to}/network.npz"));
        let part = |name: &str| array(&data, name).1.chunks(4).map(|raw| f32::from_le_bytes(raw.try_into().unwrap())).collect::<Vec<f32>>();
        let (step, noise) = (part("population_0_currents"), part("population_1_currents"));
        assert!(step.len() == 500 && (0..500).all(|k| step[k] == if (10..20).contains(&k) { 20.0 } else { 0.0 }));
        assert!(noise.len() == 1500 && noise[0] != noise[1] && noise[0] != 0.0);
        assert_eq!(u32s(&array(&data, "projection_0_delay").1), [0; 3]);
        assert_eq!(u32s(&array(&data, "projection_1_delay").1), [0; 3]);
        assert!(u32s(&array(&data, "population_2_spike_steps").1).len() == 10);
        let script = std::fs::read_to_string(lab.path(&format!("{to}/network.py"))).unwrap();
        assert!(facts.iter().all(|fact| script.contains(fact)), "{to}");
    }
    // the weights of a run have no delay either, and values change by path
    lab.line("run net.ron --set step.ri=2mV --set noise.sd=1mV --set clock.rate=50Hz --out run --quiet").good();
    lab.line("replay run").good();
    lab.line("export run --what weights --format csv --out weights.csv").good();
    let mut weights = csv::Reader::from_path(lab.path("weights.csv")).unwrap();
    let delays: Vec<f64> = weights.records().map(|row| row.unwrap()[5].parse().unwrap()).collect();
    assert_eq!(delays, [[0.0; 6], [1.0; 6]].concat());
}

#[test]
fn what_a_simulator_lacks_is_refused_by_path_and_nothing_is_written() {
    let lab = Lab::new();
    let rule = |rule: &str| format!(r#""x": (from: "given", to: "E", wiring: AllToAll, weight: "0.5 mV", delay: "1 ms", rule: {rule}),"#);
    std::fs::write(lab.path("triplet.ron"), network(&rule("TripletStdp()"))).unwrap();
    std::fs::write(lab.path("nearest.ron"), network(&rule("PairStdp()"))).unwrap();
    std::fs::write(lab.path("reward.ron"), network(&rule("RStdp()"))).unwrap();
    std::fs::write(lab.path("burst.ron"), network(&rule("PairStdp()").replace("given", "noise"))).unwrap();
    std::fs::write(lab.path("net.ron"), network("")).unwrap();
    std::fs::create_dir(lab.path("full")).unwrap();
    std::fs::write(lab.path("full/mine.txt"), "mine").unwrap();
    let before = lab.contents();
    for (line, facts) in [
        ("triplet.ron --to nest --out x", &["projections.\"x\".rule", "TripletStdp", "NEST 3.10"][..]),
        ("triplet.ron --to brian2 --out x", &["projections.\"x\".rule", "TripletStdp", "Brian2 2.9"]),
        ("nearest.ron --to nest --out x", &["projections.\"x\".rule.pairing", "all-to-all"]),
        ("reward.ron --to nest --out x", &["projections.\"x\".rule", "RStdp"]),
        ("burst.ron --to brian2 --out x", &["projections.\"x\".from", "lower rate"]),
        (
            "net.ron --to nest --out x --set E.sigma=1mV --set E.theta_plus=1mV",
            &["populations.\"E\".model.sigma", "populations.\"E\".model.theta_plus"],
        ),
        ("net.ron --to nest --out x --set given->E.delay=0.1ms", &["projections.\"given->E\".delay", "at least 2", "0.2 ms"]),
        ("net.ron --to nest --out x --set dt=0.0125ms --duration 100ms", &["dt", "0.001 ms"]),
        ("net.ron --to nest --out x --set noise.rate=900kHz --duration 10s", &["task.duration", "--poisson own"]),
        ("net.ron --to brian2 --out full", &["full"]),
        ("small.ron --to brian2 --out x", &["small.ron", "cannot be exported"]),
        ("nowhere.ron --to brian2 --out x", &["nowhere.ron"]),
        ("net.ron --to neuron --out x", &["neuron", "brian2"]),
    ] {
        let ran = lab.line(&format!("export-network {line}"));
        assert!(ran.code == Some(2) && ran.stdout.is_empty() && facts.iter().all(|fact| ran.stderr.contains(fact)), "{line}: {ran:?}");
    }
    assert!(lab.contents() == before);
}
