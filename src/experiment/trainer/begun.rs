//! How a run began: from description and seed, or with the learnt weights of the run before it.

use super::Trainer;
use crate::engine::archive::ArchiveError;
use crate::experiment::build::BuildError;
use crate::experiment::origin::{drawn_alike, keep};
use crate::preset::Preset;
use std::sync::Arc;

impl Trainer {
    /// The state at step 0, of a run that began with learnt weights; otherwise it follows from description and seed.
    pub fn start(&self) -> Option<&Arc<[u8]>> {
        self.start.as_ref()
    }

    /// Begin with a state at step 0, as [`Trainer::start`] returns it, in a trainer that was just built.
    pub fn begin_with(&mut self, start: &Arc<[u8]>) -> Result<(), ArchiveError> {
        self.restore(start)?;
        if self.step() != 0 {
            return Err(ArchiveError::Value("start"));
        }
        self.start = Some(Arc::clone(start));
        Ok(())
    }

    /// The same run at another moment: at its start, or with a state that was saved with the parameters of `preset`.
    pub fn earlier(&self, preset: &Preset, state: Option<&[u8]>) -> Result<Self, String> {
        let mut trainer = Self::new(preset, Arc::clone(&self.data), self.seed, Some(self.plan)).map_err(|error| error.to_string())?;
        let begun = self.start.as_ref().map_or(Ok(()), |start| trainer.begin_with(start));
        begun.and_then(|()| state.map_or(Ok(()), |state| trainer.restore(state))).map_err(|error| error.to_string())?;
        Ok(trainer)
    }

    /// A run of another description on the same data that begins with the learnt weights of projections that are the same in both: ends,
    /// their sizes, wiring, seed, and weights and delays as they were drawn. All else is that of a new network. Returns the names of
    /// these projections; none if one network comes from another template.
    pub fn rebuilt(&self, preset: &Preset) -> Result<(Self, Vec<String>), BuildError> {
        let mut trainer = Self::new(preset, Arc::clone(&self.data), self.seed, None)?;
        if self.setup.template() != trainer.setup.template() {
            return Ok((trainer, Vec::new()));
        }
        let same = drawn_alike(&trainer.spec, &self.spec);
        let mut before = self.network.twin();
        before.bring_weights_up_to_date();
        let kept = keep(&mut trainer.network, &trainer.spec, &same, |other| before.projections()[other].synapses.clone());
        let limits = |index: usize, spec: &crate::model::NetworkSpec| {
            let projection = &spec.projections[index];
            (projection.norm_mv, projection.cap_mv, projection.rule.as_ref().and_then(|rule| rule.value("w_max")))
        };
        if same.iter().any(|&(index, other)| limits(index, &trainer.spec) != limits(other, &self.spec)) {
            trainer.network.cap();
            trainer.network.scale_all();
        }
        if !kept.is_empty() {
            trainer.start = Some(trainer.save().into());
        }
        Ok((trainer, kept))
    }
}
