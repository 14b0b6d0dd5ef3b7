//! Monitors do not change test results, and activity counts are exact.

use super::checkpoints::KINDS;
use super::common::{Script, bars, small, train, trains, weights};
use spikescope::engine::monitor::{ActivityMonitor, SpikeMonitor};
use spikescope::engine::network::{Network, Projection, Source};
use spikescope::engine::neuron::{LifParams, LifPopulation};
use spikescope::engine::projection::{Conv, Geometry, Store, Synapses};
use spikescope::engine::relay::Relay;
use spikescope::time::TimeGrid;
use std::sync::atomic::AtomicBool;

static NEVER: AtomicBool = AtomicBool::new(false);

#[test]
fn monitored_test_gives_the_same_answers_on_any_number_of_threads() {
    for kind in KINDS {
        let mut trainer = small(kind, 5);
        train(&mut trainer, 20);
        let plain = trainer.evaluator().run(12, 1, &|_| {}, &NEVER).unwrap();
        let watched = trainer.evaluator().watch(12, 1, &|_| {}, &NEVER).unwrap();
        assert_eq!(trainer.evaluator().watch(12, 3, &|_| {}, &NEVER).unwrap(), watched, "{kind:?}");
        let mut confusion = vec![vec![0; 5]; 4];
        watched.iter().for_each(|one| confusion[one.label as usize][one.answer().map_or(4, usize::from)] += 1);
        assert_eq!(confusion, plain.confusion, "{kind:?}");
        let spikes: u64 = watched.iter().filter_map(|one| one.activity.spikes.last()).sum();
        assert_eq!(spikes as f64 / 12.0, plain.spikes_per_image, "{kind:?}");
        for one in &watched {
            assert!(one.answers.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1), "{one:?}");
            assert!(one.first.is_none_or(|first| one.decided().is_none_or(|decided| first <= decided)), "{one:?}");
            assert_eq!(one.first.is_some(), one.activity.spikes.last().is_some_and(|&n| n > 0), "{one:?}");
        }
    }
}

#[test]
fn evaluator_is_deterministic_and_unchanged_images_give_the_same_answers() {
    let mut trainer = small(KINDS[1], 5);
    train(&mut trainer, 20);
    let mut evaluator = trainer.evaluator();
    let first = evaluator.run(12, 1, &|_| {}, &NEVER).unwrap();
    assert_eq!(evaluator.run(12, 1, &|_| {}, &NEVER).unwrap(), first);
    assert_eq!(evaluator.run_changed(12, 2, &|_, _| {}, &|_| {}, &NEVER).unwrap(), first);
    // all images are replaced by the first one, so all answers are equal
    let one = bars().test.images.row(0).to_vec();
    let same = evaluator.run_changed(12, 2, &|_, pixels| pixels.copy_from_slice(&one), &|_| {}, &NEVER).unwrap();
    assert_ne!(same.confusion, first.confusion);
}

#[test]
fn synaptic_events_of_a_spike_equal_the_filter_taps_over_it() {
    for (width, height, depth, size, stride, pad) in [(6, 5, 1, 3, 2, 1), (7, 7, 2, 4, 3, 0), (9, 4, 3, 3, 1, 2), (3, 3, 1, 5, 1, 0)] {
        let geometry = Geometry { width, height, depth, size, stride, pad };
        let mut expected = vec![0; geometry.inputs()];
        (0..geometry.len()).flat_map(|site| geometry.under(site)).flatten().for_each(|input| expected[input] += 5);
        let synapses = Synapses::from(Store::new(Conv::new(geometry, 5), None));
        let found: Vec<usize> = (0..geometry.inputs()).map(|input| synapses.fan_out(input)).collect();
        assert_eq!(found, expected, "{geometry:?}");
    }
}

#[test]
fn synaptic_events_are_arrived_spikes_times_their_synapses() {
    let grid = TimeGrid::new(1.0);
    let mut dice = super::common::Dice::new(4);
    let neurons = |n| LifPopulation::new(n, LifParams { v_th_mv: -63.0, ..lif() }, grid, 1);
    let first = weights(10, 8, 0.0, 2.0, &mut dice);
    let second = weights(2, 5, 0.0, 1.0, &mut dice);
    // neurons 0 to 3 project through one relay, 4 to 6 through another, neuron 7 has no target
    let relay = Relay::new([0, 0, 0, 0, 1, 1, 1].map(Some).into_iter().chain([None]), true);
    let onward = Projection { relay: Some(relay), ..Projection::new(Source::Population { index: 0, delay: 3 }, 1, second, None) };
    let train = trains(10, 60, 0.1, &mut dice);
    let script = Script::new(10, train.clone());
    let mut network = Network::new(
        Some(Box::new(script)),
        vec![Box::new(neurons(8)), Box::new(neurons(5))],
        vec![Projection::new(Source::Encoder, 0, first, None), onward],
    );
    network.begin_trial(&[], 1);
    let (mut activity, mut hidden) = (ActivityMonitor::default(), Hidden::default());
    let mut output = SpikeMonitor::default();
    network.run(60, &mut [&mut activity, &mut hidden, &mut output]);
    let input: usize = train.iter().map(Vec::len).sum();
    assert_eq!((activity.input, activity.events[0]), (input as u64, input as u64 * 8));
    assert_eq!(activity.spikes, [hidden.0.len() as u64, output.output.len() as u64]);
    // each relay transmits its first spike if it arrives within the trial
    let passes = |range: std::ops::Range<u32>| u64::from(hidden.0.iter().any(|&(step, j)| step + 3 < 60 && range.contains(&j)));
    assert_eq!(activity.events[1], 5 * (passes(0..4) + passes(4..7)));
    assert!(activity.events[1] == 10 && activity.spikes[0] > 20, "{activity:?}");
}

/// Spikes of the first population.
#[derive(Default)]
struct Hidden(Vec<(u64, u32)>);

impl spikescope::engine::monitor::Monitor for Hidden {
    fn record(&mut self, step: u64, _network: &Network, spikes: &spikescope::engine::network::StepSpikes<'_>) {
        self.0.extend(spikes.populations[0].iter().map(|&j| (step, j)));
    }
}

fn lif() -> LifParams {
    LifParams {
        tau_m_ms: 20.0,
        e_l_mv: -65.0,
        v_th_mv: -60.0,
        v_reset_mv: -65.0,
        t_ref_steps: 2,
        theta_plus_mv: 0.0,
        tau_theta_ms: 1e7,
        sigma_mv: 0.0,
        tau_syn_ms: 0.0,
        tau_receptors_ms: None,
        alpha: false,
        ri_mv: 0.0,
        inhibition_mv: 0.0,
        e_inh_mv: None,
        tau_inh_ms: 0.0,
    }
}
