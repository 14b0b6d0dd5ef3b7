//! The presets that come with the program, as listed in the preset picker.

use crate::preset::Preset;
use std::path::PathBuf;

/// One line of the preset picker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Title of the preset.
    pub title: String,
    /// Its first sentence.
    pub summary: String,
    /// The file.
    pub path: PathBuf,
}

/// The preset a first start opens.
pub(crate) const DEFAULT: &str = "mnist-rstdp.ron";

/// Title and summary of all readable ones among `files`; the default first, the others by title. Reads files: not for
/// the frame loop.
pub(crate) fn list(files: Vec<PathBuf>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = files
        .into_iter()
        .filter_map(|path| {
            let preset = Preset::load(&path).ok()?;
            let end = preset.description.find(". ").map_or(preset.description.len(), |at| at + 1);
            Some(Entry { title: preset.title, summary: preset.description[..end].to_owned(), path })
        })
        .collect();
    entries.sort_by_key(|entry| (!entry.path.ends_with(DEFAULT), entry.title.clone()));
    entries
}
