//! The kernel of LIF populations: consecutive steps of all neurons, up to the first spike.

use super::LifStep;
use crate::engine::block::{Bits, LANES, Row, place};
use crate::engine::neuron::NeuronIdx;
use pulp::{Simd, WithSimd};

/// A neuron that is inhibited less than the others, because it contributed itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contributor {
    pub(super) neuron: NeuronIdx,
    /// Its potential and synaptic current before the step.
    pub(super) u: f32,
    pub(super) i_syn: f32,
}

/// Steps of all neurons; see `Dense::deliver` for why it is a type. `CURRENT`: synaptic currents decay instead of
/// acting at once. `EXTRA`: with noise or an inhibitory current, which are otherwise not read.
/// `CONDUCTANCE`: inhibition is an open conductance, and each step has coefficients of its own.
pub(super) struct Sweep<'a, const CURRENT: bool, const EXTRA: bool, const CONDUCTANCE: bool> {
    /// Of every step under a conductance, else one for all.
    pub(super) coefficients: &'a [LifStep<f32>],
    /// Neurons with coefficients of their own, `[step][contributor]`.
    pub(super) contributors: &'a mut [Contributor],
    pub(super) of_contributors: &'a [LifStep<f32>],
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

impl<const CURRENT: bool, const EXTRA: bool, const CONDUCTANCE: bool> WithSimd for Sweep<'_, CURRENT, EXTRA, CONDUCTANCE> {
    /// Steps done; the last of them is the first with a spike.
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _simd: S) -> usize {
        let blocks = self.u.len();
        let steps = self.drive.len() / blocks.max(1);
        for t in 0..steps {
            let drive = &self.drive[t * blocks..][..blocks];
            let coefficients = self.coefficients[if CONDUCTANCE { t } else { 0 }];
            if CONDUCTANCE {
                self.note_contributors();
            }
            let mut any = self.step(drive, &coefficients);
            if CONDUCTANCE {
                any |= self.step_contributors(t, drive);
            }
            if any {
                self.fire(&coefficients);
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

impl<const CURRENT: bool, const EXTRA: bool, const CONDUCTANCE: bool> Sweep<'_, CURRENT, EXTRA, CONDUCTANCE> {
    /// One step without the consequences of spikes; returns whether there are any.
    #[inline(always)]
    fn step(&mut self, drive: &[Row], coefficients: &LifStep<f32>) -> bool {
        let Self { inhibition, now, u, i_syn, held_until, threshold, extra, .. } = self;
        let (inhibition, now) = (*inhibition, *now);
        let LifStep { decay, bias, syn_decay, syn_gain, threshold: _, reset, t_ref_steps: _ } = *coefficients;
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

    /// Remember the state of the contributors before all neurons are advanced alike.
    #[inline(always)]
    fn note_contributors(&mut self) {
        for contributor in self.contributors.iter_mut() {
            let (block, lane) = place(contributor.neuron as usize);
            (contributor.u, contributor.i_syn) = (self.u[block].0[lane], self.i_syn[block].0[lane]);
        }
    }

    /// The step of the contributors again, each with its own coefficients; returns whether one of them fires.
    #[inline(always)]
    fn step_contributors(&mut self, t: usize, drive: &[Row]) -> bool {
        let mut any = false;
        let of_step = self.of_contributors[t * self.contributors.len()..].iter();
        for (contributor, coefficients) in self.contributors.iter().zip(of_step) {
            let (block, lane) = place(contributor.neuron as usize);
            if self.held_until[block].0[lane] as i32 > self.now as i32 {
                continue;
            }
            let mut input = drive[block].0[lane];
            if CURRENT {
                input = (contributor.i_syn + input) * coefficients.syn_gain;
            }
            if EXTRA {
                input += self.extra[block].0[lane];
            }
            let v = contributor.u * coefficients.decay + (coefficients.bias + input);
            self.u[block].0[lane] = v;
            any |= v >= self.threshold[block].0[lane];
        }
        any
    }

    /// Reset the neurons above threshold. Called only if there may be one.
    #[inline(always)]
    fn fire(&mut self, coefficients: &LifStep<f32>) {
        let Self { now, u, held_until, threshold, fired, .. } = self;
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
