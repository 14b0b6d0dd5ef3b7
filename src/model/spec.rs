//! The description of a network: populations and projections, in the order of the file.

use super::distribution::Distribution;
use super::models::ModelSpec;
use super::rules::RuleSpec;
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

/// Number and arrangement of neurons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// So many neurons without an arrangement. In the file: `size: 800`.
    Line(u32),
    /// Rows of `width` neurons; neuron `y * width + x` has place (x, y). In the file: `shape: (28, 28)`.
    Grid {
        /// Neurons in a row.
        width: u32,
        /// Number of rows.
        height: u32,
    },
}

impl Shape {
    /// Number of neurons.
    pub fn size(self) -> u32 {
        match self {
            Self::Line(size) => size,
            Self::Grid { width, height } => width.saturating_mul(height),
        }
    }
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
    /// The learning rule; without it weights are constant.
    pub rule: Option<RuleSpec>,
}

/// What is done with a network.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskSpec {
    /// Simulate it for so long.
    FreeRun {
        /// Duration in ms, a whole number of steps.
        duration_ms: f64,
        /// Rewards: time in ms, a whole number of steps, rising; and amount, -1000 to 1000, which is added to the concentration of
        /// the neuromodulator. In the file: `rewards: [("2 s", 1.0)]`.
        rewards: Vec<(f64, f64)>,
    },
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
    pub fn new(name: &str, size: u32, model: ModelSpec) -> Self {
        Self { name: name.to_owned(), shape: Shape::Line(size), model, start: Vec::new() }
    }

    /// Number of neurons.
    pub fn size(&self) -> u32 {
        self.shape.size()
    }
}

impl ProjectionSpec {
    /// A projection with the ends that its name gives (`A->B`), a weight of 0 and a delay of 1 ms.
    pub fn new(name: &str, wiring: Wiring) -> Self {
        let (from, to) = Self::ends_of(name).unwrap_or_default();
        Self {
            name: name.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            receptor: None,
            wiring,
            self_connections: false,
            multapses: true,
            weight: Distribution::Constant(0.0),
            delay: Distribution::Constant(1.0),
            rule: None,
        }
    }

    /// The ends that a name gives.
    pub fn ends_of(name: &str) -> Option<(&str, &str)> {
        name.split_once("->").map(|(from, to)| (from.trim(), to.trim()))
    }

    /// The receptor: the stated one, otherwise `inhibitory` for negative and `excitatory` for other weights.
    pub fn receptor_name(&self) -> &str {
        self.receptor.as_deref().unwrap_or(if self.weight.mean() < 0.0 { "inhibitory" } else { "excitatory" })
    }

    /// Whether it connects a population with itself and leaves out connections of a neuron with itself.
    pub fn leaves_out_self(&self) -> bool {
        self.from == self.to && !self.self_connections
    }
}
