//! Presets: experiments and networks as readable text files.

mod draft;
mod file;
mod network;
mod opened;
mod schema;
mod shipped;
mod template;
mod text;

pub use draft::{Changes, Draft};
pub use file::{NETWORK_SCHEMA, PresetError, SCHEMA, read};
pub use network::{Described, NetworkPreset};
pub use opened::{Opened, has_comments, open, shipped_experiments};
pub use schema::{Preset, Training};
pub use shipped::{NEW_NETWORK, shipped};
