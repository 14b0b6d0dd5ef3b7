//! Explanations and drawings in a running session: testing changes nothing; training on a drawing is recorded.

use crate::{Command, ParamId, Probe, RunState, Speed, Trainer, Watch, preset, root};
use spikescope::experiment::Readout;
use spikescope::session::{Asked, Moment, Notice, Picture, StopCondition, Whom};
use std::sync::Arc;

fn watching(asked: Asked) -> Command {
    Command::Watch(Watch { why: Some(asked), eligibility: true, ..Watch::default() })
}

#[test]
fn explanation_while_paused_sums_to_the_potential() {
    for name in ["mnist-rstdp", "mnist-gabor-rstdp-128"] {
        let mut probe = Probe::start(name, Speed::ModelMsPerSecond(1000.0));
        probe.send(Command::Pause);
        probe.until("paused", |s| s.state == RunState::Paused);
        probe.send(Command::StepTrial);
        let shown = probe.until("an image", |s| s.state == RunState::Paused && s.trial.answer.is_some());
        assert!(shown.why.is_none(), "no explanation was requested");
        probe.send(watching(Asked::default()));
        let explained = probe.until("an explanation", |s| matches!(s.why.as_deref(), Some(Ok(_))));
        let Some(Ok(why)) = explained.why.as_deref() else { unreachable!() };
        assert_eq!(
            (why.index, why.answer, why.side.class),
            (explained.trial.index, explained.trial.answer, explained.trial.answer),
            "{name}"
        );
        assert!((why.side.terms.v_mv() - why.side.simulated_mv).abs() < 1e-3, "{name}");
        assert!(why.rival.is_some());
        assert_eq!(explained.digest, shown.digest, "an explanation has no side effect");
        assert!(
            explained.eligibility.as_ref().is_some_and(|e| e.w.iter().any(|&e| e != 0.0) && e.n_post == explained.weights.n_post),
            "{name}"
        );
        probe.send(watching(Asked { whom: Whom::Neuron(3), moment: Moment::Now }));
        let explained = probe.until("another", |s| matches!(s.why.as_deref(), Some(Ok(why)) if why.side.neuron == 3));
        let Some(Ok(why)) = explained.why.as_deref() else { unreachable!() };
        assert!((why.side.terms.v_mv() - why.side.simulated_mv).abs() < 1e-3, "{name}");
        probe.send(Command::Watch(Watch::default()));
        probe.until("silence", |s| s.why.is_none());
    }
}

#[test]
fn explanations_at_full_speed_do_not_slow_the_run() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(watching(Asked::default()));
    probe.until("an explanation", |s| matches!(s.why.as_deref(), Some(Ok(_))));
    let first = probe.until("many images", |s| s.trial.index > 300);
    let Some(Ok(_)) = first.why.as_deref() else { panic!("kept while images are computed unseen: {:?}", first.why) };
}

#[test]
fn drawing_is_classified_without_changing_the_run() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.until("some images", |s| s.trial.index > 200);
    probe.send(Command::Pause);
    let paused = probe.until("paused", |s| s.state == RunState::Paused && s.digest.is_some());
    probe.send(Command::Probe(paused.trial.image.to_vec()));
    let answered = probe.until("an answer", |s| s.probed.is_some());
    let probed = answered.probed.as_ref().unwrap();
    assert_eq!((probed.pixels.len(), probed.votes.len(), probed.after_images), (784, 10, answered.trial.index + 1));
    assert!(probed.spikes > 0 && probed.first.is_some());
    assert_eq!(answered.digest, paused.digest);
    assert!(answered.applied.is_empty(), "a test is not recorded as a change");
    probe.send(Command::Probe(vec![0; 100]));
    probe.until_notice("a refusal", |n| matches!(n, Notice::Refused(text) if text.contains("100")));
}

#[test]
fn taught_drawing_is_shown_next_recorded_and_replayed_bit_for_bit() {
    // slow enough to record the trial
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1_500.0));
    probe.until("some images", |s| s.trial.index > 3);
    let picture = Picture { label: 4, pixels: (0..784_u32).map(|i| if (i % 28).abs_diff(14) < 3 { 255 } else { 0 }).collect() };
    probe.send(Command::Teach(picture.clone()));
    let taught = probe.until("the drawing", |s| s.trial.drawn);
    assert_eq!((taught.trial.label, taught.trial.image.to_vec()), (4, picture.pixels.clone()));
    probe.until("what follows", |s| !s.trial.drawn && s.trial.index > taught.trial.index + 3);
    probe.send(Command::Teach(Picture { label: 10, ..picture }));
    probe.until_notice("a refusal", |n| matches!(n, Notice::Refused(text) if text.contains("class 10")));
    probe.send(Command::Set(ParamId::Eta, 0.02));
    probe.send(Command::Pause);
    probe.send(Command::StepMs);
    let end = probe.until("the end", |s| s.digest.is_some() && s.applied.len() == 2);
    let data = Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
    let mut replay = Trainer::new(&preset("mnist-rstdp"), data, 7, None).unwrap();
    replay.replay(&end.applied, end.step).unwrap();
    assert_eq!(Some(replay.digest().to_string()), end.digest);
    let mut without = Trainer::new(&preset("mnist-rstdp"), Arc::clone(replay.data()), 7, None).unwrap();
    without.replay(&end.applied[1..], end.step).unwrap();
    assert_ne!(Some(without.digest().to_string()), end.digest, "it is the drawing that makes it equal");
}

#[test]
fn history_length_is_as_chosen_and_its_limit_is_reported() {
    let mut probe = Probe::start("mnist-diehl-cook-1600", Speed::ModelMsPerSecond(1000.0));
    probe.send(Command::Pause);
    probe.send(Command::Watch(Watch { history: 3, ..Watch::default() }));
    let image = probe.until("paused", |s| s.state == RunState::Paused).window_ms;
    for k in 1..=5 {
        probe.send(Command::StepTrial);
        probe.until("an image", |s| s.trials.len() == k);
    }
    let three = probe.until("three images", |s| s.state == RunState::Paused);
    let known = |s: &spikescope::session::Snapshot| (s.step.0 - s.window_start.0) as f64 * s.dt_ms;
    let kept = (3.0 * image).min(three.history_limit_ms);
    assert!((known(&three) - kept).abs() < 1.0, "{} of {kept}", known(&three));
    assert_eq!(three.potentials[0].v_mv.len() as u64, three.step.0 - three.window_start.0);
    assert!(three.spikes.iter().any(|s| s.step < three.window_start.0 + 30), "spikes from its beginning");
    assert!(three.history_limit_ms < 20.0 * image, "a thousand neurons for twenty images are too many");
    probe.send(Command::Watch(Watch { history: 20, ..Watch::default() }));
    (6..=12).for_each(|k| {
        probe.send(Command::StepTrial);
        probe.until("an image", |s| s.trials.len() == k);
    });
    let many = probe.until("many images", |s| s.state == RunState::Paused);
    assert!((known(&many) - many.history_limit_ms).abs() < 1.0, "{} of {}", known(&many), many.history_limit_ms);
}

#[test]
fn intervals_and_silence_of_the_inspected_neuron_are_reported() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1000.0));
    probe.send(Command::Pause);
    probe.until("paused", |s| s.state == RunState::Paused);
    for k in 1..=3 {
        probe.send(Command::StepTrial);
        probe.until("an image", |s| s.trials.len() == k);
    }
    let seen = probe.until("three images", |s| s.state == RunState::Paused);
    let fired: Vec<u32> = seen.spikes.iter().filter(|s| s.layer == crate::Layer::Output).map(|s| s.neuron).collect();
    let busy = *fired.iter().max_by_key(|&&j| fired.iter().filter(|&&other| other == j).count()).unwrap();
    let own: Vec<u64> = seen.spikes.iter().filter(|s| s.layer == crate::Layer::Output && s.neuron == busy).map(|s| s.step).collect();
    probe.send(Command::Watch(Watch { inspected: Some(busy), ..Watch::default() }));
    let selected = probe.until("statistics of the neuron", |s| s.habit.as_ref().is_some_and(|habit| habit.neuron == busy));
    let habit = selected.habit.as_ref().unwrap();
    assert_eq!((habit.images, habit.silent_images), (3, 0));
    // the snapshot holds the spikes of the last image: its intervals are the last ones in the histogram
    let last: Vec<f32> = own.windows(2).map(|pair| (pair[1] - pair[0]) as f32).collect();
    assert!(!last.is_empty() && habit.intervals_ms.ends_with(&last), "{last:?} in {:?}", habit.intervals_ms);
}

#[test]
fn displayed_votes_are_those_of_the_answer_after_a_class_change() {
    let data = Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
    let new = || Trainer::new(&preset("mnist-diehl-cook-100"), Arc::clone(&data), 7, None).unwrap();
    let mut trainer = new();
    let mut changed = 0;
    for _ in 0..150 {
        let before = trainer.readout().class_of().to_vec();
        let answer = trainer.train_image().unwrap().answer;
        changed += usize::from(trainer.readout().class_of() != before);
        assert_eq!(Readout::answer(&trainer.votes()), answer, "image {}", trainer.images_done());
        if trainer.images_done() == 50 {
            // no neuron had a class; from now on their spikes are votes
            let of_later_classes = trainer.readout().votes(trainer.network().counts());
            assert!(answer.is_none() && Readout::answer(&of_later_classes).is_some());
            let mut restored = new();
            restored.restore(&trainer.save()).unwrap();
            assert_eq!(Readout::answer(&restored.votes()), None, "no neuron has a class any more");
        }
    }
    assert_eq!(changed, 3);

    let mut probe = Probe::start("mnist-diehl-cook-100", Speed::Full);
    probe.send(Command::StopWhen(Some(StopCondition::Image { index: 100 })));
    let shown = probe.until("image 100", |s| s.state == RunState::Paused && s.trial.index == 99).trial.clone();
    assert_eq!(Readout::answer(&shown.votes), shown.answer);
    trainer = new();
    while trainer.images_done() < 100 {
        trainer.train_image().unwrap();
    }
    assert_eq!((shown.votes, shown.answer), (trainer.votes(), trainer.trial().outcome.unwrap().answer));
}
