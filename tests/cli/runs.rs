//! Successful runs: their output, their files and their reproducibility.

use crate::export::array;
use crate::lab::{Lab, finish};
use serde_json::Value;

#[test]
fn last_line_of_a_run_has_every_documented_key() {
    let lab = Lab::new();
    let ran = lab.line("train small.ron --data data --seed 5 --images 2500 --json --out run").good();
    let events = ran.events();
    let names: Vec<&str> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(names, ["started", "progress", "progress", "evaluated", "finished"]);
    let last = ran.last();
    for key in ["train_cpu_s", "train_wall_s", "cpu_us_per_train_image", "peak_rss_mib", "test_accuracy"] {
        let known = cfg!(target_os = "linux") || !key.contains("cpu") && !key.contains("rss");
        assert!(last[key].as_f64().is_some_and(|value| value > 0.0) || !known, "{key}: {last}");
    }
    assert_eq!((&last["preset"], &last["seed"]), (&Value::from("small"), &Value::from(5)));
    assert_eq!((&last["train_images"], &last["test_images"]), (&Value::from(2500), &Value::from(120)));
    assert_eq!(last["digest"].as_str().map(str::len), Some(16));
    // four classes of bars are easy to separate; chance is 0.25
    assert!(last["test_accuracy"].as_f64().unwrap() > 0.8, "{last}");
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let lab = Lab::new();
    let digest = |line: &str| lab.line(line).good().last()["digest"].clone();
    let first = digest("train small.ron --data data --seed 1 --images 200 --json --threads 1 --out a");
    let second = digest("train small.ron --data data --seed 1 --images 200 --json --threads 3 --out b");
    let other = digest("train small.ron --data data --seed 2 --images 200 --json --out c");
    assert_eq!(first, second);
    assert_ne!(first, other);
    let read = |path: &str| std::fs::read(lab.path(path)).unwrap();
    assert_eq!(read("a/metrics.csv"), read("b/metrics.csv"));
    assert_eq!(read("a/session.ron"), read("b/session.ron"));
}

#[test]
fn set_value_is_in_the_effective_preset_and_changes_the_run() {
    let lab = Lab::new();
    let plain = lab.line("train small.ron --data data --images 50 --json --out a").good().last();
    let set = lab.line("train small.ron --data data --images 50 --json --out b --set tau_m=0.05s --set bounds=hard").good().last();
    assert_ne!(plain["digest"], set["digest"]);
    let effective = std::fs::read_to_string(lab.path("b/preset.ron")).unwrap();
    assert!(effective.contains("\"tau_m\": \"50 ms\"") && effective.contains("\"bounds\": \"hard\""), "{effective}");
    // the effective preset alone repeats the run
    let again = lab.line("train b/preset.ron --data data --images 50 --json --out c").good().last();
    assert_eq!(again["digest"], set["digest"]);
}

#[test]
fn eval_repeats_the_test_of_the_run_with_any_number_of_threads() {
    let lab = Lab::new();
    let trained = lab.line("train small.ron --data data --epochs 2 --json --out run").good().last();
    assert_eq!(trained["train_images"], 600);
    for threads in [1, 2, 5] {
        let tested = lab.line(&format!("eval run --json --threads {threads}")).good().last();
        assert_eq!(tested["test_accuracy"], trained["test_accuracy"]);
        let confusion: Vec<Vec<u64>> = serde_json::from_value(tested["confusion"].clone()).unwrap();
        assert_eq!(confusion.iter().flatten().sum::<u64>(), 120);
        let right: u64 = (0..4).map(|class| confusion[class][class]).sum();
        assert_eq!(right as f64 / 120.0, tested["test_accuracy"].as_f64().unwrap());
    }
    let table = lab.line("eval run --test-images 60").good().stdout;
    assert!(table.contains("60 test images") && table.lines().count() == 6, "{table}");
}

#[test]
fn test_time_augmentation_affects_only_tests_and_is_independent_of_threads() {
    let lab = Lab::new();
    let plain = lab.line("train small.ron --data data --images 1500 --json --out one").good().last();
    let many = lab.line("train small.ron --data data --images 1500 --set glances=7 --json --threads 1 --out many").good();
    assert_eq!(plain["digest"], many.last()["digest"]);
    let spikes = |event: &Value| event["spikes_per_image"].as_f64().unwrap();
    let (once, often) = (lab.line("eval one --json").good().last(), lab.line("eval many --json --threads 3").good().last());
    assert!(spikes(&often) > 4.0 * spikes(&once), "{once} {often}");
    assert_eq!(often["test_accuracy"], many.last()["test_accuracy"]);
}

#[test]
fn replay_is_equal_and_detects_altered_files() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 150 --out run").good();
    let ran = lab.line("replay run --json").good();
    assert!(ran.events().iter().all(|event| event["equal"] == true), "{ran:?}");

    let session = std::fs::read_to_string(lab.path("run/session.ron")).unwrap();
    let preset = std::fs::read_to_string(lab.path("run/preset.ron")).unwrap();
    let checkpoint = std::fs::read(lab.path("run/checkpoint.bin")).unwrap();
    let fails = |words: &[&str]| {
        let ran = lab.line("replay run");
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(words.iter().all(|word| ran.stderr.contains(word)), "{words:?}: {ran:?}");
    };
    std::fs::write(lab.path("run/session.ron"), session.replace("seed: 0", "seed: 1")).unwrap();
    fails(&["differs in", "weights"]);
    let at = session.find("(\"weights\", \"").unwrap() + 13;
    let mut tampered = session.clone();
    tampered.replace_range(at..at + 4, "0bad");
    std::fs::write(lab.path("run/session.ron"), tampered).unwrap();
    fails(&["differs in: weights"]);
    std::fs::write(lab.path("run/session.ron"), &session).unwrap();
    std::fs::write(lab.path("run/preset.ron"), preset.replace("12 mV", "12.5 mV")).unwrap();
    fails(&["differs in", "weights"]);
    std::fs::write(lab.path("run/preset.ron"), &preset).unwrap();
    let mut flipped = checkpoint.clone();
    flipped[checkpoint.len() / 2] ^= 1;
    std::fs::write(lab.path("run/checkpoint.bin"), flipped).unwrap();
    fails(&["checkpoint.bin", "damaged"]);
    std::fs::write(lab.path("run/checkpoint.bin"), checkpoint).unwrap();
    lab.line("replay run").good();
}

#[test]
fn recorded_commands_are_replayed_before_their_step() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 100 --test-images 0 --out run").good();
    let path = lab.path("run/session.ron");
    let session = std::fs::read_to_string(&path).unwrap();
    // a parameter change in the middle of image 31 affects the rest of the run
    let moved = session.replace("applied: []", "applied: [Applied(before: Step(1830), change: Set(\"tau_m\", 37.5))]");
    assert_ne!(moved, session);
    std::fs::write(&path, moved).unwrap();
    std::fs::remove_file(lab.path("run/checkpoint.bin")).unwrap();
    let ran = lab.line("replay run");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    // a change after the last image has no effect
    let late = session.replace("applied: []", "applied: [Applied(before: Step(6001), change: Set(\"tau_m\", 37.5))]");
    std::fs::write(&path, late).unwrap();
    lab.line("replay run").good();
}

#[test]
fn recordings_equal_the_run_and_do_not_change_it() {
    let lab = Lab::new();
    let plain = lab.line("train small.ron --data data --images 60 --json --out plain").good().last();
    let args = ["train", "small.ron", "--data", "data", "--images", "60", "--json", "--out", "run", "--record"];
    let record = |what: &str, out: &str| {
        let mut args = args.to_vec();
        args[8] = out;
        lab.run(&[&args[..], &[what]].concat()).good().last()
    };
    assert_eq!(record("spikes,potentials,weights,rewards:last 10 trials", "run")["digest"], plain["digest"]);
    let array = |file: &str, name: &str| array(&lab.path(&format!("run/recordings/{file}.npz")), name);
    let steps: Vec<u64> = array("spikes", "step").1.chunks(8).map(|raw| u64::from_le_bytes(raw.try_into().unwrap())).collect();
    assert!(steps.iter().all(|step| (50 * 60..60 * 60).contains(step)) && steps.is_sorted() && !steps.is_empty());
    assert_eq!(array("potentials", "v_mv").0, "(600, 24,)");
    assert_eq!(array("weights", "w_mv").0, "(10, 64, 24,)");
    assert_eq!(array("rewards", "index").1, (50..60_u64).flat_map(u64::to_le_bytes).collect::<Vec<_>>());
    // the spikes of the output layer are those the reward table counted
    let counted: u32 = array("rewards", "spikes").1.chunks(4).map(|raw| u32::from_le_bytes(raw.try_into().unwrap())).sum();
    let output: u32 = array("spikes", "layer").1.iter().map(|&layer| u32::from(layer)).sum();
    assert_eq!(output, counted);
    assert!(!lab.path("run/recordings/spikes.part").exists());
    record("rewards", "all");
    assert!(lab.path("all/recordings/rewards.npz").exists() && !lab.path("all/recordings/spikes.npz").exists());
}

#[test]
fn network_with_hidden_layer_learns_from_any_size_and_is_recorded_completely() {
    let lab = Lab::new();
    let preset = concat!(env!("CARGO_MANIFEST_DIR"), "/presets/mnist-gabor-rstdp.ron");
    let record = "spikes,weights:last 10 trials";
    let run = ["train", preset, "--data", "data", "--images", "60", "--set", "filter_b=7", "--json", "--out", "run", "--record", record];
    lab.run(&run).good();
    lab.line("replay run").good();
    let accuracy = |threads: u32| lab.line(&format!("eval run --json --threads {threads}")).good().last()["confusion"].clone();
    assert_eq!(accuracy(1), accuracy(3));
    let array = |file: &str, name: &str| array(&lab.path(&format!("run/recordings/{file}.npz")), name);
    // 8 x 8 pixels and a pad of 2: one site for filters of 11 pixels, 3 x 3 for those of 7
    assert_eq!(array("weights", "w_mv").0, "(10, 640, 10,)");
    let layers = array("spikes", "layer").1;
    assert!([0, 1, 2, 3].iter().all(|layer| layers.contains(layer)) && layers.iter().all(|&layer| layer < 4));
}

#[test]
fn shipped_networks_with_hidden_layers_accept_other_data() {
    let lab = Lab::new();
    let presets = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("presets");
    let mut tried = 0;
    for entry in std::fs::read_dir(&presets).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if !text.contains("protocol: Features") && !text.contains("protocol: Deep") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        // 8 x 8 pixels and four classes where the preset was made for 28 x 28 and ten
        let ran = lab.run(&["train", path.to_str().unwrap(), "--data", "data", "--images", "40", "--json", "--out", name]).good();
        assert_eq!(ran.last()["test_images"], 120, "{name}");
        tried += 1;
    }
    assert!(tried >= 7, "only {tried} presets found");
}

#[test]
fn lists_are_complete_as_text_and_json() {
    let lab = Lab::new();
    let params = lab.line("params --json").good().events();
    assert_eq!(params.len(), spikescope::params::REGISTRY.len());
    assert!(params.iter().all(|param| param["id"].is_string() && param["help"].is_string() && param["default"].is_string()));
    let text = lab.line("params").good().stdout;
    assert!(spikescope::params::REGISTRY.iter().all(|spec| text.contains(spec.name) && text.contains(spec.help)));
    let presets = lab.line("presets --json").good().events();
    assert!(
        presets.iter().any(|preset| preset["preset"] == "mnist-rstdp" && preset["template"] == "Competing" && preset["task"] == "Classify")
    );
    assert!(lab.line("presets").good().stdout.contains("mnist-rstdp"));
}

#[test]
fn check_describes_valid_files_and_lists_invalid_ones() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 20 --out run").good();
    let text = lab.line("check small.ron data data/t10k-labels-idx1-ubyte run").good().stdout;
    for words in ["preset \"Small\"", "300 training and 120 test images of 4 classes", "120 labels", "20 of 20 training images done"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    std::fs::write(lab.path("one.ron"), "no").unwrap();
    std::fs::write(lab.path("two"), "no").unwrap();
    let ran = lab.line("check one.ron small.ron two");
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("one.ron") && ran.stderr.contains("two") && ran.stdout.contains("small.ron"), "{ran:?}");
}

#[test]
fn doctor_finds_the_bundled_data_and_reports_missing_data() {
    let lab = Lab::new();
    let ran = lab.line("doctor").good();
    assert!(ran.stdout.contains("60000 training and 10000 test images") && ran.stdout.contains("display:"), "{ran:?}");
    let ran = lab.line("doctor --data nowhere");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("BAD  data:") && ran.stdout.contains("--data"), "{ran:?}");
}

#[test]
fn quiet_prints_results_only_and_a_finished_run_can_be_resumed() {
    let lab = Lab::new();
    let ran = lab.line("train small.ron --data data --images 30 --quiet --out run").good();
    assert!(ran.stderr.is_empty() && ran.stdout.contains("digest"), "{ran:?}");
    let before = lab.contents();
    let again = lab.line("train --resume run --json").good().last();
    assert_eq!(again["train_images"], 30);
    let session = lab.path("run/session.ron");
    assert_eq!(before.get(&session), lab.contents().get(&session), "the end is the same");
    let ran = lab.line("train small.ron --data data --images 30 --test-images 0 --json").good().last();
    assert_eq!(ran["test_accuracy"], Value::Null);
    assert!(ran["out"].as_str().is_some_and(|out| out.starts_with("runs/small-0-")), "{ran}");
}

#[test]
fn events_are_printed_on_standard_error_with_the_option_only() {
    let lab = Lab::new();
    let train = |out: &str, log: Option<&str>| {
        let line = format!("train small.ron --data data --images 50 --json --quiet --out {out}");
        let mut command = lab.command(&line.split_whitespace().collect::<Vec<_>>());
        command.env_remove("SPIKESCOPE_LOG").envs(log.map(|filter| ("SPIKESCOPE_LOG", filter)));
        finish(&mut command).good()
    };
    let (silent, logged) = (train("a", None), train("b", Some("debug")));
    assert_eq!(silent.stderr, "");
    assert!(logged.stderr.contains("checkpoint") && logged.stderr.contains("images=50"), "{}", logged.stderr);
    assert_eq!(logged.last()["digest"], silent.last()["digest"]);
    assert_eq!(logged.events().len(), silent.events().len(), "standard output carries results only");
    // an invalid log filter must not prevent a run
    train("c", Some("=;=,"));
}

#[test]
fn shipped_presets_are_compiled_in_and_not_hidden_by_a_folder() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("presets")).unwrap();
    std::fs::write(lab.path("presets/mnist-rstdp.ron"), "not a preset").unwrap();
    let on_disk = std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("presets")).unwrap().count();
    let listed = lab.line("presets --json").good().events();
    assert_eq!(listed.len(), on_disk);
    lab.line("train mnist-rstdp --set n_neurons=10 --data data --images 4 --test-images 0 --out run").good();
    // a listed name is accepted like the path of a file
    let path = listed[0]["path"].as_str().unwrap();
    lab.run(&["check", path]).good();
}
