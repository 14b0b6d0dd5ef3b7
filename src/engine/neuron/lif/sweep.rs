//! The kernel of LIF populations: consecutive steps of all neurons, up to the first spike.

use super::LifStep;
use crate::engine::block::{Bits, LANES, Row};
use crate::engine::neuron::NeuronIdx;
use pulp::{Simd, WithSimd};

/// Steps of all neurons; see `Dense::deliver` for why it is a type. `CURRENT`: synaptic currents decay instead of
/// acting at once. `EXTRA`: with noise or inhibition, which are otherwise not read.
pub(super) struct Sweep<'a, const CURRENT: bool, const EXTRA: bool> {
    pub(super) coefficients: &'a LifStep<f32>,
    pub(super) inhibition: f32,
    /// Input of whole steps, `[step][block]`.
    pub(super) drive: &'a [Row],
    /// Step of the trial that the first row of `drive` is for.
    pub(super) now: u32,
    pub(super) u: &'a mut [Row],
    pub(super) i_syn: &'a mut [Row],
    /// First step after the refractory period of a neuron.
    pub(super) held_until: &'a mut [Bits],
    pub(super) threshold: &'a [Row],
    pub(super) extra: &'a [Row],
    pub(super) fired: &'a mut Vec<NeuronIdx>,
}

impl<const CURRENT: bool, const EXTRA: bool> WithSimd for Sweep<'_, CURRENT, EXTRA> {
    /// Steps done; the last of them is the first with a spike.
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _simd: S) -> usize {
        let blocks = self.u.len();
        let steps = self.drive.len() / blocks.max(1);
        for t in 0..steps {
            if self.step(&self.drive[t * blocks..][..blocks]) {
                self.fire();
                return t + 1;
            }
            self.now += 1;
        }
        steps
    }
}

/// All bits set in a lane whose neuron is not refractory. Signed, because SSE2 compares nothing else.
#[inline(always)]
fn free(held_until: u32, now: u32) -> u32 {
    0u32.wrapping_sub(u32::from(held_until as i32 <= now as i32))
}

impl<const CURRENT: bool, const EXTRA: bool> Sweep<'_, CURRENT, EXTRA> {
    /// One step without the consequences of spikes; returns whether there are any.
    #[inline(always)]
    fn step(&mut self, drive: &[Row]) -> bool {
        let Self { coefficients, inhibition, now, u, i_syn, held_until, threshold, extra, .. } = self;
        let (inhibition, now) = (*inhibition, *now);
        let LifStep { decay, bias, syn_decay, syn_gain, threshold: _, reset, t_ref_steps: _ } = **coefficients;
        let state = u.iter_mut().zip(i_syn.iter_mut()).zip(held_until.iter()).zip(threshold.iter()).zip(extra.iter());
        // a known constant would become a masked store, which AVX2 machines do slowly
        let flag = std::hint::black_box(1u32);
        let mut any = [0; LANES];
        for (row, ((((u, i_syn), held_until), threshold), extra)) in drive.iter().zip(state) {
            for lane in 0..LANES {
                let mut input = row.0[lane];
                if CURRENT {
                    let i = i_syn.0[lane] + input;
                    i_syn.0[lane] = i * syn_decay;
                    input = i * syn_gain;
                }
                if EXTRA {
                    input = (input - inhibition) + extra.0[lane];
                }
                let next = u.0[lane] * decay + (bias + input);
                // masks instead of branches: SSE2 has no masked move and every level gives the same bits
                let free = free(held_until.0[lane], now);
                let v = f32::from_bits((next.to_bits() & free) | (reset.to_bits() & !free));
                u.0[lane] = v;
                any[lane] |= 0u32.wrapping_sub(u32::from(v >= threshold.0[lane])) & free & flag;
            }
        }
        any.iter().fold(0, |any, lane| any | lane) != 0
    }

    /// Reset the neurons above threshold. Called only if there is at least one.
    #[inline(always)]
    fn fire(&mut self) {
        let Self { coefficients, now, u, held_until, threshold, fired, .. } = self;
        let free_again = *now + 1 + coefficients.t_ref_steps.min(1 << 29);
        for (block, ((u, held_until), threshold)) in u.iter_mut().zip(held_until.iter_mut()).zip(threshold.iter()).enumerate() {
            let mut over = [0; LANES];
            for lane in 0..LANES {
                over[lane] = 0u32.wrapping_sub(u32::from(u.0[lane] >= threshold.0[lane])) & free(held_until.0[lane], *now);
            }
            if over.iter().fold(0, |any, lane| any | lane) == 0 {
                continue;
            }
            for (lane, _) in over.iter().enumerate().filter(|&(_, &over)| over != 0) {
                u.0[lane] = coefficients.reset;
                held_until.0[lane] = free_again;
                fired.push((block * LANES + lane) as NeuronIdx);
            }
        }
    }
}
