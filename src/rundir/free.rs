//! `session.ron` of a free run: schema 2.

use crate::time::Step;
use serde::{Deserialize, Serialize};

/// The format of the record.
const SCHEMA: u32 = 2;

/// The end of a free run, or where it was interrupted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Ending", deny_unknown_fields)]
pub struct FreeEnding {
    /// Completed steps.
    pub step: Step,
    /// Hash of the whole state, hexadecimal.
    pub digest: String,
    /// Hash of every part, to locate a difference.
    pub parts: Vec<(String, String)>,
}

/// Seed, version and everything else that determines a free run besides its preset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Session", deny_unknown_fields)]
pub struct FreeRecord {
    /// Format of this record.
    pub schema: u32,
    /// Version of the program that made the run.
    pub version: String,
    /// Name of the preset.
    pub preset: String,
    /// Master seed.
    pub seed: u64,
    /// Steps planned.
    pub steps: u64,
    /// The argument of `--record`.
    pub record: Option<String>,
    /// Steps between checkpoints; `None` for a checkpoint every few seconds.
    pub checkpoint_every: Option<u64>,
    /// Its end, or where it was interrupted; `None` while it runs.
    pub ending: Option<FreeEnding>,
}

#[derive(Deserialize)]
#[serde(rename = "Session")]
struct Probe {
    schema: u32,
}

impl FreeRecord {
    /// The format of the record.
    pub const SCHEMA: u32 = SCHEMA;

    /// Whether a record is that of a free run.
    pub(super) fn is_free(text: &str) -> bool {
        ron::from_str::<Probe>(text).is_ok_and(|probe| probe.schema == SCHEMA)
    }

    /// Read a record; the error states what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        ron::from_str(text).map_err(|error| format!("it is not the record of a free run: {error}"))
    }

    /// The record as text.
    pub fn to_ron(&self) -> String {
        let style = ron::ser::PrettyConfig::new().struct_names(true);
        // invariant: the record can be serialised as RON
        ron::ser::to_string_pretty(self, style).expect("a session record is plain data") + "\n"
    }

    /// Whether it has run to its end.
    pub fn is_finished(&self) -> bool {
        self.ending.as_ref().is_some_and(|ending| ending.step.0 == self.steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rundir::SessionRecord;

    #[test]
    fn a_record_reads_back_and_is_no_record_of_training() {
        let ending = FreeEnding { step: Step(7), digest: "ff".to_owned(), parts: vec![("clocks".to_owned(), "01".to_owned())] };
        let record = FreeRecord {
            schema: SCHEMA,
            version: "0.1.0".to_owned(),
            preset: "ring".to_owned(),
            seed: u64::MAX,
            steps: 7,
            record: Some("spikes:\"a b\"[0..3]".to_owned()),
            checkpoint_every: None,
            ending: Some(ending),
        };
        let text = record.to_ron();
        assert!(FreeRecord::is_free(&text) && record.is_finished());
        assert_eq!(FreeRecord::parse(&text), Ok(record));
        assert!(SessionRecord::parse(&text).unwrap_err().contains("free run"));
        assert!(!FreeRecord::is_free("Session(schema: 1)") && !FreeRecord::is_free(""));
    }
}
