//! Studies of free runs: mean rates along the axes of a sweep, and the summary as a table.

use crate::model::{NetworkSpec, Path, TaskSpec, unit_of};
use crate::report::figures::{Axis, Lines, Series, linear, look, powers};
use crate::report::studies::StudyFigure;
use crate::report::words::number;
use crate::study::free::{FreeResult, FreeStudy, FreeSummary, quantities};
use crate::study::{Job, dimensions};
use maud::{Markup, html};

/// Mean, minimum and maximum.
type Seen = (f64, f64, f64);

/// Curves of a figure, at most.
const MOST_CURVES: usize = 12;

/// A figure for every axis with numbers: the mean rate of every population along it.
pub fn figures(study: &FreeStudy, network: &NetworkSpec, results: &[(Job, FreeResult)]) -> Vec<StudyFigure> {
    let summary = FreeSummary::of(study, network, results);
    dimensions(&study.axes).into_iter().filter_map(|axis| along(study, network, &summary, axis)).collect()
}

fn along(study: &FreeStudy, network: &NetworkSpec, summary: &[FreeSummary], axis: usize) -> Option<StudyFigure> {
    let id = &study.axes[axis].id;
    let path: Path = id.parse().ok()?;
    // of the fields of the task, the duration is a number
    let of_task = TaskSpec::free(1.0);
    let unit = unit_of(network, &path)?;
    let value = |text: &String| {
        if path.is_task(network) {
            of_task.with(&path.field, text, network.dt_ms).ok()?.duration_ms()
        } else {
            network.read(&path, text).ok()?.number()
        }
    };
    let xs: Vec<f64> = study.axes[axis].values.iter().map(value).collect::<Option<_>>()?;
    let (least, greatest) = xs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
    if least >= greatest {
        return None;
    }
    let log = least > 0.0 && greatest / least >= 10.0;
    let place = |x: f64| if log { libm::log10(x) } else { x };
    let mut drawn: Vec<f64> = xs.clone();
    drawn.sort_by(f64::total_cmp);
    drawn.dedup();
    let rates: Vec<(usize, String)> = quantities(network)
        .iter()
        .enumerate()
        .filter_map(|(index, quantity)| Some((index, quantity.path.strip_suffix(".mean_rate")?.to_owned())))
        .take(MOST_CURVES)
        .collect();
    // mean, minimum and maximum over seeds and all other axes
    let seen = |quantity: usize, x: f64| -> Option<Seen> {
        let lines = summary.iter().filter(|line| line.quantity == quantity && xs[line.variant] == x);
        let all: Vec<f64> = lines.flat_map(|line| line.values.iter().map(|(_, value)| *value)).collect();
        let (low, high) = all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &a| (low.min(a), high.max(a)));
        (!all.is_empty()).then(|| (all.iter().sum::<f64>() / all.len() as f64, low, high))
    };
    let curves: Vec<Vec<(f64, Seen)>> =
        rates.iter().map(|(quantity, _)| drawn.iter().filter_map(|&x| Some((place(x), seen(*quantity, x)?))).collect()).collect();
    let most = curves.iter().flatten().map(|(_, (_, _, high))| *high).fold(0.1, f64::max) * 1.05;
    let series = curves.iter().enumerate().map(|(n, points)| Series {
        look: look(n),
        faint: false,
        points: points.iter().map(|&(x, (mean, ..))| (x, mean)).collect(),
        dots: true,
        spread: points.iter().map(|&(_, (_, low, high))| (low, high)).collect(),
    });
    let room = 0.04 * (place(greatest) - place(least));
    let range = (place(least) - room, place(greatest) + room);
    // those that are varied together
    let together = study.axes.iter().filter(|other| other.values == study.axes[axis].values).map(|other| other.id.as_str());
    let named = together.collect::<Vec<_>>().join(", ");
    let label = if unit.is_empty() { named } else { format!("{named} ({unit})") };
    let lines = Lines {
        x: Axis { label, range, marks: if log { powers(range.0, range.1) } else { linear(range.0, range.1, 5) }, log },
        y: Axis { label: "mean rate (Hz)".to_owned(), range: (0.0, most), marks: linear(0.0, most, 5), log: false },
        series: series.collect(),
    };
    let alt = format!("Mean rates of the populations of {} over {id}", study.preset);
    let plain: String = id.chars().map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let caption = "Mean rates over the seeds and all other axes; vertical lines from minimum to maximum.".to_owned();
    let curves = rates.into_iter().map(|(_, name)| name).collect();
    Some(StudyFigure { name: format!("along-{plain}"), svg: lines.svg((560, 320), &alt), caption, curves })
}

/// The summary of a study of free runs, one line per variant and quantity; none for another table.
pub(in crate::report) fn summary(columns: &[String], rows: &[Vec<String>]) -> Option<Markup> {
    let place = |name: &str| columns.iter().position(|column| column == name);
    let [name, quantity, mean, sd] = ["name", "quantity", "mean", "sd"].map(place);
    let (name, quantity, mean, sd) = (name?, quantity?, mean?, sd?);
    let [difference, half, p] = ["difference", "difference_ci95_half_width", "p_holm"].map(place);
    let value = |row: &Vec<String>, at: Option<usize>| at.and_then(|at| row.get(at)?.parse::<f64>().ok());
    let spread = |value: Option<f64>, by: Option<f64>, signed: bool| {
        let sign = if signed && value.is_some_and(|value| value > 0.0) { "+" } else { "" };
        let by = by.map_or_else(String::new, |by| format!("\u{a0}±\u{a0}{}", number(by)));
        value.map_or_else(|| "–".to_owned(), |value| format!("{sign}{}{by}", number(value)))
    };
    let compares = rows.iter().any(|row| value(row, difference).is_some());
    Some(html! { table {
        thead { tr { th { "variant" } th.text { "quantity" } th { "mean" } @if compares { th { "difference" } th { "p" } } } }
        tbody { @for (at, row) in rows.iter().enumerate() {
            @let first = at == 0 || rows[at - 1].get(name) != row.get(name);
            tr {
                th scope="row" { @if first { (row.get(name).map_or("", String::as_str)) } }
                td.text { (row.get(quantity).map_or("", String::as_str)) }
                td { (spread(value(row, Some(mean)), value(row, Some(sd)), false)) }
                @if compares {
                    td { (spread(value(row, difference), value(row, half), true)) }
                    td { (value(row, p).map_or_else(|| "–".to_owned(), |p| if p < 0.001 { "< 0.001".to_owned() } else { format!("{p:.3}") })) }
                }
            }
        } }
        caption {
            "Mean ± sample standard deviation over the seeds."
            @if compares { " Differences from the intact network are paired by seed, ± half the width of the 95 % confidence interval; p values are of a paired t test, corrected for all lines (Holm 1979)." }
        }
    } })
}
