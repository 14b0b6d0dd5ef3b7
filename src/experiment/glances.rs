//! Test-time augmentation (parameter `glances`): each test image is presented several times, first unchanged, then
//! transformed as training images are, similar to fixational eye movements (Rucci & Victor 2015). The network settles
//! between two presentations; the output spikes of all are summed.

use super::augment::Augmentation;
use crate::params::{ParamId as P, Params};
use crate::rng::{Purpose, seed, stream};

/// Upper limit of presentations per image, used to number random streams.
const MOST: u64 = 1 << 16;

/// Number of presentations of a test image, and their transformations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glances {
    count: usize,
    movement: Augmentation,
}

impl Glances {
    pub(super) fn of(params: &Params) -> Self {
        Self { count: params.count(P::Glances), movement: Augmentation::new(params).always() }
    }

    /// The pixels of each presentation of an image, and the seed of its spikes. `master` is the seed of the run, `first` that of the
    /// spikes of the image itself.
    pub(super) fn at(self, pixels: &[u8], width: usize, master: u64, image: usize, first: u64) -> impl Iterator<Item = (Vec<u8>, u64)> {
        let moved = move |glance: usize| {
            let index = image as u64 * MOST + glance as u64;
            let shown = self.movement.apply(pixels, width, &mut stream(master, Purpose::Glance, index));
            (shown, seed(master, Purpose::TestEncoder, (1 << 48) + index))
        };
        std::iter::once((pixels.to_vec(), first)).chain((1..self.count).map(moved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glances(count: f64, shift_px: f64) -> Glances {
        let mut params = Params::default();
        params.set(P::Glances, count).unwrap();
        params.set(P::AugmentShift, shift_px).unwrap();
        Glances::of(&params)
    }

    #[test]
    fn the_first_glance_is_the_image_and_the_others_move_even_if_training_images_do_not() {
        let image: Vec<u8> = (0..81).map(|k| if k == 40 { 200 } else { 0 }).collect();
        let seen: Vec<(Vec<u8>, u64)> = glances(30.0, 2.0).at(&image, 9, 5, 7, 99).collect();
        assert_eq!((seen.len(), &seen[0]), (30, &(image.clone(), 99)));
        let places: std::collections::HashSet<Option<usize>> = seen.iter().map(|(shown, _)| shown.iter().position(|&p| p == 200)).collect();
        // 29 draws from 25 shifts; fewer than 12 different ones have a probability below 1e-4
        assert!(places.len() > 12, "{places:?}");
        let again: Vec<(Vec<u8>, u64)> = glances(30.0, 2.0).at(&image, 9, 5, 7, 99).collect();
        assert_eq!(seen, again);
        assert_eq!(glances(1.0, 2.0).at(&image, 9, 5, 7, 99).count(), 1);
    }
}
