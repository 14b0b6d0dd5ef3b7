//! The four plots.

use super::summary;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{count, fixed, short};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::state::choices::TestPlot;
use crate::session::{Characterised, PhasePlane};
use egui::{Align2, Color32, Painter, Rect, Response, Sense, Shape, Stroke, Ui, pos2, vec2};

/// Bins of the intervals.
const BINS: usize = 40;
/// Smallest height of a plot in points that has notes.
const NOTES: f32 = 60.0;
/// Length of the mark of a spike in points.
const SPIKE: f32 = 9.0;

/// Paint one of them into `rect`.
pub(super) fn draw(ui: &mut Ui, rect: Rect, plot: TestPlot, view: &Characterised, cx: &Context) {
    let response = ui.allocate_rect(rect, Sense::hover());
    text::label(&response, egui::Role::Image, || summary(plot, view));
    let painter = ui.painter_at(rect);
    match plot {
        TestPlot::Curve => curve(&painter, response, view, cx),
        TestPlot::Step => step(&painter, response, view, cx),
        TestPlot::Intervals => intervals(&painter, response, view, cx),
        TestPlot::Plane => {
            if let Ok(found) = &*view.plane {
                plane(&painter, response, view, found, cx);
            }
        }
    }
}

/// A note in the upper left corner.
fn title(plot: &Plot, words: &str, cx: &Context) {
    if plot.area.height() > NOTES {
        plot.note(plot.area.left_top() + vec2(6.0, 0.0), Align2::LEFT_TOP, words, cx.palette.dim, cx.palette);
    }
}

/// A dashed vertical line.
fn upright(plot: &Plot, x: f64, colour: Color32) {
    let x = plot.painter().round_to_pixel_center(plot.x.at(x));
    let ends = [pos2(x, plot.area.top()), pos2(x, plot.area.bottom())];
    plot.painter().extend(Shape::dashed_line(&ends, Stroke::new(1.0, colour), 4.0, 3.0));
}

/// Lowest and highest finite value.
fn span(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.filter(|value| value.is_finite());
    finite.fold(None, |span, value| Some(span.map_or((value, value), |(low, high): (f64, f64)| (low.min(value), high.max(value)))))
}

/// Rates over the current.
fn curve(painter: &Painter, response: Response, view: &Characterised, cx: &Context) {
    let palette = cx.palette;
    let Some(found) = view.curve.as_deref() else {
        return text::inside(painter, response.rect, "The f–I curve is being computed.", palette.dim);
    };
    let Some((low, high)) = span(found.points.iter().map(|point| point.current)) else { return };
    let rates = found.points.iter().flat_map(|point| [Some(point.rate_hz), point.closed_hz]).flatten();
    let most = ceiling(1.02 * span(rates).map_or(10.0, |span| span.1).max(10.0));
    let unit = view.subject.unit();
    let plot = Plot::new(painter, response.rect, Some(Axis::new((low, high), unit)), Some(Axis::new((0.0, most), "Hz")), palette);
    let (line, dots) = if view.curve_is_current { (palette.trace, palette.accent) } else { (palette.faint, palette.faint) };
    plot.curve(found.points.iter().filter_map(|point| Some((point.current, point.closed_hz?))), Stroke::new(2.0, line));
    plot.curve(found.points.iter().map(|point| (point.current, point.rate_hz)), Stroke::new(1.0, dots));
    for point in &found.points {
        plot.painter().circle_filled(plot.at(point.current, point.rate_hz), 2.6, dots);
    }
    upright(&plot, view.subject.onset().current, palette.dim);
    if view.subject.constant != 0.0 {
        upright(&plot, view.subject.constant, palette.accent);
    }
    let closed = if found.points.iter().any(|point| point.closed_hz.is_some()) { " · line: closed form" } else { "" };
    title(&plot, &format!("rate over {}{closed}", view.subject.current_words()), cx);
    if let Some((current, _)) = plot.hover(&response, palette) {
        let near = found.points.iter().min_by(|a, b| (a.current - current).abs().total_cmp(&(b.current - current).abs()));
        if let Some(point) = near {
            let optional = |words: &str, hz: Option<f64>| hz.map_or_else(String::new, |hz| format!("\n{words} {} Hz", fixed(hz, 2)));
            response.on_hover_text_at_pointer(format!(
                "{} {unit}: {} Hz{}{}",
                short(point.current),
                fixed(point.rate_hz, 2),
                optional("first interval", point.first_hz),
                optional("closed form", point.closed_hz)
            ));
        }
    }
}

/// Potential and second variable over time.
fn step(painter: &Painter, response: Response, view: &Characterised, cx: &Context) {
    let (palette, step) = (cx.palette, &*view.step);
    let Some((low, high)) = span(step.v_mv.iter().copied()) else { return };
    let rect = response.rect;
    let second = step.second_name.filter(|_| rect.height() > 110.0);
    let split = if second.is_some() { rect.top() + 0.64 * rect.height() } else { rect.bottom() };
    let end = step.v_mv.len() as f64 * step.sample_ms;
    let x = Axis::new((0.0, end), "ms");
    let room = (high - low).max(1.0);
    let upper = Rect::from_min_max(rect.min, pos2(rect.right(), split));
    let axis = Axis::new((low - 0.06 * room, high + 0.35 * room), "mV");
    let plot = Plot::stacked(painter, upper, x, axis, second.is_none(), palette);
    let shaded = Rect::from_x_y_ranges(plot.x.at(step.step_ms[0])..=plot.x.at(step.step_ms[1]), plot.area.y_range());
    plot.painter().rect_filled(shaded, 0.0, palette.raised.gamma_multiply(0.6));
    let every = (step.v_mv.len() / (2 * plot.area.width().max(1.0) as usize)).max(1);
    plot.curve(step.potential().step_by(every), Stroke::new(1.3, palette.trace));
    for ms in &step.spikes_ms {
        let at = plot.at(*ms, high);
        plot.painter().vline(at.x, (at.y - SPIKE)..=at.y, Stroke::new(1.2, palette.accent));
    }
    title(&plot, &format!("step of {} {}", short(step.current), view.subject.unit()), cx);
    if let Some((name, unit)) = second
        && let Some((low, high)) = span(step.second.iter().copied())
    {
        let room = 0.1 * (high - low).max(0.1);
        let lower = Rect::from_min_max(pos2(rect.left(), split), rect.max);
        let plot = Plot::stacked(painter, lower, x, Axis::new((low - room, high + room), unit), true, palette);
        plot.curve(step.second().step_by(every), Stroke::new(1.3, palette.good));
        plot.note(plot.area.left_top() + vec2(6.0, 0.0), Align2::LEFT_TOP, name, palette.good, palette);
    }
    if let Some((ms, _)) = plot.hover(&response, palette) {
        let at = ((ms / step.sample_ms).max(0.0) as usize).min(step.v_mv.len() - 1);
        let second = step.second_name.and_then(|(name, unit)| Some(format!("\n{name} {} {unit}", fixed(*step.second.get(at)?, 2))));
        response.on_hover_text_at_pointer(format!("{} ms: {} mV{}", fixed(ms, 1), fixed(step.v_mv[at], 2), second.unwrap_or_default()));
    }
}

/// Histogram of the intervals.
fn intervals(painter: &Painter, response: Response, view: &Characterised, cx: &Context) {
    let palette = cx.palette;
    let Some(noise) = view.noise.as_deref() else {
        return text::inside(painter, response.rect, "The intervals under noise are being computed.", palette.dim);
    };
    if noise.intervals_ms.is_empty() {
        return text::inside(painter, response.rect, "The neuron does not fire twice under this noise.", palette.dim);
    }
    let (width, shares) = noise.histogram(BINS);
    // with room for the note above the bars
    let most = ceiling(1.25 * shares.iter().copied().fold(1.0, f64::max));
    let x = Axis::new((0.0, width * BINS as f64), "ms");
    let plot = Plot::new(painter, response.rect, Some(x), Some(Axis::new((0.0, most), "%")), palette);
    let colour = if view.noise_is_current { palette.trace } else { palette.faint };
    for (bin, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        let corners = [plot.at((bin as f64 + 0.06) * width, *share), plot.at((bin as f64 + 0.94) * width, 0.0)];
        plot.painter().rect_filled(Rect::from_two_pos(corners[0], corners[1]), 0.0, colour);
    }
    let cv = noise.cv.map_or_else(String::new, |cv| format!(" · CV {}", fixed(cv, 2)));
    let unit = view.subject.unit();
    let given = format!("noise {} ± {} {unit} · {} Hz{cv}", short(noise.noise.mean), short(noise.noise.sd), fixed(noise.rate_hz, 1));
    title(&plot, &given, cx);
    if let Some((ms, _)) = plot.hover(&response, palette) {
        let bin = ((ms / width).max(0.0) as usize).min(BINS - 1);
        response.on_hover_text_at_pointer(format!(
            "{} to {} ms: {} % of {} intervals",
            fixed(bin as f64 * width, 1),
            fixed((bin + 1) as f64 * width, 1),
            fixed(shares[bin], 1),
            count(noise.intervals_ms.len() as u64)
        ));
    }
}

/// Nullclines, fixed points and the course of the step response.
fn plane(painter: &Painter, response: Response, view: &Characterised, plane: &PhasePlane, cx: &Context) {
    let palette = cx.palette;
    let (name, unit) = plane.second;
    let (x, y) = (Axis::new(plane.v_mv.into(), "mV"), Axis::new(plane.second_range.into(), unit));
    let plot = Plot::new(painter, response.rect, Some(x), Some(y), palette);
    let every = (plane.course.len() / 4000).max(1);
    let course = plane.course.iter().enumerate().filter(|(k, point)| k % every == 0 || point.0.is_nan()).map(|(_, point)| *point);
    plot.curve(course, Stroke::new(1.0, palette.trace.gamma_multiply(0.6)));
    let [without, during] = &plane.v_nullclines;
    let dashed: Vec<_> = without.iter().filter(|point| is_near(plane, point.1)).map(|point| plot.at(point.0, point.1)).collect();
    plot.painter().extend(Shape::dashed_line(&dashed, Stroke::new(1.0, palette.accent.gamma_multiply(0.7)), 4.0, 3.0));
    for (nullcline, colour) in [(during, palette.accent), (&plane.second_nullcline, palette.good)] {
        let near = nullcline.iter().map(|&(v_mv, second)| if is_near(plane, second) { (v_mv, second) } else { (f64::NAN, f64::NAN) });
        plot.curve(near, Stroke::new(1.6, colour));
    }
    for point in plane.fixed_points.iter().flatten() {
        let at = plot.at(point.v_mv, point.second);
        if point.stability.is_stable() {
            plot.painter().circle_filled(at, 4.0, palette.text);
        } else {
            plot.painter().circle(at, 4.0, palette.panel, Stroke::new(1.4, palette.text));
        }
    }
    if plot.area.height() > NOTES {
        let corner = plot.area.left_top() + vec2(6.0, 0.0);
        plot.note(corner, Align2::LEFT_TOP, &format!("{name} over v"), palette.dim, palette);
        if plot.area.height() > 2.0 * NOTES {
            plot.note(corner + vec2(0.0, 15.0), Align2::LEFT_TOP, "v at rest (dashed: without current)", palette.accent, palette);
            plot.note(corner + vec2(0.0, 30.0), Align2::LEFT_TOP, &format!("{name} at rest"), palette.good, palette);
        }
    }
    if let Some((v_mv, second)) = plot.hover(&response, palette) {
        let [without, during] = plane.words();
        response.on_hover_text_at_pointer(format!(
            "v {} mV, {name} {} {unit}\nwithout current: {without}\nduring the step of {} {}: {during}",
            fixed(v_mv, 1),
            fixed(second, 2),
            short(plane.current),
            view.subject.unit()
        ));
    }
}

/// Whether a value of the second variable is not so far outside the plot that positions of pixels lose their meaning.
fn is_near(plane: &PhasePlane, second: f64) -> bool {
    (second - plane.second_range[0]).abs() < 100.0 * (plane.second_range[1] - plane.second_range[0])
}
