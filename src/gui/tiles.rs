//! The tiles: where each view is, how it is framed, and the layouts to choose from.

pub(crate) mod dock;
pub(crate) mod layouts;
mod menu;
mod repair;
pub(crate) mod tabs;
pub(crate) mod tile;
