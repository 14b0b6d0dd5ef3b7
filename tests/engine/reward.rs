//! Answers from spikes, rewards from answers, and the neuromodulator from rewards.

use super::common::{bars, small, train};
use spikescope::engine::neuromodulator::{Baseline, Neuromodulator};
use spikescope::experiment::{Readout, TrialRecord};
use spikescope::params::ParamId as P;

#[test]
fn each_signal_is_reward_minus_its_baseline() {
    let rewards = [(1.0, Some(0)), (0.0, Some(1)), (1.0, Some(0)), (-1.0, None), (0.5, Some(1)), (1.0, Some(0))];
    let rate = 0.05;
    for baseline in [Baseline::None, Baseline::RunningMean, Baseline::Prediction] {
        let mut modulator = Neuromodulator::new(2, baseline, rate);
        let (mut mean, mut predicted) = (0.0, [0.0; 2]);
        for (reward, action) in rewards {
            let expected: f64 = match (baseline, action) {
                (Baseline::None, _) => 0.0,
                (Baseline::RunningMean, _) | (_, None) => mean,
                (_, Some(a)) => predicted[a as usize],
            };
            assert_eq!(modulator.expectation(action, None), expected, "{baseline:?}");
            assert_eq!(modulator.reward(reward, action, None), reward - expected, "{baseline:?}");
            mean += rate * (reward - mean);
            if let Some(a) = action {
                predicted[a as usize] += 10.0 * rate * (reward - predicted[a as usize]);
            }
        }
    }
}

#[test]
fn own_probability_is_the_expected_reward() {
    let own = Some(0.75);
    let mut modulator = Neuromodulator::new(2, Baseline::OwnProbability, 0.05);
    assert_eq!((modulator.expectation(Some(0), own), modulator.reward(1.0, Some(0), own)), (0.75, 0.25));
    let mut modulator = Neuromodulator::new(2, Baseline::OverDoubt, 0.05);
    // correct: (1 - p)/(1 - p) = 1; wrong: -p/(1 - p)
    assert_eq!((modulator.reward(1.0, Some(0), own), modulator.reward(0.0, Some(0), own)), (1.0, -3.0));
    // for p near 1 the divisor is bounded by 0.02
    assert_eq!(modulator.reward(0.0, Some(0), Some(0.999)), -0.999 / 0.02);
    let mut modulator = Neuromodulator::new(2, Baseline::Sign, 0.05);
    assert_eq!([1.0, -2.0, -1.0, 0.0].map(|reward| modulator.reward(reward, None, None)), [1.0, -1.0, -1.0, 1.0]);
}

#[test]
fn output_pools_differ_in_size_by_at_most_one() {
    for (neurons, classes) in [(400, 10), (100, 10), (12, 4), (13, 4), (10, 10)] {
        let readout = Readout::pools(1, neurons, classes);
        let mut sizes = vec![0usize; classes];
        let mut last = 0;
        for class in readout.class_of() {
            let class = class.unwrap();
            assert!(class >= last, "classes come in order");
            last = class;
            sizes[class as usize] += 1;
        }
        assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{neurons} in {classes}: {sizes:?}");
    }
}

#[test]
fn open_assignment_follows_responses_and_closed_one_is_fixed() {
    let mut readout = Readout::assignment(3, 2);
    assert_eq!(readout.class_of(), [None; 3]);
    assert_eq!(Readout::answer(&readout.votes(&[5, 5, 5])), None, "no neuron has a class yet");
    for _ in 0..100 {
        readout.observe(&[3, 0, 0], 0);
        readout.observe(&[0, 2, 0], 1);
    }
    assert_eq!(readout.class_of(), [Some(0), Some(1), None], "a silent neuron stays without a class");
    assert_eq!(Readout::answer(&readout.votes(&[1, 2, 9])), Some(1));
    readout.close();
    for _ in 0..1000 {
        readout.observe(&[0, 3, 0], 0);
        readout.observe(&[2, 0, 0], 1);
    }
    assert_eq!(readout.class_of(), [Some(0), Some(1), None]);
}

fn records(settings: &[(&str, &str)], n: usize) -> Vec<TrialRecord> {
    let mut trainer = small(settings, 3);
    (0..n).map(|_| trainer.train_image().unwrap()).collect()
}

#[test]
fn reward_depends_on_answer_label_and_mode() {
    let values: &[(&str, &str)] = &[("reward_right", "0.75"), ("reward_wrong", "-0.25")];
    let automatic = records(values, 30);
    assert!(automatic.iter().any(|r| r.answer == Some(r.label)) && automatic.iter().any(|r| r.answer != Some(r.label)));
    for r in &automatic {
        assert_eq!(r.reward, Some(if r.answer == Some(r.label) { 0.75 } else { -0.25 }));
    }
    for r in records(&[values, &[("reward_mode", "inverted")]].concat(), 30) {
        assert_eq!(r.reward, Some(if r.answer == Some(r.label) { -0.25 } else { 0.75 }));
    }
    for mode in ["off", "by hand"] {
        for r in records(&[values, &[("reward_mode", mode)]].concat(), 10) {
            assert_eq!((r.reward, r.modulation), (None, 0.0));
        }
    }
}

#[test]
fn records_contain_baseline_and_signal_of_every_modulator() {
    for (name, rate) in [("minus running mean", 0.1), ("minus prediction", 0.01), ("raw reward", 0.1)] {
        let (mut mean, mut predicted) = (0.0, [0.0; 4]);
        let rate_text = rate.to_string();
        for r in records(&[("modulator", name), ("reward_rate", &rate_text)], 40) {
            let expected: f64 = match (name, r.answer) {
                ("raw reward", _) => 0.0,
                ("minus prediction", Some(a)) => predicted[a as usize],
                _ => mean,
            };
            let reward = r.reward.unwrap();
            assert_eq!((r.expectation, r.modulation), (expected, reward - expected), "{name}");
            mean += rate * (reward - mean);
            if let Some(a) = r.answer {
                let p = &mut predicted[a as usize];
                *p += 10.0 * rate * (reward - *p);
            }
        }
    }
}

#[test]
fn manual_reward_replaces_the_automatic_one_for_one_image() {
    for mode in ["automatic", "by hand", "off", "inverted"] {
        let mut trainer =
            small(&[("reward_mode", mode), ("modulator", "raw reward"), ("reward_right", "0.25"), ("reward_wrong", "0.25")], 3);
        trainer.advance(5, &mut []).unwrap();
        trainer.give_reward(-0.5);
        let first = trainer.train_image().unwrap();
        assert_eq!((first.reward, first.modulation), (Some(-0.5), -0.5), "{mode}");
        let next = trainer.train_image().unwrap();
        assert_ne!(next.reward, Some(-0.5), "{mode}: it must not stay");
        // too late: the image was rewarded at the end of its presentation, 40 of 47 steps in
        trainer.advance(43, &mut []).unwrap();
        let before = trainer.trial().outcome.unwrap().reward;
        trainer.give_reward(-0.5);
        assert_eq!(trainer.train_image().unwrap().reward, before, "{mode}");
        assert_ne!(trainer.train_image().unwrap().reward, Some(-0.5), "{mode}");
    }
}

#[test]
fn weights_stay_finite_under_nan_and_extreme_rewards() {
    for reward in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, f64::from(f32::MAX)] {
        let mut trainer = small(&[("bounds", "hard")], 3);
        for _ in 0..3 {
            trainer.advance(5, &mut []).unwrap();
            trainer.give_reward(reward);
            trainer.train_image().unwrap();
        }
        let w = trainer.network().projections()[0].synapses.to_array();
        assert!(w.iter().all(|w| w.is_finite()), "after a reward of {reward}");
    }
}

#[test]
fn test_counts_every_image_once() {
    let mut trainer = small(&[], 3);
    train(&mut trainer, 24);
    let never = std::sync::atomic::AtomicBool::new(false);
    let result = trainer.evaluator().run(1000, 1, &|_| {}, &never).unwrap();
    assert_eq!(result.images, bars().test.len(), "no more than there are");
    assert_eq!(result.confusion.iter().map(|row| row.iter().sum::<u64>()).collect::<Vec<_>>(), [3; 4]);
    let right: u64 = (0..4).map(|c| result.confusion[c][c]).sum();
    assert!((result.accuracy - right as f64 / 12.0).abs() < 1e-12);
    let cancelled = std::sync::atomic::AtomicBool::new(true);
    assert_eq!(trainer.evaluator().run(1000, 1, &|_| {}, &cancelled), None);
}

#[test]
fn learning_rate_decays_exponentially_and_switches_with_the_rule() {
    for (boost, decay) in [("1", 7.0), ("3", 10.0)] {
        let images = decay.to_string();
        let mut trainer = small(&[("eta", "0.2"), ("eta_final", "0.01"), ("eta_boost", boost), ("boost_images", &images)], 3);
        let boosted = |n: f64| 1.0 + (boost.parse::<f64>().unwrap() - 1.0) * (-n / decay).exp();
        for n in 0..30 {
            let expected = 0.2 * 0.01f64.powf(f64::from(n) / 30.0) * boosted(f64::from(n));
            assert!((trainer.eta() - expected).abs() < 1e-12 * expected);
            trainer.train_image().unwrap();
        }
        assert!((trainer.eta() - 0.002 * boosted(30.0)).abs() < 1e-12, "and stays there");
    }
    let mut trainer = small(&[("rule", "stdp-then-r-stdp"), ("stdp_images", "5"), ("eta_stdp", "0.004"), ("eta", "0.2")], 3);
    for n in 0..10 {
        assert_eq!(trainer.eta() == 0.004, n < 5);
        trainer.train_image().unwrap();
    }
    assert_eq!(trainer.params().get(P::StdpImages), 5.0);
}
