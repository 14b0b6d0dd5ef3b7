//! Brian2 trajectories, committed under `tests/reference`: f64 to 1e-9 mV, f32 to 1e-3 mV, spikes in the same steps.

use super::common::{Script, drive, file, one_step, plasticity, run};
use spikescope::engine::monitor::{Monitor, SpikeMonitor, StateMonitor};
use spikescope::engine::network::{Network, Projection, Source};
use spikescope::engine::neuron::{LifParams, LifPopulation, LifStep, NeuronModel, Real};
use spikescope::engine::plasticity::{PairStdp, PlasticityParams, Rule};
use spikescope::engine::projection::Dense;
use spikescope::engine::trace::{Decay, Traces};
use spikescope::time::TimeGrid;
use std::collections::HashMap;

/// A reference file: parameters by name, columns by name.
pub(super) struct Table {
    pub(super) params: HashMap<String, f64>,
    columns: HashMap<String, Vec<f64>>,
}

impl Table {
    pub(super) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(file("tests/reference").join(name)).unwrap();
        let mut params = HashMap::new();
        for line in text.lines().filter_map(|line| line.strip_prefix("# param ")) {
            let (key, value) = line.split_once(" = ").unwrap();
            // file names are stored as parameters
            if let Ok(number) = value.split(' ').next().unwrap().parse() {
                params.insert(key.to_owned(), number);
            }
        }
        let mut rows = text.lines().filter(|line| !line.starts_with('#'));
        let names: Vec<&str> = rows.next().unwrap().split(',').collect();
        let mut columns: HashMap<String, Vec<f64>> = names.iter().map(|&name| (name.to_owned(), Vec::new())).collect();
        for row in rows {
            for (name, value) in names.iter().zip(row.split(',')) {
                columns.get_mut(*name).unwrap().push(value.parse().unwrap());
            }
        }
        Self { params, columns }
    }

    pub(super) fn column(&self, name: &str) -> &[f64] {
        &self.columns[name]
    }

    pub(super) fn steps_where(&self, name: &str) -> Vec<usize> {
        self.column(name).iter().enumerate().filter(|&(_, &flag)| flag == 1.0).map(|(k, _)| k).collect()
    }

    pub(super) fn lif(&self, ri: f64, t_ref: f64) -> (LifParams, TimeGrid) {
        let p = |name: &str| self.params.get(name).copied();
        let grid = TimeGrid::new(p("dt").unwrap());
        let params = LifParams {
            tau_m_ms: p("tau_m").unwrap(),
            e_l_mv: p("E_L").unwrap(),
            v_th_mv: p("V_th").unwrap(),
            v_reset_mv: p("V_reset").unwrap(),
            t_ref_steps: grid.steps(p("t_ref").unwrap_or(t_ref)).unwrap(),
            theta_plus_mv: 0.0,
            tau_syn_ms: p("tau_s").unwrap_or(0.0),
            ri_mv: ri,
            ..LifParams::default()
        };
        (params, grid)
    }
}

/// One neuron through the scalar path; potentials relative to rest, synaptic currents and spike steps.
pub(super) fn scalar<F: Real>(
    params: &LifParams,
    grid: TimeGrid,
    input: impl Fn(usize) -> f64,
    steps: usize,
) -> (Vec<F>, Vec<F>, Vec<usize>) {
    let step = LifStep::<F>::new(params, grid);
    let zero = F::of(0.0);
    let (mut u, mut i, mut clamped) = (zero, zero, 0);
    let (mut us, mut is, mut spikes) = (Vec::new(), Vec::new(), Vec::new());
    for k in 0..steps {
        if step.advance(&mut u, &mut i, &mut clamped, F::of(input(k)), zero, zero) {
            spikes.push(k);
        }
        us.push(u);
        is.push(i);
    }
    (us, is, spikes)
}

pub(super) fn assert_near(what: &str, computed: impl Iterator<Item = f64>, reference: &[f64], tolerance: f64) {
    let mut n = 0;
    for (k, (a, b)) in computed.zip(reference).enumerate() {
        assert!((a - b).abs() <= tolerance, "{what}, step {k}: {a} against {b}");
        n += 1;
    }
    assert_eq!(n, reference.len(), "{what}: lengths differ");
}

#[test]
fn constant_currents_match_brian2() {
    let table = Table::read("lif_current.csv");
    for ri in [0, 12, 14, 20, 40] {
        let (params, grid) = table.lif(f64::from(ri), 0.0);
        let (v, spikes) = (table.column(&format!("v_{ri}")), table.steps_where(&format!("spike_{ri}")));
        assert_eq!(spikes.is_empty(), ri < 13, "the file has no spike to compare");

        let (u, _, fired) = scalar::<f64>(&params, grid, |_| 0.0, v.len());
        assert_near("f64", u.iter().map(|u| u + params.e_l_mv), v, 1e-9);
        assert_eq!(fired, spikes);

        // a neuron in the second block; identical neighbours would inhibit it
        let mut neurons = LifPopulation::new(40, LifParams { inhibition_mv: 0.0, ..params }, grid, 1);
        let (mut potentials, mut fired) = (Vec::new(), Vec::new());
        for k in 0..v.len() {
            let now = one_step(&mut neurons, &drive(40, 1, |_, _| 0.0));
            potentials.push(f64::from(neurons.v_mv(37)));
            if now.contains(&37) {
                fired.push(k);
            }
        }
        assert_near("f32", potentials.into_iter(), v, 1e-3);
        assert_eq!(fired, spikes);
    }
}

/// The input trains and weights of a Poisson file.
pub(super) fn input(stem: &str, steps: usize) -> (Vec<Vec<u32>>, Vec<f64>) {
    let events = Table::read(&format!("{stem}_inputs.csv"));
    let mut train = vec![Vec::new(); steps];
    for (&step, &index) in events.column("step").iter().zip(events.column("index")) {
        train[step as usize].push(index as u32);
    }
    (train, Table::read(&format!("{stem}_weights.csv")).column("weight").to_vec())
}

fn poisson_file(name: &str, inputs: &str) {
    let table = Table::read(name);
    let (params, grid) = table.lif(0.0, 0.0);
    let (v, spikes) = (table.column("v"), table.steps_where("spike"));
    assert!(spikes.len() >= 5, "the file has no spikes to compare");
    let (train, weights) = input(inputs, v.len());

    let sum = |k: usize| train[k].iter().map(|&i| weights[i as usize]).sum::<f64>();
    let (u, i, fired) = scalar::<f64>(&params, grid, sum, v.len());
    assert_near("f64", u.iter().map(|u| u + params.e_l_mv), v, 1e-9);
    assert_eq!(fired, spikes);
    if let Some(current) = table.columns.get("i") {
        assert_near("f64 current", i.into_iter(), current, 1e-9);
    }

    let mut synapses = Dense::new(weights.len(), 1);
    weights.iter().enumerate().for_each(|(i, &w)| *synapses.get_mut(i, 0) = w as f32);
    let network = || {
        let projection = Projection::new(Source::Encoder, 0, synapses.clone(), None);
        let population = LifPopulation::new(1, params, grid, 1);
        Network::new(Some(Box::new(Script::new(weights.len(), train.clone()))), vec![Box::new(population)], vec![projection])
    };
    let (mut state, mut raster) = (StateMonitor::new(&[0]), SpikeMonitor::default());
    network().run(v.len() as u64, &mut [&mut state as &mut dyn Monitor, &mut raster]);
    assert_near("f32", state.v_mv[0].iter().map(|&v| f64::from(v)), v, 1e-3);
    assert_eq!(raster.output.iter().map(|&(k, _)| k as usize).collect::<Vec<_>>(), spikes);
    // and in chunks without a monitor
    let mut chunked = network();
    chunked.run(v.len() as u64, &mut []);
    assert_eq!(chunked.counts(), [spikes.len() as u32]);
    assert!((f64::from(chunked.output().unwrap().v_mv(0)) - v[v.len() - 1]).abs() <= 1e-3);
}

#[test]
fn delta_synapses_match_brian2() {
    poisson_file("lif_poisson.csv", "lif_poisson");
    poisson_file("lif_poisson_1ms.csv", "lif_poisson_1ms");
}

#[test]
fn exponential_synapses_match_brian2() {
    poisson_file("lif_exp_synapse.csv", "lif_poisson");
}

/// Spike steps under strong currents and refractory periods of any length, in f64 and f32.
pub(super) fn refractory_file(name: &str) {
    let table = Table::read(name);
    let steps = table.params["steps"] as usize;
    let mut compared = 0;
    for ri in [60.0, 3000.0] {
        for t_ref in [0.0, 0.1, 1.0, 2.0, 5.0] {
            let rows = table.column("RI").iter().zip(table.column("t_ref")).zip(table.column("step"));
            let expected: Vec<usize> = rows.filter(|((r, t), _)| **r == ri && **t == t_ref).map(|(_, &k)| k as usize).collect();
            let (params, grid) = table.lif(ri, t_ref);
            assert_eq!(scalar::<f64>(&params, grid, |_| 0.0, steps).2, expected, "f64, RI {ri}, t_ref {t_ref}");
            let spikes = run(&mut LifPopulation::new(1, params, grid, 1), &drive(1, steps, |_, _| 0.0));
            assert_eq!(spikes.iter().map(|&(k, _)| k).collect::<Vec<_>>(), expected, "f32, RI {ri}, t_ref {t_ref}");
            compared += expected.len();
        }
    }
    assert_eq!(compared, table.column("step").len(), "every row of the file is compared");
}

#[test]
fn refractory_periods_match_brian2() {
    refractory_file("lif_refractory.csv");
}

#[test]
fn vector_blocks_and_scalar_f32_step_give_the_same_bits() {
    let (train, weights) = input("lif_poisson_1ms", 500);
    for tau_syn_ms in [0.0, 5.0] {
        let params = LifParams { tau_syn_ms, ri_mv: 14.0, theta_plus_mv: 0.0, inhibition_mv: 0.0, ..LifParams::default() };
        let grid = TimeGrid::new(1.0);
        let sum = |k: usize| train[k].iter().map(|&i| weights[i as usize]).sum::<f64>();
        let (u, _, spikes) = scalar::<f32>(&params, grid, sum, 500);
        let mut population = LifPopulation::new(33, params, grid, 1);
        let mut fired = Vec::new();
        for (k, u) in u.iter().enumerate() {
            let now = one_step(&mut population, &drive(33, 1, |_, _| sum(k) as f32));
            assert_eq!(population.v_mv(32), u - 65.0, "step {k}");
            if !now.is_empty() {
                assert_eq!(now.len(), 33, "all neurons are alike");
                fired.push(k);
            }
        }
        assert!(spikes.len() > 5);
        assert_eq!(fired, spikes);
    }
}

#[test]
fn pair_stdp_matches_brian2_for_all_spike_orders() {
    let table = Table::read("stdp_pair.csv");
    let grid = TimeGrid::new(1.0);
    let p = |name: &str| table.params[name];
    let all = PlasticityParams {
        tau_plus_ms: p("tau_plus"),
        tau_minus_ms: p("tau_minus"),
        a_plus: p("A_plus"),
        a_minus: p("A_minus"),
        w_max_mv: p("w_max"),
        ..plasticity()
    };
    for (column, params) in [("w_all", all), ("w_nearest", PlasticityParams { nearest: true, ..all })] {
        let reference = table.column(column);
        let mut synapse = Dense::new(1, 1);
        let mut rule = PairStdp::new(1, 1, &params, grid);
        let mut bounds = [false; 2];
        for (row, &w) in reference.iter().enumerate() {
            let step = table.column("step")[row] as u64;
            if step == 0 {
                rule.begin_trial(0);
                *synapse.get_mut(0, 0) = p("w_init") as f32;
            }
            let (pre, post) = (table.column("pre")[row] == 1.0, table.column("post")[row] == 1.0);
            rule.on_pre(step, 0, if pre { &[0] } else { &[] }, &mut synapse);
            rule.on_post(step, if post { &[0] } else { &[] }, &|_| 0.0, &mut synapse);
            // at most sixty changes of a weight below 1, each rounded at 2⁻²⁴, and traces accurate to 2⁻²⁰ times 0.012
            let ours = f64::from(synapse.get(0, 0));
            assert!((ours - w).abs() < 5e-6, "{column}, row {row}: {ours} against {w}");
            bounds = [bounds[0] || ours == 0.0, bounds[1] || ours == 1.0];
            if column == "w_all" {
                let (x, y) = rule.traces(0, 0, step);
                assert!((f64::from(x) - table.column("x_pre")[row]).abs() < 2e-6 * f64::from(x).max(1.0), "x_pre, row {row}");
                assert!((f64::from(y) - table.column("x_post")[row]).abs() < 2e-6 * f64::from(y).max(1.0), "x_post, row {row}");
            }
        }
        assert_eq!(bounds, [true; 2], "{column}: the trains reach both bounds");
    }
}

/// The engine's reward rule is of the trial form; the continuous form of the file is put together here from the
/// engine's traces and decays, which are the parts that the file can verify.
#[test]
fn traces_and_decays_match_the_three_factor_rule_of_brian2() {
    let table = Table::read("rstdp_dopamine.csv");
    let grid = TimeGrid::new(table.params["dt"]);
    let p = |name: &str| table.params[name];
    let mut pre = Traces::new(1, p("tau_plus"), false, grid);
    let mut post = Traces::new(1, p("tau_minus"), false, grid);
    let forget = Decay::new(p("tau_c"), grid);
    let (mut c, mut since, mut d, mut w) = (0.0f32, 0, 0.0, p("w_init"));
    for step in 0..table.params["steps"] as u64 {
        let happens = |what: &str| table.column(what)[step as usize] == 1.0;
        d *= grid.decay(p("tau_d"));
        let mut eligible = |by: f64| {
            c = c * forget.over(step - since) + by as f32;
            since = step;
        };
        if happens("pre") {
            pre.bump(0, step);
            eligible(-p("A_minus") * f64::from(post.at(0, step)));
        }
        if happens("post") {
            post.bump(0, step);
            eligible(p("A_plus") * f64::from(pre.at(0, step)));
        }
        if happens("reward") {
            d += p("d_pulse");
        }
        let now = f64::from(c * forget.over(step - since));
        w += p("eta") * now * d * p("dt");
        let expect = |what: &str| table.column(what)[step as usize];
        assert!((now - expect("c")).abs() < 1e-7, "c, step {step}: {now} against {}", expect("c"));
        assert!((d - expect("d")).abs() < 1e-12, "d, step {step}");
        assert!((w - expect("w")).abs() < 1e-6, "w, step {step}: {w} against {}", expect("w"));
    }
}
