//! The quantities of the network that runs, shared between snapshots until one of them changes.

use super::laboratory::Laboratory;
use super::quantities::Quantities;
use crate::preset::{NetworkPreset, Preset};
use std::sync::Arc;

/// The quantities that were shown last, and the file of their network.
#[derive(Default)]
pub(super) struct Shown(Option<(Arc<NetworkPreset>, Arc<Quantities>)>);

impl Shown {
    /// The quantities of the network of `lab`, if `preset` describes it.
    pub(super) fn of(&mut self, lab: &Laboratory, preset: &Preset) -> Option<Arc<Quantities>> {
        let (network, file) = (lab.described()?, &preset.network.as_ref()?.file);
        if let Some((known, shown)) = &self.0
            && Arc::ptr_eq(known, file)
            && Arc::ptr_eq(&shown.network, network)
        {
            return Some(Arc::clone(shown));
        }
        let (entries, original) = (network.entries().into(), file.network.entries().into());
        let shown = Arc::new(Quantities { network: Arc::clone(network), entries, original });
        self.0 = Some((Arc::clone(file), Arc::clone(&shown)));
        Some(shown)
    }
}
