//! Description of a network for the Network view: populations, projections and neuromodulation. It is constant until the
//! network is rebuilt; spikes are counted for every snapshot.

mod own;

use super::aspects::{Aspect, Aspects, aspects};
use super::laboratory::Laboratory;
use super::recent::Recent;
use super::snapshot::Layer;
use crate::engine::network::{Network, Projection};
use crate::engine::projection::{Store, Synapses};
use crate::experiment::Trainer;
use crate::model::{Distribution, NetworkSpec, RuleSpec, Shape};
use crate::params::{ParamId as P, Params};

/// Kind of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// A source of spikes or currents.
    Input,
    /// A hidden population.
    Hidden,
    /// The output population.
    Output,
}

/// A population or a source.
#[derive(Debug, Clone, PartialEq)]
pub struct PartView {
    /// Its kind.
    pub kind: PartKind,
    /// Its name.
    pub name: String,
    /// Number of neurons, or of channels of the encoder.
    pub size: usize,
    /// Their arrangement: `28 × 28`, `11 × 11 sites of 64`.
    pub shape: String,
    /// Neuron model or code.
    pub model: String,
    /// Parameter group in the registry.
    pub group: &'static str,
}

/// A projection between parts; from a part to itself, lateral inhibition.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkView {
    /// Index of the source.
    pub from: usize,
    /// Index of the target.
    pub to: usize,
    /// `all-to-all`, `5 × 5 filters`, `lateral inhibition`.
    pub kind: String,
    /// Number of connections; 0 for inhibition, which has no synapses of its own.
    pub synapses: u64,
    /// Number of different weights.
    pub weights: u64,
    /// The learning rule, if any.
    pub rule: Option<String>,
    /// Delay in ms, the same for all or drawn for each connection.
    pub delay: Distribution,
    /// Weight of a described projection at the start, with its unit.
    pub weight: Option<(Distribution, &'static str)>,
    /// Pooling by relays, if any.
    pub pooling: Option<String>,
    /// Whether the neuromodulator acts on it.
    pub modulated: bool,
    /// Whether its weights are negative.
    pub inhibits: bool,
}

/// The network as displayed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NetworkView {
    /// Populations, sources before targets.
    pub parts: Vec<PartView>,
    /// Projections and inhibition.
    pub links: Vec<LinkView>,
}

/// The network of an experiment.
pub(super) fn network(lab: &Laboratory) -> NetworkView {
    match lab {
        Laboratory::Images(trainer) => of_images(trainer, aspects(lab)),
        Laboratory::Neuron(lab) => one_neuron(lab.params()),
        Laboratory::Pairing(lab) => one_synapse(lab.params()),
        Laboratory::Free(lab) => drawn(lab.spec()),
    }
}

fn of_images(trainer: &Trainer, shows: Aspects) -> NetworkView {
    let (network, params) = (trainer.network(), trainer.params());
    let data = &trainer.data().train;
    let dt_ms = trainer.grid().dt_ms();
    let mut parts = vec![input(network, params, shows, (data.width, data.height))];
    let last = network.populations().len().saturating_sub(1);
    for index in 0..=last {
        parts.push(population(network, shows, index, index == last));
    }
    let mut links: Vec<LinkView> = network.projections().iter().map(|projection| link(projection, params, dt_ms, last)).collect();
    for index in 0..=last {
        links.push(inhibition(params, shows, index + 1, index == last));
    }
    let mut view = NetworkView { parts, links };
    if let Some(spec) = trainer.described() {
        own::describe(&mut view, spec);
    }
    view
}

fn input(network: &Network, params: &Params, shows: Aspects, (width, height): (usize, usize)) -> PartView {
    let depth = network.encoder().map_or(1, |encoder| encoder.depth().max(1));
    let shape = if depth > 1 { format!("{width} × {height} × {depth}") } else { format!("{width} × {height}") };
    let model = if shows.has(Aspect::FirstSpike) && depth > 1 {
        format!("{}, rank order", params.choice(P::Retina))
    } else if shows.has(Aspect::FirstSpike) {
        "latency code".to_owned()
    } else {
        format!("{} code", params.choice(P::Encoder))
    };
    let name = if depth > 1 { "Retina" } else { "Pixels" };
    PartView { kind: PartKind::Input, name: name.to_owned(), size: width * height * depth, shape, model, group: "Encoder" }
}

fn population(network: &Network, shows: Aspects, index: usize, output: bool) -> PartView {
    let size = network.populations()[index].len();
    let conv = network.projections().iter().filter(|p| p.target == index).find_map(|p| p.synapses.conv());
    let shape = conv.map_or_else(
        || format!("{size}"),
        |conv| {
            let (across, down) = conv.geometry().sites();
            format!("{across} × {down} × {}", conv.channels())
        },
    );
    let (name, model, group) = match output {
        true if shows.has(Aspect::FirstSpike) => ("Outputs".to_owned(), "escape noise, first spike".to_owned(), "Neuron · output"),
        true => ("Outputs".to_owned(), "LIF".to_owned(), "Neuron · LIF"),
        false if shows.has(Aspect::FeatureReadout) => (format!("Hidden {}", index + 1), "LIF, one spike".to_owned(), "Neuron · hidden"),
        false => {
            let group = if index == 0 { "Layer 1" } else { "Layer 2" };
            (group.to_owned(), "IF, one spike".to_owned(), group)
        }
    };
    let kind = if output { PartKind::Output } else { PartKind::Hidden };
    PartView { kind, name, size, shape, model, group }
}

fn link(projection: &Projection, params: &Params, dt_ms: f64, last: usize) -> LinkView {
    let (from, delay_ms) = projection.source.population().map_or((0, 0.0), |(index, delay)| (index + 1, delay as f64 * dt_ms));
    let (kind, synapses) = match &projection.synapses {
        Synapses::Dense(Store { weights, .. }) => ("all-to-all".to_owned(), weights.n_pre() as u64 * weights.n_post() as u64),
        Synapses::Sparse(Store { weights, .. }) => ("sparse".to_owned(), weights.len() as u64),
        Synapses::Shared(Store { weights: conv, .. }) => {
            let geometry = conv.geometry();
            // patches that extend beyond the image have fewer
            let taps: usize = (0..geometry.len()).map(|site| geometry.under(site).flatten().count()).sum();
            (format!("{0} × {0} filters", geometry.size), taps as u64 * conv.channels() as u64)
        }
    };
    let (rows, columns) = projection.synapses.shape();
    let pooling = projection.relay.as_ref().map(|relay| {
        let what = if relay.passes_first() { "first spike" } else { "sum" };
        format!("{what} of neighbouring sites, {} relays", relay.relays())
    });
    let learns = projection.synapses.learns();
    let onto_output = projection.target == last;
    let name = params.choice(P::Rule);
    let rule = learns.then(|| if onto_output { name.to_owned() } else { "stdp".to_owned() });
    let gated = !onto_output && params.get(P::FilterReward) > 0.0 && learns;
    let by_reward = onto_output && matches!(name, "r-stdp" | "stdp-then-r-stdp" | "r-max");
    LinkView {
        from,
        to: projection.target + 1,
        kind,
        synapses,
        weights: rows as u64 * columns as u64,
        modulated: learns && (by_reward || gated),
        rule,
        delay: Distribution::Constant(delay_ms),
        weight: None,
        pooling,
        inhibits: false,
    }
}

/// Lateral inhibition of a population.
fn inhibition(params: &Params, shows: Aspects, part: usize, output: bool) -> LinkView {
    let winners = match part {
        _ if output => None,
        _ if shows.has(Aspect::FeatureReadout) => Some(P::Winners),
        1 => Some(P::Winners1),
        _ => Some(P::Winners2),
    };
    let kind = match winners {
        Some(id) => format!("inhibition: {} per site", params.count(id)),
        None if shows.has(Aspect::FirstSpike) => "first spike is the answer".to_owned(),
        None => format!("inhibition {} mV", params.get(P::Inhibition)),
    };
    let delay_ms = if winners.is_none() && !shows.has(Aspect::FirstSpike) { params.get(P::Dt) } else { 0.0 };
    LinkView {
        from: part,
        to: part,
        kind,
        synapses: 0,
        weights: 0,
        rule: None,
        delay: Distribution::Constant(delay_ms),
        weight: None,
        pooling: None,
        modulated: false,
        inhibits: true,
    }
}

/// The populations of a described network in the order of its parts: those that receive nothing first.
fn order(spec: &NetworkSpec) -> Vec<usize> {
    let receives = |index: &usize| spec.projections.iter().any(|projection| projection.to == spec.populations[*index].name);
    let (receiving, sources): (Vec<usize>, Vec<usize>) = (0..spec.populations.len()).partition(receives);
    sources.into_iter().chain(receiving).collect()
}

/// A described network. It can have faults; a projection without one of its ends is left out.
pub fn drawn(spec: &NetworkSpec) -> NetworkView {
    let (order, facts) = (order(spec), spec.describe(None));
    let parts = order.iter().map(|&index| {
        let population = &spec.populations[index];
        let shape = match population.shape {
            Shape::Line(size) => size.to_string(),
            Shape::Grid { width, height, maps: 1 } => format!("{width} × {height}"),
            Shape::Grid { width, height, maps } => format!("{width} × {height} × {maps}"),
        };
        let kind = if population.model.receptors().is_empty() { PartKind::Input } else { PartKind::Hidden };
        let (name, model) = (population.name.clone(), population.model.name().to_owned());
        PartView { kind, name, size: population.size() as usize, shape, model, group: "" }
    });
    let place = |name: &str| order.iter().position(|&index| spec.populations[index].name == name);
    let both = spec.projections.iter().zip(&facts.projections);
    let both = both.filter_map(|(projection, facts)| Some((projection, facts, place(&projection.from)?, place(&projection.to)?)));
    let links = both.map(|(projection, facts, from, to)| LinkView {
        from,
        to,
        kind: facts.wiring.clone(),
        synapses: facts.synapses as u64,
        weights: facts.synapses as u64,
        rule: projection.rule.as_ref().map(|rule| rule.name().to_owned()),
        delay: projection.delay,
        weight: Some((projection.weight, spec.weight_unit(projection))),
        pooling: None,
        modulated: matches!(projection.rule, Some(RuleSpec::RStdp(_))),
        inhibits: projection.weight.mean() < 0.0 || projection.limits_mv().1 <= 0.0,
    });
    NetworkView { parts: parts.collect(), links: links.collect() }
}

fn one_neuron(params: &Params) -> NetworkView {
    let part =
        |kind, name: &str, model: String, group| PartView { kind, name: name.to_owned(), size: 1, shape: "1".to_owned(), model, group };
    NetworkView {
        parts: vec![
            part(PartKind::Input, "Electrode", format!("{} nA", params.get(P::IExt)), "Stimulus"),
            part(PartKind::Output, "Neuron", "LIF".to_owned(), "Neuron · LIF"),
        ],
        links: vec![LinkView {
            from: 0,
            to: 1,
            kind: format!("current, {} MΩ", params.get(P::RM)),
            synapses: 0,
            weights: 0,
            rule: None,
            delay: Distribution::Constant(0.0),
            weight: None,
            pooling: None,
            modulated: false,
            inhibits: false,
        }],
    }
}

fn one_synapse(params: &Params) -> NetworkView {
    let part = |kind, name: &str| PartView {
        kind,
        name: name.to_owned(),
        size: 1,
        shape: "1".to_owned(),
        model: "given spike times".to_owned(),
        group: "Pairing protocol",
    };
    NetworkView {
        parts: vec![part(PartKind::Input, "Presynaptic"), part(PartKind::Output, "Postsynaptic")],
        links: vec![LinkView {
            from: 0,
            to: 1,
            kind: "one synapse".to_owned(),
            synapses: 1,
            weights: 1,
            rule: Some(format!("pair-stdp, {}", params.choice(P::Pairing))),
            delay: Distribution::Constant(0.0),
            weight: None,
            pooling: None,
            modulated: false,
            inhibits: false,
        }],
    }
}

/// Spikes of every part since the onset of the image (without images: in the whole record), and the duration in ms.
pub(super) fn flow(lab: &Laboratory, recent: &Recent) -> (Vec<u64>, f64) {
    if let Laboratory::Free(lab) = lab {
        let (spikes, ms) = lab.flow();
        return (order(lab.spec()).into_iter().map(|index| spikes[index]).collect(), ms);
    }
    let onset = match lab {
        Laboratory::Images(trainer) => trainer.step().saturating_sub(u64::from(trainer.trial().elapsed_steps)),
        Laboratory::Neuron(_) | Laboratory::Pairing(_) | Laboratory::Free(_) => 0,
    };
    let from = onset.max(recent.window_start());
    let ms = recent.end().saturating_sub(from) as f64 * lab.grid().dt_ms();
    let mut counts = vec![recent.count(Layer::Input, from)];
    counts.extend(recent.hidden().counts(from));
    counts.push(recent.count(Layer::Output, from));
    (counts, ms)
}
