//! Reward-modulated STDP in continuous time, without trials (Izhikevich 2007, Cereb Cortex 17:2443; NEST's
//! `stdp_dopamine_synapse`):
//!
//! `dc/dt = −c/τ_e + STDP(Δt) δ(t − t_pre/post)`, `dD/dt = −(D − D₀)/τ_d + Σ M δ(t − t_reward)`, `dw/dt = η c D`.
//!
//! Pairs of spikes change the eligibility c of their synapse, not its weight; the concentration D of one global
//! neuromodulator converts eligibility to weight. All eligibilities decay by the same factor and meet the same D. So the integral
//! of `η D` times this factor is computed once for all synapses ([`Course`]), and the change of a weight between two of its spikes is
//! one product: a synapse is computed only at its own spikes, and exactly. Weights are clipped at 0 and `w_max`; where D
//! changes its sign all weights are computed, so that in between each moves in one direction and clipping at the end is exact.

mod course;

use self::course::{Course, Pace};
use super::{Changes, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Sparse;
use crate::engine::trace::{DelayedTraces, Traces};
use crate::time::TimeGrid;

/// Decay of eligibility after which it gets its true unit again, so that single precision suffices.
const LEAST_SCALE: f64 = 0.125;

/// Dopamine-modulated STDP of sparse synapses.
#[derive(Debug, Clone)]
pub struct DopamineStdp {
    up: f32,
    down: f32,
    w_max: f32,
    pre: DelayedTraces,
    post: Traces,
    course: Course,
    /// In the order of the synapses.
    tags: Vec<Tag>,
}

/// What a synapse remembers of its pairs of spikes.
#[derive(Debug, Clone, Copy, Default)]
struct Tag {
    /// Eligibility over the scale of the course.
    c: f32,
    /// K of the course up to which the weight is computed.
    seen: f32,
}

impl Tag {
    /// Compute the weight up to K.
    #[inline(always)]
    fn settle(&mut self, k: f32, w_max: f32, w: &mut f32) {
        let change = self.c * (k - self.seen);
        if change != 0.0 {
            *w = (*w + change).clamp(0.0, w_max);
        }
        self.seen = k;
    }
}

impl DopamineStdp {
    /// A rule for these synapses, without eligibility and dopamine.
    pub fn new(synapses: &Sparse, p: &PlasticityParams, grid: TimeGrid) -> Self {
        Self {
            up: p.a_plus as f32,
            down: p.a_minus as f32,
            w_max: p.w_max_mv as f32,
            pre: DelayedTraces::new(synapses.n_pre(), synapses.delay_span() as u64, p.tau_plus_ms, p.nearest, grid),
            post: Traces::new(synapses.n_post(), p.tau_minus_ms, p.nearest, grid),
            course: Course::new(pace(p, grid)),
            tags: vec![Tag::default(); synapses.len()],
        }
    }

    /// Concentration of the neuromodulator in step `step`, from the last reward on.
    pub fn dopamine(&self, step: u64) -> f64 {
        self.course.concentration(step)
    }

    /// Go on to a step. Returns K and the amplitudes of potentiation and depression in the unit of eligibility.
    fn reach(&mut self, step: u64, w: &mut Sparse) -> (f32, f32, f32) {
        if step > self.course.now() {
            if let Some(k) = self.course.k_at_zero(step) {
                self.settle(k, w);
            }
            self.course.advance(step);
            let scale = self.course.scale(step);
            if scale < LEAST_SCALE {
                self.settle(self.course.k(step), w);
                self.tags.iter_mut().for_each(|tag| *tag = Tag { c: (f64::from(tag.c) * scale) as f32, seen: 0.0 });
                self.course.rebase(step);
            }
        }
        let unit = 1.0 / self.course.scale(step);
        (self.course.k(step) as f32, (f64::from(self.up) * unit) as f32, (f64::from(self.down) * unit) as f32)
    }

    /// Compute all weights up to K.
    fn settle(&mut self, k: f64, w: &mut Sparse) {
        let (k, w_max) = (k as f32, self.w_max);
        self.tags.iter_mut().zip(w.weights_mut()).for_each(|(tag, weight)| tag.settle(k, w_max, weight));
    }
}

fn pace(p: &PlasticityParams, grid: TimeGrid) -> Pace {
    Pace { eta: p.eta, tau_e_ms: p.tau_e_ms, tau_d_ms: p.tau_d_ms, tonic: p.tonic, dt_ms: grid.dt_ms() }
}

impl Rule<Sparse> for DopamineStdp {
    fn changes(&self) -> Changes {
        Changes::OnPre
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.pre.set(p.tau_plus_ms, p.nearest, grid);
        self.post.set(p.tau_minus_ms, p.nearest, grid);
        (self.up, self.down, self.w_max) = (p.a_plus as f32, p.a_minus as f32, p.w_max_mv as f32);
        self.course.set(pace(p, grid));
    }

    fn begin_trial(&mut self, step: u64) {
        self.pre.clear();
        self.post.clear();
        self.course.clear(step);
        self.tags.fill(Tag::default());
    }

    fn on_pre(&mut self, step: u64, delay: usize, arrived: &[NeuronIdx], w: &mut Sparse) {
        if arrived.is_empty() {
            return;
        }
        let (k, _, down) = self.reach(step, w);
        let Self { w_max, pre, post, tags, .. } = self;
        for &i in arrived {
            w.change_from(i, delay, |s, j, weight| {
                let tag = &mut tags[s];
                tag.settle(k, *w_max, weight);
                tag.c -= down * post.at(j, step);
            });
            if delay == w.min_delay() {
                pre.bump(i, step - delay as u64);
            }
        }
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, w: &mut Sparse) {
        if fired.is_empty() {
            return;
        }
        let (k, up, _) = self.reach(step, w);
        let Self { w_max, pre, post, tags, .. } = self;
        for &j in fired {
            // as in `change_onto`: so that loads from memory overlap
            std::hint::black_box(w.indices_onto(j).fold(0, |all, s| all ^ tags[s].c.to_bits()));
            w.change_onto(j, |s, i, delay, weight| {
                let x = step.checked_sub(delay.into()).map_or(0.0, |fired| pre.at(i, fired));
                if x > 0.0 {
                    let tag = &mut tags[s];
                    tag.settle(k, *w_max, weight);
                    tag.c += up * x;
                }
            });
            post.bump(j, step);
        }
    }

    /// A reward: `m` is added to the concentration.
    fn consolidate(&mut self, step: u64, m: f32, w: &mut Sparse) {
        let (k, ..) = self.reach(step, w);
        let before = self.dopamine(step);
        self.course.turn(step, m.into());
        if (before > 0.0) != (self.dopamine(step) > 0.0) {
            self.settle(k.into(), w);
        }
    }

    fn modulator(&self, step: u64) -> Option<f64> {
        Some(self.dopamine(step))
    }

    fn bring_up_to_date(&mut self, step: u64, w: &mut Sparse) {
        let (k, ..) = self.reach(step, w);
        self.settle(k.into(), w);
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Sparse>> {
        Box::new(self.clone())
    }
}

impl Persist for DopamineStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { up: _, down: _, w_max: _, pre, post, course, tags } = self;
        pre.persist(archive)?;
        post.persist(archive)?;
        course.persist(archive)?;
        let (mut c, mut seen): (Vec<f32>, Vec<f32>) = tags.iter().map(|tag| (tag.c, tag.seen)).unzip();
        archive.f32s("eligibility", &mut c)?;
        archive.f32s("eligibility", &mut seen)?;
        if c.iter().chain(&seen).any(|value| !value.is_finite()) {
            return Err(ArchiveError::Value("eligibility"));
        }
        tags.iter_mut().zip(c.into_iter().zip(seen)).for_each(|(tag, (c, seen))| *tag = Tag { c, seen });
        Ok(())
    }
}
