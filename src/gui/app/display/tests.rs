#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // in a test a panic is the report; its servers are plain threads

use super::*;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The response of an X server of protocol 11 without extensions: 18 words with one screen.
fn accepted() -> Vec<u8> {
    let mut reply = vec![0; 8 + 18 * 4];
    reply[0] = 1;
    reply[2..4].copy_from_slice(&11_u16.to_ne_bytes());
    reply[6..8].copy_from_slice(&18_u16.to_ne_bytes());
    // identifiers of resources: base and mask
    reply[12..16].copy_from_slice(&0x0020_0000_u32.to_ne_bytes());
    reply[16..20].copy_from_slice(&0x001f_ffff_u32.to_ne_bytes());
    // one screen, no formats
    reply[28] = 1;
    reply
}

/// "no", as sent to a client without authorisation.
fn denied() -> Vec<u8> {
    [&[0, 2], 11_u16.to_ne_bytes().as_slice(), &0_u16.to_ne_bytes(), &1_u16.to_ne_bytes(), b"no\0\0"].concat()
}

/// A server on a TCP port that sends `reply` to the first client, or closes the connection if it is empty; the name of its display.
fn x11_server(reply: Vec<u8>) -> String {
    let tcp = (6000..7000).find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok()).unwrap();
    let number = tcp.local_addr().unwrap().port() - 6000;
    std::thread::spawn(move || {
        let (mut client, _): (TcpStream, _) = tcp.accept().unwrap();
        client.read_exact(&mut [0; 12]).unwrap();
        if reply.is_empty() {
            return;
        }
        client.write_all(&reply).unwrap();
        // until the client closes the connection
        client.read_to_end(&mut Vec::new()).ok();
    });
    format!("127.0.0.1:{number}")
}

/// A compositor that responds to one client, or closes its connection; afterwards whether the client closed it.
fn compositor(socket: &Path, responds: bool) -> std::thread::JoinHandle<UnixStream> {
    let listener = UnixListener::bind(socket).unwrap();
    std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        if responds {
            client.read_exact(&mut [0; 12]).unwrap();
            client.write_all(&[0; 12]).unwrap();
        } else {
            client.shutdown(std::net::Shutdown::Both).unwrap();
        }
        client
    })
}

fn found(folder: &Path, wayland: Option<&str>, x11: Option<&str>) -> Result<Found, String> {
    find_named(&|name| match name {
        "XDG_RUNTIME_DIR" => Some(folder.display().to_string()),
        "WAYLAND_DISPLAY" => wayland.map(str::to_owned),
        "DISPLAY" => x11.map(str::to_owned),
        _ => None,
    })
}

fn display(folder: &Path, wayland: Option<&str>, x11: Option<&str>) -> Result<Display, String> {
    found(folder, wayland, x11).map(|found| found.display)
}

fn socket(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

#[test]
fn wayland_is_preferred_and_a_stale_socket_falls_back_to_x11() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = compositor(&socket(&folder, "fresh"), true);
    drop(UnixListener::bind(socket(&folder, "stale")).unwrap());
    assert!(socket(&folder, "stale").exists(), "the socket of a compositor that has ended");
    let server = x11_server(accepted());
    assert!(matches!(display(folder.path(), Some("fresh"), Some(&server)), Ok(Display::Wayland(_))));
    assert_eq!(display(folder.path(), Some("stale"), Some(&server)), Ok(Display::X11(format!("DISPLAY={server}"))));
    let fault = display(folder.path(), Some("stale"), Some(":x")).unwrap_err();
    assert!(fault.contains("WAYLAND_DISPLAY=stale") && fault.contains("DISPLAY=:x"), "{fault}");
    assert!(display(folder.path(), None, None).is_err() && display(folder.path(), None, Some("localhost:60000")).is_err());
    fresh.join().unwrap();
}

#[test]
fn displays_that_accept_a_connection_and_refuse_the_client_are_unusable() {
    let folder = tempfile::tempdir().unwrap();
    let closing = compositor(&socket(&folder, "closing"), false);
    let fault = display(folder.path(), Some("closing"), None).unwrap_err();
    assert!(fault.contains("WAYLAND_DISPLAY=closing"), "{fault}");
    closing.join().unwrap();
    let fault = display(folder.path(), None, Some(&x11_server(denied()))).unwrap_err();
    assert!(fault.contains("refused the connection: no"), "{fault}");
    assert!(display(folder.path(), None, Some(&x11_server(Vec::new()))).is_err(), "closed without a response");
}

#[test]
fn connection_stays_open_until_the_found_display_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let thread = compositor(&socket(&folder, "c"), true);
    let found = found(folder.path(), Some("c"), None);
    let mut client = thread.join().unwrap();
    client.set_nonblocking(true).unwrap();
    assert_eq!(client.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "open");
    drop(found);
    assert_eq!(client.read(&mut [0]).unwrap(), 0, "closed");
}
