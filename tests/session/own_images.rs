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

fn preset() -> Preset {
    Preset::parse(TEXT, std::path::Path::new("own.ron")).unwrap()
}

fn start() -> Probe {
    let launch = Launch { preset: preset(), data_dir: root("data/mnist"), seed: 7, speed: Speed::ModelMsPerSecond(1.0) };
    Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() }
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn value(snapshot: &Snapshot, at: &str) -> Value {
    snapshot.quantities.as_ref().unwrap().entry(&path(at)).unwrap().value.clone()
}

fn after(probe: &mut Probe, images: u64) -> std::sync::Arc<Snapshot> {
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
