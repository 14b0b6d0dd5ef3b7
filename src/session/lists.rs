//! The lists of a snapshot, shared with the snapshots before it as long as they did not change.

use super::history::History;
use super::recent::Recent;
use super::snapshot::{AccuracyPoint, ImageOnset, SpikeEvent};
use crate::experiment::TrialRecord;
use std::sync::Arc;

/// A list with what it was made from.
struct Shared<K, T> {
    made: Option<K>,
    list: Arc<[T]>,
}

impl<K, T> Default for Shared<K, T> {
    fn default() -> Self {
        Self { made: None, list: Arc::from([]) }
    }
}

impl<K: PartialEq, T> Shared<K, T> {
    /// The list, made again if the key differs.
    fn get(&mut self, key: K, make: impl FnOnce() -> Arc<[T]>) -> Arc<[T]> {
        if self.made.as_ref() != Some(&key) {
            (self.list, self.made) = (make(), Some(key));
        }
        Arc::clone(&self.list)
    }
}

/// The lists of one run. Another run, or another moment of it, needs other lists.
#[derive(Default)]
pub(super) struct Lists {
    trials: Shared<u64, TrialRecord>,
    accuracy: Shared<(usize, Option<u64>), AccuracyPoint>,
    confusion: Shared<u64, u32>,
    rates: Shared<u64, f32>,
    spikes: Shared<(u64, u64, usize), SpikeEvent>,
    onsets: Shared<(u64, u64, usize), ImageOnset>,
}

impl Lists {
    pub(super) fn trials(&mut self, history: &History) -> Arc<[TrialRecord]> {
        self.trials.get(history.seen(), || history.trials.iter().copied().collect())
    }

    pub(super) fn accuracy(&mut self, history: &History) -> Arc<[AccuracyPoint]> {
        let key = (history.accuracy.len(), history.accuracy.last().map(|point| point.image));
        self.accuracy.get(key, || history.accuracy.as_slice().into())
    }

    pub(super) fn confusion(&mut self, history: &History) -> Arc<[u32]> {
        self.confusion.get(history.seen(), || history.confusion.as_slice().into())
    }

    pub(super) fn rates(&mut self, history: &History) -> Arc<[f32]> {
        self.rates.get(history.seen(), || history.rates.as_slice().into())
    }

    pub(super) fn spikes(&mut self, recent: &Recent) -> Arc<[SpikeEvent]> {
        let spikes = recent.spikes();
        self.spikes.get((recent.window_start(), recent.end(), spikes.len()), || spikes.into())
    }

    pub(super) fn onsets(&mut self, recent: &Recent) -> Arc<[ImageOnset]> {
        let onsets = recent.onsets();
        self.onsets.get((recent.window_start(), recent.end(), onsets.len()), || onsets.into())
    }
}
