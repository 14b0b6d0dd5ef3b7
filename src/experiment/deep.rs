//! The network of the Deep protocol, after Mozafari et al. 2019 (Pattern Recognition 94:87): retina → two layers of shared
//! filters that learn by STDP, each followed by relays that transmit the first spike of a neighbourhood → a third layer that
//! learns from reward and whose first spike is the answer. Neurons have no leak; each fires at most once per image.

use super::build;
use crate::engine::network::{Network, Projection, Source};
use crate::engine::neuron::{LocalParams, LocalPopulation, NeuronModel, NeuronParams, RaceParams, RacePopulation};
use crate::engine::plasticity::{RMax, Rule, WinnerStdp, WinnerTakeAll};
use crate::engine::projection::{Conv, Geometry};
use crate::engine::relay::Relay;
use crate::params::{ParamId as P, Params, Protocol};
use crate::rng::{Purpose, normal, stream};
use crate::time::TimeGrid;

/// Resting potential. Thresholds of this protocol are given above it.
const E_L_MV: f64 = -65.0;
/// No leak: a time constant much longer than any presentation.
const NO_LEAK_MS: f64 = 1e9;
/// Synaptic time constant of output neurons, much shorter than a step.
pub(super) const TAU_PSP_MS: (f64, f64) = (NO_LEAK_MS, 1e-3);
/// Initial weights of filters (Mozafari et al. 2019).
const W_INIT_MV: (f64, f64) = (0.8, 0.05);

/// The parameters of a hidden layer.
struct Layer {
    maps: P,
    size: P,
    v_th: P,
    winners: P,
    learners: P,
    radius: P,
    pool: P,
}

const HIDDEN: [Layer; 2] = [
    Layer {
        maps: P::Maps1,
        size: P::Size1,
        v_th: P::VTh1,
        winners: P::Winners1,
        learners: P::Learners1,
        radius: P::Radius1,
        pool: P::Pool1,
    },
    Layer {
        maps: P::Maps2,
        size: P::Size2,
        v_th: P::VTh2,
        winners: P::Winners2,
        learners: P::Learners2,
        radius: P::Radius2,
        pool: P::Pool2,
    },
];

/// Geometry and filters of the three layers on images of this size.
pub(super) fn layers(params: &Params, width: usize, height: usize) -> Vec<(Geometry, usize)> {
    let mut layers = Vec::new();
    let (mut width, mut height, mut depth) = (width, height, build::depth(params, Protocol::Deep));
    for layer in &HIDDEN {
        let (size, maps) = (params.count(layer.size), params.count(layer.maps));
        let geometry = Geometry { width, height, depth, size, stride: 1, pad: size / 2 };
        layers.push((geometry, maps));
        (width, height) = cells(geometry, params.count(layer.pool));
        depth = maps;
    }
    let size = params.count(P::Size3);
    layers.push((Geometry { width, height, depth, size, stride: 1, pad: size / 2 }, params.count(P::NNeurons)));
    layers
}

/// Pooling cells per row and column; sites of incomplete cells are not pooled.
fn cells(geometry: Geometry, pool: usize) -> (usize, usize) {
    let (across, down) = geometry.sites();
    (across / pool, down / pool)
}

/// The relay of every neuron of a layer: its cell, its filter.
fn relay(geometry: Geometry, maps: usize, pool: usize) -> Relay {
    let (across, _) = geometry.sites();
    let (cells_across, cells_down) = cells(geometry, pool);
    let cell = move |site: usize| {
        let (x, y) = (site % across / pool, site / across / pool);
        (x < cells_across && y < cells_down).then_some(y * cells_across + x)
    };
    let to = (0..geometry.len()).flat_map(move |site| (0..maps).map(move |map| cell(site).map(|cell| (cell * maps + map) as u32)));
    Relay::new(to, true)
}

/// While a layer learns, one neuron per site fires.
fn hidden(params: &Params, layer: &Layer, learns: bool) -> LocalParams {
    LocalParams {
        tau_m_ms: NO_LEAK_MS,
        tau_syn_ms: 0.0,
        e_l_mv: E_L_MV,
        v_th_mv: E_L_MV + params.get(layer.v_th),
        winners: if learns { 1 } else { params.count(layer.winners) as u32 },
        theta_plus_mv: 0.0,
    }
}

fn output(params: &Params, grid: TimeGrid) -> RaceParams {
    RaceParams {
        tau_m_ms: TAU_PSP_MS.0,
        tau_syn_ms: TAU_PSP_MS.1,
        e_l_mv: E_L_MV,
        v_th_mv: E_L_MV + params.get(P::VThOut),
        ramp_mv_per_ms: params.get(P::Ramp),
        delta_u_mv: params.get(P::DeltaU),
        gate_steps: build::steps(params, P::Gate, grid),
    }
}

/// The parameters of every population.
pub(super) fn neurons(params: &Params, stage: u8, grid: TimeGrid) -> Vec<NeuronParams> {
    let local = |(index, layer)| NeuronParams::Local(hidden(params, layer, index == usize::from(stage)));
    HIDDEN.iter().enumerate().map(local).chain([NeuronParams::Race(output(params, grid))]).collect()
}

/// Layers learn one after the other; the last from reward.
pub(super) fn filter_rule(params: &Params, (stage, layer): (u8, usize), geometry: Geometry, classes: usize) -> Option<Box<dyn Rule<Conv>>> {
    let grid = TimeGrid::new(params.get(P::Dt));
    if usize::from(stage) != layer {
        return None;
    }
    let p = build::plasticity(params, Protocol::Deep, params.get(P::Eta));
    if let Some(of) = HIDDEN.get(layer) {
        let competition = WinnerTakeAll { winners: params.count(of.learners), radius: params.count(of.radius) };
        return Some(Box::new(WinnerStdp::new(geometry, params.count(of.maps), competition, false, &p)));
    }
    let maps = params.count(P::NNeurons);
    match params.choice(P::Rule) {
        "r-max" => Some(Box::new(RMax::at_sites(geometry.inputs(), (geometry.len(), maps), classes, &p, grid))),
        "r-stdp" => Some(Box::new(WinnerStdp::new(geometry, maps, WinnerTakeAll { winners: 1, radius: 0 }, true, &p))),
        _ => None,
    }
}

/// Build the network for images of `size` pixels.
pub(super) fn network(params: &Params, size: (usize, usize), seed: u64) -> Network {
    let grid = TimeGrid::new(params.get(P::Dt));
    let mut populations: Vec<Box<dyn NeuronModel>> = Vec::new();
    let mut projections = Vec::new();
    let mut relays = None;
    let layers = layers(params, size.0, size.1);
    for (index, &(geometry, maps)) in layers.iter().enumerate() {
        let mut filters = Conv::new(geometry, maps);
        let mut rng = stream(seed, Purpose::Weights, index as u64);
        // with the policy gradient initial weights are around zero; with winner STDP they must allow depression
        let gradient = index == HIDDEN.len() && params.choice(P::Rule) == "r-max";
        let (mean, sd) = if gradient { (0.0, params.get(P::WInitSd)) } else { W_INIT_MV };
        for tap in 0..geometry.taps() {
            (0..maps).for_each(|map| *filters.get_mut(tap, map) = (mean + sd * normal(&mut rng)) as f32);
        }
        let source = index.checked_sub(1).map_or(Source::Encoder, |index| Source::Population { index, delay: 1 });
        projections.push(Projection { relay: relays.take(), ..Projection::new(source, index, filters, None) });
        match HIDDEN.get(index) {
            Some(layer) => {
                populations.push(Box::new(LocalPopulation::new(geometry.len(), maps, hidden(params, layer, index == 0), grid)));
                relays = Some(relay(geometry, maps, params.count(layer.pool)));
            }
            None => populations.push(Box::new(RacePopulation::at_sites(geometry.len(), maps, output(params, grid), grid, seed))),
        }
    }
    let encoder = build::encoder(build::code(params, Protocol::Deep), params, size, grid);
    Network::new(Some(encoder), populations, projections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_shrink_from_layer_to_layer_as_published() {
        let layers = layers(&Params::default(), 28, 28);
        let sites: Vec<(usize, usize)> = layers.iter().map(|(geometry, _)| geometry.sites()).collect();
        assert_eq!(sites, [(28, 28), (14, 14), (4, 4)]);
    }

    #[test]
    fn relays_pool_whole_cells_and_leave_the_rest_out() {
        let geometry = Geometry { width: 14, height: 14, depth: 1, size: 3, stride: 1, pad: 1 };
        let relay = relay(geometry, 2, 3);
        // 14 sites make four cells of three; the last two are not pooled
        let of = |x: usize, y: usize, map: usize| relay.of((y * 14 + x) * 2 + map);
        assert_eq!([of(0, 0, 1), of(2, 2, 1), of(3, 0, 0), of(11, 11, 0)], [Some(1), Some(1), Some(2), Some(30)]);
        assert_eq!((of(12, 0, 0), of(0, 13, 1), relay.relays()), (None, None, 32));
    }
}
