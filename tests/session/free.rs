//! Networks of schema 2: commands in, snapshots out.

use crate::{Probe, root};
use spikescope::experiment::FreeRun;
use spikescope::model::{Distribution, Path, Value};
use spikescope::preset::{Described, Preset};
use spikescope::session::{Command, FreeView, Launch, Notice, Recorded, RunState, Session, Snapshot, Speed, StopCondition, Watch};
use std::sync::Arc;

fn preset(name: &str) -> Preset {
    Preset::open(&root(&format!("presets/{name}.ron"))).unwrap()
}

fn start(preset: Preset, speed: Speed) -> Probe {
    let launch = Launch { preset, data_dir: root("data/mnist"), seed: 7, speed };
    Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() }
}

fn ring() -> Probe {
    // slow, until a pause is set
    start(preset("ring-of-two"), Speed::ModelMsPerSecond(1.0))
}

fn free(snapshot: &Snapshot) -> &FreeView {
    snapshot.free.as_deref().unwrap()
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

/// Pause at this time, exactly.
fn pause_at(probe: &mut Probe, ms: f64) -> Arc<Snapshot> {
    probe.send(Command::StopWhen(Some(StopCondition::ModelTime { ms })));
    probe.send(Command::SetSpeed(Speed::Full));
    probe.send(Command::Run);
    probe.until("the time", |s| s.state == RunState::Paused && s.step.0 as f64 * s.dt_ms >= ms - 1e-9)
}

#[test]
fn run_in_the_session_equals_the_run_of_its_description() {
    let mut probe = ring();
    let neurons = vec![100, 149, 0];
    probe.send(Command::Watch(Watch { potentials: neurons, ..Watch::default() }));
    let seen = pause_at(&mut probe, 300.0);
    let (view, steps) = (free(&seen), seen.step.0);
    let network = preset("ring-of-two").network.unwrap().file.network.clone();
    let mut run = FreeRun::new(network, 7).unwrap();
    run.advance(steps, &mut []).unwrap();
    assert_eq!(seen.digest.as_deref(), Some(run.digest().to_string().as_str()));
    let names: Vec<_> = view.populations.iter().map(|p| (p.name.as_str(), p.size, p.first, p.has_potential)).collect();
    assert_eq!(names, [("noise", 100, 0, false), ("A", 100, 100, true), ("B", 50, 200, true)]);
    // every spike, and the same number by bins
    for (index, population) in view.populations.iter().enumerate() {
        let counted: u32 = run.network().counts_of(index).iter().sum();
        let of = |neuron: u32| (population.first..population.first + population.size).contains(&neuron);
        let recorded = view.spikes_since(0).filter(|&(_, neuron)| of(neuron)).count() as u32;
        // of a source with many spikes, some neurons are recorded
        assert!(if population.has_potential { recorded == counted } else { (1..=counted).contains(&recorded) }, "{}", population.name);
        assert_eq!(view.bins_since(index, 0).map(|(.., spikes)| spikes).sum::<u32>(), counted);
    }
    assert!(view.spikes_since(0).is_sorted_by_key(|(step, _)| step));
    // potentials of watched neurons only; a Poisson process has none
    assert_eq!(seen.potentials.iter().map(|trace| trace.neuron).collect::<Vec<_>>(), [100, 149]);
    let known = (seen.window_end.0 - seen.window_start.0) as usize;
    assert!(known > 1000 && seen.potentials.iter().all(|trace| trace.v_mv.len() == known));
    assert_eq!(*seen.potentials[1].v_mv.last().unwrap(), run.network().populations()[1].v_mv(49));
    let learnt = run.network().projections()[1].synapses.sparse().unwrap().weights_mv().collect::<Vec<f32>>();
    assert_eq!((&*view.plastic, &*seen.weights.w), (&[("A->B".to_owned(), learnt.len() as u64)][..], &learnt[..]));
}

#[test]
fn quantities_are_set_by_path_at_once_or_by_a_rebuild_and_restored() {
    let mut probe = ring();
    pause_at(&mut probe, 50.0);
    probe.send(Command::SetPath(path("A.tau_m"), Value::Number(12.0)));
    let live = probe.until("a live change", |s| !s.applied.is_empty());
    assert_eq!(live.applied[0].change, Recorded::Quantity("A.tau_m".to_owned(), "12 ms".to_owned()));
    assert_eq!((live.step.0, live.generation), (500, 0));
    let changed = |s: &Snapshot, at: &str| {
        let quantities = s.quantities.as_ref().unwrap();
        quantities.is_changed(quantities.entry(&path(at)).unwrap())
    };
    assert!(changed(&live, "A.tau_m") && !changed(&live, "B.tau_m"));
    let ran = pause_at(&mut probe, 100.0);

    // a rebuild starts a new run with the same seed and keeps the other change
    let weight = Value::Distribution(Distribution::Constant(9.0));
    probe.send(Command::SetPath(path("noise->A.weight"), weight));
    let rebuilt = probe.until("a rebuild", |s| s.generation == 1);
    assert_eq!((rebuilt.step.0, rebuilt.seed), (0, 7));
    assert!(changed(&rebuilt, "A.tau_m") && changed(&rebuilt, "noise->A.weight"));
    // undo brings back the run with its state
    probe.send(Command::UndoReset);
    let back = probe.until("the run before", |s| s.generation == 2);
    assert_eq!((back.step, &back.digest), (ran.step, &ran.digest));
    assert!(!changed(&back, "noise->A.weight"));
    // a reset keeps what was set
    probe.send(Command::Reset { seed: 8 });
    let reset = probe.until("a reset", |s| s.generation == 3);
    assert!(changed(&reset, "A.tau_m") && reset.seed == 8);
}

#[test]
fn faults_of_a_value_are_told_with_path_and_range_and_change_nothing() {
    let mut probe = ring();
    let before = pause_at(&mut probe, 20.0);
    for (at, value, named) in [
        ("A.tau_m", Value::Number(-1.0), "A.tau_m"),
        ("A->B.delay", Value::Distribution(Distribution::Constant(0.01)), "delay"),
        ("C.tau_m", Value::Number(1.0), "C"),
        ("B->A.indegree", Value::Number(1e9), "B->A"),
    ] {
        probe.notices.clear();
        probe.send(Command::SetPath(path(at), value));
        let notice = probe.until_notice("a refusal", |notice| matches!(notice, Notice::Refused(_)));
        assert!(matches!(&notice, Notice::Refused(text) if text.contains(named)), "{notice:?}");
    }
    probe.send(Command::Pause);
    probe.poll();
    let after = probe.until("the same", |s| s.state == RunState::Paused);
    assert_eq!((after.generation, &after.digest), (before.generation, &before.digest));
}

#[test]
fn network_with_extreme_weights_leaves_the_session_usable() {
    let mut preset = preset("ring-of-two");
    let file = preset.network.take().unwrap().file;
    let mut network = file.network.clone();
    network.set(&path("noise->A.weight"), "10000 mV").unwrap();
    preset.network = Some(Described { file, network: Arc::new(network) });
    // whatever it does, the session stays usable
    let mut probe = start(preset, Speed::Full);
    probe.until("steps", |s| s.step.0 > 2000);
    probe.send(Command::Pause);
    probe.until("a pause", |s| s.state != RunState::Running);
}

#[test]
fn commands_without_meaning_are_refused_and_image_presets_follow() {
    let mut probe = ring();
    probe.send(Command::Evaluate(10));
    probe.send(Command::Reward(1.0));
    probe.until_notice("a refusal to reward", |notice| matches!(notice, Notice::Refused(_)));
    probe.send(Command::LoadPreset(Box::new(crate::preset("first-neuron")), 1));
    let other = probe.until("another preset", |s| s.free.is_none());
    probe.notices.clear();
    probe.send(Command::SaveRun(spikescope::files::NewDir::Free("runs/never".into())));
    probe.until_notice("a refusal to save", |notice| matches!(notice, Notice::NotSaved { .. }));
    probe.send(Command::LookBack(0));
    probe.until_notice("a refusal to look back", |notice| matches!(notice, Notice::Refused(_)));
    assert!(other.put_aside.is_some());
    probe.send(Command::UndoReset);
    probe.until("the network again", |s| s.free.is_some());
}

#[test]
fn ten_thousand_neurons_keep_seconds_of_spikes_and_publish_shared_blocks() {
    let mut probe = start(preset("balanced-network"), Speed::Full);
    let first = probe.until("half a second", |s| s.step.0 > 5000);
    let later = probe.until("more", |s| s.step.0 > 8000);
    let (a, b) = (free(&first), free(&later));
    assert!(a.blocks.len() > 3);
    for (old, new) in a.blocks[..a.blocks.len() - 1].iter().zip(b.blocks.iter()) {
        assert!(Arc::ptr_eq(old, new), "only the last block is copied");
    }
    assert_eq!(b.span().0, 0);
    let rate = b.rate_hz(0, 2000).unwrap();
    assert!((5.0..20.0).contains(&rate), "{rate} Hz");
    assert!(b.rate_hz(2, 0).is_some_and(|rate| (rate - 2000.0).abs() < 40.0), "all spikes of a source are counted");
}
