//! Paths of presets and data: as named on the command line, otherwise those that come with the program.

use crate::preset::shipped;
use directories::BaseDirs;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The default data, relative to the folder of the source or of an unpacked distribution.
const DATA: &str = "data/mnist";
/// The default data, relative to the data folder of the user.
const USER_DATA: &str = "spikescope/mnist";

/// The data folder: as named, otherwise MNIST in the working directory, beside the executable or above it, in the data
/// folder of the user, or in the source folder. If MNIST is in none of them, the path in the data folder of the user,
/// which an error message can name as the place to put it.
pub(super) fn data(named: Option<&Path>) -> PathBuf {
    if let Some(named) = named {
        return named.to_owned();
    }
    let executable = std::env::current_exe().ok();
    let beside = executable.iter().flat_map(|path| path.ancestors().skip(1));
    let user = BaseDirs::new().map(|dirs| dirs.data_dir().join(USER_DATA));
    let roots = std::iter::once(Path::new("")).chain(beside);
    let candidates = roots.map(|root| root.join(DATA)).chain(user.clone()).chain([Path::new(env!("CARGO_MANIFEST_DIR")).join(DATA)]);
    candidates.into_iter().find(|folder| folder.is_dir()).or(user).unwrap_or_else(|| DATA.into())
}

/// The path of a preset given as a path or as the name of a shipped preset.
pub(super) fn preset(named: &Path) -> Result<PathBuf, String> {
    let bare = named.components().count() == 1 && named.extension().is_none() && !named.is_dir();
    if !bare || named.is_file() {
        return Ok(named.to_owned());
    }
    let shipped = shipped();
    match shipped.iter().find(|path| path.file_stem() == Some(named.as_os_str())) {
        Some(path) => Ok(path.clone()),
        None => Err(format!(
            "unknown preset \"{}\"; name a preset file or one of {}",
            named.display(),
            shipped.iter().map(|path| preset_name(path)).collect::<Vec<_>>().join(", ")
        )),
    }
}

/// The name under which a preset appears in results: the name of its file.
pub(super) fn preset_name(path: &Path) -> String {
    path.file_stem().unwrap_or(OsStr::new("preset")).to_string_lossy().into_owned()
}
