//! Autosave: a run whose program was killed can be resumed bit for bit.

use crate::{Probe, preset, root};
use spikescope::experiment::Trainer;
use spikescope::params::ParamId;
use spikescope::session::{Command, DamagedRun, Found, Notice, Rescue, RunState, Speed};
use std::path::Path;
use std::sync::Arc;

/// A run with parameter changes, autosaved to `file` up to its last step.
fn kept(name: &str, file: &Path) -> Arc<spikescope::session::Snapshot> {
    let mut probe = Probe::start(name, Speed::Full);
    probe.send(Command::Autosave(file.to_owned()));
    probe.until("some images", |s| s.trial.index > 25);
    probe.send(Command::Set(ParamId::Eta, 0.02));
    probe.send(Command::Set(ParamId::RewardDelay, 12.0));
    probe.until("more images", |s| s.trial.index > 60);
    probe.send(Command::Pause);
    // a run at full speed pauses between two images: the reward is for the next one
    probe.send(Command::StepMs);
    probe.send(Command::Reward(0.25));
    let paused = probe.until("a pause", |s| s.applied.len() == 3 && s.state == RunState::Paused);
    probe.send(Command::StepMs);
    let end = probe.until("the end", |s| s.digest.is_some() && s.step > paused.step);
    probe.session.stop();
    end
}

#[test]
fn a_resumed_run_equals_the_uninterrupted_one_bit_for_bit() {
    for name in ["mnist-rstdp", "mnist-gabor-rstdp"] {
        let folder = tempfile::tempdir().unwrap();
        let file = Rescue::own_file(folder.path());
        let end = kept(name, &file);
        let found = Rescue::find(folder.path()).unwrap();
        assert_eq!((&found.path, found.seed, &found.title), (&file, 7, &end.title));

        let mut probe = Probe::start("mnist-diehl-cook-100", Speed::Full);
        let own = Rescue::own_file(folder.path());
        probe.send(Command::Autosave(own.clone()));
        probe.send(Command::Pause);
        probe.send(Command::Resume(file.clone()));
        let resumed = probe.until("the run", |s| s.title == end.title && s.digest.is_some());
        assert_eq!((&resumed.digest, resumed.step, resumed.seed), (&end.digest, end.step, end.seed));
        assert_eq!((&resumed.applied, &resumed.params, &resumed.preset_params), (&end.applied, &end.params, &end.preset_params));
        assert_eq!((&resumed.trials, &resumed.accuracy, &resumed.confusion), (&end.trials, &end.accuracy, &end.confusion));
        probe.send(Command::Run);
        probe.until("what comes after", |s| s.step.0 > end.step.0 + 10_000);
        probe.send(Command::Set(ParamId::RewardRate, 0.05));
        probe.until("more", |s| s.step.0 > end.step.0 + 12_000 && s.applied.len() == 4);
        probe.send(Command::Pause);
        let later = probe.until("a pause", |s| s.digest.is_some() && s.state == RunState::Paused);
        let data = Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
        let mut uninterrupted = Trainer::new(&preset(name), data, 7, None).unwrap();
        uninterrupted.replay(&later.applied, later.step).unwrap();
        assert_eq!(later.digest, Some(uninterrupted.digest().to_string()));

        // the old file is removed after the run is saved in the new one, which belongs to a running process
        let start = std::time::Instant::now();
        while file.exists() && start.elapsed() < crate::PATIENCE {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert!(!file.exists() && own.exists());
        assert_eq!(Rescue::find(folder.path()), None, "the run of another window is not offered");
        probe.session.stop();
        assert_eq!(Rescue::find(folder.path()).unwrap().path, own);
        Rescue::remove(&own);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn unwritable_autosave_path_is_reported_once_and_the_run_continues() {
    let folder = tempfile::tempdir().unwrap();
    // a file in place of the folder: no user can write below it, not even root
    let blocked = folder.path().join("blocked");
    std::fs::write(&blocked, "").unwrap();
    let file = blocked.join("a.autosave");
    let from = folder.path().join("from.autosave");
    kept("mnist-rstdp", &from);
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(Command::Autosave(file.clone()));
    // a resumed run is saved at once
    probe.send(Command::Resume(from.clone()));
    let notice = probe.until_notice("a complaint", |n| matches!(n, Notice::Refused(_)));
    assert!(matches!(notice, Notice::Refused(text) if text.contains(&file.display().to_string()) && text.contains("autosave")));
    let now = probe.until("any", |_| true).step.0;
    probe.until("it goes on", |s| s.step.0 > now + 10_000);
    assert!(from.exists(), "the old file is all there is");
}

#[test]
fn invalid_autosave_is_refused_and_not_offered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.autosave");
    kept("mnist-rstdp", &file);
    let good = std::fs::read(&file).unwrap();
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(10.0));
    probe.send(Command::Pause);
    let before = probe.until("a pause", |s| s.state == RunState::Paused && s.digest.is_some());
    for bytes in [&good[..good.len() / 2], &good[1..], b"", b"SPKSCPE\x01"] {
        std::fs::write(&file, bytes).unwrap();
        let remains = Rescue::look(folder.path());
        assert_eq!(remains.run, None);
        let DamagedRun { path, reason, .. } = remains.damaged.unwrap();
        assert!(path == file && reason.contains("a.autosave: ") && reason.len() > 30, "{reason}");
        probe.notices.clear();
        probe.send(Command::Resume(file.clone()));
        probe.until_notice("a refusal", |n| matches!(n, Notice::NotStarted(text) if text.contains("a.autosave")));
    }
    let after = probe.until("a pause", |s| s.digest.is_some());
    assert_eq!(after.digest, before.digest);
    assert_eq!(Rescue::look(&folder.path().join("nowhere")), Found::default());
    // an older valid file is offered if a newer one is invalid
    let older = folder.path().join("older.autosave");
    std::fs::write(&older, &good).unwrap();
    std::fs::File::options().append(true).open(&older).unwrap().set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert!(!Rescue::look(folder.path()).run.unwrap().closed, "the window was not closed regularly");
    Rescue::mark_closed(&older);
    assert!(Rescue::look(folder.path()).run.unwrap().closed);
    let remains = Rescue::look(folder.path());
    assert_eq!((remains.run.unwrap().path, remains.damaged.unwrap().path), (older.clone(), file.clone()));
    std::fs::write(&file, &good[..good.len() / 2]).unwrap();
    assert!(Rescue::look(folder.path()).damaged.unwrap().reason.contains("a.autosave: "));
    Rescue::remove(&older);
    assert!(std::fs::read_dir(folder.path()).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().starts_with("older")));
}

/// Environment variable that names the file to the process to be killed.
const VICTIM: &str = "SPIKESCOPE_TEST_AUTOSAVE";

/// Not an independent test: the body of the process that the next test kills.
#[test]
fn child_process_to_be_killed() {
    let Some(file) = std::env::var_os(VICTIM) else { return };
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(Command::Autosave(file.into()));
    loop {
        probe.poll();
        probe.send(Command::Set(ParamId::RewardRate, 0.001 + 0.001 * f64::from(std::process::id() % 7)));
        std::thread::sleep(std::time::Duration::from_millis(40));
    }
}

#[test]
fn run_of_a_killed_process_is_resumed_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let file = Rescue::own_file(folder.path());
    let mut victim = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "session::safety::child_process_to_be_killed", "--nocapture"])
        .env(VICTIM, &file)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let start = std::time::Instant::now();
    while !file.exists() {
        assert!(start.elapsed() < std::time::Duration::from_secs(30), "half a minute of work was at risk");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(Rescue::find(folder.path()), None, "it lives");
    victim.kill().unwrap();
    victim.wait().unwrap();
    let found = Rescue::find(folder.path()).unwrap();
    assert!(found.images > 1000);
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(Command::Pause);
    probe.send(Command::Resume(found.path));
    let resumed = probe.until("the run", |s| s.generation == 1 && s.digest.is_some());
    assert!(resumed.applied.len() > 10);
    let data = Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
    let mut uninterrupted = Trainer::new(&preset("mnist-rstdp"), data, 7, None).unwrap();
    uninterrupted.replay(&resumed.applied, resumed.step).unwrap();
    assert_eq!(resumed.digest, Some(uninterrupted.digest().to_string()));
}
