//! Connections to a display, up to its first response: a server that accepts a connection can still refuse the client.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;
use x11rb::rust_connection::{ConnectError, RustConnection};

/// Time within which a display must respond.
const PATIENCE: Duration = Duration::from_secs(3);
/// The largest display number of an X server: its TCP port is 6000 higher.
const LAST_X11: u32 = 65_535 - 6000;
/// The request `wl_display.sync`: object 1, 12 bytes, opcode 0, new object 2. Every compositor responds to it.
const SYNC: [u32; 3] = [1, 12 << 16, 2];

/// Connect to a Wayland compositor and wait for its response to a request.
pub(super) fn wayland(socket: &Path) -> Result<UnixStream, String> {
    let words = |error: std::io::Error| match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => silent(),
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => refused(),
        _ => error.to_string(),
    };
    let mut stream = UnixStream::connect(socket).map_err(words)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(words)?;
    stream.write_all(&SYNC.map(u32::to_ne_bytes).concat()).map_err(words)?;
    match stream.read(&mut [0; 64]).map_err(words)? {
        0 => Err(refused()),
        _ => Ok(stream),
    }
}

/// Connect to an X server with the authorisation of the user, and wait until it has accepted the client.
pub(super) fn x11(name: &str) -> Result<RustConnection, String> {
    let number = name.rsplit_once(':').and_then(|(_, rest)| rest.split('.').next()?.parse().ok());
    if number.is_none_or(|number: u32| number > LAST_X11) {
        return Err(format!("a name is HOST:NUMBER, the number at most {LAST_X11}"));
    }
    let (sender, receiver) = crossbeam_channel::bounded(1);
    let name = name.to_owned();
    // the library waits without limit for the response of a server
    let thread = std::thread::Builder::new().name("display".to_owned());
    let connect = move || drop(sender.send(RustConnection::connect(Some(&name))));
    thread.spawn(connect).map_err(|error| format!("cannot start a thread: {error}"))?;
    match receiver.recv_timeout(PATIENCE) {
        Ok(Ok((connection, _screen))) => Ok(connection),
        Ok(Err(ConnectError::IoError(error))) if error.kind() == ErrorKind::UnexpectedEof => Err(refused()),
        Ok(Err(ConnectError::SetupFailed(failed))) => {
            Err(format!("it refused the connection: {}", String::from_utf8_lossy(&failed.reason).trim()))
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(silent()),
    }
}

fn refused() -> String {
    "it closed the connection without a response".to_owned()
}

fn silent() -> String {
    format!("it accepted the connection but did not respond within {} s", PATIENCE.as_secs())
}
