//! New directories for results, and how to recognise directories of results among other data.

use super::LOCK;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// Marks the folder that the program creates for results without an explicit directory.
const MARK: &str = ".spikescope-runs";
const MARKED: &[u8] = b"This folder contains results of Spikescope. It is not a class of images.\n";
/// Files that identify a run, a study, or a directory about to become one.
const RESULTS: [&str; 4] = ["session.ron", "study.ron", LOCK, MARK];

/// Where a new run or study goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewDir {
    /// This directory and no other.
    Named(PathBuf),
    /// This directory, or the next name that is free.
    Free(PathBuf),
}

impl NewDir {
    /// The requested directory.
    pub fn wanted(&self) -> &Path {
        match self {
            Self::Named(path) | Self::Free(path) => path,
        }
    }

    /// Create the directory. Returns its path and whether it existed before.
    pub fn make(&self) -> Result<(PathBuf, bool), Error> {
        match self {
            Self::Named(path) => {
                let existed = path.is_dir();
                std::fs::create_dir_all(path).map(|()| (path.clone(), existed))
            }
            Self::Free(path) => free_dir(path).map(|path| (path, false)),
        }
    }
}

/// Whether a directory is missing, or empty except for the lock of its writer.
pub fn is_vacant(path: &Path) -> Result<bool, Error> {
    match std::fs::read_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
        Ok(mut entries) => Ok(entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == LOCK))),
    }
}

/// Create a directory that did not exist: `wanted`, else `wanted-2`, `wanted-3` and so on. Concurrent calls get different
/// directories. The parent folder is created as well and marked as a folder of results.
fn free_dir(wanted: &Path) -> Result<PathBuf, Error> {
    let around = wanted.parent().filter(|around| !around.as_os_str().is_empty());
    if let Some(around) = around.filter(|around| !around.is_dir()) {
        std::fs::create_dir_all(around)?;
        // without the mark the folder is recognised by its contents
        std::fs::write(around.join(MARK), MARKED).ok();
    }
    let name = wanted.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = (2_u32..).map(|n| wanted.with_file_name(format!("{name}-{n}")));
    for path in std::iter::once(wanted.to_owned()).chain(numbered) {
        match std::fs::create_dir(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            other => return other.map(|()| path),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Whether a folder contains results: it is a run or a study, is marked, or contains only such folders.
pub fn holds_results(folder: &Path) -> bool {
    let is_one = |folder: &Path| RESULTS.iter().any(|name| folder.join(name).is_file());
    if is_one(folder) {
        return true;
    }
    let Ok(mut entries) = std::fs::read_dir(folder) else { return false };
    let mut found = false;
    entries.all(|entry| {
        found = true;
        entry.is_ok_and(|entry| is_one(&entry.path()))
    }) && found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concurrent_calls_create_different_directories() {
        let dir = tempfile::tempdir().unwrap();
        let wanted = dir.path().join("runs").join("a");
        let made = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..16).map(|_| scope.spawn(|| free_dir(&wanted).unwrap())).collect();
            makers.into_iter().map(|maker| maker.join().unwrap()).collect::<std::collections::BTreeSet<_>>()
        });
        assert_eq!(made.len(), 16);
        assert!(made.contains(&wanted) && made.contains(&dir.path().join("runs/a-16")), "{made:?}");
    }

    #[test]
    fn results_are_distinguished_from_images() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        for file in ["run/session.ron", "study/study.ron", "old/run/session.ron", "new/run.lock", "cats/1.png", "mixed/run/session.ron"] {
            std::fs::create_dir_all(path(file).parent().unwrap()).unwrap();
            std::fs::write(path(file), "").unwrap();
        }
        std::fs::write(path("mixed/1.png"), "").unwrap();
        std::fs::create_dir(path("empty")).unwrap();
        free_dir(&path("marked/a")).unwrap();
        let results = ["run", "study", "old", "new", "marked", "cats", "mixed", "empty", "none"].map(|name| holds_results(&path(name)));
        assert_eq!(results, [true, true, true, true, true, false, false, false, false]);
    }
}
