//! The current that sources of currents inject into the selected neuron, in a strip below its potential.

use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::fixed;
use crate::gui::paint::plot::{Axis, Plot, TICK_STRIP};
use crate::gui::paint::pyramid::Pyramid;
use crate::gui::theme::Palette;
use crate::session::{PotentialTrace, Snapshot};
use egui::{Align2, Painter, Rect, Stroke, vec2};

/// The strip.
#[derive(Default)]
pub(super) struct Injected {
    current: Pyramid,
}

/// Minimum size of a tile with the strip, in points.
const LEAST: egui::Vec2 = vec2(160.0, 130.0);
/// Part of the height of the tile that the strip takes.
const PART: f32 = 0.28;
/// Distance of the data from the edges of a plot with and without labels below it, in points.
const EDGES: [f32; 2] = [8.0, 6.0 + TICK_STRIP];

impl Injected {
    /// Paint the strip at the lower edge of `rect` and return it, with the plot of the potential above it. Both have the time axis `x`, and
    /// their data begin at the same place. Without an injected current or without room, the potential has the whole place.
    pub(super) fn plots(
        &mut self,
        (painter, rect): (&Painter, Rect),
        trace: &PotentialTrace,
        [x, y]: [Axis; 2],
        snapshot: &Snapshot,
        palette: &Palette,
    ) -> (Plot, Option<Plot>) {
        let fits = !trace.injected_mv.is_empty() && rect.width() > LEAST.x && rect.height() > LEAST.y;
        let extremes = || {
            self.current.rebuild(&trace.injected_mv);
            self.current.extremes(0, trace.injected_mv.len()).filter(|e| e.0.is_finite() && e.1.is_finite())
        };
        let Some((low, high)) = fits.then(extremes).flatten() else {
            return (Plot::new(painter, rect, Some(x), Some(y), palette), None);
        };
        let edge = |mv: f32| if mv == 0.0 { 0.0 } else { f64::from(mv.signum()) * ceiling(1.1 * f64::from(mv.abs())) };
        let range = (edge(low.min(0.0)), edge(high.max(0.0)));
        let range = if range.0 == range.1 { (0.0, 1.0) } else { range };
        let current = Axis::new(range, unit(snapshot, trace.neuron));
        let middle = rect.bottom() - PART * rect.height();
        let mut parts = [rect, rect];
        (parts[0].max.y, parts[1].min.y) = (middle, middle);
        let margins: Vec<f32> = (0..2).map(|k| Plot::margin(painter, parts[k].height() - EDGES[k], [y, current][k])).collect();
        let widest = margins[0].max(margins[1]);
        parts.iter_mut().zip(&margins).for_each(|(part, margin)| part.min.x += widest - margin);
        let above = Plot::stacked(painter, parts[0], x, y, false, palette);
        let strip = Plot::stacked(painter, parts[1], x, current, true, palette);
        let start = -((trace.injected_mv.len() - 1) as f64) * snapshot.dt_ms;
        strip.level(0.0, palette.faint);
        // sources are grey, as in all views
        strip.trace(&self.current, start, snapshot.dt_ms, Stroke::new(1.4, palette.dim));
        strip.note(strip.area.left_top() + vec2(4.0, -1.0), Align2::LEFT_TOP, "injected current", palette.dim, palette);
        (above, Some(strip))
    }
}

/// The unit of the currents that a neuron receives.
fn unit(snapshot: &Snapshot, neuron: u32) -> &'static str {
    let view = snapshot.free.as_deref();
    let model = view.and_then(|view| Some(&view.network.population(&view.locate(neuron)?.0.name)?.model));
    model.map_or("mV", |model| model.current_unit())
}

/// "injected current 12.00 mV" at a sample; empty without one.
pub(super) fn words(trace: &PotentialTrace, index: usize, snapshot: &Snapshot) -> Option<String> {
    let current = trace.injected_mv.get(index).filter(|mv| mv.is_finite())?;
    Some(format!("injected current {} {}", fixed(f64::from(*current), 2), unit(snapshot, trace.neuron)))
}
