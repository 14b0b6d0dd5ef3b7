//! Presets: experiments as files a person can read and a version control can diff.

mod schema;
mod shipped;
mod text;

pub use schema::{Preset, PresetError, SCHEMA, Training};
pub use shipped::shipped;
