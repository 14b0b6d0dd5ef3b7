//! Recordings of a run: records are appended to `recordings/*.part`; a checkpoint stores how many there are, so that a resumed
//! run continues after them. At the end they are converted to NPZ, and converted back if the run is extended.

use super::select::Selection;
use super::tape::{Quantity, Tape};
use crate::cli::npz::{self, Words};
use crate::engine::monitor::Monitor;
use crate::files::write_with;
use std::fs::{File, OpenOptions};
use std::io::{Error, Write};
use std::path::{Path, PathBuf};

/// All recordings of a run.
pub(super) struct Recorder {
    tapes: Vec<(PathBuf, Tape)>,
}

/// Whether there are recordings that have not been converted.
pub(super) fn unfinished(folder: &Path, selection: &Selection) -> bool {
    selection.quantities.iter().any(|(quantity, _)| part(folder, quantity.name()).exists())
}

fn part(folder: &Path, name: &str) -> PathBuf {
    folder.join("recordings").join(format!("{name}.part"))
}

/// The records of a finished recording, so that an extended run continues it.
fn reopen(part: &Path, quantity: Quantity) -> Result<(), Error> {
    let source = part.with_extension("npz");
    let named = |error: Error| Error::other(format!("{}: {error}", source.display()));
    write_with(part, |file| npz::records(|| File::open(&source), &quantity.fields(), file).map(drop).map_err(named))
}

impl Recorder {
    /// Start, or continue after `lengths` records of each recording.
    pub(super) fn open(folder: &Path, selection: &Selection, lengths: &[u64]) -> Result<Self, Error> {
        let mut tapes = Vec::new();
        for (k, (quantity, neurons)) in selection.quantities.iter().enumerate() {
            std::fs::create_dir_all(folder.join("recordings"))?;
            let part = part(folder, quantity.name());
            let records = lengths.get(k).copied().unwrap_or(0);
            let length = records.saturating_mul(quantity.record_size() as u64);
            if records > 0 && !part.exists() {
                reopen(&part, *quantity)?;
            }
            let file = OpenOptions::new().create(true).append(true).open(&part)?;
            if file.metadata()?.len() < length {
                return Err(Error::other(format!("{} is shorter than its checkpoint states", part.display())));
            }
            file.set_len(length)?;
            tapes.push((part, Tape::new(*quantity, neurons, file, records)));
        }
        Ok(Self { tapes })
    }

    /// What watches the steps.
    pub(super) fn monitors(&mut self) -> impl Iterator<Item = &mut dyn Monitor> {
        self.tapes.iter_mut().map(|(_, tape)| tape as &mut dyn Monitor)
    }

    /// Flush to disk and return the number of records of each recording for the checkpoint.
    pub(super) fn lengths(&mut self) -> Vec<u64> {
        for (_, tape) in &mut self.tapes {
            let flushed = tape.out.flush().and_then(|()| tape.out.get_ref().sync_data());
            tape.note(flushed);
        }
        self.tapes.iter().map(|(_, tape)| tape.records).collect()
    }

    /// Convert the recordings to NPZ files. Returns the failures.
    pub(super) fn finish(mut self, dt_ms: f64, names: &[String]) -> Vec<String> {
        self.lengths();
        let mut lost = Vec::new();
        for (part, tape) in self.tapes {
            let quantity = tape.quantity;
            let legend = [Words { name: "population_names", words: names }];
            let written = tape.finish().and_then(|(appended, records)| {
                // appended records are read through a separate handle
                drop(appended);
                let mut source = File::open(&part)?;
                let target = part.with_extension("npz");
                write_with(&target, |file| npz::write(file, &mut source, &quantity.fields(), records, dt_ms, &legend))
            });
            match written {
                // the records are in the NPZ; a remaining part file is converted again
                Ok(()) => drop(std::fs::remove_file(&part)),
                Err(error) => lost.push(format!("the recording of {} was not written: {error}", quantity.name())),
            }
        }
        lost
    }
}
