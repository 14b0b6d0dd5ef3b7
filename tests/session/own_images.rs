//! A described network that learns from images, in the window: quantities by path at once and by a new network, undo, replay.

use crate::{Probe, root};
use spikescope::experiment::Trainer;
use spikescope::model::{Path, Value};
use spikescope::preset::Preset;
use spikescope::session::{Aspect, Command, Launch, Notice, RunState, Session, Snapshot, Speed, StopCondition};

const TEXT: &str = r#"Preset(
    schema: 2,
    title: "Own",
    network: (
        dt: "1 ms",
        populations: {
            "image": (shape: (28, 28), model: Image()),
            "output": (size: 20, model: CompetingLif()),
        },
        projections: {
            "image->output": (wiring: AllToAll, weight: Uniform("0 mV", "0.3 mV"), delay: "0 ms", norm: "40 mV", rule: TrialRStdp()),
        },
    ),
    task: Classify(present: "50 ms"),
)"#;

pub(super) fn preset() -> Preset {
    Preset::parse(TEXT, std::path::Path::new("own.ron")).unwrap()
}

pub(super) fn start() -> Probe {
    let launch = Launch { preset: preset(), data_dir: root("data/mnist"), seed: 7, speed: Speed::ModelMsPerSecond(1.0) };
    Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() }
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn value(snapshot: &Snapshot, at: &str) -> Value {
    snapshot.quantities.as_ref().unwrap().entry(&path(at)).unwrap().value.clone()
}

pub(super) fn after(probe: &mut Probe, images: u64) -> std::sync::Arc<Snapshot> {
    probe.send(Command::StopWhen(Some(StopCondition::Image { index: images })));
    probe.send(Command::SetSpeed(Speed::Full));
    probe.send(Command::Run);
    probe.until("the images", |s| s.state == RunState::Paused && s.step.0 >= images * 50 && s.digest.is_some())
}

#[test]
fn a_described_network_learns_from_images_in_the_session() {
    let mut probe = start();
    probe.send(Command::Pause);
    let shown = probe.until("paused", |s| s.state == RunState::Paused && s.quantities.is_some());
    for aspect in [Aspect::Answers, Aspect::Layers, Aspect::Competition, Aspect::Weights, Aspect::Reward] {
        assert!(shown.shows(aspect), "{aspect:?}");
    }
    assert_eq!(shown.network.parts.iter().map(|part| part.size).collect::<Vec<_>>(), [784, 20]);
    let names: Vec<_> = shown.network.parts.iter().map(|part| (part.name.as_str(), part.model.as_str())).collect();
    assert_eq!(names, [("image", "poisson code"), ("output", "CompetingLif")]);
    let link = &shown.network.links[0];
    assert!(link.rule.as_deref() == Some("TrialRStdp") && link.modulated && link.weight.is_some(), "{link:?}");
    // at once
    after(&mut probe, 20);
    probe.send(Command::SetPath(path("output.v_th"), Value::Number(-53.0)));
    probe.send(Command::SetPath(path("image->output.norm"), Value::Number(30.0)));
    let changed = probe.until("the changes", |s| value(s, "image->output.norm") == Value::Number(30.0));
    assert_eq!((value(&changed, "output.v_th"), changed.applied.len()), (Value::Number(-53.0), 2));
    // the Network view states the inhibition in force
    probe.send(Command::SetPath(path("output.inhibition"), Value::Number(77.0)));
    probe.until("the inhibition", |s| s.network.links.iter().any(|link| link.kind.contains("77 mV")));
    probe.send(Command::SetPath(path("output.inhibition"), Value::Number(120.0)));
    probe.until("the inhibition of before", |s| s.network.links.iter().any(|link| link.kind.contains("120 mV")));
    assert_eq!(
        changed.quantities.as_ref().unwrap().entries.iter().filter(|e| changed.quantities.as_ref().unwrap().is_changed(e)).count(),
        2
    );
    let end = after(&mut probe, 40);
    // the log determines the run
    let data = std::sync::Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
    let mut again = Trainer::new(&preset(), data, 7, None).unwrap();
    again.replay(&end.applied, end.step).unwrap();
    assert_eq!(Some(again.digest().to_string()), end.digest);
    // a new network
    probe.send(Command::SetPath(path("output.size"), Value::Number(30.0)));
    let rebuilt = probe.until("a new network", |s| s.network.parts.last().is_some_and(|part| part.size == 30));
    assert_eq!((value(&rebuilt, "output.v_th"), rebuilt.step.0), (Value::Number(-53.0), 0));
    // refused in one sentence
    probe.send(Command::SetPath(path("output.v_th"), Value::Number(-80.0)));
    let start = std::time::Instant::now();
    while !probe.notices.iter().any(|notice| matches!(notice, Notice::Refused(text) if text.contains("v_th"))) {
        probe.poll();
        assert!(start.elapsed() < crate::PATIENCE, "{:?}", probe.notices);
    }
}

/// The digest of the same run computed from its description and log alone.
fn replayed(snapshot: &Snapshot, log: &[spikescope::session::Applied]) -> String {
    let data = std::sync::Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
    let mut trainer = Trainer::new(&preset(), data, 7, None).unwrap();
    let log: Vec<_> = log.iter().filter(|applied| applied.before < snapshot.step).cloned().collect();
    trainer.replay(&log, snapshot.step).unwrap();
    trainer.digest().to_string()
}

#[test]
fn quantities_set_by_path_belong_to_every_moment_that_is_shown_undone_or_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("1-1.autosave");
    let mut probe = start();
    probe.send(Command::Pause);
    after(&mut probe, 20);
    for (at, value) in [("output.v_th", -53.0), ("image->output.eta", 0.2), ("image->output.norm", 30.0)] {
        probe.send(Command::SetPath(path(at), Value::Number(value)));
    }
    probe.until("the changes", |s| s.applied.len() == 3);
    probe.send(Command::Autosave(file.clone()));
    let end = after(&mut probe, 330);
    assert_eq!(end.digest, Some(replayed(&end, &end.applied)));
    // earlier moments, from keyframes with the quantities of their time
    for images in [300, 10, 210] {
        probe.send(Command::LookBack(images));
        let shown =
            probe.until("the past", |s| s.digest.is_some() && s.looking_back.is_some_and(|b| b.images == images && b.target.is_none()));
        assert_eq!(shown.digest, Some(replayed(&shown, &end.applied)), "{images}");
        let v_th = if images < 20 { -52.0 } else { -53.0 };
        assert_eq!(value(&shown, "output.v_th"), Value::Number(v_th), "{images}");
    }
    probe.send(Command::BackToPresent);
    probe.until("the present", |s| s.looking_back.is_none() && s.digest == end.digest);
    // runs that were replaced, the older one kept as bytes
    for seed in [8, 9] {
        probe.send(Command::Reset { seed });
        let begun = probe.until("a reset", |s| s.seed == seed);
        assert_eq!(value(&begun, "output.v_th"), Value::Number(-53.0), "values set by the user are kept");
        after(&mut probe, 3);
    }
    probe.send(Command::UndoRun);
    probe.until("the run before", |s| s.seed == 8);
    probe.send(Command::UndoRun);
    let back = probe.until("the first run", |s| s.seed == 7 && s.digest.is_some());
    assert_eq!((back.digest.clone(), value(&back, "image->output.eta")), (end.digest.clone(), Value::Number(0.2)));
    let on = after(&mut probe, 335);
    assert_eq!(on.digest, Some(replayed(&on, &on.applied)));
    // after a crash
    let begun = std::time::Instant::now();
    while !file.exists() {
        probe.poll();
        assert!(begun.elapsed() < crate::PATIENCE, "no autosave");
    }
    let mut other = start();
    other.send(Command::Pause);
    other.send(Command::Resume(file));
    let resumed = other.until("the autosaved run", |s| s.applied.len() == 3 && s.digest.is_some());
    assert_eq!(
        (resumed.digest.clone(), value(&resumed, "output.v_th")),
        (Some(replayed(&resumed, &resumed.applied)), Value::Number(-53.0))
    );
    let quantities = resumed.quantities.as_ref().unwrap();
    assert!(quantities.entries.iter().filter(|entry| quantities.is_changed(entry)).count() == 3, "what the file says is still known");
}
