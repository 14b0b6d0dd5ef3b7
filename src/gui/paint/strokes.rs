//! Pen strokes and their conversion to an image. Points lie in a unit square, independent of the size of the drawing area.

use crate::datasets::Canvas;
use egui::{Pos2, Rect};

/// Canvas pixels per image pixel: enough that antialiasing errors stay below one grey level.
const FINE: usize = 6;
/// Stroke thickness in image pixels once the drawing is scaled to its box of 20 pixels, as in MNIST.
const THICK: f32 = 2.6;
/// Side of that box in image pixels.
const BOX: f32 = 20.0;
/// Strokes shorter than this are drawn as dots, as a fraction of the canvas.
const DOT: f32 = 0.05;
/// Maximum number of points kept.
const MOST: usize = 20_000;

/// The strokes drawn so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Strokes {
    strokes: Vec<Vec<Pos2>>,
    points: usize,
}

impl Strokes {
    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }

    /// The strokes.
    pub fn all(&self) -> &[Vec<Pos2>] {
        &self.strokes
    }

    /// Start a stroke.
    pub fn begin(&mut self, at: Pos2) {
        self.strokes.push(Vec::new());
        self.extend(at);
    }

    /// Extend the current stroke.
    pub fn extend(&mut self, at: Pos2) {
        let at = at.clamp(Pos2::ZERO, Pos2::new(1.0, 1.0));
        if let Some(stroke) = self.strokes.last_mut()
            && self.points < MOST
            && !at.any_nan()
            && stroke.last() != Some(&at)
        {
            stroke.push(at);
            self.points += 1;
        }
    }

    /// Remove the last stroke.
    pub fn undo(&mut self) {
        self.points -= self.strokes.pop().map_or(0, |stroke| stroke.len());
    }

    /// Remove all strokes.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The image of this size, normalised like MNIST. The stroke thickness in the image does not depend on the size of the
    /// drawing.
    pub fn image(&self, (width, height): (usize, usize)) -> Vec<u8> {
        let mut bounds = Rect::NOTHING;
        self.strokes.iter().flatten().for_each(|&point| bounds.extend_with(point));
        let side = if self.is_empty() { 0.0 } else { bounds.width().max(bounds.height()).max(DOT) };
        let (wide, tall) = (width * FINE, height * FINE);
        let pen = side * THICK / (BOX - THICK) * wide.max(tall) as f32;
        // margin for the pen at the edge
        let margin = (pen / 2.0).ceil() as usize + 2;
        let mut canvas = Canvas::blank(wide + 2 * margin, tall + 2 * margin);
        let place = |point: Pos2| (point.x * wide as f32 + margin as f32, point.y * tall as f32 + margin as f32);
        for stroke in &self.strokes {
            if let [only] = stroke[..] {
                segment(&mut canvas, place(only), place(only), pen / 2.0);
            }
            for pair in stroke.windows(2) {
                segment(&mut canvas, place(pair[0]), place(pair[1]), pen / 2.0);
            }
        }
        canvas.normalised((width, height))
    }
}

/// A line with round ends. The value of a pixel is the share of its area that the line covers.
fn segment(canvas: &mut Canvas, from: (f32, f32), to: (f32, f32), radius: f32) {
    let height = canvas.ink.len() / canvas.width.max(1);
    let reach = radius + 1.0;
    let range = |a: f32, b: f32, most: usize| ((a.min(b) - reach).max(0.0) as usize)..((a.max(b) + reach).ceil() as usize).min(most);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = (dx * dx + dy * dy).max(1e-12);
    for y in range(from.1, to.1, height) {
        for x in range(from.0, to.0, canvas.width) {
            let (px, py) = (x as f32 + 0.5 - from.0, y as f32 + 0.5 - from.1);
            let along = ((px * dx + py * dy) / length).clamp(0.0, 1.0);
            let far = (px - along * dx).hypot(py - along * dy);
            let ink = &mut canvas.ink[y * canvas.width + x];
            *ink = ink.max((radius + 0.5 - far).clamp(0.0, 1.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    fn stroke(points: &[(f32, f32)]) -> Strokes {
        let mut strokes = Strokes::default();
        strokes.begin(pos2(points[0].0, points[0].1));
        points[1..].iter().for_each(|&(x, y)| strokes.extend(pos2(x, y)));
        strokes
    }

    #[test]
    fn image_does_not_depend_on_the_size_of_the_drawing() {
        let seven = |size: f32, x: f32, y: f32| stroke(&[(x, y), (x + size, y), (x + 0.3 * size, y + 1.4 * size)]).image((28, 28));
        let large = seven(0.5, 0.2, 0.1);
        for (size, x, y) in [(0.3, 0.6, 0.5), (0.6, 0.05, 0.05), (0.2, 0.0, 0.7)] {
            let differ = large.iter().zip(seven(size, x, y)).map(|(&a, b)| f64::from(a.abs_diff(b))).sum::<f64>() / 784.0;
            assert!(differ < 6.0, "{size}: {differ} grey levels per pixel");
        }
    }

    #[test]
    fn strokes_are_as_thick_as_in_mnist_and_antialiased() {
        let line = stroke(&[(0.5, 0.1), (0.5, 0.9)]).image((28, 28));
        let row: u32 = line[14 * 28..15 * 28].iter().map(|&p| u32::from(p)).sum();
        assert!((1.8..3.4).contains(&(f64::from(row) / 255.0)), "{row}");
        assert!(line.iter().any(|&p| p > 10 && p < 245), "antialiased");
    }

    #[test]
    fn undo_removes_the_last_stroke_and_clear_removes_all() {
        let mut strokes = stroke(&[(0.1, 0.1), (0.9, 0.9)]);
        let one = strokes.clone();
        strokes.begin(pos2(0.1, 0.9));
        assert_ne!(strokes.image((28, 28)), one.image((28, 28)));
        strokes.undo();
        assert_eq!(strokes, one);
        strokes.clear();
        strokes.undo();
        assert!(strokes.is_empty() && strokes.image((28, 28)) == vec![0; 784]);
    }

    #[test]
    fn dots_are_visible_and_points_outside_are_clamped_to_the_edge() {
        let dot = stroke(&[(0.02, 0.98)]).image((28, 28));
        assert!(dot.iter().any(|&p| p > 200));
        let far = stroke(&[(-4.0, 0.5), (f32::INFINITY, 0.5)]).image((28, 28));
        assert!(far.iter().any(|&p| p > 200));
    }
}
