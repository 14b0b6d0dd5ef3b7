//! Which neuron the views show while none is pinned: the winner of the image. It changes at most once a second while the network
//! runs, so that the user can look at it.

use crate::gui::state::UiState;
use crate::params::ParamId;
use crate::session::{Aspect, Layer, RunState, Snapshot};
use std::cmp::Ordering;
use std::time::Instant;

/// Follows the winner of the image at a limited rate.
#[derive(Debug, Default)]
pub(crate) struct Follow {
    /// The most active neuron of each class, whose potentials are recorded.
    candidates: Vec<u32>,
    /// Image count at which they are chosen again.
    next: u64,
    /// Image count of the previous snapshot; a snapshot of the past may have a lower one.
    last: u64,
    generation: u64,
    /// When the displayed neuron last changed.
    changed: Option<Instant>,
}

/// Minimum duration of an image for its winner to be followed at once.
const CALM_IMAGES_PER_S: f64 = 2.0;
/// Minimum difference in the distance to threshold, in mV, for another neuron to be shown instead.
const RESTLESS_MV: f32 = 0.5;
/// Images between two choices of candidates.
const EVERY: u64 = 50;
/// Minimum time in seconds for which a neuron is shown while the network runs.
const STAY_S: f64 = 1.0;
/// Maximum number of first-spike outputs that are all recorded; above it, one per class.
const RECORD_ALL: usize = 24;

impl Follow {
    /// Process a new snapshot.
    pub(crate) fn see(&mut self, snapshot: &Snapshot, state: &mut UiState) {
        self.see_at(snapshot, state, Instant::now());
    }

    fn see_at(&mut self, snapshot: &Snapshot, state: &mut UiState, now: Instant) {
        if snapshot.generation != self.generation {
            *self = Self { generation: snapshot.generation, ..Self::default() };
        }
        if let Some(view) = &snapshot.free
            && view.locate(state.selected_neuron).is_none_or(|(population, _)| !population.has_potential)
        {
            state.selected_neuron = view.first_with_potential().unwrap_or(0);
        }
        if !snapshot.shows(Aspect::Answers) {
            return;
        }
        if snapshot.shows(Aspect::FirstSpike) && snapshot.class_of.len() <= RECORD_ALL {
            self.candidates = (0..snapshot.class_of.len() as u32).collect();
        } else if snapshot.trial.index >= self.next.max(EVERY) || snapshot.trial.index + 1 < self.last {
            self.next = snapshot.trial.index + ((STAY_S * snapshot.pace.images_per_s) as u64).max(EVERY);
            self.candidates = best_of_each_class(snapshot);
        }
        self.last = snapshot.trial.index;
        let runs = snapshot.state == RunState::Running && !snapshot.trial.awaits_reward;
        let stays = runs && self.changed.is_some_and(|changed| now.saturating_duration_since(changed).as_secs_f64() < STAY_S);
        if state.neuron_pinned || stays {
            return;
        }
        let nearest = || if is_calm(snapshot) { nearest(snapshot, state.selected_neuron) } else { None };
        if let Some(neuron) = winner(snapshot).or_else(nearest).filter(|&neuron| neuron != state.selected_neuron) {
            state.selected_neuron = neuron;
            self.changed = Some(now);
        }
    }

    /// Neurons whose potentials are to be recorded, the selected one first.
    pub(crate) fn watched(&self, selected: u32) -> Vec<u32> {
        std::iter::once(selected).chain(self.candidates.iter().copied().filter(|&neuron| neuron != selected)).collect()
    }
}

/// Whether images are shown long enough to look at the winner of each.
fn is_calm(snapshot: &Snapshot) -> bool {
    snapshot.state != RunState::Running || snapshot.trial.awaits_reward || snapshot.pace.images_per_s < CALM_IMAGES_PER_S
}

/// The winner of the current image: among the neurons of the answered class (before the answer: all neurons) the one with most
/// spikes; in a tie the one that fired first. `None` while no output neuron has fired.
fn winner(snapshot: &Snapshot) -> Option<u32> {
    let elapsed = (snapshot.trial.elapsed_ms / snapshot.dt_ms.max(1e-6)).round() as u64;
    let onset = snapshot.step.0.saturating_sub(elapsed);
    let mut fired = vec![(0_u32, u64::MAX); snapshot.class_of.len()];
    let from = snapshot.spikes.partition_point(|spike| spike.step < onset);
    for spike in snapshot.spikes[from..].iter().filter(|spike| spike.layer == Layer::Output) {
        if let Some((count, first)) = fired.get_mut(spike.neuron as usize) {
            (*count, *first) = (*count + 1, (*first).min(spike.step));
        }
    }
    let best = |of: &dyn Fn(usize) -> bool| {
        let all = fired.iter().enumerate().filter(|&(neuron, &(count, _))| count > 0 && of(neuron));
        all.max_by(|(_, a), (_, b)| a.0.cmp(&b.0).then(b.1.cmp(&a.1))).map(|(neuron, _)| neuron as u32)
    };
    let answer = snapshot.trial.answer;
    let decided = answer.and_then(|_| best(&|neuron| snapshot.class_of[neuron] == answer));
    decided.or_else(|| best(&|_| true))
}

/// Before the first spike: the neuron nearest to its threshold; `shown` unless another one is clearly nearer.
fn nearest(snapshot: &Snapshot, shown: u32) -> Option<u32> {
    let v_th = snapshot.params.get(ParamId::VTh) as f32;
    let below = |neuron: usize| {
        let (v, theta) = (snapshot.v_mv.get(neuron)?, snapshot.theta_mv.get(neuron)?);
        Some(v_th + theta - v).filter(|below| below.is_finite())
    };
    let all = (0..snapshot.class_of.len()).filter_map(|neuron| Some((below(neuron)?, neuron)));
    let nearest = all.min_by(|a, b| a.0.total_cmp(&b.0))?;
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
    use std::time::Duration;

    fn spike(step: u64, neuron: u32) -> SpikeEvent {
        SpikeEvent { step, neuron, layer: Layer::Output }
    }

    /// A snapshot whose current image has these output spikes, given by steps after its onset.
    fn with(spikes: &[(u64, u32)]) -> Snapshot {
        let mut snapshot = fixture::classification();
        let onset = snapshot.step.0 - 162;
        snapshot.trial.answer = None;
        snapshot.spikes = spikes.iter().map(|&(step, neuron)| spike(onset + step, neuron)).collect();
        snapshot
    }

    #[test]
    fn follows_the_winner_or_before_a_spike_the_neuron_nearest_to_threshold() {
        let mut snapshot = with(&[(5, 40), (9, 41), (12, 41)]);
        let onset = snapshot.step.0 - 162;
        let before = [spike(onset - 30, 9), spike(onset - 20, 9), spike(onset - 10, 9)];
        snapshot.spikes = before.iter().chain(snapshot.spikes.iter()).copied().collect();
        assert_eq!(winner(&snapshot), Some(41));
        snapshot.trial.answer = snapshot.class_of[40];
        snapshot.class_of = (0..400).map(|neuron| Some(if neuron == 41 { 9 } else { 1 })).collect();
        snapshot.trial.answer = Some(1);
        assert_eq!(winner(&snapshot), Some(40), "the neuron with the deciding spike is the winner");
        snapshot.spikes = before.to_vec().into();
        assert_eq!(winner(&snapshot), None);
        let (mut v, mut theta) = (vec![-60.0; 400], vec![3.0; 400]);
        (v[7], theta[7], v[8], theta[8]) = (-54.0, 20.0, -56.0, 0.0);
        (snapshot.v_mv, snapshot.theta_mv) = (v.into(), theta.clone().into());
        assert_eq!(nearest(&snapshot, 9), Some(8));
        theta[30] = -0.2 - 4.0;
        snapshot.theta_mv = theta.into();
        assert_eq!(nearest(&snapshot, 8), Some(8), "a small difference does not change the neuron");
        assert_eq!(nearest(&fixture::network(0, 0.0), 3), None);
    }

    #[test]
    fn winner_is_shown_for_a_second_at_high_speed_and_updated_at_once_on_pause() {
        let (mut follow, mut state, start) = (Follow::default(), UiState::default(), Instant::now());
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut fast = with(&[(5, 40)]);
        (fast.state, fast.pace.images_per_s) = (RunState::Running, 40.0);
        // a neuron with the highest mean rate that is silent in this image must not be shown
        let mut rates = vec![0.0; 400];
        rates[3] = 9.0;
        fast.rates = rates.into();
        follow.see_at(&fast, &mut state, at(0));
        assert_eq!(state.selected_neuron, 40);
        fast.spikes = with(&[(7, 50)]).spikes;
        follow.see_at(&fast, &mut state, at(500));
        assert_eq!(state.selected_neuron, 40, "the winner is shown for at least a second");
        follow.see_at(&fast, &mut state, at(1100));
        assert_eq!(state.selected_neuron, 50);
        let silent = Snapshot { spikes: with(&[]).spikes, ..fast.clone() };
        follow.see_at(&silent, &mut state, at(2500));
        assert_eq!(state.selected_neuron, 50, "no neuron has won this image yet");
        let paused = Snapshot { state: RunState::Paused, spikes: with(&[(7, 60)]).spikes, ..fast.clone() };
        follow.see_at(&fast, &mut state, at(2600));
        follow.see_at(&paused, &mut state, at(2610));
        assert_eq!(state.selected_neuron, 60);
        state.select_neuron(7);
        follow.see_at(&paused, &mut state, at(9000));
        assert_eq!(state.selected_neuron, 7, "a pinned neuron stays");
    }
}
