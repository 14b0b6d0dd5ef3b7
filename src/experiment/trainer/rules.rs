//! Rules and parameters of populations and projections: changes by stages, schedules and the user.

use super::Trainer;
use crate::engine::projection::Store;
use crate::experiment::build;
use crate::experiment::swap::Swap;
use crate::params::{Change, ParamError, ParamId as P};
use crate::rng::{Purpose, seed};

impl Trainer {
    /// Change from STDP to reward learning if due, and update the learning rate by its schedule.
    pub(super) fn update_rule(&mut self) {
        let name = build::rule_name(&self.params, self.images_done);
        if name != self.rule {
            self.rule = name;
            // from now on an answer is an action, so the label assignment must stay fixed
            self.readout.close();
            let p = build::plasticity(&self.params, self.protocol, self.eta());
            let classes = self.data.train.classes;
            for Store { weights, rule } in self.network.dense_mut() {
                *rule = build::rule(name, (weights.n_pre(), weights.n_post()), classes, &p, self.grid);
            }
        }
        self.set_rules();
    }

    /// Change to the next stage if due.
    pub(super) fn update_stage(&mut self) {
        // a completed stage is not reopened if its length is increased later
        let stage = build::stage(&self.params, self.protocol, self.images_done).max(self.stage);
        if stage != self.stage {
            self.stage = stage;
            self.network.fix_filters();
            self.set_filter_rules();
            self.set_neurons();
        }
    }

    /// Install the rule of the filters that learn in this stage.
    pub(super) fn set_filter_rules(&mut self) {
        let Self { params, protocol, stage, network, data, .. } = self;
        for (layer, Store { weights, rule }) in network.filters_mut().enumerate() {
            *rule = build::filter_rule(params, *protocol, (*stage, layer), weights.geometry(), data.train.classes);
        }
    }

    /// Set the parameters of every population.
    fn set_neurons(&mut self) {
        let neurons = build::neurons(&self.params, self.protocol, self.stage, self.grid);
        self.network.populations_mut().iter_mut().zip(&neurons).for_each(|(population, params)| population.set_params(params));
    }

    /// Set the parameters of every rule.
    fn set_rules(&mut self) {
        let p = build::plasticity(&self.params, self.protocol, self.eta());
        for projection in self.network.projections_mut() {
            projection.synapses.set_params(&p, self.grid);
        }
    }

    /// The learning rate of the current image.
    pub fn eta(&self) -> f64 {
        let p = &self.params;
        let first = match p.choice(P::Rule) {
            "stdp-then-r-stdp" => p.count(P::StdpImages) as u64,
            _ => build::stage_lengths(p, self.protocol).iter().fold(0u64, |sum, &images| sum.saturating_add(images)),
        };
        if self.stage < build::last_stage(p, self.protocol) {
            // outputs learn only in the last stage
            return 0.0;
        }
        if self.images_done < first && !self.protocol.races() {
            return p.get(P::StdpEta);
        }
        let span = self.plan.saturating_sub(first).max(1);
        let done = self.images_done.saturating_sub(first) as f64;
        let progress = (done / span as f64).min(1.0);
        let kept = match p.choice(P::Schedule) {
            "linear" => 1.0 + (p.get(P::EtaFinal) - 1.0) * progress,
            _ => libm::pow(p.get(P::EtaFinal), progress),
        };
        let boost = 1.0 + (p.get(P::EtaBoost) - 1.0) * libm::exp(-done / p.get(P::BoostImages));
        p.get(P::Eta) * kept * boost
    }

    /// Set a live parameter from the next step on. A rebuild parameter is an error; build a new trainer instead.
    pub fn set(&mut self, id: P, value: f64) -> Result<(), ParamError> {
        let spec = id.spec();
        if !spec.protocols.contains(&self.protocol) {
            return Err(ParamError::Conflict(format!("{} has no effect in the protocol {:?}", spec.name, self.protocol)));
        }
        if spec.change == Change::Rebuild {
            return Err(ParamError::Conflict(format!("{} requires a new network; reset with the new value", spec.name)));
        }
        let mut params = self.params.clone();
        params.set(id, value)?;
        let classes = self.data.train.classes;
        if let Some(fault) = params.conflicts(self.protocol).into_iter().chain(Swap::fault(&params, classes)).next() {
            return Err(fault);
        }
        self.params = params;
        if self.elapsed > 0 && self.elapsed < self.stimulus.present_steps {
            // the trial has been simulated with two sets of parameters, so it cannot be explained
            self.onset = None;
        }
        self.apply_params(id == P::Encoder);
        if id == P::WMax {
            self.network.dense_mut().for_each(|store| store.weights.cap(value as f32));
        }
        if id == P::Norm && value > 0.0 {
            // a neuron that does not fire would keep its old sum
            self.network.scale_all(value as f32, self.params.get(P::WMax) as f32);
        }
        Ok(())
    }

    pub(super) fn apply_params(&mut self, new_encoder: bool) {
        self.set_neurons();
        let (params, grid) = (&self.params, self.grid);
        if new_encoder {
            // the current image uses the new code from its start
            self.code = build::code(params, self.protocol);
            let mut encoder = build::encoder(self.code, params, (self.data.train.width, self.data.train.height), grid);
            if self.elapsed > 0 && self.elapsed < self.stimulus.present_steps {
                let pixels = self.pixels();
                encoder.present(&pixels, seed(self.seed, Purpose::Encoder, self.images_done));
            }
            self.network.set_encoder(encoder);
        } else if let Some(encoder) = self.network.encoder_mut() {
            encoder.set_params(&build::encoder_params(params), grid);
        }
        self.modulator.baseline = build::baseline(params);
        self.modulator.rate = params.get(P::RewardRate);
        self.set_rules();
    }
}
