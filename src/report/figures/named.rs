//! Figures with named rows and columns: dot plots with uncertainty, and heatmaps with values.

use super::super::words::percent;
use super::{COLOURS, css};
use maud::html;

/// A row of a dot plot: name, values and mean.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Row {
    pub(in crate::report) name: String,
    /// Whether it is indented below the previous row, as a damage below its network.
    pub(in crate::report) indented: bool,
    /// One value per seed, from 0 to 1.
    pub(in crate::report) values: Vec<f64>,
    pub(in crate::report) mean: Option<f64>,
    /// Text on the right.
    pub(in crate::report) note: String,
}

const LINE: f64 = 22.0;
const PLOT: f64 = 340.0;

/// Accuracies by name from 0 to 100 %: a circle per seed, a bar at the mean, and a line at the mean of the first row.
pub(in crate::report) fn dots(rows: &[Row], alt: &str) -> String {
    let longest = rows.iter().map(|row| row.name.chars().count() + 2 * usize::from(row.indented)).max().unwrap_or(0);
    let left = longest as f64 * 7.0 + 14.0;
    let (width, high) = (left + PLOT + 190.0, rows.len() as f64 * LINE);
    let x = |value: f64| left + PLOT * value;
    let y = |row: usize| 8.0 + (row as f64 + 0.5) * LINE;
    let colour = css(COLOURS[0]);
    html! {
        svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {}", high + 52.0)) width=(width.round()) font-family="sans-serif" font-size="13" fill="currentColor" {
            title { (alt) }
            @for tenth in 0..=5 {
                @let at = x(f64::from(tenth) / 5.0);
                line x1=(at) x2=(at) y1="8" y2=(high + 8.0) stroke="currentColor" stroke-opacity="0.13" {}
                text x=(at) y=(high + 26.0) text-anchor="middle" { (tenth * 20) }
            }
            text x=(x(0.5)) y=(high + 46.0) text-anchor="middle" { "right (%)" }
            @if let Some(mean) = rows.first().and_then(|row| row.mean) {
                line x1=(x(mean)) x2=(x(mean)) y1="8" y2=(high + 8.0) stroke=(colour) stroke-opacity="0.6" stroke-dasharray="4 3" {}
            }
            @for (place, row) in rows.iter().enumerate() {
                text x=(left - 10.0) y=(y(place) + 4.5) text-anchor="end" fill-opacity=(if row.indented { "0.75" } else { "1" }) { (row.name) }
                @for &value in &row.values {
                    circle cx=(x(value)) cy=(y(place)) r="3.5" fill="none" stroke=(colour) stroke-width="1.3" {}
                }
                @if let Some(mean) = row.mean {
                    line x1=(x(mean)) x2=(x(mean)) y1=(y(place) - 8.0) y2=(y(place) + 8.0) stroke=(colour) stroke-width="2.5" {}
                }
                text x=(left + PLOT + 12.0) y=(y(place) + 4.5) { (row.note) }
            }
        }
    }
    .into_string()
}

/// Values from 0 to 1 by row and column; the first row is at the bottom.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Heat {
    /// Axis labels with units.
    pub(in crate::report) across: String,
    pub(in crate::report) up: String,
    /// Values of the axes.
    pub(in crate::report) columns: Vec<String>,
    pub(in crate::report) rows: Vec<String>,
    /// Row by row; `None` without a measurement.
    pub(in crate::report) cells: Vec<Option<f64>>,
}

/// The figure, with a colour scale from minimum to maximum and every value as text.
pub(in crate::report) fn heat(heat: &Heat, alt: &str) -> String {
    let Heat { across, up, columns, rows, cells } = heat;
    let longest = |names: &[String]| names.iter().map(|name| name.chars().count()).max().unwrap_or(0) as f64;
    let wide = (longest(columns) * 7.0 + 12.0).max(58.0);
    let (left, high) = (longest(rows) * 7.0 + 40.0, 34.0);
    let (plot, tall) = (wide * columns.len() as f64, high * rows.len() as f64);
    let known = || cells.iter().flatten().copied();
    let (low, top) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let share = |value: f64| if top > low { (value - low) / (top - low) } else { 0.5 };
    let y = |row: usize| 8.0 + tall - (row + 1) as f64 * high;
    html! {
        svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {} {}", left + plot + 12.0, tall + 52.0)) width=((left + plot + 12.0).round()) font-family="sans-serif" font-size="13" fill="currentColor" {
            title { (alt) }
            @for (row, name) in rows.iter().enumerate() {
                text x=(left - 8.0) y=(y(row) + high / 2.0 + 4.5) text-anchor="end" { (name) }
                @for column in 0..columns.len() {
                    @let (x, cell) = (left + wide * column as f64, cells.get(row * columns.len() + column).copied().flatten());
                    @if let Some(value) = cell {
                        @let shade = colorous::CIVIDIS.eval_continuous(share(value));
                        rect x=(x) y=(y(row)) width=(wide - 1.0) height=(high - 1.0) fill=(css((shade.r, shade.g, shade.b))) {}
                        text x=(x + wide / 2.0) y=(y(row) + high / 2.0 + 4.5) text-anchor="middle" fill=(if share(value) < 0.55 { "#FFFFFF" } else { "#000000" }) { (percent(value)) }
                    } @else {
                        text x=(x + wide / 2.0) y=(y(row) + high / 2.0 + 4.5) text-anchor="middle" { "–" }
                    }
                }
            }
            @for (column, name) in columns.iter().enumerate() {
                text x=(left + wide * (column as f64 + 0.5)) y=(tall + 25.0) text-anchor="middle" { (name) }
            }
            text x=(left + plot / 2.0) y=(tall + 46.0) text-anchor="middle" { (across) }
            text x="14" y=(8.0 + tall / 2.0) text-anchor="middle" transform=(format!("rotate(-90 14 {})", 8.0 + tall / 2.0)) { (up) }
        }
    }
    .into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_stands_at_its_value_and_names_are_escaped() {
        let row = Row { name: "a < b".to_owned(), indented: false, values: vec![0.25], mean: Some(0.5), note: "n".to_owned() };
        let svg = dots(&[row], "alt");
        let left = 5.0 * 7.0 + 14.0;
        assert!(
            svg.contains(&format!("cx=\"{}\"", left + 0.25 * PLOT)) && svg.contains("a &lt; b") && svg.contains("<title>alt</title>"),
            "{svg}"
        );
    }

    #[test]
    fn a_heatmap_writes_every_value_and_a_dash_where_there_is_none() {
        let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        let map = Heat {
            across: "x".into(),
            up: "y".into(),
            columns: names(["1", "2"]),
            rows: names(["a", "b"]),
            cells: vec![Some(0.5), None, Some(0.75), Some(1.0)],
        };
        let svg = heat(&map, "alt");
        for part in ["50.00", "75.00", "100.00", "–"] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        // the first row is the lowest
        let at = |part: &str| svg.find(part).unwrap();
        let y = |part: &str| svg[at(part) - 90..at(part)].to_owned();
        assert_ne!(y("50.00"), y("75.00"));
        assert_eq!(svg.matches("<rect").count(), 3);
    }
}
