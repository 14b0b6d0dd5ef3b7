//! The selected population: name, model, number of neurons, parameters and start values.

use super::element::{Whole, buttons, head};
use super::fields::{VALUE, WIDEST, choose, line, note, noted, problems, row, rows, section, told};
use crate::gui::paint::numbers::plural;
use crate::gui::panel::Context;
use crate::gui::state::editing::Editing;
use crate::gui::state::editing::acts::Choice;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::typed::{typed, width_of};
use crate::model::{Element, Entry, ModelSpec, PopulationSpec, Shape};
use egui::{Popup, Ui};

/// Spike trains that have a field of their own, at most.
const TRAINS: usize = 20;

/// The parameters of the population called `name`.
pub(super) fn population(ui: &mut Ui, name: &str, editing: &mut Editing, cx: &Context) {
    if editing.network().population(name).is_none() {
        return;
    }
    let mut name = name.to_owned();
    if let Some(new) = head(ui, "Population", &name) {
        let done = editing.draft.rename_population(&name, new.trim());
        if told(editing, "name", done).is_some() {
            editing.places.rename(&name, new.trim());
            new.trim().clone_into(&mut name);
            editing.renamed(Element::Population(name.clone()));
        }
    }
    // the rest is laid out in the same frame: Tab goes on to it
    let name = name.as_str();
    let element = Element::Population(name.to_owned());
    let Some(own) = editing.network().population(name).cloned() else { return };
    problems(ui, editing, "name", (&element, &[""]), cx.palette);
    let done = ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        targets(ui, name, editing);
        buttons(ui, "population")
    });
    match done.inner {
        Some(Whole::Duplicate) => return editing.duplicate(&element),
        Some(Whole::Delete) => return editing.delete(&element),
        None => {}
    }
    let entries: Vec<Entry> = editing.network().entries().into_iter().filter(|entry| entry.path.owner.as_deref() == Some(name)).collect();
    let start: Vec<&str> = own.model.start_fields().iter().map(|field| field.name).collect();
    let (initial, fields): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().filter(|entry| entry.field.name != "size").partition(|entry| start.contains(&entry.field.name));
    model(ui, &own, &element, editing, cx);
    size(ui, &own, &element, editing, cx);
    if !fields.is_empty() {
        section(ui, "Parameters");
        rows(ui, editing, &fields, &element, cx);
    }
    trains(ui, &own, editing, cx);
    if !start.is_empty() {
        starts(ui, &own, &initial, &element, editing, cx);
    }
}

/// Connect without the pointer: a list of all populations.
fn targets(ui: &mut Ui, name: &str, editing: &mut Editing) {
    let button = theme::button(ui, Sign::More, "Connect to…", Weight::Usual, 0.0);
    let button = button.on_hover_text("Make a projection from this population to another, or to itself.");
    let names: Vec<String> = editing.network().populations.iter().map(|population| population.name.clone()).collect();
    Popup::menu(&button).show(|ui| {
        ui.set_min_width(180.0);
        for target in &names {
            let refused = editing.network().clone().connect(name, target).err();
            let words = if target == name { format!("{target} (itself)") } else { target.clone() };
            let item = ui.add_enabled(refused.is_none(), egui::Button::new(words).frame_when_inactive(false));
            if item.on_disabled_hover_text(refused.unwrap_or_default()).clicked() {
                editing.connect(name, target);
                ui.close();
            }
        }
    });
}

fn model(ui: &mut Ui, own: &PopulationSpec, element: &Element, editing: &mut Editing, cx: &Context) {
    let all: Vec<ModelSpec> = ModelSpec::NAMES.iter().filter_map(|name| ModelSpec::named(name)).collect();
    let names: Vec<(&str, &str)> = all.iter().map(|model| (model.name(), model.help())).collect();
    ui.push_id("model", |ui| {
        let chosen = line(ui, "model", cx.palette, |ui| choose(ui, "Model", own.model.name(), &names, 130.0));
        if let Some(model) = chosen {
            let done = editing.choose(&own.name, Choice::Model, model);
            told(editing, "model", done);
        }
        noted(ui, editing, "model", (element, &["model"]), own.model.help(), cx.palette);
    });
}

/// Number of neurons, or sites of a grid.
fn size(ui: &mut Ui, own: &PopulationSpec, element: &Element, editing: &mut Editing, cx: &Context) {
    ui.push_id("size", |ui| {
        let text = match own.shape {
            Shape::Line(size) => size.to_string(),
            Shape::Grid { width, height, maps: 1 } => format!("{width} × {height}"),
            Shape::Grid { width, height, maps } => format!("{width} × {height} × {maps}"),
        };
        let width = width_of(ui, &text).clamp(VALUE, WIDEST);
        let running = cx.snapshot.quantities.as_ref().and_then(|view| view.network.population(&own.name));
        let differs = running.is_some_and(|running| running.shape != own.shape) && editing.has_run();
        let color = differs.then_some(cx.palette.accent);
        let new = line(ui, "size", cx.palette, |ui| typed(ui, &format!("{}.size", own.name), &text, width, color));
        if let Some(text) = new {
            let done = shape(&text).and_then(|shape| {
                editing.draft.edit(&format!("Change the size of {}", own.name), |network| network.set_shape(&own.name, shape))
            });
            told(editing, "size", done);
        }
        let help = "Number of neurons, or of a grid: width × height, or width × height × neurons at a site.";
        noted(ui, editing, "size", (element, &["size", "shape"]), help, cx.palette);
    });
}

/// A number of neurons, or a grid: `100`, `28 × 28`, `28 x 28 x 6`.
fn shape(text: &str) -> Result<Shape, String> {
    let numbers: Option<Vec<u32>> = text.split(['×', 'x', 'X', '*']).map(|part| part.trim().replace([',', ' '], "").parse().ok()).collect();
    match numbers.as_deref() {
        Some([size]) => Ok(Shape::Line(*size)),
        Some([width, height]) => Ok(Shape::Grid { width: *width, height: *height, maps: 1 }),
        Some([width, height, maps]) => Ok(Shape::Grid { width: *width, height: *height, maps: *maps }),
        _ => Err(format!("{text:?} is no size; write a number of neurons, as 100, or a grid, as 28 × 28")),
    }
}

/// The spike times of given spike trains.
fn trains(ui: &mut Ui, own: &PopulationSpec, editing: &mut Editing, cx: &Context) {
    let ModelSpec::SpikeSource(source) = &own.model else { return };
    section(ui, "Spike times");
    note(ui, "Times in ms, separated by commas, as 10, 20.5.", cx.palette);
    for (neuron, times) in source.spikes_ms.iter().take(TRAINS).enumerate() {
        ui.push_id(("train", neuron), |ui| {
            let text = times.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
            let label = format!("Spike times of {}[{neuron}]", own.name);
            let new = line(ui, &format!("[{neuron}]"), cx.palette, |ui| typed(ui, &label, &text, 210.0, None));
            if let Some(text) = new {
                let done = editing
                    .draft
                    .edit(&format!("Change the spikes of {}", own.name), |network| network.set_spikes(&own.name, neuron, &text));
                told(editing, &label, done);
            }
            problems(ui, editing, &label, (&Element::Task, &[]), cx.palette);
        });
    }
    if let Some(more) = source.spikes_ms.len().checked_sub(TRAINS).filter(|more| *more > 0) {
        note(ui, &format!("{} more in the text.", plural(more as u64, "spike train")), cx.palette);
    }
}

/// Values of variables at the start; others have their resting value.
fn starts(ui: &mut Ui, own: &PopulationSpec, initial: &[Entry], element: &Element, editing: &mut Editing, cx: &Context) {
    section(ui, "Start values");
    for field in own.model.start_fields() {
        let given = initial.iter().find(|entry| entry.field.name == field.name);
        ui.push_id(("start", field.name), |ui| {
            let (words, value) = if let Some(entry) = given {
                row(ui, editing, entry, element, cx);
                (format!("Start {} at rest", field.name), None)
            } else {
                let usual = editing.network().usual_start(&own.name, field.name);
                (format!("Set the start value of {}", field.name), usual.map(|usual| usual.text(field)))
            };
            let clicked = theme::button(ui, Sign::None, &words, Weight::Usual, 0.0).on_hover_text(field.help).clicked();
            if clicked {
                let change = format!("Change the start of {}", own.name);
                let done = editing.draft.edit(&change, |network| network.set_start(&own.name, field.name, value.as_deref()));
                told(editing, &words, done);
            }
            if given.is_none() {
                problems(ui, editing, &words, (&Element::Task, &[]), cx.palette);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_grids_are_read() {
        assert_eq!(shape(" 1,000 "), Ok(Shape::Line(1000)));
        assert_eq!(shape("28 × 28"), Ok(Shape::Grid { width: 28, height: 28, maps: 1 }));
        assert_eq!(shape("4x5x6"), Ok(Shape::Grid { width: 4, height: 5, maps: 6 }));
        assert!(["", "x", "-1", "1.5", "2x2x2x2"].into_iter().all(|text| shape(text).is_err()));
    }
}
