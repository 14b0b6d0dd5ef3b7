//! What the window shows while the simulation thread builds a network, which can take many seconds for millions of neurons.

use super::Simulation;
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

impl Simulation {
    /// Publish that the network of a preset is being built.
    pub(super) fn begin_building(&mut self, preset: &Preset) -> Building {
        let sizes = preset.network.iter().flat_map(|described| &described.network.populations);
        let neurons: u64 = sizes.map(|population| u64::from(population.size())).sum();
        let name = match neurons {
            0 => "Building the network".to_owned(),
            neurons => format!("Building {} neurons", number(neurons as f64)),
        };
        let work = Arc::new(Work::without_stop(name));
        self.building = Some(Arc::clone(&work));
        self.publish();
        Building(work)
    }

    /// The network that is being built.
    pub(super) fn being_built(&self) -> Option<Arc<Work>> {
        self.building.as_ref().filter(|work| !work.is_finished()).map(Arc::clone)
    }
}
