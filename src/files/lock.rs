//! One writer for each directory. The writer holds an operating-system lock on `run.lock`, which contains its process, host and
//! start time. The system releases the lock when the program ends; what is left in the file is then ignored, unless it names
//! another host, whose locks may be invisible here.

use super::timestamp;
use std::fs::{File, TryLockError};
use std::io::{Error, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Name of the file.
pub const LOCK: &str = "run.lock";

/// Why a directory must not be written to.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another program is writing to it.
    #[error("{}: process {pid} on host {host} is writing here; wait until it has finished, or stop it, and try again", path.display())]
    Held {
        /// The directory.
        path: PathBuf,
        /// Its process.
        pid: String,
        /// Its machine.
        host: String,
    },
    /// A program on another host locked it and did not release it.
    #[error(
        "{}: locked by process {pid} on host {host} since {since}; if that process no longer runs, delete {} and try again",
        path.display(),
        path.join(LOCK).display()
    )]
    OtherHost {
        /// The directory.
        path: PathBuf,
        /// Its process.
        pid: String,
        /// Its machine.
        host: String,
        /// When it began.
        since: String,
    },
    /// The lock file cannot be opened or written.
    #[error("cannot lock {}: {source}; name another place or make it writable", path.display())]
    Unwritable {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        source: Error,
    },
}

/// The right to write to a directory; released when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Lock {
    _held: Arc<Held>,
}

#[derive(Debug)]
struct Held {
    file: File,
    path: PathBuf,
}

/// The holder of a lock, as recorded in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    pid: String,
    host: String,
    since: String,
}

impl Lock {
    /// Lock an existing directory.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join(LOCK);
        let unwritable = |source| LockError::Unwritable { path: folder.to_owned(), source };
        let ours = Owner::this();
        loop {
            let mut file = File::options().read(true).write(true).create(true).truncate(false).open(&path).map_err(unwritable)?;
            let locked = file.try_lock();
            let owner = Owner::read(&mut file);
            let Owner { pid, host, since } = owner.clone().unwrap_or_else(Owner::unknown);
            match locked {
                Err(TryLockError::WouldBlock) => return Err(LockError::Held { path: folder.to_owned(), pid, host }),
                // on a file system without locks only the content of the file counts
                Err(TryLockError::Error(_)) if owner.is_some() && host == ours.host && is_alive(&pid) => {
                    return Err(LockError::Held { path: folder.to_owned(), pid, host });
                }
                _ => {}
            }
            if owner.is_some() && host != ours.host {
                return Err(LockError::OtherHost { path: folder.to_owned(), pid, host, since });
            }
            // the previous holder may have deleted the file in between: then this lock is on a deleted file
            if !is_at(&file, &path) {
                continue;
            }
            ours.write(&mut file).map_err(unwritable)?;
            return Ok(Self { _held: Arc::new(Held { file, path }) });
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // content first, then the file, the lock last: a released lock never names a holder
        self.file.set_len(0).ok();
        if cfg!(unix) && is_at(&self.file, &self.path) {
            std::fs::remove_file(&self.path).ok();
        }
    }
}

impl Owner {
    fn this() -> Self {
        Self { pid: std::process::id().to_string(), host: host(), since: timestamp(SystemTime::now()) }
    }

    fn unknown() -> Self {
        let unknown = || "unknown".to_owned();
        Self { pid: unknown(), host: unknown(), since: unknown() }
    }

    /// Read the file; `None` if the lock was released or not recorded yet.
    fn read(file: &mut File) -> Option<Self> {
        let mut text = String::new();
        file.take(4096).read_to_string(&mut text).ok()?;
        let line = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned());
        Some(Self { pid: line("pid:")?, host: line("host:")?, since: line("since:")? })
    }

    fn write(&self, file: &mut File) -> Result<(), Error> {
        let Self { pid, host, since } = self;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(format!("pid: {pid}\nhost: {host}\nsince: {since}\n").as_bytes())
    }
}

fn host() -> String {
    #[cfg(unix)]
    return rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    return std::env::var("COMPUTERNAME").unwrap_or_else(|_| "this computer".to_owned());
}

/// Whether a process runs on this machine, where the system tells.
fn is_alive(pid: &str) -> bool {
    Path::new("/proc").join(pid).is_dir()
}

/// Whether the open file is the one under this name.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let place = |meta: &std::fs::Metadata| (meta.dev(), meta.ino());
        matches!((file.metadata(), std::fs::metadata(path)), (Ok(open), Ok(named)) if place(&open) == place(&named))
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        true
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_writer_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).unwrap();
        let second = Lock::take(dir.path()).unwrap_err();
        let ours = Owner::this();
        assert!(matches!(&second, LockError::Held { pid, host, .. } if *pid == ours.pid && *host == ours.host), "{second}");
        let clone = first.clone();
        drop(first);
        assert!(Lock::take(dir.path()).is_err(), "the clone holds it");
        drop(clone);
        assert!(!dir.path().join(LOCK).exists());
        drop(Lock::take(dir.path()).unwrap());
    }

    #[test]
    fn the_lock_of_a_dead_program_is_ignored_unless_it_names_another_host() {
        let dir = tempfile::tempdir().unwrap();
        let leave = |owner: &Owner| owner.write(&mut File::create(dir.path().join(LOCK)).unwrap()).unwrap();
        leave(&Owner { pid: "1".to_owned(), ..Owner::this() });
        drop(Lock::take(dir.path()).unwrap());
        leave(&Owner { host: "elsewhere".to_owned(), ..Owner::this() });
        let error = Lock::take(dir.path()).unwrap_err();
        assert!(matches!(&error, LockError::OtherHost { host, .. } if host == "elsewhere"), "{error}");
        std::fs::write(dir.path().join(LOCK), "half a li").unwrap();
        drop(Lock::take(dir.path()).unwrap());
    }
}
