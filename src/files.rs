//! Files that are whole or not there: write beside the target, flush to the disk, rename.

use std::io::{Error, Write};
use std::path::Path;

/// Write `bytes` to `path` so that a reader, a crash or a full disk never sees half of them.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A temporary file is private to its owner; a result is as readable as any other file.
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path).map_err(|error| error.error)?;
    // The rename itself must survive a power cut; a file system that cannot sync a folder has done what it can.
    if let Ok(handle) = std::fs::File::open(folder) {
        handle.sync_all().ok();
    }
    Ok(())
}
