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

    /// Mean current of a source from one time to another, in mV; `None` of other models. That of noise is the expected one.
    pub fn mean_current_mv(&self, from_ms: f64, to_ms: f64) -> Option<f64> {
        let within = |start: f64, stop: f64| (from_ms.max(start), to_ms.min(stop));
        let length = (to_ms - from_ms).max(f64::MIN_POSITIVE);
        match self {
            Self::StepCurrent(step) => {
                let (from, to) = within(step.start_ms, step.stop_ms);
                Some(step.ri_mv * (to - from).max(0.0) / length)
            }
            Self::RampCurrent(ramp) => {
                let (from, to) = within(ramp.start_ms, ramp.stop_ms);
                let at = |ms: f64| ramp.from_mv + (ramp.to_mv - ramp.from_mv) * (ms - ramp.start_ms) / (ramp.stop_ms - ramp.start_ms);
                Some(if to > from { 0.5 * (at(from) + at(to)) * (to - from) / length } else { 0.0 })
            }
            Self::NoiseCurrent(noise) => Some(noise.mean_mv),
            _ => None,
        }
    }

    /// The unit of the currents that its neurons receive: that of a rate of change where the model has no leak.
    pub fn current_unit(&self) -> &'static str {
        if matches!(self, Self::Izhikevich(_)) { "mV/ms" } else { "mV" }
    }

    /// Whether its neurons receive currents.
    pub fn receives_current(&self) -> bool {
        self.model().receives_current()
    }
}

impl NetworkSpec {
    /// The populations that fire, with their indices: all but sources of currents.
    pub fn firing(&self) -> impl Iterator<Item = (usize, &PopulationSpec)> {
        self.populations.iter().enumerate().filter(|(_, population)| !population.model.emits_current())
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NoiseCurrent, RampCurrent, StepCurrent};

    #[test]
    fn mean_of_a_current_is_its_integral_over_the_time() {
        let step = ModelSpec::StepCurrent(StepCurrent { ri_mv: 20.0, start_ms: 100.0, stop_ms: 600.0 });
        let ramp = ModelSpec::RampCurrent(RampCurrent { from_mv: 10.0, to_mv: 30.0, start_ms: 100.0, stop_ms: 300.0 });
        let noise = ModelSpec::NoiseCurrent(NoiseCurrent { mean_mv: 3.0, ..NoiseCurrent::default() });
        let mean = |model: &ModelSpec, from, to| model.mean_current_mv(from, to).unwrap();
        for (from, to, wanted) in [(0.0, 1000.0, 10.0), (0.0, 200.0, 10.0), (200.0, 400.0, 20.0), (600.0, 700.0, 0.0), (0.0, 100.0, 0.0)] {
            assert!((mean(&step, from, to) - wanted).abs() < 1e-12, "step from {from} to {to} ms");
        }
        // the whole ramp has the mean 20 mV; its first half 15 mV
        for (from, to, wanted) in [(100.0, 300.0, 20.0), (100.0, 200.0, 15.0), (0.0, 200.0, 7.5), (200.0, 400.0, 12.5), (400.0, 500.0, 0.0)]
        {
            assert!((mean(&ramp, from, to) - wanted).abs() < 1e-12, "ramp from {from} to {to} ms");
        }
        assert_eq!((mean(&noise, 0.0, 1.0), ModelSpec::named("Lif").unwrap().mean_current_mv(0.0, 1.0)), (3.0, None));
    }
}
