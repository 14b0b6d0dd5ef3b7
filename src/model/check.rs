//! What must hold in a description. All faults are found at once; what is already known to be wrong is not judged again.

use super::distribution::Distribution;
use super::fault::{FaultList, Faults, entry, field, quoted};
use super::field::{Field, Record, log};
use super::pooling::POOLING;
use super::rules::RuleSpec;
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::wiring::{DELAY, MAX_DELAY_STEPS, WEIGHT, Wiring};
use crate::params::{Change, nearest};
use crate::time::TimeGrid;
use std::collections::BTreeSet;

/// The time step.
pub(crate) static DT: Field = Field {
    name: "dt",
    unit: "ms",
    domain: log(0.001, 10.0),
    default: 0.1,
    change: Change::Rebuild,
    help: "Time step of the simulation; every constant delay and duration is a whole number of steps.",
    source: "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 1",
};

/// Characters of a name, at most.
const LONGEST_NAME: usize = 200;

impl NetworkSpec {
    /// Whether the network can be built: all faults, each with its place, the given value, what is allowed and the remedy.
    pub fn check(&self) -> Result<(), FaultList> {
        let mut faults = Faults::default();
        self.check_into(&mut faults);
        faults.or(())
    }

    /// Add faults to those that reading has found.
    pub(crate) fn check_into(&self, faults: &mut Faults) {
        let grid = DT.domain.admits(self.dt_ms).then(|| TimeGrid::new(self.dt_ms));
        if let Some(message) = DT.out_of_range(self.dt_ms) {
            faults.at("dt", message);
        }
        if self.populations.is_empty() && !faults.within("populations") {
            faults.at("populations", "there are none; add one, as {\"E\": (size: 100, model: Lif())}");
        }
        let mut names = BTreeSet::new();
        for population in &self.populations {
            check_name("populations", &population.name, &mut names, faults);
            population.check(grid, faults);
        }
        for projection in &self.projections {
            check_name("projections", &projection.name, &mut names, faults);
            self.check_projection(projection, grid, faults);
        }
        self.check_images(faults);
        self.check_currents(faults);
        self.check_counts(faults);
    }

    fn check_projection(&self, projection: &ProjectionSpec, grid: Option<TimeGrid>, faults: &mut Faults) {
        let (path, unit) = (entry("projections", &projection.name), self.weight_unit(projection));
        let [from, to] = [("from", &projection.from), ("to", &projection.to)].map(|(side, name)| {
            let place = field(&path, side);
            let found = self.population(name);
            if found.is_none() && !faults.within(&place) && !self.populations.is_empty() {
                faults.at(&place, self.nowhere(name));
            }
            // faults of a population are named once
            found.filter(|population| !faults.within(&entry("populations", &population.name)))
        });
        if !faults.within(&field(&path, "weight")) {
            projection.weight.check(&WEIGHT.with_weights_in(unit), &field(&path, "weight"), faults);
            if self.is_current(projection) {
                projection.check_current(to, &path, faults);
            } else {
                projection.check_receptor(to, &path, faults);
            }
        }
        if let Some(grid) = grid
            && !faults.within(&field(&path, "delay"))
        {
            check_delay(&projection.delay, grid, self.acts_at_once(projection), &field(&path, "delay"), faults);
        }
        if !faults.within(&field(&path, "wiring")) {
            projection.check_flags(&path, faults);
            if let (Some(from), Some(to)) = (from, to) {
                projection.check_wiring(from.size(), to.size(), &field(&path, "wiring"), faults);
            }
        }
        if let Some(rule) = &projection.rule {
            check_record(rule.rule(), |field| field.with_weights_in(unit), &field(&path, "rule"), faults);
            check_rule(rule, (projection, unit), &path, faults);
        }
        let pooled = projection.pooling.and_then(|pooling| POOLING.out_of_range(pooling.number()));
        if let Some(message) = pooled.filter(|_| !faults.within(&field(&path, "pooling"))) {
            faults.at(&field(&path, "pooling"), message);
        }
        if let (Some(from), Some(to)) = (from, to)
            && !faults.within(&path)
        {
            projection.check_layers(from, to, &path, faults);
        }
    }

    /// Add the faults of a projection of this network, or of one to be added, whatever else is wrong.
    pub(super) fn check_alone(&self, projection: &ProjectionSpec, faults: &mut Faults) {
        let grid = DT.domain.admits(self.dt_ms).then(|| TimeGrid::new(self.dt_ms));
        let mut all = Faults::default();
        for population in self.populations.iter().filter(|one| [&projection.from, &projection.to].contains(&&one.name)) {
            population.check_shape(&entry("populations", &population.name), &mut all);
        }
        self.check_projection(projection, grid, &mut all);
        let path = entry("projections", &projection.name);
        all.into_vec().into_iter().filter(|fault| fault.path.starts_with(&path)).for_each(|fault| faults.at(&fault.path, fault.message));
    }

    pub(super) fn nowhere(&self, name: &str) -> String {
        let names = || self.populations.iter().map(|population| population.name.as_str());
        let near = nearest(name, names()).map_or_else(String::new, |near| format!("; did you mean {}?", quoted(near)));
        let list = names().take(20).map(quoted).collect::<Vec<_>>().join(", ");
        format!("there is no population {}; the populations are {list}{near}", quoted(name))
    }
}

/// What is wrong with the name of a population or projection.
pub(super) fn name_fault(map: &str, name: &str) -> Option<String> {
    if name.trim() != name || name.is_empty() || name.chars().any(char::is_control) || name.chars().count() > LONGEST_NAME {
        return Some(format!("a name has 1 to {LONGEST_NAME} characters, no line breaks, and no space at either end; rename it"));
    }
    (map == "populations" && name.contains("->")).then(|| "-> separates the ends of a projection; rename the population".to_owned())
}

fn check_name(map: &str, name: &str, names: &mut BTreeSet<String>, faults: &mut Faults) {
    let path = entry(map, name);
    if let Some(message) = name_fault(map, name) {
        faults.at(&path, message);
    }
    if !names.insert(name.to_owned()) {
        faults.at(&path, "the name is given twice; rename one of them");
    }
}

/// Neurons of a grid.
fn cells(width: u32, height: u32, maps: u32) -> u64 {
    (u64::from(width) * u64::from(height)).saturating_mul(u64::from(maps))
}

/// Values of a table out of range; `declare` gives each field its unit.
fn check_record(record: &(impl Record + ?Sized), declare: impl Fn(&Field) -> Field, path: &str, faults: &mut Faults) {
    for (index, declared) in record.fields().iter().enumerate() {
        let place = field(path, declared.name);
        if let Some(message) = declare(declared).out_of_range(record.value(index)).filter(|_| !faults.within(&place)) {
            faults.at(&place, message);
        }
    }
}

impl PopulationSpec {
    /// The number of neurons.
    pub(super) fn check_shape(&self, path: &str, faults: &mut Faults) {
        match self.shape {
            Shape::Line(0) => faults.at(&field(path, "size"), "0 is out of range; allowed: a whole number from 1 to 4294967295"),
            Shape::Grid { width, height, maps } if !(1..=u64::from(u32::MAX)).contains(&cells(width, height, maps)) => {
                faults.at(&field(path, "shape"), format!("{width} x {height} x {maps} neurons are out of range; allowed: 1 to 4294967295"));
            }
            Shape::Line(_) | Shape::Grid { .. } => {}
        }
    }

    fn check(&self, grid: Option<TimeGrid>, faults: &mut Faults) {
        let path = entry("populations", &self.name);
        self.check_shape(&path, faults);
        let model = field(&path, "model");
        check_record(self.model.model(), |field| *field, &model, faults);
        let sized = !faults.within(&field(&path, "size")) && !faults.within(&field(&path, "shape"));
        if let Some(grid) = grid.filter(|_| sized && !faults.within(&model)) {
            self.model.model().check(&model, self.shape, grid, faults);
        }
        let mut seen = BTreeSet::new();
        for (name, value) in &self.start {
            let place = entry(&field(&path, "start"), name);
            match self.model.start_fields().iter().find(|field| field.name == name) {
                None => faults.at(&place, format!("{} has no such variable", self.model.name())),
                Some(_) if !seen.insert(name) => faults.at(&place, "the name is given twice; keep one of its values"),
                Some(_) if matches!(value, Distribution::Gabor | Distribution::Noise) => {
                    faults.at(&place, "filters are no start values; write a value, Uniform, Normal or LogNormal");
                }
                Some(declared) => value.check(declared, &place, faults),
            }
        }
    }
}

impl ProjectionSpec {
    fn check_receptor(&self, to: Option<&PopulationSpec>, path: &str, faults: &mut Faults) {
        let place = field(path, "receptor");
        let several = to.is_some_and(|to| to.model.receptors().len() > 1);
        if self.receptor.is_none() && self.weight.crosses_zero() && several {
            let names: Vec<String> = to.iter().flat_map(|to| to.model.receptors()).map(|receptor| quoted(receptor.name)).collect();
            faults.at(&place, format!("the weights have both signs; state the receptor, one of {}", names.join(", ")));
        }
        let Some(to) = to else { return };
        let names: Vec<&str> = to.model.receptors().iter().map(|receptor| receptor.name).collect();
        if names.is_empty() {
            let message =
                format!("{} has the model {}, which receives nothing; choose another population", quoted(&to.name), to.model.name());
            faults.at(&field(path, "to"), message);
        } else if self.receptor.is_none() && self.weight.mean() < 0.0 && !names.contains(&"inhibitory") {
            let (model, names) = (to.model.name(), names.join(", "));
            let message = format!(
                "negative weights act at the receptor inhibitory, which {model} does not have; choose positive weights, or state the receptor: {names}"
            );
            faults.at(&field(path, "weight"), message);
        } else if !names.contains(&self.receptor_name()) && !faults.within(&place) {
            let message = format!("{} has no receptor {}; allowed: {}", to.model.name(), quoted(self.receptor_name()), names.join(", "));
            faults.at(&place, message);
        }
    }

    fn check_flags(&self, path: &str, faults: &mut Faults) {
        if self.self_connections && self.from != self.to {
            faults.at(&field(path, "self_connections"), "it has no effect between two populations; remove it");
        }
        if !self.multapses && !self.wiring.draws_partners() {
            let message = format!("it has no effect on {}; remove it, or choose Indegree or Outdegree", self.wiring.name());
            faults.at(&field(path, "multapses"), message);
        }
    }

    fn check_wiring(&self, from: u32, to: u32, path: &str, faults: &mut Faults) {
        if let Some(message) = self.wiring.numbers().into_iter().find_map(|(declared, value)| declared.out_of_range(value)) {
            return faults.at(path, message);
        }
        let own = self.leaves_out_self();
        match &self.wiring {
            Wiring::OneToOne if from != to => {
                faults.at(path, format!("OneToOne needs populations of the same size, but {} has {from} neurons and {} has {to}; choose equal sizes or another wiring", quoted(&self.from), quoted(&self.to)));
            }
            Wiring::OneToOne if own => {
                faults.at(path, "OneToOne connects every neuron with itself here; add self_connections: true or choose another wiring");
            }
            Wiring::Ring(_) if from != to => {
                faults.at(path, format!("Ring needs populations of the same size, but {} has {from} neurons and {} has {to}; choose equal sizes or another wiring", quoted(&self.from), quoted(&self.to)));
            }
            Wiring::Ring(neighbours) if u64::from(*neighbours) * 2 >= u64::from(from) => {
                faults.at(
                    path,
                    format!("{neighbours} neighbours on either side go around a ring of {from} neurons; choose at most {}", (from - 1) / 2),
                );
            }
            Wiring::Indegree(degree) | Wiring::Outdegree(degree) => {
                let (there, name) = if matches!(self.wiring, Wiring::Indegree(_)) { (from, &self.from) } else { (to, &self.to) };
                let available = there - u32::from(own);
                if *degree > 0 && available == 0 {
                    faults.at(path, format!("{} has no other neuron; add self_connections: true or more neurons", quoted(name)));
                } else if !self.multapses && *degree > available {
                    faults.at(path, format!("{degree} exceeds the {available} neurons of {} that can be drawn without replacement; choose at most {available}, or remove multapses: false", quoted(name)));
                }
            }
            Wiring::Explicit(pairs) => {
                if let Some((index, pair)) = pairs.iter().enumerate().find(|(_, pair)| pair.0 >= from || pair.1 >= to) {
                    faults.at(
                        path,
                        format!("pair {index}, ({}, {}), is out of range; allowed: 0 to {} and 0 to {}", pair.0, pair.1, from - 1, to - 1),
                    );
                }
                if let Some((index, pair)) = pairs.iter().enumerate().find(|(_, pair)| own && pair.0 == pair.1) {
                    faults.at(
                        path,
                        format!(
                            "pair {index}, ({}, {}), connects a neuron with itself; remove it or add self_connections: true",
                            pair.0, pair.1
                        ),
                    );
                }
            }
            Wiring::AllToAll | Wiring::OneToOne | Wiring::Probability(_) | Wiring::Ring(_) | Wiring::Shared { .. } => {}
        }
    }
}

/// Delays lie between one step and the limit; a constant delay is a whole number of steps.
pub(super) fn check_delay(delay: &Distribution, grid: TimeGrid, at_once: bool, path: &str, faults: &mut Faults) {
    if at_once {
        if delay.constant() != Some(0.0) {
            faults.at(path, "the spikes of an image and currents act at once; write delay: \"0 ms\"");
        }
        return;
    }
    let dt = grid.dt_ms();
    let longest = f64::from(MAX_DELAY_STEPS) * dt;
    // 0.3 / 0.1 is not exactly 3 in binary
    let (least, most) = (dt * (1.0 - 1e-6), longest * (1.0 + 1e-9));
    let values = match *delay {
        Distribution::Constant(value) => [value, value],
        Distribution::Uniform { low, high } => [low, high],
        Distribution::Normal { mean, .. } | Distribution::LogNormal { mean, .. } => [mean, mean],
        Distribution::Gabor | Distribution::Noise => return faults.at(path, "filters are no delays; write a time, as \"1 ms\""),
    };
    for value in values {
        let message = if value.is_nan() || value >= most {
            format!("{value} ms is above the limit of {MAX_DELAY_STEPS} steps of {dt} ms; choose {dt} to {longest} ms")
        } else if value < least {
            format!("{value} ms is below one step of {dt} ms; choose at least {dt} ms")
        } else {
            continue;
        };
        return faults.at(path, message);
    }
    delay.check(&DELAY, path, faults);
    if let Some(Err(fault)) = delay.constant().map(|value| grid.steps(value)) {
        faults.at(path, fault.to_string());
    }
}

/// A rule needs a wiring whose synapses can hold it, and weights within its limits.
fn check_rule(rule: &RuleSpec, (projection, unit): (&ProjectionSpec, &'static str), path: &str, faults: &mut Faults) {
    let wiring = projection.wiring.name();
    if let Some(message) = refused(rule.name(), rule.wirings(), wiring).filter(|_| !faults.within(&field(path, "wiring"))) {
        faults.at(&field(path, "rule"), message);
    }
    let (least, most) = projection.limits_mv();
    if faults.within(&field(path, "rule")) || faults.within(&field(path, "weight")) {
        return;
    }
    // weights of a normal distribution are drawn again until they are within the limits
    let (low, high) = projection.weight.limits().unwrap_or((projection.weight.mean(), projection.weight.mean()));
    // with a constant sum of weights, those above the limit are capped
    if rule.learns() && (low < least || (high > most && projection.norm_mv.is_none())) {
        let text = projection.weight.text(&WEIGHT.with_weights_in(unit));
        let message = format!(
            "{text} is outside the limits of {}, {least} to {most} {unit}; choose weights within them or another w_max",
            rule.name()
        );
        faults.at(&field(path, "weight"), message);
    }
}

/// The message about a rule that the synapses of a wiring cannot hold.
fn refused(rule: &str, wirings: &[&str], wiring: &str) -> Option<String> {
    (!wirings.contains(&wiring)).then(|| format!("{rule} does not apply to the wiring {wiring}; its wirings are {}", wirings.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::refused;

    #[test]
    fn a_rule_is_refused_by_name_on_a_wiring_that_cannot_hold_it() {
        assert_eq!(refused("PairStdp", &["AllToAll"], "AllToAll"), None);
        let message = refused("PairStdp", &["AllToAll", "Indegree"], "Shared").unwrap();
        assert!(["PairStdp", "Shared", "AllToAll, Indegree"].iter().all(|fact| message.contains(fact)), "{message}");
    }
}
