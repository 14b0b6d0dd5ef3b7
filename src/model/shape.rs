//! Number and arrangement of the neurons of a population.

/// Number and arrangement of neurons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// So many neurons without an arrangement. In the file: `size: 800`.
    Line(u32),
    /// `height` rows of `width` sites with `maps` neurons each; neuron `(y * width + x) * maps + map` has place (x, y). In the
    /// file: `shape: (28, 28)` or `shape: (28, 28, 6)`.
    Grid {
        /// Sites in a row.
        width: u32,
        /// Number of rows.
        height: u32,
        /// Neurons at a site.
        maps: u32,
    },
}

impl Shape {
    /// Number of neurons.
    pub fn size(self) -> u32 {
        match self {
            Self::Line(size) => size,
            Self::Grid { width, height, maps } => width.saturating_mul(height).saturating_mul(maps),
        }
    }

    /// Sites in a row, rows, and neurons at a site; a line is one site.
    pub fn grid(self) -> (u32, u32, u32) {
        match self {
            Self::Line(size) => (1, 1, size),
            Self::Grid { width, height, maps } => (width, height, maps),
        }
    }
}
