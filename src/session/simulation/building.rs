//! What the window shows while the simulation thread builds a network, which can take many seconds for millions of neurons.

use super::Simulation;
use crate::params::Task;
use crate::preset::Preset;
use crate::session::words::number;
use crate::work::Work;
use std::sync::Arc;

/// A network is being built until this is dropped.
pub(super) struct Building(Arc<Work>);

impl Drop for Building {
    fn drop(&mut self) {
        self.0.finish();
    }
}

impl Building {
    /// Takes note of the share that is built, and says whether to go on.
    pub(super) fn goes_on(&self) -> impl FnMut(f64) -> bool + use<> {
        let work = Arc::clone(&self.0);
        move |share| {
            work.set_done((share * PARTS) as u64);
            !work.is_cancelled()
        }
    }
}

/// Resolution of its progress.
const PARTS: f64 = 1000.0;

impl Simulation {
    /// Publish that the network of a preset is being built. One that runs freely can be stopped if its builder asks.
    pub(super) fn begin_building(&mut self, preset: &Preset, stops: bool) -> Building {
        let sizes = preset.network.iter().flat_map(|described| &described.network.populations);
        let neurons: u64 = sizes.map(|population| u64::from(population.size())).sum();
        let name = match neurons {
            0 => "Building the network".to_owned(),
            neurons => format!("Building {} neurons", number(neurons as f64)),
        };
        let work = if stops && preset.setup.task() == Task::FreeRun { Work::new(name, PARTS as u64) } else { Work::without_stop(name) };
        let work = Arc::new(work.usually_brief());
        self.building = Some(Arc::clone(&work));
        self.publish();
        Building(work)
    }

    /// The network that is being built.
    pub(super) fn being_built(&self) -> Option<Arc<Work>> {
        self.building.as_ref().filter(|work| !work.is_finished()).map(Arc::clone)
    }
}
