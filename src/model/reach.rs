//! Whether the input of a neuron can depolarise it to its threshold: bounds before a run, and means after one.

use super::counts::ProjectionCount;
use super::distribution::Distribution;
use super::fault::{entry, field};
use super::models::{LifCond, ModelSpec};
use super::remark::Remark;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::task::TaskSpec;
use super::wiring::Wiring;
use std::collections::BTreeSet;

/// Standard deviations above the mean that count as reachable: a normal variable exceeds 8 once in 10^15 trials.
const DEVIATIONS: f64 = 8.0;
/// Spikes that count as arriving together, where they are too rare for a normal distribution of the potential.
const TOGETHER: f64 = 4.0;

/// Bounds on the potential of a neuron without spikes of its own, for models with a fixed threshold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    rest_mv: f64,
    threshold_mv: f64,
    /// Depolarisation at the start.
    start_mv: f64,
    /// Mean depolarisation by the input.
    mean_mv: f64,
    /// Variance of the potential in mV².
    variance: f64,
    /// Largest depolarisation by one spike.
    spike_mv: f64,
    /// No input lifts the potential further above rest: the largest reversal potential.
    limit_mv: f64,
}

impl Reach {
    /// The largest depolarisation that can occur in practice, in mV above rest.
    fn most_mv(&self) -> f64 {
        (self.start_mv + self.mean_mv + DEVIATIONS * self.variance.sqrt() + TOGETHER * self.spike_mv).min(self.limit_mv)
    }

    fn is_enough(&self) -> bool {
        self.rest_mv + self.most_mv() >= self.threshold_mv
    }
}

impl PopulationSpec {
    /// Bounds without spikes from others; `None` for models without a fixed threshold.
    fn alone(&self) -> Option<Reach> {
        let (rest_mv, threshold_mv, ri_mv, sigma_mv) = match &self.model {
            ModelSpec::Lif(lif) => (lif.e_l_mv, lif.v_th_mv, lif.ri_mv, lif.sigma_mv),
            ModelSpec::LifCond(lif) => (lif.e_l_mv, lif.v_th_mv, lif.ri_mv, 0.0),
            _ => return None,
        };
        let highest = self.start.iter().filter(|(name, _)| name == "v").map(|(_, value)| span(value).1 - rest_mv);
        let start_mv = highest.fold(0.0, f64::max);
        let limit_mv = match &self.model {
            ModelSpec::LifCond(LifCond { e_exc_mv, e_inh_mv, .. }) => {
                [e_exc_mv - rest_mv, e_inh_mv - rest_mv, ri_mv].into_iter().fold(start_mv, f64::max)
            }
            _ => f64::INFINITY,
        };
        let (mean_mv, variance) = (ri_mv.max(0.0), sigma_mv * sigma_mv);
        Some(Reach { rest_mv, threshold_mv, start_mv, mean_mv, variance, spike_mv: 0.0, limit_mv })
    }

    /// Whether its own input, without spikes from others, can lift its potential from rest to a fixed threshold.
    pub(super) fn fires_alone(&self) -> bool {
        self.alone().is_some_and(|reach| Reach { start_mv: 0.0, ..reach }.is_enough())
    }
}

impl NetworkSpec {
    /// Bounds for a population that receives the spikes of `senders`; `None` where there is none, because the model has no fixed
    /// threshold or the rate of a sender is not known. Inhibition, which only lowers the potential, is left out.
    fn reach(&self, population: &PopulationSpec, senders: &BTreeSet<&str>) -> Option<Reach> {
        let mut reach = population.alone()?;
        let tau_ms = population.model.value("tau_m")?;
        let counts = self.counts();
        for (projection, count) in self.projections.iter().zip(&counts.projections) {
            if projection.to != population.name || !senders.contains(projection.from.as_str()) {
                continue;
            }
            let (low, high) = projection.span();
            if let Some((currents_mv, sd_mv)) = self.population(&projection.from).and_then(|from| from.model.current_range()) {
                let synapses = projection.most_onto_one(count);
                let highest = [low, high].iter().flat_map(|w| currents_mv.map(|current| w * current)).fold(0.0, f64::max);
                reach.mean_mv += synapses * highest;
                // sources can be the same for several synapses, and the membrane only lowers the variance
                reach.variance += (synapses * low.abs().max(high.abs()) * sd_mv).powi(2);
                reach.limit_mv += synapses * (highest + DEVIATIONS * low.abs().max(high.abs()) * sd_mv);
                continue;
            }
            let model = population.model.model();
            let effect_mv = [low, high].map(|weight| model.effect_mv(projection.receptor_name(), weight)).into_iter().fold(0.0, f64::max);
            if effect_mv == 0.0 {
                continue;
            }
            let from = self.population(&projection.from)?;
            let synapses = projection.most_onto_one(count);
            // synapses of one presynaptic neuron carry the same spikes
            let multiple = match &projection.wiring {
                Wiring::Explicit(_) => synapses,
                wiring if wiring.draws_partners() && projection.multapses => 1.0 + synapses / f64::from(from.size()),
                _ => 1.0,
            };
            match &from.model {
                ModelSpec::Poisson(poisson) => {
                    // Campbell's theorem for pulses; currents and conductances spread their effect, and vary less
                    let spikes = poisson.rate_hz * 1e-3 * synapses * tau_ms;
                    reach.mean_mv += spikes * effect_mv;
                    reach.variance += spikes * multiple * effect_mv * effect_mv / 2.0;
                    reach.spike_mv = reach.spike_mv.max(multiple * effect_mv);
                }
                ModelSpec::SpikeSource(source) => {
                    let highest = source.spikes_ms.iter().map(|train| pile(train, tau_ms)).fold(0.0, f64::max);
                    reach.mean_mv += highest * synapses * effect_mv;
                }
                _ => return None,
            }
        }
        Some(reach)
    }

    /// Whether the population called `name` can fire where it receives the spikes of `senders`; true where it is not known.
    pub(super) fn can_fire(&self, name: &str, senders: &BTreeSet<&str>) -> bool {
        let reach = self.population(name).and_then(|population| self.reach(population, senders));
        reach.is_none_or(|reach| reach.is_enough())
    }

    /// The remark on a population whose input from `senders`, or whose own, cannot lift it to its threshold.
    pub(super) fn out_of_reach(&self, population: &PopulationSpec, senders: &BTreeSet<&str>) -> Option<Remark> {
        let reach = self.reach(population, senders).filter(|reach| !reach.is_enough())?;
        if reach.mean_mv + reach.variance == 0.0 {
            return None;
        }
        let Reach { rest_mv, threshold_mv, mean_mv, .. } = reach;
        let (gap, mean, most) = (short(threshold_mv - rest_mv), short(mean_mv), short(reach.most_mv()));
        let message = format!(
            "no neuron fires: potentials are absolute, so that v_th = {} mV is {gap} mV above e_l = {} mV, and the input depolarises a neuron by at most {mean} mV on average and {most} mV in fluctuations; lower v_th, or raise rates, weights or ri",
            short(threshold_mv),
            short(rest_mv)
        );
        Some(Remark { path: field(&field(&entry("populations", &population.name), "model"), "v_th"), message })
    }

    /// Why the population called `name` did not fire while all populations had these mean rates in Hz: the remark on it, otherwise
    /// the mean depolarisation by its input at the initial weights. `None` for sources and for models without a fixed threshold.
    pub fn why_silent(&self, name: &str, task: &TaskSpec, rates_hz: &[f64]) -> Option<String> {
        let path = entry("populations", name);
        let own = |remark: &Remark| remark.path.strip_prefix(&path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if let Some(remark) = self.remarks(task).into_iter().find(own) {
            return Some(remark.message);
        }
        let population = self.population(name)?;
        let Reach { rest_mv, threshold_mv, .. } = population.alone()?;
        let tau_s = population.model.value("tau_m")? * 1e-3;
        let ri_mv = population.model.value("ri").unwrap_or(0.0);
        let (mut up, mut down) = (0.0, 0.0);
        for (projection, count) in self.projections.iter().zip(&self.counts().projections) {
            let from = self.populations.iter().position(|one| one.name == projection.from);
            let Some(rate_hz) = from.and_then(|from| rates_hz.get(from)).filter(|_| projection.to == name) else { continue };
            let effect = population.model.model().effect_mv(projection.receptor_name(), projection.weight.mean());
            let current = self.population(&projection.from).and_then(|from| from.model.current_range());
            let mean = match current {
                Some(([low, high], _)) => count.indegree * projection.weight.mean() * low.midpoint(high),
                None => rate_hz * count.indegree * effect * tau_s,
            };
            if mean < 0.0 { down += mean } else { up += mean }
        }
        let [gap, up, down, ri] = [threshold_mv - rest_mv, up, 0.0 - down, ri_mv].map(short);
        Some(format!(
            "v_th is {gap} mV above e_l, and the mean input of a neuron was {up} mV of excitation, {down} mV of inhibition and ri = {ri} mV"
        ))
    }
}

impl ProjectionSpec {
    /// Smallest and largest weight that a synapse can have, also by its rule.
    fn span(&self) -> (f64, f64) {
        let (low, high) = span(&self.weight);
        if !self.learns() {
            return (low, high);
        }
        let (least, most) = self.limits_mv();
        (low.min(least), high.max(most))
    }

    /// Synapses onto the neuron that has most of them, in practice.
    fn most_onto_one(&self, count: &ProjectionCount) -> f64 {
        match &self.wiring {
            Wiring::Probability(_) | Wiring::Outdegree(_) | Wiring::Shared { .. } => {
                count.indegree + DEVIATIONS * count.indegree.sqrt() + TOGETHER
            }
            Wiring::Explicit(pairs) => {
                let mut posts: Vec<u32> = pairs.iter().map(|(_, post)| *post).collect();
                posts.sort_unstable();
                posts.chunk_by(u32::eq).map(<[u32]>::len).max().unwrap_or(0) as f64
            }
            Wiring::AllToAll | Wiring::OneToOne | Wiring::Ring(_) | Wiring::Indegree(_) => count.indegree,
        }
    }
}

/// Smallest and largest value that can be drawn in practice.
fn span(value: &Distribution) -> (f64, f64) {
    match *value {
        Distribution::Normal { mean, sd } | Distribution::LogNormal { mean, sd } => (mean - DEVIATIONS * sd, mean + DEVIATIONS * sd),
        _ => value.limits().unwrap_or((f64::NEG_INFINITY, f64::INFINITY)),
    }
}

/// The largest sum of pulses of size 1 at these times that decay with `tau_ms`.
fn pile(times_ms: &[f64], tau_ms: f64) -> f64 {
    let (mut highest, mut sum, mut last) = (0.0_f64, 0.0, 0.0);
    for time in times_ms {
        sum = sum * libm::exp((last - time) / tau_ms) + 1.0;
        last = *time;
        highest = highest.max(sum);
    }
    highest
}

/// A number with at most one digit after the point.
fn short(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
