//! Conductance-based leaky integrate-and-fire neurons:
//! `τ_m dV/dt = E_L − V + g_exc/g_L (E_exc − V) + g_inh/g_L (E_inh − V) + R I`, weights being conductances in nS.

use super::{Methods, Model, Receptor, check_refractory, not_below};
use crate::model::fault::{Faults, field};
use crate::model::field::{Field, log, real, record};
use crate::model::shape::Shape;
use crate::params::Change;
use crate::time::TimeGrid;

const VOGELS: &str = "Vogels & Abbott 2005, J Neurosci 25:10786";

record! {
    /// Conductance-based leaky integrate-and-fire neurons.
    LifCond, LIF_COND {
        tau_m_ms: f64, "tau_m", "ms", log(1.0, 1000.0), 20.0, Live;
            "Time constant with which the membrane potential decays to rest without synaptic input."; VOGELS
        e_l_mv: f64, "e_l", "mV", real(-200.0, 200.0), -60.0, Live;
            "Potential to which the membrane decays without input."; VOGELS
        v_th_mv: f64, "v_th", "mV", real(-200.0, 200.0), -50.0, Live;
            "A neuron fires when its potential reaches this value."; VOGELS
        v_reset_mv: f64, "v_reset", "mV", real(-200.0, 200.0), -60.0, Live;
            "Potential after a spike, held during the refractory period."; VOGELS
        t_ref_ms: f64, "t_ref", "ms", real(0.0, 50.0), 5.0, Live;
            "Time after a spike during which the potential is clamped to reset; a whole number of steps."; VOGELS
        g_l_ns: f64, "g_l", "nS", log(0.01, 10_000.0), 10.0, Live;
            "Leak conductance, to which those of the receptors relate; the membrane capacitance is tau_m g_l, and R is 1/g_l."; VOGELS
        e_exc_mv: f64, "e_exc", "mV", real(-200.0, 200.0), 0.0, Live;
            "Reversal potential of the receptor excitatory, toward which its conductance pulls the potential."; VOGELS
        e_inh_mv: f64, "e_inh", "mV", real(-200.0, 200.0), -80.0, Live;
            "Reversal potential of the receptor inhibitory, toward which its conductance pulls the potential; at e_l inhibition only shunts."; VOGELS
        tau_syn_exc_ms: f64, "tau_syn_exc", "ms", log(0.1, 1000.0), 5.0, Live;
            "Decay time constant of the conductance of the receptor excitatory."; VOGELS
        tau_syn_inh_ms: f64, "tau_syn_inh", "ms", log(0.1, 1000.0), 10.0, Live;
            "Decay time constant of the conductance of the receptor inhibitory."; VOGELS
        ri_mv: f64, "ri", "mV", real(-1000.0, 1000.0), 0.0, Live;
            "Constant input R I: the depolarisation that it causes in the steady state without synaptic input; 200 pA at g_l = 10 nS are 20 mV."; VOGELS
    }
}

const RECEPTORS: &[Receptor] = &[
    Receptor {
        name: "excitatory",
        unit: "nS",
        help: "A spike adds the size of its weight to the conductance g_exc, which pulls the potential toward e_exc and decays with tau_syn_exc.",
    },
    Receptor {
        name: "inhibitory",
        unit: "nS",
        help: "A spike adds the size of its weight to the conductance g_inh, which pulls the potential toward e_inh and decays with tau_syn_inh.",
    },
];

const fn conductance(name: &'static str, help: &'static str) -> Field {
    Field { name, unit: "nS", domain: real(0.0, 1e6), default: 0.0, change: Change::Rebuild, help, source: VOGELS }
}

const START: &[Field] = &[
    Field {
        name: "v",
        unit: "mV",
        domain: real(-200.0, 200.0),
        default: -60.0,
        change: Change::Rebuild,
        help: "Membrane potential at the start; without it every neuron starts at e_l.",
        source: VOGELS,
    },
    conductance("g_exc", "Excitatory conductance at the start."),
    conductance("g_inh", "Inhibitory conductance at the start."),
];

impl Model for LifCond {
    fn receptors(&self) -> &'static [Receptor] {
        RECEPTORS
    }

    fn start(&self) -> &'static [Field] {
        START
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Leaky integrate-and-fire neurons with conductance-based synapses. A spike opens a conductance at its receptor, which decays exponentially and pulls the potential toward the reversal potential of the receptor; weights are conductances. In every step the membrane equation is solved exactly with the conductances at the middle of the step.",
            equations: "τ_m dV/dt = E_L − V + g_exc/g_L (E_exc − V) + g_inh/g_L (E_inh − V) + R I,   τ_exc dg_exc/dt = −g_exc,   τ_inh dg_inh/dt = −g_inh,   spike if V ≥ V_th, then V = V_reset for t_ref",
        }
    }

    fn effect_mv(&self, receptor: &str, weight: f64) -> f64 {
        let (tau_ms, e_rev_mv) =
            if receptor == "inhibitory" { (self.tau_syn_inh_ms, self.e_inh_mv) } else { (self.tau_syn_exc_ms, self.e_exc_mv) };
        weight.abs() / self.g_l_ns * (e_rev_mv - self.e_l_mv) * tau_ms / self.tau_m_ms
    }

    fn check(&self, path: &str, _shape: Shape, grid: TimeGrid, faults: &mut Faults) {
        let Self { v_th_mv, v_reset_mv, .. } = self;
        if v_reset_mv >= v_th_mv {
            faults.at(&field(path, "v_reset"), not_below("v_reset", *v_reset_mv, "v_th", *v_th_mv));
        }
        check_refractory(self.t_ref_ms, path, grid, faults);
    }

    fn bytes(&self, size: u32) -> u64 {
        // three variables in f64, the refractory period, the drive of the steps of a chunk for two receptors, and a checkpoint
        u64::from(size) * 120
    }
}
