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

use crate::engine::network::Network;
use crate::engine::neuron::NeuronParams;
use crate::model::{FaultList, NetworkSpec};
use crate::rng::{self, Purpose};
use crate::time::TimeGrid;

/// The network of a description that runs freely, at step 0. All faults of the description are reported; then nothing was
/// allocated.
pub fn network(spec: &NetworkSpec, seed: u64) -> Result<Network, FaultList> {
    spec.check()?;
    let faults = spec.trials_needed();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let mut network = build(spec, &Learning::default(), seed);
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

fn build(spec: &NetworkSpec, learning: &Learning, seed: u64) -> Network {
    let grid = TimeGrid::new(spec.dt_ms);
    let populations = neurons::populations(spec, learning, grid, seed);
    let projections = (0..spec.projections.len()).map(|index| synapses::projection(spec, index, learning, grid, seed)).collect();
    Network::new(encoder(spec, grid), populations, projections)
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
