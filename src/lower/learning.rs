//! What learns at a moment of a task with trials, and how fast.

use crate::model::NetworkSpec;

/// How shared filters learn at a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Teaching {
    /// They stay as they are.
    #[default]
    Fixed,
    /// Without reward.
    Alone,
    /// From reward.
    Rewarded,
}

/// What learns at a moment, and how fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Learning {
    /// The factor of the learning rates that follows from the schedule; 0 while earlier layers learn.
    pub kept: f64,
    /// The factor of the initial boost.
    pub boost: f64,
    /// How the shared filters of each projection learn, in the order of the description.
    pub filters: Vec<Teaching>,
}

impl Default for Learning {
    /// Learning rates as described, without filters that learn.
    fn default() -> Self {
        Self { kept: 1.0, boost: 1.0, filters: Vec::new() }
    }
}

impl Learning {
    /// How the filters of a projection learn.
    pub fn filters(&self, projection: usize) -> Teaching {
        self.filters.get(projection).copied().unwrap_or_default()
    }

    /// Whether filters onto this population learn without reward: then one neuron wins at each site.
    pub(super) fn population(&self, spec: &NetworkSpec, name: &str) -> bool {
        spec.projections.iter().zip(&self.filters).any(|(projection, &filters)| projection.to == name && filters == Teaching::Alone)
    }

    /// A learning rate in force.
    pub(super) fn rate(&self, eta: f64) -> f64 {
        eta * self.kept * self.boost
    }
}
