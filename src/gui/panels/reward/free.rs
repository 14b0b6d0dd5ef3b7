//! The concentration of the neuromodulator of a network that runs freely, and buttons to reward it.

use crate::gui::export::tables;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{fixed, signed};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::panels::populations::{span, words};
use crate::gui::theme;
use crate::gui::window::reward::buttons_at_any_time;
use crate::session::FreeView;
use egui::{Align2, Sense, Stroke, Ui, vec2};

/// Height of the row of buttons with its distance from the plot, in points.
const BUTTONS: f32 = 34.0;

/// The present concentration at the first projection that learns from reward.
fn now(view: &FreeView) -> Option<f32> {
    view.modulator_since(0, view.span().1.saturating_sub(1)).last().map(|(_, concentration)| concentration)
}

pub(super) fn caption(view: &FreeView, cx: &Context) -> (String, String) {
    let names: Vec<&str> = view.modulated().collect();
    let now = now(view).map_or(String::new(), |d| format!("D = {}", signed(f64::from(d), 2)));
    (format!("{} · {}", words(cx.snapshot, cx.ui_state), names.join(", ")), now)
}

/// The curves over the time that the spikes are shown.
pub(super) fn ui(ui: &mut Ui, view: &FreeView, cx: &mut Context) {
    if ui.available_height() > BUTTONS + 60.0 && !theme::is_figure(ui.ctx()) {
        let width = ui.available_width().min(220.0);
        buttons_at_any_time(ui, cx, width);
    }
    let rect = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(rect, Sense::hover());
    let span = span(cx.snapshot, cx.ui_state);
    let from = span.from.max(0) as u64;
    let names: Vec<&str> = view.modulated().collect();
    text::label(&response, egui::Role::Image, || {
        let now = now(view).map_or("not recorded yet".to_owned(), |d| signed(f64::from(d), 2));
        format!("Concentration of the neuromodulator at {}: {now}", names.join(", "))
    });
    let ms = (span.to - span.from) as f64 * cx.snapshot.dt_ms;
    let (unit, length) = if ms > 2000.0 { ("s", ms * 1e-3) } else { ("ms", ms) };
    let per_step = length / (span.to - span.from).max(1) as f64;
    let curve = |index: usize| {
        let points = view.modulator_since(index, from).filter(move |&(step, d)| step >= from && d.is_finite());
        points.map(move |(step, d)| ((step as f64 - span.to as f64) * per_step, f64::from(d)))
    };
    let values = (0..names.len()).flat_map(curve).map(|(_, d)| d);
    let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), d| (low.min(d), high.max(d)));
    let high = if high > 0.0 || low == 0.0 { ceiling(high.max(0.1)) } else { 0.0 };
    let low = if low < 0.0 { -ceiling(-low) } else { 0.0 };
    let painter = ui.painter_at(rect);
    let y = Axis::new((low, high + 0.06 * (high - low)), "");
    let plot = Plot::new(&painter, rect, Some(Axis::new((-length, 0.0), unit)), Some(y), cx.palette);
    plot.painter().hline(plot.area.x_range(), plot.y.at(0.0), Stroke::new(1.0, cx.palette.faint));
    for index in 0..names.len() {
        // projections have time constants of their own; they are usually equal
        let color = if index == 0 { cx.palette.accent } else { cx.palette.classes[index % cx.palette.classes.len()] };
        plot.curve(curve(index), Stroke::new(1.5, color));
    }
    plot.note(plot.area.left_top() + vec2(5.0, 0.0), Align2::LEFT_TOP, "concentration D", cx.palette.accent, cx.palette);
    if let Some((ago, _)) = plot.hover(&response, cx.palette) {
        let nearest = curve(0).min_by(|a, b| (a.0 - ago).abs().total_cmp(&(b.0 - ago).abs()));
        if let Some((at, d)) = nearest {
            response.on_hover_text_at_pointer(format!("{} {unit}\nD = {}", fixed(at, 2), signed(d, 3)));
        }
    }
}

/// The recorded concentrations.
pub(super) fn table(view: &FreeView, dt_ms: f64) -> tables::Bytes {
    let rows = view.modulated().enumerate().flat_map(|(index, name)| {
        let values = view.modulator_since(index, 0);
        values.map(move |(step, d)| [name.to_owned(), step.to_string(), (step as f64 * dt_ms).to_string(), d.to_string()])
    });
    tables::table(["projection", "step", "time_ms", "concentration"], rows)
}
