//! The selected projection: name, ends, wiring, weights, delays and learning rule.

use super::element::{Whole, buttons, head};
use super::fields::{choose, line, note, noted, problems, rows, section, told};
use crate::gui::panel::Context;
use crate::gui::state::editing::Editing;
use crate::gui::state::editing::acts::{Choice, FIXED, rules};
use crate::model::{Element, Entry, ProjectionSpec, RuleSpec, Wiring};
use egui::Ui;

/// What the wirings mean, in the order of their names.
const WIRINGS: [&str; 7] = [
    "Every neuron with every neuron.",
    "Neuron i with neuron i; both populations have the same size.",
    "Every pair with the same probability.",
    "The same number of synapses onto every neuron of the target.",
    "The same number of synapses from every neuron of the source.",
    "A list of pairs, edited as text.",
    "Filters that all sites share.",
];
/// The receptor that follows from the sign of the weights.
const BY_SIGN: &str = "by sign of weight";

/// The parameters of the projection called `name`.
pub(super) fn projection(ui: &mut Ui, name: &str, editing: &mut Editing, cx: &Context) {
    if editing.network().projection(name).is_none() {
        return;
    }
    let mut name = name.to_owned();
    if let Some(new) = head(ui, "Projection", &name) {
        let done = editing.draft.rename_projection(&name, new.trim());
        if told(editing, "name", done).is_some() {
            new.trim().clone_into(&mut name);
            editing.renamed(Element::Projection(name.clone()));
        }
    }
    // the rest is laid out in the same frame: Tab goes on to it
    let name = name.as_str();
    let element = Element::Projection(name.to_owned());
    let Some(own) = editing.network().projection(name).cloned() else { return };
    problems(ui, editing, "name", (&element, &[""]), cx.palette);
    if let Some((_, words)) = editing.made.as_ref().filter(|(made, _)| made == name) {
        note(ui, words, cx.palette);
    }
    match ui.horizontal_wrapped(|ui| buttons(ui, "projection")).inner {
        Some(Whole::Duplicate) => return editing.duplicate(&element),
        Some(Whole::Delete) => return editing.delete(&element),
        None => {}
    }
    let entries: Vec<Entry> = editing.network().entries().into_iter().filter(|entry| entry.path.owner.as_deref() == Some(name)).collect();
    let learns: Vec<&str> = own.rule.as_ref().map_or(Vec::new(), |rule| rule.fields().iter().map(|field| field.name).collect());
    let values = ["weight", "delay", "norm", "cap"];
    let (rule_fields, others): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| learns.contains(&entry.field.name) && !values.contains(&entry.field.name));
    let (synapses, wiring_fields): (Vec<Entry>, Vec<Entry>) = others.into_iter().partition(|entry| values.contains(&entry.field.name));
    if ends(ui, &own, &element, editing, cx) {
        return;
    }
    section(ui, "Wiring");
    wiring(ui, &own, &element, editing, cx);
    rows(ui, editing, &wiring_fields, &element, cx);
    section(ui, "Synapses");
    rows(ui, editing, &synapses, &element, cx);
    receptor(ui, &own, &element, editing, cx);
    section(ui, "Learning");
    rule(ui, &own, &element, editing, cx);
    rows(ui, editing, &rule_fields, &element, cx);
}

/// The populations at its ends. Returns whether they were changed.
fn ends(ui: &mut Ui, own: &ProjectionSpec, element: &Element, editing: &mut Editing, cx: &Context) -> bool {
    let names: Vec<String> = editing.network().populations.iter().map(|population| population.name.clone()).collect();
    let names: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    ui.push_id("ends", |ui| {
        let from = line(ui, "from", cx.palette, |ui| choose(ui, "From", &own.from, &names, 130.0));
        let to = line(ui, "to", cx.palette, |ui| choose(ui, "To", &own.to, &names, 130.0));
        let mut moved = false;
        if from.is_some() || to.is_some() {
            let (from, to) = (from.unwrap_or(&own.from), to.unwrap_or(&own.to));
            let done = editing.draft.edit(&format!("Move {}", own.name), |network| network.set_ends(&own.name, from, to));
            if let Some(name) = told(editing, "ends", done) {
                editing.renamed(Element::Projection(name));
                moved = true;
            }
        }
        problems(ui, editing, "ends", (element, &["from", "to"]), cx.palette);
        moved
    })
    .inner
}

fn wiring(ui: &mut Ui, own: &ProjectionSpec, element: &Element, editing: &mut Editing, cx: &Context) {
    let names: Vec<(&str, &str)> = Wiring::NAMES.iter().copied().zip(WIRINGS).collect();
    ui.push_id("wiring", |ui| {
        let current = own.wiring.name();
        let chosen = line(ui, "wiring", cx.palette, |ui| choose(ui, "Wiring", current, &names, 130.0));
        if let Some(kind) = chosen {
            let done = editing.choose(&own.name, Choice::Wiring, kind);
            told(editing, "wiring", done);
        }
        let help = names.iter().find(|(name, _)| *name == current).map_or("", |(_, help)| help);
        let synapses = editing
            .network()
            .counts()
            .projections
            .iter()
            .zip(&editing.network().projections)
            .find(|(_, other)| other.name == own.name)
            .map(|(count, _)| count.synapses);
        let count = synapses
            .filter(|count| count.is_finite())
            .map_or(String::new(), |count| format!(" About {} synapses.", crate::gui::paint::numbers::count(count as u64)));
        noted(ui, editing, "wiring", (element, &["wiring"]), &format!("{help}{count}"), cx.palette);
    });
}

/// The receptor on which its spikes act, for models with several.
fn receptor(ui: &mut Ui, own: &ProjectionSpec, element: &Element, editing: &mut Editing, cx: &Context) {
    let Some(target) = editing.network().population(&own.to) else { return };
    let receptors = target.model.receptors();
    if receptors.len() < 2 && own.receptor.is_none() {
        return;
    }
    let automatic = "Positive weights excite and negative ones inhibit.";
    let names: Vec<(&str, &str)> = std::iter::once((BY_SIGN, automatic)).chain(receptors.iter().map(|one| (one.name, one.help))).collect();
    ui.push_id("receptor", |ui| {
        let current = own.receptor.as_deref().unwrap_or(BY_SIGN);
        let chosen = line(ui, "receptor", cx.palette, |ui| choose(ui, "Receptor", current, &names, 130.0));
        if let Some(name) = chosen {
            let name = Some(name).filter(|name| *name != BY_SIGN);
            let done = editing.draft.edit(&format!("Change the receptor of {}", own.name), |network| network.set_receptor(&own.name, name));
            told(editing, "receptor", done);
        }
        let help = names.iter().find(|(name, _)| *name == current).map_or("", |(_, help)| help);
        noted(ui, editing, "receptor", (element, &["receptor"]), help, cx.palette);
    });
}

fn rule(ui: &mut Ui, own: &ProjectionSpec, element: &Element, editing: &mut Editing, cx: &Context) {
    let names = rules(own, editing.draft.task());
    ui.push_id("rule", |ui| {
        let current = own.rule.as_ref().map_or(FIXED, RuleSpec::name);
        let chosen = line(ui, "rule", cx.palette, |ui| choose(ui, "Rule", current, &names, 130.0));
        if let Some(name) = chosen {
            let done = editing.choose(&own.name, Choice::Rule, name);
            told(editing, "rule", done);
        }
        let help = names.iter().find(|(name, _)| *name == current).map_or("", |(_, help)| help);
        noted(ui, editing, "rule", (element, &["rule"]), help, cx.palette);
    });
}
