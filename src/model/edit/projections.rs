//! Editing a description: projections.

use super::super::distribution::Distribution;
use super::super::fault::{Fault, quoted};
use super::super::models::ModelSpec;
use super::super::node::Node;
use super::super::pooling::Pooling;
use super::super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::super::wiring::Wiring;
use super::super::{Faults, RuleSpec};
use super::{fit, rule_named, unknown};

/// A projection that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// Its name.
    pub name: String,
    /// The projection whose values it took over, if any.
    pub like: Option<String>,
}

impl NetworkSpec {
    /// Connect two populations, or one with itself, with defaults that fit them; returns the name of the projection. Refused with the
    /// reason is what no wiring can connect, as a population that receives nothing.
    pub fn connect(&mut self, from: &str, to: &str) -> Result<String, String> {
        self.connect_like(from, to, &[]).map(|connected| connected.name)
    }

    /// Connect two populations, or one with itself. Kind of wiring, weights and delays are those of the first of the projections
    /// `recent` whose weights have the sign of the source, or of the last projection of the source, where they fit; otherwise they
    /// are defaults. Projections of Poisson sources and of neurons are never alike: copies of the same noise let all neurons fire in
    /// unison. Refused with the reason is what no wiring can connect, as a population that receives nothing.
    pub fn connect_like(&mut self, from: &str, to: &str, recent: &[&str]) -> Result<Connected, String> {
        let (source, target) = (&self.populations[self.population_index(from)?], &self.populations[self.population_index(to)?]);
        let name = self.free_projection_name(&format!("{from}->{to}"));
        let own = self.projections.iter().rev().find(|one| one.from == from && one.weight.mean() != 0.0);
        let inhibits = own.is_some_and(|own| own.weight.mean() < 0.0);
        let recent = recent.iter().filter_map(|name| self.projection(name)).filter(|one| one.weight.mean() != 0.0);
        let is_noise = |name: &str| self.population(name).is_some_and(PopulationSpec::is_noise);
        let fits = |one: &&ProjectionSpec| (one.weight.mean() < 0.0) == inhibits && is_noise(&one.from) == source.is_noise();
        let like = recent.chain(own).find(fits);
        let defaults = fit::projections(&name, source, target, self.dt_ms);
        let alike = like.and_then(|like| {
            let same = self.population(&like.to).is_some_and(|other| other.model.name() == target.model.name());
            Some((like, fit::alike(defaults.first()?, like, (source, target), same)))
        });
        let alike = alike.into_iter().flat_map(|(like, alike)| alike.into_iter().map(move |one| (Some(like.name.clone()), one)));
        let mut refused = None;
        for (like, mut projection) in alike.chain(defaults.iter().cloned().map(|one| (None, one))) {
            match self.faults_of(&projection).into_iter().next() {
                None => {
                    projection.stream = self.free_stream();
                    self.projections.push(projection);
                    return Ok(Connected { name, like });
                }
                Some(fault) => refused = refused.or(Some(fault.message)),
            }
        }
        Err(refused.unwrap_or_default())
    }

    /// Add a projection like this one; returns its name.
    pub fn duplicate_projection(&mut self, name: &str) -> Result<String, String> {
        let own = &self.projections[self.projection_index(name)?];
        let copy = ProjectionSpec { name: self.free_projection_name(name), stream: self.free_stream(), ..own.clone() };
        let name = copy.name.clone();
        self.projections.push(copy);
        Ok(name)
    }

    /// Remove a projection.
    pub fn remove_projection(&mut self, name: &str) -> Result<(), String> {
        self.projection_index(name)?;
        self.remove_projections(|projection| projection.name == name);
        Ok(())
    }

    /// Rename a projection; its ends stay.
    pub fn rename_projection(&mut self, old: &str, new: &str) -> Result<(), String> {
        let at = self.projection_index(old)?;
        if old != new {
            self.refuse_name("projections", new, Self::has_projection)?;
            new.clone_into(&mut self.projections[at].name);
        }
        Ok(())
    }

    /// Connect a projection with other populations; its name follows where it is that of its ends. Returns the name.
    pub fn set_ends(&mut self, name: &str, from: &str, to: &str) -> Result<String, String> {
        let at = self.projection_index(name)?;
        self.population_index(from)?;
        let own = &self.projections[at];
        let after = self.populations[self.population_index(to)?].model.clone();
        let before = self.population(&own.to).map_or_else(|| after.clone(), |before| before.model.clone());
        let plain = name == format!("{}->{}", own.from, own.to);
        self.change_projection(at, |projection| {
            projection.self_connections &= from == to;
            from.clone_into(&mut projection.from);
            to.clone_into(&mut projection.to);
            projection.convert_weights(&before, &after);
        })?;
        let name = if plain && !self.has_projection(&format!("{from}->{to}")) { format!("{from}->{to}") } else { name.to_owned() };
        self.projections[at].name.clone_from(&name);
        Ok(name)
    }

    /// Choose the wiring by its name. What the two wirings share is kept, as the number of synapses of a neuron; other numbers fit the
    /// sizes of the populations.
    pub fn set_wiring(&mut self, name: &str, kind: &str) -> Result<(), String> {
        let at = self.projection_index(name)?;
        if !Wiring::NAMES.contains(&kind) {
            return Err(unknown("wiring", kind, Wiring::NAMES));
        }
        let own = &self.projections[at];
        if own.wiring.name() == kind {
            return Ok(());
        }
        let (from, to) = (self.population(&own.from), self.population(&own.to));
        let mut refused = None;
        for wiring in fit::wirings(kind, own, from, to) {
            let set = self.change_projection(at, |projection| projection.rewire(wiring));
            match set {
                Ok(()) => return Ok(()),
                Err(reason) => refused = refused.or(Some(reason)),
            }
        }
        Err(refused.unwrap_or_default())
    }

    /// Set the wiring from its text, as `Indegree(100)` or `Explicit([(0, 1), (0, 2)])`.
    pub fn write_wiring(&mut self, name: &str, text: &str) -> Result<(), String> {
        let at = self.projection_index(name)?;
        let mut faults = Faults::default();
        let node = Node::parse(text).map_err(|error| format!("column {}: {}", error.span.start.col, error.code))?;
        let wiring = Wiring::read(&node, "", &mut faults);
        match (wiring, faults.into_vec().into_iter().next()) {
            (Some(wiring), None) => self.change_projection(at, |projection| projection.rewire(wiring)),
            (_, fault) => Err(fault.map_or_else(String::new, |fault| fault.message)),
        }
    }

    /// Choose the learning rule by its name, or constant weights with `None`. Time constants and choices that both rules have are kept.
    pub fn set_rule(&mut self, name: &str, rule: Option<&str>) -> Result<(), String> {
        let at = self.projection_index(name)?;
        let rule = rule.map(rule_named).transpose()?;
        let Some(rule) = rule else {
            return self.change_projection(at, |projection| projection.rule = None);
        };
        let own = &self.projections[at];
        if own.rule.as_ref().map(RuleSpec::name) == Some(rule.name()) {
            return Ok(());
        }
        let rule = fit::rule(rule, own);
        self.change_projection(at, |projection| {
            projection.rule = Some(rule);
            projection.cap_mv = None;
        })
    }

    /// Choose the receptor by its name; with `None` the sign of the weight decides.
    pub fn set_receptor(&mut self, name: &str, receptor: Option<&str>) -> Result<(), String> {
        let at = self.projection_index(name)?;
        self.change_projection(at, |projection| projection.receptor = receptor.map(str::to_owned))
    }

    /// Pool the spikes of neighbouring sites, or of single ones with `None`.
    pub fn set_pooling(&mut self, name: &str, pooling: Option<Pooling>) -> Result<(), String> {
        let at = self.projection_index(name)?;
        self.change_projection(at, |projection| projection.pooling = pooling)
    }

    /// Scale the weights onto every neuron to this sum in mV after every trial, or do not scale them with `None`.
    pub fn set_norm(&mut self, name: &str, norm_mv: Option<f64>) -> Result<(), String> {
        let at = self.projection_index(name)?;
        self.change_projection(at, |projection| {
            projection.norm_mv = norm_mv;
            projection.cap_mv = projection.cap_mv.filter(|_| norm_mv.is_some());
        })
    }

    /// Give the projections of a population, whose spikes have become currents or its currents spikes, the values of new ones.
    pub(super) fn transmit_other(&mut self, from: &str) {
        let Some(source) = self.population(from).cloned() else { return };
        for at in (0..self.projections.len()).filter(|&at| self.projections[at].from == from).collect::<Vec<_>>() {
            let own = &self.projections[at];
            let usual = self.population(&own.to).and_then(|to| fit::projections(&own.name, &source, to, self.dt_ms).into_iter().next());
            if let Some(usual) = usual {
                self.projections[at] = ProjectionSpec { wiring: own.wiring.clone(), stream: own.stream, ..usual };
            }
        }
    }

    /// Change a projection; refused, with the reason, is what gives it a fault that it did not have.
    pub(super) fn change_projection(&mut self, at: usize, change: impl FnOnce(&mut ProjectionSpec)) -> Result<(), String> {
        let mut changed = self.projections[at].clone();
        change(&mut changed);
        let before = self.faults_of(&self.projections[at]);
        if let Some(Fault { message, .. }) = self.faults_of(&changed).into_iter().find(|fault| !before.contains(fault)) {
            return Err(message);
        }
        self.projections[at] = changed;
        Ok(())
    }

    /// The faults of a projection of this network, or of one to be added.
    fn faults_of(&self, projection: &ProjectionSpec) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.check_alone(projection, &mut faults);
        faults.into_vec()
    }

    pub(super) fn projection_index(&self, name: &str) -> Result<usize, String> {
        self.projections
            .iter()
            .position(|projection| projection.name == name)
            .ok_or_else(|| format!("there is no projection {}", quoted(name)))
    }

    /// A name that no projection has: this one, or with a number after a space, so that it still gives no other ends.
    fn free_projection_name(&self, base: &str) -> String {
        let base: String = base.chars().take(180).collect();
        let stem = base.trim_end_matches(|c: char| c.is_ascii_digit());
        let stem = if stem.ends_with(' ') { stem.trim_end() } else { &base };
        let numbered = (2_u64..).map(|number| format!("{stem} {number}"));
        // invariant: the numbers do not end
        std::iter::once(base.trim_end().to_owned()).chain(numbered).find(|name| !self.has_projection(name)).unwrap_or_default()
    }
}

impl ProjectionSpec {
    /// Whether random numbers decide which neurons it connects, with which weights or delays.
    pub fn is_random(&self) -> bool {
        let drawn = |value: &Distribution| value.constant().is_none();
        matches!(self.wiring, Wiring::Probability(_) | Wiring::Indegree(_) | Wiring::Outdegree(_))
            || drawn(&self.weight)
            || drawn(&self.delay)
    }

    /// Exchange the wiring, without what has no meaning on the new one.
    fn rewire(&mut self, wiring: Wiring) {
        self.multapses |= !wiring.draws_partners();
        if matches!(self.weight, Distribution::Gabor | Distribution::Noise) && !matches!(wiring, Wiring::Shared { .. }) {
            self.weight = fit::WEIGHT;
        }
        self.wiring = wiring;
    }
}

impl PopulationSpec {
    /// Whether its neurons are independent Poisson processes.
    pub(super) fn is_noise(&self) -> bool {
        matches!(self.model, ModelSpec::Poisson(_))
    }

    /// Partners of a neuron of another population, or of this one without the neuron itself.
    pub(super) fn partners(&self, own: bool) -> u32 {
        self.size().saturating_sub(u32::from(own)).max(1)
    }
}
