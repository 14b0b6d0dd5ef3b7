//! What a learning rule is: an interface for every way in which synapses are stored.

use super::archive::Persist;
use super::neuron::{NeuronIdx, Policy};
use crate::time::TimeGrid;

/// When a rule can change weights, which limits the chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changes {
    /// Only in `consolidate`.
    AtConsolidation,
    /// At postsynaptic spikes, only weights of the neurons that fired.
    OnPost,
    /// At any spike.
    OnPre,
}

/// Parameters shared by the rules, with units.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PlasticityParams {
    /// Learning rate η.
    pub eta: f64,
    /// Presynaptic trace τ+ in ms.
    pub tau_plus_ms: f64,
    /// Postsynaptic trace τ− in ms.
    pub tau_minus_ms: f64,
    /// Potentiation A+.
    pub a_plus: f64,
    /// Depression A−.
    pub a_minus: f64,
    /// Potentiation A3+ and depression A3− by triplets of spikes, and time constants of their traces in ms (triplet STDP only).
    pub a3_plus: f64,
    /// See `a3_plus`.
    pub a3_minus: f64,
    /// See `a3_plus`.
    pub tau_x_ms: f64,
    /// See `a3_plus`.
    pub tau_y_ms: f64,
    /// Depression by every presynaptic spike in units of η (symmetric STDP only).
    pub alpha: f64,
    /// Whether weights are negative; bounds and changes are those of their size.
    pub is_negative: bool,
    /// Target rate in Hz, or target sum in mV in its place, and time between changes in ms (synaptic scaling only).
    pub rho0_hz: f64,
    /// See `rho0_hz`.
    pub sum_mv: Option<f64>,
    /// See `rho0_hz`.
    pub interval_ms: f64,
    /// Nearest-spike instead of all-to-all pairing.
    pub nearest: bool,
    /// Soft instead of hard bounds.
    pub soft: bool,
    /// Exponents of soft bounds for potentiation and depression; without them both are 1.
    pub powers: Option<(f64, f64)>,
    /// Maximum weight in mV.
    pub w_max_mv: f64,
    /// Eligibility trace τ_e in ms.
    pub tau_e_ms: f64,
    /// Decay of the neuromodulator τ_d in ms (dopamine-modulated STDP only).
    pub tau_d_ms: f64,
    /// Concentration of the neuromodulator without rewards (dopamine-modulated STDP only).
    pub tonic: f64,
    /// Membrane and synaptic time constant of the postsynaptic potential in ms (R-max only).
    pub tau_psp_ms: (f64, f64),
    /// The eligibility integral instead of its mean given the decision (R-max only).
    pub integral: bool,
    /// Minimum weight in mV, and potentiation after a punishment in units of A− (winner STDP only).
    pub w_min_mv: f64,
    /// See `w_min_mv`.
    pub a_punish: f64,
    /// Learning rate of filters that learn without reward, and time constant of their presynaptic trace in ms.
    pub filter_eta: f64,
    /// See `filter_eta`.
    pub filter_tau_ms: f64,
    /// Learning rate of reward-modulated filters, after learning without reward; 0 for fixed filters.
    pub filter_reward: f64,
}

/// A learning rule of synapses that are stored as `S`: all-to-all (`Dense`), shared (`Conv`) or sparse (`Sparse`). A rule
/// implements it for every store that it supports.
pub trait Rule<S>: Persist + Send + Sync {
    /// When it may change weights.
    fn changes(&self) -> Changes;

    /// New parameters, from the next spike on.
    fn set_params(&mut self, params: &PlasticityParams, grid: TimeGrid);

    /// A new trial: traces and eligibility start from zero.
    fn begin_trial(&mut self, step: u64);

    /// Presynaptic spikes that arrive in step `step`, `delay` steps after they were fired. Called once for every delay of the
    /// synapses, the longest first.
    fn on_pre(&mut self, step: u64, delay: usize, arrived: &[NeuronIdx], w: &mut S);

    /// Postsynaptic spikes fired in step `step`, after `on_pre` of the same step; `v_mv` returns the potential of a neuron.
    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], v_mv: &dyn Fn(NeuronIdx) -> f32, w: &mut S);

    /// Spikes and firing probabilities of an escape-noise population in step `step` of an open decision window.
    fn on_policy(&mut self, _step: u64, _policy: &Policy<'_>, _fired: &[NeuronIdx]) {}

    /// Credit `action` instead of the chosen one, as a supervised reference; this is not a reward.
    fn supervise(&mut self, _action: usize) {}

    /// The third factor: convert eligibility to weight change with neuromodulator `m`, which rules without reward ignore.
    fn consolidate(&mut self, _step: u64, _m: f32, _w: &mut S) {}

    /// Bring weights to step `step` whose change is computed only at spikes and rewards.
    fn bring_up_to_date(&mut self, _step: u64, _w: &mut S) {}

    /// Neurons whose incoming weights changed since they were last taken, each once.
    fn take_changed(&mut self) -> Vec<NeuronIdx> {
        Vec::new()
    }

    /// Eligibility of the synapses onto `post`, if the rule has one; shape (pre).
    fn eligibility(&self, _post: NeuronIdx, _step: u64) -> Option<Vec<f32>> {
        None
    }

    /// Concentration of the neuromodulator in step `step`, if it is part of the rule.
    fn modulator(&self, _step: u64) -> Option<f64> {
        None
    }

    /// End of learning; the weights stay fixed from now on.
    fn finish(&self, _w: &mut S) {}

    /// A copy, for networks on other threads and for digests.
    fn boxed_clone(&self) -> Box<dyn Rule<S>>;
}
