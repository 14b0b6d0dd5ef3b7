//! Undo at every level: each run before a rebuild, reset, preset or fork comes back with its weights and its moment.

use super::free_kept::{begin, run_to, set};
use crate::Probe;
use proptest::prelude::*;
use spikescope::model::{Distribution, Value};
use spikescope::params::ParamId;
use spikescope::session::{Command, Notice, RunState, Snapshot, Speed};
use std::sync::Arc;

/// What has to come back.
fn state(s: &Snapshot) -> (u64, u64, Option<String>, usize, Option<String>) {
    let network = s.quantities.as_ref().map(|view| format!("{:?}", view.network));
    (s.seed, s.step.0, s.digest.clone(), s.applied.len(), network)
}

fn settled(probe: &mut Probe, generation: u64) -> Arc<Snapshot> {
    probe.until("another run", |s| s.generation > generation && s.state == RunState::Paused && s.digest.is_some())
}

/// Fork in the middle of the run.
fn fork(probe: &mut Probe, now: &Snapshot) {
    let middle = now.step.0 / 2;
    probe.send(Command::LookBack(middle));
    probe.until("an earlier moment", |s| s.looking_back.is_some_and(|back| back.images == middle && back.target.is_none()));
    probe.send(Command::ForkHere);
}

/// One of the commands that replace the run.
fn replace(kind: u8, value: f64, end: &Snapshot) -> Command {
    let path = |text: &str| text.parse().unwrap();
    match kind {
        0 => Command::Reset { seed: 3 },
        1 => Command::SetPath(path("B->A.weight"), Value::Distribution(Distribution::Constant(-value))),
        2 => Command::SetPath(path("A.size"), Value::Number((10.0 + 30.0 * value).round())),
        3 => Command::SetPath(path("A->B.probability"), Value::Number(value)),
        _ => Command::LoadPreset(Box::new((*end.preset).clone()), 11),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn undo_gives_back_every_network_with_its_weights_and_its_moment(
        steps in prop::collection::vec((0u8..9, 0.1f64..1.0), 4..14)
    ) {
        let mut probe = begin();
        let mut now = probe.until("a pause", |s| s.digest.is_some());
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (kind, value) in steps {
            let generation = now.generation;
            match kind {
                0..6 => {
                    // something to lose
                    set(&mut probe, "B.tau_m", 10.0 + value);
                    now = run_to(&mut probe, now.step.0 as f64 * 0.1 + 7.0);
                    before.push(state(&now));
                    after.clear();
                    if kind == 5 {
                        fork(&mut probe, &now);
                    } else {
                        probe.send(replace(kind, value, &now));
                    }
                    now = settled(&mut probe, generation);
                }
                6 | 7 => {
                    let Some(expected) = before.pop() else { continue };
                    after.push(state(&now));
                    probe.send(Command::UndoRun);
                    now = settled(&mut probe, generation);
                    prop_assert_eq!(state(&now), expected);
                }
                _ => {
                    let Some(expected) = after.pop() else { continue };
                    before.push(state(&now));
                    probe.send(Command::RedoRun);
                    now = settled(&mut probe, generation);
                    prop_assert_eq!(state(&now), expected);
                }
            }
        }
        // all the way back, and a run goes on as it would have
        while let Some(expected) = before.pop() {
            let generation = now.generation;
            probe.send(Command::UndoRun);
            now = settled(&mut probe, generation);
            prop_assert_eq!(state(&now), expected);
        }
        prop_assert_eq!(now.lost_runs, 0);
    }
}

#[test]
fn a_rebuilt_template_keeps_the_weights_of_synapses_that_are_the_same() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.until("some images", |s| s.trial.index > 30);
    probe.send(Command::Pause);
    let learnt = probe.until("a pause", |s| s.state == RunState::Paused && s.digest.is_some());
    // the same synapses onto neurons with a synaptic current
    probe.send(Command::Set(ParamId::TauSyn, 3.0));
    let kept = settled(&mut probe, learnt.generation);
    assert_eq!((kept.step.0, kept.params.get(ParamId::TauSyn)), (0, 3.0));
    assert!(kept.weights.w == learnt.weights.w, "the weights are kept");
    probe.until_notice("what was kept", |n| matches!(n, Notice::Done(text) if text.contains("image->output")));
    probe.send(Command::Reset { seed: learnt.seed });
    let unlearnt = settled(&mut probe, kept.generation);
    assert!(unlearnt.weights.w != kept.weights.w, "a reset draws them again");
    probe.send(Command::UndoRun);
    let kept = settled(&mut probe, unlearnt.generation);
    // other synapses
    probe.send(Command::Set(ParamId::NNeurons, 100.0));
    let fresh = settled(&mut probe, kept.generation);
    assert_eq!((fresh.step.0, fresh.weights.n_post), (0, 100));
    probe.send(Command::UndoRun);
    probe.send(Command::UndoRun);
    let back = probe.until("the first run", |s| s.step == learnt.step && s.digest.is_some());
    assert_eq!(back.digest, learnt.digest);
}

#[test]
fn rebuilds_of_a_network_in_training_are_undone_one_after_the_other() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1.0));
    probe.send(Command::Pause);
    let mut now = probe.until("a pause", |s| s.digest.is_some());
    let mut before = Vec::new();
    for neurons in [100.0, 50.0, 25.0] {
        probe.send(Command::StepTrial);
        now = probe.until("an image", |s| s.step > now.step && s.state == RunState::Paused && s.digest.is_some());
        probe.send(Command::StepMs);
        now = probe.until("a step into the next", |s| s.step > now.step && s.digest.is_some());
        before.push((now.digest.clone(), now.step, now.params.clone(), now.trials.len()));
        probe.send(Command::Set(ParamId::NNeurons, neurons));
        now = settled(&mut probe, now.generation);
    }
    while let Some(expected) = before.pop() {
        probe.send(Command::UndoRun);
        now = settled(&mut probe, now.generation);
        assert_eq!((now.digest.clone(), now.step, now.params.clone(), now.trials.len()), expected);
    }
    assert!(now.put_aside.is_some());
    for _ in 0..3 {
        probe.send(Command::RedoRun);
        now = settled(&mut probe, now.generation);
    }
    assert_eq!((now.step.0, now.params.get(ParamId::NNeurons)), (0, 25.0));
}
