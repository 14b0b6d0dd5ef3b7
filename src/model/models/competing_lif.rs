//! Leaky integrate-and-fire neurons with lateral inhibition among each other: after a spike all others are inhibited.

use super::{Methods, Model, Receptor, check_refractory, not_below};
use crate::model::fault::{Faults, field};
use crate::model::field::{Slot, log, real, record};
use crate::model::shape::Shape;
use crate::params::Domain;
use crate::time::TimeGrid;

/// What lateral inhibition does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Inhibition {
    /// Each spike subtracts a voltage.
    #[default]
    Current,
    /// Each spike opens a conductance toward the inhibitory reversal potential.
    Conductance,
}

impl Slot for Inhibition {
    fn number(&self) -> f64 {
        f64::from(*self as u8)
    }

    fn set_number(&mut self, value: f64) {
        *self = if value == 0.0 { Self::Current } else { Self::Conductance };
    }
}

const GERSTNER: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 1";
const DIEHL: &str = "Diehl & Cook 2015, Front Comput Neurosci 9:99";

record! {
    /// Leaky integrate-and-fire neurons that inhibit each other.
    CompetingLif, COMPETING_LIF {
        tau_m_ms: f64, "tau_m", "ms", log(1.0, 1000.0), 100.0, Live;
            "Time constant with which the membrane potential decays to rest."; GERSTNER
        e_l_mv: f64, "e_l", "mV", real(-200.0, 200.0), -65.0, Live;
            "Potential to which the membrane decays without input."; GERSTNER
        v_th_mv: f64, "v_th", "mV", real(-200.0, 200.0), -52.0, Live;
            "A neuron fires when its potential reaches this value plus its adaptive threshold."; GERSTNER
        v_reset_mv: f64, "v_reset", "mV", real(-200.0, 200.0), -60.0, Live;
            "Potential after a spike, held during the refractory period."; GERSTNER
        t_ref_ms: f64, "t_ref", "ms", real(0.0, 50.0), 5.0, Live;
            "Time after a spike during which the potential is clamped to reset; a whole number of steps."; GERSTNER
        theta_plus_mv: f64, "theta_plus", "mV", real(0.0, 5.0), 0.05, Live;
            "Each spike raises the adaptive threshold of its neuron by this much."; DIEHL
        tau_theta_ms: f64, "tau_theta", "ms", log(10.0, 1e9), 1e7, Live;
            "Time constant with which the adaptive threshold decays to zero."; DIEHL
        sigma_mv: f64, "sigma", "mV", real(0.0, 20.0), 0.0, Live;
            "Standard deviation of the membrane potential, without threshold, under white noise."; GERSTNER
        tau_syn_ms: f64, "tau_syn", "ms", real(0.0, 100.0), 0.0, Rebuild;
            "Decay time constant of the synaptic current; at 0 a spike changes the potential at once."; GERSTNER
        inhibition_mv: f64, "inhibition", "mV", real(0.0, 1000.0), 120.0, Live;
            "Decrease of the potential of every other neuron after a spike; with inhibition_type conductance, the decrease that a neuron held at rest would accumulate."; DIEHL
        inhibition_type: Inhibition, "inhibition_type", "", Domain::Choice(&["current", "conductance"]), 0.0, Live;
            "current: each spike subtracts the same voltage, without a lower limit. conductance: each spike opens a conductance that pulls the potential toward e_inh, never below it."; DIEHL
        e_inh_mv: f64, "e_inh", "mV", real(-200.0, 0.0), -100.0, Live;
            "Reversal potential of inhibition with inhibition_type conductance."; DIEHL
        tau_inh_ms: f64, "tau_inh", "ms", real(0.0, 2000.0), 2.0, Live;
            "Decay time constant of the inhibitory conductance; at 0 it lasts one time step."; DIEHL
    }
}

const RECEPTORS: &[Receptor] =
    &[Receptor { name: "excitatory", unit: "mV", help: "A spike adds its weight to R I; this current decays with tau_syn." }];

impl Model for CompetingLif {
    fn methods(&self) -> Methods {
        Methods {
            words: "Leaky integrate-and-fire neurons, integrated exactly from step to step, that inhibit each other: after a spike all others are inhibited. Each spike raises the threshold of its neuron.",
            equations: "τ_m dV/dt = E_L − V + I,   spike if V ≥ V_th + θ, then V = V_reset for t_ref, θ ← θ + θ+,   V_j ← V_j − Δ_inh (S − s_j) or τ_m dV/dt = … + g (E_inh − V)",
        }
    }

    fn receptors(&self) -> &'static [Receptor] {
        RECEPTORS
    }

    fn has_potential(&self) -> bool {
        true
    }

    fn check(&self, path: &str, _shape: Shape, grid: TimeGrid, faults: &mut Faults) {
        let Self { e_l_mv, v_th_mv, v_reset_mv, e_inh_mv, .. } = self;
        for (name, value) in [("v_reset", v_reset_mv), ("e_l", e_l_mv)] {
            if value >= v_th_mv {
                faults.at(&field(path, name), not_below(name, *value, "v_th", *v_th_mv));
            }
        }
        if self.inhibition_type == Inhibition::Conductance && e_inh_mv >= e_l_mv {
            faults.at(&field(path, "e_inh"), not_below("e_inh", *e_inh_mv, "e_l", *e_l_mv));
        }
        check_refractory(self.t_ref_ms, path, grid, faults);
    }

    fn bytes(&self, size: u32) -> u64 {
        u64::from(size) * 112
    }
}
