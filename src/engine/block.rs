//! State in blocks of 32 lanes. A block fits into the registers of every vector unit while rows of weights are added to it;
//! all performance-critical arrays are vectors of such rows.

use pulp::{Arch, Simd, WithSimd};

/// Lanes of a block.
pub const LANES: usize = 32;

/// Thirty-two f32 values on a cache-line boundary.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))]
pub struct Row(pub [f32; LANES]);

/// Thirty-two u32 values on a cache-line boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Bits(pub [u32; LANES]);

impl Row {
    /// All lanes zero.
    pub const ZERO: Self = Self([0.0; LANES]);
}

impl Bits {
    /// All lanes zero.
    pub const ZERO: Self = Self([0; LANES]);
}

/// Set all lanes to zero, with the widest stores there are.
pub fn clear(arch: Arch, rows: &mut [Row]) {
    struct Clear<'a>(&'a mut [Row]);
    impl WithSimd for Clear<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _simd: S) {
            self.0.fill(Row::ZERO);
        }
    }
    arch.dispatch(Clear(rows));
}

/// Blocks needed for `n` lanes.
pub fn blocks_for(n: usize) -> usize {
    n.div_ceil(LANES)
}

/// Block and lane of element `n`.
#[inline(always)]
pub fn place(n: usize) -> (usize, usize) {
    (n / LANES, n % LANES)
}

/// Block and lane of a neuron where every site has `channels` neurons in blocks of its own.
#[inline(always)]
pub fn place_at_site(n: usize, channels: usize) -> (usize, usize) {
    let (block, lane) = place(n % channels);
    (n / channels * blocks_for(channels) + block, lane)
}

/// The first `n` lanes of consecutive rows as one vector.
pub fn to_vec(rows: &[Row], n: usize) -> Vec<f32> {
    rows.iter().flat_map(|row| row.0).take(n).collect()
}
