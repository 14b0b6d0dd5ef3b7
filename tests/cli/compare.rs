//! Comparing runs: differences, learning curves and statistical significance.

use crate::lab::Lab;
use serde_json::Value;

#[test]
fn comparison_lists_settings_and_images_that_differ() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 2500 --seed 3 --out good").good();
    lab.line("train small.ron --data data --images 2500 --seed 3 --set reward_mode=inverted --set eta=0.02 --out bad").good();
    let event = lab.line("compare good bad --json").good().last();
    let names: Vec<&str> = event["differs"].as_array().unwrap().iter().map(|differs| differs["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["eta", "reward_mode"]);
    let accuracy = |side: usize| event["sides"][side]["test_accuracy"].as_f64().unwrap();
    let count = |key: &str| event["mcnemar"][key].as_f64().unwrap();
    assert!(((count("only_first") - count("only_second")) / 120.0 - (accuracy(0) - accuracy(1))).abs() < 1e-12, "{event}");
    assert!(accuracy(0) > accuracy(1) + 0.3 && count("p") < 1e-6, "{event}");
    assert_eq!(event["curve"].as_array().unwrap().len(), 10);
    // each accuracy equals that of `eval`
    let tested = lab.line("eval bad --json").good().last();
    assert_eq!(tested["test_accuracy"], event["sides"][1]["test_accuracy"]);
    // a run compared with itself
    let event = lab.line("compare good good --json").good().last();
    assert!(event["differs"] == Value::Array(Vec::new()) && event["mcnemar"]["p"] == 1.0);
    assert!(lab.line("compare good good").good().stdout.contains("no differences"));
}

#[test]
fn runs_without_their_images_are_compared_by_recorded_results() {
    let lab = Lab::new();
    for run in ["a/1 --seed 1", "a/2 --seed 2", "b/1 --seed 1 --set reward_mode=off", "b/2 --seed 2 --set reward_mode=off"] {
        lab.line(&format!("train small.ron --data data --images 1500 --out {run}")).good();
    }
    let [one, all] = ["compare a/1 b/1 --json", "compare a b --json"].map(|line| lab.line(line).good().last());
    std::fs::rename(lab.path("data"), lab.path("moved")).unwrap();
    let ran = lab.line("compare a/1 b/1 --json").good();
    let recorded = ran.last();
    assert!(ran.stderr.lines().count() == 1 && ran.stderr.contains("--data"), "{ran:?}");
    for key in ["sides", "differs", "curve"] {
        assert_eq!(recorded[key], one[key], "{key}");
    }
    assert!(recorded["mcnemar"].is_null() && !one["mcnemar"].is_null());
    assert_eq!(lab.line("compare a b --json").good().last(), all, "pairs of seeds need no images");
    assert!(lab.line("compare a/1 b/1").good().stdout.contains("--data"));
    assert_eq!(lab.line("compare a/1 b/1 --data moved --json").good().last(), one);
    for line in ["compare a/1 b/1 --data nowhere", "compare a/1 b/1 --test-images 50"] {
        assert_eq!(lab.line(line).code, Some(2), "{line}");
    }
}

#[test]
fn folders_of_runs_are_paired_by_seed() {
    let lab = Lab::new();
    for seed in 1..=3 {
        lab.line(&format!("train small.ron --data data --images 2500 --seed {seed} --out with/{seed}")).good();
        lab.line(&format!("train small.ron --data data --images 2500 --seed {seed} --set reward_mode=off --out without/{seed}")).good();
    }
    let event = lab.line("compare with without --json --test-images 100").good().last();
    assert!(event["mcnemar"].is_null() && event["paired"]["pairs"] == 3);
    assert!(event["paired"]["difference"].as_f64().unwrap() < -0.3 && event["paired"]["p"].as_f64().unwrap() < 0.05, "{event}");
    assert_eq!(event["sides"][0]["seeds"], serde_json::json!([1, 2, 3]));
    for (words, said) in
        [("compare with data", "data"), ("compare with nowhere", "nowhere"), ("compare with without --test-images 121", "0 to 120")]
    {
        let ran = lab.line(words);
        assert!(ran.code == Some(2) && ran.stderr.contains(said), "{words}: {ran:?}");
    }
}
