//! Searchable help: every view, every parameter with its equation, range and source, and the references, all generated from
//! their declarations.

use super::all_panels;
use crate::gui::export::tables;
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::state::EDITOR_HELP;
use crate::gui::theme;
use crate::gui::widgets::scale::{in_seconds, with_unit};
use crate::gui::widgets::words::folded;
use crate::model::{Field, Methods, ModelSpec, RuleSpec};
use crate::params::{Change, ParamSpec, REFERENCES, REGISTRY};
use crate::session::Aspect;
use egui::style::ScrollAnimation;
use egui::{Align, Key, RichText, Role, Sense, Ui, WidgetInfo, vec2};
use std::collections::BTreeSet;

/// How networks are assembled and examined.
const HOW: [(&str, &str); 5] = [
    (
        EDITOR_HELP,
        "File > New network (Ctrl+N) begins with an empty network or a preset; Edit network (Ctrl+E) opens the editor on the network that \
         runs. Add a source of spikes first, for example Poisson, then populations of neurons, for example Lif. Apply (Ctrl+Enter) runs \
         the network; Save as writes a preset file. Text shows the same network as text to edit.",
    ),
    (
        "Connect populations",
        "Drag from the dot of a population to another population, or to the same one; without a pointer, Connect to lists the possible \
         targets, and so does Ctrl+P. Select the projection (click, or Tab and Enter) to set who is connected with whom (wiring), weight, delay and learning rule. A network in which \
         all neurons have the same input fires in unison: draw the connections at random, with Probability or Indegree.",
    ),
    (
        "A silent neuron",
        "A neuron fires when its potential reaches the threshold. Membrane shows both, and Why this spike? lists what arrived and what it \
         contributed: Ctrl+P and E[5] selects neuron 5 of the population E. If nothing arrives, a source or a projection is missing, or its weight is 0; if too little arrives, raise the rate of \
         the source or the weight; if inhibition dominates, lower the weights of inhibitory projections.",
    ),
    (
        "Weights that do not change",
        "Only projections with a learning rule change, and they need spikes of both populations. RStdp also needs rewards. Weights that \
         begin at w_max cannot grow; with a small eta they change slowly.",
    ),
    (
        "Times and units",
        "Weights are in mV: of neurons with synaptic currents the current R I that a spike adds, otherwise the change of the potential. \
         Delays are whole time steps, at least one. docs/NETWORKS.md has the names and units of NEST and Brian2.",
    ),
];

/// The keys of the editor of networks.
const KEYS: [(&str, &str); 11] = [
    ("Ctrl+E", "the selected element of the drawing takes the focus"),
    ("Tab, Shift+Tab", "next or previous control; in the drawing first the populations, then the projections"),
    ("Enter", "select the population or projection with the focus; again: its parameters"),
    ("Delete", "delete the population or projection with the focus, or else the selected one"),
    ("Esc", "leave a field without a change; Tab continues from there, also in the text"),
    ("Ctrl+P", "add a population, connect A to B, duplicate, delete, select: type what you want"),
    ("Ctrl+Z, Ctrl+Shift+Z", "undo and redo edits while the focus or the pointer is in the editor"),
    ("Ctrl+T", "text or drawing"),
    ("Ctrl+Enter", "apply"),
    ("Ctrl+S", "save the network"),
    ("Space, .", "run or pause, one millisecond; other single keys do not change the run while a network is edited"),
];

/// Titles and texts of the entries on networks of one's own.
pub(crate) fn topics() -> impl Iterator<Item = (&'static str, &'static str)> {
    HOW.into_iter()
}

/// Frames until the layout of a newly opened tile is stable.
const SETTLE: u8 = 3;

/// View "Help".
#[derive(Default)]
pub(super) struct Help {
    entries: Vec<Entry>,
    search: String,
    /// Entries opened by the user.
    open: BTreeSet<String>,
    /// The entry to scroll to, and the number of frames for which this was tried.
    wanted: Option<(String, u8)>,
}

/// One help entry.
struct Entry {
    section: &'static str,
    id: String,
    title: String,
    /// Dim text after the title.
    note: String,
    text: String,
    /// Equation, in the monospaced font.
    equation: &'static str,
    facts: Vec<(&'static str, String)>,
    /// All texts in lower case, for searching.
    haystack: String,
}

impl Entry {
    fn new(section: &'static str, id: &str, title: &str, note: &str, text: &str) -> Self {
        let (id, title, note, text) = (id.to_owned(), title.to_owned(), note.to_owned(), text.to_owned());
        Self { section, id, title, note, text, equation: "", facts: Vec::new(), haystack: String::new() }
    }

    fn of_parameter(spec: &ParamSpec) -> Self {
        let acts = match spec.change {
            Change::Live => "before the next step",
            Change::Rebuild => "after a rebuild: training restarts, with the weights of synapses that stay the same",
        };
        let facts = vec![
            ("range", in_seconds(spec.range_text())),
            ("default", with_unit(spec, spec.default)),
            ("takes effect", acts.to_owned()),
            ("in presets", spec.name.to_owned()),
            ("source", spec.source.to_owned()),
        ];
        let id = format!("parameter {}", spec.name);
        Self { equation: spec.equation, facts, ..Self::new("Parameters", &id, spec.label, spec.symbol, spec.help) }
    }

    fn of_network(name: &str, kind: &str, methods: Methods, fields: &[Field]) -> Self {
        let facts = fields.iter().map(|field| (field.name, format!("{} ({})", field.help, field.domain.range_text(field.unit)))).collect();
        Self { equation: methods.equations, facts, ..Self::new("Networks of your own", name, name, kind, methods.words) }
    }

    fn ready(mut self) -> Self {
        let facts: Vec<&str> = self.facts.iter().map(|(_, value)| value.as_str()).collect();
        self.haystack = folded(&[&self.title, &self.note, &self.text, self.equation, &facts.join(" ")].join(" "));
        self
    }

    fn matches(&self, search: &str) -> bool {
        folded(search).split_whitespace().all(|word| self.haystack.contains(word))
    }
}

/// All entries. Views come from the list of views, which includes this one.
fn entries() -> Vec<Entry> {
    let views = all_panels();
    let views = views.iter().map(|panel| Entry::new("Views", panel.id(), panel.title(), "", panel.help()));
    let works = REFERENCES.iter().map(|work| Entry::new("References", work.short, work.short, "", work.full));
    let how = HOW.iter().map(|(title, text)| {
        let keys = KEYS.iter().filter(|_| *title == EDITOR_HELP).map(|(key, words)| (*key, (*words).to_owned())).collect();
        Entry { facts: keys, ..Entry::new("Networks of your own", title, title, "", text) }
    });
    let models = ModelSpec::NAMES.iter().filter_map(|name| ModelSpec::named(name));
    let models = models.map(|model| Entry::of_network(model.name(), "neuron model", model.methods(), model.fields()));
    let rules = RuleSpec::NAMES.iter().filter_map(|name| RuleSpec::named(name));
    let rules = rules.map(|rule| Entry::of_network(rule.name(), "learning rule", rule.methods(), rule.fields()));
    let networks = how.chain(models).chain(rules);
    views.chain(networks).chain(REGISTRY.iter().map(Entry::of_parameter)).chain(works).map(Entry::ready).collect()
}

impl Panel for Help {
    fn id(&self) -> &'static str {
        "help"
    }

    fn title(&self) -> &'static str {
        "Help"
    }

    fn help(&self) -> &'static str {
        "Descriptions of all views, of neuron models and learning rules of networks of your own, all parameters with equation, range, default and source, and the full references. Type a word to \
         search all entries. F1 over a tile, or Help in its context menu, opens the description of that view."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[]
    }

    fn caption(&self, _cx: &Context) -> (String, String) {
        ("views, parameters, references".to_owned(), String::new())
    }

    fn table(&self) -> Table {
        tables::parameters
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        if self.entries.is_empty() {
            self.entries = entries();
        }
        if let Some(id) = cx.ui_state.help_on.take() {
            self.search.clear();
            self.open.insert(id.to_owned());
            self.wanted = Some((id.to_owned(), 0));
        }
        let room = ui.interact(ui.available_rect_before_wrap(), ui.scope_id().with("help"), Sense::hover());
        text::label(&room, Role::Label, || format!("Help on views, parameters and references, {} texts", self.entries.len()));
        ui.spacing_mut().item_spacing.y = 4.0;
        if !theme::is_figure(ui.ctx()) {
            self.search_box(ui);
        }
        theme::scrolled(ui, "help", |ui| {
            ui.set_max_width((ui.available_width() - 8.0).max(20.0));
            self.list(ui, cx);
        });
    }
}

impl Help {
    fn search_box(&mut self, ui: &mut Ui) {
        let width = ui.available_width();
        let before = self.search.clone();
        let edit = egui::TextEdit::singleline(&mut self.search).hint_text("Search help").desired_width(width);
        let response = ui.add(edit.margin(egui::Margin::symmetric(10, 5)));
        text::draw_again(ui.ctx(), &before, &self.search);
        let typed = self.search.clone();
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::SearchInput, true, "Search help");
            info.current_text_value = Some(typed.clone());
            info
        });
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
            self.search.clear();
        }
    }

    fn list(&mut self, ui: &mut Ui, cx: &Context) {
        let Self { entries, search, open, wanted } = self;
        let searching = !search.trim().is_empty();
        let found: Vec<&Entry> = entries.iter().filter(|entry| entry.matches(search)).collect();
        if found.is_empty() {
            ui.label(RichText::new(format!("No entry contains “{}”.", search.trim())).color(cx.palette.dim));
            return;
        }
        // a few matches are shown expanded, many as a list
        let unfold = searching && found.len() <= 6;
        let mut section = "";
        for entry in found {
            if entry.section != section {
                section = entry.section;
                ui.add_space(4.0);
                theme::section_head(ui, section);
            }
            let is_open = unfold || open.contains(&entry.id);
            let head = head(ui, entry, is_open, cx);
            if head.clicked() && !unfold && !open.remove(&entry.id) {
                open.insert(entry.id.clone());
            }
            if let Some((_, frames)) = wanted.as_mut().filter(|(id, _)| *id == entry.id) {
                // the layout of a newly opened tile takes some frames to become stable: scroll until the text is visible
                *frames += 1;
                ui.scroll_to_rect_animation(head.rect, Some(Align::TOP), ScrollAnimation::none());
                ui.ctx().request_repaint();
                if *frames > SETTLE && ui.clip_rect().contains_rect(head.rect) || *frames > 10 * SETTLE {
                    *wanted = None;
                }
            }
            if is_open {
                body(ui, entry, cx);
            }
        }
    }
}

/// Title of an entry; a click expands or collapses it.
fn head(ui: &mut Ui, entry: &Entry, open: bool, cx: &Context) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, &entry.title));
    let palette = cx.palette;
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, palette.raised);
    }
    let c = egui::pos2(rect.left() + 6.0, rect.center().y);
    let points = if open {
        vec![c + vec2(-3.5, -1.5), c + vec2(3.5, -1.5), c + vec2(0.0, 2.5)]
    } else {
        vec![c + vec2(-1.5, -3.5), c + vec2(2.5, 0.0), c + vec2(-1.5, 3.5)]
    };
    ui.painter().add(egui::Shape::convex_polygon(points, palette.faint, egui::Stroke::NONE));
    let font = if open { text::strong_font() } else { text::body_font() };
    let left = rect.left() + 16.0;
    let place = egui::Align2::LEFT_CENTER;
    let title = text::line(ui.painter(), egui::pos2(left, c.y), place, &entry.title, font, palette.text, rect.right() - left);
    if !entry.note.is_empty() {
        let job = ui.painter().layout_job(theme::symbol(&entry.note, palette.dim));
        let at = egui::pos2(title.right() + 8.0, c.y - 0.5 * job.size().y);
        if at.x + job.size().x <= rect.right() {
            ui.painter().galley(at, job, palette.dim);
        }
    }
    response
}

/// Body of an entry.
fn body(ui: &mut Ui, entry: &Entry, cx: &Context) {
    egui::Frame::new().inner_margin(egui::Margin { left: 16, right: 2, top: 0, bottom: 6 }).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.add(egui::Label::new(&entry.text).wrap().selectable(true));
        if !entry.equation.is_empty() {
            ui.add(egui::Label::new(theme::equation(entry.equation, cx.palette.accent)).wrap().selectable(true));
        }
        for (name, value) in &entry.facts {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                ui.label(RichText::new(*name).small().color(cx.palette.dim));
                ui.label(RichText::new(value).small());
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::entries;
    use crate::params::REGISTRY;

    #[test]
    fn search_finds_every_view_and_every_parameter() {
        let entries = entries();
        for entry in &entries {
            assert!(entry.matches(&entry.title.to_uppercase()), "{}", entry.id);
            assert!(entry.text.split(' ').count() >= 4, "{} has no description: {}", entry.id, entry.text);
        }
        for spec in REGISTRY {
            let found: Vec<_> = entries.iter().filter(|entry| entry.matches(spec.name) && entry.section == "Parameters").collect();
            assert!(found.iter().any(|entry| entry.text == spec.help && entry.equation == spec.equation), "{}", spec.name);
        }
        let views = entries.iter().filter(|entry| entry.section == "Views");
        for view in views {
            assert!((20..120).contains(&view.text.split(' ').count()), "{}: a paragraph, not {}", view.title, view.text);
            assert!(view.text.ends_with('.') && !view.text.contains("  "), "{}", view.text);
        }
    }
}
