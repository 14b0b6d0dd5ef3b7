//! Exports equal a recording of the same run, read by code that is independent of the writer.

use crate::lab::Lab;
use std::path::Path;
use std::process::Command;

/// Shape and body of an array in a container of NumPy.
pub(crate) fn array(path: &Path, name: &str) -> (String, Vec<u8>) {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut bytes = Vec::new();
    std::io::copy(&mut zip.by_name(&format!("{name}.npy")).unwrap(), &mut bytes).unwrap();
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = String::from_utf8_lossy(&bytes[10..start]).into_owned();
    let shape = header.split("'shape': ").nth(1).unwrap().split(", }").next().unwrap().to_owned();
    (shape, bytes[start..].to_vec())
}

fn u64s(bytes: &[u8]) -> Vec<u64> {
    bytes.chunks(8).map(|raw| u64::from_le_bytes(raw.try_into().unwrap())).collect()
}

fn f32s(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks(4).map(|raw| f32::from_le_bytes(raw.try_into().unwrap())).collect()
}

/// The rows of a CSV, and the place of a column.
fn rows(path: &Path) -> (Vec<csv::StringRecord>, impl Fn(&str) -> usize + use<>) {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let head = reader.headers().unwrap().clone();
    let place = move |name: &str| head.iter().position(|column| column == name).unwrap_or_else(|| panic!("{name}: {head:?}"));
    (reader.records().map(Result::unwrap).collect(), place)
}

const ALL: [&str; 4] = ["spikes", "potentials", "weights", "rewards"];

#[test]
fn export_equals_a_recording_of_the_run() {
    let lab = Lab::new();
    let record = "spikes,potentials,weights,rewards:last 5 trials";
    lab.run(&["train", "small.ron", "--data", "data", "--images", "40", "--out", "run", "--record", record]).good();
    for what in ALL {
        let every = if what == "weights" { "--every 1" } else { "" };
        let event = lab.line(&format!("export run --what {what} --format npz --trials 35.. {every} --out {what}.npz --json")).good().last();
        assert_eq!((&event["event"], &event["proven"]), (&"exported".into(), &true.into()));
        assert_eq!(event["trials"], serde_json::json!([35, 40]));
    }
    let exported = |file: &str, name: &str| array(&lab.path(&format!("{file}.npz")), name);
    let recorded = |file: &str, name: &str| array(&lab.path(&format!("run/recordings/{file}.npz")), name);
    for (file, names) in [
        ("spikes", &["step", "neuron", "layer", "dt_ms"][..]),
        ("potentials", &["step", "v_mv", "threshold_mv"]),
        ("rewards", &["image", "label", "answer", "reward", "expectation", "modulation", "spikes"]),
    ] {
        names.iter().for_each(|name| assert_eq!(exported(file, name), recorded(file, name), "{file} {name}"));
    }
    assert_eq!(exported("rewards", "trial").1, recorded("rewards", "index").1);
    // the recording has no sample before its first trial
    let ((shape, ours), (_, theirs)) = (exported("weights", "w_mv"), recorded("weights", "w_mv"));
    assert_eq!(shape, "(6, 64, 24,)");
    assert_eq!(&ours[ours.len() - theirs.len()..], theirs);
    assert_eq!(u64s(&exported("weights", "images").1), [35, 36, 37, 38, 39, 40]);
}

#[test]
fn export_without_recording_is_complete_and_csv_equals_npz() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 6 --out run").good();
    let before = lab.contents();
    for what in ALL {
        for format in ["npz", "csv"] {
            lab.line(&format!("export run --what {what} --format {format} --out {what}.{format}")).good();
        }
    }
    assert!(before.iter().all(|(path, bytes)| lab.contents().get(path) == Some(bytes)), "the run is as it was");
    assert_eq!(lab.contents().len(), before.len() + 8, "nothing else is left");
    let exported = |file: &str, name: &str| array(&lab.path(&format!("{file}.npz")), name);
    let table = |file: &str| rows(&lab.path(&format!("{file}.csv")));

    // 6 trials of 60 steps of 1 ms, 24 neurons
    let (found, at) = table("potentials");
    let (shape, v) = exported("potentials", "v_mv");
    assert_eq!((shape.as_str(), found.len()), ("(360, 24,)", 360 * 24));
    let thresholds = f32s(&exported("potentials", "threshold_mv").1);
    for (k, (row, v)) in found.iter().zip(f32s(&v)).enumerate() {
        assert_eq!(row[at("v_mv")].parse::<f32>().unwrap(), v);
        assert_eq!(row[at("threshold_mv")].parse::<f32>().unwrap(), thresholds[k]);
        let whole = |name: &str| row[at(name)].parse::<usize>().unwrap();
        assert_eq!((whole("step"), whole("trial"), whole("neuron")), (k / 24, k / 24 / 60, k % 24));
        assert_eq!((&row[at("layer")], row[at("time_ms")].parse::<f64>().unwrap()), ("output", (k / 24) as f64));
    }
    let (found, at) = table("spikes");
    let steps = u64s(&exported("spikes", "step").1);
    assert!(steps.len() > 1000 && found.len() == steps.len());
    let layers = exported("spikes", "layer").1;
    for (row, (step, layer)) in found.iter().zip(steps.iter().zip(&layers)) {
        assert_eq!(row[at("step")].parse::<u64>().unwrap(), *step);
        assert_eq!(&row[at("layer")], ["input", "output"][usize::from(*layer)]);
    }
    let (found, at) = table("weights");
    let (shape, w) = exported("weights", "w_mv");
    assert_eq!((shape.as_str(), found.len()), ("(1, 64, 24,)", 64 * 24));
    for (k, (row, w)) in found.iter().zip(f32s(&w)).enumerate() {
        assert_eq!(row[at("w_mv")].parse::<f32>().unwrap(), w);
        assert_eq!((row[at("pre")].to_owned(), row[at("post")].to_owned()), ((k / 24).to_string(), (k % 24).to_string()));
        assert_eq!((&row[at("projection")], &row[at("images")]), ("input to output", "6"));
    }
    let (found, at) = table("rewards");
    assert_eq!(found.len(), 6);
    let labels = exported("rewards", "label").1;
    for (k, row) in found.iter().enumerate() {
        assert_eq!(row[at("label")], labels[2 * k].to_string());
        assert_eq!((row[at("trial")].to_owned(), row[at("time_ms")].to_owned()), (k.to_string(), ((k + 1) * 60).to_string()));
    }
}

#[test]
fn export_contains_every_layer_and_projection_of_a_deep_network() {
    let lab = Lab::new();
    let preset = concat!(env!("CARGO_MANIFEST_DIR"), "/presets/mnist-gabor-rstdp.ron");
    lab.run(&["train", preset, "--data", "data", "--images", "8", "--set", "filter_b=7", "--test-images", "0", "--out", "run"]).good();
    for what in ["spikes", "potentials", "weights"] {
        lab.line(&format!("export run --what {what} --format npz --trials 6..8 --out {what}.npz")).good();
        lab.line(&format!("export run --what {what} --format csv --trials 6..8 --out {what}.csv")).good();
    }
    let shape = |file: &str, name: &str| array(&lab.path(&format!("{file}.npz")), name).0;
    // one site of filters of 11 pixels, 3 x 3 of those of 7; 64 filters each; 10 outputs
    assert!(shape("potentials", "v_mv").ends_with(" 10,)") && shape("potentials", "threshold_mv").ends_with(" 10,)"));
    assert!(shape("potentials", "v_hidden_1_mv").ends_with(" 64,)") && shape("potentials", "v_hidden_2_mv").ends_with(" 576,)"));
    assert_eq!(shape("weights", "w_input_to_hidden_2_mv").split(", ").nth(2), Some("64,)"));
    assert_eq!([1, 2].map(|bank| shape("weights", &format!("w_hidden_{bank}_to_output_mv"))), ["(1, 64, 10,)", "(1, 576, 10,)"]);
    let (found, at) = rows(&lab.path("spikes.csv"));
    let seen = |layer: &str| found.iter().any(|row| &row[at("layer")] == layer);
    assert!(["input", "output", "hidden 1", "hidden 2"].into_iter().all(seen));
    assert!(found.iter().all(|row| ["6", "7"].contains(&&row[at("trial")])));
    let (found, at) = rows(&lab.path("weights.csv"));
    assert_eq!(found.iter().filter(|row| &row[at("projection")] == "hidden 2 to output").count(), 5760);
}

/// NumPy opens every array without pickle. The test fails without NumPy; `tests/run.sh` installs it.
#[test]
fn numpy_reads_an_export() {
    let python = |program: &str, script: &str, args: &[&Path]| Command::new(program).arg("-c").arg(script).args(args).output();
    let has_numpy = |program: &&str| python(program, "import numpy", &[]).is_ok_and(|output| output.status.success());
    let program = ["python3", "/usr/bin/python3"].into_iter().find(has_numpy);
    let program = program.expect("this test needs python3 with NumPy: install python3-numpy, as tests/run.sh does");
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 6 --out run").good();
    for what in ALL {
        lab.line(&format!("export run --what {what} --format npz --out {what}.npz")).good();
    }
    let script = r#"
import sys, numpy as np
spikes, potentials, weights, rewards = (np.load(path, allow_pickle=False) for path in sys.argv[1:])
assert spikes["step"].dtype == np.uint64 and spikes["step"].shape == spikes["neuron"].shape == spikes["layer"].shape
assert list(spikes["layer_names"]) == ["input", "output"] and float(spikes["dt_ms"]) == 1.0
assert potentials["v_mv"].shape == (360, 24) and potentials["v_mv"].dtype == np.float32
assert (potentials["trial"] == np.repeat(np.arange(6), 60)).all() and (potentials["step"] == np.arange(360)).all()
assert weights["w_mv"].shape == (1, 64, 24) and (weights["w_mv"] >= 0).all() and int(weights["images"][0]) == 6
assert list(rewards["class_names"]) == ["0", "1", "2", "3"] and rewards["reward"].shape == (6,)
fired = [(spikes["layer"][spikes["trial"] == k] == 1).sum() for k in range(6)]
assert fired == list(rewards["spikes"]), (fired, rewards["spikes"])
print(sum(len(archive.files) for archive in (spikes, potentials, weights, rewards)))
"#;
    let files = ALL.map(|what| lab.path(&format!("{what}.npz")));
    let output = python(program, script, &files.each_ref().map(std::path::PathBuf::as_path)).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // spikes 4 + 2, potentials 4 + 1, weights 3 + 1, rewards 9 + 2
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "26");
}

#[test]
fn failed_export_leaves_no_file_and_gives_the_reason() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 20 --out run").good();
    let refused = |line: &str, code: i32, words: &[&str]| {
        let before = lab.contents();
        let ran = lab.line(line);
        assert_eq!(ran.code, Some(code), "{line}: {ran:?}");
        assert!(words.iter().all(|word| ran.stderr.contains(word)), "{words:?}: {ran:?}");
        assert_eq!(before, lab.contents(), "{line}");
    };
    let export = "export run --format csv --what";
    refused(&format!("{export} spikes --out nowhere/a.csv"), 2, &["nowhere", "--out"]);
    refused(&format!("{export} spikes --out data"), 2, &["data", "--out"]);
    refused(&format!("{export} spikes --out a.csv --trials 20..21"), 2, &["--trials", "A..B", "20"]);
    refused(&format!("{export} spikes --out a.csv --trials 3..3"), 2, &["--trials", "A < B"]);
    refused(&format!("{export} spikes --out a.csv --every 3"), 2, &["--every", "--what weights"]);
    refused(&format!("{export} voltages --out a.csv"), 2, &["potentials"]);
    refused("export data --format csv --what spikes --out a.csv", 2, &["data", "session.ron"]);
    // a run that cannot be reproduced, and an export larger than the disk
    let session = std::fs::read_to_string(lab.path("run/session.ron")).unwrap();
    let write = |text: String| std::fs::write(lab.path("run/session.ron"), text).unwrap();
    write(session.replace("applied: []", "applied: [Applied(before: Step(60), change: Set(\"eta\", 0.3))]"));
    refused(&format!("{export} rewards --out a.csv"), 1, &["weights"]);
    write(session.replace("step: (1200)", "step: (1000000000000000)").replace("step: Step(1200)", "step: Step(1000000000000000)"));
    refused(&format!("{export} potentials --out a.csv"), 2, &["GiB", "--trials A..B", "--out"]);
}
