//! Izhikevich neurons: `dv/dt = 0.04 v² + 5 v + 140 − u + I`, `du/dt = a (b v − u)`.

use super::{Methods, Model, Receptor, not_below};
use crate::model::fault::{Faults, field};
use crate::model::field::{Field, Slot, real, record};
use crate::model::plane::Planar;
use crate::model::shape::Shape;
use crate::params::{Change, Domain};
use crate::time::TimeGrid;

/// How a step is computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scheme {
    /// v in two half steps, then u, as in the program of the paper.
    #[default]
    HalfSteps,
    /// v and u at once, as in NEST with `consistent_integration`.
    Euler,
}

impl Slot for Scheme {
    fn number(&self) -> f64 {
        f64::from(*self as u8)
    }

    fn set_number(&mut self, value: f64) {
        *self = if value == 0.0 { Self::HalfSteps } else { Self::Euler };
    }
}

const PAPER: &str = "Izhikevich 2003, IEEE Trans Neural Netw 14:1569";

record! {
    /// Izhikevich neurons.
    Izhikevich, IZHIKEVICH {
        a: f64, "a", "", real(0.0, 1.0), 0.02, Live;
            "Rate per ms at which the recovery variable u follows b v."; PAPER
        b: f64, "b", "", real(-10.0, 10.0), 0.2, Live;
            "Sensitivity of u to the potential."; PAPER
        c_mv: f64, "c", "mV", real(-200.0, 200.0), -65.0, Live;
            "Potential after a spike."; PAPER
        d: f64, "d", "", real(-100.0, 100.0), 8.0, Live;
            "What a spike adds to u, in mV per ms."; PAPER
        v_peak_mv: f64, "v_peak", "mV", real(-200.0, 200.0), 30.0, Live;
            "A neuron fires when its potential reaches this value."; PAPER
        i: f64, "i", "", real(-1000.0, 1000.0), 0.0, Live;
            "Constant input, in mV per ms."; PAPER
        scheme: Scheme, "scheme", "", Domain::Choice(&["half steps", "Euler"]), 0.0, Live;
            "half steps: v is advanced twice by half a step, then u, as in the paper. Euler: both at once, as in NEST with consistent_integration."; PAPER
    }
}

const HELP: &str = "A spike adds its weight to the potential; with half steps, as an input that lasts for one step.";
const RECEPTORS: &[Receptor] =
    &[Receptor { name: "excitatory", unit: "mV", help: HELP }, Receptor { name: "inhibitory", unit: "mV", help: HELP }];

const START: &[Field] = &[
    Field {
        name: "v",
        unit: "mV",
        domain: real(-200.0, 200.0),
        default: -65.0,
        change: Change::Rebuild,
        help: "Membrane potential at the start; without it every neuron starts at c.",
        source: PAPER,
    },
    Field {
        name: "u",
        unit: "",
        domain: real(-1000.0, 1000.0),
        default: -13.0,
        change: Change::Rebuild,
        help: "Recovery variable at the start, in mV per ms; without it every neuron starts at b c.",
        source: PAPER,
    },
];

impl Model for Izhikevich {
    fn receptors(&self) -> &'static [Receptor] {
        RECEPTORS
    }

    fn start(&self) -> &'static [Field] {
        START
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Izhikevich neurons, by Euler's method: with two half steps for v and one step for u, as in the paper, or both at once. A spike adds its weight to the potential.",
            equations: "dv/dt = 0.04 v² + 5 v + 140 − u + I,   du/dt = a (b v − u),   spike if v ≥ v_peak, then v = c, u ← u + d",
        }
    }

    fn check(&self, path: &str, _shape: Shape, grid: TimeGrid, faults: &mut Faults) {
        let Self { c_mv, v_peak_mv, .. } = self;
        if c_mv >= v_peak_mv {
            faults.at(&field(path, "c"), not_below("c", *c_mv, "v_peak", *v_peak_mv));
        }
        // Euler's method needs steps that are small against the fastest slope of the equation for v
        if grid.dt_ms() > 1.0 {
            let message = format!("Izhikevich neurons need a time step of at most 1 ms, and dt is {} ms", grid.dt_ms());
            faults.at(path, message);
        }
    }

    fn planar(&self) -> Option<&dyn Planar> {
        Some(self)
    }

    fn bytes(&self, size: u32) -> u64 {
        // two variables in f64, the drive of the steps of a chunk, and a checkpoint
        u64::from(size) * 96
    }
}

impl Planar for Izhikevich {
    fn second(&self) -> (&'static str, &'static str) {
        ("u", "mV/ms")
    }

    fn v_nullcline(&self, v_mv: f64) -> f64 {
        0.04 * v_mv * v_mv + 5.0 * v_mv + 140.0
    }

    fn second_nullcline(&self, v_mv: f64) -> f64 {
        self.b * v_mv
    }

    fn jacobian(&self, v_mv: f64) -> [[f64; 2]; 2] {
        [[0.08 * v_mv + 5.0, -1.0], [self.a * self.b, -self.a]]
    }

    fn turn_mv(&self) -> Option<f64> {
        Some((self.b - 5.0) / 0.08)
    }

    fn trace_zero_mv(&self) -> f64 {
        (self.a - 5.0) / 0.08
    }

    fn peak_mv(&self) -> f64 {
        self.v_peak_mv
    }
}
