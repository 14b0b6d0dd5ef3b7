//! Remarks on networks that are valid but in which something has no effect, or makes neurons copies of each other.

use super::distribution::Distribution;
use super::fault::{entry, field};
use super::models::ModelSpec;
use super::rules::{Bounds, RuleSpec};
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::task::{Classify, TaskSpec};
use super::wiring::Wiring;
use crate::params::ParamId;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// Something in a valid network that has no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Where: the path of the field in the file, as `projections."E->I".weight`.
    pub path: String,
    /// What has no effect, and the remedy.
    pub message: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl NetworkSpec {
    /// What has no effect in this network, which has no faults, with this task.
    pub fn remarks(&self, task: &TaskSpec) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let mut at = |path: String, message: &str| remarks.push(Remark { path, message: message.to_owned() });
        for projection in &self.projections {
            let path = entry("projections", &projection.name);
            if !projection.has_synapses() {
                at(field(&path, "wiring"), "it makes no synapses; choose a larger number");
            } else if projection.is_zero() && !projection.learns() {
                at(field(&path, "weight"), "its weights are 0 and no rule changes them, so that it has no effect; choose a weight");
            }
            if let Some(message) = projection.idle_rule(task) {
                at(field(&path, "rule"), message);
            }
            if let Some(RuleSpec::PairStdp(rule)) = &projection.rule
                && rule.bounds == Bounds::Hard
                && (rule.mu_plus, rule.mu_minus) != (1.0, 1.0)
            {
                at(field(&path, "rule"), "mu_plus and mu_minus have no effect with hard bounds; remove them or choose soft bounds");
            }
        }
        let readout = self.readout(task);
        if let (TaskSpec::Classify(_), Some(image), Some(readout)) = (task, self.image(), readout) {
            if !self.projections.iter().any(|one| one.rule.is_some() && one.idle_rule(task).is_none()) {
                at("projections".to_owned(), "no projection learns; give one a rule that has an effect, for example rule: TrialRStdp()");
            }
            if !self.reached([image.name.as_str()].into()).contains(readout.name.as_str()) {
                let path = entry("populations", &readout.name);
                at(path, "it is the readout, but no spikes of the image reach it; connect it with the image");
            }
        }
        let sources: BTreeSet<&str> =
            self.populations.iter().filter(|population| population.fires(task)).map(|population| population.name.as_str()).collect();
        let reached = self.reached(sources.clone());
        let beyond: Vec<(&str, Remark)> = self
            .populations
            .iter()
            .filter(|population| !reached.contains(population.name.as_str()))
            .filter_map(|population| Some((population.name.as_str(), self.out_of_reach(population, &reached)?)))
            .collect();
        if sources.is_empty() && beyond.is_empty() {
            let message = "nothing makes a neuron fire: add a Poisson, Regular or SpikeSource population, a current (StepCurrent, RampCurrent, NoiseCurrent, ri), noise (sigma) or start values above v_th";
            at("populations".to_owned(), message);
        }
        for population in self.populations.iter().filter(|population| readout.is_none_or(|readout| readout.name != population.name)) {
            let name = population.name.as_str();
            let path = entry("populations", name);
            if beyond.iter().any(|(own, _)| *own == name) {
                continue;
            }
            if !self.projections.iter().any(|projection| projection.from == name || projection.to == name) {
                // neurons that fire by themselves are worth looking at alone
                if sources.contains(name) && population.model.has_potential() {
                    continue;
                }
                at(path, "it is connected with nothing; add a projection or remove it");
            } else if !sources.is_empty() && !reached.contains(name) && !population.model.receptors().is_empty() {
                at(
                    path,
                    "no excitatory spikes or currents reach it, and nothing else makes it fire; connect it with a population that fires",
                );
            }
        }
        for population in self.populations.iter().filter(|population| self.fires_as_one(population)) {
            let path = entry("populations", &population.name);
            at(
                path,
                "all its neurons receive the same input and fire at the same time; choose a wiring such as OneToOne or Probability, different weights or delays, or noise",
            );
        }
        remarks.extend(beyond.into_iter().map(|(_, remark)| remark));
        remarks
    }

    /// Whether nothing distinguishes the neurons of a population from each other: every spike reaches all of them at the same time
    /// with the same weight, they start alike and have no noise of their own.
    fn fires_as_one(&self, population: &PopulationSpec) -> bool {
        let alike = |value: &Distribution| value.constant().is_some();
        let mut onto = self.projections.iter().filter(|one| one.to == population.name && one.has_synapses()).peekable();
        let noisy = matches!(population.model, ModelSpec::EscapeNoise(_) | ModelSpec::SiteLif(_))
            || population.model.value("sigma").is_some_and(|sigma| sigma > 0.0);
        population.size() > 1
            && !noisy
            && population.start.iter().all(|(_, value)| alike(value))
            && onto.peek().is_some()
            && onto.all(|one| matches!(one.wiring, Wiring::AllToAll) && alike(&one.weight) && alike(&one.delay))
    }

    /// The population whose spikes are the answer to an image.
    fn readout(&self, task: &TaskSpec) -> Option<&PopulationSpec> {
        let TaskSpec::Classify(task) = task else { return None };
        task.readout.as_ref().map_or_else(|| self.populations.last(), |name| self.population(name))
    }

    /// Whether it transmits a current, of any sign, with an effect.
    fn injects(&self, projection: &ProjectionSpec) -> bool {
        self.is_current(projection) && projection.has_synapses() && !projection.is_zero()
    }

    /// The populations that spikes or currents of `sources` reach over projections that can excite and make fire, those included.
    fn reached<'a>(&'a self, sources: BTreeSet<&'a str>) -> BTreeSet<&'a str> {
        let mut reached = sources;
        loop {
            let carries = |one: &&ProjectionSpec| {
                (one.excites() || self.injects(one)) && reached.contains(one.from.as_str()) && !reached.contains(one.to.as_str())
            };
            let more: Vec<&str> =
                self.projections.iter().filter(carries).map(|one| one.to.as_str()).filter(|name| self.can_fire(name, &reached)).collect();
            if more.is_empty() {
                return reached;
            }
            reached.extend(more);
        }
    }
}

impl Classify {
    /// Whether the projection learns without reward in a stage.
    fn teaches(&self, projection: &str) -> bool {
        self.stages.iter().any(|stage| stage.images > 0 && stage.projections.iter().any(|name| name == projection))
    }

    /// Why rules that need a reward have no effect; `None` if they have one.
    fn unrewarded(&self) -> Option<&'static str> {
        let amounts = [ParamId::RewardRight, ParamId::RewardWrong].map(|id| self.params.get(id));
        match (self.params.choice(ParamId::RewardMode), self.params.choice(ParamId::Modulator)) {
            (_, "label (comparison)") => None,
            ("off", _) => Some("it learns from reward, and reward_mode is off; choose another reward_mode, or a rule that needs no reward"),
            _ if amounts == [0.0, 0.0] => Some(
                "it learns from reward, and reward_right and reward_wrong are 0; choose another amount, or a rule that needs no reward",
            ),
            _ => None,
        }
    }
}

impl PopulationSpec {
    /// Whether the potential of a neuron can be at a threshold at the start.
    fn starts_above(&self, threshold_mv: f64) -> bool {
        self.start.iter().filter(|(name, _)| name == "v").any(|(_, value)| match *value {
            Distribution::Uniform { high, .. } => high > threshold_mv,
            _ => value.limits().is_none_or(|(_, high)| high >= threshold_mv),
        })
    }

    /// Whether its neurons can fire without spikes from others; of sources of currents, whether there is a current.
    fn fires(&self, task: &TaskSpec) -> bool {
        match &self.model {
            ModelSpec::Image(_) => matches!(task, TaskSpec::Classify(_)),
            ModelSpec::Poisson(poisson) => poisson.rate_hz > 0.0,
            ModelSpec::Regular(regular) => regular.rate_hz > 0.0,
            ModelSpec::StepCurrent(step) => step.ri_mv != 0.0 && step.start_ms < task.duration_ms().unwrap_or(f64::INFINITY),
            ModelSpec::RampCurrent(ramp) => {
                (ramp.from_mv, ramp.to_mv) != (0.0, 0.0) && ramp.start_ms < task.duration_ms().unwrap_or(f64::INFINITY)
            }
            ModelSpec::NoiseCurrent(noise) => noise.mean_mv != 0.0 || noise.sd_mv > 0.0,
            ModelSpec::SpikeSource(source) => {
                let end = task.duration_ms().unwrap_or(f64::INFINITY);
                source.spikes_ms.iter().flatten().any(|time| *time < end)
            }
            ModelSpec::Lif(lif) => self.fires_alone() || self.starts_above(lif.v_th_mv),
            ModelSpec::LifCond(lif) => {
                let excited = self.start.iter().any(|(name, value)| name == "g_exc" && value.limits() != Some((0.0, 0.0)));
                self.fires_alone() || self.starts_above(lif.v_th_mv) || excited
            }
            // whether a start value leads to a spike does not follow from it alone
            ModelSpec::AdEx(_) | ModelSpec::Izhikevich(_) => {
                let input = self.model.value("ri").or_else(|| self.model.value("i"));
                input.is_some_and(|input| input > 0.0) || !self.start.is_empty()
            }
            ModelSpec::CompetingLif(lif) => lif.sigma_mv > 0.0,
            // without input their potential stays at rest
            ModelSpec::SiteLif(_) | ModelSpec::EscapeNoise(_) => false,
        }
    }
}

impl ProjectionSpec {
    /// Why its rule changes no weight; `None` if it has none, or one that has an effect.
    fn idle_rule(&self, task: &TaskSpec) -> Option<&'static str> {
        let rule = self.rule.as_ref()?;
        let mut amplitudes = rule.amplitudes().iter().filter_map(|name| rule.value(name)).peekable();
        if amplitudes.peek().is_some() && amplitudes.all(|amplitude| amplitude == 0.0) {
            return Some("its amplitudes are 0, so that its weights stay as they are; choose larger ones or remove the rule");
        }
        match task {
            TaskSpec::FreeRun(task) => {
                let unrewarded = matches!(rule, RuleSpec::RStdp(rule) if rule.tonic == 0.0) && !task.rewards();
                unrewarded.then_some("the task gives no rewards, so that its weights change only if rewards are given in the window; add rewards: [(\"2 s\", 1.0)] to the task")
            }
            TaskSpec::Classify(task) => match rule {
                RuleSpec::FilterStdp(_) | RuleSpec::WinnerStdp(_) if task.teaches(&self.name) => None,
                RuleSpec::FilterStdp(rule) if rule.reward > 0.0 => task.unrewarded(),
                RuleSpec::FilterStdp(_) | RuleSpec::WinnerStdp(_) => Some(
                    "it learns only in a stage that names the projection, and the task has none; add one, as stages: [([\"image->hidden\"], 5000)]",
                ),
                RuleSpec::TrialRStdp(_) | RuleSpec::RMax(_) | RuleSpec::WinnerRStdp(_) => task.unrewarded(),
                RuleSpec::PairStdp(_)
                | RuleSpec::Stdp(_)
                | RuleSpec::RStdp(_)
                | RuleSpec::TripletStdp(_)
                | RuleSpec::InhibitoryStdp(_)
                | RuleSpec::SymmetricStdp(_)
                | RuleSpec::SynapticScaling(_)
                | RuleSpec::TsodyksMarkram(_) => None,
            },
        }
    }

    /// Whether its wiring can make synapses.
    fn has_synapses(&self) -> bool {
        match &self.wiring {
            Wiring::Probability(p) => *p > 0.0,
            Wiring::Indegree(k) | Wiring::Outdegree(k) => *k > 0,
            Wiring::Explicit(pairs) => !pairs.is_empty(),
            Wiring::Ring(k) => *k > 0 || !self.leaves_out_self(),
            Wiring::AllToAll | Wiring::OneToOne | Wiring::Shared { .. } => true,
        }
    }

    /// Whether all its weights are 0 at the start.
    fn is_zero(&self) -> bool {
        self.weight.limits() == Some((0.0, 0.0))
    }

    /// Whether its spikes can excite.
    fn excites(&self) -> bool {
        let positive = self.weight.limits().map_or(self.weight.mean() >= 0.0, |(_, high)| high > 0.0);
        self.has_synapses() && (positive || (self.learns() && self.limits_mv().1 > 0.0))
    }
}
