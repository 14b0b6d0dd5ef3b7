//! The facts of a free run, and groups of runs that differ only in their seed.

use super::raster::Raster;
use crate::experiment::Activity;
use crate::model::ProjectionSpec;
use crate::preset::NetworkPreset;
use crate::report::ReportError;
use crate::report::statistics::{deviation, mean};
use crate::rundir::{FreeNotes, FreeRecord, RunDir};
use crate::study::free::{Activities, Quantity, Weights, measure, quantities};
use crate::time::TimeGrid;

/// A free run.
#[derive(Debug, Clone)]
pub struct FreeRunFacts {
    /// Its path below the folder of the report.
    pub name: String,
    /// Its session record.
    pub session: FreeRecord,
    /// The effective description.
    pub preset: NetworkPreset,
    /// Activity up to the last checkpoint.
    pub activity: Activity,
    /// Weights of plastic projections at the last checkpoint.
    pub weights: Vec<Weights>,
    /// The end of the recorded spikes, if they were recorded.
    pub raster: Option<Raster>,
}

/// Runs of one description that differ only in their seed.
#[derive(Debug, Clone)]
pub struct FreeGroup {
    /// Label in the report.
    pub label: String,
    /// The runs, ordered by seed.
    pub runs: Vec<FreeRunFacts>,
}

impl FreeRunFacts {
    /// Read a run directory, without its recorded spikes.
    pub fn read(name: String, run: &RunDir) -> Result<Self, ReportError> {
        let (preset, session) = (run.network()?, run.free_session()?);
        let unreadable = |reason: String| ReportError::Unreadable { path: run.path().join("checkpoint.bin"), reason };
        let path = || run.path().to_owned();
        let checkpoint = run.checkpoint()?.ok_or_else(|| ReportError::NoFreeCheckpoint { path: path() })?;
        let notes: FreeNotes = serde_json::from_value(checkpoint.notes.clone())
            .map_err(|error| unreadable(format!("it was written by another version: {error}")))?;
        let activity = notes.activity;
        if !activity.fits(&preset.network) {
            return Err(unreadable("it belongs to another preset".to_owned()));
        }
        let mut weights = Vec::new();
        if preset.network.projections.iter().any(ProjectionSpec::learns) {
            let free = run.origin(&preset, &session)?.run_at(&session.applied, &checkpoint.state).map_err(unreadable)?;
            weights = Weights::of(&preset.network, &free);
        }
        Ok(Self { name, session, preset, activity, weights, raster: None })
    }

    /// The same run with the end of its recorded spikes, if there are any.
    fn with_raster(mut self, run: &RunDir) -> Result<Self, ReportError> {
        let file = run.path().join("recordings").join("spikes.npz");
        self.raster = Raster::read(&file, &self.preset.network, self.activity.steps())?;
        Ok(self)
    }

    /// What a study measures of it: the quantities of its network and their values.
    pub fn measured(&self) -> Vec<(Quantity, Option<f64>)> {
        let network = &self.preset.network;
        let values = measure(network, &Activities::of(network, &self.activity), &self.weights);
        quantities(network).into_iter().zip(values).collect()
    }

    /// Whether description and seed reproduce it.
    pub fn is_plain(&self) -> bool {
        self.session.applied.is_empty() && self.session.start.is_none()
    }

    /// The time grid.
    pub fn grid(&self) -> TimeGrid {
        TimeGrid::new(self.preset.network.dt_ms)
    }

    /// Simulated time in ms.
    pub fn simulated_ms(&self) -> f64 {
        self.activity.steps() as f64 * self.preset.network.dt_ms
    }
}

impl FreeGroup {
    /// The first run, for properties that all runs share.
    pub fn first(&self) -> &FreeRunFacts {
        &self.runs[0]
    }

    /// Mean and standard deviation over the runs of a quantity that not every run has.
    pub fn spread(&self, of: impl Fn(&FreeRunFacts) -> Option<f64>) -> Option<(f64, Option<f64>)> {
        let values: Vec<f64> = self.runs.iter().filter_map(of).collect();
        Some((mean(&values)?, deviation(&values)))
    }
}

/// Group the free runs of a folder by description and simulated time.
pub fn free_groups(runs: &[(String, RunDir)]) -> Result<Vec<FreeGroup>, ReportError> {
    let mut groups: Vec<(String, FreeGroup)> = Vec::new();
    for (name, run) in runs {
        let facts = FreeRunFacts::read(name.clone(), run)?.with_raster(run)?;
        // a run that was changed while it ran, or began with the weights of another one, stands alone
        let own = (!facts.is_plain()).then_some(name);
        let kind = format!("{}\n{}\n{own:?}\n{}", facts.session.preset, facts.activity.steps(), facts.preset.to_ron());
        match groups.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, group)) => group.runs.push(facts),
            None => groups.push((kind, FreeGroup { label: facts.session.preset.clone(), runs: vec![facts] })),
        }
    }
    let mut groups: Vec<FreeGroup> = groups.into_iter().map(|(_, group)| group).collect();
    groups.iter_mut().for_each(|group| group.runs.sort_by_key(|run| run.session.seed));
    // descriptions of one name are told apart by the directory of their first run
    let labels: Vec<String> = groups.iter().map(|group| group.label.clone()).collect();
    for group in &mut groups {
        if labels.iter().filter(|label| **label == group.label).count() > 1 {
            group.label = format!("{} ({})", group.label, group.first().name);
        }
    }
    Ok(groups)
}
