//! Records as tidy CSV: one value per row, units in the column names, class names instead of numbers.
//! Numbers are the shortest that read back exactly; a missing value is an empty cell.

use super::table::{Arrays, Table};
use crate::cli::npz::{Field, Number};
use crate::time::{Step, TimeGrid};
use std::fmt::{Display, Write as _};
use std::io::{BufReader, Error, Read, Seek, SeekFrom, Write};

/// Write `records` records of `source`.
pub(super) fn write(target: &mut dyn Write, source: &mut (impl Read + Seek), table: &Table, records: u64) -> Result<(), Error> {
    let mut csv = csv::Writer::from_writer(target);
    csv.write_record(head(table))?;
    source.seek(SeekFrom::Start(0))?;
    let mut source = BufReader::with_capacity(1 << 18, source);
    let mut record = vec![0; table.record_size() as usize];
    let (mut first, mut cell) = (Vec::new(), String::new());
    for _ in 0..records {
        source.read_exact(&mut record)?;
        let arrays = scalars(table, &record, &mut first);
        match &table.arrays {
            None => csv.write_record(&first)?,
            Some(of) => rows(&mut csv, of, &first, arrays, &mut cell)?,
        }
    }
    csv.flush()
}

fn head(table: &Table) -> Vec<&str> {
    let mut head = Vec::new();
    for field in &table.scalars {
        head.push(field.name.as_str());
        if field.name == "step" {
            head.push("time_ms");
        }
    }
    if let Some(Arrays { part, indices, values, .. }) = &table.arrays {
        head.push(part);
        head.extend(indices.iter().chain(*values));
    }
    head
}

/// The common leading cells of all rows of a record, and the rest of its bytes.
fn scalars<'a>(table: &Table, mut record: &'a [u8], cells: &mut Vec<String>) -> &'a [u8] {
    cells.clear();
    for Field { name, number, .. } in &table.scalars {
        let (bytes, rest) = record.split_at(number.bytes());
        record = rest;
        let mut cell = String::new();
        match table.words(name) {
            // no answer is a negative number without a name
            Some(words) => cell.push_str(index(*number, bytes).and_then(|index| words.get(index)).map_or("", String::as_str)),
            None => push(&mut cell, *number, bytes),
        }
        cells.push(cell);
        if name == "step" {
            let step = index(*number, bytes).unwrap_or(0);
            cells.push(TimeGrid::new(table.dt_ms).ms(Step(step as u64)).to_string());
        }
    }
    record
}

/// The rows of the arrays of a record.
fn rows<W: Write>(csv: &mut csv::Writer<W>, of: &Arrays, first: &[String], mut arrays: &[u8], cell: &mut String) -> Result<(), Error> {
    let bytes = Number::F32.bytes();
    for (part, shape) in &of.parts {
        let length: usize = shape.iter().product();
        let (here, rest) = arrays.split_at(length * bytes * of.values.len());
        arrays = rest;
        for k in 0..length {
            first.iter().try_for_each(|cell| csv.write_field(cell))?;
            csv.write_field(part)?;
            let mut inner = length;
            for side in shape {
                inner /= side;
                field(csv, cell, k / inner % side)?;
            }
            for value in 0..of.values.len() {
                cell.clear();
                push(cell, Number::F32, &here[(value * length + k) * bytes..][..bytes]);
                csv.write_field(&*cell)?;
            }
            csv.write_record(None::<&[u8]>)?;
        }
    }
    Ok(())
}

fn field<W: Write>(csv: &mut csv::Writer<W>, cell: &mut String, value: impl Display) -> Result<(), Error> {
    cell.clear();
    // invariant: writing to a string cannot fail
    write!(cell, "{value}").ok();
    Ok(csv.write_field(&*cell)?)
}

/// A whole number, if it is not negative.
fn index(number: Number, bytes: &[u8]) -> Option<usize> {
    match number {
        Number::U8 => Some(usize::from(u8::from_le_bytes(exact(bytes)))),
        Number::U32 => usize::try_from(u32::from_le_bytes(exact(bytes))).ok(),
        Number::U64 => usize::try_from(u64::from_le_bytes(exact(bytes))).ok(),
        Number::I16 => usize::try_from(i16::from_le_bytes(exact(bytes))).ok(),
        Number::F32 | Number::F64 => None,
    }
}

/// A little-endian number as text; empty for NaN.
fn push(cell: &mut String, number: Number, bytes: &[u8]) {
    // invariant: a field has the bytes of its number, and writing to a string cannot fail
    match number {
        Number::U8 => write!(cell, "{}", u8::from_le_bytes(exact(bytes))),
        Number::U32 => write!(cell, "{}", u32::from_le_bytes(exact(bytes))),
        Number::U64 => write!(cell, "{}", u64::from_le_bytes(exact(bytes))),
        Number::I16 => write!(cell, "{}", i16::from_le_bytes(exact(bytes))),
        Number::F32 if f32::from_le_bytes(exact(bytes)).is_nan() => Ok(()),
        Number::F64 if f64::from_le_bytes(exact(bytes)).is_nan() => Ok(()),
        Number::F32 => write!(cell, "{}", f32::from_le_bytes(exact(bytes))),
        Number::F64 => write!(cell, "{}", f64::from_le_bytes(exact(bytes))),
    }
    .ok();
}

fn exact<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}
