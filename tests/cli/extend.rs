//! Extended runs, and progress output where standard error is not a terminal.

use crate::lab::{Lab, finish};

#[test]
fn extended_run_with_constant_rate_equals_the_longer_run() {
    let lab = Lab::new();
    let train = "train small.ron --data data --seed 3 --set eta_final=1 --json";
    lab.line(&format!("{train} --epochs 1 --out a")).good();
    lab.line(&format!("{train} --epochs 3 --out b")).good();
    let extended = lab.line("train --resume a --epochs 3 --json").good();
    assert!(!extended.stderr.contains("eta_final"), "{extended:?}");
    for name in ["session.ron", "preset.ron", "metrics.csv", "confusion.csv"] {
        let read = |run: &str| std::fs::read_to_string(lab.path(run).join(name)).unwrap();
        assert_eq!(read("a"), read("b"), "{name}");
    }
    lab.line("replay a").good();
    // extended again, by images, in two steps
    lab.line("train --resume a --images 950").good();
    lab.line(&format!("{train} --images 950 --out c")).good();
    let digest = |run: &str| lab.line(&format!("eval {run} --json")).good().last()["confusion"].clone();
    assert_eq!(digest("a"), digest("c"));
    assert!(std::fs::read_to_string(lab.path("a/metrics.csv")).unwrap() == std::fs::read_to_string(lab.path("c/metrics.csv")).unwrap());
}

#[test]
fn extended_run_keeps_its_learning_rate_schedule_reports_it_and_replays() {
    let lab = Lab::new();
    let train = "train small.ron --data data --set eta_final=0.1 --json";
    lab.line(&format!("{train} --epochs 1 --out a")).good();
    let planned = lab.line(&format!("{train} --epochs 2 --out b")).good().last();
    let extended = lab.line("train --resume a --epochs 2 --json").good();
    assert!(extended.stderr.contains("eta_final"), "{extended:?}");
    assert_ne!(extended.last()["digest"], planned["digest"]);
    assert!(std::fs::read_to_string(lab.path("a/session.ron")).unwrap().contains("schedule: Some(300)"));
    lab.line("replay a").good();
    lab.line("export a --what rewards --format csv --out r.csv").good();
    assert_eq!(std::fs::read_to_string(lab.path("r.csv")).unwrap().lines().count(), 1 + 600);
    let again = lab.line("train --resume a --json").good().last();
    assert_eq!(again["digest"], extended.last()["digest"], "nothing is left to do");
}

#[test]
fn unsuitable_extension_is_refused_without_changes() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 60 --out run").good();
    lab.line("train small.ron --data data --images 60 --record rewards --out recorded").good();
    let before = lab.contents();
    for (line, word) in [
        ("train --resume run --images 50", "60"),
        ("train --resume recorded --images 90", "--record"),
        ("train --resume run --images 90 --epochs 2", "--epochs"),
        ("train --resume run --images 0", "--images"),
    ] {
        let ran = lab.line(line);
        assert!(ran.code == Some(2) && ran.stderr.contains(word), "{line}: {ran:?}");
        assert_eq!(lab.contents(), before, "{line}");
    }
    // the planned length is not an extension, also of a run whose recording is complete
    for (line, extends) in [("train --resume run --images 60", true), ("train --resume recorded", false)] {
        let ran = lab.line(line).good();
        assert!(ran.stderr.contains("finished before") && !ran.stderr.contains("resumed"), "{ran:?}");
        assert_eq!(ran.stderr.contains("--epochs N"), extends, "{ran:?}");
    }
    let recording = |lab: &Lab| std::fs::read(lab.path("recorded/recordings/rewards.npz")).unwrap();
    assert!(before[&lab.path("recorded/recordings/rewards.npz")] == recording(&lab));
}

#[test]
fn progress_is_written_to_a_log_file_unless_quiet() {
    let lab = Lab::new();
    let stderr = |line: &str, seconds: Option<&str>| {
        let mut command = lab.command(&line.split(' ').collect::<Vec<_>>());
        finish(command.env_remove("SPIKESCOPE_PROGRESS_SECONDS").envs(seconds.map(|s| ("SPIKESCOPE_PROGRESS_SECONDS", s)))).good().stderr
    };
    let lines = |text: &str, what: &str| text.lines().filter(|line| line.starts_with(what)).count();
    let output = stderr("train small.ron --data data --images 300 --out a", Some("0.001"));
    assert!(lines(&output, "training: ") >= 2 && output.contains("of 300 ("), "{output}");
    let output = stderr("sweep small.ron --data data --images 300 --seeds 2 --axis eta=0.1,0.2 --out s", Some("0.001"));
    assert!(lines(&output, "training: ") >= 1, "{output}");
    assert!(lines(&stderr("replay a", Some("0.001")), "replaying: ") >= 2);
    assert_eq!(stderr("train small.ron --data data --images 300 --quiet --out b", Some("0.001")), "");
    assert_eq!(lines(&stderr("train small.ron --data data --images 60 --out c", None), "training: "), 0, "one every ten seconds");
}
