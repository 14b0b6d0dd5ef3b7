//! `report` and `compare` of free runs and of their studies.

use crate::lab::Lab;
use std::collections::BTreeMap;
use std::path::Path;

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(Result::unwrap).collect()
}

/// Two seeds of a network, one of them recorded, and one seed with something changed.
fn simulated() -> (Lab, Vec<serde_json::Value>) {
    let lab = Lab::new();
    let lines =
        ["--seed 1 --record spikes:A,spikes:B --out runs/a/1", "--seed 2 --out runs/a/2", "--seed 1 --set B->A.weight=0mV --out runs/b/1"];
    let run = |line: &str| lab.line(&format!("run ring-of-two --duration 700ms --json {line}")).good().last();
    let finished = lines.map(run).to_vec();
    lab.line("run ring-of-two --duration 700ms --seed 2 --set B->A.weight=0mV --out runs/b/2").good();
    (lab, finished)
}

#[test]
fn report_has_activity_raster_methods_and_commands_of_free_runs() {
    let (lab, finished) = simulated();
    lab.line("sweep ring-of-two --axis A->B.weight=1mV,4mV --duration 50ms --seeds 2 --out runs/sweep").good();
    lab.run(&["ablate", "ring-of-two", "--only", "silent B", "--duration", "50ms", "--seeds", "2", "--out", "runs/lame"]).good();
    let event = lab.line("report runs --json").good().last();
    let networks = event["networks"].as_array().unwrap();
    assert_eq!((networks.len(), event["experiments"].as_array().unwrap().len()), (2, 0), "{event}");
    assert_eq!((&networks[0]["seeds"], &networks[0]["duration_ms"]), (&serde_json::json!([1, 2]), &700.0.into()));
    let rate = |of: &serde_json::Value, index: usize| of["populations"][index]["rate_hz"].as_f64().unwrap();
    let mean = f64::midpoint(rate(&finished[0], 1), rate(&finished[1], 1));
    assert!((rate(&networks[0], 1) - mean).abs() < 1e-9, "{event}");
    let html = std::fs::read_to_string(lab.path("runs/report/index.html")).unwrap();
    for part in [
        "id=\"free-runs\"",
        "id=\"free-methods\"",
        "id=\"free-commands\"",
        // methods from the description: wiring, delay, rule with what differs, a parameter that differs, the equation
        "Probability(0.5)",
        "Uniform(1 ms, 5 ms)",
        "PairStdp(a_plus: 0.02",
        "tau_syn_exc 5 ms",
        "dV/dt",
        "Song S, Miller KD, Abbott LF (2000)",
        "spikescope replay runs/a/1",
        "over A-&gt;B.weight",
        "A-&gt;B.mean_weight_mV",
        "intact network are paired by seed",
    ] {
        assert!(html.contains(part), "{part} is not in the page");
    }
    for digest in [&finished[0], &finished[1], &finished[2]].map(|run| run["digest"].as_str().unwrap()) {
        assert!(html.contains(digest));
    }
    // no sections of training, and the tables hold what the run reported
    assert!(!html.contains("test accuracy") && !lab.path("runs/report/index-tables/confusion.csv").exists());
    let rows = table(&lab.path("runs/report/index-tables/free_runs.csv"));
    let row = rows.iter().find(|row| row["run"] == "a/1" && row["population"] == "A").unwrap();
    assert_eq!(row["mean_rate_hz"].parse::<f64>().unwrap(), rate(&finished[0], 1));
    assert_eq!(row["spikes"], finished[0]["populations"][1]["spikes"].to_string());
    // the whole run is shorter than the excerpt; all neurons of B are drawn
    let raster = table(&lab.path("runs/report/index-tables/free_raster.csv"));
    let spikes = raster.iter().filter(|row| row["population"] == "B").count() as u64;
    assert_eq!(spikes, finished[0]["populations"][2]["spikes"].as_u64().unwrap());
    assert!(html.matches("<rect").count() >= raster.len());
    // byte for byte the same when repeated, and a directory that is a run itself
    lab.line("report runs --out again/index.html").good();
    assert!(std::fs::read_to_string(lab.path("again/index.html")).unwrap() == html);
    lab.line("report runs/a/1 --out one/index.html").good();
    assert!(std::fs::read_to_string(lab.path("one/index.html")).unwrap().contains("id=\"free-runs\""));
    let alone = lab.line("report runs/sweep --out -").good().stdout;
    assert!(alone.contains("A-&gt;B.weight=4 mV"), "{alone}");
}

#[test]
fn compared_free_runs_differ_in_paths_and_measured_quantities() {
    let (lab, finished) = simulated();
    let event = lab.line("compare runs/a/1 runs/b/1 --json").good().last();
    let differs: Vec<&str> = event["differs"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(differs, ["B->A.weight"]);
    let measured = event["measured"].as_array().unwrap();
    let one = measured.iter().find(|one| one["quantity"] == "A.mean_rate").unwrap();
    assert_eq!(one["first"], finished[0]["populations"][1]["rate_hz"]);
    assert_eq!(one["second"], finished[2]["populations"][1]["rate_hz"]);
    assert!(one["paired"].is_null() && measured.iter().any(|one| one["quantity"] == "A->B.mean_weight" && one["unit"] == "mV"));
    // folders: paired by seed
    let event = lab.line("compare runs/a runs/b --json").good().last();
    let one = event["measured"].as_array().unwrap().iter().find(|one| one["quantity"] == "A.mean_rate").unwrap();
    assert_eq!(one["paired"]["pairs"], 2);
    let difference = one["paired"]["difference"].as_f64().unwrap();
    assert!((difference - (one["second"].as_f64().unwrap() - one["first"].as_f64().unwrap())).abs() < 1e-9 && difference < 0.0, "{one}");
    assert!(lab.line("compare runs/a/1 runs/a/1").good().stdout.contains("no differences"));
}

#[test]
fn free_runs_that_cannot_be_reported_or_compared_are_refused() {
    let (lab, _) = simulated();
    lab.line("train small.ron --data data --images 20 --test-images 0 --out trained").good();
    std::fs::create_dir_all(lab.path("bare")).unwrap();
    for file in ["preset.ron", "session.ron"] {
        std::fs::copy(lab.path("runs/a/1").join(file), lab.path("bare").join(file)).unwrap();
    }
    std::fs::create_dir_all(lab.path("cut/recordings")).unwrap();
    for file in ["preset.ron", "session.ron", "checkpoint.bin"] {
        std::fs::copy(lab.path("runs/a/1").join(file), lab.path("cut").join(file)).unwrap();
    }
    let npz = std::fs::read(lab.path("runs/a/1/recordings/spikes.npz")).unwrap();
    std::fs::write(lab.path("cut/recordings/spikes.npz"), &npz[..npz.len() / 2]).unwrap();
    let before = lab.contents();
    for (line, facts) in [
        ("compare runs/a trained", ["runs/a", "trained"]),
        ("compare trained runs/a/1", ["runs/a/1", "same kind"]),
        ("compare runs/a/1 runs/b/1 --data data", ["--data", "no images"]),
        ("compare runs/a/1 nowhere", ["nowhere", "not a run directory"]),
        ("compare runs/a/1 data", ["data", "run directory"]),
        ("report bare", ["bare", "spikescope run --resume bare"]),
        ("report cut", ["spikes.npz", "cannot read"]),
        ("report data", ["data", "neither"]),
    ] {
        let ran = lab.line(line);
        assert_eq!((ran.code, ran.stderr.lines().count()), (Some(2), 1), "{line}: {ran:?}");
        assert!(facts.iter().all(|fact| ran.stderr.contains(fact)), "{line}: {ran:?}");
    }
    assert!(lab.contents() == before);
}
