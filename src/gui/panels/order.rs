//! Order of the receptive fields by how much each has learnt. It changes at most once a second and only for clear differences,
//! so that fields do not move while the user looks at them.

use crate::gui::paint::texture::Same;
use crate::gui::panel::Context;
use crate::session::{LEARNT, concentrations};

/// Minimum time between two sorts, in seconds.
const PAUSE_S: f64 = 1.0;
/// Minimum difference in concentration that changes the order.
const CLEAR: f32 = 0.03;

/// Neurons sorted by how much their fields have learnt, most first.
#[derive(Default)]
pub(super) struct Order {
    /// The run and the weights of the last sort, and its time.
    made: Option<(u64, Same<[f32]>, f64)>,
    /// Concentration of each field when its position last changed.
    known: Vec<f32>,
    ranked: Vec<u32>,
    /// Number of changes of the order.
    pub(super) version: u64,
}

impl Order {
    /// Update from the weights of a snapshot. `still` means that the pointer is on the wall: the order is kept so that a click
    /// selects the intended field.
    pub(super) fn see(&mut self, ctx: &egui::Context, cx: &Context, still: bool) {
        let (weights, now) = (&cx.snapshot.weights, ctx.input(|input| input.time));
        let fresh = (cx.snapshot.generation, Same(weights.w.clone()));
        if self.made.as_ref().is_some_and(|(generation, w, _)| (*generation, w) == (fresh.0, &fresh.1)) {
            return;
        }
        let other_run = self.made.as_ref().is_none_or(|made| made.0 != fresh.0);
        let wait = self.made.as_ref().map_or(0.0, |made| made.2 + PAUSE_S - now);
        if !other_run && (wait > 0.0 || still) {
            if !still {
                // the final weights before a pause are sorted as well
                ctx.request_repaint_after_secs(wait as f32);
            }
            return;
        }
        self.made = Some((fresh.0, fresh.1, now));
        self.rank(&concentrations(&weights.w, weights.n_pre), other_run);
    }

    fn rank(&mut self, fresh: &[f32], other_run: bool) {
        if other_run || self.known.len() != fresh.len() {
            self.known = fresh.to_vec();
            self.ranked = (0..fresh.len() as u32).collect();
        }
        for (known, &fresh) in self.known.iter_mut().zip(fresh) {
            if (*known - fresh).abs() > CLEAR || (*known > LEARNT) != (fresh > LEARNT) {
                *known = fresh;
            }
        }
        let before = self.ranked.clone();
        let known = &self.known;
        // stable: fields with equal values keep their order
        self.ranked.sort_by(|&a, &b| known[b as usize].total_cmp(&known[a as usize]));
        self.version += u64::from(other_run || before != self.ranked);
    }

    /// All neurons, those that have learnt most first.
    pub(super) fn ranked(&self) -> &[u32] {
        &self.ranked
    }

    /// Number of fields that have learnt.
    pub(super) fn learnt(&self) -> usize {
        self.known.iter().filter(|&&known| known > LEARNT).count()
    }

    /// How much the field of a neuron has learnt: its concentration.
    pub(super) fn of(&self, neuron: u32) -> Option<f32> {
        self.known.get(neuron as usize).copied()
    }

    /// These neurons in the chosen order, without hidden ones.
    pub(super) fn arrange(&self, shown: &[u32], cx: &Context) -> Vec<u32> {
        let choice = cx.ui_state.field_order;
        let learnt = |neuron: &u32| !choice.learnt_only || self.of(*neuron).is_some_and(|known| known > LEARNT);
        if !choice.by_learnt {
            return shown.iter().copied().filter(learnt).collect();
        }
        let mut wanted = vec![false; self.ranked.len()];
        for &neuron in shown.iter().filter(|&&neuron| (neuron as usize) < self.ranked.len()) {
            wanted[neuron as usize] = true;
        }
        self.ranked.iter().copied().filter(|&neuron| wanted[neuron as usize]).filter(learnt).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_by_learning_and_small_differences_are_ignored() {
        let mut order = Order::default();
        order.rank(&[0.2, 0.5, 0.19, 0.4], true);
        assert_eq!((order.ranked.as_slice(), order.learnt(), order.version), ([1, 3, 0, 2].as_slice(), 2, 1));
        order.rank(&[0.2, 0.5, 0.215, 0.41], false);
        assert_eq!((order.ranked.as_slice(), order.version), ([1, 3, 0, 2].as_slice(), 1), "below the minimum difference");
        order.rank(&[0.2, 0.5, 0.36, 0.41], false);
        assert_eq!((order.ranked.as_slice(), order.learnt(), order.version), ([1, 3, 2, 0].as_slice(), 3, 2));
    }
}
