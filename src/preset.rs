//! Presets: experiments and networks as readable text files.

mod network;
mod schema;
mod shipped;
mod text;

pub use network::{NetworkPreset, Opened, open, shipped_experiments};
pub use schema::{NETWORK_SCHEMA, Preset, PresetError, SCHEMA, Training};
pub use shipped::shipped;
