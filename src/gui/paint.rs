//! Painters: pure functions from data to pixels and shapes. They do not depend on snapshots or commands, so that each can be
//! tested with plain numbers.

pub mod atlas;
pub mod axis;
pub mod bands;
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
