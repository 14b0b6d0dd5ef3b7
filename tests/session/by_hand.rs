//! Manual rewards: every image waits for its reward, the reward applies to the answered image, and a replay of the log is
//! identical.

use crate::{Probe, preset, root};
use spikescope::experiment::Trainer;
use spikescope::files::NewDir;
use spikescope::params::ParamId;
use spikescope::session::{Command, Notice, RunState, Snapshot, Speed};
use std::sync::Arc;
use std::time::Duration;

const PRESET: &str = "mnist-rstdp";

fn by_hand(speed: Speed) -> Probe {
    let mut probe = Probe::start(PRESET, Speed::ModelMsPerSecond(1.0));
    probe.send(Command::Pause);
    probe.send(Command::Set(ParamId::RewardMode, 1.0));
    probe.send(Command::SetSpeed(speed));
    probe.until("by hand", |s| s.params.choice(ParamId::RewardMode) == "by hand" && s.state == RunState::Paused);
    probe
}

fn waits(snapshot: &Snapshot, image: u64) -> bool {
    snapshot.trial.awaits_reward && snapshot.trial.index == image
}

/// The digest of the same run replayed from its log alone.
fn replayed(snapshot: &Snapshot) -> String {
    let data = Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
    let mut trainer = Trainer::new(&preset(PRESET), data, 7, None).unwrap();
    trainer.replay(&snapshot.applied, snapshot.step).unwrap();
    trainer.digest().to_string()
}

#[test]
fn run_stops_for_manual_reward_with_the_answer_displayed_at_every_speed() {
    for speed in [Speed::Full, Speed::ModelMsPerSecond(100_000.0), Speed::ModelMsPerSecond(2_000.0)] {
        let mut probe = by_hand(speed);
        probe.send(Command::Run);
        for (image, reward) in [1.0, 0.0, -1.0, 1.0].into_iter().enumerate() {
            let seen = probe.until("the run stops for the reward", |s| waits(s, image as u64));
            assert_eq!((seen.state.clone(), seen.trial.reward), (RunState::Running, None));
            assert!(!seen.spikes.is_empty() && seen.window_end == seen.step, "the image is displayed");
            let step = seen.step;
            std::thread::sleep(Duration::from_millis(60));
            probe.poll();
            assert_eq!(probe.last.as_ref().unwrap().step, step, "it waits as long as it takes");
            probe.send(Command::Reward(reward));
            let shown = probe.until("the run continues", |s| s.trials.len() == image + 1);
            assert_eq!(shown.trials[image].reward, Some(f64::from(reward)), "{speed:?}");
            let given = shown.given.unwrap();
            assert_eq!((given.image, given.reward, given.answer), (image as u64, reward, Some(shown.trials[image].answer)));
        }
        probe.send(Command::Pause);
        let end = probe.until("paused", |s| s.state == RunState::Paused && s.digest.is_some());
        assert_eq!(Some(replayed(&end)), end.digest, "{speed:?}");
    }
}

#[test]
fn steps_pause_mode_reset_and_time_travel_end_the_wait() {
    let mut probe = by_hand(Speed::Full);
    probe.send(Command::StepTrial);
    probe.until("the first image", |s| waits(s, 0) && s.state == RunState::Paused);
    // a step continues without a reward
    probe.send(Command::StepTrial);
    let second = probe.until("the second", |s| waits(s, 1) && s.state == RunState::Paused);
    assert_eq!(second.trials[0].reward, None);
    probe.send(Command::Reward(1.0));
    probe.send(Command::Reward(-1.0));
    let given = probe.until("the reward is reported", |s| s.given.is_some_and(|given| given.reward == -1.0));
    assert_eq!(given.given.unwrap().answer, Some(given.trial.answer));
    probe.send(Command::StepMs);
    let third = probe.until("rewarded", |s| s.trials.len() == 2);
    assert_eq!(third.trials[1].reward, Some(-1.0), "the last one given counts");
    probe.send(Command::Run);
    let waiting = probe.until("the third", |s| waits(s, 2) && s.state == RunState::Running);
    probe.send(Command::Pause);
    let paused = probe.until("paused", |s| s.state == RunState::Paused && s.digest.is_some());
    assert_eq!((paused.step, Some(replayed(&paused))), (waiting.step, paused.digest.clone()));
    probe.send(Command::LookBack(1));
    probe.until("the past", |s| s.looking_back.is_some_and(|back| back.target.is_none() && back.images == 1));
    probe.send(Command::Run);
    let back = probe.until("the present", |s| s.looking_back.is_none());
    assert_eq!((back.step, waits(&back, 2)), (waiting.step, true), "the past comes up to the waiting present");
    // automatic rewards do not stop the run
    probe.send(Command::Set(ParamId::RewardMode, 0.0));
    probe.send(Command::Run);
    probe.until("on its own", |s| s.trial.index > 20);
    probe.send(Command::Set(ParamId::RewardMode, 1.0));
    let again = probe.until("it waits again", |s| s.trial.awaits_reward);
    assert!(again.trials[2].reward.is_some(), "the mode was changed while it waited");
    probe.send(Command::Reset { seed: 8 });
    probe.until("after a reset, too", |s| s.seed == 8 && waits(s, 0));
    probe.send(Command::UndoReset);
    let undone = probe.until("the run before", |s| s.seed == 7 && s.trial.awaits_reward);
    probe.send(Command::Pause);
    let undone = probe.until("paused", |s| s.step == undone.step && s.digest.is_some());
    assert_eq!(Some(replayed(&undone)), undone.digest);
}

#[test]
fn late_reward_is_refused_with_the_remedy() {
    let mut probe = Probe::start(PRESET, Speed::ModelMsPerSecond(100.0));
    probe.send(Command::Pause);
    probe.until("paused", |s| s.state == RunState::Paused);
    probe.send(Command::StepTrial);
    probe.until("an image", |s| s.trials.len() == 1);
    probe.send(Command::Reward(1.0));
    let refused = probe.until_notice("too late", |notice| matches!(notice, Notice::Refused(_)));
    assert!(matches!(refused, Notice::Refused(text) if text.contains("image 1 ") && text.contains("By hand")));
    assert!(probe.last.as_ref().unwrap().applied.is_empty(), "what was refused is not recorded");
    // at speeds at which single images cannot be recognised, the reward is applied to the next image
    probe.send(Command::SetSpeed(Speed::Full));
    probe.send(Command::Run);
    probe.until("fast", |s| s.trial.index > 20);
    probe.send(Command::Reward(0.25));
    let given = probe.until("given", |s| s.given.is_some_and(|given| given.answer.is_some()));
    let image = given.given.unwrap().image;
    let rewarded = probe.until("its record", |s| s.trials.iter().any(|trial| trial.index == image));
    assert_eq!(rewarded.trials.iter().find(|trial| trial.index == image).unwrap().reward, Some(0.25));
}

#[test]
fn run_saved_while_waiting_is_verified_and_resumed_headless() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut probe = by_hand(Speed::Full);
    probe.send(Command::Run);
    probe.until("the first", |s| waits(s, 0));
    probe.send(Command::Reward(1.0));
    probe.until("the second", |s| waits(s, 1));
    probe.send(Command::Set(ParamId::Eta, 0.02));
    probe.send(Command::SaveRun(NewDir::Named(run.clone())));
    probe.until_notice("saved", |notice| matches!(notice, Notice::Saved { .. }));
    let replay = std::process::Command::new(env!("CARGO_BIN_EXE_spikescope")).arg("replay").arg(&run).output().unwrap();
    assert!(replay.status.success(), "{}", String::from_utf8_lossy(&replay.stderr));
}
