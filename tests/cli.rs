//! Tests of the compiled program: output, exit codes and files.
#![allow(clippy::unwrap_used)] // in a test a panic is the report

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/characterise.rs"]
mod characterise;
#[cfg(unix)]
#[path = "cli/cluster.rs"]
mod cluster;
#[path = "cli/compare.rs"]
mod compare;
#[path = "cli/corpus.rs"]
mod corpus;
#[path = "cli/data.rs"]
mod data;
#[path = "cli/export.rs"]
mod export;
#[path = "cli/export_network.rs"]
mod export_network;
#[path = "cli/extend.rs"]
mod extend;
#[path = "cli/free_report.rs"]
mod free_report;
#[path = "cli/free_runs.rs"]
mod free_runs;
#[path = "cli/free_studies.rs"]
mod free_studies;
#[path = "cli/lab.rs"]
mod lab;
#[path = "cli/networks.rs"]
mod networks;
#[path = "cli/new.rs"]
mod new;
#[path = "cli/own_data.rs"]
mod own_data;
#[path = "cli/own_images.rs"]
mod own_images;
#[cfg(unix)]
#[path = "cli/places.rs"]
mod places;
#[path = "cli/remarks.rs"]
mod remarks;
#[path = "cli/report.rs"]
mod report;
#[path = "cli/reproduce.rs"]
mod reproduce;
#[path = "cli/runs.rs"]
mod runs;
#[path = "cli/studies.rs"]
mod studies;
#[cfg(unix)]
#[path = "cli/survival.rs"]
mod survival;
