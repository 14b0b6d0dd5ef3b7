//! This run beside those that ended and those added from disk: their curves over one another, each with a letter at its
//! end, and a list that says who is who and what they differ in.

use crate::gui::export::tables;
use crate::gui::paint::numbers::{count, fixed};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::state::compare::{beginnings, differences};
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::gui::window::notices::close_cross;
use crate::params::Protocol;
use crate::session::{AccuracyPoint, FinishedRun, Snapshot};
use egui::{Align2, Color32, Rect, RichText, ScrollArea, Sense, Stroke, Ui, UiBuilder, vec2};

/// View "Runs".
#[derive(Default)]
pub(super) struct Runs;

/// A curve on the screen.
struct Line<'a> {
    letter: String,
    color: Color32,
    points: &'a [AccuracyPoint],
    run: Option<&'a FinishedRun>,
}

/// Differences told of each run.
const TOLD: usize = 3;
/// Narrower than this, the list stands below the curves.
const BESIDE: f32 = 560.0;
/// The classes whose colours are farthest apart, also under deuteranopia; letters tell more runs apart.
const COLOURS: [usize; 6] = [1, 7, 2, 9, 5, 4];

impl Panel for Runs {
    fn id(&self) -> &'static str {
        "runs"
    }

    fn title(&self) -> &'static str {
        "Runs"
    }

    fn help(&self) -> &'static str {
        "The accuracy curves of all runs of this session, one over another, with what differs in their parameters: every reset, fork \
         and other preset leaves one, and runs from disk can be added. Look for where the curves part, and at the line that says \
         which parameter did it."
    }

    fn protocols(&self) -> &'static [Protocol] {
        &[Protocol::Classification, Protocol::Features, Protocol::Deep]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let others = cx.snapshot.runs.len() + cx.ui_state.compared.runs.len();
        let words = if others == 0 { "this one".to_owned() } else { format!("this one and {others} more") };
        (format!("{words}, mean of last 500"), String::new())
    }

    fn table(&self) -> Table {
        tables::runs
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let rect = ui.available_rect_before_wrap();
        let (plot, list) = if rect.width() > BESIDE {
            let list = (rect.width() * 0.36).clamp(210.0, 360.0);
            rect.split_left_right_at_x(rect.right() - list - 12.0)
        } else {
            rect.split_top_bottom_at_y(rect.top() + rect.height() * if rect.height() > 150.0 { 0.55 } else { 0.5 })
        };
        let list = if rect.width() > BESIDE { Rect::from_min_max(list.min + vec2(12.0, 0.0), list.max) } else { list };
        let compared = cx.ui_state.compared.runs.clone();
        let others: Vec<&FinishedRun> = cx.snapshot.runs.iter().chain(compared.iter().map(|run| &**run)).collect();
        let lines = lines(cx.snapshot, &others, cx.palette);
        let drawn = lines.iter().enumerate().map(|(index, line)| Curve {
            letter: line.letter.clone(),
            color: line.color,
            points: line.points.iter().map(|p| (p.image as f64, 100.0 * f64::from(p.mean))).collect(),
            strong: index == 0,
        });
        let drawn: Vec<Curve> = drawn.collect();
        curves(ui, plot, &drawn, 0.0, &summary(&lines), cx);
        ui.scope_builder(UiBuilder::new().max_rect(list), |ui| {
            ui.set_clip_rect(list.expand(2.0).intersect(ui.clip_rect()));
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| legend(ui, &lines, cx));
        });
        ui.allocate_rect(rect, Sense::hover());
    }
}

/// This run first, then the others, the newest first.
fn lines<'a>(snapshot: &'a Snapshot, others: &[&'a FinishedRun], palette: &Palette) -> Vec<Line<'a>> {
    let this = Line { letter: "now".to_owned(), color: palette.good, points: &snapshot.accuracy, run: None };
    let other = |(index, run): (usize, &&'a FinishedRun)| Line {
        letter: letter(index),
        color: palette.class(Some(COLOURS[index % COLOURS.len()] as u8)),
        points: &run.accuracy,
        run: Some(run),
    };
    std::iter::once(this).chain(others.iter().enumerate().map(other)).collect()
}

fn letter(index: usize) -> String {
    char::from(b'A' + (index % 26) as u8).to_string()
}

/// A curve of one of several networks, in percent, with a letter at its end.
pub(super) struct Curve {
    pub(super) letter: String,
    pub(super) color: Color32,
    pub(super) points: Vec<(f64, f64)>,
    pub(super) strong: bool,
}

/// Height of a letter at the end of a curve.
const LETTER: f32 = 12.0;

/// Heights in ascending order moved as little as it takes to lie at least `gap` from one another, within `range` if there is
/// room.
fn apart(heights: &[f32], gap: f32, (top, bottom): (f32, f32)) -> Vec<f32> {
    let mut places: Vec<f32> = heights.to_vec();
    for k in 1..places.len() {
        places[k] = places[k].max(places[k - 1] + gap);
    }
    // what ran over the lower edge pushes the others up
    let mut most = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - gap;
    }
    let over = places.first().map_or(0.0, |first| (top - first).max(0.0));
    places.iter_mut().for_each(|place| *place += over);
    places
}

/// Curves over one another, up to `last` images or to the end of the longest.
pub(super) fn curves(ui: &mut Ui, rect: Rect, curves: &[Curve], last: f64, words: &str, cx: &Context) {
    let Context { snapshot, palette, .. } = cx;
    let response = ui.allocate_rect(rect, Sense::hover());
    text::label(&response, egui::Role::Image, || words.to_owned());
    let painter = ui.painter_at(rect);
    let last = curves.iter().filter_map(|curve| curve.points.last()).map(|point| point.0).fold(last.max(100.0), f64::max);
    // room for the letters at the ends
    let end = last * (1.0 + 30.0 / f64::from(rect.width().max(60.0)));
    let plot = Plot::new(&painter, rect, Some(Axis::whole((0.0, end), "images")), Some(Axis::new((0.0, 100.0), "%")), palette);
    plot.level(100.0 / snapshot.classes.max(1) as f64, palette.faint);
    for curve in curves {
        plot.curve(curve.points.iter().copied(), Stroke::new(if curve.strong { 2.2 } else { 1.4 }, curve.color));
    }
    let ends = curves.iter().filter_map(|curve| Some((curve, plot.at(curve.points.last()?.0, curve.points.last()?.1))));
    let mut ends: Vec<(&Curve, egui::Pos2)> = ends.filter(|(_, at)| at.y.is_finite()).collect();
    // letters stand in the order of the curves, whichever is drawn last
    ends.sort_by(|a, b| a.1.y.total_cmp(&b.1.y));
    let heights: Vec<f32> = ends.iter().map(|(_, at)| at.y).collect();
    let places = apart(&heights, LETTER, (plot.area.top(), plot.area.bottom()));
    for ((curve, at), y) in ends.into_iter().zip(places) {
        plot.painter().circle_filled(at, if curve.strong { 3.0 } else { 2.2 }, curve.color);
        let galley = painter.layout_no_wrap(curve.letter.clone(), text::number_font(), curve.color);
        let place = Align2::LEFT_CENTER.anchor_size(egui::pos2(at.x + 7.0, y), galley.size());
        if (y - at.y).abs() > 5.0 {
            // which end it belongs to
            let line = Stroke::new(1.0, curve.color.gamma_multiply(0.6));
            plot.painter().line_segment([at, egui::pos2(place.left() - 1.0, y)], line);
        }
        // readable on the curves it stands on
        painter.rect_filled(place.expand2(vec2(1.5, -1.0)), 2.0, palette.panel.gamma_multiply(0.85));
        painter.galley(place.min, galley, curve.color);
    }
    if let Some((x, _)) = plot.hover(&response, palette) {
        let near = |curve: &Curve| curve.points.iter().min_by_key(|p| (p.0 - x).abs() as u64).map(|p| (curve.letter.clone(), *p));
        let words: Vec<String> = curves
            .iter()
            .filter_map(near)
            .map(|(letter, (images, right))| format!("{letter}: {} % at image {}", fixed(right, 1), count(images as u64)))
            .collect();
        response.on_hover_text_at_pointer(words.join("\n"));
    }
}

fn legend(ui: &mut Ui, lines: &[Line], cx: &mut Context) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.spacing_mut().interact_size.y = 16.0;
    let from_disk = 1 + cx.snapshot.runs.len();
    let (mut closed, mut wanted) = (None, None);
    for (index, line) in lines.iter().enumerate() {
        let (title, seed, images) = match line.run {
            Some(run) => (run.title.as_str(), run.seed, run.images),
            // as the bar below counts them
            None => (cx.snapshot.title.as_str(), cx.snapshot.seed, cx.snapshot.trial.index + 1),
        };
        ui.horizontal(|ui| {
            let (swatch, _) = ui.allocate_exact_size(vec2(26.0, 16.0), Sense::hover());
            ui.painter().text(swatch.left_center(), Align2::LEFT_CENTER, &line.letter, text::number_font(), line.color);
            let best = line.points.last().map_or("–".to_owned(), |p| format!("{} %", percent(p.mean)));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if index >= from_disk && close_cross(ui, &format!("Remove {title}"), cx.palette).clicked() {
                    closed = Some(index - from_disk);
                }
                ui.label(theme::mono(best));
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| ui.add(egui::Label::new(title).truncate()));
            });
        });
        let forked = line.run.map_or(cx.snapshot.forked_at, |run| run.forked_at);
        let forked = forked.map_or(String::new(), |image| format!("forked at image {} · ", count(image)));
        let about = match line.run {
            None => "this run".to_owned(),
            Some(run) if run.protocol != cx.snapshot.protocol => "another kind of network".to_owned(),
            Some(run) => {
                let told = |(words, more): (Vec<String>, usize)| {
                    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                    words.join(", ") + &more
                };
                let (differ, began) =
                    (told(differences(&run.params, &cx.snapshot.params, run.protocol, TOLD)), told(beginnings(run, TOLD)));
                match (differ.is_empty(), began.is_empty()) {
                    (true, true) => "the same parameters".to_owned(),
                    (true, false) => format!("the same parameters in the end; {began}"),
                    (false, true) => differ,
                    (false, false) => format!("{differ}; {began}"),
                }
            }
        };
        ui.horizontal(|ui| {
            ui.add_space(30.0);
            let words = format!("{forked}{about} · seed {seed} · {} images", count(images));
            ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
        });
        if let Some(run) = line.run.filter(|run| run.kept && index < from_disk) {
            ui.horizontal(|ui| {
                ui.add_space(30.0);
                let help = "Goes on from where it was left, weights and all; the run that is shown now is put aside.";
                if theme::button(ui, Sign::None, "Go back to this run", Weight::Usual, 0.0).on_hover_text(help).clicked() {
                    wanted = Some(run.id);
                }
            });
        }
        ui.add_space(6.0);
    }
    if wanted.is_some() {
        cx.ui_state.compared.goes_back_to = wanted;
    }
    if let Some(closed) = closed {
        cx.ui_state.compared.runs.remove(closed);
    }
    if lines.len() == 1 {
        let words = "A run that ends by a reset, a fork or another preset stays here to compare with.";
        ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
    }
    ui.spacing_mut().interact_size.y = 24.0;
    let help = "A folder that \"Save run\" or `spikescope train` wrote. Its mean is over the last 1,000 images.";
    if theme::button(ui, Sign::None, "Add run…", Weight::Usual, 0.0).on_hover_text(help).clicked() {
        cx.ui_state.compared.wants_more = true;
    }
}

fn percent(share: f32) -> String {
    fixed(f64::from(share) * 100.0, 1)
}

fn summary(lines: &[Line]) -> String {
    let words = lines.iter().map(|line| {
        let end = line.points.last().map_or("nothing yet".to_owned(), |p| format!("{} % after {} images", percent(p.mean), count(p.image)));
        format!("{} {end}", line.letter)
    });
    format!("Runs: {}", words.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_keep_the_order_of_their_curves_and_stay_on_the_plot() {
        for heights in [vec![10.0, 11.0, 12.0, 80.0], vec![95.0, 96.0, 97.0, 98.0], vec![0.0, 1.0], vec![50.0], vec![]] {
            let places = apart(&heights, LETTER, (0.0, 100.0));
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= LETTER - 0.01), "{heights:?}: {places:?}");
            assert!(places.iter().all(|y| (-0.01..=100.01).contains(y)), "{heights:?}: {places:?}");
        }
        assert_eq!(apart(&[10.0, 60.0, 90.0], LETTER, (0.0, 100.0)), [10.0, 60.0, 90.0], "nobody is moved without need");
    }
}
