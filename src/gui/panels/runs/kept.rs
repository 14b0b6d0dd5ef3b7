//! Values that follow from a run and do not change while it does not: computed once, not in every frame.

use crate::gui::paint::texture::Same;
use crate::model::NetworkSpec;
use crate::session::Difference;
use std::collections::BTreeMap;
use std::sync::Arc;

/// In what a run differs from the current one, for the networks of both.
pub(super) type Differences = Kept<(Same<NetworkSpec>, Same<NetworkSpec>), Vec<Difference>>;

/// Values by the key of a run, each with what it was made from.
pub(super) struct Kept<K, V> {
    known: BTreeMap<String, (K, Arc<V>)>,
    /// How often one was computed.
    #[cfg(test)]
    pub(super) made: u64,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self {
            known: BTreeMap::new(),
            #[cfg(test)]
            made: 0,
        }
    }
}

impl<K: PartialEq, V> Kept<K, V> {
    /// The value of a run, computed again if it was made from something else.
    pub(super) fn get(&mut self, run: String, from: K, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some((_, value)) = self.known.get(&run).filter(|(known, _)| *known == from) {
            return Arc::clone(value);
        }
        #[cfg(test)]
        {
            self.made += 1;
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

#[cfg(all(test, feature = "ui-tests"))]
mod tests {
    use super::super::free::Free;
    use crate::gui::panel::Context;
    use crate::gui::state::UiState;
    use crate::gui::state::outbox::Outbox;
    use crate::gui::tests::fixture;
    use crate::gui::theme::Palette;
    use crate::session::{FreeView, RunState, Snapshot};
    use std::sync::Arc;

    /// The next snapshot of the same run: another list of spikes, the same network.
    fn later(snapshot: &Snapshot) -> Snapshot {
        let mut view = FreeView::clone(snapshot.free.as_deref().expect("a described network"));
        view.blocks = view.blocks.iter().map(Arc::clone).collect();
        Snapshot { state: RunState::Running, free: Some(Arc::new(view)), ..snapshot.clone() }
    }

    #[test]
    fn differences_and_rates_of_runs_are_computed_once_for_a_pair_of_networks_and_a_record() {
        let (mut free, mut state, mut outbox) = (Free::default(), UiState::default(), Outbox::default());
        let ctx = egui::Context::default();
        let mut snapshot = fixture::free();
        let mut frame = |free: &mut Free, snapshot: &Snapshot| {
            let input = egui::RawInput {
                screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1000.0, 600.0))),
                ..egui::RawInput::default()
            };
            let mut output = ctx.run_ui(input, |ui| {
                let palette = Palette::of(ui.theme());
                let mut cx = Context { snapshot, ui_state: &mut state, outbox: &mut outbox, palette, whole: false };
                free.ui(ui, &mut cx);
            });
            output.textures_delta.clear();
        };
        let made = |free: &Free| (free.differences.made, free.rates.made);
        for _ in 0..5 {
            frame(&mut free, &snapshot);
        }
        // two earlier runs, and the curves of three
        assert_eq!(made(&free), (2, 3));
        for _ in 0..5 {
            snapshot = later(&snapshot);
            frame(&mut free, &snapshot);
        }
        // only the curve of the run that goes on
        assert_eq!(made(&free), (2, 8));
        // a quantity is changed: another network
        let mut view = FreeView::clone(snapshot.free.as_deref().expect("a described network"));
        Arc::make_mut(&mut view.network).set(&"E.tau_m".parse().expect("a path"), "12 ms").expect("a value");
        snapshot.free = Some(Arc::new(view));
        for _ in 0..3 {
            frame(&mut free, &snapshot);
        }
        assert_eq!(made(&free).0, 4);
    }
}
