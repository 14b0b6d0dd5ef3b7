//! The only threads and the only wall clock: commands in, snapshots and notices out.

mod command;
mod snapshot;

pub use command::{Applied, Command, Recorded, Speed, Watch};
pub use snapshot::*;
