//! Determinism: the results of a seed do not depend on cuts, monitors, intermediate tests or threads.

use super::checkpoints::KINDS;
use super::common::{Dice, bars, mnist, preset, small, train};
use proptest::prelude::*;
use spikescope::engine::archive::Digest;
use spikescope::engine::monitor::{Monitor, RateMonitor, SpikeMonitor, StateMonitor};
use spikescope::experiment::{TestResult, Trainer, TrialRecord};
use spikescope::params::ParamId as P;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

static NEVER: AtomicBool = AtomicBool::new(false);

/// Train on `images` images in pieces; records and the state after.
fn in_pieces(mut trainer: Trainer, images: u64, mut piece: impl FnMut() -> u64, watched: bool) -> (Vec<TrialRecord>, Digest) {
    let mut records = Vec::new();
    let (mut spikes, mut state, mut rate) = (SpikeMonitor::default(), StateMonitor::new(&[0]), RateMonitor::new(50));
    while trainer.images_done() < images {
        let mut monitors: [&mut dyn Monitor; 3] = [&mut spikes, &mut state, &mut rate];
        records.extend(trainer.advance(piece(), if watched { &mut monitors } else { &mut [] }).unwrap());
    }
    let digest = trainer.digest();
    (records, digest)
}

#[test]
fn training_on_300_images_is_independent_of_the_step_count_per_call() {
    let settings = preset(&[("n_neurons", "100"), ("rest", "10 ms")]);
    let fresh = || Trainer::new(&settings, mnist(), 7, Some(1000)).unwrap();
    let whole = in_pieces(fresh(), 300, || u64::MAX, false);
    assert!(whole.0.iter().map(|r| u64::from(r.spikes)).sum::<u64>() > 300, "something happens");
    assert_eq!(in_pieces(fresh(), 300, || 1, false), whole, "in steps of one");
    let mut dice = Dice::new(3);
    assert_eq!(in_pieces(fresh(), 300, || dice.below(400) as u64, false), whole, "cut at random");
    assert_eq!(in_pieces(fresh(), 300, || u64::MAX, true), whole, "watched");
    let other = in_pieces(Trainer::new(&settings, mnist(), 8, Some(1000)).unwrap(), 300, || u64::MAX, false);
    assert_ne!(other.1.differences(&whole.1), Vec::<String>::new(), "another seed is another run");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn runs_of_every_kind_are_independent_of_how_they_are_cut(kind in 0..KINDS.len(), seed in any::<u64>(), watched in any::<bool>(), rest in 0..3u8) {
        let settings = [KINDS[kind], &[("rest", ["0 ms", "1 ms", "33 ms"][rest as usize])]].concat();
        let whole = in_pieces(small(&settings, seed), 8, || u64::MAX, false);
        let mut dice = Dice::new(seed);
        let pieces = in_pieces(small(&settings, seed), 8, || dice.below(90) as u64, watched);
        prop_assert_eq!(whole.1.differences(&pieces.1), Vec::<String>::new());
        prop_assert_eq!(whole.0, pieces.0);
    }

    #[test]
    fn parameter_changes_and_rewards_are_independent_of_how_a_run_is_cut(seed in any::<u64>(), at in 1..300u64) {
        let run = |most: u64| {
            let mut trainer = small(&[], seed);
            while trainer.step() < 400 {
                let next = if trainer.step() < at { at } else { 400 };
                trainer.advance(most.min(next - trainer.step()), &mut []).unwrap();
                if trainer.step() == at {
                    trainer.set(P::Inhibition, 3.0).unwrap();
                    trainer.set(P::TauM, 30.0).unwrap();
                    trainer.set(P::Eta, 0.5).unwrap();
                    trainer.give_reward(0.7);
                }
            }
            trainer.digest()
        };
        prop_assert_eq!(run(u64::MAX).differences(&run(1)), Vec::<String>::new());
    }
}

fn test(trainer: &Trainer, images: usize, threads: usize) -> TestResult {
    trainer.evaluator().run(images, threads, &|_| {}, &NEVER).unwrap()
}

#[test]
fn test_result_is_independent_of_threads_and_repetition() {
    // noise and label assignment included: results must not depend on earlier images of the same thread
    for settings in [&[][..], &[("sigma", "3 mV")], &[("rule", "stdp"), ("readout", "label assignment"), ("assign_images", "400")]] {
        let settings = [&[("n_neurons", "50"), ("present", "100 ms")][..], settings].concat();
        let mut trainer = Trainer::new(&preset(&settings), mnist(), 7, Some(1000)).unwrap();
        train(&mut trainer, 100);
        let before = trainer.digest();
        let one = test(&trainer, 500, 1);
        assert!(one.spikes_per_image > 1.0, "{one:?}");
        assert_eq!(test(&trainer, 500, 2), one, "{settings:?}");
        assert_eq!(test(&trainer, 500, 3), one, "{settings:?}");
        assert_eq!(test(&trainer, 500, 1), one, "{settings:?}");
        assert_eq!(trainer.digest(), before, "a test leaves no trace in the network it tests");
    }
}

#[test]
fn test_noise_depends_on_the_image_but_not_on_its_neighbours() {
    let trainer =
        Trainer::new(&preset(&[("n_neurons", "20"), ("sigma", "8 mV"), ("present", "50 ms"), ("w_init_max", "0")]), mnist(), 7, None)
            .unwrap();
    // weights are zero: only noise fires
    let few = test(&trainer, 3, 1);
    let many = test(&trainer, 300, 1);
    assert!(many.spikes_per_image > 0.1 && few.spikes_per_image != many.spikes_per_image, "{few:?} {many:?}");
    let answers = |result: &TestResult| result.confusion.iter().map(|row| row.iter().filter(|&&n| n > 0).count()).collect::<Vec<_>>();
    assert!(answers(&many).iter().all(|&kinds| kinds > 2), "every image had the same noise: {:?}", many.confusion);
}

#[test]
fn testing_between_images_does_not_change_training() {
    for kind in KINDS {
        let alone = in_pieces(small(kind, 5), 9, || u64::MAX, false);
        let mut trainer = small(kind, 5);
        let mut records = Vec::new();
        while trainer.images_done() < 9 {
            records.extend(trainer.advance(29, &mut []).unwrap());
            test(&trainer, 3, 1);
        }
        assert_eq!((records, trainer.digest()), alone, "{kind:?}");
    }
}

#[test]
fn progress_ends_at_the_number_of_images() {
    let trainer = Trainer::new(&preset(&[("n_neurons", "10"), ("present", "10 ms")]), mnist(), 7, None).unwrap();
    let seen = Mutex::new(Vec::new());
    trainer.evaluator().run(250, 2, &|n| seen.lock().unwrap().push(n), &NEVER).unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    assert_eq!(seen.len(), 3);
    assert_eq!(seen.last(), Some(&250));
}

#[test]
fn every_epoch_shows_each_image_once_in_a_different_order() {
    let mut trainer = small(&[], 5);
    let orders: Vec<Vec<u32>> = (0..3).map(|_| (0..12).map(|_| trainer.train_image().unwrap().image).collect()).collect();
    for order in &orders {
        assert_eq!(order.iter().collect::<HashSet<_>>().len(), 12, "{order:?}");
    }
    assert!(orders[0] != orders[1] && orders[1] != orders[2]);
    let mut trainer = small(&[], 5);
    for (n, &image) in orders.concat().iter().enumerate() {
        let record = trainer.train_image().unwrap();
        assert_eq!((record.index, record.image, record.label), (n as u64, image, bars().train.labels[image as usize]));
    }
}
