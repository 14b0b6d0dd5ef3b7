//! The program without a display. The window itself is tested in `src/gui`.
#![allow(clippy::unwrap_used)]

use std::process::Command;

#[test]
#[cfg(target_os = "linux")]
fn missing_display_lists_the_subcommands_that_need_none() {
    let program = env!("CARGO_BIN_EXE_spikescope");
    let output = Command::new(program).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no display") && said.contains("spikescope train"), "{said}");
}
