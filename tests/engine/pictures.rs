//! User drawings: tests do not change the run; taught drawings are part of the run and are replayed bit for bit.

use super::common::{SMALL, bars, file, mnist, preset, small, train};
use spikescope::experiment::{Applied, Picture, Recorded, Trainer};
use spikescope::preset::Preset;
use spikescope::time::Step;

fn picture(label: u8) -> Picture {
    Picture { label, pixels: (0..36).map(|i| if i / 6 == usize::from(label) { 250 } else { 0 }).collect() }
}

#[test]
fn taught_picture_replaces_exactly_the_next_image_and_label() {
    let mut trainer = small(&[], 4);
    trainer.train_image().unwrap();
    let other = Picture { label: (trainer.trial().label + 1) % 4, ..picture(2) };
    trainer.show_next(other.clone()).unwrap();
    trainer.advance(1, &mut []).unwrap();
    let trial = trainer.trial();
    assert!(trial.drawn && trial.label == other.label && trainer.picture() == other.pixels);
    let record = trainer.train_image().unwrap();
    assert_eq!((record.label, record.index), (other.label, 1));
    assert!(trainer.trial().drawn, "between two trials the last one is what there is to see");
    let record = trainer.train_image().unwrap();
    assert!(!trainer.trial().drawn);
    assert_eq!(record.label, trainer.data().train.labels[record.image as usize]);
}

#[test]
fn taught_picture_changes_weights() {
    let mut plain = small(&[], 4);
    let mut taught = small(&[], 4);
    taught.show_next(picture(1)).unwrap();
    train(&mut plain, 2);
    train(&mut taught, 2);
    assert_ne!(plain.digest().to_string(), taught.digest().to_string());
}

#[test]
fn run_with_taught_pictures_is_replayed_and_resumed_bit_for_bit() {
    for cut in [0, 1, 20, 47, 60, 94, 110] {
        let mut live = small(&[], 9);
        let mut log = Vec::new();
        let mut shown = 0;
        while live.step() < 300 {
            // in the middle of an image, at its onset, two at once
            if [30, 47, 48, 200].contains(&live.step()) {
                let change = Recorded::Shown(picture((shown % 4) as u8));
                live.apply(&change).unwrap();
                log.push(Applied { before: Step(live.step()), change });
                shown += 1;
            }
            live.advance(1, &mut []).unwrap();
        }
        let mut replayed = small(&[], 9);
        replayed.replay(&log, Step(300)).unwrap();
        assert_eq!(replayed.digest().to_string(), live.digest().to_string());
        // stopped at a cut and resumed in another process
        let mut first = small(&[], 9);
        let before: Vec<Applied> = log.iter().filter(|applied| applied.before.0 <= cut).cloned().collect();
        first.replay(&before, Step(cut)).unwrap();
        let bytes = first.save();
        let mut second = small(&[], 9);
        second.restore(&bytes).unwrap();
        assert_eq!(second.digest().to_string(), first.digest().to_string());
        let after: Vec<Applied> = log.iter().filter(|applied| applied.before.0 > cut).cloned().collect();
        second.replay(&after, Step(300)).unwrap();
        assert_eq!(second.digest().to_string(), live.digest().to_string(), "cut at {cut}");
    }
}

#[test]
fn picture_of_another_size_or_class_is_refused_without_effect() {
    let mut trainer = Trainer::new(&preset(SMALL), bars(), 1, Some(9)).unwrap();
    let before = trainer.digest().to_string();
    let wrong = [Picture { label: 0, pixels: vec![0; 35] }, Picture { label: 4, pixels: vec![0; 36] }];
    for picture in wrong {
        let reason = trainer.show_next(picture).unwrap_err().to_string();
        assert!(reason.contains("35") || reason.contains("class 4"), "{reason}");
    }
    assert_eq!(before, trainer.digest().to_string());
}

/// A probe gives the same answer as a test and does not change the run.
#[test]
fn probe_equals_a_test_and_does_not_change_the_run() {
    for (name, images) in [("mnist-rstdp", 30), ("mnist-gabor-rstdp-128", 30), ("mnist-mozafari-conv", 3)] {
        let preset = Preset::load(&file(&format!("presets/{name}.ron"))).unwrap();
        let mut trainer = Trainer::new(&preset, mnist(), 5, Some(100)).unwrap();
        train(&mut trainer, images);
        trainer.advance(5, &mut []).unwrap();
        let before = trainer.digest().to_string();
        let pixels = trainer.data().test.images.row(3).to_vec();
        let [one, two] = [(); 2].map(|()| trainer.evaluator().probe(&pixels, images));
        assert_eq!(one, two, "{name}: the same picture, the same answer");
        assert_eq!(before, trainer.digest().to_string(), "{name}");
        assert_eq!((one.votes.len(), one.after_images, &one.pixels), (10, images, &pixels));
        let first = one.first.unwrap();
        assert!(first.at_ms > 0.0 && one.spikes > 0, "{name}");
        if let Some(probabilities) = &one.probabilities {
            assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-3);
            assert_eq!(one.answer, first.class, "{name}: the first spike is the answer");
        }
        let blank = trainer.evaluator().probe(&[0; 784], images);
        assert!(blank.spikes == 0 || blank.probabilities.is_some(), "{name}: no spikes for an empty drawing");
    }
}
