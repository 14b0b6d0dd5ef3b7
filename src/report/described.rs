//! Methods of described networks, generated from the description: populations, projections, models and rules with equations.

use super::math::math;
use super::words::count;
use crate::model::{Description, Methods, NetworkSpec};
use maud::{Markup, html};

/// The models and rules of networks, each once, with their equations.
pub(super) fn models<'a>(networks: impl Iterator<Item = &'a NetworkSpec> + Clone) -> Markup {
    let mut stated: Vec<(&'static str, Methods)> = Vec::new();
    let models = |network: &NetworkSpec| network.populations.iter().map(|one| (one.model.name(), one.model.methods())).collect::<Vec<_>>();
    let rules = |network: &NetworkSpec| {
        network.projections.iter().filter_map(|one| one.rule.as_ref()).map(|rule| (rule.name(), rule.methods())).collect::<Vec<_>>()
    };
    for (name, methods) in networks.clone().flat_map(models).chain(networks.flat_map(rules)) {
        if !stated.iter().any(|(known, _)| *known == name) {
            stated.push((name, methods));
        }
    }
    html! {
        @for (model, methods) in stated {
            h3 { (model) }
            p { (methods.words) }
            @if !methods.equations.is_empty() {
                p.equation { @for line in methods.equations.split(",   ") { span { (math(line)) } } }
            }
        }
    }
}

/// The populations and projections of a network.
pub(super) fn network(facts: &Description) -> Markup {
    html! {
        p { "Δt = " (facts.dt_ms) " ms." }
        div.scroll { table {
            thead { tr { th { "population" } th { "neurons" } th.text { "model" } th.text { "parameters" } } }
            tbody { @for line in &facts.populations {
                tr {
                    th scope="row" { (line.name) } td { (count(line.size.into())) } td.text { (line.model) }
                    td.text { (line.parameters.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")) }
                }
            } }
        } }
        @if !facts.projections.is_empty() {
            div.scroll { table {
                thead { tr { th { "projection" } th.text { "wiring" } th { "synapses" } th.text { "receptor" } th.text { "weight" } th.text { "delay" } th.text { "rule" } } }
                tbody { @for line in &facts.projections {
                    @let ends = if line.name == format!("{}->{}", line.from, line.to) { String::new() } else { format!(" ({} to {})", line.from, line.to) };
                    tr {
                        th scope="row" { (line.name) (ends) } td.text { (line.wiring) }
                        td { @if !line.exact { "about " } (count(line.synapses.round() as u64)) }
                        td.text { (line.receptor) } td.text { (line.weight) } td.text { (line.delay) }
                        td.text { (line.rule.as_deref().unwrap_or("–")) }
                    }
                } }
            } }
        }
    }
}
