//! The bar at the bottom: speed of the simulation, state, accuracy on the test images.

use crate::gui::action::Action;
use crate::gui::export::film::Film;
use crate::gui::paint::numbers::plural;
use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::scale::grouped;
use crate::gui::window::notices::Notices;
use crate::session::{Aspect, RunState};
use egui::{Align, Color32, Layout, RichText, Role, Sense, Ui, WidgetInfo, vec2};

/// Frames per second and milliseconds per frame, averaged over half a second.
#[derive(Debug, Clone, Default)]
pub(crate) struct FrameMeter {
    frames: u32,
    since: f64,
    busy_s: f64,
    /// Frames a second, over the last half second.
    pub fps: Option<f64>,
    /// Mean time spent on a frame in ms.
    pub ui_ms: Option<f64>,
}

impl FrameMeter {
    /// A frame is about to be drawn at `now`; the last one took `busy_s` of the processor.
    pub(crate) fn tick(&mut self, now: f64, busy_s: Option<f32>) {
        self.frames += 1;
        self.busy_s += f64::from(busy_s.unwrap_or(0.0));
        let elapsed = now - self.since;
        if elapsed > 0.5 {
            let frames = f64::from(self.frames);
            // After an idle stretch the mean says nothing about drawing.
            self.fps = (elapsed < 2.0).then_some(frames / elapsed);
            self.ui_ms = (self.busy_s > 0.0).then_some(1e3 * self.busy_s / frames);
            (self.frames, self.since, self.busy_s) = (0, now, 0.0);
        }
    }
}

/// A duration in its two largest units.
pub(crate) fn duration(seconds: f64) -> String {
    let s = seconds.max(0.0).round() as u64;
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{} min {} s", s / 60, s % 60),
        3600..86_400 => format!("{} h {} min", s / 3600, s % 3600 / 60),
        _ => format!("{} d {} h", s / 86_400, s % 86_400 / 3600),
    }
}

/// Speed, frames, seed; on the right the accuracy on the test images, a recording in progress, and messages that were laid aside.
pub(crate) fn status_bar(
    ui: &mut Ui,
    cx: &mut Context,
    (meter, film): (&FrameMeter, &Film),
    notices: &mut Notices,
    actions: &mut Vec<Action>,
) {
    let snapshot = cx.snapshot;
    let running = snapshot.state == RunState::Running;
    let roomy = ui.available_width() > 1150.0;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let figure = |ui: &mut Ui, number: String, unit: &str| {
            ui.label(theme::mono(number));
            ui.label(RichText::new(unit).small().color(cx.palette.dim));
            ui.add_space(if roomy { 14.0 } else { 8.0 });
        };
        let waits = running && snapshot.trial.awaits_reward;
        if waits {
            ui.label(RichText::new("Waiting for your reward: +, 0 or −").color(cx.palette.accent).size(12.0));
            ui.add_space(14.0);
        } else if running {
            figure(ui, format!("{} ×", pace(snapshot.pace.times_real_time)), "real time");
            figure(ui, thousands(snapshot.pace.steps_per_s), "steps/s");
            if snapshot.shows(Aspect::Answers) {
                figure(ui, pace(snapshot.pace.images_per_s), "images/s");
            }
        } else {
            let (words, color) = match snapshot.looking_back {
                Some(_) => ("Looking back", cx.palette.accent),
                None => state_words(&snapshot.state, cx.palette),
            };
            ui.label(RichText::new(words).color(color).size(12.0));
            ui.add_space(14.0);
        }
        if let Some(fps) = meter.fps.filter(|_| running) {
            figure(ui, format!("{fps:>3.0}"), "FPS");
        }
        if let Some(ms) = meter.ui_ms {
            figure(ui, format!("{ms:>4.1}"), "ms UI");
        }
        health_word(ui, cx);
        ui.label(RichText::new("seed").small().color(cx.palette.dim));
        ui.label(theme::mono(snapshot.seed.to_string()));
        if roomy {
            ui.add_space(14.0);
            ui.label(RichText::new("model time").small().color(cx.palette.dim));
            ui.label(theme::mono(model_time(snapshot.step.0 as f64 * snapshot.dt_ms)));
        }
        // only while running: without frames the figure would not be updated
        if let Some(safe) = snapshot.safe.filter(|_| running && roomy) {
            ui.add_space(14.0);
            ui.label(RichText::new("saved").small().color(cx.palette.dim))
                .on_hover_text("Time since the run was saved automatically; after a crash the next start offers to resume it.");
            ui.label(theme::mono(duration(safe.elapsed().as_secs_f64())));
            ui.label(RichText::new("ago").small().color(cx.palette.dim));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if snapshot.shows(Aspect::Answers) {
                test_accuracy(ui, cx, actions, roomy);
                ui.add_space(8.0);
            }
            if film.recording(ui, running, cx.palette) {
                actions.push(Action::Film);
            }
            if notices.laid_aside() > 0 {
                let words = RichText::new(plural(notices.laid_aside() as u64, "message")).size(12.0).color(cx.palette.bad);
                let button = egui::Button::new(words).frame_when_inactive(false);
                if ui.add(button).on_hover_text("Show the messages again that were laid aside.").clicked() {
                    notices.show_again();
                }
            }
        });
    });
}

/// The health of the network in a word; a click opens the health view.
fn health_word(ui: &mut Ui, cx: &mut Context) {
    let health = &cx.snapshot.health;
    if !cx.snapshot.shows(Aspect::Health) {
        return;
    }
    let word = health.word();
    let color = match health.findings.first() {
        Some(_) => cx.palette.bad,
        None if health.waits.is_some() => cx.palette.faint,
        None => cx.palette.good,
    };
    let galley = ui.painter().layout_no_wrap(word.to_owned(), egui::FontId::proportional(12.0), cx.palette.text);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + 16.0, 20.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Health: {word}")));
    ui.painter().circle_filled(egui::pos2(rect.left() + 5.0, rect.center().y), 3.5, color);
    let at = egui::pos2(rect.left() + 14.0, rect.center().y - 0.5 * galley.size().y);
    ui.painter().galley(at, galley, cx.palette.text);
    if response.has_focus() || response.hovered() {
        ui.painter().rect_stroke(rect.expand(2.0), 4.0, egui::Stroke::new(1.0, cx.palette.line), egui::StrokeKind::Inside);
    }
    let clicked = response.clicked();
    let evidence = health.findings.first().map_or("No problems found.".to_owned(), |finding| finding.evidence.clone());
    let words = health.waits.clone().filter(|_| health.findings.is_empty()).unwrap_or(evidence);
    response.on_hover_text(words);
    if clicked {
        cx.ui_state.wants_panel = Some("health");
    }
    ui.add_space(8.0);
}

fn state_words(state: &RunState, palette: &theme::Palette) -> (&'static str, Color32) {
    match state {
        RunState::Running => ("Running", palette.text),
        RunState::Paused => ("Paused", palette.dim),
        RunState::Finished => ("Training finished", palette.good),
        RunState::Halted(_) => ("Stopped by a check", palette.bad),
    }
}

fn test_accuracy(ui: &mut Ui, cx: &Context, actions: &mut Vec<Action>, roomy: bool) {
    ui.spacing_mut().interact_size.y = 20.0;
    let tests = cx.snapshot.test_images;
    let of = grouped(tests as i64);
    let response = theme::button(ui, Sign::None, &format!("Test on {of}"), Weight::Usual, 0.0)
        .on_hover_text(format!("Measures the accuracy on {of} test images without learning; training then continues."));
    if response.clicked() {
        actions.push(Action::Evaluate(tests as usize));
    }
    ui.add_space(6.0);
    match &cx.snapshot.evaluation {
        Some(result) => {
            let of = grouped(result.test_images as i64);
            let after = grouped(result.after_images as i64);
            ui.label(theme::mono(format!("{:.2} %", 100.0 * result.accuracy)).color(cx.palette.good))
                .on_hover_text(format!("Accuracy on {of} test images after training on {after} images."));
            let words = if roomy { format!("test accuracy after {after} images") } else { "test".to_owned() };
            ui.label(RichText::new(words).small().color(cx.palette.dim));
        }
        None if roomy => {
            ui.label(RichText::new("test accuracy not yet measured").small().color(cx.palette.dim));
        }
        None => {}
    }
}

/// A figure that changes with every frame: one decimal below 1,000, of fixed width, so that nothing beside it moves. Below one
/// tenth, as in slow motion, it has as many decimals as fit.
fn pace(value: f64) -> String {
    let text = if value >= 999.95 {
        grouped(value.round() as i64)
    } else if value >= 0.1 || value <= 0.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    };
    format!("{text:>5}")
}

/// The same for steps.
fn thousands(value: f64) -> String {
    let text = if value >= 999_950.0 { format!("{:.2} M", value / 1e6) } else { format!("{:.1} k", value / 1e3) };
    format!("{text:>6}")
}

fn model_time(ms: f64) -> String {
    if ms < 10_000.0 { format!("{ms:.0} ms") } else { duration(ms / 1e3) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        assert_eq!(duration(9.0), "9 s");
        assert_eq!(duration(588.0), "9 min 48 s");
        assert_eq!(duration(3_661.0), "1 h 1 min");
        assert_eq!(duration(-1.0), "0 s");
    }

    #[test]
    fn figures_keep_their_format_and_their_width_while_they_wobble() {
        assert_eq!([9.96, 9.99, 10.0, 10.04, 99.97].map(pace), [" 10.0", " 10.0", " 10.0", " 10.0", "100.0"]);
        assert_eq!([0.01, 0.0999, 35.0, 999.9, 1240.0].map(pace), ["0.010", "0.100", " 35.0", "999.9", "1,240"]);
        assert_eq!([0.0, 990.0, 41_020.0, 999_960.0].map(thousands), [" 0.0 k", " 1.0 k", "41.0 k", "1.00 M"]);
    }

    #[test]
    fn an_idle_stretch_is_not_a_frame_rate() {
        let mut meter = FrameMeter::default();
        for k in 0..=60 {
            meter.tick(100.0 + f64::from(k) / 60.0, Some(0.002));
        }
        assert!((50.0..70.0).contains(&meter.fps.unwrap()));
        meter.tick(200.0, Some(0.002));
        assert_eq!(meter.fps, None);
    }
}
