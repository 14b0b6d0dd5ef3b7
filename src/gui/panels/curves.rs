//! Several accuracy curves in one plot: raw bins faint, the same smoothing for all, a label at each end, marks at parameter
//! changes, and a band for the spread over seeds.

use crate::gui::paint::numbers::{count, fixed};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::state::curves::{Mark, Spread, at};
use crate::gui::theme::Palette;
use egui::epaint::{BandPoint, BandShape};
use egui::{Align2, Color32, Rect, Response, Sense, Stroke, Ui, vec2};

/// The accuracy curve of one of several networks, in percent.
pub(super) struct Curve {
    /// Letter at the end of the curve.
    pub(super) label: String,
    pub(super) color: Color32,
    /// Number of images and percent.
    pub(super) points: Vec<(f64, f64)>,
    /// The bins before smoothing; empty if unknown.
    pub(super) raw: Vec<(f64, f64)>,
    /// Spread over seeds; empty for a single run.
    pub(super) band: Vec<Spread>,
    pub(super) marks: Vec<Mark>,
    pub(super) strong: bool,
}

/// The axis of images, linear or logarithmic.
#[derive(Debug, Clone, Copy)]
pub(super) struct Images {
    log: bool,
    range: (f64, f64),
}

impl Images {
    /// From `first` to `last`; a logarithmic axis starts at the first bin of `least` images.
    pub(super) fn new(log: bool, first: f64, last: f64, least: f64) -> Self {
        let first = if log { first.max(least.max(1.0)) } else { first };
        Self { log, range: (first, last.max(first + 1.0)) }
    }

    /// Position of an image on the axis.
    pub(super) fn at(self, images: f64) -> f64 {
        if self.log { images.max(1.0).log10() } else { images }
    }

    /// The image at a position of the axis.
    pub(super) fn image(self, place: f64) -> f64 {
        if self.log { 10_f64.powf(place) } else { place }
    }

    /// The axis; `room` extends it beyond the last image by this share, for the labels.
    pub(super) fn axis(self, room: f64) -> Axis<'static> {
        let (first, last) = (self.at(self.range.0), self.at(self.range.1));
        let range = (first, last + room * (last - first));
        if self.log { Axis { unit: "images", ..Axis::decades(range) } } else { Axis::whole(range, "images") }
    }
}

/// Height of a label at the end of a curve, in points.
const LABEL: f32 = 12.0;
/// Maximum distance of the pointer from a mark, in points.
const NEAR: f32 = 5.0;

/// Positions in ascending order, moved as little as needed to be at least `gap` apart, and inside `range` if there is room.
fn apart(heights: &[f32], gap: f32, (top, bottom): (f32, f32)) -> Vec<f32> {
    let mut places: Vec<f32> = heights.to_vec();
    for k in 1..places.len() {
        places[k] = places[k].max(places[k - 1] + gap);
    }
    // those beyond the end of the range push the others back
    let mut most = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - gap;
    }
    let over = places.first().map_or(0.0, |first| (top - first).max(0.0));
    places.iter_mut().for_each(|place| *place += over);
    places
}

/// Draw the curves, up to `last` images or to the end of the longest.
pub(super) fn curves(ui: &mut Ui, rect: Rect, curves: &[Curve], last: f64, words: &str, cx: &Context) {
    let Context { snapshot, palette, .. } = cx;
    let response = ui.allocate_rect(rect, Sense::hover());
    text::label(&response, egui::Role::Image, || words.to_owned());
    let painter = ui.painter_at(rect);
    let last = curves.iter().filter_map(|curve| curve.points.last()).map(|point| point.0).fold(last.max(100.0), f64::max);
    let least = curves.iter().filter_map(|curve| curve.points.first()).map(|point| point.0).fold(last, f64::min);
    let images = Images::new(cx.ui_state.curves.log_images, 0.0, last, least);
    // margin for the labels at the ends
    let widest = curves.iter().map(|curve| text::width(&painter, &curve.label, &text::number_font())).fold(0.0, f32::max);
    let room = f64::from(widest + 14.0).min(0.4 * f64::from(rect.width()));
    // of the axis, which the labels at its left make narrower than the view
    let axis = images.axis(room / (f64::from(rect.width()) - room - 40.0).max(60.0));
    let plot = Plot::new(&painter, rect, Some(axis), Some(Axis::new((0.0, 100.0), "%")), palette);
    plot.level(100.0 / snapshot.classes.max(1) as f64, palette.faint);
    for curve in curves {
        paint_band(&plot, images, &curve.band, curve.color.gamma_multiply(0.2));
    }
    for curve in curves {
        let placed = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| (images.at(x), y)).collect::<Vec<_>>();
        plot.curve(placed(&curve.raw), Stroke::new(0.8, curve.color.gamma_multiply(0.28)));
        plot.curve(placed(&curve.points), Stroke::new(if curve.strong { 2.2 } else { 1.4 }, curve.color));
        paint_marks(&plot, images, &curve.points, &curve.marks, curve.color, palette);
    }
    paint_labels(&painter, &plot, curves, images, palette);
    if let Some((x, _)) = plot.hover(&response, palette) {
        let x = images.image(x);
        let value = |curve: &Curve| {
            let within = curve.points.first()?.0 <= x && x <= curve.points.last()?.0;
            within.then(|| format!("{}: {} %", curve.label, fixed(at(&curve.points, x), 1)))
        };
        let mut words = vec![format!("image {}", count(x as u64))];
        words.extend(curves.iter().filter_map(value));
        let near = curves.iter().flat_map(|curve| near_marks(&plot, images, &response, curve));
        words.extend(near);
        response.on_hover_text_at_pointer(words.join("\n"));
    }
}

fn near_marks<'a>(plot: &Plot, images: Images, response: &Response, curve: &'a Curve) -> Vec<String> {
    let Some(pointer) = response.hover_pos() else { return Vec::new() };
    let near = |mark: &&'a Mark| (plot.x.at(images.at(mark.image as f64)) - pointer.x).abs() < NEAR;
    curve.marks.iter().filter(near).map(|mark| format!("{}: {}", curve.label, mark.words)).collect()
}

/// A triangle on the curve at each parameter change.
pub(super) fn paint_marks(plot: &Plot, images: Images, points: &[(f64, f64)], marks: &[Mark], color: Color32, palette: &Palette) {
    for mark in marks.iter().filter(|_| !points.is_empty()) {
        let tip = plot.at(images.at(mark.image as f64), at(points, mark.image as f64)) + vec2(0.0, -3.0);
        if tip.x.is_finite() && tip.y.is_finite() {
            let corners = vec![tip, tip + vec2(-4.0, -7.0), tip + vec2(4.0, -7.0)];
            plot.painter().add(egui::Shape::convex_polygon(corners, color, Stroke::new(1.0, palette.panel)));
        }
    }
}

fn paint_band(plot: &Plot, images: Images, band: &[Spread], color: Color32) {
    let edges = band.iter().map(|&(x, _, low, high)| {
        let (low, high) = (plot.at(images.at(x), low.max(0.0)), plot.at(images.at(x), high.min(100.0)));
        BandPoint { x: low.x, y: egui::Rangef::new(high.y, low.y) }
    });
    let edges: Vec<BandPoint> = edges.filter(|edge| edge.x.is_finite() && edge.y.min.is_finite() && edge.y.max.is_finite()).collect();
    if edges.len() > 1 {
        plot.painter().add(BandShape::filled(edges, color));
    }
}

fn paint_labels(painter: &egui::Painter, plot: &Plot, curves: &[Curve], images: Images, palette: &Palette) {
    let end = |curve: &Curve| curve.points.last().map(|point| plot.at(images.at(point.0), point.1)).filter(|at| at.y.is_finite());
    let mut ends: Vec<(&Curve, egui::Pos2)> = curves.iter().filter_map(|curve| Some((curve, end(curve)?))).collect();
    // labels are ordered like the ends of the curves, independent of the drawing order
    ends.sort_by(|a, b| a.1.y.total_cmp(&b.1.y));
    let heights: Vec<f32> = ends.iter().map(|(_, at)| at.y).collect();
    let places = apart(&heights, LABEL, (plot.area.top(), plot.area.bottom()));
    for ((curve, at), y) in ends.into_iter().zip(places) {
        plot.painter().circle_filled(at, if curve.strong { 3.0 } else { 2.2 }, curve.color);
        let galley = painter.layout_no_wrap(curve.label.clone(), text::number_font(), curve.color);
        let place = Align2::LEFT_CENTER.anchor_size(egui::pos2(at.x + 7.0, y), galley.size());
        if (y - at.y).abs() > 5.0 {
            // connects the label with its curve
            let line = Stroke::new(1.0, curve.color.gamma_multiply(0.6));
            plot.painter().line_segment([at, egui::pos2(place.left() - 1.0, y)], line);
        }
        // background, so that the label is legible over curves
        painter.rect_filled(place.expand2(vec2(1.5, -1.0)), 2.0, palette.panel.gamma_multiply(0.85));
        painter.galley(place.min, galley, curve.color);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_the_order_of_their_curves_and_stay_inside_the_plot() {
        for heights in [vec![10.0, 11.0, 12.0, 80.0], vec![95.0, 96.0, 97.0, 98.0], vec![0.0, 1.0], vec![50.0], vec![]] {
            let places = apart(&heights, LABEL, (0.0, 100.0));
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= LABEL - 0.01), "{heights:?}: {places:?}");
            assert!(places.iter().all(|y| (-0.01..=100.01).contains(y)), "{heights:?}: {places:?}");
        }
        assert_eq!(apart(&[10.0, 60.0, 90.0], LABEL, (0.0, 100.0)), [10.0, 60.0, 90.0], "labels without overlap are not moved");
    }

    #[test]
    fn logarithmic_axis_starts_at_the_first_bin_and_is_invertible() {
        let axis = Images::new(true, 0.0, 60_000.0, 100.0);
        assert!((axis.at(1000.0) - 3.0).abs() < 1e-12 && (axis.image(axis.at(777.0)) - 777.0).abs() < 1e-6);
        assert_eq!(axis.axis(0.0).range.0, 2.0);
        let linear = Images::new(false, 0.0, 500.0, 10.0);
        assert_eq!((linear.at(70.0), linear.image(70.0), linear.axis(0.0).range), (70.0, 70.0, (0.0, 500.0)));
    }
}
