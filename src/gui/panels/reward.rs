//! Reward, expected reward and neuromodulator M per image, and the dopamine concentration over time.

mod free;

use super::{derived, options};
use crate::gui::export::tables;
use crate::gui::paint::numbers::{count, fixed, plural, signed};
use crate::gui::paint::plot::{Axis, LEAST, Plot, TICK_STRIP};
use crate::gui::paint::pyramid::Pyramid;
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::session::{Aspect, Snapshot, TrialRecord};
use egui::{Align2, Painter, Rect, Sense, Stroke, Ui, pos2, vec2};

/// View "Reward".
#[derive(Default)]
pub(super) struct Reward {
    dopamine: Pyramid,
}

/// Minimum distance between images, in points, at which their stems can be distinguished.
const EACH: f32 = 4.0;

impl Panel for Reward {
    fn id(&self) -> &'static str {
        "reward"
    }

    fn title(&self) -> &'static str {
        "Reward"
    }

    fn help(&self) -> &'static str {
        "Reward, expected reward and their difference M for every image. M scales all weight changes of the image. As right answers \
         become expected, M approaches zero and learning slows down. Below, the dopamine concentration over model time. Of a network \
         that runs freely, the concentration at every projection that learns from reward; the buttons add to it at once."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Reward]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        if let Some(view) = &cx.snapshot.free {
            return free::caption(view, cx);
        }
        let now = cx.snapshot.dopamine.last().map_or(String::new(), |&d| format!("D = {}", signed(f64::from(d), 2)));
        ("per image".to_owned(), now)
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        if cx.snapshot.free.is_some() { options::populations(ui, cx) } else { options::rewards(ui, cx) }
    }

    fn table(&self) -> Table {
        |snapshot| snapshot.free.as_deref().map_or_else(|| tables::trials(snapshot), |view| free::table(view, snapshot.dt_ms))
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        if let Some(view) = cx.snapshot.free.as_deref() {
            return free::ui(ui, view, cx);
        }
        let trials = shown(cx.snapshot, cx.ui_state.reward_images, ui.available_width());
        if trials.is_empty() {
            let words = "Reward, expected reward and M are shown after the first image.";
            text::calm_sentence(ui, cx.palette, words);
            return;
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(trials));
        let painter = ui.painter_at(rect);
        let two = rect.height() > 150.0 && cx.snapshot.dopamine.len() > 1;
        let split = if two { rect.top() + rect.height() * 0.58 } else { rect.bottom() };
        let above = Rect::from_min_max(rect.min, pos2(rect.right(), split - if two { 6.0 } else { 0.0 }));
        let margin = paint_trials(&painter, above, trials, &response, cx);
        if two {
            let below = Rect::from_min_max(pos2(rect.left(), split), rect.max);
            self.paint_dopamine(&painter, below, margin, &response, cx);
        }
    }
}

/// The most recent trials: the selected number, or as many as can be distinguished in `width` points.
fn shown(snapshot: &Snapshot, images: Option<u16>, width: f32) -> &[TrialRecord] {
    let most = images.map_or(((width / EACH) as usize).clamp(10, 400), usize::from);
    &snapshot.trials[snapshot.trials.len().saturating_sub(most)..]
}

/// Rewards as ticks (right above, wrong below), the expected reward as a line, M as stems. Returns the left edge of the data.
fn paint_trials(painter: &Painter, rect: Rect, trials: &[TrialRecord], response: &egui::Response, cx: &Context) -> f32 {
    let palette = cx.palette;
    let values = trials.iter().flat_map(|t| [t.expectation, t.modulation]).filter(|v| v.is_finite());
    let (low, high) = values.fold((0.0_f64, 0.5_f64), |(a, b), v| (a.min(v), b.max(v)));
    let pad = (high - low) * 0.06;
    let first = trials.first().map_or(0, |t| t.index) as f64;
    let last = (trials.last().map_or(0, |t| t.index) as f64).max(first + 20.0);
    let ticks = if rect.height() > 70.0 { 9.0 } else { 0.0 };
    let frame = Rect::from_min_max(rect.min + vec2(0.0, ticks), rect.max);
    let x = Axis::whole((first + 0.5, last + 1.5), "image");
    // labels have a separate band below the stems
    let named = rect.width() > 230.0 && rect.height() > 110.0;
    let band = if named { (high - low) * 20.0 / f64::from(frame.height() - TICK_STRIP - 26.0) } else { 0.0 };
    let below = (low < 0.0).then(|| negative_tick(low, high, f64::from(frame.height() - TICK_STRIP - 6.0)));
    let bottom = below.map_or(low - pad, |tick| tick.min(low) - pad);
    let y = Axis { also: below, ..Axis::new((bottom - band, high + pad), "") };
    let plot = Plot::new(painter, frame, Some(x), Some(y), palette);
    let zero = plot.painter().round_to_pixel_center(plot.y.at(0.0));
    plot.painter().hline(plot.area.x_range(), zero, Stroke::new(1.0, palette.faint));
    let number = |t: &TrialRecord| t.index as f64 + 1.0;
    let column = (plot.x.at(1.0) - plot.x.at(0.0)).abs();
    let width = (column * 0.6).clamp(1.0, 3.0);
    for trial in trials {
        let x = plot.x.at(number(trial));
        let stem = [pos2(x, plot.y.at(0.0)), plot.at(number(trial), trial.modulation)];
        if trial.modulation.is_finite() {
            plot.painter().line_segment(stem, Stroke::new(width, palette.accent.gamma_multiply(0.75)));
        }
        if ticks > 0.0 {
            let right = trial.answer == Some(trial.label);
            // right and wrong differ in position as well as colour
            let (top, color) = if right { (rect.top(), palette.good) } else { (rect.top() + 6.0, palette.bad) };
            painter.vline(x, top..=top + 6.0, Stroke::new(width, color));
        }
    }
    plot.curve(trials.iter().map(|t| (number(t), t.expectation)), Stroke::new(1.6, palette.trace));
    if named {
        let at = pos2(plot.area.left() + 5.0, plot.area.bottom() - 2.0);
        plot.note(at, Align2::LEFT_BOTTOM, "expected", palette.trace, palette);
        plot.note(at + vec2(64.0, 0.0), Align2::LEFT_BOTTOM, "M, scales learning", palette.accent, palette);
    }
    if let Some((x, _)) = plot.hover(response, palette)
        && let Some(trial) = trials.iter().min_by(|a, b| (number(a) - x).abs().total_cmp(&(number(b) - x).abs()))
    {
        response.clone().on_hover_text_at_pointer(words(trial, cx.snapshot));
    }
    plot.area.left()
}

impl Reward {
    fn paint_dopamine(&mut self, painter: &Painter, rect: Rect, left: f32, response: &egui::Response, cx: &Context) {
        let Context { snapshot, palette, .. } = cx;
        self.dopamine.rebuild(&snapshot.dopamine);
        let (low, high) = self.dopamine.extremes(0, snapshot.dopamine.len()).unwrap_or((0.0, 0.0));
        let ends = (f64::from(low.max(-1e6)).min(0.0), f64::from(high.min(1e6)).max(0.0));
        let pad = ((ends.1 - ends.0) * 0.08).max(0.05);
        let named = rect.height() > 56.0;
        let band = if named { (ends.1 - ends.0 + 2.0 * pad) * 0.28 } else { 0.0 };
        let y = Axis::new((ends.0 - pad, ends.1 + pad + band), "");
        let frame = aligned(painter, rect, left, y);
        let plot = Plot::new(painter, frame, Some(Axis::new((-derived::window_ms(snapshot), 0.0), "ms")), Some(y), palette);
        plot.painter().hline(plot.area.x_range(), plot.y.at(0.0), Stroke::new(1.0, palette.faint));
        derived::paint_onsets(&plot, snapshot, palette);
        let start = -((snapshot.dopamine.len() - 1) as f64) * snapshot.dt_ms;
        plot.trace(&self.dopamine, start, snapshot.dt_ms, Stroke::new(1.5, palette.accent));
        if named {
            let at = pos2(plot.area.left() + 5.0, plot.area.top() - 1.0);
            plot.note(at, Align2::LEFT_TOP, "dopamine D", palette.accent, palette);
        }
        if let Some((ms, _)) = plot.hover(response, palette) {
            let index = ((ms - start) / snapshot.dt_ms).round();
            if let Some(&d) = (index >= 0.0).then(|| snapshot.dopamine.get(index as usize)).flatten() {
                response.clone().on_hover_text_at_pointer(format!("{} ms\ndopamine {}", fixed(ms, 0), signed(f64::from(d), 3)));
            }
        }
    }
}

/// The label below zero, a digit times a power of ten: at or below the lowest value, and far enough below zero that the
/// labels do not overlap in a plot of this height.
fn negative_tick(low: f64, high: f64, height: f64) -> f64 {
    let apart = 1.3 * LEAST * (high - low) / height.max(4.0 * LEAST);
    let least = apart.max(-low);
    let power = 10_f64.powf(least.log10().floor());
    -[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0].into_iter().map(|digit| digit * power).find(|&tick| tick >= least - 1e-9).unwrap_or(10.0 * power)
}

/// Shrink `rect` so that its data start near `left`, aligned with the plot above.
fn aligned(painter: &Painter, rect: Rect, left: f32, y: Axis) -> Rect {
    let own = Plot::margin(painter, rect.height() - TICK_STRIP, y);
    Rect::from_min_max(pos2((left - own).max(rect.left()), rect.top()), rect.max)
}

fn words(trial: &TrialRecord, snapshot: &Snapshot) -> String {
    let answer = trial.answer.map_or("no answer".to_owned(), |a| format!("answered {}", snapshot.class_name(a)));
    let reward = trial.reward.map_or("none".to_owned(), |r| signed(r, 2));
    format!(
        "image {}: label {}, {answer}\nreward {reward}, expected {}\nM {}",
        count(trial.index + 1),
        snapshot.class_name(trial.label),
        fixed(trial.expectation, 2),
        signed(trial.modulation, 2)
    )
}

fn summary(trials: &[TrialRecord]) -> String {
    let right = trials.iter().filter(|t| t.answer == Some(t.label)).count() as u64;
    let last =
        trials.last().map_or(String::new(), |t| format!(", expected reward {}, M {}", fixed(t.expectation, 2), signed(t.modulation, 2)));
    format!("Reward: {} right of the last {}{last}", count(right), plural(trials.len() as u64, "image"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_axis_label_does_not_overlap_zero() {
        for (low, high, height, tick) in
            [(-0.2, 0.9, 80.0, -0.2), (-0.1, 0.9, 60.0, -0.3), (-0.2, 0.9, 200.0, -0.2), (-0.13, 0.9, 200.0, -0.2), (-1.0, 1.0, 90.0, -1.0)]
        {
            let found = negative_tick(low, high, height);
            assert!((found - tick).abs() < 1e-9, "{low} to {high} in {height}: {found}");
            assert!(-found >= LEAST * (high - found) / height && found <= low);
        }
    }
}
