//! Cache keys: a measurement is valid as long as nothing it depends on has changed.

use super::measure::Asked;
use crate::rundir::{Checkpoint, SessionRecord};
use xxhash_rust::xxh3::Xxh3;

/// Version of the measurements; to be increased whenever they change.
const MEASURES: u32 = 2;

/// A hash of everything that measurements depend on: network, preset, test images and program version.
pub fn key(preset: &str, session: &SessionRecord, checkpoint: &Checkpoint, asked: &Asked) -> String {
    let mut hash = Xxh3::new();
    let asked =
        format!("{MEASURES} {} {} {} {}", env!("CARGO_PKG_VERSION"), asked.images, asked.distorted.min(asked.images), session.data.digest);
    // the session contains the seed and the applied commands; the checkpoint contains the network
    for part in [asked.as_bytes(), preset.as_bytes(), session.to_ron().as_bytes(), &checkpoint.to_bytes()] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    format!("{:016x}", hash.digest())
}
