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

#[test]
fn the_window_refuses_a_network_before_it_opens() {
    let lab = lab();
    refuses(
        &lab,
        "--preset ring-of-two.ron",
        if cfg!(feature = "gui") { &["ring-of-two.ron", "spikescope run"] } else { &["feature gui"] },
    );
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
