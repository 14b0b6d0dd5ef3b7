//! Values that fit: of a projection between two populations, of another wiring, rule or distribution.

use super::super::distribution::Distribution;
use super::super::models::ModelSpec;
use super::super::rules::RuleSpec;
use super::super::shape::Shape;
use super::super::spec::{PopulationSpec, ProjectionSpec};
use super::super::wiring::Wiring;

/// The weight of a new projection in mV, onto neurons whose potential a spike changes at once and which decays with `TAU_M_MS`.
pub(super) const WEIGHT: Distribution = Distribution::Constant(1.0);
const TAU_M_MS: f64 = 20.0;
/// The time constant near rest of models without `tau_m`: that of Izhikevich neurons, 1/(5 - 2 · 0.04 · 65).
const NEAR_REST_MS: f64 = 5.0;
/// Weights of new filters (Mozafari et al. 2019).
const FILTERS: Distribution = Distribution::Normal { mean: 0.8, sd: 0.05 };
/// Synapses between all neurons of new projections, at most.
const ALL: u64 = 10_000;
/// Synapses of a new projection with the wiring of another, at most.
const MANY: f64 = 5e6;
/// Synapses onto a neuron of a projection with more.
const DEGREE: u32 = 100;
/// The mean potential above rest in mV that a new projection from a Poisson source causes, above the usual threshold of 15 mV, and the
/// most that one of its spikes does: at a low rate every spike fires the neuron.
const DRIVE_MV: f64 = 20.0;
const MOST_MV: f64 = 30.0;
/// The delay of a new projection in ms.
const DELAY_MS: f64 = 1.0;

/// New projections from `from` onto `to`, those first that fit best.
pub(super) fn projections(name: &str, from: &PopulationSpec, to: &PopulationSpec, dt_ms: f64) -> Vec<ProjectionSpec> {
    let of_image = matches!(from.model, ModelSpec::Image(_));
    let current = from.model.emits_current();
    let delay = Distribution::Constant(if of_image || current { 0.0 } else { on_grid(DELAY_MS, dt_ms) });
    let bare = |weight, wiring| ProjectionSpec {
        from: from.name.clone(),
        to: to.name.clone(),
        weight,
        delay,
        ..ProjectionSpec::new(name, wiring)
    };
    let pairs = u64::from(from.size()) * u64::from(to.size());
    let degree = Wiring::Indegree(DEGREE.min(from.partners(from.name == to.name)));
    if current {
        // noise of its own for each neuron where the sizes allow it
        let wiring = if from.size() == to.size() { Wiring::OneToOne } else { Wiring::AllToAll };
        return vec![bare(WEIGHT, wiring)];
    }
    let plain = match &from.model {
        // neurons with the same input would fire in unison
        ModelSpec::Poisson(_) if from.size() == to.size() => Wiring::OneToOne,
        ModelSpec::Poisson(_) => Wiring::Indegree(DEGREE.min(from.size().div_ceil(10))),
        _ if pairs <= ALL || of_image => Wiring::AllToAll,
        _ => degree,
    };
    let shared = shared(from, to).map(|wiring| bare(FILTERS, wiring));
    let sites = matches!(to.model, ModelSpec::SiteLif(_));
    let (first, last): (Vec<_>, Vec<_>) = if sites { (shared.collect(), Vec::new()) } else { (Vec::new(), shared.collect()) };
    // the spikes of any new projection have the same effect in the mean, also where currents or conductances decay
    let gain = to.model.model().effect_mv("excitatory", 1.0) * to.model.value("tau_m").unwrap_or(NEAR_REST_MS) / TAU_M_MS;
    let per_spike = match &from.model {
        ModelSpec::Poisson(source) => {
            let hz = plain.synapses(from.size(), to.size(), false) / f64::from(to.size().max(1)) * source.rate_hz;
            (DRIVE_MV / (hz * 1e-3 * TAU_M_MS)).min(MOST_MV)
        }
        _ => WEIGHT.mean(),
    };
    let weight = format!("{:.1e}", per_spike / gain).parse().unwrap_or_default();
    let weight = if (1e-3..=1e3).contains(&weight) { Distribution::Constant(weight) } else { WEIGHT };
    first.into_iter().chain([bare(weight, plain)]).chain(last).collect()
}

/// A new projection with what fits of another: its wiring, weights and delays, or only its weights and delays. `same` says whether
/// its weights mean the same, because the models of the targets are equal.
pub(super) fn alike(
    new: &ProjectionSpec,
    like: &ProjectionSpec,
    (from, to): (&PopulationSpec, &PopulationSpec),
    same: bool,
) -> Vec<ProjectionSpec> {
    let sign = like.weight.mean().signum();
    let at_once = matches!(from.model, ModelSpec::Image(_)) || from.model.emits_current();
    let filters = |one: &ProjectionSpec| matches!(one.wiring, Wiring::Shared { .. });
    if at_once || like.delay.constant() == Some(0.0) || filters(new) || filters(like) {
        return Vec::new();
    }
    let valued = ProjectionSpec {
        weight: if same { like.weight } else { Distribution::Constant(sign * new.weight.mean().abs()) },
        delay: like.delay,
        receptor: like.receptor.clone().filter(|_| same),
        ..new.clone()
    };
    let itself = from.name == to.name;
    let rewired = ProjectionSpec {
        wiring: like.wiring.clone(),
        multapses: like.multapses,
        self_connections: like.self_connections && itself,
        ..valued.clone()
    };
    let synapses = rewired.wiring.synapses(from.size(), to.size(), itself);
    let fits = !matches!(like.wiring, Wiring::Explicit(_)) && synapses <= MANY;
    // the weight of noise is chosen for the number of its synapses
    let keeps_weight = !from.is_noise() || new.wiring == like.wiring;
    std::iter::once(rewired).filter(|_| fits).chain(Some(valued).filter(|_| keeps_weight)).collect()
}

/// Wirings of this kind in place of that of `own`, those first that keep most.
pub(super) fn wirings(kind: &str, own: &ProjectionSpec, from: Option<&PopulationSpec>, to: Option<&PopulationSpec>) -> Vec<Wiring> {
    let itself = own.leaves_out_self();
    let [sources, targets] = [from, to].map(|population| population.map_or(1, |population| population.partners(itself)));
    let [rows, columns] = [from, to].map(|population| population.map_or(1, PopulationSpec::size));
    let synapses = match &own.wiring {
        Wiring::Shared { .. } => f64::INFINITY,
        wiring => wiring.synapses(rows, columns, itself),
    };
    // the number of synapses stays, of all-to-all and filters a useful one is taken
    let thin = synapses.is_finite() && !matches!(own.wiring, Wiring::AllToAll);
    let degree = |of: u32, most: u32| {
        let kept = (synapses / f64::from(of.max(1))).round().clamp(1.0, f64::from(most)) as u32;
        if thin { kept } else { DEGREE.min(most) }
    };
    match kind {
        "AllToAll" => vec![Wiring::AllToAll],
        "OneToOne" => vec![Wiring::OneToOne],
        "Probability" => {
            let kept = synapses / (f64::from(rows) * f64::from(targets));
            vec![Wiring::Probability(if thin { rounded(kept.clamp(0.0, 1.0)) } else { 0.1 })]
        }
        "Indegree" => vec![Wiring::Indegree(degree(columns, sources))],
        "Outdegree" => vec![Wiring::Outdegree(degree(rows, targets))],
        "Ring" => vec![Wiring::Ring((degree(rows, targets) / 2).min(rows.saturating_sub(1) / 2))],
        "Explicit" => {
            let next = |neuron: u32| if itself { (neuron + 1) % columns.max(1) } else { neuron };
            vec![Wiring::Explicit((0..rows.min(columns).min(DEGREE)).map(|neuron| (neuron, next(neuron))).collect())]
        }
        _ => {
            let mut fitting: Vec<Wiring> = from.zip(to).into_iter().flat_map(|(from, to)| shared(from, to)).collect();
            fitting.push(Wiring::Shared { size: 5, stride: 1, pad: 2 });
            fitting
        }
    }
}

/// Filters that make the sites of `to`, those of usual size first.
fn shared(from: &PopulationSpec, to: &PopulationSpec) -> impl Iterator<Item = Wiring> {
    let (from, to) = (from.shape, to.shape);
    let sized = [5, 3, 7, 9, 2, 4, 6, 8, 1].into_iter();
    let all = sized.flat_map(|size: u32| {
        let pads = std::iter::once(size / 2).chain(std::iter::once(0).filter(move |_| size > 1));
        pads.flat_map(move |pad| (1..=4).map(move |stride| Wiring::Shared { size, stride, pad }))
    });
    all.filter(move |wiring| {
        let (Shape::Grid { .. }, Shape::Grid { width, height, .. }) = (from, to) else { return false };
        ProjectionSpec::new("", wiring.clone()).sites(from) == Some((width, height))
    })
}

/// Part of the limit of a rule above which the mean of the weights is near the limit.
const NEAR_LIMIT: f64 = 0.8;
/// Fields whose size means something else in each rule.
const OF_ONE_RULE: [&str; 3] = ["eta", "a_plus", "a_minus"];

/// A rule for this projection: it has the time constants and choices of the former rule, and a limit that the weights do not reach yet,
/// so that they can grow.
pub(super) fn rule(mut rule: RuleSpec, own: &ProjectionSpec) -> RuleSpec {
    let (low, high) = own.weight.limits().unwrap_or_else(|| (own.weight.mean(), own.weight.mean()));
    let high = if rule.is_negative(own.weight.mean()) { -low } else { high };
    for (index, field) in rule.fields().iter().enumerate() {
        let former = own.rule.as_ref().filter(|_| !OF_ONE_RULE.contains(&field.name)).and_then(|rule| rule.value(field.name));
        let former = former.filter(|value| field.domain.admits(*value));
        let value = former.or_else(|| rule.value(field.name)).unwrap_or(field.default);
        let limits = field.name == "w_max" && own.norm_mv.is_none();
        let roomy = if own.weight.mean().abs() > NEAR_LIMIT * value { 2.0 * high } else { high };
        let wide = if limits && field.domain.admits(roomy) { value.max(rounded(roomy)) } else { value };
        rule.record_mut().set_value(index, wide);
    }
    rule
}

/// A distribution of another kind with the same mean, or within a usual range; of a delay with the time step in ms.
pub(super) fn of_kind(value: Distribution, kind: &str, delay: Option<f64>, range: Option<(f64, f64)>) -> Result<Distribution, String> {
    use Distribution as D;
    let mean = match value {
        // filters have the mean 0, which would be no synapse
        D::Gabor | D::Noise => WEIGHT.mean(),
        value => value.mean(),
    };
    let sd = match value {
        D::Normal { sd, .. } | D::LogNormal { sd, .. } if sd > 0.0 => sd,
        D::Uniform { low, high } if high > low => (high - low) / 4.0,
        D::Constant(_) if range.is_some() => range.map_or(0.1, |(low, high)| (high - low) / 10.0),
        _ if mean == 0.0 => 0.1,
        _ => 0.1 * mean.abs(),
    };
    Ok(match kind {
        "Constant" => D::Constant(rounded(delay.map_or(mean, |dt_ms| on_grid(mean, dt_ms)))),
        "Uniform" if range.is_some() && matches!(value, D::Constant(_)) => {
            let (low, high) = range.unwrap_or_default();
            D::Uniform { low, high }
        }
        "Uniform" => {
            let low = delay.map_or(mean - 2.0 * sd, |dt_ms| (mean - 2.0 * sd).max(dt_ms));
            D::Uniform { low: rounded(low), high: rounded((mean + 2.0 * sd).max(low)) }
        }
        "Normal" => D::Normal { mean: rounded(mean), sd: rounded(sd) },
        // a mean of 0 has no lognormal distribution
        "LogNormal" => D::LogNormal { mean: rounded(if mean == 0.0 { WEIGHT.mean() } else { mean }), sd: rounded(sd) },
        "Gabor" => D::Gabor,
        "Noise" => D::Noise,
        _ => return Err(super::unknown("distribution", kind, D::KINDS)),
    })
}

/// The whole number of steps next to a time, at least one.
fn on_grid(ms: f64, dt_ms: f64) -> f64 {
    if dt_ms > 0.0 { rounded((ms / dt_ms).round().max(1.0) * dt_ms) } else { ms }
}

/// Nine digits: sums of decimal fractions have none beyond that.
fn rounded(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}
