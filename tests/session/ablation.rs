//! Ablation studies of a running session: they equal studies of the command line, and do not change the run.

use super::super::Probe;
use spikescope::files::NewDir;
use spikescope::session::{AblationAsked, Command, Notice, RunState, Speed};
use spikescope::study::{StudyDir, Summary};

#[test]
fn ablation_uses_the_current_parameters_and_does_not_change_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut probe = Probe::start("mnist-gabor-rstdp", Speed::Full);
    probe.until("some digits", |s| s.trial.index > 5);
    probe.send(Command::Pause);
    let paused = probe.until("a pause", |s| s.state == RunState::Paused && s.digest.is_some());
    let names: Vec<&str> = paused.lesions.iter().map(|lesion| lesion.name.as_str()).collect();
    assert!(names.contains(&"no reward") && !names.contains(&"no normalisation"), "{names:?}");

    let study = folder.path().join("study");
    let asked = AblationAsked {
        lesions: vec!["no reward".to_owned()],
        seeds: 2,
        images: 1500,
        test_images: 300,
        folder: NewDir::Named(study.clone()),
    };
    probe.send(Command::Ablate(asked.clone()));
    let begun = probe.until("a study", |s| s.study.is_some());
    assert_eq!(begun.study.as_ref().unwrap().jobs.1, 4);
    probe.send(Command::Ablate(asked.clone()));
    probe.until_notice("only one at a time", |n| matches!(n, Notice::Refused(text) if text.contains("ablation")));
    probe.until("a curve that grows", |s| s.study.as_ref().is_some_and(|study| study.curves[0].len() > 2));
    let done = probe.until("its end", |s| s.study.as_ref().is_some_and(|study| study.jobs.0 == 4 && study.work.is_finished()));
    assert_eq!((done.state.clone(), &done.digest), (RunState::Paused, &paused.digest));
    let view = done.study.clone().unwrap();
    let accuracy = |name: &str| view.summary.iter().find(|line| line.name == name).and_then(Summary::mean).unwrap();
    // a network of Gabor filters reaches about 90 % after 1,500 images
    assert!(accuracy("intact") > 0.8 && accuracy("no reward") < 0.3, "{:?}", view.summary);

    // the directory is complete: the command line has no jobs left to run
    let (dir, kept, _) = StudyDir::open(&study).unwrap();
    assert_eq!(Summary::of(&kept, &dir.results(&kept)), view.summary);
    let resumed =
        std::process::Command::new(env!("CARGO_BIN_EXE_spikescope")).args(["ablate", "--json", "--resume"]).arg(&study).output().unwrap();
    assert!(resumed.status.success() && String::from_utf8_lossy(&resumed.stdout).contains("\"done\":4"), "{resumed:?}");
    probe.send(Command::Ablate(asked));
    probe.until_notice("what is there stays", |n| matches!(n, Notice::Refused(text) if text.contains("--resume")));
}

#[test]
fn stopped_ablation_keeps_its_results_and_can_be_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let study = folder.path().join("study");
    let mut probe = Probe::start("mnist-gabor-rstdp", Speed::ModelMsPerSecond(1.0));
    let names = probe.until("its lesions", |s| !s.lesions.is_empty()).lesions.iter().map(|lesion| lesion.name.clone()).collect();
    probe.send(Command::Ablate(AblationAsked {
        lesions: names,
        seeds: 5,
        images: 100_000,
        test_images: 300,
        folder: NewDir::Named(study.clone()),
    }));
    let begun = probe.until("a curve", |s| s.study.as_ref().is_some_and(|study| study.curves.iter().any(|curve| !curve.is_empty())));
    begun.study.as_ref().unwrap().work.cancel();
    probe.until("its end", |s| s.study.as_ref().is_some_and(|study| study.work.is_finished()));
    let (_, kept, _) = StudyDir::open(&study).unwrap();
    assert!(kept.jobs().len() >= 20 && !kept.data.digest.is_empty());
    let saved = std::fs::read_dir(study.join("jobs")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(saved.into_iter().any(|name| name.ends_with(".checkpoint")));
}
