//! Line and bar charts, drawn by `plotters`.

use super::super::words::count;
use super::css;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::prelude::*;
use std::ops::Range;

/// Canvas pixels per pixel of the figure, because canvas coordinates are whole numbers.
const FINE: i32 = 4;
/// Placeholder colours for text and grid, replaced by the text colour of the page.
const INK: RGBColor = RGBColor(1, 2, 3);

/// One axis.
#[derive(Debug, Clone)]
pub(in crate::report) struct Axis {
    /// Label with unit.
    pub(in crate::report) label: String,
    /// First and last value.
    pub(in crate::report) range: (f64, f64),
    /// Positions of the ticks.
    pub(in crate::report) marks: Vec<f64>,
    /// Whether the axis is logarithmic.
    pub(in crate::report) log: bool,
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let Range { start, end } = self.range();
        limit.0 + ((value - start) / (end - start) * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // ticks only at the given positions
        if hint.weight().allow_light_points() { Vec::new() } else { self.marks.clone() }
    }

    fn range(&self) -> Range<f64> {
        let (start, end) = self.range;
        if end > start { start..end } else { start..start + 1.0 }
    }
}

/// A curve.
#[derive(Debug, Clone)]
pub(in crate::report) struct Series {
    /// Its colour and whether it is dashed.
    pub(in crate::report) look: ((u8, u8, u8), bool),
    /// Whether it is drawn faintly, as one of several runs.
    pub(in crate::report) faint: bool,
    /// Its points.
    pub(in crate::report) points: Vec<(f64, f64)>,
    /// Whether points are marked, with their range if there is one.
    pub(in crate::report) dots: bool,
    /// Minimum and maximum at each point, or empty.
    pub(in crate::report) spread: Vec<(f64, f64)>,
}

/// Curves over two axes.
#[derive(Debug, Clone)]
pub(in crate::report) struct Lines {
    pub(in crate::report) x: Axis,
    pub(in crate::report) y: Axis,
    pub(in crate::report) series: Vec<Series>,
}

/// Bars from zero upward: start and value, all of one width.
#[derive(Debug, Clone)]
pub(in crate::report) struct Bars {
    pub(in crate::report) x: Axis,
    pub(in crate::report) y: Axis,
    pub(in crate::report) width: f64,
    pub(in crate::report) columns: Vec<(f64, f64)>,
    pub(in crate::report) colour: (u8, u8, u8),
}

impl Lines {
    /// The figure with a width and height in points; `alt` is its text alternative.
    pub(in crate::report) fn svg(&self, size: (u32, u32), alt: &str) -> String {
        let mut marks: Vec<Mark> = Vec::new();
        for Series { look: (colour, dashed), faint, points, dots, spread } in &self.series {
            let (colour, width) = (RGBColor(colour.0, colour.1, colour.2), if *faint { 1 } else { 2 });
            let dash = if *dashed { Some((6, 4)) } else { None };
            marks.push(Mark::Line { points: points.clone(), colour: colour.mix(if *faint { 0.4 } else { 1.0 }), width, dash });
            for (&(x, _), &(low, high)) in points.iter().zip(spread) {
                marks.push(Mark::Line { points: vec![(x, low), (x, high)], colour: colour.mix(0.7), width: 1, dash: None });
            }
            if *dots {
                marks.extend(points.iter().map(|&at| Mark::Dot { at, colour }));
            }
        }
        draw(size, &self.x, &self.y, &marks, alt)
    }
}

impl Bars {
    /// The figure with a width and height in points; `alt` is its text alternative.
    pub(in crate::report) fn svg(&self, size: (u32, u32), alt: &str) -> String {
        let colour = RGBColor(self.colour.0, self.colour.1, self.colour.2);
        let bar = |&(start, value): &(f64, f64)| Mark::Bar { corners: [(start, 0.0), (start + self.width, value)], colour };
        let marks: Vec<Mark> = self.columns.iter().filter(|(_, value)| *value > 0.0).map(bar).collect();
        draw(size, &self.x, &self.y, &marks, alt)
    }
}

/// Content of the axes.
enum Mark {
    Line { points: Vec<(f64, f64)>, colour: RGBAColor, width: u32, dash: Option<(u32, u32)> },
    Dot { at: (f64, f64), colour: RGBColor },
    Bar { corners: [(f64, f64); 2], colour: RGBColor },
}

fn draw(size: (u32, u32), x: &Axis, y: &Axis, marks: &[Mark], alt: &str) -> String {
    let mut svg = String::new();
    // invariant: drawing in memory cannot fail, and ranges are not empty
    draw_onto(&mut svg, size, x, y, marks).ok();
    accessible(&svg, size, alt)
}

fn draw_onto(
    svg: &mut String,
    (width, height): (u32, u32),
    x: &Axis,
    y: &Axis,
    marks: &[Mark],
) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
    let fine = FINE as u32;
    let root = SVGBackend::with_string(svg, (width * fine, height * fine)).into_drawing_area();
    let text = |size: i32| ("sans-serif", size * FINE).into_font().color(&INK);
    let mut chart = ChartBuilder::on(&root)
        .margin_top(6 * FINE)
        .margin_right(30 * FINE)
        .margin_left(4 * FINE)
        .x_label_area_size(42 * FINE)
        .y_label_area_size(54 * FINE)
        .build_cartesian_2d(x.clone(), y.clone())?;
    chart
        .configure_mesh()
        .x_desc(x.label.as_str())
        .y_desc(y.label.as_str())
        .axis_desc_style(text(15))
        .label_style(text(14))
        .x_labels(x.marks.len().max(1))
        .y_labels(y.marks.len().max(1))
        .x_label_formatter(&|value| mark(x, *value))
        .y_label_formatter(&|value| mark(y, *value))
        .axis_style(INK.mix(0.6).stroke_width(fine))
        .bold_line_style(INK.mix(0.13).stroke_width(fine))
        .light_line_style(TRANSPARENT)
        .set_all_tick_mark_size(4 * FINE)
        .draw()?;
    for mark in marks {
        match mark {
            Mark::Line { points, colour, width, dash: None } => {
                chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(width * fine)))?;
            }
            Mark::Line { points, colour, width, dash: Some((on, off)) } => {
                let style = colour.stroke_width(width * fine);
                chart.draw_series(DashedLineSeries::new(points.iter().copied(), on * fine, off * fine, style))?;
            }
            Mark::Dot { at, colour } => {
                chart.draw_series(std::iter::once(Circle::new(*at, 3 * FINE, colour.filled())))?;
            }
            Mark::Bar { corners, colour } => {
                chart.draw_series(std::iter::once(Rectangle::new(*corners, colour.mix(0.85).filled())))?;
            }
        }
    }
    root.present()
}

/// Tick label.
fn mark(axis: &Axis, value: f64) -> String {
    if axis.log {
        let value = libm::pow(10.0, value);
        return if value >= 0.99 {
            count(value.round() as u64)
        } else {
            format!("{:.*}", (-libm::floor(libm::log10(value) + 1e-9)) as usize, value)
        };
    }
    let step = axis.marks.windows(2).map(|pair| pair[1] - pair[0]).fold(1.0, f64::min);
    if step < 1.0 {
        // as many decimals as the step has
        let decimals = libm::ceil(-libm::log10(step) - 1e-9).clamp(1.0, 12.0) as usize;
        format!("{value:.decimals$}").replace('-', "−")
    } else {
        let whole = count(value.abs().round() as u64);
        if value <= -0.5 { format!("−{whole}") } else { whole }
    }
}

/// Replaces the placeholder colours and the size, and adds the text alternative.
fn accessible(svg: &str, (width, height): (u32, u32), alt: &str) -> String {
    let start = svg.find('>').map_or(0, |at| at + 1);
    let (wide, high) = (width * FINE as u32, height * FINE as u32);
    let body = svg[start..].replace(&css((INK.0, INK.1, INK.2)), "currentColor");
    let alt = maud::html! { title { (alt) } }.into_string();
    format!("<svg role=\"img\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" width=\"{width}\">\n{alt}{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(label: &str, log: bool) -> Axis {
        Axis { label: label.to_owned(), range: (0.0, 5.0), marks: vec![0.0, 2.5, 5.0], log }
    }

    #[test]
    fn a_figure_says_what_it_shows_and_has_labels_with_units_and_no_colour_of_its_own_for_ink() {
        let series = Series {
            look: ((0, 114, 178), true),
            faint: false,
            points: vec![(0.0, 1.0), (5.0, 4.0)],
            dots: true,
            spread: vec![(0.5, 2.0)],
        };
        let lines = Lines { x: axis("time (ms)", false), y: axis("right (%) <&>", false), series: vec![series] };
        let svg = lines.svg((300, 200), "Two < three & more");
        for part in [
            "<title>Two &lt; three &amp; more</title>",
            "time (ms)",
            "right (%) &lt;&amp;&gt;",
            "currentColor",
            "#0072B2",
            "<circle",
            "viewBox=\"0 0 1200 800\"",
        ] {
            assert!(svg.contains(part), "{part} is missing in {svg}");
        }
        assert!(!svg.contains("#010203") && svg.trim_end().ends_with("</svg>"));
        assert_eq!(svg, lines.svg((300, 200), "Two < three & more"), "the same every time");
    }

    #[test]
    fn marks_of_a_logarithmic_axis_are_what_they_stand_for() {
        let log = axis("images", true);
        assert_eq!([2.0, 3.0, 6.0].map(|value| mark(&log, value)), ["100", "1,000", "1,000,000"]);
        let plain = axis("ms", false);
        assert_eq!([0.0, 2.0, -3.0, 12_000.0].map(|value| mark(&plain, value)), ["0", "2", "−3", "12,000"]);
        let narrow = Axis { marks: vec![0.0, 0.5], ..plain };
        assert_eq!(mark(&narrow, 0.5), "0.5");
        let fine = Axis { marks: vec![0.0, 0.05, 0.1], ..narrow };
        assert_eq!([0.05, 0.1, -0.15].map(|value| mark(&fine, value)), ["0.05", "0.10", "−0.15"]);
    }
}
