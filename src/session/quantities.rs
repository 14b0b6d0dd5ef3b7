//! The quantities of a described network, as the window shows and changes them.

use super::laboratory::Laboratory;
use crate::model::{Entry, NetworkSpec, Path};
use crate::preset::Preset;
use std::sync::Arc;

/// The quantities of a described network, by path.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantities {
    /// The description with the values in force.
    pub network: Arc<NetworkSpec>,
    /// Its quantities, in the order of the description.
    pub entries: Arc<[Entry]>,
    /// The same quantities with the values of the file.
    pub original: Arc<[Entry]>,
}

impl Quantities {
    /// The quantity at a path.
    pub fn entry(&self, path: &Path) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.path == *path)
    }

    /// The quantity at a path, with the value of the file.
    pub fn original(&self, path: &Path) -> Option<&Entry> {
        self.original.iter().find(|entry| entry.path == *path)
    }

    /// Whether a value differs from that of the file.
    pub fn is_changed(&self, entry: &Entry) -> bool {
        self.original(&entry.path).is_none_or(|original| original.value != entry.value)
    }

    /// Whether any value differs from that of the file.
    pub fn any_changed(&self) -> bool {
        self.entries.iter().any(|entry| self.is_changed(entry))
    }
}

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
