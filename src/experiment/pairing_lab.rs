//! The task of pairing spikes: the weight change of one presynaptic and one postsynaptic spike at a given lag. A scan of lags
//! measures the STDP window (Bi & Poo 1998; Morrison, Diesmann & Gerstner 2008).
//!
//! Rule and synapse are the same as in a network.

use crate::engine::archive::{Archive, ArchiveError, Digest, Persist};
use crate::engine::plasticity::{PairStdp, PlasticityParams, Rule};
use crate::engine::projection::Dense;
use crate::lower::{self, Learning};
use crate::model::{RuleSpec, template};
use crate::params::{ParamError, ParamId as P, Params, Setup, Template};
use crate::preset::Preset;
use crate::time::TimeGrid;

/// Number of lags in a scan.
const LAGS: i64 = 41;
/// Time before the first and after the last spike, in ms.
const MARGIN_MS: f64 = 20.0;

/// The current pairing, sampled at every step.
#[derive(Debug, Clone, Default)]
pub struct PairingTrace {
    /// Presynaptic trace.
    pub x_pre: Vec<f32>,
    /// Postsynaptic trace.
    pub x_post: Vec<f32>,
    /// Weight in mV.
    pub w: Vec<f32>,
}

/// A synapse, its two spikes and the measured weight changes.
pub struct PairingLab {
    params: Params,
    grid: TimeGrid,
    rule: PairStdp,
    synapse: Dense,
    step: u64,
    elapsed: u64,
    lag_steps: i64,
    /// Whether the lag was set: then it is repeated instead of being walked.
    held: bool,
    trace: PairingTrace,
    measured: Vec<(f64, f64)>,
}

/// Parameters of the rule.
fn plasticity(params: &Params) -> PlasticityParams {
    lower::plasticity(&RuleSpec::PairStdp(template::pair_stdp(params, params.get(P::Eta))), &Learning::default())
}

impl PairingLab {
    /// Build the synapse of a preset, or report contradictory parameters.
    pub fn new(preset: &Preset) -> Result<Self, Vec<ParamError>> {
        let faults = preset.params.conflicts(Setup::Template(Template::Pair));
        if !faults.is_empty() {
            return Err(faults);
        }
        let params = preset.params.clone();
        let grid = TimeGrid::new(params.get(P::Dt));
        let rule = PairStdp::new(1, 1, &plasticity(&params), grid);
        let mut lab = Self {
            grid,
            rule,
            synapse: Dense::new(1, 1),
            step: 0,
            elapsed: 0,
            lag_steps: 0,
            held: false,
            trace: PairingTrace::default(),
            measured: Vec::new(),
            params,
        };
        lab.lag_steps = -lab.span_steps();
        Ok(lab)
    }

    fn span_steps(&self) -> i64 {
        (self.params.get(P::PairSpan) / self.grid.dt_ms()) as i64
    }

    fn margin_steps(&self) -> u64 {
        (MARGIN_MS / self.grid.dt_ms()) as u64
    }

    /// Half of the maximum weight, for changes in both directions.
    fn w_start(&self) -> f32 {
        (0.5 * self.params.get(P::WMax)) as f32
    }

    /// Simulate `steps` steps.
    pub fn advance(&mut self, steps: u64) {
        for _ in 0..steps {
            self.advance_one();
        }
    }

    fn advance_one(&mut self) {
        if self.elapsed == 0 {
            self.rule.begin_trial(self.step);
            *self.synapse.get_mut(0, 0) = self.w_start();
            self.trace = PairingTrace::default();
        }
        let (margin, lag) = (self.margin_steps(), self.lag_steps.unsigned_abs());
        let (pre_at, post_at) = if self.lag_steps >= 0 { (margin, margin + lag) } else { (margin + lag, margin) };
        if self.elapsed == pre_at {
            self.rule.on_pre(self.step, 0, &[0], &mut self.synapse);
        }
        if self.elapsed == post_at {
            self.rule.on_post(self.step, &[0], &|_| 0.0, &mut self.synapse);
        }
        let (x_pre, x_post) = self.rule.traces(0, 0, self.step);
        self.trace.x_pre.push(x_pre);
        self.trace.x_post.push(x_post);
        self.trace.w.push(self.synapse.get(0, 0));
        self.step += 1;
        self.elapsed += 1;
        if self.elapsed > 2 * margin + lag {
            self.write_down();
            self.elapsed = 0;
            self.lag_steps = self.next_lag();
        }
    }

    fn write_down(&mut self) {
        let lag_ms = self.lag_ms();
        let change = f64::from(self.synapse.get(0, 0)) - f64::from(self.w_start());
        match self.measured.iter_mut().find(|(lag, _)| *lag == lag_ms) {
            Some((_, dw)) => *dw = change,
            None => self.measured.push((lag_ms, change)),
        }
        if self.measured.len() > 1000 {
            self.measured.remove(0);
        }
    }

    fn next_lag(&self) -> i64 {
        if self.held {
            return self.lag_steps;
        }
        let span = self.span_steps();
        let stride = (2 * span / (LAGS - 1)).max(1);
        let next = self.lag_steps + stride;
        if next > span { -span } else { next }
    }

    /// Set a live parameter. A lag that is set is repeated until the widest lag is set, which restarts the sweep over all lags; other
    /// changes delete the measurements.
    pub fn set(&mut self, id: P, value: f64) -> Result<(), ParamError> {
        let mut params = self.params.clone();
        params.set(id, value)?;
        if let Some(fault) = params.conflicts(Setup::Template(Template::Pair)).into_iter().next() {
            return Err(fault);
        }
        self.params = params;
        self.elapsed = 0;
        match id {
            P::PairLag => (self.lag_steps, self.held) = ((value / self.grid.dt_ms()).round() as i64, true),
            P::PairSpan => (self.lag_steps, self.held) = (-self.span_steps(), false),
            _ => self.measured.clear(),
        }
        self.rule.set_params(&plasticity(&self.params), self.grid);
        Ok(())
    }

    /// The closed form: weight change in mV of one pair at a lag of t_post − t_pre in ms. Lag 0 counts as causal.
    pub fn theory(&self, lag_ms: f64) -> f64 {
        let p = plasticity(&self.params);
        let w = f64::from(self.w_start());
        let (by, room) = if lag_ms >= 0.0 {
            (p.eta * p.a_plus * libm::exp(-lag_ms / p.tau_plus_ms), p.w_max_mv - w)
        } else {
            (-p.eta * p.a_minus * libm::exp(lag_ms / p.tau_minus_ms), w)
        };
        (w + by * if p.soft { room } else { 1.0 }).clamp(0.0, p.w_max_mv) - w
    }

    /// Completed pairings: lag in ms, weight change in mV.
    pub fn measured(&self) -> &[(f64, f64)] {
        &self.measured
    }

    /// The current pairing.
    pub fn trace(&self) -> &PairingTrace {
        &self.trace
    }

    /// Lag of the current pairing, in ms.
    pub fn lag_ms(&self) -> f64 {
        self.lag_steps as f64 * self.grid.dt_ms()
    }

    /// Steps since the start.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Completed steps of the current pairing.
    pub fn elapsed(&self) -> u64 {
        self.elapsed
    }

    /// Effective parameters.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The time grid.
    pub fn grid(&self) -> TimeGrid {
        self.grid
    }

    /// Hash of every part of the state.
    pub fn digest(&mut self) -> Digest {
        Digest::of(self)
    }
}

impl Persist for PairingLab {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { params: _, grid: _, rule, synapse, step, elapsed, lag_steps, held, trace: _, measured: _ } = self;
        rule.persist(archive)?;
        synapse.persist(archive)?;
        archive.u64("clocks", step)?;
        archive.u64("clocks", elapsed)?;
        let mut bits = lag_steps.cast_unsigned();
        archive.u64("clocks", &mut bits)?;
        *lag_steps = bits.cast_signed();
        // digests of runs in which no lag was set stay what they were; this state is never restored from bytes
        if *held {
            archive.u8("lag", &mut 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Training;

    #[test]
    fn the_measured_window_lies_on_the_closed_form_under_both_bounds() {
        for bounds in ["soft", "hard"] {
            let mut params = Params::default();
            for (name, value) in [("eta", "0.01"), ("bounds", bounds), ("tau_minus", "30 ms")] {
                params.set_text(name, value).unwrap();
            }
            let text = String::new;
            let (title, description, citation) = (text(), text(), text());
            let training = Training { epochs: 1 };
            let preset = Preset {
                title,
                description,
                citation,
                look_for: vec![],
                setup: Setup::Template(Template::Pair),
                training,
                params,
                network: None,
                path: None,
            };
            let mut lab = PairingLab::new(&preset).unwrap();
            lab.advance(10_000);
            assert_eq!(lab.measured().len(), LAGS as usize);
            for &(lag, dw) in lab.measured() {
                // f32 weights near 0.5 resolve 6e-8
                assert!((dw - lab.theory(lag)).abs() < 2e-7, "{bounds}, {lag} ms: {dw} against {}", lab.theory(lag));
            }
            assert!(lab.measured().iter().any(|&(lag, dw)| lag == 0.0 && dw > 0.0), "a coincidence counts as causal");
        }
    }

    #[test]
    fn a_lag_that_was_set_is_repeated_until_the_sweep_is_asked_for_again() {
        let preset = Preset::load(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/stdp-window.ron")).unwrap();
        let mut lab = PairingLab::new(&preset).unwrap();
        let lags = |lab: &mut PairingLab| {
            let mut lags = std::collections::BTreeSet::new();
            for _ in 0..2_000 {
                lab.advance(1);
                lags.insert((lab.lag_ms() * 10.0) as i64);
            }
            lags
        };
        assert!(lags(&mut lab).len() > 3, "a sweep over lags");
        lab.set(P::PairLag, 12.0).unwrap();
        lab.set(P::TauPlus, 30.0).unwrap();
        assert_eq!(lags(&mut lab), [120].into(), "another parameter leaves the lag");
        lab.set(P::PairSpan, 40.0).unwrap();
        assert!(lags(&mut lab).len() > 3);
    }
}
