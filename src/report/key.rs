//! What was measured of a run is worth keeping as long as nothing changed that it depends on; the key says so.

use super::measure::Asked;
use crate::rundir::{Checkpoint, SessionRecord};
use xxhash_rust::xxh3::Xxh3;

/// Raised whenever something else is measured, or in another way.
const MEASURES: u32 = 1;

/// A hash of all that measurements depend on: the network, its preset, its test images and the program.
pub fn key(preset: &str, session: &SessionRecord, checkpoint: &Checkpoint, asked: &Asked) -> String {
    let mut hash = Xxh3::new();
    let asked = format!("{MEASURES} {} {} {}", env!("CARGO_PKG_VERSION"), asked.images, session.data.digest);
    // the session names the seed and what was changed on the way; the checkpoint is the network
    for part in [asked.as_bytes(), preset.as_bytes(), session.to_ron().as_bytes(), &checkpoint.to_bytes()] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    format!("{:016x}", hash.digest())
}
