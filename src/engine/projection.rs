//! Projections: synapses from one group of neurons to another.

mod dense;

pub use dense::Dense;
