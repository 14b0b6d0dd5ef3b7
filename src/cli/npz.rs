//! NPZ, the archive format of NumPy. Arrays are copied field by field from a file of fixed-size records, so that a
//! recording does not have to fit into memory.

use crate::exchange::{Array, Numbers};
use std::io::{BufReader, Error, Read, Seek, SeekFrom, Write};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Bytes read from the records at once.
const BATCH_BYTES: usize = 1 << 18;

/// Type of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    U8,
    U32,
    U64,
    I16,
    F32,
    F64,
}

impl Number {
    /// Type descriptor of NumPy.
    fn dtype(self) -> &'static str {
        match self {
            Self::U8 => "|u1",
            Self::U32 => "<u4",
            Self::U64 => "<u8",
            Self::I16 => "<i2",
            Self::F32 => "<f4",
            Self::F64 => "<f8",
        }
    }

    /// Size in bytes.
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::U32 | Self::F32 => 4,
            Self::U64 | Self::F64 => 8,
        }
    }
}

/// One field of a record: one or more little-endian numbers.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Name of the array.
    pub(super) name: String,
    /// Type of its numbers.
    pub(super) number: Number,
    /// Shape of the field in one record; empty for a single number.
    pub(super) shape: Vec<usize>,
}

impl Field {
    pub(super) fn new(name: &str, number: Number, shape: &[usize]) -> Self {
        Self { name: name.to_owned(), number, shape: shape.to_vec() }
    }

    /// Bytes of the field in one record.
    pub(super) fn size(&self) -> usize {
        self.number.bytes() * self.shape.iter().product::<usize>()
    }
}

/// A list of strings that applies to all records.
pub(super) struct Words<'a> {
    /// Name of the array.
    pub(super) name: &'static str,
    /// The strings.
    pub(super) words: &'a [String],
}

/// Write `records` records of `source`, made of `fields`, the scalar `dt_ms` and lists of strings to `target`.
pub(super) fn write(
    target: &mut dyn Write,
    source: &mut (impl Read + Seek),
    fields: &[Field],
    records: u64,
    dt_ms: f64,
    words: &[Words<'_>],
) -> Result<(), Error> {
    // sizes follow each array, so that the target may be a pipe
    let mut zip = ZipWriter::new_stream(target);
    let record_size: usize = fields.iter().map(Field::size).sum();
    // many records at once, because the compressor is slow on small blocks
    let batch = (BATCH_BYTES / record_size.max(1)).max(1);
    let (mut rows, mut column) = (vec![0; batch * record_size], Vec::new());
    let mut offset = 0;
    for field in fields {
        let size = field.size();
        start(&mut zip, &field.name, records.saturating_mul(size as u64))?;
        let shape: Vec<u64> = std::iter::once(records).chain(field.shape.iter().map(|&n| n as u64)).collect();
        zip.write_all(&header(field.number.dtype(), &shape))?;
        source.seek(SeekFrom::Start(0))?;
        let mut left = records;
        while left > 0 {
            let now = left.min(batch as u64) as usize;
            let rows = &mut rows[..now * record_size];
            source.read_exact(rows)?;
            column.clear();
            for row in rows.chunks_exact(record_size) {
                column.extend_from_slice(&row[offset..offset + size]);
            }
            zip.write_all(&column)?;
            left -= now as u64;
        }
        offset += size;
    }
    start(&mut zip, "dt_ms", 8)?;
    zip.write_all(&header("<f8", &[]))?;
    zip.write_all(&dt_ms.to_le_bytes())?;
    for Words { name, words } in words {
        // all of one length, four bytes per character, the format of NumPy
        let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or(0).max(1);
        start(&mut zip, name, (words.len() * longest * 4) as u64)?;
        zip.write_all(&header(&format!("<U{longest}"), &[words.len() as u64]))?;
        for word in *words {
            let letters = word.chars().chain(std::iter::repeat('\0')).take(longest);
            zip.write_all(&letters.flat_map(|letter| u32::from(letter).to_le_bytes()).collect::<Vec<u8>>())?;
        }
    }
    zip.finish()?.into_inner().flush()
}

/// Write arrays of one dimension to `target`.
pub(super) fn arrays(target: &mut dyn Write, arrays: &[Array]) -> Result<(), Error> {
    let mut zip = ZipWriter::new_stream(target);
    for Array { name, numbers } in arrays {
        match numbers {
            Numbers::U32(all) => array(&mut zip, (name, Number::U32), all, u32::to_le_bytes)?,
            Numbers::F32(all) => array(&mut zip, (name, Number::F32), all, f32::to_le_bytes)?,
            Numbers::F64(all) => array(&mut zip, (name, Number::F64), all, f64::to_le_bytes)?,
        }
    }
    zip.finish()?.into_inner().flush()
}

fn array<W: Write, T: Copy, const N: usize>(
    zip: &mut ZipWriter<StreamWriter<W>>,
    (name, number): (&str, Number),
    all: &[T],
    bytes: impl Fn(T) -> [u8; N],
) -> Result<(), Error> {
    start(zip, name, (all.len() * N) as u64)?;
    zip.write_all(&header(number.dtype(), &[all.len() as u64]))?;
    for part in all.chunks(BATCH_BYTES / N) {
        zip.write_all(&part.iter().flat_map(|&one| bytes(one)).collect::<Vec<u8>>())?;
    }
    Ok(())
}

/// Write the records that an archive was made from to `target`, as [`write`] read them; returns their number. Each field is read
/// through an opened archive of its own, so that the records do not have to fit into memory.
pub(super) fn records<R: Read + Seek>(open: impl Fn() -> Result<R, Error>, fields: &[Field], target: &mut dyn Write) -> Result<u64, Error> {
    let mut archives = Vec::new();
    for _ in fields {
        archives.push(ZipArchive::new(open()?)?);
    }
    let mut columns = Vec::new();
    let mut records = None;
    for (archive, field) in archives.iter_mut().zip(fields) {
        let mut column = archive.by_name(&format!("{}.npy", field.name))?;
        let mut head = [0; 10];
        column.read_exact(&mut head)?;
        let header = u64::from(u16::from_le_bytes([head[8], head[9]]));
        let length = column.size().saturating_sub(10 + header) / field.size() as u64;
        if *records.get_or_insert(length) != length {
            return Err(Error::other(format!("the array {} has another length than the others", field.name)));
        }
        std::io::copy(&mut (&mut column).take(header), &mut std::io::sink())?;
        columns.push((BufReader::with_capacity(BATCH_BYTES, column), vec![0; field.size()]));
    }
    let records = records.unwrap_or(0);
    for _ in 0..records {
        for (column, value) in &mut columns {
            column.read_exact(value)?;
            target.write_all(value)?;
        }
    }
    Ok(records)
}

fn start<W: Write>(zip: &mut ZipWriter<StreamWriter<W>>, name: &str, bytes: u64) -> Result<(), Error> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1))
        // an incompressible array grows slightly, so the 64-bit format is used below the limit
        .large_file(bytes > u64::from(u32::MAX) / 2);
    Ok(zip.start_file(format!("{name}.npy"), options)?)
}

/// The header of an array file, format 1.0, padded to a multiple of 64 bytes.
fn header(dtype: &str, shape: &[u64]) -> Vec<u8> {
    let sides: Vec<String> = shape.iter().map(|n| format!("{n},")).collect();
    let text = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': ({}), }}", sides.join(" "));
    let padded = (10 + text.len() + 1).next_multiple_of(64) - 10;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend_from_slice(&(padded as u16).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes.resize(9 + padded, b' ');
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_the_length_and_the_end_numpy_wants() {
        for shape in [&[][..], &[3], &[u64::MAX, 784, 400]] {
            let bytes = header("<f4", shape);
            assert_eq!(bytes.len() % 64, 0);
            assert_eq!(bytes.last(), Some(&b'\n'));
            assert_eq!(usize::from(u16::from_le_bytes([bytes[8], bytes[9]])) + 10, bytes.len());
        }
        assert!(String::from_utf8_lossy(&header("<u8", &[5])).contains("'shape': (5,)"));
    }

    #[test]
    fn fields_become_arrays() {
        let mut source = tempfile::tempfile().unwrap();
        for i in 0..3_u64 {
            source.write_all(&i.to_le_bytes()).unwrap();
            source.write_all(&[i as u8 * 2, i as u8 * 2 + 1]).unwrap();
        }
        let mut target = tempfile::tempfile().unwrap();
        let fields = [Field::new("a", Number::U64, &[]), Field::new("b", Number::U8, &[2])];
        let names = ["ä".to_owned(), "bc".to_owned()];
        write(&mut target, &mut source, &fields, 3, 0.5, &[Words { name: "names", words: &names }]).unwrap();
        let (mut all, mut again) = (Vec::new(), Vec::new());
        source.seek(SeekFrom::Start(0)).unwrap();
        source.read_to_end(&mut all).unwrap();
        assert_eq!(records(|| target.try_clone(), &fields, &mut again).unwrap(), 3);
        assert_eq!(again, all, "the records that are read back");
        let mut zip = zip::ZipArchive::new(target).unwrap();
        let mut body = |name: &str| {
            let mut bytes = Vec::new();
            zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
            let skip = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
            bytes[skip..].to_vec()
        };
        assert_eq!(body("b.npy"), [0, 1, 2, 3, 4, 5]);
        assert_eq!(body("a.npy").len(), 24);
        assert_eq!(body("dt_ms.npy"), 0.5_f64.to_le_bytes());
        assert_eq!(body("names.npy"), [0xe4, 0, 0, 0, 0, 0, 0, 0, b'b', 0, 0, 0, b'c', 0, 0, 0]);
    }
}
