//! Figures of a study: accuracy of each ablation and seed; accuracy along an axis of a sweep; a heatmap of two axes.

use super::figures::{Axis, Heat, Lines, Row, Series, css, dots, heat, linear, look, powers};
use super::words::percent;
use crate::params::{Domain, ParamId};
use crate::study::{Job, JobResult, Kind, Study, Summary, dimensions};

/// Maximum number of curves in a figure.
const MOST_CURVES: usize = 6;
/// Maximum number of rows or columns of a heatmap, and of rows of dots.
const MOST_CELLS: usize = 24;
const MOST_ROWS: usize = 60;

/// Mean, minimum and maximum accuracy.
type Seen = (f64, f64, f64);

/// A figure of a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyFigure {
    /// File name without extension.
    pub name: String,
    /// The drawing.
    pub svg: String,
    /// Caption.
    pub caption: String,
    /// Names of its curves in the order of their colours, if there are several.
    pub curves: Vec<String>,
}

impl StudyFigure {
    /// The figure as a separate file, with a legend.
    pub fn standalone(&self) -> String {
        let Self { svg, curves, .. } = self;
        let number = |name: &str| -> Option<f64> {
            let at = svg.find(name)? + name.len();
            svg[at..].split(['"', ' ']).next()?.parse().ok()
        };
        let (Some(wide), Some(box_wide)) = (number("width=\""), number("viewBox=\"0 0 ")) else { return svg.clone() };
        let high = svg.find("viewBox=\"").and_then(|at| svg[at + 9..].split('"').next()?.split(' ').nth(3)?.parse::<f64>().ok());
        let high = high.map_or(0.0, |high| high * wide / box_wide);
        if curves.len() < 2 {
            return svg.clone();
        }
        let total = high + 22.0 * curves.len() as f64 + 8.0;
        maud::html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {wide} {total}")) width=(wide) font-family="sans-serif" font-size="14" fill="currentColor" {
                (maud::PreEscaped(svg.replacen("width=", &format!("height=\"{high}\" width="), 1)))
                @for (index, name) in curves.iter().enumerate() {
                    @let (y, (colour, dashed)) = (high + 22.0 * (index as f64 + 0.5), look(index));
                    line x1="60" x2="92" y1=(y) y2=(y) stroke=(css(colour)) stroke-width="2.5" stroke-dasharray=(if dashed { "6 4" } else { "none" }) {}
                    text x="102" y=(y + 5.0) { (name) }
                }
            }
        }
        .into_string()
    }
}

/// All figures of the results so far.
pub fn study_figures(study: &Study, results: &[(Job, JobResult)]) -> Vec<StudyFigure> {
    let summary = Summary::of(study, results);
    if summary.iter().all(|line| line.accuracies.is_empty()) {
        return Vec::new();
    }
    let mut figures = Vec::new();
    if study.kind == Kind::Ablation || summary.len() <= MOST_ROWS {
        figures.push(by_name(study, &summary));
    }
    figures.extend(learning(study, results));
    let dimensions = dimensions(&study.axes);
    figures.extend(dimensions.iter().filter_map(|&axis| along(study, &summary, axis)));
    let pairs = dimensions.iter().enumerate().flat_map(|(n, &first)| dimensions[n + 1..].iter().map(move |&second| (first, second)));
    figures.extend(pairs.filter_map(|(first, second)| across(study, &summary, first, second)));
    figures
}

fn seeds(study: &Study) -> String {
    let n = study.seeds.len();
    if n == 1 { "one seed".to_owned() } else { format!("{n} seeds") }
}

/// Every line of the summary.
fn by_name(study: &Study, summary: &[Summary]) -> StudyFigure {
    let row = |line: &Summary| {
        let against = line.against.map(|against| format!("{:+.2}", 100.0 * against.difference).replace('-', "−"));
        let p = line.p_holm.map(|p| if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") });
        let mean = line.mean().map(percent);
        let note = [mean, against, p].into_iter().flatten().collect::<Vec<_>>().join("   ");
        let values = line.accuracies.iter().map(|(_, accuracy)| *accuracy).collect();
        Row { name: line.name.clone(), indented: line.damage.is_some(), values, mean: line.mean(), note }
    };
    let rows: Vec<Row> = summary.iter().map(row).collect();
    let alt = format!("Accuracy of {} for every variant of the study", study.preset);
    let caption = match study.kind {
        Kind::Ablation => {
            "One circle per seed, a bar at the mean, a dashed line at the mean of the intact network. On the right: mean in percent, difference from the intact network, p value of a paired t test after Holm's correction."
        }
        Kind::Sweep => "One circle per seed, a bar at the mean.",
    };
    StudyFigure {
        name: "accuracy".to_owned(),
        svg: dots(&rows, &alt),
        caption: format!("{}, {}. {caption}", study.preset, seeds(study)),
        curves: Vec::new(),
    }
}

/// Learning curves of the variants, mean over the seeds.
fn learning(study: &Study, results: &[(Job, JobResult)]) -> Option<StudyFigure> {
    let curve = |variant: usize| -> Vec<(f64, f64)> {
        let curves: Vec<&Vec<(u64, f32)>> =
            results.iter().filter(|(job, _)| job.variant == variant).map(|(_, result)| &result.curve).collect();
        let shortest = curves.iter().map(|curve| curve.len()).min().unwrap_or(0);
        let mean = |at: usize| curves.iter().map(|curve| 100.0 * f64::from(curve[at].1)).sum::<f64>() / curves.len() as f64;
        (0..shortest).map(|at| (curves[0][at].0 as f64, mean(at))).collect()
    };
    let most = if study.kind == Kind::Ablation { 2 * MOST_CURVES } else { MOST_CURVES };
    if study.variants.len() > most + 1 {
        return None;
    }
    let series = (0..study.variants.len()).map(|variant| Series {
        look: look(variant),
        faint: false,
        points: curve(variant),
        dots: false,
        spread: Vec::new(),
    });
    let last = study.images as f64;
    let lines = Lines {
        x: Axis { label: "training images".to_owned(), range: (0.0, last), marks: linear(0.0, last, 4), log: false },
        y: Axis { label: "right (%)".to_owned(), range: (0.0, 100.0), marks: linear(0.0, 100.0, 5), log: false },
        series: series.collect(),
    };
    let alt = format!("Training accuracy of the variants of {} over the number of training images", study.preset);
    let curves = study.variants.iter().map(|variant| variant.name.clone()).collect();
    let caption = "Accuracy over the last 1,000 training images, mean over the seeds.".to_owned();
    Some(StudyFigure { name: "learning".to_owned(), svg: lines.svg((720, 340), &alt), caption, curves })
}

/// A parameter of the registry, if the axis has numbers.
fn number_of(study: &Study, axis: usize, variant: usize) -> Option<f64> {
    let (id, text) = (ParamId::from_name(&study.axes[axis].id)?, &study.axes[axis].values[variant]);
    if matches!(id.spec().domain, Domain::Choice(_)) { None } else { crate::params::parse_value(id.spec(), text).ok() }
}

/// Axis label with unit.
fn label(study: &Study, axis: usize) -> String {
    let id = &study.axes[axis].id;
    match ParamId::from_name(id).map(ParamId::spec) {
        Some(spec) if spec.unit.is_empty() => spec.label.to_owned(),
        Some(spec) => format!("{} ({})", spec.label, spec.unit),
        None => id.clone(),
    }
}

/// Distinct values of an axis: in numerical order if they are numbers, otherwise in the order of the study.
fn values(study: &Study, axis: usize) -> Vec<String> {
    let mut seen: Vec<(Option<f64>, String)> = Vec::new();
    for variant in 0..study.variants.len() {
        let value = &study.axes[axis].values[variant];
        if !seen.iter().any(|(_, other)| other == value) {
            seen.push((number_of(study, axis, variant), value.clone()));
        }
    }
    seen.sort_by(|a, b| a.0.unwrap_or(0.0).total_cmp(&b.0.unwrap_or(0.0)));
    seen.into_iter().map(|(_, value)| value).collect()
}

/// Mean, minimum and maximum of the matching lines.
fn mean(summary: &[Summary], fits: impl Fn(usize) -> bool) -> Option<Seen> {
    let all: Vec<f64> = summary.iter().filter(|line| fits(line.variant)).flat_map(|line| line.accuracies.iter().map(|(_, a)| *a)).collect();
    let (low, high) = all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &a| (low.min(a), high.max(a)));
    (!all.is_empty()).then(|| (all.iter().sum::<f64>() / all.len() as f64, low, high))
}

/// Accuracy along one axis, with one curve per value of the next axis if there are few.
fn along(study: &Study, summary: &[Summary], axis: usize) -> Option<StudyFigure> {
    let xs: Vec<f64> = (0..study.variants.len()).map(|variant| number_of(study, axis, variant)).collect::<Option<_>>()?;
    let (least, greatest) = xs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
    if least >= greatest {
        return None;
    }
    let log = least > 0.0 && greatest / least >= 10.0;
    let place = |x: f64| if log { libm::log10(x) } else { x };
    let other = dimensions(&study.axes)
        .into_iter()
        .filter(|&other| other != axis)
        .find(|&other| (2..=MOST_CURVES).contains(&values(study, other).len()));
    let groups: Vec<Option<String>> = other.map_or_else(|| vec![None], |other| values(study, other).into_iter().map(Some).collect());
    let drawn = values(study, axis);
    let points = |group: &Option<String>| -> Vec<(f64, Seen)> {
        let in_group =
            |variant: usize| group.as_ref().is_none_or(|value| other.is_some_and(|other| &study.axes[other].values[variant] == value));
        let at = |value: &String| {
            let x = (0..study.variants.len()).find(|&variant| &study.axes[axis].values[variant] == value).map(|variant| xs[variant])?;
            let mean = mean(summary, |variant| in_group(variant) && &study.axes[axis].values[variant] == value)?;
            Some((place(x), mean))
        };
        drawn.iter().filter_map(at).collect()
    };
    let measured: Vec<Vec<(f64, Seen)>> = groups.iter().map(points).collect();
    let series = measured.iter().enumerate().map(|(n, points)| Series {
        look: look(n),
        faint: false,
        points: points.iter().map(|&(x, (mean, ..))| (x, 100.0 * mean)).collect(),
        dots: true,
        spread: points.iter().map(|&(_, (_, low, high))| (100.0 * low, 100.0 * high)).collect(),
    });
    let all = || measured.iter().flatten();
    let low = all().map(|(_, (_, low, _))| 100.0 * low).fold(f64::INFINITY, f64::min);
    let high = all().map(|(_, (_, _, high))| 100.0 * high).fold(f64::NEG_INFINITY, f64::max);
    let room = (0.1 * (high - low)).max(0.5);
    let y = ((low - room).max(0.0), (high + room).min(100.0));
    let x = (place(least), place(greatest));
    let x = (x.0 - 0.04 * (x.1 - x.0), x.1 + 0.04 * (x.1 - x.0));
    let lines = Lines {
        x: Axis { label: label(study, axis), range: x, marks: if log { powers(x.0, x.1) } else { linear(x.0, x.1, 5) }, log },
        y: Axis { label: "right (%)".to_owned(), range: y, marks: linear(y.0, y.1, 5), log: false },
        series: series.collect(),
    };
    let id = &study.axes[axis].id;
    let alt = format!("Accuracy of {} over {}", study.preset, label(study, axis));
    let curves =
        other.map_or_else(Vec::new, |other| groups.iter().flatten().map(|value| format!("{} {value}", study.axes[other].id)).collect());
    let caption = format!("Mean over {} and all other axes; vertical lines from minimum to maximum.", seeds(study));
    Some(StudyFigure { name: format!("along-{id}"), svg: lines.svg((560, 320), &alt), caption, curves })
}

/// A heatmap of two axes of a grid.
fn across(study: &Study, summary: &[Summary], first: usize, second: usize) -> Option<StudyFigure> {
    let (columns, rows) = (values(study, first), values(study, second));
    if ![&columns, &rows].iter().all(|names| (2..=MOST_CELLS).contains(&names.len())) || columns.len() * rows.len() > study.variants.len() {
        return None;
    }
    let cell = |row: &String, column: &String| {
        let fits = |variant: usize| &study.axes[first].values[variant] == column && &study.axes[second].values[variant] == row;
        mean(summary, fits).map(|(mean, ..)| mean)
    };
    let cells =
        rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column))).map(|(row, column)| cell(row, column)).collect();
    let bare = |axis: usize, names: &[String]| -> Vec<String> {
        let unit = ParamId::from_name(&study.axes[axis].id).map_or("", |id| id.spec().unit);
        names.iter().map(|name| name.strip_suffix(unit).unwrap_or(name).trim_end().to_owned()).collect()
    };
    let map =
        Heat { across: label(study, first), up: label(study, second), columns: bare(first, &columns), rows: bare(second, &rows), cells };
    let (a, b) = (&study.axes[first].id, &study.axes[second].id);
    let alt = format!("Accuracy of {} over {} and {}", study.preset, label(study, first), label(study, second));
    let caption = format!("Accuracy in percent, mean over {} and all other axes.", seeds(study));
    Some(StudyFigure { name: format!("heat-{a}-{b}"), svg: heat(&map, &alt), caption, curves: Vec::new() })
}
