//! Names and values of a described network that learns from images: those of its description.

use super::{LinkView, NetworkView, PartView};
use crate::model::{Distribution, ModelSpec, NetworkSpec, RuleSpec};

/// Give the parts and projections of `view` the names, models, rules and values of `spec`. The image comes first, the other
/// populations and the projections are in the order of the description, and inhibition follows the projections.
pub(super) fn describe(view: &mut NetworkView, spec: &NetworkSpec) {
    let (image, others): (Vec<_>, Vec<_>) = spec.populations.iter().partition(|population| matches!(population.model, ModelSpec::Image(_)));
    for (part, population) in view.parts.iter_mut().zip(image.into_iter().chain(others.iter().copied())) {
        let model = match population.model {
            ModelSpec::Image(_) => format!("{} code", population.model.choice("code")),
            _ => population.model.name().to_owned(),
        };
        // the quantities of the description stand for a group of parameters
        *part = PartView { name: population.name.clone(), model, group: "", ..part.clone() };
    }
    let links = spec.projections.len().min(view.links.len());
    let (projections, inhibition) = view.links.split_at_mut(links);
    for (link, projection) in projections.iter_mut().zip(&spec.projections) {
        link.rule = projection.rule.as_ref().map(|rule| rule.name().to_owned());
        link.delay = projection.delay;
        link.weight = Some((projection.weight, spec.weight_unit(projection)));
        link.modulated = projection.rule.as_ref().is_some_and(is_modulated);
    }
    for (link, population) in inhibition.iter_mut().zip(others) {
        inhibit(link, &population.model, spec.dt_ms);
    }
}

/// Whether the neuromodulator changes weights by this rule.
fn is_modulated(rule: &RuleSpec) -> bool {
    let filters = matches!(rule, RuleSpec::FilterStdp(_)) && rule.value("reward").is_some_and(|rate| rate > 0.0);
    filters || matches!(rule, RuleSpec::RStdp(_) | RuleSpec::TrialRStdp(_) | RuleSpec::RMax(_) | RuleSpec::WinnerRStdp(_))
}

/// The inhibition among the neurons of a population.
fn inhibit(link: &mut LinkView, model: &ModelSpec, dt_ms: f64) {
    let value = |name: &str| model.value(name).unwrap_or_default();
    let (kind, delay_ms) = match model {
        ModelSpec::CompetingLif(_) => (format!("inhibition {} mV", value("inhibition")), dt_ms),
        ModelSpec::SiteLif(_) => (format!("inhibition: {} per site", value("winners")), 0.0),
        _ => return,
    };
    link.kind = kind;
    link.delay = Distribution::Constant(delay_ms);
}
