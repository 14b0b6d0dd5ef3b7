//! The shipped presets and the user's own, as listed in the preset picker and in the gallery.

use crate::preset::{Draft, Preset};
use crate::session::{NetworkView, drawn};
use std::path::PathBuf;
use std::sync::Arc;

/// One entry of the preset picker.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// Title of the preset.
    pub title: String,
    /// First sentence of its description.
    pub summary: String,
    /// What to look for, line by line.
    pub look_for: Vec<String>,
    /// Path of the file.
    pub path: PathBuf,
    /// Whether its file describes the network, rather than naming a template.
    pub described: bool,
    /// Its network, unless it is an experiment with one neuron or one synapse.
    pub view: Option<Arc<NetworkView>>,
    /// Whether a current is injected into its neuron, if it has no network; otherwise spikes are paired at a synapse.
    pub is_neuron: bool,
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
            let view = Draft::of(&preset).map(|draft| Arc::new(drawn(draft.network())));
            let (described, summary) = (preset.network.is_some(), preset.description[..end].to_owned());
            let is_neuron = preset.setup.has_parameter("i_ext");
            Some(Entry { title: preset.title, summary, look_for: preset.look_for, path, described, view, is_neuron })
        })
        .collect();
    entries.sort_by_key(|entry| (!entry.path.ends_with(DEFAULT), entry.title.clone()));
    entries
}
