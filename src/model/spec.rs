//! The description of a network: populations and projections, in the order of the file.

use super::distribution::Distribution;
use super::models::ModelSpec;
use super::pooling::Pooling;
use super::rules::RuleSpec;
use super::shape::Shape;
use super::wiring::Wiring;

/// A network as data. A value of this type can be invalid; [`NetworkSpec::check`] tells.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkSpec {
    /// Time step in ms, 0.001 to 10.
    pub dt_ms: f64,
    /// The populations, each with a name of its own.
    pub populations: Vec<PopulationSpec>,
    /// The projections, each with a name of its own.
    pub projections: Vec<ProjectionSpec>,
}

/// A group of neurons of one model.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationSpec {
    /// Its name; without `->`.
    pub name: String,
    /// Number and arrangement of its neurons.
    pub shape: Shape,
    /// Its model, with parameters.
    pub model: ModelSpec,
    /// Start values by the name of the variable (see [`ModelSpec::start_fields`]); others have their resting value.
    pub start: Vec<(String, Distribution)>,
}

/// Synapses from one population onto another or onto itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectionSpec {
    /// Its name. `A->B` gives the ends, unless they are written.
    pub name: String,
    /// Name of the presynaptic population.
    pub from: String,
    /// Name of the postsynaptic population.
    pub to: String,
    /// Receptor of the postsynaptic model; without it the sign of the weight decides, see [`ProjectionSpec::receptor_name`].
    pub receptor: Option<String>,
    /// Which neurons are connected.
    pub wiring: Wiring,
    /// Whether a neuron may be connected with itself, in a projection of a population onto itself (`autapses`).
    pub self_connections: bool,
    /// Whether `Indegree` and `Outdegree` draw with replacement; true is NEST's default. Without effect on other wirings.
    pub multapses: bool,
    /// Weights in mV, -10,000 to 10,000.
    pub weight: Distribution,
    /// Delays in ms, one step to [`MAX_DELAY_STEPS`](super::MAX_DELAY_STEPS) steps.
    pub delay: Distribution,
    /// Relays that pool the spikes of neighbouring sites of the presynaptic population.
    pub pooling: Option<Pooling>,
    /// Sum in mV of the weights onto every postsynaptic neuron, to which they are scaled at the start and after every trial; 0 for
    /// no scaling. Weights above the `w_max` of the rule are then capped. For all-to-all synapses in trials.
    pub norm_mv: Option<f64>,
    /// Largest weight in mV of a projection with `norm_mv` but without a rule; a rule has a limit of its own.
    pub cap_mv: Option<f64>,
    /// Number of the stream of random numbers from which it is drawn; without it, its place in the list.
    pub stream: Option<u32>,
    /// The learning rule; without it weights are constant.
    pub rule: Option<RuleSpec>,
}

impl NetworkSpec {
    /// A network without populations.
    pub fn new(dt_ms: f64) -> Self {
        Self { dt_ms, populations: Vec::new(), projections: Vec::new() }
    }

    /// The population called `name`.
    pub fn population(&self, name: &str) -> Option<&PopulationSpec> {
        self.populations.iter().find(|population| population.name == name)
    }

    /// The projection called `name`.
    pub fn projection(&self, name: &str) -> Option<&ProjectionSpec> {
        self.projections.iter().find(|projection| projection.name == name)
    }
}

impl PopulationSpec {
    /// A population without start values.
    pub fn new(name: impl Into<String>, size: u32, model: ModelSpec) -> Self {
        Self { name: name.into(), shape: Shape::Line(size), model, start: Vec::new() }
    }

    /// Number of neurons.
    pub fn size(&self) -> u32 {
        self.shape.size()
    }
}

impl ProjectionSpec {
    /// A projection with the ends that its name gives (`A->B`), a weight of 0 and a delay of 1 ms.
    pub fn new(name: impl Into<String>, wiring: Wiring) -> Self {
        let name = name.into();
        let (from, to) = Self::ends_of(&name).unwrap_or_default();
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            name,
            receptor: None,
            wiring,
            self_connections: false,
            multapses: true,
            weight: Distribution::Constant(0.0),
            delay: Distribution::Constant(1.0),
            pooling: None,
            norm_mv: None,
            cap_mv: None,
            stream: None,
            rule: None,
        }
    }

    /// The ends that a name gives.
    pub fn ends_of(name: &str) -> Option<(&str, &str)> {
        name.split_once("->").map(|(from, to)| (from.trim(), to.trim()))
    }

    /// Whether its weights change.
    pub fn learns(&self) -> bool {
        self.rule.as_ref().is_some_and(RuleSpec::learns)
    }

    /// Smallest and largest weight in mV that its rule allows.
    pub fn limits_mv(&self) -> (f64, f64) {
        let Some(rule) = &self.rule else { return (f64::NEG_INFINITY, f64::INFINITY) };
        let (least, most) = rule.weights_mv();
        // 0 has no sign
        if rule.is_negative(self.weight.mean()) { (0.0 - most, 0.0 - least) } else { (least, most) }
    }

    /// The receptor: the stated one, otherwise `inhibitory` for weights that are negative or become so by their rule, and `excitatory`
    /// for others.
    pub fn receptor_name(&self) -> &str {
        let mean = self.weight.mean();
        let negative = mean < 0.0 || self.rule.as_ref().is_some_and(|rule| rule.is_negative(mean));
        self.receptor.as_deref().unwrap_or(if negative { "inhibitory" } else { "excitatory" })
    }

    /// The rows of its synapses: the presynaptic neurons, or the relays that pool their spikes.
    pub fn input(&self, from: Shape) -> Shape {
        let Some(pooling) = self.pooling else { return from };
        let (width, height, maps) = from.grid();
        let (width, height) = pooling.cells((width, height));
        Shape::Grid { width, height, maps }
    }

    /// Columns and rows of sites that the filters of a shared wiring make on such an input; zero where they do not fit.
    pub fn sites(&self, input: Shape) -> Option<(u32, u32)> {
        let Wiring::Shared { size, stride, pad } = self.wiring else { return None };
        let along = |n: u32| {
            let room = (u64::from(n) + 2 * u64::from(pad)).checked_sub(u64::from(size));
            room.map_or(0, |room| u32::try_from(room / u64::from(stride.max(1)) + 1).unwrap_or(u32::MAX))
        };
        let (width, height, _) = input.grid();
        Some((along(width), along(height)))
    }

    /// Whether it connects a population with itself and leaves out connections of a neuron with itself.
    pub fn leaves_out_self(&self) -> bool {
        self.from == self.to && !self.self_connections
    }
}
