//! Parser of NumPy's array format. The sizes in a header are compared with the number of bytes before memory is allocated.

use super::tensor::{ShapeError, Tensor};
use super::{MAX_BYTES, Values};
use ndarray::{ArrayD, IxDyn, ShapeBuilder};
use std::io::Read;

/// Maximum header length.
const MAX_HEADER: usize = 1 << 16;

/// Error in an array file. The caller adds the file name.
#[derive(Debug, thiserror::Error)]
pub enum ArrayError {
    /// Not a zip file.
    #[error("the file is not an NPZ archive ({0}); write it with numpy.savez_compressed")]
    NotNpz(String),
    /// Not an array.
    #[error("{name}: {reason}; write it with numpy.save")]
    NotNpy {
        /// The array.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// An unsupported number type.
    #[error("{name} holds {dtype}, which is not read; convert it to numbers, as by .astype(\"uint8\")")]
    Type {
        /// The array.
        name: String,
        /// NumPy's name of the type.
        dtype: String,
    },
    /// Too few or too many bytes.
    #[error("{name}: its header claims {claimed} bytes, {found} are there; write the file again")]
    Length {
        /// The array.
        name: String,
        /// Number of bytes according to the header.
        claimed: u64,
        /// Number of bytes found.
        found: u64,
    },
    /// Too large.
    #[error("{name} needs more than {MAX_BYTES} bytes of memory; use fewer or smaller images")]
    Memory {
        /// The array.
        name: String,
    },
    /// Not an array of images or labels.
    #[error("{name}: {source}")]
    Shape {
        /// The array.
        name: String,
        /// What is wrong.
        source: ShapeError,
    },
    /// No pair of images and labels.
    #[error(
        "there are no images with labels to learn from among the arrays {0}; name them x_train and y_train, with x_test and y_test, or \
         x and y, or images and labels"
    )]
    NoPair(String),
    /// Two arrays for the same role.
    #[error("{0} and {1} could both be meant; rename or leave out one of them")]
    Ambiguous(String, String),
}

/// Read an array of at most `at_most` bytes, including its header.
pub(super) fn npy(mut source: impl Read, at_most: u64, name: &str) -> Result<Tensor, ArrayError> {
    let fault = |reason: &str| ArrayError::NotNpy { name: name.to_owned(), reason: reason.to_owned() };
    let mut exactly = |length: usize| -> Result<Vec<u8>, ArrayError> {
        let mut bytes = Vec::with_capacity(length);
        source.by_ref().take(length as u64).read_to_end(&mut bytes).map_err(|error| fault(&error.to_string()))?;
        if bytes.len() == length { Ok(bytes) } else { Err(fault("the file ends inside its header")) }
    };
    let start = exactly(8)?;
    if !start.starts_with(b"\x93NUMPY") {
        return Err(fault("it is no NumPy array"));
    }
    let (length, long) = match start[6] {
        1 => (exactly(2)?, 10),
        2 | 3 => (exactly(4)?, 12),
        _ => return Err(fault("its format version is not known")),
    };
    let size = length.iter().rev().fold(0_usize, |size, &byte| size << 8 | usize::from(byte));
    if size > MAX_HEADER {
        return Err(fault("its header is too long"));
    }
    let header = exactly(size)?;
    let header = std::str::from_utf8(&header).map_err(|_| fault("its header is no text"))?;
    let Header { dtype, fortran, shape } = Header::parse(header).ok_or_else(|| fault("its header is malformed"))?;
    let number = Number::of(&dtype).ok_or_else(|| ArrayError::Type { name: name.to_owned(), dtype: dtype.clone() })?;
    let total = shape.iter().try_fold(1_u64, |total, &side| total.checked_mul(side as u64));
    let room = if number == Number::U1 { 1 } else { number.bytes().max(4) as u64 };
    let memory = || ArrayError::Memory { name: name.to_owned() };
    let total = total.filter(|total| total.checked_mul(room).is_some_and(|bytes| bytes <= MAX_BYTES)).ok_or_else(memory)?;
    let claimed = total * number.bytes() as u64;
    let length = |found: u64| ArrayError::Length { name: name.to_owned(), claimed, found };
    let there = at_most.saturating_sub((long + size) as u64);
    if claimed > there {
        return Err(length(there));
    }
    let mut body = Vec::new();
    body.try_reserve_exact(claimed as usize + 1).map_err(|_| memory())?;
    source.take(claimed + 1).read_to_end(&mut body).map_err(|error| fault(&error.to_string()))?;
    if body.len() as u64 != claimed {
        return Err(length(body.len() as u64));
    }
    let values = number.values(body, dtype.starts_with('>'));
    let values = if fortran && shape.len() > 1 {
        match values {
            Values::Bytes(values) => Values::Bytes(reordered(&shape, values).ok_or_else(memory)?),
            Values::Wide(values, full) => Values::Wide(reordered(&shape, values).ok_or_else(memory)?, full),
        }
    } else {
        values
    };
    Ok(Tensor { shape, values })
}

/// Convert from Fortran order to C order.
fn reordered<T: Copy>(shape: &[usize], values: Vec<T>) -> Option<Vec<T>> {
    let array = ArrayD::from_shape_vec(IxDyn(shape).f(), values).ok()?;
    Some(array.iter().copied().collect())
}

/// The header of an array: a Python dictionary with three known keys.
struct Header {
    dtype: String,
    fortran: bool,
    shape: Vec<usize>,
}

impl Header {
    fn parse(text: &str) -> Option<Self> {
        let after = |key: &str| {
            let at = [format!("'{key}'"), format!("\"{key}\"")].iter().find_map(|key| text.find(key).map(|at| at + key.len()))?;
            text[at..].trim_start().strip_prefix(':').map(str::trim_start)
        };
        let descr = after("descr")?;
        let dtype = match descr.chars().next()? {
            quote @ ('\'' | '"') => descr[1..].split(quote).next()?.to_owned(),
            // a structured type, as a list of fields
            _ => "records".to_owned(),
        };
        let fortran = after("fortran_order")?.starts_with("True");
        let shape = after("shape")?.strip_prefix('(')?.split(')').next()?;
        let sides = shape.split(',').map(str::trim).filter(|side| !side.is_empty());
        let shape: Option<Vec<usize>> = sides.map(|side| side.trim_end_matches('L').parse().ok()).collect();
        Some(Self { dtype, fortran, shape: shape.filter(|shape| shape.len() <= 8)? })
    }
}

/// The supported number types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    U1,
    I1,
    U2,
    I2,
    U4,
    I4,
    U8,
    I8,
    F4,
    F8,
}

impl Number {
    fn of(dtype: &str) -> Option<Self> {
        Some(match dtype.strip_prefix(['<', '>', '|', '='])? {
            "u1" | "b1" => Self::U1,
            "i1" => Self::I1,
            "u2" => Self::U2,
            "i2" => Self::I2,
            "u4" => Self::U4,
            "i4" => Self::I4,
            "u8" => Self::U8,
            "i8" => Self::I8,
            "f4" => Self::F4,
            "f8" => Self::F8,
            _ => return None,
        })
    }

    fn bytes(self) -> usize {
        match self {
            Self::U1 | Self::I1 => 1,
            Self::U2 | Self::I2 => 2,
            Self::U4 | Self::I4 | Self::F4 => 4,
            Self::U8 | Self::I8 | Self::F8 => 8,
        }
    }

    fn values(self, body: Vec<u8>, big: bool) -> Values {
        fn wide<const N: usize>(body: &[u8], big: bool, number: impl Fn([u8; N]) -> f32) -> Values {
            let little = |mut bytes: [u8; N]| {
                if big {
                    bytes.reverse();
                }
                number(bytes)
            };
            let (numbers, _) = body.as_chunks::<N>();
            Values::Wide(numbers.iter().map(|&bytes| little(bytes)).collect(), None)
        }
        match self {
            Self::U1 => Values::Bytes(body),
            Self::I1 => wide(&body, big, |b| f32::from(i8::from_le_bytes(b))),
            Self::U2 => wide(&body, big, |b| f32::from(u16::from_le_bytes(b))),
            Self::I2 => wide(&body, big, |b| f32::from(i16::from_le_bytes(b))),
            Self::U4 => wide(&body, big, |b| u32::from_le_bytes(b) as f32),
            Self::I4 => wide(&body, big, |b| i32::from_le_bytes(b) as f32),
            Self::U8 => wide(&body, big, |b| u64::from_le_bytes(b) as f32),
            Self::I8 => wide(&body, big, |b| i64::from_le_bytes(b) as f32),
            Self::F4 => wide(&body, big, f32::from_le_bytes),
            Self::F8 => wide(&body, big, |b| f64::from_le_bytes(b) as f32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8]) -> Result<Tensor, ArrayError> {
        npy(bytes, bytes.len() as u64, "x")
    }

    fn file(header: &str, body: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        [bytes, header.as_bytes().to_vec(), body.to_vec()].concat()
    }

    fn header(dtype: &str, fortran: &str, shape: &str) -> String {
        format!("{{'descr': '{dtype}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n")
    }

    #[test]
    fn arrays_of_every_type_and_order_are_read() {
        let read = |dtype, fortran, shape, body: &[u8]| read_all(&file(&header(dtype, fortran, shape), body)).unwrap();
        assert_eq!(read("|u1", "False", "(2, 3)", &[1, 2, 3, 4, 5, 6]).values, Values::Bytes(vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(read("|u1", "True", "(2, 3)", &[1, 4, 2, 5, 3, 6]).values, Values::Bytes(vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(read("<i8", "False", "(1,)", &7_i64.to_le_bytes()).values, Values::Wide(vec![7.0], None));
        assert_eq!(read(">i4", "False", "(1,)", &7_i32.to_be_bytes()).values, Values::Wide(vec![7.0], None));
        assert_eq!(read("<f8", "False", "(1,)", &0.5_f64.to_le_bytes()).values, Values::Wide(vec![0.5], None));
    }

    #[test]
    fn header_sizes_are_checked_and_objects_are_refused() {
        let fault = |dtype, shape, body: &[u8]| read_all(&file(&header(dtype, "False", shape), body)).unwrap_err();
        assert!(matches!(fault("|O", "(1,)", &[0; 8]), ArrayError::Type { .. }));
        assert!(matches!(fault("<f8", "(1000000, 100)", &[]), ArrayError::Length { found: 0, .. }));
        assert!(matches!(fault("<f8", "(4294967296, 4294967296)", &[]), ArrayError::Memory { .. }));
        assert!(matches!(fault("|u1", "(2,)", &[0; 3]), ArrayError::Length { .. }));
        assert!(matches!(fault("|u1", "(x,)", &[]), ArrayError::NotNpy { .. }));
    }
}
