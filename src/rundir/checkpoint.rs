//! `checkpoint.bin`: a header with the progress of the run, the state, and a checksum over both.
//!
//! Layout: 8 bytes magic with the format number, `u64` length of the header, the header as JSON, the state, and the
//! XXH3 checksum of everything before it; numbers little-endian.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 7] = b"SPKSCPE";
const FORMAT: u8 = 1;

/// Why a checkpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Not a checkpoint.
    #[error("it is not a checkpoint of Spikescope")]
    Foreign,
    /// Written by a newer version.
    #[error("it has checkpoint format {0}, this program reads {FORMAT}; update Spikescope to resume from it")]
    Newer(u8),
    /// Truncated or changed.
    #[error("the checkpoint is damaged; start a new run in another directory")]
    Damaged,
}

/// A moment from which a run can be resumed.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// Completed training images.
    pub images: u64,
    /// Processor time spent on training so far, in seconds, where the system reports it.
    pub cpu_s: Option<f64>,
    /// Wall-clock time of training so far, in seconds.
    pub wall_s: f64,
    /// State of the metrics and recordings, as JSON.
    pub notes: serde_json::Value,
    /// The simulation.
    pub state: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    images: u64,
    cpu_s: Option<f64>,
    wall_s: f64,
    notes: serde_json::Value,
}

impl Checkpoint {
    /// The checkpoint as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { images, cpu_s, wall_s, notes, state } = self;
        let header = Header { images: *images, cpu_s: *cpu_s, wall_s: *wall_s, notes: notes.clone() };
        // invariant: the header can be serialised as JSON
        let header = serde_json::to_vec(&header).expect("a header is plain data");
        let mut bytes = Vec::with_capacity(state.len() + header.len() + 24);
        bytes.extend_from_slice(MAGIC);
        bytes.push(FORMAT);
        bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(state);
        bytes.extend_from_slice(&xxh3_64(&bytes).to_le_bytes());
        bytes
    }

    /// Read the output of `to_bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(CheckpointError::Foreign)?;
        let (&format, rest) = rest.split_first().ok_or(CheckpointError::Damaged)?;
        if format != FORMAT {
            return Err(CheckpointError::Newer(format));
        }
        let (rest, sum) = rest.split_last_chunk::<8>().ok_or(CheckpointError::Damaged)?;
        if xxh3_64(&bytes[..bytes.len() - 8]) != u64::from_le_bytes(*sum) {
            return Err(CheckpointError::Damaged);
        }
        let (length, rest) = rest.split_first_chunk::<8>().ok_or(CheckpointError::Damaged)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| CheckpointError::Damaged)?;
        let (header, state) = rest.split_at_checked(length).ok_or(CheckpointError::Damaged)?;
        let Header { images, cpu_s, wall_s, notes } = serde_json::from_slice(header).map_err(|_| CheckpointError::Damaged)?;
        Ok(Self { images, cpu_s, wall_s, notes, state: state.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn checkpoint() -> Checkpoint {
        let notes = serde_json::json!({ "right": [1, 2, 3] });
        Checkpoint { images: 9, cpu_s: Some(1.0 / 3.0), wall_s: 0.1, notes, state: (0..200).collect() }
    }

    #[test]
    fn a_checkpoint_reads_back_exactly() {
        assert_eq!(Checkpoint::parse(&checkpoint().to_bytes()).unwrap(), checkpoint());
    }

    #[test]
    fn a_newer_format_is_refused_by_its_number() {
        let mut bytes = checkpoint().to_bytes();
        bytes[7] = 2;
        assert!(matches!(Checkpoint::parse(&bytes), Err(CheckpointError::Newer(2))));
    }

    proptest! {
        #[test]
        fn any_change_of_any_byte_is_noticed(at in 0..250_usize, flip in 1..=255_u8, cut in 0..250_usize) {
            let good = checkpoint().to_bytes();
            let mut changed = good.clone();
            let at = at % good.len();
            changed[at] ^= flip;
            prop_assert!(Checkpoint::parse(&changed).is_err());
            prop_assert!(Checkpoint::parse(&good[..cut % good.len()]).is_err());
        }

        #[test]
        fn arbitrary_bytes_never_panic(tail in prop::collection::vec(any::<u8>(), 0..64)) {
            prop_assert!(Checkpoint::parse(&tail).is_err());
            prop_assert!(Checkpoint::parse(&[&b"SPKSCPE\x01"[..], &tail].concat()).is_err());
        }
    }
}
