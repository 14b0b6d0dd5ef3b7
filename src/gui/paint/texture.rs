//! Textures that are uploaded again only when their data have changed.

use crate::gui::theme::is_figure;
use egui::{ColorImage, Context, TextureHandle, TextureId, TextureOptions};
use std::sync::Arc;

/// A texture and the key of its data. Keys hold the `Arc`s of the data, so that a reused address cannot be mistaken for the
/// previous data.
pub struct Cached<K> {
    shown: Option<(K, TextureHandle)>,
}

impl<K> Default for Cached<K> {
    fn default() -> Self {
        Self { shown: None }
    }
}

impl<K: PartialEq> Cached<K> {
    /// The texture for `key`; calls `paint` only if the key has changed.
    pub fn get(&mut self, ctx: &Context, name: &str, options: TextureOptions, key: K, paint: impl FnOnce() -> ColorImage) -> TextureId {
        if is_figure(ctx) {
            // a texture belongs to one egui context, so it is kept in the context of the figure
            let handle = ctx.load_texture(name, paint(), options);
            let id = handle.id();
            ctx.data_mut(|data| data.insert_temp(egui::Id::unique(("texture of a figure", id)), handle));
            return id;
        }
        match &mut self.shown {
            Some((shown, handle)) if *shown == key => handle.id(),
            Some((shown, handle)) => {
                handle.set(paint(), options);
                *shown = key;
                handle.id()
            }
            None => {
                let handle = ctx.load_texture(name, paint(), options);
                let id = handle.id();
                self.shown = Some((key, handle));
                id
            }
        }
    }
}

/// An `Arc` compared by address.
pub struct Same<T: ?Sized>(pub Arc<T>);

impl<T: ?Sized> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texture_is_painted_only_when_the_data_change() {
        let ctx = Context::default();
        let mut cached = Cached::default();
        let mut painted = 0;
        let [first, second]: [Arc<[u8]>; 2] = [Arc::new([1, 2]), Arc::new([1, 2])];
        for data in [&first, &first, &second, &second, &first] {
            cached.get(&ctx, "test", TextureOptions::NEAREST, Same(Arc::clone(data)), || {
                painted += 1;
                ColorImage::example()
            });
        }
        assert_eq!(painted, 3);
    }
}
