//! The scale of a network in a preset file.

use super::{FACTOR, FullPopulation, RATE, Scale};
use crate::model::entries::SIZE;
use crate::model::fault::Faults;
use crate::model::node::{Body, Fields, Node};
use crate::model::read::{map, number};

const FORM: &str = "(factor: 0.1, full: {\"E\": (size: 8000, rate: \"5 Hz\")})";

impl Scale {
    /// Read the field `scale` of a preset.
    pub(crate) fn read(node: Node, faults: &mut Faults) -> Self {
        let mut fields = Fields::open(node, "scale", FORM, faults);
        let factor = fields.require("factor", "0.1", faults);
        let full = fields.require("full", "{\"E\": (size: 8000, rate: \"5 Hz\")}", faults);
        let factor = factor.and_then(|node| within(&node, &FACTOR, &fields.path("factor"), faults)).unwrap_or(1.0);
        let full = map(full, &fields.path("full"), full_population, faults);
        fields.close(faults);
        Self { factor, full }
    }

    /// As it stands in a file.
    pub(crate) fn node(&self) -> Node {
        let full = self.full.iter().map(|full| {
            let fields = vec![("size".to_owned(), Node::number(full.size)), ("rate".to_owned(), Node::text(RATE.format(full.rate_hz)))];
            (full.name.clone(), Body::Fields(fields).into())
        });
        let full = Body::Map(full.collect()).into();
        Body::Fields(vec![("factor".to_owned(), Node::number(self.factor)), ("full".to_owned(), full)]).into()
    }
}

fn full_population(name: &str, node: Node, faults: &mut Faults) -> FullPopulation {
    let mut fields = Fields::open(node, &super::entry("scale.full", name), "(size: 8000, rate: \"5 Hz\")", faults);
    let size = fields.require("size", "8000", faults);
    let rate = fields.require("rate", "\"5 Hz\"", faults);
    let size = size.and_then(|node| within(&node, &SIZE, &fields.path("size"), faults));
    let rate_hz = rate.and_then(|node| within(&node, &RATE, &fields.path("rate"), faults));
    fields.close(faults);
    FullPopulation { name: name.to_owned(), size: size.map_or(1, |size| size as u32), rate_hz: rate_hz.unwrap_or(0.0) }
}

/// A number that its field allows.
fn within(node: &Node, declared: &super::Field, path: &str, faults: &mut Faults) -> Option<f64> {
    let value = number(node, declared, path, faults)?;
    match declared.out_of_range(value) {
        Some(message) => faults.none(path, message),
        None => Some(value),
    }
}
