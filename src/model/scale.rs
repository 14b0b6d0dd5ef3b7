//! The same network with fewer or more neurons and synapses: in-degrees grow with the populations, weights shrink with their square
//! root, and a constant current makes up for the difference of the mean input (van Albada, Helias & Diesmann 2015).

mod text;

use super::counts::Counts;
use super::distribution::Distribution;
use super::fault::{FaultList, Faults, entry, field, quoted};
use super::field::{Field, log, real};
use super::models::{Lif, ModelSpec};
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::wiring::Wiring;
use crate::params::Change;

const VAN_ALBADA: &str = "van Albada, Helias & Diesmann 2015, PLoS Comput Biol 11:e1004490";

/// Size of a network relative to the full one.
pub(super) static FACTOR: Field = Field {
    name: "factor",
    unit: "",
    domain: log(0.001, 100.0),
    default: 1.0,
    change: Change::Rebuild,
    help: "Size of the populations relative to the full network.",
    source: VAN_ALBADA,
};

/// Mean rate of a population of the full network.
pub(super) static RATE: Field = Field {
    name: "rate",
    unit: "Hz",
    domain: real(0.0, 1e6),
    default: 0.0,
    change: Change::Rebuild,
    help: "Mean rate of the neurons in the full network.",
    source: VAN_ALBADA,
};

/// The size of a network relative to a full one, and what has to be known of that to change it. In a preset file:
/// `scale: (factor: 0.1, full: {"E": (size: 20683, rate: "0.9 Hz")})`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Size of the network as it is, relative to the full one; 0.001 to 100.
    pub factor: f64,
    /// The populations of neurons of the full network. Those of Poisson input follow their targets.
    pub full: Vec<FullPopulation>,
}

/// A population of the full network.
#[derive(Debug, Clone, PartialEq)]
pub struct FullPopulation {
    /// Its name.
    pub name: String,
    /// Number of its neurons.
    pub size: u32,
    /// Their mean rate in Hz, on which the constant current relies.
    pub rate_hz: f64,
}

impl Scale {
    /// The network at another size relative to the full one, and its scale.
    ///
    /// * Populations get `factor` times the neurons of the full network, and neurons the in-degrees that follow: probabilities stay
    ///   as they are, `Indegree` and `Outdegree` change by the ratio of the factors. Input by `OneToOne` from a Poisson population
    ///   stands for many synapses; its rate changes by the ratio.
    /// * Weights are divided by the square root of the ratio, which keeps the variance of the input.
    /// * `ri` changes by the difference of the mean inputs, so that their sum is kept.
    ///
    /// Correlations between neurons are not kept, and rates only as far as these do not matter.
    ///
    /// # Errors
    /// All faults: a model other than `Lif` and `Poisson`, weights that change, wirings that have no size, a population of neurons
    /// that `full` does not list, or a network that would be too large.
    pub fn apply(&self, network: &NetworkSpec, factor: f64) -> Result<(NetworkSpec, Self), FaultList> {
        let mut faults = Faults::default();
        if let Some(message) = FACTOR.out_of_range(factor) {
            faults.at("scale", message);
        }
        self.check(network, &mut faults);
        if !faults.is_empty() {
            return faults.or((network.clone(), self.clone()));
        }
        let ratio = factor / self.factor;
        let mut scaled = network.clone();
        for population in &mut scaled.populations {
            if let Some(full) = self.of(&population.name) {
                population.shape = Shape::Line(whole(f64::from(full.size) * factor));
            } else if let Some(target) = own_input(network, population).and_then(|target| self.of(target)) {
                population.shape = Shape::Line(whole(f64::from(target.size) * factor));
            } else {
                population.shape = Shape::Line(whole(f64::from(population.size()) * ratio));
            }
            if let (Some(_), ModelSpec::Poisson(poisson)) = (own_input(network, population), &mut population.model) {
                poisson.rate_hz = digits(poisson.rate_hz * ratio);
            }
        }
        for projection in &mut scaled.projections {
            projection.weight = projection.weight.times(1.0 / ratio.sqrt());
            if let Wiring::Indegree(k) | Wiring::Outdegree(k) = &mut projection.wiring {
                *k = (f64::from(*k) * ratio).round() as u32;
            }
        }
        let means = self.mean_inputs_mv(network).into_iter().zip(self.mean_inputs_mv(&scaled));
        for (population, (before, after)) in scaled.populations.iter_mut().zip(means) {
            if let ModelSpec::Lif(lif) = &mut population.model {
                lif.ri_mv = ((lif.ri_mv + before - after) * 1e4).round() / 1e4;
            }
        }
        scaled.check()?;
        Ok((scaled, Self { factor, full: self.full.clone() }))
    }

    /// Mean of R I by all synapses onto a neuron of every population, in mV, at the rates of the full network; `ri` is not included.
    pub fn mean_inputs_mv(&self, network: &NetworkSpec) -> Vec<f64> {
        let Counts { projections: counts, .. } = network.counts();
        let mean_mv = |population: &PopulationSpec| {
            let onto = network.projections.iter().zip(&counts).filter(|(projection, _)| projection.to == population.name);
            onto.map(|(projection, count)| {
                let rate_hz = network.population(&projection.from).and_then(|from| self.rate_hz(from)).unwrap_or(0.0);
                let jump_mv = population.model.model().effect_mv(projection.receptor_name(), projection.weight.mean());
                count.indegree * rate_hz * jump_mv * population.model.value(TAU_M).unwrap_or(0.0) * 1e-3
            })
            .sum()
        };
        network.populations.iter().map(mean_mv).collect()
    }

    fn of(&self, name: &str) -> Option<&FullPopulation> {
        self.full.iter().find(|full| full.name == name)
    }

    /// The rate of a population at any size: its own for Poisson input, that of the full network for neurons.
    fn rate_hz(&self, population: &PopulationSpec) -> Option<f64> {
        match &population.model {
            ModelSpec::Poisson(poisson) => Some(poisson.rate_hz),
            _ => self.of(&population.name).map(|full| full.rate_hz),
        }
    }

    /// What cannot be scaled.
    fn check(&self, network: &NetworkSpec, faults: &mut Faults) {
        for full in self.full.iter().filter(|full| network.population(&full.name).is_none()) {
            faults.at(&entry("scale.full", &full.name), "the network has no such population; remove it or write its name");
        }
        for population in &network.populations {
            let path = entry("populations", &population.name);
            match &population.model {
                ModelSpec::Lif(Lif { .. }) if self.of(&population.name).is_none() => {
                    let example = format!("{}: (size: {}, rate: \"5 Hz\")", quoted(&population.name), population.size());
                    faults.at(&path, format!("its size and rate in the full network are not known; add to scale.full {example}"));
                }
                ModelSpec::Lif(_) | ModelSpec::Poisson(_) => {}
                other => {
                    faults
                        .at(&field(&path, "model"), format!("{} cannot be scaled; the models that can are Lif and Poisson", other.name()));
                }
            }
            if let Shape::Grid { .. } = population.shape {
                faults.at(&field(&path, "shape"), "neurons in rows cannot be scaled; write a size");
            }
        }
        network.projections.iter().for_each(|projection| check_projection(network, projection, faults));
    }
}

const TAU_M: &str = "tau_m";

fn check_projection(network: &NetworkSpec, projection: &ProjectionSpec, faults: &mut Faults) {
    let path = entry("projections", &projection.name);
    if projection.learns() || projection.norm_mv.is_some() {
        faults.at(&path, "weights that change cannot be scaled; remove what changes them");
    }
    let from = network.population(&projection.from);
    match &projection.wiring {
        Wiring::OneToOne if from.is_some_and(|from| own_input(network, from).is_some()) => {}
        Wiring::OneToOne => {
            let message = "OneToOne can be scaled only from a Poisson population without other projections, whose rate is then scaled";
            faults.at(&field(&path, "wiring"), message);
        }
        Wiring::Ring(_) | Wiring::Explicit(_) | Wiring::Shared { .. } => {
            faults.at(&field(&path, "wiring"), format!("{} cannot be scaled", projection.wiring.name()));
        }
        Wiring::AllToAll | Wiring::Probability(_) | Wiring::Indegree(_) | Wiring::Outdegree(_) => {}
    }
}

/// The target of a Poisson population that gives each of its neurons a spike train of its own, and nothing else.
fn own_input<'a>(network: &'a NetworkSpec, population: &PopulationSpec) -> Option<&'a str> {
    let mut from = network.projections.iter().filter(|projection| projection.from == population.name);
    let only = from.next().filter(|only| only.wiring == Wiring::OneToOne && matches!(population.model, ModelSpec::Poisson(_)))?;
    from.next().is_none().then_some(only.to.as_str())
}

/// A number of neurons, at least one.
fn whole(size: f64) -> u32 {
    size.round().max(1.0) as u32
}

/// Six significant digits, as a person would write.
fn digits(value: f64) -> f64 {
    // invariant: such a text is a number
    format!("{value:.5e}").parse().expect("a number")
}

impl Distribution {
    /// The same distribution of values that are `factor` times as large, with six significant digits.
    fn times(&self, factor: f64) -> Self {
        let times = |value: f64| digits(value * factor);
        match *self {
            Self::Constant(value) => Self::Constant(times(value)),
            Self::Uniform { low, high } => Self::Uniform { low: times(low), high: times(high) },
            Self::Normal { mean, sd } => Self::Normal { mean: times(mean), sd: times(sd) },
            Self::LogNormal { mean, sd } => Self::LogNormal { mean: times(mean), sd: times(sd) },
            Self::Gabor | Self::Noise => *self,
        }
    }
}
