//! STDP on postsynaptic spikes only: `Δw_ij = η x_i` when j fires, where x_i is the presynaptic trace (Diehl & Cook
//! 2015). Depression results from the normalisation of the neuron's weights.

use super::{Changes, Marked, PlasticityParams, Rule, bounded};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Dense;
use crate::engine::trace::Traces;
use crate::time::TimeGrid;

/// Post-only trace STDP.
#[derive(Debug, Clone)]
pub struct PostTraceStdp {
    eta: f32,
    w_max: f32,
    soft: bool,
    pre: Traces,
    changed: Marked,
}

impl PostTraceStdp {
    /// A rule for a projection of the given size.
    pub fn new(n_pre: usize, n_post: usize, p: &PlasticityParams, grid: TimeGrid) -> Self {
        let pre = Traces::new(n_pre, p.tau_plus_ms, p.nearest, grid);
        Self { eta: p.eta as f32, w_max: p.w_max_mv as f32, soft: p.soft, pre, changed: Marked::new(n_post) }
    }
}

impl Rule<Dense> for PostTraceStdp {
    fn changes(&self) -> Changes {
        Changes::OnPost
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.pre.set(p.tau_plus_ms, p.nearest, grid);
        (self.eta, self.w_max, self.soft) = (p.eta as f32, p.w_max_mv as f32, p.soft);
    }

    fn begin_trial(&mut self, _step: u64) {
        self.pre.clear();
    }

    fn on_pre(&mut self, step: u64, _delay: usize, arrived: &[NeuronIdx], _w: &mut Dense) {
        arrived.iter().for_each(|&i| self.pre.bump(i, step));
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, w: &mut Dense) {
        for &j in fired {
            self.changed.insert(j);
            let (rows, lane) = w.column_mut(j as usize);
            for &i in self.pre.active() {
                let weight = &mut rows[i as usize].0[lane];
                *weight = bounded(*weight, self.eta * self.pre.at(i, step), self.soft, self.w_max);
            }
        }
    }

    fn consolidate(&mut self, _step: u64, _m: f32, _w: &mut Dense) {}

    fn take_changed(&mut self) -> Vec<NeuronIdx> {
        self.changed.take()
    }

    fn eligibility(&self, _post: NeuronIdx, _step: u64) -> Option<Vec<f32>> {
        None
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Dense>> {
        Box::new(self.clone())
    }
}

impl Persist for PostTraceStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { eta: _, w_max: _, soft: _, pre, changed } = self;
        pre.persist(archive)?;
        changed.persist(archive)
    }
}
