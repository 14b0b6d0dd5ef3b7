//! "Why this spike?" in a running session: the explanation sums to the potential, and does not change the run.

use crate::{Probe, root};
use spikescope::model::{Path, Value};
use spikescope::preset::{NetworkPreset, Preset};
use spikescope::session::{Command, Launch, RunState, Session, Snapshot, Speed, SpikeAsked, SpikeMoment, StopCondition, Watch, WhySpike};
use std::sync::Arc;

fn start(preset: Preset, speed: Speed) -> Probe {
    let launch = Launch { preset, data_dir: root("data/mnist"), seed: 7, speed };
    Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() }
}

fn ring() -> Probe {
    start(Preset::open(&root("presets/ring-of-two.ron")).unwrap(), Speed::ModelMsPerSecond(1.0))
}

fn pause_at(probe: &mut Probe, ms: f64) -> Arc<Snapshot> {
    probe.send(Command::StopWhen(Some(StopCondition::ModelTime { ms })));
    probe.send(Command::SetSpeed(Speed::Full));
    probe.send(Command::Run);
    probe.until("the time", |s| s.state == RunState::Paused && s.step.0 as f64 * s.dt_ms >= ms - 1e-9)
}

fn ask(probe: &mut Probe, neuron: u32, moment: SpikeMoment) {
    probe.send(Command::Watch(Watch { why_spike: Some(SpikeAsked { neuron, moment }), ..Watch::default() }));
}

fn told(snapshot: &Snapshot) -> Option<&WhySpike> {
    snapshot.why_spike.as_deref()?.as_ref().ok()
}

fn is_exact(why: &WhySpike) {
    let all = &why.breakdown;
    assert!((all.terms.v_mv() - why.simulated_mv).abs() <= all.rounding_mv && all.rounding_mv < 0.01, "{all:?} {}", why.simulated_mv);
}

/// Steps of the recorded spikes of a neuron.
fn spikes(snapshot: &Snapshot, neuron: u32) -> Vec<u64> {
    snapshot.free.as_ref().unwrap().spikes_since(0).filter(|&(_, other)| other == neuron).map(|(step, _)| step).collect()
}

#[test]
fn last_spike_any_step_and_the_present_are_explained_without_a_change_of_the_run() {
    let mut probe = ring();
    let paused = pause_at(&mut probe, 900.0);
    assert!(paused.why_spike.is_none(), "nothing was asked");
    // a neuron of each population: 100 neurons of noise, 100 of A, 50 of B
    for (neuron, population) in [(103, 1), (207, 2)] {
        let fired = spikes(&paused, neuron);
        ask(&mut probe, neuron, SpikeMoment::LastSpike);
        let seen = probe.until("the last spike", |s| told(s).is_some_and(|why| why.asked.population == population));
        let why = told(&seen).unwrap();
        assert_eq!((why.asked.step, why.breakdown.fired), (*fired.last().unwrap(), true));
        assert_eq!(why.breakdown.last_spike, fired.iter().rev().nth(1).copied());
        is_exact(why);
        assert!(why.breakdown.terms.earlier_mv.abs() < 1e-6, "{:?}", why.breakdown.terms);
        assert!(why.breakdown.terms.v_mv() >= why.breakdown.threshold_mv - 1e-3);
        for step in [0, fired[0], fired[0] + 1, 4321, 8999] {
            ask(&mut probe, neuron, SpikeMoment::At(step));
            let seen = probe.until("a step", |s| told(s).is_some_and(|why| why.asked.step == step && why.asked.population == population));
            let why = told(&seen).unwrap();
            is_exact(why);
            let held = fired.iter().any(|&spike| (spike + 1..=spike + 20).contains(&step));
            assert_eq!((why.breakdown.fired, why.breakdown.held), (fired.contains(&step), held), "{step}");
        }
    }
    ask(&mut probe, 103, SpikeMoment::Now);
    let seen = probe.until("the present", |s| told(s).is_some_and(|why| (why.asked.step, why.asked.population) == (8999, 1)));
    is_exact(told(&seen).unwrap());
    assert_eq!(seen.digest, paused.digest);
    for (neuron, moment, words) in
        [(103, SpikeMoment::At(9000), "simulated"), (3, SpikeMoment::Now, "Poisson"), (999, SpikeMoment::Now, "999")]
    {
        ask(&mut probe, neuron, moment);
        probe.until("a reason", |s| matches!(s.why_spike.as_deref(), Some(Err(reason)) if reason.contains(words)));
    }
    probe.send(Command::Watch(Watch::default()));
    probe.until("no explanation", |s| s.why_spike.is_none());
}

#[test]
fn explanations_follow_a_run_with_changes_and_hold_in_its_past() {
    let mut probe = ring();
    ask(&mut probe, 207, SpikeMoment::LastSpike);
    pause_at(&mut probe, 300.0);
    let path: Path = "B.tau_m".parse().unwrap();
    probe.send(Command::SetPath(path, Value::Number(30.0)));
    probe.until("a change", |s| !s.applied.is_empty());
    // while it runs, an explanation follows the spikes
    probe.send(Command::StopWhen(None));
    probe.send(Command::Run);
    let mut steps: Vec<u64> = Vec::new();
    while steps.len() < 4 {
        let last = steps.last().copied().unwrap_or(3000);
        let seen = probe.until("the next explanation", |s| told(s).is_some_and(|why| why.asked.step > last));
        is_exact(told(&seen).unwrap());
        steps.push(told(&seen).unwrap().asked.step);
    }
    probe.send(Command::Pause);
    let paused = probe.until("a pause", |s| s.state == RunState::Paused);
    let last = *spikes(&paused, 207).last().unwrap();
    let seen = probe.until("the last spike", |s| told(s).is_some_and(|why| why.asked.step == last));
    is_exact(told(&seen).unwrap());
    // in the past, before and after the change
    for moment in [2000, 3500] {
        probe.send(Command::LookBack(moment));
        probe.until("the past", |s| s.looking_back.is_some_and(|past| past.images == moment && past.target.is_none()));
        let seen = probe.until("an earlier spike", |s| {
            let last = spikes(s, 207).last().copied();
            told(s).is_some_and(|why| why.asked.step < moment && Some(why.asked.step) == last)
        });
        is_exact(told(&seen).unwrap());
    }
    // another run is another question
    probe.send(Command::BackToPresent);
    probe.send(Command::Reset { seed: 8 });
    probe.until("a new run", |s| s.generation == 1 && s.step.0 == 0);
    probe.until("nothing to explain", |s| matches!(s.why_spike.as_deref(), Some(Err(_))));
}

#[test]
fn neuron_that_has_not_fired_and_models_that_are_not_linear_are_told_in_words() {
    let text = r#"Preset(schema: 2, title: "t", network: (populations: {
        "quiet": (size: 3, model: Lif()), "adaptive": (size: 3, model: AdEx())}), task: FreeRun(duration: "1 s"))"#;
    let preset = NetworkPreset::parse(text, std::path::Path::new("t.ron")).unwrap();
    let mut probe = start(preset.into(), Speed::ModelMsPerSecond(1.0));
    pause_at(&mut probe, 20.0);
    for (neuron, words) in [(2, "quiet[2]"), (4, "AdEx")] {
        ask(&mut probe, neuron, SpikeMoment::LastSpike);
        probe.until("a reason", |s| matches!(s.why_spike.as_deref(), Some(Err(reason)) if reason.contains(words)));
    }
    ask(&mut probe, 2, SpikeMoment::Now);
    let seen = probe.until("why it did not fire", |s| told(s).is_some());
    assert!(!told(&seen).unwrap().breakdown.fired && told(&seen).unwrap().breakdown.contributions.is_empty());
}
