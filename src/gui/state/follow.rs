//! Which neuron the views show until a person picks one: the one worth looking at, without restlessness.

use crate::gui::state::UiState;
use crate::params::ParamId;
use crate::session::{Layer, RunState, Snapshot};
use std::cmp::Ordering;

/// Follows the winner of the image, slowly enough for the eye.
#[derive(Debug, Default)]
pub(crate) struct Follow {
    /// The most active neuron of each class; their potentials are recorded.
    candidates: Vec<u32>,
    /// Number of images after which they are chosen anew.
    next: u64,
    /// Images before the snapshot seen last: a time traveller may have gone back.
    last: u64,
    generation: u64,
}

/// An image shown for less than this is gone before one could look at its winner.
const CALM_IMAGES_PER_S: f64 = 2.0;
/// By how much nearer to its threshold another neuron must be to be shown instead, in mV.
const RESTLESS_MV: f32 = 0.5;
const FIRST: u64 = 50;
/// Seconds for which the most active neuron stays, and share of its rate below which another takes its place.
const PATIENCE_S: f64 = 1.0;
const ACTIVE: f32 = 0.7;
/// Of so many neurons that race all are drawn; of more, one a class.
const ALL_OF_A_RACE: usize = 24;

impl Follow {
    /// Look at a new snapshot.
    pub(crate) fn see(&mut self, snapshot: &Snapshot, state: &mut UiState) {
        if snapshot.generation != self.generation {
            *self = Self { generation: snapshot.generation, ..Self::default() };
        }
        if !snapshot.protocol.classifies() {
            return;
        }
        if snapshot.protocol.races() && snapshot.class_of.len() <= ALL_OF_A_RACE {
            self.candidates = (0..snapshot.class_of.len() as u32).collect();
        } else if snapshot.trial.index >= self.next.max(FIRST) || snapshot.trial.index + 1 < self.last {
            let patience = (PATIENCE_S * snapshot.pace.images_per_s) as u64;
            self.next = snapshot.trial.index + patience.max(FIRST);
            self.candidates = best_of_each_class(snapshot);
            if let (false, Some(&best)) = (state.neuron_pinned, self.candidates.first()) {
                let rate = |neuron: u32| snapshot.rates.get(neuron as usize).copied().unwrap_or(0.0);
                // nearly as active is active enough
                if rate(state.selected_neuron) < ACTIVE * rate(best) {
                    state.selected_neuron = best;
                }
            }
        }
        self.last = snapshot.trial.index;
        if is_calm(snapshot) && !state.neuron_pinned {
            state.selected_neuron = leader(snapshot, state.selected_neuron).unwrap_or(state.selected_neuron);
        }
    }

    /// Neurons whose potentials should be recorded, the selected one first.
    pub(crate) fn watched(&self, selected: u32) -> Vec<u32> {
        std::iter::once(selected).chain(self.candidates.iter().copied().filter(|&neuron| neuron != selected)).collect()
    }
}

/// Whether images stay long enough to look at the winner of each.
pub(crate) fn is_calm(snapshot: &Snapshot) -> bool {
    snapshot.state != RunState::Running || snapshot.pace.images_per_s < CALM_IMAGES_PER_S
}

/// The neuron that leads: the one that fired most in the image being shown; before the first spike the one nearest to its
/// threshold, `shown` unless another is clearly nearer.
fn leader(snapshot: &Snapshot, shown: u32) -> Option<u32> {
    let elapsed = (snapshot.trial.elapsed_ms / snapshot.dt_ms.max(1e-6)).round() as u64;
    let onset = snapshot.step.0.saturating_sub(elapsed);
    let mut counts = vec![0_u32; snapshot.class_of.len()];
    let from = snapshot.spikes.partition_point(|spike| spike.step < onset);
    for spike in snapshot.spikes[from..].iter().filter(|spike| spike.layer == Layer::Output) {
        if let Some(count) = counts.get_mut(spike.neuron as usize) {
            *count += 1;
        }
    }
    if let Some(most) = counts.iter().copied().max().filter(|&most| most > 0) {
        return counts.iter().position(|&count| count == most).map(|neuron| neuron as u32);
    }
    let v_th = snapshot.params.get(ParamId::VTh) as f32;
    let below = |neuron: usize| {
        let (v, theta) = (snapshot.v_mv.get(neuron)?, snapshot.theta_mv.get(neuron)?);
        Some(v_th + theta - v).filter(|below| below.is_finite())
    };
    let nearest = (0..counts.len()).filter_map(|neuron| Some((below(neuron)?, neuron))).min_by(|a, b| a.0.total_cmp(&b.0))?;
    let same = below(shown as usize).is_some_and(|below| below - nearest.0 < RESTLESS_MV);
    Some(if same { shown } else { nearest.1 as u32 })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;
    use crate::session::SpikeEvent;

    #[test]
    fn who_leads_in_this_image_is_followed_not_the_winner_of_the_last() {
        let mut snapshot = fixture::classification();
        let onset = snapshot.step.0 - 162;
        let spike = |step, neuron| SpikeEvent { step, neuron, layer: Layer::Output };
        let before = [spike(onset - 30, 9), spike(onset - 20, 9), spike(onset - 10, 9)];
        snapshot.spikes = [&before[..], &[spike(onset + 5, 40), spike(onset + 9, 41), spike(onset + 12, 41)]].concat().into();
        assert_eq!(leader(&snapshot, 9), Some(41));
        // nobody fired yet: the nearest to its threshold, which is its own
        snapshot.spikes = before.to_vec().into();
        let (mut v, mut theta) = (vec![-60.0; 400], vec![3.0; 400]);
        (v[7], theta[7], v[8], theta[8]) = (-54.0, 20.0, -56.0, 0.0);
        (snapshot.v_mv, snapshot.theta_mv) = (v.into(), theta.clone().into());
        assert_eq!(leader(&snapshot, 9), Some(8));
        theta[30] = -0.2 - 4.0;
        snapshot.theta_mv = theta.into();
        assert_eq!(leader(&snapshot, 8), Some(8), "hardly nearer is no reason to jump");
        assert_eq!(leader(&fixture::network(0, 0.0), 3), None);
    }
}
