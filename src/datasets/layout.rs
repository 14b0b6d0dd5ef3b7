//! Folder contents: files and folders in natural order, without those left by operating systems and programs.

use super::DataError;
use super::classes::natural;
use std::path::{Path, PathBuf};

/// Folders of file servers, archivers and operating systems.
const SYSTEM_FOLDERS: [&str; 10] = [
    "__macosx",
    "@eadir",
    "@recycle",
    "#recycle",
    "#snapshot",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "__pycache__",
    "thumbs.db",
];
/// Files left by operating systems.
const SYSTEM_FILES: [&str; 4] = ["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"];
/// Maximum depth below the given folder at which images are searched.
const MAX_DEPTH: usize = 3;

/// Names of folders with training images, in order of preference.
pub(super) const TRAIN: [&str; 2] = ["train", "training"];
/// Names of folders with test images, in order of preference.
pub(super) const TEST: [&str; 5] = ["test", "testing", "val", "valid", "validation"];

/// Whether a folder has a name for training or test images.
fn is_split(name: &str) -> bool {
    let name = name.to_lowercase();
    TRAIN.iter().chain(&TEST).any(|split| *split == name)
}

/// Contents of a folder in natural order.
pub(super) struct Entries {
    pub(super) folders: Vec<String>,
    pub(super) files: Vec<String>,
}

/// List a folder, without hidden entries and those of operating systems.
pub(super) fn entries(dir: &Path) -> Result<Entries, DataError> {
    let unreadable = |source| DataError::Unreadable { path: dir.to_owned(), source };
    let mut found = Entries { folders: Vec::new(), files: Vec::new() };
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default();
        let plain = name.to_str().ok_or_else(|| DataError::Unreadable {
            path: path.clone(),
            source: std::io::Error::other("its name is not Unicode; rename it"),
        })?;
        let lower = plain.to_lowercase();
        let is_folder = path.is_dir();
        let system: &[&str] = if is_folder { &SYSTEM_FOLDERS } else { &SYSTEM_FILES };
        // output of this program contains no images to learn from
        let is_result = is_folder && crate::files::holds_results(&path);
        if !plain.starts_with('.') && !system.contains(&lower.as_str()) && !is_result {
            let list = if is_folder { &mut found.folders } else { &mut found.files };
            list.push(plain.to_owned());
        }
    }
    found.folders.sort_by(|a, b| natural(a, b));
    found.files.sort_by(|a, b| natural(a, b));
    Ok(found)
}

/// The extension of a file name in lower case; empty if it has none.
pub(super) fn extension(name: &str) -> String {
    Path::new(name).extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// All folders below `dir` down to the maximum depth, nearest first.
pub(super) fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut level = vec![dir.to_owned()];
    for _ in 0..MAX_DEPTH {
        // unreadable folders are skipped
        level = level
            .iter()
            .flat_map(|dir| entries(dir).map_or_else(|_| Vec::new(), |e| e.folders.iter().map(|f| dir.join(f)).collect()))
            .collect();
        found.extend(level.iter().cloned());
    }
    found
}

/// Descend while a folder contains only one folder and no relevant files, as after unpacking an archive into its own folder.
pub(super) fn innermost(dir: &Path) -> Result<PathBuf, DataError> {
    let mut dir = dir.to_owned();
    for _ in 0..MAX_DEPTH {
        match entries(&dir)?.folders.as_slice() {
            [only] if !is_split(only) && !entries(&dir.join(only))?.folders.is_empty() => dir.push(only),
            _ => break,
        }
    }
    Ok(dir)
}
