//! A preset saved from the window. If parameters were changed, its title and description say so, because those of the original
//! preset may no longer apply.

use crate::params::{Params, REGISTRY, format_value};
use crate::preset::Preset;
use crate::session::Quantities;
use std::sync::Arc;

/// Suffix of the title of a changed preset.
const MODIFIED: &str = " (modified)";
/// Maximum number of changes that are listed individually.
const LISTED: usize = 6;

/// The preset with the current parameters, where `original` are those of its file, and the current quantities of a described
/// network.
pub(crate) fn derived(preset: &Preset, (original, params): (&Params, &Params), view: Option<&Quantities>) -> Preset {
    let mut changed: Vec<String> = REGISTRY
        .iter()
        .filter(|spec| spec.belongs_to(preset.setup) && params.get(spec.id) != original.get(spec.id))
        .map(|spec| format!("{} = {}", spec.name, format_value(spec, params.get(spec.id))))
        .collect();
    let mut now = Preset { params: params.clone(), ..preset.clone() };
    if let Some(view) = view {
        let quantities = view.entries.iter().filter(|entry| view.is_changed(entry));
        changed.extend(quantities.map(|entry| format!("{} = {}", entry.path, entry.text())));
        now.network.iter_mut().for_each(|described| described.network = Arc::clone(&view.network));
    }
    renamed(now, &changed)
}

/// A preset with these changes, which its title and description name.
fn renamed(preset: Preset, changed: &[String]) -> Preset {
    if changed.is_empty() {
        return preset;
    }
    let base = plain(&preset.title);
    let mut list = changed.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if changed.len() > LISTED {
        list = format!("{list} and {} more", changed.len() - LISTED);
    }
    let description = format!("Derived from “{base}” with {list}.");
    // "look for" hints were written for the original parameters
    Preset { title: modified(base, true), description, look_for: Vec::new(), ..preset }
}

/// A title without that suffix.
pub(crate) fn plain(title: &str) -> &str {
    title.trim_end_matches(MODIFIED)
}

/// A title for a window or a file, with a suffix if the parameters differ from those of the preset.
pub(crate) fn modified(title: &str, is: bool) -> String {
    if is && !title.ends_with(MODIFIED) { format!("{title}{MODIFIED}") } else { title.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::ParamId;
    use std::path::Path;

    #[test]
    fn changed_preset_is_saved_with_its_own_title_and_description() {
        let preset = Preset::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/mnist-rstdp.ron")).unwrap();
        assert_eq!(derived(&preset, (&preset.params, &preset.params), None), preset);
        let mut params = preset.params.clone();
        params.set(ParamId::TauM, 61.0).unwrap();
        let saved = derived(&preset, (&preset.params, &params), None);
        assert_eq!(saved.title, format!("{} (modified)", preset.title));
        assert!(saved.description.contains("tau_m = 61") && saved.description.contains(&preset.title) && saved.look_for.is_empty());
        let again = derived(&saved, (&preset.params, &params), None);
        assert_eq!((&again.title, &again.description), (&saved.title, &saved.description));
    }
}
