//! Symmetric STDP of sparse synapses with a constant depression by every presynaptic spike:
//! `Δ|w| = η (y − α)` at a presynaptic spike, `Δ|w| = η x` at a postsynaptic spike, with traces x and y of one time constant. Of
//! inhibitory synapses it is the plasticity of Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011 (Science 334:1569), with
//! `α = 2 ρ0 τ`. Delays are axonal: a presynaptic spike acts at its arrival.

use super::{Changes, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Sparse;
use crate::engine::trace::{DelayedTraces, Traces};
use crate::time::TimeGrid;

/// Symmetric STDP.
#[derive(Debug, Clone)]
pub struct SymmetricStdp {
    window: Window,
    pre: DelayedTraces,
    post: Traces,
}

/// How weights change.
#[derive(Debug, Clone, Copy)]
struct Window {
    eta: f32,
    alpha: f32,
    w_max: f32,
    /// 1 or -1.
    sign: f32,
}

impl Window {
    fn new(p: &PlasticityParams) -> Self {
        let sign = if p.is_negative { -1.0 } else { 1.0 };
        Self { eta: p.eta as f32, alpha: p.alpha as f32, w_max: p.w_max_mv as f32, sign }
    }

    /// A weight after a change of its size by `η by`.
    #[inline(always)]
    fn changed(&self, w: f32, by: f32) -> f32 {
        // 0 has no sign
        self.sign * (self.sign * w + self.eta * by).clamp(0.0, self.w_max) + 0.0
    }
}

impl SymmetricStdp {
    /// A rule for these synapses.
    pub fn new(synapses: &Sparse, p: &PlasticityParams, grid: TimeGrid) -> Self {
        Self {
            window: Window::new(p),
            pre: DelayedTraces::new(synapses.n_pre(), synapses.delay_span() as u64, p.tau_plus_ms, false, grid),
            post: Traces::new(synapses.n_post(), p.tau_plus_ms, false, grid),
        }
    }
}

impl Rule<Sparse> for SymmetricStdp {
    fn changes(&self) -> Changes {
        Changes::OnPre
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.window = Window::new(p);
        self.pre.set(p.tau_plus_ms, false, grid);
        self.post.set(p.tau_plus_ms, false, grid);
    }

    fn begin_trial(&mut self, _step: u64) {
        self.pre.clear();
        self.post.clear();
    }

    fn on_pre(&mut self, step: u64, delay: usize, arrived: &[NeuronIdx], w: &mut Sparse) {
        let Self { window, pre, post } = self;
        for &i in arrived {
            w.change_from(i, delay, |_, j, weight| *weight = window.changed(*weight, post.at(j, step) - window.alpha));
            if delay == w.min_delay() {
                pre.bump(i, step - delay as u64);
            }
        }
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, w: &mut Sparse) {
        let Self { window, pre, post } = self;
        for &j in fired {
            w.change_onto(j, |_, i, delay, weight| {
                let x = step.checked_sub(delay.into()).map_or(0.0, |fired| pre.at(i, fired));
                if x > 0.0 {
                    *weight = window.changed(*weight, x);
                }
            });
            post.bump(j, step);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Sparse>> {
        Box::new(self.clone())
    }
}

impl Persist for SymmetricStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { window: _, pre, post } = self;
        pre.persist(archive)?;
        post.persist(archive)
    }
}
