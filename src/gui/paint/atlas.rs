//! Fields packed into one texture.

use super::colour::Shading;
use egui::{ColorImage, Rect, pos2};

/// Fields packed into one image, `columns` per row. Each has a border that repeats its edge pixels, so that linear filtering
/// does not mix neighbours.
pub struct Atlas {
    /// The pixels.
    pub image: ColorImage,
    cell: [usize; 2],
    columns: usize,
}

impl Atlas {
    /// Pack the fields of `neurons`; `w` is post-major with `n_pre` weights per neuron, of which the first `field.0 * field.1`
    /// form the image. Missing weights are left blank.
    pub fn paint(neurons: &[u32], w: &[f32], n_pre: usize, field: (usize, usize), shading: Shading) -> Self {
        let (wide, tall) = field;
        let cell = [wide + 2, tall + 2];
        let columns = (neurons.len() as f64).sqrt().ceil().max(1.0) as usize;
        let rows = neurons.len().div_ceil(columns).max(1);
        let width = columns * cell[0];
        let mut image = ColorImage::filled([width, rows * cell[1]], shading.colour(0.0));
        let colour = shading.colours();
        for (index, &neuron) in neurons.iter().enumerate() {
            let start = neuron as usize * n_pre;
            let Some(weights) = w.get(start..start + n_pre).filter(|_| wide * tall <= n_pre && wide > 0 && tall > 0) else {
                continue;
            };
            let (left, top) = (index % columns * cell[0], index / columns * cell[1]);
            for y in 0..cell[1] {
                let source = &weights[y.saturating_sub(1).min(tall - 1) * wide..][..wide];
                let target = &mut image.pixels[(top + y) * width + left..][..cell[0]];
                for (pixel, &weight) in target[1..=wide].iter_mut().zip(source) {
                    *pixel = colour(weight);
                }
                target[0] = target[1];
                target[wide + 1] = target[wide];
            }
        }
        Self { image, cell, columns }
    }

    /// Texture coordinates of the field with index `index`.
    pub fn uv(&self, index: usize) -> Rect {
        Self::uv_in(self.image.size, self.cell, self.columns, index)
    }

    /// The shape of an atlas of `count` fields, without painting it.
    pub fn shape_of(count: usize, (wide, tall): (usize, usize)) -> AtlasShape {
        let cell = [wide + 2, tall + 2];
        let columns = (count as f64).sqrt().ceil().max(1.0) as usize;
        AtlasShape { size: [columns * cell[0], count.div_ceil(columns).max(1) * cell[1]], cell, columns }
    }

    /// The shape, needed for texture coordinates after the image has been uploaded.
    pub fn shape(&self) -> AtlasShape {
        AtlasShape { size: self.image.size, cell: self.cell, columns: self.columns }
    }

    fn uv_in(size: [usize; 2], cell: [usize; 2], columns: usize, index: usize) -> Rect {
        let (left, top) = (index % columns * cell[0] + 1, index / columns * cell[1] + 1);
        let share = |x: usize, y: usize| pos2(x as f32 / size[0] as f32, y as f32 / size[1] as f32);
        Rect::from_min_max(share(left, top), share(left + cell[0] - 2, top + cell[1] - 2))
    }
}

/// The shape of an uploaded atlas.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct AtlasShape {
    size: [usize; 2],
    cell: [usize; 2],
    columns: usize,
}

impl AtlasShape {
    /// Texture coordinates of the field with index `index`.
    pub fn uv(&self, index: usize) -> Rect {
        Atlas::uv_in(self.size.map(|s| s.max(1)), self.cell.map(|c| c.max(2)), self.columns.max(1), index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::paint::colour::Map;
    use egui::vec2;

    #[test]
    fn atlas_holds_each_field_at_its_texture_coordinates() {
        let shading = Shading { min: 0.0, max: 1.0, beyond: false, map: Map::Inferno };
        let w: Vec<f32> = (0..3 * 6).map(|i| i as f32 / 17.0).collect();
        let atlas = Atlas::paint(&[2, 0], &w, 6, (3, 2), shading);
        let size = vec2(atlas.image.width() as f32, atlas.image.height() as f32);
        for (index, neuron) in [2, 0].into_iter().enumerate() {
            let uv = atlas.uv(index);
            for (k, (x, y)) in [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)].into_iter().enumerate() {
                let at = uv.min.to_vec2() * size + vec2(x as f32 + 0.5, y as f32 + 0.5);
                let pixel = atlas.image.pixels[at.y as usize * atlas.image.width() + at.x as usize];
                assert_eq!(pixel, shading.colour(w[neuron * 6 + k]), "neuron {neuron}, weight {k}");
            }
        }
        let blank = Atlas::paint(&[0, 9], &w, 6, (28, 28), shading);
        assert!(blank.image.pixels.iter().all(|&p| p == shading.colour(0.0)), "no field of that size in the weights");
    }
}
