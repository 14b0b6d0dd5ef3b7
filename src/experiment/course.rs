//! The course of training: stages in which hidden layers learn, the rule of the outputs, and the schedule of learning rates.

use crate::lower::{Learning, Teaching};
use crate::model::{NetworkSpec, RuleSpec, Stage};
use crate::params::{ParamId as P, Params};

/// Images of all stages before the outputs learn.
pub(super) fn length(stages: &[Stage]) -> u64 {
    stages.iter().fold(0, |sum: u64, stage| sum.saturating_add(stage.images))
}

/// Images of the stages in which only filters learn.
pub(super) fn waits(stages: &[Stage]) -> u64 {
    stages.iter().filter(|stage| stage.rule.is_none()).fold(0, |sum: u64, stage| sum.saturating_add(stage.images))
}

/// The stage after `images` images: hidden layers learn one after the other, then the outputs.
pub(super) fn stage(stages: &[Stage], images: u64) -> u8 {
    let mut left = images;
    let mut reached = 0;
    for stage in stages {
        let Some(rest) = left.checked_sub(stage.images) else { break };
        (left, reached) = (rest, reached + 1);
    }
    reached
}

/// How the filters of every projection learn in a stage.
pub(super) fn teaching(network: &NetworkSpec, stages: &[Stage], stage: u8) -> Vec<Teaching> {
    let learnt = stages.get(usize::from(stage)).map_or(&[][..], |stage| &stage.projections);
    let last = usize::from(stage) == stages.len();
    let taught = |name: &String, rule: &Option<RuleSpec>| match rule {
        Some(RuleSpec::FilterStdp(_) | RuleSpec::WinnerStdp(_)) if learnt.contains(name) => Teaching::Alone,
        Some(RuleSpec::FilterStdp(rule)) if last && rule.reward > 0.0 => Teaching::Rewarded,
        Some(RuleSpec::RMax(_) | RuleSpec::WinnerRStdp(_)) if last => Teaching::Rewarded,
        _ => Teaching::Fixed,
    };
    network.projections.iter().map(|projection| taught(&projection.name, &projection.rule)).collect()
}

/// The factors of the learning rates of an image: those of the schedule over `span` images of which `done` are done.
pub(super) fn factors(params: &Params, done: f64, span: u64) -> (f64, f64) {
    let progress = (done / span.max(1) as f64).min(1.0);
    let kept = match params.choice(P::Schedule) {
        "linear" => 1.0 + (params.get(P::EtaFinal) - 1.0) * progress,
        _ => libm::pow(params.get(P::EtaFinal), progress),
    };
    (kept, 1.0 + (params.get(P::EtaBoost) - 1.0) * libm::exp(-done / params.get(P::BoostImages)))
}

/// What learns in a stage, with learning rates times these factors.
pub(super) fn learning(network: &NetworkSpec, stages: &[Stage], stage: u8, (kept, boost): (f64, f64)) -> Learning {
    Learning { kept, boost, filters: teaching(network, stages, stage) }
}
