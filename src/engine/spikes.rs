//! Spikes of several consecutive steps, as lists of channel indices.

/// Steps computed at once at most: nearly every spike of a chunk then finds the weights of its channel in the nearest
/// cache, because an earlier one has fetched them.
pub const MAX_CHUNK: usize = 256;

/// The spikes of up to `MAX_CHUNK` consecutive steps.
#[derive(Debug, Clone, Default)]
pub struct SpikeChunk {
    /// Channel indices, step by step. Longer than the spikes it holds: the tail is scratch of branch-free writers.
    indices: Vec<u16>,
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

    /// Room for up to `most` spikes in each of the next `steps` steps: where they begin among all indices, the indices,
    /// and where to write the end of each step.
    pub(super) fn open_steps(&mut self, steps: usize, most: usize) -> (usize, &mut [u16], &mut [u32]) {
        let start = self.total();
        if self.indices.len() < start + steps * most {
            self.indices.resize(start + steps * most, 0);
        }
        let done = self.ends.len();
        self.ends.resize(done + steps, 0);
        (start, &mut self.indices, &mut self.ends[done..])
    }
}
