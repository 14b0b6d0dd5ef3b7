//! Rules and parameters of populations and projections: changes by stages, schedules and the user.

use super::Trainer;
use crate::experiment::swap::Swap;
use crate::experiment::{build, course};
use crate::lower::{self, Learning};
use crate::model::template::OutputRule;
use crate::model::{Classify, Code, Fault, FaultList, ModelSpec, NetworkSpec, Path, PathError, Stage, Value, sentence};
use crate::params::{Change, ParamError, ParamId as P, Params};
use crate::rng::{Purpose, seed};
use std::sync::Arc;

/// A described network with the rules of a stage.
pub(super) fn in_force(described: &Arc<NetworkSpec>, stages: &[Stage], stage: u8) -> Arc<NetworkSpec> {
    match stages.get(usize::from(stage)) {
        Some(stage) if stage.rule.is_some() => described.in_stage(Some(stage)).into(),
        _ => described.clone(),
    }
}

impl Trainer {
    /// Change from STDP to reward learning if due, and update the learning rate by its schedule.
    pub(super) fn update_rule(&mut self) {
        let name = OutputRule::after(&self.params, self.images_done).name;
        if name != self.rule {
            self.rule = name;
            // from now on an answer is an action, so the label assignment must stay fixed
            self.readout.close();
            self.describe();
            let learning = self.learning();
            lower::install_dense_rules(&mut self.network, &self.spec, &learning);
        }
        self.set_rules();
    }

    /// Change to the next stage if due.
    pub(super) fn update_stage(&mut self) {
        // a completed stage is not reopened if its length is increased later
        let stage = course::stage(&self.stages, self.images_done).max(self.stage);
        if stage != self.stage {
            self.stage = stage;
            self.network.fix_filters();
            let changes_rules = self.stages.iter().any(|stage| stage.rule.is_some());
            if changes_rules {
                self.describe();
                if usize::from(stage) == self.stages.len() {
                    // from now on an answer is an action, so the label assignment must stay fixed
                    self.readout.close();
                }
            }
            let learning = self.learning();
            if changes_rules {
                lower::install_dense_rules(&mut self.network, &self.spec, &learning);
            }
            lower::install_filter_rules(&mut self.network, &self.spec, &learning);
            lower::set_neurons(&mut self.network, &self.spec, &learning);
        }
    }

    /// The stages in which hidden layers learn, before the outputs.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Images of the stages in which only hidden layers learn.
    pub fn waits(&self) -> u64 {
        course::waits(&self.stages)
    }

    /// Describe the network with the parameters in force.
    pub(super) fn describe(&mut self) {
        if let Some(described) = &self.described {
            self.spec = in_force(described, &self.stages, self.stage);
            return;
        }
        let rule = OutputRule { name: self.rule, ..OutputRule::after(&self.params, self.images_done) };
        if let Some(spec) = self.setup.network(&self.params, build::frame(&self.data.train), rule) {
            self.spec = spec.into();
            self.stages = self.setup.stages(&self.params);
        }
    }

    /// What learns in the current image, and how fast.
    pub(super) fn learning(&self) -> Learning {
        course::learning(&self.spec, &self.stages, self.stage, self.factors())
    }

    /// New rules and a new encoder, without traces, as they are at the current image.
    pub(super) fn install(&mut self) {
        let learning = self.learning();
        lower::install_rules(&mut self.network, &self.spec, &learning);
        if let Some(ModelSpec::Image(image)) = Arc::make_mut(&mut self.spec).image_mut().map(|image| &mut image.model) {
            image.code = Code::named(self.code);
        }
        if let Some(encoder) = lower::encoder(&self.spec, self.grid) {
            self.network.set_encoder(encoder);
        }
    }

    /// Set the parameters of every rule.
    fn set_rules(&mut self) {
        let learning = self.learning();
        lower::set_rules(&mut self.network, &self.spec, &learning);
    }

    /// The factors of the learning rate that follow from the schedule: 0 while hidden layers learn.
    fn factors(&self) -> (f64, f64) {
        let p = &self.params;
        let stages = &self.stages;
        let first = match p.choice(P::Rule) {
            "stdp-then-r-stdp" if self.described.is_none() => p.count(P::StdpImages) as u64,
            _ => course::length(stages),
        };
        if let Some(stage) = stages.get(usize::from(self.stage)) {
            // the schedule begins after the last stage; before it learn only filters and what a stage has a rule for
            return (if stage.rule.is_some() { 1.0 } else { 0.0 }, 1.0);
        }
        if self.images_done < first && !self.races {
            return (1.0, 1.0);
        }
        course::factors(p, self.images_done.saturating_sub(first) as f64, self.plan.saturating_sub(first))
    }

    /// The learning rate of the current image.
    pub fn eta(&self) -> f64 {
        let (kept, boost) = self.factors();
        let described = || self.spec.projections.iter().rev().find_map(|projection| projection.rule.as_ref()?.value("eta"));
        let eta =
            if self.described.is_some() { described().unwrap_or_default() } else { OutputRule::after(&self.params, self.images_done).eta };
        eta * kept * boost
    }

    /// Set a quantity of a described network from text, as a log records it; the fault in one sentence.
    pub(in crate::experiment) fn set_text(&mut self, path: &str, text: &str) -> Result<(), String> {
        let path: Path = path.parse().map_err(|fault: PathError| fault.to_string())?;
        let value =
            NetworkSpec::clone(self.described.as_ref().unwrap_or(&self.spec)).set(&path, text).map_err(|faults| sentence(&faults))?;
        self.set_path(&path, &value).map_err(|faults| sentence(&faults))
    }

    /// Whether a described network and the parameters of its task suit each other.
    fn suits(&self, network: &NetworkSpec, params: &Params) -> Result<(), FaultList> {
        let task = Classify { params: params.clone(), stages: self.stages.clone(), ..Classify::default() };
        let faults = network.trial_faults(&task);
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }

    /// Set a quantity of a described network by its path from the next step on; one that needs a new network is a fault.
    pub fn set_path(&mut self, path: &Path, value: &Value) -> Result<(), FaultList> {
        let fault = |message: &str| FaultList::from(Fault { path: path.to_string(), message: message.to_owned() });
        let Some(described) = &self.described else {
            return Err(fault("the network comes from a template; change the parameters of the preset"));
        };
        let mut spec = NetworkSpec::clone(described);
        spec.set_value(path, value)?;
        self.suits(&spec, &self.params)?;
        if spec.entry(path).is_some_and(|entry| entry.field.change == Change::Rebuild) {
            return Err(fault("it requires a new network; reset with the new value"));
        }
        let code = |spec: &NetworkSpec| spec.image().map_or("", |image| image.model.choice("code"));
        let new_code = code(&spec) != code(&self.spec);
        self.described = Some(spec.into());
        self.describe();
        if self.elapsed > 0 && self.elapsed < self.stimulus.present_steps {
            self.onset = None;
        }
        self.apply_params(new_code);
        match path.field.as_str() {
            "w_max" | "cap" => self.network.cap(),
            "norm" => self.network.scale_all(),
            _ => {}
        }
        Ok(())
    }

    /// Set a live parameter from the next step on. A rebuild parameter is an error; build a new trainer instead.
    pub fn set(&mut self, id: P, value: f64) -> Result<(), ParamError> {
        let spec = id.spec();
        if !spec.belongs_to(self.setup) {
            return Err(ParamError::Conflict(format!("{} has no effect in {}", spec.name, self.setup)));
        }
        if spec.change == Change::Rebuild {
            return Err(ParamError::Conflict(format!("{} requires a new network; reset with the new value", spec.name)));
        }
        let mut params = self.params.clone();
        params.set(id, value)?;
        let classes = self.data.train.classes;
        if let Some(fault) = params.conflicts(self.setup).into_iter().chain(Swap::fault(&params, classes)).next() {
            return Err(fault);
        }
        if let Some(described) = &self.described {
            self.suits(described, &params).map_err(|faults| ParamError::Conflict(sentence(&faults)))?;
        }
        self.params = params;
        if self.elapsed > 0 && self.elapsed < self.stimulus.present_steps {
            // the trial has been simulated with two sets of parameters, so it cannot be explained
            self.onset = None;
        }
        self.describe();
        self.apply_params(id == P::Encoder);
        if id == P::WMax {
            self.network.cap();
        }
        if id == P::Norm {
            // a neuron that does not fire would keep its old sum
            self.network.scale_all();
        }
        Ok(())
    }

    pub(super) fn apply_params(&mut self, new_encoder: bool) {
        let learning = self.learning();
        lower::set_neurons(&mut self.network, &self.spec, &learning);
        if new_encoder {
            // the current image uses the new code from its start
            self.code = self.spec.image().map_or("", |image| image.model.choice("code"));
            if let Some(mut encoder) = lower::encoder(&self.spec, self.grid) {
                if self.elapsed > 0 && self.elapsed < self.stimulus.present_steps {
                    let pixels = self.pixels();
                    encoder.present(&pixels, seed(self.seed, Purpose::Encoder, self.images_done));
                }
                self.network.set_encoder(encoder);
            }
        } else if let Some(encoder) = self.network.encoder_mut()
            && let Some(ModelSpec::Image(image)) = self.spec.image().map(|image| &image.model)
        {
            encoder.set_params(&lower::encoder_params(image), self.grid);
        }
        self.modulator.baseline = build::baseline(&self.params);
        self.modulator.rate = self.params.get(P::RewardRate);
        self.set_rules();
    }
}
