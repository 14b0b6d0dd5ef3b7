//! Runs of described networks are saved, resumed and looked back on: every moment has the digest of a replay of the log.

use crate::{Probe, root};
use spikescope::experiment::{Applied, Origin};
use spikescope::files::NewDir;
use spikescope::model::{Distribution, Path, Value};
use spikescope::preset::{NetworkPreset, Opened, Preset, open};
use spikescope::rundir::RunDir;
use spikescope::session::{
    Command, Launch, Notice, PutAsideBy, Recorded, Rescue, RunState, Session, Snapshot, Speed, StopCondition, Watch,
};
use std::process::{Command as Process, Output};
use std::sync::Arc;

/// Two populations, one plastic projection that learns from reward and one by pairs of spikes.
pub(super) const NETWORK: &str = r#"Preset(
    schema: 2,
    title: "Two",
    network: (
        dt: "0.1 ms",
        populations: {
            "in": (size: 60, model: Poisson(rate: "300 Hz")),
            "A": (size: 40, model: Lif(tau_m: "20 ms"), start: {"v": Uniform("-65 mV", "-50 mV")}),
            "B": (size: 20, model: Lif()),
        },
        projections: {
            "in->A": (wiring: Indegree(20), weight: "3 mV", delay: Uniform("0.2 ms", "1.5 ms"), rule: PairStdp(w_max: "6 mV")),
            "A->B": (wiring: Probability(0.5), weight: Uniform("1 mV", "3 mV"), delay: "1 ms", rule: RStdp(w_max: "6 mV", eta: 0.01)),
            "B->A": (wiring: Outdegree(5), weight: "-1 mV", delay: "0.7 ms"),
        },
    ),
    task: FreeRun(duration: "1 s", rewards: [("0.05 s", 0.5)]),
)"#;

pub(super) fn preset() -> NetworkPreset {
    NetworkPreset::parse(NETWORK, std::path::Path::new("two.ron")).unwrap()
}

pub(super) fn begin() -> Probe {
    let launch = Launch { preset: Preset::from(preset()), data_dir: root("data/mnist"), seed: 5, speed: Speed::ModelMsPerSecond(1.0) };
    let mut probe = Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() };
    probe.send(Command::Pause);
    probe.send(Command::SetSpeed(Speed::Full));
    probe.until("a pause", |s| s.state == RunState::Paused);
    probe
}

/// Run to this time, exactly.
pub(super) fn run_to(probe: &mut Probe, ms: f64) -> Arc<Snapshot> {
    probe.send(Command::StopWhen(Some(StopCondition::ModelTime { ms })));
    probe.send(Command::Run);
    let step = (ms * 10.0).round() as u64;
    probe.until("a time", |s| s.state == RunState::Paused && s.step.0 == step && s.digest.is_some())
}

pub(super) fn set(probe: &mut Probe, path: &str, value: f64) {
    probe.send(Command::SetPath(path.parse::<Path>().unwrap(), Value::Number(value)));
}

fn rebuild(probe: &mut Probe, path: &str, mv: f64) -> Arc<Snapshot> {
    let generation = probe.until("something", |_| true).generation;
    probe.send(Command::SetPath(path.parse::<Path>().unwrap(), Value::Distribution(Distribution::Constant(mv))));
    probe.until("a rebuild", |s| s.generation > generation && s.digest.is_some())
}

/// Changes by path and rewards, at several moments; paused at 300 ms.
fn lived() -> (Probe, Arc<Snapshot>) {
    let mut probe = begin();
    set(&mut probe, "A.tau_m", 12.0);
    run_to(&mut probe, 40.0);
    probe.send(Command::Reward(1.0));
    set(&mut probe, "in.rate", 413.7);
    run_to(&mut probe, 123.4);
    set(&mut probe, "A->B.eta", 0.02);
    probe.send(Command::Reward(-0.25));
    let end = run_to(&mut probe, 300.0);
    assert_eq!(end.applied.len(), 5, "{:?}", probe.notices);
    (probe, end)
}

/// The digest of a run computed from its log alone, with the changes up to this step.
fn replayed(start: Option<Arc<[u8]>>, network: &NetworkPreset, applied: &[Applied], step: u64) -> String {
    let origin = Origin { network: Arc::new(network.network.clone()), task: network.task.clone(), seed: 5, start };
    let mut run = origin.run(applied).unwrap();
    // in pieces of another size
    while run.step().0 < step {
        run.advance((step - run.step().0).min(77), &mut []).unwrap();
    }
    run.digest().to_string()
}

fn spikescope(args: &[&str]) -> Output {
    Process::new(env!("CARGO_BIN_EXE_spikescope")).args(args).output().unwrap()
}

pub(super) fn stdout(args: &[&str]) -> String {
    let output = spikescope(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(super) fn save(probe: &mut Probe, folder: &std::path::Path) -> std::path::PathBuf {
    let run = folder.join("run");
    probe.notices.clear();
    probe.send(Command::SaveRun(NewDir::Named(run.clone())));
    let notice = probe.until_notice("an answer", |n| matches!(n, Notice::Saved { .. } | Notice::NotSaved { .. }));
    assert!(matches!(notice, Notice::Saved { .. }), "{notice:?}");
    run
}

#[test]
fn saved_run_is_replayed_and_resumed_by_the_command_line_and_opened_again() {
    let (mut probe, end) = lived();
    assert_eq!(end.digest, Some(replayed(None, &preset(), &end.applied, end.step.0)));
    let folder = tempfile::tempdir().unwrap();
    let run = save(&mut probe, folder.path());
    let path = run.to_str().unwrap();
    assert!(stdout(&["replay", path]).contains(end.digest.as_deref().unwrap()));
    stdout(&["check", path]);
    let session = RunDir::open(&run).unwrap().free_session().unwrap();
    assert_eq!((&session.applied[..], session.steps, session.ending.unwrap().step), (&end.applied[..], 10_000, end.step));

    // the same run on the command line and in the window
    stdout(&["run", "--resume", path, "--quiet"]);
    let longer = run_to(&mut probe, 1000.0);
    let dir = RunDir::open(&run).unwrap();
    assert_eq!(dir.free_session().unwrap().ending.map(|ending| ending.digest), longer.digest);
    assert!(stdout(&["replay", path]).contains("equal"));
    assert!(std::fs::read_to_string(run.join("metrics.csv")).unwrap().lines().count() >= 10);

    // and back: the window continues the run of the directory
    let mut other = Probe::start("first-neuron", Speed::ModelMsPerSecond(1.0));
    other.send(Command::Pause);
    other.send(Command::OpenRun(run.clone()));
    let opened = other.until("the run", |s| s.free.is_some() && s.digest.is_some());
    assert_eq!((&opened.digest, opened.step, &opened.applied), (&longer.digest, longer.step, &longer.applied));
    assert_eq!(opened.quantities.as_ref().unwrap().network, longer.quantities.as_ref().unwrap().network);
    other.send(Command::SetSpeed(Speed::Full));
    let (a, b) = (run_to(&mut other, 1100.0), run_to(&mut probe, 1100.0));
    assert_eq!(a.digest, b.digest);
    // longer than planned: the plan of the new directory is as long
    let further = save(&mut other, &folder.path().join("further"));
    assert!(stdout(&["replay", further.to_str().unwrap()]).contains("equal"));
    let session = RunDir::open(&further).unwrap().free_session().unwrap();
    assert!(session.is_finished() && session.steps == 11_000);
    stdout(&["run", "--resume", further.to_str().unwrap(), "--duration", "1.2 s", "--quiet"]);
}

#[test]
fn run_with_kept_weights_is_saved_with_the_state_that_it_began_with() {
    let (mut probe, _) = lived();
    let rebuilt = rebuild(&mut probe, "B->A.weight", -2.0);
    assert_eq!((rebuilt.step.0, rebuilt.applied.len()), (0, 0));
    probe.until_notice("what is kept", |n| matches!(n, Notice::Done(text) if text.contains("in->A") && text.contains("A->B")));
    set(&mut probe, "A.tau_m", 25.0);
    run_to(&mut probe, 50.0);
    probe.send(Command::Reward(2.0));
    let end = run_to(&mut probe, 200.0);
    let folder = tempfile::tempdir().unwrap();
    let run = save(&mut probe, folder.path());
    let path = run.to_str().unwrap();
    assert!(stdout(&["replay", path]).contains(end.digest.as_deref().unwrap()));
    assert!(run.join("start.bin").exists());
    let table = folder.path().join("spikes.csv");
    stdout(&["export", "--what", "spikes", "--format", "csv", "--out", table.to_str().unwrap(), path]);
    stdout(&["run", "--resume", path, "--duration", "300 ms", "--quiet"]);
    let longer = run_to(&mut probe, 300.0);
    assert_eq!(RunDir::open(&run).unwrap().free_session().unwrap().ending.map(|ending| ending.digest), longer.digest);
    // a start that is missing, damaged or of another run is named
    let good = std::fs::read(run.join("start.bin")).unwrap();
    assert!(spikescope(&["check", path]).status.success());
    for bytes in [Some(&good[..good.len() - 1]), None] {
        match bytes {
            Some(bytes) => std::fs::write(run.join("start.bin"), bytes).unwrap(),
            None => std::fs::remove_file(run.join("start.bin")).unwrap(),
        }
        let output = spikescope(&["replay", path]);
        // a check that did not pass
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("start.bin"));
        assert_eq!(spikescope(&["check", path]).status.code(), Some(2));
        probe.notices.clear();
        probe.send(Command::OpenRun(run.clone()));
        probe.until_notice("a refusal", |n| matches!(n, Notice::NotStarted(text) if text.contains("start.bin")));
    }
}

#[test]
fn autosaved_run_is_offered_and_continues_with_the_same_digest() {
    let (mut probe, _) = lived();
    rebuild(&mut probe, "B->A.weight", -2.0);
    set(&mut probe, "A.tau_m", 25.0);
    run_to(&mut probe, 50.0);
    probe.send(Command::Reward(2.0));
    let folder = tempfile::tempdir().unwrap();
    let file = Rescue::own_file(folder.path());
    probe.send(Command::Autosave(file.clone()));
    let end = run_to(&mut probe, 200.0);
    probe.session.stop();
    let found = Rescue::find(folder.path()).unwrap();
    assert_eq!((&found.path, found.seed, found.title.as_str(), found.model_ms), (&file, 5, "Two", Some(200.0)));

    let mut other = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1.0));
    other.send(Command::Pause);
    other.send(Command::Resume(file));
    let resumed = other.until("the run", |s| s.free.is_some() && s.digest.is_some());
    assert_eq!((&resumed.digest, resumed.step, &resumed.applied), (&end.digest, end.step, &end.applied));
    assert_eq!(resumed.quantities, end.quantities);
    other.send(Command::SetSpeed(Speed::Full));
    set(&mut other, "B.tau_m", 8.0);
    let later = run_to(&mut other, 400.0);
    assert_eq!(later.applied.len(), end.applied.len() + 1);
    let run = save(&mut other, folder.path());
    assert!(stdout(&["replay", run.to_str().unwrap()]).contains(later.digest.as_deref().unwrap()));
    // reset is undone to this run
    other.send(Command::Reset { seed: 9 });
    other.until("a reset", |s| s.seed == 9);
    other.send(Command::UndoRun);
    let back = other.until("the run", |s| s.seed == 5 && s.digest.is_some());
    assert_eq!((&back.digest, &back.applied), (&later.digest, &later.applied));
}

fn look_back(probe: &mut Probe, step: u64) -> Arc<Snapshot> {
    probe.send(Command::LookBack(step));
    probe.until(&format!("step {step}"), |s| {
        s.digest.is_some() && s.looking_back.is_some_and(|back| back.images == step && back.target.is_none())
    })
}

#[test]
fn earlier_moments_are_shown_exactly_and_can_be_forked() {
    let (mut probe, _) = lived();
    // several keyframes
    let end = run_to(&mut probe, 700.0);
    for step in [0, 1, 400, 401, 1234, 1235, 4000, 6999, 5000, 400, 3999] {
        let shown = look_back(&mut probe, step);
        assert_eq!((shown.step.0, &shown.state), (step, &RunState::Paused));
        assert_eq!(shown.digest, Some(replayed(None, &preset(), &end.applied, step)), "step {step}");
        assert_eq!((shown.looking_back.unwrap().present_step, shown.applied.len()), (end.step, 5));
        let tau = shown.quantities.as_ref().unwrap().entry(&"in.rate".parse().unwrap()).unwrap().value.clone();
        assert_eq!(tau, Value::Number(if step < 400 { 300.0 } else { 413.7 }), "the values are those of the moment");
        assert!(step < 2000 || shown.free.as_ref().unwrap().spikes_since(step - 1000).count() > 100, "what led to it is recorded");
    }
    for change in [Command::Reward(1.0), Command::SetPath("A.tau_m".parse().unwrap(), Value::Number(30.0))] {
        probe.notices.clear();
        probe.send(change);
        probe.until_notice("a refusal", |n| matches!(n, Notice::RefusedInThePast(text) if text.contains("399.9 ms")));
    }
    probe.send(Command::BackToPresent);
    let back = probe.until("the present", |s| s.looking_back.is_none() && s.digest.is_some());
    assert_eq!((&back.digest, back.step), (&end.digest, end.step));

    // run through the past into the present
    look_back(&mut probe, 6500);
    let through = run_to(&mut probe, 720.0);
    assert!(through.looking_back.is_none());
    assert_eq!(through.digest, Some(replayed(None, &preset(), &end.applied, 7200)));

    // a fork has the log up to its moment and a future of its own
    let shown = look_back(&mut probe, 1000);
    probe.send(Command::ForkHere);
    let fork = probe.until("the fork", |s| s.looking_back.is_none() && s.generation > end.generation && s.digest.is_some());
    assert_eq!((&fork.digest, fork.step, fork.applied.len(), fork.forked_at), (&shown.digest, shown.step, 3, Some(1000)));
    assert_eq!(fork.put_aside.as_ref().map(|aside| (aside.by, aside.model_ms)), Some((PutAsideBy::Fork, Some(720.0))));
    set(&mut probe, "B.tau_m", 7.0);
    let other = run_to(&mut probe, 300.0);
    assert_eq!(other.applied.len(), 4);
    assert_eq!(other.digest, Some(replayed(None, &preset(), &other.applied, 3000)));
    probe.send(Command::UndoRun);
    let original = probe.until("the original run", |s| s.step.0 == 7200 && s.digest.is_some());
    assert_eq!((&original.digest, &original.applied), (&through.digest, &end.applied));
    assert_eq!(look_back(&mut probe, 1000).digest, shown.digest);
}

#[test]
fn training_run_and_other_folders_are_refused_by_open_run() {
    let mut probe = begin();
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("nowhere"), root("tests/corpus/0.1")] {
        probe.notices.clear();
        probe.send(Command::OpenRun(path.clone()));
        probe.until_notice("a refusal", |n| matches!(n, Notice::NotStarted(text) if text.contains(path.to_str().unwrap())));
    }
    assert!(matches!(open(&root("presets/ring-of-two.ron")).unwrap(), Opened::Network(_)));
    set(&mut probe, "A.tau_m", 11.0);
    let alive = probe.until("the run as it was", |s| s.applied.len() == 1);
    assert!(matches!(&alive.applied[0].change, Recorded::Quantity(path, text) if path == "A.tau_m" && text == "11 ms"));
}

#[test]
fn reward_is_refused_with_a_range_and_without_a_rule_that_learns_from_it() {
    let mut probe = begin();
    for reward in [f32::NAN, 1e4] {
        probe.notices.clear();
        probe.send(Command::Reward(reward));
        probe.until_notice("a refusal", |n| matches!(n, Notice::Refused(text) if text.contains("1000")));
    }
    probe.send(Command::LoadPreset(Box::new(Preset::open(&root("presets/ring-of-two.ron")).unwrap()), 1));
    probe.notices.clear();
    probe.send(Command::Reward(1.0));
    probe.until_notice("a refusal", |n| matches!(n, Notice::Refused(text) if text.contains("RStdp")));
}

#[test]
fn lists_of_a_snapshot_are_shared_until_they_change_and_the_digest_is_computed_on_request() {
    let (mut probe, end) = lived();
    let later = run_to(&mut probe, 310.0);
    assert!(Arc::ptr_eq(&end.applied, &later.applied) && Arc::ptr_eq(&end.applied_images, &later.applied_images));
    assert!(Arc::ptr_eq(&end.quantities.as_ref().unwrap().entries, &later.quantities.as_ref().unwrap().entries));
    set(&mut probe, "A.tau_m", 13.0);
    let changed = probe.until("a change", |s| s.applied.len() == 6);
    assert!(!Arc::ptr_eq(&changed.applied, &later.applied));
    probe.send(Command::Watch(Watch { digest: false, ..Watch::default() }));
    probe.until("no digest", |s| s.state == RunState::Paused && s.digest.is_none());
    probe.send(Command::Watch(Watch::default()));
    probe.until("a digest", |s| s.digest.is_some());

    let mut images = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1.0));
    images.send(Command::Pause);
    images.send(Command::StepTrial);
    let first = images.until("an image", |s| s.trials.len() == 1 && s.state == RunState::Paused);
    images.send(Command::StepMs);
    let second = images.until("a step", |s| s.step > first.step);
    assert!(Arc::ptr_eq(&first.applied, &second.applied) && Arc::ptr_eq(&first.applied_images, &second.applied_images));
    assert!(Arc::ptr_eq(&first.trials, &second.trials) && Arc::ptr_eq(&first.accuracy, &second.accuracy));
    assert!(Arc::ptr_eq(&first.confusion, &second.confusion) && Arc::ptr_eq(&first.rates, &second.rates));
    images.send(Command::StepTrial);
    let third = images.until("two images", |s| s.trials.len() == 2);
    assert!(!Arc::ptr_eq(&third.trials, &second.trials));
}
