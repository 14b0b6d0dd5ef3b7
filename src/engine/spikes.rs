//! Spikes of several consecutive steps, as lists of channel indices.

/// Maximum number of steps per chunk, large enough that most spikes find the weights of their channel in the first-level
/// cache.
pub const MAX_CHUNK: usize = 256;
/// Steps of a chunk in which weights change, or of a network too large for the cache.
pub const SHORT_CHUNK: usize = 32;

/// The spikes of up to `MAX_CHUNK` consecutive steps.
#[derive(Debug, Clone, Default)]
pub struct SpikeChunk {
    /// Channel indices, step by step. Longer than the number of spikes; the rest is scratch space for branch-free writes.
    indices: Vec<u32>,
    ends: Vec<u32>,
}

impl SpikeChunk {
    /// Remove all steps.
    pub fn clear(&mut self) {
        self.ends.clear();
    }

    /// Number of steps.
    pub fn steps(&self) -> usize {
        self.ends.len()
    }

    /// Number of spikes over all steps.
    pub fn total(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }

    /// Indices that spiked in step `t` of the chunk.
    #[inline(always)]
    pub fn at(&self, t: usize) -> &[u32] {
        let start = if t == 0 { 0 } else { self.ends[t - 1] as usize };
        &self.indices[start..self.ends[t] as usize]
    }

    /// Append a step with the spikes given.
    pub fn push_step(&mut self, spikes: &[u32]) {
        let start = self.total();
        self.indices.truncate(start);
        self.indices.extend_from_slice(spikes);
        self.ends.push(self.indices.len() as u32);
    }

    /// Room for up to `most` spikes in each of the next `steps` steps: where they begin among all indices, the indices,
    /// and where to write the end of each step.
    pub(super) fn open_steps(&mut self, steps: usize, most: usize) -> (usize, &mut [u32], &mut [u32]) {
        let start = self.total();
        if self.indices.len() < start + steps * most {
            self.indices.resize(start + steps * most, 0);
        }
        let done = self.ends.len();
        self.ends.resize(done + steps, 0);
        (start, &mut self.indices, &mut self.ends[done..])
    }
}
