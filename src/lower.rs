//! From a description to a network of the engine: the one place where quantities become numbers of the engine.
//!
//! Populations and projections keep their order; the population of images becomes the encoder. The random numbers of a population
//! or projection come from streams of its own, so that a change of one does not change the others.

mod draws;
mod filters;
mod learning;
mod neurons;
mod rules;
mod synapses;

pub(crate) use draws::times;
pub use learning::{Learning, Teaching};
pub use neurons::{competing, encoder, encoder_params};
pub use rules::{plasticity, short_term, sparse as sparse_rule};

use crate::engine::network::{Network, Projection};
use crate::engine::neuron::NeuronParams;
use crate::model::{Fault, FaultList, NetworkSpec};
use crate::rng::{self, Purpose};
use crate::time::TimeGrid;

/// The network of a description that runs freely, at step 0. All faults of the description are reported; then nothing was
/// allocated.
pub fn network(spec: &NetworkSpec, seed: u64) -> Result<Network, FaultList> {
    network_while(spec, seed, &mut |_| true)
}

/// Is given the share of a network that is built, 0 to 1, before each of its projections and at the end; returns whether to go on.
pub type GoesOn<'a> = &'a mut dyn FnMut(f64) -> bool;

/// The same, as long as `goes_on` says so: one that is stopped is a fault.
pub fn network_while(spec: &NetworkSpec, seed: u64, goes_on: GoesOn) -> Result<Network, FaultList> {
    spec.check()?;
    let faults = spec.trials_needed();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let counts = spec.counts();
    let all = counts.neurons as f64 + counts.synapses;
    let (learning, grid, mut done) = (Learning::default(), TimeGrid::new(spec.dt_ms), 0.0);
    let mut projections = Vec::with_capacity(counts.projections.len());
    for (index, count) in counts.projections.iter().enumerate() {
        if !goes_on(done / all) {
            return Err(stopped());
        }
        projections.push(synapses::projection(spec, index, &learning, grid, seed));
        done += count.synapses;
    }
    if !goes_on(1.0) {
        return Err(stopped());
    }
    let mut network = join(spec, &learning, projections, seed);
    network.reseed(seed);
    Ok(network)
}

/// The network of a checked description that learns in trials, at step 0.
pub(crate) fn trial_network(spec: &NetworkSpec, learning: &Learning, seed: u64) -> Network {
    let mut network = build(spec, learning, seed);
    // the readout takes the seed itself, every other population a stream of its own
    let others = network.populations().len().saturating_sub(1);
    for (population, index) in network.populations_mut()[..others].iter_mut().zip(0..) {
        population.reseed(rng::seed(seed, Purpose::Membrane, index));
    }
    network
}

fn stopped() -> FaultList {
    Fault { path: String::new(), message: "building the network was stopped".to_owned() }.into()
}

fn build(spec: &NetworkSpec, learning: &Learning, seed: u64) -> Network {
    let grid = TimeGrid::new(spec.dt_ms);
    let projections = (0..spec.projections.len()).map(|index| synapses::projection(spec, index, learning, grid, seed)).collect();
    join(spec, learning, projections, seed)
}

/// The network of these projections and the populations of the description.
fn join(spec: &NetworkSpec, learning: &Learning, projections: Vec<Projection>, seed: u64) -> Network {
    let grid = TimeGrid::new(spec.dt_ms);
    Network::new(encoder(spec, grid), neurons::populations(spec, learning, grid, seed), projections)
}

/// Parameters of every population of the network, in its order, without that of the images.
pub fn neurons(spec: &NetworkSpec, learning: &Learning) -> Vec<NeuronParams> {
    let grid = TimeGrid::new(spec.dt_ms);
    neurons::fired(spec).map(|population| neurons::params(population, learning.population(spec, &population.name), grid)).collect()
}

/// Give a network the parameters of its description that act without a rebuild: those of models and rules, and sums of weights.
pub fn update(network: &mut Network, spec: &NetworkSpec, learning: &Learning) {
    set_neurons(network, spec, learning);
    set_rules(network, spec, learning);
}

/// Give the populations of a network the parameters of its description.
pub(crate) fn set_neurons(network: &mut Network, spec: &NetworkSpec, learning: &Learning) {
    for (population, params) in network.populations_mut().iter_mut().zip(neurons(spec, learning)) {
        population.set_params(&params);
    }
}

/// Give the rules of a network the parameters of its description.
pub(crate) fn set_rules(network: &mut Network, spec: &NetworkSpec, learning: &Learning) {
    let grid = TimeGrid::new(spec.dt_ms);
    // what happened so far happened with the old parameters
    network.bring_weights_up_to_date();
    for (projection, described) in network.projections_mut().iter_mut().zip(&spec.projections) {
        projection.norm = synapses::norm(described);
        if let Some(params) = rules::plasticity_of(spec, described, learning) {
            projection.synapses.set_params(&params, grid);
        }
        if let (Some(short_term), Some(params)) = (&mut projection.short_term, rules::short_term(described)) {
            short_term.set_params(params);
        }
    }
}

/// Replace the rules of all projections by new ones of the description, without traces.
pub(crate) fn install_rules(network: &mut Network, spec: &NetworkSpec, learning: &Learning) {
    install_dense_rules(network, spec, learning);
    install_filter_rules(network, spec, learning);
}

/// Replace the rules of all-to-all synapses.
pub(crate) fn install_dense_rules(network: &mut Network, spec: &NetworkSpec, learning: &Learning) {
    let grid = TimeGrid::new(spec.dt_ms);
    for (projection, described) in network.projections_mut().iter_mut().zip(&spec.projections) {
        rules::install_dense(&mut projection.synapses, spec, described, learning, grid);
    }
}

/// Replace the rules of shared filters by those that learn now.
pub(crate) fn install_filter_rules(network: &mut Network, spec: &NetworkSpec, learning: &Learning) {
    let grid = TimeGrid::new(spec.dt_ms);
    for (index, (projection, described)) in network.projections_mut().iter_mut().zip(&spec.projections).enumerate() {
        rules::install_filters(&mut projection.synapses, spec, described, (learning, learning.filters(index)), grid);
    }
}
