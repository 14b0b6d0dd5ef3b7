//! The autosave and the saved session of version 0.1, in `tests/corpus/0.1`: they continue with the digests of that version.

use super::super::{Probe, root};
use spikescope::datasets::load_dir;
use spikescope::experiment::Trainer;
use spikescope::preset::Preset;
use spikescope::rundir::RunDir;
use spikescope::session::{Command, Launch, RunState, Session, Speed, StopCondition};
use spikescope::time::Step;
use std::io::Read;
use std::sync::Arc;

/// Step and digest of the moment of saving, and of 5,000 steps later.
fn moments(name: &str) -> [(Step, String); 2] {
    let text = std::fs::read_to_string(root("tests/corpus/0.1").join(name)).unwrap();
    let moment = |line: &str| line.split_once('\t').map(|(step, digest)| (Step(step.parse().unwrap()), digest.to_owned())).unwrap();
    let moments: Vec<_> = text.lines().map(moment).collect();
    moments.try_into().unwrap()
}

#[test]
fn an_autosave_of_version_0_1_is_resumed_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("1-1.autosave");
    let packed = std::fs::File::open(root("tests/corpus/0.1/autosaved.autosave.gz")).unwrap();
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    std::fs::write(&file, bytes).unwrap();

    let preset = Preset::load(&root("tests/corpus/0.1/competing-finished/preset.ron")).unwrap();
    let launch = Launch { preset, data_dir: root("tests/corpus/0.1/data"), seed: 1, speed: Speed::Full };
    let mut probe = Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() };
    probe.send(Command::Pause);
    probe.send(Command::Resume(file));
    let [saved, later] = moments("autosaved.tsv");
    let resumed = probe.until("the run of the file", |s| s.seed == 7 && s.digest.is_some());
    assert_eq!((resumed.step, resumed.digest.as_ref()), (saved.0, Some(&saved.1)));
    assert_eq!(resumed.applied.len(), 2);
    probe.send(Command::StopWhen(Some(StopCondition::ModelTime { ms: later.0.0 as f64 })));
    probe.send(Command::Run);
    let end = probe.until("5,000 steps later", |s| s.step >= later.0 && s.state == RunState::Paused && s.digest.is_some());
    assert_eq!((end.step, end.digest.as_ref()), (later.0, Some(&later.1)));
    probe.session.stop();
}

#[test]
fn the_log_of_a_saved_session_of_version_0_1_is_followed_to_its_end_and_beyond() {
    let run = RunDir::open(&root("tests/corpus/0.1/saved")).unwrap();
    let data = Arc::new(load_dir(&root("tests/corpus/0.1/data")).unwrap());
    let (preset, session) = (run.preset().unwrap(), run.session().unwrap());
    for (step, digest) in moments("saved.tsv") {
        let mut trainer = Trainer::new(&preset, Arc::clone(&data), session.seed, Some(session.images)).unwrap();
        trainer.replay(&session.applied, step).unwrap();
        assert_eq!(trainer.digest().to_string(), digest, "{step:?}");
    }
}
