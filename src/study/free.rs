//! Studies of free runs: variants of a described network, simulated with several seeds. A job is one run; its result is the
//! activity of every population and the mean weight of every plastic projection.

mod job;
mod lesion;
mod local;
pub(super) mod plan;
mod result;
mod tables;

pub use lesion::{Lesions, lesions, silence};
pub use local::{FreeEvent, run};
pub use plan::FreeStudy;
pub use result::{Activities, FreeResult, Weights};
pub use tables::{FreeSummary, Quantity, measure, quantities, save_tables};
