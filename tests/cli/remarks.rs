//! Remarks on what has no effect, from `check`, `describe`, `run` and `train`; and all that `describe` shows.

use crate::lab::Lab;
use crate::own_images::OWN;

const IDLE: &str = r#"Preset(
    schema: 2,
    title: "Idle",
    network: (
        populations: {
            "A": (size: 4, model: Lif(), start: {"v": Uniform("-65 mV", "-60 mV")}),
            "B": (size: 2, model: Lif()),
        },
        projections: {
            "A->A": (wiring: Indegree(2), multapses: false, self_connections: true, weight: "1 mV", delay: "1 ms", receptor: "current", rule: PairStdp()),
        },
    ),
    task: FreeRun(duration: "5 ms"),
)"#;

#[test]
fn every_verb_remarks_on_what_has_no_effect() {
    let lab = Lab::new();
    std::fs::write(lab.path("idle.ron"), IDLE).unwrap();
    for line in ["check idle.ron", "describe idle.ron", "run idle.ron --out runs/idle"] {
        let ran = lab.run(&line.split(' ').collect::<Vec<_>>()).good();
        let told = ran.stdout + &ran.stderr;
        assert!(["populations.\"B\"", "populations: nothing"].iter().all(|fact| told.contains(fact)), "{line}: {told}");
    }
    let ran = lab.run(&["describe", "idle.ron", "--json"]).good();
    let paths: Vec<String> = ran.last()["remarks"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(paths, ["populations", "populations.\"B\""]);
    // nothing to remark on
    let ran = lab.run(&["check", "ring-of-two", "mnist-rstdp"]);
    assert!(!ran.stdout.contains("remark"), "{ran:?}");
}

#[test]
fn training_that_ends_before_the_outputs_learn_is_remarked_on() {
    let lab = Lab::new();
    std::fs::write(lab.path("own.ron"), OWN).unwrap();
    let train = |images: &str, more: &[&str]| {
        let line = ["train", "own.ron", "--data", "data", "--test-images", "0", "--images", images];
        lab.run(&[&line[..], more].concat()).good().stderr
    };
    let told = train("20", &["--out", "short"]);
    assert!(told.contains("remark") && told.contains("20 planned images") && told.contains("after 20 images"), "{told}");
    assert!(!train("21", &["--out", "long"]).contains("remark"));
    let told = train("21", &["--out", "off", "--set", "reward_mode=off"]);
    assert!(told.contains("projections.\"hidden->out\".rule"), "{told}");
}

#[test]
fn describe_shows_the_task_and_every_field_of_a_projection() {
    let lab = Lab::new();
    std::fs::write(lab.path("own.ron"), OWN).unwrap();
    std::fs::write(lab.path("idle.ron"), IDLE).unwrap();
    let text = |name: &str| lab.run(&["describe", name]).good().stdout;
    let json = |name: &str| lab.run(&["describe", name, "--json"]).good().last();
    let own = text("own.ron");
    for fact in [
        "6 x 6 sites with 8 neurons",
        "pooling Cells(2)",
        "rule RMax: eta 0.05",
        "tau_e 1000000 ms",
        "epochs 1",
        "readout out",
        "modulator minus own probability",
    ] {
        assert!(own.contains(fact), "{fact} in {own}");
    }
    let line = json("own.ron");
    assert_eq!((&line["task"]["kind"], &line["task"]["epochs"], &line["task"]["readout"]), (&"Classify".into(), &1.into(), &"out".into()));
    assert_eq!((&line["task"]["stages"][0]["images"], &line["projections"][1]["pooling"]), (&20.into(), &"Cells(2)".into()));
    assert!(line["projections"][1]["rule_parameters"].to_string().contains("[\"eta\",\"0.05\"]"), "{line}");
    let idle = text("idle.ron");
    for fact in [
        "self_connections true",
        "multapses false",
        "receptor current",
        "rule PairStdp: eta 1",
        "w_max 1 mV",
        "start v Uniform(-65 mV, -60 mV)",
        "duration 5 ms",
    ] {
        assert!(idle.contains(fact), "{fact} in {idle}");
    }
    let line = json("idle.ron");
    assert_eq!((&line["task"]["kind"], &line["task"]["duration_ms"]), (&"FreeRun".into(), &5.0.into()));
    assert_eq!((&line["projections"][0]["self_connections"], &line["projections"][0]["multapses"]), (&true.into(), &false.into()));
    let competing = text("mnist-rstdp");
    assert!(["norm ", "rule TrialRStdp"].iter().all(|fact| competing.contains(fact)), "{competing}");
}
