//! `session.ron`: what determines a run, and how it ended.

use crate::experiment::Applied;
use crate::time::Step;
use serde::{Deserialize, Serialize};

/// The format this program writes.
const SCHEMA: u32 = 1;

/// What was learnt from. The digest says whether other files are the same data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataRecord {
    /// The folder; `None` if its name is not UTF-8.
    pub folder: Option<String>,
    /// Hash of all images and labels, hexadecimal.
    pub digest: String,
    /// What the classes are called, in the order of the labels; nothing if they have numbers only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// Training images shown.
    pub images: u64,
    /// Steps done.
    pub step: Step,
    /// Hash of the whole state, hexadecimal.
    pub digest: String,
    /// Hash of every part, so that a difference can be named.
    pub parts: Vec<(String, String)>,
    /// Test images shown.
    pub test_images: u64,
    /// Fraction of them answered right; `None` if none was shown.
    pub test_accuracy: Option<f64>,
}

/// Seed, version and everything else that determines a run beside its preset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Session", deny_unknown_fields)]
pub struct SessionRecord {
    /// Format of this record.
    pub schema: u32,
    /// Program that made the run.
    pub version: String,
    /// Name of the preset.
    pub preset: String,
    /// Master seed.
    pub seed: u64,
    /// Training images planned.
    pub images: u64,
    /// Test images planned.
    pub test_images: u64,
    /// What was learnt from.
    pub data: DataRecord,
    /// What was recorded, as typed.
    pub record: Option<String>,
    /// Images between checkpoints; `None` for a checkpoint every few seconds.
    pub checkpoint_every: Option<u64>,
    /// Commands that changed the course of the run.
    pub applied: Vec<Applied>,
    /// How it ended; `None` until it has.
    pub ending: Option<Ending>,
}

#[derive(Deserialize)]
#[serde(rename = "Session")]
struct Probe {
    schema: u32,
}

impl SessionRecord {
    /// The format this program writes.
    pub const SCHEMA: u32 = SCHEMA;

    /// Read a record; the error says what is wrong and what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fault = |error: ron::error::SpannedError| format!("it is not a session record: {error}");
        let Probe { schema } = ron::from_str(text).map_err(fault)?;
        if schema == 0 || schema > SCHEMA {
            return Err(format!("it has session schema {schema}, this program reads up to {SCHEMA}; update Spikescope to open it"));
        }
        ron::from_str(text).map_err(fault)
    }

    /// The record as text.
    pub fn to_ron(&self) -> String {
        let style = ron::ser::PrettyConfig::new().struct_names(true);
        // invariant: the record has no type that RON cannot write
        ron::ser::to_string_pretty(self, style).expect("a session record is plain data") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Recorded;

    fn record() -> SessionRecord {
        let change = |step, change| Applied { before: Step(step), change };
        SessionRecord {
            schema: SCHEMA,
            version: "0.1.0".to_owned(),
            preset: "mnist-rstdp".to_owned(),
            seed: u64::MAX,
            images: 60_000,
            test_images: 10_000,
            data: DataRecord {
                folder: Some("da\"ta\n".to_owned()),
                digest: "0f".to_owned(),
                classes: vec!["a \"cat\"".to_owned(), "ä".to_owned()],
            },
            record: None,
            checkpoint_every: Some(5),
            applied: vec![change(0, Recorded::Set("tau_m".to_owned(), 0.1 + 0.2)), change(7, Recorded::Reward(f32::MIN_POSITIVE))],
            ending: Some(Ending {
                images: 3,
                step: Step(750),
                digest: "ff".to_owned(),
                parts: vec![("weights".to_owned(), "01".to_owned())],
                test_images: 0,
                test_accuracy: None,
            }),
        }
    }

    #[test]
    fn a_record_reads_back_exactly() {
        assert_eq!(SessionRecord::parse(&record().to_ron()), Ok(record()));
    }

    #[test]
    fn a_record_from_before_classes_had_names_is_read() {
        let mut old = record();
        old.data.classes.clear();
        let text = old.to_ron();
        assert!(!text.contains("classes"), "{text}");
        assert_eq!(SessionRecord::parse(&text), Ok(old));
    }

    #[test]
    fn a_newer_record_is_refused_by_its_number_and_noise_by_its_place() {
        let newer = SessionRecord { schema: 99, ..record() }.to_ron();
        assert!(SessionRecord::parse(&newer).unwrap_err().contains("schema 99"));
        assert!(SessionRecord::parse("Session(schema: 1, seed: -4)").unwrap_err().contains("not a session record"));
        assert!(SessionRecord::parse("").is_err());
    }
}
