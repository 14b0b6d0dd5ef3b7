//! The STDP window: weight change against the lag of a pair of spikes, measured pair by pair, with the traces of the current
//! pair.

use super::stdp_handles::{Branch, edit};
use crate::gui::export::tables;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{fixed, plural, short, signed};
use crate::gui::paint::plot::{Axis, Plot, TICK_STRIP};
use crate::gui::paint::pyramid::Pyramid;
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme::Palette;
use crate::params::ParamId;
use crate::session::{Aspect, StdpWindow};
use egui::{Align2, Color32, Painter, Rect, Sense, Stroke, Ui, pos2, vec2};

/// View "STDP window".
#[derive(Default)]
pub(super) struct Window {
    /// Axis ranges, fixed while a handle is dragged.
    held: Option<(f64, f64)>,
}

impl Panel for Window {
    fn id(&self) -> &'static str {
        "stdp_window"
    }

    fn title(&self) -> &'static str {
        "STDP window"
    }

    fn help(&self) -> &'static str {
        "Weight change against the lag of a pair of spikes. The line is the closed form, dots are simulated pairs. Presynaptic before \
         postsynaptic potentiates, the reverse order depresses. Drag the handles to set amplitudes and time constants. A lag that \
         is set with its slider is repeated; setting the widest lag sweeps over all lags again."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Pairs]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let pair = cx.snapshot.stdp.as_ref().map_or(String::new(), |w| format!("Δt = {} ms", signed(w.lag_ms, 1)));
        ("line: closed form · dots: measured".to_owned(), pair)
    }

    fn table(&self) -> Table {
        tables::stdp
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let palette = cx.palette;
        let Some(window) = cx.snapshot.stdp.as_ref().filter(|w| !w.theory.is_empty() || !w.measured.is_empty()) else {
            let words = "Each simulated pair of spikes adds a dot: its lag and the weight change it caused.";
            text::calm_sentence(ui, palette, words);
            return;
        };
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(window));
        let painter = ui.painter_at(rect);
        let both = rect.height() > 230.0 && window.w.len() > 1;
        let split = if both { rect.top() + rect.height() * 0.56 } else { rect.bottom() };
        let above = Rect::from_min_max(rect.min, pos2(rect.right(), split - if both { 8.0 } else { 0.0 }));
        let axes = *self.held.get_or_insert(axes(window));
        let plot = paint_window(&painter, above, window, &response, (axes, palette));
        if !edit(ui, &plot, &branches(cx, window), cx) {
            self.held = None;
        }
        if both {
            let below = Rect::from_min_max(pos2(rect.left(), split), rect.max);
            paint_pair(&painter, below, window, cx.snapshot.dt_ms, palette);
        }
    }
}

/// Maximum lag in ms and maximum change of the axes.
fn axes(window: &StdpWindow) -> (f64, f64) {
    let finite = || window.theory.iter().chain(&window.measured).filter(|(x, y)| x.is_finite() && y.is_finite());
    let lag = finite().map(|&(x, _)| x.abs()).fold(window.lag_ms.abs().max(5.0), f64::max);
    (lag, ceiling(finite().map(|&(_, y)| y.abs()).fold(1e-9, f64::max) * 1.05))
}

/// Both branches. The scale factor due to weight bounds is derived from the theoretical curve, or is half of the range.
fn branches(cx: &Context, window: &StdpWindow) -> [Branch; 2] {
    let params = &cx.snapshot.params;
    let room = if params.choice(ParamId::Bounds) == "soft" { 0.5 * params.get(ParamId::WMax) } else { 1.0 };
    let unit = |amplitude: ParamId, causal: bool| {
        let nearest = window.theory.iter().filter(|(lag, _)| (*lag >= 0.0) == causal).min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
        let (value, sign) = (params.get(amplitude), if causal { 1.0 } else { -1.0 });
        match nearest {
            Some(&(_, peak)) if value > 0.0 && peak * sign > 0.0 => peak / value,
            _ => sign * params.get(ParamId::Eta) * room,
        }
    };
    let up = unit(ParamId::APlus, true);
    let down = unit(ParamId::AMinus, false);
    [
        Branch { amplitude: ParamId::APlus, tau: ParamId::TauPlus, unit: up, causal: true, color: cx.palette.good },
        Branch { amplitude: ParamId::AMinus, tau: ParamId::TauMinus, unit: down, causal: false, color: cx.palette.bad },
    ]
}

fn paint_window(
    painter: &Painter,
    rect: Rect,
    window: &StdpWindow,
    response: &egui::Response,
    ((lag, size), palette): ((f64, f64), &Palette),
) -> Plot {
    let plot = Plot::new(painter, rect, Some(Axis::new((-lag, lag), "ms")), Some(Axis::new((-size, size), "")), palette);
    let axes = Stroke::new(1.0, palette.faint);
    plot.painter().hline(plot.area.x_range(), plot.painter().round_to_pixel_center(plot.y.at(0.0)), axes);
    plot.painter().vline(plot.painter().round_to_pixel_center(plot.x.at(0.0)), plot.area.y_range(), axes);
    // two branches: the window is discontinuous at lag zero
    let branch = |keep: fn(f64) -> bool| window.theory.iter().copied().filter(move |&(lag, _)| keep(lag));
    plot.curve(branch(|lag| lag < 0.0), Stroke::new(2.0, palette.bad));
    plot.curve(branch(|lag| lag >= 0.0), Stroke::new(2.0, palette.good));
    for &(lag, change) in window.measured.iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
        plot.painter().circle(plot.at(lag, change), 3.2, palette.accent, Stroke::new(1.0, palette.panel));
    }
    let x = plot.painter().round_to_pixel_center(plot.x.at(window.lag_ms));
    let ends = [pos2(x, plot.area.top()), pos2(x, plot.area.bottom())];
    plot.painter().extend(egui::Shape::dashed_line(&ends, Stroke::new(1.0, palette.accent.gamma_multiply(0.7)), 4.0, 3.0));
    if plot.area.height() > 80.0 && plot.area.width() > 220.0 {
        let corner = plot.area.left_top() + vec2(5.0, 3.0);
        plot.note(corner, Align2::LEFT_TOP, "Δw in mV, weight change", palette.dim, palette);
        let corner = plot.area.right_bottom() - vec2(5.0, 3.0);
        plot.note(corner, Align2::RIGHT_BOTTOM, "Δt = t_post − t_pre", palette.dim, palette);
    }
    if let Some((lag, _)) = plot.hover(response, palette) {
        let nearest = window.theory.iter().min_by(|a, b| (a.0 - lag).abs().total_cmp(&(b.0 - lag).abs()));
        let theory = nearest.map_or(String::new(), |&(_, change)| format!("\nΔw = {}", short(change)));
        response.clone().on_hover_text_at_pointer(format!("Δt = {} ms{theory}", signed(lag, 1)));
    }
    plot
}

/// Presynaptic trace, postsynaptic trace and weight of the last pair, stacked over one time axis.
fn paint_pair(painter: &Painter, rect: Rect, window: &StdpWindow, dt_ms: f64, palette: &Palette) {
    let rows: [(&str, &[f32], Color32); 3] =
        [("x_pre", &window.x_pre, palette.good), ("x_post", &window.x_post, palette.bad), ("w in mV", &window.w, palette.trace)];
    // both spikes and a margin, so that the axis is fixed while the pair is simulated
    let duration = (window.w.len() as f64 * dt_ms).max(window.lag_ms.abs() + 40.0);
    let time = Axis::new((0.0, duration), "ms");
    // Only the last row labels the time axis, so it is taller by the height of its labels.
    let height = (rect.height() - TICK_STRIP) / 3.0;
    let widest = rows.iter().map(|(_, samples, _)| Plot::margin(painter, height, axis(samples))).fold(0.0, f32::max);
    for (index, (name, samples, color)) in rows.into_iter().enumerate() {
        let last = index == 2;
        let top = rect.top() + index as f32 * height;
        let y = axis(samples);
        let shift = widest - Plot::margin(painter, height, y);
        let bottom = if last { rect.bottom() } else { top + height - 3.0 };
        let row = Rect::from_min_max(pos2(rect.left() + shift, top), pos2(rect.right(), bottom));
        let plot = Plot::stacked(painter, row, time, y, last, palette);
        plot.trace(&Pyramid::new(samples), 0.0, dt_ms, Stroke::new(1.6, color));
        plot.note(plot.area.left_top() + vec2(5.0, 1.0), Align2::LEFT_TOP, name, color, palette);
    }
}

/// The range of the samples; a constant gets a range that does not magnify rounding errors.
fn axis(samples: &[f32]) -> Axis<'static> {
    let finite = || samples.iter().copied().filter(|s| s.is_finite()).map(f64::from);
    let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), s| (a.min(s), b.max(s)));
    if low > high {
        return Axis::new((0.0, 1.0), "");
    }
    let (low, high) = if low == 0.0 { (low, high.max(1.0)) } else { (low, high) };
    let pad = ((high - low) * 0.15).max(high.abs() * 0.01);
    Axis::new((low - pad, high + pad), "")
}

fn summary(window: &StdpWindow) -> String {
    let measured = plural(window.measured.len() as u64, "measured pair");
    let last =
        window.measured.last().map_or(String::new(), |&(lag, change)| format!(", last {} ms gave {}", signed(lag, 1), short(change)));
    format!("STDP window: {measured}{last}; current lag {} ms", fixed(window.lag_ms, 1))
}
