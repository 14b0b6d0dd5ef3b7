//! How figures are saved. Kept between starts.

use serde::{Deserialize, Serialize};

/// Resolution and colours of saved figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureChoice {
    /// Dots an inch of pictures.
    pub dpi: u16,
    /// Whether a figure has the colours of the window instead of those of paper.
    pub window_colours: bool,
}

impl Default for FigureChoice {
    fn default() -> Self {
        Self { dpi: 192, window_colours: false }
    }
}

impl FigureChoice {
    /// The resolution at which a point is a pixel.
    pub const SCREEN_DPI: f32 = 96.0;
    /// Resolutions to choose from: one, two and four pixels a point, and what journals ask for.
    pub const RESOLUTIONS: [u16; 4] = [96, 192, 300, 600];

    /// The resolution; the usual one where a stored value is none of those on offer.
    pub fn dpi(&self) -> u16 {
        if Self::RESOLUTIONS.contains(&self.dpi) { self.dpi } else { Self::default().dpi }
    }
}
