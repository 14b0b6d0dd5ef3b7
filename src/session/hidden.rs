//! Hidden layers as the window shows them: filters, who fired at which site in this image, and what pooling makes of it.

use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, Source, StepSpikes};
use crate::engine::projection::Conv;
use crate::engine::sight::Sight;
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
    /// Width and height of the picture of a filter in pixels.
    pub size: usize,
    /// Pixels from one site to the next, and by which the first reaches beyond the image.
    pub stride: usize,
    /// See `stride`.
    pub pad: usize,
    /// What the filters look for in the image, one after another and each row by row, in mV.
    pub filters: Arc<[f32]>,
    /// Spikes since the image began, oldest first.
    pub spikes: Arc<[HiddenSpike]>,
    /// Spikes that each pooling cell has relayed, over all filters, row by row.
    pub pooled: Vec<u32>,
    /// Columns of pooling cells.
    pub cells: usize,
}

impl BankView {
    /// Number of filters.
    pub fn channels(&self) -> usize {
        self.filters.len().checked_div(self.size * self.size).unwrap_or(0)
    }

    /// Columns and rows of the image, of `size`, that a site sees.
    pub fn seen_from(&self, site: u32, size: (usize, usize)) -> (Range<usize>, Range<usize>) {
        let across = self.sites.0.max(1);
        let span = |place: usize, length: usize| {
            let from = place * self.stride;
            from.saturating_sub(self.pad).min(length)..(from + self.size).saturating_sub(self.pad).min(length)
        };
        (span(site as usize % across, size.0), span(site as usize / across, size.1))
    }

    /// Where a site lies, in words.
    pub fn site_words(&self, site: u32) -> String {
        let across = self.sites.0.max(1);
        format!("column {}, row {}", site as usize % across, site as usize / across)
    }
}

/// Keeps the hidden spikes of the image being shown.
#[derive(Debug, Default)]
pub(super) struct HiddenRecord {
    banks: Vec<Vec<(u64, u32)>>,
}

/// Spikes kept of each bank: more than any image causes.
const MOST: usize = 1 << 16;

impl HiddenRecord {
    /// Forget everything.
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

/// The hidden layers of a network, whose filters are drawn as `sights` say, with the spikes from step `onset` on.
pub(super) fn banks(network: &Network, sights: &[(usize, Sight)], record: &HiddenRecord, onset: u64) -> Vec<BankView> {
    let mut banks = Vec::new();
    for (index, sight) in sights {
        let projection = &network.projections()[*index];
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
        });
    }
    banks
}

/// Columns of the cells that pool a layer, and what each has passed on of these spikes; every site is its own without relays.
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
