//! Descriptions of networks: reading, faults, counts, paths, texts, without an engine.
#![allow(clippy::unwrap_used)] // in a test a panic is the report

#[path = "model/classics.rs"]
mod classics;
#[path = "model/counts.rs"]
mod counts;
#[path = "model/currents.rs"]
mod currents;
#[path = "model/docs.rs"]
mod docs;
#[path = "model/drafts.rs"]
mod drafts;
#[path = "model/edits.rs"]
mod edits;
#[path = "model/faults.rs"]
mod faults;
#[path = "model/files.rs"]
mod files;
#[path = "model/maze.rs"]
mod maze;
#[path = "model/paths.rs"]
mod paths;
#[path = "model/random.rs"]
mod random;
#[path = "model/random_trials.rs"]
mod random_trials;
#[path = "model/rebuild.rs"]
mod rebuild;
#[path = "model/remarks.rs"]
mod remarks;
#[path = "model/rewards.rs"]
mod rewards;
#[path = "model/scale.rs"]
mod scale;
#[path = "model/syntax.rs"]
mod syntax;
#[path = "model/usual.rs"]
mod usual;
#[path = "model/weights.rs"]
mod weights;
