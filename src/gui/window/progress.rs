//! Long work: its name, the share done, the time left, and a cross that stops it.

use crate::gui::theme::{self, Palette};
use crate::gui::window::notices::close_cross;
use crate::gui::window::status_bar::duration;
use crate::work::Work;
use egui::{Align, Align2, Area, CornerRadius, Frame, Layout, Margin, Order, Role, Sense, Stroke, WidgetInfo, vec2};
use std::sync::Arc;

/// When each work was first seen, for the time it will take.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    seen: Vec<(Arc<Work>, f64)>,
}

/// Seconds after which work that is usually brief is shown.
const LEAST_S: f64 = 0.4;
/// Part of the bar that moves where the share is unknown, and seconds in which it moves to and fro.
const MOVING: f32 = 0.25;
const TURN_S: f64 = 2.0;

impl Progress {
    /// Show all work in progress in the lower right corner, `above` the bars.
    pub(crate) fn show(&mut self, ctx: &egui::Context, palette: &Palette, works: &[&Arc<Work>], above: f32) {
        let now = ctx.input(|input| input.time);
        self.seen.retain(|(seen, _)| works.iter().any(|work| Arc::ptr_eq(work, seen)));
        for &work in works {
            if !self.seen.iter().any(|(seen, _)| Arc::ptr_eq(work, seen)) {
                self.seen.push((Arc::clone(work), now));
            }
        }
        self.seen.retain(|(work, _)| !work.is_finished());
        if self.seen.is_empty() {
            return;
        }
        ctx.request_repaint_after_secs(0.1);
        // most networks are built at once
        let shown = |work: &Work, since: f64| !work.is_usually_brief() || now - since >= LEAST_S;
        if !self.seen.iter().any(|(work, since)| shown(work, *since)) {
            return;
        }
        let place = Area::new(egui::Id::unique("work")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, vec2(-16.0, -above - 12.0));
        place.show(ctx, |ui| {
            ui.set_width(340.0);
            for (work, since) in self.seen.iter().filter(|(work, since)| shown(work, *since)) {
                line(ui, work, now - since, palette);
            }
        });
    }
}

fn line(ui: &mut egui::Ui, work: &Work, elapsed_s: f64, palette: &Palette) {
    let share = work.share();
    let left = share.filter(|share| *share > 0.02).map(|share| elapsed_s * (1.0 - share) / share);
    let figure = match (share, left) {
        _ if work.is_cancelled() => "stopping …".to_owned(),
        (Some(share), Some(left)) => format!("{:.0} % · {} left", 100.0 * share, duration(left)),
        (Some(share), None) => format!("{:.0} %", 100.0 * share),
        (None, _) if elapsed_s >= 1.0 => duration(elapsed_s),
        (None, _) => "…".to_owned(),
    };
    let frame = Frame::new().fill(palette.raised).stroke(Stroke::new(1.0, palette.line)).corner_radius(CornerRadius::same(6));
    frame.inner_margin(Margin::symmetric(8, 5)).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(work.name());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if work.can_stop() && close_cross(ui, &format!("Stop: {}", work.name()), palette).clicked() {
                    work.cancel();
                }
                ui.label(theme::mono(figure.clone()).color(palette.dim));
            });
        });
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 4.0), Sense::hover());
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, format!("{}: {figure}", work.name()));
            info.value = share;
            info
        });
        ui.painter().rect_filled(rect, 2.0, palette.line);
        let mut filled = rect;
        if let Some(share) = share {
            filled.set_width(rect.width() * share as f32);
        } else {
            // a part that moves to and fro
            filled.set_width(rect.width() * MOVING);
            let at = (1.0 - (elapsed_s / TURN_S).fract() * 2.0).abs() as f32;
            filled = filled.translate(vec2((1.0 - MOVING) * rect.width() * at, 0.0));
        }
        ui.painter().rect_filled(filled, 2.0, palette.accent);
    });
}
