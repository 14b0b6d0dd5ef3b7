//! What lies in a folder: files and folders in natural order, without what systems and programs leave behind.

use super::DataError;
use super::classes::natural;
use std::path::{Path, PathBuf};

/// Folders of file servers, archivers and systems.
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
/// Files of the same kind.
const SYSTEM_FILES: [&str; 4] = ["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"];
/// How deep below the folder that was named images are looked for.
const MAX_DEPTH: usize = 3;

/// What folders of training images are called, in the order of preference.
pub(super) const TRAIN: [&str; 2] = ["train", "training"];
/// What folders of test images are called, in the order of preference.
pub(super) const TEST: [&str; 5] = ["test", "testing", "val", "valid", "validation"];

/// Whether a folder is called like one of training or test images.
fn is_split(name: &str) -> bool {
    let name = name.to_lowercase();
    TRAIN.iter().chain(&TEST).any(|split| *split == name)
}

/// What is in a folder, in the order in which people count.
pub(super) struct Entries {
    pub(super) folders: Vec<String>,
    pub(super) files: Vec<String>,
}

/// List a folder. Hidden entries and those of systems are passed over.
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
        // what this program wrote holds no images to learn from
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

/// The extension of a file name, in lower case; empty if there is none.
pub(super) fn extension(name: &str) -> String {
    Path::new(name).extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// All folders below `dir` down to a fixed depth, the nearest first.
pub(super) fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut level = vec![dir.to_owned()];
    for _ in 0..MAX_DEPTH {
        // a folder that cannot be read holds nothing that could be used
        level = level
            .iter()
            .flat_map(|dir| entries(dir).map_or_else(|_| Vec::new(), |e| e.folders.iter().map(|f| dir.join(f)).collect()))
            .collect();
        found.extend(level.iter().cloned());
    }
    found
}

/// The only folder in a folder without files that matter, and so on: where an archive was unpacked into a folder of its own.
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
