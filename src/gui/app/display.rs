//! The display on which a window can be opened. Displays are found by connecting to them, because a variable that names a display
//! does not show that it can be used.

#[cfg(target_os = "linux")]
mod probe;

/// A display that responds.
pub struct Found {
    /// The display.
    pub display: Display,
    /// Connection to it, kept until the window has connected: an X server without a window manager restarts when its last
    /// connection is closed, and refuses connections meanwhile.
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

/// Kinds of displays.
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
            Self::Wayland(name) => write!(f, "Wayland, {name} responds"),
            Self::X11(name) => write!(f, "X11, {name} responds"),
        }
    }
}

/// Connect to the display that the environment names: Wayland first, X11 if Wayland cannot be used. The error states what was
/// tried.
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
        let path = std::path::Path::new(&variable("XDG_RUNTIME_DIR").unwrap_or_default()).join(&name);
        match probe::wayland(&path) {
            Ok(connection) => return Ok(Found::by(Display::Wayland(format!("WAYLAND_DISPLAY={name}")), connection)),
            Err(reason) => faults.push(format!("WAYLAND_DISPLAY={name} cannot be used ({reason})")),
        }
    }
    if let Some(name) = variable("DISPLAY") {
        match probe::x11(&name) {
            Ok(connection) => return Ok(Found::by(Display::X11(format!("DISPLAY={name}")), connection)),
            Err(reason) => faults.push(format!("DISPLAY={name} cannot be used ({reason})")),
        }
    }
    Err(if faults.is_empty() { "neither WAYLAND_DISPLAY nor DISPLAY is set".to_owned() } else { faults.join(", and ") })
}

#[cfg(not(target_os = "linux"))]
fn find_named(_variable: &dyn Fn(&str) -> Option<String>) -> Result<Found, String> {
    Ok(Found::unconnected(Display::System))
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
