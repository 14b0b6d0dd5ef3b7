//! Cache of measurements, stored beside the page. If the file cannot be read, everything is measured again.

use super::measure::Measured;
use super::{ReportError, write};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Measurements by the hash of everything they depend on.
#[derive(Debug)]
pub struct Cache {
    /// File to write; none if the cache is only read.
    path: Option<PathBuf>,
    kept: BTreeMap<String, Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    measured: Measured,
    /// Whether this report used it.
    #[serde(skip)]
    used: bool,
}

impl Cache {
    /// The cache in a file; empty if the file does not exist or cannot be read.
    pub fn open(path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..Self::read(path) }
    }

    /// The same, without ever writing to the file.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        Self { path: None, kept: serde_json::from_str(&text).unwrap_or_default() }
    }

    /// The measurement with a key.
    pub fn get(&mut self, key: &str) -> Option<Measured> {
        let entry = self.kept.get_mut(key)?;
        entry.used = true;
        Some(entry.measured.clone())
    }

    /// Store a measurement at once, so that an interrupt does not lose it.
    pub fn put(&mut self, key: String, measured: Measured) -> Result<(), ReportError> {
        self.kept.insert(key, Entry { measured, used: true });
        self.save()
    }

    /// Remove measurements that this report did not use.
    pub fn prune(&mut self) -> Result<(), ReportError> {
        let before = self.kept.len();
        self.kept.retain(|_, entry| entry.used);
        if self.kept.len() == before { Ok(()) } else { self.save() }
    }

    fn save(&self) -> Result<(), ReportError> {
        let Some(path) = &self.path else { return Ok(()) };
        // invariant: measurements can be serialised as JSON
        write(path, &serde_json::to_vec(&self.kept).expect("measurements are plain data"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_again_until_nobody_asks_for_it_and_a_torn_file_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cache.json");
        let measured = Measured { images: 7, step_ms: 0.1 + 0.2, ..Measured::default() };
        let mut cache = Cache::open(&path);
        cache.put("a".to_owned(), measured.clone()).unwrap();
        cache.put("b".to_owned(), Measured::default()).unwrap();
        let mut again = Cache::open(&path);
        assert_eq!((again.get("a"), again.get("c")), (Some(measured.clone()), None));
        again.prune().unwrap();
        let mut pruned = Cache::open(&path);
        assert_eq!((pruned.get("a"), pruned.get("b")), (Some(measured), None));
        let mut only_read = Cache::read(&path);
        only_read.put("d".to_owned(), Measured::default()).unwrap();
        assert_eq!((only_read.get("a").is_some(), Cache::open(&path).get("d")), (true, None));
        std::fs::write(&path, "{\"a\": {\"measu").unwrap();
        assert_eq!(Cache::open(&path).get("a"), None);
    }
}
