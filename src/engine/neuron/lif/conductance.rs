//! Lateral inhibition with a reversal potential. Spikes of other neurons open a conductance g_j, in units of the leak:
//!
//! `τ_m dV_j/dt = E_L − V_j + R I + g_j (E_inh − V_j)`, `τ_inh dg_j/dt = −g_j`.
//!
//! It pulls toward E_inh and never beyond. g is held through each time step, and under a constant g the equation is solved
//! exactly. A spike opens so much that a neuron at rest would lose `inhibition_mv` in all if the driving force stayed what it is
//! at E_L: the charge of the current-based model. As every neuron inhibits all others alike, one sum serves all; neurons that
//! fired themselves have their own part taken out.

use super::{LifParams, LifStep, Real};
use crate::engine::archive::{Archive, ArchiveError};
use crate::engine::neuron::NeuronIdx;
use crate::time::TimeGrid;

/// Below this, in units of the leak, a conductance is closed: in one step it moves no potential by more than f32 resolves.
const NEGLIGIBLE: f64 = 1e-6;

/// What a conductance keeps from one step to the next, and what a spike adds, in units of the leak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::engine) struct Opening {
    pub(in crate::engine) keep: f64,
    pub(in crate::engine) by_spike: f64,
}

impl Opening {
    /// None where inhibition is a current.
    pub(in crate::engine) fn new(p: &LifParams, grid: TimeGrid) -> Option<Self> {
        let force_mv = p.e_l_mv - p.e_inh_mv?;
        let keep = if p.tau_inh_ms > 0.0 { grid.decay(p.tau_inh_ms) } else { 0.0 };
        let by_spike = p.inhibition_mv / force_mv * p.tau_m_ms / grid.dt_ms() * (1.0 - keep);
        Some(Self { keep, by_spike })
    }
}

impl LifParams {
    /// What a step of time adds to a potential of `before_mv`, in mV: leak with current, and inhibition by spikes of other neurons
    /// that lie so many steps back. Of a change that is due to both under a conductance, each has the part of its current when
    /// the step begins. Input comes on top.
    pub fn leak_and_inhibition_mv(&self, grid: TimeGrid, before_mv: f64, steps_back: impl Iterator<Item = u64>) -> (f64, f64) {
        let u = before_mv - self.e_l_mv;
        let plain = LifStep::<f64>::new(self, grid);
        let leak = u * (plain.decay - 1.0) + plain.bias;
        let Some((Opening { keep, by_spike }, e_inh_mv)) = Opening::new(self, grid).zip(self.e_inh_mv) else {
            return (leak, -self.inhibition_mv * steps_back.filter(|&back| back == 1).count() as f64);
        };
        let g: f64 = steps_back.map(|back| by_spike * libm::pow(keep, back.saturating_sub(1) as f64)).sum();
        if g <= 0.0 {
            return (leak, 0.0);
        }
        let part = (1.0 - plain.inhibited(self, grid, g).decay) / (1.0 + g);
        (part * (self.ri_mv - u), part * g * (e_inh_mv - before_mv))
    }
}

/// The inhibitory conductances of a population.
#[derive(Debug, Clone, Default)]
pub(super) struct Conductances {
    sum: f64,
    /// Neurons that have a part in the sum, and what the others' spikes have opened for each.
    contributors: Vec<NeuronIdx>,
    others: Vec<f64>,
}

impl Conductances {
    /// What acts on neurons that did not contribute.
    pub(super) fn sum(&self) -> f64 {
        self.sum
    }

    /// Neurons that contributed.
    pub(super) fn contributors(&self) -> &[NeuronIdx] {
        &self.contributors
    }

    /// What acts on each of them, in their order.
    pub(super) fn of_contributors(&self) -> impl Iterator<Item = f64> {
        self.others.iter().map(|&others| match others {
            // its own part is closed
            _ if self.sum - others < NEGLIGIBLE => self.sum,
            _ if others < NEGLIGIBLE => 0.0,
            _ => others,
        })
    }

    /// What acts on a neuron.
    pub(super) fn onto(&self, neuron: NeuronIdx) -> f64 {
        let mut own = self.contributors.iter().zip(self.of_contributors());
        own.find(|&(&j, _)| j == neuron).map_or(self.sum, |(_, g)| g)
    }

    pub(super) fn close(&mut self) {
        self.sum = 0.0;
        self.contributors.clear();
        self.others.clear();
    }

    /// One step later.
    pub(super) fn fade(&mut self, keep: f64) {
        self.sum *= keep;
        if self.sum < NEGLIGIBLE {
            self.sum = 0.0;
            self.others.fill(0.0);
        }
        self.others.iter_mut().for_each(|others| *others *= keep);
    }

    /// Neurons whose own part is closed are inhibited like all others.
    fn forget_closed(&mut self) {
        if self.sum < NEGLIGIBLE {
            self.close();
        } else {
            let mut kept = self.others.iter().map(|others| self.sum - others >= NEGLIGIBLE);
            self.contributors.retain(|_| kept.next().unwrap_or(true));
            self.others.retain(|others| self.sum - others >= NEGLIGIBLE);
        }
    }

    /// Spikes open it further, from the next step on.
    pub(super) fn open(&mut self, fired: &[NeuronIdx], by_spike: f64) {
        if fired.is_empty() || by_spike <= 0.0 {
            return;
        }
        // at spikes only, so that the state does not depend on how time is cut
        self.forget_closed();
        for &j in fired {
            let before = self.sum;
            self.sum += by_spike;
            let mut known = false;
            for (&contributor, others) in self.contributors.iter().zip(&mut self.others) {
                known |= contributor == j;
                *others += if contributor == j { 0.0 } else { by_spike };
            }
            if !known {
                self.contributors.push(j);
                self.others.push(before);
            }
        }
    }

    /// Part of the state only where inhibition is a conductance, so that other states are what they always were.
    pub(super) fn persist(&mut self, n: usize, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { sum, contributors, others } = self;
        archive.f64("conductance", sum)?;
        archive.list("conductance", contributors, n, Archive::u32s)?;
        archive.list("conductance", others, n, Archive::f64s)?;
        let sound = |g: &f64| g.is_finite() && *g >= 0.0;
        let sound =
            sound(sum) && others.iter().all(sound) && others.len() == contributors.len() && contributors.iter().all(|&j| (j as usize) < n);
        if sound { Ok(()) } else { Err(ArchiveError::Value("conductance")) }
    }
}

impl<F: Real> LifStep<F> {
    /// These coefficients, of `p` on `grid`, as they are under an inhibitory conductance `g` in units of the leak: those of the
    /// exact solution over one step.
    #[must_use]
    pub fn inhibited(self, p: &LifParams, grid: TimeGrid, g: f64) -> Self {
        let Some(e_inh_mv) = p.e_inh_mv.filter(|_| g > 0.0) else { return self };
        let rate = (1.0 + g) * grid.dt_ms() / p.tau_m_ms;
        let decay = libm::exp(-rate);
        let target_mv = (p.ri_mv + g * (e_inh_mv - p.e_l_mv)) / (1.0 + g);
        let mut step = Self { decay: F::of(decay), bias: F::of((1.0 - decay) * target_mv), ..self };
        if p.tau_syn_ms > 0.0 {
            // ∫ e^{−(1+g)(Δt−s)/τ_m} e^{−s/τ_s} ds/τ_m, without a pole where both time constants are equal
            let apart = rate - grid.dt_ms() / p.tau_syn_ms;
            let mean = if apart.abs() < 1e-9 { 1.0 } else { -libm::expm1(-apart) / apart };
            step.syn_gain = F::of(grid.dt_ms() / p.tau_m_ms * grid.decay(p.tau_syn_ms) * mean);
        }
        step
    }
}
