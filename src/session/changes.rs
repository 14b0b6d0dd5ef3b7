//! The log of a run in the session: the changes with their steps, shared with snapshots. The shared lists are replaced only after
//! a change.

use super::command::Applied;
use std::sync::Arc;

/// The changes of a run, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    applied: Vec<Applied>,
    /// For every change the moment at which it was made: images, or steps of a network that runs freely.
    moments: Vec<u64>,
    shared: Option<Shared>,
}

/// The changes and their moments.
pub(super) type Shared = (Arc<[Applied]>, Arc<[u64]>);

impl Changes {
    /// Those of a record.
    pub(super) fn new(applied: Vec<Applied>, moments: Vec<u64>) -> Self {
        Self { applied, moments, shared: None }
    }

    pub(super) fn push(&mut self, change: Applied, moment: u64) {
        self.applied.push(change);
        self.moments.push(moment);
        self.shared = None;
    }

    /// Keep the first `count`.
    pub(super) fn truncate(&mut self, count: usize) {
        self.applied.truncate(count);
        self.moments.truncate(count);
        self.shared = None;
    }

    pub(super) fn applied(&self) -> &[Applied] {
        &self.applied
    }

    pub(super) fn moments(&self) -> &[u64] {
        &self.moments
    }

    /// The changes and their moments, without a copy if nothing changed since the last call.
    pub(super) fn share(&mut self) -> Shared {
        let Self { applied, moments, shared } = self;
        let (applied, moments) = shared.get_or_insert_with(|| (applied.as_slice().into(), moments.as_slice().into()));
        (Arc::clone(applied), Arc::clone(moments))
    }
}
