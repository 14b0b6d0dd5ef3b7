//! Rules of sparse synapses against sums over all spikes, coincident ones included, and short-term plasticity and scaling against
//! closed forms.

use super::common::Dice;
use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, Projection, Source, StepSpikes};
use spikescope::engine::neuron::{LifParams, LifPopulation, NeuronModel, SpikeSource};
use spikescope::engine::plasticity::{PlasticityParams, Rule, ShortTerm, ShortTermParams, SymmetricStdp, SynapticScaling, TripletStdp};
use spikescope::engine::projection::{Sparse, Synapse};
use spikescope::time::TimeGrid;

const DELAYS: [u16; 3] = [1, 4, 9];

/// A presynaptic neuron with a synapse of each delay onto a neuron each.
fn synapses(weight_mv: f32) -> Sparse {
    let row = DELAYS.iter().zip(0..).map(|(&delay, post)| Synapse { post, weight_mv, delay }).collect::<Vec<_>>();
    Sparse::from_rows(DELAYS.len(), [row]).with_incoming()
}

/// The weights after a spike train of the presynaptic neuron, and one of all postsynaptic neurons.
fn learn(rule: &mut dyn Rule<Sparse>, weight_mv: f32, [pre, post]: [&[u64]; 2], end: u64) -> Vec<f32> {
    let mut w = synapses(weight_mv);
    let all: Vec<u32> = (0..DELAYS.len() as u32).collect();
    for step in 0..end {
        for delay in w.delays().to_vec() {
            let arrived = pre.iter().any(|&fired| fired + u64::from(delay) == step);
            rule.on_pre(step, delay.into(), if arrived { &[0] } else { &[] }, &mut w);
        }
        rule.on_post(step, if post.contains(&step) { &all } else { &[] }, &|_| 0.0, &mut w);
    }
    w.weights_mv().collect()
}

/// A trace in step `now` of spikes at these steps, those of the step itself included or not.
fn trace(spikes: &[u64], now: u64, inclusive: bool, tau_ms: f64, nearest: bool) -> f64 {
    let seen: Vec<u64> = spikes.iter().copied().filter(|&t| t < now || (inclusive && t == now)).collect();
    let first = if nearest { seen.len().saturating_sub(1) } else { 0 };
    seen[first..].iter().map(|&t| (-((now - t) as f64) / tau_ms).exp()).sum()
}

fn trains(seed: u64) -> [Vec<u64>; 2] {
    let mut dice = Dice::new(seed);
    [0.1, 0.15].map(|rate| (0..400).filter(|_| dice.chance(rate)).collect())
}

#[test]
fn triplets_are_the_sum_over_all_spikes() {
    for (seed, nearest, soft) in [(1, false, false), (2, true, false), (3, false, true), (4, true, true)] {
        let p = PlasticityParams {
            eta: 0.5,
            a_plus: 0.02,
            a3_plus: 0.05,
            a_minus: 0.06,
            a3_minus: 0.02,
            tau_plus_ms: 16.8,
            tau_minus_ms: 33.7,
            tau_x_ms: 101.0,
            tau_y_ms: 57.0,
            w_max_mv: 2.0,
            nearest,
            soft,
            ..PlasticityParams::default()
        };
        let [pre, post] = trains(seed);
        let ours = learn(&mut TripletStdp::new(&synapses(1.0), &p, TimeGrid::new(1.0)), 1.0, [&pre, &post], 400);
        for (&delay, ours) in DELAYS.iter().zip(ours) {
            let arrivals: Vec<u64> = pre.iter().map(|t| t + u64::from(delay)).collect();
            let mut w = 1.0f64;
            let mut change = |by: f64| {
                let room = if !soft {
                    1.0
                } else if by > 0.0 {
                    2.0 - w
                } else {
                    w
                };
                w = (w + p.eta * by * room).clamp(0.0, 2.0);
            };
            for step in 0..400 {
                if arrivals.contains(&step) {
                    let o1 = trace(&post, step, false, p.tau_minus_ms, nearest);
                    change(-o1 * (p.a_minus + p.a3_minus * trace(&arrivals, step, false, p.tau_x_ms, nearest)));
                }
                if post.contains(&step) {
                    let r1 = trace(&arrivals, step, true, p.tau_plus_ms, nearest);
                    change(r1 * (p.a_plus + p.a3_plus * trace(&post, step, false, p.tau_y_ms, nearest)));
                }
            }
            assert!((f64::from(ours) - w).abs() < 1e-5, "nearest {nearest}, soft {soft}, delay {delay}: {ours} against {w}");
        }
    }
}

#[test]
fn symmetric_changes_are_the_sum_over_all_spikes_with_either_sign() {
    for (seed, is_negative) in [(5, false), (6, true)] {
        let p = PlasticityParams { eta: 0.03, tau_plus_ms: 20.0, alpha: 2.5, w_max_mv: 2.0, is_negative, ..PlasticityParams::default() };
        let sign = if is_negative { -1.0 } else { 1.0 };
        let [pre, post] = trains(seed);
        let ours = learn(&mut SymmetricStdp::new(&synapses(1.0), &p, TimeGrid::new(1.0)), sign, [&pre, &post], 400);
        for (&delay, ours) in DELAYS.iter().zip(ours) {
            let arrivals: Vec<u64> = pre.iter().map(|t| t + u64::from(delay)).collect();
            let mut size = 1.0f64;
            for step in 0..400 {
                if arrivals.contains(&step) {
                    size = (size + p.eta * (trace(&post, step, false, 20.0, false) - p.alpha)).clamp(0.0, 2.0);
                }
                if post.contains(&step) {
                    size = (size + p.eta * trace(&arrivals, step, true, 20.0, false)).clamp(0.0, 2.0);
                }
            }
            assert!((f64::from(sign * ours) - size).abs() < 1e-5, "delay {delay}: {ours} against {size}");
        }
    }
}

/// One neuron that is connected with three others, which add up what arrives.
fn projected(params: ShortTermParams, spikes: &[u64]) -> Network {
    let grid = TimeGrid::new(1.0);
    let sums = LifParams { tau_m_ms: 1e12, v_th_mv: 1e6, theta_plus_mv: 0.0, inhibition_mv: 0.0, ..LifParams::default() };
    let sparse = synapses(2.0);
    let short_term = ShortTerm::new(1, sparse.delay_span(), params, grid);
    let mut projection = Projection::new(Source::Population { index: 0, delay: 1 }, 1, sparse, None);
    projection.short_term = Some(short_term);
    let populations: Vec<Box<dyn NeuronModel>> = vec![
        Box::new(SpikeSource::new(1, spikes.iter().map(|&step| (step, 0)).collect())),
        Box::new(LifPopulation::new(DELAYS.len(), sums, grid, 1)),
    ];
    Network::new(None, populations, vec![projection])
}

/// Potentials of three neurons after every step.
#[derive(Default)]
struct Potentials(Vec<Vec<f32>>);

impl Monitor for Potentials {
    fn record(&mut self, _step: u64, network: &Network, _spikes: &StepSpikes<'_>) {
        self.0.push((0..DELAYS.len() as u32).map(|j| network.populations()[1].v_mv(j)).collect());
    }
}

#[test]
fn a_regular_train_reaches_the_depression_and_the_facilitation_of_the_closed_form() {
    let every = 25.0;
    let spikes: Vec<u64> = (0..150).map(|k| 10 + 25 * k).collect();
    for (u, tau_rec_ms, tau_facil_ms) in [(0.5, 800.0, 0.0), (0.05, 100.0, 500.0)] {
        let mut network = projected(ShortTermParams { u, tau_rec_ms, tau_facil_ms }, &spikes);
        let mut seen = Potentials::default();
        network.run(3800, &mut [&mut seen]);
        let jump = |step: u64, j: usize| f64::from(seen.0[step as usize][j] - seen.0[step as usize - 1][j]);
        // u before a spike decays by f, and x recovers by 1 - r, between two spikes
        let (f, r) = (if tau_facil_ms > 0.0 { (-every / tau_facil_ms).exp() } else { 0.0 }, (-every / tau_rec_ms).exp());
        let used = u / (1.0 - (1.0 - u) * f);
        let steady = 2.0 * used * (1.0 - r) / (1.0 - (1.0 - used) * r);
        for (j, &delay) in DELAYS.iter().enumerate() {
            assert!((jump(spikes[0] + u64::from(delay), j) - 2.0 * u).abs() < 1e-5);
            let last = jump(spikes[149] + u64::from(delay), j);
            assert!((last - steady).abs() < 1e-4 * steady + 2e-5, "delay {delay}: {last} against {steady}");
        }
        assert_eq!(network.projections()[0].synapses.to_array().iter().copied().collect::<Vec<_>>(), [2.0; 3], "weights stay");
        let mut whole = projected(ShortTermParams { u, tau_rec_ms, tau_facil_ms }, &spikes);
        whole.run(3800, &mut []);
        assert_eq!(whole.digest(), network.digest());
    }
}

#[test]
fn scaling_follows_its_recursion_toward_a_sum_and_a_rate() {
    let grid = TimeGrid::new(1.0);
    let rows = [0.5f32, 1.5, 3.0].map(|weight_mv| [Synapse { post: 0, weight_mv, delay: 2 }]);
    let start = Sparse::from_rows(1, rows).with_incoming();
    let sum_of = |w: &Sparse| w.weights_mv().map(f64::from).sum::<f64>();
    let p = PlasticityParams {
        tau_e_ms: 200.0,
        tau_minus_ms: 100.0,
        rho0_hz: 20.0,
        interval_ms: 10.0,
        w_max_mv: 50.0,
        ..PlasticityParams::default()
    };
    let run = |p: &PlasticityParams, spikes: &dyn Fn(u64) -> bool, steps: u64| {
        let (mut w, mut rule) = (start.clone(), SynapticScaling::new(&start, p, grid));
        for step in 0..steps {
            rule.on_pre(step, 2, &[], &mut w);
            rule.on_post(step, if spikes(step) { &[0] } else { &[] }, &|_| 0.0, &mut w);
        }
        w
    };
    let toward = run(&PlasticityParams { sum_mv: Some(10.0), ..p }, &|_| false, 3000);
    let expected = (1..300).fold(5.0, |sum: f64, _| sum * ((1.0 - sum / 10.0) * 10.0 / 200.0).exp());
    assert!((sum_of(&toward) - expected).abs() < 1e-4 && (expected - 10.0).abs() < 1e-3, "{} {expected}", sum_of(&toward));
    assert!(toward.weights_mv().zip([0.1, 0.3, 0.6]).all(|(w, share)| (w / 10.0 - share).abs() < 1e-3), "shares stay");
    // a silent neuron: the mean rate decays from its target
    let silent = run(&p, &|_| false, 200);
    let expected = (1..20).fold(5.0, |sum: f64, k| sum * ((1.0 - (-f64::from(k) * 0.1).exp()) * 10.0 / 200.0).exp());
    assert!((sum_of(&silent) - expected).abs() < 1e-4, "{} against {expected}", sum_of(&silent));
    // at the target rate weights stay, at twice that rate they fall by a factor e in the time constant
    let p = PlasticityParams { tau_minus_ms: 1000.0, ..p };
    let steady = run(&p, &|step| step % 50 == 0, 4000);
    assert!((sum_of(&steady) / 5.0).ln().abs() < 0.3, "{}", sum_of(&steady));
    let fast = [6000, 6200].map(|steps| sum_of(&run(&p, &|step| step % 25 == 0, steps)));
    assert!(((fast[0] / fast[1]).ln() - 1.0).abs() < 0.05, "{fast:?}");
}
