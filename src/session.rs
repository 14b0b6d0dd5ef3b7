//! The simulation thread and its interface. The window holds a `Session`: it sends commands and takes the latest snapshot
//! and every notice, without blocking.

mod anatomy;
mod aspects;
mod autosave;
mod bearing;
mod changes;
mod characterising;
mod command;
mod comparison;
mod copies;
mod firing;
mod free;
mod free_view;
mod habits;
mod hidden;
mod history;
mod inspected;
mod laboratory;
mod lists;
mod measured;
mod membrane;
mod notice;
mod pacing;
mod probing;
mod publish;
mod quantities;
mod recent;
mod saving;
mod shown;
mod simulation;
mod sites;
mod snapshot;
mod stored;
mod studying;
mod timeline;
mod traces;
mod twin;
mod weight_bins;
mod why;
pub(crate) mod words;

use crate::datasets::Reading;
pub use crate::engine::why::{Arrival, Breakdown, Course, InputTerms, Painted, SenderCourse, Terms};
pub use crate::experiment::characterise::{CurvePoint, NoisyIntervals, PhasePlane, Protocol, RateCurve, StepResponse, Subject};
pub use crate::experiment::{Asked, Damage, FirstSpike, LEARNT, Moment, Picture, Probed, Side, Whom, Why, concentration, concentrations};
pub use crate::experiment::{SpikeMoment, SpikeQuestion, SynapseSum, WhySpike};
pub use crate::study::{Compared, Summary};
pub use anatomy::{LinkView, NetworkView, PartKind, PartView, drawn};
pub use aspects::{Aspect, Aspects};
pub use autosave::{DamagedRun, EditsFile, Found, FoundEdits, Rescue};
pub use bearing::{Until, bearing};
pub use characterising::{Characterised, CharacterisedView};
pub use command::{Applied, Command, OpenedData, Recorded, Speed, StopCondition, Watch};
pub use comparison::{Difference, common_ms, differences};
pub use firing::{Firing, INTERVAL_BINS, interval_bin_ms};
pub(crate) use free::rates_csv;
pub use free_view::{FixedWeights, FreeView, PopulationView, SpikeBlock, WEIGHT_BINS, WeightHistory, WeightRange};
pub use habits::{Habit, Nearest};
pub use hidden::{BankView, HiddenSpike, Outgoing};
pub use history::RATE_IMAGES;
pub use inspected::{Arrivals, Incoming, Inspected, MeanDrive, NeuronFiring, Silence, Steady};
pub use membrane::leak_and_inhibition_mv;
pub use notice::Notice;
pub use quantities::Quantities;
pub use snapshot::*;
pub use stored::stored;
pub use studying::{AblationAsked, Lesion, MOST_SEEDS, SeedCurve, StudyView};
pub use weight_bins::{BINS, WeightBins, ceiling};
pub use why::SpikeAsked;

use crate::preset::Preset;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Capacity of the command queue; if it is full, the sender keeps its command for the next frame.
const COMMANDS: usize = 256;
/// Capacity of the notice queue; further notices are kept by the simulation thread.
const NOTICES: usize = 64;

/// Initial state of a session.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The experiment.
    pub preset: Preset,
    /// Data folder; read by the simulation thread.
    pub data_dir: PathBuf,
    /// Master seed.
    pub seed: u64,
    /// Initial speed.
    pub speed: Speed,
}

/// The handle of a running simulation thread.
pub struct Session {
    commands: Sender<Command>,
    snapshots: Receiver<Arc<Snapshot>>,
    notices: Receiver<Notice>,
    thread: Option<JoinHandle<()>>,
}

impl Session {
    /// Start the simulation thread. `wake` is called after each snapshot and notice, from that thread.
    pub fn start(launch: Launch, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        Self::start_reading(launch, Reading::default(), wake)
    }

    /// The same with images that are read in another way, as inverted ones.
    pub fn start_reading(launch: Launch, reading: Reading, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let (commands, orders) = bounded(COMMANDS);
        let (latest, snapshots) = bounded(1);
        let (report, notices) = bounded(NOTICES);
        let outlet = publish::Outlet { latest, stale: snapshots.clone(), notices: report, wake: Arc::new(wake) };
        let thread =
            std::thread::Builder::new().name("simulation".to_owned()).spawn(move || simulation::run(launch, reading, &orders, outlet))?;
        Ok(Self { commands, snapshots, notices, thread: Some(thread) })
    }

    /// Send a command; returns it if the queue is full. A session that has ended ignores it.
    pub fn send(&self, command: Command) -> Result<(), Command> {
        match self.commands.try_send(command) {
            Ok(()) | Err(TrySendError::Disconnected(_)) => Ok(()),
            Err(TrySendError::Full(command)) => Err(command),
        }
    }

    /// The latest snapshot, if there is a new one.
    pub fn take_snapshot(&mut self) -> Option<Arc<Snapshot>> {
        self.snapshots.try_recv().ok()
    }

    /// All new notices.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        self.notices.try_iter().collect()
    }

    /// Whether the simulation thread is running.
    pub fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// End the thread and wait for it: at most one image, or a tenth of a second.
    pub fn stop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        // the queue may be full; the thread reads it, so this call returns
        self.commands.send(Command::Quit).ok();
        // a panic was caught and reported by the thread
        thread.join().ok();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop();
    }
}
