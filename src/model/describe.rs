//! What can be said of a network without building it.

use super::counts::ProjectionCount;
use super::field::{Field, Record};
use super::models::{Lif, ModelSpec};
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::task::TaskSpec;
use super::wiring::{CAP, DELAY, NORM, WEIGHT};
use serde::Serialize;
use std::collections::BTreeMap;

/// Facts about a network, for people and for `--json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Description {
    /// Time step in ms.
    pub dt_ms: f64,
    /// Neurons of all populations.
    pub neurons: u64,
    /// Expected synapses of all projections.
    pub synapses: f64,
    /// Estimated memory in bytes.
    pub bytes: f64,
    /// Smallest delay in ms; `None` without projections.
    pub shortest_delay_ms: Option<f64>,
    /// Largest delay in ms; `None` without projections, or if normally distributed delays have no limit.
    pub longest_delay_ms: Option<f64>,
    /// The populations.
    pub populations: Vec<PopulationLine>,
    /// The projections.
    pub projections: Vec<ProjectionLine>,
}

/// Facts about a population.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PopulationLine {
    /// Its name.
    pub name: String,
    /// Number of neurons.
    pub size: u32,
    /// Its model.
    pub model: &'static str,
    /// Width, height and maps, where the neurons are arranged.
    pub shape: Option<[u32; 3]>,
    /// All parameters of the model, and start values, as text with units.
    pub parameters: Vec<(String, String)>,
    /// Mean number of input spikes per second and neuron, from sources of known rate.
    pub input_hz: f64,
    /// Their mean drive in mV/s: the depolarisation that they cause per second, without leak. A spike causes its weight, or where
    /// its current decays with tau_syn, the weight times tau_syn / tau_m.
    pub drive_mv_per_s: f64,
    /// Mean depolarisation in mV by this input and by ri, with the leak, and the depolarisation from rest to the threshold, for models
    /// in which it follows in closed form (`Lif`).
    pub depolarisation_mv: Option<[f64; 2]>,
    /// Projections onto it whose rate depends on the activity of the network.
    pub unknown_input: Vec<String>,
}

/// Facts about a projection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectionLine {
    /// Its name.
    pub name: String,
    /// Presynaptic population.
    pub from: String,
    /// Postsynaptic population.
    pub to: String,
    /// Its receptor; `current` if it transmits a current.
    pub receptor: String,
    /// Its wiring, as text.
    pub wiring: String,
    /// Expected number of synapses.
    pub synapses: f64,
    /// Whether that number is exact.
    pub exact: bool,
    /// Mean number of synapses onto a postsynaptic neuron.
    pub indegree: f64,
    /// Mean number of synapses from a presynaptic neuron.
    pub outdegree: f64,
    /// Weights, as text.
    pub weight: String,
    /// Delays, as text.
    pub delay: String,
    /// Smallest delay in ms that can be drawn, after rounding to whole steps.
    pub shortest_delay_ms: f64,
    /// Largest delay in ms; `None` if a normal distribution has no limit.
    pub longest_delay_ms: Option<f64>,
    /// Expected number of its spikes per second that arrive at a neuron; `None` if it depends on the activity of the network.
    pub input_hz: Option<f64>,
    /// Whether a neuron can be connected with itself; `None` between two populations.
    pub self_connections: Option<bool>,
    /// Whether partners are drawn with replacement; `None` where none are drawn.
    pub multapses: Option<bool>,
    /// Pooling of the presynaptic sites, as text.
    pub pooling: Option<String>,
    /// The sum of weights that is kept, as text.
    pub norm: Option<String>,
    /// The largest weight of a kept sum without a rule, as text.
    pub cap: Option<String>,
    /// Its rule with all its parameters, as text.
    pub rule: Option<String>,
    /// All parameters of the rule, as text with units.
    pub rule_parameters: Vec<(String, String)>,
    /// Estimated memory in bytes.
    pub bytes: f64,
}

/// All fields, as text with units; `declared` gives each its unit.
fn values(record: &(impl Record + ?Sized), declared: impl Fn(&Field) -> Field) -> Vec<(String, String)> {
    let fields = record.fields().iter().enumerate();
    fields.map(|(index, field)| (field.name.to_owned(), declared(field).format(record.value(index)))).collect()
}

impl NetworkSpec {
    /// Facts about a network that [`NetworkSpec::check`] accepts. `duration_ms` gives the rate of given spike trains.
    pub fn describe(&self, duration_ms: Option<f64>) -> Description {
        self.describe_knowing(|population| population.model.rate_hz(duration_ms))
    }

    /// The same of a network with its task, whose duration gives the rate of given spike trains. The rate of place cells depends on what
    /// the network does.
    pub fn describe_for(&self, task: &TaskSpec) -> Description {
        let guided = task.environment().map(|maze| maze.place_cells.as_str());
        let known = |population: &PopulationSpec| guided != Some(population.name.as_str());
        self.describe_knowing(|population| population.model.rate_hz(task.duration_ms()).filter(|_| known(population)))
    }

    /// Facts with the mean rates in Hz of those populations of which they are known.
    fn describe_knowing(&self, rate_hz: impl Fn(&PopulationSpec) -> Option<f64>) -> Description {
        let counts = self.counts();
        let dt = self.dt_ms;
        let rate = |name: &str| self.population(name).and_then(&rate_hz);
        let line = |(projection, count): (&ProjectionSpec, &ProjectionCount)| {
            let unit = self.weight_unit(projection);
            let of_weights = |field: &Field| field.with_weights_in(unit);
            let rule_parameters = projection.rule.as_ref().map_or_else(Vec::new, |rule| values(rule.rule(), of_weights));
            ProjectionLine {
                name: projection.name.clone(),
                from: projection.from.clone(),
                to: projection.to.clone(),
                receptor: if self.is_current(projection) { "current" } else { projection.receptor_name() }.to_owned(),
                wiring: projection.wiring.text(),
                synapses: count.synapses,
                exact: count.exact,
                indegree: count.indegree,
                outdegree: count.outdegree,
                weight: projection.weight.text(&of_weights(&WEIGHT)),
                delay: projection.delay.text(&DELAY),
                shortest_delay_ms: projection
                    .delay
                    .limits()
                    .map_or(dt, |(low, _)| if self.is_current(projection) { 0.0 } else { whole_steps(low, dt) }),
                longest_delay_ms: if self.is_current(projection) {
                    Some(0.0)
                } else {
                    projection.delay.limits().map(|(_, high)| whole_steps(high, dt))
                },
                input_hz: rate(&projection.from).map(|rate| rate * count.indegree),
                self_connections: (projection.from == projection.to).then_some(projection.self_connections),
                multapses: projection.wiring.draws_partners().then_some(projection.multapses),
                pooling: projection.pooling.map(super::Pooling::text),
                norm: projection.norm_mv.map(|norm| of_weights(&NORM).format(norm)),
                cap: projection.cap_mv.map(|cap| of_weights(&CAP).format(cap)),
                rule: projection.rule.as_ref().map(|rule| {
                    let all = rule_parameters.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
                    format!("{}({})", rule.name(), all.join(", "))
                }),
                rule_parameters,
                bytes: count.bytes,
            }
        };
        let projections: Vec<ProjectionLine> = self.projections.iter().zip(&counts.projections).map(line).collect();
        let longest: Option<Vec<f64>> = projections.iter().map(|line| line.longest_delay_ms).collect();
        Description {
            dt_ms: dt,
            neurons: counts.neurons,
            synapses: counts.synapses,
            bytes: counts.bytes,
            shortest_delay_ms: projections.iter().map(|line| line.shortest_delay_ms).filter(|ms| *ms > 0.0).reduce(f64::min),
            longest_delay_ms: longest.and_then(|delays| delays.into_iter().reduce(f64::max)),
            populations: self.population_lines(&counts.projections, &rate_hz),
            projections,
        }
    }

    fn population_lines(&self, counts: &[ProjectionCount], rate_hz: impl Fn(&PopulationSpec) -> Option<f64>) -> Vec<PopulationLine> {
        let mut lines: Vec<PopulationLine> = self.populations.iter().map(PopulationSpec::line).collect();
        let index: BTreeMap<&str, usize> = self.populations.iter().enumerate().map(|(index, one)| (one.name.as_str(), index)).collect();
        let place = |name: &String| index.get(name.as_str()).copied();
        for (projection, count) in self.projections.iter().zip(counts) {
            let (Some(from), Some(to)) = (place(&projection.from), place(&projection.to)) else { continue };
            match rate_hz(&self.populations[from]) {
                Some(rate) => {
                    lines[to].input_hz += rate * count.indegree;
                    let effect = self.populations[to].model.model().effect_mv(projection.receptor_name(), projection.weight.mean());
                    lines[to].drive_mv_per_s += rate * count.indegree * effect;
                }
                // a current has no spikes
                None if self.is_current(projection) => {}
                None => lines[to].unknown_input.push(projection.name.clone()),
            }
        }
        for (line, population) in lines.iter_mut().zip(&self.populations) {
            if let ModelSpec::Lif(Lif { tau_m_ms, e_l_mv, v_th_mv, ri_mv, .. }) = &population.model {
                line.depolarisation_mv = Some([line.drive_mv_per_s * tau_m_ms * 1e-3 + ri_mv, v_th_mv - e_l_mv]);
            }
        }
        lines
    }
}

impl PopulationSpec {
    /// Facts about it, without its input.
    fn line(&self) -> PopulationLine {
        let mut parameters = values(self.model.model(), |field| *field);
        for (name, value) in &self.start {
            if let Some(field) = self.model.start_fields().iter().find(|field| field.name == name) {
                parameters.push((format!("start {name}"), value.text(field)));
            }
        }
        PopulationLine {
            name: self.name.clone(),
            size: self.size(),
            model: self.model.name(),
            shape: match self.shape {
                Shape::Line(_) => None,
                Shape::Grid { width, height, maps } => Some([width, height, maps]),
            },
            parameters,
            input_hz: 0.0,
            drive_mv_per_s: 0.0,
            depolarisation_mv: None,
            unknown_input: Vec::new(),
        }
    }
}

/// A delay as it is simulated: a whole number of steps, at least one.
fn whole_steps(ms: f64, dt_ms: f64) -> f64 {
    // in binary, 3 * 0.1 is not 0.3
    format!("{:.9e}", (ms / dt_ms).round().max(1.0) * dt_ms).parse().unwrap_or(ms)
}
