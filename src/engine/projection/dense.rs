//! All-to-all synapses, pre-major within blocks of 32 postsynaptic neurons: `[block][pre][32]`. Delivering a spike adds
//! one row; a chunk of steps is delivered block by block, so that the rows of a block stay in the nearest cache.

use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{LANES, Row, blocks_for, place};
use crate::engine::spikes::SpikeChunk;
use ndarray::Array2;
use pulp::{Arch, Simd, WithSimd};

/// A dense matrix of weights in mV.
#[derive(Debug, Clone)]
pub struct Dense {
    n_pre: usize,
    n_post: usize,
    rows: Vec<Row>,
}

impl Dense {
    /// A projection of zero weights.
    pub fn new(n_pre: usize, n_post: usize) -> Self {
        Self { n_pre, n_post, rows: vec![Row::ZERO; n_pre * blocks_for(n_post)] }
    }

    /// Memory of a projection of this size in bytes, or `None` on overflow.
    pub fn bytes(n_pre: usize, n_post: usize) -> Option<usize> {
        n_pre.checked_mul(blocks_for(n_post))?.checked_mul(size_of::<Row>())
    }

    /// The weights as an array of shape (pre, post).
    pub fn to_array(&self) -> Array2<f32> {
        Array2::from_shape_fn((self.n_pre, self.n_post), |(i, j)| self.get(i, j))
    }

    /// The weights post-major: the receptive field of neuron j is `[j * n_pre..][..n_pre]`.
    pub fn fields(&self) -> Vec<f32> {
        let mut fields = vec![0.0; self.n_pre * self.n_post];
        for (block, fields) in fields.chunks_mut(LANES * self.n_pre.max(1)).enumerate() {
            let rows = &self.rows[block * self.n_pre..][..self.n_pre];
            for (lane, field) in fields.chunks_exact_mut(self.n_pre).enumerate() {
                field.iter_mut().zip(rows).for_each(|(w, row)| *w = row.0[lane]);
            }
        }
        fields
    }

    /// A projection with the weights of an array of shape (pre, post).
    pub fn from_array(w: &Array2<f32>) -> Self {
        let mut dense = Self::new(w.nrows(), w.ncols());
        for ((i, j), &value) in w.indexed_iter() {
            *dense.get_mut(i, j) = value;
        }
        dense
    }

    /// All weights.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// All weights, mutable.
    pub(super) fn rows_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }

    /// Presynaptic neurons.
    pub fn n_pre(&self) -> usize {
        self.n_pre
    }

    /// Postsynaptic neurons.
    pub fn n_post(&self) -> usize {
        self.n_post
    }

    /// Weight from `pre` to `post` in mV.
    pub fn get(&self, pre: usize, post: usize) -> f32 {
        let (block, lane) = place(post);
        self.rows[block * self.n_pre + pre].0[lane]
    }

    /// Weight from `pre` to `post`, mutable.
    pub fn get_mut(&mut self, pre: usize, post: usize) -> &mut f32 {
        let (block, lane) = place(post);
        &mut self.rows[block * self.n_pre + pre].0[lane]
    }

    /// Clip every weight to `w_max_mv`.
    pub fn cap(&mut self, w_max_mv: f32) {
        self.rows.iter_mut().flat_map(|row| &mut row.0).for_each(|w| *w = w.min(w_max_mv));
    }

    /// The rows that hold the weights onto `post`, one per presynaptic neuron, and the lane to read in each.
    #[inline(always)]
    pub fn column(&self, post: usize) -> (&[Row], usize) {
        let (block, lane) = place(post);
        (&self.rows[block * self.n_pre..][..self.n_pre], lane)
    }

    /// As `column`, mutable.
    #[inline(always)]
    pub fn column_mut(&mut self, post: usize) -> (&mut [Row], usize) {
        let (block, lane) = place(post);
        (&mut self.rows[block * self.n_pre..][..self.n_pre], lane)
    }

    /// The rows of presynaptic neuron `pre`, one per block.
    pub fn fan_out_mut(&mut self, pre: usize) -> impl Iterator<Item = &mut Row> {
        self.rows.iter_mut().skip(pre).step_by(self.n_pre.max(1))
    }

    /// Set the drive, laid out `[step][block]`, to the weights of all spikes of a chunk; with `ADD`, add them to it.
    /// Spikes are added in list order, so that sums do not depend on the chunks.
    pub fn deliver<const ADD: bool>(&self, arch: Arch, spikes: &SpikeChunk, drive: &mut [Row]) {
        arch.dispatch(Deliver::<ADD> { n_pre: self.n_pre, blocks: blocks_for(self.n_post), rows: &self.rows, spikes, drive });
    }

    /// See `Synapses::inject`.
    pub(super) fn inject(&self, currents: &[f32], received: &mut [Row]) {
        let steps = received.chunks_exact_mut(blocks_for(self.n_post).max(1));
        for (received, currents) in steps.zip(currents.chunks_exact(self.n_pre.max(1))) {
            for (received, rows) in received.iter_mut().zip(self.rows.chunks_exact(self.n_pre.max(1))) {
                for (current, row) in currents.iter().zip(rows) {
                    received.0.iter_mut().zip(&row.0).for_each(|(sum, w)| *sum += w * current);
                }
            }
        }
    }

    /// Compute the drive of one neuron again for the steps `from..` of a chunk, after its weights changed.
    pub fn redeliver(&self, post: usize, spikes: &SpikeChunk, from: usize, drive: &mut [Row]) {
        let (block, lane) = place(post);
        let blocks = blocks_for(self.n_post);
        let (rows, _) = self.column(post);
        for t in from..spikes.steps() {
            let mut sum = 0.0;
            for &pre in spikes.at(t) {
                sum += rows[pre as usize].0[lane];
            }
            drive[t * blocks + block].0[lane] = sum;
        }
    }
}

/// The kernel of `Dense::deliver`. A type instead of a closure: the shim around a closure is not inlined into the code
/// compiled for the vector unit, and its body would then be compiled without it.
struct Deliver<'a, const ADD: bool> {
    n_pre: usize,
    blocks: usize,
    rows: &'a [Row],
    spikes: &'a SpikeChunk,
    drive: &'a mut [Row],
}

impl<const ADD: bool> WithSimd for Deliver<'_, ADD> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _simd: S) {
        // Several blocks at once hide the latency of the additions and share what a step costs, as far as registers go.
        let first = if S::F32_LANES >= 8 { self.groups::<2>(0) } else { 0 };
        self.groups::<1>(first);
    }
}

impl<const ADD: bool> Deliver<'_, ADD> {
    /// Deliver to groups of `G` blocks, from block `first` on; returns the first block that fills no group.
    #[inline(always)]
    fn groups<const G: usize>(&mut self, mut first: usize) -> usize {
        let Self { n_pre, blocks, rows, spikes, drive } = self;
        let (n_pre, blocks) = (*n_pre, *blocks);
        while first + G <= blocks {
            let mut weights = [&rows[..0]; G];
            for (g, weights) in weights.iter_mut().enumerate() {
                *weights = &rows[(first + g) * n_pre..][..n_pre];
            }
            for t in 0..spikes.steps() {
                let target = &mut drive[t * blocks + first..][..G];
                let mut sums = [[0.0; LANES]; G];
                if ADD {
                    for g in 0..G {
                        sums[g] = target[g].0;
                    }
                }
                for &pre in spikes.at(t) {
                    for g in 0..G {
                        let row = &weights[g][pre as usize];
                        for lane in 0..LANES {
                            sums[g][lane] += row.0[lane];
                        }
                    }
                }
                for g in 0..G {
                    target[g].0 = sums[g];
                }
            }
            first += G;
        }
        first
    }
}

impl Persist for Dense {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { n_pre, n_post, rows } = self;
        archive.rows("weights", rows)?;
        let padding = |row: &Row| row.0[*n_post % LANES..].iter().all(|&w| w == 0.0);
        let last = rows.len().saturating_sub(*n_pre);
        if matches!(archive, Archive::Load(_)) && !n_post.is_multiple_of(LANES) && !rows[last..].iter().all(padding) {
            // lanes without a neuron have no weight
            return Err(ArchiveError::Value("weights"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(n_pre: usize, n_post: usize) -> Array2<f32> {
        Array2::from_shape_fn((n_pre, n_post), |(i, j)| (i * 37 + j * 11) as f32 * 0.01)
    }

    #[test]
    fn an_array_survives_the_blocked_layout() {
        for n_post in [1, 31, 32, 33, 100] {
            let w = filled(7, n_post);
            let dense = Dense::from_array(&w);
            assert_eq!(dense.to_array(), w);
            assert_eq!(dense.fields(), w.t().iter().copied().collect::<Vec<_>>());
        }
    }

    #[test]
    fn delivery_equals_the_sum_over_spikes_and_redelivery_repeats_it() {
        let w = filled(5, 40);
        let dense = Dense::from_array(&w);
        let mut spikes = SpikeChunk::default();
        spikes.push_step(&[0, 3, 3]);
        spikes.push_step(&[]);
        spikes.push_step(&[4]);
        let mut drive = vec![Row::ZERO; 3 * 2];
        dense.deliver::<false>(Arch::new(), &spikes, &mut drive);
        for t in 0..3 {
            for j in 0..40 {
                let expected = spikes.at(t).iter().fold(0.0f32, |sum, &i| sum + w[[i as usize, j]]);
                assert_eq!(drive[t * 2 + j / LANES].0[j % LANES], expected, "step {t}, neuron {j}");
            }
        }
        let before = drive.clone();
        dense.redeliver(39, &spikes, 0, &mut drive);
        assert_eq!(before, drive);
    }
}
