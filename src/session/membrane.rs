//! One step of a competing neuron, for views that show what changed its potential.

use crate::experiment::lif;
use crate::params::Params;
use crate::time::TimeGrid;

/// What leak and lateral inhibition add in one step to a potential of `before_mv`, in mV. `steps_back` says how many steps before
/// it other neurons fired since the image began.
pub fn leak_and_inhibition_mv(params: &Params, dt_ms: f64, before_mv: f64, steps_back: impl Iterator<Item = u64>) -> (f64, f64) {
    let grid = TimeGrid::new(dt_ms);
    lif(params, grid).leak_and_inhibition_mv(grid, before_mv, steps_back)
}
