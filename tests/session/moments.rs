//! The contents of a snapshot are consistent at every speed.

use super::super::Probe;
use spikescope::params::ParamId;
use spikescope::session::{Asked, Command, ImageOnset, RunState, Snapshot, Speed, StopCondition, Watch};

fn onset(s: &Snapshot) -> u64 {
    s.step.0 - (s.trial.elapsed_ms / s.dt_ms).round() as u64
}

#[test]
fn after_full_speed_spikes_and_traces_are_those_of_the_image_shown() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(Command::Watch(Watch { potentials: vec![3], why: Some(Asked::default()), ..Watch::default() }));
    for round in 1..=12_u64 {
        probe.until("images", |s| s.state == RunState::Running && s.trial.index > 50 * round);
        probe.send(Command::Pause);
        let s = probe.until("paused", |s| s.state == RunState::Paused);
        let trace = &s.potentials[0].v_mv;
        assert_eq!(s.window_start.0 + trace.len() as u64, s.step.0, "round {round}: the record ends now");
        assert!(s.window_start.0 <= onset(&s) && !s.spikes.is_empty(), "round {round}: the image is whole");
        let index = s.trial.index;
        probe.until("why", |s| {
            s.trial.index == index && s.why.as_deref().is_some_and(|why| why.as_ref().is_ok_and(|why| why.index == index))
        });
        probe.send(Command::Run);
    }
}

#[test]
fn trial_of_a_pause_condition_is_recorded_at_full_speed() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(Command::Watch(Watch { potentials: vec![3], why: Some(Asked::default()), ..Watch::default() }));
    let learnt = probe.until("images", |s| s.trial.index > 1200);
    let conditions = [
        StopCondition::Accuracy { at_least: 0.35 },
        StopCondition::Answered { right: false },
        StopCondition::Image { index: learnt.trial.index + 3000 },
        StopCondition::ModelTime { ms: (learnt.step.0 as f64 + 1_500_123.0) * learnt.dt_ms },
    ];
    for condition in conditions {
        probe.send(Command::StopWhen(Some(condition)));
        probe.send(Command::Run);
        let s = probe.until("the stop", |s| s.state == RunState::Paused);
        let trace = &s.potentials[0].v_mv;
        assert_eq!(s.window_start.0 + trace.len() as u64, s.step.0, "{condition:?}: the record ends now");
        assert!(s.window_start.0 <= onset(&s) && !s.spikes.is_empty(), "{condition:?}: the image is whole");
        probe.send(Command::StopWhen(None));
        probe.send(Command::Run);
        probe.until("it goes on", |s| s.state == RunState::Running);
    }
}

#[test]
fn history_contains_the_onset_of_each_image() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1000.0));
    probe.send(Command::Pause);
    probe.send(Command::Watch(Watch { history: 3, ..Watch::default() }));
    // to the end of the image in progress, and four more images
    for _ in 0..5 {
        probe.send(Command::StepTrial);
    }
    let s = probe.until("five images", |s| s.trial.index == 4 && s.trial.elapsed_ms >= s.trial.duration_ms);
    let steps = (s.trial.duration_ms / s.dt_ms).round() as u64;
    let expected: Vec<_> = [2, 3, 4].map(|index| ImageOnset { step: index * steps, index }).to_vec();
    assert_eq!(s.onsets.to_vec(), expected, "three images of history, {steps} steps each");
}

/// Asserts that the snapshot shows one completely recorded image of this length in ms.
fn assert_whole_image(s: &Snapshot, ms: f64) {
    assert_eq!((s.trial.elapsed_ms, s.trial.duration_ms), (ms, ms));
    assert!(s.trial.answer.is_some(), "{ms} ms: the image is answered");
    assert!(s.window_start.0 <= onset(s), "{ms} ms: the record begins at step {}, the image at {}", s.window_start.0, onset(s));
    assert_eq!(s.potentials[0].v_mv.len() as u64, s.step.0 - s.window_start.0, "{ms} ms");
}

#[test]
fn image_lengthened_while_paused_is_stepped_and_recorded_completely() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1.0));
    probe.send(Command::Watch(Watch { potentials: vec![3], spikes: true, ..Watch::default() }));
    probe.send(Command::Pause);
    // before the first image, between two images, and while one is shown
    for (ms, steps) in [(400.0, 0), (600.0, 0), (900.0, 0), (150.0, 0), (700.0, 3)] {
        let begun = probe.until("paused", |s| s.state == RunState::Paused);
        if steps > 0 || begun.trial.elapsed_ms > 0.0 && begun.trial.elapsed_ms < begun.trial.duration_ms {
            (0..steps).for_each(|_| probe.send(Command::StepMs));
            probe.send(Command::Set(ParamId::PresentMs, ms));
            probe.send(Command::StepTrial);
            let before = probe.until("the image in progress", |s| s.params.get(ParamId::PresentMs) == ms && s.trial.answer.is_some());
            assert_ne!(before.trial.duration_ms, ms, "the image in progress keeps its length");
        }
        let from = probe.last.as_ref().map_or(0, |s| s.step.0);
        probe.send(Command::Set(ParamId::PresentMs, ms));
        probe.send(Command::StepTrial);
        let s = probe.until("an image", |s| s.state == RunState::Paused && s.step.0 > from && s.params.get(ParamId::PresentMs) == ms);
        assert_eq!(s.step.0 - from, ms as u64, "{ms} ms");
        assert_whole_image(&s, ms);
    }
}
