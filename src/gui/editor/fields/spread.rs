//! A value for each synapse or neuron: the kind of its distribution, and its numbers with their units.

use super::{choose, colour, told};
use crate::gui::panel::Context;
use crate::gui::state::editing::Editing;
use crate::gui::widgets::typed::typed;
use crate::model::{Distribution, Entry, Wiring};
use egui::{Label, RichText, Ui};

/// The kinds of distributions with their help.
const KINDS: [(&str, &str); 6] = [
    ("Constant", "The same value for all."),
    ("Uniform", "Every value between two limits is equally likely."),
    ("Normal", "A normal distribution with mean and standard deviation."),
    ("LogNormal", "A lognormal distribution with the mean and standard deviation of its values."),
    ("Gabor", "Random Gabor patches, for filters."),
    ("Noise", "Noise of zero mean and unit length, for filters."),
];

/// The numbers of a distribution with their names.
fn numbers(value: Distribution) -> Vec<(&'static str, f64)> {
    match value {
        Distribution::Constant(value) => vec![("value", value)],
        Distribution::Uniform { low, high } => vec![("low", low), ("high", high)],
        Distribution::Normal { mean, sd } | Distribution::LogNormal { mean, sd } => vec![("mean", mean), ("sd", sd)],
        Distribution::Gabor | Distribution::Noise => Vec::new(),
    }
}

/// Name, kind and numbers, on two lines.
pub(super) fn spread(ui: &mut Ui, editing: &mut Editing, entry: &Entry, value: Distribution, cx: &Context) {
    let name = entry.path.to_string();
    let filters = entry.path.owner.as_ref().and_then(|owner| editing.network().projection(owner));
    let filters = entry.field.name == "weight" && filters.is_some_and(|projection| matches!(projection.wiring, Wiring::Shared { .. }));
    let kinds = if filters { &KINDS[..] } else { &KINDS[..4] };
    ui.add(Label::new(RichText::new(entry.field.name).color(cx.palette.text)));
    let change = format!("Change {name}");
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if let Some(kind) = choose(ui, &format!("{name} distribution"), value.kind(), kinds, 86.0) {
            let done = editing.draft.edit(&change, |network| network.set_distribution(&entry.path, kind));
            told(editing, &name, done);
        }
        let all = numbers(value);
        let words = |ui: &mut Ui, words: &str| ui.add(Label::new(RichText::new(words).small().color(cx.palette.dim)));
        for (index, (number, is)) in all.iter().enumerate() {
            let label = if all.len() == 1 { name.clone() } else { format!("{name} {number}") };
            if all.len() > 1 {
                words(ui, number);
            }
            let left = (all.len() - index) as f32;
            let wide = if all.len() > 1 { (ui.available_width() / left - 34.0).clamp(40.0, 92.0) } else { 92.0 };
            let Some(text) = typed(ui, &label, &entry.field.format(*is), wide, colour(entry, editing, cx)) else { continue };
            let texts = all.iter().enumerate().map(|(k, (_, other))| if k == index { text.clone() } else { entry.field.format(*other) });
            let texts = texts.collect::<Vec<_>>().join(", ").replace('−', "-");
            // a typed distribution stands for itself, as Uniform(0.5 ms, 2 ms)
            let whole = if text.contains('(') {
                text
            } else if all.len() == 1 {
                texts
            } else {
                format!("{}({texts})", value.kind())
            };
            let done = editing.draft.edit(&change, |network| network.set_quantity(&entry.path, &whole));
            told(editing, &name, done);
        }
    });
}
