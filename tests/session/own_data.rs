//! The user's own images in a session: opened during a run, undone, saved, replayed and resumed after a crash.

use super::super::{Probe, preset};
use spikescope::files::NewDir;
use spikescope::params::ParamId;
use spikescope::session::{Command, Launch, Notice, OpenedData, PutAsideBy, Rescue, RunState, Session, Speed};
use spikescope::work::Work;
use std::path::Path;

/// Class folders of images of 20 x 16 pixels: a bright column at a different position for each class.
fn pictures(dir: &Path, names: &[&str]) {
    for (class, name) in names.iter().enumerate() {
        std::fs::create_dir_all(dir.join(name)).unwrap();
        for k in 0..10_usize {
            let lit = |x: usize| x % names.len() == class;
            let pixels: Vec<u8> = (0..320).map(|p| if lit(p % 20) { 200 + k as u8 } else { (p * 7 % 40) as u8 }).collect();
            let file = std::fs::File::create(dir.join(name).join(format!("{k}.png"))).unwrap();
            let mut encoder = png::Encoder::new(file, 20, 16);
            encoder.set_color(png::ColorType::Grayscale);
            encoder.set_depth(png::BitDepth::Eight);
            encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        }
    }
}

fn named(count: usize) -> Vec<String> {
    (0..count).map(|k| format!("kind {k}")).collect()
}

#[test]
fn opening_images_restarts_the_preset_and_undo_restores_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let names = named(12);
    pictures(&folder.path().join("zoo"), &names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut probe = Probe::start("mnist-gabor-rstdp", Speed::Full);
    probe.until("some digits", |s| s.trial.index > 20);
    probe.send(Command::Pause);
    let before = probe.until("a pause", |s| s.state == RunState::Paused && s.digest.is_some());
    assert_eq!((before.data_name.as_str(), before.class_name(7).as_ref(), before.classes), ("mnist", "7", 10));

    let opened = OpenedData::read(&folder.path().join("zoo"), &Work::default()).unwrap();
    probe.send(Command::UseData(opened));
    let zoo = probe.until("other images", |s| s.data_name == "zoo");
    assert_eq!((zoo.classes, zoo.trial.size, zoo.trial.index), (12, (20, 16), 0));
    assert_eq!((zoo.class_names.to_vec(), zoo.class_name(11).into_owned()), (names, "kind 11".to_owned()));
    assert_eq!(zoo.params.count(ParamId::NNeurons), 12, "every class has a neuron");
    assert_eq!(zoo.put_aside.as_ref().map(|run| run.by), Some(PutAsideBy::Data));
    probe.until_notice(
        "what was opened",
        |n| matches!(n, Notice::Done(text) if text.contains("96 training and 24 test images of 12 classes")),
    );
    probe.until_notice("what was fitted", |n| matches!(n, Notice::Done(text) if text.contains("n_neurons is 12 instead of 10")));
    probe.send(Command::Run);
    probe.until("it learns", |s| s.trial.index > 30);
    probe.send(Command::Pause);

    // a saved run can be repeated from its file alone
    let run = folder.path().join("run");
    probe.send(Command::SaveRun(NewDir::Named(run.clone())));
    probe.until_notice("where it was saved", |n| matches!(n, Notice::Saved { .. }));
    let replay = std::process::Command::new(env!("CARGO_BIN_EXE_spikescope")).arg("replay").arg(&run).output().unwrap();
    assert!(replay.status.success(), "{}", String::from_utf8_lossy(&replay.stderr));

    probe.send(Command::UndoReset);
    let back = probe.until("the digits", |s| s.data_name == "mnist" && s.digest.is_some());
    assert_eq!((&back.digest, back.trial.index, back.classes), (&before.digest, before.trial.index, 10));
    // a reset keeps the images
    probe.send(Command::Reset { seed: 3 });
    let reset = probe.until("a reset", |s| s.seed == 3);
    assert_eq!(reset.data_name, "mnist");
}

#[test]
fn unsuitable_images_are_refused_and_the_run_continues() {
    let folder = tempfile::tempdir().unwrap();
    pictures(folder.path(), &["a", "b"]);
    let mut probe = Probe::start("mnist-rstdp", Speed::Full);
    probe.send(Command::Set(ParamId::SwapA, 1.0));
    probe.send(Command::Set(ParamId::SwapB, 5.0));
    probe.until("swapped labels", |s| s.params.count(ParamId::SwapB) == 5);
    probe.send(Command::UseData(OpenedData::read(folder.path(), &Work::default()).unwrap()));
    probe.until_notice(
        "a refusal",
        |n| matches!(n, Notice::NotStarted(text) if ["swap_a", "swap_b", "0 to 1"].iter().all(|fact| text.contains(fact))),
    );
    let after = probe.until("it goes on", |s| s.trial.index > 10);
    assert_eq!((after.data_name.as_str(), after.generation), ("mnist", 0));
    let stopped = Work::default();
    stopped.cancel();
    assert!(OpenedData::read(folder.path(), &stopped).unwrap_err().contains("was stopped") && stopped.is_finished());
    assert!(OpenedData::read(&folder.path().join("a"), &Work::default()).unwrap_err().contains("holds no images"));
}

#[test]
fn resumed_autosave_finds_its_images() {
    let folder = tempfile::tempdir().unwrap();
    pictures(&folder.path().join("zoo"), &["left", "right"]);
    let file = Rescue::own_file(folder.path());
    let launch = Launch { preset: preset("mnist-rstdp"), data_dir: folder.path().join("zoo"), seed: 7, speed: Speed::Full };
    let mut probe = Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() };
    probe.send(Command::Autosave(file));
    probe.until("some images", |s| s.trial.index > 10);
    probe.session.stop();
    let found = Rescue::find(folder.path()).unwrap();
    let mut other = Probe::start("mnist-rstdp", Speed::Full);
    other.send(Command::Pause);
    other.send(Command::Resume(found.path));
    let resumed = other.until("the run", |s| s.data_name == "zoo");
    assert_eq!(resumed.class_name(1), "right");
    assert!(found.images > 10 && resumed.trial.index > 9, "{} of {}", resumed.trial.index, found.images);
}

#[test]
fn inverted_images_start_a_run_that_is_saved_replayed_and_undone() {
    let folder = tempfile::tempdir().unwrap();
    pictures(&folder.path().join("zoo"), &["left", "right", "both"]);
    let launch = Launch { preset: preset("mnist-rstdp"), data_dir: folder.path().join("zoo"), seed: 7, speed: Speed::Full };
    let mut probe = Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() };
    probe.send(Command::Pause);
    let before = probe.until("a pause", |s| s.state == RunState::Paused && s.generation == 0);
    probe.send(Command::InvertData);
    let after = probe.until("inverted images", |s| s.generation > 0);
    assert_eq!(after.data_name, before.data_name);
    probe.until_notice("that they are inverted", |n| matches!(n, Notice::Done(text) if text.contains("inverted")));
    probe.send(Command::StepTrial);
    probe.until("an image", |s| s.trial.index > 0 || s.trial.elapsed_ms > 0.0);
    let run = folder.path().join("run");
    probe.send(Command::SaveRun(NewDir::Named(run.clone())));
    probe.until_notice("where it was saved", |n| matches!(n, Notice::Saved { .. }));
    assert!(std::fs::read_to_string(run.join("session.ron")).unwrap().contains("invert: true"));
    let replay = std::process::Command::new(env!("CARGO_BIN_EXE_spikescope")).arg("replay").arg(&run).output().unwrap();
    assert!(replay.status.success(), "{}", String::from_utf8_lossy(&replay.stderr));
}
