//! What must hold for the parts of networks that learn in trials: images, shared filters, pooling, sums of weights.

use super::distribution::Distribution;
use super::fault::{Fault, Faults, entry, field, quoted};
use super::models::ModelSpec;
use super::rules::RuleSpec;
use super::shape::Shape;
use super::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use super::task::Classify;
use super::template::Frame;
use super::wiring::{CAP, NORM, Wiring};
use crate::params::ParamId;

impl NetworkSpec {
    /// Parts that need trials with a beginning and an end, as faults of a free run; none if it can run freely.
    pub fn trials_needed(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        let reason = "needs trials, which a free run does not have; choose the task Classify or another";
        for population in self.populations.iter().filter(|population| population.model.needs_trials()) {
            let place = field(&entry("populations", &population.name), "model");
            faults.at(&place, format!("{} {reason} model", population.model.name()));
        }
        for projection in &self.projections {
            let path = entry("projections", &projection.name);
            if let Some(rule) = projection.rule.as_ref().filter(|rule| rule.needs_trials()) {
                faults.at(&field(&path, "rule"), format!("{} {reason} rule", rule.name()));
            }
            if projection.norm_mv.is_some() {
                faults.at(&field(&path, "norm"), "the sum of weights is scaled after trials, which a free run does not have; remove it");
            }
            if matches!(projection.pooling, Some(super::Pooling::First(_))) {
                let message = "a first spike needs trials, which a free run does not have; choose Cells or remove it";
                faults.at(&field(&path, "pooling"), message);
            }
        }
        faults.into_vec()
    }

    /// What a task with trials needs: images, and a readout that fires; and what it cannot have.
    pub(super) fn check_trials(&self, task: &Classify, faults: &mut Faults) {
        if self.image().is_none() && !faults.within("populations") {
            faults.at(
                "populations",
                "Classify presents images, but no population receives them; add \"image\": (shape: (28, 28), model: Image())",
            );
        }
        let readout = match &task.readout {
            Some(name) if self.population(name).is_none() => {
                let names: Vec<String> = self.populations.iter().map(|population| quoted(&population.name)).collect();
                return faults.at(
                    "task.readout_population",
                    format!("there is no population {}; the populations are {}", quoted(name), names.join(", ")),
                );
            }
            Some(name) => self.population(name),
            None => self.populations.last(),
        };
        if let Some(readout) = readout.filter(|readout| !readout.model.has_potential()) {
            let message = format!(
                "the readout {} has the model {}, whose spikes are no answer; choose another population",
                quoted(&readout.name),
                readout.model.name()
            );
            faults.at("task.readout_population", message);
        }
        let races = readout.is_some_and(|readout| matches!(readout.model, ModelSpec::EscapeNoise(_)));
        let modulator = task.params.choice(ParamId::Modulator);
        if !races && matches!(modulator, "minus own probability" | "over own doubt") {
            faults.at("task.modulator", format!("{modulator} needs a readout with the model EscapeNoise; choose another neuromodulator"));
        }
        let present_ms = task.params.get(ParamId::PresentMs);
        if let Some(ModelSpec::EscapeNoise(noise)) = readout.map(|readout| &readout.model)
            && noise.gate_ms >= present_ms
        {
            let message = format!(
                "{present_ms} ms end before the decision window of the readout opens at its gate of {} ms; choose a longer presentation or an earlier gate",
                noise.gate_ms
            );
            faults.at("task.present", message);
        }
        for projection in &self.projections {
            let place = field(&entry("projections", &projection.name), "rule");
            if let Some(rule) = projection.rule.as_ref().filter(|rule| rule.is_continuous() && !faults.within(&place)) {
                let instead = if matches!(rule, RuleSpec::RStdp(_)) { "choose TrialRStdp" } else { "choose PairStdp or another rule" };
                faults.at(&place, format!("{} acts in continuous time, in a free run; {instead} for trials", rule.name()));
            }
        }
    }

    /// All faults of a network and of a task with trials.
    pub fn trial_faults(&self, task: &Classify) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.check_into(&mut faults);
        if faults.is_empty() {
            task.check(self, &mut faults);
        }
        faults.into_vec()
    }

    /// Put the population that is read out at the end of the list.
    pub(crate) fn readout_last(&mut self, task: &Classify) {
        if let Some(at) = task.readout.as_ref().and_then(|name| self.populations.iter().position(|population| population.name == *name)) {
            let readout = self.populations.remove(at);
            self.populations.push(readout);
        }
    }

    /// Whether the first spike of the readout, the last population, is the answer.
    pub fn races(&self) -> bool {
        self.populations.last().is_some_and(|readout| matches!(readout.model, ModelSpec::EscapeNoise(_)))
    }

    /// The time constant in ms of the eligibility of the synapses onto the readout.
    pub fn tau_e_ms(&self) -> Option<f64> {
        let readout = &self.populations.last()?.name;
        self.projections
            .iter()
            .filter(|projection| projection.to == *readout)
            .find_map(|projection| projection.rule.as_ref()?.value("tau_e"))
    }

    /// What does not fit images of this size with so many classes.
    pub(crate) fn unfit(&self, frame: Frame) -> Vec<Fault> {
        let mut faults = Faults::default();
        let Frame { width, height, classes } = frame;
        if let Some(image) = self.image() {
            let (across, down, maps) = image.shape.grid();
            if (across as usize, down as usize) != (width, height) {
                let shape = if maps == 1 { format!("({width}, {height})") } else { format!("({width}, {height}, {maps})") };
                let message = format!("{across} x {down} does not fit images of {width} x {height} pixels; write shape: {shape}");
                faults.at(&field(&entry("populations", &image.name), "shape"), message);
            }
        }
        for projection in &self.projections {
            let given = projection.rule.as_ref().and_then(|rule| rule.value("classes"));
            if given.is_some_and(|given| given != classes as f64) {
                let place = field(&field(&entry("projections", &projection.name), "rule"), "classes");
                faults.at(
                    &place,
                    format!("{} does not fit data with {classes} classes; write classes: {classes}", given.unwrap_or_default()),
                );
            }
        }
        faults.into_vec()
    }

    /// The population of the images, if there is one.
    pub fn image(&self) -> Option<&PopulationSpec> {
        self.populations.iter().find(|population| matches!(population.model, ModelSpec::Image(_)))
    }

    /// Whether a projection transmits the spikes of an image, which have no delay.
    pub(super) fn is_of_image(&self, projection: &ProjectionSpec) -> bool {
        self.image().is_some_and(|image| image.name == projection.from)
    }

    /// The population of the images, mutable.
    pub(crate) fn image_mut(&mut self) -> Option<&mut PopulationSpec> {
        self.populations.iter_mut().find(|population| matches!(population.model, ModelSpec::Image(_)))
    }

    /// At most one population of images.
    pub(super) fn check_images(&self, faults: &mut Faults) {
        let images = self.populations.iter().filter(|population| matches!(population.model, ModelSpec::Image(_)));
        for population in images.skip(1) {
            let place = field(&entry("populations", &population.name), "model");
            faults.at(&place, "a network has one population of images; project from that one instead");
        }
    }
}

impl ProjectionSpec {
    /// Whether its synapses are stored as a matrix: all-to-all, with one delay, and a rule that a matrix can hold.
    pub fn is_dense(&self) -> bool {
        let rule = !self.rule.as_ref().is_some_and(RuleSpec::is_continuous);
        matches!(self.wiring, Wiring::AllToAll) && self.delay.constant().is_some() && !self.leaves_out_self() && rule
    }

    /// Filters, pooling, sums of weights, and what images can be connected with.
    pub(super) fn check_layers(&self, from: &PopulationSpec, to: &PopulationSpec, path: &str, faults: &mut Faults) {
        let shared = matches!(self.wiring, Wiring::Shared { .. });
        let matrix = "all-to-all synapses with one delay, and not onto the population itself";
        if matches!(from.model, ModelSpec::Image(_)) && !shared && !self.is_dense() {
            if let Some(rule) = self.rule.as_ref().filter(|rule| rule.is_continuous()) {
                let message = "needs synapses with delays, which the spikes of an image do not have; choose TrialRStdp or another rule";
                faults.at(&field(path, "rule"), format!("{} {message}", rule.name()));
            } else {
                let message = format!("the spikes of an image need the wiring AllToAll or Shared, not {}", self.wiring.name());
                faults.at(&field(path, "wiring"), message);
            }
        }
        let (width, height, _) = to.shape.grid();
        // at one site the two arrangements are the same
        if shared != to.model.model().is_at_sites(to.shape) && u64::from(width) * u64::from(height) > 1 && !faults.within(path) {
            let message = if shared {
                format!(
                    "Shared needs neurons at sites, but {} has {}; choose SiteLif or EscapeNoise there",
                    quoted(&to.name),
                    to.model.name()
                )
            } else {
                format!("{} has {width} x {height} sites, which need the wiring Shared, not {}", quoted(&to.name), self.wiring.name())
            };
            faults.at(&field(path, "wiring"), message);
        }
        let unit = to.model.weight_unit(self.receptor.as_deref());
        if let Some(norm) = self.norm_mv {
            let place = field(path, "norm");
            if let Some(message) = NORM.with_weights_in(unit).out_of_range(norm) {
                faults.at(&place, message);
            } else if !self.is_dense() {
                faults.at(&place, format!("a constant sum applies to {matrix}; remove it"));
            }
        }
        if let Some(cap) = self.cap_mv {
            let place = field(path, "cap");
            if let Some(message) = CAP.with_weights_in(unit).out_of_range(cap) {
                faults.at(&place, message);
            } else if self.norm_mv.is_none() || self.rule.is_some() {
                faults.at(&place, "it applies to projections with norm and without a rule; remove it");
            }
        }
        if matches!(self.weight, Distribution::Gabor | Distribution::Noise) && !shared {
            faults.at(
                &field(path, "weight"),
                format!("filters need the wiring Shared, not {}; write weight: \"0.1 mV\"", self.wiring.name()),
            );
        }
        if let Some(pooling) = self.pooling {
            let place = field(path, "pooling");
            let cells = pooling.cells((from.shape.grid().0, from.shape.grid().1));
            if matches!(from.model, ModelSpec::Image(_)) {
                faults.at(&place, "the spikes of an image are not pooled; remove it");
            } else if matches!(from.shape, Shape::Line(_)) {
                faults.at(&place, format!("{} has no sites; give it a shape or remove pooling", quoted(&from.name)));
            } else if !shared && !self.is_dense() {
                faults.at(&place, format!("it applies to the wiring Shared and to {matrix}; remove it"));
            } else if cells.0 == 0 || cells.1 == 0 {
                let (width, height, _) = from.shape.grid();
                faults.at(
                    &place,
                    format!("the window is larger than the {width} x {height} sites of {}; choose a smaller one", quoted(&from.name)),
                );
            }
        }
        if shared && !faults.within(path) {
            self.check_shared(from, to, path, faults);
        }
        if let Some(rule) = &self.rule
            && matches!(self.wiring, Wiring::AllToAll)
            && !matches!(from.model, ModelSpec::Image(_))
            && !self.is_dense()
            && !rule.wirings().contains(&"Probability")
        {
            // the same wiring is a list of synapses here, which such a rule cannot change
            faults.at(&field(path, "rule"), format!("{} applies to {matrix}; write one delay, or choose PairStdp or RStdp", rule.name()));
        }
        if matches!(self.rule, Some(RuleSpec::InhibitoryStdp(_))) && !self.inhibits(to) {
            let message = "InhibitoryStdp needs synapses that inhibit; write negative weights or 0 mV";
            faults.at(&field(path, "weight"), message);
        }
        if let Some(rule) = &self.rule
            && !rule.rule().onto().is_empty()
            && !rule.rule().onto().contains(&to.model.name())
        {
            let models = rule.rule().onto().join(" or ");
            let message = format!("{} needs the model {models}, but {} has {}", rule.name(), quoted(&to.name), to.model.name());
            faults.at(&field(path, "rule"), message);
        }
    }

    /// Whether its spikes inhibit a population; positive weights do so where they open a conductance.
    fn inhibits(&self, to: &PopulationSpec) -> bool {
        let opens = self.receptor_name() == "inhibitory" && to.model.start_fields().iter().any(|variable| variable.name == "g_inh");
        self.receptor_name() != "excitatory" && (self.weight.mean() <= 0.0 || opens)
    }

    /// The sites that filters make are those of the postsynaptic population.
    fn check_shared(&self, from: &PopulationSpec, to: &PopulationSpec, path: &str, faults: &mut Faults) {
        let place = field(path, "wiring");
        if matches!(from.shape, Shape::Line(_)) {
            return faults
                .at(&place, format!("Shared needs sites, but {} has none; write shape: (width, height, maps)", quoted(&from.name)));
        }
        if self.delay.constant().is_none() {
            return faults.at(&field(path, "delay"), "Shared has one delay; write delay: \"1 ms\"");
        }
        let input = self.input(from.shape);
        let (across, down) = self.sites(input).unwrap_or_default();
        let (width, height, maps) = to.shape.grid();
        if across == 0 || down == 0 {
            let (w, h, _) = input.grid();
            faults.at(&place, format!("the filters are larger than their input of {w} x {h} sites; choose smaller ones or a larger pad"));
        } else if (across, down) != (width, height) || matches!(to.shape, Shape::Line(_)) {
            let message = format!(
                "the filters make {across} x {down} sites, but {} has {width} x {height}; write shape: ({across}, {down}, {maps}) there",
                quoted(&to.name)
            );
            faults.at(&place, message);
        }
    }
}
