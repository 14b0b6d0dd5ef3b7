//! Settings of saved figures. Saved between starts.

use serde::{Deserialize, Serialize};

/// Resolution and colours of saved figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureChoice {
    /// Resolution of images in dots per inch.
    pub dpi: u16,
    /// Whether a figure has the colours of the window instead of a white background.
    pub window_colours: bool,
}

impl Default for FigureChoice {
    fn default() -> Self {
        Self { dpi: 192, window_colours: false }
    }
}

impl FigureChoice {
    /// The resolution at which one point is one pixel.
    pub const SCREEN_DPI: f32 = 96.0;
    /// Available resolutions: one, two and four pixels per point, and those that journals require.
    pub const RESOLUTIONS: [u16; 4] = [96, 192, 300, 600];

    /// The resolution; the default if the stored value is not available.
    pub fn dpi(&self) -> u16 {
        if Self::RESOLUTIONS.contains(&self.dpi) { self.dpi } else { Self::default().dpi }
    }
}
