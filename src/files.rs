//! Files written atomically, locks that give a directory one writer, and new directories under free names.

mod folder;
mod lock;
mod memory;
mod message;
mod moment;
mod write;

pub use folder::{NewDir, holds_results, is_vacant};
pub use lock::{LOCK, Lock, LockError};
pub use memory::{available_memory, kib_line};
pub use message::without_os_codes;
pub use moment::timestamp;
pub use write::{check_writable, is_stream, stream_to, write_atomic, write_with};
