//! Standard output, standard error, and what `--out` names.

use crate::files::{stream_to, without_os_codes, write_with};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Write text to standard output. A closed pipe, as with `head`, is not an error.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Whether `--out` names standard output: `-`, or one of its names in the file system.
pub(super) fn is_stdout(out: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| out == Path::new(name))
}

/// Write what `fill` writes to the file that `--out` names, or to standard output.
pub(super) fn write_out(out: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if !is_stdout(out) {
        return write_with(out, fill);
    }
    stream_to(io::stdout().lock(), fill)
}

/// Write a message to standard error; a failure cannot be reported anywhere and is ignored.
pub(super) fn complain(line: &str) {
    writeln!(io::stderr(), "{}", without_os_codes(line)).ok();
}
