//! The view of spikes by keyboard: arrow keys select a neuron and one of its spikes, which is marked.

use crate::gui::paint::bands::Band;
use crate::gui::panel::Context;
use crate::session::{FreeView, SpikeMoment};
use egui::{EventFilter, Key, Response, Ui};

/// Rows by which Page Up and Page Down move.
const PAGE: usize = 10;

/// Act on the keys, if the view has the focus: up and down move over the rows of neurons with a potential, left and right over the spikes
/// of the selected one; Enter explains the spike.
pub(super) fn keys(ui: &Ui, response: &Response, view: &FreeView, bands: &[Band], cx: &mut Context) {
    if !response.has_focus() {
        return;
    }
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let pressed = |key| ui.input(|input| input.num_presses(key));
    let down = pressed(Key::ArrowDown) + PAGE * pressed(Key::PageDown);
    let up = pressed(Key::ArrowUp) + PAGE * pressed(Key::PageUp);
    if down != up {
        let rows: Vec<u32> = bands.iter().filter(|band| has_potential(view, band)).flat_map(rows).collect();
        let at = rows.partition_point(|&neuron| neuron < cx.ui_state.selected_neuron);
        let goal = (at + down).saturating_sub(up).min(rows.len().saturating_sub(1));
        if let Some(&neuron) = rows.get(goal) {
            cx.ui_state.select_neuron(neuron);
            cx.ui_state.spike_moment = SpikeMoment::LastSpike;
        }
    }
    for (key, later) in [(Key::ArrowLeft, false), (Key::ArrowRight, true)] {
        for _ in 0..pressed(key) {
            let now = moment(view, cx);
            let beside = now.and_then(|now| view.spike_beside(cx.ui_state.selected_neuron, now, later));
            // the first key marks the last spike, if it is not marked yet
            let is_marked = matches!(cx.ui_state.spike_moment, SpikeMoment::At(_));
            if let Some(step) = beside.filter(|_| is_marked).or(now) {
                cx.ui_state.spike_moment = SpikeMoment::At(step);
            }
        }
    }
    if pressed(Key::Enter) > 0 {
        cx.ui_state.wants_panel = Some("why_spike");
    }
}

/// The step of the spike in question: the chosen one, or the last of the selected neuron.
pub(super) fn moment(view: &FreeView, cx: &Context) -> Option<u64> {
    match cx.ui_state.spike_moment {
        SpikeMoment::At(step) => Some(step),
        SpikeMoment::LastSpike | SpikeMoment::Now => view.spike_beside(cx.ui_state.selected_neuron, u64::MAX, false),
    }
}

fn has_potential(view: &FreeView, band: &Band) -> bool {
    view.locate(band.first).is_some_and(|(population, _)| population.has_potential)
}

/// The neurons of a band that have a row.
fn rows(band: &Band) -> impl Iterator<Item = u32> + use<> {
    let Band { first, every, .. } = *band;
    (0..band.rows()).map(move |row| first + row * every.max(1))
}
