//! From a description to a network of the engine: the one place where quantities become numbers of the engine.
//!
//! Populations and projections keep their order. The random numbers of a population or projection come from streams of its own,
//! so that a change of one does not change the others.

use crate::engine::network::{Network, Projection, Source};
use crate::engine::neuron::{LifParams, LifPopulation, NeuronModel, NeuronParams, PoissonSource, SpikeSource};
use crate::engine::plasticity::{DelayedPairStdp, DopamineStdp, PairStdp, PlasticityParams, Rule};
use crate::engine::projection::{Dense, Draw, Sparse, Store, Synapses, Wiring};
use crate::model::{self, Bounds, Distribution, Fault, ModelSpec, NetworkSpec, Pairing, PopulationSpec, ProjectionSpec, RuleSpec};
use crate::rng::{Purpose, stream};
use crate::time::TimeGrid;

/// The network of a description, at step 0. All faults of the description are reported; then nothing was allocated.
pub fn network(spec: &NetworkSpec, seed: u64) -> Result<Network, Vec<Fault>> {
    spec.check()?;
    let grid = TimeGrid::new(spec.dt_ms);
    let populations: Vec<_> = (0u64..).zip(&spec.populations).map(|(index, p)| population(p, grid, (seed, index))).collect();
    let projections = (0u64..).zip(&spec.projections).map(|(index, p)| projection(spec, p, &populations, grid, (seed, index)));
    let projections = projections.collect();
    let mut network = Network::new(None, populations, projections);
    network.reseed(seed);
    Ok(network)
}

/// Give a network the parameters of its description that act without a rebuild: those of models and rules.
pub fn update(network: &mut Network, spec: &NetworkSpec) {
    let grid = TimeGrid::new(spec.dt_ms);
    for (population, spec) in network.populations_mut().iter_mut().zip(&spec.populations) {
        if let Some(params) = neurons(&spec.model, grid) {
            population.set_params(&params);
        }
    }
    // what happened so far happened with the old parameters
    network.bring_weights_up_to_date();
    for (projection, spec) in network.projections_mut().iter_mut().zip(&spec.projections) {
        if let Some(rule) = &spec.rule {
            projection.synapses.set_params(&plasticity(rule), grid);
        }
    }
}

/// Parameters of a model that can change in a network; `None` for one without.
fn neurons(model: &ModelSpec, grid: TimeGrid) -> Option<NeuronParams> {
    match model {
        ModelSpec::Lif(lif) => Some(NeuronParams::Lif(lif_params(lif, grid))),
        ModelSpec::Poisson(poisson) => Some(NeuronParams::Poisson { rate_hz: poisson.rate_hz }),
        ModelSpec::SpikeSource(_) => None,
    }
}

fn lif_params(lif: &model::Lif, grid: TimeGrid) -> LifParams {
    LifParams {
        tau_m_ms: lif.tau_m_ms,
        e_l_mv: lif.e_l_mv,
        v_th_mv: lif.v_th_mv,
        v_reset_mv: lif.v_reset_mv,
        t_ref_steps: grid.steps(lif.t_ref_ms).unwrap_or(0),
        theta_plus_mv: lif.theta_plus_mv,
        tau_theta_ms: lif.tau_theta_ms,
        sigma_mv: lif.sigma_mv,
        tau_syn_ms: 0.0,
        tau_receptors_ms: Some([lif.tau_syn_exc_ms, lif.tau_syn_inh_ms]),
        ri_mv: lif.ri_mv,
        inhibition_mv: 0.0,
        e_inh_mv: None,
        tau_inh_ms: 0.0,
    }
}

fn population(spec: &PopulationSpec, grid: TimeGrid, (seed, index): (u64, u64)) -> Box<dyn NeuronModel> {
    let n = spec.size() as usize;
    let mut population: Box<dyn NeuronModel> = match &spec.model {
        ModelSpec::Lif(lif) => Box::new(LifPopulation::new(n, lif_params(lif, grid), grid, seed)),
        ModelSpec::Poisson(poisson) => Box::new(PoissonSource::new(n, poisson.rate_hz, grid, seed)),
        ModelSpec::SpikeSource(source) => Box::new(SpikeSource::new(n, given(source, grid))),
    };
    for (variable, distribution) in &spec.start {
        if variable == "v" {
            let mut rng = stream(seed, Purpose::Start, index);
            let draw = unbounded(distribution);
            (0..n as u32).for_each(|j| population.set_v_mv(j, draw.sample(&mut rng) as f32));
        }
    }
    population
}

/// Steps and neurons of given spike trains.
fn given(source: &model::SpikeSource, grid: TimeGrid) -> Vec<(u64, u32)> {
    let times = (0u32..).zip(&source.spikes_ms);
    times.flat_map(|(neuron, times)| times.iter().map(move |&ms| (u64::from(grid.steps(ms).unwrap_or(0)), neuron))).collect()
}

fn projection(
    network: &NetworkSpec,
    spec: &ProjectionSpec,
    populations: &[Box<dyn NeuronModel>],
    grid: TimeGrid,
    seed: (u64, u64),
) -> Projection {
    let index = |name: &str| network.populations.iter().position(|p| p.name == name).unwrap_or(0);
    let (from, target) = (index(&spec.from), index(&spec.to));
    let size = (populations[from].len(), populations[target].len());
    let (weight, delay) = (weights(spec), delays(&spec.delay, grid));
    let synapses = match (&spec.wiring, delay) {
        (model::Wiring::AllToAll, Draw::Constant(_)) if !spec.leaves_out_self() && fits_dense(spec.rule.as_ref()) => {
            dense(size, weight, spec.rule.as_ref(), grid, seed)
        }
        (wiring, _) => {
            let sparse = self::wiring(wiring, spec.multapses).build(size, spec.leaves_out_self(), weight, delay, seed);
            let rule = spec.rule.as_ref().map(|rule| sparse_rule(rule, &sparse, grid));
            Store::new(sparse, rule).into()
        }
    };
    let delay = match (synapses.sparse(), delay) {
        (Some(sparse), _) => sparse.min_delay(),
        (None, Draw::Constant(steps)) => steps as usize,
        (None, _) => 1,
    };
    let receptor = populations[target].receptors().iter().position(|&name| name == spec.receptor_name()).unwrap_or(0);
    Projection { source: Source::Population { index: from, delay }, target, receptor, relay: None, synapses }
}

fn dense((n_pre, n_post): (usize, usize), weight: Draw, rule: Option<&RuleSpec>, grid: TimeGrid, (seed, index): (u64, u64)) -> Synapses {
    let mut dense = Dense::new(n_pre, n_post);
    let mut rng = stream(seed, Purpose::Weights, index);
    for pre in 0..n_pre {
        (0..n_post).for_each(|post| *dense.get_mut(pre, post) = weight.sample(&mut rng) as f32);
    }
    let rule = rule.map(|rule| Box::new(PairStdp::new(n_pre, n_post, &plasticity(rule), grid)) as Box<dyn Rule<Dense>>);
    Store::new(dense, rule).into()
}

/// Whether all-to-all synapses with this rule are stored as a matrix.
fn fits_dense(rule: Option<&RuleSpec>) -> bool {
    matches!(rule, None | Some(RuleSpec::PairStdp(_)))
}

fn sparse_rule(rule: &RuleSpec, synapses: &Sparse, grid: TimeGrid) -> Box<dyn Rule<Sparse>> {
    match rule {
        RuleSpec::PairStdp(_) => Box::new(DelayedPairStdp::new(synapses, &plasticity(rule), grid)),
        RuleSpec::RStdp(_) => Box::new(DopamineStdp::new(synapses, &plasticity(rule), grid)),
    }
}

fn plasticity(rule: &RuleSpec) -> PlasticityParams {
    match rule {
        RuleSpec::PairStdp(p) => PlasticityParams {
            eta: p.eta,
            tau_plus_ms: p.tau_plus_ms,
            tau_minus_ms: p.tau_minus_ms,
            a_plus: p.a_plus,
            a_minus: p.a_minus,
            nearest: p.pairing == Pairing::Nearest,
            soft: p.bounds == Bounds::Soft,
            w_max_mv: p.w_max_mv,
            ..PlasticityParams::default()
        },
        RuleSpec::RStdp(p) => PlasticityParams {
            eta: p.eta,
            tau_plus_ms: p.tau_plus_ms,
            tau_minus_ms: p.tau_minus_ms,
            a_plus: p.a_plus,
            a_minus: p.a_minus,
            nearest: p.pairing == Pairing::Nearest,
            tau_e_ms: p.tau_e_ms,
            tau_d_ms: p.tau_d_ms,
            w_max_mv: p.w_max_mv,
            ..PlasticityParams::default()
        },
    }
}

fn wiring(wiring: &model::Wiring, multapses: bool) -> Wiring {
    match wiring {
        model::Wiring::AllToAll => Wiring::AllToAll,
        model::Wiring::OneToOne => Wiring::OneToOne,
        model::Wiring::Probability(p) => Wiring::Probability(*p),
        model::Wiring::Indegree(synapses) => Wiring::Indegree { synapses: *synapses as usize, multapses },
        model::Wiring::Outdegree(synapses) => Wiring::Outdegree { synapses: *synapses as usize, multapses },
        model::Wiring::Explicit(pairs) => Wiring::Explicit(pairs.clone()),
    }
}

/// Weights in mV: with a rule within its bounds, otherwise with the sign of the mean.
fn weights(spec: &ProjectionSpec) -> Draw {
    let Distribution::Normal { mean, sd } = spec.weight else { return unbounded(&spec.weight) };
    let (low, high) = match &spec.rule {
        Some(rule) => rule.weights_mv(),
        None if mean > 0.0 => (f64::MIN_POSITIVE, f64::INFINITY),
        None if mean < 0.0 => (f64::NEG_INFINITY, -f64::MIN_POSITIVE),
        None => (f64::NEG_INFINITY, f64::INFINITY),
    };
    Draw::Normal { mean, sd, low, high }
}

/// Delays in steps.
fn delays(delay: &Distribution, grid: TimeGrid) -> Draw {
    let steps = |ms: f64| ms / grid.dt_ms();
    match *delay {
        // rounding removes the error of the division
        Distribution::Constant(ms) => Draw::Constant(libm::round(steps(ms))),
        Distribution::Uniform { low, high } => Draw::Uniform { low: steps(low), high: steps(high) },
        Distribution::Normal { mean, sd } => {
            Draw::Normal { mean: steps(mean), sd: steps(sd), low: 1.0, high: f64::from(model::MAX_DELAY_STEPS) }
        }
    }
}

fn unbounded(distribution: &Distribution) -> Draw {
    match *distribution {
        Distribution::Constant(value) => Draw::Constant(value),
        Distribution::Uniform { low, high } => Draw::Uniform { low, high },
        Distribution::Normal { mean, sd } => Draw::Normal { mean, sd, low: f64::NEG_INFINITY, high: f64::INFINITY },
    }
}
