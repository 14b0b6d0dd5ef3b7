//! The equation of one neuron in one step, of models that are linear in their input between two spikes.

/// Maximum number of receptors.
pub const RECEPTORS: usize = 3;

/// The synaptic current of a receptor. An alpha-shaped one follows a rise, to which spikes add instead.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Current {
    /// The current before the input of the step, in mV.
    pub i_mv: f64,
    /// Factor over the step.
    pub keep: f64,
    /// Potential of the step per unit of current.
    pub gain: f64,
    /// The rise before the input of the step, in mV per ms; it is multiplied by `keep` as well.
    pub rise: f64,
    /// What a unit of weight adds to the current: 1, or 0 of an alpha-shaped one.
    pub direct: f64,
    /// What a unit of weight adds to the rise, per ms.
    pub onset: f64,
    /// Current at the end of the step per unit of rise.
    pub passed: f64,
    /// Potential of the step per unit of rise.
    pub rise_gain: f64,
}

impl Current {
    /// What current and rise add to the potential of the step.
    pub fn gained(&self, [i, rise]: [f64; 2]) -> f64 {
        self.gain * i + self.rise_gain * rise
    }

    /// Current and rise after the step.
    pub fn kept(&self, [i, rise]: [f64; 2]) -> [f64; 2] {
        [self.keep * i + self.passed * rise, self.keep * rise]
    }

    /// What a unit of current and of rise contribute from this step on, from what they contribute from the next step on and what is left
    /// in the end of the potential of the step.
    pub fn contributed(&self, [later, later_rise]: [f64; 2], left: f64) -> [f64; 2] {
        [self.gain * left + self.keep * later, self.rise_gain * left + self.passed * later + self.keep * later_rise]
    }

    /// The sum of what a unit of weight adds to the potential in all steps, without leak.
    pub fn total(&self) -> f64 {
        let of_current = self.gain / (1.0 - self.keep);
        self.direct * of_current + self.onset * (self.rise_gain + self.passed * of_current) / (1.0 - self.keep)
    }
}

/// The equation of the coming step: each current grows by its input, then
/// `u ← decay u + current + inhibition + returned + noise + Σ gain i`, then `i ← keep i`; a rise likewise. While the neuron is clamped, u is `reset_mv`
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
