//! Spikes of several populations, one band for each: rows are neurons, all of them or every so many.

use super::raster::Span;
use egui::{Color32, ColorImage, Mesh, Rect, vec2};
use std::collections::BTreeMap;

/// The band of a population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// First neuron, counted over all populations.
    pub first: u32,
    /// Number of neurons.
    pub size: u32,
    /// Every `every`-th neuron has a row.
    pub every: u32,
    /// First pixel row.
    pub top: f32,
    /// Height in pixels.
    pub height: f32,
    /// Colour of the spikes.
    pub color: Color32,
    /// Whether the brightness of a pixel is the number of spikes on it, relative to the highest; otherwise every spike is a mark.
    pub density: bool,
}

impl Band {
    /// The same band where a length of 1 is `scale` long.
    #[must_use]
    pub fn scaled(&self, scale: f32) -> Self {
        Self { top: self.top * scale, height: self.height * scale, ..*self }
    }

    /// Number of rows.
    pub fn rows(&self) -> u32 {
        self.size.div_ceil(self.every.max(1))
    }

    /// Height of a row in pixels.
    pub fn pitch(&self) -> f32 {
        self.height / self.rows().max(1) as f32
    }

    /// Vertical centre of the row of a neuron; `None` if it has none.
    pub fn middle(&self, neuron: u32) -> Option<f32> {
        let index = neuron.checked_sub(self.first).filter(|index| *index < self.size && index.is_multiple_of(self.every.max(1)))?;
        Some(self.top + ((index / self.every.max(1)) as f32 + 0.5) * self.pitch())
    }

    /// The neuron whose row contains pixel row `y`.
    pub fn neuron_at(&self, y: f32) -> Option<u32> {
        let row = ((y - self.top) / self.pitch()).floor();
        (row >= 0.0 && row < self.rows() as f32).then(|| self.first + row as u32 * self.every.max(1))
    }
}

/// Width of a mark in a figure, in points.
const MARK: f32 = 0.8;
/// Maximum number of neurons whose rows are computed once, before the spikes are painted.
const TABLE: u32 = 1 << 20;

/// Paint spikes, given as (step, neuron), into a transparent image of `size` pixels; the width of a mark is `width` pixels.
/// Where rows are lower than a pixel, marks are the denser, the more spikes fall on them.
pub fn paint(size: [usize; 2], spikes: impl Iterator<Item = (u64, u32)>, span: Span, bands: &[Band], width: usize) -> ColorImage {
    let [across, down] = size.map(|side| side.max(1));
    let mut image = ColorImage::filled([across, down], Color32::TRANSPARENT);
    let looks: Vec<(usize, [Color32; 4])> =
        bands.iter().map(|band| ((band.pitch() * 0.85).round().clamp(1.0, 6.0) as usize, shades(band))).collect();
    // spikes by pixel of the bands that show densities, by their first pixel row
    let mut dense: Vec<BTreeMap<usize, Vec<u32>>> = vec![BTreeMap::new(); bands.len()];
    let per_step = across as f32 / span.to.saturating_sub(span.from).max(1) as f32;
    let row = |neuron: u32| {
        let index = bands.partition_point(|band| band.first <= neuron).checked_sub(1)?;
        let height = looks[index].0;
        let middle = bands[index].middle(neuron)?;
        let top = ((middle - height as f32 / 2.0).round().max(0.0) as usize).min(down.saturating_sub(height));
        Some((index as u32, top as u32))
    };
    // of hundreds of thousands of spikes most have no row
    let last = bands.last().map_or(0, |band| band.first.saturating_add(band.size));
    let known: Option<Vec<_>> = (last <= TABLE).then(|| (0..last).map(row).collect());
    for (step, neuron) in spikes {
        let place = known.as_ref().map_or_else(|| row(neuron), |known| known.get(neuron as usize).copied().flatten());
        let Some((index, top)) = place else { continue };
        let Some(step) = i64::try_from(step).ok().filter(|step| (span.from..span.to).contains(step)) else { continue };
        let (index, top) = (index as usize, top as usize);
        let (band, (height, shades)) = (&bands[index], &looks[index]);
        let left = (((step - span.from) as f32 * per_step) as usize).min(across - 1);
        if band.density {
            dense[index].entry(top).or_insert_with(|| vec![0_u32; across])[left] += 1;
            continue;
        }
        for row in image.pixels[top * across..].chunks_exact_mut(across).take(*height) {
            for pixel in &mut row[left..(left + width.max(1)).min(across)] {
                let next = shades.iter().position(|shade| shade == pixel).map_or(0, |at| (at + 1).min(shades.len() - 1));
                *pixel = shades[next];
            }
        }
    }
    for ((band, (height, _)), rows) in bands.iter().zip(&looks).zip(&dense) {
        let most = rows.values().flatten().copied().max().unwrap_or(0).max(1) as f32;
        for (&top, counts) in rows {
            for (left, &count) in counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
                let color = band.color.gamma_multiply(count as f32 / most);
                (top..(top + height).min(down)).for_each(|row| image.pixels[row * across + left] = color);
            }
        }
    }
    image
}

/// The spikes that have a row, as one rectangle each inside `area`: for figures. Bands are laid out in points from its upper left
/// corner.
pub fn marks(area: Rect, spikes: impl Iterator<Item = (u64, u32)>, span: Span, bands: &[Band]) -> Mesh {
    let mut mesh = Mesh::default();
    let per_step = area.width() / span.to.saturating_sub(span.from).max(1) as f32;
    for (step, neuron) in spikes {
        let Some(band) = bands.partition_point(|band| band.first <= neuron).checked_sub(1).map(|index| &bands[index]) else { continue };
        let Some(middle) = band.middle(neuron) else { continue };
        let Some(step) = i64::try_from(step).ok().filter(|step| (span.from..span.to).contains(step)) else { continue };
        let size = vec2(MARK, (0.85 * band.pitch()).min(6.0));
        let at = area.min + vec2((step - span.from) as f32 * per_step, middle - size.y / 2.0);
        mesh.add_colored_rect(Rect::from_min_size(at, size), band.color);
    }
    mesh
}

/// One to four spikes on a pixel. Rows that are not shared have the full colour at once.
fn shades(band: &Band) -> [Color32; 4] {
    if band.pitch() >= 1.0 { [band.color; 4] } else { [0.45, 0.65, 0.85, 1.0].map(|share| band.color.gamma_multiply(share)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(first: u32, size: u32, every: u32, top: f32, height: f32, color: Color32) -> Band {
        Band { first, size, every, top, height, color, density: false }
    }

    #[test]
    fn spikes_are_painted_in_the_band_of_their_population_at_their_time() {
        let bands = [band(0, 10, 1, 0.0, 40.0, Color32::RED), band(10, 100, 10, 60.0, 40.0, Color32::GREEN)];
        let span = Span { from: 100, to: 200 };
        let image = paint([100, 100], [(150, 3), (199, 20), (120, 21), (99, 0), (u64::MAX, 1)].into_iter(), span, &bands, 1);
        let at = |x: usize, y: usize| image.pixels[y * 100 + x];
        assert_eq!((at(50, 14), at(99, 66)), (Color32::RED, Color32::GREEN));
        let painted = image.pixels.iter().filter(|pixel| **pixel != Color32::TRANSPARENT).count();
        assert_eq!(painted, 3 + 3, "neuron 21 has no row, and other spikes are outside the span");
        assert_eq!((bands[1].rows(), bands[1].neuron_at(66.0), bands[1].middle(20)), (10, Some(20), Some(66.0)));
        assert_eq!((bands[0].neuron_at(41.0), bands[0].neuron_at(-1.0)), (None, None));
    }

    #[test]
    fn shared_rows_grow_denser_and_empty_bands_are_no_error() {
        let bands = [band(0, 400, 1, 0.0, 4.0, Color32::WHITE)];
        let span = Span { from: 0, to: 10 };
        let once = paint([10, 4], [(5, 0)].into_iter(), span, &bands, 1);
        let often = paint([10, 4], (0..50).map(|neuron| (5, neuron)), span, &bands, 1);
        assert!(once.pixels[5].a() < often.pixels[5].a() && often.pixels[5] == Color32::WHITE);
        paint([0, 0], [(0, 0)].into_iter(), Span { from: 0, to: 0 }, &[band(0, 0, 0, 0.0, 0.0, Color32::WHITE)], 1);
        paint([3, 3], [(0, 7)].into_iter(), span, &[], 1);
    }

    #[test]
    fn rates_of_a_dense_source_can_be_told_apart() {
        let bands = [Band { density: true, ..band(0, 1, 1, 0.0, 4.0, Color32::WHITE) }];
        let span = Span { from: 0, to: 30 };
        // three spikes a pixel, then six, then none
        let spikes = (0..10).flat_map(|k| vec![(k, 0); 3]).chain((10..20).flat_map(|k| vec![(k, 0); 6]));
        let image = paint([30, 4], spikes, span, &bands, 1);
        let alpha = |x: usize| image.pixels[2 * 30 + x].a();
        assert!(alpha(5).abs_diff(128) < 2 && alpha(15) == 255 && alpha(25) == 0, "{} {}", alpha(5), alpha(15));
    }
}
