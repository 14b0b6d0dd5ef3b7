//! From a description to the text of a file. Only fields that differ from their defaults are written.

use super::field::Record;
use super::node::{Body, Node};
use super::rules::RuleSpec;
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::wiring::{CAP, DELAY, NORM, WEIGHT};
use super::{check::DT, field::Field};
use crate::params::Domain;

/// The fields of a table that differ from their defaults; `declared` gives each its unit.
fn changed(record: &(impl Record + ?Sized), declared: impl Fn(&Field) -> Field) -> Vec<(String, Node)> {
    let values = record.fields().iter().enumerate().map(|(index, field)| (field, record.value(index)));
    let differ = values.filter(|(field, value)| field.default != *value);
    differ.map(|(field, value)| (field.name.to_owned(), quantity(&declared(field), value))).collect()
}

pub(super) fn quantity(field: &Field, value: f64) -> Node {
    match field.domain {
        Domain::Real { .. } | Domain::Integer { .. } if field.unit.is_empty() => Node::number(value),
        _ => Node::text(field.format(value)),
    }
}

impl NetworkSpec {
    /// The text of the description, as in the field `network` of a file.
    pub fn to_ron(&self) -> String {
        self.node().print()
    }

    pub(crate) fn node(&self) -> Node {
        let map = |pairs: Vec<(String, Node)>| Body::Map(pairs).into();
        let populations = self.populations.iter().map(|population| (population.name.clone(), population.node())).collect();
        let projections =
            self.projections.iter().map(|projection| (projection.name.clone(), projection.node(self.weight_unit(projection)))).collect();
        Body::Fields(vec![
            ("dt".to_owned(), Node::text(DT.format(self.dt_ms))),
            ("populations".to_owned(), map(populations)),
            ("projections".to_owned(), map(projections)),
        ])
        .into()
    }
}

impl PopulationSpec {
    fn node(&self) -> Node {
        let mut model = changed(self.model.model(), |field| *field);
        model.extend(self.model.model().write());
        let mut fields = vec![
            match self.shape {
                Shape::Line(size) => ("size".to_owned(), Node::number(size)),
                Shape::Grid { width, height, maps } => {
                    let sides = [width, height].into_iter().chain((maps != 1).then_some(maps));
                    ("shape".to_owned(), Body::Items(sides.map(Node::number).collect()).into())
                }
            },
            ("model".to_owned(), call(self.model.name(), model)),
        ];
        if !self.start.is_empty() {
            let declared = |name: &str| self.model.start_fields().iter().find(|field| field.name == name);
            let start = self.start.iter().filter_map(|(name, value)| Some((name.clone(), value.node(declared(name)?)))).collect();
            fields.push(("start".to_owned(), Body::Map(start).into()));
        }
        Body::Fields(fields).into()
    }
}

/// `Name(a: b)`.
pub(super) fn call(name: &str, fields: Vec<(String, Node)>) -> Node {
    Node::named(name, Body::Fields(fields))
}

/// A rule with the parameters that differ from their defaults; its weights have this unit.
pub(super) fn rule_node(rule: &RuleSpec, unit: &'static str) -> Node {
    call(rule.name(), changed(rule.rule(), |field| field.with_weights_in(unit)))
}

impl ProjectionSpec {
    /// With weights in this unit.
    fn node(&self, unit: &'static str) -> Node {
        let of_weights = |field: &Field| field.with_weights_in(unit);
        let plain = Self::new(&self.name, self.wiring.clone());
        let mut fields = Vec::new();
        let mut put = |name: &str, node: Node| fields.push((name.to_owned(), node));
        for (name, own, default) in [("from", &self.from, &plain.from), ("to", &self.to, &plain.to)] {
            if own != default {
                put(name, Node::text(own));
            }
        }
        if let Some(receptor) = &self.receptor {
            put("receptor", Node::text(receptor));
        }
        put("wiring", self.wiring.node());
        for (name, own, default) in
            [("self_connections", self.self_connections, plain.self_connections), ("multapses", self.multapses, plain.multapses)]
        {
            if own != default {
                put(name, Body::Flag(own).into());
            }
        }
        put("weight", self.weight.node(&of_weights(&WEIGHT)));
        put("delay", self.delay.node(&DELAY));
        if let Some(pooling) = self.pooling {
            put("pooling", pooling.node());
        }
        if let Some(norm) = self.norm_mv {
            put("norm", Node::text(of_weights(&NORM).format(norm)));
        }
        if let Some(cap) = self.cap_mv {
            put("cap", Node::text(of_weights(&CAP).format(cap)));
        }
        if let Some(stream) = self.stream {
            put("stream", Node::number(stream));
        }
        if let Some(rule) = &self.rule {
            put("rule", rule_node(rule, unit));
        }
        Body::Fields(fields).into()
    }
}
