//! The textures that a context uses, as its frames set and change them.

use egui::{ColorImage, ImageData, TextureFilter, TextureId, TexturesDelta};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A texture and whether it is interpolated.
#[derive(Clone)]
pub(crate) struct Texture {
    pub image: Arc<ColorImage>,
    pub smooth: bool,
}

/// Textures by their ids.
#[derive(Clone, Default)]
pub(crate) struct Textures(BTreeMap<TextureId, Texture>);

impl<const N: usize> From<[(TextureId, Texture); N]> for Textures {
    fn from(known: [(TextureId, Texture); N]) -> Self {
        Self(known.into())
    }
}

impl Textures {
    pub(crate) fn get(&self, id: TextureId) -> Option<&Texture> {
        self.0.get(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (TextureId, &Texture)> {
        self.0.iter().map(|(id, texture)| (*id, texture))
    }

    /// Set, change and free textures as one frame demands.
    pub(crate) fn apply(&mut self, frame: &TexturesDelta) {
        for (id, deltas) in &frame.set {
            for delta in deltas {
                let ImageData::Color(image) = &delta.image;
                let smooth = delta.options.magnification == TextureFilter::Linear;
                match (delta.pos, self.0.get_mut(id)) {
                    (Some([left, top]), Some(known)) => {
                        let whole = Arc::make_mut(&mut known.image);
                        let [width, height] = image.size;
                        for y in 0..height {
                            let start = (top + y) * whole.size[0] + left;
                            whole.pixels[start..start + width].copy_from_slice(&image.pixels[y * width..(y + 1) * width]);
                        }
                    }
                    _ => {
                        self.0.insert(*id, Texture { image: Arc::clone(image), smooth });
                    }
                }
            }
        }
        for id in &frame.free {
            self.0.remove(id);
        }
    }
}
