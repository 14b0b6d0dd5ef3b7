//! What the program tells someone who looks for a fault: events of the library, on standard error, if they are asked for.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Says which events are shown: `debug`, or `spikescope::session=trace,warn`, and so on.
pub(super) const VARIABLE: &str = "SPIKESCOPE_LOG";

/// Show events as `SPIKESCOPE_LOG` asks. Without it nothing is shown: errors reach the person by notice or exit code.
pub(super) fn start() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::OFF.into()).with_env_var(VARIABLE).from_env_lossy();
    // Standard output carries results only. A second subscriber in one process is a test's; the first one stays.
    let ansi = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(ansi).with_writer(std::io::stderr).try_init().ok();
}
