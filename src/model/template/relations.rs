//! When a parameter has an effect beside the values of the others, and which values contradict each other. The panel of the
//! window, `params`, `--set`, sweeps and ablations ask here, and `tests/engine/effects.rs` compares the answer with what training
//! does.

use super::Condition;
use crate::params::{Idle, ParamError, ParamId as P, Params, Setup, Template};
use crate::time::TimeGrid;

pub(super) const LEARNS: Idle = Idle::Needs(&[(P::Rule, "other than none")]);
pub(super) const R_MAX: Idle = Idle::Needs(&[(P::Rule, "= r-max")]);
const CHANGED_IMAGES: Idle = Idle::Needs(&[(P::AugmentP, "above 0"), (P::Glances, "above 1")]);

/// Whether a choice is one of these.
pub(super) fn is(params: &Params, id: P, words: &[&str]) -> bool {
    words.contains(&params.choice(id))
}

/// Whether a number is above zero.
pub(super) fn has(params: &Params, id: P) -> bool {
    params.get(id) > 0.0
}

impl Params {
    /// Why `id` has no effect beside the other values; none where it has one. A change of another parameter may change that.
    pub fn idle(&self, id: P, setup: Setup) -> Option<Idle> {
        if !id.spec().belongs_to(setup) {
            return Some(Idle::Elsewhere(setup));
        }
        let of_template = |template: Template| {
            let mut conditions = template.spec().conditions(self, id);
            if setup.classifies() {
                conditions.extend(learning(self, id, template));
            }
            conditions
        };
        let adapts = (id != P::TauTheta || has(self, P::ThetaPlus), Idle::Needs(&[(P::ThetaPlus, "above 0")]));
        let conditions = setup.template().map(of_template).unwrap_or_default();
        conditions.into_iter().chain([adapts]).find(|(holds, _)| !holds).map(|(_, idle)| idle)
    }

    /// All contradictions between parameters.
    pub fn conflicts(&self, setup: Setup) -> Vec<ParamError> {
        let mut faults = setup.template().map(|template| template.spec().contradictions(self)).unwrap_or_default();
        if let Some(template) = setup.template().filter(|_| setup.classifies()) {
            faults.extend(misfits(self, template));
        }
        let grid = TimeGrid::new(self.get(P::Dt));
        let durations = [P::TRef, P::PresentMs, P::RestMs, P::Gate, P::RewardDelay, P::PairLag].map(P::spec);
        faults.extend(
            durations
                .into_iter()
                .filter(|spec| spec.belongs_to(setup))
                .filter_map(|spec| grid.steps(self.get(spec.id).abs()).err().map(|source| format!("{}: {source}", spec.name))),
        );
        faults.into_iter().map(ParamError::Conflict).collect()
    }
}

/// Rules, signals and durations that this readout cannot have.
fn misfits(params: &Params, template: Template) -> Vec<String> {
    let (spec, rule, modulator, mut faults) = (template.spec(), params.choice(P::Rule), params.choice(P::Modulator), Vec::new());
    if spec.races() {
        let [gate, present] = [P::Gate, P::PresentMs].map(|id| params.get(id));
        if gate >= present {
            faults.push(format!("gate = {gate} ms must be below present = {present} ms, the end of the presentation"));
        }
    }
    if !spec.rules().contains(&rule) {
        faults.push(format!("rule = {rule} does not apply to the template {}; allowed: {}", template.name(), spec.rules().join(", ")));
    }
    if !spec.races() && matches!(modulator, "minus own probability" | "over own doubt") {
        faults.push(format!("modulator = {modulator} requires escape-noise output neurons, that is, the template Features or Deep"));
    }
    if !spec.races() && modulator == "label (comparison)" && (rule != "r-stdp" || params.choice(P::Readout) != "class pools") {
        faults.push(
            "modulator = label (comparison) requires rule = r-stdp and readout = class pools, so that neurons have classes from the start"
                .to_owned(),
        );
    }
    faults
}

/// Parameters of every template that learns to classify.
fn learning(params: &Params, id: P, template: Template) -> Vec<Condition> {
    let spec = template.spec();
    let learns = (!is(params, P::Rule, &["none"]), LEARNS);
    let rewarded = spec.rewarded(params);
    // with first-spike readout and the label as signal, what is learnt does not depend on the reward
    let told = is(params, P::Modulator, &["label (comparison)"]);
    let heard = (!(spec.races() && told), Idle::Needs(&[(P::Modulator, "other than label (comparison)")]));
    let paid = is(params, P::RewardMode, &["automatic", "inverted", "shuffled"]);
    let automatic = (paid, Idle::Needs(&[(P::RewardMode, "= automatic, inverted or shuffled")]));
    match id {
        P::AugmentShift | P::AugmentTurn | P::AugmentScale | P::AugmentWarp => {
            vec![(has(params, P::AugmentP) || params.get(P::Glances) > 1.0, CHANGED_IMAGES)]
        }
        P::Eta | P::EtaFinal | P::EtaBoost | P::Average => vec![learns],
        P::Schedule => vec![learns, (params.get(P::EtaFinal) != 1.0, Idle::Needs(&[(P::EtaFinal, "other than 1")]))],
        P::RewardMode => vec![rewarded, heard],
        P::RewardRight | P::RewardWrong | P::RewardNoise => vec![rewarded, heard, automatic],
        P::RewardRate => {
            let means: &[&str] = &["minus running mean", "minus prediction", "sign", "label (comparison)"];
            // what a race expects of an image without an answer is the mean; only these learn from such an image
            let unanswered = (is(params, P::Rule, &["r-max"]) && is(params, P::CreditKind, &["integral"]))
                || (P::FilterReward.spec().belongs_to(Setup::Template(template)) && has(params, P::FilterReward));
            let own = is(params, P::Modulator, &["minus own probability", "over own doubt"]) && unanswered;
            let needs = Idle::Needs(&[(P::Modulator, "= minus running mean, minus prediction or sign")]);
            vec![rewarded, heard, (is(params, P::Modulator, means) || own, needs)]
        }
        P::TauE if spec.races() => vec![rewarded, (has(params, P::RewardDelay), Idle::Needs(&[(P::RewardDelay, "above 0")]))],
        P::BoostImages => vec![learns, (params.get(P::EtaBoost) > 1.0, Idle::Needs(&[(P::EtaBoost, "above 1")]))],
        P::Modulator | P::TauE => vec![rewarded],
        P::CreditKind => vec![(is(params, P::Rule, &["r-max"]), R_MAX)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicting_values_are_all_reported_at_once() {
        let mut params = Params::default();
        params.set(P::VReset, -40.0).unwrap();
        params.set(P::TRef, 0.5).unwrap();
        assert_eq!(params.conflicts(Setup::Template(Template::Competing)).len(), 2);
    }
}
