//! Rewards of a free run: their text, their faults, and what they do to weights, however the run is cut.

use spikescope::experiment::FreeRun;
use spikescope::preset::{NetworkPreset, PresetError};
use std::path::Path;

fn text(rule: &str, rewards: &str) -> String {
    format!(
        r#"Preset(schema: 2, title: "t", network: (
            populations: {{"in": (size: 20, model: Poisson(rate: "40 Hz")), "out": (size: 5, model: Lif())}},
            projections: {{"in->out": (wiring: AllToAll, weight: "2 mV", delay: Uniform("0.5 ms", "3 ms"){rule})}}),
            task: FreeRun(duration: "2 s"{rewards}))"#
    )
}

const RULE: &str = r#", rule: RStdp(eta: 0.0001, w_max: "4 mV")"#;

fn read(text: &str) -> Result<NetworkPreset, Vec<String>> {
    NetworkPreset::parse(text, Path::new("t.ron")).map_err(|error| match error {
        PresetError::Faults { faults, .. } => faults.iter().map(ToString::to_string).collect(),
        other => panic!("{other}"),
    })
}

#[test]
fn rewards_are_read_and_written() {
    let preset = read(&text(RULE, r#", rewards: [("500 ms", 1), ("1.2 s", -0.5)]"#)).unwrap();
    assert_eq!(read(&preset.to_ron()), Ok(NetworkPreset { path: Some("t.ron".into()), ..preset.clone() }));
    assert!(preset.to_ron().contains("rewards"), "{}", preset.to_ron());
}

#[test]
fn each_fault_of_a_reward_is_one_sentence_with_its_path() {
    for (rule, rewards, facts) in [
        (RULE, r#"[("0.55 ms", 1)]"#, ["0.55 ms", "0.1 ms"]),
        (RULE, r#"[("2 ms", 1), ("1 ms", 1)]"#, ["1 ms", "2 ms"]),
        (RULE, r#"[("2 ms", 1e9)]"#, ["1000000000", "1000"]),
        (RULE, r#"[("2 mV", 1)]"#, ["mV", "ms"]),
        (RULE, "[(2, 1)]", ["2", "ms"]),
        (RULE, r#"[("2 ms",)]"#, ["time", "amount"]),
        (RULE, r#""2 ms""#, ["2 ms", "list"]),
        ("", r#"[("2 ms", 1)]"#, ["RStdp", "rewards"]),
    ] {
        let faults = read(&text(rule, &format!(", rewards: {rewards}"))).expect_err(rewards);
        assert_eq!(faults.len(), 1, "{rewards}: {faults:?}");
        assert!(faults[0].starts_with("task.rewards") && facts.iter().all(|fact| faults[0].contains(fact)), "{faults:?}");
    }
}

/// A run that is simulated in these pieces, and restored into a new one after each if `restores`.
fn cut(preset: &NetworkPreset, cuts: &[u64], restores: bool) -> FreeRun {
    let build = || FreeRun::new(preset.network.clone(), 4).unwrap().with_task(&preset.task);
    let mut run = build();
    for &steps in cuts {
        run.advance(steps, &mut []).unwrap();
        if restores {
            let bytes = run.save();
            run = build();
            run.restore(&bytes).unwrap();
        }
    }
    run
}

#[test]
fn rewards_change_weights_in_their_step_however_the_run_is_cut() {
    let run = |rewards: &str, cuts: &[u64], restores: bool| {
        let preset = read(&text(RULE, rewards)).unwrap();
        let run = cut(&preset, cuts, restores);
        let weights: Vec<f32> = run.present().projections()[0].synapses.to_array().into_iter().collect();
        (run.digest(), weights)
    };
    let rewards = r#", rewards: [("500 ms", 1), ("800 ms", 0.5)]"#;
    let (digest, weights) = run(rewards, &[20_000], false);
    // one cut is at a reward, and the state is restored there
    for restores in [false, true] {
        assert_eq!(run(rewards, &[5000, 1, 2999, 4000, 8000], restores), (digest.clone(), weights.clone()));
    }
    assert!(weights.iter().any(|&w| w != 2.0));
    assert!(run("", &[20_000], false).1.iter().all(|&w| w == 2.0), "without reward no weight changes");
    assert_eq!(run(rewards, &[5000], false).1, vec![2.0; 100], "a reward acts from its step on");
    assert_ne!(run(rewards, &[5100], false).1, vec![2.0; 100]);
}

fn when(condition: &str) -> String {
    text(RULE, &format!(", reward_when: {condition}"))
}

#[test]
fn rewards_for_coincidences_are_read_written_and_set() {
    let condition = r#"Coincidence(first: "in[3]", then: "out[4]", within: "15 ms", after: Uniform("100 ms", "300 ms"), amount: 0.5)"#;
    let preset = read(&when(condition)).unwrap();
    assert_eq!(read(&preset.to_ron()), Ok(NetworkPreset { path: Some("t.ron".into()), ..preset.clone() }));
    assert_eq!(preset.task.reward_when().unwrap().text(), condition);
    let changed = preset.task.with("reward_when", &condition.replace("15 ms", "25 ms"), 0.1).unwrap();
    assert_eq!(changed.reward_when().unwrap().within_ms, 25.0);
    let left_out = read(&when(r#"Coincidence(first: "in[0]", then: "out[0]")"#)).unwrap();
    let defaults = left_out.task.reward_when().unwrap();
    assert_eq!((defaults.within_ms, defaults.after_ms.mean(), defaults.amount), (20.0, 1000.0, 1.0));
}

#[test]
fn each_fault_of_a_condition_is_one_sentence_with_its_path() {
    for (condition, path, facts) in [
        (r#"Coincidence(then: "out[0]")"#, "first", ["first", "E[0]"]),
        (r#"Coincidence(first: "in", then: "out[0]")"#, "first", ["in", "E[0]"]),
        (r#"Coincidence(first: "in[20]", then: "out[0]")"#, "first", ["20", "19"]),
        (r#"Coincidence(first: "in[0]", then: "gone[0]")"#, "then", ["gone", "population"]),
        (r#"Coincidence(first: "in[0]", then: "out[0]", within: "0 ms")"#, "within", ["0 ms", "0.1 ms"]),
        (r#"Coincidence(first: "in[0]", then: "out[0]", within: "0.15 ms")"#, "within", ["0.15 ms", "0.1 ms"]),
        (r#"Coincidence(first: "in[0]", then: "out[0]", after: Uniform("3 s", "1 s"))"#, "after", ["3000 ms", "1000 ms"]),
        (r#"Coincidence(first: "in[0]", then: "out[0]", amount: 1e9)"#, "amount", ["1000000000", "1000"]),
        (r#"Coincidence(first: "in[0]", then: "out[0]", before: 1)"#, "before", ["before", "amount"]),
        (r#""always""#, "", ["always", "Coincidence"]),
    ] {
        let faults = read(&when(condition)).expect_err(condition);
        assert_eq!(faults.len(), 1, "{condition}: {faults:?}");
        let place = format!("task.reward_when{}{path}", if path.is_empty() { "" } else { "." });
        assert!(faults[0].starts_with(&place) && facts.iter().all(|fact| faults[0].contains(fact)), "{faults:?}");
    }
    let without_rule = text("", r#", reward_when: Coincidence(first: "in[0]", then: "out[0]")"#);
    assert!(read(&without_rule).unwrap_err()[0].contains("RStdp"));
}

/// Given trains: neuron 0 of `a` fires, then neuron 0 of `b`, within 20 ms or not.
const TRAINS: &str = r#"Preset(schema: 2, title: "t", network: (dt: "1 ms",
    populations: {
        "a": (size: 1, model: SpikeSource(spikes: [["100 ms", "200 ms", "300 ms", "400 ms", "410 ms"]])),
        "b": (size: 1, model: SpikeSource(spikes: [["120 ms", "200 ms", "321 ms", "415 ms", "425 ms"]])),
        "out": (size: 1, model: Lif()),
    },
    projections: {"a->out": (wiring: AllToAll, weight: "1 mV", delay: "1 ms", rule: RStdp(tau_d: "20 ms"))}),
    task: FreeRun(duration: "2 s", reward_when: Coincidence(first: "a[0]", then: "b[0]", after: "50 ms", amount: 2)))"#;

#[test]
fn a_reward_follows_every_spike_that_follows_the_first_neuron_in_time() {
    let preset = read(TRAINS).unwrap();
    let mut run = FreeRun::new(preset.network.clone(), 1).unwrap().with_task(&preset.task);
    let mut jumps = Vec::new();
    let mut last = 0.0;
    for step in 0..600u64 {
        run.advance(1, &mut []).unwrap();
        let now = run.network().projections()[0].synapses.modulator(step).unwrap();
        if now > last + 1.0 {
            jumps.push((step, run.rewards_given()));
        }
        last = now;
    }
    // 120 - 100 is within 20 ms; 200 is the same step, and 100 ms after 100; 321 - 300 is more; 415 - 410 and 425 - 410 are within
    assert_eq!(jumps, [(170, 1), (465, 2), (475, 3)]);
}

#[test]
fn rewards_for_coincidences_do_not_depend_on_how_a_run_is_cut_and_are_restored() {
    let condition = r#"Coincidence(first: "in[3]", then: "out[4]", within: "50 ms", after: Uniform("1 ms", "400 ms"), amount: 0.5)"#;
    let preset = read(&when(condition)).unwrap();
    let run = |cuts: &[u64], restores: bool| {
        let run = cut(&preset, cuts, restores);
        (run.digest(), run.rewards_given())
    };
    let whole = run(&[20_000], false);
    assert!(whole.1 > 3, "{} rewards", whole.1);
    for restores in [false, true] {
        assert_eq!(run(&[7001, 1, 2998, 4000, 6000], restores), whole);
    }
    let mut other = FreeRun::new(preset.network.clone(), 5).unwrap().with_task(&preset.task);
    other.advance(20_000, &mut []).unwrap();
    assert_ne!(other.digest(), whole.0, "another seed draws other delays");
}
