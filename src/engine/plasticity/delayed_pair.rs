//! Pair STDP of sparse synapses, the rule of `PairStdp` with a delay for each synapse. A presynaptic spike acts at its arrival:
//! it is paired with the postsynaptic spikes before that step, and a postsynaptic spike with the presynaptic spikes that have
//! arrived. Delays are axonal.

use super::{Bounds, Changes, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Sparse;
use crate::engine::trace::{DelayedTraces, Traces};
use crate::time::TimeGrid;

/// Pair STDP with potentiation and depression, for sparse synapses.
#[derive(Debug, Clone)]
pub struct DelayedPairStdp {
    up: f32,
    down: f32,
    bounds: Bounds,
    pre: DelayedTraces,
    post: Traces,
}

impl DelayedPairStdp {
    /// A rule for these synapses.
    pub fn new(synapses: &Sparse, p: &PlasticityParams, grid: TimeGrid) -> Self {
        Self {
            up: (p.eta * p.a_plus) as f32,
            down: (p.eta * p.a_minus) as f32,
            bounds: Bounds::new(p),
            pre: DelayedTraces::new(synapses.n_pre(), synapses.delay_span() as u64, p.tau_plus_ms, p.nearest, grid),
            post: Traces::new(synapses.n_post(), p.tau_minus_ms, p.nearest, grid),
        }
    }
}

impl Rule<Sparse> for DelayedPairStdp {
    fn changes(&self) -> Changes {
        Changes::OnPre
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.pre.set(p.tau_plus_ms, p.nearest, grid);
        self.post.set(p.tau_minus_ms, p.nearest, grid);
        (self.up, self.down) = ((p.eta * p.a_plus) as f32, (p.eta * p.a_minus) as f32);
        self.bounds = Bounds::new(p);
    }

    fn begin_trial(&mut self, _step: u64) {
        self.pre.clear();
        self.post.clear();
    }

    fn on_pre(&mut self, step: u64, delay: usize, arrived: &[NeuronIdx], w: &mut Sparse) {
        let Self { down, bounds, pre, post, .. } = self;
        for &i in arrived {
            w.change_from(i, delay, |_, j, weight| {
                let y = post.at(j, step);
                if y > 0.0 {
                    *weight = bounds.changed(*weight, -*down * y);
                }
            });
            if delay == w.min_delay() {
                pre.bump(i, step - delay as u64);
            }
        }
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, w: &mut Sparse) {
        let Self { up, bounds, pre, post, .. } = self;
        for &j in fired {
            w.change_onto(j, |_, i, delay, weight| {
                let x = step.checked_sub(delay.into()).map_or(0.0, |fired| pre.at(i, fired));
                if x > 0.0 {
                    *weight = bounds.changed(*weight, *up * x);
                }
            });
            post.bump(j, step);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Sparse>> {
        Box::new(self.clone())
    }
}

impl Persist for DelayedPairStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { up: _, down: _, bounds: _, pre, post } = self;
        pre.persist(archive)?;
        post.persist(archive)
    }
}
