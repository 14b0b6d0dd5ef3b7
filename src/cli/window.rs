//! No verb: the window, or where there is none the verbs that need none.

use super::args::WindowArgs;
use super::failure::Failure;

#[cfg(not(feature = "gui"))]
pub(super) fn open(_args: &WindowArgs) -> Result<(), Failure> {
    Err(Failure::input(
        "this program was built without its window (feature gui); it can train, eval, replay, presets, params, check and \
         doctor, see `spikescope --help`",
    ))
}
