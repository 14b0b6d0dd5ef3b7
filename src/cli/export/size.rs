//! Disk space of an export, reported and compared with the free space in advance.

use super::table::Table;
use crate::cli::args::FileFormat;
use crate::cli::failure::Failure;
use crate::cli::output::Reporter;
use std::path::Path;

/// Approximate size of a CSV cell in bytes.
const CELL: u64 = 9;

/// Peak disk space in bytes of an export of `records` records: the records and the file made of them.
fn needed(table: &Table, records: u64, format: FileFormat) -> u64 {
    let raw = records.saturating_mul(table.record_size());
    let file = match format {
        FileFormat::Npz => raw,
        FileFormat::Csv => {
            let arrays = table.arrays.as_ref().map_or(0, |arrays| 1 + arrays.indices.len() + arrays.values.len());
            let cells = (table.scalars.len() + 1 + arrays) as u64;
            records.saturating_mul(table.rows()).saturating_mul(cells * CELL)
        }
    };
    raw.saturating_add(file)
}

/// Report the required disk space in a folder, and refuse an export that does not fit; `fewer` says how it could.
pub(super) fn check_room(
    what: &str,
    table: &Table,
    records: Option<u64>,
    format: FileFormat,
    (folder, fewer): (&Path, &str),
    reporter: &Reporter,
) -> Result<(), Failure> {
    let Some(records) = records else {
        reporter.note("the number of spikes, and so the required disk space, is not known in advance");
        return Ok(());
    };
    let needed = needed(table, records, format);
    let (about, place) = (words(needed), folder.display());
    match free(folder) {
        Some(free) if free < needed => {
            let free = words(free);
            Err(Failure::input(format!(
                "exporting {what} needs about {about} of disk space, {place} has {free}; choose {fewer}another disk with --out"
            )))
        }
        _ => {
            reporter.note(&format!("{} of {what}, needs about {about} of disk space in {place}", plural(records)));
            Ok(())
        }
    }
}

/// Free bytes in a folder, where the system reports them.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

/// Free bytes in a folder, where the system reports them.
#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

/// A number of records as text.
pub(super) fn plural(records: u64) -> String {
    if records == 1 { "1 record".to_owned() } else { format!("{records} records") }
}

/// A size as text.
pub(super) fn words(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes.div_ceil(1 << 10)),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30)),
    }
}
