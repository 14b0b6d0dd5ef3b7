//! What can be done with the network that is edited, each by one name: the buttons of the editor and the command palette share it.

use super::{Editing, Sheet};
use crate::model::{Element, ModelSpec, Path, TaskSpec};

/// Most populations for which every pair can be connected by name; of more, those of the selected one.
const PAIRS: usize = 12;

/// One edit of the network, or another way to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// Add a population of this model.
    Add(&'static str),
    /// Make a projection from one population to another.
    Connect(String, String),
    /// Add a copy of an element.
    Duplicate(Element),
    /// Delete an element.
    Delete(Element),
    /// Select an element.
    Select(Element),
    /// Show the network as text, or as a drawing.
    ShowText(bool),
}

impl Editing {
    /// The models that fit the task: those that need images are left out of a network that runs freely, sources of currents of one that
    /// learns from images.
    pub(crate) fn models(&self) -> Vec<ModelSpec> {
        let free = matches!(self.draft.task(), TaskSpec::FreeRun(_));
        ModelSpec::NAMES
            .iter()
            .filter_map(|name| ModelSpec::named(name))
            .filter(|model| if free { !model.needs_trials() } else { !model.emits_current() })
            .collect()
    }

    /// What can be done now, in words.
    pub(crate) fn acts(&self) -> Vec<(Act, String)> {
        if self.sheet.is_some() {
            return Vec::new();
        }
        let mut acts: Vec<(Act, String)> =
            self.models().iter().map(|model| (Act::Add(model.name()), format!("Add population: {}", model.name()))).collect();
        let network = self.network();
        let selected = if let Element::Population(name) = &self.selected { Some(name) } else { None };
        let few = network.populations.len() <= PAIRS;
        for from in network.populations.iter().filter(|from| few || Some(&from.name) == selected) {
            // a source of spikes receives nothing
            for to in network.populations.iter().filter(|to| !to.model.receptors().is_empty()) {
                let words = format!("Connect {} to {}", from.name, to.name);
                acts.push((Act::Connect(from.name.clone(), to.name.clone()), words));
            }
        }
        if let Element::Population(name) | Element::Projection(name) = &self.selected {
            acts.push((Act::Duplicate(self.selected.clone()), format!("Duplicate {name}")));
            acts.push((Act::Delete(self.selected.clone()), format!("Delete {name}")));
        }
        let populations = network.populations.iter().map(|one| (Act::Select(Element::Population(one.name.clone())), &one.name));
        let projections = network.projections.iter().map(|one| (Act::Select(Element::Projection(one.name.clone())), &one.name));
        acts.extend(populations.chain(projections).map(|(act, name)| (act, format!("Select {name}"))));
        acts.push((Act::Select(Element::Network), "Select the network".to_owned()));
        acts
    }

    /// Do it; the focus goes to what is selected then.
    pub(crate) fn act(&mut self, act: Act) {
        match act {
            Act::Add(model) => self.add(model),
            Act::Connect(from, to) => self.connect(&from, &to),
            Act::Duplicate(element) => self.duplicate(&element),
            Act::Delete(element) => self.delete(&element),
            Act::Select(element) => self.select(element),
            Act::ShowText(text) => self.show_text(text),
        }
        self.wants_focus = true;
    }

    /// Add a population of a model, and select it.
    pub(crate) fn add(&mut self, model: &str) {
        if let Some(name) = self.edit(&format!("Add {model}"), |network| network.add_population(model)) {
            self.select(Element::Population(name));
        }
    }

    /// Set a quantity from text. A text of the whole network that was changed is read first; with faults, nothing is set.
    pub(crate) fn set(&mut self, path: &Path, value: &str) {
        if self.read_text() {
            self.edit(&format!("Change {path}"), |network| network.set_quantity(path, value).map(drop));
        }
    }

    /// Add a copy of an element, and select it.
    pub(crate) fn duplicate(&mut self, element: &Element) {
        let copy = match element {
            Element::Network | Element::Task => None,
            Element::Population(name) => {
                self.edit(&format!("Duplicate {name}"), |network| network.duplicate_population(name)).map(Element::Population)
            }
            Element::Projection(name) => {
                self.edit(&format!("Duplicate {name}"), |network| network.duplicate_projection(name)).map(Element::Projection)
            }
        };
        copy.into_iter().for_each(|copy| self.select(copy));
    }

    /// Show the draft as text or as a drawing. A text that was changed becomes the draft; one with faults stays.
    pub(crate) fn show_text(&mut self, text: bool) {
        if !text {
            if self.read_text() {
                self.sheet = None;
            }
        } else if self.sheet.is_none() {
            self.sheet = Some(Sheet::new(self.draft.text()));
        }
    }
}
