//! Networks of one's own that learn from images: described in a file, trained, changed by path, resumed, replayed, swept.

use crate::lab::{Lab, Ran};
use serde_json::Value;

pub(crate) const OWN: &str = r#"Preset(
    schema: 2,
    title: "Own",
    network: (
        dt: "1 ms",
        populations: {
            "image": (shape: (8, 8), model: Image(code: "latency")),
            "hidden": (shape: (6, 6, 8), model: SiteLif()),
            "out": (size: 20, model: EscapeNoise()),
        },
        projections: {
            "image->hidden": (wiring: Shared(size: 3, stride: 1), weight: Noise, delay: "0 ms", rule: FilterStdp()),
            "hidden->out": (wiring: AllToAll, pooling: Cells(2), weight: "0 mV", delay: "1 ms", rule: RMax(eta: 0.05, classes: 4)),
        },
    ),
    task: Classify(present: "25 ms", stages: [(["image->hidden"], 20)], modulator: "minus own probability"),
)"#;

fn lab() -> Lab {
    let lab = Lab::new();
    std::fs::write(lab.path("own.ron"), OWN).unwrap();
    lab
}

fn run(lab: &Lab, line: &str) -> Ran {
    lab.run(&line.split_whitespace().collect::<Vec<_>>())
}

/// Exit code 2 and a line for each fault, with these facts.
fn refuses(lab: &Lab, args: &[&str], facts: &[&str]) {
    let ran = lab.run(args);
    assert_eq!((ran.code, ran.has_a_line_per_fault()), (Some(2), true), "{args:?}: {ran:?}");
    assert!(facts.iter().all(|fact| ran.stderr.contains(fact)), "{args:?}: {facts:?} in {}", ran.stderr);
}

#[test]
fn a_network_of_ones_own_is_trained_resumed_and_replayed() {
    let lab = lab();
    let text = run(&lab, "describe own.ron").good().stdout;
    for fact in ["Shared(size: 3, stride: 1, pad: 0)", "FilterStdp", "First 20 images: image->hidden", "spikescope train own.ron"] {
        assert!(text.contains(fact), "{fact} in {text}");
    }
    let text = run(&lab, "params own.ron").good().stdout;
    assert!(
        ["reward_mode", "hidden.winners", "image->hidden.stride", "hidden->out.pooling"].iter().all(|fact| text.contains(fact)),
        "{text}"
    );
    let line = "train own.ron --data data --images 40 --test-images 20 --set out.delta_u=0.5mV --set reward_wrong=-1 --checkpoint-every 10 --out runs/one";
    run(&lab, line).good();
    let preset = std::fs::read_to_string(lab.path("runs/one/preset.ron")).unwrap();
    assert!(preset.contains("delta_u: \"0.5 mV\"") && preset.contains("reward_wrong: -1"), "{preset}");
    run(&lab, "replay runs/one --data data").good();
    run(&lab, "train --resume runs/one --data data --images 60").good();
    run(&lab, "eval runs/one --data data").good();
    run(&lab, "train own.ron --data data --images 60 --test-images 20 --set out.delta_u=0.5mV --set reward_wrong=-1 --out runs/two").good();
    let digest = |name: &str| {
        let text = std::fs::read_to_string(lab.path(&format!("runs/{name}/session.ron"))).unwrap();
        text.lines().find(|line| line.trim().starts_with("digest: \"") && !line.contains('-')).map(str::to_owned).unwrap()
    };
    assert_eq!(digest("one"), digest("two"));
}

#[test]
fn quantities_of_a_network_of_ones_own_are_swept_by_path() {
    let lab = lab();
    let line = "sweep own.ron --data data --axis out.delta_u=0.5mV,2mV --axis reward_rate=0.01 --images 30 --test-images 10 --seeds 1 --on-test-images --out s";
    run(&lab, line).good();
    let [first] = &run(&lab, "describe own.ron --json").good().events()[..] else { panic!("one line") };
    assert_eq!((&first["duration_ms"], &first["neurons"]), (&Value::Null, &Value::from(64 + 288 + 20)));
}

#[test]
fn shipped_presets_are_described_as_networks() {
    let lab = lab();
    for (preset, facts) in [
        ("mnist-rstdp", ["CompetingLif", "TrialRStdp"]),
        ("mnist-gabor-rstdp", ["SiteLif", "RMax"]),
        ("mnist-mozafari-conv", ["WinnerStdp", "EscapeNoise"]),
    ] {
        let text = run(&lab, &format!("describe {preset}")).good().stdout;
        assert!(facts.iter().all(|fact| text.contains(fact)), "{text}");
    }
    refuses(&lab, &["describe", "first-neuron"], &["first-neuron", "params"]);
}

#[test]
fn spoilt_networks_that_learn_from_images_are_refused_with_path_and_remedy() {
    let lab = lab();
    for (from, to, facts) in [
        ("(6, 6, 8)", "(5, 6, 8)", &["\"image->hidden\".wiring", "6 x 6", "(6, 6, 8)"][..]),
        ("size: 3", "size: 60", &["\"image->hidden\".wiring", "8 x 8", "larger"]),
        ("(8, 8)", "(8, 8, 2)", &["\"image\".model.code", "1 map"]),
        ("(shape: (8, 8), model: Image(code: \"latency\"))", "(size: 64, model: Image())", &["\"image\".model", "shape: (28, 28)"]),
        ("delay: \"0 ms\"", "delay: \"1 ms\"", &["\"image->hidden\".delay", "\"0 ms\""]),
        ("Cells(2)", "Cells(0)", &["\"hidden->out\".pooling", "1 to 1000"]),
        ("Cells(2)", "First(13)", &["\"hidden->out\".pooling", "6 x 6"]),
        ("rule: RMax(eta: 0.05, classes: 4)", "rule: FilterStdp()", &["\"hidden->out\".rule", "AllToAll"]),
        ("model: EscapeNoise()", "model: CompetingLif()", &["\"hidden->out\".rule", "EscapeNoise"]),
        ("weight: \"0 mV\"", "weight: Gabor", &["\"hidden->out\".weight", "Shared"]),
        ("delay: \"1 ms\"", "norm: \"-1 mV\", delay: \"1 ms\"", &["\"hidden->out\".norm", "0 to 10000 mV"]),
        ("[\"image->hidden\"]", "[\"image->hiden\"]", &["task.stages", "image->hiden"]),
        ("[\"image->hidden\"]", "[\"hidden->out\"]", &["task.stages", "FilterStdp"]),
        ("[\"image->hidden\"], 20", "[\"image->hidden\"], 20, Stdp()", &["task.stages", "their own rule", "Stdp"]),
        ("[\"image->hidden\"], 20", "[\"hidden->out\"], 20, TrialRStdp()", &["task.stages", "TrialRStdp", "Stdp or PairStdp"]),
        ("[\"image->hidden\"], 20", "[\"hidden->out\"], 20, Stdp(tau_pluss: \"3 ms\")", &["task.stages.tau_pluss", "tau_plus"]),
        ("[\"image->hidden\"], 20", "[\"hidden->out\"], 20, Stdp(eta: -1)", &["task.stages", "eta"]),
        ("[\"image->hidden\"], 20", "[], 20, Stdp()", &["task.stages", "Stdp"]),
        ("[\"image->hidden\"], 20", "[\"hidden->out\"], 20, 30", &["task.stages"]),
        ("present: \"25 ms\"", "present: 25", &["task.present", "\"25 ms\""]),
        ("present: \"25 ms\"", "present: \"25 ms\", epochs: 0", &["task.epochs", "1 to 1000"]),
        ("present: \"25 ms\"", "present: \"25 ms\", tau_m: \"1 ms\"", &["task.tau_m", "no such field"]),
        ("present: \"25 ms\"", "present: \"25 ms\", readout_population: \"outt\"", &["task.readout_population", "\"out\""]),
        ("present: \"25 ms\"", "present: \"25 ms\", readout_population: \"image\"", &["task.readout_population", "Image"]),
        ("model: EscapeNoise()", "model: EscapeNoise(tau_m: \"2 ms\")", &["\"out\".model.tau_m", "tau_syn"]),
        ("task: Classify(", "task: Classfy(", &["task", "Classify"]),
    ] {
        assert!(OWN.contains(from), "{from}");
        std::fs::write(lab.path("bad.ron"), OWN.replacen(from, to, 1)).unwrap();
        for verb in [&["check", "bad.ron"][..], &["train", "bad.ron", "--data", "data", "--out", "out"]] {
            refuses(&lab, verb, facts);
        }
        assert!(!lab.path("out").exists());
    }
    let free = OWN.replacen(
        "Classify(present: \"25 ms\", stages: [([\"image->hidden\"], 20)], modulator: \"minus own probability\")",
        "FreeRun(duration: \"1 s\")",
        1,
    );
    std::fs::write(lab.path("free.ron"), free).unwrap();
    refuses(&lab, &["run", "free.ron"], &["Image", "SiteLif", "EscapeNoise", "FilterStdp", "RMax", "trials"]);
    // what only the data tell
    std::fs::write(lab.path("size.ron"), OWN.replacen("(8, 8)", "(9, 9)", 1).replacen("(6, 6, 8)", "(7, 7, 8)", 1)).unwrap();
    refuses(&lab, &["train", "size.ron", "--data", "data", "--out", "out"], &["\"image\".shape", "9 x 9", "(8, 8)"]);
    std::fs::write(lab.path("class.ron"), OWN.replacen("classes: 4", "classes: 7", 1)).unwrap();
    refuses(&lab, &["train", "class.ron", "--data", "data", "--out", "out"], &["\"hidden->out\".rule.classes", "classes: 4"]);
    for set in ["present=8ms", "out.gate=25ms"] {
        refuses(&lab, &["train", "own.ron", "--data", "data", "--set", set, "--out", "out"], &["task.present", "gate"]);
    }
    refuses(&lab, &["train", "own.ron", "--data", "data", "--set", "out.size=3", "--out", "out"], &["3", "4 classes"]);
}

#[test]
fn runs_of_own_networks_are_compared_by_path_and_ablations_do_not_invent_reasons() {
    let lab = lab();
    let common = "--data data --images 30 --test-images 10";
    run(&lab, &format!("train own.ron {common} --out runs/one")).good();
    run(&lab, &format!("train own.ron {common} --set out.delta_u=0.3mV --set dt=0.5ms --out runs/two")).good();
    let text = run(&lab, "compare runs/one runs/two").good().stdout;
    for fact in ["out.delta_u", "1 mV", "0.3 mV", "dt", "0.5 ms"] {
        assert!(text.contains(fact), "{fact} in {text}");
    }
    // a finer time step, the same duration
    let has = |name: &str, steps| std::fs::read_to_string(lab.path(&format!("runs/{name}/session.ron"))).unwrap().contains(steps);
    assert!(has("one", "step: Step(750)") && has("two", "step: Step(1500)"));
    run(&lab, "replay runs/two --data data").good();
    let text = run(&lab, "ablate own.ron --data data --list").good().stdout;
    assert!(text.contains("by path") && !text.contains("have no leak"), "{text}");
    // its parts can be taken away
    for fact in
        ["no image->hidden", "fixed image->hidden", "no hidden->out", "fixed hidden->out", "no reward", "silent hidden", "shuffled reward"]
    {
        assert!(text.contains(fact), "{fact} in {text}");
    }
    let ran = run(&lab, "ablate own.ron --data data --only nothing");
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(
        ran.code == Some(2) && lines.len() > 6 && lines[0].contains("\"nothing\"") && lines[1..].iter().all(|line| line.starts_with("  ")),
        "{ran:?}"
    );
    let study = ["ablate", "own.ron", "--data", "data", "--images", "24", "--test-images", "10", "--seeds", "1", "--out", "parts"];
    let only = ["--only", "no hidden->out", "--only", "fixed image->hidden", "--only", "no reward"];
    lab.run(&[&study[..], &only].concat()).good();
    let table = std::fs::read_to_string(lab.path("parts/results.csv")).unwrap();
    assert!(["no hidden->out", "fixed image->hidden"].iter().all(|name| table.contains(name)), "{table}");
    run(&lab, "ablate --resume parts").good();
    // exports have the names of the description, and replace nothing unless told to
    let export = "export runs/one --data data --what weights --format csv --out w.csv";
    run(&lab, export).good();
    let csv = std::fs::read_to_string(lab.path("w.csv")).unwrap();
    assert!(
        csv.lines().next().unwrap().ends_with("projection,pre,post,weight_mv")
            && csv.contains(",image->hidden,")
            && csv.contains(",hidden->out,"),
        "{}",
        &csv[..200]
    );
    let refused = run(&lab, export);
    assert!(refused.code == Some(2) && refused.stderr.contains("--force") && refused.stderr.contains("w.csv"), "{refused:?}");
    run(&lab, &format!("{export} --force")).good();
}

#[test]
fn the_fields_of_a_task_that_learns_from_images_have_paths() {
    let lab = lab();
    for (set, facts) in [
        ("task.present=30", &["30 has no unit"][..]),
        ("out.delta_u=1", &["1 has no unit"]),
        ("task.epochs=0", &["task.epochs", "1 to 1000"]),
        ("task.readout_population=outt", &["task.readout_population", "outt"]),
        ("task.stages=[([\"hidden->out\"],5)]", &["task.stages", "hidden->out"]),
        ("task.stages=nothing", &["task.stages", "[([\"image->hidden\"], 5000)]"]),
        ("task.tau_m=3ms", &["task", "tau_m", "no field"]),
    ] {
        refuses(&lab, &["train", "own.ron", "--data", "data", "--set", set, "--out", "out"], facts);
    }
    refuses(
        &lab,
        &["train", "own.ron", "--data", "data", "--set", "present=30ms", "--set", "task.present=40ms"],
        &["task.present", "twice"],
    );
    refuses(&lab, &["train", "own.ron", "--data", "data", "--epochs", "2", "--set", "task.epochs=3"], &["task.epochs", "--epochs"]);
    let common = ["train", "own.ron", "--data", "data", "--test-images", "0"];
    let sets = ["--set", "task.stages=[([\"image->hidden\"],10)]", "--set", "task.present=30ms", "--images", "12", "--out", "one"];
    lab.run(&[&common[..], &sets].concat()).good();
    lab.run(&[&common[..], &["--set", "present=30ms", "--images", "12", "--out", "two"]].concat()).good();
    let preset = std::fs::read_to_string(lab.path("one/preset.ron")).unwrap();
    assert!(preset.contains("10)]") && preset.contains("present: \"30 ms\""), "{preset}");
    let text = run(&lab, "params own.ron").good().stdout;
    assert!(["task.epochs", "task.readout_population", "task.stages"].iter().all(|fact| text.contains(fact)), "{text}");
    let text = run(&lab, "compare one two").good().stdout;
    assert!(text.contains("task.stages") && !text.contains("present"), "{text}");
    run(&lab, "replay one").good();
    let line = "sweep own.ron --data data --axis task.epochs=1,2 --axis task.present=25ms,30ms --images 5 --test-images 5 --seeds 1 --on-test-images --out s";
    run(&lab, line).good();
}
