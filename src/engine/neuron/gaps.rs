//! Gaps of a Poisson process of rate 1: exponential random numbers, many at a time, with the same bits on every vector unit.

use super::NeuronIdx;
use crate::engine::elementary::ln;
use crate::rng::uniform;
use pulp::{Arch, WithSimd};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Gaps that are drawn at a time.
pub(super) const MANY: usize = 64;

/// Fill `gaps` with exponential random numbers of mean 1, one for each number of `rng`.
pub(super) fn draw(arch: Arch, rng: &mut Xoshiro256PlusPlus, gaps: &mut [f64; MANY]) {
    gaps.iter_mut().for_each(|gap| *gap = 1.0 - uniform(rng));
    arch.dispatch(Logarithms { of: gaps });
}

struct Logarithms<'a> {
    of: &'a mut [f64; MANY],
}

impl WithSimd for Logarithms<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        self.of.iter_mut().for_each(|x| *x = (-ln(*x)).max(0.0));
    }
}

/// The neurons at these places along a line, each neuron `1 / per_length` long and the last of them number `last`. There are fewer than
/// 2^31 neurons.
pub(super) fn neurons(arch: Arch, places: &[f64; MANY], per_length: f64, last: NeuronIdx) -> [NeuronIdx; MANY] {
    let mut neurons = [0; MANY];
    arch.dispatch(Neurons { places, per_length, last, out: &mut neurons });
    neurons
}

struct Neurons<'a> {
    places: &'a [f64; MANY],
    per_length: f64,
    last: NeuronIdx,
    out: &'a mut [NeuronIdx; MANY],
}

impl WithSimd for Neurons<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        let Self { places, per_length, last, out } = self;
        // signed, because vector units convert to nothing else
        out.iter_mut().zip(places).for_each(|(neuron, place)| *neuron = ((place * per_length) as i32 as NeuronIdx).min(last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};

    #[test]
    fn every_vector_unit_draws_the_same_gaps() {
        let of = |arch: Arch| {
            let mut gaps = [0.0; MANY];
            let mut rng = stream(2, Purpose::Source, 0);
            draw(arch, &mut rng, &mut gaps);
            gaps.map(f64::to_bits)
        };
        assert_eq!(of(Arch::Scalar), of(Arch::new()));
    }
}
