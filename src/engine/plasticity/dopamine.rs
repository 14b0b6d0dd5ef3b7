//! Reward-modulated STDP in continuous time, without trials (Izhikevich 2007, Cereb Cortex 17:2443; NEST's
//! `stdp_dopamine_synapse`):
//!
//! `dc/dt = −c/τ_e + STDP(Δt) δ(t − t_pre/post)`, `dD/dt = −(D − D₀)/τ_d + Σ M δ(t − t_reward)`, `dw/dt = η c D`.
//!
//! Pairs of spikes change the eligibility c of their synapse, not its weight; the concentration D of one global
//! neuromodulator converts eligibility to weight. Between two events of a synapse c and D are exponentials, so the change of
//! the weight has a closed form: a synapse is computed only at its own spikes and at rewards, and exactly. Weights are clipped at 0
//! and `w_max`; an interval is divided where D changes its sign, so that weights move in one direction and clipping at the end is exact.

use super::{Changes, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Sparse;
use crate::engine::trace::{DelayedTraces, Traces};
use crate::time::TimeGrid;
use std::sync::Arc;

/// Distances of the tables of decay.
const TABLE: u32 = 2048;

/// Dopamine-modulated STDP of sparse synapses.
#[derive(Debug, Clone)]
pub struct DopamineStdp {
    up: f32,
    down: f32,
    pre: DelayedTraces,
    post: Traces,
    synapses: Eligibility,
}

/// The eligibility of every synapse, and the neuromodulator.
#[derive(Debug, Clone)]
struct Eligibility {
    eta: f64,
    w_max: f32,
    /// Decay of eligibility, of dopamine and of their product.
    of_c: Decay,
    of_d: Decay,
    of_both: Decay,
    dt_ms: f64,
    /// Eligibility of every synapse as of step `since`.
    c: Vec<f32>,
    since: Vec<u64>,
    /// Concentration of the neuromodulator to which it decays.
    tonic: f64,
    /// Concentration above that as of step `dopamine_since`, that of the last reward.
    dopamine: f64,
    dopamine_since: u64,
}

/// `exp(−k r)` for k steps with a rate r per step, from a table for common distances.
#[derive(Debug, Clone)]
struct Decay {
    rate: f64,
    table: Arc<[f64]>,
}

impl Decay {
    fn new(rate: f64) -> Self {
        Self { rate, table: (0..TABLE).map(|k| libm::exp(-f64::from(k) * rate)).collect() }
    }

    fn set(&mut self, rate: f64) {
        if self.rate != rate {
            *self = Self::new(rate);
        }
    }

    /// The factor over `steps` steps.
    #[inline(always)]
    fn over(&self, steps: u64) -> f64 {
        self.table.get(steps as usize).copied().unwrap_or_else(|| libm::exp(-(steps as f64) * self.rate))
    }
}

impl Eligibility {
    /// Bring a synapse to step `step`.
    #[inline(always)]
    fn advance(&mut self, s: usize, step: u64, w: &mut f32) -> &mut f32 {
        let (c, since) = (&mut self.c[s], &mut self.since[s]);
        let steps = step.saturating_sub(*since);
        if *c != 0.0 && steps > 0 {
            if self.dopamine != 0.0 || self.tonic != 0.0 {
                let dopamine = self.dopamine * self.of_d.over(since.saturating_sub(self.dopamine_since));
                // integrals of c D over an interval, from the factors of its ends
                let part = |d: f64, from: f64, to: f64, rate: f64| f64::from(*c) * d * self.dt_ms * (from - to) / rate;
                let phasic = |from: f64, to: f64| part(dopamine, from, to, self.of_both.rate);
                let tonic = |from: f64, to: f64| part(self.tonic, from, to, self.of_c.rate);
                let mut change = |integral: f64| *w = ((f64::from(*w) + self.eta * integral) as f32).clamp(0.0, self.w_max);
                let (both, alone) = (self.of_both.over(steps), self.of_c.over(steps));
                if self.tonic == 0.0 {
                    change(phasic(1.0, both));
                } else if let Some(zero) = zero_of(dopamine, self.tonic, self.of_d.rate).filter(|&zero| zero < steps as f64) {
                    let [mid_both, mid_alone] = [&self.of_both, &self.of_c].map(|decay| libm::exp(-zero * decay.rate));
                    change(phasic(1.0, mid_both) + tonic(1.0, mid_alone));
                    change(phasic(mid_both, both) + tonic(mid_alone, alone));
                } else {
                    change(phasic(1.0, both) + tonic(1.0, alone));
                }
            }
            *c = (f64::from(*c) * self.of_c.over(steps)) as f32;
        }
        *since = step;
        c
    }
}

/// After how many steps the sum of a `tonic` concentration and one that decays from `phasic` passes through 0, if it does.
#[inline(always)]
fn zero_of(phasic: f64, tonic: f64, rate: f64) -> Option<f64> {
    if phasic * tonic >= 0.0 {
        return None;
    }
    let zero = libm::log(-phasic / tonic) / rate;
    (zero > 0.0).then_some(zero)
}

impl DopamineStdp {
    /// A rule for these synapses, without eligibility and dopamine.
    pub fn new(synapses: &Sparse, p: &PlasticityParams, grid: TimeGrid) -> Self {
        let n = synapses.len();
        let mut rule = Self {
            up: 0.0,
            down: 0.0,
            pre: DelayedTraces::new(synapses.n_pre(), synapses.delay_span() as u64, p.tau_plus_ms, p.nearest, grid),
            post: Traces::new(synapses.n_post(), p.tau_minus_ms, p.nearest, grid),
            synapses: Eligibility {
                eta: 0.0,
                w_max: 0.0,
                of_c: Decay::new(1.0),
                of_d: Decay::new(1.0),
                of_both: Decay::new(1.0),
                dt_ms: grid.dt_ms(),
                c: vec![0.0; n],
                since: vec![0; n],
                tonic: 0.0,
                dopamine: 0.0,
                dopamine_since: 0,
            },
        };
        rule.set_params(p, grid);
        rule
    }

    /// Concentration of the neuromodulator in step `step`.
    pub fn dopamine(&self, step: u64) -> f64 {
        self.synapses.tonic + self.phasic(step)
    }

    /// Its concentration above the tonic one.
    fn phasic(&self, step: u64) -> f64 {
        let Eligibility { dopamine, dopamine_since, of_d, .. } = &self.synapses;
        dopamine * of_d.over(step.saturating_sub(*dopamine_since))
    }
}

impl Rule<Sparse> for DopamineStdp {
    fn changes(&self) -> Changes {
        Changes::OnPre
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.pre.set(p.tau_plus_ms, p.nearest, grid);
        self.post.set(p.tau_minus_ms, p.nearest, grid);
        (self.up, self.down) = (p.a_plus as f32, p.a_minus as f32);
        let synapses = &mut self.synapses;
        (synapses.eta, synapses.w_max, synapses.tonic) = (p.eta, p.w_max_mv as f32, p.tonic);
        let (of_c, of_d) = (grid.dt_ms() / p.tau_e_ms, grid.dt_ms() / p.tau_d_ms);
        synapses.of_c.set(of_c);
        synapses.of_d.set(of_d);
        synapses.of_both.set(of_c + of_d);
    }

    fn begin_trial(&mut self, step: u64) {
        self.pre.clear();
        self.post.clear();
        self.synapses.c.fill(0.0);
        (self.synapses.dopamine, self.synapses.dopamine_since) = (0.0, step);
    }

    fn on_pre(&mut self, step: u64, delay: usize, arrived: &[NeuronIdx], w: &mut Sparse) {
        let Self { down, pre, post, synapses, .. } = self;
        for &i in arrived {
            w.change_from(i, delay, |s, j, weight| {
                let y = post.at(j, step);
                if y > 0.0 {
                    *synapses.advance(s, step, weight) -= *down * y;
                }
            });
            if delay == w.min_delay() {
                pre.bump(i, step - delay as u64);
            }
        }
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, w: &mut Sparse) {
        let Self { up, pre, post, synapses, .. } = self;
        for &j in fired {
            w.change_onto(j, |s, i, delay, weight| {
                let x = step.checked_sub(delay.into()).map_or(0.0, |fired| pre.at(i, fired));
                if x > 0.0 {
                    *synapses.advance(s, step, weight) += *up * x;
                }
            });
            post.bump(j, step);
        }
    }

    /// A reward: all weights are brought to this step, then `m` is added to the concentration.
    fn consolidate(&mut self, step: u64, m: f32, w: &mut Sparse) {
        self.bring_up_to_date(step, w);
        self.synapses.dopamine = self.phasic(step) + f64::from(m);
        self.synapses.dopamine_since = step;
    }

    fn modulator(&self, step: u64) -> Option<f64> {
        Some(self.dopamine(step))
    }

    fn bring_up_to_date(&mut self, step: u64, w: &mut Sparse) {
        for (s, weight) in w.weights_mut().enumerate() {
            self.synapses.advance(s, step, weight);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Sparse>> {
        Box::new(self.clone())
    }
}

impl Persist for DopamineStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { up: _, down: _, pre, post, synapses } = self;
        let Eligibility { eta: _, w_max: _, of_c: _, of_d: _, of_both: _, dt_ms: _, tonic: _, c, since, dopamine, dopamine_since } =
            synapses;
        pre.persist(archive)?;
        post.persist(archive)?;
        archive.f32s("eligibility", c)?;
        archive.u64s("eligibility", since)?;
        archive.f64("dopamine", dopamine)?;
        archive.clock(dopamine_since)?;
        let valid = dopamine.is_finite() && c.iter().all(|c| c.is_finite()) && since.iter().all(|&step| step <= 1 << 62);
        if valid { Ok(()) } else { Err(ArchiveError::Value("eligibility")) }
    }
}
