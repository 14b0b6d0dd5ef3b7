//! The synapses of a projection in one list: where each of them leads, and its weight.
//!
//! What limits the delivery of spikes in a large network is how fast the list comes from memory. Static synapses often have one
//! weight; then the list holds only where they lead, in two bytes for each synapse onto a population of up to 65,536 neurons, and in
//! four otherwise. With weights of their own, eight bytes are read for each.

use crate::engine::block::{Row, place};
use crate::engine::neuron::NeuronIdx;

/// Size of a line of the cache in bytes.
const LINE: usize = 64;

/// Postsynaptic neuron and weight in mV of every synapse.
#[derive(Debug, Clone)]
pub(super) enum SynapseList {
    /// Side by side, because they are read together.
    Each(Vec<(NeuronIdx, f32)>),
    /// With the same weight, onto at most 65,536 neurons.
    AlikeShort(Vec<u16>, f32),
    /// With the same weight.
    Alike(Vec<NeuronIdx>, f32),
}

/// An expression for the list, in which `post` is the postsynaptic neuron of a synapse as it is stored.
macro_rules! alike {
    ($list:expr, $posts:ident, $weight:ident => $alike:expr, $all:ident => $each:expr) => {
        match $list {
            SynapseList::Each($all) => $each,
            SynapseList::AlikeShort($posts, $weight) => $alike,
            SynapseList::Alike($posts, $weight) => $alike,
        }
    };
}

impl SynapseList {
    /// The shortest form of this list.
    pub(super) fn new(synapses: Vec<(NeuronIdx, f32)>) -> Self {
        let weight = synapses.first().map_or(0.0, |&(_, weight)| weight);
        if synapses.is_empty() || synapses.iter().any(|(_, other)| other.to_bits() != weight.to_bits()) {
            return Self::Each(synapses);
        }
        let is_short = synapses.iter().all(|&(post, _)| u16::try_from(post).is_ok());
        if is_short {
            Self::AlikeShort(synapses.iter().map(|&(post, _)| post as u16).collect(), weight)
        } else {
            Self::Alike(synapses.iter().map(|&(post, _)| post).collect(), weight)
        }
    }

    /// Synapses.
    pub(super) fn len(&self) -> usize {
        alike!(self, posts, _weight => posts.len(), all => all.len())
    }

    /// Memory in bytes.
    pub(super) fn bytes(&self) -> usize {
        alike!(self, posts, _weight => size_of_val(posts.as_slice()), all => size_of_val(all.as_slice()))
    }

    /// Postsynaptic neuron and weight of a synapse.
    #[inline(always)]
    pub(super) fn get(&self, synapse: usize) -> (NeuronIdx, f32) {
        alike!(self, posts, weight => (post(posts, synapse), *weight), all => all[synapse])
    }

    /// The weight of all synapses, if they are alike.
    pub(super) fn weight(&self) -> Option<f32> {
        alike!(self, _posts, weight => Some(*weight), _all => None)
    }

    /// All synapses.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (NeuronIdx, f32)> + '_ {
        (0..self.len()).map(|synapse| self.get(synapse))
    }

    /// All synapses, to change their weights; from then on, each has one of its own.
    pub(super) fn each_mut(&mut self) -> &mut Vec<(NeuronIdx, f32)> {
        if !matches!(self, Self::Each(_)) {
            *self = Self::Each(self.iter().collect());
        }
        match self {
            Self::Each(all) => all,
            Self::AlikeShort(..) | Self::Alike(..) => unreachable!("each has a weight of its own"),
        }
    }

    /// Add the weights of these ranges of synapses to the drive of one step. The lines of the ranges are first touched one after the
    /// other, so that their loads from memory overlap.
    #[inline(always)]
    pub(super) fn add(&self, ranges: &[(u32, u32)], drive: &mut [Row]) {
        alike!(self, posts, weight => add_alike(posts, *weight, ranges, drive), all => {
            touch(all, ranges, |&(post, _)| post);
            for &(start, end) in ranges {
                for &(post, weight) in &all[start as usize..end as usize] {
                    let (block, lane) = place(post as usize);
                    drive[block].0[lane] += weight;
                }
            }
        });
    }
}

/// Where a synapse leads.
#[inline(always)]
fn post<P: Copy + Into<NeuronIdx>>(posts: &[P], synapse: usize) -> NeuronIdx {
    posts[synapse].into()
}

#[inline(always)]
fn add_alike<P: Copy + Into<NeuronIdx>>(posts: &[P], weight: f32, ranges: &[(u32, u32)], drive: &mut [Row]) {
    touch(posts, ranges, |&post| post.into());
    for &(start, end) in ranges {
        for &post in &posts[start as usize..end as usize] {
            let (block, lane) = place(post.into() as usize);
            drive[block].0[lane] += weight;
        }
    }
}

#[inline(always)]
fn touch<T>(list: &[T], ranges: &[(u32, u32)], part: impl Fn(&T) -> NeuronIdx) {
    let mut touched = 0;
    for &(start, end) in ranges {
        list[start as usize..end as usize].iter().step_by(LINE / size_of::<T>()).for_each(|synapse| touched ^= part(synapse));
    }
    std::hint::black_box(touched);
}
