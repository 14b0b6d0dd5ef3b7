//! `session.ron`: what determines a run, and its end.

use crate::datasets::{Data, Reading};
use crate::experiment::{Applied, Recorded};
use crate::params::{ParamId, Params};
use crate::time::Step;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Current format number.
const SCHEMA: u32 = 1;

/// The data of a run. The digest shows whether other files contain the same data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataRecord {
    /// The folder; `None` if its name is not UTF-8.
    pub folder: Option<String>,
    /// Hash of images, labels and classes ([`Data::digest`]); up to version 0.1 without the classes.
    pub digest: String,
    /// Class names in label order; empty if classes are numbered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// How the files became images; records of version 0.1 do not say.
    #[serde(default = "Reading::of_0_1")]
    pub reading: Reading,
}

/// Why data are not those of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OtherData {
    /// Other images, or other labels.
    #[error("does not hold the images this run learnt from; name their folder with --data")]
    Images,
    /// The same images in other classes.
    #[error(
        "holds the images this run learnt from, but its classes are {found} instead of {expected}; restore their names (classes.txt, \
         or the folders), or name another folder with --data"
    )]
    Classes {
        /// What they were called, if it is known.
        expected: String,
        /// What they are called.
        found: String,
    },
}

impl DataRecord {
    /// What is recorded of data from a folder.
    pub fn of(data: &Data, folder: &Path) -> Self {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        Self { digest: data.digest(), ..Self::without_digest(data, &folder) }
    }

    /// The same but for the digest, which takes a look at every image.
    pub fn without_digest(data: &Data, folder: &Path) -> Self {
        let classes = if data.is_numbered() { Vec::new() } else { data.class_names.to_vec() };
        Self { folder: folder.to_str().map(str::to_owned), digest: String::new(), classes, reading: data.reading }
    }

    /// Equal for the same data, also if one record is of version 0.1.
    pub fn identity(&self) -> String {
        let images = self.digest.split('-').next().unwrap_or_default();
        if self.classes.is_empty() { self.digest.clone() } else { format!("{images} ({})", self.classes.join(", ")) }
    }

    /// Whether these are the data that were learnt from. Version 0.1 recorded no digest of the classes.
    pub fn check(&self, data: &Data) -> Result<(), OtherData> {
        let found = data.digest();
        if self.digest == found {
            return Ok(());
        }
        let images = data.image_digest();
        if self.digest.split('-').next() != Some(images.as_str()) {
            return Err(OtherData::Images);
        }
        let names = if data.is_numbered() { &[] } else { &*data.class_names };
        if self.digest == images && !self.classes.is_empty() && self.classes == names {
            return Ok(());
        }
        let found = words(&data.class_names);
        let expected = if self.classes.is_empty() { "plain numbers".to_owned() } else { words(&self.classes) };
        Err(OtherData::Classes { expected, found })
    }
}

/// How many names, and the first of them.
fn words(names: &[String]) -> String {
    const TOLD: usize = 6;
    let more = if names.len() > TOLD { ", ..." } else { "" };
    format!("{} ({}{more})", names.len(), names.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join(", "))
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// Completed training images.
    pub images: u64,
    /// Completed steps.
    pub step: Step,
    /// Hash of the whole state, hexadecimal.
    pub digest: String,
    /// Hash of every part, to locate a difference.
    pub parts: Vec<(String, String)>,
    /// Number of test images.
    pub test_images: u64,
    /// Test accuracy; `None` without test images.
    pub test_accuracy: Option<f64>,
}

/// Seed, version and everything else that determines a run besides its preset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Session", deny_unknown_fields)]
pub struct SessionRecord {
    /// Format of this record.
    pub schema: u32,
    /// Version of the program that made the run.
    pub version: String,
    /// Name of the preset.
    pub preset: String,
    /// Master seed.
    pub seed: u64,
    /// Training images planned.
    pub images: u64,
    /// Test images planned.
    pub test_images: u64,
    /// Images over which the learning rate falls to its final value, if that is not `images`: a run that was extended keeps
    /// the schedule it began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<u64>,
    /// The data.
    pub data: DataRecord,
    /// The argument of `--record`.
    pub record: Option<String>,
    /// Images between checkpoints; `None` for a checkpoint every few seconds.
    pub checkpoint_every: Option<u64>,
    /// Commands that changed the run.
    pub applied: Vec<Applied>,
    /// Hash of the state in `start.bin`, of a run that began with the weights of another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Its end; `None` before that.
    pub ending: Option<Ending>,
}

#[derive(Deserialize)]
#[serde(rename = "Session")]
struct Probe {
    schema: u32,
}

impl SessionRecord {
    /// Current format number.
    pub const SCHEMA: u32 = SCHEMA;

    /// Images over which the learning rate falls.
    pub fn schedule_images(&self) -> u64 {
        self.schedule.unwrap_or(self.images)
    }

    /// Plan another number of images for a run that has shown `done`. Says whether the learning rate keeps the schedule of the
    /// first plan, so that the run is not the one that a longer plan would have been from the start.
    pub fn extend(&mut self, images: u64, done: u64, params: &Params) -> bool {
        let changed = |applied: &Applied| matches!(&applied.change, Recorded::Set(name, _) if name == ParamId::EtaFinal.spec().name);
        let falls = params.get(ParamId::EtaFinal) != 1.0 || self.applied.iter().any(changed);
        if falls && done > 0 {
            self.schedule = Some(self.schedule_images());
        }
        self.images = images;
        self.schedule.take_if(|schedule| *schedule == images);
        self.ending = None;
        self.schedule.is_some()
    }

    /// Read a record; the error states what is wrong and the remedy.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fault = |error: ron::error::SpannedError| format!("it is not a session record: {error}");
        let Probe { schema } = ron::from_str(text).map_err(fault)?;
        if schema == super::FreeRecord::SCHEMA {
            return Err("it is the record of a free run; see `spikescope run --help`".to_owned());
        }
        if schema == 0 || schema > SCHEMA {
            return Err(format!("it has session schema {schema}, this program reads up to {SCHEMA}; update Spikescope to open it"));
        }
        ron::from_str(text).map_err(fault)
    }

    /// The record as text.
    pub fn to_ron(&self) -> String {
        let style = ron::ser::PrettyConfig::new().struct_names(true);
        // invariant: the record can be serialised as RON
        ron::ser::to_string_pretty(self, style).expect("a session record is plain data") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> SessionRecord {
        let change = |step, change| Applied { before: Step(step), change };
        SessionRecord {
            schema: SCHEMA,
            version: "0.1.0".to_owned(),
            preset: "mnist-rstdp".to_owned(),
            seed: u64::MAX,
            images: 60_000,
            test_images: 10_000,
            schedule: None,
            data: DataRecord {
                folder: Some("da\"ta\n".to_owned()),
                digest: "0f".to_owned(),
                classes: vec!["a \"cat\"".to_owned(), "ä".to_owned()],
                reading: Reading::inverted(true),
            },
            record: None,
            checkpoint_every: Some(5),
            applied: vec![change(0, Recorded::Set("tau_m".to_owned(), 0.1 + 0.2)), change(7, Recorded::Reward(f32::MIN_POSITIVE))],
            start: None,
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
        old.data.reading = Reading::of_0_1();
        let text = old.to_ron();
        assert!(!text.contains("classes"), "{text}");
        assert_eq!(SessionRecord::parse(&text), Ok(old.clone()));
        // nor did it say how the images were read
        let (before, rest) = text.split_once("reading:").unwrap();
        let (_, after) = rest.split_once("),").unwrap();
        assert_eq!(SessionRecord::parse(&format!("{before}{after}")), Ok(old));
    }

    #[test]
    fn a_newer_record_is_refused_by_its_number_and_noise_by_its_place() {
        let newer = SessionRecord { schema: 99, ..record() }.to_ron();
        assert!(SessionRecord::parse(&newer).unwrap_err().contains("schema 99"));
        assert!(SessionRecord::parse("Session(schema: 1, seed: -4)").unwrap_err().contains("not a session record"));
        assert!(SessionRecord::parse("").is_err());
    }
}
