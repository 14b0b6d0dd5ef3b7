//! Conversion of a drawing to an image like those of MNIST: the ink is scaled, keeping its aspect ratio, to fit 20 of 28 pixels,
//! and moved by whole pixels so that its centre of mass is nearest to the centre of the image (LeCun, Cortes & Burges 1998, who
//! prepared the digits this way).

/// Size of the larger side of the ink as a share of the image.
const BOX: f64 = 20.0 / 28.0;
/// Ink below half a grey level counts as none.
const LEAST_INK: f32 = 0.5 / 255.0;

/// A grey image of any size, from 0 (no ink) to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Canvas {
    /// Pixels per row.
    pub width: usize,
    /// The pixels, row by row.
    pub ink: Vec<f32>,
}

impl Canvas {
    /// A blank canvas.
    pub fn blank(width: usize, height: usize) -> Self {
        Self { width, ink: vec![0.0; width * height] }
    }

    /// Ranges of columns and rows that contain ink; `None` without ink.
    fn bounds(&self) -> Option<[usize; 4]> {
        let mut bounds: Option<[usize; 4]> = None;
        for (index, _) in self.ink.iter().enumerate().filter(|(_, ink)| **ink > LEAST_INK) {
            let (x, y) = (index % self.width, index / self.width);
            let [left, right, top, bottom] = bounds.unwrap_or([x, x + 1, y, y + 1]);
            bounds = Some([left.min(x), right.max(x + 1), top.min(y), bottom.max(y + 1)]);
        }
        bounds
    }

    /// Mean ink over a rectangle, whose corners may lie between pixels.
    fn mean(&self, (left, right): (f64, f64), (top, bottom): (f64, f64)) -> f64 {
        let height = self.ink.len() / self.width.max(1);
        let pixels = |from: f64, to: f64, most: usize| (from.max(0.0) as usize)..(to.ceil().max(0.0) as usize).min(most);
        let covered = |pixel: usize, from: f64, to: f64| ((pixel + 1) as f64).min(to) - (pixel as f64).max(from);
        let mut sum = 0.0;
        for y in pixels(top, bottom, height) {
            for x in pixels(left, right, self.width) {
                let area = covered(x, left, right).max(0.0) * covered(y, top, bottom).max(0.0);
                sum += area * f64::from(self.ink[y * self.width + x]);
            }
        }
        sum / ((right - left) * (bottom - top)).max(f64::MIN_POSITIVE)
    }

    /// The image of `width` by `height` pixels for the network, 0 to 255; black without ink.
    pub fn normalised(&self, (width, height): (usize, usize)) -> Vec<u8> {
        let mut image = vec![0; width * height];
        let Some([left, right, top, bottom]) = self.bounds() else { return image };
        let across = (BOX * width as f64).round().max(1.0) / (right - left) as f64;
        let down = (BOX * height as f64).round().max(1.0) / (bottom - top) as f64;
        let scale = across.min(down);
        // the ink starts at the edge of a pixel, in the drawing and in the image
        let columns = ((right - left) as f64 * scale).ceil() as usize;
        let rows = ((bottom - top) as f64 * scale).ceil() as usize;
        let at = |start: usize, k: usize| (start as f64 + k as f64 / scale, start as f64 + (k + 1) as f64 / scale);
        let mut small = vec![0.0; columns * rows];
        for (index, ink) in small.iter_mut().enumerate() {
            *ink = self.mean(at(left, index % columns), at(top, index / columns));
        }
        let mass: f64 = small.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let centre = |along: &dyn Fn(usize) -> usize| small.iter().enumerate().map(|(i, ink)| ink * along(i) as f64).sum::<f64>() / mass;
        let (x, y) = (centre(&|i| i % columns), centre(&|i| i / columns));
        let (dx, dy) = ((width as f64 / 2.0 - x).round() as i64, (height as f64 / 2.0 - y).round() as i64);
        for (index, ink) in small.iter().enumerate() {
            let (x, y) = ((index % columns) as i64 + dx, (index / columns) as i64 + dy);
            if (0..width as i64).contains(&x) && (0..height as i64).contains(&y) {
                image[y as usize * width + x as usize] = (255.0 * ink.min(1.0)).round() as u8;
            }
        }
        image
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An image enlarged by `times` and moved.
    fn moved(image: &[u8], width: usize, times: usize, (dx, dy): (usize, usize)) -> Canvas {
        let side = width * times + 40;
        let mut canvas = Canvas::blank(side, side);
        for (index, &pixel) in image.iter().enumerate() {
            let (x, y) = (index % width * times + dx, index / width * times + dy);
            for k in 0..times * times {
                canvas.ink[(y + k / times) * side + x + k % times] = f32::from(pixel) / 255.0;
            }
        }
        canvas
    }

    #[test]
    fn empty_drawing_is_black_and_a_dot_is_centred() {
        assert_eq!(Canvas::blank(50, 40).normalised((28, 28)), vec![0; 784]);
        let mut canvas = Canvas::blank(50, 40);
        canvas.ink[33 * 50 + 2] = 1.0;
        let image = canvas.normalised((28, 28));
        assert_eq!((image[14 * 28 + 14], image[5 * 28 + 24], image[25 * 28 + 14], image[0]), (255, 255, 0, 0));
    }

    #[test]
    fn aspect_ratio_is_kept_at_any_image_size() {
        let mut canvas = Canvas::blank(100, 100);
        (10..90).for_each(|y| (40..60).for_each(|x| canvas.ink[y * 100 + x] = 1.0));
        for (width, height) in [(28, 28), (14, 14), (32, 20), (9, 30)] {
            let image = canvas.normalised((width, height));
            let columns = (0..width).filter(|x| (0..height).any(|y| image[y * width + x] > 127)).count();
            let rows = (0..height).filter(|y| (0..width).any(|x| image[y * width + x] > 127)).count();
            let tall = (BOX * height as f64).round().min(4.0 * (BOX * width as f64).round());
            assert!(
                (rows as f64 - tall).abs() <= 1.0 && (columns as f64 - tall / 4.0).abs() <= 1.0,
                "{width} x {height}: {columns} x {rows}"
            );
        }
    }

    /// Real digits, enlarged and moved, are restored.
    #[test]
    fn mnist_digits_are_restored_wherever_they_are_drawn() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/mnist");
        let data = crate::datasets::load_dir(&folder).unwrap();
        let (mut close, mut total) = (0, 0);
        for (k, row) in data.train.images.rows().into_iter().take(200).enumerate() {
            let image = row.to_vec();
            for (times, by) in [(1, (3, 11)), (2, (0, 17)), (3, (29, 5)), (5, (40, 40))] {
                let again = moved(&image, 28, times, by).normalised((28, 28));
                let differ: f64 = image.iter().zip(&again).map(|(&a, &b)| f64::from(a.abs_diff(b))).sum::<f64>() / 784.0;
                assert!(differ < 40.0, "image {k}: {differ}");
                close += usize::from(differ < 2.0);
                total += 1;
            }
        }
        assert!(close as f64 > 0.9 * f64::from(total), "{close} of {total} within two grey levels a pixel");
    }
}
