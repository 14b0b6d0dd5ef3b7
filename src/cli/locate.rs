//! Where presets and data are: what was named, else the folders that come with the program.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The data a newcomer learns from.
const DATA: &str = "data/mnist";
const PRESETS: &str = "presets";

/// The folder `relative` that comes with the program: below the working directory, else beside the executable or
/// above it, else where the program was built.
fn shipped(relative: &str) -> Option<PathBuf> {
    let executable = std::env::current_exe().ok();
    let beside = executable.iter().flat_map(|path| path.ancestors().skip(1));
    let roots = std::iter::once(Path::new("")).chain(beside).chain([Path::new(env!("CARGO_MANIFEST_DIR"))]);
    roots.map(|root| root.join(relative)).find(|folder| folder.is_dir())
}

/// The data folder: the one named, else MNIST.
pub(super) fn data(named: Option<&Path>) -> PathBuf {
    named.map_or_else(|| shipped(DATA).unwrap_or_else(|| DATA.into()), Path::to_owned)
}

/// The preset files that come with the program, by name.
pub(super) fn presets() -> Result<Vec<PathBuf>, String> {
    let folder = shipped(PRESETS).ok_or("there is no folder presets/ here or beside the program; name a preset file")?;
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let files = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension() == Some(OsStr::new("ron"))).collect();
    files.sort();
    Ok(files)
}

/// The file of a preset given as a path or as the bare name of one that comes with the program.
pub(super) fn preset(named: &Path) -> Result<PathBuf, String> {
    let bare = named.components().count() == 1 && named.extension().is_none() && !named.is_dir();
    if !bare || named.is_file() {
        return Ok(named.to_owned());
    }
    let files = presets()?;
    let names: Vec<&OsStr> = files.iter().filter_map(|path| path.file_stem()).collect();
    match names.iter().position(|name| *name == named.as_os_str()) {
        Some(index) => Ok(files[index].clone()),
        None => Err(format!(
            "no preset is called \"{}\"; there are {}, or name a file",
            named.display(),
            names.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>().join(", ")
        )),
    }
}

/// The name under which a preset appears in results: that of its file.
pub(super) fn preset_name(path: &Path) -> String {
    path.file_stem().unwrap_or(OsStr::new("preset")).to_string_lossy().into_owned()
}
