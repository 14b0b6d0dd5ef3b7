//! Learning rules.

use super::{Learning, Teaching};
use crate::engine::plasticity::{
    DelayedPairStdp, DopamineStdp, FilterStdp, PairStdp, PlasticityParams, PostTraceStdp, RMax, RStdp, Rule, ShortTermParams,
    SymmetricStdp, SynapticScaling, TripletStdp, WinnerStdp, WinnerTakeAll,
};
use crate::engine::projection::{Conv, Dense, Geometry, Sparse, Store, Synapses};
use crate::model::{Bounds, Credit, ModelSpec, NetworkSpec, Pairing, ProjectionSpec, RuleSpec, Target};
use crate::time::TimeGrid;

/// Parameters of the rule of a projection; `None` without a rule.
pub(super) fn plasticity_of(network: &NetworkSpec, projection: &ProjectionSpec, learning: &Learning) -> Option<PlasticityParams> {
    let params = plasticity(projection.rule.as_ref()?, learning);
    let tau_psp_ms = match network.population(&projection.to).map(|population| &population.model) {
        Some(ModelSpec::EscapeNoise(noise)) => (noise.tau_m_ms, noise.tau_syn_ms),
        _ => params.tau_psp_ms,
    };
    let is_negative = projection.rule.as_ref().is_some_and(|rule| rule.is_negative(projection.weight.mean()));
    Some(PlasticityParams { is_negative, tau_psp_ms, ..params })
}

/// Parameters of a rule, without those of its neurons.
pub fn plasticity(rule: &RuleSpec, learning: &Learning) -> PlasticityParams {
    let none = PlasticityParams::default();
    let (nearest, soft) = (|pairing| pairing == Pairing::Nearest, |bounds| bounds == Bounds::Soft);
    match rule {
        RuleSpec::PairStdp(p) => PlasticityParams {
            eta: learning.rate(p.eta),
            tau_plus_ms: p.tau_plus_ms,
            tau_minus_ms: p.tau_minus_ms,
            a_plus: p.a_plus,
            a_minus: p.a_minus,
            nearest: nearest(p.pairing),
            soft: soft(p.bounds),
            powers: Some((p.mu_plus, p.mu_minus)).filter(|&powers| powers != (1.0, 1.0)),
            w_max_mv: p.w_max_mv,
            ..none
        },
        RuleSpec::TripletStdp(p) => PlasticityParams {
            eta: learning.rate(p.eta),
            tau_plus_ms: p.tau_plus_ms,
            tau_minus_ms: p.tau_minus_ms,
            tau_x_ms: p.tau_x_ms,
            tau_y_ms: p.tau_y_ms,
            a_plus: p.a2_plus,
            a_minus: p.a2_minus,
            a3_plus: p.a3_plus,
            a3_minus: p.a3_minus,
            nearest: nearest(p.pairing),
            soft: soft(p.bounds),
            w_max_mv: p.w_max_mv,
            ..none
        },
        RuleSpec::InhibitoryStdp(p) => PlasticityParams {
            eta: learning.rate(p.eta_mv),
            tau_plus_ms: p.tau_ms,
            alpha: 2.0 * p.rho0_hz * 1e-3 * p.tau_ms,
            w_max_mv: p.w_max_mv,
            ..none
        },
        RuleSpec::SymmetricStdp(p) => {
            PlasticityParams { eta: learning.rate(p.eta_mv), tau_plus_ms: p.tau_ms, alpha: p.alpha, w_max_mv: p.w_max_mv, ..none }
        }
        RuleSpec::SynapticScaling(p) => PlasticityParams {
            tau_e_ms: p.tau_ms,
            tau_minus_ms: p.tau_rate_ms,
            rho0_hz: p.rho0_hz,
            sum_mv: (p.target == Target::Sum).then_some(p.sum_mv),
            interval_ms: p.interval_ms,
            w_max_mv: p.w_max_mv,
            ..none
        },
        RuleSpec::TsodyksMarkram(_) => none,
        RuleSpec::RStdp(p) => PlasticityParams {
            eta: learning.rate(p.eta),
            tau_plus_ms: p.tau_plus_ms,
            tau_minus_ms: p.tau_minus_ms,
            a_plus: p.a_plus,
            a_minus: p.a_minus,
            nearest: nearest(p.pairing),
            tau_e_ms: p.tau_e_ms,
            tau_d_ms: p.tau_d_ms,
            tonic: p.tonic,
            w_max_mv: p.w_max_mv,
            ..none
        },
        RuleSpec::Stdp(p) => PlasticityParams {
            eta: learning.rate(p.eta),
            tau_plus_ms: p.tau_plus_ms,
            nearest: nearest(p.pairing),
            soft: soft(p.bounds),
            w_max_mv: p.w_max_mv,
            ..none
        },
        RuleSpec::TrialRStdp(p) => PlasticityParams {
            eta: learning.rate(p.eta),
            tau_plus_ms: p.tau_plus_ms,
            tau_e_ms: p.tau_e_ms,
            nearest: nearest(p.pairing),
            soft: soft(p.bounds),
            w_max_mv: p.w_max_mv,
            ..none
        },
        RuleSpec::RMax(p) => {
            PlasticityParams { eta: learning.rate(p.eta), tau_e_ms: p.tau_e_ms, integral: p.credit == Credit::Integral, ..none }
        }
        RuleSpec::FilterStdp(p) => PlasticityParams { filter_eta: p.eta, filter_tau_ms: p.tau_ms, filter_reward: p.reward, ..none },
        RuleSpec::WinnerStdp(p) => PlasticityParams { filter_eta: p.eta, ..none },
        RuleSpec::WinnerRStdp(p) => PlasticityParams {
            eta: learning.rate(p.eta),
            a_plus: p.a_plus,
            a_minus: p.a_minus,
            a_punish: p.a_punish,
            w_min_mv: p.w_min_mv,
            w_max_mv: p.w_max_mv,
            ..none
        },
    }
}

/// Replace the rule of all-to-all synapses by a new one of the description.
pub(super) fn install_dense(
    synapses: &mut Synapses,
    network: &NetworkSpec,
    projection: &ProjectionSpec,
    learning: &Learning,
    grid: TimeGrid,
) {
    if let Synapses::Dense(Store { weights, rule }) = synapses {
        *rule = dense(network, projection, (weights.n_pre(), weights.n_post()), learning, grid);
    }
}

/// Replace the rule of shared filters by one that learns as `teaching` says.
pub(super) fn install_filters(
    synapses: &mut Synapses,
    network: &NetworkSpec,
    projection: &ProjectionSpec,
    (learning, teaching): (&Learning, Teaching),
    grid: TimeGrid,
) {
    if let Synapses::Shared(Store { weights, rule }) = synapses {
        *rule = shared(network, projection, (weights.geometry(), weights.channels()), (learning, teaching), grid);
    }
}

pub(super) fn dense(
    network: &NetworkSpec,
    projection: &ProjectionSpec,
    (n_pre, n_post): (usize, usize),
    learning: &Learning,
    grid: TimeGrid,
) -> Option<Box<dyn Rule<Dense>>> {
    let p = plasticity_of(network, projection, learning)?;
    match projection.rule.as_ref()? {
        RuleSpec::PairStdp(_) => Some(Box::new(PairStdp::new(n_pre, n_post, &p, grid))),
        RuleSpec::Stdp(_) => Some(Box::new(PostTraceStdp::new(n_pre, n_post, &p, grid))),
        RuleSpec::TrialRStdp(rule) => Some(Box::new(RStdp::new(n_pre, n_post, rule.classes as usize, &p, grid))),
        RuleSpec::RMax(rule) => Some(Box::new(RMax::new(n_pre, n_post, rule.classes as usize, &p, grid))),
        // other rules apply to lists of synapses or to filters
        _ => None,
    }
}

fn shared(
    network: &NetworkSpec,
    projection: &ProjectionSpec,
    (geometry, maps): (Geometry, usize),
    (learning, teaching): (&Learning, Teaching),
    grid: TimeGrid,
) -> Option<Box<dyn Rule<Conv>>> {
    let p = plasticity_of(network, projection, learning)?;
    match (projection.rule.as_ref()?, teaching) {
        (RuleSpec::FilterStdp(_), Teaching::Alone | Teaching::Rewarded) => {
            Some(Box::new(FilterStdp::new(geometry.inputs(), maps, teaching == Teaching::Rewarded, &p, grid)))
        }
        (RuleSpec::WinnerStdp(rule), Teaching::Alone) => {
            let competition = WinnerTakeAll { winners: rule.learners as usize, radius: rule.radius as usize };
            Some(Box::new(WinnerStdp::new(geometry, maps, competition, false, &p)))
        }
        (RuleSpec::WinnerRStdp(_), Teaching::Rewarded) => {
            Some(Box::new(WinnerStdp::new(geometry, maps, WinnerTakeAll { winners: 1, radius: 0 }, true, &p)))
        }
        (RuleSpec::RMax(rule), Teaching::Rewarded) => {
            Some(Box::new(RMax::at_sites(geometry.inputs(), (geometry.len(), maps), rule.classes as usize, &p, grid)))
        }
        _ => None,
    }
}

/// A new rule of a list of synapses; `None` for rules of matrices and filters.
pub fn sparse(rule: &RuleSpec, p: &PlasticityParams, synapses: &Sparse, grid: TimeGrid) -> Option<Box<dyn Rule<Sparse>>> {
    match rule {
        RuleSpec::PairStdp(_) => Some(Box::new(DelayedPairStdp::new(synapses, p, grid))),
        RuleSpec::TripletStdp(_) => Some(Box::new(TripletStdp::new(synapses, p, grid))),
        RuleSpec::InhibitoryStdp(_) | RuleSpec::SymmetricStdp(_) => Some(Box::new(SymmetricStdp::new(synapses, p, grid))),
        RuleSpec::SynapticScaling(_) => Some(Box::new(SynapticScaling::new(synapses, p, grid))),
        RuleSpec::RStdp(_) => Some(Box::new(DopamineStdp::new(synapses, p, grid))),
        // short-term plasticity is part of the projection, because it changes no weights
        RuleSpec::TsodyksMarkram(_)
        | RuleSpec::Stdp(_)
        | RuleSpec::TrialRStdp(_)
        | RuleSpec::RMax(_)
        | RuleSpec::FilterStdp(_)
        | RuleSpec::WinnerStdp(_)
        | RuleSpec::WinnerRStdp(_) => None,
    }
}

/// Short-term plasticity of a projection, if it has one.
pub fn short_term(projection: &ProjectionSpec) -> Option<ShortTermParams> {
    let Some(RuleSpec::TsodyksMarkram(p)) = &projection.rule else { return None };
    Some(ShortTermParams { u: p.u, tau_rec_ms: p.tau_rec_ms, tau_facil_ms: p.tau_facil_ms })
}
