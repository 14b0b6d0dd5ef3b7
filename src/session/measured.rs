//! Measurements of one neuron and of one synapse, as displayed.

/// Measurements of one neuron under a current.
#[derive(Debug, Clone, Default)]
pub struct FiCurve {
    /// The closed form: current in nA, rate in Hz.
    pub theory: Vec<(f64, f64)>,
    /// Measured rates: current in nA, rate in Hz.
    pub measured: Vec<(f64, f64)>,
    /// The present current in nA, and its predicted rate.
    pub now: (f64, f64),
}

/// Measurements of one synapse whose neurons fire at given lags.
#[derive(Debug, Clone, Default)]
pub struct StdpWindow {
    /// The closed form: lag t_post − t_pre in ms, weight change.
    pub theory: Vec<(f64, f64)>,
    /// Completed pairings: lag in ms, weight change.
    pub measured: Vec<(f64, f64)>,
    /// The pairing shown last: lag in ms, presynaptic and postsynaptic trace samples, weight.
    pub lag_ms: f64,
    /// Presynaptic trace of the pairing shown last, one sample per step.
    pub x_pre: Vec<f32>,
    /// Postsynaptic trace, one sample per step.
    pub x_post: Vec<f32>,
    /// The weight, one sample per step.
    pub w: Vec<f32>,
}
