//! Random valid descriptions: their text reads back to the same description, and no text makes the reader panic.

use super::faults::SMALL;
use proptest::collection::vec;
use proptest::prelude::*;
use spikescope::experiment::FreeRun;
use spikescope::model::{
    AD_EX, Distribution, IZHIKEVICH, InhibitoryStdp, LIF, LIF_COND, ModelSpec, NOISE_CURRENT, NetworkSpec, NoiseCurrent, PairStdp, Path,
    Poisson, PopulationSpec, ProjectionSpec, RAMP_CURRENT, REGULAR, RStdp, RampCurrent, Regular, RuleSpec, STEP_CURRENT, Shape,
    SpikeSource, SymmetricStdp, SynapticScaling, Target, TripletStdp, TsodyksMarkram, Value, Wiring,
};

fn steps(range: std::ops::Range<u32>) -> impl Strategy<Value = f64> {
    range.prop_map(|steps| f64::from(steps) * 0.1)
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        (2u32..50).prop_map(Shape::Line),
        (1u32..8, 2u32..8, 1u32..4).prop_map(|(width, height, maps)| Shape::Grid { width, height, maps })
    ]
}

/// A network with one population of neurons, on which random values are set by path: any of `Lif`, and values near the defaults of
/// the models that are not linear, because others make them diverge.
fn with_values(model: &str, values: &[(usize, f64)]) -> ModelSpec {
    let mut network = NetworkSpec::new(0.1);
    network.populations.push(PopulationSpec::new("E", 1, ModelSpec::named(model).unwrap()));
    let fields = network.populations[0].model.fields();
    for (index, share) in values {
        let field = &fields[index % fields.len()];
        if let spikescope::params::Domain::Real { min, max, .. } = field.domain {
            // values that do not fit to the others are left out
            let value = if model == "Lif" { min + share * (max.min(1000.0) - min) } else { field.default * (0.9 + 0.2 * share) };
            let value = if field.name == "t_ref" { (value * 10.0).round() / 10.0 } else { value };
            network.set(&Path::new("E", field.name), &field.format(value)).ok();
        }
    }
    network.populations.remove(0).model
}

fn population() -> impl Strategy<Value = PopulationSpec> {
    let name = "[A-Za-z \".\u{e9}\\\\_-]{0,6}[a-z]".prop_map(|name| name.trim().replace("->", "_"));
    let spikes = vec(steps(1..500), 0..4).prop_map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.dedup();
        times
    });
    (name, shape(), 0..10, vec((0usize..20, 0.0..1.0), 0..6), -100.0..0.0f64, 0.0..1e4f64, spikes).prop_map(
        |(name, shape, kind, values, v, rate_hz, spikes)| {
            let (model, start) = match kind {
                0 => (ModelSpec::Poisson(Poisson { rate_hz }), Vec::new()),
                1 => (ModelSpec::SpikeSource(SpikeSource { spikes_ms: vec![spikes; shape.size() as usize] }), Vec::new()),
                2 => (with_values("Lif", &values), vec![("v".to_owned(), Distribution::Normal { mean: v, sd: 1.5 })]),
                3 => (with_values("LifCond", &values), vec![("v".to_owned(), Distribution::Normal { mean: v, sd: 1.5 })]),
                4 => (with_values("AdEx", &values), vec![("w".to_owned(), Distribution::Uniform { low: 0.0, high: 5.0 })]),
                5 => (with_values("Izhikevich", &values), vec![("u".to_owned(), Distribution::Constant(-12.5))]),
                6 => (ModelSpec::Regular(Regular { rate_hz }), vec![("phase".to_owned(), Distribution::Uniform { low: 0.0, high: 1.0 })]),
                7 => (ModelSpec::NoiseCurrent(NoiseCurrent { mean_mv: v, ..NoiseCurrent::default() }), Vec::new()),
                8 => (ModelSpec::RampCurrent(RampCurrent { start_ms: 2.0, stop_ms: 9.0, to_mv: v, ..RampCurrent::default() }), Vec::new()),
                _ => (with_values("Lif", &values), Vec::new()),
            };
            PopulationSpec { name, shape, model, start }
        },
    )
}

fn distribution(low: f64) -> impl Strategy<Value = Distribution> {
    prop_oneof![
        steps(20..100).prop_map(Distribution::Constant),
        (low..2.0, 2.0..9.0).prop_map(|(low, high)| Distribution::Uniform { low, high }),
        (1.0..9.0, 0.0..3.0).prop_map(|(mean, sd)| Distribution::Normal { mean, sd }),
    ]
}

fn wiring() -> impl Strategy<Value = Wiring> {
    prop_oneof![
        Just(Wiring::AllToAll),
        (0.0..=1.0).prop_map(Wiring::Probability),
        (0u32..100).prop_map(Wiring::Indegree),
        (0u32..100).prop_map(Wiring::Outdegree),
        vec((0u32..2, 0u32..2), 0..5).prop_map(Wiring::Explicit),
    ]
}

const RULES: usize = 8;

/// Every rule of free runs, with bounds that allow the weights drawn, and time constants and intervals within a run.
fn rule(kind: usize, power: bool) -> RuleSpec {
    let (w_max_mv, mu) = (50.0, if power { 0.4 } else { 1.0 });
    match kind {
        0 | 1 => RuleSpec::PairStdp(PairStdp { w_max_mv, mu_plus: mu, mu_minus: mu, ..PairStdp::default() }),
        2 => RuleSpec::RStdp(RStdp { w_max_mv, ..RStdp::default() }),
        3 => RuleSpec::TripletStdp(TripletStdp { w_max_mv, ..TripletStdp::default() }),
        4 => RuleSpec::InhibitoryStdp(InhibitoryStdp { w_max_mv, ..InhibitoryStdp::default() }),
        5 => RuleSpec::SymmetricStdp(SymmetricStdp { w_max_mv, ..SymmetricStdp::default() }),
        6 => RuleSpec::SynapticScaling(SynapticScaling {
            w_max_mv,
            target: if power { Target::Sum } else { Target::Rate },
            interval_ms: 0.7,
            ..SynapticScaling::default()
        }),
        _ => RuleSpec::TsodyksMarkram(TsodyksMarkram { tau_facil_ms: if power { 50.0 } else { 0.0 }, ..TsodyksMarkram::default() }),
    }
}

prop_compose! {
    pub(super) fn network()(
        populations in vec(population(), 1..5),
        projections in vec((any::<u8>(), any::<u8>(), wiring(), distribution(0.0), distribution(0.1), any::<[bool; 5]>(), 0usize..3, 0usize..RULES), 0..6),
    ) -> NetworkSpec {
        let mut network = NetworkSpec::new(0.1);
        for mut population in populations {
            while network.population(&population.name).is_some() {
                population.name.push('x');
            }
            network.populations.push(population);
        }
        for (index, (from, to, wiring, weight, delay, [stated, named, own, ruled, negative], receptor, kind)) in projections.into_iter().enumerate() {
            let pick = |at: u8| network.populations[at as usize % network.populations.len()].name.clone();
            let (from, to) = (pick(from), pick(to));
            let name = if named { format!("p {index}") } else { format!("{from}->{to}") };
            let mut projection = ProjectionSpec { from, to, ..ProjectionSpec::new(&name, wiring) };
            (projection.weight, projection.delay) = (weight, delay);
            if let (Distribution::Constant(value), true) = (&mut projection.weight, negative) {
                *value = -*value;
            }
            projection.receptor = stated.then(|| ["excitatory", "inhibitory", "current"][receptor].to_owned());
            projection.self_connections = own;
            if ruled {
                projection.rule = Some(rule(kind, negative));
            }
            if network.is_current(&projection) {
                (projection.delay, projection.receptor, projection.rule) = (Distribution::Constant(0.0), None, None);
            }
            network.projections.push(projection);
            // what does not fit to the populations drawn is left out
            if network.check().is_err() {
                network.projections.pop();
            }
        }
        network
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_text_of_a_valid_description_reads_back_to_the_same_description(network in network()) {
        prop_assert_eq!(network.check(), Ok(()));
        let text = network.to_ron();
        let read = NetworkSpec::from_ron(&text).map_err(|faults| TestCaseError::fail(format!("{faults:?}\n{text}")))?;
        prop_assert_eq!(read.to_ron(), text);
        prop_assert_eq!(read, network);
    }

    #[test]
    fn every_quantity_of_a_random_description_is_set_by_its_path(network in network()) {
        let mut copy = network.clone();
        for entry in network.entries() {
            let path: Path = entry.path.to_string().parse().unwrap();
            prop_assert_eq!(&path, &entry.path);
            prop_assert_eq!(copy.set(&path, &entry.text()), Ok(entry.value));
        }
        prop_assert_eq!(copy, network);
    }

    /// A network that halts because weights are too large must halt in the same step each time.
    #[test]
    fn every_description_builds_runs_and_replays(network in network(), cut in 1u64..99, reward in -1.0f32..1.0, tau in 1.0..50.0f64) {
        let build = |seed| FreeRun::new(network.clone(), seed).unwrap();
        let tau_m = network.entries().into_iter().map(|entry| entry.path).find(|path| path.field == "tau_m");
        let play = |cuts: &[u64], restores: bool| {
            let mut run = build(3);
            let mut result = Ok(());
            for &steps in cuts {
                result = result.and_then(|()| run.advance(steps, &mut []));
                if restores {
                    let (bytes, spec) = (run.save(), run.spec().clone());
                    run = FreeRun::new(spec, 3).unwrap();
                    run.restore(&bytes).unwrap();
                }
            }
            run.reward(reward);
            if let Some(path) = &tau_m {
                run.set(path, &Value::Number(tau)).unwrap();
            }
            result = result.and_then(|()| run.advance(60, &mut []));
            (result, run.digest())
        };
        let whole = play(&[100], false);
        prop_assert_eq!(&whole, &play(&[cut, 100 - cut], false));
        prop_assert_eq!(&whole, &play(&[cut, 100 - cut], true));
    }

    #[test]
    fn no_mutation_of_a_text_makes_the_reader_panic(at in 0..SMALL.len(), length in 0usize..12, with in "[ -~\u{e9}\n]{0,4}") {
        let cut = |at: usize| (at..SMALL.len()).find(|&at| SMALL.is_char_boundary(at)).unwrap_or(SMALL.len());
        let (start, end) = (cut(at), cut((at + length).min(SMALL.len())));
        let text = format!("{}{with}{}", &SMALL[..start], &SMALL[end..]);
        if let Ok(network) = NetworkSpec::from_ron(&text) {
            prop_assert_eq!(network.check(), Ok(()));
            prop_assert_eq!(NetworkSpec::from_ron(&network.to_ron()), Ok(network));
        }
    }
}

#[test]
fn tables_declare_complete_fields() {
    let models = [LIF, LIF_COND, AD_EX, IZHIKEVICH, REGULAR, STEP_CURRENT, RAMP_CURRENT, NOISE_CURRENT].into_iter().flatten().copied();
    let rules = RuleSpec::NAMES.iter().flat_map(|name| RuleSpec::named(name).unwrap().fields()).copied();
    for field in models.chain(rules) {
        assert!(!field.name.is_empty() && field.help.ends_with('.') && !field.source.is_empty(), "{field:?}");
    }
}
