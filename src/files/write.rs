//! Writing files. A regular file is written beside the target, flushed to disk and renamed, so that it is never incomplete, even
//! after a crash or on a full disk. A pipe, a device or an open descriptor (`/dev/fd/3`, as in `>(gzip)`) is written to as a
//! stream.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Maximum length of a chain of symbolic links.
const MOST_LINKS: usize = 40;

/// Write `bytes` to `path`.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_with(path, |target| target.write_all(bytes))
}

/// Write what `fill` writes to `path`: for contents that may not fit into memory.
pub fn write_with(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<(), Error>) -> Result<(), Error> {
    if is_stream(path) {
        return stream_to(OpenOptions::new().write(true).open(path)?, fill);
    }
    let target = behind_links(path)?;
    let before = existing(&target)?;
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = new_file().tempfile_in(folder).map_err(|error| not_made(&error, folder))?;
    let mut buffer = BufWriter::new(file.as_file_mut());
    fill(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    if let Some(permissions) = before {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    // The rename must survive a power failure; not every file system can sync a folder.
    if let Ok(handle) = File::open(folder) {
        handle.sync_all().ok();
    }
    Ok(())
}

/// Why no file can be made in a folder, without the name of the file that was tried.
fn not_made(error: &Error, folder: &Path) -> Error {
    match error.kind() {
        ErrorKind::NotFound if !folder.is_dir() => Error::new(ErrorKind::NotFound, format!("there is no folder {}", folder.display())),
        kind => Error::from(kind),
    }
}

/// Write what `fill` writes to a stream. A reader that closes it early, such as `head`, is not an error.
pub fn stream_to(target: impl Write, fill: impl FnOnce(&mut dyn Write) -> Result<(), Error>) -> Result<(), Error> {
    let mut reader = Reader { target, gone: false };
    let mut stream = BufWriter::new(&mut reader);
    let written = fill(&mut stream).and_then(|()| stream.flush());
    drop(stream);
    if reader.gone { Ok(()) } else { written }
}

/// Records whether the reader has closed the stream: the CSV writer does not preserve the kind of an error.
struct Reader<W> {
    target: W,
    gone: bool,
}

impl<W: Write> Write for Reader<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        self.target.write(bytes).inspect_err(|error| self.gone |= error.kind() == ErrorKind::BrokenPipe)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.target.flush().inspect_err(|error| self.gone |= error.kind() == ErrorKind::BrokenPipe)
    }
}

/// Check in advance whether a file can be written.
pub fn check_writable(path: &Path) -> Result<(), Error> {
    if is_stream(path) { Ok(()) } else { existing(&behind_links(path)?).map(drop) }
}

/// Whether `path` exists and is not a regular file: a pipe, a device, or an open descriptor.
pub fn is_stream(path: &Path) -> bool {
    let descriptor = path.starts_with("/dev/fd")
        || path.starts_with("/proc") && path.parent().is_some_and(|folder| folder.ends_with("fd"))
        || ["/dev/stdout", "/dev/stderr"].iter().any(|name| path == Path::new(name));
    descriptor || std::fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
}

/// A temporary file that becomes the result, with the mode that the umask gives new files.
fn new_file() -> tempfile::Builder<'static, 'static> {
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// The permissions of a file that is to be replaced; an error if it may not be written.
fn existing(target: &Path) -> Result<Option<std::fs::Permissions>, Error> {
    match std::fs::metadata(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(meta) if meta.is_dir() => Err(Error::new(ErrorKind::IsADirectory, "it is a folder")),
        Ok(meta) if meta.permissions().readonly() => {
            Err(Error::new(ErrorKind::PermissionDenied, "the file is read-only; make it writable or choose another name"))
        }
        Ok(meta) => {
            // the mode alone does not say whether this user may write
            OpenOptions::new().write(true).open(target)?;
            Ok(Some(meta.permissions()))
        }
    }
}

/// The file at the end of a chain of symbolic links, whether or not it exists.
fn behind_links(path: &Path) -> Result<PathBuf, Error> {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = std::fs::read_link(&target) else { return Ok(target) };
        target = target.parent().unwrap_or(Path::new("")).join(next);
    }
    Err(Error::new(ErrorKind::InvalidInput, "too many levels of symbolic links"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).map_or(0, |meta| meta.permissions().mode() & 0o7777)
    }

    #[test]
    fn a_link_stays_a_link_and_its_file_keeps_its_mode() {
        let dir = tempfile::tempdir().unwrap();
        let [real, link, second, dangling] = ["real", "link", "second", "dangling"].map(|name| dir.path().join(name));
        std::fs::write(&real, "old").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real", &link).unwrap();
        symlink(&link, &second).unwrap();
        symlink("new", &dangling).unwrap();
        write_atomic(&second, b"new").unwrap();
        assert!(second.is_symlink() && link.is_symlink() && !real.is_symlink());
        assert_eq!((std::fs::read(&real).unwrap(), mode(&real)), (b"new".to_vec(), 0o640));
        write_atomic(&dangling, b"made").unwrap();
        assert_eq!(std::fs::read(dir.path().join("new")).unwrap(), b"made");
        symlink("loop", dir.path().join("loop")).unwrap();
        assert!(write_atomic(&dir.path().join("loop"), b"").is_err());
    }

    #[test]
    fn a_new_file_has_the_mode_of_any_new_file_and_a_read_only_one_stays() {
        let dir = tempfile::tempdir().unwrap();
        let [ours, theirs] = ["ours", "theirs"].map(|name| dir.path().join(name));
        write_atomic(&ours, b"x").unwrap();
        std::fs::write(&theirs, "x").unwrap();
        assert_eq!(mode(&ours), mode(&theirs));
        std::fs::set_permissions(&ours, std::fs::Permissions::from_mode(0o444)).unwrap();
        let error = write_atomic(&ours, b"y").unwrap_err();
        assert_eq!((error.kind(), std::fs::read(&ours).unwrap()), (ErrorKind::PermissionDenied, b"x".to_vec()));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "no temporary file stays");
    }

    #[test]
    fn a_pipe_is_written_to_and_stays_a_pipe() {
        use std::os::unix::fs::FileTypeExt;
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| std::fs::read(&pipe).unwrap());
            write_atomic(&pipe, b"through").unwrap();
            assert_eq!(reader.join().unwrap(), b"through");
        });
        assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
        assert!(is_stream(&pipe) && is_stream(Path::new("/dev/fd/7")) && !is_stream(dir.path()) && !is_stream(Path::new("none")));
    }
}
