//! Learning on MNIST depends on the reward. Accuracy on 1,000 held-out training images; the results
//! of three seeds are given beside each bound.

use super::common::{Dice, file, mnist, preset, train};
use spikescope::datasets::Data;
use spikescope::experiment::Trainer;
use spikescope::preset::Preset;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Five standard errors of chance on 1,000 images: 0.1 + 5 √(0.1 · 0.9/1000).
const NEAR_CHANCE: f64 = 0.15;

fn accuracy_on(data: Arc<Data>, settings: &[(&str, &str)], images: u64, seed: u64) -> f64 {
    let mut trainer = Trainer::new(&preset(settings), data, seed, Some(images)).unwrap();
    train(&mut trainer, images);
    trainer.evaluator().run(1000, 2, &|_| {}, &AtomicBool::new(false)).unwrap().accuracy
}

fn accuracy(settings: &[(&str, &str)], images: u64, seed: u64) -> f64 {
    accuracy_on(mnist(), settings, images, seed)
}

#[test]
fn default_preset_learns_most_digits_in_3000_rewarded_images() {
    let untrained = accuracy(&[], 0, 1);
    assert!(untrained < NEAR_CHANCE, "{untrained}");
    let trained = accuracy(&[], 3000, 1);
    // 0.57 to 0.67
    assert!(trained > 0.5, "{trained}");
}

#[test]
fn accuracy_without_reward_stays_near_chance() {
    let accuracy = accuracy(&[("reward_mode", "off")], 2000, 1);
    assert!(accuracy < NEAR_CHANCE, "{accuracy}");
}

#[test]
fn inverted_reward_gives_accuracy_below_chance() {
    let accuracy = accuracy(&[("reward_mode", "inverted")], 3000, 1);
    // 0.035 to 0.044; chance less three standard errors is 0.072
    assert!(accuracy < 0.072, "{accuracy}");
}

#[test]
fn reward_for_random_labels_leaves_accuracy_at_chance() {
    let mut data = (*mnist()).clone();
    let mut dice = Dice::new(1);
    let labels = &mut data.train.labels;
    (1..labels.len()).rev().for_each(|i| labels.swap(i, dice.below(i + 1)));
    let accuracy = accuracy_on(Arc::new(data), &[("n_neurons", "100")], 2000, 1);
    assert!(accuracy < NEAR_CHANCE, "{accuracy}");
}

#[test]
fn unsupervised_stdp_with_label_assignment_learns_digits() {
    let settings = [("n_neurons", "100"), ("readout", "label assignment"), ("bounds", "hard"), ("assign_images", "1000")];
    let with = |rule: &[(&'static str, &'static str)]| [&settings[..], rule].concat();
    let random = accuracy(&with(&[("rule", "none")]), 100, 1);
    // 0.27 to 0.30: label assignment alone gives more than chance with random weights
    assert!(random < 0.45, "{random}");
    let learnt = accuracy(&with(&[("rule", "stdp"), ("eta", "0.003"), ("eta_final", "1")]), 6000, 1);
    // 0.83 to 0.86
    assert!(learnt > 0.75, "{learnt}");
}

#[test]
fn reward_after_stdp_keeps_the_accuracy_of_stdp() {
    let settings = [("n_neurons", "100"), ("rule", "stdp-then-r-stdp"), ("stdp_images", "3000"), ("readout", "label assignment")];
    let accuracy = accuracy(&settings, 6000, 1);
    // 0.88 to 0.91
    assert!(accuracy > 0.8, "{accuracy}");
}

/// Accuracy of a shipped preset with some settings changed.
fn shipped(name: &str, settings: &[(&str, &str)], data: Arc<Data>, images: u64) -> f64 {
    let mut preset = Preset::load(&file(&format!("presets/{name}.ron"))).unwrap();
    for (name, value) in settings {
        preset.params.set_text(name, value).unwrap();
    }
    let mut trainer = Trainer::new(&preset, data, 1, Some(images)).unwrap();
    train(&mut trainer, images);
    trainer.evaluator().run(1000, 2, &|_| {}, &AtomicBool::new(false)).unwrap().accuracy
}

#[test]
fn gabor_features_with_first_spike_readout_learn_digits_in_3000_rewards() {
    let accuracy = shipped("mnist-gabor-rstdp", &[], mnist(), 3000);
    // 0.959 to 0.970
    assert!(accuracy > 0.94, "{accuracy}");
}

#[test]
fn first_spike_readout_without_informative_reward_stays_at_chance() {
    let silent = shipped("mnist-gabor-rstdp", &[("reward_mode", "off")], mnist(), 500);
    assert!(silent < NEAR_CHANCE, "{silent}");
    let mut data = (*mnist()).clone();
    let mut dice = Dice::new(1);
    let labels = &mut data.train.labels;
    (1..labels.len()).rev().for_each(|i| labels.swap(i, dice.below(i + 1)));
    let shuffled = shipped("mnist-gabor-rstdp", &[], Arc::new(data), 1500);
    assert!(shuffled < NEAR_CHANCE, "{shuffled}");
}

#[test]
fn first_spike_readout_learns_on_stdp_features() {
    let accuracy = shipped("mnist-stdp-features-rstdp", &[("filter_images", "1500")], mnist(), 5000);
    // 0.953 to 0.966
    assert!(accuracy > 0.93, "{accuracy}");
}

#[test]
fn three_layers_trained_in_stages_learn_digits() {
    // high initial weights differ between sites from the start, which helps short training and hinders long training
    let quick = [("images_1", "1500"), ("images_2", "1500"), ("maps_2", "100"), ("w_init_sd", "0.1")];
    let accuracy = shipped("mnist-mozafari-conv", &quick, mnist(), 10_000);
    // 0.68
    assert!(accuracy > 0.5, "{accuracy}");
}
