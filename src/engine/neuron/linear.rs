//! The equation of one neuron in one step, of models that are linear in their input between two spikes.

/// Maximum number of receptors.
pub const RECEPTORS: usize = 3;

/// The synaptic current of a receptor.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Current {
    /// The current before the input of the step, in mV.
    pub i_mv: f64,
    /// Factor over the step.
    pub keep: f64,
    /// Potential of the step per unit of current.
    pub gain: f64,
}

/// The equation of the coming step: each current grows by its input, then
/// `u ← decay u + current + inhibition + returned + noise + Σ gain i`, then `i ← keep i`. While the neuron is clamped, u is `reset_mv`
/// and only the currents change.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Linear {
    /// Resting potential, relative to which `u_mv` and `reset_mv` are given.
    pub rest_mv: f64,
    /// Potential before the step.
    pub u_mv: f64,
    /// Potential while clamped.
    pub reset_mv: f64,
    /// Factor over the step.
    pub decay: f64,
    /// What a constant current adds.
    pub current_mv: f64,
    /// What lateral inhibition by the population adds; never above zero.
    pub inhibition_mv: f64,
    /// The part of it that is due to a spike of the neuron itself, which it gets back.
    pub returned_mv: f64,
    /// Whether there is membrane noise.
    pub noisy: bool,
    /// Whether the neuron is clamped in this step.
    pub held: bool,
    /// The currents, in the order of the receptors.
    pub currents: [Current; RECEPTORS],
}
