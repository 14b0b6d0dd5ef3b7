//! The display a window can be opened on. It is found by connecting to it: a variable that names a display says nothing about
//! whether anything answers there.

/// A display that answers.
pub struct Found {
    /// Which one.
    pub display: Display,
    /// Connection to it, kept until the window has one of its own: an X server without a window manager starts again when its
    /// last connection is closed, and refuses others meanwhile.
    _connection: Option<Box<dyn std::any::Any>>,
}

impl Found {
    fn by(display: Display, connection: impl std::any::Any) -> Self {
        Self { display, _connection: Some(Box::new(connection)) }
    }

    fn unconnected(display: Display) -> Self {
        Self { display, _connection: None }
    }
}

/// What answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Display {
    /// A system that always has one.
    System,
    /// A Wayland compositor at this socket.
    Wayland(String),
    /// An X server of this name.
    X11(String),
}

impl std::fmt::Display for Display {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => f.write_str("of the system"),
            Self::Wayland(name) => write!(f, "Wayland, {name} answers"),
            Self::X11(name) => write!(f, "X11, {name} answers"),
        }
    }
}

/// Connect to the display that the environment names: Wayland first, X11 where Wayland does not answer. An error says in one
/// sentence what was tried.
pub fn find() -> Result<Found, String> {
    if cfg!(target_os = "linux") {
        find_named(&|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    } else {
        Ok(Found::unconnected(Display::System))
    }
}

#[cfg(target_os = "linux")]
fn find_named(variable: &dyn Fn(&str) -> Option<String>) -> Result<Found, String> {
    let mut faults = Vec::new();
    if variable("WAYLAND_SOCKET").is_some() {
        // an open connection that was inherited: it can be used only once, by the window
        return Ok(Found::unconnected(Display::Wayland("WAYLAND_SOCKET".to_owned())));
    }
    if let Some(name) = variable("WAYLAND_DISPLAY") {
        let folder = variable("XDG_RUNTIME_DIR").unwrap_or_default();
        let path = std::path::Path::new(&folder).join(&name);
        match std::os::unix::net::UnixStream::connect(&path) {
            Ok(connection) => return Ok(Found::by(Display::Wayland(format!("WAYLAND_DISPLAY={name}")), connection)),
            Err(error) => faults.push(format!("WAYLAND_DISPLAY={name} does not answer ({error})")),
        }
    }
    if let Some(name) = variable("DISPLAY") {
        match connect_x11(&name) {
            Ok(connection) => return Ok(Found { display: Display::X11(format!("DISPLAY={name}")), _connection: Some(connection) }),
            Err(reason) => faults.push(format!("DISPLAY={name} does not answer ({reason})")),
        }
    }
    Err(if faults.is_empty() { "neither WAYLAND_DISPLAY nor DISPLAY is set".to_owned() } else { faults.join(", and ") })
}

#[cfg(not(target_os = "linux"))]
fn find_named(_variable: &dyn Fn(&str) -> Option<String>) -> Result<Found, String> {
    Ok(Found::unconnected(Display::System))
}

/// Connect to an X server: `:1` and `unix:1` by its socket, `host:1` by TCP.
#[cfg(target_os = "linux")]
fn connect_x11(name: &str) -> Result<Box<dyn std::any::Any>, String> {
    use std::net::{TcpStream, ToSocketAddrs};
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixStream};
    let (host, rest) = name.rsplit_once(':').ok_or("a name is HOST:NUMBER")?;
    let number: u16 = rest.split('.').next().and_then(|digits| digits.parse().ok()).ok_or("a name is HOST:NUMBER")?;
    if host.is_empty() || host == "unix" {
        let path = format!("/tmp/.X11-unix/X{number}");
        let abstract_name = || SocketAddr::from_abstract_name(&path).and_then(|address| UnixStream::connect_addr(&address));
        let connection = UnixStream::connect(&path).or_else(|error| abstract_name().map_err(|_| error));
        return connection.map(|stream| Box::new(stream) as _).map_err(|error| error.to_string());
    }
    let port = 6000_u16.checked_add(number).ok_or("the number is too large")?;
    let mut addresses = (host, port).to_socket_addrs().map_err(|error| error.to_string())?;
    let address = addresses.next().ok_or("the host has no address")?;
    let connection = TcpStream::connect_timeout(&address, std::time::Duration::from_secs(3));
    connection.map(|stream| Box::new(stream) as _).map_err(|error| error.to_string())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    fn found(folder: &std::path::Path, wayland: Option<&str>, x11: Option<&str>) -> Result<Display, String> {
        find_named(&|name| match name {
            "XDG_RUNTIME_DIR" => Some(folder.display().to_string()),
            "WAYLAND_DISPLAY" => wayland.map(str::to_owned),
            "DISPLAY" => x11.map(str::to_owned),
            _ => None,
        })
        .map(|found| found.display)
    }

    #[test]
    fn a_display_counts_when_it_answers_and_a_stale_wayland_socket_gives_way_to_x11() {
        let folder = tempfile::tempdir().unwrap();
        let fresh = UnixListener::bind(folder.path().join("fresh")).unwrap();
        drop(UnixListener::bind(folder.path().join("stale")).unwrap());
        assert!(folder.path().join("stale").exists(), "the socket of a compositor that is gone");
        let tcp = (6000..7000).find_map(|port| std::net::TcpListener::bind(("127.0.0.1", port)).ok()).unwrap();
        let server = format!("127.0.0.1:{}", tcp.local_addr().unwrap().port() - 6000);
        assert!(matches!(found(folder.path(), Some("fresh"), Some(&server)), Ok(Display::Wayland(_))));
        assert_eq!(found(folder.path(), Some("stale"), Some(&server)), Ok(Display::X11(format!("DISPLAY={server}"))));
        let fault = found(folder.path(), Some("stale"), Some(":x")).unwrap_err();
        assert!(fault.contains("WAYLAND_DISPLAY=stale") && fault.contains("DISPLAY=:x"), "{fault}");
        assert!(found(folder.path(), None, None).is_err());
        drop((fresh, tcp));
    }

    #[test]
    fn the_connection_stays_open_as_long_as_what_was_found() {
        use std::io::Read;
        let folder = tempfile::tempdir().unwrap();
        let compositor = UnixListener::bind(folder.path().join("c")).unwrap();
        let place = folder.path().display().to_string();
        let found = find_named(&|name| match name {
            "XDG_RUNTIME_DIR" => Some(place.clone()),
            "WAYLAND_DISPLAY" => Some("c".to_owned()),
            _ => None,
        });
        let (mut seen, _) = compositor.accept().unwrap();
        seen.set_nonblocking(true).unwrap();
        assert_eq!(seen.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "open");
        drop(found);
        assert_eq!(seen.read(&mut [0]).unwrap(), 0, "closed");
    }
}
