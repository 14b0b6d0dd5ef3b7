//! What follows from the projections of a network and does not change: where each of them leads, how its spikes are delivered, and
//! for how long spikes have to be remembered.

use super::{Projection, Source};
use crate::engine::projection::{Sparse, Synapses};

/// How the spikes of a projection reach its synapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// They are gathered for each chunk, because a rule, a relay or short-term plasticity needs them.
    Gathered,
    /// Static sparse synapses of one delay take them from the record of their population.
    Recorded,
    /// Static sparse synapses of different delays: each event waits for its step.
    InFlight,
}

/// The plan of a network.
#[derive(Debug)]
pub(super) struct Plan {
    /// Projections onto each receptor of each population, without those that transmit currents.
    pub(super) onto: Vec<Vec<Vec<usize>>>,
    /// Of every projection.
    pub(super) routes: Vec<Route>,
    /// Steps for which the spikes of every population are remembered: the longest delay from it.
    pub(super) remember: Vec<usize>,
}

impl Plan {
    /// The plan of projections between populations with these numbers of receptors.
    pub(super) fn new(projections: &[Projection], receptors: &[usize]) -> Self {
        let mut onto: Vec<_> = receptors.iter().map(|&receptors| vec![Vec::new(); receptors]).collect();
        let mut remember = vec![0; receptors.len()];
        for (index, projection) in projections.iter().enumerate() {
            if !matches!(projection.source, Source::Current(_)) {
                onto[projection.target][projection.receptor].push(index);
            }
            if let Source::Population { index, .. } = projection.source {
                remember[index] = remember[index].max(projection.longest_delay());
            }
        }
        Self { onto, routes: projections.iter().map(route).collect(), remember }
    }
}

fn route(projection: &Projection) -> Route {
    match (projection.source, plain(projection)) {
        (Source::Population { .. }, Some(sparse)) if sparse.delay_span() == 0 => Route::Recorded,
        (Source::Population { .. }, Some(_)) => Route::InFlight,
        _ => Route::Gathered,
    }
}

/// The static sparse synapses of a projection that does nothing but add their weights.
pub(super) fn plain(projection: &Projection) -> Option<&Sparse> {
    match &projection.synapses {
        Synapses::Sparse(store) if store.rule.is_none() && projection.relay.is_none() && projection.short_term.is_none() => {
            Some(&store.weights)
        }
        _ => None,
    }
}
