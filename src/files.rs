//! Files that are whole or not there: write beside the target, flush to the disk, rename.

use std::fs::File;
use std::io::{Error, Write};
use std::path::Path;

/// Write `bytes` to `path` so that a reader, a crash or a full disk never sees half of them.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_atomic_with(path, |file| file.write_all(bytes))
}

/// Write what `fill` writes to `path`, all of it or nothing: for contents that need not fit into memory.
pub fn write_atomic_with(path: &Path, fill: impl FnOnce(&mut File) -> Result<(), Error>) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    fill(file.as_file_mut())?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A temporary file is private to its owner; a result is as readable as any other file.
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path).map_err(|error| error.error)?;
    // The rename itself must survive a power cut; a file system that cannot sync a folder has done what it can.
    if let Ok(handle) = File::open(folder) {
        handle.sync_all().ok();
    }
    Ok(())
}
