//! Rules of synapses with delays of their own: every spike and every change of a weight in 1.2 s of Brian2 trajectories, and the
//! weights that synapses of NEST send.

use super::golden::Table;
use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, Projection, Source, StepSpikes};
use spikescope::engine::neuron::{LifParams, LifPopulation, NeuronModel, SpikeSource};
use spikescope::engine::plasticity::{PlasticityParams, Rule, ShortTerm, ShortTermParams, SymmetricStdp, TripletStdp};
use spikescope::engine::projection::{Sparse, Store, Synapse, Synapses};
use spikescope::lower::{self, Learning};
use spikescope::model::{Distribution, ModelSpec, NetworkSpec, PopulationSpec, ProjectionSpec, RuleSpec, Wiring};
use spikescope::time::TimeGrid;

/// File, rule, and its choices.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const CASES: [Case; 9] = [
    ("power", "PairStdp", &[("bounds", "soft"), ("pairing", "all-to-all")]),
    ("multiplicative", "PairStdp", &[("bounds", "soft"), ("pairing", "nearest")]),
    ("additive", "PairStdp", &[("bounds", "hard"), ("pairing", "all-to-all")]),
    ("triplet", "TripletStdp", &[("bounds", "hard"), ("pairing", "all-to-all")]),
    ("triplet_nearest", "TripletStdp", &[("bounds", "soft"), ("pairing", "nearest")]),
    ("inhibitory", "InhibitoryStdp", &[]),
    ("symmetric", "SymmetricStdp", &[]),
    ("short_term", "TsodyksMarkram", &[]),
    ("scaling", "SynapticScaling", &[("target", "rate")]),
];

/// Spikes as (step, neuron), and the weights of all synapses whenever they changed.
struct Seen {
    spikes: Vec<(u64, u32)>,
    weights: Vec<Vec<f32>>,
}

impl Monitor for Seen {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        self.spikes.extend(spikes.populations[1].iter().map(|&j| (step, j)));
        let mut synapses = network.projections()[0].synapses.clone();
        synapses.bring_up_to_date(step + 1);
        self.weights.push(synapses.sparse().unwrap().weights_mv().collect());
    }
}

/// A projection with the rule of a file and its parameters; its weights have this sign.
fn projection(name: &str, choices: &[(&str, &str)], sign: f64, table: &Table) -> ProjectionSpec {
    let mut network = NetworkSpec::new(0.1);
    let model = || ModelSpec::named("Lif").unwrap();
    network.populations.extend(["A", "B"].map(|name| PopulationSpec::new(name, 1, model())));
    let mut projection = ProjectionSpec::new("A->B", Wiring::Indegree(1));
    projection.weight = Distribution::Constant(0.01 * sign);
    projection.rule = RuleSpec::named(name);
    network.projections.push(projection);
    let fields = RuleSpec::named(name).unwrap().fields();
    for field in fields {
        let given = table.params.get(&format!("rule.{}", field.name)).map(|value| format!("{value} {}", field.unit));
        let chosen = choices.iter().find(|(choice, _)| *choice == field.name).map(|(_, text)| (*text).to_owned());
        if let Some(text) = given.or(chosen) {
            network.set(&format!("\"A->B\".{}", field.name).parse().unwrap(), &text).unwrap();
        }
    }
    let given = table.params.keys().filter(|name| name.starts_with("rule.")).count();
    assert_eq!(given, fields.iter().filter(|field| table.params.contains_key(&format!("rule.{}", field.name))).count(), "{name}");
    network.projections.remove(0)
}

#[test]
fn every_rule_has_the_spikes_and_the_weights_of_its_reference_in_every_step() {
    let (described, inputs) = (Table::read("rules_synapses.csv"), Table::read("rules_inputs.csv"));
    let p = |name: &str| described.params[name];
    let (n_in, n) = (p("n_inputs") as usize, p("n_neurons") as usize);
    let grid = TimeGrid::new(p("dt"));
    let given: Vec<(u64, u32)> =
        inputs.column("step").iter().zip(inputs.column("train")).map(|(&step, &train)| (step as u64, train as u32)).collect();
    let column = |name: &str| described.column(name).to_vec();
    let [pre, post, size, delay] = ["pre", "post", "weight", "delay"].map(column);
    let lif = LifParams {
        tau_m_ms: p("tau_m"),
        e_l_mv: p("E_L"),
        v_th_mv: p("V_th"),
        v_reset_mv: p("V_reset"),
        t_ref_steps: grid.steps(p("t_ref")).unwrap(),
        theta_plus_mv: 0.0,
        inhibition_mv: 0.0,
        tau_receptors_ms: Some([p("tau_exc"), p("tau_inh")]),
        ..LifParams::default()
    };
    for (name, rule_name, choices) in CASES {
        let table = Table::read(&format!("rule_{name}.csv"));
        let sign = if name == "inhibitory" { -1.0 } else { 1.0 };
        let described = projection(rule_name, choices, sign, &table);
        let rule = described.rule.as_ref().unwrap();
        let rows = (0..n_in + n).map(|i| {
            let of = (0..pre.len()).filter(|&s| pre[s] == i as f64).collect::<Vec<_>>();
            of.into_iter()
                .map(|s| Synapse { post: post[s] as u32, weight_mv: (sign * size[s]) as f32, delay: delay[s] as u16 })
                .collect::<Vec<_>>()
        });
        let plastic = Sparse::from_rows(n, rows);
        let order: Vec<usize> = plastic
            .triplets()
            .map(|(i, synapse)| (0..pre.len()).find(|&s| (pre[s], post[s]) == (f64::from(i), f64::from(synapse.post))).unwrap())
            .collect();
        let drive = |i: usize| (i >= n_in).then(|| Synapse { post: (i - n_in) as u32, weight_mv: p("drive") as f32, delay: 1 });
        let drive = Sparse::from_rows(n, (0..n_in + n).map(drive));
        let from = |synapses: Synapses, source: usize, receptor: usize| {
            let delay = synapses.sparse().unwrap().min_delay();
            let source = Source::Population { index: source, delay };
            Projection { source, target: 1, receptor, relay: None, norm: None, short_term: None, synapses }
        };
        let params = lower::plasticity(rule, &Learning::default());
        let params = PlasticityParams { is_negative: rule.is_negative(sign), ..params };
        let learning = lower::sparse_rule(rule, &params, &plastic, grid);
        let short_term = lower::short_term(&described).map(|p| ShortTerm::new(plastic.n_pre(), plastic.delay_span(), p, grid));
        let mut onto = from(Store::new(plastic, learning).into(), 0, usize::from(sign < 0.0));
        onto.short_term = short_term;
        let projections = vec![onto, from(Store::new(drive, None).into(), 2, 0)];
        // the driving spikes act in the step in which they are listed plus that of their delay
        let populations: Vec<Box<dyn NeuronModel>> = vec![
            Box::new(SpikeSource::new(n_in + n, given.clone())),
            Box::new(LifPopulation::new(n, lif, grid, 1)),
            Box::new(SpikeSource::new(n_in + n, given.clone())),
        ];
        let mut network = Network::new(None, populations, projections);
        let mut seen = Seen { spikes: Vec::new(), weights: Vec::new() };
        network.run(p("steps") as u64, &mut [&mut seen]);

        let of_kind = |kind: f64| {
            let rows = (0..table.column("kind").len()).filter(|&row| table.column("kind")[row] == kind).collect::<Vec<_>>();
            rows.into_iter().map(|row| (table.column("step")[row] as u64, table.column("index")[row] as usize, table.column("weight")[row]))
        };
        let expected: Vec<(u64, u32)> = of_kind(0.0).map(|(step, j, _)| (step, j as u32)).collect();
        assert_eq!(seen.spikes, expected, "{name}");
        let mut changes = of_kind(1.0).peekable();
        let mut weights: Vec<f64> = size.iter().map(|size| sign * size).collect();
        let (mut worst, mut changed) = (0.0f64, 0);
        for (step, ours) in (0u64..).zip(&seen.weights) {
            while let Some((_, s, weight)) = changes.next_if(|&(when, ..)| when == step) {
                weights[s] = weight;
                changed += 1;
            }
            for (&ours, &s) in ours.iter().zip(&order) {
                let off = (f64::from(ours) - weights[s]).abs();
                worst = worst.max(off);
                // changes of weights below 8, each rounded at 2⁻²²
                assert!(off < 2e-5, "{name}, step {step}, synapse {s}: {ours} against {}", weights[s]);
            }
        }
        println!("{name}: {} spikes, {changed} changes, weights differ by at most {worst:.1e} mV", expected.len());
        assert!(changes.next().is_none() && expected.len() > 40);
    }
}

/// Presynaptic spikes with the weights that NEST sends, and postsynaptic spikes, by step at the synapse.
fn sent_by_nest(table: &Table, case: f64) -> (Vec<(u64, f64)>, Vec<u64>) {
    let column = |name: &str| table.column(name);
    let rows = (0..column("case").len()).filter(|&row| column("case")[row] == case);
    let (pre, post): (Vec<usize>, Vec<usize>) = rows.partition(|&row| column("kind")[row] == 0.0);
    let step = |row: usize| column("step")[row] as u64;
    (pre.into_iter().map(|row| (step(row), column("weight")[row])).collect(), post.into_iter().map(step).collect())
}

#[test]
fn triplet_and_inhibitory_weights_are_those_of_nest() {
    let table = Table::read("nest_rules.csv");
    let (p, grid) = (|name: &str| table.params[name], TimeGrid::new(1.0));
    let triplet = PlasticityParams {
        eta: 1.0,
        a_plus: p("triplet.Aplus"),
        a3_plus: p("triplet.Aplus_triplet"),
        a_minus: p("triplet.Aminus"),
        a3_minus: p("triplet.Aminus_triplet"),
        tau_plus_ms: p("triplet.tau_plus"),
        tau_minus_ms: p("triplet.tau_minus"),
        tau_x_ms: p("triplet.tau_plus_triplet"),
        tau_y_ms: p("triplet.tau_minus_triplet"),
        w_max_mv: p("triplet.Wmax"),
        ..PlasticityParams::default()
    };
    let inhibitory = PlasticityParams {
        eta: p("inhibitory.eta"),
        alpha: p("inhibitory.alpha"),
        tau_plus_ms: p("inhibitory.tau"),
        w_max_mv: -p("inhibitory.Wmax"),
        is_negative: true,
        ..PlasticityParams::default()
    };
    let one = |weight_mv: f64| Sparse::from_rows(1, [[Synapse { post: 0, weight_mv: weight_mv as f32, delay: 1 }]]).with_incoming();
    let synapse = one(0.0);
    let rules: [(Box<dyn Rule<Sparse>>, f64); 2] =
        [(Box::new(TripletStdp::new(&synapse, &triplet, grid)), 1.0), (Box::new(SymmetricStdp::new(&synapse, &inhibitory, grid)), -1.0)];
    for (case, (mut rule, sign)) in rules.into_iter().enumerate() {
        let (pre, post) = sent_by_nest(&table, case as f64);
        let (mut w, mut pre) = (one(sign * p("w_init")), pre.into_iter().peekable());
        for step in 0..p("steps") as u64 {
            let arrives = pre.next_if(|&(when, _)| when == step);
            rule.on_pre(step, 1, if arrives.is_some() { &[0] } else { &[] }, &mut w);
            if let Some((_, weight)) = arrives {
                let ours = f64::from(w.weights_mv().next().unwrap());
                assert!((ours - weight).abs() < 1e-5, "case {case}, step {step}: {ours} against {weight}");
            }
            rule.on_post(step, if post.contains(&step) { &[0] } else { &[] }, &|_| 0.0, &mut w);
        }
        assert!(pre.next().is_none());
    }
}

#[test]
fn short_term_plasticity_has_the_effects_of_nest() {
    let table = Table::read("nest_rules.csv");
    let (p, grid) = (|name: &str| table.params[name], TimeGrid::new(1.0));
    let (pre, _) = sent_by_nest(&table, 2.0);
    let params = ShortTermParams { u: p("short_term.U"), tau_rec_ms: p("short_term.tau_rec"), tau_facil_ms: p("short_term.tau_fac") };
    let synapse = Sparse::from_rows(1, [[Synapse { post: 0, weight_mv: p("w_init") as f32, delay: 1 }]]);
    let mut projection = Projection::new(Source::Population { index: 0, delay: 1 }, 1, synapse, None);
    projection.short_term = Some(ShortTerm::new(1, 0, params, grid));
    // without a leak the potential adds up what arrives
    let sums = LifParams { tau_m_ms: 1e12, e_l_mv: 0.0, v_th_mv: 1e6, theta_plus_mv: 0.0, inhibition_mv: 0.0, ..LifParams::default() };
    let source = SpikeSource::new(1, pre.iter().map(|&(step, _)| (step, 0)).collect());
    let mut network = Network::new(None, vec![Box::new(source), Box::new(LifPopulation::new(1, sums, grid, 1))], vec![projection]);
    for (step, weight) in pre {
        network.run(step + 1 - network.step(), &mut []);
        let before = network.populations()[1].v_mv(0);
        network.run(1, &mut []);
        let ours = f64::from(network.populations()[1].v_mv(0) - before);
        assert!((ours - weight).abs() < 2e-6, "step {step}: {ours} against {weight}");
    }
}
