//! Local synapses with shared weights: every site receives one patch of the input through the same filters.
//!
//! Sites are `stride` pixels apart; the first patch starts `pad` pixels before the image, and patches are `size` pixels
//! wide. The input can have several maps, with the maps of a pixel contiguous, as are the taps of a patch. The layout of
//! the weights is `[tap][channel]`, channels contiguous, so that a presynaptic spike adds contiguous rows to each site it
//! reaches. Weight sharing has no biological counterpart; presets that use it say so (as in Mozafari et al. 2019).

use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{LANES, Row, blocks_for, place};
use crate::engine::spikes::SpikeChunk;
use pulp::{Arch, Simd, WithSimd};

/// Geometry of sites and patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Width of the input in pixels.
    pub width: usize,
    /// Height of the input in pixels.
    pub height: usize,
    /// Maps of the input: presynaptic neurons per pixel.
    pub depth: usize,
    /// Width and height of a patch in pixels.
    pub size: usize,
    /// Pixels from one site to the next.
    pub stride: usize,
    /// Pixels by which the first patch extends beyond the image.
    pub pad: usize,
}

impl Geometry {
    /// Columns and rows of sites; zero where the patch is larger than the padded input.
    pub fn sites(&self) -> (usize, usize) {
        let along = |n: usize| (n + 2 * self.pad).checked_sub(self.size).map_or(0, |room| room / self.stride.max(1) + 1);
        (along(self.width), along(self.height))
    }

    /// Number of sites.
    pub fn len(&self) -> usize {
        let (across, down) = self.sites();
        across * down
    }

    /// Whether there are no sites.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Presynaptic neurons.
    pub fn inputs(&self) -> usize {
        self.width * self.height * self.depth
    }

    /// Taps of a patch.
    pub fn taps(&self) -> usize {
        self.size * self.size * self.depth
    }

    /// The pixel under each spot of the patch of `site`, row by row; none beyond the edge. A spot has a tap for each map.
    pub fn spots(&self, site: usize) -> impl Iterator<Item = Option<usize>> + use<> {
        let Self { width, height, depth: _, size, stride, pad } = *self;
        let (across, _) = self.sites();
        let (left, top) = (site % across * stride, site / across * stride);
        (0..size * size).map(move |spot| {
            let (x, y) = ((left + spot % size).wrapping_sub(pad), (top + spot / size).wrapping_sub(pad));
            (x < width && y < height).then(|| y * width + x)
        })
    }

    /// The presynaptic neuron under each tap of the patch of `site`, row by row, maps contiguous; none beyond the edge.
    pub fn under(&self, site: usize) -> impl Iterator<Item = Option<usize>> + use<> {
        let depth = self.depth;
        self.spots(site).flat_map(move |pixel| (0..depth).map(move |map| pixel.map(|pixel| pixel * depth + map)))
    }

    /// Sites whose patch contains a presynaptic neuron.
    pub fn over(&self, input: usize) -> usize {
        let pixel = input / self.depth.max(1);
        let along = |at: usize, sites: usize| {
            let (first, last) = self.reach(at, sites);
            (last + 1).saturating_sub(first)
        };
        let (across, down) = self.sites();
        if self.is_empty() { 0 } else { along(pixel % self.width, across) * along(pixel / self.width, down) }
    }

    /// The pixels of `image` in the patch of `site`; zero beyond the edge.
    pub fn patch(&self, site: usize, image: &[f32], patch: &mut [f32]) {
        patch.iter_mut().zip(self.under(site)).for_each(|(value, input)| *value = input.map_or(0.0, |input| image[input]));
    }

    /// Sites along one axis whose patch holds coordinate `at`, and the tap of `at` in the first of them.
    #[inline(always)]
    fn reach(&self, at: usize, sites: usize) -> (usize, usize) {
        let last = ((at + self.pad) / self.stride).min(sites.saturating_sub(1));
        let first = (at + self.pad + 1).saturating_sub(self.size).div_ceil(self.stride);
        (first, last)
    }
}

/// Filters shared by all sites.
#[derive(Debug, Clone)]
pub struct Conv {
    geometry: Geometry,
    channels: usize,
    /// `[tap][block]`.
    rows: Vec<Row>,
}

impl Conv {
    /// Filters of zero weight.
    pub fn new(geometry: Geometry, channels: usize) -> Self {
        Self { geometry, channels, rows: vec![Row::ZERO; geometry.taps() * blocks_for(channels)] }
    }

    /// Geometry of sites and patches.
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// Filters.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Presynaptic neurons.
    pub fn n_pre(&self) -> usize {
        self.geometry.inputs()
    }

    /// Postsynaptic neurons: one per site and channel, site-major.
    pub fn n_post(&self) -> usize {
        self.geometry.len() * self.channels
    }

    /// Weight in mV of `tap` (row by row, maps contiguous) in the filter `channel`.
    pub fn get(&self, tap: usize, channel: usize) -> f32 {
        let (block, lane) = place(channel);
        self.rows[tap * blocks_for(self.channels) + block].0[lane]
    }

    /// Weight of `tap` in the filter `channel`, mutable.
    pub fn get_mut(&mut self, tap: usize, channel: usize) -> &mut f32 {
        let (block, lane) = place(channel);
        &mut self.rows[tap * blocks_for(self.channels) + block].0[lane]
    }

    /// Weights of `tap` in all filters.
    pub(in crate::engine) fn fan_out_mut(&mut self, tap: usize) -> &mut [Row] {
        let blocks = blocks_for(self.channels);
        &mut self.rows[tap * blocks..][..blocks]
    }

    /// All weights.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// All weights, mutable.
    pub(super) fn rows_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }

    /// Set the drive, laid out `[step][site][block]`, to the weights of all spikes of a chunk; with `ADD`, add them.
    /// Spikes are added in list order, so that sums do not depend on the chunks.
    pub fn deliver<const ADD: bool>(&self, arch: Arch, spikes: &SpikeChunk, drive: &mut [Row]) {
        if !ADD {
            drive.fill(Row::ZERO);
        }
        arch.dispatch(Deliver { conv: self, spikes, drive });
    }
}

/// The kernel of `Conv::deliver`; see `Dense::deliver` for why it is a type.
struct Deliver<'a> {
    conv: &'a Conv,
    spikes: &'a SpikeChunk,
    drive: &'a mut [Row],
}

impl WithSimd for Deliver<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { conv, spikes, drive } = self;
        let (across, down) = conv.geometry.sites();
        let per_step = across * down * blocks_for(conv.channels);
        let mut arrivals = Arrivals::default();
        for (t, drive) in drive.chunks_exact_mut(per_step.max(1)).enumerate().take(spikes.steps()) {
            arrivals.sort(conv.geometry, spikes.at(t));
            // Several blocks at once share what a site costs, as far as registers go.
            let first = if S::F32_LANES >= 8 { conv.add::<2>(&arrivals, 0, drive) } else { 0 };
            conv.add::<1>(&arrivals, first, drive);
        }
    }
}

/// The spikes of a step by the site they reach, so that a site can add all its rows in registers.
#[derive(Default)]
struct Arrivals {
    /// Capacity per site.
    stride: usize,
    taps: Vec<u32>,
    counts: Vec<u32>,
}

impl Arrivals {
    #[inline(always)]
    fn sort(&mut self, geometry: Geometry, spikes: &[u32]) {
        let (across, down) = geometry.sites();
        self.stride = spikes.len();
        self.counts.clear();
        self.counts.resize(across * down, 0);
        if self.taps.len() < across * down * self.stride {
            self.taps.resize(across * down * self.stride, 0);
        }
        for &input in spikes {
            let (pixel, map) = (input as usize / geometry.depth, input as usize % geometry.depth);
            let (x, y) = (pixel % geometry.width, pixel / geometry.width);
            let (left, right) = geometry.reach(x, across);
            let (top, bottom) = geometry.reach(y, down);
            for site_y in top..=bottom {
                let row = (y + geometry.pad - site_y * geometry.stride) * geometry.size + x + geometry.pad;
                for site_x in left..=right {
                    let site = site_y * across + site_x;
                    let count = &mut self.counts[site];
                    let spot = row - site_x * geometry.stride;
                    self.taps[site * self.stride + *count as usize] = (spot * geometry.depth + map) as u32;
                    *count += 1;
                }
            }
        }
    }
}

impl Conv {
    /// Add to groups of `G` blocks of every site, from block `first` on; returns the first block that fills no group.
    #[inline(always)]
    fn add<const G: usize>(&self, arrivals: &Arrivals, mut first: usize, drive: &mut [Row]) -> usize {
        let blocks = blocks_for(self.channels);
        while first + G <= blocks {
            for (site, &count) in arrivals.counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
                let target = &mut drive[site * blocks + first..][..G];
                let mut sums: [[f32; LANES]; G] = std::array::from_fn(|g| target[g].0);
                for &tap in &arrivals.taps[site * arrivals.stride..][..count as usize] {
                    let weights = &self.rows[tap as usize * blocks + first..][..G];
                    for g in 0..G {
                        for lane in 0..LANES {
                            sums[g][lane] += weights[g].0[lane];
                        }
                    }
                }
                for g in 0..G {
                    target[g].0 = sums[g];
                }
            }
            first += G;
        }
        first
    }
}

impl Persist for Conv {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { geometry: _, channels, rows } = self;
        archive.rows("filters", rows)?;
        let used = *channels % LANES;
        let padded = |row: &Row| used == 0 || row.0[used..].iter().all(|&w| w == 0.0);
        let blocks = blocks_for(*channels);
        if matches!(archive, Archive::Load(_)) && !rows.iter().skip(blocks.saturating_sub(1)).step_by(blocks.max(1)).all(padded) {
            // lanes without a channel have no weight
            return Err(ArchiveError::Value("filters"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_eleven_pixel_patch_every_two_pixels_has_eleven_sites_along_a_digit() {
        let geometry = Geometry { width: 28, height: 28, depth: 1, size: 11, stride: 2, pad: 2 };
        assert_eq!(geometry.sites(), (11, 11));
        assert_eq!(Geometry { size: 40, ..geometry }.sites(), (0, 0));
    }

    proptest! {
        /// Against the definition: every site adds the weight of the tap under which a spike lies.
        #[test]
        fn delivery_is_a_correlation_with_the_patches(
            (width, height, depth) in (1..12_usize, 1..12_usize, 1..4_usize), size in 1..6_usize, stride in 1..4_usize,
            pad in 0..4_usize, channels in 1..40_usize, hits in prop::collection::vec(any::<prop::sample::Index>(), 0..20)
        ) {
            let geometry = Geometry { width, height, depth, size, stride, pad: pad.min(size - 1) };
            prop_assume!(!geometry.is_empty());
            let mut conv = Conv::new(geometry, channels);
            for tap in 0..geometry.taps() {
                for channel in 0..channels {
                    *conv.get_mut(tap, channel) = (tap * 41 + channel * 7) as f32;
                }
            }
            let mut spikes = SpikeChunk::default();
            spikes.push_step(&[]);
            let inputs: Vec<u32> = hits.iter().map(|hit| hit.index(width * height * depth) as u32).collect();
            spikes.push_step(&inputs);
            let blocks = blocks_for(channels);
            let mut drive = vec![Row([9.0; LANES]); 2 * geometry.len() * blocks];
            conv.deliver::<false>(Arch::new(), &spikes, &mut drive);
            let (across, down) = geometry.sites();
            for site in 0..across * down {
                for channel in 0..channels {
                    let mut expected = 0.0;
                    for &input in &inputs {
                        let (pixel, map) = (input as usize / depth, input as usize % depth);
                        let tap = |at: usize, site: usize| (at + geometry.pad).checked_sub(site * stride).filter(|&tap| tap < size);
                        let across_tap = tap(pixel % width, site % across);
                        let down_tap = tap(pixel / width, site / across);
                        if let (Some(x), Some(y)) = (across_tap, down_tap) {
                            expected += conv.get((y * size + x) * depth + map, channel);
                        }
                    }
                    let at = |t: usize| drive[(t * geometry.len() + site) * blocks + channel / LANES].0[channel % LANES];
                    prop_assert_eq!((at(0), at(1)), (0.0, expected));
                }
            }
        }
    }
}
