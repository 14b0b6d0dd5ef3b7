//! Diagnostic events of the library on standard error, if `SPIKESCOPE_LOG` is set.

use std::io::IsTerminal;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// Selects the events to print, for example `debug` or `spikescope::session=trace,warn`.
pub(super) const VARIABLE: &str = "SPIKESCOPE_LOG";

/// Print events as `SPIKESCOPE_LOG` selects: a level, or targets with levels. Without it, or if it cannot be read, nothing is
/// printed: errors are reported by message or exit code.
pub(super) fn start() {
    let Some(filter) = std::env::var(VARIABLE).ok().and_then(|words| words.parse::<Targets>().ok()) else { return };
    // Standard output is for results only. A second call in one process, as in tests, has no effect.
    let ansi = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_ansi(ansi).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines.with_filter(filter)).try_init().ok();
}
