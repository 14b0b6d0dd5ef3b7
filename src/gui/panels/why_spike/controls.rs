//! The moment in question, and what the list shows.

use super::decimals;
use crate::gui::panel::Context;
use crate::gui::state::choices::SpikeList;
use crate::gui::theme::{self, Sign, Weight};
use crate::session::SpikeMoment;
use egui::{Role, Ui, WidgetInfo, vec2};

/// Height of a row of buttons with its gap, in points.
const ROW: f32 = 32.0;
/// Width of the buttons that change the time, and of the time.
const STEP: f32 = 26.0;
const TIME: f32 = 92.0;
const BACK: f32 = 54.0;
/// Minimum width of the choice of lists, in points.
const LISTS: f32 = 170.0;

pub(super) fn ui(ui: &mut Ui, cx: &mut Context, before: &mut Vec<(u32, SpikeMoment)>) {
    if theme::is_figure(ui.ctx()) {
        return;
    }
    let width = ui.available_width();
    ui.spacing_mut().item_spacing = vec2(6.0, ROW - 26.0);
    let times = 2.0 * (STEP + 6.0) + TIME;
    if width > 620.0 {
        ui.horizontal(|ui| {
            let each = (width - back(ui, cx, before) - times - 12.0) / 2.0;
            moments(ui, cx, each);
            steps(ui, cx);
            lists(ui, cx, each);
        });
        return;
    }
    ui.horizontal(|ui| {
        let left = width - back(ui, cx, before);
        moments(ui, cx, left);
    });
    let beside = width > times + LISTS;
    ui.horizontal(|ui| {
        steps(ui, cx);
        if beside {
            lists(ui, cx, width - times - 6.0);
        }
    });
    if !beside {
        lists(ui, cx, width);
    }
}

/// Back to the neuron and the time before, if there are any; returns the width that it takes.
fn back(ui: &mut Ui, cx: &mut Context, before: &mut Vec<(u32, SpikeMoment)>) -> f32 {
    let Some(&(neuron, moment)) = before.last() else { return 0.0 };
    let response = theme::button(ui, Sign::None, "Back", Weight::Usual, BACK);
    if response.on_hover_text("Return to the neuron and the time shown before this sender was selected.").clicked() {
        before.pop();
        cx.ui_state.select_neuron(neuron);
        cx.ui_state.spike_moment = moment;
    }
    BACK + 6.0
}

/// Last spike, the present, or a time.
fn moments(ui: &mut Ui, cx: &mut Context, width: f32) {
    let chosen = match cx.ui_state.spike_moment {
        SpikeMoment::LastSpike => 0,
        SpikeMoment::Now => 1,
        SpikeMoment::At(_) => 2,
    };
    match theme::segments(ui, &["Last spike", "Current", "Time"], Some(chosen), width) {
        Some(0) => cx.ui_state.spike_moment = SpikeMoment::LastSpike,
        Some(1) => cx.ui_state.spike_moment = SpikeMoment::Now,
        Some(_) => cx.ui_state.spike_moment = SpikeMoment::At(shown_step(cx)),
        None => {}
    }
}

/// The spikes before and after, and the time itself.
fn steps(ui: &mut Ui, cx: &mut Context) {
    let now = shown_step(cx);
    let neuron = cx.ui_state.selected_neuron;
    for (sign, words, later) in [("‹", "Previous spike", false), ("›", "Next spike", true)] {
        let response = theme::button(ui, Sign::None, sign, Weight::Usual, STEP);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words));
        if response.on_hover_text(format!("{words} of this neuron in the recorded time.")).clicked()
            && let Some(step) = cx.snapshot.free.as_deref().and_then(|view| view.spike_beside(neuron, now, later))
        {
            cx.ui_state.spike_moment = SpikeMoment::At(step);
        }
    }
    let dt_ms = cx.snapshot.dt_ms.max(1e-6);
    let last = cx.snapshot.step.0.saturating_sub(1);
    let mut ms = now as f64 * dt_ms;
    let field = egui::DragValue::new(&mut ms)
        .range(0.0..=last as f64 * dt_ms)
        .speed(dt_ms)
        .suffix(" ms")
        .min_decimals(decimals(dt_ms))
        .max_decimals(decimals(dt_ms));
    let response = ui.add_sized(vec2(TIME, 26.0), field);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::SpinButton, true, "Time in ms");
        info.value = Some(ms);
        info
    });
    let step = (ms / dt_ms).round() as u64;
    if response.changed() && step != now {
        cx.ui_state.spike_moment = SpikeMoment::At(step.min(last));
    }
    response.on_hover_text("Time of the explained potential, in ms since the start of the run.");
}

/// What the list shows.
fn lists(ui: &mut Ui, cx: &mut Context, width: f32) {
    let all = [SpikeList::Terms, SpikeList::Senders, SpikeList::Spikes];
    let chosen = all.iter().position(|&list| list == cx.ui_state.spike_list);
    if let Some(index) = theme::segments(ui, &["Terms", "Senders", "Spikes"], chosen, width) {
        cx.ui_state.spike_list = all[index];
    }
}

/// The explained step; without an explanation that of the question.
fn shown_step(cx: &Context) -> u64 {
    let told = cx.snapshot.why_spike.as_deref().and_then(|told| told.as_ref().ok()).map(|why| why.asked.step);
    match cx.ui_state.spike_moment {
        SpikeMoment::At(step) => step,
        _ => told.unwrap_or(cx.snapshot.step.0.saturating_sub(1)),
    }
}
