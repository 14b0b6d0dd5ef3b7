//! The network as a whole: title, size, time step, task, and what has no effect in it.

use super::fields::{line, note, problems, row, rows, section, told};
use crate::gui::paint::numbers::{count, plural};
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::panels::graph::neurons_and_sources;
use crate::gui::state::editing::Editing;
use crate::gui::theme;
use crate::gui::widgets::typed::words;
use crate::model::{Element, Entry, Fault, NetworkSpec, task_fields};
use egui::{Button, Label, RichText, Ui};

/// Remarks that are listed, at most.
const LISTED: usize = 30;

/// Everything that belongs to no population and no projection.
pub(super) fn network(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    theme::section_head(ui, "Network");
    for (name, label, help) in
        [("title", "Title", ""), ("description", "Description", "What the network is and what to look for; shown in lists of presets.")]
    {
        ui.push_id(name, |ui| {
            let file = editing.draft.file();
            let current = if name == "title" { file.title.clone() } else { file.description.clone() };
            if name != "title" {
                ui.add(Label::new(name).selectable(false));
            }
            if let Some(text) = words(ui, (label, if name == "title" { text::strong_font() } else { text::body_font() }), &current) {
                let done = editing.draft.set_words(name, text.trim());
                told(editing, name, done);
            }
            if !help.is_empty() {
                note(ui, help, cx.palette);
            }
            problems(ui, editing, name, (&Element::Network, &[name]), cx.palette);
        });
    }
    let look_for = editing.draft.file().look_for.clone();
    if !look_for.is_empty() {
        let title = format!("What to look for ({})", look_for.len());
        egui::CollapsingHeader::new(RichText::new(title).color(cx.palette.text)).id_salt("look for").show(ui, |ui| {
            for line in &look_for {
                ui.add(Label::new(RichText::new(line).size(12.0)).wrap());
            }
        });
    }
    note(ui, &size(editing.network()), cx.palette);
    section(ui, "Time");
    let steps: Vec<Entry> = editing.network().entries().into_iter().filter(|entry| entry.path.owner.is_none()).collect();
    rows(ui, editing, &steps, &Element::Network, cx);
    let task = task_fields::entries(editing.draft.task(), editing.network().dt_ms);
    for (index, entry) in task.iter().enumerate() {
        if index == 1 {
            section(ui, "Task");
        }
        row(ui, editing, entry, &Element::Task, cx);
    }
    let rewards = editing.draft.task().rewards().len();
    if rewards > 0 {
        line(ui, "rewards", cx.palette, |ui| ui.label(RichText::new(count(rewards as u64)).monospace()));
        note(ui, "Given at fixed times; edit them in the text.", cx.palette);
    }
    if let Some(when) = editing.draft.task().reward_when() {
        note(ui, &format!("Reward: {}. Edit it in the text.", when.words()), cx.palette);
    }
    if let Some(maze) = editing.draft.task().environment() {
        note(ui, &format!("Environment: {}. Edit it in the text.", maze.words()), cx.palette);
    }
    remarks(ui, editing, cx);
}

/// Counts, in words.
fn size(network: &NetworkSpec) -> String {
    let counts = network.counts();
    let sum = |source: bool| {
        let own = network.populations.iter().filter(|population| population.model.receptors().is_empty() == source);
        own.map(|population| u64::from(population.size())).sum()
    };
    let mut parts = vec![
        plural(network.populations.len() as u64, "population"),
        neurons_and_sources(sum(false), sum(true), ", "),
        plural(network.projections.len() as u64, "projection"),
    ];
    if counts.synapses.is_finite() && counts.synapses >= 1.0 {
        parts.push(format!("about {}", plural(counts.synapses as u64, "synapse")));
    }
    parts.join(" · ")
}

/// What has no effect in a network without faults, as populations that are not connected; a click selects the element.
fn remarks(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    if !editing.draft.faults().is_empty() {
        return;
    }
    let all = editing.network().remarks(editing.draft.task());
    if all.is_empty() {
        return;
    }
    section(ui, "Remarks");
    for remark in all.into_iter().take(LISTED) {
        let button = Button::new(RichText::new(remark.to_string()).color(cx.palette.dim).size(12.0)).frame_when_inactive(false).wrap();
        if ui.add(button).clicked() {
            let fault = Fault { path: remark.path, message: remark.message };
            editing.select(fault.element());
        }
    }
}
