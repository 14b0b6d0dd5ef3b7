//! Axes around a painted data area: margins that fit the labels, round ticks, one unit per axis.

use super::axis::{Knee, Scale, Ticks};
use super::pyramid::Pyramid;
use super::{numbers, text};
use crate::gui::theme::{self, Palette};
use egui::{Align2, Color32, Galley, Mesh, Painter, Pos2, Rect, Response, Shape, Stroke, pos2, vec2};
use std::sync::Arc;

/// One axis.
#[derive(Debug, Clone, Copy)]
pub struct Axis<'a> {
    /// Minimum and maximum value.
    pub range: (f64, f64),
    /// Unit, written after the last label.
    pub unit: &'a str,
    /// Minimum tick distance: 1 for counts, otherwise 0.
    pub finest: f64,
    /// Whether values are decimal logarithms, labelled 1, 10, 100.
    pub decades: bool,
    /// Below which value the axis is logarithmic, if any.
    pub knee: Option<Knee>,
    /// A value to label in addition to the round ones, where there is room.
    pub also: Option<f64>,
}

impl<'a> Axis<'a> {
    /// An axis of real numbers.
    pub fn new(range: (f64, f64), unit: &'a str) -> Self {
        Self { range, unit, finest: 0.0, decades: false, knee: None, also: None }
    }

    /// An axis of whole numbers.
    pub fn whole(range: (f64, f64), unit: &'a str) -> Self {
        Self { range, unit, finest: 1.0, decades: false, knee: None, also: None }
    }

    /// An axis of decimal logarithms of counts.
    pub fn decades(range: (f64, f64)) -> Self {
        Self { range, unit: "", finest: 1.0, decades: true, knee: None, also: None }
    }
}

/// Height of the strip of x-axis labels below a plot, in points.
pub const TICK_STRIP: f32 = 17.0;

/// Minimum distance between ticks of an x axis, in points.
const X_TICKS: f32 = 74.0;
/// Minimum distance between ticks of a y axis, in points.
const Y_TICKS: f32 = 30.0;
/// Minimum distance from the additional label to the nearest tick, in points: the height of a label.
pub const LEAST: f64 = 11.0;

/// Values and texts of the ticks of an axis `room` points long; the last label includes the unit.
fn labels(axis: Axis, room: f32, each: f32) -> Vec<(f64, String)> {
    if let Some(knee) = axis.knee {
        return bent_labels(axis, knee, room, each);
    }
    let ticks = Ticks::nice(axis.range, ((room / each) as usize).clamp(2, 9), axis.finest);
    let last = ticks.values.len().saturating_sub(1);
    let unit = |index| {
        if index == last && !axis.unit.is_empty() { format!(" {}", axis.unit) } else { String::new() }
    };
    let number = |value: f64| {
        if axis.decades { numbers::fixed(10_f64.powf(value), 0) } else { ticks.label(value) }
    };
    let text = |(index, &value)| (value, format!("{}{}", number(value), unit(index)));
    let mut labels: Vec<(f64, String)> = ticks.values.iter().enumerate().map(text).collect();
    let per_point = (axis.range.1 - axis.range.0) / f64::from(room.max(1.0));
    if let Some(also) = axis.also.filter(|also| ticks.values.iter().all(|value| (value - also).abs() >= 1.4 * LEAST * per_point)) {
        labels.push((also, Ticks { values: Vec::new(), step: also.abs() }.label(also)));
    }
    labels
}

/// Ticks of an axis with a knee: evenly spaced above it; below it 1, 2 or 5 times powers of ten, as far as there is room.
fn bent_labels(axis: Axis, knee: Knee, room: f32, each: f32) -> Vec<(f64, String)> {
    let scale = Scale::new(axis.range, 0.0, room).with_knee(Some(knee));
    let straight = Axis { range: (knee.at, axis.range.1), knee: None, ..axis };
    let above = labels(straight, room - scale.at(knee.at), each);
    let mut free_below = above.first().map_or(room, |(value, _)| scale.at(*value)) - each * 0.6;
    let mut below = Vec::new();
    for power in 0..9 {
        for digit in [1.0, 2.0, 5.0] {
            let value = -digit * 10_f64.powi(power);
            let at = scale.at(value);
            if value < knee.at && value >= axis.range.0 && at <= free_below {
                below.push((value, numbers::fixed(value, 0)));
                free_below = at - each * 0.6;
            }
        }
    }
    below.into_iter().rev().chain(above).collect()
}

/// A plot with painted axes, ready for its data.
pub struct Plot {
    /// The data area.
    pub area: Rect,
    /// Horizontal scale.
    pub x: Scale,
    /// Vertical scale.
    pub y: Scale,
    painter: Painter,
}

impl Plot {
    /// Paint the axes inside `rect`. An axis that is `None` has no labels and the range 0 to 1.
    pub fn new(painter: &Painter, rect: Rect, x: Option<Axis>, y: Option<Axis>, palette: &Palette) -> Self {
        // Too small for labels: the data area fills the whole rectangle.
        let roomy = rect.width() > 90.0 && rect.height() > 56.0;
        Self::framed(painter, rect, (x, roomy), (y, roomy), palette)
    }

    /// One of several plots stacked vertically, of which only the lowest labels the shared x axis.
    pub fn stacked(painter: &Painter, rect: Rect, x: Axis, y: Axis, lowest: bool, palette: &Palette) -> Self {
        let roomy = rect.width() > 90.0 && rect.height() > 22.0;
        Self::framed(painter, rect, (Some(x), roomy && lowest), (Some(y), roomy), palette)
    }

    /// Width of the labels of `y` in a plot with a data area of this height, in points.
    pub fn margin(painter: &Painter, height: f32, y: Axis) -> f32 {
        let font = text::tick_font();
        let widest = labels(y, height, Y_TICKS).iter().map(|(_, label)| text::width(painter, label, &font)).fold(0.0, f32::max);
        if widest > 0.0 { widest + 8.0 } else { 2.0 }
    }

    fn framed(
        painter: &Painter,
        rect: Rect,
        (x, label_x): (Option<Axis>, bool),
        (y, label_y): (Option<Axis>, bool),
        palette: &Palette,
    ) -> Self {
        let font = text::tick_font();
        let bottom = if label_x && x.is_some() { TICK_STRIP } else { 2.0 };
        let top = if label_y { 6.0 } else { 2.0 };
        let (y_top, y_bottom) = (rect.top() + top, (rect.bottom() - bottom).max(rect.top() + top + 1.0));
        let y_scale = Scale::new(y.map_or((0.0, 1.0), |axis| axis.range), y_bottom, y_top).with_knee(y.and_then(|axis| axis.knee));
        let left = y.filter(|_| label_y).map_or(2.0, |axis| Self::margin(painter, y_bottom - y_top, axis));
        let area = Rect::from_min_max(pos2(rect.left() + left, y_top), pos2((rect.right() - 6.0).max(rect.left() + left + 1.0), y_bottom));
        let x_scale = Scale::new(x.map_or((0.0, 1.0), |axis| axis.range), area.left(), area.right());
        let grid = Stroke::new(1.0, palette.line);
        for (value, label) in y.filter(|_| label_y).map_or(Vec::new(), |axis| labels(axis, area.height(), Y_TICKS)) {
            let at = painter.round_to_pixel_center(y_scale.at(value));
            painter.hline(area.x_range(), at, grid);
            painter.text(pos2(area.left() - 6.0, at), Align2::RIGHT_CENTER, label, font.clone(), palette.faint);
        }
        // from right to left: the last label, with the unit, has a fixed place; earlier labels are left out if they overlap it
        let mut free = f32::INFINITY;
        for (value, label) in x.map_or(Vec::new(), |axis| labels(axis, area.width(), X_TICKS)).into_iter().rev() {
            let at = painter.round_to_pixel_center(x_scale.at(value));
            painter.vline(at, area.y_range(), grid);
            let half = text::width(painter, &label, &font) / 2.0;
            let center = at.min(rect.right() - half).max(rect.left() + half);
            if label_x && center + half + 4.0 <= free {
                painter.text(pos2(center, area.bottom() + 4.0), Align2::CENTER_TOP, label, font.clone(), palette.faint);
                free = center - half;
            }
        }
        let painter = painter.with_clip_rect(area.expand(1.5).intersect(painter.clip_rect()));
        Self { area, x: x_scale, y: y_scale, painter }
    }

    /// A painter clipped to the data area.
    pub fn painter(&self) -> &Painter {
        &self.painter
    }

    /// Screen position of a pair of values.
    pub fn at(&self, x: f64, y: f64) -> Pos2 {
        pos2(self.x.at(x), self.y.at(y))
    }

    /// A curve through the points in order, with a gap at each NaN.
    pub fn curve(&self, points: impl IntoIterator<Item = (f64, f64)>, stroke: Stroke) {
        let mut run = Vec::new();
        for (x, y) in points {
            if x.is_finite() && y.is_finite() {
                run.push(self.at(x, y));
            } else if !run.is_empty() {
                self.painter.add(Shape::line(std::mem::take(&mut run), stroke));
            }
        }
        if run.len() > 1 {
            self.painter.add(Shape::line(run, stroke));
        }
    }

    /// A trace of samples, the first at `start` and then every `step`. If there are more samples than screen columns, each
    /// column spans the minimum and maximum of its samples.
    pub fn trace(&self, samples: &Pyramid, start: f64, step: f64, stroke: Stroke) {
        let count = samples.samples().len();
        let (from, to) = self.x.range();
        if count == 0 || step.is_nan() || step <= 0.0 {
            return;
        }
        let index = |x: f64| (((x - start) / step).floor().max(0.0) as usize).min(count);
        let (first, last) = (index(from).saturating_sub(1), (index(to) + 2).min(count));
        let columns = (self.area.width() * self.painter.pixels_per_point()).max(1.0) as usize;
        // a figure contains every sample, because it can be scaled
        if last.saturating_sub(first) <= 2 * columns || theme::is_figure(self.painter.ctx()) {
            let point = |i: usize| (start + i as f64 * step, f64::from(samples.samples()[i]));
            self.curve((first..last).map(point), stroke);
            return;
        }
        let per_column = (to - from) / columns as f64;
        let extremes = (0..columns).map(|column| {
            let x = from + column as f64 * per_column;
            (self.x.at(x), samples.extremes(index(x), index(x + per_column)))
        });
        let width = self.area.width() / columns as f32;
        self.painter.add(columns_of(extremes, |y| self.y.at(f64::from(y)), width, stroke));
    }

    /// A dashed horizontal line across the data area.
    pub fn level(&self, y: f64, color: Color32) {
        let at = self.painter.round_to_pixel_center(self.y.at(y));
        let ends = [pos2(self.area.left(), at), pos2(self.area.right(), at)];
        self.painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, color), 4.0, 3.0));
    }

    /// Text with symbols on an opaque background, kept inside the data area. Paint it after the curves, which would otherwise cross it.
    pub fn note(&self, at: Pos2, anchor: Align2, words: &str, color: Color32, palette: &Palette) {
        let galley = self.painter.layout_job(theme::with_symbols(words, &text::note_font(), color));
        self.on_ground(at, anchor, galley, color, palette);
    }

    /// The same for a name, in which an underscore is no subscript.
    pub fn name(&self, at: Pos2, anchor: Align2, words: &str, color: Color32, palette: &Palette) {
        let galley = self.painter.layout_no_wrap(words.to_owned(), text::note_font(), color);
        self.on_ground(at, anchor, galley, color, palette);
    }

    fn on_ground(&self, at: Pos2, anchor: Align2, galley: Arc<Galley>, color: Color32, palette: &Palette) {
        if galley.size().x + 6.0 > self.area.width() {
            return;
        }
        let mut rect = anchor.anchor_size(at, galley.size());
        rect = rect.translate(vec2(
            (self.area.left() + 2.0 - rect.left()).max(0.0) - (rect.right() - self.area.right() + 2.0).max(0.0),
            (self.area.top() - rect.top()).max(0.0) - (rect.bottom() - self.area.bottom()).max(0.0),
        ));
        self.painter.rect_filled(rect.expand2(vec2(3.0, 0.0)), 2.0, palette.panel);
        self.painter.galley(rect.min, galley, color);
    }

    /// The values under the pointer, with a crosshair line; `None` while the pointer is elsewhere.
    pub fn hover(&self, response: &Response, palette: &Palette) -> Option<(f64, f64)> {
        let at = response.hover_pos().filter(|&at| self.area.contains(at))?;
        let x = self.painter.round_to_pixel_center(at.x);
        self.painter.vline(x, self.area.y_range(), Stroke::new(1.0, palette.faint));
        Some((self.x.value(at.x), self.y.value(at.y)))
    }
}
/// One vertical bar per screen column, from the minimum to the maximum of its samples, extended to meet its neighbour.
/// Tessellating a line through as many points would take ten times as long.
fn columns_of(extremes: impl Iterator<Item = (f32, Option<(f32, f32)>)>, height: impl Fn(f32) -> f32, width: f32, stroke: Stroke) -> Mesh {
    let mut mesh = Mesh::default();
    let mut before: Option<(f32, f32)> = None;
    for (x, found) in extremes {
        let here = found.map(|(low, high)| (height(high), height(low)));
        if let Some((top, bottom)) = here {
            let (top, bottom) = before.map_or((top, bottom), |before| (top.min(before.1), bottom.max(before.0)));
            let thin = (stroke.width - (bottom - top)).max(0.0) / 2.0;
            let bar = Rect::from_min_max(pos2(x, top - thin), pos2(x + width, bottom + thin));
            mesh.add_colored_rect(bar, stroke.color);
        }
        before = here;
    }
    mesh
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Color32;

    #[test]
    fn columns_meet_their_neighbours_and_gaps_remain() {
        let found = [Some((1.0, 3.0)), Some((7.0, 8.0)), None, Some((2.0, 2.0))];
        let extremes = found.into_iter().enumerate().map(|(k, found)| (k as f32, found));
        let mesh = columns_of(extremes, |y| 10.0 - y, 1.0, Stroke::new(1.0, Color32::RED));
        let bars: Vec<Rect> =
            mesh.vertices.chunks(4).map(|bar| Rect::from_points(&bar.iter().map(|v| v.pos).collect::<Vec<_>>())).collect();
        let sides: Vec<_> = bars.iter().map(|bar| (bar.left(), bar.top(), bar.bottom())).collect();
        assert_eq!(
            sides,
            [(0.0, 7.0, 9.0), (1.0, 2.0, 7.0), (3.0, 7.5, 8.5)],
            "the second reaches down to the first, the last is as thick as the line"
        );
    }
}
