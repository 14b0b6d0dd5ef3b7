//! Networks that a file describes: `describe`, `check`, `params`, and the verbs that cannot use them.

use crate::lab::{Lab, Ran};
use serde_json::Value;

fn network(name: &str) -> String {
    std::fs::read_to_string(format!("{}/presets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A lab with both networks and the small preset.
fn lab() -> Lab {
    let lab = Lab::new();
    for name in ["balanced-network.ron", "ring-of-two.ron"] {
        std::fs::write(lab.path(name), network(name)).unwrap();
    }
    lab
}

fn run(lab: &Lab, line: &str) -> Ran {
    lab.run(&line.split_whitespace().collect::<Vec<_>>())
}

/// Exit code 2 and a line for each fault, with these facts; no file is changed.
fn refuses(lab: &Lab, line: &str, facts: &[&str]) {
    let before = lab.contents();
    let ran = run(lab, line);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.has_a_line_per_fault()), (Some(2), "", true), "{line}: {ran:?}");
    assert!(facts.iter().all(|fact| ran.stderr.contains(fact)), "{line}: {facts:?} in {ran:?}");
    assert!(lab.contents() == before, "{line} changed files");
}

#[test]
fn describe_lists_populations_projections_and_sizes() {
    let lab = lab();
    let text = run(&lab, "describe balanced-network.ron").good().stdout;
    for fact in ["20,000 neurons", "10,010,000 synapses", "Indegree(800)", "e_l -70 mV", "1,300 mV/s", "E->E, I->E", "inhibitory"] {
        assert!(text.contains(fact), "{fact} in {text}");
    }
    assert!(run(&lab, "describe ring-of-two.ron").good().stdout.contains("PairStdp"));

    let [line] = &run(&lab, "describe ring-of-two.ron --json").good().events()[..] else { panic!("one line") };
    assert_eq!((&line["neurons"], &line["dt_ms"], &line["duration_ms"]), (&Value::from(250), &Value::from(0.1), &Value::from(10_000.0)));
    let projection = &line["projections"][1];
    assert_eq!((&projection["name"], &projection["synapses"], &projection["exact"]), (&"A->B".into(), &2500.0.into(), &false.into()));
    assert_eq!((&projection["indegree"], &projection["outdegree"]), (&50.0.into(), &25.0.into()));
    assert_eq!(line["populations"][1]["input_hz"], 500.0);
    // 500 Hz times 7 mV, with a current that decays in 5 ms on a membrane of 20 ms
    assert!((line["populations"][1]["drive_mv_per_s"].as_f64().unwrap() - 875.0).abs() < 1e-9, "{line}");
    assert_eq!((&line["projections"][0]["input_hz"], &projection["input_hz"]), (&500.0.into(), &Value::Null));
    assert_eq!((&projection["shortest_delay_ms"], &projection["longest_delay_ms"]), (&1.0.into(), &5.0.into()));
    let text = run(&lab, "describe ring-of-two.ron").good().stdout;
    assert!(
        ["875 mV/s", "1 to 5 ms", "500 spikes per second and neuron of A", "activity of A"].iter().all(|fact| text.contains(fact)),
        "{text}"
    );
    assert_eq!(line["populations"][1]["unknown_input"][0], "B->A");
}

#[test]
fn check_and_params_read_networks() {
    let lab = lab();
    let text = run(&lab, "check balanced-network.ron small.ron").good().stdout;
    assert!(text.contains("20000 neurons") && text.contains("Small"), "{text}");
    let text = run(&lab, "params ring-of-two.ron").good().stdout;
    assert!(["A->B.a_plus", "noise.rate", "500 Hz", "0.5 to 500 ms"].iter().all(|fact| text.contains(fact)), "{text}");
    let lines = run(&lab, "params ring-of-two.ron --json").good().events();
    let delay = lines.iter().find(|line| line["path"] == "A->B.delay").unwrap();
    assert_eq!((&delay["value"], &delay["unit"]), (&"Uniform(1 ms, 5 ms)".into(), &"ms".into()));
}

#[test]
fn verbs_that_need_an_experiment_refuse_a_network_in_one_sentence() {
    let lab = lab();
    refuses(&lab, "train ring-of-two.ron --data data --out out", &["ring-of-two.ron", "schema 2", "spikescope run"]);
    refuses(&lab, "sweep ring-of-two.ron --data data --axis eta=1 --out out", &["--data", "no images", "--axis eta=1", "E.tau_m"]);
    refuses(&lab, "ablate ring-of-two.ron --data data --out out", &["--data", "no images"]);
    refuses(&lab, "describe no-such", &["no-such"]);
    refuses(&lab, "describe data", &["data"]);
    refuses(&lab, "describe nowhere.ron", &["nowhere.ron", "no such file"]);
}

#[test]
fn all_faults_of_a_network_are_a_line_each_with_paths_and_ranges() {
    let lab = lab();
    let text = network("balanced-network.ron")
        .replace(
            "\"E->I\": (wiring: Indegree(800), weight: \"0.1 mV\", delay: Uniform(\"0.5 ms\", \"2.5 ms\"))",
            "\"E->I\": (wiring: Indegree(800), weight: \"0.1 ms\", delay: \"0.05 ms\")",
        )
        .replace("size: 2000", "size: 1000000000000");
    std::fs::write(lab.path("bad.ron"), text).unwrap();
    let facts: [&[&str]; 5] = [
        &["bad.ron", "4 faults"],
        &["populations.\"I\".size", "1000000000000", "4294967295"],
        &["populations.\"noise_I\".size", "1000000000000", "4294967295"],
        &["projections.\"E->I\".weight", "\"ms\""],
        &["projections.\"E->I\".delay", "0.05 ms", "0.1 ms"],
    ];
    let before = lab.contents();
    for verb in ["describe", "check", "params", "run", "sweep --axis I.tau_m=1,2", "ablate"] {
        let ran = run(&lab, &format!("{verb} bad.ron"));
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.lines().count()), (Some(2), "", 5), "{verb}: {ran:?}");
        let held = ran.stderr.lines().zip(facts).all(|(line, facts)| facts.iter().all(|fact| line.contains(fact)));
        assert!(held, "{verb}: {ran:?}");
    }
    let ran = run(&lab, "check bad.ron nowhere.ron");
    assert!(ran.stderr.lines().count() == 6 && ran.stderr.lines().last().unwrap().contains("nowhere.ron"), "{ran:?}");
    for line in ["describe bad.ron --json", "params bad.ron --json", "run bad.ron --json"] {
        refuses(&lab, line, &["bad.ron", "\"E->I\".weight", "\"E->I\".delay", "1000000000000"]);
    }
    assert!(lab.contents() == before, "files changed");
    let large = network("balanced-network.ron").replace("size: 8000", "size: 800000000");
    std::fs::write(lab.path("bad.ron"), large).unwrap();
    refuses(&lab, "describe bad.ron", &["projections.\"E->E\"", "4294967295"]);
}

#[cfg(not(feature = "gui"))]
#[test]
fn the_window_of_a_network_needs_its_feature() {
    refuses(&lab(), "--preset ring-of-two.ron", &["feature gui"]);
}

#[test]
fn faults_of_syntax_say_what_to_do() {
    let lab = lab();
    let text = network("ring-of-two.ron");
    for (from, to, facts) in [
        ("\"7 mV\"", "'7 mV'", &["line", "double quotes"][..]),
        ("schema: 2,", "", &["schema: 2", "missing"]),
        ("title: \"Ring of two\"", &format!("title: {}{}", "(".repeat(300), ")".repeat(300)), &["brackets"]),
        ("duration: \"10 s\"", "duration: \"1e300 s\"", &["1e303 ms", "task.duration"]),
        ("populations: {", "people: {", &["populations: it is missing", "people"]),
    ] {
        assert!(text.contains(from), "{from}");
        std::fs::write(lab.path("spoilt.ron"), text.replacen(from, to, 1)).unwrap();
        refuses(&lab, "run spoilt.ron --out out", facts);
    }
}

#[test]
fn the_name_of_a_shipped_preset_is_checked_as_its_file() {
    let lab = lab();
    let ran = run(&lab, "check ring-of-two mnist-rstdp small.ron data").good();
    assert!(ran.stdout.lines().count() == 4 && ran.stdout.contains("ok: ring-of-two: network"), "{ran:?}");
    // a file or folder of that name comes first
    std::fs::write(lab.path("ring-of-two"), "Preset(schema: 2)").unwrap();
    assert_eq!(run(&lab, "check ring-of-two").code, Some(2));
    refuses(&lab, "check ring-of-tow", &["ring-of-tow", "ring-of-two"]);
}

#[test]
fn names_of_other_simulators_are_answered_with_those_here() {
    let lab = lab();
    let text = r#"Preset(schema: 2, title: "t", network: (resolution: "0.1 ms",
        populations: {
            "noise": (n: 10, model: poisson_generator(rate: "10 Hz")),
            "E": (size: 10, model: "iaf_psc_exp"),
            "I": (size: 10, model: Lif(C_m: "250 pF", E_L: "-65 mV", tau_syn_ex: "5 ms", I_e: "1 pA")),
            "A": (size: 10, model: AdEx(V_th: "-50 mV")),
        },
        projections: {
            "E->I": (wiring: pairwise_bernoulli(p: 0.1), weight: "1 mV", delay: "1 ms", rule: stdp_synapse(Wmax: 3)),
            "I->E": (conn_spec: "fixed_indegree", weight: "1 mV", delay: "1 ms", allow_autapses: true),
        }), task: FreeRun(simtime: "1 s"))"#;
    std::fs::write(lab.path("theirs.ron"), text).unwrap();
    let ran = run(&lab, "check theirs.ron");
    assert_eq!(ran.code, Some(2));
    let fault =
        |path: &str| ran.stderr.lines().find(|line| line.trim_start().starts_with(path)).unwrap_or_else(|| panic!("{path}: {ran:?}"));
    for (path, here) in [
        ("resolution", "dt"),
        ("populations.\"noise\".n:", "size"),
        ("populations.\"noise\".model", "Poisson(rate: \"10 Hz\")"),
        ("populations.\"E\".model", "Lif(tau_syn_exc"),
        ("populations.\"I\".model.C_m", "tau_m/C_m"),
        ("populations.\"I\".model.E_L", "called e_l"),
        ("populations.\"I\".model.tau_syn_ex", "called tau_syn_exc"),
        ("populations.\"I\".model.I_e", "called ri"),
        ("populations.\"A\".model.V_th", "called v_t"),
        ("projections.\"E->I\".wiring", "Probability(0.1)"),
        ("projections.\"E->I\".rule", "PairStdp("),
        ("projections.\"I->E\".conn_spec", "called wiring"),
        ("projections.\"I->E\".allow_autapses", "self_connections"),
        ("task.simtime", "duration"),
    ] {
        assert!(fault(path).contains(here), "{path}: {here} in {}", fault(path));
    }
    let set = run(&lab, "run ring-of-two --set A.V_th=1mV --set A->B.Wmax=1mV --out out");
    assert!(set.code == Some(2) && ["called v_th here", "called w_max here"].iter().all(|fact| set.stderr.contains(fact)), "{set:?}");
}

#[test]
fn a_duration_is_at_least_one_step() {
    let lab = lab();
    for (given, line) in [
        ("0 s", "check"),
        ("0.05 ms", "check"),
        ("5 mV", "check"),
        ("1 s", "run --duration 0ms --out out"),
        ("1 s", "run --set task.duration=0ms --out out"),
    ] {
        let text = network("ring-of-two.ron").replace("duration: \"10 s\"", &format!("duration: \"{given}\""));
        std::fs::write(lab.path("short.ron"), text).unwrap();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        refuses(&lab, format!("{verb} short.ron {rest}").trim(), &["allowed: 0.1 to 429496729.5 ms"]);
    }
}

#[test]
fn a_run_without_spikes_ends_with_the_cause() {
    let lab = lab();
    let text = network("ring-of-two.ron").replace("\"A\": (size: 100, model: Lif(", "\"A\": (size: 100, model: Lif(v_th: \"20 mV\", ");
    std::fs::write(lab.path("high.ron"), text).unwrap();
    let remark = "populations.\"A\".model.v_th";
    assert!(run(&lab, "check high.ron").good().stdout.contains(remark) && run(&lab, "describe high.ron").good().stdout.contains(remark));
    let ran = run(&lab, "run high.ron --duration 100ms --out high").good();
    assert!(ran.stderr.contains(remark), "{ran:?}");
    let line = |name: &str| ran.stdout.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(line("A is silent").contains("85 mV above e_l") && line("B is silent").contains("no excitatory spikes"), "{ran:?}");
    // within reach, but not reached: the means that were measured
    let event = run(&lab, "run ring-of-two --set noise.rate=50Hz --duration 50ms --out low --json").good().last();
    let why = event["populations"][1]["silent"].as_str().unwrap();
    assert!(["v_th is 15 mV above e_l", "excitation"].iter().all(|fact| why.contains(fact)), "{event}");
    assert_eq!(event["populations"][0]["silent"], serde_json::Value::Null);
}

#[test]
fn runs_of_different_lengths_are_compared_with_a_warning() {
    let lab = lab();
    for (duration, out) in [("100ms", "a"), ("200ms", "b"), ("100ms", "c")] {
        run(&lab, &format!("run ring-of-two --duration {duration} --out {out}")).good();
    }
    let ran = run(&lab, "compare a b --quiet").good();
    assert!(["warning", "A 100 ms", "B 200 ms"].iter().all(|fact| ran.stderr.contains(fact)) && ran.stdout.contains("measured"), "{ran:?}");
    assert_eq!(run(&lab, "compare a c").good().stderr, "");
}
