//! Pair STDP (Song, Miller & Abbott 2000; Morrison, Diesmann & Gerstner 2008):
//! `Δw = η A+ exp(−Δt/τ+)` for a presynaptic spike before a postsynaptic one, `Δw = −η A− exp(Δt/τ−)` otherwise, with
//! soft or hard bounds and all-to-all or nearest-spike pairing. Spikes of the same step count as pre before post.

use super::{Bounds, Changes, Marked, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Dense;
use crate::engine::trace::Traces;
use crate::time::TimeGrid;

/// Pair STDP with potentiation and depression.
#[derive(Debug, Clone)]
pub struct PairStdp {
    up: f32,
    down: f32,
    bounds: Bounds,
    pre: Traces,
    post: Traces,
    changed: Marked,
}

impl PairStdp {
    /// A rule for a projection of the given size.
    pub fn new(n_pre: usize, n_post: usize, p: &PlasticityParams, grid: TimeGrid) -> Self {
        Self {
            up: (p.eta * p.a_plus) as f32,
            down: (p.eta * p.a_minus) as f32,
            bounds: Bounds::new(p),
            pre: Traces::new(n_pre, p.tau_plus_ms, p.nearest, grid),
            post: Traces::new(n_post, p.tau_minus_ms, p.nearest, grid),
            changed: Marked::new(n_post),
        }
    }

    /// Presynaptic and postsynaptic trace in step `step`, for views.
    pub fn traces(&self, pre: NeuronIdx, post: NeuronIdx, step: u64) -> (f32, f32) {
        (self.pre.at(pre, step), self.post.at(post, step))
    }
}

impl Rule<Dense> for PairStdp {
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

    fn on_pre(&mut self, step: u64, _delay: usize, arrived: &[NeuronIdx], w: &mut Dense) {
        for &i in arrived {
            for &j in self.post.active() {
                self.changed.insert(j);
                let weight = w.get_mut(i as usize, j as usize);
                *weight = self.bounds.changed(*weight, -self.down * self.post.at(j, step));
            }
        }
        arrived.iter().for_each(|&i| self.pre.bump(i, step));
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, w: &mut Dense) {
        for &j in fired {
            self.changed.insert(j);
            let (rows, lane) = w.column_mut(j as usize);
            for &i in self.pre.active() {
                let weight = &mut rows[i as usize].0[lane];
                *weight = self.bounds.changed(*weight, self.up * self.pre.at(i, step));
            }
            self.post.bump(j, step);
        }
    }

    fn take_changed(&mut self) -> Vec<NeuronIdx> {
        self.changed.take()
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Dense>> {
        Box::new(self.clone())
    }
}

impl Persist for PairStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { up: _, down: _, bounds: _, pre, post, changed } = self;
        pre.persist(archive)?;
        post.persist(archive)?;
        changed.persist(archive)
    }
}
