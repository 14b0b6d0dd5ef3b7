//! The simulation thread through its interface: commands in, snapshots and notices out, with real data.
#![allow(clippy::unwrap_used)] // in a test a panic is the report

mod session {
    mod ablation;
    mod apply;
    mod by_hand;
    mod corpus;
    mod described;
    mod free;
    mod free_compare;
    mod free_halt;
    mod free_kept;
    mod gaps;
    mod inspected;
    mod kept;
    mod moments;
    mod own_data;
    mod own_images;
    mod questions;
    mod safety;
    mod travel;
    mod undo;
    mod why_spike;
}

use spikescope::experiment::Trainer;
use spikescope::files::NewDir;
use spikescope::params::ParamId;
use spikescope::preset::Preset;
use spikescope::session::{Command, Launch, Layer, Notice, OpenedData, RunState, Session, Snapshot, Speed, Watch};
use spikescope::work::Work;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn preset(name: &str) -> Preset {
    Preset::load(&root(&format!("presets/{name}.ron"))).unwrap()
}

struct Probe {
    session: Session,
    last: Option<Arc<Snapshot>>,
    notices: Vec<Notice>,
}

impl Probe {
    fn start(name: &str, speed: Speed) -> Self {
        let launch = Launch { preset: preset(name), data_dir: root("data/mnist"), seed: 7, speed };
        Self { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() }
    }

    fn send(&mut self, command: Command) {
        let mut command = Some(command);
        let start = Instant::now();
        while let Some(unsent) = command.take() {
            command = self.session.send(unsent).err();
            assert!(start.elapsed() < PATIENCE, "the queue never emptied");
        }
    }

    fn poll(&mut self) {
        self.notices.extend(self.session.take_notices());
        if let Some(snapshot) = self.session.take_snapshot() {
            self.last = Some(snapshot);
        }
    }

    fn until(&mut self, what: &str, holds: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let start = Instant::now();
        loop {
            self.poll();
            if let Some(snapshot) = self.last.as_ref().filter(|s| holds(s)) {
                return Arc::clone(snapshot);
            }
            assert!(
                start.elapsed() < PATIENCE,
                "never saw: {what}; notices {:?}; last {:?}",
                self.notices,
                self.last.as_ref().map(|s| (s.step, s.state.clone()))
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn until_notice(&mut self, what: &str, holds: impl Fn(&Notice) -> bool) -> Notice {
        let start = Instant::now();
        loop {
            self.poll();
            if let Some(notice) = self.notices.iter().find(|n| holds(n)) {
                return notice.clone();
            }
            assert!(start.elapsed() < PATIENCE, "not received: {what}; got {:?}", self.notices);
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

#[test]
fn trace_of_a_newly_selected_neuron_includes_its_past() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1000.0));
    probe.send(Command::Pause);
    probe.until("paused", |s| s.state == RunState::Paused);
    probe.send(Command::StepTrial);
    let before = probe.until("an image", |s| s.state == RunState::Paused && s.step.0 > 50 && !s.spikes.is_empty());
    probe.send(Command::Watch(Watch { potentials: vec![7, 399, 400], ..Watch::default() }));
    let after = probe.until("others", |s| s.potentials.len() == 3);
    assert_eq!(after.spikes, before.spikes, "to look elsewhere changes nothing");
    let steps = (after.step.0 - after.window_start.0) as usize;
    assert!(steps > 50);
    for trace in &after.potentials[..2] {
        assert_eq!((trace.v_mv.len(), trace.threshold_mv.len()), (steps, steps));
        let fired = after.spikes.iter().filter(|s| s.layer == Layer::Output && s.neuron == trace.neuron).count();
        assert_eq!(trace.spikes.len(), fired);
    }
    assert_eq!(*after.potentials[0].v_mv.last().unwrap(), after.v_mv[7]);
    assert_eq!(*after.potentials[1].v_mv.last().unwrap(), after.v_mv[399]);
    assert!(after.potentials[2].v_mv.is_empty(), "there is no neuron 400");
}

#[test]
fn deep_network_lists_its_layers_and_each_last_filter_as_one_neuron() {
    let mut probe = Probe::start("mnist-mozafari-conv", Speed::ModelMsPerSecond(100.0));
    probe.send(Command::Watch(Watch { hidden: true, weights: true, potentials: vec![0, 199], spikes: true, ..Watch::default() }));
    probe.send(Command::Pause);
    probe.until("paused", |s| s.state == RunState::Paused);
    probe.send(Command::StepTrial);
    let shown = probe.until("an image", |s| s.state == RunState::Paused && s.trial.answer.is_some() && s.hidden.len() == 2);
    assert_eq!((shown.class_of.len(), shown.v_mv.len(), shown.rates.len()), (200, 200, 200));
    let [strokes, parts] = &shown.hidden[..] else { panic!("two hidden layers") };
    // five pixels; three cells of two pixels, each with a patch of five
    assert_eq!((strokes.sites, strokes.size, parts.sites, parts.size), ((28, 28), 5, (14, 14), 9));
    assert!(strokes.spikes.len() > 100 && parts.pooled.iter().sum::<u32>() > 0);
    assert_eq!((shown.weights.n_post, shown.weights.w.len()), (200, 200 * shown.weights.n_pre));
    let winner = shown.spikes.iter().find(|s| s.layer == Layer::Output).unwrap().neuron;
    assert_eq!(shown.class_of[winner as usize], shown.trial.answer);
    assert!(shown.spikes.iter().filter(|s| s.layer == Layer::Input).all(|s| s.neuron < 784), "channels of a pixel are shown at the pixel");
    assert!(shown.potentials.iter().all(|trace| trace.v_mv.len() as u64 == shown.step.0 - shown.window_start.0));
}

#[test]
fn fields_of_on_and_off_cells_are_mapped_to_the_image() {
    let mut preset = preset("mnist-pixels-rstdp");
    preset.params.set_text("retina", "on-off, 3 scales").unwrap();
    let launch = Launch { preset: preset.clone(), data_dir: root("data/mnist"), seed: 7, speed: Speed::Full };
    let mut probe = Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() };
    probe.send(Command::Watch(Watch { weights: true, eligibility: true, ..Watch::default() }));
    probe.until("some images", |s| s.trial.index > 5);
    probe.send(Command::Pause);
    let shown = probe.until("fields", |s| s.state == RunState::Paused && s.weights.n_post == 200 && s.eligibility.is_some());
    let eligibility = shown.eligibility.as_ref().unwrap();
    for view in [&*shown.weights, &**eligibility] {
        assert_eq!((view.field, view.n_pre, view.w.len()), ((28, 28), 784, 200 * 784));
    }
    // on cells add and off cells subtract at their pixel
    let data = Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
    let mut trainer = Trainer::new(&preset, data, 7, None).unwrap();
    while trainer.step() < shown.step.0 {
        trainer.train_image().unwrap();
    }
    let w = trainer.network().projections()[0].synapses.to_array();
    for (pixel, neuron) in [(0, 0), (406, 17), (783, 199)] {
        let expected: f32 = (0..6).map(|map| w[[pixel * 6 + map, neuron]] * [1.0, -1.0][map % 2]).sum();
        assert!((shown.weights.w[neuron * 784 + pixel] - expected).abs() < 1e-5, "pixel {pixel} of neuron {neuron}");
    }
}

#[test]
fn session_learns_at_full_speed_and_pauses_and_stops_within_100_ms() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    let learnt = probe.until("3,000 images", |s| s.trial.index > 3000);
    let mean = learnt.accuracy.last().unwrap().mean;
    assert!(mean > 0.3, "after 3,000 images well above chance, got {mean}");
    assert!(!learnt.spikes.is_empty() && learnt.weights.n_post == 400 && learnt.confusion.iter().sum::<u32>() > 1000);
    let asked = Instant::now();
    probe.send(Command::Pause);
    probe.until("paused", |s| s.state == RunState::Paused);
    // a loaded machine may need longer than the documented 100 ms
    assert!(asked.elapsed() < Duration::from_millis(300), "pausing took {:?}", asked.elapsed());
    let asked = Instant::now();
    probe.session.stop();
    assert!(asked.elapsed() < Duration::from_millis(300), "stopping took {:?}", asked.elapsed());
    assert!(!probe.session.is_alive());
}

#[test]
fn steps_advance_by_a_millisecond_and_by_an_image_and_stay_paused() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1000.0));
    probe.send(Command::Pause);
    let paused = probe.until("paused", |s| s.state == RunState::Paused);
    probe.send(Command::StepMs);
    let stepped = probe.until("one more step", |s| s.step.0 == paused.step.0 + 1);
    assert_eq!(stepped.state, RunState::Paused);
    probe.send(Command::StepTrial);
    let shown = probe.until("an answer", |s| s.trial.elapsed_ms == s.trial.duration_ms);
    assert_eq!(shown.trials.len(), 1, "one trial has ended");
    assert_eq!(shown.trial.answer, shown.trials[0].answer);
    assert_eq!(shown.potentials[0].v_mv.len() as u64, shown.step.0 - shown.window_start.0, "one sample a step");
}

#[test]
fn a_reset_with_the_same_seed_repeats_and_another_seed_differs() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(10.0));
    probe.send(Command::Pause);
    let mut images = Vec::new();
    for (generation, seed) in [(1, 7), (2, 7), (3, 8)] {
        probe.send(Command::Reset { seed });
        probe.until("the reset", |s| s.generation == generation && s.step.0 == 0);
        probe.send(Command::StepTrial);
        let shown = probe.until("the image", |s| s.generation == generation && s.trials.len() == 1);
        images.push((shown.trial.image.clone(), shown.spikes.clone(), shown.v_mv.clone()));
    }
    assert_eq!(images[0], images[1]);
    assert_ne!(images[0].1, images[2].1);
}

#[test]
fn live_parameter_acts_and_refused_one_has_a_reason_and_no_effect() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1000.0));
    probe.send(Command::Set(ParamId::TauM, 50.0));
    probe.until("the new time constant", |s| s.params.get(ParamId::TauM) == 50.0);
    probe.send(Command::Set(ParamId::VReset, -10.0));
    let notice = probe.until_notice("a refusal", |n| matches!(n, Notice::Refused(_)));
    let Notice::Refused(reason) = notice else { unreachable!() };
    assert!(reason.contains("v_reset") && reason.contains("v_th"), "{reason}");
    let after = probe.until("a later step", |s| s.step.0 > 0);
    assert_eq!(after.params.get(ParamId::VReset), after.preset_params.get(ParamId::VReset));
    probe.send(Command::Set(ParamId::NNeurons, 100.0));
    probe.until("a smaller network", |s| s.class_of.len() == 100 && s.generation == 1);
}

#[test]
fn manual_rewards_replace_automatic_ones_and_are_needed_for_learning() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(10.0));
    probe.send(Command::Pause);
    probe.send(Command::Set(ParamId::RewardMode, 1.0));
    let before = probe.until("by hand", |s| s.params.choice(ParamId::RewardMode) == "by hand" && s.weights.n_post == 400);
    // the run stops at the first image; a step continues without a reward and stops at the second
    probe.send(Command::StepTrial);
    probe.send(Command::StepTrial);
    let silent = probe.until("an unrewarded image", |s| s.trials.len() == 1 && s.trial.awaits_reward);
    assert_eq!(silent.trials[0].reward, None);
    assert_eq!(before.weights.w, silent.weights.w, "no reward, no learning");
    probe.send(Command::Reward(1.0));
    probe.send(Command::StepTrial);
    let rewarded = probe.until("a rewarded image", |s| s.trials.len() == 2);
    assert_eq!(rewarded.trials[1].reward, Some(1.0));
    assert_ne!(before.weights.w, rewarded.weights.w, "a reward teaches");
}

#[test]
fn a_panic_in_the_thread_becomes_a_notice() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(Command::Panic);
    let notice = probe.until_notice("a crash", |n| matches!(n, Notice::Crashed(_)));
    assert!(matches!(notice, Notice::Crashed(text) if text.contains("asked to panic") && text.contains("Reset")));
    let start = Instant::now();
    while probe.session.is_alive() && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(!probe.session.is_alive());
    assert!(probe.session.send(Command::Run).is_ok(), "a dead session swallows commands");
}

#[test]
fn missing_data_is_reported_in_one_sentence() {
    let launch = Launch { preset: preset("mnist-rstdp"), data_dir: root("no/such/folder"), seed: 1, speed: Speed::Full };
    let session = Session::start(launch, || {}).unwrap();
    let mut probe = Probe { session, last: None, notices: Vec::new() };
    let notice = probe.until_notice("the fault", |n| matches!(n, Notice::Crashed(_)));
    assert!(matches!(notice, Notice::Crashed(text) if text.contains("no/such/folder")));
    // opening valid images resolves the problem, and commands sent meanwhile are executed
    probe.send(Command::Pause);
    let opened = OpenedData::read(&root("data/mnist"), &Work::new("reading", 0)).unwrap();
    probe.send(Command::UseData(opened));
    let shown = probe.until("a network", |s| s.classes == 10);
    assert_eq!((shown.state.clone(), shown.step.0), (RunState::Paused, 0));
    probe.send(Command::StepTrial);
    probe.until("an image", |s| s.trial.answer.is_some());
}

#[test]
fn test_runs_during_training_and_reports() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(1000.0));
    probe.send(Command::Evaluate(500));
    let before = probe.until("a first step", |s| s.step.0 > 0);
    let tested = probe.until("a result", |s| s.evaluation.is_some());
    assert_eq!(tested.evaluation.as_ref().unwrap().test_images, 500);
    assert!(tested.step >= before.step, "the simulation went on");
}

#[test]
fn tasks_without_images_can_be_run() {
    let mut probe = Probe::start("first-neuron", Speed::Full);
    let neuron = probe.until("a measured rate", |s| s.fi.as_ref().is_some_and(|fi| !fi.measured.is_empty()));
    assert!(!neuron.potentials[0].v_mv.is_empty());
    probe.send(Command::LoadPreset(Box::new(preset("stdp-window")), 1));
    probe.until("the whole window", |s| s.stdp.as_ref().is_some_and(|w| w.measured.len() >= 41));
}

#[test]
fn simulation_keeps_the_selected_speed() {
    // 250 ms an image: 10, 40 and 200 images a second, the last far more than one image a frame
    for pace in [2_500.0, 10_000.0, 50_000.0] {
        let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(pace));
        let begun = probe.until("it runs", |s| s.step.0 > 500);
        let (first, started) = (begun.step.0, Instant::now());
        std::thread::sleep(Duration::from_millis(1500));
        let end = probe.until("later", |s| s.step.0 > first);
        let kept = (end.step.0 - first) as f64 * end.dt_ms / started.elapsed().as_secs_f64();
        assert!((0.8..1.2).contains(&(kept / pace)), "{pace} ms a second asked for, {kept:.0} kept");
    }
}

#[test]
fn a_live_session_equals_a_replay_of_its_commands_bit_for_bit() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.until("some images", |s| s.trial.index > 40);
    probe.send(Command::Set(ParamId::TauM, 60.0));
    probe.until("more images", |s| s.trial.index > 80 && s.params.get(ParamId::TauM) == 60.0);
    probe.send(Command::SetSpeed(Speed::ModelMsPerSecond(20_000.0)));
    probe.send(Command::Set(ParamId::Eta, 0.02));
    probe.send(Command::Reward(0.5));
    probe.until("still more", |s| s.trial.index > 120);
    probe.send(Command::Pause);
    probe.send(Command::Watch(Watch { potentials: vec![3, 5], ..Watch::default() }));
    probe.send(Command::StepMs);
    let end = probe.until("the end", |s| s.digest.is_some() && s.potentials.len() == 2 && !s.potentials[0].v_mv.is_empty());
    assert_eq!(end.applied.len(), 3);
    let data = Arc::new(spikescope::datasets::load_dir(&root("data/mnist")).unwrap());
    let mut replay = Trainer::new(&preset("mnist-rstdp"), data, 7, None).unwrap();
    replay.replay(&end.applied, end.step).unwrap();
    assert_eq!(Some(replay.digest().to_string()), end.digest);
    // without the changes the replay differs
    let data = Arc::clone(replay.data());
    let mut untouched = Trainer::new(&preset("mnist-rstdp"), data, 7, None).unwrap();
    untouched.replay(&[], end.step).unwrap();
    assert_ne!(Some(untouched.digest().to_string()), end.digest);
}

#[test]
fn saved_session_is_verified_by_the_command_line_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.until("some images", |s| s.trial.index > 30);
    probe.send(Command::Set(ParamId::Eta, 0.02));
    probe.until("more images", |s| s.trial.index > 60 && s.params.get(ParamId::Eta) == 0.02);
    probe.send(Command::Pause);
    probe.send(Command::StepMs);
    probe.send(Command::SaveRun(NewDir::Named(run.clone())));
    probe.until_notice("where it was saved", |n| matches!(n, Notice::Saved { run: saved, .. } if *saved == run));
    let program = || std::process::Command::new(env!("CARGO_BIN_EXE_spikescope"));
    let replay = program().arg("replay").arg(&run).output().unwrap();
    assert!(replay.status.success(), "{}", String::from_utf8_lossy(&replay.stderr));
    let eval = program().args(["eval", "--test-images", "200"]).arg(&run).output().unwrap();
    assert!(eval.status.success(), "{}", String::from_utf8_lossy(&eval.stderr));
    // the run ends within an image, and so does its export
    let out = folder.path().join("potentials.csv");
    let trials = format!("{}..", probe.last.as_ref().unwrap().trial.index - 1);
    let words = ["export", "--what", "potentials", "--format", "csv", "--trials", &trials, "--json", "--out"];
    let export = program().args(words).arg(&out).arg(&run).output().unwrap();
    let printed = String::from_utf8_lossy(&export.stdout).into_owned();
    assert!(export.status.success() && printed.contains("\"proven\":true"), "{printed} {}", String::from_utf8_lossy(&export.stderr));
    let last = std::fs::read_to_string(&out).unwrap().lines().last().unwrap().split(',').next().unwrap().parse::<u64>().unwrap();
    let step = probe.last.as_ref().unwrap().step.0;
    assert_eq!(last + 1, step);
    assert!(!step.is_multiple_of(250));
    probe.notices.clear();
    probe.send(Command::SaveRun(NewDir::Named(run.clone())));
    probe.until_notice("a refusal", |n| matches!(n, Notice::NotSaved { asked, .. } if *asked == NewDir::Named(run.clone())));
}

#[test]
fn a_thousand_random_commands_never_deadlock() {
    let mut probe = Probe::start("mnist-diehl-cook-100", Speed::Full);
    let mut state = 99;
    for _ in 0..1000 {
        let command = match spikescope::rng::splitmix(&mut state) % 16 {
            0 => Command::Run,
            1 => Command::Pause,
            2 => Command::StepMs,
            3 => Command::StepTrial,
            4 => Command::SetSpeed(Speed::ModelMsPerSecond(500.0)),
            5 => Command::SetSpeed(Speed::Full),
            7 => Command::LookBack(state % 40),
            8 => Command::LookBack(state % 4000),
            9 => Command::BackToPresent,
            10 => Command::ForkHere,
            11 => Command::UndoReset,
            12 => Command::StopWhen(Some(spikescope::session::StopCondition::Answered { right: state.is_multiple_of(2) })),
            13 => Command::Set(ParamId::RewardMode, 1.0),
            14 => Command::Set(ParamId::RewardMode, 0.0),
            6 => Command::Set(ParamId::TauM, 20.0 + (state % 100) as f64),
            _ => Command::Reward(1.0),
        };
        probe.send(command);
        probe.poll();
    }
    probe.send(Command::Reset { seed: 3 });
    probe.until("the reset", |s| s.seed == 3 && s.step.0 < 1_000_000);
    probe.session.stop();
    assert!(!probe.session.is_alive());
}

#[test]
fn health_names_the_problem_of_a_live_run_and_its_remedy_works() {
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.until("well", |s| s.trial.index > 60 && s.health.word() == "ok");
    probe.send(Command::Set(ParamId::RewardMode, 3.0));
    let unhealthy = probe.until("nothing to learn from", |s| !s.health.findings.is_empty());
    let remedy = unhealthy.health.findings[0].remedy.clone();
    assert_eq!((remedy.id, remedy.value), (ParamId::RewardMode, 0.0));
    probe.send(Command::Set(remedy.id, remedy.value));
    probe.until("well again", |s| s.health.word() == "ok");
    // neither input nor output spikes
    probe.send(Command::Set(ParamId::RateMax, 0.0));
    let unhealthy = probe.until("silence", |s| s.health.word() == "silent");
    assert!(
        unhealthy.health.findings[0].evidence.starts_with("0 output spikes in the last 50 images; highest V"),
        "{:?}",
        unhealthy.health
    );
}

#[test]
fn first_step_is_recorded() {
    let mut probe = Probe::start("mnist-rstdp", Speed::ModelMsPerSecond(0.1));
    probe.send(Command::Pause);
    let before = probe.until("paused", |s| s.state == RunState::Paused).step.0;
    probe.send(Command::StepMs);
    let first = probe.until("a step", |s| s.step.0 > before);
    let steps: Vec<u64> = first.spikes.iter().map(|s| s.step).collect();
    assert!(steps.contains(&0), "spikes of steps {steps:?}");
}
