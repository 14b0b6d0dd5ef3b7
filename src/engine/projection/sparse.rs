//! Sparse synapses: a list for each presynaptic neuron, sorted by delay and then by postsynaptic neuron. Every synapse has a
//! weight and a delay of its own; two neurons can be connected by several synapses.
//!
//! Copies share everything until one of them changes a weight; the synapses of static projections are never copied.
//!
//! A static synapse needs 8 bytes, 2 or 4 where all have the same weight, and at most 4 more if delays differ; one that learns 8 more, by which it is found from its
//! postsynaptic neuron. The order of the additions of one step and neuron is fixed: the longest delay first, then the order of
//! the presynaptic neurons, then that of the list.

use super::synapse_list::SynapseList;
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{LANES, Row, blocks_for, place};
use crate::engine::neuron::NeuronIdx;
use crate::engine::spikes::SpikeChunk;
use std::ops::Range;
use std::sync::Arc;

/// Ranges of synapses whose loads from memory overlap.
const BATCH: usize = 64;

/// One synapse of a presynaptic neuron.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Synapse {
    /// Postsynaptic neuron.
    pub post: NeuronIdx,
    /// Weight in mV.
    pub weight_mv: f32,
    /// Delay in steps, at least one.
    pub delay: u16,
}

/// Sparse synapses of one projection.
#[derive(Debug, Clone)]
pub struct Sparse {
    n_post: usize,
    /// First synapse of every presynaptic neuron, and the number of synapses.
    starts: Arc<Vec<u32>>,
    /// Postsynaptic neuron and weight of every synapse.
    synapses: Arc<SynapseList>,
    /// Delay of every synapse in steps; empty if all are equal.
    delay: Arc<Vec<u16>>,
    /// All delays that occur, the longest first; never empty.
    delays: Arc<[u16]>,
    /// Whether every neuron has one synapse, onto the neuron of its index.
    one_to_one: bool,
    /// For every presynaptic neuron and delay, the shortest first: the first of its synapses with that delay. Empty where it would
    /// need more than `delay`; then the synapses are searched.
    slices: Arc<Vec<u32>>,
    incoming: Option<Arc<Incoming>>,
}

/// The synapses onto every neuron, for rules.
#[derive(Debug, Clone)]
struct Incoming {
    starts: Vec<u32>,
    /// Index of the synapse and its presynaptic neuron, in the order of the synapses.
    synapses: Vec<(u32, NeuronIdx)>,
}

impl Incoming {
    /// The synapses onto a neuron.
    fn of(&self, post: NeuronIdx) -> &[(u32, NeuronIdx)] {
        &self.synapses[self.starts[post as usize] as usize..self.starts[post as usize + 1] as usize]
    }
}

impl Sparse {
    /// The synapses of every presynaptic neuron in turn, onto `n_post` neurons. Panics on an index out of range, a delay of 0
    /// and more than 2^32 - 1 synapses, which descriptions are checked for.
    pub fn from_rows<R: IntoIterator<Item = Synapse>>(n_post: usize, rows: impl IntoIterator<Item = R>) -> Self {
        let (mut starts, mut synapses, mut delay) = (vec![0], Vec::new(), Vec::new());
        for row in rows {
            for synapse in row {
                synapses.push((synapse.post, synapse.weight_mv));
                delay.push(synapse.delay);
            }
            starts.push(synapses.len() as u32);
        }
        Self::new(n_post, starts, synapses, delay)
    }

    /// Synapses by row: `starts` has one entry more than there are presynaptic neurons; `delay` has one entry for all
    /// synapses, or one for each.
    pub(super) fn new(n_post: usize, starts: Vec<u32>, mut synapses: Vec<(NeuronIdx, f32)>, mut delay: Vec<u16>) -> Self {
        assert!(u32::try_from(synapses.len()).is_ok(), "at most 2^32 - 1 synapses, got {}", synapses.len());
        assert!(synapses.iter().all(|&(j, _)| (j as usize) < n_post), "every synapse needs a postsynaptic neuron");
        let mut occurs = vec![false; 1 + usize::from(delay.iter().copied().max().unwrap_or(1))];
        delay.iter().for_each(|&d| occurs[usize::from(d)] = true);
        assert!(!occurs[0], "a synapse needs a delay of at least one step");
        let mut delays: Vec<u16> = (1..occurs.len()).rev().filter(|&d| occurs[d]).map(|d| d as u16).collect();
        if delays.is_empty() {
            delays.push(1);
        }
        if delays.len() == 1 {
            delay = Vec::new();
        }
        let mut row: Vec<(u16, (NeuronIdx, f32))> = Vec::new();
        for ends in starts.windows(2) {
            let place = ends[0] as usize..ends[1] as usize;
            row.clear();
            row.extend(place.clone().map(|s| (delay.get(s).copied().unwrap_or(0), synapses[s])));
            let key = |&(delay, (post, _)): &(u16, (NeuronIdx, f32))| (delay, post);
            if row.is_sorted_by_key(key) {
                continue;
            }
            row.sort_by_key(key);
            for (s, &(d, synapse)) in place.zip(&row) {
                synapses[s] = synapse;
                if let Some(delay) = delay.get_mut(s) {
                    *delay = d;
                }
            }
        }
        let one_to_one = delays.len() == 1
            && starts.len() == synapses.len() + 1
            && starts.iter().enumerate().all(|(k, &start)| start as usize == k)
            && synapses.iter().enumerate().all(|(k, &(post, _))| post as usize == k);
        let (starts, synapses, delay, delays) = (Arc::new(starts), Arc::new(SynapseList::new(synapses)), Arc::new(delay), delays.into());
        let mut sparse = Self { n_post, starts, synapses, delay, delays, one_to_one, slices: Arc::default(), incoming: None };
        if 2 * sparse.n_pre() * sparse.delays.len() <= sparse.delay.len() {
            let all = (0..sparse.n_pre()).flat_map(|pre| sparse.delays.iter().rev().map(move |&delay| (pre, delay)));
            sparse.slices = Arc::new(all.map(|(pre, delay)| sparse.searched(pre, delay).start as u32).collect());
        }
        sparse
    }

    /// Presynaptic neurons.
    pub fn n_pre(&self) -> usize {
        self.starts.len() - 1
    }

    /// Postsynaptic neurons.
    pub fn n_post(&self) -> usize {
        self.n_post
    }

    /// Synapses.
    pub fn len(&self) -> usize {
        self.synapses.len()
    }

    /// Whether there are no synapses.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory in bytes.
    pub fn bytes(&self) -> usize {
        let incoming = self.incoming.as_ref().map_or(0, |all| 4 * all.starts.len() + 8 * all.synapses.len());
        4 * (self.starts.len() + self.slices.len()) + self.synapses.bytes() + 2 * self.delay.len() + incoming
    }

    /// Delays that occur, in steps, the longest first.
    pub fn delays(&self) -> &[u16] {
        &self.delays
    }

    /// The shortest delay in steps.
    pub fn min_delay(&self) -> usize {
        self.delays.last().map_or(1, |&delay| delay.into())
    }

    /// Steps by which the longest delay exceeds the shortest.
    pub fn delay_span(&self) -> usize {
        self.delays.first().map_or(1, |&delay| usize::from(delay)) - self.min_delay()
    }

    /// Synapses of a presynaptic neuron.
    pub fn out_degree(&self, pre: usize) -> usize {
        self.row(pre).len()
    }

    /// All weights in mV, in the order of `triplets`.
    pub fn weights_mv(&self) -> impl ExactSizeIterator<Item = f32> + '_ {
        self.synapses.iter().map(|(_, w)| w)
    }

    /// All weights, mutable.
    pub fn weights_mut(&mut self) -> impl ExactSizeIterator<Item = &mut f32> {
        Arc::make_mut(&mut self.synapses).each_mut().iter_mut().map(|(_, w)| w)
    }

    /// Whether the synapses are those of another projection, in the same order; delays that are all equal may differ from its.
    pub(super) fn connects_alike(&self, other: &Self) -> bool {
        self.starts == other.starts
            && self.delay == other.delay
            && self.len() == other.len()
            && self.synapses.iter().zip(other.synapses.iter()).all(|(a, b)| a.0 == b.0)
    }

    /// Every synapse with its presynaptic neuron.
    pub fn triplets(&self) -> impl Iterator<Item = (NeuronIdx, Synapse)> + '_ {
        (0..self.n_pre()).flat_map(move |pre| {
            self.row(pre).map(move |s| {
                let (post, weight_mv) = self.synapses.get(s);
                (pre as NeuronIdx, Synapse { post, weight_mv, delay: self.delay(s) })
            })
        })
    }

    /// The synapses of a presynaptic neuron where delays differ, with their delays in steps, the shortest first.
    pub(in crate::engine) fn of(&self, pre: NeuronIdx) -> impl Iterator<Item = ((NeuronIdx, f32), u16)> {
        let row = self.row(pre as usize);
        row.clone().map(|s| self.synapses.get(s)).zip(self.delay[row].iter().copied())
    }

    /// The synapses onto a neuron: presynaptic neuron, delay in steps, and the index of the weight.
    pub fn onto(&self, post: NeuronIdx) -> Vec<(NeuronIdx, u16, u32)> {
        if let Some(incoming) = self.incoming.as_deref() {
            let own = incoming.of(post);
            return own.iter().map(|&(s, pre)| (pre, self.delay(s as usize), s)).collect();
        }
        let all = (0..self.n_pre()).flat_map(|pre| self.row(pre).map(move |s| (pre, s)));
        let own = all.filter(|&(_, s)| self.synapses.get(s).0 == post);
        own.map(|(pre, s)| (pre as NeuronIdx, self.delay(s), s as u32)).collect()
    }

    /// The weight of this index in mV.
    pub fn weight_mv(&self, index: u32) -> f32 {
        self.synapses.get(index as usize).1
    }

    fn row(&self, pre: usize) -> Range<usize> {
        self.starts[pre] as usize..self.starts[pre + 1] as usize
    }

    fn delay(&self, synapse: usize) -> u16 {
        self.delay.get(synapse).copied().unwrap_or(self.delays[0])
    }

    /// The synapses of a presynaptic neuron with the delay of index `k` in `delays`.
    #[inline(always)]
    fn slice(&self, pre: usize, k: usize) -> Range<usize> {
        if self.delay.is_empty() {
            return self.row(pre);
        }
        if self.slices.is_empty() {
            return self.searched(pre, self.delays[k]);
        }
        // the longest delay is the last of a neuron, and ends where the next neuron begins
        let place = pre * self.delays.len() + self.delays.len() - 1 - k;
        let end = if k == 0 { self.starts[pre + 1] } else { self.slices[place + 1] };
        self.slices[place] as usize..end as usize
    }

    fn searched(&self, pre: usize, delay: u16) -> Range<usize> {
        let row = self.row(pre);
        let delays = &self.delay[row.clone()];
        let start = delays.partition_point(|&d| d < delay);
        let end = start + delays[start..].partition_point(|&d| d == delay);
        row.start + start..row.start + end
    }

    /// Spikes that arrive in step `t` of a chunk after `delay` steps. `spikes` begins `delay_span` steps before the chunk.
    pub(in crate::engine) fn arriving<'a>(&self, t: usize, delay: usize, spikes: &'a SpikeChunk) -> &'a [NeuronIdx] {
        spikes.at(t + usize::from(self.delays[0]) - delay)
    }

    /// Add the weights of all spikes of a chunk to the drive, laid out `[step][block]`. `arriving` gives the spikes that arrive in a step
    /// of the chunk after a delay.
    pub(in crate::engine) fn deliver<'a>(&self, arriving: impl Fn(usize, usize) -> &'a [NeuronIdx], drive: &mut [Row]) {
        let steps = drive.chunks_exact_mut(blocks_for(self.n_post).max(1)).enumerate();
        if self.one_to_one {
            for (t, drive) in steps {
                for &pre in arriving(t, self.delays[0].into()) {
                    let (block, lane) = place(pre as usize);
                    drive[block].0[lane] += self.synapses.get(pre as usize).1;
                }
            }
            return;
        }
        // ranges of synapses, so many that their loads from memory overlap, and so few that they stay in the cache
        let mut batch = [(0, 0); BATCH];
        for (t, drive) in steps {
            let mut n = 0;
            for (k, &delay) in self.delays.iter().enumerate() {
                for &pre in arriving(t, delay.into()) {
                    if n == BATCH {
                        self.synapses.add(&batch, drive);
                        n = 0;
                    }
                    let Range { start, end } = self.slice(pre as usize, k);
                    batch[n] = (start as u32, end as u32);
                    n += 1;
                }
            }
            self.synapses.add(&batch[..n], drive);
        }
    }

    /// As `deliver`, with a factor for every spike: `factors` gives those of a step of `spikes`, in the order of its spikes.
    pub(in crate::engine) fn deliver_scaled<'a>(&self, spikes: &SpikeChunk, factors: impl Fn(usize) -> &'a [f32], drive: &mut [Row]) {
        for (t, drive) in drive.chunks_exact_mut(blocks_for(self.n_post).max(1)).enumerate() {
            for (k, &delay) in self.delays.iter().enumerate() {
                let fired = t + usize::from(self.delays[0] - delay);
                for (&pre, factor) in spikes.at(fired).iter().zip(factors(fired)) {
                    for (post, w) in self.slice(pre as usize, k).map(|s| self.synapses.get(s)) {
                        let (block, lane) = place(post as usize);
                        drive[block].0[lane] += w * factor;
                    }
                }
            }
        }
    }

    /// See `Synapses::inject`.
    pub(super) fn inject(&self, currents: &[f32], received: &mut [Row]) {
        let steps = received.chunks_exact_mut(blocks_for(self.n_post).max(1));
        for (received, currents) in steps.zip(currents.chunks_exact(self.n_pre().max(1))) {
            if self.one_to_one {
                self.inject_one_to_one(currents, received);
                continue;
            }
            for (pre, current) in currents.iter().enumerate() {
                for (post, w) in self.row(pre).map(|s| self.synapses.get(s)) {
                    let (block, lane) = place(post as usize);
                    received[block].0[lane] += w * current;
                }
            }
        }
    }

    fn inject_one_to_one(&self, currents: &[f32], received: &mut [Row]) {
        for (block, (received, currents)) in received.iter_mut().zip(currents.chunks(LANES)).enumerate() {
            let lanes = received.0.iter_mut().zip(currents);
            match self.synapses.weight() {
                Some(w) => lanes.for_each(|(received, current)| *received += w * current),
                None => (block * LANES..).zip(lanes).for_each(|(s, (received, current))| *received += self.synapses.get(s).1 * current),
            }
        }
    }

    /// The same synapses, to be found from their postsynaptic neurons as well; a projection with a rule does this itself.
    #[must_use]
    pub fn with_incoming(mut self) -> Self {
        self.index_incoming();
        self
    }

    /// See `with_incoming`.
    pub(super) fn index_incoming(&mut self) {
        // a rule gives every synapse a weight of its own
        Arc::make_mut(&mut self.synapses).each_mut();
        let mut starts = vec![0u32; self.n_post + 1];
        self.synapses.iter().for_each(|(j, _)| starts[j as usize + 1] += 1);
        (0..self.n_post).for_each(|j| starts[j + 1] += starts[j]);
        let mut next = starts.clone();
        let mut synapses = vec![(0, 0); self.len()];
        for pre in 0..self.n_pre() {
            for s in self.row(pre) {
                let place = &mut next[self.synapses.get(s).0 as usize];
                synapses[*place as usize] = (s as u32, pre as NeuronIdx);
                *place += 1;
            }
        }
        self.incoming = Some(Arc::new(Incoming { starts, synapses }));
    }

    /// Change the weights of the synapses of `pre` with `delay`: `change` gets the index of the synapse, the postsynaptic neuron
    /// and the weight.
    #[inline(always)]
    pub fn change_from(&mut self, pre: NeuronIdx, delay: usize, mut change: impl FnMut(usize, NeuronIdx, &mut f32)) {
        // the longest delay is the first
        let Ok(k) = self.delays.binary_search_by(|&d| delay.cmp(&d.into())) else { return };
        let slice = self.slice(pre as usize, k);
        slice.clone().zip(&mut Arc::make_mut(&mut self.synapses).each_mut()[slice]).for_each(|(s, (post, w))| change(s, *post, w));
    }

    /// Indices of the synapses onto `post`, of synapses with a rule.
    pub fn indices_onto(&self, post: NeuronIdx) -> impl Iterator<Item = usize> + '_ {
        self.incoming.as_deref().map_or(&[][..], |incoming| incoming.of(post)).iter().map(|&(s, _)| s as usize)
    }

    /// Change the weights of the synapses onto `post`: `change` gets the index of the synapse, the presynaptic neuron, the
    /// delay in steps and the weight.
    /// Without a rule there is no list of them, and nothing changes.
    #[inline(always)]
    pub fn change_onto(&mut self, post: NeuronIdx, mut change: impl FnMut(usize, NeuronIdx, u16, &mut f32)) {
        let Some(incoming) = self.incoming.as_deref() else { return };
        let weights = Arc::make_mut(&mut self.synapses).each_mut();
        let own = incoming.of(post);
        // loads from memory overlap here; they would not between the changes, whose branches cannot be predicted
        std::hint::black_box(own.iter().fold(0, |all, &(s, _)| all ^ weights[s as usize].0));
        for &(s, pre) in own {
            let delay = self.delay.get(s as usize).copied().unwrap_or(self.delays[0]);
            change(s as usize, pre, delay, &mut weights[s as usize].1);
        }
    }
}

impl Persist for Sparse {
    /// Static weights follow from the description and the seed and are no part of the state.
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { n_post: _, starts: _, synapses, delay: _, delays: _, one_to_one: _, slices: _, incoming } = self;
        if incoming.is_none() {
            return Ok(());
        }
        let mut weights: Vec<f32> = synapses.iter().map(|(_, w)| w).collect();
        archive.f32s("sparse weights", &mut weights)?;
        if let Archive::Load(_) = archive {
            Arc::make_mut(synapses).each_mut().iter_mut().zip(weights).for_each(|((_, w), loaded)| *w = loaded);
        }
        Ok(())
    }
}
