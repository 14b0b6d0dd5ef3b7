//! Explanations: the terms of an explained potential must add up to the potential.

use super::common::{Dice, Script, file, mnist, trains};
use spikescope::engine::network::{Network, Projection, Source};
use spikescope::engine::neuron::{LifParams, LifPopulation, NeuronParams};
use spikescope::engine::plasticity::{PairStdp, PlasticityParams, PostTraceStdp, RStdp, Rule};
use spikescope::engine::projection::Dense;
use spikescope::engine::why::{Columns, Story, Trial, paint_back};
use spikescope::experiment::{Asked, Moment, Trainer, Whom};
use spikescope::preset::Preset;
use spikescope::time::TimeGrid;

const CLOSE_MV: f64 = 1e-3;

/// All potentials of the next step before any reset, computed in a copy that cannot fire.
fn next_without_reset(network: &Network, params: LifParams) -> Vec<f64> {
    let mut copy = network.frozen();
    copy.populations_mut().iter_mut().for_each(|p| p.set_params(&NeuronParams::Lif(LifParams { v_th_mv: 1e9, ..params })));
    copy.run(1, &mut []);
    let output = copy.output().unwrap();
    (0..output.len() as u32).map(|j| f64::from(output.v_mv(j))).collect()
}

fn shipped(name: &str) -> Preset {
    Preset::load(&file(&format!("presets/{name}.ron"))).unwrap()
}

fn rule(kind: usize, n_pre: usize, n_post: usize, grid: TimeGrid) -> Option<Box<dyn Rule<Dense>>> {
    let p = PlasticityParams {
        eta: 0.05,
        tau_plus_ms: 20.0,
        tau_minus_ms: 20.0,
        a_plus: 1.0,
        a_minus: 1.1,
        w_max_mv: 3.0,
        tau_e_ms: 100.0,
        ..PlasticityParams::default()
    };
    match kind {
        0 => Some(Box::new(RStdp::new(n_pre, n_post, 1, &p, grid))),
        1 => Some(Box::new(PostTraceStdp::new(n_pre, n_post, &p, grid))),
        2 => Some(Box::new(PairStdp::new(n_pre, n_post, &p, grid))),
        _ => None,
    }
}

#[test]
fn contributions_of_all_spikes_sum_to_the_potential_in_random_networks() {
    let grid = TimeGrid::new(1.0);
    let (n_pre, n_post, steps) = (20, 9, 160);
    let mut spikes = 0;
    for case in 0..16 {
        let mut dice = Dice::new(case);
        let tau_m_ms = 5.0 + 100.0 * dice.unit();
        let params = LifParams {
            tau_m_ms,
            // delta synapses, currents, and currents as slow as the membrane
            tau_syn_ms: [0.0, 3.0, tau_m_ms, 11.0][case as usize % 4],
            t_ref_steps: dice.below(6) as u32,
            theta_plus_mv: 0.3,
            ri_mv: if case % 3 == 0 { 2.0 } else { 0.0 },
            inhibition_mv: 8.0 * dice.unit(),
            e_inh_mv: if case % 2 == 0 { None } else { Some(-66.0 - 30.0 * dice.unit()) },
            tau_inh_ms: 20.0 * dice.unit(),
            ..LifParams::default()
        };
        let mut dense = Dense::new(n_pre, n_post);
        (0..n_pre).for_each(|i| (0..n_post).for_each(|j| *dense.get_mut(i, j) = 3.0 * dice.unit() as f32));
        let train = trains(n_pre, steps, 0.15, &mut dice);
        let projection = Projection::new(Source::Encoder, 0, dense, rule(case as usize / 4, n_pre, n_post, grid));
        let population = LifPopulation::new(n_post, params, grid, 3);
        let mut network = Network::new(Some(Box::new(Script::new(n_pre, train))), vec![Box::new(population)], vec![projection]);
        network.begin_trial(&[], 1);
        let onset = network.twin();
        let everyone: Vec<u32> = (0..n_post as u32).collect();
        let (mut story, mut columns) = (Story::default(), Columns::new(&onset, &everyone));
        for step in 0..steps as u32 {
            let truth = next_without_reset(&network, params);
            let v_before: Vec<u32> = network.counts().to_vec();
            network.run(1, &mut [&mut story, &mut columns]);
            let trial = Trial { network: &onset, story: &story, params: &[NeuronParams::Lif(params)], grid };
            for j in 0..n_post as u32 {
                let account = trial.account(j, step, Some(&columns));
                let sum: f64 = account.shares.iter().map(|share| share.mv).sum();
                assert!((sum - account.terms.input_mv).abs() < 1e-9);
                let v = account.terms.v_mv();
                assert!((v - truth[j as usize]).abs() < CLOSE_MV, "case {case} neuron {j} step {step}: {v} is not {}", truth[j as usize]);
                let painted = paint_back(&trial, &account, n_pre);
                let on_image: f64 = painted.pixels.iter().map(|&mv| f64::from(mv)).sum();
                assert!((on_image - account.terms.input_mv).abs() < CLOSE_MV);
                spikes += network.counts()[j as usize] - v_before[j as usize];
            }
        }
    }
    assert!(spikes > 1000, "silence proves nothing: {spikes}");
}

#[test]
fn noise_is_a_separate_term_of_the_sum() {
    for e_inh_mv in [None, Some(-80.0)] {
        noise_is_a_term(e_inh_mv);
    }
}

fn noise_is_a_term(e_inh_mv: Option<f64>) {
    let grid = TimeGrid::new(0.5);
    let noisy = LifParams { sigma_mv: 2.0, tau_m_ms: 20.0, tau_syn_ms: 4.0, inhibition_mv: 3.0, t_ref_steps: 0, ..LifParams::default() };
    let params = LifParams { e_inh_mv, tau_inh_ms: 6.0, ..noisy };
    let mut dice = Dice::new(5);
    let mut dense = Dense::new(6, 3);
    (0..6).for_each(|i| (0..3).for_each(|j| *dense.get_mut(i, j) = 9.0 * dice.unit() as f32));
    let train = trains(6, 200, 0.2, &mut dice);
    let projection = Projection::new(Source::Encoder, 0, dense, None);
    let population = LifPopulation::new(3, params, grid, 3);
    let mut network = Network::new(Some(Box::new(Script::new(6, train))), vec![Box::new(population)], vec![projection]);
    network.begin_trial(&[], 1);
    let onset = network.twin();
    let (mut story, mut columns) = (Story::default(), Columns::new(&onset, &[0, 1, 2]));
    let mut fired = 0;
    for step in 0..200 {
        let before = network.counts().to_vec();
        network.run(1, &mut [&mut story, &mut columns]);
        let trial = Trial { network: &onset, story: &story, params: &[NeuronParams::Lif(params)], grid };
        for j in 0..3 {
            let account = trial.account(j, step, Some(&columns));
            let simulated = f64::from(network.output().unwrap().v_mv(j));
            if network.counts()[j as usize] > before[j as usize] {
                fired += 1;
                assert!(account.terms.v_mv() >= params.v_th_mv - CLOSE_MV, "a spike needs a threshold reached");
            } else {
                assert!((account.terms.v_mv() - simulated).abs() < CLOSE_MV, "step {step}: {} is not {simulated}", account.terms.v_mv());
            }
        }
    }
    assert!(fired > 10, "{fired}");
}

/// Trains a shipped preset on MNIST and explains every step of some images.
fn ask(name: &str, sets: &[(&str, &str)], images: usize, every: u32) -> (usize, usize) {
    let mut preset = shipped(name);
    for (name, value) in sets {
        preset.params.set_text(name, value).unwrap();
    }
    let mut trainer = Trainer::new(&preset, mnist(), 3, None).unwrap();
    trainer.keep_onset(true);
    let (mut compared, mut spoke) = (0, 0);
    for _ in 0..images {
        let record = trainer.train_image().unwrap();
        let onset = trainer.onset().unwrap();
        let total = trainer.trial().total_steps;
        for elapsed in (1..=total).step_by(every as usize).chain([total]) {
            for (whom, moment) in [(Whom::Decided, Moment::Decision), (Whom::Neuron(3), Moment::Now), (Whom::Decided, Moment::LastSpike)] {
                let why = onset.explain(elapsed, Asked { whom, moment }).unwrap();
                for side in std::iter::once(&why.side).chain(&why.rival) {
                    let on_image: f64 = side.painted.pixels.iter().map(|&mv| f64::from(mv)).sum();
                    assert!(
                        (on_image + side.painted.unpainted_mv - side.terms.input_mv).abs() < CLOSE_MV,
                        "{name}: painted {on_image}, {side:?}"
                    );
                    let v = side.terms.v_mv();
                    // at -1 V the resolution of f32 limits the accuracy
                    let close = CLOSE_MV.max(1e-6 * v.abs());
                    assert!((v - side.simulated_mv).abs() < close, "{name}, step {}: {v} is not {}", why.step, side.simulated_mv);
                    compared += 1;
                    if side.fired {
                        assert!(v >= side.threshold_mv + side.theta_mv - CLOSE_MV || side.share.is_some(), "{name}: {v}, {side:?}");
                        spoke += 1;
                    }
                }
            }
        }
        let why = onset.explain(total, Asked::default()).unwrap();
        assert_eq!((why.answer, why.index), (record.answer, record.index));
        if let Some(answer) = record.answer {
            assert_eq!((why.side.class, why.moment), (Some(answer), Moment::Decision));
            assert_ne!(why.rival.unwrap().class, Some(answer));
        }
    }
    (compared, spoke)
}

#[test]
fn explanations_of_shipped_networks_on_real_digits_sum_to_within_a_microvolt() {
    for (name, sets, every) in [
        ("mnist-rstdp", &[][..], 60),
        ("mnist-rstdp", &[("inhibition_type", "current"), ("inhibition", "250")][..], 60),
        ("mnist-rstdp", &[("inhibition_type", "conductance"), ("e_inh", "-90"), ("tau_inh", "30")][..], 60),
        ("mnist-diehl-cook-100", &[("inhibition_type", "conductance"), ("tau_inh", "2"), ("sigma", "1")][..], 90),
        ("mnist-rstdp", &[("tau_syn", "5"), ("inhibition", "20"), ("n_neurons", "60"), ("v_th", "-60"), ("v_reset", "-64")][..], 40),
        ("mnist-diehl-cook-100", &[][..], 90),
        ("mnist-stdp-then-reward", &[("n_neurons", "100")][..], 90),
    ] {
        let (compared, spoke) = ask(name, sets, 4, every);
        assert!(compared > 30 && spoke > 8, "{name}: {compared} potentials, {spoke} spikes");
    }
}

#[test]
fn explanations_reach_through_hidden_layers_to_the_image() {
    for (name, sets) in [
        ("mnist-gabor-rstdp-128", &[][..]),
        ("mnist-stdp-features-rstdp", &[][..]),
        ("mnist-pixels-rstdp", &[][..]),
        ("mnist-mozafari-conv", &[][..]),
    ] {
        let (compared, _) = ask(name, sets, 2, 4);
        assert!(compared > 20, "{name}: {compared} potentials");
    }
}

#[test]
fn explanation_has_no_side_effect_and_is_refused_after_a_parameter_change() {
    let preset = shipped("mnist-rstdp");
    let mut plain = Trainer::new(&preset, mnist(), 3, None).unwrap();
    let mut asked = Trainer::new(&preset, mnist(), 3, None).unwrap();
    asked.keep_onset(true);
    for _ in 0..3 {
        plain.train_image().unwrap();
        asked.advance(40, &mut []).unwrap();
        asked.onset().unwrap().explain(40, Asked::default()).unwrap();
        asked.train_image().unwrap();
        asked.onset().unwrap().explain(10_000, Asked::default()).unwrap();
    }
    assert_eq!(plain.digest().to_string(), asked.digest().to_string());
    asked.advance(20, &mut []).unwrap();
    asked.set(spikescope::params::ParamId::TauM, 40.0).unwrap();
    assert!(asked.onset().is_none());
    asked.train_image().unwrap();
    assert!(asked.onset().is_none());
    asked.advance(20, &mut []).unwrap();
    assert!(asked.onset().unwrap().explain(20, Asked { whom: Whom::Neuron(9999), moment: Moment::Now }).is_err());
}
