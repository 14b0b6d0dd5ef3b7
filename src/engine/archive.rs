//! Saving, restoring and digesting traverse the state with the same function, so that no field can be forgotten.
//!
//! The bytes are those of form 1 (docs/adr/0017): a call states the width of its values, whatever their type in memory, and
//! the order of the calls is fixed. `tests/engine/persisted.rs` reads them without the types of the engine.

use super::block::{Bits, Row};
use xxhash_rust::xxh3::Xxh3;

/// Why a saved state cannot be restored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The bytes end before the state does.
    #[error("the saved state ends early, in \"{0}\"; it belongs to another preset or is damaged")]
    Short(&'static str),
    /// A part has another size than the network built from the preset.
    #[error("\"{part}\" has {found} values in the saved state and {expected} in the network; the state belongs to another preset")]
    Size {
        /// The part.
        part: &'static str,
        /// Values in the bytes.
        found: u64,
        /// Values in the network.
        expected: u64,
    },
    /// An invalid value.
    #[error("\"{0}\" of the saved state contains an invalid value; the state is damaged")]
    Value(&'static str),
    /// Bytes are left over.
    #[error("the saved state is longer than that of the network; it belongs to another preset or is damaged")]
    Surplus,
}

/// Neurons of a layer whose indices have 2 bytes.
const NARROW: usize = 1 << 16;

/// One traversal of the state.
pub enum Archive<'a> {
    /// Append everything to the bytes.
    Save(Vec<u8>),
    /// Read everything from the bytes.
    Load(&'a [u8]),
    /// Hash every part under its name.
    Digest(Vec<(&'static str, u64)>),
}

/// A part of the simulation with state that a later step depends on.
pub trait Persist {
    /// Pass every relevant field to the archive.
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError>;
}

macro_rules! plain {
    ($name:ident, $many:ident, $type:ty, $bytes:literal) => {
        /// A slice whose length is fixed by the network.
        pub fn $many(&mut self, part: &'static str, values: &mut [$type]) -> Result<(), ArchiveError> {
            self.length(part, values.len())?;
            match self {
                Self::Save(out) => values.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes())),
                Self::Load(_) => {
                    let bytes = self.take(part, values.len() * $bytes)?;
                    for (value, raw) in values.iter_mut().zip(bytes.as_chunks::<$bytes>().0) {
                        *value = <$type>::from_le_bytes(*raw);
                    }
                }
                Self::Digest(parts) => {
                    let mut hash = Xxh3::new();
                    values.iter().for_each(|v| hash.update(&v.to_le_bytes()));
                    parts.push((part, hash.digest()));
                }
            }
            Ok(())
        }

        /// One value.
        pub fn $name(&mut self, part: &'static str, value: &mut $type) -> Result<(), ArchiveError> {
            self.$many(part, std::slice::from_mut(value))
        }
    };
}

impl<'a> Archive<'a> {
    plain!(u8, u8s, u8, 1);
    plain!(u16, u16s, u16, 2);
    plain!(u32, u32s, u32, 4);
    plain!(u64, u64s, u64, 8);
    plain!(f32, f32s, f32, 4);
    plain!(f64, f64s, f64, 8);

    fn length(&mut self, part: &'static str, len: usize) -> Result<(), ArchiveError> {
        match self {
            Self::Save(out) => out.extend_from_slice(&(len as u64).to_le_bytes()),
            Self::Load(_) => {
                let found = self.count(part)?;
                if found != len as u64 {
                    return Err(ArchiveError::Size { part, found, expected: len as u64 });
                }
            }
            Self::Digest(_) => {}
        }
        Ok(())
    }

    fn count(&mut self, part: &'static str) -> Result<u64, ArchiveError> {
        let raw = self.take(part, 8)?;
        Ok(raw.iter().rev().fold(0, |sum, &byte| (sum << 8) | u64::from(byte)))
    }

    fn take(&mut self, part: &'static str, n: usize) -> Result<&'a [u8], ArchiveError> {
        let Self::Load(bytes) = self else { return Ok(&[]) };
        if bytes.len() < n {
            return Err(ArchiveError::Short(part));
        }
        let (head, tail) = bytes.split_at(n);
        *bytes = tail;
        Ok(head)
    }

    /// A number of steps, far below the overflow.
    pub fn clock(&mut self, steps: &mut u64) -> Result<(), ArchiveError> {
        self.u64("clocks", steps)?;
        if matches!(self, Self::Load(_)) && *steps > 1 << 60 { Err(ArchiveError::Value("clocks")) } else { Ok(()) }
    }

    /// A list whose length is part of the state, of at most `most` values.
    pub fn list<T: Copy + Default>(
        &mut self,
        part: &'static str,
        values: &mut Vec<T>,
        most: usize,
        each: impl Fn(&mut Self, &'static str, &mut [T]) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let mut len = values.len() as u64;
        self.u64(part, &mut len)?;
        if len > most as u64 {
            return Err(ArchiveError::Size { part, found: len, expected: most as u64 });
        }
        values.resize(len as usize, T::default());
        each(self, part, values)
    }

    /// A list of at most `most` indices into a layer of `of` neurons or channels: 2 bytes each if the layer has at most 65,536,
    /// otherwise 4, whatever their type in memory.
    pub fn indices<I: Copy + Into<u32> + TryFrom<u32>>(
        &mut self,
        part: &'static str,
        values: &mut Vec<I>,
        of: usize,
        most: usize,
    ) -> Result<(), ArchiveError> {
        let mut wide: Vec<u32> = values.iter().map(|&index| index.into()).collect();
        self.list(part, &mut wide, most, if of <= NARROW { Self::narrow } else { Self::u32s })?;
        if let Self::Load(_) = self {
            let checked = wide.into_iter().map(|index| I::try_from(index).ok().filter(|_| (index as usize) < of));
            *values = checked.collect::<Option<_>>().ok_or(ArchiveError::Value(part))?;
        }
        Ok(())
    }

    /// Values below 65,536, of 2 bytes each.
    fn narrow(&mut self, part: &'static str, values: &mut [u32]) -> Result<(), ArchiveError> {
        let mut narrow: Vec<u16> = values.iter().map(|&value| value as u16).collect();
        self.u16s(part, &mut narrow)?;
        values.iter_mut().zip(narrow).for_each(|(value, narrow)| *value = narrow.into());
        Ok(())
    }

    /// Rows of lanes.
    pub fn rows(&mut self, part: &'static str, rows: &mut [Row]) -> Result<(), ArchiveError> {
        if let Self::Digest(parts) = self {
            let mut hash = Xxh3::new();
            let mut bytes = [0u8; 128];
            for row in rows.iter() {
                for (raw, value) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(row.0) {
                    *raw = value.to_le_bytes();
                }
                hash.update(&bytes);
            }
            parts.push((part, hash.digest()));
            return Ok(());
        }
        self.length(part, rows.len())?;
        match self {
            Self::Save(out) => {
                out.reserve(rows.len() * 128);
                rows.iter().flat_map(|row| row.0).for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
            }
            Self::Load(_) => {
                let bytes = self.take(part, rows.len() * 128)?;
                let values = bytes.as_chunks::<4>().0.iter().map(|raw| f32::from_le_bytes(*raw));
                for (slot, value) in rows.iter_mut().flat_map(|row| &mut row.0).zip(values) {
                    *slot = value;
                }
            }
            Self::Digest(_) => {}
        }
        Ok(())
    }

    /// Rows of bit lanes.
    pub fn bits(&mut self, part: &'static str, rows: &mut [Bits]) -> Result<(), ArchiveError> {
        for row in rows {
            self.u32s(part, &mut row.0)?;
        }
        Ok(())
    }
}

/// The hash of every part of a simulation's state; equal digests mean equal subsequent results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest(pub Vec<(String, u64)>);

impl Digest {
    /// Digest anything that persists.
    pub fn of(part: &mut dyn Persist) -> Self {
        let mut archive = Archive::Digest(Vec::new());
        // invariant: hashing reads memory only and cannot fail
        part.persist(&mut archive).expect("hashing cannot fail");
        let Archive::Digest(parts) = archive else { unreachable!("the archive stays what it was made as") };
        let mut merged: Vec<(String, u64)> = Vec::new();
        for (name, hash) in parts {
            match merged.iter_mut().find(|(known, _)| known == name) {
                Some((_, sum)) => *sum = sum.rotate_left(5).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ hash,
                None => merged.push((name.to_owned(), hash)),
            }
        }
        Self(merged)
    }

    /// One number for the whole state.
    pub fn total(&self) -> u64 {
        let mut hash = Xxh3::new();
        for (name, part) in &self.0 {
            hash.update(name.as_bytes());
            hash.update(&part.to_le_bytes());
        }
        hash.digest()
    }

    /// Every part with its hash in hexadecimal, as stored in records.
    pub fn parts(&self) -> Vec<(String, String)> {
        self.0.iter().map(|(name, hash)| (name.clone(), format!("{hash:016x}"))).collect()
    }

    /// Names of the parts in which two digests differ, or which only one of them has.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let lost = self.0.iter().filter(|part| !other.0.contains(part));
        let known = |name: &str| self.0.iter().any(|(n, _)| n == name);
        let gained = other.0.iter().filter(|(name, _)| !known(name));
        lost.chain(gained).map(|(name, _)| name.clone()).collect()
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.total())
    }
}

/// Save anything that persists.
pub fn save(part: &mut dyn Persist) -> Vec<u8> {
    let mut archive = Archive::Save(Vec::new());
    // invariant: appending to memory cannot fail
    part.persist(&mut archive).expect("saving to memory cannot fail");
    match archive {
        Archive::Save(bytes) => bytes,
        Archive::Load(_) | Archive::Digest(_) => unreachable!("the archive stays what it was made as"),
    }
}

/// Restore what `save` wrote into a part built from the same preset. After an error the part must not be used.
pub fn restore(part: &mut dyn Persist, bytes: &[u8]) -> Result<(), ArchiveError> {
    let mut archive = Archive::Load(bytes);
    part.persist(&mut archive)?;
    match archive {
        Archive::Load([]) => Ok(()),
        _ => Err(ArchiveError::Surplus),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Indices(Vec<u32>, usize);

    impl Persist for Indices {
        fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
            archive.indices("spikes", &mut self.0, self.1, 3)
        }
    }

    #[test]
    fn indices_have_the_width_of_their_layer_and_lie_in_it() {
        for (of, width) in [(65_536, 2), (65_537, 4)] {
            let mut part = Indices(vec![0, 65_535, 258], of);
            let bytes = save(&mut part);
            assert_eq!(bytes.len(), 8 + 8 + 8 + 3 * width);
            assert_eq!(bytes[24 + 2 * width..][..2], [2, 1]);
            let mut read = Indices(Vec::new(), of);
            restore(&mut read, &bytes).unwrap();
            assert_eq!(read.0, part.0);
        }
        let bytes = save(&mut Indices(vec![7], 8));
        assert_eq!(restore(&mut Indices(Vec::new(), 7), &bytes), Err(ArchiveError::Value("spikes")));
    }
}
