//! The quantities of the network that runs, shared between snapshots until one of them changes.

use super::laboratory::Laboratory;
use super::quantities::Quantities;
use crate::preset::Preset;
use std::sync::Arc;

/// The quantities that were shown last, shared until one of them changes.
#[derive(Default)]
pub(super) struct Shown(Option<Arc<Quantities>>);

impl Shown {
    /// The quantities of the network of `lab`, if `preset` describes it.
    pub(super) fn of(&mut self, lab: &Laboratory, preset: &Preset) -> Option<Arc<Quantities>> {
        let trainer = match lab {
            Laboratory::Images(trainer) => trainer,
            Laboratory::Free(lab) => return Some(Arc::new(lab.quantities())),
            Laboratory::Neuron(_) | Laboratory::Pairing(_) => return None,
        };
        let (network, described) = (trainer.described()?, preset.network.as_ref()?);
        if self.0.as_ref().is_none_or(|shown| !Arc::ptr_eq(&shown.network, network)) {
            let original = described.file.network.entries().into();
            self.0 = Some(Arc::new(Quantities { network: Arc::clone(network), entries: network.entries().into(), original }));
        }
        self.0.clone()
    }
}
