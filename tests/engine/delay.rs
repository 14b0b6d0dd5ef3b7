//! Delayed, noisy and inverted rewards, and swapped labels.

use super::checkpoints::KINDS;
use super::common::{SMALL, bars, preset, small, train};
use spikescope::datasets::Data;
use spikescope::experiment::{Applied, Recorded, Trainer};
use spikescope::params::ParamId as P;
use spikescope::time::Step;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Without normalisation, bounds or noise a change of weights is proportional to the eligibility that is left.
const LINEAR: &[(&str, &str)] = &[("norm", "0"), ("bounds", "hard"), ("w_max", "100 mV"), ("eta", "1e-3"), ("modulator", "raw reward")];

fn weights(trainer: &Trainer) -> Vec<f32> {
    trainer.network().projections().iter().flat_map(|p| p.synapses.to_array().into_iter()).collect()
}

/// Weight change by one rewarded image.
fn change(settings: &[(&str, &str)], images_before: u64, delay_ms: f64) -> Vec<f64> {
    let mut trainer = small(settings, 3);
    train(&mut trainer, images_before);
    trainer.set(P::RewardDelay, delay_ms).unwrap();
    let before = weights(&trainer);
    trainer.advance(5, &mut []).unwrap();
    trainer.give_reward(1.0);
    trainer.train_image().unwrap();
    weights(&trainer).iter().zip(before).map(|(after, before)| f64::from(*after) - f64::from(before)).collect()
}

#[track_caller]
fn assert_decays(settings: &[(&str, &str)], images_before: u64, (delay_ms, tau_ms): (f64, f64)) {
    let (now, late) = (change(settings, images_before, 0.0), change(settings, images_before, delay_ms));
    let expected = (-delay_ms / tau_ms).exp();
    let most = now.iter().fold(0.0f64, |most, by| most.max(by.abs()));
    assert!(most > 1e-5, "nothing was learnt");
    for (now, late) in now.iter().zip(&late) {
        assert!((late - expected * now).abs() < 2e-3 * most + 1e-7, "{late} of {now}, expected {expected}");
    }
}

#[test]
fn eligibility_decays_until_a_delayed_reward() {
    for (delay_ms, tau_ms) in [(20.0, 40.0), (300.0, 200.0)] {
        let tau = format!("{tau_ms} ms");
        assert_decays(&[LINEAR, &[("tau_e", tau.as_str()), ("eta", "0.01")]].concat(), 2, (delay_ms, tau_ms));
        // the first-spike readout has an eligibility that does not decay
        let race = [KINDS[8], &[("augment", "0"), ("augment_turn", "0"), ("augment_warp", "0"), ("reward_delay", "0 ms")]].concat();
        assert_decays(&[&race, LINEAR, &[("tau_e", tau.as_str()), ("eta", "0.5")]].concat(), 2, (delay_ms, tau_ms));
        // earlier stages learn without reward
        let deep = [KINDS[12], LINEAR, &[("tau_e", tau.as_str()), ("reward_delay", "0 ms"), ("eta", "0.01")]].concat();
        assert_decays(&deep, 8, (delay_ms, tau_ms));
    }
}

#[test]
fn reward_delay_lengthens_the_trial_exactly() {
    for kind in [KINDS[0], KINDS[8], KINDS[11]] {
        let mut trainer = small(&[kind, &[("reward_delay", "13 ms")]].concat(), 3);
        trainer.advance(40, &mut []).unwrap();
        let trial = trainer.trial();
        assert_eq!((trial.total_steps, trial.elapsed_steps, trial.waits_steps), (60, 40, 13));
        let answered = trial.outcome.unwrap();
        assert_eq!(answered.reward, None, "not yet");
        trainer.advance(12, &mut []).unwrap();
        assert_eq!((trainer.trial().waits_steps, trainer.trial().outcome.unwrap().reward), (1, None));
        trainer.advance(1, &mut []).unwrap();
        let rewarded = trainer.trial().outcome.unwrap();
        assert!(rewarded.reward.is_some() && trainer.trial().waits_steps == 0);
        assert_eq!((rewarded.answer, rewarded.spikes), (answered.answer, answered.spikes));
        assert_eq!(trainer.advance(7, &mut []).unwrap(), Some(rewarded));
        assert_eq!(trainer.step(), 60);
    }
}

#[test]
fn manual_reward_is_accepted_during_the_reward_delay() {
    let mut trainer = small(&[("reward_delay", "13 ms")], 3);
    trainer.advance(50, &mut []).unwrap();
    trainer.give_reward(-0.5);
    assert_eq!(trainer.train_image().unwrap().reward, Some(-0.5));
    assert_ne!(trainer.train_image().unwrap().reward, Some(-0.5));
}

#[test]
fn reward_noise_of_one_equals_inverted_reward_bit_for_bit() {
    let digests = [("reward_noise", "1"), ("reward_mode", "inverted")].map(|set| {
        let mut trainer = small(&[set], 3);
        train(&mut trainer, 20);
        trainer.digest()
    });
    assert_eq!(digests[0], digests[1]);
    let mut plain = small(&[], 3);
    train(&mut plain, 20);
    assert_ne!(digests[0], plain.digest());
}

#[test]
fn reward_noise_has_the_set_rate_and_depends_on_image_and_seed() {
    let mistaken = |seed: u64, cut: u64| -> Vec<bool> {
        let mut trainer = small(&[("reward_noise", "0.3"), ("present", "10 ms")], seed);
        let mut ended = Vec::new();
        while ended.len() < 2000 {
            ended.extend(trainer.advance(cut, &mut []).unwrap());
        }
        ended.iter().map(|r| (r.reward == Some(1.0)) != (r.answer == Some(r.label))).collect()
    };
    let whole = mistaken(3, u64::MAX);
    let n = whole.iter().filter(|&&is| is).count() as f64;
    // five standard deviations of a binomial
    assert!((n - 600.0).abs() < 5.0 * (2000.0f64 * 0.3 * 0.7).sqrt(), "{n} of 2,000");
    assert_eq!(whole, mistaken(3, 4), "however the time is cut");
    assert_ne!(whole, mistaken(4, u64::MAX));
}

/// The same pictures with two labels exchanged.
fn relabelled(a: u8, b: u8) -> Arc<Data> {
    let mut data = (*bars()).clone();
    for label in data.train.labels.iter_mut().chain(data.test.labels.iter_mut()) {
        *label = if *label == a {
            b
        } else if *label == b {
            a
        } else {
            *label
        };
    }
    Arc::new(data)
}

#[test]
fn swapped_labels_equal_exchanged_labels_in_the_data() {
    let never = AtomicBool::new(false);
    for kind in [KINDS[0], KINDS[1], KINDS[7], KINDS[11]] {
        let mut swapped = small(&[kind, &[("swap_a", "1"), ("swap_b", "3")]].concat(), 3);
        let preset = preset(&[SMALL, kind].concat());
        let mut other = Trainer::new(&preset, relabelled(1, 3), 3, Some(30)).unwrap();
        for _ in 0..20 {
            assert_eq!(swapped.train_image().unwrap(), other.train_image().unwrap());
            assert_eq!(swapped.trial(), other.trial());
        }
        assert_eq!(swapped.digest(), other.digest());
        let [a, b] = [&swapped, &other].map(|t| t.evaluator().run(12, 1, &|_| {}, &never).unwrap());
        assert_eq!(a, b);
    }
}

#[test]
fn label_swap_with_a_missing_class_is_refused() {
    let refused = Trainer::new(&preset(&[SMALL, &[("swap_a", "7")]].concat()), bars(), 3, Some(30)).err().unwrap().to_string();
    assert!(refused.contains("0 to 3") && refused.contains("got 7"), "{refused}");
    let mut trainer = small(&[], 3);
    assert!(trainer.set(P::SwapB, 4.0).is_err());
    assert_eq!(trainer.params().get(P::SwapB), 0.0);
    trainer.set(P::SwapB, 3.0).unwrap();
}

#[test]
fn late_noisy_and_reversed_rewards_replay_from_the_log_bit_for_bit() {
    let set = |id: P, value| Recorded::Set(id.spec().name.to_owned(), value);
    let change = |step, change| Applied { before: Step(step), change };
    let log = [
        change(60, set(P::RewardDelay, 25.0)),
        change(130, set(P::RewardNoise, 0.4)),
        // while a reward is awaited
        change(195, Recorded::Reward(-0.25)),
        change(300, set(P::SwapA, 2.0)),
        change(420, set(P::RewardDelay, 0.0)),
    ];
    for kind in [KINDS[0], KINDS[5], KINDS[8], KINDS[11], KINDS[12]] {
        let mut live = small(kind, 3);
        let mut step = 0;
        for Applied { before, change } in &log {
            while live.step() < before.0 {
                // in steps of different sizes
                live.advance((before.0 - live.step()).min(3), &mut []).unwrap();
            }
            live.apply(change).unwrap();
            step = before.0;
        }
        while live.step() < step + 200 {
            live.advance(1, &mut []).unwrap();
        }
        let mut replay = small(kind, 3);
        replay.replay(&log, Step(step + 200)).unwrap();
        assert_eq!(replay.digest(), live.digest());
    }
}
