//! Saved states are continued bit for bit; anything else is refused without a panic.

use super::common::{SMALL, bars, small, train};
use super::cuts::{Specimen, differences, specimens};
use proptest::prelude::*;
use spikescope::engine::archive::{ArchiveError, Digest, restore, save};
use spikescope::engine::network::Network;
use spikescope::engine::network::Norm;
use spikescope::engine::neuron::{LifParams, LifPopulation};
use spikescope::engine::projection::Dense;
use spikescope::experiment::{Trainer, TrialRecord};
use spikescope::params::ParamId as P;
use spikescope::time::TimeGrid;

/// Settings that together use every part of a trainer's state.
pub(crate) const KINDS: [&[(&str, &str)]; 13] = [
    &[],
    &[("rule", "stdp"), ("readout", "label assignment")],
    &[("rule", "pair-stdp"), ("pairing", "all-to-all"), ("inhibition_type", "conductance"), ("e_inh", "-80 mV"), ("tau_inh", "20 ms")],
    &[("rule", "stdp-then-r-stdp"), ("stdp_images", "3"), ("readout", "label assignment")],
    &[("encoder", "latency"), ("latency", "30 ms"), ("norm", "90 mV"), ("w_max", "9 mV"), ("modulator", "minus prediction")],
    &[
        ("sigma", "2 mV"),
        ("tau_syn", "4 ms"),
        ("norm", "90 mV"),
        ("w_max", "9 mV"),
        ("tau_e", "30 ms"),
        ("reward_delay", "13 ms"),
        ("reward_noise", "0.3"),
    ],
    &[("rule", "none"), ("dt", "0.5 ms"), ("present", "20 ms"), ("inhibition_type", "conductance"), ("sigma", "1 mV")],
    &[
        ("rule", "r-max"),
        ("n_features", "5"),
        ("filter_a", "3"),
        ("filter_b", "4"),
        ("stride", "1"),
        ("pad", "1"),
        ("cells", "3"),
        ("winners", "2"),
        ("v_th_hidden", "0.1"),
        ("latency", "8 ms"),
        ("gate", "15 ms"),
        ("modulator", "over own doubt"),
        ("augment", "0.5"),
    ],
    &[
        ("rule", "r-max"),
        ("features", "pixels"),
        ("credit", "integral"),
        ("ramp", "2"),
        ("latency", "15 ms"),
        ("gate", "20 ms"),
        ("modulator", "minus own probability"),
        ("reward_delay", "9 ms"),
        ("tau_e", "20 ms"),
        ("swap_a", "1"),
        ("swap_b", "3"),
        ("augment", "1"),
        ("augment_warp", "0.5"),
        ("augment_turn", "5"),
        ("w_init_sd", "0.1"),
    ],
    &[
        ("rule", "r-max"),
        ("features", "stdp"),
        ("filter_images", "4"),
        ("n_features", "4"),
        ("filter_a", "3"),
        ("stride", "1"),
        ("winners", "2"),
        ("v_th_hidden", "0.1"),
        ("latency", "8 ms"),
        ("gate", "15 ms"),
        ("modulator", "sign"),
    ],
    &[
        ("rule", "r-max"),
        ("features", "stdp"),
        ("filter_images", "2"),
        ("n_features", "4"),
        ("filter_a", "3"),
        ("stride", "1"),
        ("v_th_hidden", "0.1"),
        ("n_features_second", "5"),
        ("filter_second", "2"),
        ("filter_images_second", "2"),
        ("v_th_second", "0.05"),
        ("filter_reward", "0.1"),
        ("retina", "on-off"),
        ("latency_floor", "0.05"),
        ("average", "200"),
        ("latency", "8 ms"),
        ("gate", "15 ms"),
        ("modulator", "over own doubt"),
    ],
    &[
        ("rule", "r-max"),
        ("retina", "on-off, 3 scales"),
        ("modulator", "over own doubt"),
        ("w_init_sd", "0.1"),
        ("size_1", "3"),
        ("maps_1", "4"),
        ("v_th_1", "1.5"),
        ("learners_1", "2"),
        ("radius_1", "1"),
        ("images_1", "3"),
        ("maps_2", "5"),
        ("v_th_2", "1.5"),
        ("images_2", "3"),
        ("pool_2", "1"),
        ("size_3", "3"),
        ("latency", "8 ms"),
        ("gate", "15 ms"),
        ("v_th_out", "50"),
    ],
    &[
        ("size_1", "3"),
        ("maps_1", "4"),
        ("v_th_1", "1.5"),
        ("learners_1", "2"),
        ("radius_1", "1"),
        ("images_1", "3"),
        ("maps_2", "5"),
        ("v_th_2", "1.5"),
        ("images_2", "3"),
        ("pool_2", "1"),
        ("size_3", "3"),
        ("latency", "8 ms"),
        ("gate", "15 ms"),
        ("v_th_out", "50"),
        ("reward_delay", "11 ms"),
    ],
];

/// Finish `n` images; their records and the state after.
fn finish(trainer: &mut Trainer, n: usize) -> (Vec<TrialRecord>, Digest) {
    let records = (0..n).map(|_| trainer.train_image().unwrap()).collect();
    (records, trainer.digest())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_network_restored_at_any_step_continues_bit_for_bit(specimen in specimens(), at in 0..150u64) {
        let mut network = specimen.build();
        network.run(at, &mut []);
        let bytes = save(&mut network);
        let mut copy = specimen.build();
        // its previous state is replaced
        copy.run(150 - at, &mut []);
        restore(&mut copy, &bytes).unwrap();
        prop_assert_eq!(network.digest().differences(&copy.digest()), Vec::<String>::new());
        prop_assert_eq!(&save(&mut copy), &bytes);
        network.run(150 - at, &mut []);
        copy.run(150 - at, &mut []);
        prop_assert_eq!(network.counts(), copy.counts());
        prop_assert_eq!(differences(&mut network, &mut copy), Vec::<String>::new());
    }

    #[test]
    fn a_trainer_restored_at_any_step_continues_bit_for_bit(kind in 0..KINDS.len(), at in 0..600u64, hand in any::<bool>()) {
        let mut trainer = small(KINDS[kind], 9);
        let mut left = at;
        while left > 0 {
            let before = trainer.step();
            trainer.advance(left, &mut []).unwrap();
            left -= trainer.step() - before;
        }
        if hand {
            trainer.give_reward(0.3);
        }
        let bytes = trainer.save();
        let mut copy = small(KINDS[kind], 9);
        copy.train_image().unwrap();
        copy.restore(&bytes).unwrap();
        prop_assert_eq!(trainer.digest().differences(&copy.digest()), Vec::<String>::new());
        prop_assert_eq!(&copy.save(), &bytes);
        prop_assert_eq!(trainer.trial(), copy.trial());
        let (ours, theirs) = (finish(&mut trainer, 4), finish(&mut copy, 4));
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn damaged_bytes_are_refused_or_harmless_but_never_a_panic(
        kind in 0..KINDS.len(), at in any::<prop::sample::Index>(), value in any::<u8>(), length in prop::sample::select(vec![1usize, 2, 4, 8]),
    ) {
        let mut trainer = small(KINDS[kind], 9);
        trainer.advance(30, &mut []).unwrap();
        let mut bytes = trainer.save();
        let at = at.index(bytes.len());
        for byte in bytes.iter_mut().skip(at).take(length) {
            *byte = value;
        }
        let mut copy = small(KINDS[kind], 9);
        if copy.restore(&bytes).is_ok() {
            for _ in 0..20 {
                // a halt is a valid result
                if copy.advance(23, &mut []).is_err() {
                    break;
                }
            }
        }
    }

    #[test]
    fn damaged_networks_are_refused_or_harmless_but_never_a_panic(specimen in specimens(), at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let mut network = specimen.build();
        network.run(60, &mut []);
        let mut bytes = save(&mut network);
        let at = at.index(bytes.len());
        bytes[at] = value;
        let mut copy = specimen.build();
        if restore(&mut copy, &bytes).is_ok() {
            copy.run(90, &mut []);
            copy.consolidate(0.5);
            copy.set_norm(Norm { sum_mv: 40.0, w_max_mv: 6.0 });
copy.homeostasis();
        }
    }

    #[test]
    fn arbitrary_bytes_are_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(small(&[], 9).restore(&bytes).is_err());
    }
}

#[test]
fn every_truncation_and_every_surplus_is_an_error() {
    let mut trainer = small(&[], 9);
    trainer.advance(30, &mut []).unwrap();
    let bytes = trainer.save();
    let mut copy = small(&[], 9);
    for length in 0..bytes.len() {
        assert!(matches!(copy.restore(&bytes[..length]), Err(ArchiveError::Short(_))), "the first {length} of {} bytes", bytes.len());
    }
    assert_eq!(copy.restore(&[&bytes[..], &[0]].concat()), Err(ArchiveError::Surplus));
    copy.restore(&bytes).unwrap();
}

#[test]
fn unused_vector_lanes_accept_no_stored_value() {
    // the first row of potentials and of weights begins after its length; neuron 12 to 31 of 12 do not exist
    let lane = |bytes: &mut Vec<u8>, at: usize, value: f32| bytes[8 + 4 * at..][..4].copy_from_slice(&value.to_le_bytes());
    let mut population = LifPopulation::new(12, LifParams::default(), TimeGrid::new(1.0), 1);
    let mut synapses = Dense::new(3, 12);
    for value in [f32::INFINITY, f32::NAN, f32::MAX] {
        let mut bytes = save(&mut population);
        lane(&mut bytes, 20, value);
        assert_eq!(restore(&mut population.clone(), &bytes), Err(ArchiveError::Value("potentials")), "{value}");
        let mut bytes = save(&mut synapses);
        lane(&mut bytes, 2 * 32 + 31, value);
        assert_eq!(restore(&mut synapses.clone(), &bytes), Err(ArchiveError::Value("weights")), "{value}");
        let mut bytes = save(&mut population);
        lane(&mut bytes, 3, value);
        restore(&mut population.clone(), &bytes).unwrap();
    }
}

#[test]
fn state_of_another_size_is_refused_naming_the_part() {
    let bytes = small(&[], 9).save();
    let preset = super::common::preset(&[SMALL, &[("n_neurons", "40")]].concat());
    let error = Trainer::new(&preset, bars(), 9, Some(30)).unwrap().restore(&bytes).unwrap_err();
    assert!(error.to_string().contains("\"potentials\" has 1 values"), "{error}");
}

#[test]
fn current_image_keeps_its_rule_after_a_change_of_plan() {
    let settings: &[(&str, &str)] = &[("rule", "stdp-then-r-stdp"), ("stdp_images", "10"), ("readout", "label assignment")];
    let mut trainer = small(settings, 9);
    train(&mut trainer, 5);
    trainer.advance(20, &mut []).unwrap();
    // the reward stage begins with the next image
    trainer.set(P::StdpImages, 3.0).unwrap();
    let bytes = trainer.save();
    let mut copy = small(settings, 9);
    copy.set(P::StdpImages, 3.0).unwrap();
    copy.restore(&bytes).unwrap();
    assert_eq!(finish(&mut trainer, 3), finish(&mut copy, 3));
}

#[test]
fn state_is_read_before_its_encoder_is_known() {
    let mut trainer = small(&[], 9);
    trainer.train_image().unwrap();
    trainer.set(P::Encoder, 1.0).unwrap();
    trainer.advance(10, &mut []).unwrap();
    let bytes = trainer.save();
    // first with the parameters of the preset, to find the step up to which the log applies
    let mut copy = small(&[], 9);
    copy.restore(&bytes).unwrap();
    assert_eq!(copy.step(), trainer.step());
    let mut copy = small(&[], 9);
    copy.set(P::Encoder, 1.0).unwrap();
    copy.restore(&bytes).unwrap();
    assert_eq!(finish(&mut trainer, 3), finish(&mut copy, 3));
}

#[test]
fn difference_names_the_part_of_the_state() {
    let specimen = Specimen { rule: 3, code: 0, delays: Some((5, 9)), sigma_mv: 0.0, tau_syn_ms: 0.0, e_inh_mv: None, seed: 4 };
    let run = || {
        let mut network = specimen.build();
        network.run(100, &mut []);
        network
    };
    let (network, digest) = (run(), run().digest());
    assert_eq!(network.digest(), digest);

    let mut other = run();
    let w = other.projections_mut()[0].synapses.dense_mut().unwrap().get_mut(3, 11);
    *w = f32::from_bits(w.to_bits() ^ 1);
    assert_eq!(other.digest().differences(&digest), ["weights"], "one bit of one weight");
    assert_ne!(other.digest().total(), digest.total());

    let mut other = run();
    other.encoder_mut().unwrap().present(&[200; 36], 5);
    assert_eq!(other.digest().differences(&digest), ["encoder"]);

    let mut other = run();
    other.populations_mut()[1].settle();
    let names = other.digest().differences(&digest);
    assert!(
        names.contains(&"potentials".to_owned()) && names.iter().all(|n| ["potentials", "refractory", "inhibition"].contains(&n.as_str())),
        "{names:?}"
    );

    let mut other = run();
    other.projections_mut()[2].synapses.begin_trial(100);
    let names = other.digest().differences(&digest);
    assert!(names.contains(&"eligibility".to_owned()) && !names.contains(&"weights".to_owned()), "{names:?}");

    // a part that exists in one state only is named in both directions
    let frozen = network.frozen().digest();
    assert!(frozen.differences(&digest).contains(&"eligibility".to_owned()));
    assert_eq!(frozen.differences(&digest).len(), digest.differences(&frozen).len());
}

#[test]
fn frozen_copy_gives_the_same_answers_and_does_not_change_the_original() {
    for kind in KINDS {
        let mut trainer = small(kind, 9);
        train(&mut trainer, 6);
        trainer.advance(20, &mut []).unwrap();
        let before = trainer.digest();
        let mut frozen = trainer.network().frozen();
        let thetas = |network: &Network| (0..12).map(|j| network.output().unwrap().theta_mv(j)).collect::<Vec<_>>();
        let weights = |network: &Network| network.projections()[0].synapses.to_array();
        let mut spikes = 0;
        for image in 0..12u64 {
            frozen.begin_trial(&bars().test.image(image as usize).to_vec(), image);
            frozen.run(40, &mut []);
            frozen.consolidate(1.0);
            frozen.set_norm(Norm { sum_mv: 12.0, w_max_mv: 1.0 });
            frozen.homeostasis();
            spikes += frozen.counts().iter().sum::<u32>();
        }
        assert!(spikes > 0, "a frozen network still spikes: {kind:?}");
        assert_eq!(thetas(&frozen), thetas(trainer.network()));
        assert_eq!(weights(&frozen), weights(trainer.network()));
        // a second copy is not affected by the first
        let mut again = trainer.network().frozen();
        again.begin_trial(&bars().test.image(11).to_vec(), 11);
        again.reseed(1);
        again.run(40, &mut []);
        frozen.begin_trial(&bars().test.image(11).to_vec(), 11);
        frozen.reseed(1);
        frozen.run(40, &mut []);
        assert_eq!(again.counts(), frozen.counts());
        assert_eq!(trainer.digest(), before);
    }
}
