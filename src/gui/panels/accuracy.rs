//! Accuracy during training, per bin and smoothed, and on test images.

use super::curves::{Images, paint_marks};
use super::options;
use crate::gui::export::tables;
use crate::gui::paint::numbers::{count, fixed};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::gui::state::curves::{Mark, at, live_marks};
use crate::session::{AccuracyPoint, Aspect, Snapshot};
use egui::{Align2, Sense, Stroke, Ui, pos2, vec2};

/// View "Accuracy".
#[derive(Default)]
pub(super) struct Accuracy;

impl Panel for Accuracy {
    fn id(&self) -> &'static str {
        "accuracy"
    }

    fn title(&self) -> &'static str {
        "Accuracy"
    }

    fn help(&self) -> &'static str {
        "Accuracy during training: an exponential moving average with adjustable smoothing, and faint bins behind it. The dashed line \
         is chance level; a triangle marks a parameter change; the diamond is a test on held-out images. During the first epoch \
         every training image is new to the network."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Answers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let smooth = cx.ui_state.curves.smooth(&cx.snapshot.accuracy);
        let last = smooth.last().map_or(String::new(), |point| format!("{} %", fixed(point.1, 1)));
        (cx.ui_state.curves.words(), last)
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::curve(ui, cx);
    }

    fn table(&self) -> Table {
        tables::accuracy
    }

    fn chosen_table(&self, state: &UiState) -> ChosenTable {
        let choice = state.curves;
        Box::new(move |snapshot| tables::accuracy_with(snapshot, choice))
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Context { snapshot, palette, .. } = cx;
        let points = shown(&snapshot.accuracy, cx.ui_state.curve_images);
        if points.is_empty() {
            text::calm_sentence(ui, palette, "Accuracy is plotted here after the first images.");
            return;
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        let choice = cx.ui_state.curves;
        let smooth = choice.smooth(&snapshot.accuracy);
        text::label(&response, egui::Role::Image, || summary(snapshot, smooth.last().map_or(0.0, |point| point.1)));
        let painter = ui.painter_at(rect);
        let test = snapshot.evaluation.as_ref().filter(|e| e.accuracy.is_finite());
        let last = points.last().map_or(0, |p| p.image).max(test.map_or(0, |e| e.after_images)).max(100) as f64;
        let first = cx.ui_state.curve_images.map_or(0.0, |images| (last - images as f64).max(0.0));
        let images = Images::new(choice.log_images, first, last, points[0].image as f64);
        let plot = Plot::new(&painter, rect, Some(images.axis(0.0)), Some(Axis::new((0.0, 100.0), "%")), palette);

        let chance = 100.0 / snapshot.classes.max(1) as f64;
        plot.level(chance, palette.faint);
        if choice.smoothing() > 0.0 {
            let raw = points.iter().map(|p| (images.at(p.image as f64), f64::from(p.raw) * 100.0));
            plot.curve(raw, Stroke::new(0.8, palette.good.gamma_multiply(0.35)));
        }
        plot.curve(smooth.iter().map(|&(x, y)| (images.at(x), y)), Stroke::new(2.0, palette.good));
        if let [(x, y)] = smooth[..] {
            plot.painter().circle_filled(plot.at(images.at(x), y), 3.0, palette.good);
        }
        paint_marks(&plot, images, &smooth, &live_marks(snapshot), palette.good, palette);
        if let Some(waits) = snapshot.health.waits.as_ref().filter(|_| plot.area.height() > 60.0 && snapshot.trial.index > 20) {
            // without this line, a curve at chance level looks like a fault
            let sentence = waits.split(';').next().unwrap_or(waits);
            plot.note(plot.area.left_top() + vec2(5.0, 3.0), Align2::LEFT_TOP, sentence, palette.dim, palette);
        }
        if plot.area.height() > 40.0 {
            // below the line, because the curve soon lies above it
            let at = pos2(plot.area.right() - 3.0, plot.y.at(chance) + 1.0);
            plot.note(at, Align2::RIGHT_TOP, &format!("chance {} %", fixed(chance, 0)), palette.dim, palette);
        }
        if let Some(test) = test.filter(|test| test.after_images as f64 >= first) {
            let at = plot.at(images.at(test.after_images as f64), test.accuracy * 100.0);
            let diamond = [vec2(0.0, -5.0), vec2(5.0, 0.0), vec2(0.0, 5.0), vec2(-5.0, 0.0)].map(|corner| at + corner);
            plot.painter().add(egui::Shape::convex_polygon(diamond.to_vec(), palette.accent, Stroke::new(1.0, palette.panel)));
            let words = format!("test {} %", fixed(test.accuracy * 100.0, 1));
            let below = at + vec2(-8.0, 8.0);
            plot.note(below, Align2::RIGHT_TOP, &words, palette.accent, palette);
        }
        if let Some((x, _)) = plot.hover(&response, palette) {
            let x = images.image(x);
            if let Some(point) = points.iter().min_by(|a, b| (a.image as f64 - x).abs().total_cmp(&(b.image as f64 - x).abs())) {
                let value = at(&smooth, point.image as f64);
                plot.painter().circle_filled(plot.at(images.at(point.image as f64), value), 3.0, palette.good);
                let words = format!("image {}\nsmoothed {} %\nbin {} %", count(point.image), fixed(value, 1), percent(point.raw));
                let near = |mark: &Mark| (plot.x.at(images.at(mark.image as f64)) - plot.x.at(images.at(x))).abs() < 5.0;
                let marks = live_marks(snapshot).into_iter().filter(near).map(|mark| mark.words);
                response.on_hover_text_at_pointer(std::iter::once(words).chain(marks).collect::<Vec<_>>().join("\n"));
            }
        }
    }
}

/// The points of the last images, or all points.
fn shown(points: &[AccuracyPoint], images: Option<u64>) -> &[AccuracyPoint] {
    let last = points.last().map_or(0, |point| point.image);
    let first = images.map_or(0, |images| last.saturating_sub(images));
    &points[points.partition_point(|point| point.image < first)..]
}

fn percent(share: f32) -> String {
    fixed(f64::from(share) * 100.0, 1)
}

fn summary(snapshot: &Snapshot, percent: f64) -> String {
    let image = snapshot.accuracy.last().map_or(0, |point| point.image);
    let test = snapshot
        .evaluation
        .as_ref()
        .map_or(String::new(), |e| format!(", on {} test images {} %", count(e.test_images), fixed(e.accuracy * 100.0, 1)));
    format!("Accuracy after {} images: {} %{test}", count(image), fixed(percent, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_images_are_counted_from_the_last_point() {
        let points: Vec<AccuracyPoint> = (1..=60).map(|k| AccuracyPoint { image: 100 * k, raw: 0.5, mean: 0.5 }).collect();
        assert_eq!(shown(&points, None).len(), 60);
        assert_eq!(shown(&points, Some(1000)).first().map(|point| point.image), Some(5000));
        assert!(shown(&points, Some(20_000)).len() == 60 && shown(&[], Some(1000)).is_empty());
    }
}
