//! NEST trajectories, committed under `tests/reference`: f64 to 1e-9 mV, f32 to 1e-3 mV, spikes in the same steps, weights
//! to a relative 1e-5. Where a convention of NEST differs, the test states the shift; `tests/reference/README.md`
//! describes the mapping.

use super::common::{Script, drive, one_step, plasticity};
use super::golden::{Table, assert_near, input, refractory_file, scalar};
use spikescope::engine::monitor::{Monitor, SpikeMonitor, StateMonitor};
use spikescope::engine::network::{Network, Projection, Source};
use spikescope::engine::neuron::{LifParams, LifPopulation};
use spikescope::engine::plasticity::{PairStdp, PlasticityParams, Rule};
use spikescope::engine::projection::Dense;
use spikescope::time::TimeGrid;
use std::collections::{BTreeMap, BTreeSet};

/// A network, once with a monitor and once in chunks, against potentials and spike steps of NEST.
fn assert_network(what: &str, network: impl Fn() -> Network, v: &[f64], spikes: &[usize]) {
    let (mut state, mut raster) = (StateMonitor::new(&[0]), SpikeMonitor::default());
    network().run(v.len() as u64, &mut [&mut state as &mut dyn Monitor, &mut raster]);
    assert_near(what, state.v_mv[0].iter().map(|&v| f64::from(v)), v, 1e-3);
    assert_eq!(raster.output.iter().map(|&(k, _)| k as usize).collect::<Vec<_>>(), spikes, "{what}");
    let mut chunked = network();
    chunked.run(v.len() as u64, &mut []);
    assert_eq!(chunked.counts(), [spikes.len() as u32], "{what}");
    assert!((f64::from(chunked.output().unwrap().v_mv(0)) - v[v.len() - 1]).abs() <= 1e-3, "{what}");
}

/// One neuron behind the committed input spikes.
fn behind(weights: &[f64], train: &[Vec<u32>], params: LifParams, grid: TimeGrid) -> Network {
    let mut synapses = Dense::new(weights.len(), 1);
    weights.iter().enumerate().for_each(|(i, &w)| *synapses.get_mut(i, 0) = w as f32);
    let encoder = Script::new(weights.len(), train.to_vec());
    let projection = Projection::new(Source::Encoder, 0, synapses, None);
    Network::new(Some(Box::new(encoder)), vec![Box::new(LifPopulation::new(1, params, grid, 1))], vec![projection])
}

#[test]
fn constant_currents_match_nest() {
    let table = Table::read("nest_lif_current.csv");
    for name in ["0", "12", "12.9", "14", "20", "40"] {
        let ri = table.params[&format!("RI_{name}")];
        let (params, grid) = table.lif(ri, 0.0);
        let (v, spikes) = (table.column(&format!("v_{name}")), table.steps_where(&format!("spike_{name}")));
        assert_eq!(spikes.is_empty(), ri < 13.0, "the file has no spike to compare");

        let (u, _, fired) = scalar::<f64>(&params, grid, |_| 0.0, v.len());
        assert_near("f64", u.iter().map(|u| u + params.e_l_mv), v, 1e-9);
        assert_eq!(fired, spikes);

        let mut neuron = LifPopulation::new(1, params, grid, 1);
        let mut fired = Vec::new();
        let potentials = (0..v.len()).map(|k| {
            if !one_step(&mut neuron, &drive(1, 1, |_, _| 0.0)).is_empty() {
                fired.push(k);
            }
            f64::from(neuron.potentials_mv()[0])
        });
        assert_near("f32", potentials, v, 1e-3);
        assert_eq!(fired, spikes);
    }
}

#[test]
fn delta_synapses_match_nest() {
    let table = Table::read("nest_lif_input.csv");
    let (params, grid) = table.lif(0.0, 0.0);
    let (v, spikes) = (table.column("v"), table.steps_where("spike"));
    assert!(spikes.len() > 30, "the file has no spikes to compare");
    // an input spike acts in its own step in both simulators
    let (train, weights) = input("lif_poisson", v.len());
    let sum = |k: usize| train[k].iter().map(|&i| weights[i as usize]).sum::<f64>();
    let (u, _, fired) = scalar::<f64>(&params, grid, sum, v.len());
    assert_near("f64", u.iter().map(|u| u + params.e_l_mv), v, 1e-9);
    assert_eq!(fired, spikes);
    assert_network("f32", || behind(&weights, &train, params, grid), v, &spikes);
}

#[test]
fn exponential_synapses_match_nest_one_step_later() {
    let table = Table::read("nest_lif_exp.csv");
    let (params, grid) = table.lif(0.0, 0.0);
    let (v, spikes) = (table.column("v"), table.steps_where("spike"));
    assert!(spikes.len() >= 5, "the file has no spikes to compare");
    // iaf_psc_exp adds the input of step k to the current after V has been integrated, so that it moves V from step k+1 on;
    // here V changes in the step of arrival, so the same input is delivered one step later.
    let (mut train, weights) = input("lif_poisson", v.len());
    train.rotate_right(1);
    assert!(train[0].is_empty(), "the last step has no input that would come first now");

    let sum = |k: usize| train[k].iter().map(|&i| weights[i as usize]).sum::<f64>();
    let (u, i, fired) = scalar::<f64>(&params, grid, sum, v.len());
    assert_near("f64", u.iter().map(|u| u + params.e_l_mv), v, 1e-9);
    assert_eq!(fired, spikes);
    // its current of step k includes the input that arrives here in step k+1 and decays in that step
    let decay = grid.decay(params.tau_syn_ms);
    let current: Vec<f64> = table.column("i")[..v.len() - 1].iter().map(|i| i * decay).collect();
    assert_near("f64 current", i[1..].iter().copied(), &current, 1e-9);

    assert_network("f32", || behind(&weights, &train, params, grid), v, &spikes);
}

#[test]
fn refractory_periods_match_nest() {
    refractory_file("nest_lif_refractory.csv");
}

#[test]
fn delays_match_nest() {
    let table = Table::read("nest_lif_delay.csv");
    let (first, grid) = table.lif(table.params["RI_first"], 0.0);
    let (then, _) = table.lif(table.params["RI"], 0.0);
    let lone = || Network::new(None, vec![Box::new(LifPopulation::new(1, first, grid, 1))], vec![]);
    assert_network("first", lone, table.column("v_first"), &table.steps_where("spike_first"));
    for delay in [1, 2, 15] {
        let network = || {
            let mut synapses = Dense::new(1, 1);
            *synapses.get_mut(0, 0) = table.params["weight"] as f32;
            let projection = Projection::new(Source::Population { index: 0, delay }, 1, synapses, None);
            let (first, then) = (LifPopulation::new(1, first, grid, 1), LifPopulation::new(1, then, grid, 2));
            Network::new(None, vec![Box::new(first), Box::new(then)], vec![projection])
        };
        let spikes = table.steps_where(&format!("spike_{delay}"));
        assert!(spikes.len() > 3, "the file has no spikes to compare");
        assert_network(&format!("delay {delay}"), network, table.column(&format!("v_{delay}")), &spikes);
    }
}

/// One train of `nest_stdp.csv` under the rule of this engine; weights after each presynaptic spike, as (NEST, engine,
/// coincident pairs so far).
fn stdp(table: &Table, train: usize, delay: usize, column: &str, params: &PlasticityParams) -> Vec<(f64, f64, u32)> {
    let (mut pre, mut post) = (BTreeMap::new(), BTreeSet::new());
    for row in 0..table.column("stamp").len() {
        let cell = |name: &str| table.column(name)[row];
        if cell("train") as usize == train && cell("delay") as usize == delay {
            let stamp = cell("stamp") as u64;
            if cell("pre") == 1.0 {
                pre.insert(stamp, cell(column));
            }
            if cell("post") == 1.0 {
                // the synaptic delay of NEST is dendritic: a postsynaptic spike reaches the synapse after it. Here it
                // reaches the synapse in its own step, so it is fired later
                post.insert(stamp + delay as u64);
            }
        }
    }
    let mut synapse = Dense::new(1, 1);
    *synapse.get_mut(0, 0) = table.params["w_init"] as f32;
    let mut rule = PairStdp::new(1, 1, params, TimeGrid::new(table.params["dt"]));
    rule.begin_trial(0);
    let (mut seen, mut coincident) = (Vec::new(), 0);
    for &step in pre.keys().chain(&post).collect::<BTreeSet<_>>() {
        rule.on_pre(step, 0, if pre.contains_key(&step) { &[0] } else { &[] }, &mut synapse);
        rule.on_post(step, if post.contains(&step) { &[0] } else { &[] }, &|_| 0.0, &mut synapse);
        // NEST updates a weight at presynaptic spikes only; effects of postsynaptic spikes appear at the next one
        if let Some(&nest) = pre.get(&step) {
            coincident += u32::from(post.contains(&step));
            seen.push((nest, f64::from(synapse.get(0, 0)), coincident));
        }
    }
    seen
}

/// Relative to the weight. A weight below a tenth of its initial value results from cancellation of a hundred changes, each rounded
/// at 2⁻²⁴ of the initial weight: the tolerance is a millionth of the initial weight, and zero must be exact.
fn assert_weight(what: &str, ours: f64, nest: f64) {
    assert!((ours - nest).abs() <= 1e-5 * nest.max(0.1), "{what}: {ours} against {nest}");
    assert_eq!(ours == 0.0, nest == 0.0, "{what}: {ours} against {nest}");
}

fn stdp_params(table: &Table) -> PlasticityParams {
    let p = |name: &str| table.params[name];
    PlasticityParams {
        tau_plus_ms: p("tau_plus"),
        tau_minus_ms: p("tau_minus"),
        a_plus: p("A_plus"),
        a_minus: p("A_minus"),
        w_max_mv: p("w_max"),
        ..plasticity()
    }
}

#[test]
fn pair_stdp_matches_nest_for_additive_soft_and_nearest() {
    let table = Table::read("nest_stdp.csv");
    let hard = stdp_params(&table);
    // the last train has pairs of equal times and is tested separately
    let trains = table.params["trains"] as usize - 1;
    for (column, params) in [
        ("w_additive", hard),
        ("w_soft", PlasticityParams { soft: true, ..hard }),
        ("w_nearest", PlasticityParams { nearest: true, ..hard }),
    ] {
        let mut compared = 0;
        for (train, delay) in (0..trains).flat_map(|train| [(train, 1), (train, 4)]) {
            for (n, (nest, ours, coincident)) in stdp(&table, train, delay, column, &params).into_iter().enumerate() {
                assert_eq!(coincident, 0);
                assert_weight(&format!("{column}, train {train}, delay {delay}, pre {n}"), ours, nest);
                compared += 1;
            }
        }
        assert!(compared > 400, "{column}: only {compared} weights to compare");
    }
}

#[test]
fn pairs_of_equal_times_are_causal_here_and_skipped_by_nest() {
    let table = Table::read("nest_stdp.csv");
    let params = stdp_params(&table);
    let last = table.params["trains"] as usize - 1;
    for delay in [1, 4] {
        let seen = stdp(&table, last, delay, "w_additive", &params);
        assert_eq!(seen.last().unwrap().2, 3, "the file has three such pairs");
        for (nest, ours, coincident) in seen {
            // each of them adds A+ here
            assert_weight("equal times", ours, nest + f64::from(coincident) * params.a_plus);
        }
    }
}
