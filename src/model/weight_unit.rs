//! The unit of weights: that of the receptor where they act, mV for currents and nS for conductances; none for the factors of currents
//! from sources. Fields of projections and rules
//! that hold weights are declared in mV; everything that reads, checks or shows them takes the unit from here.

use super::distribution::Distribution;
use super::field::Field;
use super::models::ModelSpec;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};

/// The unit in which fields that hold weights are declared.
const DECLARED: &str = "mV";

impl Field {
    /// This field of a projection or rule whose weights have this unit.
    pub(crate) fn with_weights_in(self, unit: &'static str) -> Self {
        if self.unit == DECLARED { Self { unit, ..self } } else { self }
    }
}

impl ModelSpec {
    /// The unit of weights at a receptor; without a name, at those that the sign of a weight chooses.
    pub fn weight_unit(&self, receptor: Option<&str>) -> &'static str {
        let named = self.receptors().iter().find(|one| Some(one.name) == receptor);
        named.or(self.receptors().first()).map_or(DECLARED, |one| one.unit)
    }
}

impl NetworkSpec {
    /// The unit of the weights of a projection: that of its receptor.
    pub fn weight_unit(&self, projection: &ProjectionSpec) -> &'static str {
        unit_among(&self.populations, projection)
    }
}

/// The unit of the weights of a projection onto one of these populations.
pub(super) fn unit_among(populations: &[PopulationSpec], projection: &ProjectionSpec) -> &'static str {
    let named = |name: &str| populations.iter().find(|population| population.name == name);
    if named(&projection.from).is_some_and(|from| from.model.emits_current()) {
        return "";
    }
    named(&projection.to).map_or(DECLARED, |to| to.model.weight_unit(projection.receptor.as_deref()))
}

impl ProjectionSpec {
    /// After a change of the model that it reaches: if the unit of its weights is another one, they and all that limits them are
    /// converted, so that a spike has the same effect at rest. Values that the new model cannot have stay as they are.
    pub(super) fn convert_weights(&mut self, before: &ModelSpec, after: &ModelSpec) {
        let receptor = self.receptor.clone();
        if before.weight_unit(receptor.as_deref()) == after.weight_unit(receptor.as_deref()) {
            return;
        }
        let effect = |model: &ModelSpec| model.model().effect_mv(self.receptor_name(), 1.0).abs();
        let (old, new) = (effect(before), effect(after));
        if old <= 0.0 || new <= 0.0 {
            return;
        }
        let convert = |value: f64| format!("{:.4e}", value * old / new).parse().unwrap_or(value);
        self.weight = match self.weight {
            Distribution::Constant(value) => Distribution::Constant(convert(value)),
            Distribution::Uniform { low, high } => Distribution::Uniform { low: convert(low), high: convert(high) },
            Distribution::Normal { mean, sd } => Distribution::Normal { mean: convert(mean), sd: convert(sd) },
            Distribution::LogNormal { mean, sd } => Distribution::LogNormal { mean: convert(mean), sd: convert(sd) },
            filters @ (Distribution::Gabor | Distribution::Noise) => filters,
        };
        self.norm_mv = self.norm_mv.map(convert);
        self.cap_mv = self.cap_mv.map(convert);
        let Some(rule) = &mut self.rule else { return };
        for (index, field) in rule.fields().iter().enumerate().filter(|(_, field)| field.unit == DECLARED) {
            let value = convert(rule.record_mut().value(index));
            if field.domain.admits(value) {
                rule.record_mut().set_value(index, value);
            }
        }
    }
}
