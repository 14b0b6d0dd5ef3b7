//! Inter for text, JetBrains Mono for numbers, so that changing numbers keep their width. The fonts of egui are the fallback
//! for other characters.

use egui::{FontData, FontDefinitions, FontFamily};
use std::sync::Arc;

/// The family of bold text.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in [
        ("Inter", include_bytes!("../../../assets/fonts/Inter-Regular.otf").as_slice()),
        ("Inter SemiBold", include_bytes!("../../../assets/fonts/Inter-SemiBold.otf").as_slice()),
        ("JetBrains Mono", include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf").as_slice()),
    ] {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let family = |first: &[&str]| first.iter().map(|name| (*name).to_owned()).chain(fallback.iter().cloned()).collect();
    fonts.families.insert(FontFamily::Proportional, family(&["Inter", "JetBrains Mono"]));
    fonts.families.insert(semibold(), family(&["Inter SemiBold", "Inter", "JetBrains Mono"]));
    fonts.families.insert(FontFamily::Monospace, family(&["JetBrains Mono", "Inter"]));
    fonts
}
