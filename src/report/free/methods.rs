//! Methods of free runs, generated from the descriptions: populations, projections, equations.

use super::facts::FreeGroup;
use crate::report::described::{models, network};
use crate::report::words::number;
use maud::{Markup, html};

/// The order of operations in a step.
const STEP: &str = "Time is an integer number of steps of Δt. In a step spikes whose delay has passed are delivered, then the neurons are updated, then rules process the spikes that arrived and those that were fired. Delays are axonal. Drawn delays are rounded to whole steps, at least one. Random numbers of a population or projection come from streams of its own. State is 32-bit floating point, parameters 64-bit; a run is a function of description, seed and program version, bit for bit.";

pub(in crate::report) fn methods(groups: &[FreeGroup]) -> Markup {
    let content = html! {
        p { (STEP) }
        (models(groups.iter().map(|group| &group.first().preset.network)))
        @for group in groups {
            @let preset = &group.first().preset;
            @let rewards = preset.task.rewards();
            h3 { "Network: " (group.label) }
            p {
                (preset.title) @if !preset.description.is_empty() { ": " (preset.description) }
                @if !preset.citation.is_empty() { " " span.note { "(" (preset.citation) ")" } }
            }
            (network(&preset.network.describe_for(&preset.task)))
            @if !rewards.is_empty() {
                p { "Rewards: " (rewards.iter().map(|(ms, amount)| format!("{amount} at {} ms", number(*ms))).collect::<Vec<_>>().join(", ")) "." }
            }
            @if let Some(when) = preset.task.reward_when() { p { "Reward: " (when.words()) "." } }
            @if let Some(maze) = preset.task.environment() { p { "Environment: " (maze.words()) "." } }
        }
    };
    html! { section id="free-methods" { h2 { "Methods of the free runs" } (content) } }
}
