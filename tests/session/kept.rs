//! Replaced runs are kept and can be restored, also after further replacements.

use super::super::Probe;
use spikescope::session::{Command, Notice, RunState, Speed};

#[test]
fn long_run_is_kept_when_a_short_one_is_replaced() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.until("a long run", |s| s.trial.index > 400);
    probe.send(Command::Pause);
    let long = probe.until("a pause", |s| s.state == RunState::Paused && s.digest.is_some());
    // two resets with one image in between: the second reset replaces the kept short run
    probe.send(Command::Reset { seed: 1 });
    probe.send(Command::StepTrial);
    probe.until("an image", |s| s.run_id != long.run_id && s.trial.answer.is_some());
    probe.send(Command::Reset { seed: 2 });
    let fresh = probe.until("a third run", |s| s.seed == 2 && s.step.0 == 0);
    assert_eq!(fresh.put_aside.as_ref().unwrap().images, 1);
    let run = fresh.runs.iter().find(|run| run.id == long.run_id).unwrap();
    assert!(run.kept && run.images > 400);
    probe.send(Command::GoBackTo(run.id));
    let back = probe.until("the long run", |s| s.run_id == long.run_id && s.digest.is_some());
    assert_eq!((&back.digest, back.step), (&long.digest, long.step));
    // the restored run continues, and the replaced one can be restored in turn
    assert_eq!((back.put_aside.as_ref().unwrap().seed, back.put_aside.as_ref().unwrap().images), (2, 0));
    probe.send(Command::StepTrial);
    probe.until("one image more", |s| s.run_id == long.run_id && s.step > long.step && s.state == RunState::Paused);
    probe.send(Command::GoBackTo(99));
    probe.until_notice("a refusal", |n| matches!(n, Notice::Refused(text) if text.contains("kept")));
}
