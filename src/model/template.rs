//! Templates: the networks of the presets as descriptions, from the parameters of the registry.

mod competing;
mod deep;
mod features;

pub use competing::{competing, neurons, pair_stdp};
pub use deep::deep;
pub use features::features;

use super::models::{Code, Image, ModelSpec};
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec};
use super::task::Stage;
use crate::params::{ParamId as P, Params, Protocol};

/// Resting potential in mV of neurons whose threshold is given above it.
pub const E_L_MV: f64 = -65.0;

/// The images that a network is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Number of classes.
    pub classes: usize,
}

impl Frame {
    /// The images of MNIST.
    pub const MNIST: Self = Self { width: 28, height: 28, classes: 10 };
}

/// The rule of the outputs at a moment, which a schedule can exchange.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutputRule {
    /// One of the choices of `rule`.
    pub name: &'static str,
    /// Its learning rate before the schedule.
    pub eta: f64,
}

impl OutputRule {
    /// The rule of a preset, and its learning rate after `images` images: with stdp-then-r-stdp both change once.
    pub fn after(params: &Params, images: u64) -> Self {
        let name = params.choice(P::Rule);
        let eta = params.get(P::Eta);
        match name {
            "stdp-then-r-stdp" if images < params.count(P::StdpImages) as u64 => Self { name: "stdp", eta: params.get(P::StdpEta) },
            "stdp-then-r-stdp" => Self { name: "r-stdp", eta },
            _ => Self { name, eta },
        }
    }
}

/// The network of a preset of schema 1 on such images; `None` for those without images.
pub fn network(protocol: Protocol, params: &Params, frame: Frame, rule: OutputRule) -> Option<NetworkSpec> {
    match protocol {
        Protocol::Classification => Some(competing(params, frame, rule)),
        Protocol::Features => Some(features(params, frame)),
        Protocol::Deep => Some(deep(params, frame)),
        Protocol::CurrentStep | Protocol::Pairing | Protocol::Images | Protocol::Free => None,
    }
}

/// The stages in which the hidden layers of a preset learn, one after the other; the outputs learn after the last.
pub fn stages(protocol: Protocol, params: &Params) -> Vec<Stage> {
    match protocol {
        Protocol::Features => features::stages(params),
        Protocol::Deep => deep::stages(params),
        Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing | Protocol::Images | Protocol::Free => Vec::new(),
    }
}

fn whole(params: &Params, id: P) -> u32 {
    params.count(id) as u32
}

/// A population with sites.
fn layer(name: &str, (width, height): (u32, u32), maps: u32, model: ModelSpec) -> PopulationSpec {
    PopulationSpec { name: name.to_owned(), shape: Shape::Grid { width, height, maps }, model, start: Vec::new() }
}

/// The images of a network whose first spike is the answer: latencies, or on-centre and off-centre cells.
fn retina(params: &Params, frame: Frame) -> PopulationSpec {
    let (code, maps) = match params.choice(P::Retina) {
        "on-off" => (Code::OnOff, 2),
        "on-off, 3 scales" => (Code::OnOff, 6),
        _ => (Code::Latency, 1),
    };
    image(params, frame, code, maps)
}

fn image(params: &Params, frame: Frame, code: Code, maps: u32) -> PopulationSpec {
    let image = Image { code, rate_max_hz: params.get(P::RateMax), latency_ms: params.get(P::Latency), floor: params.get(P::LatencyFloor) };
    layer("image", (frame.width as u32, frame.height as u32), maps, ModelSpec::Image(image))
}
