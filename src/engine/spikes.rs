//! Spikes of several consecutive steps, as lists of channel indices.

/// Steps computed at once at most: long enough to keep a block of weights in the cache, short enough for its spikes.
pub const MAX_CHUNK: usize = 32;

/// The spikes of up to `MAX_CHUNK` consecutive steps.
#[derive(Debug, Clone, Default)]
pub struct SpikeChunk {
    /// Channel indices, step by step. Longer than the spikes it holds: the tail is scratch of branch-free writers.
    pub(super) indices: Vec<u16>,
    ends: Vec<u32>,
}

impl SpikeChunk {
    /// Forget all steps.
    pub fn clear(&mut self) {
        self.ends.clear();
    }

    /// Number of steps held.
    pub fn steps(&self) -> usize {
        self.ends.len()
    }

    /// Spikes held over all steps.
    pub fn total(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }

    /// Indices that spiked in step `t` of the chunk.
    #[inline(always)]
    pub fn at(&self, t: usize) -> &[u16] {
        let start = if t == 0 { 0 } else { self.ends[t - 1] as usize };
        &self.indices[start..self.ends[t] as usize]
    }

    /// Append a step with the spikes given.
    pub fn push_step(&mut self, spikes: &[u16]) {
        let start = self.total();
        self.indices.truncate(start);
        self.indices.extend_from_slice(spikes);
        self.ends.push(self.indices.len() as u32);
    }

    /// Room for `most` spikes of the next step; `close_step` says how many were written.
    #[inline(always)]
    pub(super) fn open_step(&mut self, most: usize) -> &mut [u16] {
        let start = self.total();
        if self.indices.len() < start + most {
            self.indices.resize(start + most, 0);
        }
        &mut self.indices[start..start + most]
    }

    /// The step begun by `open_step` has `written` spikes.
    #[inline(always)]
    pub(super) fn close_step(&mut self, written: usize) {
        self.ends.push((self.total() + written) as u32);
    }
}
