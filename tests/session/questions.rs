//! Questions to a running session: why an answer, what a drawing would get. Asking changes nothing; teaching is recorded.

use crate::{Command, ParamId, Probe, RunState, Speed, Trainer, Watch, preset, root};
use spikescope::session::{Asked, Moment, Notice, Picture, Whom};
use std::sync::Arc;

fn watching(asked: Asked) -> Command {
    Command::Watch(Watch { why: Some(asked), eligibility: true, ..Watch::default() })
}

#[test]
fn whoever_pauses_and_asks_why_is_told_and_the_terms_sum_to_the_potential() {
    for name in ["mnist-rstdp", "mnist-gabor-rstdp-128"] {
        let mut probe = Probe::start(name, Speed::ModelMsPerSecond(1000.0));
        probe.send(Command::Pause);
        probe.until("paused", |s| s.state == RunState::Paused);
        probe.send(Command::StepTrial);
        let shown = probe.until("an image", |s| s.state == RunState::Paused && s.trial.answer.is_some());
        assert!(shown.why.is_none(), "nobody asked");
        probe.send(watching(Asked::default()));
        let told = probe.until("an explanation", |s| matches!(s.why.as_deref(), Some(Ok(_))));
        let Some(Ok(why)) = told.why.as_deref() else { unreachable!() };
        assert_eq!((why.index, why.answer, why.side.class), (told.trial.index, told.trial.answer, told.trial.answer), "{name}");
        assert!((why.side.terms.v_mv() - why.side.simulated_mv).abs() < 1e-3, "{name}");
        assert!(why.rival.is_some());
        assert_eq!(told.digest, shown.digest, "asking changes nothing");
        assert!(told.eligibility.as_ref().is_some_and(|e| e.w.iter().any(|&e| e != 0.0) && e.n_post == told.weights.n_post), "{name}");
        probe.send(watching(Asked { whom: Whom::Neuron(3), moment: Moment::Now }));
        let told = probe.until("another", |s| matches!(s.why.as_deref(), Some(Ok(why)) if why.side.neuron == 3));
        let Some(Ok(why)) = told.why.as_deref() else { unreachable!() };
        assert!((why.side.terms.v_mv() - why.side.simulated_mv).abs() < 1e-3, "{name}");
        probe.send(Command::Watch(Watch::default()));
        probe.until("silence", |s| s.why.is_none());
    }
}

#[test]
fn at_full_speed_with_the_view_open_explanations_follow_and_never_hold_it_up() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(watching(Asked::default()));
    probe.until("an explanation", |s| matches!(s.why.as_deref(), Some(Ok(_))));
    let first = probe.until("many images", |s| s.trial.index > 300);
    let Some(Ok(_)) = first.why.as_deref() else { panic!("kept while images are computed unseen: {:?}", first.why) };
}

#[test]
fn a_drawing_is_answered_without_touching_the_run() {
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
    assert!(answered.applied.is_empty(), "a look is no change");
    probe.send(Command::Probe(vec![0; 100]));
    probe.until_notice("a refusal", |n| matches!(n, Notice::Refused(text) if text.contains("100 pixels")));
}

#[test]
fn a_taught_drawing_is_shown_next_recorded_and_replayed_bit_for_bit() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(20_000.0));
    probe.until("some images", |s| s.trial.index > 5);
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
