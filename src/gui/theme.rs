//! Colours, fonts, spacing and shared drawing helpers. Colour literals appear only in the theme.

mod buttons;
mod contrast;
#[cfg(test)]
mod eyes;
mod figure;
mod fonts;
mod ornaments;
mod symbols;
mod visuals;

pub use buttons::{Sign, Weight, button, coloured_button, segments};
pub use contrast::{DARK_CONTRAST, LIGHT_CONTRAST};
pub use figure::{begin_figure, figure_bottom, fitted, is_figure, scrolled};
pub use fonts::semibold;
pub use ornaments::{mono, paint_lightning, paint_rebuild, section_head, strong, tile_frame};
pub use symbols::{equation, symbol, with_symbols};
pub use visuals::{apply, choice_of};

use egui::Color32;
use std::cell::Cell;

/// Grid spacing of the layout, in points.
pub const GRID: f32 = 8.0;
/// Size of body text, in points.
pub const TEXT: f32 = 13.0;
/// Size of numbers, which use the monospaced font, in points.
pub const NUMBER: f32 = 11.5;
/// Size of captions, axis labels and section headings, in points.
pub const SMALL: f32 = 11.0;

/// The colours of one theme. Controls are grey; data are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Window background.
    pub ground: Color32,
    /// Tiles and side panels.
    pub panel: Color32,
    /// Buttons and fields.
    pub raised: Color32,
    /// Borders, grid lines and slider rails.
    pub line: Color32,
    /// Text.
    pub text: Color32,
    /// Secondary text.
    pub dim: Color32,
    /// Tertiary text: axis labels, disabled controls.
    pub faint: Color32,
    /// The accent: dopamine, the running state, changed values.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Correct, potentiation, healthy.
    pub good: Color32,
    /// Incorrect, depression, failed.
    pub bad: Color32,
    /// Traces, slider fill, selection.
    pub trace: Color32,
    /// The ten classes: distinguishable with deuteranopia and protanopia, and never the only cue.
    pub classes: [Color32; 10],
    /// Whether this is a dark palette.
    pub dark: bool,
}

thread_local! {
    /// Whether the high-contrast palettes are used; egui only knows two themes. Thread-local because a window lives on one
    /// thread; only `apply` writes it.
    static HIGH_CONTRAST: Cell<bool> = const { Cell::new(false) };
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

const fn all<const N: usize>(rgb: [u32; N]) -> [Color32; N] {
    let mut colors = [Color32::BLACK; N];
    let mut index = 0;
    while index < N {
        colors[index] = hex(rgb[index]);
        index += 1;
    }
    colors
}

/// Light on dark.
pub const DARK: Palette = Palette {
    ground: hex(0x0e_1116),
    panel: hex(0x15_1a21),
    raised: hex(0x1b_212a),
    line: hex(0x26_2e39),
    text: hex(0xe7_ebf1),
    dim: hex(0x8d_98a8),
    faint: hex(0x7f_8a9a),
    accent: hex(0xf2_b544),
    on_accent: hex(0x1c_1505),
    good: hex(0x41_d39a),
    bad: hex(0xff_6f6f),
    trace: hex(0x5a_a9ff),
    classes: all([0x71_67f1, 0x3f_a4ff, 0x6f_d7fe, 0x82_fec7, 0x2c_a168, 0xf6_ee1d, 0xea_b46b, 0xf3_5b11, 0xe9_82b1, 0xbf_4bad]),
    dark: true,
};

/// Dark on light.
pub const LIGHT: Palette = Palette {
    ground: hex(0xf4_f6f8),
    panel: hex(0xff_ffff),
    raised: hex(0xf0_f2f5),
    line: hex(0xdd_e2e8),
    text: hex(0x1a_2029),
    dim: hex(0x5d_6876),
    faint: hex(0x62_6c7a),
    accent: hex(0x9a_6200),
    on_accent: hex(0xff_ffff),
    good: hex(0x08_795c),
    bad: hex(0xa0_1c20),
    trace: hex(0x1f_6fd0),
    classes: all([0x82_81f2, 0x22_5be6, 0x2c_81b1, 0x00_6f5d, 0x24_9e7e, 0x9b_8a0b, 0x85_5001, 0x7a_0f00, 0x5f_024e, 0x8f_0396]),
    dark: false,
};

impl Palette {
    /// The palette of an egui theme, at the chosen contrast.
    pub fn of(theme: egui::Theme) -> &'static Self {
        match (theme, HIGH_CONTRAST.get()) {
            (egui::Theme::Dark, false) => &DARK,
            (egui::Theme::Light, false) => &LIGHT,
            (egui::Theme::Dark, true) => &DARK_CONTRAST,
            (egui::Theme::Light, true) => &LIGHT_CONTRAST,
        }
    }

    /// The colour of a class; grey for classes above 9 and for `None`.
    pub fn class(&self, class: Option<u8>) -> Color32 {
        class.and_then(|class| self.classes.get(class as usize)).copied().unwrap_or(self.faint)
    }

    /// `color`, made transparent enough that text on it stays legible: for fills and bands.
    pub fn tint(&self, color: Color32) -> Color32 {
        color.gamma_multiply(if self.dark { 0.16 } else { 0.13 })
    }
}
