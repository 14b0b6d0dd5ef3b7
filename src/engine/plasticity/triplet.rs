//! Triplet STDP of sparse synapses (Pfister & Gerstner 2006, J Neurosci 26:9673). Spikes add to two traces of each neuron, r1 (τ+)
//! and r2 (τx) presynaptic, o1 (τ−) and o2 (τy) postsynaptic:
//! `Δw = −η o1 (A2− + A3− r2)` at a presynaptic, `Δw = η r1 (A2+ + A3+ o2)` at a postsynaptic spike, with r2 and o2 just before it.
//! A presynaptic spike acts at its arrival: delays are axonal. The spikes of a source in one step are one moment for r2.

use super::{Bounds, Changes, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Sparse;
use crate::engine::trace::{DelayedTraces, Traces};
use crate::time::TimeGrid;

/// Triplet STDP.
#[derive(Debug, Clone)]
pub struct TripletStdp {
    /// Potentiation by pairs and by triplets.
    up: [f32; 2],
    /// Depression by pairs and by triplets.
    down: [f32; 2],
    bounds: Bounds,
    r1: DelayedTraces,
    r2: DelayedTraces,
    o1: Traces,
    o2: Traces,
}

fn amplitudes(p: &PlasticityParams) -> [[f32; 2]; 2] {
    [[p.a_plus, p.a3_plus], [p.a_minus, p.a3_minus]].map(|pair| pair.map(|a| (p.eta * a) as f32))
}

impl TripletStdp {
    /// A rule for these synapses.
    pub fn new(synapses: &Sparse, p: &PlasticityParams, grid: TimeGrid) -> Self {
        let (n_pre, n_post, span) = (synapses.n_pre(), synapses.n_post(), synapses.delay_span() as u64);
        let [up, down] = amplitudes(p);
        Self {
            up,
            down,
            bounds: Bounds::new(p),
            r1: DelayedTraces::new(n_pre, span, p.tau_plus_ms, p.nearest, grid),
            // read just before a spike, which is one step earlier
            r2: DelayedTraces::new(n_pre, span + 1, p.tau_x_ms, p.nearest, grid),
            o1: Traces::new(n_post, p.tau_minus_ms, p.nearest, grid),
            o2: Traces::new(n_post, p.tau_y_ms, p.nearest, grid),
        }
    }
}

impl Rule<Sparse> for TripletStdp {
    fn changes(&self) -> Changes {
        Changes::OnPre
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        [self.up, self.down] = amplitudes(p);
        self.bounds = Bounds::new(p);
        self.r1.set(p.tau_plus_ms, p.nearest, grid);
        self.r2.set(p.tau_x_ms, p.nearest, grid);
        self.o1.set(p.tau_minus_ms, p.nearest, grid);
        self.o2.set(p.tau_y_ms, p.nearest, grid);
    }

    fn begin_trial(&mut self, _step: u64) {
        self.r1.clear();
        self.r2.clear();
        self.o1.clear();
        self.o2.clear();
    }

    fn on_pre(&mut self, step: u64, delay: usize, arrived: &[NeuronIdx], w: &mut Sparse) {
        let Self { down, bounds, r1, r2, o1, .. } = self;
        let fired = step.wrapping_sub(delay as u64);
        for &i in arrived {
            let down = down[0] + down[1] * r2.before(i, fired);
            w.change_from(i, delay, |_, j, weight| {
                let y = o1.at(j, step);
                if y > 0.0 {
                    *weight = bounds.changed(*weight, -down * y);
                }
            });
            if delay == w.min_delay() {
                r1.bump(i, fired);
                r2.bump(i, fired);
            }
        }
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, w: &mut Sparse) {
        let Self { up, bounds, r1, o1, o2, .. } = self;
        for &j in fired {
            let up = up[0] + up[1] * o2.at(j, step);
            w.change_onto(j, |_, i, delay, weight| {
                let x = step.checked_sub(delay.into()).map_or(0.0, |fired| r1.at(i, fired));
                if x > 0.0 {
                    *weight = bounds.changed(*weight, up * x);
                }
            });
            o1.bump(j, step);
            o2.bump(j, step);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Sparse>> {
        Box::new(self.clone())
    }
}

impl Persist for TripletStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { up: _, down: _, bounds: _, r1, r2, o1, o2 } = self;
        r1.persist(archive)?;
        r2.persist(archive)?;
        o1.persist(archive)?;
        o2.persist(archive)
    }
}
