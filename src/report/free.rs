//! Free runs of described networks in a report: activity, raster excerpt, methods from the description, commands.

mod facts;
mod methods;
mod raster;
mod sections;
mod studies;
mod tables;

pub use facts::{FreeGroup, FreeRunFacts, free_groups};

pub(super) use methods::methods;
pub(super) use raster::Raster;
pub(super) use sections::{activity, commands, references};
pub use studies::figures;
pub(super) use studies::summary;
pub(super) use tables::all;
