//! Builds and checks the network of a preset: parameters with units -> plain numbers of the engine.

use super::swap::Swap;
use super::{deep, features};
use crate::datasets::Dataset;
use crate::engine::block::{Row, blocks_for};
use crate::engine::encoder::{Encoder, EncoderParams, Latency, OnOff, Poisson};
use crate::engine::homeostasis::normalise;
use crate::engine::network::{Network, Projection, Source};
use crate::engine::neuromodulator::Baseline;
use crate::engine::neuron::{LifParams, LifPopulation, NeuronParams};
use crate::engine::plasticity::{PairStdp, PlasticityParams, PostTraceStdp, RMax, RStdp, Rule};
use crate::engine::projection::{Conv, Dense, Geometry};
use crate::engine::spikes::SHORT_CHUNK;
use crate::params::{Domain, ParamError, ParamId as P, Params, Protocol};
use crate::rng::{Purpose, stream, uniform};
use crate::time::TimeGrid;

/// Memory limit of a network.
const MEMORY_LIMIT: usize = 2 << 30;
/// Memory of an input channel or presynaptic neuron: stimulus, spikes, traces.
const CHANNEL_BYTES: usize = 64;
/// Values of a neuron.
const STATE_ROWS: usize = 8;

/// Why a network cannot be built. Nothing was allocated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BuildError {
    /// Parameters contradict each other; all errors are listed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Params(Vec<ParamError>),
    /// The preset is of another protocol.
    #[error("the protocol {0:?} does not classify images; choose an MNIST preset")]
    Protocol(Protocol),
    /// There are fewer neurons than classes.
    #[error("n_neurons = {neurons} is too small for {classes} classes; choose at least {classes}")]
    TooFewNeurons {
        /// Requested neurons.
        neurons: usize,
        /// Classes of the data.
        classes: usize,
    },
    /// Filters larger than their input.
    #[error(
        "filters of {size} x {size} are larger than their input of {width} x {height} pixels or cells; choose smaller filters, a larger pad or less pooling"
    )]
    NoSites {
        /// Filter size.
        size: usize,
        /// Width of the images.
        width: usize,
        /// Height of the images.
        height: usize,
    },
    /// The network exceeds the memory limit.
    #[error(
        "a network of {channels} input channels, {hidden} hidden and {neurons} output neurons needs {mib} MiB, the limit is {} MiB; \
         choose smaller images, fewer neurons or filters, or a larger stride",
        MEMORY_LIMIT >> 20
    )]
    TooLarge {
        /// Channels of the encoder.
        channels: usize,
        /// Hidden neurons.
        hidden: usize,
        /// Output neurons.
        neurons: usize,
        /// Required memory.
        mib: usize,
    },
}

/// Check parameters against the data before anything is allocated.
pub(super) fn check(params: &Params, protocol: Protocol, data: &Dataset) -> Result<(), BuildError> {
    if !protocol.classifies() {
        return Err(BuildError::Protocol(protocol));
    }
    let mut faults = params.conflicts(protocol);
    faults.extend(Swap::fault(params, data.classes));
    if !faults.is_empty() {
        return Err(BuildError::Params(faults));
    }
    let neurons = params.count(P::NNeurons);
    if has_pools(params, protocol) && neurons < data.classes {
        return Err(BuildError::TooFewNeurons { neurons, classes: data.classes });
    }
    let layers = match protocol {
        Protocol::Features => features::layers(params, data.width, data.height),
        Protocol::Deep => deep::layers(params, data.width, data.height),
        Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing | Protocol::Free => Vec::new(),
    };
    if let Some((geometry, _)) = layers.iter().find(|(geometry, _)| geometry.is_empty()) {
        return Err(BuildError::NoSites { size: geometry.size, width: geometry.width, height: geometry.height });
    }
    let channels = (data.width * data.height).saturating_mul(depth(params, protocol));
    let inputs = match protocol {
        // the outputs are the last of the layers
        Protocol::Deep => 0,
        Protocol::Features if !layers.is_empty() => features::relays(params, data.width, data.height),
        _ => channels,
    };
    let at_sites = layers.iter().fold(0, |sum: usize, &(geometry, filters)| sum.saturating_add(bytes_at_sites(geometry, filters)));
    // weights, and as many eligibilities in the worst case
    let dense = Dense::bytes(inputs, neurons).unwrap_or(usize::MAX).saturating_mul(2);
    let bytes = channels.saturating_mul(CHANNEL_BYTES).saturating_add(at_sites).saturating_add(dense);
    if bytes > MEMORY_LIMIT {
        let (last, all) =
            (layers.last(), layers.iter().fold(0, |sum: usize, &(g, filters)| sum.saturating_add(g.len().saturating_mul(filters))));
        let outputs = if protocol == Protocol::Deep { last.map_or(0, |&(g, filters)| g.len().saturating_mul(filters)) } else { neurons };
        let hidden = if protocol == Protocol::Deep { all - outputs } else { all };
        return Err(BuildError::TooLarge { channels, hidden, neurons: outputs, mib: bytes >> 20 });
    }
    Ok(())
}

/// Memory of the neurons of a layer with sites: their state, their input in a chunk, and the credit of their spikes.
fn bytes_at_sites(geometry: Geometry, filters: usize) -> usize {
    let rows = STATE_ROWS + SHORT_CHUNK;
    geometry
        .len()
        .saturating_mul(blocks_for(filters))
        .saturating_mul(rows * size_of::<Row>())
        .saturating_add(geometry.inputs().saturating_mul(CHANNEL_BYTES))
}

/// Whether every output neuron has a class from the start. Outputs that race always have.
pub(super) fn has_pools(params: &Params, protocol: Protocol) -> bool {
    protocol.races() || params.choice(P::Readout) == "class pools"
}

/// Steps of a duration that `Params::conflicts` has found to be whole.
pub(super) fn steps(params: &Params, id: P, grid: TimeGrid) -> u32 {
    grid.steps(params.get(id)).unwrap_or(0)
}

/// Maximum number of steps of a duration.
pub(super) fn longest(id: P, grid: TimeGrid) -> u32 {
    match id.spec().domain {
        Domain::Real { max, .. } => grid.steps(max).unwrap_or(u32::MAX >> 1),
        Domain::Integer { .. } | Domain::Choice(_) => 0,
    }
}

/// The competing neurons of the protocol Classification.
pub fn lif(params: &Params, grid: TimeGrid) -> LifParams {
    let g = |id| params.get(id);
    LifParams {
        tau_m_ms: g(P::TauM),
        e_l_mv: g(P::EL),
        v_th_mv: g(P::VTh),
        v_reset_mv: g(P::VReset),
        t_ref_steps: steps(params, P::TRef, grid),
        theta_plus_mv: g(P::ThetaPlus),
        tau_theta_ms: g(P::TauTheta),
        sigma_mv: g(P::Sigma),
        tau_syn_ms: g(P::TauSyn),
        tau_receptors_ms: None,
        ri_mv: 0.0,
        inhibition_mv: g(P::Inhibition),
        e_inh_mv: (params.choice(P::InhibitionType) == "conductance").then(|| g(P::EInh)),
        tau_inh_ms: g(P::TauInh),
    }
}

pub(super) fn plasticity(params: &Params, protocol: Protocol, eta: f64) -> PlasticityParams {
    let p = PlasticityParams {
        eta,
        tau_plus_ms: params.get(P::TauPlus),
        tau_minus_ms: params.get(P::TauMinus),
        a_plus: params.get(P::APlus),
        a_minus: params.get(P::AMinus),
        nearest: params.choice(P::Pairing) == "nearest",
        soft: params.choice(P::Bounds) == "soft",
        w_max_mv: params.get(P::WMax),
        tau_e_ms: params.get(P::TauE),
        tau_d_ms: params.get(P::TauD),
        tau_psp_ms: (params.get(P::TauMOut), params.get(P::TauSOut)),
        integral: params.choice(P::CreditKind) == "integral",
        w_min_mv: params.get(P::WMin),
        a_punish: params.get(P::APunish),
        filter_eta: params.get(P::FilterEta),
        filter_tau_ms: params.get(P::FilterTau),
        filter_reward: params.get(P::FilterReward),
    };
    // a deep network uses another rule for its layers, and its outputs have no leak
    let deep = PlasticityParams { filter_eta: params.get(P::LayerEta), tau_psp_ms: deep::TAU_PSP_MS, ..p };
    if protocol == Protocol::Deep { deep } else { p }
}

pub(super) fn encoder_params(params: &Params) -> EncoderParams {
    EncoderParams { rate_max_hz: params.get(P::RateMax), latency_ms: params.get(P::Latency), floor: params.get(P::LatencyFloor) }
}

/// The sizes of the on-centre and off-centre cells of a preset; empty for the retina "pixels".
fn scales(params: &Params) -> &'static [usize] {
    match params.choice(P::Retina) {
        "on-off" => &[7],
        "on-off, 3 scales" => &[3, 7, 13],
        _ => &[],
    }
}

/// Channels of each pixel.
pub(super) fn depth(params: &Params, protocol: Protocol) -> usize {
    if protocol.races() { (2 * scales(params).len()).max(1) } else { 1 }
}

pub(super) fn encoder(name: &str, params: &Params, (width, height): (usize, usize), grid: TimeGrid) -> Box<dyn Encoder> {
    let p = encoder_params(params);
    match name {
        "latency" => Box::new(Latency::new(width * height, &p, grid)),
        "on-off" => Box::new(OnOff::new(width, height, scales(params), &p, grid)),
        _ => Box::new(Poisson::new(width * height, &p, grid)),
    }
}

pub(super) fn baseline(params: &Params) -> Baseline {
    match params.choice(P::Modulator) {
        "minus prediction" => Baseline::Prediction,
        "raw reward" => Baseline::None,
        "minus own probability" => Baseline::OwnProbability,
        "over own doubt" => Baseline::OverDoubt,
        "sign" => Baseline::Sign,
        _ => Baseline::RunningMean,
    }
}

/// The rule after `images` images; in stdp-then-r-stdp it changes once.
pub(super) fn rule_name(params: &Params, images: u64) -> &'static str {
    match params.choice(P::Rule) {
        "stdp-then-r-stdp" if images < params.count(P::StdpImages) as u64 => "stdp",
        "stdp-then-r-stdp" => "r-stdp",
        name => name,
    }
}

pub(super) fn rule(
    name: &str,
    (n_pre, n_post): (usize, usize),
    classes: usize,
    p: &PlasticityParams,
    grid: TimeGrid,
) -> Option<Box<dyn Rule<Dense>>> {
    match name {
        "stdp" => Some(Box::new(PostTraceStdp::new(n_pre, n_post, p, grid))),
        "r-stdp" => Some(Box::new(RStdp::new(n_pre, n_post, classes, p, grid))),
        "pair-stdp" => Some(Box::new(PairStdp::new(n_pre, n_post, p, grid))),
        "r-max" => Some(Box::new(RMax::new(n_pre, n_post, classes, p, grid))),
        _ => None,
    }
}

/// The stage after `images` images: hidden layers learn one after the other, then the outputs.
pub(super) fn stage(params: &Params, protocol: Protocol, images: u64) -> u8 {
    let mut left = images;
    let mut stage = 0;
    for length in stage_lengths(params, protocol) {
        let Some(rest) = left.checked_sub(length) else { break };
        (left, stage) = (rest, stage + 1);
    }
    stage
}

/// Number of images of each stage before the last.
pub(super) fn stage_lengths(params: &Params, protocol: Protocol) -> Vec<u64> {
    let images = |id| params.count(id) as u64;
    match protocol {
        Protocol::Features if params.choice(P::FeatureKind) == "pixels" => Vec::new(),
        Protocol::Features => {
            let first = if params.choice(P::FeatureKind) == "stdp" { images(P::FilterImages) } else { 0 };
            let second = if params.count(P::NFeaturesSecond) > 0 { images(P::FilterImagesSecond) } else { 0 };
            vec![first, second]
        }
        Protocol::Deep => vec![images(P::Images1), images(P::Images2)],
        Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing | Protocol::Free => Vec::new(),
    }
}

/// The last stage, in which the outputs learn.
pub(super) fn last_stage(params: &Params, protocol: Protocol) -> u8 {
    stage_lengths(params, protocol).len() as u8
}

/// The network of a protocol that classifies images of `size`.
pub(super) fn network(params: &Params, protocol: Protocol, size: (usize, usize), classes: usize, seed: u64) -> Network {
    match protocol {
        Protocol::Features => features::network(params, size, classes, seed),
        Protocol::Deep => deep::network(params, size, seed),
        Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing | Protocol::Free => competing(params, size, classes, seed),
    }
}

/// The rule of the filters of a projection in a stage; `layer` counts the projections with filters.
pub(super) fn filter_rule(
    params: &Params,
    protocol: Protocol,
    (stage, layer): (u8, usize),
    geometry: Geometry,
    classes: usize,
) -> Option<Box<dyn Rule<Conv>>> {
    match protocol {
        Protocol::Features => features::filter_rule(params, (stage, layer), geometry),
        Protocol::Deep => deep::filter_rule(params, (stage, layer), geometry, classes),
        Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing | Protocol::Free => None,
    }
}

/// The parameters of every population of a protocol in a stage, in the order of the populations.
pub(super) fn neurons(params: &Params, protocol: Protocol, stage: u8, grid: TimeGrid) -> Vec<NeuronParams> {
    match protocol {
        Protocol::Features => features::neurons(params, stage, grid),
        Protocol::Deep => deep::neurons(params, stage, grid),
        Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing | Protocol::Free => vec![NeuronParams::Lif(lif(params, grid))],
    }
}

/// The spike code of a protocol: latency for hidden features, otherwise as set by the preset.
pub(super) fn code(params: &Params, protocol: Protocol) -> &'static str {
    match protocol.races() {
        true if scales(params).is_empty() => "latency",
        true => "on-off",
        false => params.choice(P::Encoder),
    }
}

/// The network of the protocol Classification: encoder → competing LIF neurons.
fn competing(params: &Params, size: (usize, usize), classes: usize, seed: u64) -> Network {
    let grid = TimeGrid::new(params.get(P::Dt));
    let n_pre = size.0 * size.1;
    let n_post = params.count(P::NNeurons);
    let mut synapses = Dense::new(n_pre, n_post);
    let mut rng = stream(seed, Purpose::Weights, 0);
    let (low, high) = (params.get(P::WInitMin), params.get(P::WInitMax));
    for j in 0..n_post {
        for i in 0..n_pre {
            *synapses.get_mut(i, j) = (low + (high - low) * uniform(&mut rng)) as f32;
        }
    }
    let norm = params.get(P::Norm) as f32;
    if norm > 0.0 {
        normalise(&mut synapses, &(0..n_post as u32).collect::<Vec<_>>(), norm, f32::INFINITY);
    }
    synapses.cap(params.get(P::WMax) as f32);
    let rule =
        rule(rule_name(params, 0), (n_pre, n_post), classes, &plasticity(params, Protocol::Classification, params.get(P::Eta)), grid);
    let population = LifPopulation::new(n_post, lif(params, grid), grid, seed);
    let projection = Projection::new(Source::Encoder, 0, synapses, rule);
    Network::new(Some(encoder(params.choice(P::Encoder), params, size, grid)), vec![Box::new(population)], vec![projection])
}
