//! Escape-noise neurons whose first spike is the answer: leaky integrators with a stochastic threshold and a decision window.

use super::{Methods, Model, Receptor};
use crate::model::fault::{Faults, field};
use crate::model::field::{log, real, record};
use crate::model::shape::Shape;
use crate::time::TimeGrid;

const GERSTNER: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 1";
const ESCAPE: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 9";

record! {
    /// Neurons with escape noise that race: the first spike of a trial is the answer. With a shape (width, height, maps) each filter
    /// takes part with the site where its potential is highest.
    EscapeNoise, ESCAPE_NOISE {
        tau_m_ms: f64, "tau_m", "ms", log(1.0, 1e9), 10.0, Rebuild;
            "Time constant with which a postsynaptic potential decays; above tau_syn."; GERSTNER
        tau_syn_ms: f64, "tau_syn", "ms", log(0.001, 100.0), 5.0, Rebuild;
            "Time constant with which a postsynaptic potential rises."; GERSTNER
        e_l_mv: f64, "e_l", "mV", real(-200.0, 200.0), -65.0, Live;
            "Potential to which the membrane decays without input."; GERSTNER
        v_th_mv: f64, "v_th", "mV", real(-200.0, 200.0), -45.0, Live;
            "Potential at which the hazard is 1 per ms; without noise a neuron fires there."; ESCAPE
        delta_u_mv: f64, "delta_u", "mV", log(0.05, 20.0), 1.0, Live;
            "Width of the escape noise: the answer is a softmax of potential / delta_u."; ESCAPE
        gate_ms: f64, "gate", "ms", real(0.0, 1000.0), 11.0, Live;
            "Time from onset at which the decision window opens; a whole number of steps."; ESCAPE
        ramp_mv_per_ms: f64, "ramp", "mV/ms", log(0.1, 200.0), 20.0, Live;
            "Rise of the drive that all neurons receive in the decision window."; ESCAPE
    }
}

const RECEPTORS: &[Receptor] =
    &[Receptor { name: "excitatory", unit: "mV", help: "The weight is the height of the postsynaptic potential." }];

impl Model for EscapeNoise {
    fn usual_name(&self) -> &'static str {
        "output"
    }

    fn usual_shape(&self) -> Shape {
        Shape::Line(10)
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Leaky integrators with escape noise. From the opening of the decision window a common drive rises, and each neuron fires with a hazard that grows with its potential; the first spike is the answer and ends the decision.",
            equations: "u_c(t) = Σ_i w_ci ε(t − t_i),   ρ_c(t) = ρ_0 exp((u_c(t) + ramp t − θ)/Δu)",
        }
    }

    fn receptors(&self) -> &'static [Receptor] {
        RECEPTORS
    }

    fn has_potential(&self) -> bool {
        true
    }

    fn is_at_sites(&self, shape: Shape) -> bool {
        matches!(shape, Shape::Grid { .. })
    }

    fn needs_trials(&self) -> bool {
        true
    }

    fn check(&self, path: &str, _shape: Shape, grid: TimeGrid, faults: &mut Faults) {
        if self.tau_m_ms <= self.tau_syn_ms {
            faults.at(&field(path, "tau_m"), format!("{} ms must exceed tau_syn = {} ms", self.tau_m_ms, self.tau_syn_ms));
        }
        if let Err(fault) = grid.steps(self.gate_ms) {
            faults.at(&field(path, "gate"), fault.to_string());
        }
    }

    fn bytes(&self, size: u32) -> u64 {
        u64::from(size) * 64
    }
}
