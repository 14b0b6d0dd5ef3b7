//! Editing a description: populations. An edit that is impossible is refused with the reason, and nothing is changed; a value that does
//! not fit the others is a fault of the description, which [`NetworkSpec::check`] finds.

mod fit;
mod projections;

pub use projections::Connected;

use super::check::name_fault;
use super::distribution::Distribution;
use super::fault::{quoted, sentence};
use super::models::ModelSpec;
use super::path::Path;
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::{Value, rules::RuleSpec};
use crate::params::nearest;
use std::collections::BTreeSet;

impl NetworkSpec {
    /// Add a population of the model of this name, with useful defaults; returns its name.
    pub fn add_population(&mut self, model: &str) -> Result<String, String> {
        let mut model = model_named(model)?;
        self.refuse_images(&model, None)?;
        let (name, shape) = (self.free_name(model.model().usual_name(), Self::has_population), model.model().usual_shape());
        model.model_mut().resize(shape.size());
        self.populations.push(PopulationSpec { name: name.clone(), shape, model, start: Vec::new() });
        Ok(name)
    }

    /// Add a population like this one, without projections; returns its name.
    pub fn duplicate_population(&mut self, name: &str) -> Result<String, String> {
        let at = self.population_index(name)?;
        self.refuse_images(&self.populations[at].model, None)?;
        let copy = PopulationSpec { name: self.free_name(name, Self::has_population), ..self.populations[at].clone() };
        let name = copy.name.clone();
        self.populations.insert(at + 1, copy);
        Ok(name)
    }

    /// Remove a population with all its projections; returns their names.
    pub fn remove_population(&mut self, name: &str) -> Result<Vec<String>, String> {
        let at = self.population_index(name)?;
        self.populations.remove(at);
        let has_end = |projection: &ProjectionSpec| projection.from == name || projection.to == name;
        Ok(self.remove_projections(|projection| has_end(projection)))
    }

    /// Rename a population. The ends of its projections follow, and so do their names where these are the ends (`A->B`); returns the old
    /// and new names of those projections.
    pub fn rename_population(&mut self, old: &str, new: &str) -> Result<Vec<(String, String)>, String> {
        let at = self.population_index(old)?;
        if old == new {
            return Ok(Vec::new());
        }
        self.refuse_name("populations", new, Self::has_population)?;
        new.clone_into(&mut self.populations[at].name);
        let mut renamed = Vec::new();
        for at in 0..self.projections.len() {
            let projection = &mut self.projections[at];
            let plain = format!("{}->{}", projection.from, projection.to);
            for end in [&mut projection.from, &mut projection.to] {
                if end == old {
                    new.clone_into(end);
                }
            }
            let Some(rest) = projection.name.strip_prefix(&plain).filter(|rest| rest.is_empty() || rest.starts_with(' ')) else { continue };
            let name = format!("{}->{}{rest}", projection.from, projection.to);
            if name != projection.name && self.refuse_name("projections", &name, Self::has_projection).is_ok() {
                renamed.push((std::mem::replace(&mut self.projections[at].name, name.clone()), name));
            }
        }
        Ok(renamed)
    }

    /// Exchange the model of a population. Values of fields that both models have are kept, and so are their start values.
    pub fn set_model(&mut self, population: &str, model: &str) -> Result<(), String> {
        let at = self.population_index(population)?;
        let mut model = model_named(model)?;
        self.refuse_images(&model, Some(at))?;
        if model.receptors().is_empty()
            && let Some(projection) = self.projections.iter().find(|projection| projection.to == population)
        {
            let (model, projection) = (model.name(), quoted(&projection.name));
            return Err(format!("{model} receives nothing, but {projection} projects onto {}; remove that first", quoted(population)));
        }
        let own = &mut self.populations[at];
        if own.model.name() == model.name() {
            return Ok(());
        }
        for (index, field) in model.fields().iter().enumerate() {
            let same = own.model.fields().iter().find(|other| other.name == field.name && other.unit == field.unit);
            if let Some(value) = same.and_then(|same| own.model.value(same.name)).filter(|value| field.domain.admits(*value)) {
                model.record_mut().set_value(index, value);
            }
        }
        own.start.retain(|(name, _)| model.start_fields().iter().any(|field| field.name == name));
        if let (Shape::Line(size), shape @ Shape::Grid { .. }) = (own.shape, model.model().usual_shape()) {
            // as many sites in a square, if there are any
            let side = f64::from(size).sqrt() as u32;
            own.shape = if side * side == size { Shape::Grid { width: side, height: side, maps: 1 } } else { shape };
        }
        model.model_mut().resize(own.shape.size());
        let before = std::mem::replace(&mut own.model, model.clone());
        if before.emits_current() != model.emits_current() {
            self.transmit_other(population);
        }
        let onto = self.projections.iter_mut().filter(|projection| projection.to == population);
        onto.for_each(|projection| projection.convert_weights(&before, &model));
        Ok(())
    }

    /// Set number and arrangement of the neurons of a population; of given spike trains, those of the first neurons are kept.
    pub fn set_shape(&mut self, population: &str, shape: Shape) -> Result<(), String> {
        let at = self.population_index(population)?;
        let own = &mut self.populations[at];
        let mut faults = super::Faults::default();
        PopulationSpec { shape, ..own.clone() }.check_shape("", &mut faults);
        if let Some(fault) = faults.into_vec().pop() {
            return Err(fault.message);
        }
        own.shape = shape;
        own.model.model_mut().resize(shape.size());
        Ok(())
    }

    /// Give the spike times of a neuron of a population of given spike trains, as `10 ms, 20 ms`; a number without a unit is in ms.
    pub fn set_spikes(&mut self, population: &str, neuron: usize, times: &str) -> Result<(), String> {
        let at = self.population_index(population)?;
        let ModelSpec::SpikeSource(source) = &mut self.populations[at].model else {
            return Err(format!("{} has no given spike trains; choose the model SpikeSource", quoted(population)));
        };
        let neurons = source.spikes_ms.len();
        let train = source.spikes_ms.get_mut(neuron).ok_or_else(|| format!("there are spike trains for {neurons} neurons; add neurons"))?;
        *train = super::models::spike_times(times)?;
        Ok(())
    }

    /// Give a variable a start value (`-65 mV`, `Uniform(-65 mV, -50 mV)`), or its resting value with `None`.
    pub fn set_start(&mut self, population: &str, variable: &str, value: Option<&str>) -> Result<(), String> {
        let at = self.population_index(population)?;
        match value {
            None => {
                self.populations[at].start.retain(|(name, _)| name != variable);
                Ok(())
            }
            Some(text) => self.set_quantity(&Path::new(population, variable), text).map(drop),
        }
    }

    /// A useful start value of a variable: potentials between reset and threshold of the neurons, otherwise the resting value.
    pub fn usual_start(&self, population: &str, variable: &str) -> Option<Distribution> {
        let own = self.population(population)?;
        let field = own.model.start_fields().iter().find(|field| field.name == variable)?;
        let rest = ["e_l", "c"].into_iter().filter(|_| variable == "v").find_map(|name| own.model.value(name));
        let range = own.usual_range(variable).map(|(low, high)| Distribution::Uniform { low, high });
        Some(range.unwrap_or(Distribution::Constant(rest.unwrap_or(field.default))))
    }

    /// Choose the kind of distribution of a start value, a weight or a delay: `Constant`, `Uniform` or `Normal`, and `Gabor` or `Noise`
    /// for filters. The mean is kept.
    pub fn set_distribution(&mut self, path: &Path, kind: &str) -> Result<(), String> {
        let entry = self.entry(path).ok_or_else(|| format!("there is no value {path}"))?;
        let Value::Distribution(value) = entry.value else { return Err(format!("{path} has the same value everywhere")) };
        let delay = (entry.field.name == "delay").then_some(self.dt_ms);
        let range = path.owner.as_ref().and_then(|owner| self.population(owner)).and_then(|own| own.usual_range(&path.field));
        let value = fit::of_kind(value, kind, delay, range)?;
        let filters = matches!(value, Distribution::Gabor | Distribution::Noise);
        match self.projections.iter().position(|projection| path.owner.as_ref() == Some(&projection.name)) {
            Some(at) if entry.field.name == "weight" => self.change_projection(at, |projection| projection.weight = value),
            _ if filters => Err(format!("filters are no values of {}; choose Constant, Uniform or Normal", entry.field.name)),
            _ => self.put(path, &Value::Distribution(value)).map_err(|faults| sentence(&faults)),
        }
    }

    /// Set the quantity at `path` from text; a number without a unit is in that of the field. Refused is what cannot be read or is out
    /// of range; whether the value fits the others is left to [`NetworkSpec::check`].
    pub fn set_quantity(&mut self, path: &Path, text: &str) -> Result<Value, String> {
        let value = self.read_alone(path, text)?;
        self.put(path, &value).map_err(|faults| super::fault::messages(&faults))?;
        if let Some(population) = self.populations.iter_mut().find(|population| path.owner.as_ref() == Some(&population.name)) {
            let size = population.size();
            population.model.model_mut().resize(size);
        }
        Ok(value)
    }

    /// Set the time step; delays that are no whole number of the new steps are faults of the description.
    pub fn set_dt(&mut self, text: &str) -> Result<(), String> {
        self.set_quantity(&Path { owner: None, field: "dt".to_owned() }, text).map(drop)
    }

    fn has_population(&self, name: &str) -> bool {
        self.population(name).is_some()
    }

    fn has_projection(&self, name: &str) -> bool {
        self.projection(name).is_some()
    }

    fn population_index(&self, name: &str) -> Result<usize, String> {
        self.populations.iter().position(|population| population.name == name).ok_or_else(|| self.nowhere(name))
    }

    /// A network has one population of images; that at `place` is being exchanged.
    fn refuse_images(&self, model: &ModelSpec, place: Option<usize>) -> Result<(), String> {
        let is_image = |model: &ModelSpec| matches!(model, ModelSpec::Image(_));
        let other = self.populations.iter().enumerate().find(|(at, population)| Some(*at) != place && is_image(&population.model));
        match other {
            Some((_, other)) if is_image(model) => {
                Err(format!("a network has one population of images, {}; project from that one instead", quoted(&other.name)))
            }
            _ => Ok(()),
        }
    }

    fn refuse_name(&self, map: &str, name: &str, taken: impl Fn(&Self, &str) -> bool) -> Result<(), String> {
        match name_fault(map, name) {
            Some(message) => Err(message),
            None if taken(self, name) => Err(format!("the name {} is already taken; choose another", quoted(name))),
            None => Ok(()),
        }
    }

    /// A name that is not taken: `base` itself, the letters after `A`, or `base` with a number.
    fn free_name(&self, base: &str, taken: impl Fn(&Self, &str) -> bool) -> String {
        let letters = ('A'..='Z').map(String::from).filter(|_| base == "A" && !taken(self, "Z"));
        let stem = base.trim_end_matches(|c: char| c.is_ascii_digit());
        // a long name is cut, so that the number fits
        let stem: String = if stem.is_empty() { base } else { stem }.chars().take(180).collect();
        let stem = stem.trim_end();
        let numbered = (2_u64..).map(|number| format!("{stem}{number}"));
        let candidates = std::iter::once(base.to_owned()).chain(letters).chain(numbered);
        // invariant: the numbers do not end
        candidates.into_iter().find(|name| !taken(self, name)).unwrap_or_default()
    }

    /// Remove projections; those that stay are drawn from the same random numbers as before. Returns the names of the removed ones.
    fn remove_projections(&mut self, goes: impl Fn(&ProjectionSpec) -> bool) -> Vec<String> {
        let first = self.projections.iter().position(&goes).unwrap_or(usize::MAX);
        for (place, projection) in self.projections.iter_mut().enumerate().skip(first.saturating_add(1)) {
            if projection.stream.is_none() && projection.is_random() {
                projection.stream = u32::try_from(place).ok();
            }
        }
        let (gone, stay) = std::mem::take(&mut self.projections).into_iter().partition(|projection| goes(projection));
        self.projections = stay;
        gone.into_iter().map(|projection: ProjectionSpec| projection.name).collect()
    }

    /// The stream of random numbers of a projection that is added at the end, if it is not that of its place.
    fn free_stream(&self) -> Option<u32> {
        let used: BTreeSet<u32> = self
            .projections
            .iter()
            .enumerate()
            .filter_map(|(place, projection)| projection.stream.or_else(|| u32::try_from(place).ok()))
            .collect();
        let place = u32::try_from(self.projections.len()).ok()?;
        if used.contains(&place) { (0..=u32::MAX).find(|stream| !used.contains(stream)) } else { None }
    }
}

impl PopulationSpec {
    /// The range of useful start values of a variable, if the parameters of the neurons give one.
    fn usual_range(&self, variable: &str) -> Option<(f64, f64)> {
        let value = |names: [&str; 2]| names.into_iter().find_map(|name| self.model.value(name));
        let (low, high) = (value(["v_reset", "c"])?, value(["v_th", "v_t"])?);
        (variable == "v" && low < high).then_some((low, high))
    }
}

/// The model of a name, with defaults.
fn model_named(name: &str) -> Result<ModelSpec, String> {
    ModelSpec::named(name).ok_or_else(|| unknown("model", name, ModelSpec::NAMES))
}

/// The rule of a name, with defaults.
fn rule_named(name: &str) -> Result<RuleSpec, String> {
    RuleSpec::named(name).ok_or_else(|| unknown("rule", name, RuleSpec::NAMES))
}

fn unknown(kind: &str, name: &str, names: &[&'static str]) -> String {
    let near = nearest(name, names.iter().copied()).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    format!("{} is no {kind}; allowed: {}{near}", quoted(name), names.join(", "))
}
