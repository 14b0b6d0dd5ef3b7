//! The network of the Features protocol: latency code → hidden neurons at every site behind shared filters → pooling
//! relays → output neurons that race for the answer.

use super::build;
use crate::engine::network::{Network, Projection, Source};
use crate::engine::neuron::{LocalParams, LocalPopulation, NeuronModel, RaceParams, RacePopulation};
use crate::engine::plasticity::FilterStdp;
use crate::engine::projection::{Conv, Dense, Geometry};
use crate::engine::relay::Relay;
use crate::params::{ParamId as P, Params};
use crate::rng::{Purpose, normal, stream, uniform};
use crate::time::TimeGrid;
use std::f64::consts::TAU;

/// Resting potential. Thresholds of this protocol are given above it.
const E_L_MV: f64 = -65.0;

/// Whether filters are still learnt when `images` images have been shown.
pub(super) fn learns_filters(params: &Params, images: u64) -> bool {
    params.choice(P::FeatureKind) == "stdp" && images < params.count(P::FilterImages) as u64
}

/// While filters are learnt one neuron a site wins, and thresholds balance the filters.
pub(super) fn hidden(params: &Params, learns: bool) -> LocalParams {
    LocalParams {
        tau_m_ms: params.get(P::TauMHidden),
        tau_syn_ms: params.get(P::TauSHidden),
        e_l_mv: E_L_MV,
        v_th_mv: E_L_MV + params.get(P::VThHidden),
        winners: if learns { 1 } else { params.count(P::Winners) as u32 },
        theta_plus_mv: if learns { params.get(P::FilterTheta) } else { 0.0 },
    }
}

pub(super) fn output(params: &Params, grid: TimeGrid) -> RaceParams {
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

/// Where the sites of each bank of filters lie on images of this size.
pub(super) fn banks(params: &Params, width: usize, height: usize) -> Vec<Geometry> {
    if params.choice(P::FeatureKind) == "pixels" {
        return Vec::new();
    }
    let sizes = [P::FilterA, P::FilterB].map(|id| params.count(id));
    let geometry = |size| Geometry { width, height, depth: 1, size, stride: params.count(P::Stride), pad: params.count(P::Pad) };
    sizes.into_iter().filter(|&size| size > 0).map(geometry).collect()
}

/// Pooling cells across and down: no more than there are sites.
fn cells(params: &Params, geometry: Geometry) -> (usize, usize) {
    let (across, down) = geometry.sites();
    let cells = params.count(P::Cells);
    (cells.min(across), cells.min(down))
}

/// Relays that the spikes of a bank are pooled by.
pub(super) fn pooled(params: &Params, geometry: Geometry) -> usize {
    let (across, down) = cells(params, geometry);
    across * down * params.count(P::NFeatures)
}

/// The relay of every hidden neuron: its cell, its channel.
fn relay(params: &Params, geometry: Geometry) -> Relay {
    let channels = params.count(P::NFeatures);
    let (across, down) = geometry.sites();
    let (cells_across, cells_down) = cells(params, geometry);
    let cell = |site: usize| (site / across * cells_down / down) * cells_across + site % across * cells_across / across;
    let to = |site: usize| (0..channels).map(move |channel| Some((cell(site) * channels + channel) as u16));
    Relay::new((0..across * down).flat_map(to), false)
}

/// A random Gabor patch: zero mean, unit length. Wavelength and width are drawn as for 7 and 11 pixels and in between.
fn gabor(size: usize, rng: &mut impl rand::Rng) -> Vec<f32> {
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
        .collect();
    unit(patch)
}

/// A filter that has learnt nothing yet: noise of zero mean and unit length.
fn noise(size: usize, rng: &mut impl rand::Rng) -> Vec<f32> {
    unit((0..size * size).map(|_| normal(rng)).collect())
}

/// Zero mean, unit length.
fn unit(mut patch: Vec<f64>) -> Vec<f32> {
    let mean = patch.iter().sum::<f64>() / patch.len() as f64;
    patch.iter_mut().for_each(|w| *w -= mean);
    let length = libm::sqrt(patch.iter().map(|w| w * w).sum::<f64>()).max(f64::MIN_POSITIVE);
    patch.iter().map(|w| (w / length) as f32).collect()
}

/// The rule of filters that are learnt.
pub(super) fn filter_rule(params: &Params, geometry: Geometry) -> FilterStdp {
    let (n_pre, channels) = (geometry.width * geometry.height, params.count(P::NFeatures));
    FilterStdp::new(n_pre, channels, params.get(P::FilterEta), params.get(P::FilterTau), TimeGrid::new(params.get(P::Dt)))
}

/// Build the network for images of `width` x `height` pixels.
pub(super) fn network(params: &Params, (width, height): (usize, usize), classes: usize, seed: u64) -> Network {
    let grid = TimeGrid::new(params.get(P::Dt));
    let (n_out, channels) = (params.count(P::NNeurons), params.count(P::NFeatures));
    let learns = learns_filters(params, 0);
    let banks = banks(params, width, height);
    let target = banks.len();
    let mut populations: Vec<Box<dyn NeuronModel>> = Vec::new();
    let (mut fixed, mut learnt) = (Vec::new(), Vec::new());
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
        let plasticity = build::plasticity(params, params.get(P::Eta));
        let rule = build::rule(build::rule_name(params, 0), (n_pre, n_out), classes, &plasticity, grid);
        Projection::new(source, target, synapses, rule)
    };
    for (index, &geometry) in banks.iter().enumerate() {
        let mut rng = stream(seed, Purpose::Filters, index as u64);
        let mut filters = Conv::new(geometry, channels);
        for channel in 0..channels {
            let draw = if params.choice(P::FeatureKind) == "stdp" { noise } else { gabor };
            for (tap, w) in draw(geometry.size, &mut rng).into_iter().enumerate() {
                *filters.get_mut(tap, channel) = w;
            }
        }
        populations.push(Box::new(LocalPopulation::new(geometry.len(), channels, hidden(params, learns), grid)));
        let filter_rule = learns.then(|| filter_rule(params, geometry));
        fixed.push(Projection { filter_rule, ..Projection::new(Source::Encoder, index, filters, None) });
        let pooling = Projection {
            relay: Some(relay(params, geometry)),
            ..readout(index, Source::Population { index, delay: 1 }, pooled(params, geometry))
        };
        learnt.push(pooling);
    }
    if banks.is_empty() {
        learnt.push(readout(0, Source::Encoder, width * height));
    }
    populations.push(Box::new(RacePopulation::new(n_out, output(params, grid), grid, seed)));
    fixed.extend(learnt);
    Network::new(Some(build::encoder("latency", params, width * height, grid)), populations, fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_have_no_mean_and_length_one() {
        let mut rng = stream(1, Purpose::Filters, 0);
        for size in [3, 7, 11, 15] {
            let patch = gabor(size, &mut rng);
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
