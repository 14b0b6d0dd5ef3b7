//! A network whose values are no numbers any more halts with its reason, and the window goes on.

use crate::Probe;
use spikescope::experiment::Origin;
use spikescope::files::NewDir;
use spikescope::preset::{NetworkPreset, Preset};
use spikescope::rundir::RunDir;
use spikescope::session::{Command, Launch, Notice, Rescue, RunState, Session, Speed};
use std::time::{Duration, Instant};

const NETWORK: &str = r#"Preset(
    schema: 2,
    title: "Five",
    network: (
        populations: { "in": (size: 3, model: Poisson(rate: "300 Hz")), "my cells": (size: 5, model: Lif(tau_syn_exc: "2 ms")) },
        projections: { "p": (from: "in", to: "my cells", wiring: AllToAll, weight: "2 mV", delay: "1 ms") },
    ),
    task: FreeRun(duration: "1 s"),
)"#;

/// A state of this network in which a value is no number.
fn broken(origin: &Origin, good: &[u8]) -> Vec<u8> {
    let halts = |at: &usize| {
        let mut state = good.to_vec();
        state[*at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        let restored = origin.run_at(&[], &state);
        restored.is_ok_and(|mut run| run.advance(1000, &mut []).is_err()).then_some(state)
    };
    (0..good.len() - 4).find_map(|at| halts(&at)).expect("a value that is checked")
}

#[test]
fn run_that_is_no_number_any_more_halts_with_place_and_remedy() {
    let file = NetworkPreset::parse(NETWORK, std::path::Path::new("five.ron")).unwrap();
    let launch = Launch { preset: Preset::from(file), data_dir: crate::root("data/mnist"), seed: 5, speed: Speed::ModelMsPerSecond(1.0) };
    let mut probe = Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() };
    probe.send(Command::Pause);
    probe.send(Command::StepMs);
    let good = probe.until("a step", |s| s.step.0 > 0 && s.state == RunState::Paused && s.digest.is_some());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    probe.send(Command::SaveRun(NewDir::Named(path.clone())));
    probe.until_notice("where it was saved", |n| matches!(n, Notice::Saved { is_free: true, .. }));
    let run = RunDir::open(&path).unwrap();
    let origin = run.origin(&run.network().unwrap(), &run.free_session().unwrap()).unwrap();
    let mut checkpoint = run.checkpoint().unwrap().unwrap();
    checkpoint.state = broken(&origin, &checkpoint.state);
    run.save_checkpoint(&checkpoint).unwrap();

    let (autosave, begun) = (Rescue::own_file(folder.path()), Instant::now());
    probe.send(Command::Autosave(autosave.clone()));
    probe.send(Command::OpenRun(path));
    probe.until("the run", |s| s.generation > good.generation);
    probe.send(Command::SetSpeed(Speed::Full));
    probe.send(Command::Run);
    let halted = probe.until("a halt", |s| matches!(s.state, RunState::Halted(_)));
    let RunState::Halted(reason) = &halted.state else { unreachable!() };
    for fact in ["\"my cells\"", "neuron", " ms", "lower", "reset"] {
        assert!(reason.contains(fact), "{reason}");
    }
    probe.until_notice("the reason", |n| matches!(n, Notice::Halted(text) if text == reason));
    // it cannot go on, but what was before it is there
    probe.send(Command::Run);
    probe.send(Command::StepMs);
    probe.send(Command::UndoRun);
    let back = probe.until("the run before", |s| s.generation > halted.generation && s.digest.is_some());
    assert_eq!((&back.digest, back.step), (&good.digest, good.step));
    probe.send(Command::RedoRun);
    let again = probe.until("the halted run", |s| matches!(s.state, RunState::Halted(_)) && s.generation > back.generation);
    assert_eq!(again.step, halted.step);
    probe.send(Command::Reset { seed: 5 });
    probe.send(Command::Run);
    let fresh = probe.until("a new run", |s| s.state == RunState::Running && s.step.0 > 100);
    assert!(fresh.generation > again.generation);
    // a state that cannot go on is not saved in place of one that can
    probe.send(Command::RedoRun);
    probe.send(Command::UndoRun);
    probe.until("the halted run", |s| matches!(s.state, RunState::Halted(_)));
    probe.session.stop();
    // the first regular copy is due after 15 s
    assert!(!autosave.exists() || begun.elapsed() > Duration::from_secs(14));
}
