//! Relays that pool the spikes of neighbouring neurons on their way to a projection.
//!
//! A relay transmits every spike of the neurons it pools (sum pooling), or only the first of a trial (max pooling in time:
//! Masquelier & Thorpe 2007; Mozafari et al. 2019). Relays are a simplification without dynamics of their own.

use super::archive::{Archive, ArchiveError, Persist};
use std::sync::Arc;

/// Marks a neuron without a relay; no layer has so many neurons.
const NOWHERE: u32 = u32::MAX;

/// The relays of a projection.
#[derive(Debug, Clone)]
pub struct Relay {
    /// Relay of every neuron of the source.
    to: Arc<[u32]>,
    relays: usize,
    /// Relays that have transmitted a spike in this trial; empty if they transmit all spikes.
    spent: Vec<u8>,
}

impl Relay {
    /// Relays by the neuron of the source; `None` for a neuron without a target. With `once` each relay fires at most
    /// once per trial.
    pub fn new(to: impl IntoIterator<Item = Option<u32>>, once: bool) -> Self {
        let to: Arc<[u32]> = to.into_iter().map(|relay| relay.unwrap_or(NOWHERE)).collect();
        let relays = to.iter().filter(|&&relay| relay != NOWHERE).map(|&relay| relay as usize + 1).max().unwrap_or(0);
        Self { to, relays, spent: vec![0; if once { relays } else { 0 }] }
    }

    /// Neurons of the source.
    pub fn len(&self) -> usize {
        self.to.len()
    }

    /// Whether the source has no neurons.
    pub fn is_empty(&self) -> bool {
        self.to.is_empty()
    }

    /// Number of relays.
    pub fn relays(&self) -> usize {
        self.relays
    }

    /// Whether each relay transmits only the first spike of a trial.
    pub fn passes_first(&self) -> bool {
        !self.spent.is_empty()
    }

    /// The relay of a neuron of the source.
    pub fn of(&self, neuron: usize) -> Option<usize> {
        self.to.get(neuron).filter(|&&relay| relay != NOWHERE).map(|&relay| relay as usize)
    }

    /// A new trial.
    pub(super) fn begin_trial(&mut self) {
        self.spent.fill(0);
    }

    /// Append the spikes that the relays transmit.
    pub(super) fn pass(&mut self, spikes: &[u32], passed: &mut Vec<u32>) {
        let Self { to, relays: _, spent } = self;
        for &neuron in spikes {
            let relay = to[neuron as usize];
            if relay == NOWHERE || spent.get_mut(relay as usize).is_some_and(|spent| std::mem::replace(spent, 1) == 1) {
                continue;
            }
            passed.push(relay);
        }
    }
}

impl Persist for Relay {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { to: _, relays: _, spent } = self;
        if spent.is_empty() {
            // relays that transmit all spikes have no state
            return Ok(());
        }
        archive.u8s("relays", spent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relays_sum_or_let_only_the_first_through_and_a_neuron_without_one_is_not_heard() {
        let to = [Some(0), Some(0), None, Some(2)];
        let mut all = Relay::new(to, false);
        let mut first = Relay::new(to, true);
        assert_eq!((all.len(), all.relays(), all.of(2), all.of(3)), (4, 3, None, Some(2)));
        let pass = |relay: &mut Relay, spikes: &[u32]| {
            let mut passed = Vec::new();
            relay.pass(spikes, &mut passed);
            passed
        };
        assert_eq!(pass(&mut all, &[0, 1, 2, 3]), [0, 0, 2]);
        assert_eq!(pass(&mut first, &[1, 2]), [0]);
        assert_eq!(pass(&mut first, &[0, 3]), [2]);
        first.begin_trial();
        assert_eq!(pass(&mut first, &[0, 3]), [0, 2]);
    }
}
