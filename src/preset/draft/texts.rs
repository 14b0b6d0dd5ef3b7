//! A draft as the text of its file.

use super::Draft;
use crate::model::{Fault, TextPlace};
use crate::preset::file::PresetError;
use crate::preset::opened::of_text;
use crate::preset::{Opened, text};
use std::path::Path;

impl Draft {
    /// The text of the preset file.
    pub fn text(&self) -> String {
        self.file.to_ron()
    }

    /// Put the preset that a text describes in place of this one, as one step of undo; a template becomes a description. With faults,
    /// each with its place where it has one, the draft stays as it was.
    pub fn set_text(&mut self, text: &str) -> Result<(), Vec<(Option<TextPlace>, Fault)>> {
        let mut file = read(text).map_err(|faults| {
            let places = faults.into_iter().map(|(place, fault)| (place.or_else(|| fault.place(text)), fault));
            let mut places: Vec<_> = places.collect();
            places.sort_by_key(|(place, _)| *place);
            places
        })?;
        file.path.clone_from(&self.file.path);
        if file != *self.file {
            self.put("Edit the text", file);
        }
        Ok(())
    }
}

fn read(text: &str) -> Result<super::NetworkPreset, Vec<(Option<TextPlace>, Fault)>> {
    let whole = |message: String| vec![(None, Fault { path: String::new(), message })];
    if let Some(message) = super::super::file::too_long(text.len() as u64) {
        return Err(whole(message));
    }
    if let Err(error) = ron::from_str::<serde::de::IgnoredAny>(text) {
        let (place, message) = text::fault(&error, text);
        return Err(vec![(Some(place), Fault { path: String::new(), message })]);
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
        Opened::Network(file) => Ok(*file),
        Opened::Experiment(preset) => match Draft::of(&preset) {
            Some(draft) => Ok(super::NetworkPreset::clone(draft.file())),
            None => Err(whole("an experiment of one neuron or one pair is no network; open it as a preset".to_owned())),
        },
    }
}
