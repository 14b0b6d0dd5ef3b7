//! Augmentation of training images: shift, rotation, scale, shear and elastic deformation, with new random values for each
//! presentation. Test images are not augmented.

use crate::params::{ParamId as P, Params};
use crate::rng::{normal, uniform};
use rand::Rng;

/// Control points of the elastic deformation along one axis (Simard, Steinkraus & Platt 2003).
const POINTS: usize = 5;

/// Range of the transformations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Augmentation {
    probability: f64,
    shift_px: f64,
    turn_rad: f64,
    scale: f64,
    warp_px: f64,
}

impl Augmentation {
    pub(super) fn new(params: &Params) -> Self {
        Self {
            probability: params.get(P::AugmentP),
            shift_px: params.get(P::AugmentShift),
            turn_rad: params.get(P::AugmentTurn).to_radians(),
            scale: params.get(P::AugmentScale),
            warp_px: params.get(P::AugmentWarp),
        }
    }

    /// The same transformations, applied to every image.
    pub(super) fn always(self) -> Self {
        Self { probability: 1.0, ..self }
    }

    /// The transformed image, row by row like the original.
    pub(super) fn apply(self, image: &[u8], width: usize, rng: &mut impl Rng) -> Vec<u8> {
        if self.probability == 0.0 || uniform(rng) >= self.probability {
            return image.to_vec();
        }
        let mut spread = |most: f64| most * (2.0 * uniform(rng) - 1.0);
        if self.turn_rad == 0.0 && self.scale == 0.0 && self.warp_px == 0.0 {
            // shifts by whole pixels do not blur; all 2n + 1 shifts have equal probability
            let whole = self.shift_px.floor();
            let [dx, dy] = [0, 1].map(|_| libm::floor(spread(whole + 0.5) + 0.5) as isize);
            return shifted(image, width, dx, dy);
        }
        let [dx, dy] = [0, 1].map(|_| spread(self.shift_px));
        let turn = spread(self.turn_rad);
        let [scale_x, scale_y] = [0, 1].map(|_| libm::exp(spread(self.scale)));
        let shear = spread(self.scale);
        let (sin, cos) = (libm::sin(turn), libm::cos(turn));
        // source position of a pixel: shear, then scale, then rotation, about the centre
        let matrix = [cos * scale_x, (cos * shear - sin) * scale_y, sin * scale_x, (sin * shear + cos) * scale_y].map(|v| v as f32);
        let mut draw = || std::array::from_fn(|_| (self.warp_px * normal(rng)) as f32);
        let pull: [[f32; POINTS * POINTS]; 2] = [draw(), draw()];
        warped(image, width, (dx as f32, dy as f32), matrix, &pull)
    }
}

fn shifted(image: &[u8], width: usize, dx: isize, dy: isize) -> Vec<u8> {
    let height = image.len() / width.max(1);
    let at = |x: isize, y: isize| {
        let inside = (0..width as isize).contains(&x) && (0..height as isize).contains(&y);
        if inside { image[y as usize * width + x as usize] } else { 0 }
    };
    (0..image.len()).map(|k| at((k % width) as isize - dx, (k / width) as isize - dy)).collect()
}

/// Control points on either side of `at`, and the interpolation weight of the second.
fn between(at: usize, n: usize) -> (usize, f32) {
    let t = at as f32 * (POINTS - 1) as f32 / (n.max(2) - 1) as f32;
    let first = (t as usize).min(POINTS - 2);
    let f = t - first as f32;
    (first, f * f * (3.0 - 2.0 * f))
}

fn warped(image: &[u8], width: usize, shift: (f32, f32), matrix: [f32; 4], pull: &[[f32; POINTS * POINTS]; 2]) -> Vec<u8> {
    let height = image.len() / width.max(1);
    let (cx, cy) = ((width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0);
    let columns: Vec<(usize, f32)> = (0..width).map(|x| between(x, width)).collect();
    let mut out = Vec::with_capacity(image.len());
    for y in 0..height {
        let (row, fy) = between(y, height);
        for (x, &(column, fx)) in columns.iter().enumerate() {
            let corner = row * POINTS + column;
            let mix = |p: &[f32; POINTS * POINTS]| {
                let upper = p[corner] + fx * (p[corner + 1] - p[corner]);
                let lower = p[corner + POINTS] + fx * (p[corner + POINTS + 1] - p[corner + POINTS]);
                upper + fy * (lower - upper)
            };
            let (rx, ry) = (x as f32 - cx, y as f32 - cy);
            let from_x = matrix[0] * rx + matrix[1] * ry + cx - shift.0 + mix(&pull[0]);
            let from_y = matrix[2] * rx + matrix[3] * ry + cy - shift.1 + mix(&pull[1]);
            out.push(sample(image, width, height, from_x, from_y));
        }
    }
    out
}

/// Bilinear interpolation; black beyond the edge.
fn sample(image: &[u8], width: usize, height: usize, x: f32, y: f32) -> u8 {
    if !(x > -1.0 && y > -1.0 && x < width as f32 && y < height as f32) {
        return 0;
    }
    // one more row and column on each side, so that truncation rounds down
    let (left, top) = ((x + 1.0) as usize, (y + 1.0) as usize);
    let (fx, fy) = (x + 1.0 - left as f32, y + 1.0 - top as f32);
    let at = |x: usize, y: usize| {
        let inside = (1..=width).contains(&x) && (1..=height).contains(&y);
        if inside { f32::from(image[(y - 1) * width + x - 1]) } else { 0.0 }
    };
    let upper = at(left, top) * (1.0 - fx) + at(left + 1, top) * fx;
    let lower = at(left, top + 1) * (1.0 - fx) + at(left + 1, top + 1) * fx;
    (upper * (1.0 - fy) + lower * fy + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};

    fn blob() -> Vec<u8> {
        let mut image = vec![0; 81];
        image[4 * 9 + 4] = 200;
        image[4 * 9 + 5] = 100;
        image
    }

    const IDENTITY: [f32; 4] = [1.0, 0.0, 0.0, 1.0];
    const STILL: [[f32; 25]; 2] = [[0.0; 25]; 2];

    #[test]
    fn nothing_changes_where_nothing_is_asked_for() {
        assert_eq!(warped(&blob(), 9, (0.0, 0.0), IDENTITY, &STILL), blob());
        assert_eq!(shifted(&blob(), 9, 0, 0), blob());
        let never = Augmentation { probability: 0.0, shift_px: 3.0, turn_rad: 1.0, scale: 0.2, warp_px: 1.0 };
        assert_eq!(never.apply(&blob(), 9, &mut stream(1, Purpose::Augment, 0)), blob());
    }

    #[test]
    fn a_shift_by_whole_pixels_is_the_same_either_way_and_what_leaves_is_gone() {
        assert_eq!(warped(&blob(), 9, (2.0, -1.0), IDENTITY, &STILL), shifted(&blob(), 9, 2, -1));
        assert_eq!(shifted(&blob(), 9, 2, -1)[3 * 9 + 6], 200);
        assert!(shifted(&blob(), 9, 9, 0).iter().all(|&p| p == 0));
    }

    #[test]
    fn a_quarter_turn_turns_and_a_warp_by_one_pixel_moves_by_one() {
        let turned = warped(&blob(), 9, (0.0, 0.0), [0.0, -1.0, 1.0, 0.0], &STILL);
        assert_eq!((turned[4 * 9 + 4], turned[3 * 9 + 4]), (200, 100));
        assert_eq!(warped(&blob(), 9, (0.0, 0.0), IDENTITY, &[[1.0; 25], [0.0; 25]]), shifted(&blob(), 9, -1, 0));
    }

    #[test]
    fn every_shift_is_as_likely_as_any_other() {
        let shift = Augmentation { probability: 1.0, shift_px: 1.0, turn_rad: 0.0, scale: 0.0, warp_px: 0.0 };
        let mut counts = std::collections::HashMap::new();
        let mut rng = stream(5, Purpose::Augment, 0);
        for _ in 0..9000 {
            let image = shift.apply(&blob(), 9, &mut rng);
            *counts.entry(image.iter().position(|&p| p == 200)).or_insert(0) += 1;
        }
        // 9 shifts of 1000 each; five standard deviations are 149
        assert!(counts.len() == 9 && counts.values().all(|&n: &i32| (n - 1000).abs() < 150), "{counts:?}");
    }
}
