//! A draft as the text of its file.

use super::{Draft, NetworkPreset};
use crate::model::{Fault, TextPlace, without};
use crate::preset::file::PresetError;
use crate::preset::opened::of_text;
use crate::preset::{Opened, text};
use std::path::Path;
use std::sync::Arc;

impl Draft {
    /// The text of the preset file: the one that was read or typed, as long as it describes this preset, otherwise a new one.
    pub fn text(&self) -> String {
        self.written().map_or_else(|| self.file.to_ron(), str::to_owned)
    }

    /// The text that was read or typed, with its comments and explicit defaults, if it describes this preset.
    pub fn written(&self) -> Option<&str> {
        let own = |(_, file): &&(String, Arc<NetworkPreset>)| Arc::ptr_eq(file, &self.file) || *file == self.file;
        self.written.iter().rev().find(own).map(|(text, _)| text.as_str())
    }

    /// Keep the text of the file that the preset was read from. Returns whether it was: one with faults is ignored.
    pub fn keep_text(&mut self, text: &str) -> bool {
        let Ok((mut file, true)) = read(text) else { return false };
        file.path.clone_from(&self.file.path);
        self.keep(text, Arc::new(file));
        true
    }

    fn keep(&mut self, text: &str, file: Arc<NetworkPreset>) {
        self.written.push((text.to_owned(), file));
        if self.written.len() > TEXTS {
            self.written.remove(0);
        }
    }

    /// What is wrong with a text, each fault with its place where it has one, in the order of the places.
    pub fn faults_of_text(&self, text: &str) -> Vec<(Option<TextPlace>, Fault)> {
        let Err(faults) = read(text) else { return Vec::new() };
        let mut places: Vec<_> = faults.into_iter().map(|(place, fault)| (place.or_else(|| fault.place(text)), fault)).collect();
        places.sort_by_key(|(place, _)| *place);
        places
    }

    /// Put the preset that a text describes in place of this one, as one step of undo, and keep the text; a template becomes a description.
    /// With faults, each with its place where it has one, the draft stays as it was.
    pub fn set_text(&mut self, text: &str) -> Result<(), Vec<(Option<TextPlace>, Fault)>> {
        let (mut file, is_description) = read(text).map_err(|_| self.faults_of_text(text))?;
        file.path.clone_from(&self.file.path);
        if file != *self.file {
            self.put("Edit the text", file);
        }
        if is_description {
            self.keep(text, Arc::clone(&self.file));
        }
        Ok(())
    }
}

/// Faults with their places.
type Located = Vec<(Option<TextPlace>, Fault)>;

/// Texts that are kept, for undo, at most.
const TEXTS: usize = 8;
/// Faults of syntax of one text, at most.
const MOST: usize = 30;

/// The faults of a text that cannot be read as a whole: those of its syntax, and those of the rest once the elements that have them
/// are left out.
fn unreadable(text: &str, mut error: ron::error::SpannedError) -> Located {
    let (mut rest, mut faults) = (text.to_owned(), Vec::new());
    loop {
        let (place, message) = text::fault(&error, &rest);
        let next = without(&rest, place, &message).filter(|next| *next != rest && faults.len() < MOST);
        faults.push((Some(place), Fault { path: String::new(), message }));
        let Some(next) = next else { return faults };
        rest = next;
        match ron::from_str::<serde::de::IgnoredAny>(&rest) {
            Ok(_) => break,
            Err(other) => error = other,
        }
    }
    if let Err(PresetError::Faults { faults: others, .. }) = of_text(&rest, Path::new("")) {
        // what was left out is missing
        let others = others.into_iter().filter(|fault| !fault.is_absence());
        faults.extend(others.map(|fault| (fault.place(&rest), fault)));
    }
    faults
}

/// What a text describes, and whether it is a description itself rather than a template, or its faults.
fn read(text: &str) -> Result<(NetworkPreset, bool), Located> {
    let whole = |message: String| vec![(None, Fault { path: String::new(), message })];
    if let Some(message) = super::super::file::too_long(text.len() as u64) {
        return Err(whole(message));
    }
    if let Err(error) = ron::from_str::<serde::de::IgnoredAny>(text) {
        return Err(unreadable(text, error));
    }
    let opened = of_text(text, Path::new("")).map_err(|error| match error {
        PresetError::Faults { faults, .. } => faults.into_iter().map(|fault| (None, fault)).collect(),
        PresetError::Invalid { faults, .. } => faults.iter().flat_map(|fault| whole(fault.to_string())).collect(),
        PresetError::Malformed { reason, .. } => whole(reason),
        PresetError::Newer { found, .. } => {
            let message = PresetError::newer(found);
            vec![(None, Fault { path: "schema".to_owned(), message })]
        }
        other => whole(other.to_string()),
    })?;
    match opened {
        Opened::Network(file) => Ok((*file, true)),
        Opened::Experiment(preset) => match Draft::of(&preset) {
            Some(draft) => Ok((NetworkPreset::clone(draft.file()), false)),
            None => Err(whole("an experiment of one neuron or one pair is no network; open it as a preset".to_owned())),
        },
    }
}
