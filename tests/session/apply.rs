//! An edited preset is applied to the running network: at once where it permits that, otherwise as a new network with the learnt weights
//! of what did not change; every run replays, resumes and travels.

use super::free_kept::{begin, run_to, save, stdout};
use super::own_images;
use crate::Probe;
use spikescope::model::{NetworkSpec, Shape};
use spikescope::preset::{Changes, Draft, Preset};
use spikescope::session::{Command, Notice, PutAsideBy, Recorded, Rescue, RunState, Snapshot};
use std::sync::Arc;

/// The running preset, as a draft that is then edited.
fn edited(snapshot: &Snapshot, preset: &Preset, edit: impl FnOnce(&mut NetworkSpec) -> Result<(), String>) -> Preset {
    let mut running = preset.clone();
    running.network.as_mut().unwrap().network = Arc::clone(&snapshot.quantities.as_ref().unwrap().network);
    running.params = snapshot.params.clone();
    let mut draft = Draft::of(&running).unwrap();
    assert_eq!(draft.needs_new_network(&running), Changes::None);
    draft.edit("Edit", edit).unwrap();
    draft.preset().unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Apply a preset; what the session answers.
fn apply(probe: &mut Probe, preset: Preset) -> Notice {
    probe.notices.clear();
    probe.send(Command::Apply(Box::new(preset)));
    probe.until_notice("an answer", |n| {
        matches!(n, Notice::Done(_) | Notice::NotStarted(_) | Notice::Refused(_) | Notice::RefusedInThePast(_))
    })
}

fn rebuilt(probe: &mut Probe, preset: Preset, kept: &[&str]) -> Arc<Snapshot> {
    let generation = probe.until("something", |_| true).generation;
    let notice = apply(probe, preset);
    assert!(matches!(&notice, Notice::Done(text) if kept.iter().all(|name| text.contains(name))), "{notice:?}");
    let snapshot = probe.until("a new network", |s| s.generation > generation && s.digest.is_some());
    assert_eq!((snapshot.step.0, snapshot.applied.len()), (0, 0));
    assert_eq!(snapshot.put_aside.as_ref().map(|aside| aside.by), Some(PutAsideBy::Apply));
    snapshot
}

/// Learnt weights of a projection.
fn weights(snapshot: &Snapshot, name: &str) -> Vec<f32> {
    let plastic = &snapshot.free.as_ref().unwrap().plastic;
    let place = plastic.iter().position(|(own, _)| own == name).unwrap_or_else(|| panic!("{name} in {plastic:?}"));
    let first: u64 = plastic[..place].iter().map(|(_, count)| count).sum();
    snapshot.weights.w[first as usize..(first + plastic[place].1) as usize].to_vec()
}

#[test]
fn what_acts_at_once_is_recorded_and_the_run_goes_on() {
    let mut probe = begin();
    let before = run_to(&mut probe, 50.0);
    let preset = edited(&before, &super::free_kept::preset().into(), |network| {
        // only together and in one order are these allowed
        for (path, value) in [("A.v_reset", "-45 mV"), ("A.v_th", "-40 mV"), ("A->B.eta", "0.02"), ("in.rate", "310 Hz")] {
            network.set_quantity(&path.parse().unwrap(), value)?;
        }
        Ok(())
    });
    assert!(matches!(apply(&mut probe, Preset { title: "Other".to_owned(), ..preset.clone() }), Notice::Done(_)));
    let after = probe.until("the changes", |s| s.applied.len() == 4);
    assert_eq!((after.generation, after.step, after.title.as_str()), (before.generation, before.step, "Other"));
    assert!(after.applied.iter().all(|applied| matches!(applied.change, Recorded::Quantity(..))));
    assert_eq!(after.quantities.as_ref().unwrap().network, preset.network.as_ref().unwrap().network);
    // nothing is left to apply
    assert!(matches!(apply(&mut probe, Preset { title: "Other".to_owned(), ..preset }), Notice::Done(_)));
    let end = run_to(&mut probe, 100.0);
    assert_eq!(end.applied.len(), 4);
    let folder = tempfile::tempdir().unwrap();
    let run = save(&mut probe, folder.path());
    assert!(stdout(&["replay", run.to_str().unwrap()]).contains(end.digest.as_deref().unwrap()));
}

#[test]
fn a_new_network_keeps_what_did_not_change_and_undo_returns_to_the_run() {
    let mut probe = begin();
    let before = run_to(&mut probe, 200.0);
    let preset: Preset = super::free_kept::preset().into();
    // a new population before the others' projections, one projection less, and a population with another name
    let edit = edited(&before, &preset, |network| {
        network.add_population("Lif")?;
        network.rename_population("B", "out")?;
        network.remove_projection("out->A")?;
        network.connect("A", "C").map(drop)
    });
    let names: Vec<&str> = edit.network.as_ref().unwrap().network.projections.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["in->A", "A->out", "A->C"]);
    let now = rebuilt(&mut probe, edit, &["in->A", "A->out"]);
    assert_eq!(weights(&now, "in->A"), weights(&before, "in->A"));
    assert_eq!(weights(&now, "A->out"), weights(&before, "A->B"));
    run_to(&mut probe, 100.0);
    // without the first projection the second is still drawn from the same random numbers
    let before_removal = probe.until("a digest", |s| s.digest.is_some());
    let edit = edited(&before_removal, &preset, |network| network.remove_projection("in->A"));
    let less = rebuilt(&mut probe, edit, &["A->out"]);
    assert_eq!(weights(&less, "A->out"), weights(&before_removal, "A->out"));
    for (step, digest) in [(1000, &before_removal.digest), (2000, &before.digest)] {
        probe.send(Command::UndoRun);
        let back = probe.until("the run before", |s| s.step.0 == step && s.digest.is_some());
        assert_eq!(&back.digest, digest);
    }
    // another size: the synapses of that population are drawn again
    let edit = edited(&before, &preset, |network| network.set_shape("B", Shape::Line(21)));
    let other = rebuilt(&mut probe, edit, &["in->A"]);
    assert_eq!(weights(&other, "in->A"), weights(&before, "in->A"));
    assert_ne!(weights(&other, "A->B").len(), weights(&before, "A->B").len());
    // learnt weights above a new limit of the rule are reduced to it
    let edit = edited(&other, &preset, |network| {
        network.set_shape("B", Shape::Line(22))?;
        network.set_quantity(&"in->A.w_max".parse().unwrap(), "3 mV").map(drop)
    });
    let limited = rebuilt(&mut probe, edit, &["in->A"]);
    assert!(weights(&other, "in->A").iter().any(|&w| w > 3.0) && weights(&limited, "in->A").iter().all(|&w| w <= 3.0));
}

#[test]
fn what_cannot_be_built_or_comes_while_the_past_is_shown_leaves_the_run_as_it_was() {
    let mut probe = begin();
    let before = run_to(&mut probe, 200.0);
    let mut preset: Preset = super::free_kept::preset().into();
    let untouched = |probe: &mut Probe| {
        let now = probe.until("the run", |s| s.digest.is_some() && s.looking_back.is_none());
        assert_eq!((&now.digest, now.step, now.generation, now.applied.len()), (&before.digest, before.step, before.generation, 0));
    };
    let network = |edit: &dyn Fn(&mut NetworkSpec)| {
        let mut network = super::free_kept::preset().network;
        edit(&mut network);
        Arc::new(network)
    };
    for broken in [
        network(&|network| network.populations.clear()),
        network(&|network| network.populations[1].shape = Shape::Line(4_000_000_000)),
        network(&|network| network.projections[0].from = "nowhere".to_owned()),
    ] {
        preset.network.as_mut().unwrap().network = broken;
        let notice = apply(&mut probe, preset.clone());
        assert!(matches!(notice, Notice::NotStarted(_)), "{notice:?}");
        untouched(&mut probe);
    }
    probe.send(Command::LookBack(1000));
    probe.until("the past", |s| s.looking_back.is_some_and(|back| back.target.is_none()));
    preset.network.as_mut().unwrap().network = network(&|network| network.populations[1].shape = Shape::Line(41));
    assert!(matches!(apply(&mut probe, preset.clone()), Notice::RefusedInThePast(_)));
    probe.send(Command::BackToPresent);
    untouched(&mut probe);
    // a preset of another task is a new run, and undo returns
    assert!(matches!(apply(&mut probe, own_images::preset()), Notice::Done(_)));
    probe.until("images", |s| s.free.is_none() && s.title == "Own");
    probe.send(Command::UndoRun);
    let back = probe.until("the run", |s| s.free.is_some() && s.digest.is_some());
    assert_eq!((&back.digest, back.step), (&before.digest, before.step));
}

#[test]
fn a_network_that_learns_from_images_keeps_its_weights_and_replays_resumes_and_travels() {
    let mut probe = own_images::start();
    probe.send(Command::Pause);
    let learnt = own_images::after(&mut probe, 40);
    let preset = own_images::preset();
    let edit = edited(&learnt, &preset, |network| network.set_quantity(&"output.tau_syn".parse().unwrap(), "2 ms").map(drop));
    let begun = rebuilt(&mut probe, edit, &["image->output"]);
    assert_eq!(begun.weights.w, learnt.weights.w);
    assert_ne!(begun.weights.w.iter().sum::<f32>(), 0.0);
    // a value that acts at once is part of the log of the new run
    let after = own_images::after(&mut probe, 20);
    let edit = edited(&after, &preset, |network| network.set_quantity(&"output.v_th".parse().unwrap(), "-53 mV").map(drop));
    assert!(matches!(apply(&mut probe, edit), Notice::Done(_)));
    let folder = tempfile::tempdir().unwrap();
    let file = Rescue::own_file(folder.path());
    probe.send(Command::Autosave(file.clone()));
    let end = own_images::after(&mut probe, 130);
    assert_eq!(end.applied.len(), 1);

    let run = save(&mut probe, folder.path());
    let path = run.to_str().unwrap();
    assert!(run.join("start.bin").exists());
    assert!(stdout(&["replay", path]).contains(end.digest.as_deref().unwrap()));
    stdout(&["check", path]);
    stdout(&["train", "--resume", path, "--images", "150", "--quiet"]);
    assert!(stdout(&["replay", path]).contains("equal"));

    // the start and a moment between two keyframes
    for image in [0, 60, 110] {
        probe.send(Command::LookBack(image));
        let shown = probe
            .until("the past", |s| s.digest.is_some() && s.looking_back.is_some_and(|back| back.images == image && back.target.is_none()));
        assert_eq!(shown.step.0, image * 50);
        if image == 0 {
            assert_eq!((&shown.digest, &shown.weights.w), (&begun.digest, &begun.weights.w));
        }
    }
    // through the past into the present, and on to where the command line has gone
    let end = own_images::after(&mut probe, 150);
    assert_eq!((end.looking_back, end.step.0), (None, 7500));
    let session = spikescope::rundir::RunDir::open(&run).unwrap().session().unwrap();
    assert_eq!(session.ending.map(|ending| ending.digest), end.digest);

    // kept as bytes below another run, and restored
    for seed in [8, 9] {
        probe.send(Command::Reset { seed });
        probe.until("a reset", |s| s.seed == seed && s.step.0 == 0);
        own_images::after(&mut probe, 2);
    }
    for _ in 0..2 {
        let id = probe.until("a run", |_| true).generation;
        probe.send(Command::UndoRun);
        probe.until("the run before", |s| s.generation > id);
    }
    let back = probe.until("the run", |s| s.seed == 7 && s.digest.is_some());
    assert_eq!((&back.digest, &back.applied), (&end.digest, &end.applied));
    probe.send(Command::LookBack(0));
    let start = probe.until("its start", |s| s.step.0 == 0 && s.digest.is_some());
    assert_eq!(start.digest, begun.digest);
    probe.send(Command::BackToPresent);
    probe.until("the present", |s| s.looking_back.is_none());
    probe.session.stop();

    let mut other = Probe::start("first-neuron", spikescope::session::Speed::ModelMsPerSecond(1.0));
    other.send(Command::Pause);
    other.send(Command::Resume(file));
    let resumed = other.until("the run", |s| s.title == "Own" && s.digest.is_some());
    assert_eq!((&resumed.digest, &resumed.applied, &resumed.state), (&end.digest, &end.applied, &RunState::Paused));
    other.send(Command::LookBack(0));
    let start = other.until("its start", |s| s.step.0 == 0 && s.digest.is_some());
    assert_eq!(start.digest, begun.digest);
}

/// A network that takes seconds to build is stopped between two of its projections; the run before it goes on.
#[test]
fn building_a_large_network_shows_its_progress_and_can_be_stopped() {
    let mut probe = begin();
    let before = run_to(&mut probe, 50.0);
    let preset = edited(&before, &super::free_kept::preset().into(), |network| {
        for size in ["A", "B"] {
            network.set_quantity(&format!("{size}.size").parse().unwrap(), "3000")?;
        }
        for name in ["A->B", "B->A"] {
            network.set_wiring(name, "AllToAll")?;
        }
        Ok(())
    });
    probe.notices.clear();
    probe.send(Command::Apply(Box::new(preset)));
    let building = probe.until("progress", |s| s.work.iter().any(|work| work.name().starts_with("Building")));
    let work = building.work.iter().find(|work| work.name().starts_with("Building")).unwrap();
    assert!(work.can_stop() && work.share().is_some() && work.is_usually_brief());
    work.cancel();
    let answer = probe.until_notice("an answer", |n| matches!(n, Notice::Done(_) | Notice::NotStarted(_)));
    assert!(matches!(&answer, Notice::NotStarted(reason) if reason.contains("stopped")), "{answer:?}");
    let after = probe.until("the run before it", |s| s.work.is_empty());
    assert_eq!((after.generation, after.step), (before.generation, before.step));
    assert_eq!(run_to(&mut probe, 60.0).generation, before.generation);
}
