//! Plasticity: rules that change the weights of a projection. They are called once per step, first with the spikes that
//! arrived, then with those that were fired, so that a presynaptic spike that arrives in the step in which the
//! postsynaptic neuron fires counts as pre-before-post (NEST ignores such a pair). The decay of traces is computed when a
//! trace is read.

mod filters;
mod pair;
mod post_trace;
mod rmax;
mod rstdp;
mod winners;

pub use filters::FilterStdp;
pub use pair::PairStdp;
pub use post_trace::PostTraceStdp;
pub use rmax::RMax;
pub use rstdp::RStdp;
pub use winners::{WinnerStdp, WinnerTakeAll};

use super::archive::Persist;
use super::neuron::{NeuronIdx, Policy};
use super::projection::{Conv, Dense};
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
    /// Nearest-spike instead of all-to-all pairing.
    pub nearest: bool,
    /// Soft instead of hard bounds.
    pub soft: bool,
    /// Maximum weight in mV.
    pub w_max_mv: f64,
    /// Eligibility trace τ_e in ms.
    pub tau_e_ms: f64,
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

/// A learning rule on one projection.
pub trait PlasticityRule: Persist + Send + Sync {
    /// When it may change weights.
    fn changes(&self) -> Changes;

    /// New parameters, from the next spike on.
    fn set_params(&mut self, params: &PlasticityParams, grid: TimeGrid);

    /// A new trial: traces and eligibility start from zero.
    fn begin_trial(&mut self, step: u64);

    /// Presynaptic spikes that arrived in step `step`.
    fn on_pre(&mut self, step: u64, arrived: &[NeuronIdx], w: &mut Dense);

    /// Postsynaptic spikes fired in step `step`, after `on_pre` of the same step.
    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], w: &mut Dense);

    /// Spikes and firing probabilities of an escape-noise population in step `step` of an open decision window.
    fn on_policy(&mut self, _step: u64, _policy: &Policy<'_>, _fired: &[NeuronIdx]) {}

    /// Credit `action` instead of the chosen one, as a supervised reference; this is not a reward.
    fn supervise(&mut self, _action: usize) {}

    /// The third factor: convert eligibility to weight change with neuromodulator `m`.
    fn consolidate(&mut self, step: u64, m: f32, w: &mut Dense);

    /// Neurons whose incoming weights changed since they were last taken, each once.
    fn take_changed(&mut self) -> Vec<NeuronIdx>;

    /// Eligibility of the synapses onto `post`, if the rule has one; shape (pre).
    fn eligibility(&self, post: NeuronIdx, step: u64) -> Option<Vec<f32>>;

    /// A copy, for networks on other threads.
    fn boxed_clone(&self) -> Box<dyn PlasticityRule>;
}

/// A learning rule of filters that all sites of a projection share.
pub trait FilterRule: Persist + Send + Sync {
    /// New parameters, from the next spike on.
    fn set_params(&mut self, params: &PlasticityParams, grid: TimeGrid);

    /// A new trial: traces and eligibility start from zero.
    fn begin_trial(&mut self, step: u64);

    /// Presynaptic spikes that arrived in step `step`.
    fn on_pre(&mut self, step: u64, arrived: &[NeuronIdx]);

    /// Postsynaptic spikes fired in step `step`, after `on_pre` of the same step; `v_mv` returns the potential of a neuron.
    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], v_mv: &dyn Fn(NeuronIdx) -> f32);

    /// See `PlasticityRule::on_policy`.
    fn on_policy(&mut self, _step: u64, _policy: &Policy<'_>, _fired: &[NeuronIdx]) {}

    /// See `PlasticityRule::supervise`.
    fn supervise(&mut self, _action: usize) {}

    /// End of a trial with neuromodulator `m`, which rules without reward ignore.
    fn consolidate(&mut self, m: f32, filters: &mut Conv);

    /// End of learning; the filters stay fixed from now on.
    fn finish(&self, _filters: &mut Conv) {}

    /// A copy, for digests.
    fn boxed_clone(&self) -> Box<dyn FilterRule>;
}

/// A list of distinct neurons in order of insertion.
#[derive(Debug, Clone, Default)]
struct Marked {
    list: Vec<NeuronIdx>,
    is_in: Vec<bool>,
}

impl Marked {
    fn new(n: usize) -> Self {
        Self { list: Vec::with_capacity(n), is_in: vec![false; n] }
    }

    fn insert(&mut self, neuron: NeuronIdx) {
        if !std::mem::replace(&mut self.is_in[neuron as usize], true) {
            self.list.push(neuron);
        }
    }

    fn take(&mut self) -> Vec<NeuronIdx> {
        self.list.iter().for_each(|&j| self.is_in[j as usize] = false);
        std::mem::take(&mut self.list)
    }

    fn persist(&mut self, archive: &mut super::archive::Archive<'_>) -> Result<(), super::archive::ArchiveError> {
        let n = self.is_in.len();
        archive.list("changed neurons", &mut self.list, n, super::archive::Archive::u32s)?;
        self.is_in.fill(false);
        for &j in &self.list {
            *self.is_in.get_mut(j as usize).ok_or(super::archive::ArchiveError::Short("changed neurons"))? = true;
        }
        Ok(())
    }
}

/// A weight after a change by `by` under the bounds of a rule.
#[inline(always)]
fn bounded(w: f32, by: f32, soft: bool, w_max: f32) -> f32 {
    let room = if !soft {
        1.0
    } else if by > 0.0 {
        w_max - w
    } else {
        w
    };
    (w + by * room).clamp(0.0, w_max)
}
