//! The quantities of a described network, as the window shows and changes them.

use crate::model::{Entry, NetworkSpec, Path};
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
