//! Layer-wise training: the filters of a layer change in its own stage only.

use super::checkpoints::KINDS;
use super::common::{bars, preset, train};
use spikescope::experiment::Trainer;
use spikescope::params::ParamId;

/// The weights of every projection that has filters.
fn filters(trainer: &Trainer) -> Vec<ndarray::Array2<f32>> {
    trainer.network().projections().iter().filter(|p| p.synapses.conv().is_some()).map(|p| p.synapses.to_array()).collect()
}

#[track_caller]
fn assert_learns(trainer: &mut Trainer, images: u64, layers: &[usize]) {
    let before = filters(trainer);
    train(trainer, images);
    let changed: Vec<usize> =
        filters(trainer).iter().zip(&before).enumerate().filter(|(_, (a, b))| a != b).map(|(layer, _)| layer).collect();
    assert_eq!(changed, layers, "after image {}", trainer.images_done());
}

#[test]
fn deep_network_learns_layer_by_layer_and_the_last_from_reward() {
    for kind in &KINDS[11..] {
        let mut trainer = Trainer::new(&preset(&[super::common::SMALL, kind].concat()), bars(), 3, Some(40)).unwrap();
        assert_learns(&mut trainer, 3, &[0]);
        assert_learns(&mut trainer, 3, &[1]);
        assert_learns(&mut trainer, 20, &[2]);
    }
}

#[test]
fn filter_banks_learn_first_then_the_second_layer_then_reward_gates_both() {
    let mut trainer = Trainer::new(&preset(&[super::common::SMALL, KINDS[10]].concat()), bars(), 3, Some(40)).unwrap();
    assert_learns(&mut trainer, 2, &[0]);
    // with the first image after a stage, the mean is subtracted from its filters
    assert_learns(&mut trainer, 2, &[0, 1]);
    assert_learns(&mut trainer, 20, &[0, 1]);
}

#[test]
fn trained_filters_are_unchanged_when_images_are_added() {
    let mut trainer = Trainer::new(&preset(&[super::common::SMALL, KINDS[9]].concat()), bars(), 3, Some(40)).unwrap();
    train(&mut trainer, 6);
    trainer.set(ParamId::FilterImages, 1000.0).unwrap();
    assert_learns(&mut trainer, 10, &[]);
}
