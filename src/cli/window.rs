//! No verb: the window, or where there is none the verbs that need none.

use super::args::WindowArgs;
use super::failure::Failure;

/// The verbs that need no window, for whoever cannot have one.
const HEADLESS: &str = "train, eval, replay, presets, params, check and doctor need none, see `spikescope --help`";

#[cfg(not(feature = "gui"))]
pub(super) fn open(_args: &WindowArgs) -> Result<(), Failure> {
    Err(Failure::input(format!("this program was built without its window (feature gui); {HEADLESS}")))
}
