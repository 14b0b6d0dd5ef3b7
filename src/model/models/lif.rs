//! Leaky integrate-and-fire neurons: `τ_m dV/dt = E_L − V + R I + I_exc + I_inh`, with exponential or alpha-shaped currents per receptor.

use super::{Methods, Model, Receptor, check_refractory, not_below};
use crate::model::fault::{Faults, field};
use crate::model::field::{Field, Slot, log, real, record};
use crate::model::shape::Shape;
use crate::params::{Change, Domain};
use crate::time::TimeGrid;

const GERSTNER: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 1";
const DIEHL: &str = "Diehl & Cook 2015, Front Comput Neurosci 9:99";

/// The course of a synaptic current after a spike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CurrentShape {
    /// `w e^(−t/τ)`, as in NEST's `iaf_psc_exp`.
    #[default]
    Exponential,
    /// `w t/τ e^(1 − t/τ)`, whose peak is w at τ, as in NEST's `iaf_psc_alpha`.
    Alpha,
}

impl Slot for CurrentShape {
    fn number(&self) -> f64 {
        f64::from(*self as u8)
    }

    fn set_number(&mut self, value: f64) {
        *self = if value == 0.0 { Self::Exponential } else { Self::Alpha };
    }
}

record! {
    /// Leaky integrate-and-fire neurons.
    Lif, LIF {
        tau_m_ms: f64, "tau_m", "ms", log(1.0, 1000.0), 20.0, Live;
            "Time constant with which the membrane potential decays to rest."; GERSTNER
        e_l_mv: f64, "e_l", "mV", real(-200.0, 200.0), -65.0, Live;
            "Potential to which the membrane decays without input."; GERSTNER
        v_th_mv: f64, "v_th", "mV", real(-200.0, 200.0), -50.0, Live;
            "A neuron fires when its potential reaches this value plus its adaptive threshold."; GERSTNER
        v_reset_mv: f64, "v_reset", "mV", real(-200.0, 200.0), -65.0, Live;
            "Potential after a spike, held during the refractory period."; GERSTNER
        t_ref_ms: f64, "t_ref", "ms", real(0.0, 50.0), 2.0, Live;
            "Time after a spike during which the potential is clamped to reset; a whole number of steps."; GERSTNER
        tau_syn_exc_ms: f64, "tau_syn_exc", "ms", real(0.0, 100.0), 0.0, Rebuild;
            "Decay time constant of the current of the receptor excitatory; at 0 a spike changes the potential at once."; GERSTNER
        tau_syn_inh_ms: f64, "tau_syn_inh", "ms", real(0.0, 100.0), 0.0, Rebuild;
            "Decay time constant of the current of the receptor inhibitory; at 0 a spike changes the potential at once."; GERSTNER
        synapse: CurrentShape, "synapse", "", Domain::Choice(&["exponential", "alpha"]), 0.0, Rebuild;
            "Shape of the currents. exponential: a spike adds its weight, which decays. alpha: after a spike the current rises to its weight, at the time constant, and decays."; GERSTNER
        ri_mv: f64, "ri", "mV", real(-1000.0, 1000.0), 0.0, Live;
            "Constant input R I: the depolarisation that it causes in the steady state."; GERSTNER
        sigma_mv: f64, "sigma", "mV", real(0.0, 20.0), 0.0, Live;
            "Standard deviation of the membrane potential, without threshold, under white noise."; GERSTNER
        theta_plus_mv: f64, "theta_plus", "mV", real(0.0, 5.0), 0.0, Live;
            "Each spike raises the adaptive threshold of its neuron by this much."; DIEHL
        tau_theta_ms: f64, "tau_theta", "ms", log(10.0, 1e9), 1e7, Live;
            "Time constant with which the adaptive threshold decays to zero."; DIEHL
    }
}

/// Receptors of models with synaptic currents.
pub(super) const RECEPTORS: &[Receptor] = &[
    Receptor { name: "excitatory", unit: "mV", help: "A spike adds its weight to R I; this current decays with tau_syn_exc." },
    Receptor { name: "inhibitory", unit: "mV", help: "A spike adds its weight to R I; this current decays with tau_syn_inh." },
    Receptor { name: "current", unit: "mV", help: "A spike adds its weight to the potential at once." },
];

const START: &[Field] = &[Field {
    name: "v",
    unit: "mV",
    domain: real(-200.0, 200.0),
    default: -65.0,
    change: Change::Rebuild,
    help: "Membrane potential at the start; without it every neuron starts at e_l.",
    source: GERSTNER,
}];

impl Model for Lif {
    fn receptors(&self) -> &'static [Receptor] {
        RECEPTORS
    }

    fn start(&self) -> &'static [Field] {
        START
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Leaky integrate-and-fire neurons, integrated exactly from step to step. A spike adds its weight to the current R I of its receptor, which decays exponentially, or with alpha-shaped currents starts one that peaks at its weight after the time constant; where the time constant is 0, and at the receptor current, it changes the potential at once. A neuron fires when its potential reaches the threshold, and is then held at reset for the refractory period.",
            equations: "τ_m dV/dt = E_L − V + R I + I_exc + I_inh,   τ_exc dI_exc/dt = −I_exc,   τ_inh dI_inh/dt = −I_inh (alpha: I = w t/τ e^(1 − t/τ) after a spike),   spike if V ≥ V_th + θ, then V = V_reset for t_ref, θ ← θ + θ+",
        }
    }

    fn effect_mv(&self, receptor: &str, weight: f64) -> f64 {
        let tau_ms = match receptor {
            "excitatory" => self.tau_syn_exc_ms,
            "inhibitory" => self.tau_syn_inh_ms,
            _ => 0.0,
        };
        // the integral of the current over τ_m
        let shape = if self.synapse == CurrentShape::Alpha { std::f64::consts::E } else { 1.0 };
        if tau_ms > 0.0 { weight * shape * tau_ms / self.tau_m_ms } else { weight }
    }

    fn check(&self, path: &str, _shape: Shape, grid: TimeGrid, faults: &mut Faults) {
        let Self { v_th_mv, v_reset_mv, .. } = self;
        if v_reset_mv >= v_th_mv {
            faults.at(&field(path, "v_reset"), not_below("v_reset", *v_reset_mv, "v_th", *v_th_mv));
        }
        check_refractory(self.t_ref_ms, path, grid, faults);
    }

    fn bytes(&self, size: u32) -> u64 {
        // V, θ, threshold, two currents, noise, the drive of the steps of a chunk for each receptor, and the bytes of a checkpoint
        u64::from(size) * 112
    }
}
