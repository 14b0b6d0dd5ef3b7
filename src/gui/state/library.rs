//! The shipped presets, as listed in the preset picker.

use crate::preset::Preset;
use std::path::PathBuf;

/// One entry of the preset picker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Title of the preset.
    pub title: String,
    /// First sentence of its description.
    pub summary: String,
    /// Path of the file.
    pub path: PathBuf,
}

/// The preset that is opened on first start.
pub(crate) const DEFAULT: &str = "mnist-rstdp.ron";

/// Title and summary of the readable presets among `files`: the default first, the others by title. Reads files, so it must not
/// be called in the frame loop.
pub(crate) fn list(files: Vec<PathBuf>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = files
        .into_iter()
        .filter_map(|path| {
            let preset = Preset::open(&path).ok()?;
            let end = preset.description.find(". ").map_or(preset.description.len(), |at| at + 1);
            Some(Entry { title: preset.title, summary: preset.description[..end].to_owned(), path })
        })
        .collect();
    entries.sort_by_key(|entry| (!entry.path.ends_with(DEFAULT), entry.title.clone()));
    entries
}
