//! Projections: weights, delays, wirings, relays.

use super::draws::{delays, weights};
use super::{Learning, filters, neurons, rules};
use crate::engine::homeostasis::normalise;
use crate::engine::network::{Norm, Projection, Source};
use crate::engine::plasticity::ShortTerm;
use crate::engine::projection::{Conv, Dense, Draw, Geometry, Store, Synapses, Wiring};
use crate::engine::relay::Relay;
use crate::model::{self, NetworkSpec, Pooling, ProjectionSpec, Shape};
use crate::rng::{Purpose, stream};
use crate::time::TimeGrid;

/// The projection with this place in the description.
pub(super) fn projection(network: &NetworkSpec, index: usize, learning: &Learning, grid: TimeGrid, seed: u64) -> Projection {
    let spec = &network.projections[index];
    let shape = |name: &str| network.population(name).map_or(Shape::Line(0), |population| population.shape);
    let (pre, post) = (shape(&spec.from), shape(&spec.to));
    let input = spec.input(pre);
    let (n_pre, n_post) = (input.size() as usize, post.size() as usize);
    let seed = (seed, spec.stream.map_or(index as u64, u64::from));
    let current = network.is_current(spec);
    // currents have no delay; the list of synapses has one step for all
    let (weight, delay) = (weights(spec), if current { Draw::Constant(1.0) } else { delays(&spec.delay, grid) });
    let synapses: Synapses = if let model::Wiring::Shared { .. } = spec.wiring {
        let conv = filters::draw(geometry(spec, input), post.grid().2 as usize, &spec.weight, weight, seed);
        let mut synapses = Synapses::from(Store::<Conv>::new(conv, None));
        rules::install_filters(&mut synapses, network, spec, (learning, learning.filters(index)), grid);
        synapses
    } else if spec.is_dense() {
        let rule = rules::dense(network, spec, (n_pre, n_post), learning, grid);
        Store::new(dense((n_pre, n_post), spec, weight, seed), rule).into()
    } else {
        let sparse = wiring(spec, n_pre).build((n_pre, n_post), spec.leaves_out_self(), weight, delay, seed);
        let params = rules::plasticity_of(network, spec, &Learning::default());
        let rule = spec.rule.as_ref().zip(params).and_then(|(rule, params)| rules::sparse(rule, &params, &sparse, grid));
        Store::new(sparse, rule).into()
    };
    let delay = match (synapses.sparse(), delay) {
        (Some(sparse), _) => sparse.min_delay(),
        (None, Draw::Constant(steps)) => steps as usize,
        (None, _) => 1,
    };
    let place = |name: &str| neurons::fired(network).position(|population| population.name == name);
    let source = match place(&spec.from) {
        Some(index) if current => Source::Current(index),
        Some(index) => Source::Population { index, delay },
        None => Source::Encoder,
    };
    let receptors = network.population(&spec.to).map_or(&[][..], |population| population.model.receptors());
    let receptor = receptors.iter().position(|receptor| receptor.name == spec.receptor_name()).unwrap_or(0);
    let relay = spec.pooling.map(|pooling| relay(pooling, pre));
    let short_term = rules::short_term(spec).map(|params| ShortTerm::new(synapses.n_pre(), synapses.delay_span(), params, grid));
    Projection { source, target: place(&spec.to).unwrap_or(0), receptor, relay, norm: norm(spec), short_term, synapses }
}

/// The sum of weights that a projection keeps.
pub(super) fn norm(spec: &ProjectionSpec) -> Option<Norm> {
    let sum_mv = spec.norm_mv? as f32;
    let w_max_mv = spec.rule.as_ref().map(|rule| rule.weights_mv().1).or(spec.cap_mv);
    Some(Norm { sum_mv, w_max_mv: w_max_mv.unwrap_or(f64::INFINITY) as f32 })
}

fn dense((n_pre, n_post): (usize, usize), spec: &ProjectionSpec, weight: Draw, (seed, index): (u64, u64)) -> Dense {
    let mut dense = Dense::new(n_pre, n_post);
    let mut rng = stream(seed, Purpose::Weights, index);
    // with a constant sum, weights belong to the neurons that they reach: drawn neuron by neuron
    let mut set = |pre: usize, post: usize| *dense.get_mut(pre, post) = weight.sample(&mut rng) as f32;
    if spec.norm_mv.is_some() {
        (0..n_post).for_each(|post| (0..n_pre).for_each(|pre| set(pre, post)));
    } else {
        (0..n_pre).for_each(|pre| (0..n_post).for_each(|post| set(pre, post)));
    }
    if let Some(norm) = norm(spec) {
        if norm.sum_mv > 0.0 {
            normalise(&mut dense, &(0..n_post as u32).collect::<Vec<_>>(), norm.sum_mv, f32::INFINITY);
        }
        dense.cap(norm.w_max_mv);
    }
    dense
}

/// Geometry of filters on such an input.
fn geometry(spec: &ProjectionSpec, input: Shape) -> Geometry {
    let (width, height, maps) = input.grid();
    let model::Wiring::Shared { size, stride, pad } = spec.wiring else {
        return Geometry { width: 0, height: 0, depth: 0, size: 0, stride: 1, pad: 0 };
    };
    let [width, height, depth, size, stride, pad] = [width, height, maps, size, stride, pad].map(|n| n as usize);
    Geometry { width, height, depth, size, stride, pad }
}

/// The relay of every presynaptic neuron: its cell, its map.
fn relay(pooling: Pooling, pre: Shape) -> Relay {
    let (width, height, maps) = pre.grid();
    let (across, down) = pooling.cells((width, height));
    let cell = move |site: u32| {
        let (x, y) = (site % width, site / width);
        let (x, y) = match pooling {
            Pooling::Cells(_) => (x * across / width, y * down / height),
            Pooling::First(window) => (x / window, y / window),
        };
        (x < across && y < down).then_some(y * across + x)
    };
    let to = (0..width * height).flat_map(move |site| (0..maps).map(move |map| cell(site).map(|cell| cell * maps + map)));
    Relay::new(to, matches!(pooling, Pooling::First(_)))
}

fn wiring(spec: &ProjectionSpec, n_pre: usize) -> Wiring {
    let multapses = spec.multapses;
    match &spec.wiring {
        model::Wiring::AllToAll | model::Wiring::Shared { .. } => Wiring::AllToAll,
        model::Wiring::OneToOne => Wiring::OneToOne,
        model::Wiring::Probability(p) => Wiring::Probability(*p),
        model::Wiring::Indegree(synapses) => Wiring::Indegree { synapses: *synapses as usize, multapses },
        model::Wiring::Outdegree(synapses) => Wiring::Outdegree { synapses: *synapses as usize, multapses },
        model::Wiring::Ring(neighbours) => Wiring::Explicit(model::Wiring::ring(n_pre as u32, *neighbours, spec.leaves_out_self())),
        model::Wiring::Explicit(pairs) => Wiring::Explicit(pairs.clone()),
    }
}
