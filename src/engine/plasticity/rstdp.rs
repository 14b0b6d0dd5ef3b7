//! Reward-modulated STDP, the three-factor rule (Frémaux & Gerstner 2016; Izhikevich 2007):
//!
//! `τ_e de_ij/dt = −e_ij + τ_e x_i δ(t − t_j)`: each postsynaptic spike adds the presynaptic trace to the
//! eligibility; at the end of the trial one global scalar M converts it to `Δw_ij = η M e_ij b(w_ij)`.
//! Soft bounds: b = w_max − w where M e > 0, b = w where M e < 0.
//!
//! As a supervised reference each neuron can have its own `M_j = [j in the pool of the label] - (1 - M)`, with `1 - M` the
//! expected reward. That is not a global signal and not a reward.
//!
//! Only neurons that fired have eligibility, and its decay is computed only when it is used.

use super::{Changes, Marked, PlasticityParams, Rule, bounded};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Dense;
use crate::engine::trace::{Decay, Traces};
use crate::time::TimeGrid;

/// R-STDP with an eligibility trace.
#[derive(Debug, Clone)]
pub struct RStdp {
    eta: f32,
    w_max: f32,
    soft: bool,
    pre: Traces,
    forget: Decay,
    n_pre: usize,
    /// Pools of output neurons: consecutive neurons.
    classes: usize,
    /// The label of this trial, for the supervised reference.
    label: Option<usize>,
    /// Neurons that fired in this trial; the k-th owns row k of `eligibility`.
    fired: Marked,
    row_of: Vec<u32>,
    since: Vec<u64>,
    eligibility: Vec<f32>,
    changed: Marked,
}

impl RStdp {
    /// A rule for a projection of the given size.
    pub fn new(n_pre: usize, n_post: usize, classes: usize, p: &PlasticityParams, grid: TimeGrid) -> Self {
        Self {
            eta: p.eta as f32,
            w_max: p.w_max_mv as f32,
            soft: p.soft,
            pre: Traces::new(n_pre, p.tau_plus_ms, p.nearest, grid),
            forget: Decay::new(p.tau_e_ms, grid),
            n_pre,
            classes,
            label: None,
            fired: Marked::new(n_post),
            row_of: vec![0; n_post],
            since: Vec::new(),
            eligibility: Vec::new(),
            changed: Marked::new(n_post),
        }
    }
}

impl Rule<Dense> for RStdp {
    fn changes(&self) -> Changes {
        Changes::AtConsolidation
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.pre.set(p.tau_plus_ms, p.nearest, grid);
        self.forget.set(p.tau_e_ms, grid);
        (self.eta, self.w_max, self.soft) = (p.eta as f32, p.w_max_mv as f32, p.soft);
    }

    fn begin_trial(&mut self, _step: u64) {
        self.pre.clear();
        self.fired.take();
        self.since.clear();
        self.eligibility.clear();
    }

    fn on_pre(&mut self, step: u64, _delay: usize, arrived: &[NeuronIdx], _w: &mut Dense) {
        arrived.iter().for_each(|&i| self.pre.bump(i, step));
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, _w: &mut Dense) {
        for &j in fired {
            let known = self.fired.list.len();
            self.fired.insert(j);
            if self.fired.list.len() > known {
                self.row_of[j as usize] = known as u32;
                self.since.push(step);
                self.eligibility.resize((known + 1) * self.n_pre, 0.0);
            }
            let row = self.row_of[j as usize] as usize;
            let forget = self.forget.over(step.saturating_sub(self.since[row]));
            self.since[row] = step;
            let e = &mut self.eligibility[row * self.n_pre..][..self.n_pre];
            for &i in self.pre.active() {
                e[i as usize] = e[i as usize] * forget + self.pre.at(i, step);
            }
        }
    }

    fn supervise(&mut self, action: usize) {
        self.label = Some(action);
    }

    fn consolidate(&mut self, step: u64, m: f32, w: &mut Dense) {
        let label = self.label.take();
        if m == 0.0 && label.is_none() {
            return;
        }
        let n_post = w.n_post();
        for (row, &j) in self.fired.list.iter().enumerate() {
            self.changed.insert(j);
            let m = match label {
                Some(label) if j as usize * self.classes / n_post != label => m - 1.0,
                _ => m,
            };
            let gain = self.eta * m * self.forget.over(step.saturating_sub(self.since[row]));
            let e = &self.eligibility[row * self.n_pre..][..self.n_pre];
            let (rows, lane) = w.column_mut(j as usize);
            for &i in self.pre.active() {
                let weight = &mut rows[i as usize].0[lane];
                *weight = bounded(*weight, gain * e[i as usize], self.soft, self.w_max);
            }
        }
    }

    fn take_changed(&mut self) -> Vec<NeuronIdx> {
        self.changed.take()
    }

    fn eligibility(&self, post: NeuronIdx, step: u64) -> Option<Vec<f32>> {
        if !self.fired.is_in[post as usize] {
            return Some(vec![0.0; self.n_pre]);
        }
        let row = self.row_of[post as usize] as usize;
        let forget = self.forget.over(step.saturating_sub(self.since[row]));
        Some(self.eligibility[row * self.n_pre..][..self.n_pre].iter().map(|e| e * forget).collect())
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Dense>> {
        Box::new(self.clone())
    }
}

impl Persist for RStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { eta: _, w_max: _, soft: _, pre, forget: _, n_pre, classes: _, label: _, fired, row_of, since, eligibility, changed } =
            self;
        pre.persist(archive)?;
        fired.persist(archive)?;
        for (row, &j) in fired.list.iter().enumerate() {
            row_of[j as usize] = row as u32;
        }
        let rows = fired.list.len();
        since.resize(rows, 0);
        eligibility.resize(rows * *n_pre, 0.0);
        archive.u64s("eligibility", since)?;
        archive.f32s("eligibility", eligibility)?;
        changed.persist(archive)
    }
}
