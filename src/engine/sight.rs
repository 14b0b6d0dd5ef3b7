//! Filters and receptive fields in pixel space, for display only. A filter over the spikes of another layer is the weighted
//! sum of the filters of its inputs at their sites; pooling shifts an image by less than a cell.

use super::encoder::Encoder;
use super::network::{Network, Source};
use super::projection::Conv;

/// The filters of a layer as images, and their sites.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sight {
    /// Columns and rows of sites.
    pub sites: (usize, usize),
    /// Width and height of an image of a filter in pixels.
    pub size: usize,
    /// Pixels from one site to the next.
    pub stride: usize,
    /// Pixels by which the filter at the first site extends beyond the image.
    pub pad: usize,
    /// The images of the filters, one after another, row by row, in mV.
    pub pictures: Vec<f32>,
}

/// The filters of all projections in pixel space, by projection index.
pub fn sights(network: &Network) -> Vec<(usize, Sight)> {
    let mut sights: Vec<(usize, Sight)> = Vec::new();
    for (index, projection) in network.projections().iter().enumerate() {
        let Some(filters) = projection.synapses.conv() else { continue };
        let sight = match projection.source {
            Source::Encoder => of_pixels(filters),
            Source::Current(_) => continue,
            Source::Population { index: source, .. } => {
                // filters of a layer precede those of the next layer
                let below = sights.iter().find(|(below, _)| network.projections()[*below].target == source);
                let Some((_, below)) = below else { continue };
                of_layer(filters, below)
            }
        };
        sights.push((index, sight));
    }
    sights
}

impl Sight {
    /// Add every filter at every site to an image with rows of `width` pixels, weighted by `weight` of its neuron
    /// (site-major).
    pub fn lay_out(&self, weight: impl Fn(usize) -> f32, image: &mut [f32], width: usize) {
        let Self { sites: (across, down), size, stride, pad, ref pictures } = *self;
        let channels = pictures.len() / (size * size).max(1);
        let height = image.len() / width.max(1);
        let mut mixed = vec![0.0; size * size];
        for site in 0..across * down {
            mixed.fill(0.0);
            for (channel, picture) in pictures.chunks_exact(size * size).enumerate() {
                let w = weight(site * channels + channel);
                mixed.iter_mut().zip(picture).for_each(|(mixed, pixel)| *mixed += w * pixel);
            }
            let (left, top) = (site % across * stride, site / across * stride);
            for (spot, mixed) in mixed.iter().enumerate() {
                let (x, y) = ((left + spot % size).wrapping_sub(pad), (top + spot / size).wrapping_sub(pad));
                if x < width && y < height {
                    image[y * width + x] += mixed;
                }
            }
        }
    }
}

/// Receptive field in pixel space of each neuron of the last population, through hidden layers of filters. Layout
/// `[neuron][pixel]`.
pub fn seen_through(network: &Network, size: (usize, usize)) -> Vec<f32> {
    let weight = |projection: usize, row: usize, neuron: usize| {
        network.projections()[projection].synapses.dense().map_or(0.0, |dense| dense.get(row, neuron))
    };
    laid_out(network, size, weight)
}

/// The same for any quantity of the synapses onto the last population, by projection, row and neuron.
pub fn laid_out(network: &Network, (width, height): (usize, usize), of: impl Fn(usize, usize, usize) -> f32) -> Vec<f32> {
    let Some(output) = network.output() else { return Vec::new() };
    let sights = sights(network);
    let mut seen = vec![0.0; output.len() * width * height];
    for (place, projection) in network.projections().iter().enumerate() {
        let (Source::Population { index, .. }, Some(_)) = (projection.source, projection.synapses.dense()) else { continue };
        let Some((_, sight)) = sights.iter().find(|(below, _)| network.projections()[*below].target == index) else { continue };
        for (neuron, field) in seen.chunks_exact_mut((width * height).max(1)).enumerate() {
            let row = |hidden: usize| projection.relay.as_ref().map_or(Some(hidden), |relay| relay.of(hidden));
            sight.lay_out(|hidden| row(hidden).map_or(0.0, |row| of(place, row, neuron)), field, width);
        }
    }
    seen
}

/// Receptive fields over the channels of the encoder, one neuron after another, as fields over pixels.
pub fn in_pixels(fields: Vec<f32>, network: &Network) -> Vec<f32> {
    match network.encoder().map_or(1, Encoder::depth) {
        0 | 1 => fields,
        depth => fields.chunks_exact(depth).map(|maps| ink(maps.iter().copied())).collect(),
    }
}

/// The weights of the channels of a pixel as one value: on-centre and off-centre cells have opposite signs.
fn ink(maps: impl Iterator<Item = f32>) -> f32 {
    maps.enumerate().map(|(map, w)| w * if map % 2 == 0 { 1.0 } else { -1.0 }).sum()
}

fn of_pixels(filters: &Conv) -> Sight {
    let geometry = filters.geometry();
    let spots = geometry.size * geometry.size;
    let ink = |spot: usize, channel: usize| ink((0..geometry.depth).map(|map| filters.get(spot * geometry.depth + map, channel)));
    Sight {
        sites: geometry.sites(),
        size: geometry.size,
        stride: geometry.stride,
        pad: geometry.pad,
        pictures: (0..filters.channels()).flat_map(|channel| (0..spots).map(move |spot| (spot, channel))).map(|(s, c)| ink(s, c)).collect(),
    }
}

fn of_layer(filters: &Conv, below: &Sight) -> Sight {
    let geometry = filters.geometry();
    // pixels from one cell to the next
    let cell = (below.sites.0 * below.stride / geometry.width.max(1)).max(1);
    let size = (geometry.size - 1) * cell + below.size;
    let mut pictures = vec![0.0; filters.channels() * size * size];
    for (channel, picture) in pictures.chunks_exact_mut(size * size).enumerate() {
        for spot in 0..geometry.size * geometry.size {
            let (left, top) = (spot % geometry.size * cell, spot / geometry.size * cell);
            for (map, part) in below.pictures.chunks_exact(below.size * below.size).enumerate() {
                let w = filters.get(spot * geometry.depth + map, channel);
                if w == 0.0 {
                    continue;
                }
                for (row, part) in part.chunks_exact(below.size).enumerate() {
                    let to = &mut picture[(top + row) * size + left..][..below.size];
                    to.iter_mut().zip(part).for_each(|(to, part)| *to += w * part);
                }
            }
        }
    }
    Sight { sites: geometry.sites(), size, stride: geometry.stride * cell, pad: geometry.pad * cell + below.pad, pictures }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::block::Row;
    use crate::engine::projection::Geometry;
    use crate::engine::spikes::SpikeChunk;
    use pulp::Arch;

    /// Laying pictures out is the transpose of delivering spikes: what a pixel drives is what it is shown with.
    #[test]
    fn filters_laid_out_show_what_each_pixel_contributes() {
        let geometry = Geometry { width: 6, height: 5, depth: 1, size: 3, stride: 2, pad: 1 };
        let mut conv = Conv::new(geometry, 3);
        for tap in 0..9 {
            (0..3).for_each(|channel| *conv.get_mut(tap, channel) = (tap * 5 + channel * 3) as f32 - 20.0);
        }
        let weight = |neuron: usize| (neuron % 7) as f32 - 3.0;
        let mut laid = vec![0.0; 30];
        of_pixels(&conv).lay_out(weight, &mut laid, 6);
        for pixel in 0..30 {
            let mut spikes = SpikeChunk::default();
            spikes.push_step(&[pixel]);
            let mut drive = vec![Row::ZERO; geometry.len()];
            conv.deliver::<false>(Arch::new(), &spikes, &mut drive);
            let contributes: f32 = (0..conv.n_post()).map(|neuron| weight(neuron) * drive[neuron / 3].0[neuron % 3]).sum();
            assert_eq!(laid[pixel as usize], contributes, "pixel {pixel}");
        }
    }

    #[test]
    fn a_filter_over_cells_shows_what_it_listens_to_where_it_stands() {
        let first = Geometry { width: 8, height: 8, depth: 2, size: 3, stride: 1, pad: 1 };
        let mut strokes = Conv::new(first, 2);
        // filter 0 sees ink in its centre, filter 1 the lack of it in its corner
        *strokes.get_mut(4 * 2, 0) = 1.0;
        *strokes.get_mut(1, 1) = 1.0;
        let below = of_pixels(&strokes);
        assert_eq!(below.pictures[..9], [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(below.pictures[9], -1.0);
        // cells of two by two sites
        let second = Geometry { width: 4, height: 4, depth: 2, size: 2, stride: 1, pad: 1 };
        let mut parts = Conv::new(second, 1);
        *parts.get_mut(0, 0) = 0.5;
        *parts.get_mut(3 * 2 + 1, 0) = 2.0;
        let sight = of_layer(&parts, &below);
        assert_eq!((sight.size, sight.stride, sight.pad), (5, 2, 3));
        let mut expected = [0.0; 25];
        expected[5 + 1] = 0.5;
        expected[2 * 5 + 2] = -2.0;
        assert_eq!(sight.pictures, expected);
    }
}
