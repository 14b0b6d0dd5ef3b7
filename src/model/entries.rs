//! Every quantity of a description by its path: list, get, set.

use super::check::{DT, check_delay};
use super::distribution::Distribution;
use super::fault::{Fault, FaultList, Faults};
use super::field::{Field, Record, SWITCH};
use super::names::instead;
use super::path::Path;
use super::pooling::{POOLING, Pooling};
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::wiring::{CAP, DELAY, INDEGREE, MAX_DELAY_STEPS, NORM, OUTDEGREE, PROBABILITY, WEIGHT};
use crate::params::{Change, Domain, nearest};
use crate::time::TimeGrid;
use serde::{Deserialize, Serialize};

/// The value of a quantity, in the unit of its field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A number.
    Number(f64),
    /// One of the names that the field allows.
    Choice(String),
    /// A value for each synapse or neuron.
    Distribution(Distribution),
}

impl Value {
    /// The value of a field as text with its unit.
    pub fn text(&self, field: &Field) -> String {
        match self {
            Self::Number(value) => field.format(*value),
            Self::Choice(name) => name.clone(),
            Self::Distribution(distribution) => distribution.text(field),
        }
    }

    /// The number, if it is one, or a distribution with one value.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Choice(_) => None,
            Self::Distribution(distribution) => distribution.constant(),
        }
    }
}

/// A quantity with its declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its address.
    pub path: Path,
    /// Its declaration: unit, help, source, default.
    pub field: Field,
    /// The allowed values as text; those of a delay follow from the time step.
    pub range: String,
    /// Its value.
    pub value: Value,
}

impl Entry {
    /// Whether a description has to give the value, because there is no default: sizes, weights, delays and the numbers of
    /// wirings.
    pub fn required(&self) -> bool {
        let names = [SIZE.name, WEIGHT.name, DELAY.name, PROBABILITY.name, INDEGREE.name, OUTDEGREE.name, "duration"];
        names.contains(&self.field.name)
    }

    /// The value as text that [`NetworkSpec::set`] reads back.
    pub fn text(&self) -> String {
        self.value.text(&self.field)
    }

    /// Whether a constant value has to be a whole number of steps.
    pub fn on_grid(&self) -> bool {
        [DELAY.name, "t_ref", "duration"].contains(&self.field.name)
    }
}

/// The size of a population without an arrangement.
pub(crate) static SIZE: Field = Field {
    name: "size",
    unit: "",
    domain: Domain::Integer { min: 1.0, max: 4_294_967_295.0 },
    default: 1.0,
    change: Change::Rebuild,
    help: "Number of neurons.",
    source: "Spikescope, docs/MODEL.md",
};

static SELF_CONNECTIONS: Field = Field {
    name: "self_connections",
    unit: "",
    domain: SWITCH,
    default: 0.0,
    change: Change::Rebuild,
    help: "Whether a neuron may be connected with itself.",
    source: "NEST 3.10, connection rules",
};

static MULTAPSES: Field = Field {
    name: "multapses",
    default: 1.0,
    help: "Whether partners are drawn with replacement, so that a pair can have several synapses.",
    ..SELF_CONNECTIONS
};

/// A number of a field as its value.
pub(super) fn typed(field: &Field, number: f64) -> Value {
    match field.domain {
        Domain::Choice(_) => Value::Choice(field.format(number)),
        Domain::Real { .. } | Domain::Integer { .. } => Value::Number(number),
    }
}

/// What a quantity is stored in.
enum Place<'a> {
    Table(&'a mut dyn Record, usize),
    Number(&'a mut f64),
    Degree(&'a mut super::Wiring, usize),
    Pooling(&'a mut Pooling),
    Flag(&'a mut bool),
    Size(&'a mut u32),
    Spread(&'a mut Distribution),
    Start(&'a mut Vec<(String, Distribution)>),
}

impl NetworkSpec {
    /// All quantities, in the order of the description. Start values that are not given are left out.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![Entry {
            path: Path { owner: None, field: DT.name.to_owned() },
            field: DT,
            range: DT.range(),
            value: Value::Number(self.dt_ms),
        }];
        for population in &self.populations {
            let mut add = |field: &Field, value| entries.push(entry(&population.name, field, value, field.range()));
            if let Shape::Line(size) = population.shape {
                add(&SIZE, Value::Number(f64::from(size)));
            }
            let model = population.model.model();
            model.fields().iter().enumerate().for_each(|(index, field)| add(field, typed(field, model.value(index))));
            for (name, value) in &population.start {
                if let Some(field) = population.model.start_fields().iter().find(|field| field.name == name) {
                    add(field, Value::Distribution(*value));
                }
            }
        }
        for projection in &self.projections {
            self.projection_entries(projection, &mut entries);
        }
        entries
    }

    fn projection_entries(&self, projection: &ProjectionSpec, entries: &mut Vec<Entry>) {
        let unit = self.weight_unit(projection);
        let mut add = |field: &Field, value| {
            let field = field.with_weights_in(unit);
            let range = if field == DELAY { self.delay_field(projection).range() } else { field.range() };
            entries.push(entry(&projection.name, &field, value, range));
        };
        for (field, number) in projection.wiring.numbers() {
            add(field, Value::Number(number));
        }
        if let Some(pooling) = projection.pooling {
            add(&POOLING, Value::Number(pooling.number()));
        }
        if projection.from == projection.to {
            add(&SELF_CONNECTIONS, typed(&SELF_CONNECTIONS, f64::from(u8::from(projection.self_connections))));
        }
        if projection.wiring.draws_partners() {
            add(&MULTAPSES, typed(&MULTAPSES, f64::from(u8::from(projection.multapses))));
        }
        add(&WEIGHT, Value::Distribution(projection.weight));
        add(&DELAY, Value::Distribution(projection.delay));
        if let Some(norm) = projection.norm_mv {
            add(&NORM, Value::Number(norm));
        }
        if let Some(cap) = projection.cap_mv {
            add(&CAP, Value::Number(cap));
        }
        if let Some(rule) = &projection.rule {
            let rule = rule.rule();
            rule.fields().iter().enumerate().for_each(|(index, field)| add(field, typed(field, rule.value(index))));
        }
    }

    /// The delay of a projection with its limits in ms: one step and the largest number of steps; 0 for the spikes of an image and for currents.
    pub(super) fn delay_field(&self, projection: &ProjectionSpec) -> Field {
        let at_once = self.acts_at_once(projection);
        // in binary, 65535 * 0.7 is not 45874.5
        let longest = format!("{:.9e}", f64::from(MAX_DELAY_STEPS) * self.dt_ms).parse().unwrap_or(f64::MAX);
        let (min, max) = if at_once { (0.0, 0.0) } else { (self.dt_ms, longest) };
        Field { domain: Domain::Real { min, max, log: true }, ..DELAY }
    }

    /// The quantity at `path`.
    pub fn entry(&self, path: &Path) -> Option<Entry> {
        self.entries().into_iter().find(|entry| entry.path == *path)
    }

    /// The value at `path`.
    pub fn get(&self, path: &Path) -> Option<Value> {
        self.entry(path).map(|entry| entry.value)
    }

    /// Set the quantity at `path` from text; a number without a unit is in that of the field. Returns the value that was
    /// set. With a fault, of the text or of the network that would result, nothing is changed.
    pub fn set(&mut self, path: &Path, text: &str) -> Result<Value, FaultList> {
        let value = self.parse(path, text, false)?;
        self.set_value(path, &value).map(|()| value)
    }

    /// Whether a text is a value of the quantity at `path` as a file holds it: numbers have their units.
    pub fn check_units(&self, path: &Path, text: &str) -> Result<(), FaultList> {
        self.parse(path, text, true).map(drop)
    }

    /// The value that a text gives the quantity at `path`; whether it is allowed is not checked. Where `due`, a number needs its
    /// unit.
    fn parse(&self, path: &Path, text: &str, due: bool) -> Result<Value, FaultList> {
        let fault = |message: String| FaultList::from(Fault { path: path.to_string(), message });
        let mut copy = self.clone();
        let (mut field, place) = copy.place(path).map_err(fault)?;
        if let Some(projection) = path.owner.as_ref().and_then(|owner| self.projection(owner)).filter(|_| field == DELAY) {
            field = self.delay_field(projection);
        }
        let field = &field;
        let value = match place {
            Place::Spread(_) | Place::Start(_) => Distribution::parse(text, field, due).map(Value::Distribution),
            _ => field.parse(text, due).map(|number| typed(field, number)),
        };
        value.map_err(fault)
    }

    /// The value that a text gives the quantity at `path`, if its range allows it; whether it fits the other values of the
    /// network is not checked.
    pub fn read(&self, path: &Path, text: &str) -> Result<Value, FaultList> {
        let value = self.parse(path, text, false)?;
        let (mut copy, place, mut faults) = (self.clone(), path.to_string(), Faults::default());
        let (field, _) = copy.place(path).map_err(|message| Fault { path: place.clone(), message })?;
        match &value {
            Value::Distribution(delay) if field == DELAY => {
                let at_once = path.owner.as_ref().and_then(|owner| self.projection(owner)).is_some_and(|one| self.acts_at_once(one));
                check_delay(delay, TimeGrid::new(self.dt_ms), at_once, &place, &mut faults);
            }
            Value::Distribution(distribution) => distribution.check(&field, &place, &mut faults),
            Value::Number(number) => field.out_of_range(*number).into_iter().for_each(|message| faults.at(&place, message)),
            Value::Choice(_) => {}
        }
        faults.or(value)
    }

    /// The value that a text gives the quantity at `path`, if it is allowed whatever the other values are: that two limits are in
    /// the wrong order, or a delay is no whole number of steps, is left to [`NetworkSpec::check`].
    pub(super) fn read_alone(&self, path: &Path, text: &str) -> Result<Value, String> {
        let value = self.parse(path, text, false).map_err(|faults| super::fault::messages(&faults))?;
        let mut copy = self.clone();
        let (field, _) = copy.place(path)?;
        let wrong = match &value {
            Value::Distribution(distribution) => distribution.out_of_range(&field),
            Value::Number(number) => field.out_of_range(*number),
            Value::Choice(_) => None,
        };
        wrong.map_or(Ok(value), Err)
    }

    /// Set several quantities, each to a text as [`NetworkSpec::set`] does. Their order does not matter: a value that the
    /// present others do not allow is set after them, or together with those that it needs. What cannot be set is returned by its index, with its faults.
    pub fn set_all(&mut self, sets: &[(Path, &str)]) -> Vec<(usize, FaultList)> {
        let mut left: Vec<usize> = (0..sets.len()).collect();
        loop {
            let (before, mut faults) = (left.len(), Vec::new());
            left.retain(|&index| {
                let (path, text) = &sets[index];
                self.set(path, text).map_err(|found| faults.push((index, found))).is_err()
            });
            if left.is_empty() || left.len() == before {
                // the sizes of two populations that are connected one to one fit only together
                let mut together = self.clone();
                let put = |index: &usize| {
                    together.parse(&sets[*index].0, sets[*index].1, false).and_then(|value| together.put(&sets[*index].0, &value))
                };
                if left.len() > 1 && left.iter().map(put).all(|done| done.is_ok()) && together.check().is_ok() {
                    *self = together;
                    faults.clear();
                }
                return faults;
            }
        }
    }

    /// Set the quantity at `path`, as [`NetworkSpec::set`] does.
    pub fn set_value(&mut self, path: &Path, value: &Value) -> Result<(), FaultList> {
        let mut changed = self.clone();
        changed.put(path, value)?;
        changed.check()?;
        *self = changed;
        Ok(())
    }

    /// Set the quantity at `path` to a value of its kind and range; whether the network can then be built is not checked.
    pub(crate) fn put(&mut self, path: &Path, value: &Value) -> Result<(), FaultList> {
        let fault = |message: String| FaultList::from(Fault { path: path.to_string(), message });
        let (field, place) = self.place(path).map_err(fault)?;
        let number = match value {
            Value::Number(number) => Some(*number),
            Value::Choice(name) => field.parse(name, false).ok(),
            Value::Distribution(distribution) => distribution.constant(),
        };
        let spread = match value {
            Value::Distribution(distribution) => Some(*distribution),
            _ => number.map(Distribution::Constant),
        };
        let wrong = || fault(format!("{value:?} does not apply; allowed: {}", field.range()));
        let (number, spread) = match place {
            Place::Spread(_) | Place::Start(_) => (0.0, spread.ok_or_else(wrong)?),
            _ => {
                let number = number.ok_or_else(wrong)?;
                if let Some(message) = field.out_of_range(number) {
                    return Err(fault(message));
                }
                (number, Distribution::Constant(number))
            }
        };
        match place {
            Place::Table(record, index) => record.set_value(index, number),
            Place::Number(slot) => *slot = number,
            Place::Degree(wiring, index) => wiring.set_number(index, number),
            Place::Pooling(pooling) => pooling.set_number(number),
            Place::Flag(flag) => *flag = number != 0.0,
            Place::Size(size) => *size = number as u32,
            Place::Spread(slot) => *slot = spread,
            Place::Start(values) => match values.iter_mut().find(|(name, _)| *name == path.field) {
                Some((_, slot)) => *slot = spread,
                None => values.push((path.field.clone(), spread)),
            },
        }
        Ok(())
    }

    /// The declaration and the place of a quantity, or the message that there is none.
    fn place(&mut self, path: &Path) -> Result<(Field, Place<'_>), String> {
        let Some(owner) = &path.owner else {
            if path.field == DT.name {
                return Ok((DT, Place::Number(&mut self.dt_ms)));
            }
            return Err(
                "a network has the field dt; fields of populations and projections follow their name and a dot, as E.tau_m".to_owned()
            );
        };
        let populations = self.populations.iter().map(|population| population.name.as_str());
        let projections = self.projections.iter().map(|projection| projection.name.as_str());
        let missing = populations.clone().chain(projections.clone()).all(|name| name != owner).then(|| {
            // of the same kind
            let near = if owner.contains('>') { nearest(owner, projections) } else { nearest(owner, populations) };
            let near = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
            format!("there is no population or projection {owner:?}{near}")
        });
        if let Some(message) = missing {
            return Err(message);
        }
        let known: Vec<&str> =
            self.entries().iter().filter(|entry| entry.path.owner.as_ref() == Some(owner)).map(|entry| entry.field.name).collect();
        let unit = self.projection(owner).map_or("", |projection| self.weight_unit(projection));
        let of_wiring = [&PROBABILITY, &INDEGREE, &OUTDEGREE].iter().any(|field| field.name == path.field);
        let wiring = self.projection(owner).filter(|_| of_wiring).map(|projection| projection.wiring.text());
        if let Some(population) = self.populations.iter_mut().find(|population| population.name == *owner)
            && let Some((field, place)) = population.place(&path.field)
        {
            return Ok((*field, place));
        }
        if let Some(projection) = self.projections.iter_mut().find(|projection| projection.name == *owner)
            && let Some((field, place)) = projection.place(&path.field)
        {
            return Ok((field.with_weights_in(unit), place));
        }
        let near = match wiring {
            Some(wiring) => format!("; its wiring is {wiring}"),
            None => instead(&path.field, &known).map_or_else(String::new, |advice| format!("; {advice}")),
        };
        Err(format!("{owner:?} has no such field; its fields are {}{near}", known.join(", ")))
    }
}

fn entry(owner: &str, field: &Field, value: Value, range: String) -> Entry {
    Entry { path: Path::new(owner, field.name), field: *field, range, value }
}

impl PopulationSpec {
    fn place(&mut self, name: &str) -> Option<(&'static Field, Place<'_>)> {
        if let (Shape::Line(size), "size") = (&mut self.shape, name) {
            return Some((&SIZE, Place::Size(size)));
        }
        if let Some(field) = self.model.start_fields().iter().find(|field| field.name == name) {
            return Some((field, Place::Start(&mut self.start)));
        }
        let fields = self.model.fields();
        let index = fields.iter().position(|field| field.name == name)?;
        Some((&fields[index], Place::Table(self.model.record_mut(), index)))
    }
}

impl ProjectionSpec {
    fn place(&mut self, name: &str) -> Option<(&'static Field, Place<'_>)> {
        match name {
            "weight" => return Some((&WEIGHT, Place::Spread(&mut self.weight))),
            "delay" => return Some((&DELAY, Place::Spread(&mut self.delay))),
            "self_connections" if self.from == self.to => return Some((&SELF_CONNECTIONS, Place::Flag(&mut self.self_connections))),
            "multapses" if self.wiring.draws_partners() => return Some((&MULTAPSES, Place::Flag(&mut self.multapses))),
            _ => {}
        }
        if let Some(index) = self.wiring.numbers().iter().position(|(field, _)| field.name == name) {
            let field = self.wiring.numbers()[index].0;
            return Some((field, Place::Degree(&mut self.wiring, index)));
        }
        if let ("pooling", Some(pooling)) = (name, &mut self.pooling) {
            return Some((&POOLING, Place::Pooling(pooling)));
        }
        if let ("cap", Some(cap)) = (name, &mut self.cap_mv) {
            return Some((&CAP, Place::Number(cap)));
        }
        if let ("norm", Some(norm)) = (name, &mut self.norm_mv) {
            return Some((&NORM, Place::Number(norm)));
        }
        let rule = self.rule.as_mut()?;
        let fields = rule.fields();
        let index = fields.iter().position(|field| field.name == name)?;
        Some((&fields[index], Place::Table(rule.record_mut(), index)))
    }
}
