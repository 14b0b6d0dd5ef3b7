//! Neurons in the command palette: `E[5]` or `E 5` selects neuron 5 of the population E.

use super::found::{Act, Found};
use crate::gui::widgets::words::folded;
use crate::session::{FreeView, PopulationView};

/// What can be done with the neuron that is named; nothing if the text names none.
pub(super) fn find(typed: &str, view: &FreeView) -> Vec<Found> {
    let found = |words: String, act: Act| Found { words, note: String::new(), key: String::new(), act };
    let Some((population, index)) = named(typed, view) else { return Vec::new() };
    let name = &population.name;
    if !population.has_potential {
        let what = if population.emits_current { "currents" } else { "spikes" };
        return vec![found(format!("{name} is a source of {what}; its neurons have no potential"), Act::Wrong)];
    }
    if index >= population.size {
        return vec![found(format!("{name} has the neurons 0 to {}", population.size.saturating_sub(1)), Act::Wrong)];
    }
    let neuron = population.first + index;
    vec![
        found(format!("Select neuron {name}[{index}]"), Act::Neuron(neuron, None)),
        found(format!("Explain the last spike of {name}[{index}]"), Act::Neuron(neuron, Some("why_spike"))),
        found(format!("Inspect {name}[{index}]"), Act::Neuron(neuron, Some("inspector"))),
    ]
}

/// The population, and the index behind its name.
fn named<'a>(typed: &str, view: &'a FreeView) -> Option<(&'a PopulationView, u32)> {
    let typed = typed.trim();
    let (name, index) = typed.strip_suffix(']').unwrap_or(typed).rsplit_once(['[', ' '])?;
    let (name, index) = (name.trim(), index.trim().parse().ok()?);
    let all = || view.populations.iter();
    let population = all().find(|own| own.name == name).or_else(|| all().find(|own| folded(&own.name) == folded(name)))?;
    Some((population, index))
}
