//! One neuron under a constant current, with the parameters of competing neurons.

use super::NetworkTemplate;
use super::competing::potentials;
use crate::params::Params;

/// One neuron.
pub(super) struct Neuron;

impl NetworkTemplate for Neuron {
    fn contradictions(&self, params: &Params) -> Vec<String> {
        potentials(params)
    }
}
