//! Painters: pure functions from data to pixels and shapes. They know no snapshot and no command, so that each can be
//! tested against plain numbers.

pub mod axis;
pub mod bar;
pub mod colour;
pub mod fields;
pub mod numbers;
pub mod plot;
pub mod pyramid;
pub mod raster;
pub mod strokes;
pub mod text;
pub mod texture;
