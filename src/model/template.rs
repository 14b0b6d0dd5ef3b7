//! Templates: networks that parameters of the registry describe. One file for each, with everything that holds for it alone:
//! the description, the stages of learning, when its parameters have an effect or contradict each other, what ablations remove,
//! and its methods.

mod competing;
mod deep;
mod features;
mod neuron;
mod pair;
mod relations;

pub use competing::{competing, neurons, pair_stdp};
pub use deep::deep;
pub use features::features;

use super::models::{Code, Image, ModelSpec};
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec};
use super::stage::Stage;
use crate::params::{Domain, Idle, ParamId as P, Params, Setup, Template};

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
    /// The rule of a preset once all stages are over.
    pub fn last(params: &Params) -> Self {
        Self::after(params, u64::MAX)
    }

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

/// A condition for a parameter to have an effect, whether it holds, and what is missing otherwise.
pub(super) type Condition = (bool, Idle);

/// A mechanism that an ablation removes: what that means in this network, and the values that remove it or the reason why it
/// cannot be removed.
pub type Removal = (&'static str, Result<Vec<(P, f64)>, &'static str>);

/// A paragraph or an equation of the methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A paragraph.
    Words(&'static str),
    /// Equations, separated by `",   "`.
    Equation(&'static str),
}

/// What holds for one template and for no other.
pub trait NetworkTemplate: Sync {
    /// The network for such images; `None` for templates without images.
    fn network(&self, _params: &Params, _frame: Frame, _rule: OutputRule) -> Option<NetworkSpec> {
        None
    }

    /// The stages in which the hidden layers learn, one after the other; the outputs learn after the last.
    fn stages(&self, _params: &Params) -> Vec<Stage> {
        Vec::new()
    }

    /// Whether the output neurons have escape noise and the first spike is the answer.
    fn races(&self) -> bool {
        false
    }

    /// The learning rules that its outputs can have: choices of `rule`. None for templates that do not learn from rewards.
    fn rules(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a rule converts rewards to changes of weights, and what that takes.
    fn rewarded(&self, _params: &Params) -> Condition {
        (false, Idle::Never("it does not learn from rewards"))
    }

    /// Contradictions between its parameters.
    fn contradictions(&self, _params: &Params) -> Vec<String> {
        Vec::new()
    }

    /// What a parameter needs to have an effect.
    fn conditions(&self, _params: &Params, _id: P) -> Vec<Condition> {
        Vec::new()
    }

    /// Methods of the network.
    fn methods(&self) -> &'static [Part] {
        &[]
    }

    /// Methods of the readout and of layers that learn before it.
    fn readout(&self, _params: &Params) -> Vec<Part> {
        Vec::new()
    }

    /// Credit does not depend on when an input came.
    fn without_timing(&self, _params: &Params) -> Removal {
        ("", Err("its outputs have no leak, so timing has no effect"))
    }

    /// Neurons do not inhibit each other. Hidden layers keep the competition that decides which filter learns, and outputs that
    /// race keep the one that is their answer.
    fn without_inhibition(&self, _params: &Params) -> Removal {
        ("", Err("without hidden neurons there is only the first-spike readout"))
    }

    /// The numbers of filters of the hidden layers that exist.
    fn layers(&self, _params: &Params) -> Vec<P> {
        Vec::new()
    }
}

/// All templates, in the order of `Template`.
static TEMPLATES: [&dyn NetworkTemplate; 5] = [&competing::Competing, &features::Features, &deep::Deep, &neuron::Neuron, &pair::Pair];

impl Template {
    /// What holds for it.
    pub fn spec(self) -> &'static dyn NetworkTemplate {
        TEMPLATES[self as usize]
    }
}

impl Setup {
    /// The network of a template for such images; `None` for those without images and for described networks.
    pub fn network(self, params: &Params, frame: Frame, rule: OutputRule) -> Option<NetworkSpec> {
        self.template()?.spec().network(params, frame, rule)
    }

    /// The stages of a template in which its hidden layers learn.
    pub fn stages(self, params: &Params) -> Vec<Stage> {
        self.template().map(|template| template.spec().stages(params)).unwrap_or_default()
    }

    /// The stage of a template whose outputs begin with another rule than that of `network`, the rule they have in the end.
    pub fn first_rule(self, params: &Params, frame: Frame, network: &NetworkSpec) -> Option<Stage> {
        let first = OutputRule::after(params, 0);
        if first.name == OutputRule::last(params).name {
            return None;
        }
        let at_first = self.network(params, frame, first)?;
        let mut differing = at_first.projections.iter().zip(&network.projections).filter(|(first, last)| first.rule != last.rule);
        let (projection, _) = differing.next()?;
        let images = params.count(P::StdpImages) as u64;
        Some(Stage { rule: projection.rule.clone(), ..Stage::new(vec![projection.name.clone()], images) })
    }

    /// Whether the output neurons have escape noise and the first spike is the answer. Described networks say so by their models.
    pub fn races(self) -> bool {
        self.template().is_some_and(|template| template.spec().races())
    }
}

/// What an ablation of inhibition does to hidden layers.
const SITES: &str = "Spikes at a site of a hidden layer do not inhibit its other neurons. The competition that decides which filter learns, and the first-spike readout, remain.";

/// The smallest value of a parameter.
fn least(id: P) -> f64 {
    match id.spec().domain {
        Domain::Real { min, .. } | Domain::Integer { min, .. } => min,
        Domain::Choice(_) => 0.0,
    }
}

/// The largest value of a parameter.
fn greatest(id: P) -> f64 {
    match id.spec().domain {
        Domain::Real { max, .. } | Domain::Integer { max, .. } => max,
        Domain::Choice(words) => words.len() as f64 - 1.0,
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
