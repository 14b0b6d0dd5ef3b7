//! The image of a trial: the augmented training image, or a drawing in its place.

use super::Trainer;
use crate::experiment::augment::Augmentation;
use crate::experiment::picture::Picture;
use crate::params::ParamError;
use crate::rng::{Purpose, stream};

impl Trainer {
    pub(super) fn image_index(&self) -> u32 {
        self.order[(self.images_done % self.data.train.len() as u64) as usize]
    }

    /// The image of the current trial, as presented.
    pub(super) fn pixels(&self) -> Vec<u8> {
        match &self.drawn {
            Some(picture) => picture.pixels.clone(),
            None => self.shown(self.images_done, self.image_index()),
        }
    }

    /// The image of the trial of `trial`, as presented.
    pub fn picture(&self) -> Vec<u8> {
        let trial = self.trial();
        match self.drawn.as_ref().filter(|_| trial.drawn) {
            Some(picture) => picture.pixels.clone(),
            None => self.shown(trial.index, trial.image),
        }
    }

    /// Present this drawing in the next trial in place of its training image. A second drawing before that replaces the
    /// first.
    pub fn show_next(&mut self, picture: Picture) -> Result<(), ParamError> {
        let train = &self.data.train;
        let (pixels, classes) = (train.width * train.height, train.classes);
        if picture.pixels.len() != pixels {
            let given = picture.pixels.len();
            return Err(ParamError::Conflict(format!(
                "the drawing has {given} pixels, the network expects {pixels}; draw it for this network"
            )));
        }
        if usize::from(picture.label) >= classes {
            return Err(ParamError::Conflict(format!("class {} does not exist; allowed: below {classes}", picture.label)));
        }
        self.next = Some(picture);
        Ok(())
    }

    /// Training image `image` as presented in trial `index`.
    pub fn shown(&self, index: u64, image: u32) -> Vec<u8> {
        let train = &self.data.train;
        let mut rng = stream(self.seed, Purpose::Augment, index);
        Augmentation::new(&self.params).apply(&train.images.row(image as usize).to_vec(), train.width, &mut rng)
    }
}
