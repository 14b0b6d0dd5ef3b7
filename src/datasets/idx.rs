//! The IDX format of MNIST: pure bytes in, arrays out. Every size in a file is a claim; it is compared with the
//! bytes that are there before anything is allocated for it.
//!
//! Layout, all numbers big-endian `u32`: magic `0x0803`, images, rows, columns, pixels as `u8`; or magic `0x0801`,
//! labels, labels as `u8`. Either may be gzipped, which is seen from the first two bytes, not from the name.

use super::MAX_BYTES;
use flate2::bufread::MultiGzDecoder;
use ndarray::Array2;
use std::io::{self, Read};

const IMAGES_MAGIC: u32 = 0x0000_0803;
pub(super) const LABELS_MAGIC: u32 = 0x0000_0801;

/// The longest side of an image in pixels.
const MAX_SIDE: u32 = 4096;

/// Deflate cannot pack more than 1032 bytes into one, so a larger claim is false without unpacking anything.
const MAX_GZIP_RATIO: u64 = 1032;

/// What is wrong with an IDX file. The caller adds which file.
#[derive(Debug, thiserror::Error)]
pub enum IdxError {
    /// No bytes at all.
    #[error("the file is empty; download it again")]
    Empty,
    /// Too short for its header.
    #[error("the file ends inside its header after {got} of {needed} bytes; download it again")]
    NoHeader {
        /// Bytes there.
        got: usize,
        /// Bytes of a header.
        needed: usize,
    },
    /// Not an IDX file, or the other kind.
    #[error("the file starts with {found:#010x}, but an IDX file of {kind} starts with {expected:#010x}{hint}")]
    Magic {
        /// The first four bytes.
        found: u32,
        /// What they should be.
        expected: u32,
        /// "images" or "labels".
        kind: &'static str,
        /// A guess at what happened, with a leading semicolon.
        hint: &'static str,
    },
    /// A size is zero or absurd.
    #[error("the header claims {claim}; allowed are {allowed}")]
    Claim {
        /// What the header says.
        claim: String,
        /// What it may say.
        allowed: String,
    },
    /// Fewer bytes than the header claims.
    #[error("the file is truncated: its header claims {claimed} bytes, {got}; download it again")]
    Truncated {
        /// Bytes the header asks for, header included.
        claimed: u64,
        /// What is there instead.
        got: String,
    },
    /// More bytes than the header claims.
    #[error("the file goes on after the {claimed} bytes its header claims; download it again")]
    Surplus {
        /// Bytes the header asks for, header included.
        claimed: u64,
    },
    /// The compressed stream is damaged.
    #[error("the gzip stream is damaged ({0}); download it again")]
    Gzip(io::Error),
    /// The machine has too little memory.
    #[error("{0} bytes do not fit into memory; use fewer or smaller images")]
    Memory(u64),
}

/// The images of one file, one row each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// One row an image, its pixels row by row.
    pub pixels: Array2<u8>,
    /// Pixels in a row of an image.
    pub width: usize,
    /// Rows of an image.
    pub height: usize,
}

/// Read a file of images.
pub fn parse_images(bytes: &[u8]) -> Result<Images, IdxError> {
    let mut source = Source::open(bytes)?;
    let [count, rows, columns] = source.header::<3>(IMAGES_MAGIC, "images")?;
    if count == 0 || !(1..=MAX_SIDE).contains(&rows) || !(1..=MAX_SIDE).contains(&columns) {
        return Err(IdxError::Claim {
            claim: format!("{count} images of {rows} x {columns} pixels"),
            allowed: format!("1 image or more of 1 x 1 to {MAX_SIDE} x {MAX_SIDE} pixels"),
        });
    }
    // two sides of at most 4096 cannot overflow
    let pixels = u64::from(rows) * u64::from(columns);
    let body = u64::from(count).checked_mul(pixels).filter(|&total| total <= MAX_BYTES).ok_or_else(|| IdxError::Claim {
        claim: format!("{count} images of {rows} x {columns} pixels"),
        allowed: format!("at most {MAX_BYTES} pixels in all"),
    })?;
    let body = source.body(body)?;
    let (width, height) = (columns as usize, rows as usize);
    let found = body.len() as u64;
    let pixels = Array2::from_shape_vec((count as usize, width * height), body)
        .map_err(|_| IdxError::Truncated { claimed: u64::from(count) * pixels, got: format!("{found} are there") })?;
    Ok(Images { pixels, width, height })
}

/// Read a file of labels.
pub fn parse_labels(bytes: &[u8]) -> Result<Vec<u8>, IdxError> {
    let mut source = Source::open(bytes)?;
    let [count] = source.header::<1>(LABELS_MAGIC, "labels")?;
    if count == 0 {
        return Err(IdxError::Claim { claim: "0 labels".to_owned(), allowed: "1 label or more".to_owned() });
    }
    source.body(u64::from(count))
}

/// Bytes to come, unpacked if need be, and a bound on how many there can be.
struct Source<'a> {
    reader: Box<dyn Read + 'a>,
    header: u64,
    /// Exact for plain bytes, an upper bound for gzip.
    at_most: u64,
    zipped: bool,
}

impl<'a> Source<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, IdxError> {
        if bytes.is_empty() {
            return Err(IdxError::Empty);
        }
        let zipped = bytes.starts_with(&[0x1f, 0x8b]);
        let length = bytes.len() as u64;
        let at_most = if zipped { length.saturating_mul(MAX_GZIP_RATIO) } else { length };
        let reader: Box<dyn Read> = if zipped { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) };
        Ok(Self { reader, header: 0, at_most, zipped })
    }

    /// Check the magic and return the `N` sizes behind it.
    fn header<const N: usize>(&mut self, expected: u32, kind: &'static str) -> Result<[u32; N], IdxError> {
        let needed = 4 + 4 * N;
        let mut head = Vec::with_capacity(needed);
        let read = (&mut self.reader).take(needed as u64).read_to_end(&mut head);
        if let Err(error) = read
            && error.kind() != io::ErrorKind::UnexpectedEof
        {
            return Err(IdxError::Gzip(error));
        }
        let mut words = head.chunks_exact(4).map(|word| u32::from_be_bytes([word[0], word[1], word[2], word[3]]));
        let found = words.next().ok_or(IdxError::NoHeader { got: head.len(), needed })?;
        if found != expected {
            let hint = match found {
                IMAGES_MAGIC => "; this is a file of images",
                LABELS_MAGIC => "; this is a file of labels",
                _ => "; download it again",
            };
            return Err(IdxError::Magic { found, expected, kind, hint });
        }
        let mut sizes = [0; N];
        for size in &mut sizes {
            *size = words.next().ok_or(IdxError::NoHeader { got: head.len(), needed })?;
        }
        self.header = needed as u64;
        Ok(sizes)
    }

    /// The `length` bytes that must follow, no more and no fewer.
    fn body(self, length: u64) -> Result<Vec<u8>, IdxError> {
        let claimed = self.header + length;
        if claimed > self.at_most {
            let there = self.at_most;
            let got = if self.zipped { format!("but it can unpack to at most {there}") } else { format!("{there} are there") };
            return Err(IdxError::Truncated { claimed, got });
        }
        let room = usize::try_from(length).map_err(|_| IdxError::Memory(length))?;
        let mut body = Vec::new();
        body.try_reserve_exact(room.saturating_add(1)).map_err(|_| IdxError::Memory(length))?;
        // one byte more than claimed shows a surplus without unpacking it; it also makes gzip check its checksum
        let read = self.reader.take(length + 1).read_to_end(&mut body);
        let got = body.len() as u64;
        if got > length {
            return Err(IdxError::Surplus { claimed });
        }
        match read {
            // all pixels are there, but not the checksum behind them
            Err(error) if got == length || error.kind() != io::ErrorKind::UnexpectedEof => Err(IdxError::Gzip(error)),
            Ok(_) if got == length => Ok(body),
            _ => Err(IdxError::Truncated { claimed, got: format!("{} are there", self.header + got) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(count: u32, rows: u32, columns: u32, body: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for word in [IMAGES_MAGIC, count, rows, columns] {
            bytes.extend(word.to_be_bytes());
        }
        bytes.extend((0..body).map(|i| i as u8));
        bytes
    }

    #[test]
    fn pixels_come_row_by_row() {
        let parsed = parse_images(&images(2, 2, 3, 12)).unwrap();
        assert_eq!((parsed.width, parsed.height), (3, 2));
        assert_eq!(parsed.pixels.row(1).to_vec(), vec![6, 7, 8, 9, 10, 11]);
    }

    #[test]
    fn an_absurd_claim_is_refused_before_anything_is_allocated() {
        for (count, rows, columns) in [(u32::MAX, 4096, 4096), (u32::MAX, u32::MAX, u32::MAX), (0, 28, 28), (1, 0, 28), (1, 28, 0)] {
            let error = parse_images(&images(count, rows, columns, 0)).unwrap_err();
            assert!(matches!(error, IdxError::Claim { .. }), "{error}");
        }
    }

    #[test]
    fn one_byte_too_few_or_too_many_is_noticed() {
        assert!(matches!(parse_images(&images(1, 2, 2, 3)), Err(IdxError::Truncated { claimed: 20, .. })));
        assert!(matches!(parse_images(&images(1, 2, 2, 5)), Err(IdxError::Surplus { claimed: 20 })));
    }
}
