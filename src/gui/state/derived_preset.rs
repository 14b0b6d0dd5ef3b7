//! A preset saved from the window. Where parameters were changed, title and text say so: they must not promise what the preset it
//! was derived from showed.

use crate::params::{Params, REGISTRY, format_value};
use crate::preset::Preset;

/// What the title of a changed preset ends with.
const MODIFIED: &str = " (modified)";
/// Changes that are listed one by one.
const LISTED: usize = 6;

/// The preset with these parameters in force; `original` are those of its file.
pub(crate) fn derived(preset: &Preset, original: &Params, params: &Params) -> Preset {
    let changed: Vec<String> = REGISTRY
        .iter()
        .filter(|spec| spec.protocols.contains(&preset.protocol) && params.get(spec.id) != original.get(spec.id))
        .map(|spec| format!("{} = {}", spec.name, format_value(spec, params.get(spec.id))))
        .collect();
    let preset = Preset { params: params.clone(), ..preset.clone() };
    if changed.is_empty() {
        return preset;
    }
    let base = preset.title.trim_end_matches(MODIFIED);
    let mut list = changed.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if changed.len() > LISTED {
        list = format!("{list} and {} more", changed.len() - LISTED);
    }
    let description = format!("Derived from “{base}” with {list}.");
    // what to look for was written for other parameters
    Preset { title: modified(base, true), description, look_for: Vec::new(), ..preset }
}

/// A title for a window or a file, marked where parameters differ from those of the preset.
pub(crate) fn modified(title: &str, is: bool) -> String {
    if is && !title.ends_with(MODIFIED) { format!("{title}{MODIFIED}") } else { title.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::ParamId;
    use std::path::Path;

    #[test]
    fn a_changed_preset_is_saved_with_a_title_and_a_text_of_its_own() {
        let preset = Preset::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/mnist-rstdp.ron")).unwrap();
        assert_eq!(derived(&preset, &preset.params, &preset.params), preset);
        let mut params = preset.params.clone();
        params.set(ParamId::TauM, 61.0).unwrap();
        let saved = derived(&preset, &preset.params, &params);
        assert_eq!(saved.title, format!("{} (modified)", preset.title));
        assert!(saved.description.contains("tau_m = 61") && saved.description.contains(&preset.title) && saved.look_for.is_empty());
        let again = derived(&saved, &preset.params, &params);
        assert_eq!((&again.title, &again.description), (&saved.title, &saved.description));
    }
}
