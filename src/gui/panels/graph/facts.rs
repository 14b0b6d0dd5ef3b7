//! Tooltips of populations and projections.

use super::{events, flow_words};
use crate::gui::paint::numbers::{count, fixed};
use crate::gui::theme::Palette;
use crate::model::Distribution;
use crate::params::{REGISTRY, format_value};
use crate::session::{LinkView, Snapshot};
use egui::Ui;

fn fact(ui: &mut Ui, name: &str, value: &str, palette: &Palette) {
    ui.horizontal(|ui| {
        ui.label(egui::RichText::new(name).small().color(palette.dim));
        ui.label(egui::RichText::new(value).small());
    });
}

/// A population: size, model, rate, parameters.
pub(super) fn part_facts(ui: &mut Ui, snapshot: &Snapshot, index: usize, palette: &Palette) {
    let part = &snapshot.network.parts[index];
    ui.spacing_mut().item_spacing.y = 3.0;
    ui.label(crate::gui::theme::strong(&part.name));
    fact(ui, "size", &format!("{} ({})", count(part.size as u64), part.shape), palette);
    fact(ui, "model", &part.model, palette);
    if let Some(flow) = flow_words(snapshot, index) {
        fact(ui, "activity", &format!("{flow}, over {} ms", fixed(snapshot.flow_ms, 0)), palette);
    }
    if let Some(view) = &snapshot.quantities {
        for entry in view.entries.iter().filter(|entry| entry.path.owner.as_deref() == Some(&part.name)) {
            fact(ui, entry.field.name, &entry.text(), palette);
        }
    }
    let acts = |id| snapshot.params.idle(id, snapshot.setup).is_none();
    for spec in REGISTRY.iter().filter(|spec| spec.group == part.group && acts(spec.id)) {
        fact(ui, spec.label, &format_value(spec, snapshot.params.get(spec.id)), palette);
    }
}

/// Values as text: `1.5 ms`, `0.5 to 2.5 ms`, `+0.5 ± 0.1 mV`; with a plus sign if they are `signed`.
pub(super) fn spread(values: &Distribution, unit: &str, signed: bool) -> String {
    let plain = |value: f64| value.to_string().replace('-', "−");
    // a factor has no unit
    let factor = unit.is_empty();
    let one = |value: f64| format!("{}{}", if signed && !factor && value > 0.0 { "+" } else { "" }, plain(value));
    let words = match *values {
        Distribution::Constant(value) => one(value),
        Distribution::Uniform { low, high } => format!("{} to {}", one(low), one(high)),
        Distribution::Normal { mean, sd } | Distribution::LogNormal { mean, sd } => format!("{} ± {}", one(mean), plain(sd)),
        Distribution::Gabor => return "Gabor filters".to_owned(),
        Distribution::Noise => return "noise filters".to_owned(),
    };
    if factor { format!("× {words}") } else { format!("{words} {unit}") }
}

/// A projection.
pub(super) fn link_facts(ui: &mut Ui, snapshot: &Snapshot, link: &LinkView, palette: &Palette) {
    let network = &snapshot.network;
    ui.spacing_mut().item_spacing.y = 3.0;
    ui.label(crate::gui::theme::strong(format!("{} → {}", network.parts[link.from].name, network.parts[link.to].name)));
    fact(ui, "kind", &link.kind, palette);
    if let Some(pooling) = &link.pooling {
        fact(ui, "relays", pooling, palette);
    }
    if link.synapses > 0 {
        let shared = if link.weights == link.synapses { String::new() } else { format!(", {} shared weights", count(link.weights)) };
        fact(ui, "connections", &format!("{}{shared}", count(link.synapses)), palette);
    }
    fact(ui, "learning rule", link.rule.as_deref().unwrap_or("none (fixed)"), palette);
    if let Some((weight, unit)) = &link.weight {
        fact(ui, "weight", &spread(weight, unit, true), palette);
    }
    fact(ui, "delay", &spread(&link.delay, "ms", false), palette);
    if let Some(flow) = flow_words(snapshot, link.from) {
        fact(ui, "rate", &flow, palette);
    }
    if let Some(events) = events(snapshot, link) {
        fact(ui, "synaptic events", &events, palette);
    }
    if link.modulated {
        fact(ui, "dopamine", "converts eligibility to weight change", palette);
    }
}
