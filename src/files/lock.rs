//! One writer for each directory. The writer holds a lock of the operating system on `run.lock`, which also says who it is. The
//! system lets go of the lock when the program dies; what such a program wrote into the file is then out of date and no
//! hindrance, unless it ran on another host, whose locks this one may not see.

use super::timestamp;
use std::fs::{File, TryLockError};
use std::io::{Error, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Name of the file.
pub const LOCK: &str = "run.lock";

/// Why a directory may not be written.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// A program writes into it now.
    #[error("{}: process {pid} on host {host} is writing here; wait for its end, or stop it, and try again", path.display())]
    Held {
        /// The directory.
        path: PathBuf,
        /// Its process.
        pid: String,
        /// Its machine.
        host: String,
    },
    /// A program on another host wrote into it and has not let go.
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
    /// The file of the lock cannot be opened or written.
    #[error("cannot lock {}: {source}; name another place or make it writable", path.display())]
    Unwritable {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        source: Error,
    },
}

/// The right to write into a directory; all clones let go together.
#[derive(Debug, Clone)]
pub struct Lock {
    _held: Arc<Held>,
}

#[derive(Debug)]
struct Held {
    file: File,
    path: PathBuf,
}

/// Who holds a lock, as the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    pid: String,
    host: String,
    since: String,
}

impl Lock {
    /// Take the lock of a directory, which has to be there.
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
                // a file system without locks: what the file says is all there is
                Err(TryLockError::Error(_)) if owner.is_some() && host == ours.host && is_alive(&pid) => {
                    return Err(LockError::Held { path: folder.to_owned(), pid, host });
                }
                _ => {}
            }
            if owner.is_some() && host != ours.host {
                return Err(LockError::OtherHost { path: folder.to_owned(), pid, host, since });
            }
            // whoever held it may have removed the file in between: then this is the lock of a file that is gone
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
        // first the words, then the name, last the lock: nobody finds a free lock under an owner's name
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

    /// What a file says; nothing if its writer let go, or had not written yet.
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
    fn what_a_dead_program_left_is_no_hindrance_but_for_one_on_another_host() {
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
