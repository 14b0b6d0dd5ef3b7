//! From the tree of a file to a description. What cannot be read is a fault; the rest of the file is read all the same.

use super::check::DT;
use super::distribution::Distribution;
use super::entries::SIZE;
use super::fault::{FaultList, Faults, MISSING, entry, field};
use super::field::{Field, Record, SWITCH};
use super::locate::TextPlace;
use super::models::ModelSpec;
use super::node::{Body, Fields, Node, drop_repeated};
use super::pooling::Pooling;
use super::rules::RuleSpec;
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::syntax::syntax_error;
use super::weight_unit::unit_among;
use super::wiring::{CAP, NORM, WEIGHT, Wiring};
use crate::params::Domain;

impl NetworkSpec {
    /// Read and check a text, as [`NetworkSpec::to_ron`] writes it and as it stands in the field `network` of a file. All
    /// faults are returned.
    pub fn from_ron(text: &str) -> Result<Self, FaultList> {
        let mut faults = Faults::default();
        let network = match Node::parse(text) {
            Ok(node) => network(node, &mut faults),
            Err(error) => {
                let (TextPlace { line, column }, message) = syntax_error(&error, text);
                faults.at("", format!("line {line}, column {column}: {message}"));
                Self::new(DT.default)
            }
        };
        faults.or(network)
    }
}

/// Read and check `network: (..)`; paths start below it.
pub(crate) fn network(node: Node, faults: &mut Faults) -> NetworkSpec {
    let form = "(dt: \"0.1 ms\", populations: {..}, projections: {..})";
    let mut network = NetworkSpec::new(DT.default);
    if !matches!(node.body, Body::Fields(_) | Body::Nothing) {
        faults.at("network", format!("{} does not apply; write {form}", node.what()));
        return network;
    }
    let mut fields = Fields::open(node, "", form, faults);
    if let Some(node) = fields.take("dt") {
        network.dt_ms = number(&node, &DT, "dt", faults).unwrap_or(DT.default);
    }
    let populations = fields.require("populations", "{\"E\": (size: 100, model: Lif())}", faults);
    network.populations = map(populations, "populations", population, faults);
    let projection = |name: &str, node, faults: &mut Faults| projection(name, node, &network, faults);
    let projections = map(fields.take("projections"), "projections", projection, faults);
    network.projections = projections;
    fields.close(faults);
    network.check_into(faults);
    network
}

/// A number with its unit, or a choice.
pub(super) fn number(node: &Node, declared: &Field, path: &str, faults: &mut Faults) -> Option<f64> {
    let read = match (&node.name, &node.body) {
        (None, Body::Text(text)) => declared.parse(text, true),
        (None, Body::Number(value)) if declared.unit.is_empty() && !matches!(declared.domain, Domain::Choice(_)) => Ok(*value),
        (None, Body::Number(value)) if !declared.unit.is_empty() => Err(declared.unitless(*value)),
        (None, Body::Flag(flag)) if declared.domain == SWITCH => Ok(f64::from(u8::from(*flag))),
        (Some(word), Body::Nothing) if declared.parse(word, true).is_ok() => Err(format!("{word} has no quotes; write \"{word}\"")),
        _ => Err(format!("{} does not apply; allowed: {}", node.what(), declared.range())),
    };
    read.map_err(|message| faults.at(path, message)).ok()
}

/// The entries of a map, in the order of the file.
pub(super) fn map<T>(node: Option<Node>, path: &str, read: impl Fn(&str, Node, &mut Faults) -> T, faults: &mut Faults) -> Vec<T> {
    let mut pairs = match node.map(|node| (node.what(), node.body)) {
        None => Vec::new(),
        Some((_, Body::Map(pairs))) => pairs,
        Some((what, _)) => {
            faults.at(path, format!("{what} does not apply; write a map of names, as {{\"name\": (..)}}"));
            Vec::new()
        }
    };
    drop_repeated(&mut pairs, |name| entry(path, name), faults);
    pairs.into_iter().map(|(name, node)| read(&name, node, faults)).collect()
}

/// The fields that a table declares, each with the unit that `declare` gives it.
fn record(record: &mut dyn Record, declare: impl Fn(&Field) -> Field, fields: &mut Fields, faults: &mut Faults) {
    for (index, declared) in record.fields().iter().enumerate() {
        if let Some(node) = fields.take(declared.name)
            && let Some(value) = number(&node, &declare(declared), &fields.path(declared.name), faults)
        {
            record.set_value(index, value);
        }
    }
}

fn population(name: &str, node: Node, faults: &mut Faults) -> PopulationSpec {
    let path = entry("populations", name);
    let mut fields = Fields::open(node, &path, "(size: 100, model: Lif())", faults);
    let whole = |node: &Node, path: &str, faults: &mut Faults| {
        let message = match node.body {
            Body::Number(value) if SIZE.domain.admits(value) => return value as u32,
            Body::Number(value) => SIZE.out_of_range(value).unwrap_or_default(),
            _ => format!("{} is no number; allowed: {}", node.what(), SIZE.range()),
        };
        faults.at(path, message);
        1
    };
    let line = fields.take("size");
    let grid = fields.take("shape");
    let (size_path, shape_path) = (fields.path("size"), fields.path("shape"));
    let shape = match (line, grid) {
        (Some(node), None) => Shape::Line(whole(&node, &size_path, faults)),
        (None, Some(Node { body: Body::Items(sides), .. })) if (2..=3).contains(&sides.len()) => {
            let mut side = |index: usize| sides.get(index).map_or(1, |node| whole(node, &shape_path, faults));
            Shape::Grid { width: side(0), height: side(1), maps: side(2) }
        }
        (None, Some(node)) => {
            faults.at(&shape_path, format!("{} is no shape; write (width, height), as (28, 28), or (width, height, maps)", node.what()));
            Shape::Line(1)
        }
        (Some(_), Some(_)) => {
            faults.at(&shape_path, "size and shape are both given; remove one of them");
            Shape::Line(1)
        }
        (None, None) => {
            faults.at(&size_path, format!("{MISSING} size: 100, or shape: (10, 10)"));
            Shape::Line(1)
        }
    };
    let model = fields.require("model", "Lif()", faults).and_then(|node| model(node, &fields.path("model"), faults));
    let start = start(fields.take("start"), &fields.path("start"), model.as_ref(), faults);
    fields.close(faults);
    PopulationSpec { name: name.to_owned(), shape, model: model.unwrap_or(ModelSpec::Lif(super::Lif::default())), start }
}

fn model(node: Node, path: &str, faults: &mut Faults) -> Option<ModelSpec> {
    let Some(mut model) = node.name.as_deref().and_then(ModelSpec::named) else {
        faults.at(path, unknown("model", &node, ModelSpec::NAMES, |name| ModelSpec::named(name).is_some_and(|model| model.needs_trials())));
        return None;
    };
    let mut fields = Fields::open(node, path, &format!("{}(..)", model.name()), faults);
    record(model.record_mut(), |field| *field, &mut fields, faults);
    model.model_mut().read(&mut fields, faults);
    fields.close(faults);
    Some(model)
}

/// Read a learning rule; its weights have this unit.
pub(super) fn rule(node: Node, path: &str, unit: &'static str, faults: &mut Faults) -> Option<RuleSpec> {
    let Some(mut rule) = node.name.as_deref().and_then(RuleSpec::named) else {
        faults.at(path, unknown("rule", &node, RuleSpec::NAMES, |name| RuleSpec::named(name).is_some_and(|rule| rule.needs_trials())));
        return None;
    };
    let mut fields = Fields::open(node, path, &format!("{}(..)", rule.name()), faults);
    record(rule.record_mut(), |field| field.with_weights_in(unit), &mut fields, faults);
    fields.close(faults);
    Some(rule)
}

/// The message about a model or rule that does not exist; those that need trials are of use for networks that learn from images only.
fn unknown(kind: &str, node: &Node, names: &[&'static str], needs_trials: impl Fn(&str) -> bool) -> String {
    let (trials, free): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| needs_trials(name));
    let (free, trials) = (free.join(", "), trials.join(", "));
    format!("{} is no {kind}; allowed: {free}, and with the task Classify {trials}{}", node.what(), node.instead(names))
}

fn start(node: Option<Node>, path: &str, model: Option<&ModelSpec>, faults: &mut Faults) -> Vec<(String, Distribution)> {
    let Some(model) = model else { return Vec::new() };
    let read = |name: &str, node: Node, faults: &mut Faults| {
        let own = entry(path, name);
        let Some(declared) = model.start_fields().iter().find(|field| field.name == name) else {
            let names: Vec<&str> = model.start_fields().iter().map(|field| field.name).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            faults.at(&own, format!("{} has no such variable; those with start values: {names}", model.name()));
            return None;
        };
        Distribution::read(&node, declared, &own, faults).map(|value| (name.to_owned(), value))
    };
    map(node, path, read, faults).into_iter().flatten().collect()
}

/// The name with `->` in place of another arrow.
fn with_arrow(name: &str) -> Option<String> {
    let arrows = ["=>", "\u{2192}", "\u{27f6}", "\u{21d2}", "\u{2794}", "\u{2013}>", "\u{2014}>", "\u{2212}>", "-->", "- >"];
    let arrow = arrows.into_iter().find(|arrow| name.contains(arrow))?;
    Some(name.replacen(arrow, "->", 1))
}

/// A projection; its weights have the unit of the receptor in one of the populations of this network, which has no projections yet.
fn projection(name: &str, node: Node, network: &NetworkSpec, faults: &mut Faults) -> ProjectionSpec {
    let path = entry("projections", name);
    let form = "(wiring: Probability(0.1), weight: \"0.1 mV\", delay: \"1 ms\")";
    let mut fields = Fields::open(node, &path, form, faults);
    let mut projection = ProjectionSpec::new(name, Wiring::AllToAll);
    let ends = ProjectionSpec::ends_of(name).is_some();
    if let Some(meant) = with_arrow(name).filter(|_| !ends) {
        faults.at(&path, format!("the ends of a projection are separated by ->; call it {}", super::fault::quoted(&meant)));
        // its ends are not missing as well
        (projection.from, projection.to) = (String::new(), String::new());
    }
    let ends = ends || faults.within(&path);
    for (side, end) in [("from", &mut projection.from), ("to", &mut projection.to)] {
        let path = fields.path(side);
        let node = if ends { fields.take(side) } else { fields.require(side, "\"E\", or call the projection \"E->I\"", faults) };
        if let Some(node) = node {
            *end = text(&node, &path, "the name of a population", faults).unwrap_or_default();
        }
    }
    let receptor = fields.path("receptor");
    projection.receptor = fields.take("receptor").and_then(|node| text(&node, &receptor, "the name of a receptor", faults));
    if let Some(node) = fields.require("wiring", "Probability(0.1)", faults)
        && let Some(wiring) = Wiring::read(&node, &fields.path("wiring"), faults)
    {
        projection.wiring = wiring;
    }
    for (slot, name) in [(&mut projection.self_connections, "self_connections"), (&mut projection.multapses, "multapses")] {
        match fields.take(name).map(|node| (node.what(), node.body)) {
            None => {}
            Some((_, Body::Flag(flag))) => *slot = flag,
            Some((what, _)) => faults.at(&fields.path(name), format!("{what} does not apply; allowed: true, false")),
        }
    }
    let unit = unit_among(&network.populations, &projection);
    let delay = network.delay_field(&projection);
    let [weight, norm_field, cap_field] = [WEIGHT, NORM, CAP].map(|field| field.with_weights_in(unit));
    let example = format!("\"0.1 {unit}\"");
    for (slot, declared, example) in [(&mut projection.weight, weight, example.as_str()), (&mut projection.delay, delay, "\"1 ms\"")] {
        if let Some(node) = fields.require(declared.name, example, faults)
            && let Some(value) = Distribution::read(&node, &declared, &fields.path(declared.name), faults)
        {
            *slot = value;
        }
    }
    let (pooling, norm, stream) = (fields.path("pooling"), fields.path("norm"), fields.path("stream"));
    let cap = fields.path("cap");
    projection.cap_mv = fields.take("cap").and_then(|node| number(&node, &cap_field, &cap, faults));
    projection.pooling = fields.take("pooling").and_then(|node| Pooling::read(&node, &pooling, faults));
    projection.norm_mv = fields.take("norm").and_then(|node| number(&node, &norm_field, &norm, faults));
    projection.stream = fields.take("stream").and_then(|node| match node.body {
        Body::Number(value) if SIZE.domain.admits(value + 1.0) => Some(value as u32),
        _ => faults.none(&stream, format!("{} does not apply; allowed: a whole number from 0", node.what())),
    });
    projection.rule = fields.take("rule").and_then(|node| rule(node, &field(&path, "rule"), unit, faults));
    fields.close(faults);
    projection
}

pub(super) fn text(node: &Node, path: &str, what: &str, faults: &mut Faults) -> Option<String> {
    match (&node.name, &node.body) {
        (None, Body::Text(text)) => Some(text.clone()),
        (Some(word), Body::Nothing) => faults.none(path, format!("{word} has no quotes; write \"{word}\"")),
        _ => faults.none(path, format!("{} does not apply; write {what} in quotes", node.what())),
    }
}
