//! Studies: variants of one preset, each with several seeds, trained and tested in the same way; variants of a described
//! network are simulated (`free`). An ablation removes one mechanism at a time from the preset; a sweep varies parameters.
//!
//! A study is a directory. `study.ron` and `preset.ron` determine its results; every trained network is one file in
//! `jobs/`, written atomically. A job is complete when its file exists, whichever thread, process or cluster node wrote
//! it. An interrupted study is resumed by running the jobs without a file. `results.csv`, `curves.csv` and `summary.csv`
//! are made from the job files.
//!
//! Invariant: results depend on the study alone, not on the number of threads, the order of jobs or interruptions
//! (`tests/cli/studies.rs`).

pub mod axis;
mod compare;
pub mod free;
mod job;
mod lesion;
mod local;
mod parts;
mod plan;
pub mod reproduce;
mod result;
mod store;
mod tables;

pub use compare::{Compared, compare, holm, mcnemar, paired};
pub use job::JobEvent;
pub use lesion::{Ablation, ablation};
pub use local::{Event, run};
pub use plan::{Axis, Job, Kind, Study, Variant, dimensions};
pub use result::{JobResult, Outcome};
pub use store::{StudyDir, StudyError};
pub use tables::{Summary, save_tables};
