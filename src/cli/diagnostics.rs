//! Diagnostic events of the library on standard error, if `SPIKESCOPE_LOG` is set.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Selects the events to print, for example `debug` or `spikescope::session=trace,warn`.
pub(super) const VARIABLE: &str = "SPIKESCOPE_LOG";

/// Print events as `SPIKESCOPE_LOG` selects. Without it nothing is printed: errors are reported by message or exit code.
pub(super) fn start() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::OFF.into()).with_env_var(VARIABLE).from_env_lossy();
    // Standard output is for results only. A second call in one process, as in tests, has no effect.
    let ansi = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(ansi).with_writer(std::io::stderr).try_init().ok();
}
