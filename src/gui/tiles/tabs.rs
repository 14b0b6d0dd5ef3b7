//! Widths of the tabs of a bar: full titles where all fit, else single words, else single words closer together.

use crate::gui::theme::{self, TEXT};
use egui::{FontId, Painter};

/// What all tabs of one bar have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TabStyle {
    /// Whether tabs say their word instead of their title.
    pub short: bool,
    /// Room left and right of the words together, in points.
    pub padding: f32,
}

impl TabStyle {
    /// From the roomiest to the tightest.
    const ALL: [Self; 3] = [Self { short: false, padding: 20.0 }, Self { short: true, padding: 18.0 }, Self { short: true, padding: 10.0 }];

    /// The roomiest in which all `names` fit into `room` points: title and word of each tab, and whether it is the active one.
    pub(crate) fn fitting(painter: &Painter, names: &[(&str, &str, bool)], room: f32) -> Self {
        let width = |style: &Self| -> f32 {
            names.iter().map(|&(title, word, active)| words(painter, style.of(title, word), active).size().x + style.padding).sum()
        };
        Self::ALL.into_iter().find(|style| width(style) <= room).unwrap_or(Self::ALL[2])
    }

    /// What the tab says.
    pub(crate) fn of<'a>(self, title: &'a str, word: &'a str) -> &'a str {
        if self.short { word } else { title }
    }
}

impl Default for TabStyle {
    fn default() -> Self {
        Self::ALL[0]
    }
}

/// The words of a tab, laid out.
pub(crate) fn words(painter: &Painter, words: &str, active: bool) -> std::sync::Arc<egui::Galley> {
    let family = if active { theme::semibold() } else { egui::FontFamily::Proportional };
    painter.layout_no_wrap(words.to_owned(), FontId::new(TEXT, family), egui::Color32::PLACEHOLDER)
}
