//! The description that is being edited in the Network view: the draft, what of it is selected, and how it relates to the network
//! that runs. Everything that changes the draft goes through here, so that views need not be told.

pub(crate) mod acts;

use crate::gui::state::derived_preset;
use crate::gui::state::outbox::Outbox;
use crate::gui::state::places::Places;
use crate::model::template::Frame;
use crate::model::{Connected, Element, Fault, NetworkSpec, Path, Value};
use crate::params::ParamId;
use crate::preset::{Changes, Draft, NetworkPreset, Preset};
use crate::session::Command;
use std::path::PathBuf;
use std::sync::Arc;

/// What the editor asks of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Apply,
    Discard,
    SaveAs,
}

/// How the draft relates to the network that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// They are equal.
    Same,
    /// They differ.
    Differs,
    /// They differ, and the draft has faults.
    Faulty,
}

/// The text of the draft while it is edited as text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sheet {
    /// What the field contains.
    pub text: String,
    /// What the draft had when the text was shown, to tell whether the text was changed.
    pub before: String,
    /// Its faults with the number of their line, counted from 1.
    pub faults: Vec<(Option<usize>, String)>,
    /// The text that has these faults.
    pub checked: String,
    /// When it was last seen to differ from that, in seconds.
    pub typed: Option<f64>,
}

impl Sheet {
    /// A text as it is shown first.
    pub(crate) fn new(text: String) -> Self {
        Self { before: text.clone(), checked: text.clone(), text, ..Self::default() }
    }

    /// Whether it was changed.
    pub(crate) fn is_changed(&self) -> bool {
        self.text != self.before
    }

    /// Find the faults of the text.
    pub(crate) fn check(&mut self, draft: &Draft) {
        let faults = draft.faults_of_text(&self.text);
        self.faults = faults.into_iter().map(|(place, fault)| (place.map(|place| place.line), fault.to_string())).collect();
        self.checked.clone_from(&self.text);
        self.typed = None;
    }
}

/// A network while it is edited.
#[derive(Debug, Clone)]
pub(crate) struct Editing {
    pub draft: Draft,
    pub selected: Element,
    /// The draft as text, if it is shown so.
    pub sheet: Option<Sheet>,
    /// Why the last edit was refused.
    pub refused: Option<String>,
    /// The name of the field whose text was refused last, and why.
    pub refused_field: Option<(String, String)>,
    /// Requests of this frame.
    pub wishes: Vec<Wish>,
    /// Whether what is selected takes the focus of the keyboard, and whether its parameters do.
    pub wants_focus: bool,
    pub wants_fields: bool,
    /// Whether the parameters scroll to the first one with a fault.
    pub wants_fault: bool,
    /// Whether the parameters were visible before.
    pub had_parameters: bool,
    pub standing: Standing,
    /// Whether the draft began empty, rather than as the network that runs.
    is_new: bool,
    /// The file that has this network, or an earlier state of it.
    pub file: Option<PathBuf>,
    /// What that file has, and its text if it was read or typed.
    saved: Option<Arc<NetworkPreset>>,
    saved_text: Option<String>,
    /// The projection that was changed last, and the one that was made last with a sentence about its values.
    last_projection: Option<String>,
    pub made: Option<(String, String)>,
    /// Whether the run is paused as long as this network is edited.
    pub pauses: bool,
    /// Where the populations are drawn.
    pub places: Places,
    /// The images that a template is for, if the network that runs has some.
    pub frame: Option<Frame>,
    /// Counts the selections; a new name of what is selected is none, so that the fields beside the drawing stay the same.
    pub shown: u64,
    /// Counts the edits.
    revision: u64,
    /// Both counts in the frame before.
    counts_before: (u64, u64),
    /// The revision whose relation to the running network is known, and the one that was equal to it last.
    seen: Option<u64>,
    equal: Option<u64>,
}

impl PartialEq for Editing {
    fn eq(&self, other: &Self) -> bool {
        self.draft.text() == other.draft.text() && self.selected == other.selected && self.sheet == other.sheet
    }
}

impl Editing {
    /// Begin with a draft; nothing is selected.
    pub(crate) fn new(draft: Draft, is_new: bool) -> Self {
        Self {
            draft,
            selected: Element::Network,
            sheet: None,
            refused: None,
            refused_field: None,
            wishes: Vec::new(),
            wants_focus: true,
            wants_fields: false,
            wants_fault: false,
            shown: 0,
            had_parameters: true,
            standing: Standing::Differs,
            is_new,
            file: None,
            saved: None,
            saved_text: None,
            last_projection: None,
            made: None,
            pauses: false,
            places: Places::default(),
            frame: None,
            revision: 0,
            counts_before: (0, 0),
            seen: None,
            equal: None,
        }
    }

    /// The network as the draft describes it; it can have faults.
    pub(crate) fn network(&self) -> &NetworkSpec {
        self.draft.network()
    }

    /// Change the network; `name` is what Undo calls it. A change that is refused leaves the draft as it was, and its reason is
    /// shown.
    pub(crate) fn edit<R>(&mut self, name: &str, change: impl FnOnce(&mut NetworkSpec) -> Result<R, String>) -> Option<R> {
        let done = self.draft.edit(name, change);
        self.note(done)
    }

    /// Take note of an edit that was made or refused.
    pub(crate) fn note<R>(&mut self, done: Result<R, String>) -> Option<R> {
        match done {
            Ok(result) => {
                self.changed();
                Some(result)
            }
            Err(reason) => {
                self.refused = Some(reason);
                None
            }
        }
    }

    fn changed(&mut self) {
        self.revision += 1;
        (self.refused, self.refused_field) = (None, None);
        if let Element::Projection(name) = &self.selected {
            self.last_projection = Some(name.clone());
        }
        if let Some(sheet) = self.sheet.as_mut().filter(|sheet| !sheet.is_changed()) {
            *sheet = Sheet::new(self.draft.text());
        }
        let network = self.draft.network();
        let exists = match &self.selected {
            Element::Network | Element::Task => true,
            Element::Population(name) => network.population(name).is_some(),
            Element::Projection(name) => network.projection(name).is_some(),
        };
        if !exists {
            self.selected = Element::Network;
        }
    }

    /// Take a text that was changed as the draft. Returns whether there is none left: one with faults stays, and they are listed.
    pub(crate) fn read_text(&mut self) -> bool {
        let Some(mut sheet) = self.sheet.take_if(|sheet| sheet.is_changed()) else { return true };
        let done = self.draft.set_text(&sheet.text);
        sheet.check(&self.draft);
        if done.is_ok() {
            sheet.before.clone_from(&sheet.text);
            self.changed();
        } else {
            self.refused = Some("The text has faults; correct them, or press Discard text.".to_owned());
        }
        self.sheet = Some(sheet);
        done.is_ok()
    }

    /// Connect two populations like the projection that was changed last or is selected, and select the new one.
    pub(crate) fn connect(&mut self, from: &str, to: &str) {
        let selected = if let Element::Projection(name) = &self.selected { Some(name.clone()) } else { None };
        let recent: Vec<String> = self.last_projection.clone().into_iter().chain(selected).collect();
        let recent: Vec<&str> = recent.iter().map(String::as_str).collect();
        let done = self.edit(&format!("Connect {from} with {to}"), |network| network.connect_like(from, to, &recent));
        if let Some(Connected { name, like }) = done {
            self.select(Element::Projection(name.clone()));
            if let Some(own) = self.network().projection(&name) {
                let value = |field: &str| self.network().entry(&Path::new(&name, field)).map_or_else(String::new, |entry| entry.text());
                let why = like.map_or_else(|| "defaults for these populations".to_owned(), |like| format!("as {like}"));
                let words = format!("{}, weight {}, delay {}: {why}.", own.wiring.text(), value("weight"), value("delay"));
                self.made = Some((name, words));
            }
        }
    }

    /// A file now has this preset; it may be that of the draft.
    pub(crate) fn note_saved(&mut self, saved: &Preset, path: PathBuf) {
        self.saved = saved.file().map(Arc::new);
        self.saved_text = self.draft.written().map(str::to_owned);
        self.file = Some(path);
    }

    /// The text of the file that was opened is known.
    pub(crate) fn keep_text(&mut self, text: &str) {
        if self.draft.keep_text(text) {
            self.saved_text = Some(text.to_owned());
        }
        if let Some(sheet) = self.sheet.as_mut().filter(|sheet| !sheet.is_changed()) {
            *sheet = Sheet::new(self.draft.text());
        }
    }

    /// Whether the file has the draft as it stands; `None` without a file.
    pub(crate) fn is_saved(&self) -> Option<bool> {
        let saved = self.saved.as_ref()?;
        let without_path = |file: &NetworkPreset| NetworkPreset { path: None, ..file.clone() };
        let same = without_path(saved) == without_path(self.draft.file()) && self.draft.written() == self.saved_text.as_deref();
        Some(same && self.sheet.as_ref().is_none_or(|sheet| !sheet.is_changed()))
    }

    /// Delete an element; a population with its projections.
    pub(crate) fn delete(&mut self, what: &Element) {
        let done = match what {
            Element::Network | Element::Task => return,
            Element::Population(name) => self.draft.remove_population(name).map(drop),
            Element::Projection(name) => self.draft.remove_projection(name),
        };
        self.note(done);
    }

    /// Select an element.
    pub(crate) fn select(&mut self, selected: Element) {
        if self.selected != selected {
            self.selected = selected;
            self.shown += 1;
            (self.refused, self.refused_field, self.made) = (None, None, None);
        }
    }

    /// What is selected has another name.
    pub(crate) fn renamed(&mut self, selected: Element) {
        self.selected = selected;
    }

    /// Undo the last edit.
    pub(crate) fn undo(&mut self) {
        self.step_of_history(Draft::undo);
    }

    /// Redo the last edit that was undone.
    pub(crate) fn redo(&mut self) {
        self.step_of_history(Draft::redo);
    }

    /// Undo or redo; an element that exists again is selected and takes the focus.
    fn step_of_history(&mut self, step: fn(&mut Draft) -> Option<String>) {
        let elements = |network: &NetworkSpec| -> Vec<Element> {
            let populations = network.populations.iter().map(|one| Element::Population(one.name.clone()));
            populations.chain(network.projections.iter().map(|one| Element::Projection(one.name.clone()))).collect()
        };
        let before = elements(self.network());
        if step(&mut self.draft).is_some() {
            self.changed();
            if let Some(again) = elements(self.network()).into_iter().find(|element| !before.contains(element)) {
                self.select(again);
                self.wants_focus |= self.sheet.is_none();
            }
        }
    }

    /// The faults of an element.
    pub(crate) fn faults_of(&self, element: &Element) -> impl Iterator<Item = &Fault> {
        self.draft.faults().iter().filter(move |fault| fault.element() == *element)
    }

    /// Whether the draft, or what it was before it was changed, is the network that runs.
    pub(crate) fn has_run(&self) -> bool {
        self.equal.is_some()
    }

    /// Whether it was never the network that runs.
    pub(crate) fn is_another(&self) -> bool {
        self.is_new && self.equal.is_none()
    }

    /// Whether closing the editor would lose something.
    pub(crate) fn is_unapplied(&self) -> bool {
        let empty = self.is_new && self.draft.undoes().is_none();
        (self.standing != Standing::Same && !empty) || self.has_changed_text()
    }

    /// Whether there is a text that was changed and not yet read.
    pub(crate) fn has_changed_text(&self) -> bool {
        self.sheet.as_ref().is_some_and(Sheet::is_changed)
    }

    /// Whether the draft, or the text that was changed, has faults.
    pub(crate) fn has_faults(&self) -> bool {
        match self.sheet.as_ref().filter(|sheet| sheet.is_changed()) {
            Some(sheet) => !self.draft.faults_of_text(&sheet.text).is_empty(),
            None => !self.draft.faults().is_empty(),
        }
    }

    /// Why it cannot be applied, if so.
    pub(crate) fn why_not(&self) -> Option<&'static str> {
        match self.standing {
            _ if self.faults_of_text() > 0 => Some("The text has faults; they are listed below it."),
            // it is read first
            _ if self.has_changed_text() => None,
            Standing::Differs => None,
            Standing::Same => Some("Nothing was changed since the network was applied."),
            Standing::Faulty => Some("The network has faults; they are listed beside the drawing."),
        }
    }

    /// The number of faults that were found in a text that was changed.
    pub(crate) fn faults_of_text(&self) -> usize {
        self.sheet.as_ref().filter(|sheet| sheet.is_changed()).map_or(0, |sheet| sheet.faults.len())
    }

    /// Select the element of a fault and scroll to its field.
    pub(crate) fn show_fault(&mut self, element: Element) {
        self.select(if element == Element::Task { Element::Network } else { element });
        self.wants_fault = true;
    }

    /// Counts the edits.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether something was edited or selected since this was last asked.
    pub(crate) fn changed_since_seen(&mut self) -> bool {
        let counts = (self.revision, self.shown);
        std::mem::replace(&mut self.counts_before, counts) != counts
    }

    /// Whether it was edited since it was last compared.
    pub(crate) fn is_edited(&self) -> bool {
        self.seen.is_some_and(|seen| seen != self.revision)
    }

    /// Whether it has to be compared with the network that runs, which may have changed.
    pub(crate) fn must_compare(&self, changed: bool) -> bool {
        self.seen != Some(self.revision) || changed
    }

    /// Compare the draft with the preset that runs. Changes that need no new network are sent to it at once, if nothing else
    /// differs; where only the running network changed, the draft follows it.
    pub(crate) fn compare(&mut self, running: &Preset, outbox: &mut Outbox) {
        let edited = self.seen != Some(self.revision);
        let mut changes = self.draft.needs_new_network(running);
        // a value set elsewhere, undo of the run, another preset
        if changes != Changes::None && !edited && self.equal == Some(self.revision) && self.follow(running) {
            changes = self.draft.needs_new_network(running);
        }
        // a template is the same network as the description that was made of it
        let same = running.network.is_none() && self.explicit(running).is_some_and(|other| other.file() == self.draft.file());
        if let (Changes::Live { quantities, params }, true) = (&changes, edited && self.draft.faults().is_empty()) {
            send(running, quantities, params, outbox);
        }
        self.seen = Some(self.revision);
        self.standing = match changes {
            Changes::None if self.has_words_of(running) => Standing::Same,
            _ if same => Standing::Same,
            _ if !self.draft.faults().is_empty() => Standing::Faulty,
            _ => Standing::Differs,
        };
        if self.standing == Standing::Same {
            self.equal = Some(self.revision);
        }
    }

    /// Whether title and texts are those of a preset; that a title says that values were changed makes no difference.
    fn has_words_of(&self, running: &Preset) -> bool {
        let words = |file: &NetworkPreset| {
            let title = derived_preset::plain(&file.title).to_owned();
            (title, file.description.clone(), file.citation.clone(), file.look_for.clone())
        };
        running.file().is_none_or(|file| words(&file) == words(self.draft.file()))
    }

    /// The preset that runs as a description.
    fn explicit(&self, running: &Preset) -> Option<Draft> {
        self.frame.map_or_else(|| Draft::of(running), |frame| Draft::of_images(running, frame))
    }

    /// Take over the network that runs, as a step of undo. Returns whether there is one that can be edited.
    fn follow(&mut self, running: &Preset) -> bool {
        let Some(other) = self.explicit(running) else { return false };
        let file = NetworkPreset::clone(other.file());
        let done = self.draft.edit_file("Change of the running network", |own| {
            *own = file;
            Ok(())
        });
        self.note(done).is_some()
    }
}

/// Send changes that act at once to the network that runs.
pub(crate) fn send(running: &Preset, quantities: &[(Path, Value)], params: &[(ParamId, f64)], outbox: &mut Outbox) {
    for (path, value) in quantities {
        let entry = running.network.as_ref().and_then(|described| described.network.entry(path));
        entry.into_iter().for_each(|entry| outbox.set_path(&entry, value.clone()));
    }
    params.iter().for_each(|&(id, value)| outbox.push(Command::Set(id, value)));
}
