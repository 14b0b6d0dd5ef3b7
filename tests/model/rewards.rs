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

#[test]
fn rewards_change_weights_in_their_step_however_the_run_is_cut() {
    let run = |rewards: &str, cuts: &[u64], restores: bool| {
        let preset = read(&text(RULE, rewards)).unwrap();
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
