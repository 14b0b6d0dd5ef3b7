//! Receptors of LIF neurons: excitatory and inhibitory synaptic currents with time constants of their own, and input that acts
//! at once. The sum is what the membrane receives in a step; each current is integrated exactly.
//!
//! An exponential current i decays, `τ di/dt = −i`, and a spike adds its weight to it. An alpha-shaped current follows a rise y,
//! `di/dt = y − i/τ`, `dy/dt = −y/τ`, to which a spike adds its weight times e/τ: then i is `w e t/τ e^(−t/τ)`, whose peak is w
//! after τ, as in NEST's `iaf_psc_alpha`.

use super::synaptic::{Exponential, Synaptic};
use super::{LifParams, LifStep};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{LANES, Row};
use crate::engine::neuron::{Current, Drive};
use crate::time::TimeGrid;
use pulp::{Arch, Simd, WithSimd};

/// Names of the receptors, in the order of the drive.
pub(super) const NAMES: &[&str] = &["excitatory", "inhibitory", "current"];

/// The synaptic currents of a population.
#[derive(Debug, Clone)]
pub(super) struct Receptors {
    /// Of both currents.
    factors: [Factors; 2],
    /// Potential of a step per unit of a current that is constant within it.
    per_current: f32,
    currents: [Vec<Row>; 2],
    /// The rise of alpha-shaped currents; `None` for exponential ones.
    rises: Option<[Vec<Row>; 2]>,
    /// What the membranes receive in the current step.
    input: Vec<Row>,
}

/// The exact solution of a current over a step.
#[derive(Debug, Clone, Copy)]
struct Factors {
    /// Factor over the step.
    keep: f32,
    /// Potential of the step per unit of current.
    gain: f32,
    /// Current per unit of weight that arrives, and rise: one of them is 0.
    direct: f32,
    onset: f32,
    /// Current at the end of the step per unit of rise.
    passed: f32,
    /// Potential of the step per unit of rise.
    rise_gain: f32,
}

impl Factors {
    fn new(tau_syn_ms: f64, params: &LifParams, grid: TimeGrid) -> Self {
        let LifStep { syn_decay: keep, syn_gain: gain, .. } = LifStep::<f32>::new(&LifParams { tau_syn_ms, ..*params }, grid);
        // a current without duration has no shape
        if !params.alpha || tau_syn_ms == 0.0 {
            return Self { keep, gain, direct: 1.0, onset: 0.0, passed: 0.0, rise_gain: 0.0 };
        }
        let dt_ms = grid.dt_ms();
        Self {
            keep,
            gain,
            direct: 0.0,
            onset: (std::f64::consts::E / tau_syn_ms) as f32,
            passed: (dt_ms * grid.decay(tau_syn_ms)) as f32,
            rise_gain: rise_gain(params.tau_m_ms, tau_syn_ms, grid) as f32,
        }
    }
}

/// Potential of a step per unit of rise: `e^(−dt/τ_m)/τ_m ∫ s e^(−β s) ds` over the step, with `β = 1/τ − 1/τ_m`.
fn rise_gain(tau_m_ms: f64, tau_syn_ms: f64, grid: TimeGrid) -> f64 {
    let dt_ms = grid.dt_ms();
    let x = (1.0 / tau_syn_ms - 1.0 / tau_m_ms) * dt_ms;
    // (1 − e^(−x) (1 + x))/x²; near 0 the difference loses its digits
    let integral = if x.abs() < 1e-2 {
        0.5 - x * (1.0 / 3.0 - x * (1.0 / 8.0 - x * (1.0 / 30.0 - x / 144.0)))
    } else {
        (1.0 - libm::exp(-x) * (1.0 + x)) / (x * x)
    };
    grid.decay(tau_m_ms) / tau_m_ms * dt_ms * dt_ms * integral
}

impl Receptors {
    /// No currents; `None` for a population with one receptor.
    pub(super) fn new(blocks: usize, params: &LifParams, grid: TimeGrid) -> Option<Self> {
        let zero = vec![Row::ZERO; blocks];
        let two = || [zero.clone(), zero.clone()];
        let factors = factors(params, grid)?;
        let rises = params.alpha.then(two);
        Some(Self { factors, per_current: per_current(params, grid), currents: two(), rises, input: zero })
    }

    /// New time constants; currents stay.
    pub(super) fn set(&mut self, params: &LifParams, grid: TimeGrid) {
        self.factors = factors(params, grid).unwrap_or(self.factors);
        self.per_current = per_current(params, grid);
    }

    /// Whether currents are exponential, not alpha-shaped.
    pub(super) fn is_exponential(&self) -> bool {
        self.rises.is_none()
    }

    /// Exponential currents and what arrives in step `t`, for the kernel that integrates them together with the membranes.
    pub(super) fn exponential<'a>(&'a mut self, drive: &Drive<'a>, t: usize) -> Synaptic<'a> {
        let Self { factors, per_current, currents: [exc, inh], rises: _, input } = self;
        let blocks = input.len();
        let kind = |receptor: usize, current: &'a mut Vec<Row>| {
            let Factors { keep, gain, .. } = factors[receptor];
            Exponential { keep, gain, current, arriving: drive.of_step(receptor, t, blocks) }
        };
        Synaptic {
            currents: [kind(0, exc), kind(1, inh)],
            at_once: drive.of_step(2, t, blocks),
            injected: drive.currents(t, blocks).unwrap_or_default(),
            per_current: *per_current,
        }
    }

    /// Input of the membranes in step `t` of a drive.
    pub(super) fn step(&mut self, arch: Arch, drive: Drive<'_>, t: usize) -> &[Row] {
        let Self { factors, per_current, currents, rises, input } = self;
        let blocks = input.len();
        match drive.of_step(2, t, blocks) {
            [] => input.fill(Row::ZERO),
            at_once => input.copy_from_slice(at_once),
        }
        let mut rises = rises.as_mut().map(|rises| rises.iter_mut());
        for (receptor, (current, &factors)) in currents.iter_mut().zip(&*factors).enumerate() {
            let arriving = drive.of_step(receptor, t, blocks);
            match rises.as_mut().and_then(Iterator::next) {
                None => arch.dispatch(Decay { factors, arriving, current, input }),
                Some(rise) => arch.dispatch(RiseAndDecay { factors, arriving, rise, current, input }),
            }
        }
        if let Some(received) = drive.currents(t, blocks) {
            for (input, received) in input.iter_mut().zip(received) {
                input.0.iter_mut().zip(&received.0).for_each(|(input, ri)| *input += ri * *per_current);
            }
        }
        input
    }

    /// The currents of one neuron at both receptors.
    pub(super) fn of(&self, block: usize, lane: usize) -> [Current; 2] {
        std::array::from_fn(|receptor| {
            let Factors { keep, gain, direct, onset, passed, rise_gain } = self.factors[receptor];
            let rise = self.rises.as_ref().map_or(0.0, |rises| rises[receptor][block].0[lane]);
            let [keep, gain, direct, onset, passed, rise_gain] = [keep, gain, direct, onset, passed, rise_gain].map(f64::from);
            let i_mv = self.currents[receptor][block].0[lane].into();
            Current { i_mv, keep, gain, rise: rise.into(), direct, onset, passed, rise_gain }
        })
    }

    /// No currents.
    pub(super) fn clear(&mut self) {
        self.all_mut().for_each(|current| current.fill(Row::ZERO));
    }

    /// All currents and what rises, for checks.
    pub(super) fn all(&self) -> impl Iterator<Item = &Vec<Row>> {
        self.currents.iter().chain(self.rises.iter().flatten())
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Vec<Row>> {
        self.currents.iter_mut().chain(self.rises.iter_mut().flatten())
    }
}

/// A step of exponential currents of all neurons; see `Dense::deliver` for why it is a type.
struct Decay<'a> {
    factors: Factors,
    arriving: &'a [Row],
    current: &'a mut [Row],
    input: &'a mut [Row],
}

impl WithSimd for Decay<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { factors: Factors { keep, gain, .. }, arriving, current, input } = self;
        for (block, (current, input)) in current.iter_mut().zip(input).enumerate() {
            let arriving = arriving.get(block).unwrap_or(&Row::ZERO);
            for lane in 0..LANES {
                let i = current.0[lane] + arriving.0[lane];
                input.0[lane] += i * gain;
                current.0[lane] = i * keep;
            }
        }
    }
}

/// A step of alpha-shaped currents of all neurons.
struct RiseAndDecay<'a> {
    factors: Factors,
    arriving: &'a [Row],
    rise: &'a mut [Row],
    current: &'a mut [Row],
    input: &'a mut [Row],
}

impl WithSimd for RiseAndDecay<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { factors, arriving, rise, current, input } = self;
        let Factors { keep, gain, direct, onset, passed, rise_gain } = factors;
        for (block, ((rise, current), input)) in rise.iter_mut().zip(current).zip(input).enumerate() {
            let arriving = arriving.get(block).unwrap_or(&Row::ZERO);
            for lane in 0..LANES {
                let y = rise.0[lane] + arriving.0[lane] * onset;
                let i = current.0[lane] + arriving.0[lane] * direct;
                input.0[lane] += i * gain + y * rise_gain;
                current.0[lane] = i * keep + y * passed;
                rise.0[lane] = y * keep;
            }
        }
    }
}

fn factors(params: &LifParams, grid: TimeGrid) -> Option<[Factors; 2]> {
    params.tau_receptors_ms.map(|taus| taus.map(|tau_ms| Factors::new(tau_ms, params, grid)))
}

fn per_current(params: &LifParams, grid: TimeGrid) -> f32 {
    (1.0 - grid.decay(params.tau_m_ms)) as f32
}

impl Persist for Receptors {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { factors: _, per_current: _, currents, rises, input: _ } = self;
        currents.iter_mut().chain(rises.iter_mut().flatten()).try_for_each(|current| archive.rows("synaptic currents", current))
    }
}
