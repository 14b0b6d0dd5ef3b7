//! `session.ron` of a free run: schema 2.

use super::{RunDir, RunDirError};
use crate::experiment::{Activity, Applied, Origin};
use crate::preset::NetworkPreset;
use crate::time::Step;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
    /// Changes by path and rewards by hand, each with the step before which it was applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<Applied>,
    /// Hash of the state in `start.bin`, of a run that began with the weights of another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Its end, or where it was interrupted; `None` while it runs.
    pub ending: Option<FreeEnding>,
}

/// Contents of the checkpoint of a free run besides the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeNotes {
    /// Rates so far.
    pub activity: Activity,
    /// Number of records of each recording so far.
    pub recorded: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(rename = "Session")]
struct Probe {
    schema: u32,
}

impl FreeRecord {
    /// The format of the record.
    pub const SCHEMA: u32 = SCHEMA;

    /// Whether a record is that of a free run; none if it is no record that this version knows.
    pub(super) fn is_free(text: &str) -> Option<bool> {
        let probe: Probe = ron::from_str(text).ok()?;
        (1..=SCHEMA).contains(&probe.schema).then_some(probe.schema == SCHEMA)
    }

    /// Read a record; the error states what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        match ron::from_str(text) {
            Ok(Probe { schema }) if schema > SCHEMA => {
                Err(format!("it has session schema {schema}, this program reads up to {SCHEMA}; update Spikescope to open it"))
            }
            _ => ron::from_str(text).map_err(|error| format!("it is not the record of a free run: {error}")),
        }
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

impl RunDir {
    /// What determines a free run of this directory besides the changes made to it.
    pub fn origin(&self, preset: &NetworkPreset, session: &FreeRecord) -> Result<Origin, RunDirError> {
        let start = session.start.as_ref().map(|hash| self.start(hash)).transpose()?;
        Ok(Origin { network: Arc::new(preset.network.clone()), task: preset.task.clone(), seed: session.seed, start })
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
            applied: Vec::new(),
            start: None,
            ending: Some(ending),
        };
        let text = record.to_ron();
        assert!(FreeRecord::is_free(&text) == Some(true) && record.is_finished());
        assert!(!text.contains("applied") && !text.contains("start"), "as before there were changes");
        assert_eq!(FreeRecord::parse(&text), Ok(record.clone()));
        let change = crate::experiment::Recorded::Quantity("\"a b\".tau_m".to_owned(), "12 ms".to_owned());
        let applied = vec![Applied { before: Step(3), change }];
        let changed = FreeRecord { applied, start: Some(RunDir::hash_of_start(b"state")), ..record };
        assert_eq!(FreeRecord::parse(&changed.to_ron()), Ok(changed));
        assert!(SessionRecord::parse(&text).unwrap_err().contains("free run"));
        assert_eq!(["Session(schema: 1)", "", "Session(schema: 3)"].map(FreeRecord::is_free), [Some(false), None, None]);
        assert!(FreeRecord::parse("Session(schema: 3)").unwrap_err().contains("update"));
    }
}
