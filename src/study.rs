//! Studies: one preset many times over, in variants and with several seeds, each network trained and tested in the same
//! way. An ablation takes one part after the other away from the preset; a sweep walks along parameters.
//!
//! A study is a directory. `study.ron` and `preset.ron` say everything that determines its results; every trained
//! network leaves one file in `jobs/`, whole or not at all. A job is done when its file is there, whoever did it: a
//! thread of this process, another process, a node of a cluster. So a study that was killed goes on where it was, and
//! a job that was lost is simply done again. `results.csv`, `curves.csv` and `summary.csv` are made from the job files.
//!
//! Invariant: results depend on the study alone, never on the number of threads, the order of jobs or interruptions
//! (`tests/cli/studies.rs`).

pub mod axis;
mod compare;
mod job;
mod lesion;
mod local;
mod plan;
mod result;
mod store;
mod tables;

pub use compare::{Compared, compare, holm, mcnemar, paired};
pub use job::JobEvent;
pub use lesion::{Ablation, ablation};
pub use local::{Event, run};
pub use plan::{Axis, Job, Kind, Study, Variant};
pub use result::{JobResult, Outcome};
pub use store::{StudyDir, StudyError};
pub use tables::{Summary, save_tables};
