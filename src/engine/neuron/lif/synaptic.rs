//! The kernel of LIF populations with exponential currents at their receptors: one step of currents and membranes in one pass, because
//! in a large population the time goes into reading and writing its state.

use super::LifStep;
use crate::engine::block::{Bits, LANES, Row};
use crate::engine::neuron::NeuronIdx;
use pulp::{Simd, WithSimd};

/// Lanes that are computed in registers.
const PART: usize = 8;

/// What arrives at the receptors in a step, in mV; empty rows where nothing arrives.
pub(super) struct Synaptic<'a> {
    /// The excitatory and the inhibitory current.
    pub(super) currents: [Exponential<'a>; 2],
    /// Input that acts at once.
    pub(super) at_once: &'a [Row],
    /// Currents R I of sources, and the potential of a step per unit of them.
    pub(super) injected: &'a [Row],
    pub(super) per_current: f32,
}

/// The current of one receptor.
pub(super) struct Exponential<'a> {
    /// Factor over the step.
    pub(super) keep: f32,
    /// Potential of the step per unit of current.
    pub(super) gain: f32,
    pub(super) current: &'a mut [Row],
    pub(super) arriving: &'a [Row],
}

/// One step of all neurons, spikes included; see `Dense::deliver` for why it is a type.
pub(super) struct SynapticStep<'a> {
    pub(super) coefficients: LifStep<f32>,
    pub(super) synaptic: Synaptic<'a>,
    /// The step, as in `Sweep`.
    pub(super) now: u32,
    pub(super) u: &'a mut [Row],
    pub(super) held_until: &'a mut [Bits],
    pub(super) threshold: &'a [Row],
    pub(super) fired: &'a mut Vec<NeuronIdx>,
}

/// The lanes of a part of a block, by value: they stay in registers, and no store can change what is still to be read.
#[inline(always)]
fn part<T: Copy>(lanes: &[T; LANES], index: usize) -> [T; PART] {
    lanes.as_chunks().0[index]
}

#[inline(always)]
fn set<T: Copy>(lanes: &mut [T; LANES], index: usize, part: [T; PART]) {
    lanes.as_chunks_mut().0[index] = part;
}

#[inline(always)]
fn arriving(rows: &[Row], block: usize) -> &[f32; LANES] {
    &rows.get(block).unwrap_or(&Row::ZERO).0
}

/// All bits set for a neuron that is not refractory; see `Sweep`.
#[inline(always)]
fn free(held_until: u32, now: u32) -> u32 {
    0u32.wrapping_sub(u32::from(held_until as i32 <= now as i32))
}

impl WithSimd for SynapticStep<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { coefficients, synaptic, now, u, held_until, threshold, fired } = self;
        let Synaptic { currents: [exc, inh], at_once, injected, per_current } = synaptic;
        let LifStep { decay, bias, reset, t_ref_steps, .. } = coefficients;
        let free_again = now + 1 + t_ref_steps.min(1 << 29);
        let (keep_exc, gain_exc, keep_inh, gain_inh) = (exc.keep, exc.gain, inh.keep, inh.gain);
        let state = u.iter_mut().zip(held_until).zip(threshold).zip(exc.current).zip(inh.current);
        for (block, ((((u, held_until), threshold), i_exc), i_inh)) in state.enumerate() {
            let [at_once, to_exc, to_inh, injected] = [at_once, exc.arriving, inh.arriving, injected].map(|rows| arriving(rows, block));
            let mut over = [0u32; PART];
            for index in 0..LANES / PART {
                let [at_once, to_exc, to_inh, injected] = [at_once, to_exc, to_inh, injected].map(|lanes| part(lanes, index));
                let [mut v, mut i_exc_part, mut i_inh_part] = [&u.0, &i_exc.0, &i_inh.0].map(|lanes| part(lanes, index));
                let (held_until, threshold) = (part(&held_until.0, index), part(&threshold.0, index));
                for lane in 0..PART {
                    let (exc, inh) = (i_exc_part[lane] + to_exc[lane], i_inh_part[lane] + to_inh[lane]);
                    let input = at_once[lane] + exc * gain_exc + inh * gain_inh + injected[lane] * per_current;
                    (i_exc_part[lane], i_inh_part[lane]) = (exc * keep_exc, inh * keep_inh);
                    let next = v[lane] * decay + (bias + input);
                    let free = free(held_until[lane], now);
                    v[lane] = f32::from_bits((next.to_bits() & free) | (reset.to_bits() & !free));
                    over[lane] |= 0u32.wrapping_sub(u32::from(v[lane] >= threshold[lane])) & free;
                }
                set(&mut u.0, index, v);
                set(&mut i_exc.0, index, i_exc_part);
                set(&mut i_inh.0, index, i_inh_part);
            }
            if over.iter().fold(0, |any, lane| any | lane) != 0 {
                for lane in 0..LANES {
                    if u.0[lane] >= threshold.0[lane] && free(held_until.0[lane], now) != 0 {
                        (u.0[lane], held_until.0[lane]) = (reset, free_again);
                        fired.push((block * LANES + lane) as NeuronIdx);
                    }
                }
            }
        }
    }
}
