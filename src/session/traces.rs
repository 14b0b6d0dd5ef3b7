//! Membrane traces and weights as displayed.

use std::sync::Arc;

/// A membrane trace with one sample per step, oldest first.
#[derive(Debug, Clone, Default)]
pub struct PotentialTrace {
    /// The neuron.
    pub neuron: u32,
    /// Membrane potential in mV.
    pub v_mv: Arc<[f32]>,
    /// Effective threshold V_th + θ in mV.
    pub threshold_mv: Arc<[f32]>,
    /// Current R I in mV that sources of currents inject, with one sample per step; empty if none does. Onto Izhikevich neurons in mV per ms.
    pub injected_mv: Arc<[f32]>,
    /// Offsets into `v_mv` at which the neuron fired.
    pub spikes: Vec<u32>,
}

/// Weights of the projection onto the output layer.
#[derive(Debug, Clone, Default)]
pub struct WeightView {
    /// Presynaptic neurons, arranged with the width and height in `field`.
    pub n_pre: usize,
    /// Postsynaptic neurons.
    pub n_post: usize,
    /// Width and height of one receptive field.
    pub field: (usize, usize),
    /// Post-major: the field of neuron j is `w[j * n_pre..][..n_pre]`, in mV.
    pub w: Arc<[f32]>,
    /// Maximum weight in mV.
    pub w_max: f32,
}
