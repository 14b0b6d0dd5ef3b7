//! Methods of free runs, generated from the descriptions: populations, projections, equations.

use super::facts::FreeGroup;
use crate::model::{Description, Methods, NetworkSpec};
use crate::report::math::math;
use crate::report::words::{count, number};
use maud::{Markup, html};

/// The order of operations in a step.
const STEP: &str = "Time is an integer number of steps of Δt. In a step spikes whose delay has passed are delivered, then the neurons are updated, then rules process the spikes that arrived and those that were fired. Delays are axonal. Drawn delays are rounded to whole steps, at least one. Random numbers of a population or projection come from streams of its own. State is 32-bit floating point, parameters 64-bit; a run is a function of description, seed and program version, bit for bit.";

pub(in crate::report) fn methods(groups: &[FreeGroup]) -> Markup {
    let content = html! {
        p { (STEP) }
        @for (model, methods) in stated(groups) {
            h3 { (model) }
            p { (methods.words) }
            @if !methods.equations.is_empty() {
                p.equation { @for line in methods.equations.split(",   ") { span { (math(line)) } } }
            }
        }
        @for group in groups {
            @let preset = &group.first().preset;
            @let rewards = preset.task.rewards();
            h3 { "Network: " (group.label) }
            p {
                (preset.title) @if !preset.description.is_empty() { ": " (preset.description) }
                @if !preset.citation.is_empty() { " " span.note { "(" (preset.citation) ")" } }
            }
            (network(&preset.network.describe(preset.task.duration_ms())))
            @if !rewards.is_empty() {
                p { "Rewards: " (rewards.iter().map(|(ms, amount)| format!("{amount} at {} ms", number(*ms))).collect::<Vec<_>>().join(", ")) "." }
            }
        }
    };
    html! { section id="free-methods" { h2 { "Methods of the free runs" } (content) } }
}

/// The models and rules of all groups, each once.
fn stated(groups: &[FreeGroup]) -> Vec<(&'static str, Methods)> {
    let mut stated: Vec<(&'static str, Methods)> = Vec::new();
    let networks = || groups.iter().map(|group| &group.first().preset.network);
    let models = |network: &NetworkSpec| network.populations.iter().map(|one| (one.model.name(), one.model.methods())).collect::<Vec<_>>();
    let rules = |network: &NetworkSpec| {
        network.projections.iter().filter_map(|one| one.rule.as_ref()).map(|rule| (rule.name(), rule.methods())).collect::<Vec<_>>()
    };
    for (name, methods) in networks().flat_map(models).chain(networks().flat_map(rules)) {
        if !stated.iter().any(|(known, _)| *known == name) {
            stated.push((name, methods));
        }
    }
    stated
}

fn network(facts: &Description) -> Markup {
    html! {
        p { "Δt = " (facts.dt_ms) " ms. Parameters that are not listed have the default of the program." }
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
