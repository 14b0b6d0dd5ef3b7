//! Projections that transmit a current: those of sources of currents. Their weights are factors without a unit, they have no delay, and
//! the current adds to `ri` of the neurons instead of arriving at a receptor.

use super::fault::{Faults, entry, field, quoted};
use super::models::ModelSpec;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::wiring::Wiring;

impl ModelSpec {
    /// Whether its neurons are sources of currents, which fire no spikes.
    pub fn emits_current(&self) -> bool {
        self.model().emits_current()
    }

    /// The smallest and the largest mean of a source's current over time while it lasts, and the standard deviation, in mV.
    pub(super) fn current_range(&self) -> Option<([f64; 2], f64)> {
        match self {
            Self::StepCurrent(step) => Some(([step.ri_mv, step.ri_mv], 0.0)),
            Self::RampCurrent(ramp) => Some(([ramp.from_mv, ramp.to_mv], 0.0)),
            Self::NoiseCurrent(noise) => Some(([noise.mean_mv, noise.mean_mv], noise.sd_mv)),
            _ => None,
        }
    }

    /// Whether its neurons receive currents.
    pub fn receives_current(&self) -> bool {
        self.model().receives_current()
    }
}

impl NetworkSpec {
    /// Whether a projection transmits a current instead of spikes.
    pub fn is_current(&self, projection: &ProjectionSpec) -> bool {
        self.population(&projection.from).is_some_and(|from| from.model.emits_current())
    }

    /// Whether what a projection transmits acts in the step in which it is generated: the spikes of an image, and currents.
    pub(super) fn acts_at_once(&self, projection: &ProjectionSpec) -> bool {
        self.is_of_image(projection) || self.is_current(projection)
    }

    /// Currents belong to free runs: their times are those of the run.
    pub(super) fn check_currents(&self, faults: &mut Faults) {
        let sources = self.populations.iter().filter(|population| population.model.emits_current());
        for population in sources.filter(|_| self.image().is_some()) {
            let place = field(&entry("populations", &population.name), "model");
            faults.at(&place, format!("{} needs a free run; remove it, or the population of images", population.model.name()));
        }
    }
}

impl ProjectionSpec {
    /// What a projection that transmits a current cannot have.
    pub(super) fn check_current(&self, to: Option<&PopulationSpec>, path: &str, faults: &mut Faults) {
        if let Some(to) = to.filter(|to| !to.model.receives_current()) {
            let names = ModelSpec::NAMES.iter().filter(|name| ModelSpec::named(name).is_some_and(|model| model.receives_current()));
            let names = names.copied().collect::<Vec<_>>().join(", ");
            let message = format!(
                "{} has the model {}, which receives no currents; choose a population of one of the models {names}",
                quoted(&to.name),
                to.model.name()
            );
            faults.at(&field(path, "to"), message);
        }
        let parts = [
            ("receptor", self.receptor.is_some(), "a current adds to ri, at no receptor; remove it"),
            ("rule", self.rule.is_some(), "a current has no spikes from which a rule could learn; remove it"),
            ("pooling", self.pooling.is_some(), "a current has no spikes to pool; remove it"),
            ("norm", self.norm_mv.is_some(), "the weights of a current are factors, whose sum is not kept; remove it"),
            ("wiring", matches!(self.wiring, Wiring::Shared { .. }), "filters transmit no currents; choose another wiring"),
        ];
        for (name, _, message) in parts.iter().filter(|(name, given, _)| *given && !faults.within(&field(path, name))).collect::<Vec<_>>() {
            faults.at(&field(path, name), *message);
        }
    }
}
