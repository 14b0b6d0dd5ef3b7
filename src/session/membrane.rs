//! One step of a competing neuron, for views that show what changed its potential.

use crate::experiment::lif;
use crate::params::Params;
use crate::time::TimeGrid;

/// Changes of a potential of `before_mv` by leak and by lateral inhibition in one step, in mV. `steps_back` holds how many steps
/// earlier other neurons fired since image onset.
pub fn leak_and_inhibition_mv(params: &Params, dt_ms: f64, before_mv: f64, steps_back: impl Iterator<Item = u64>) -> (f64, f64) {
    let grid = TimeGrid::new(dt_ms);
    lif(params, grid).leak_and_inhibition_mv(grid, before_mv, steps_back)
}
