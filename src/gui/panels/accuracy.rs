//! How often the answer is right: bin by bin, as a moving mean, and on images never learnt from.

use super::options;
use crate::gui::export::tables;
use crate::gui::paint::numbers::{count, fixed};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::params::Protocol;
use crate::session::{AccuracyPoint, Snapshot};
use egui::{Align2, Mesh, Sense, Stroke, Ui, pos2, vec2};

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
        "The share of right answers during training: each bin alone, and the mean of the last 500 images. The broken line \
         is chance. Images of training are new to the network the first time they are shown, so this is honest; the test \
         below in the status bar is on images it never learns from."
    }

    fn protocols(&self) -> &'static [Protocol] {
        &[Protocol::Classification, Protocol::Features, Protocol::Deep]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let last = cx.snapshot.accuracy.last().map_or(String::new(), |p| format!("{} %", percent(p.mean)));
        ("mean of last 500 images".to_owned(), last)
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

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Context { snapshot, palette, .. } = cx;
        let points = shown(&snapshot.accuracy, cx.ui_state.curve_images);
        if points.is_empty() {
            text::calm_sentence(ui, palette, "The share of right answers is drawn here once the first images have been answered.");
            return;
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(snapshot));
        let painter = ui.painter_at(rect);
        let test = snapshot.evaluation.as_ref().filter(|e| e.accuracy.is_finite());
        let last = points.last().map_or(0, |p| p.image).max(test.map_or(0, |e| e.after_images)).max(100) as f64;
        let first = cx.ui_state.curve_images.map_or(0.0, |images| (last - images as f64).max(0.0));
        let plot = Plot::new(&painter, rect, Some(Axis::whole((first, last), "images")), Some(Axis::new((0.0, 100.0), "%")), palette);

        let chance = 100.0 / snapshot.classes.max(1) as f64;
        plot.level(chance, palette.faint);
        let coarse = coarsen(points, (plot.area.width() / EACH) as usize);
        band(&plot, &coarse, palette.tint(palette.good));
        let raw = coarse.iter().map(|p| (p.image as f64, f64::from(p.raw) * 100.0));
        plot.curve(raw, Stroke::new(1.0, palette.good.gamma_multiply(0.4)));
        plot.curve(points.iter().map(|p| (p.image as f64, f64::from(p.mean) * 100.0)), Stroke::new(2.0, palette.good));
        if let [only] = points {
            plot.painter().circle_filled(plot.at(only.image as f64, f64::from(only.mean) * 100.0), 3.0, palette.good);
        }
        if let Some(waits) = snapshot.health.waits.as_ref().filter(|_| plot.area.height() > 60.0 && snapshot.trial.index > 20) {
            // else a curve at chance looks like a fault
            let sentence = waits.split(';').next().unwrap_or(waits);
            plot.note(plot.area.left_top() + vec2(5.0, 3.0), Align2::LEFT_TOP, sentence, palette.dim, palette);
        }
        if plot.area.height() > 40.0 {
            // below its line: the curve soon lies above it
            let at = pos2(plot.area.right() - 3.0, plot.y.at(chance) + 1.0);
            plot.note(at, Align2::RIGHT_TOP, &format!("chance {} %", fixed(chance, 0)), palette.dim, palette);
        }
        if let Some(test) = test.filter(|test| test.after_images as f64 >= first) {
            let at = plot.at(test.after_images as f64, test.accuracy * 100.0);
            let diamond = [vec2(0.0, -5.0), vec2(5.0, 0.0), vec2(0.0, 5.0), vec2(-5.0, 0.0)].map(|corner| at + corner);
            plot.painter().add(egui::Shape::convex_polygon(diamond.to_vec(), palette.accent, Stroke::new(1.0, palette.panel)));
            let words = format!("test {} %", fixed(test.accuracy * 100.0, 1));
            let below = at + vec2(-8.0, 8.0);
            plot.note(below, Align2::RIGHT_TOP, &words, palette.accent, palette);
        }
        if let Some((x, _)) = plot.hover(&response, palette)
            && let Some(point) = points.iter().min_by(|a, b| (a.image as f64 - x).abs().total_cmp(&(b.image as f64 - x).abs()))
        {
            plot.painter().circle_filled(plot.at(point.image as f64, f64::from(point.mean) * 100.0), 3.0, palette.good);
            let words = format!("image {}\nmean {} %\nthis bin {} %", count(point.image), percent(point.mean), percent(point.raw));
            response.on_hover_text_at_pointer(words);
        }
    }
}

/// The points of the last images, or of all.
fn shown(points: &[AccuracyPoint], images: Option<u64>) -> &[AccuracyPoint] {
    let last = points.last().map_or(0, |point| point.image);
    let first = images.map_or(0, |images| last.saturating_sub(images));
    &points[points.partition_point(|point| point.image < first)..]
}

/// Points each bin of the scatter takes on the screen, at least.
const EACH: f32 = 5.0;

/// Join neighbouring bins until at most `most` are left: small bins scatter more than accuracy does.
fn coarsen(points: &[AccuracyPoint], most: usize) -> Vec<AccuracyPoint> {
    let size = points.len().div_ceil(most.max(1)).max(1);
    let join = |bins: &[AccuracyPoint]| {
        let last = bins[bins.len() - 1];
        AccuracyPoint { raw: bins.iter().map(|p| p.raw).sum::<f32>() / bins.len() as f32, ..last }
    };
    points.chunks(size).map(join).collect()
}

/// Shade between the bins and their mean: how much single bins scatter.
fn band(plot: &Plot, points: &[AccuracyPoint], color: egui::Color32) {
    let mut mesh = Mesh::default();
    for pair in points.windows(2) {
        let finite = |p: &AccuracyPoint| p.raw.is_finite() && p.mean.is_finite();
        if !pair.iter().all(finite) {
            continue;
        }
        let start = mesh.vertices.len() as u32;
        for p in pair {
            mesh.colored_vertex(plot.at(p.image as f64, f64::from(p.raw) * 100.0), color);
            mesh.colored_vertex(plot.at(p.image as f64, f64::from(p.mean) * 100.0), color);
        }
        mesh.add_triangle(start, start + 1, start + 2);
        mesh.add_triangle(start + 1, start + 2, start + 3);
    }
    plot.painter().add(mesh);
}

fn percent(share: f32) -> String {
    fixed(f64::from(share) * 100.0, 1)
}

fn summary(snapshot: &Snapshot) -> String {
    let last = snapshot.accuracy.last();
    let (image, mean) = last.map_or((0, 0.0), |p| (p.image, p.mean));
    let test = snapshot
        .evaluation
        .as_ref()
        .map_or(String::new(), |e| format!(", on {} test images {} %", count(e.test_images), fixed(e.accuracy * 100.0, 1)));
    format!("Accuracy after {} images: mean of the last 500 {} %{test}", count(image), percent(mean))
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

    #[test]
    fn joining_bins_keeps_their_mean_and_the_last_image() {
        let points: Vec<AccuracyPoint> = (1..=7).map(|k| AccuracyPoint { image: 10 * k, raw: k as f32, mean: 0.5 }).collect();
        let coarse = coarsen(&points, 3);
        assert_eq!(coarse.iter().map(|p| (p.image, p.raw)).collect::<Vec<_>>(), [(30, 2.0), (60, 5.0), (70, 7.0)]);
        assert_eq!(coarsen(&points, 100), points);
        assert!(coarsen(&[], 0).is_empty());
    }
}
