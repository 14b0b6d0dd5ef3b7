//! Values that follow from a run and do not change while it does not: computed once, not in every frame.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Values by the key of a run, each with what it was made from.
pub(super) struct Kept<K, V> {
    known: BTreeMap<String, (K, Arc<V>)>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self { known: BTreeMap::new() }
    }
}

impl<K: PartialEq, V> Kept<K, V> {
    /// The value of a run, computed again if it was made from something else.
    pub(super) fn get(&mut self, run: String, from: K, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some((_, value)) = self.known.get(&run).filter(|(known, _)| *known == from) {
            return Arc::clone(value);
        }
        let value = Arc::new(make());
        self.known.insert(run, (from, Arc::clone(&value)));
        value
    }

    /// Forget the runs that do not satisfy `stays`.
    pub(super) fn retain(&mut self, stays: impl Fn(&str) -> bool) {
        self.known.retain(|run, _| stays(run));
    }
}
