//! What can be done with the network that is edited, each by one name: the buttons of the editor and the command palette share it.

use super::{Editing, Sheet};
use crate::model::{Element, ModelSpec, NetworkSpec, Path, ProjectionSpec, RuleSpec, TaskSpec};

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
    /// Choose the model of a population, or the wiring or rule of a projection, by name.
    Choose(String, Choice, &'static str),
    /// Show the network as text, or as a drawing.
    ShowText(bool),
}

/// What is chosen by name for a population or a projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    Model,
    Wiring,
    Rule,
}

impl Choice {
    /// Choose it in a network; why it is refused is returned.
    pub(crate) fn make(self, network: &mut NetworkSpec, owner: &str, name: &str) -> Result<(), String> {
        match self {
            Self::Model => network.set_model(owner, name),
            Self::Wiring => network.set_wiring(owner, name),
            Self::Rule => network.set_rule(owner, Some(name).filter(|name| *name != FIXED)),
        }
    }

    /// Its name in descriptions.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Wiring => "wiring",
            Self::Rule => "rule",
        }
    }
}

/// The name of a projection without learning rule.
pub(crate) const FIXED: &str = "none (fixed)";

/// The rules that a projection can have, with a sentence each. Those that the task cannot have are left out, but not one that it has.
pub(crate) fn rules(own: &ProjectionSpec, task: &TaskSpec) -> Vec<(&'static str, &'static str)> {
    let trials = !matches!(task, TaskSpec::FreeRun(_));
    let has = |rule: &RuleSpec| own.rule.as_ref().is_some_and(|own| own.name() == rule.name());
    let fits = |rule: &RuleSpec| if trials { !rule.is_continuous() } else { !rule.needs_trials() };
    let all = RuleSpec::NAMES.iter().filter_map(|name| RuleSpec::named(name)).filter(|rule| fits(rule) || has(rule));
    std::iter::once((FIXED, "Weights are constant.")).chain(all.map(|rule| (rule.name(), rule.help()))).collect()
}

impl Editing {
    /// Choose the model of a population, or the wiring or rule of a projection, which is called `owner`. Why it is refused is returned.
    pub(crate) fn choose(&mut self, owner: &str, choice: Choice, name: &str) -> Result<(), String> {
        self.draft.edit(&format!("Change the {} of {owner}", choice.words()), |network| choice.make(network, owner, name))
    }

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
            Act::Choose(owner, choice, name) => self.choose_and_select(&owner, choice, name),
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

    /// Choose a model, wiring or rule, and select what it belongs to. A text that was changed is read first.
    fn choose_and_select(&mut self, owner: &str, choice: Choice, name: &str) {
        if !self.read_text() {
            return;
        }
        self.sheet = None;
        self.select(match choice {
            Choice::Model => Element::Population(owner.to_owned()),
            Choice::Wiring | Choice::Rule => Element::Projection(owner.to_owned()),
        });
        let done = self.choose(owner, choice, name);
        self.note(done);
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
