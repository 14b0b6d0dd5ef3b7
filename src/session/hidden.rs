//! The hidden layer as the window shows it: filters, who fired at which site in this image, and what pooling makes of it.

use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, Source, StepSpikes};
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

/// One bank of filters.
#[derive(Debug, Clone, Default)]
pub struct BankView {
    /// Columns and rows of sites.
    pub sites: (usize, usize),
    /// Width and height of a filter in pixels.
    pub size: usize,
    /// Pixels from one site to the next, and by which the first reaches beyond the image.
    pub stride: usize,
    /// See `stride`.
    pub pad: usize,
    /// The filters, one after another and each row by row, in mV.
    pub filters: Arc<[f32]>,
    /// Spikes since the image began, oldest first.
    pub spikes: Arc<[HiddenSpike]>,
    /// Spikes that each pooling cell has relayed, over all filters, row by row.
    pub pooled: Vec<u32>,
    /// Columns of pooling cells.
    pub cells: usize,
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

/// The banks of a network with the spikes from step `onset` on.
pub(super) fn banks(network: &Network, record: &HiddenRecord, onset: u64) -> Vec<BankView> {
    let mut banks = Vec::new();
    for (index, projection) in network.projections().iter().enumerate() {
        let Some(conv) = projection.synapses.conv() else { continue };
        let (geometry, channels) = (conv.geometry(), conv.channels());
        let kept = record.banks.get(index).map_or(&[][..], Vec::as_slice);
        let first = kept.partition_point(|&(step, _)| step < onset);
        let of = |&(step, j): &(u64, u32)| HiddenSpike { step, site: j / channels as u32, channel: j % channels as u32 };
        let spikes: Vec<HiddenSpike> = kept[first..].iter().map(of).collect();
        let reads =
            network.projections().iter().find(|p| matches!(p.source, Source::Population { index, .. } if index == projection.target));
        let relay = reads.and_then(|p| p.relay.clone());
        let relays = reads.map_or(0, |p| p.synapses.n_pre() / channels.max(1));
        // cells of the first row of sites
        let across = geometry.sites().0;
        let cells =
            relay.as_ref().and_then(|relay| relay.of((across.max(1) - 1) * channels)).map_or(0, |row| row / channels + 1);
        let mut pooled = vec![0; relays];
        for spike in &spikes {
            let neuron = spike.site as usize * channels + spike.channel as usize;
            if let Some(cell) = relay.as_ref().and_then(|relay| pooled.get_mut(relay.of(neuron)? / channels)) {
                *cell += 1;
            }
        }
        banks.push(BankView {
            sites: geometry.sites(),
            size: geometry.size,
            stride: geometry.stride,
            pad: geometry.pad,
            filters: conv.filters().into(),
            spikes: spikes.into(),
            cells,
            pooled,
        });
    }
    banks
}
