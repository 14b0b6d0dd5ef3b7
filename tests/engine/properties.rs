//! Properties that hold for all parameters: weight bounds, conditions without effect, exchangeable neurons.

use super::checkpoints::KINDS;
use super::common::{Dice, Script, plasticity, preset, small, trains, weights};
use proptest::prelude::*;
use spikescope::engine::homeostasis::normalise;
use spikescope::engine::network::{Network, Norm, Projection, Source};
use spikescope::engine::neuron::{LifParams, LifPopulation};
use spikescope::engine::plasticity::{PairStdp, PlasticityParams, PostTraceStdp, RStdp, Rule};
use spikescope::engine::projection::Dense;
use spikescope::params::{Change, Domain, ParamId, REGISTRY};
use spikescope::time::TimeGrid;

const N_PRE: usize = 6;
const N_POST: usize = 34;

fn rule(kind: u8, p: &PlasticityParams) -> Box<dyn Rule<Dense>> {
    let grid = TimeGrid::new(1.0);
    match kind {
        0 => Box::new(PostTraceStdp::new(N_PRE, N_POST, p, grid)),
        1 => Box::new(PairStdp::new(N_PRE, N_POST, p, grid)),
        _ => Box::new(RStdp::new(N_PRE, N_POST, 1, p, grid)),
    }
}

fn params() -> impl Strategy<Value = PlasticityParams> {
    let eta = prop::sample::select(vec![1e-6, 0.003, 0.05, 1.0, 10.0]);
    (eta, 0.5..500.0f64, 0.5..500.0f64, 0.0..2.0f64, 0.0..2.0f64, any::<bool>(), any::<bool>(), 10.0..1e6f64).prop_map(
        |(eta, tau_plus_ms, tau_minus_ms, a_plus, a_minus, nearest, soft, tau_e_ms)| PlasticityParams {
            eta,
            tau_plus_ms,
            tau_minus_ms,
            a_plus,
            a_minus,
            nearest,
            soft,
            w_max_mv: 2.0,
            tau_e_ms,
            ..plasticity()
        },
    )
}

/// Applies random spike trains and occasional rewards to a rule.
fn play(rule: &mut dyn Rule<Dense>, w: &mut Dense, from: u64, m: f32, dice: &mut Dice) {
    let (pre, post) = (trains(N_PRE, 60, 0.2, dice), trains(N_POST, 60, 0.1, dice));
    rule.begin_trial(from);
    for (t, (arrived, fired)) in pre.iter().zip(&post).enumerate() {
        let step = from + t as u64;
        rule.on_pre(step, 0, arrived, w);
        rule.on_post(step, fired, &|_| 0.0, w);
        if t % 20 == 19 {
            rule.consolidate(step + 1, m, w);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn weights_stay_within_bounds_under_every_rule(kind in 0..3u8, first in params(), then in params(), m in -1000.0..1000.0f32, seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let mut w = weights(N_PRE, N_POST, 0.0, 2.0, &mut dice);
        let mut rule = rule(kind, &first);
        for round in 0..3 {
            play(rule.as_mut(), &mut w, round * 1000, m, &mut dice);
            rule.set_params(&then, TimeGrid::new(1.0));
            for &value in &w.to_array() {
                prop_assert!((0.0..=2.0).contains(&value), "{}", value);
            }
        }
    }

    #[test]
    fn zero_learning_rate_changes_no_weight(kind in 0..3u8, p in params(), m in -10.0..10.0f32, seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let mut w = weights(N_PRE, N_POST, 0.0, 2.0, &mut dice);
        let before = w.to_array();
        play(rule(kind, &PlasticityParams { eta: 0.0, ..p }).as_mut(), &mut w, 0, m, &mut dice);
        prop_assert_eq!(w.to_array(), before);
    }

    #[test]
    fn zero_neuromodulator_changes_no_weight(p in params(), seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let mut w = weights(N_PRE, N_POST, 0.0, 2.0, &mut dice);
        let before = w.to_array();
        let mut rule = rule(2, &p);
        play(rule.as_mut(), &mut w, 0, 0.0, &mut dice);
        prop_assert_eq!(&w.to_array(), &before);
        prop_assert!(rule.take_changed().is_empty(), "nor is there anything to normalise");
        // the same trains with a reward change weights, so the comparison is not trivial
        play(rule.as_mut(), &mut w, 1000, 1.0, &mut Dice::new(seed));
        prop_assert_ne!(w.to_array(), before);
    }

    #[test]
    fn normalised_weights_sum_to_the_norm_and_others_are_unchanged(seed in any::<u64>(), norm in 0.5..400.0f32, picked in prop::collection::hash_set(0..N_POST as u32, 0..10)) {
        let mut w = weights(N_PRE, N_POST, 0.01, 2.0, &mut Dice::new(seed));
        let before = w.to_array();
        let picked: Vec<u32> = picked.into_iter().collect();
        normalise(&mut w, &picked, norm, 5.0);
        for j in 0..N_POST {
            let column = |w: &ndarray::Array2<f32>| w.column(j).to_vec();
            if !picked.contains(&(j as u32)) {
                prop_assert_eq!(column(&w.to_array()), column(&before));
                continue;
            }
            let (old, new) = (column(&before), column(&w.to_array()));
            prop_assert!(new.iter().all(|w| (0.0..=5.0).contains(w)), "{:?}", new);
            let scale = norm / old.iter().sum::<f32>();
            for (old, new) in old.iter().zip(&new) {
                prop_assert!((new - (old * scale).min(5.0)).abs() <= 1e-5 * new, "{} became {}", old, new);
            }
        }
    }

    #[test]
    fn random_commands_keep_weights_within_bounds_or_halt(kind in 0..KINDS.len(), commands in prop::collection::vec((any::<u16>(), 0.0..1.0f64, 0..60u64, -10.0..10.0f64), 1..25)) {
        let mut trainer = small(KINDS[kind], 2);
        let setup = preset(KINDS[kind]).setup;
        let races = setup.races();
        let live: Vec<_> = REGISTRY.iter().filter(|s| s.change == Change::Live && s.belongs_to(setup)).collect();
        for (which, place, steps, reward) in commands {
            let spec = live[which as usize % live.len()];
            let value = match spec.domain {
                Domain::Real { min, max, log: false } => min + (max - min) * place,
                Domain::Real { min, max, log: true } => (min.ln() + (max / min).ln() * place).exp().clamp(min, max),
                Domain::Integer { min, max } => (min + (max - min) * place).round(),
                Domain::Choice(words) => (words.len() as f64 * place).floor(),
            };
            // durations off the time grid and thresholds below the reset potential are refused without effect
            let refused = trainer.set(spec.id, value).is_err();
            prop_assert!(refused || trainer.params().get(spec.id) == value);
            trainer.give_reward(reward);
            if trainer.advance(steps, &mut []).is_err() {
                break;
            }
            let w_max = trainer.params().get(ParamId::WMax) as f32;
            for &w in &trainer.network().projections().last().unwrap().synapses.to_array() {
                // policy gradient has no weight bounds, but weights must stay finite
                let sound = if races { w.is_finite() } else { (0.0..=w_max).contains(&w) };
                prop_assert!(sound, "{} beyond {} after {} = {}", w, w_max, spec.name, value);
            }
        }
    }

    #[test]
    fn permuted_neurons_give_permuted_results(kind in 0..3u8, seed in any::<u64>(), tau_syn_ms in prop::sample::select(vec![0.0, 4.0])) {
        let mut dice = Dice::new(seed);
        let start = weights(20, N_POST, 0.2, if tau_syn_ms > 0.0 { 24.0 } else { 4.0 }, &mut dice);
        let train = trains(20, 150, 0.06, &mut dice);
        let mut order: Vec<usize> = (0..N_POST).collect();
        (1..N_POST).rev().for_each(|i| order.swap(i, dice.below(i + 1)));
        let mut shuffled = Dense::new(20, N_POST);
        for i in 0..20 {
            for (j, &from) in order.iter().enumerate() {
                *shuffled.get_mut(i, j) = start.get(i, from);
            }
        }
        let run = |synapses: Dense| {
            let p = PlasticityParams { eta: 0.03, a_plus: 1.0, a_minus: 1.0, soft: true, w_max_mv: 30.0, ..plasticity() };
            let grid = TimeGrid::new(1.0);
            let rule: Box<dyn Rule<Dense>> = match kind {
                0 => Box::new(PostTraceStdp::new(20, N_POST, &p, grid)),
                1 => Box::new(PairStdp::new(20, N_POST, &p, grid)),
                _ => Box::new(RStdp::new(20, N_POST, 1, &p, grid)),
            };
            let neurons = LifParams { tau_syn_ms, inhibition_mv: 5.0, t_ref_steps: 2, ..LifParams::default() };
            let population = LifPopulation::new(N_POST, neurons, grid, 1);
            let projection = Projection::new(Source::Encoder, 0, synapses, Some(rule));
            let mut network = Network::new(Some(Box::new(Script::new(20, train.clone()))), vec![Box::new(population)], vec![projection]);
            network.run(150, &mut []);
            network.consolidate(0.4);
            network.set_norm(Norm { sum_mv: 60.0, w_max_mv: 30.0 });
network.homeostasis();
            network
        };
        let (plain, shuffled) = (run(start), run(shuffled));
        prop_assert!(plain.counts().iter().sum::<u32>() > 0);
        for (j, &from) in order.iter().enumerate() {
            prop_assert_eq!(shuffled.counts()[j], plain.counts()[from]);
            let (ours, theirs) = (shuffled.output().unwrap(), plain.output().unwrap());
            prop_assert_eq!(ours.v_mv(j as u32), theirs.v_mv(from as u32));
            prop_assert_eq!(ours.theta_mv(j as u32), theirs.theta_mv(from as u32));
            for i in 0..20 {
                prop_assert_eq!(shuffled.projections()[0].synapses.dense().unwrap().get(i, j), plain.projections()[0].synapses.dense().unwrap().get(i, from));
            }
        }
    }
}

#[test]
fn reward_rule_without_reward_changes_no_weight() {
    let mut trainer = small(&[("reward_mode", "off")], 2);
    let before = trainer.network().projections()[0].synapses.to_array();
    let spikes: u32 = (0..12).map(|_| trainer.train_image().unwrap().spikes).sum();
    assert!(spikes > 12, "{spikes} spikes");
    assert_eq!(trainer.network().projections()[0].synapses.to_array(), before);
}

#[test]
fn with_learning_off_no_rule_changes_a_weight() {
    for kind in 0..3u8 {
        let rule = rule(kind, &PlasticityParams { a_plus: 1.0, ..plasticity() });
        let mut dice = Dice::new(1);
        let synapses = weights(N_PRE, N_POST, 4.0, 9.0, &mut dice);
        let before = synapses.to_array();
        let population = LifPopulation::new(N_POST, LifParams::default(), TimeGrid::new(1.0), 1);
        let projection = Projection::new(Source::Encoder, 0, synapses, Some(rule));
        let script = Script::new(N_PRE, trains(N_PRE, 100, 0.2, &mut dice));
        let mut network = Network::new(Some(Box::new(script)), vec![Box::new(population)], vec![projection]);
        network.set_learning(false);
        network.run(100, &mut []);
        network.consolidate(1.0);
        network.set_norm(Norm { sum_mv: 40.0, w_max_mv: 1.0 });
        network.homeostasis();
        assert!(network.counts().iter().sum::<u32>() > 10);
        assert_eq!(network.projections()[0].synapses.to_array(), before);
    }
}

#[test]
fn normalising_zero_weights_gives_finite_values() {
    for value in [0.0, f32::from_bits(1), 1e-40, f32::MIN_POSITIVE, 1e-20] {
        let mut w = Dense::new(5, 1);
        (0..5).for_each(|i| *w.get_mut(i, 0) = value);
        normalise(&mut w, &[0], 10_000.0, 1e9);
        assert!(w.to_array().iter().all(|w| w.is_finite()), "{value:e} became {}", w.get(0, 0));
    }
}
