//! Presets: experiments as readable text files.

mod schema;
mod shipped;
mod text;

pub use schema::{Preset, PresetError, SCHEMA, Training};
pub use shipped::shipped;
