//! Widths of the tabs of a bar: full titles if all fit, otherwise short titles, otherwise short titles with less padding.

use crate::gui::theme::{self, TEXT};
use egui::{FontId, Painter};

/// Format of all tabs of a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TabStyle {
    /// Whether tabs show their short title.
    pub short: bool,
    /// Horizontal padding of a tab, left and right together, in points.
    pub padding: f32,
}

impl TabStyle {
    /// From widest to narrowest.
    const ALL: [Self; 3] = [Self { short: false, padding: 20.0 }, Self { short: true, padding: 18.0 }, Self { short: true, padding: 10.0 }];

    /// The widest format in which all `names` fit into `room` points: title and short title of each tab, and whether it is
    /// active.
    pub(crate) fn fitting(painter: &Painter, names: &[(&str, &str, bool)], room: f32) -> Self {
        let width = |style: &Self| -> f32 {
            names.iter().map(|&(title, word, active)| words(painter, style.of(title, word), active).size().x + style.padding).sum()
        };
        Self::ALL.into_iter().find(|style| width(style) <= room).unwrap_or(Self::ALL[2])
    }

    /// The text of the tab.
    pub(crate) fn of<'a>(self, title: &'a str, word: &'a str) -> &'a str {
        if self.short { word } else { title }
    }
}

impl Default for TabStyle {
    fn default() -> Self {
        Self::ALL[0]
    }
}

/// The laid-out text of a tab.
pub(crate) fn words(painter: &Painter, words: &str, active: bool) -> std::sync::Arc<egui::Galley> {
    let family = if active { theme::semibold() } else { egui::FontFamily::Proportional };
    painter.layout_no_wrap(words.to_owned(), FontId::new(TEXT, family), egui::Color32::PLACEHOLDER)
}
