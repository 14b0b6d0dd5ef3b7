//! Confusion matrix: one row per label, one column per answer.

use super::derived;
use crate::gui::export::tables;
use crate::gui::paint::bar::{bar_room, colour_bar};
use crate::gui::paint::colour::{Map, Shading};
use crate::gui::paint::numbers::{count, fixed};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::session::{Aspect, Snapshot};
use egui::{Align2, Color32, Rect, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

/// View "Confusion".
#[derive(Default)]
pub(super) struct Confusion;

/// Number of answers by label.
struct Matrix<'a> {
    counts: &'a [u32],
    classes: usize,
}

impl<'a> Matrix<'a> {
    /// `None` unless there is a count for every pair of classes and at least one is not zero.
    fn new(counts: &'a [u32], classes: usize) -> Option<Self> {
        let whole = classes > 0 && classes.checked_mul(classes) == Some(counts.len());
        (whole && counts.iter().any(|&n| n > 0)).then_some(Self { counts, classes })
    }

    fn count(&self, label: usize, answer: usize) -> u64 {
        u64::from(self.counts[label * self.classes + answer])
    }

    fn row(&self, label: usize) -> u64 {
        (0..self.classes).map(|answer| self.count(label, answer)).sum()
    }

    /// Share of a label's images with this answer.
    fn share(&self, label: usize, answer: usize) -> f32 {
        self.count(label, answer) as f32 / self.row(label).max(1) as f32
    }

    fn total(&self) -> u64 {
        (0..self.classes).map(|label| self.row(label)).sum()
    }

    fn right(&self) -> u64 {
        (0..self.classes).map(|class| self.count(class, class)).sum()
    }

    /// The most frequent error: label, answer, count.
    fn worst(&self) -> Option<(usize, usize, u64)> {
        let pairs = (0..self.classes).flat_map(|l| (0..self.classes).map(move |a| (l, a))).filter(|(l, a)| l != a);
        pairs.map(|(l, a)| (l, a, self.count(l, a))).filter(|&(.., n)| n > 0).max_by_key(|&(.., n)| n)
    }
}

const SHARES: Shading = Shading { min: 0.0, max: 100.0, beyond: false, map: Map::Viridis };
/// Share of the images with this label that got an answer.
const UNIT: &str = "%";

impl Panel for Confusion {
    fn id(&self) -> &'static str {
        "confusion"
    }

    fn title(&self) -> &'static str {
        "Confusion"
    }

    fn help(&self) -> &'static str {
        "Confusion matrix of the last 2,000 answered images: one row per label, one column per answer; the colour is the share of \
         the images with that label in percent. Correct answers lie on the diagonal; the cells beside it are the pairs that are \
         confused, often 4 and 9."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Answers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some(matrix) = Matrix::new(&cx.snapshot.confusion, cx.snapshot.classes) else {
            return Default::default();
        };
        let worst =
            matrix.worst().map_or(String::new(), |(l, a, n)| format!("{} as {}: {}", name(cx.snapshot, l), name(cx.snapshot, a), count(n)));
        // the matrix has no column for images without an answer, so the caption states their number
        let recent = &cx.snapshot.trials;
        let none = recent.iter().filter(|trial| trial.answer.is_none()).count() as u64;
        let right = if none == 0 { worst } else { format!("no answer: {} of last {}", count(none), count(recent.len() as u64)) };
        (format!("last {}", count(matrix.total())), right)
    }

    fn table(&self) -> Table {
        tables::confusion
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let palette = cx.palette;
        let Some(matrix) = Matrix::new(&cx.snapshot.confusion, cx.snapshot.classes) else {
            text::calm_sentence(ui, palette, "The confusion matrix appears after the first answer.");
            return;
        };
        let n = matrix.classes;
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(&matrix, cx.snapshot));
        let painter = ui.painter_at(rect);
        let named = rect.height() > 120.0 && rect.width() > 140.0;
        let names: Vec<String> = (0..n).map(|class| name(cx.snapshot, class)).collect();
        let widest = names.iter().map(|name| text::width(&painter, name, &text::tick_font())).fold(0.0, f32::max);
        // digits need little room; names get at most a fifth of the view
        let room_left = widest.clamp(7.0, (rect.width() * 0.2).max(7.0));
        let (left, bottom) = if named { (27.0 + room_left, 31.0) } else { (7.0 + room_left, 14.0) };
        let bar_width = bar_room(&painter, SHARES, rect.height(), UNIT);
        let bar_room = if rect.width() > 170.0 { bar_width + 12.0 } else { 0.0 };
        let room = vec2(rect.width() - left - bar_room, rect.height() - bottom - 2.0);
        // Cells may be slightly wider than tall, so that the matrix fills the width.
        let tall = (room.y / n as f32).max(1.0);
        let wide = (room.x / n as f32).clamp(1.0, tall * 1.8);
        let tall = tall.min(wide * 1.3);
        let spare = (rect.width() - left - bar_room - wide * n as f32).max(0.0) / 2.0;
        let grid = Rect::from_min_size(rect.min + vec2(left + spare, 1.0), vec2(wide, tall) * n as f32);
        let cell =
            |label: usize, answer: usize| Rect::from_min_size(grid.min + vec2(answer as f32 * wide, label as f32 * tall), vec2(wide, tall));
        let gap = if tall > 8.0 { 0.5 } else { 0.0 };
        for label in 0..n {
            for answer in 0..n {
                let share = matrix.share(label, answer);
                let fill = SHARES.colour(share * 100.0);
                painter.rect_filled(cell(label, answer).shrink(gap), 1.0, fill);
                if wide > 21.0 && tall > 14.0 && matrix.count(label, answer) > 0 {
                    let ink = if fill.intensity() > 0.5 { Color32::BLACK } else { Color32::WHITE };
                    let number = count(matrix.count(label, answer));
                    let at = cell(label, answer).center();
                    text::line_if_fits(&painter, at, Align2::CENTER_CENTER, &number, text::tick_font(), ink.gamma_multiply(0.85), wide);
                }
            }
        }
        let skip = (11.0 / tall).ceil().max(((widest + 4.0).min(30.0) / wide).ceil()).max(1.0) as usize;
        for (class, name) in names.iter().enumerate().step_by(skip) {
            let (row, column) = (cell(class, 0), cell(n - 1, class));
            let word = |at, anchor, room| text::line(&painter, at, anchor, name, text::tick_font(), palette.dim, room);
            word(pos2(grid.left() - 5.0, row.center().y), Align2::RIGHT_CENTER, room_left + 1.0);
            word(pos2(column.center().x, grid.bottom() + 3.0), Align2::CENTER_TOP, (wide * skip as f32 - 2.0).max(9.0));
        }
        if named {
            let at = pos2(grid.center().x, grid.bottom() + 17.0);
            painter.text(at, Align2::CENTER_TOP, "answer", text::note_font(), palette.dim);
            let word = painter.layout_no_wrap("label".to_owned(), text::note_font(), palette.dim);
            let at = pos2(grid.left() - room_left - 25.0, grid.center().y + word.size().x / 2.0);
            let upright = egui::epaint::TextShape::new(at, word, palette.dim).with_angle(-std::f32::consts::FRAC_PI_2);
            painter.add(Shape::Text(upright));
        }
        if bar_room > 0.0 {
            let bar = Rect::from_min_max(pos2(grid.right() + 12.0, grid.top()), pos2(grid.right() + 12.0 + bar_width, grid.bottom()));
            colour_bar(&painter, bar, SHARES, UNIT, palette);
        }
        let Some(at) = response.hover_pos().filter(|&at| grid.contains(at)) else {
            return;
        };
        let index = |offset: f32, side: f32| ((offset / side).max(0.0) as usize).min(n - 1);
        let (label, answer) = (index(at.y - grid.top(), tall), index(at.x - grid.left(), wide));
        painter.rect_stroke(cell(label, answer), 1.0, Stroke::new(1.5, palette.text), StrokeKind::Middle);
        let share = fixed(f64::from(matrix.share(label, answer)) * 100.0, 1);
        let of = count(matrix.row(label));
        let words = format!("label {}, answer {}\n{} of {of} ({share} %)", names[label], names[answer], count(matrix.count(label, answer)));
        response.on_hover_text_at_pointer(words);
    }
}

/// Name of a class.
fn name(snapshot: &Snapshot, class: usize) -> String {
    derived::class_name(snapshot, u8::try_from(class).ok())
}

fn summary(matrix: &Matrix, snapshot: &Snapshot) -> String {
    let name = |class| name(snapshot, class);
    let worst = matrix
        .worst()
        .map_or(String::new(), |(l, a, n)| format!("; most frequent error: {} answered as {}, {} times", name(l), name(a), count(n)));
    format!("Confusion: {} of {} answers right{worst}", count(matrix.right()), count(matrix.total()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_labels_and_shares_are_of_rows() {
        let matrix = Matrix::new(&[8, 2, 5, 5], 2).unwrap();
        assert_eq!(matrix.row(0), 10);
        assert_eq!(matrix.share(0, 1), 0.2);
        assert_eq!(matrix.right(), 13);
        assert_eq!(matrix.worst(), Some((1, 0, 5)));
    }

    #[test]
    fn counts_of_another_size_are_rejected() {
        assert!(Matrix::new(&[1, 2, 3], 2).is_none());
        assert!(Matrix::new(&[], 0).is_none());
        assert!(Matrix::new(&[0; 4], 2).is_none(), "nothing counted yet");
    }
}
