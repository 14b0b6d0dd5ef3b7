//! The network of the Features protocol: latency code → hidden neurons at every site with shared filters → pooling
//! relays → escape-noise output neurons, whose first spike is the answer.

use super::build;
use crate::engine::network::{Network, Projection, Source};
use crate::engine::neuron::{LocalParams, LocalPopulation, NeuronModel, NeuronParams, RaceParams, RacePopulation};
use crate::engine::plasticity::{FilterStdp, Rule};
use crate::engine::projection::{Conv, Dense, Geometry};
use crate::engine::relay::Relay;
use crate::params::{ParamId as P, Params, Protocol};
use crate::rng::{Purpose, normal, stream, uniform};
use crate::time::TimeGrid;
use rand_xoshiro::Xoshiro256PlusPlus;
use std::f64::consts::TAU;

/// Resting potential. Thresholds of this protocol are given above it.
const E_L_MV: f64 = -65.0;

/// Whether the filters of a layer (0 for the banks, 1 for the second layer) learn by STDP in a stage.
fn learns(params: &Params, stage: u8, layer: u8) -> bool {
    stage == layer && (layer == 1 || params.choice(P::FeatureKind) == "stdp")
}

/// While filters learn, one neuron per site wins, and adaptive thresholds balance the filters.
fn hidden(params: &Params, layer: u8, learns: bool) -> LocalParams {
    let (v_th, winners) = if layer == 0 { (P::VThHidden, P::Winners) } else { (P::VThSecond, P::WinnersSecond) };
    LocalParams {
        tau_m_ms: params.get(P::TauMHidden),
        tau_syn_ms: params.get(P::TauSHidden),
        e_l_mv: E_L_MV,
        v_th_mv: E_L_MV + params.get(v_th),
        winners: if learns { 1 } else { params.count(winners) as u32 },
        theta_plus_mv: if learns { params.get(P::FilterTheta) } else { 0.0 },
    }
}

/// The parameters of every population.
pub(super) fn neurons(params: &Params, stage: u8, grid: TimeGrid) -> Vec<NeuronParams> {
    let local = |layer| NeuronParams::Local(hidden(params, layer, learns(params, stage, layer)));
    let hidden = layers_of(params).into_iter().map(local);
    hidden.chain([NeuronParams::Race(output(params, grid))]).collect()
}

/// The layer of every hidden population: the banks, then the second layer.
fn layers_of(params: &Params) -> Vec<u8> {
    let banks = if params.choice(P::FeatureKind) == "pixels" { 0 } else { 1 + usize::from(params.count(P::FilterB) > 0) };
    let second = usize::from(banks > 0 && params.count(P::NFeaturesSecond) > 0);
    [vec![0; banks], vec![1; second]].concat()
}

fn output(params: &Params, grid: TimeGrid) -> RaceParams {
    RaceParams {
        tau_m_ms: params.get(P::TauMOut),
        tau_syn_ms: params.get(P::TauSOut),
        e_l_mv: E_L_MV,
        v_th_mv: E_L_MV + params.get(P::VThOut),
        ramp_mv_per_ms: params.get(P::Ramp),
        delta_u_mv: params.get(P::DeltaU),
        gate_steps: build::steps(params, P::Gate, grid),
    }
}

/// Geometry of the sites of each bank of filters for images of this size.
fn banks(params: &Params, width: usize, height: usize) -> Vec<Geometry> {
    if params.choice(P::FeatureKind) == "pixels" {
        return Vec::new();
    }
    let sizes = [P::FilterA, P::FilterB].map(|id| params.count(id));
    let depth = build::depth(params, Protocol::Features);
    let geometry = |size| Geometry { width, height, depth, size, stride: params.count(P::Stride), pad: params.count(P::Pad) };
    sizes.into_iter().filter(|&size| size > 0).map(geometry).collect()
}

/// The sites of the second layer, whose input are the pooling cells of the first bank; `None` without it.
fn second(params: &Params, bank: Geometry) -> Option<Geometry> {
    let (width, height) = cells(params, bank);
    let geometry = Geometry { width, height, depth: params.count(P::NFeatures), size: params.count(P::FilterSecond), stride: 1, pad: 0 };
    (params.count(P::NFeaturesSecond) > 0).then_some(geometry)
}

/// Geometry and filters of every hidden layer on images of this size.
pub(super) fn layers(params: &Params, width: usize, height: usize) -> Vec<(Geometry, usize)> {
    let banks = banks(params, width, height);
    let second = banks.first().and_then(|&bank| second(params, bank)).map(|geometry| (geometry, params.count(P::NFeaturesSecond)));
    banks.into_iter().map(|geometry| (geometry, params.count(P::NFeatures))).chain(second).collect()
}

/// Inputs of an output neuron: relays and neurons.
pub(super) fn relays(params: &Params, width: usize, height: usize) -> usize {
    let banks = banks(params, width, height);
    let second =
        banks.first().and_then(|&bank| second(params, bank)).map_or(0, |geometry| geometry.len() * params.count(P::NFeaturesSecond));
    banks.into_iter().map(|geometry| pooled(params, geometry)).sum::<usize>() + second
}

/// Pooling cells per row and column, at most the number of sites.
fn cells(params: &Params, geometry: Geometry) -> (usize, usize) {
    let (across, down) = geometry.sites();
    let cells = params.count(P::Cells);
    (cells.min(across), cells.min(down))
}

/// Relays that pool the spikes of a bank.
fn pooled(params: &Params, geometry: Geometry) -> usize {
    let (across, down) = cells(params, geometry);
    across * down * params.count(P::NFeatures)
}

/// The relay of every hidden neuron: its cell, its channel.
fn relay(params: &Params, geometry: Geometry) -> Relay {
    let channels = params.count(P::NFeatures);
    let (across, down) = geometry.sites();
    let (cells_across, cells_down) = cells(params, geometry);
    let cell = |site: usize| (site / across * cells_down / down) * cells_across + site % across * cells_across / across;
    let to = |site: usize| (0..channels).map(move |channel| Some((cell(site) * channels + channel) as u32));
    Relay::new((0..across * down).flat_map(to), false)
}

/// A random Gabor patch: zero mean, unit length. Wavelength and width are drawn as for 7 and 11 pixels and in between.
fn gabor(size: usize, depth: usize, rng: &mut impl rand::Rng) -> Vec<f32> {
    let mut between = |low: f64, high: f64| low + (high - low) * uniform(rng);
    let p = size as f64;
    let wavelength = between(3.0 + (p - 7.0) / 4.0, 6.0 + (p - 7.0) / 2.0);
    let width = between(1.0 + (p - 7.0) / 8.0, 2.0 + (p - 7.0) * 3.0 / 8.0);
    let (angle, phase) = (between(0.0, TAU), between(0.0, TAU));
    let jitter = [0, 1].map(|_| between(-0.15 * p, 0.15 * p));
    let centre = (p - 1.0) / 2.0;
    let (sin, cos) = (libm::sin(angle), libm::cos(angle));
    let patch = (0..size * size)
        .map(|tap| {
            let (x, y) = ((tap % size) as f64 - centre - jitter[0], (tap / size) as f64 - centre - jitter[1]);
            let (along, across) = (x * cos + y * sin, y * cos - x * sin);
            libm::exp(-(along * along + 0.5 * across * across) / (2.0 * width * width)) * libm::cos(TAU * along / wavelength + phase)
        })
        .collect::<Vec<f64>>();
    // on-centre and off-centre cells have opposite signs
    unit(patch.iter().flat_map(|&w| (0..depth).map(move |map| if map % 2 == 0 { w } else { -w })).collect())
}

/// An initial filter: noise of zero mean and unit length.
fn noise(size: usize, depth: usize, rng: &mut impl rand::Rng) -> Vec<f32> {
    unit((0..size * size * depth).map(|_| normal(rng)).collect())
}

/// Zero mean, unit length.
fn unit(mut patch: Vec<f64>) -> Vec<f32> {
    let mean = patch.iter().sum::<f64>() / patch.len() as f64;
    patch.iter_mut().for_each(|w| *w -= mean);
    let length = libm::sqrt(patch.iter().map(|w| w * w).sum::<f64>()).max(f64::MIN_POSITIVE);
    patch.iter().map(|w| (w / length) as f32).collect()
}

/// The rule of the filters in a stage: STDP, or reward modulation after it.
pub(super) fn filter_rule(params: &Params, (stage, index): (u8, usize), geometry: Geometry) -> Option<Box<dyn Rule<Conv>>> {
    let layer = *layers_of(params).get(index)?;
    let channels = params.count(if layer == 0 { P::NFeatures } else { P::NFeaturesSecond });
    let grid = TimeGrid::new(params.get(P::Dt));
    let p = build::plasticity(params, Protocol::Features, 0.0);
    let rule = |rewarded| Some(Box::new(FilterStdp::new(geometry.inputs(), channels, rewarded, &p, grid)) as Box<dyn Rule<Conv>>);
    if learns(params, stage, layer) {
        rule(false)
    } else if stage == build::last_stage(params, Protocol::Features) && p.filter_reward > 0.0 {
        rule(true)
    } else {
        None
    }
}

/// Filters of zero mean and unit length, all channels drawn from one stream.
fn filters(
    geometry: Geometry,
    channels: usize,
    draw: fn(usize, usize, &mut Xoshiro256PlusPlus) -> Vec<f32>,
    rng: &mut Xoshiro256PlusPlus,
) -> Conv {
    let mut filters = Conv::new(geometry, channels);
    for channel in 0..channels {
        for (tap, w) in draw(geometry.size, geometry.depth, rng).into_iter().enumerate() {
            *filters.get_mut(tap, channel) = w;
        }
    }
    filters
}

/// Build the network for images of `size` pixels.
pub(super) fn network(params: &Params, size: (usize, usize), classes: usize, seed: u64) -> Network {
    let grid = TimeGrid::new(params.get(P::Dt));
    let (n_out, channels) = (params.count(P::NNeurons), params.count(P::NFeatures));
    let stage = build::stage(params, Protocol::Features, 0);
    let banks = banks(params, size.0, size.1);
    let second = banks.first().and_then(|&bank| second(params, bank));
    let target = banks.len() + usize::from(second.is_some());
    let mut populations: Vec<Box<dyn NeuronModel>> = Vec::new();
    let (mut hidden_layers, mut learnt) = (Vec::new(), Vec::new());
    let readout = |index: usize, source, n_pre: usize| {
        let mut synapses = Dense::new(n_pre, n_out);
        let sd = params.get(P::WInitSd);
        if sd > 0.0 {
            let mut rng = stream(seed, Purpose::Weights, index as u64);
            for i in 0..n_pre {
                for j in 0..n_out {
                    *synapses.get_mut(i, j) = (sd * normal(&mut rng)) as f32;
                }
            }
        }
        let plasticity = build::plasticity(params, Protocol::Features, params.get(P::Eta));
        let rule = build::rule(build::rule_name(params, 0), (n_pre, n_out), classes, &plasticity, grid);
        Projection::new(source, target, synapses, rule)
    };
    for (index, &geometry) in banks.iter().enumerate() {
        let draw = if params.choice(P::FeatureKind) == "stdp" { noise } else { gabor };
        let filters = filters(geometry, channels, draw, &mut stream(seed, Purpose::Filters, index as u64));
        let neurons = hidden(params, 0, learns(params, stage, 0));
        populations.push(Box::new(LocalPopulation::new(geometry.len(), channels, neurons, grid)));
        hidden_layers.push(Projection::new(Source::Encoder, index, filters, None));
        let source = Source::Population { index, delay: 1 };
        learnt.push(Projection { relay: Some(relay(params, geometry)), ..readout(index, source, pooled(params, geometry)) });
    }
    if let Some(geometry) = second {
        let (index, channels) = (banks.len(), params.count(P::NFeaturesSecond));
        let filters = filters(geometry, channels, noise, &mut stream(seed, Purpose::Filters, index as u64));
        let neurons = hidden(params, 1, learns(params, stage, 1));
        populations.push(Box::new(LocalPopulation::new(geometry.len(), channels, neurons, grid)));
        let from_bank = Source::Population { index: 0, delay: 1 };
        hidden_layers.push(Projection { relay: Some(relay(params, banks[0])), ..Projection::new(from_bank, index, filters, None) });
        learnt.push(readout(index, Source::Population { index, delay: 1 }, geometry.len() * channels));
    }
    if banks.is_empty() {
        learnt.push(readout(0, Source::Encoder, size.0 * size.1 * build::depth(params, Protocol::Features)));
    }
    populations.push(Box::new(RacePopulation::new(n_out, output(params, grid), grid, seed)));
    hidden_layers.extend(learnt);
    let encoder = build::encoder(build::code(params, Protocol::Features), params, size, grid);
    Network::new(Some(encoder), populations, hidden_layers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_have_no_mean_and_length_one() {
        let mut rng = stream(1, Purpose::Filters, 0);
        for size in [3, 7, 11, 15] {
            let patch = gabor(size, 1, &mut rng);
            assert!(patch.iter().sum::<f32>().abs() < 1e-4, "{size}");
            assert!((patch.iter().map(|w| w * w).sum::<f32>() - 1.0).abs() < 1e-4, "{size}");
        }
    }

    #[test]
    fn relays_pool_neighbouring_sites_of_the_same_channel() {
        let mut params = Params::default();
        params.set(P::NFeatures, 3.0).unwrap();
        let geometry = Geometry { width: 28, height: 28, depth: 1, size: 11, stride: 2, pad: 2 };
        let relay = relay(&params, geometry);
        assert_eq!((relay.len(), pooled(&params, geometry)), (121 * 3, 49 * 3));
        // sites 0 and 1 share a cell, site 2 is in the next; the second row of sites too
        assert_eq!([0, 3 + 1, 2 * 3 + 2, 11 * 3].map(|neuron| relay.of(neuron).unwrap()), [0, 1, 5, 0]);
        let mut sizes = vec![0; 49 * 3];
        (0..relay.len()).for_each(|neuron| sizes[relay.of(neuron).unwrap()] += 1);
        assert!(sizes.iter().all(|size| (1..=4).contains(size)));
    }
}
