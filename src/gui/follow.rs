//! Which neuron the views show until a person picks one: the one worth looking at, without restlessness.

use super::state::UiState;
use crate::session::{Layer, RunState, Snapshot};
use std::cmp::Ordering;

/// Follows the winner of the image, slowly enough for the eye.
#[derive(Debug, Default)]
pub(super) struct Follow {
    /// The most active neuron of each class; their potentials are recorded.
    candidates: Vec<u32>,
    /// Number of images at which they are chosen anew.
    next: u64,
    generation: u64,
}

/// An image shown for less than this is gone before one could look at its winner.
const CALM_IMAGES_PER_S: f64 = 2.0;
const FIRST: u64 = 50;
/// Of so many neurons that race all are drawn; of more, one a class.
const ALL_OF_A_RACE: usize = 24;

impl Follow {
    /// Look at a new snapshot.
    pub(super) fn see(&mut self, snapshot: &Snapshot, state: &mut UiState) {
        if snapshot.generation != self.generation {
            *self = Self { generation: snapshot.generation, ..Self::default() };
        }
        if !snapshot.protocol.classifies() {
            return;
        }
        if snapshot.protocol.races() && snapshot.class_of.len() <= ALL_OF_A_RACE {
            self.candidates = (0..snapshot.class_of.len() as u32).collect();
        } else if snapshot.trial.index >= self.next.max(FIRST) {
            self.next = snapshot.trial.index.saturating_mul(2);
            self.candidates = best_of_each_class(snapshot);
            if let (false, Some(&best)) = (state.neuron_pinned, self.candidates.first()) {
                state.selected_neuron = best;
            }
        }
        if is_calm(snapshot) && !state.neuron_pinned {
            state.selected_neuron = winner(snapshot).unwrap_or(state.selected_neuron);
        }
    }

    /// Neurons whose potentials should be recorded, the selected one first.
    pub(super) fn watched(&self, selected: u32) -> Vec<u32> {
        std::iter::once(selected).chain(self.candidates.iter().copied().filter(|&neuron| neuron != selected)).collect()
    }
}

/// Whether images stay long enough to look at the winner of each.
pub(super) fn is_calm(snapshot: &Snapshot) -> bool {
    snapshot.state != RunState::Running || snapshot.pace.images_per_s < CALM_IMAGES_PER_S
}

/// The output neuron that fired most in the stretch that is shown; of several the first.
fn winner(snapshot: &Snapshot) -> Option<u32> {
    let mut counts = vec![0_u32; snapshot.rates.len()];
    for spike in snapshot.spikes.iter().filter(|spike| spike.layer == Layer::Output) {
        if let Some(count) = counts.get_mut(spike.neuron as usize) {
            *count += 1;
        }
    }
    let most = counts.iter().copied().max().filter(|&most| most > 0)?;
    counts.iter().position(|&count| count == most).map(|neuron| neuron as u32)
}

fn best_of_each_class(snapshot: &Snapshot) -> Vec<u32> {
    let mut best: Vec<Option<(f32, u32)>> = vec![None; snapshot.classes];
    for (neuron, (&rate, class)) in snapshot.rates.iter().zip(snapshot.class_of.iter()).enumerate() {
        let Some(place) = class.and_then(|class| best.get_mut(class as usize)) else { continue };
        if place.is_none_or(|(other, _)| rate > other) {
            *place = Some((rate, neuron as u32));
        }
    }
    let mut best: Vec<(f32, u32)> = best.into_iter().flatten().filter(|(rate, _)| *rate > 0.0).collect();
    best.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal));
    best.into_iter().map(|(_, neuron)| neuron).collect()
}
