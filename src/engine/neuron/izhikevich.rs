//! Izhikevich neurons: `dv/dt = 0.04 v² + 5 v + 140 − u + I`, `du/dt = a (b v − u)`; at `v ≥ v_peak` a spike, `v ← c`, `u ← u + d`
//! (Izhikevich 2003, IEEE Trans Neural Netw 14:1569).
//!
//! Both schemes are Euler's. With *half steps* v is advanced twice by half a step, then u with the new v, as in the paper's
//! program; an arriving spike adds its weight to `I dt` of the step. Otherwise v and u are advanced at once from the same values,
//! and an arriving spike adds its weight to v, as in NEST's `izhikevich` with `consistent_integration`.

use super::{Equations, NeuronParams};
use crate::engine::elementary::choose;

/// Parameters; the potential is in mV, time in ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IzhikevichParams {
    /// Rate at which u follows b v, per ms.
    pub a: f64,
    /// Sensitivity of u to v.
    pub b: f64,
    /// Potential after a spike, mV.
    pub c_mv: f64,
    /// What a spike adds to u.
    pub d: f64,
    /// Potential at which a spike is fired, mV.
    pub v_peak_mv: f64,
    /// Constant input, mV per ms.
    pub i: f64,
    /// Whether v is advanced in two half steps.
    pub half_steps: bool,
    /// Time step, ms.
    pub dt_ms: f64,
}

impl Equations<2, 2> for IzhikevichParams {
    const RECEPTORS: &'static [&'static str] = &["excitatory", "inhibitory"];
    const VARIABLES: [&'static str; 2] = ["v", "u"];
    const REFRACTORY: bool = false;

    fn of(params: &NeuronParams) -> Option<Self> {
        if let NeuronParams::Izhikevich(params) = params { Some(*params) } else { None }
    }

    /// c, and u = b c, as in the paper.
    fn rest(&self) -> [f64; 2] {
        [self.c_mv, self.b * self.c_mv]
    }

    #[inline(always)]
    fn step(&self, [v, u]: [f64; 2], [exc, inh]: [f64; 2], _exponential: f64, _held: bool) -> ([f64; 2], bool) {
        let Self { a, b, c_mv, d, v_peak_mv, i, half_steps, dt_ms } = *self;
        let input = exc + inh;
        let slope = |v: f64| 0.04 * v * v + 5.0 * v + 140.0 - u + i;
        let (v, u) = if half_steps {
            let v = v + 0.5 * (dt_ms * slope(v) + input);
            let v = v + 0.5 * (dt_ms * slope(v) + input);
            (v, u + dt_ms * a * (b * v - u))
        } else {
            (v + dt_ms * slope(v) + input, u + dt_ms * a * (b * v - u))
        };
        let fires = v >= v_peak_mv;
        ([choose(fires, c_mv, v), choose(fires, u + d, u)], fires)
    }

    #[inline(always)]
    fn with_current(self, ri_mv: f64) -> Self {
        Self { i: self.i + ri_mv, ..self }
    }

    fn refractory_steps(&self) -> u32 {
        0
    }

    fn threshold_mv(&self) -> f64 {
        self.v_peak_mv
    }
}
