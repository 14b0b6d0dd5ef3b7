//! Hidden layers as displayed: filters, spikes at each site in the current image, and pooled spikes.

use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, Source, StepSpikes};
use crate::engine::projection::{Conv, Store, Synapses};
use crate::engine::sight::{self, Sight};
use std::ops::Range;
use std::sync::Arc;

/// One spike of a hidden neuron.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HiddenSpike {
    /// Step of the spike.
    pub step: u64,
    /// Site, row by row.
    pub site: u32,
    /// Filter.
    pub channel: u32,
}

/// One bank of filters; in a deep network, one hidden layer.
#[derive(Debug, Clone, Default)]
pub struct BankView {
    /// Columns and rows of sites.
    pub sites: (usize, usize),
    /// Width and height of the image of a filter in pixels.
    pub size: usize,
    /// Stride in pixels, and pixels by which the first site extends beyond the image.
    pub stride: usize,
    /// See `stride`.
    pub pad: usize,
    /// Filters in pixel space, one after another, row by row, in mV.
    pub filters: Arc<[f32]>,
    /// Spikes since the onset of the image, oldest first.
    pub spikes: Arc<[HiddenSpike]>,
    /// Spikes transmitted by each pooling cell, over all filters, row by row.
    pub pooled: Vec<u32>,
    /// Columns of pooling cells.
    pub cells: usize,
    /// Targets of its spikes.
    pub outgoing: Arc<Outgoing>,
}

/// Mean weights from the filters of a bank onto the neurons of the next layer, over all sites.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outgoing {
    /// Number of targets: neurons, or filters of the next layer of filters.
    pub targets: usize,
    /// Whether they are filters.
    pub filters: bool,
    /// Number of synapses per mean.
    pub synapses: usize,
    /// Mean weight in mV, filter by filter and target by target.
    pub mean_mv: Vec<f32>,
}

impl Outgoing {
    /// The strongest `most` targets of a filter, each with the mean weight onto it.
    pub fn strongest(&self, channel: usize, most: usize) -> Vec<(usize, f32)> {
        let own = self.mean_mv.get(channel * self.targets..(channel + 1) * self.targets).unwrap_or(&[]);
        let mut order: Vec<(usize, f32)> = own.iter().copied().enumerate().filter(|(_, w)| w.is_finite() && *w != 0.0).collect();
        order.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        order.truncate(most);
        order
    }

    /// Of the layer `index` of this network, which has `channels` filters.
    fn of(network: &Network, index: usize, channels: usize) -> Self {
        let listens = |source| matches!(source, Source::Population { index: other, .. } if other == index);
        let Some(projection) = network.projections().iter().find(|projection| listens(projection.source)) else {
            return Self::default();
        };
        // for rows and taps: filters of one place are contiguous
        let (rows, targets, filters) = match &projection.synapses {
            Synapses::Dense(Store { weights, .. }) => (weights.n_pre(), weights.n_post(), false),
            Synapses::Shared(Store { weights, .. }) => (weights.geometry().taps(), weights.channels(), true),
            Synapses::Sparse(_) => return Self::default(),
        };
        let synapses = rows / channels.max(1);
        let mut mean_mv = vec![0.0; channels * targets];
        for row in 0..synapses * channels {
            for (target, sum) in mean_mv[row % channels * targets..][..targets].iter_mut().enumerate() {
                *sum += match &projection.synapses {
                    Synapses::Dense(Store { weights, .. }) => weights.get(row, target),
                    Synapses::Shared(Store { weights, .. }) => weights.get(row, target),
                    Synapses::Sparse(_) => 0.0,
                };
            }
        }
        mean_mv.iter_mut().for_each(|sum| *sum /= synapses.max(1) as f32);
        Self { targets, filters, synapses, mean_mv }
    }
}

/// Data of a bank that is expensive to compute and depends only on weights.
pub(super) struct Portrait {
    /// Index of the projection with its filters.
    projection: usize,
    sight: Sight,
    outgoing: Arc<Outgoing>,
}

/// The filters of all banks in pixel space.
pub(super) fn portraits(network: &Network) -> Vec<Portrait> {
    let of = |(projection, sight): (usize, Sight)| {
        let at = &network.projections()[projection];
        let channels = at.synapses.conv().map_or(0, Conv::channels);
        Portrait { projection, sight, outgoing: Arc::new(Outgoing::of(network, at.target, channels)) }
    };
    sight::sights(network).into_iter().map(of).collect()
}

impl BankView {
    /// Number of filters.
    pub fn channels(&self) -> usize {
        self.filters.len().checked_div(self.size * self.size).unwrap_or(0)
    }

    /// Columns and rows of the image, of `size`, in the patch of a site.
    pub fn seen_from(&self, site: u32, size: (usize, usize)) -> (Range<usize>, Range<usize>) {
        let across = self.sites.0.max(1);
        let span = |place: usize, length: usize| {
            let from = place * self.stride;
            from.saturating_sub(self.pad).min(length)..(from + self.size).saturating_sub(self.pad).min(length)
        };
        (span(site as usize % across, size.0), span(site as usize / across, size.1))
    }

    /// Position of a site as text.
    pub fn site_words(&self, site: u32) -> String {
        let across = self.sites.0.max(1);
        format!("column {}, row {}", site as usize % across, site as usize / across)
    }
}

/// Records the hidden spikes of the current image.
#[derive(Debug, Default)]
pub(super) struct HiddenRecord {
    banks: Vec<Vec<(u64, u32)>>,
}

/// Maximum number of spikes per bank, more than any image causes.
const MOST: usize = 1 << 16;

impl HiddenRecord {
    /// Clear the record.
    pub(super) fn clear(&mut self) {
        self.banks.clear();
    }

    /// Spikes of each hidden population from step `from` on.
    pub(super) fn counts(&self, from: u64) -> impl Iterator<Item = u64> {
        self.banks.iter().map(move |bank| (bank.len() - bank.partition_point(|&(step, _)| step < from)) as u64)
    }
}

impl Monitor for HiddenRecord {
    fn record(&mut self, step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        let hidden = spikes.populations.split_last().map_or(&[][..], |(_, hidden)| hidden);
        self.banks.resize(hidden.len(), Vec::new());
        for (bank, fired) in self.banks.iter_mut().zip(hidden) {
            if bank.len() > MOST {
                bank.drain(..MOST / 2);
            }
            bank.extend(fired.iter().map(|&j| (step, j)));
        }
    }
}

/// The hidden layers of a network with these portraits, and the spikes from step `onset` on.
pub(super) fn banks(network: &Network, portraits: &[Portrait], record: &HiddenRecord, onset: u64) -> Vec<BankView> {
    let mut banks = Vec::new();
    for Portrait { projection, sight, outgoing } in portraits {
        let projection = &network.projections()[*projection];
        let (Some(conv), Some(kept)) = (projection.synapses.conv(), record.banks.get(projection.target)) else { continue };
        let channels = conv.channels();
        let first = kept.partition_point(|&(step, _)| step < onset);
        let of = |&(step, j): &(u64, u32)| HiddenSpike { step, site: j / channels as u32, channel: j % channels as u32 };
        let spikes: Vec<HiddenSpike> = kept[first..].iter().map(of).collect();
        let (cells, pooled) = pooled(network, projection.target, conv, &spikes);
        banks.push(BankView {
            sites: sight.sites,
            size: sight.size,
            stride: sight.stride,
            pad: sight.pad,
            filters: sight.pictures.as_slice().into(),
            spikes: spikes.into(),
            cells,
            pooled,
            outgoing: Arc::clone(outgoing),
        });
    }
    banks
}

/// Columns of the pooling cells of a layer, and the spikes transmitted by each; without relays every site is a cell.
fn pooled(network: &Network, layer: usize, conv: &Conv, spikes: &[HiddenSpike]) -> (usize, Vec<u32>) {
    let (channels, (across, down)) = (conv.channels(), conv.geometry().sites());
    let reads = network.projections().iter().find(|p| matches!(p.source, Source::Population { index, .. } if index == layer));
    let Some(relay) = reads.and_then(|p| p.relay.as_ref()) else {
        let mut pooled = vec![0; across * down];
        spikes.iter().for_each(|spike| pooled[(spike.site as usize).min(across * down - 1)] += 1);
        return (across, pooled);
    };
    let cells = (0..across).filter_map(|x| relay.of(x * channels)).map(|row| row / channels + 1).max().unwrap_or(0);
    let mut pooled = vec![0; relay.relays() / channels.max(1)];
    let mut heard = vec![false; if relay.passes_first() { relay.relays() } else { 0 }];
    for spike in spikes {
        let Some(row) = relay.of(spike.site as usize * channels + spike.channel as usize) else { continue };
        let repeated = heard.get_mut(row).is_some_and(|heard| std::mem::replace(heard, true));
        if let (false, Some(cell)) = (repeated, pooled.get_mut(row / channels)) {
            *cell += 1;
        }
    }
    (cells, pooled)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::experiment::Trainer;
    use crate::preset::Preset;
    use std::path::Path;

    /// After some images, because initial weights may be zero.
    fn outgoing(preset: &str, images: u32) -> (Trainer, Vec<Arc<Outgoing>>) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let preset = Preset::load(&root.join("presets").join(preset)).unwrap();
        let data = crate::datasets::load_dir(&root.join("data/mnist")).unwrap();
        let mut trainer = Trainer::new(&preset, Arc::new(data), 1, None).unwrap();
        for _ in 0..images {
            trainer.train_image().unwrap();
        }
        let all = portraits(trainer.network()).into_iter().map(|portrait| portrait.outgoing).collect();
        (trainer, all)
    }

    #[test]
    fn the_mean_over_places_is_that_of_the_matrix_of_weights() {
        let (trainer, all) = outgoing("mnist-gabor-rstdp.ron", 40);
        let w = trainer.network().projections()[1].synapses.dense().unwrap().to_array();
        assert_eq!((all.len(), all[0].targets, all[0].filters, all[0].synapses), (1, 10, false, 49));
        for (channel, target) in [(0, 0), (17, 3), (63, 9)] {
            let column = w.column(target);
            let mean = column.iter().skip(channel).step_by(64).sum::<f32>() / 49.0;
            assert!((all[0].mean_mv[channel * 10 + target] - mean).abs() < 1e-5, "filter {channel} onto neuron {target}");
        }
        let told = all[0].strongest(17, 3);
        assert!(told.len() == 3 && told[0].1.abs() >= told[1].1.abs() && told[1].1.abs() >= told[2].1.abs(), "{told:?}");
        assert!(all[0].strongest(64, 3).is_empty(), "there is no filter 64");
    }

    #[test]
    fn a_layer_of_filters_drives_the_filters_of_the_next() {
        let (trainer, all) = outgoing("mnist-mozafari-conv.ron", 0);
        assert_eq!(
            all.iter().map(|o| (o.targets, o.filters, o.synapses)).collect::<Vec<_>>(),
            [(250, true, 9), (200, true, 25), (0, false, 0)]
        );
        let conv = trainer.network().projections()[1].synapses.conv().unwrap();
        let mean = (0..9).map(|spot| conv.get(spot * 30 + 4, 100)).sum::<f32>() / 9.0;
        assert!((all[0].mean_mv[4 * 250 + 100] - mean).abs() < 1e-6);
    }
}
