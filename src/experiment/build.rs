//! From parameters with units to a network of plain numbers. The one place where a preset is lowered, and checked.

use super::features;
use crate::datasets::Dataset;
use crate::engine::encoder::{Encoder, EncoderParams, Latency, Poisson};
use crate::engine::homeostasis::normalise;
use crate::engine::network::{Network, Projection, Source};
use crate::engine::neuromodulator::Baseline;
use crate::engine::neuron::{LifParams, LifPopulation, NeuronParams};
use crate::engine::plasticity::{PairStdp, PlasticityParams, PlasticityRule, PostTraceStdp, RMax, RStdp};
use crate::engine::projection::Dense;
use crate::params::{Domain, ParamError, ParamId as P, Params, Protocol};
use crate::rng::{Purpose, stream, uniform};
use crate::time::TimeGrid;

/// Memory a network may ask for.
const MEMORY_LIMIT: usize = 2 << 30;

/// Why no network can be built. Nothing was allocated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BuildError {
    /// Parameters exclude each other; all faults are listed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Params(Vec<ParamError>),
    /// The preset is of another protocol.
    #[error("the protocol {0:?} does not learn from images; choose a preset of the protocol Classification")]
    Protocol(Protocol),
    /// The images are too large for the encoder.
    #[error("images have {pixels} pixels; the encoder has at most 65536 channels, use smaller images")]
    TooManyPixels {
        /// Pixels of an image.
        pixels: usize,
    },
    /// There are fewer neurons than classes.
    #[error("n_neurons = {neurons} cannot vote for {classes} classes; choose at least {classes}")]
    TooFewNeurons {
        /// Neurons asked for.
        neurons: usize,
        /// Classes of the data.
        classes: usize,
    },
    /// Filters larger than the images.
    #[error("filters of {size} x {size} pixels do not fit images of {width} x {height}; choose smaller filters or a larger pad")]
    NoSites {
        /// Filter size.
        size: usize,
        /// Width of the images.
        width: usize,
        /// Height of the images.
        height: usize,
    },
    /// More hidden neurons than a bank can hold.
    #[error("a bank would have {neurons} hidden neurons, the limit is 65536; choose fewer filters or a larger stride")]
    TooManyHidden {
        /// Neurons asked for.
        neurons: usize,
    },
    /// The network would not fit.
    #[error("{pixels} x {neurons} synapses need {mib} MiB, the limit is {} MiB; choose fewer neurons", MEMORY_LIMIT >> 20)]
    TooLarge {
        /// Presynaptic neurons.
        pixels: usize,
        /// Postsynaptic neurons.
        neurons: usize,
        /// What it would take.
        mib: usize,
    },
}

/// Check parameters against the data before anything is allocated.
pub(super) fn check(params: &Params, protocol: Protocol, data: &Dataset) -> Result<(), BuildError> {
    if !protocol.classifies() {
        return Err(BuildError::Protocol(protocol));
    }
    let faults = params.conflicts(protocol);
    if !faults.is_empty() {
        return Err(BuildError::Params(faults));
    }
    let (pixels, neurons) = (data.width * data.height, params.count(P::NNeurons));
    if pixels > 1 << 16 {
        return Err(BuildError::TooManyPixels { pixels });
    }
    if params.choice(P::Readout) == "class pools" && neurons < data.classes {
        return Err(BuildError::TooFewNeurons { neurons, classes: data.classes });
    }
    let mut inputs = pixels;
    if protocol == Protocol::Features {
        let banks = features::banks(params, data.width, data.height);
        for geometry in &banks {
            if geometry.is_empty() {
                return Err(BuildError::NoSites { size: geometry.size, width: data.width, height: data.height });
            }
            let hidden = geometry.len() * params.count(P::NFeatures);
            if hidden > 1 << 16 {
                return Err(BuildError::TooManyHidden { neurons: hidden });
            }
        }
        if !banks.is_empty() {
            inputs = banks.iter().map(|&geometry| features::pooled(params, geometry)).sum();
        }
    }
    // weights, and as many eligibilities in the worst case
    let bytes = Dense::bytes(inputs, neurons).and_then(|b| b.checked_mul(2)).unwrap_or(usize::MAX);
    if bytes > MEMORY_LIMIT {
        return Err(BuildError::TooLarge { pixels: inputs, neurons, mib: bytes >> 20 });
    }
    Ok(())
}

/// Steps of a duration that `Params::conflicts` has found to be whole.
pub(super) fn steps(params: &Params, id: P, grid: TimeGrid) -> u32 {
    grid.steps(params.get(id)).unwrap_or(0)
}

/// Most steps of a duration.
pub(super) fn longest(id: P, grid: TimeGrid) -> u32 {
    match id.spec().domain {
        Domain::Real { max, .. } => grid.steps(max).unwrap_or(u32::MAX >> 1),
        Domain::Integer { .. } | Domain::Choice(_) => 0,
    }
}

pub(super) fn lif(params: &Params, grid: TimeGrid) -> LifParams {
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
        ri_mv: 0.0,
        inhibition_mv: g(P::Inhibition),
    }
}

pub(super) fn plasticity(params: &Params, eta: f64) -> PlasticityParams {
    PlasticityParams {
        eta,
        tau_plus_ms: params.get(P::TauPlus),
        tau_minus_ms: params.get(P::TauMinus),
        a_plus: params.get(P::APlus),
        a_minus: params.get(P::AMinus),
        nearest: params.choice(P::Pairing) == "nearest",
        soft: params.choice(P::Bounds) == "soft",
        w_max_mv: params.get(P::WMax),
        tau_e_ms: params.get(P::TauE),
        tau_psp_ms: (params.get(P::TauMOut), params.get(P::TauSOut)),
        integral: params.choice(P::CreditKind) == "integral",
    }
}

pub(super) fn encoder_params(params: &Params) -> EncoderParams {
    EncoderParams { rate_max_hz: params.get(P::RateMax), latency_ms: params.get(P::Latency), floor: params.get(P::LatencyFloor) }
}

pub(super) fn encoder(name: &str, params: &Params, n: usize, grid: TimeGrid) -> Box<dyn Encoder> {
    let p = encoder_params(params);
    match name {
        "latency" => Box::new(Latency::new(n, &p, grid)),
        _ => Box::new(Poisson::new(n, &p, grid)),
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

/// The rule in force when `images` images have been shown; reward may follow on STDP.
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
) -> Option<Box<dyn PlasticityRule>> {
    match name {
        "stdp" => Some(Box::new(PostTraceStdp::new(n_pre, n_post, p, grid))),
        "r-stdp" => Some(Box::new(RStdp::new(n_pre, n_post, p, grid))),
        "pair-stdp" => Some(Box::new(PairStdp::new(n_pre, n_post, p, grid))),
        "r-max" => Some(Box::new(RMax::new(n_pre, n_post, classes, p, grid))),
        _ => None,
    }
}

/// The network of a protocol that classifies images of `size`.
pub(super) fn network(params: &Params, protocol: Protocol, size: (usize, usize), classes: usize, seed: u64) -> Network {
    match protocol {
        Protocol::Features => features::network(params, size, classes, seed),
        Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing => competing(params, size.0 * size.1, classes, seed),
    }
}

/// The parameters of every population of a protocol, while hidden filters learn or when they have learnt.
pub(super) fn neurons(params: &Params, protocol: Protocol, filters_learn: bool, grid: TimeGrid) -> Vec<NeuronParams> {
    match protocol {
        Protocol::Features => {
            vec![NeuronParams::Local(features::hidden(params, filters_learn)), NeuronParams::Race(features::output(params, grid))]
        }
        Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing => vec![NeuronParams::Lif(lif(params, grid))],
    }
}

/// The code of a protocol: hidden features see when a pixel fires, competing neurons what the preset says.
pub(super) fn code(params: &Params, protocol: Protocol) -> &'static str {
    if protocol == Protocol::Features { "latency" } else { params.choice(P::Encoder) }
}

/// The trial network: encoder → competing LIF neurons.
fn competing(params: &Params, n_pre: usize, classes: usize, seed: u64) -> Network {
    let grid = TimeGrid::new(params.get(P::Dt));
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
    let rule = rule(rule_name(params, 0), (n_pre, n_post), classes, &plasticity(params, params.get(P::Eta)), grid);
    let population = LifPopulation::new(n_post, lif(params, grid), grid, seed);
    let projection = Projection::new(Source::Encoder, 0, synapses, rule);
    Network::new(Some(encoder(params.choice(P::Encoder), params, n_pre, grid)), vec![Box::new(population)], vec![projection])
}
