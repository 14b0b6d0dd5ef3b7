//! Time travel: the past is shown exactly, is not changed, and can be forked.

use crate::{Probe, preset, root};
use spikescope::datasets::Data;
use spikescope::experiment::{Applied, Trainer};
use spikescope::files::NewDir;
use spikescope::params::ParamId;
use spikescope::session::{Command, Notice, PutAsideBy, RunState, Snapshot, Speed, StopCondition};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

fn data() -> Arc<Data> {
    static DATA: OnceLock<Arc<Data>> = OnceLock::new();
    Arc::clone(DATA.get_or_init(|| Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap())))
}

/// The digest of the same run computed from its log alone, before the changes at step `step`.
fn replayed(name: &str, applied: &[Applied], snapshot: &Snapshot) -> String {
    let log: Vec<Applied> = applied.iter().filter(|applied| applied.before < snapshot.step).cloned().collect();
    let mut trainer = Trainer::new(&preset(name), data(), 7, None).unwrap();
    trainer.replay(&log, snapshot.step).unwrap();
    trainer.digest().to_string()
}

/// A run of some hundred images with parameter changes and a manual reward, paused within an image.
fn lived(name: &str, images: u64) -> (Probe, Arc<Snapshot>) {
    let mut probe = Probe::start(name, Speed::ModelMsPerSecond(1.0));
    probe.send(Command::Pause);
    probe.send(Command::SetSpeed(Speed::Full));
    let go_on = |probe: &mut Probe, images: u64| {
        probe.send(Command::StopWhen(Some(StopCondition::Image { index: images })));
        probe.send(Command::Run);
        probe.until("some images", |s| s.trial.index + 1 == images && s.state == RunState::Paused && s.digest.is_some());
    };
    go_on(&mut probe, images / 3);
    probe.send(Command::Set(ParamId::RewardRate, 0.01));
    probe.send(Command::StepMs);
    probe.send(Command::Reward(0.5));
    go_on(&mut probe, images / 2);
    probe.send(Command::StepMs);
    probe.send(Command::Set(ParamId::Eta, 0.02));
    probe.send(Command::Set(ParamId::RewardDelay, 10.0));
    go_on(&mut probe, images);
    (0..7).for_each(|_| probe.send(Command::StepMs));
    let end = probe.until("a few steps more", |s| s.trial.elapsed_ms == 7.0 && s.digest.is_some());
    (probe, end)
}

fn look_back(probe: &mut Probe, images: u64) -> Arc<Snapshot> {
    probe.send(Command::LookBack(images));
    probe.until(&format!("image {images}"), |s| {
        s.digest.is_some() && s.looking_back.is_some_and(|back| back.images == images && back.target.is_none())
    })
}

#[test]
fn past_moments_are_shown_exactly_and_the_present_is_kept() {
    for (name, images, moments) in
        [("mnist-rstdp", 450, vec![0, 37, 100, 399, 449, 450, 250, 251]), ("mnist-mozafari-conv", 40, vec![29, 3])]
    {
        let (mut probe, end) = lived(name, images);
        assert_eq!(end.applied.len(), 4);
        for moment in moments {
            let shown = look_back(&mut probe, moment);
            assert_eq!(shown.state, RunState::Paused);
            assert_eq!(shown.digest.clone().unwrap(), replayed(name, &end.applied, &shown), "{name} at image {moment}");
            assert_eq!(shown.trials.last().map_or(0, |trial| trial.index + 1), moment, "the histories are those of the moment");
            assert_eq!(shown.looking_back.unwrap().present_step, end.step);
            assert_eq!(shown.applied.len(), 4, "the whole log is shown");
            assert!(moment == 0 || !shown.spikes.is_empty(), "the image before is there to be looked at");
        }
        probe.send(Command::StepTrial);
        probe.send(Command::StepMs);
        let stepped =
            probe.until("a step within the past", |s| s.trial.elapsed_ms == 1.0 && s.digest.is_some() && s.looking_back.is_some());
        assert_eq!(stepped.digest.clone().unwrap(), replayed(name, &end.applied, &stepped));
        probe.send(Command::BackToPresent);
        let back = probe.until("the present", |s| s.looking_back.is_none());
        assert_eq!((back.step, &back.digest, &back.accuracy, &back.trials), (end.step, &end.digest, &end.accuracy, &end.trials));
        assert_eq!(back.params, end.params);
    }
}

#[test]
fn running_in_the_past_continues_through_the_present() {
    let (mut probe, end) = lived("mnist-rstdp", 300);
    look_back(&mut probe, 120);
    probe.send(Command::Run);
    probe.until("what was never computed before", |s| s.looking_back.is_none() && s.step.0 > end.step.0 + 2000);
    probe.send(Command::Pause);
    probe.send(Command::StepMs);
    let live = probe.until("a pause", |s| s.state == RunState::Paused && s.digest.is_some());
    assert_eq!(live.applied, end.applied);
    assert_eq!(live.digest.clone().unwrap(), replayed("mnist-rstdp", &end.applied, &live));
}

#[test]
fn past_cannot_be_changed_but_forked_with_a_verifiable_record() {
    let (mut probe, end) = lived("mnist-rstdp", 300);
    let shown = look_back(&mut probe, 120);
    for change in [Command::Set(ParamId::TauM, 50.0), Command::Set(ParamId::NNeurons, 100.0), Command::Reward(1.0)] {
        probe.notices.clear();
        probe.send(change);
        probe.until_notice("a refusal", |n| matches!(n, Notice::RefusedInThePast(text) if text.contains("Fork here")));
    }
    let after = look_back(&mut probe, 120);
    assert_eq!((&after.digest, &after.params, &after.applied), (&shown.digest, &shown.params, &end.applied));

    probe.send(Command::ForkHere);
    let fork = probe.until("the fork", |s| s.looking_back.is_none() && s.generation > end.generation);
    assert_eq!((&fork.digest, fork.step), (&shown.digest, shown.step));
    assert!(fork.applied.iter().all(|applied| applied.before < fork.step) && fork.applied.len() < end.applied.len());
    assert_eq!((fork.runs.len(), fork.runs[0].images, &fork.runs[0].accuracy), (1, 300, &end.accuracy));
    assert_eq!(fork.put_aside.as_ref().unwrap().by, PutAsideBy::Fork);
    // a fork records its origin; the original run has none
    assert!(fork.forked_at.is_some() && fork.runs[0].forked_at.is_none() && fork.runs[0].kept);

    probe.send(Command::Set(ParamId::TauM, 50.0));
    probe.send(Command::Run);
    probe.until("a future of its own", |s| s.trial.index > 320);
    probe.send(Command::Pause);
    probe.until("a pause", |s| s.state == RunState::Paused);
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    // while the past is shown, the whole run is saved
    look_back(&mut probe, 100);
    probe.send(Command::SaveRun(NewDir::Named(run.clone())));
    probe.until_notice("where it was saved", |n| matches!(n, Notice::Saved { .. }));
    let replay = std::process::Command::new(env!("CARGO_BIN_EXE_spikescope")).arg("replay").arg(&run).output().unwrap();
    assert!(replay.status.success(), "{}", String::from_utf8_lossy(&replay.stderr));

    probe.send(Command::UndoReset);
    let back = probe.until("the run it left", |s| s.step == end.step && s.digest.is_some());
    assert_eq!((&back.digest, &back.applied, &back.params, &back.accuracy), (&end.digest, &end.applied, &end.params, &end.accuracy));
    let again = look_back(&mut probe, 120);
    assert_eq!(again.digest, shown.digest, "its keyframes are there too");
}

#[test]
fn reset_and_preset_change_are_undone_and_redone_bit_for_bit() {
    let (mut probe, end) = lived("mnist-rstdp", 150);
    for command in [
        Command::Reset { seed: 9 },
        Command::LoadPreset(Box::new(preset("mnist-diehl-cook-100")), 3),
        Command::LoadPreset(Box::new(preset("first-neuron")), 3),
        Command::Set(ParamId::NNeurons, 120.0),
    ] {
        let generation = probe.until("something", |_| true).generation;
        probe.send(command.clone());
        let other = probe.until("another run", |s| s.generation > generation && s.step.0 == 0 && s.digest.is_some());
        let aside = other.put_aside.clone().unwrap();
        assert_eq!((aside.images, aside.seed, aside.title.as_str()), (150, 7, end.title.as_str()), "{command:?}");
        probe.send(Command::UndoReset);
        let back = probe.until("the run before", |s| s.step == end.step && s.digest.is_some());
        assert_eq!((&back.digest, &back.params, back.seed), (&end.digest, &end.params, end.seed), "{command:?}");
        assert_eq!((&back.preset_params, back.setup, &back.title), (&end.preset_params, end.setup, &end.title));
        assert_eq!(
            (&back.applied, &back.accuracy, &back.trials, &back.confusion),
            (&end.applied, &end.accuracy, &end.trials, &end.confusion)
        );
        probe.send(Command::UndoReset);
        let again = probe.until("the other run", |s| s.step.0 == 0 && s.digest.is_some());
        assert_eq!((&again.digest, &again.params, again.seed), (&other.digest, &other.params, other.seed), "{command:?}");
        probe.send(Command::UndoReset);
        probe.until("the run before", |s| s.step == end.step);
    }
    probe.send(Command::StepTrial);
    let on = probe.until("it goes on", |s| s.step > end.step && s.digest.is_some());
    assert_eq!(on.digest.clone().unwrap(), replayed("mnist-rstdp", &end.applied, &on));
    let mut fresh = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(10.0));
    fresh.send(Command::UndoReset);
    fresh.until_notice("a refusal", |n| matches!(n, Notice::Refused(text) if text.contains("earlier run")));
}

#[test]
fn long_replay_reports_progress_and_accepts_commands() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.autosave");
    let (mut first, _) = lived("mnist-rstdp", 2500);
    first.send(Command::Autosave(file.clone()));
    first.send(Command::StepMs);
    first.session.stop();
    // a resumed run has no keyframes, so reaching its end takes a replay of the whole run
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(Command::Pause);
    probe.send(Command::Resume(file));
    probe.until("the run", |s| s.trial.index == 2500);
    probe.send(Command::LookBack(2499));
    probe.until("on its way", |s| s.looking_back.is_some_and(|back| back.target == Some(2499) && back.images > 50));
    probe.send(Command::ForkHere);
    probe.until_notice("not yet", |n| matches!(n, Notice::NotStarted(text) if text.contains("computed")));
    let asked = Instant::now();
    look_back(&mut probe, 10);
    assert!(asked.elapsed() < Duration::from_millis(400), "a new goal took {:?}", asked.elapsed());
    probe.send(Command::LookBack(2499));
    probe.until("on its way again", |s| s.looking_back.is_some_and(|back| back.target.is_some() && back.images > 50));
    let asked = Instant::now();
    probe.session.stop();
    assert!(asked.elapsed() < Duration::from_millis(400), "stopping took {:?}", asked.elapsed());
}

#[test]
fn pause_condition_stops_at_its_exact_step() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1.0));
    probe.send(Command::Pause);
    probe.send(Command::SetSpeed(Speed::Full));
    let stop = |probe: &mut Probe, condition: StopCondition| {
        probe.notices.clear();
        probe.send(Command::StopWhen(Some(condition)));
        probe.send(Command::Run);
        probe.until_notice("why it stopped", |n| matches!(n, Notice::Paused(text) if text.starts_with("paused ")));
        probe.until("a pause", |s| s.state == RunState::Paused && s.digest.is_some())
    };
    let timed = stop(&mut probe, StopCondition::ModelTime { ms: 333.0 });
    assert_eq!((timed.step.0, timed.stop_when), (333, None));
    let image = stop(&mut probe, StopCondition::Image { index: 5 });
    assert_eq!((image.step.0, image.trials.len()), (5 * 250, 5));
    let said = probe.notices.iter().any(|n| matches!(n, Notice::Paused(text) if text.ends_with("1,250 ms, image 5")));
    assert!(said, "{:?}", probe.notices);
    for right in [true, false, true] {
        let answered = stop(&mut probe, StopCondition::Answered { right });
        assert_eq!((answered.trial.answer == Some(answered.trial.label), answered.trial.elapsed_ms), (right, 250.0));
        assert_eq!(answered.stop_when, Some(StopCondition::Answered { right }), "it can happen again");
    }
    // the first spike of a neuron that fires in the image, found again in the past
    probe.send(Command::StopWhen(None));
    let before = probe.until("nothing waited for", |s| s.stop_when.is_none());
    probe.send(Command::StepTrial);
    let shown = probe.until("an image", |s| s.step.0 == before.step.0 + 250 && s.digest.is_some());
    let spike = *shown.spikes.iter().find(|s| s.layer == spikescope::session::Layer::Output && s.step >= before.step.0).unwrap();
    look_back(&mut probe, before.step.0 / 250);
    let fired = stop(&mut probe, StopCondition::FirstSpike { neuron: spike.neuron });
    assert_eq!(fired.step.0, spike.step + 1, "after the step of the spike");
    assert!(fired.looking_back.is_some());
    probe.send(Command::BackToPresent);
    let good = stop(&mut probe, StopCondition::Accuracy { at_least: 0.4 });
    assert!(good.accuracy.len() >= 50 && good.trials.len() == 500);
    assert_eq!(good.trials.iter().filter(|t| t.answer == Some(t.label)).count(), 200, "at the first moment at which it holds");
    // the run is unchanged
    assert!(good.applied.is_empty());
    assert_eq!(good.digest.clone().unwrap(), replayed("mnist-rstdp", &[], &good));
    for refused in [
        StopCondition::Image { index: 3 },
        StopCondition::FirstSpike { neuron: 400 },
        StopCondition::Accuracy { at_least: 1.5 },
        StopCondition::ModelTime { ms: 1.0 },
    ] {
        probe.notices.clear();
        probe.send(Command::StopWhen(Some(refused)));
        probe.until_notice("a refusal", |n| matches!(n, Notice::Refused(_)));
    }
}

#[test]
fn images_opened_in_the_past_use_the_parameters_of_the_present() {
    let (mut probe, end) = lived("mnist-rstdp", 150);
    let back = look_back(&mut probe, 20);
    assert_ne!(back.params, end.params);
    let again = spikescope::session::OpenedData { folder: root("data/mnist"), data: data() };
    probe.send(Command::UseData(again));
    let restarted = probe.until("the preset starts again", |s| s.generation > end.generation && s.looking_back.is_none());
    assert_eq!((restarted.trial.index, &restarted.params), (0, &end.params));
    assert_eq!(restarted.put_aside.as_ref().map(|run| (run.by, run.images)), Some((PutAsideBy::Data, 150)));
}

#[test]
fn past_image_is_stepped_completely_where_the_log_changes_its_length() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1.0));
    probe.send(Command::Pause);
    let step = |probe: &mut Probe, images: u64| {
        probe.send(Command::StepTrial);
        probe.until("an image", |s| s.trials.len() as u64 == images && s.state == RunState::Paused && s.digest.is_some())
    };
    for images in 1..=3 {
        step(&mut probe, images);
    }
    probe.send(Command::Set(ParamId::PresentMs, 500.0));
    let end = step(&mut probe, 4);
    assert_eq!(end.trial.duration_ms, 500.0);
    let before = look_back(&mut probe, 3);
    // one more image, so that the present is not reached
    probe.send(Command::BackToPresent);
    step(&mut probe, 5);
    look_back(&mut probe, 3);
    let after = step(&mut probe, 4);
    assert_eq!((after.step.0 - before.step.0, &after.digest), (500, &end.digest));
    assert!(after.looking_back.is_some());
}
