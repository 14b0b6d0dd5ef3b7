//! Dopamine-modulated STDP: against a trajectory of Brian2, whose sum over steps it replaces by an integral, and against steps
//! small enough to be the same; and what does not change it.

use super::common::Dice;
use super::golden::Table;
use spikescope::engine::archive::{restore, save};
use spikescope::engine::plasticity::{DopamineStdp, PlasticityParams, Rule};
use spikescope::engine::projection::{Sparse, Synapse};
use spikescope::time::TimeGrid;

fn params() -> PlasticityParams {
    PlasticityParams {
        eta: 0.1,
        a_plus: 0.01,
        a_minus: 0.012,
        tau_plus_ms: 20.0,
        tau_minus_ms: 30.0,
        tau_e_ms: 200.0,
        tau_d_ms: 50.0,
        w_max_mv: 1.0,
        ..PlasticityParams::default()
    }
}

fn one(weight_mv: f32) -> Sparse {
    let wired = Sparse::from_rows(1, [[Synapse { post: 0, weight_mv, delay: 1 }]]);
    // synapses of a projection with a rule can be found from their postsynaptic neuron
    wired.with_incoming()
}

/// The weight of a copy, brought to `step`.
fn weight_at(rule: &DopamineStdp, w: &Sparse, step: u64) -> f64 {
    let (mut rule, mut w) = (rule.clone(), w.clone());
    rule.bring_up_to_date(step, &mut w);
    w.weights_mv().next().map(f64::from).unwrap()
}

#[test]
fn weights_and_dopamine_are_those_of_brian2() {
    let table = Table::read("rstdp_dopamine.csv");
    let (pre, post, reward) = (table.column("pre"), table.column("post"), table.column("reward"));
    let p = params();
    let mut w = one(0.5);
    let mut rule = DopamineStdp::new(&w, &p, TimeGrid::new(1.0));
    // Brian2 adds eta c D dt at the start of a step; the integral over the step is smaller by this factor
    let rate = 1.0 / p.tau_e_ms + 1.0 / p.tau_d_ms;
    let factor = rate / (1.0 - (-rate).exp());
    let (mut most, mut moved) = (0.0f64, 0.0f64);
    for k in 0..pre.len() {
        let step = k as u64;
        // the first presynaptic spike is fired one step before it arrives
        if reward[k] == 1.0 {
            rule.consolidate(step, 0.5, &mut w);
        }
        if pre[k] == 1.0 {
            rule.on_pre(step, 1, &[0], &mut w);
        }
        if post[k] == 1.0 {
            rule.on_post(step, &[0], &|_| 0.0, &mut w);
        }
        assert!((rule.dopamine(step) - table.column("d")[k]).abs() < 1e-9, "step {k}");
        let change = table.column("w")[k] - 0.5;
        most = most.max(((weight_at(&rule, &w, step + 1) - 0.5) * factor - change).abs());
        moved = moved.max(change.abs());
    }
    assert!(most < 1e-6 && moved > 0.01, "off by {most} of {moved}");
}

#[test]
fn reading_weights_changes_nothing_and_a_restored_state_continues() {
    let mut dice = Dice::new(4);
    let rows: Vec<Vec<Synapse>> =
        (0..5).map(|_| (0..3).map(|post| Synapse { post, weight_mv: 0.5, delay: 1 + (dice.below(9) as u16) }).collect()).collect();
    let start = Sparse::from_rows(3, rows).with_incoming();
    let play = |reads: bool| {
        let mut dice = Dice::new(9);
        let (mut w, mut rule) = (start.clone(), DopamineStdp::new(&start, &params(), TimeGrid::new(0.5)));
        for step in 20..3000u64 {
            if step % 700 == 0 {
                rule.consolidate(step, 0.4, &mut w);
            }
            for delay in start.delays().iter().map(|&delay| usize::from(delay)) {
                let arrived: Vec<u32> = (0..5).filter(|_| dice.chance(0.02)).collect();
                rule.on_pre(step, delay, &arrived, &mut w);
            }
            let fired: Vec<u32> = (0..3).filter(|_| dice.chance(0.02)).collect();
            rule.on_post(step, &fired, &|_| 0.0, &mut w);
            if reads && step % 50 == 0 {
                let _ = weight_at(&rule, &w, step);
                let (kept, mut other) = (save(&mut rule), DopamineStdp::new(&start, &params(), TimeGrid::new(0.5)));
                restore(&mut other, &kept).unwrap();
                rule = other;
            }
        }
        rule.bring_up_to_date(3000, &mut w);
        w.weights_mv().map(f32::to_bits).collect::<Vec<_>>()
    };
    let (plain, read) = (play(false), play(true));
    assert_eq!(plain, read);
    assert!(plain.iter().any(|&w| f32::from_bits(w) != 0.5));
}

#[test]
fn without_reward_eligibility_changes_no_weight() {
    let mut w = one(0.5);
    let mut rule = DopamineStdp::new(&w, &params(), TimeGrid::new(1.0));
    // presynaptic spikes shortly before postsynaptic ones
    for step in (100..600u64).step_by(100) {
        rule.on_pre(step - 3, 1, &[0], &mut w);
        rule.on_post(step, &[0], &|_| 0.0, &mut w);
    }
    assert_eq!(weight_at(&rule, &w, 600), 0.5);
    // a reward converts the eligibility that is left, and a punishment the other way
    for (m, rises) in [(0.01, true), (-0.01, false)] {
        let (mut rule, mut w) = (rule.clone(), w.clone());
        rule.consolidate(600, m, &mut w);
        assert_eq!(weight_at(&rule, &w, 700) > 0.5, rises);
    }
}

/// Weight and concentration after steps of 1/1000 ms (Euler), from eligibility `c` at step 0 and rewards before their steps.
fn fine(p: &PlasticityParams, c: f64, rewards: &[(u64, f64)], steps: u64) -> (f64, f64) {
    let (mut w, mut c, mut d) = (0.5, c, p.tonic);
    let per_step = 1000;
    for k in 0..steps * per_step {
        d += rewards.iter().filter(|(at, _)| at * per_step == k).map(|(_, amount)| amount).sum::<f64>();
        let dt = 1.0 / per_step as f64;
        w = (w + dt * p.eta * c * d).clamp(0.0, p.w_max_mv);
        c -= dt * c / p.tau_e_ms;
        d -= dt * (d - p.tonic) / p.tau_d_ms;
    }
    (w, d)
}

#[test]
fn tonic_dopamine_changes_weights_without_rewards_and_clips_where_it_crosses_zero() {
    for (tonic, w_max, rewards) in [
        (0.02, 1.0, &[][..]),
        (0.02, 1.0, &[(50, 0.1)]),
        // at first negative, down to the lower bound, then positive again
        (0.5, 1.0, &[(0, -60.0)]),
        // up to the upper bound, from where tonic depression begins
        (-0.5, 0.52, &[(0, 3.0)]),
    ] {
        let p = PlasticityParams { tonic, w_max_mv: w_max, ..params() };
        let (mut w, mut rule) = (one(0.5), DopamineStdp::new(&one(0.5), &p, TimeGrid::new(1.0)));
        rule.on_pre(100, 1, &[0], &mut w);
        rule.on_post(100, &[0], &|_| 0.0, &mut w);
        // a presynaptic spike that was fired in the step before and arrives now pairs with the full amplitude
        let c = p.a_plus;
        for &(at, amount) in rewards {
            rule.consolidate(100 + at, amount as f32, &mut w);
        }
        let (expected, concentration) = fine(&p, c, rewards, 300);
        let found = weight_at(&rule, &w, 400);
        assert!((found - expected).abs() < 2e-5, "{tonic} {rewards:?}: {found} instead of {expected}");
        assert!((rule.dopamine(400) - concentration).abs() < 1e-4);
        assert!((found - 0.5).abs() > 1e-3, "{found}");
    }
}
