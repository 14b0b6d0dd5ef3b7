//! Adaptive exponential integrate-and-fire neurons, in units of the leak conductance.

use super::lif::RECEPTORS;
use super::{Methods, Model, Receptor, check_refractory, not_below};
use crate::model::fault::{Faults, field};
use crate::model::field::{Field, log, real, record};
use crate::model::plane::Planar;
use crate::model::shape::Shape;
use crate::params::Change;
use crate::time::TimeGrid;

const BRETTE: &str = "Brette & Gerstner 2005, J Neurophysiol 94:3637";

record! {
    /// Adaptive exponential integrate-and-fire neurons.
    AdEx, AD_EX {
        tau_m_ms: f64, "tau_m", "ms", log(1.0, 1000.0), 9.37, Live;
            "Membrane time constant, C/g_L."; BRETTE
        e_l_mv: f64, "e_l", "mV", real(-200.0, 200.0), -70.6, Live;
            "Potential to which the membrane decays without input."; BRETTE
        v_t_mv: f64, "v_t", "mV", real(-200.0, 200.0), -50.4, Live;
            "Potential at which the exponential current begins to exceed the leak."; BRETTE
        delta_t_mv: f64, "delta_t", "mV", log(0.1, 20.0), 2.0, Live;
            "Sharpness of the exponential: the smaller, the more abrupt is the upstroke of a spike."; BRETTE
        a: f64, "a", "", real(-10.0, 10.0), 0.1333, Live;
            "Coupling of the adaptation to the potential, in units of the leak conductance (a/g_L)."; BRETTE
        b_mv: f64, "b", "mV", real(0.0, 1000.0), 2.683, Live;
            "What a spike adds to the adaptation, b/g_L."; BRETTE
        tau_w_ms: f64, "tau_w", "ms", log(1.0, 10_000.0), 144.0, Live;
            "Time constant of the adaptation."; BRETTE
        v_reset_mv: f64, "v_reset", "mV", real(-200.0, 200.0), -70.6, Live;
            "Potential after a spike, held during the refractory period."; BRETTE
        v_peak_mv: f64, "v_peak", "mV", real(-200.0, 200.0), 0.0, Live;
            "A neuron fires when its potential reaches this value."; BRETTE
        t_ref_ms: f64, "t_ref", "ms", real(0.0, 50.0), 0.0, Live;
            "Time after a spike during which the potential stays at reset; a whole number of steps."; BRETTE
        tau_syn_exc_ms: f64, "tau_syn_exc", "ms", real(0.0, 100.0), 0.0, Live;
            "Decay time constant of the current of the receptor excitatory; at 0 a spike changes the potential at once."; BRETTE
        tau_syn_inh_ms: f64, "tau_syn_inh", "ms", real(0.0, 100.0), 0.0, Live;
            "Decay time constant of the current of the receptor inhibitory; at 0 a spike changes the potential at once."; BRETTE
        ri_mv: f64, "ri", "mV", real(-1000.0, 1000.0), 0.0, Live;
            "Constant input R I: current times resistance, I/g_L."; BRETTE
    }
}

const START: &[Field] = &[
    Field {
        name: "v",
        unit: "mV",
        domain: real(-200.0, 200.0),
        default: -70.6,
        change: Change::Rebuild,
        help: "Membrane potential at the start; without it every neuron starts at e_l.",
        source: BRETTE,
    },
    Field {
        name: "w",
        unit: "mV",
        domain: real(-1000.0, 1000.0),
        default: 0.0,
        change: Change::Rebuild,
        help: "Adaptation at the start, w/g_L.",
        source: BRETTE,
    },
];

impl Model for AdEx {
    fn receptors(&self) -> &'static [Receptor] {
        RECEPTORS
    }

    fn start(&self) -> &'static [Field] {
        START
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Adaptive exponential integrate-and-fire neurons, by the Runge-Kutta method of fourth order; currents and the adaptation are divided by the leak conductance. A spike adds its weight to the current of its receptor, which decays exponentially; where the time constant is 0, and at the receptor current, it changes the potential at once.",
            equations: "τ_m dV/dt = E_L − V + Δ_T e^((V − V_T)/Δ_T) − w + R I + I_exc + I_inh,   τ_w dw/dt = a (V − E_L) − w,   spike if V ≥ V_peak, then V = V_reset for t_ref, w ← w + b",
        }
    }

    fn effect_mv(&self, receptor: &str, weight: f64) -> f64 {
        let tau_ms = match receptor {
            "excitatory" => self.tau_syn_exc_ms,
            "inhibitory" => self.tau_syn_inh_ms,
            _ => 0.0,
        };
        if tau_ms > 0.0 { weight * tau_ms / self.tau_m_ms } else { weight }
    }

    fn check(&self, path: &str, _shape: Shape, grid: TimeGrid, faults: &mut Faults) {
        let Self { v_t_mv, v_reset_mv, v_peak_mv, delta_t_mv, .. } = self;
        for (name, value) in [("v_reset", v_reset_mv), ("v_t", v_t_mv)] {
            if value >= v_peak_mv {
                faults.at(&field(path, name), not_below(name, *value, "v_peak", *v_peak_mv));
            }
        }
        // the exponential must stay within the numbers
        if v_peak_mv - v_t_mv > 500.0 * delta_t_mv {
            let message =
                format!("{delta_t_mv} mV is too small: v_peak - v_t = {} mV may be at most 500 times as large", v_peak_mv - v_t_mv);
            faults.at(&field(path, "delta_t"), message);
        }
        check_refractory(self.t_ref_ms, path, grid, faults);
    }

    fn planar(&self) -> Option<&dyn Planar> {
        Some(self)
    }

    fn bytes(&self, size: u32) -> u64 {
        // four variables in f64, the refractory period, the drive of the steps of a chunk for three receptors, and a checkpoint
        u64::from(size) * 144
    }
}

/// Touboul & Brette 2008, Biol Cybern 99:319; Naud, Marcille, Clopath & Gerstner 2008, Biol Cybern 99:335.
impl Planar for AdEx {
    fn second(&self) -> (&'static str, &'static str) {
        ("w", "mV")
    }

    fn v_nullcline(&self, v_mv: f64) -> f64 {
        self.e_l_mv - v_mv + self.delta_t_mv * libm::exp((v_mv - self.v_t_mv) / self.delta_t_mv)
    }

    fn second_nullcline(&self, v_mv: f64) -> f64 {
        self.a * (v_mv - self.e_l_mv)
    }

    fn jacobian(&self, v_mv: f64) -> [[f64; 2]; 2] {
        let steep = libm::exp((v_mv - self.v_t_mv) / self.delta_t_mv) - 1.0;
        [[steep / self.tau_m_ms, -1.0 / self.tau_m_ms], [self.a / self.tau_w_ms, -1.0 / self.tau_w_ms]]
    }

    fn turn_mv(&self) -> Option<f64> {
        (self.a > -1.0).then(|| self.v_t_mv + self.delta_t_mv * libm::log1p(self.a))
    }

    fn trace_zero_mv(&self) -> f64 {
        self.v_t_mv + self.delta_t_mv * libm::log1p(self.tau_m_ms / self.tau_w_ms)
    }

    fn peak_mv(&self) -> f64 {
        self.v_peak_mv
    }
}
