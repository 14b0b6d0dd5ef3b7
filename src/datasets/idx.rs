//! Parser of the IDX format of MNIST: bytes to arrays. The sizes in a header are not trusted: they are compared with the number
//! of bytes before memory is allocated.
//!
//! Layout, all numbers big-endian: two zero bytes, the number type (0x08 u8, 0x09 i8, 0x0B i16, 0x0C i32, 0x0D f32, 0x0E f64),
//! the rank, one `u32` per dimension, the numbers. A file may be gzipped, which is detected from its first two bytes.

use super::tensor::{self, Images, Labels, ShapeError, Tensor};
use super::unpack::Unpacked;
use super::{MAX_BYTES, Values};
use std::io::{self, Read};

/// Maximum rank of images: N x rows x columns x channels.
const MAX_RANK: u8 = 4;

/// Error in an IDX file. The caller adds the file name.
#[derive(Debug, thiserror::Error)]
pub enum IdxError {
    /// The file is empty.
    #[error("the file is empty; replace it by a complete copy")]
    Empty,
    /// Too short for its header.
    #[error("the file ends inside its header after {got} of {needed} bytes; replace it by a complete copy")]
    NoHeader {
        /// Number of bytes.
        got: usize,
        /// Size of a header.
        needed: usize,
    },
    /// Not an IDX file.
    #[error(
        "the file starts with {0:#010x}, but an IDX file starts with two zero bytes, a type (0x08, 0x09, 0x0b to 0x0e) and a rank \
         (0x01 to 0x04); replace it by the original file, for this one holds something else"
    )]
    Magic(u32),
    /// An IDX file of the other kind.
    #[error("this is a file of {found}, but {expected} are needed here; check which file has which name")]
    Kind {
        /// The expected kind: "images" or "labels".
        found: &'static str,
        /// The kind found.
        expected: &'static str,
    },
    /// A size is zero or too large.
    #[error("the header claims {claim}; allowed are {allowed}")]
    Claim {
        /// The value in the header.
        claim: String,
        /// The allowed values.
        allowed: String,
    },
    /// Fewer bytes than stated in the header.
    #[error("the file is truncated: its header claims {claimed} bytes, {got}; replace it by a complete copy")]
    Truncated {
        /// Number of bytes expected, including the header.
        claimed: u64,
        /// Number of bytes found.
        got: String,
    },
    /// More bytes than stated in the header.
    #[error("the file goes on after the {claimed} bytes its header claims; replace it by the original file")]
    Surplus {
        /// Number of bytes expected, including the header.
        claimed: u64,
    },
    /// The gzip stream is damaged.
    #[error("the gzip stream is damaged ({0}); replace it by a complete copy")]
    Gzip(io::Error),
    /// Not enough memory.
    #[error("{0} bytes do not fit into memory; use fewer or smaller images")]
    Memory(u64),
    /// The numbers are not images or labels.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

/// Read a file of images.
pub fn parse_images(bytes: &[u8]) -> Result<Images, IdxError> {
    let header = Header::read(bytes)?;
    if header.shape.len() == 1 {
        return Err(IdxError::Kind { found: "labels", expected: "images" });
    }
    tensor::check_images(&header.shape)?;
    Ok(header.body()?.images()?)
}

/// Read a file of labels.
pub fn parse_labels(bytes: &[u8]) -> Result<Labels, IdxError> {
    let header = Header::read(bytes)?;
    if header.shape.len() > 2 {
        return Err(IdxError::Kind { found: "images", expected: "labels" });
    }
    Ok(header.body()?.labels()?)
}

/// The number type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    U8,
    I8,
    I16,
    I32,
    F32,
    F64,
}

impl Number {
    fn of(code: u8) -> Option<Self> {
        Some(match code {
            0x08 => Self::U8,
            0x09 => Self::I8,
            0x0b => Self::I16,
            0x0c => Self::I32,
            0x0d => Self::F32,
            0x0e => Self::F64,
            _ => return None,
        })
    }

    fn bytes(self) -> u64 {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    fn values(self, body: Vec<u8>) -> Values {
        fn wide<const N: usize>(body: &[u8], number: impl Fn([u8; N]) -> f32) -> Values {
            let (numbers, _) = body.as_chunks::<N>();
            Values::Wide(numbers.iter().map(|&bytes| number(bytes)).collect(), None)
        }
        match self {
            Self::U8 => Values::Bytes(body),
            Self::I8 => wide(&body, |b| f32::from(i8::from_be_bytes(b))),
            Self::I16 => wide(&body, |b| f32::from(i16::from_be_bytes(b))),
            Self::I32 => wide(&body, |b| i32::from_be_bytes(b) as f32),
            Self::F32 => wide(&body, f32::from_be_bytes),
            Self::F64 => wide(&body, |b| f64::from_be_bytes(b) as f32),
        }
    }
}

/// The header, and the numbers that follow.
struct Header<'a> {
    source: Unpacked<'a>,
    number: Number,
    shape: Vec<usize>,
    length: u64,
}

impl<'a> Header<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, IdxError> {
        if bytes.is_empty() {
            return Err(IdxError::Empty);
        }
        let mut source = Unpacked::open(bytes);
        let magic = take(&mut source, 4)?;
        let &[0, 0, code, rank @ 1..=MAX_RANK] = magic.as_slice() else {
            let found = <[u8; 4]>::try_from(magic).map_err(|short| IdxError::NoHeader { got: short.len(), needed: 8 })?;
            return Err(IdxError::Magic(u32::from_be_bytes(found)));
        };
        let number = Number::of(code).ok_or(IdxError::Magic(u32::from_be_bytes([0, 0, code, rank])))?;
        let sides = take(&mut source, 4 * usize::from(rank))?;
        let needed = 4 + 4 * usize::from(rank);
        if sides.len() + 4 < needed {
            return Err(IdxError::NoHeader { got: sides.len() + 4, needed });
        }
        let (sides, _) = sides.as_chunks::<4>();
        let shape = sides.iter().map(|&side| u32::from_be_bytes(side) as usize).collect();
        Ok(Self { source, number, shape, length: needed as u64 })
    }

    /// Number of values that must follow.
    fn body(self) -> Result<Tensor, IdxError> {
        let Self { source, number, shape, length: header } = self;
        let claim = || tensor::shape_text(&shape);
        let total = shape.iter().try_fold(1_u64, |total, &side| total.checked_mul(side as u64));
        // numbers of types other than u8 take four bytes in memory
        let room = if number == Number::U8 { 1 } else { number.bytes().max(4) };
        let total = total.filter(|total| total.checked_mul(room).is_some_and(|bytes| bytes <= MAX_BYTES)).ok_or_else(|| {
            IdxError::Claim { claim: format!("{} numbers", claim()), allowed: format!("numbers that take at most {MAX_BYTES} bytes") }
        })?;
        if total == 0 {
            return Err(IdxError::Claim { claim: format!("{} numbers", claim()), allowed: "sides of 1 or more".to_owned() });
        }
        let length = total * number.bytes();
        let claimed = header + length;
        if claimed > source.at_most {
            let there = source.at_most;
            let got = if source.zipped { format!("but it can unpack to at most {there}") } else { format!("{there} are there") };
            return Err(IdxError::Truncated { claimed, got });
        }
        let room = usize::try_from(length).map_err(|_| IdxError::Memory(length))?;
        let mut body = Vec::new();
        body.try_reserve_exact(room.saturating_add(1)).map_err(|_| IdxError::Memory(length))?;
        // reading one byte more than expected detects a surplus without unpacking it, and makes gzip check its checksum
        let read = source.take(length + 1).read_to_end(&mut body);
        let got = body.len() as u64;
        if got > length {
            return Err(IdxError::Surplus { claimed });
        }
        match read {
            // all numbers were read, but the checksum after them is missing
            Err(error) if got == length || error.kind() != io::ErrorKind::UnexpectedEof => Err(IdxError::Gzip(error)),
            Ok(_) if got == length => Ok(Tensor { shape, values: number.values(body) }),
            _ => Err(IdxError::Truncated { claimed, got: format!("{} are there", header + got) }),
        }
    }
}

/// Read at most this many bytes; fewer if the file ends.
fn take(source: &mut Unpacked<'_>, length: usize) -> Result<Vec<u8>, IdxError> {
    let mut bytes = Vec::with_capacity(length);
    match source.take(length as u64).read_to_end(&mut bytes) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(IdxError::Gzip(error)),
        _ => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(code: u8, shape: &[u32], body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, code, shape.len() as u8];
        shape.iter().for_each(|side| bytes.extend(side.to_be_bytes()));
        [bytes, body.to_vec()].concat()
    }

    #[test]
    fn pixels_come_row_by_row() {
        let parsed = parse_images(&file(8, &[2, 2, 3], &(0..12).collect::<Vec<u8>>())).unwrap();
        assert_eq!((parsed.count, parsed.width, parsed.height), (2, 3, 2));
        assert_eq!(parsed.values, Values::Bytes((0..12).collect()));
    }

    #[test]
    fn every_number_type_is_read() {
        let value = |code, body: &[u8]| parse_images(&file(code, &[1, 1, 1], body)).unwrap().values;
        let wide = |value| Values::Wide(vec![value], None);
        assert_eq!(value(0x09, &[0xff]), wide(-1.0));
        assert_eq!(value(0x0b, &[0x01, 0x02]), wide(258.0));
        assert_eq!(value(0x0c, &[0, 0, 1, 2]), wide(258.0));
        assert_eq!(value(0x0d, &0.5f32.to_be_bytes()), wide(0.5));
        assert_eq!(value(0x0e, &0.5f64.to_be_bytes()), wide(0.5));
        let records: Vec<u8> = [7_i32, 1, 2, 255, 3, 4].iter().flat_map(|n| n.to_be_bytes()).collect();
        assert_eq!(parse_labels(&file(0x0c, &[2, 3], &records)).unwrap(), Labels { classes: vec![7, 255], columns: 3 });
        assert!(matches!(parse_images(&file(0x0a, &[1, 1, 1], &[0])), Err(IdxError::Magic(0x0a03))));
        assert!(matches!(parse_images(&file(8, &[3], &[0; 3])), Err(IdxError::Kind { found: "labels", .. })));
    }

    #[test]
    fn too_large_size_is_refused_before_allocation() {
        for shape in [[u32::MAX, 4096, 4096], [u32::MAX; 3], [0, 28, 28], [1, 0, 28], [1, 28, 0]] {
            let error = parse_images(&file(8, &shape, &[])).unwrap_err();
            assert!(matches!(error, IdxError::Claim { .. } | IdxError::Shape(_)), "{error}");
        }
        let error = parse_images(&file(0x0e, &[1 << 20, 64, 64], &[])).unwrap_err();
        assert!(matches!(error, IdxError::Claim { .. }), "{error}");
    }

    #[test]
    fn one_missing_or_surplus_byte_is_detected() {
        assert!(matches!(parse_images(&file(8, &[1, 2, 2], &[0; 3])), Err(IdxError::Truncated { claimed: 20, .. })));
        assert!(matches!(parse_images(&file(8, &[1, 2, 2], &[0; 5])), Err(IdxError::Surplus { claimed: 20 })));
    }
}
