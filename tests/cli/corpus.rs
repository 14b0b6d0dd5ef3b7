//! Run directories of version 0.1, in `tests/corpus/0.1`: read, replayed and resumed with the digests that version wrote.

use crate::lab::Lab;
use std::path::Path;

/// A lab with a copy of the corpus, its compressed files unpacked.
fn corpus() -> Lab {
    let lab = Lab::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/0.1");
    unpack(&from, &lab.path("corpus"));
    lab
}

fn unpack(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        match path.extension().and_then(|ending| ending.to_str()) {
            _ if path.is_dir() => unpack(&path, &to.join(name)),
            Some("gz") => {
                let mut packed = flate2::read::GzDecoder::new(std::fs::File::open(&path).unwrap());
                let mut file = std::fs::File::create(to.join(path.file_stem().unwrap())).unwrap();
                std::io::copy(&mut packed, &mut file).unwrap();
            }
            _ => _ = std::fs::copy(&path, to.join(name)).unwrap(),
        }
    }
}

/// The digest at the end of a run, as recorded.
fn digest(lab: &Lab, run: &str) -> String {
    let session = std::fs::read_to_string(lab.path(&format!("corpus/{run}/session.ron"))).unwrap();
    let (_, ending) = session.split_once("ending: Some(").unwrap();
    ending.split_once("digest: \"").unwrap().1[..16].to_owned()
}

#[test]
fn runs_of_version_0_1_are_verified_by_replay_and_tested() {
    let lab = corpus();
    for run in ["competing-finished", "features-finished", "deep-finished", "saved"] {
        lab.line(&format!("replay corpus/{run} --data corpus/data")).good();
    }
    for run in ["competing-finished", "features-finished", "deep-finished"] {
        let tested = lab.line(&format!("eval corpus/{run} --data corpus/data --json")).good().last();
        let session = std::fs::read_to_string(lab.path(&format!("corpus/{run}/session.ron"))).unwrap();
        let recorded: f64 = session.split_once("test_accuracy: Some(").unwrap().1.split_once(')').unwrap().0.parse().unwrap();
        assert_eq!(tested["test_accuracy"].as_f64(), Some(recorded), "{run}: {tested}");
    }
}

#[test]
fn interrupted_runs_of_version_0_1_are_resumed_to_the_same_end() {
    let lab = corpus();
    for kind in ["competing", "features", "deep"] {
        let (whole, part) = (format!("{kind}-finished"), format!("{kind}-interrupted"));
        assert_ne!(digest(&lab, &part), digest(&lab, &whole), "{kind}");
        lab.line(&format!("train --resume corpus/{part} --data corpus/data")).good();
        assert_eq!(digest(&lab, &part), digest(&lab, &whole), "{kind}");
        for file in ["metrics.csv", "confusion.csv"] {
            let read = |run: &str| std::fs::read_to_string(lab.path(&format!("corpus/{run}/{file}"))).unwrap();
            assert_eq!(read(&part), read(&whole), "{kind}, {file}");
        }
    }
}

#[test]
fn a_saved_session_of_version_0_1_is_resumed_and_verified() {
    let lab = corpus();
    lab.line("train --resume corpus/saved --data corpus/data").good();
    lab.line("replay corpus/saved --data corpus/data").good();
}
