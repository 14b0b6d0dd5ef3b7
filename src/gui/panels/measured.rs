//! How the populations fire in the time shown, computed when it has moved on: of hundreds of thousands of spikes not in every frame.

use crate::gui::paint::numbers::fixed;
use crate::session::{Firing, FreeView, RunState, Snapshot};
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// While the network runs, the numbers are computed again whenever this part of the time shown has passed.
const PARTS: u64 = 50;

/// The numbers and what they belong to: the run, its last change, and the steps.
type Known = ((u64, u64, Range<u64>), Arc<[Firing]>);

/// The numbers computed last.
#[derive(Default)]
pub(super) struct Measured {
    known: RefCell<Option<Known>>,
}

impl Measured {
    /// How every population fires in these steps.
    pub(super) fn of(&self, view: &FreeView, steps: Range<u64>, snapshot: &Snapshot) -> Arc<[Firing]> {
        let late = if snapshot.state == RunState::Running { (steps.end - steps.start) / PARTS } else { 0 };
        let near = |a: u64, b: u64| a.abs_diff(b) <= late;
        let run = (snapshot.generation, view.changed);
        match &*self.known.borrow() {
            Some(((generation, changed, known), firing))
                if (*generation, *changed) == run && near(known.start, steps.start) && near(known.end, steps.end) =>
            {
                return Arc::clone(firing);
            }
            _ => {}
        }
        let firing: Arc<[Firing]> = view.firing(&steps).into();
        self.known.replace(Some(((run.0, run.1, steps), Arc::clone(&firing))));
        firing
    }
}

/// "last 5 s", and that it begins with the last change if it does.
pub(super) fn words(view: &FreeView, steps: &Range<u64>) -> String {
    let seconds = (steps.end - steps.start) as f64 * view.network.dt_ms * 1e-3;
    let since = if steps.start > 0 && steps.start == view.changed { ", since the last change" } else { "" };
    format!("last {} s{since}", fixed(seconds, 1).trim_end_matches(".0"))
}
