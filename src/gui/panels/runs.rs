//! The current run compared with earlier ones and those added from disk: accuracy curves, each with a label at its end, and a
//! list of the runs with their differences. Networks that run freely have no accuracy; see `free`.

mod entries;
mod free;
mod kept;

use super::curves::{Curve, curves};
use super::options;
use crate::gui::export::{beside, comparisons};
use crate::gui::paint::numbers::{count, fixed, plural};
use crate::gui::paint::text;
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::beside::run_label;
use crate::gui::state::compare::{beginnings, listed};
use crate::gui::state::curves::{Band, Conditions, Spread, live_marks, marks, seeds, spread};
use crate::gui::state::{Compared, UiState};
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::window::notices::close_cross;
use crate::session::{AccuracyPoint, Aspect, FinishedRun, Snapshot};
use egui::{Align2, Color32, Rect, RichText, Sense, Ui, UiBuilder, vec2};
use std::sync::Arc;

/// View "Runs".
#[derive(Default)]
pub(super) struct Runs {
    free: free::Free,
}

/// A curve in the plot.
struct Line<'a> {
    label: String,
    color: Color32,
    points: &'a [AccuracyPoint],
    /// In percent, with the selected smoothing.
    smooth: Vec<(f64, f64)>,
    run: Option<&'a FinishedRun>,
    /// Its place among the runs from disk, if it is one.
    from_disk: Option<usize>,
}

/// Mean of several runs that differ only in their seed.
struct Mean {
    label: String,
    color: Color32,
    seeds: Vec<u64>,
    spread: Vec<Spread>,
}

/// Maximum number of differences listed per run.
const LISTED: usize = 3;
/// Minimum width for the list beside the curves, in points; below it the list is under the curves.
const BESIDE: f32 = 560.0;
/// Width of the name of a run, and of it with a gap, in points.
const LABEL: f32 = 44.0;
const INDENT: f32 = LABEL + 4.0;
/// The classes with the most different colours, also under deuteranopia; further runs are distinguished by their labels.
const COLOURS: [usize; 6] = [1, 7, 2, 9, 5, 4];

impl Panel for Runs {
    fn id(&self) -> &'static str {
        "runs"
    }

    fn title(&self) -> &'static str {
        "Runs"
    }

    fn help(&self) -> &'static str {
        "This run beside the earlier runs of this session (every reset, fork, edit or rebuild keeps one) and runs added from disk, with \
         what differs between them. With images: accuracy curves with the same smoothing, bins drawn faint, a triangle at each \
         change of a parameter, and a mean with a band over runs that differ only in their seed. Of networks that run freely: \
         rates, CV and CV₂ of the intervals, silent neurons over the same time at the end of each run, and the weights at its end."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Runs]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        if cx.snapshot.free.is_some() {
            return (free::words(cx.snapshot, &cx.ui_state.compared), String::new());
        }
        let others = others(cx.snapshot, &cx.ui_state.compared.runs).len();
        (format!("{} · {}", plural(1 + others as u64, "run"), cx.ui_state.curves.words()), String::new())
    }

    fn has_options(&self) -> bool {
        true
    }

    /// The first control leaves out a run.
    fn keeps_controls(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        if cx.snapshot.free.is_none() {
            options::curves(ui, true, cx);
        } else {
            options::compared(ui, cx);
        }
    }

    fn table(&self) -> Table {
        |snapshot| if snapshot.free.is_some() { beside::table(snapshot, &Compared::default()) } else { comparisons::runs(snapshot) }
    }

    fn chosen_table(&self, state: &UiState) -> ChosenTable {
        let (compared, choice) = (state.compared.clone(), state.curves);
        Box::new(move |snapshot| match &snapshot.free {
            Some(_) => beside::table(snapshot, &compared),
            None => comparisons::runs_with(snapshot, &compared.runs, choice),
        })
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        if cx.snapshot.free.is_some() {
            return self.free.ui(ui, cx);
        }
        let rect = ui.available_rect_before_wrap();
        let (plot, list) = if rect.width() > BESIDE {
            let list = (rect.width() * 0.36).clamp(210.0, 360.0);
            rect.split_left_right_at_x(rect.right() - list - 12.0)
        } else {
            rect.split_top_bottom_at_y(rect.top() + rect.height() * if rect.height() > 150.0 { 0.55 } else { 0.5 })
        };
        let list = if rect.width() > BESIDE { Rect::from_min_max(list.min + vec2(12.0, 0.0), list.max) } else { list };
        let compared = cx.ui_state.compared.runs.clone();
        let lines = lines(cx, &others(cx.snapshot, &compared));
        let means = means(&lines, cx);
        let drawn: Vec<Curve> = lines.iter().map(|line| drawn(line, cx)).chain(means.iter().map(mean_curve)).collect();
        curves(ui, plot, &drawn, 0.0, &summary(&lines, &means, cx.ui_state.curves.band), cx);
        ui.scope_builder(UiBuilder::new().max_rect(list), |ui| {
            ui.set_clip_rect(list.expand(2.0).intersect(ui.clip_rect()));
            theme::scrolled(ui, "runs", |ui| legend(ui, &lines, &means, cx));
        });
        ui.allocate_rect(rect, Sense::hover());
    }
}

/// The other runs with learning curves: those of the session, oldest first, then those from disk with their places.
fn others<'a>(snapshot: &'a Snapshot, from_disk: &'a [Arc<FinishedRun>]) -> Vec<(&'a FinishedRun, Option<usize>)> {
    let stored = from_disk.iter().enumerate().map(|(place, run)| (&**run, Some(place)));
    snapshot.runs.iter().map(|run| (run, None)).chain(stored).filter(|(run, _)| run.free.is_none()).collect()
}

/// The current run first, then the others.
fn lines<'a>(cx: &Context<'a>, others: &[(&'a FinishedRun, Option<usize>)]) -> Vec<Line<'a>> {
    let (snapshot, palette, choice) = (cx.snapshot, cx.palette, cx.ui_state.curves);
    let smooth = choice.smooth(&snapshot.accuracy);
    let this = Line { label: "now".to_owned(), color: palette.good, points: &snapshot.accuracy, smooth, run: None, from_disk: None };
    let other = |(index, &(run, from_disk)): (usize, &(&'a FinishedRun, Option<usize>))| Line {
        label: run_label(index),
        color: palette.class(Some(COLOURS[index % COLOURS.len()] as u8)),
        points: &run.accuracy,
        smooth: choice.smooth(&run.accuracy),
        run: Some(run),
        from_disk,
    };
    std::iter::once(this).chain(others.iter().enumerate().map(other)).collect()
}

/// Means over runs that differ only in their seed.
fn means(lines: &[Line], cx: &Context) -> Vec<Mean> {
    let band = cx.ui_state.curves.band;
    if band == Band::Off || lines.len() < 2 {
        return Vec::new();
    }
    let facts =
        |line: &Line| line.run.map_or_else(|| (Conditions::live(cx.snapshot), cx.snapshot.seed), |run| (Conditions::of(run), run.seed));
    let groups = seeds(&lines.iter().map(facts).collect::<Vec<_>>());
    let mean = |(index, group): (usize, Vec<usize>)| {
        let smooth: Vec<&[(f64, f64)]> = group.iter().map(|&k| lines[k].smooth.as_slice()).collect();
        Mean {
            label: format!("M{}", index + 1),
            color: cx.palette.text,
            seeds: group.iter().map(|&k| lines[k].run.map_or(cx.snapshot.seed, |run| run.seed)).collect(),
            spread: spread(&smooth, band),
        }
    };
    groups.into_iter().enumerate().map(mean).filter(|mean| !mean.spread.is_empty()).collect()
}

fn drawn(line: &Line, cx: &Context) -> Curve {
    let raw = line.points.iter().map(|point| (point.image as f64, 100.0 * f64::from(point.raw)));
    Curve {
        label: line.label.clone(),
        color: line.color,
        points: line.smooth.clone(),
        raw: if cx.ui_state.curves.smoothing() > 0.0 { raw.collect() } else { Vec::new() },
        band: Vec::new(),
        marks: line.run.map_or_else(|| live_marks(cx.snapshot), |run| marks(&run.params, &run.until)),
        strong: line.run.is_none(),
    }
}

fn mean_curve(mean: &Mean) -> Curve {
    Curve {
        label: mean.label.clone(),
        color: mean.color,
        points: mean.spread.iter().map(|point| (point.0, point.1)).collect(),
        raw: Vec::new(),
        band: mean.spread.clone(),
        marks: Vec::new(),
        strong: true,
    }
}

fn legend(ui: &mut Ui, lines: &[Line], means: &[Mean], cx: &mut Context) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.spacing_mut().interact_size.y = 16.0;
    let mut closed = None;
    for line in lines {
        let (title, seed, images) = match line.run {
            Some(run) => (run.title.as_str(), run.seed, run.images),
            // counted like the history bar
            None => (cx.snapshot.title.as_str(), cx.snapshot.seed, cx.snapshot.trial.index + 1),
        };
        ui.horizontal_top(|ui| {
            let (swatch, _) = ui.allocate_exact_size(vec2(LABEL, 16.0), Sense::hover());
            ui.painter().text(swatch.left_center(), Align2::LEFT_CENTER, &line.label, text::number_font(), line.color);
            let best = end(&line.smooth);
            // after the title: the last value and, for a run from disk, the remove button
            let room = (ui.available_width() - if line.from_disk.is_some() { 86.0 } else { 62.0 }).max(60.0);
            ui.allocate_ui_with_layout(vec2(room, 16.0), egui::Layout::top_down(egui::Align::Min), |ui| {
                ui.set_width(room);
                ui.add(egui::Label::new(title).wrap());
            });
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
                if line.from_disk.is_some() && close_cross(ui, &format!("Remove {title}"), cx.palette).clicked() {
                    closed = line.from_disk;
                }
                ui.label(theme::mono(best));
            });
        });
        let forked = line.run.map_or(cx.snapshot.forked_at, |run| run.forked_at);
        let forked = forked.map_or(String::new(), |image| format!("forked at image {} · ", count(image)));
        let about = match line.run {
            None => "this run".to_owned(),
            Some(run) if run.setup != cx.snapshot.setup => "another kind of experiment".to_owned(),
            Some(run) => {
                let joined = |(words, more): (Vec<String>, usize)| {
                    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                    words.join(", ") + &more
                };
                let (differ, began) = (joined(listed(run, cx.snapshot, LISTED)), joined(beginnings(run, LISTED)));
                match (differ.is_empty(), began.is_empty()) {
                    (true, true) => "same parameters".to_owned(),
                    (true, false) => format!("same parameters at the end; {began}"),
                    (false, true) => differ,
                    (false, false) => format!("{differ}; {began}"),
                }
            }
        };
        ui.horizontal(|ui| {
            ui.add_space(INDENT);
            let words = format!("{forked}{about} · seed {seed} · {} images", count(images));
            ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
        });
        if let Some(run) = line.run.filter(|run| run.kept && line.from_disk.is_none()) {
            go_back(ui, run, cx);
        }
        ui.add_space(6.0);
    }
    for mean in means {
        mean_lines(ui, mean, cx);
    }
    if let Some(closed) = closed {
        cx.ui_state.compared.runs.remove(closed);
    }
    if lines.len() == 1 {
        let words = "Runs that end by a reset, a fork, a rebuild or another preset are listed here for comparison.";
        ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
    }
    add_run(ui, cx);
}

/// The button that returns to an earlier run.
fn go_back(ui: &mut Ui, run: &FinishedRun, cx: &mut Context) {
    ui.horizontal(|ui| {
        ui.add_space(INDENT);
        let help = "Resume this run with its weights; the current run is kept in the list.";
        if theme::button(ui, Sign::None, "Go back to this run", Weight::Usual, 0.0).on_hover_text(help).clicked() {
            cx.ui_state.compared.goes_back_to = Some(run.id);
        }
    });
}

/// The button that adds a run from disk.
fn add_run(ui: &mut Ui, cx: &mut Context) {
    ui.spacing_mut().interact_size.y = 24.0;
    let help = "Add a run directory written by Save run, `spikescope train` or `spikescope run`.";
    if theme::button(ui, Sign::None, "Add run…", Weight::Usual, 0.0).on_hover_text(help).clicked() {
        cx.ui_state.compared.wants_more = true;
    }
}

/// The mean over seeds, and what its band shows.
fn mean_lines(ui: &mut Ui, mean: &Mean, cx: &Context) {
    ui.horizontal(|ui| {
        let (swatch, _) = ui.allocate_exact_size(vec2(LABEL, 16.0), Sense::hover());
        ui.painter().text(swatch.left_center(), Align2::LEFT_CENTER, &mean.label, text::number_font(), mean.color);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let last = mean.spread.last().map_or("–".to_owned(), |point| format!("{} %", fixed(point.1, 1)));
            ui.label(theme::mono(last));
            let title = format!("{} of {}", cx.ui_state.curves.band.words(), plural(mean.seeds.len() as u64, "seed"));
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| theme::fitted(ui, title));
        });
    });
    ui.horizontal(|ui| {
        ui.add_space(INDENT);
        let seeds: Vec<String> = mean.seeds.iter().map(u64::to_string).collect();
        let last = mean.spread.last().map_or(0, |point| point.0 as u64);
        let words = format!("seeds {} · up to image {}, the end of the shortest run", seeds.join(", "), count(last));
        ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
    });
    ui.add_space(6.0);
}

/// The last value of a curve.
fn end(smooth: &[(f64, f64)]) -> String {
    smooth.last().map_or("–".to_owned(), |point| format!("{} %", fixed(point.1, 1)))
}

fn summary(lines: &[Line], means: &[Mean], band: Band) -> String {
    let words = lines.iter().map(|line| match line.smooth.last() {
        Some(point) => format!("{} {} after {} images", line.label, end(&line.smooth), count(point.0 as u64)),
        None => format!("{} no images yet", line.label),
    });
    let means = means.iter().map(|mean| {
        let last = mean.spread.last().map_or(f64::NAN, |point| point.1);
        format!("{} {} of {} seeds {} %", mean.label, band.words(), mean.seeds.len(), fixed(last, 1))
    });
    format!("Runs: {}", words.chain(means).collect::<Vec<_>>().join("; "))
}
