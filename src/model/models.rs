//! Neuron models. A model is one file: its fields, its receptors, its start values and what must hold between them. It is
//! listed here in one line.

mod ad_ex;
mod competing_lif;
mod currents;
mod escape_noise;
mod image;
mod izhikevich;
mod lif;
mod lif_cond;
mod poisson;
mod regular;
mod site_lif;
mod spike_source;

pub use ad_ex::{AD_EX, AdEx};
pub use competing_lif::{COMPETING_LIF, CompetingLif, Inhibition};
pub use currents::{Law, NOISE_CURRENT, NoiseCurrent, RAMP_CURRENT, RampCurrent, STEP_CURRENT, StepCurrent};
pub use escape_noise::{ESCAPE_NOISE, EscapeNoise};
pub use image::{Code, IMAGE, Image};
pub use izhikevich::{IZHIKEVICH, Izhikevich, Scheme};
pub use lif::{CurrentShape, LIF, Lif};
pub use lif_cond::{LIF_COND, LifCond};
pub use poisson::{POISSON, Poisson};
pub use regular::{REGULAR, Regular};
pub use site_lif::{SITE_LIF, SiteLif};
pub use spike_source::SpikeSource;
pub(super) use spike_source::spike_times;

use super::fault::{Faults, field};
use super::field::{Field, Record};
use super::node::{Fields, Node};
use super::plane::{Planar, Plane};
use super::shape::Shape;
use crate::params::Domain;
use crate::time::TimeGrid;

/// A place where spikes arrive at a neuron.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receptor {
    /// Its name in files.
    pub name: &'static str,
    /// Unit of the weights.
    pub unit: &'static str,
    /// What a spike does there.
    pub help: &'static str,
}

/// What the methods section of a report states about a model or rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Methods {
    /// Sentences.
    pub words: &'static str,
    /// Equations, with `,` and three spaces between two.
    pub equations: &'static str,
}

/// What a model declares beside its fields.
pub(crate) trait Model: Record {
    /// Where spikes arrive; a model without receptors receives nothing.
    fn receptors(&self) -> &'static [Receptor] {
        &[]
    }

    /// The variables whose start values a description can give.
    fn start(&self) -> &'static [Field] {
        &[]
    }

    /// Read fields that are no numbers.
    fn read(&mut self, _fields: &mut Fields, _faults: &mut Faults) {}

    /// Fields that are no numbers, as text.
    fn write(&self) -> Vec<(String, Node)> {
        Vec::new()
    }

    /// The name of a new population of the model; `A` stands for the next free letter.
    fn usual_name(&self) -> &'static str {
        "A"
    }

    /// Number and arrangement of the neurons of a new population.
    fn usual_shape(&self) -> Shape {
        Shape::Line(100)
    }

    /// Have what is given for each neuron, such as spike trains, for so many neurons.
    fn resize(&mut self, _size: u32) {}

    /// What the methods section of a report states about it.
    fn methods(&self) -> Methods;

    /// The depolarisation in mV, without leak, that all of one spike of this weight causes at rest.
    fn effect_mv(&self, _receptor: &str, weight: f64) -> f64 {
        weight
    }

    /// Whether its neurons have a membrane potential; by default those do whose potential at the start can be given.
    fn has_potential(&self) -> bool {
        self.start().iter().any(|field| field.name == "v")
    }

    /// Whether its neurons are sources of currents, which fire no spikes.
    fn emits_current(&self) -> bool {
        false
    }

    /// Whether its neurons receive currents; by default those do that have a constant input.
    fn receives_current(&self) -> bool {
        !self.receptors().is_empty() && self.fields().iter().any(|field| matches!(field.name, "ri" | "i"))
    }

    /// Whether its neurons are arranged by sites, with all neurons of a site together; only shared filters reach those.
    fn is_at_sites(&self, _shape: Shape) -> bool {
        false
    }

    /// Whether its neurons need trials with a beginning and an end, which a free run does not have.
    fn needs_trials(&self) -> bool {
        false
    }

    /// What does not fit: fields among each other, to the time step or to the neurons and their arrangement.
    fn check(&self, _path: &str, _shape: Shape, _grid: TimeGrid, _faults: &mut Faults) {}

    /// The model as a system in the plane, if it has a potential and one other variable.
    fn planar(&self) -> Option<&dyn Planar> {
        None
    }

    /// Mean rate of a neuron in Hz, where it follows from the description.
    fn rate_hz(&self, _duration_ms: Option<f64>) -> Option<f64> {
        None
    }

    /// Memory of a population of `size` neurons in bytes, estimated.
    fn bytes(&self, size: u32) -> u64;
}

/// A refractory period lasts a whole number of steps.
fn check_refractory(t_ref_ms: f64, path: &str, grid: TimeGrid, faults: &mut Faults) {
    if let Err(fault) = grid.steps(t_ref_ms) {
        faults.at(&field(path, "t_ref"), fault.to_string());
    }
}

/// The message about a value that is not below the limit that another field sets, both in mV.
fn not_below(name: &str, value_mv: f64, other: &str, limit_mv: f64) -> String {
    format!("{name} = {value_mv} mV must be below {other} = {limit_mv} mV; lower {name} or raise {other}")
}

macro_rules! models {
    ($(#[doc = $help:literal] $model:ident),*) => {
        /// The model of a population, with its parameters.
        #[derive(Debug, Clone, PartialEq)]
        pub enum ModelSpec { $(#[doc = $help] $model($model)),* }

        impl ModelSpec {
            /// The names of all models.
            pub const NAMES: &[&str] = &[$(stringify!($model)),*];

            /// The model called `name`, with the default of every parameter.
            pub fn named(name: &str) -> Option<Self> {
                $(if name == stringify!($model) {
                    return Some(Self::$model($model::default()));
                })*
                None
            }

            /// Its name in files.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$model(_) => stringify!($model)),* }
            }

            /// One sentence about it.
            pub fn help(&self) -> &'static str {
                match self { $(Self::$model(_) => $help.trim_ascii()),* }
            }

            pub(crate) fn model(&self) -> &dyn Model {
                match self { $(Self::$model(model) => model),* }
            }

            pub(crate) fn model_mut(&mut self) -> &mut dyn Model {
                match self { $(Self::$model(model) => model),* }
            }

            pub(crate) fn record_mut(&mut self) -> &mut dyn Record {
                match self { $(Self::$model(model) => model),* }
            }
        }
    };
}

models! {
    /// Leaky integrate-and-fire neurons: the usual neuron; start here.
    Lif,
    /// Lif neurons with conductance-based synapses: use it where the effect of a spike should depend on the potential.
    LifCond,
    /// Adaptive exponential integrate-and-fire neurons: use it for adaptation and bursts.
    AdEx,
    /// Izhikevich neurons: use it for many firing patterns with four parameters.
    Izhikevich,
    /// Random spikes at a rate (Poisson spike trains): the usual source of input.
    Poisson,
    /// Regular spikes at a rate, with a phase for each neuron: input without randomness.
    Regular,
    /// Spikes at times that you give, for each neuron: input that is the same in every run.
    SpikeSource,
    /// A constant current for some time: use it to see how neurons respond to a step.
    StepCurrent,
    /// A current that changes linearly: use it to pass through a range of currents in one run.
    RampCurrent,
    /// A noisy current, correlated in time or not: use it for fluctuating input without spikes.
    NoiseCurrent,
    /// Spikes of the image that the task presents: the input of networks that learn images.
    Image,
    /// Lif neurons that inhibit each other: use it for an output layer in which few neurons respond.
    CompetingLif,
    /// Lif neurons at sites with k winners at each: use it for layers of shared filters.
    SiteLif,
    /// Neurons with random threshold (escape noise) whose first spike is the answer; for the rule RMax.
    EscapeNoise
}

impl ModelSpec {
    /// The fields of the model, in the order of its table.
    pub fn fields(&self) -> &'static [Field] {
        self.model().fields()
    }

    /// The value of a field, in its unit; a choice as its index.
    pub fn value(&self, name: &str) -> Option<f64> {
        let index = self.fields().iter().position(|field| field.name == name)?;
        Some(self.model().value(index))
    }

    /// The chosen name of a field; empty if it is no choice.
    pub fn choice(&self, name: &str) -> &'static str {
        match self.fields().iter().find(|field| field.name == name).map(|field| field.domain) {
            Some(Domain::Choice(names)) => self.value(name).and_then(|value| names.get(value as usize)).copied().unwrap_or_default(),
            _ => "",
        }
    }

    /// Where spikes arrive at a neuron; empty for models that receive nothing.
    pub fn receptors(&self) -> &'static [Receptor] {
        self.model().receptors()
    }

    /// The variables whose start values a description can give.
    pub fn start_fields(&self) -> &'static [Field] {
        self.model().start()
    }

    /// What the methods section of a report states about it.
    pub fn methods(&self) -> Methods {
        self.model().methods()
    }

    /// Whether its neurons have a membrane potential; sources of spikes and of currents have none.
    pub fn has_potential(&self) -> bool {
        self.model().has_potential()
    }

    /// Its phase plane; models without a second variable beside the potential have none.
    pub fn plane(&self) -> Option<Plane<'_>> {
        self.model().planar().map(Plane)
    }

    /// Whether its neurons need trials with a beginning and an end, which a free run does not have.
    pub fn needs_trials(&self) -> bool {
        self.model().needs_trials()
    }

    /// Mean rate of a neuron in Hz where it follows from the description: that of Poisson and of given spike trains, the
    /// latter over `duration_ms`.
    pub fn rate_hz(&self, duration_ms: Option<f64>) -> Option<f64> {
        self.model().rate_hz(duration_ms)
    }
}

#[cfg(test)]
#[allow(unreachable_pub)] // the macro declares what a model exports
mod tests {
    use crate::model::field::{Record, real, record};

    // the listing of docs/NEURON_MODEL.md
    record! {
        /// Izhikevich neurons.
        Izhikevich, IZHIKEVICH {
            a: f64, "a", "", real(0.0, 1.0), 0.02, Live;
                "Rate at which the recovery variable follows the potential."; "Izhikevich 2003, IEEE Trans Neural Netw 14:1569"
        }
    }

    #[test]
    fn the_listing_of_the_documentation_compiles() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        let docs = include_str!("../../docs/NEURON_MODEL.md");
        let listing = docs.split("```rust,ignore").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
        assert!(!listing.trim().is_empty() && words(include_str!("models.rs")).contains(&words(listing)), "{listing}");
        assert_eq!((IZHIKEVICH[0].name, Izhikevich::default().value(0)), ("a", 0.02));
    }
}
