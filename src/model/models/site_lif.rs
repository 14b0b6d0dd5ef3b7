//! Leaky integrate-and-fire neurons at sites: at each site the first neurons to fire inhibit the others.

use super::{Methods, Model, Receptor};
use crate::model::fault::Faults;
use crate::model::field::{log, real, record, whole};
use crate::model::shape::Shape;
use crate::time::TimeGrid;

const GERSTNER: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 1";
const MOZAFARI: &str = "Mozafari et al. 2019, Pattern Recognition 94:87";
const DIEHL: &str = "Diehl & Cook 2015, Front Comput Neurosci 9:99";

record! {
    /// Neurons at sites, one for each filter, with k winners at each site. Each fires at most once in a trial. Their shape is
    /// (width, height, maps): sites in a row, rows, neurons at a site.
    SiteLif, SITE_LIF {
        tau_m_ms: f64, "tau_m", "ms", log(0.5, 1e9), 5.0, Live;
            "Time constant with which the membrane potential decays to rest."; GERSTNER
        tau_syn_ms: f64, "tau_syn", "ms", real(0.0, 100.0), 5.0, Live;
            "Decay time constant of the synaptic current; at 0 a spike changes the potential at once."; GERSTNER
        e_l_mv: f64, "e_l", "mV", real(-200.0, 200.0), -65.0, Live;
            "Potential to which the membrane decays without input."; GERSTNER
        v_th_mv: f64, "v_th", "mV", real(-200.0, 2000.0), -64.77, Live;
            "A neuron fires when its potential reaches this value."; GERSTNER
        winners: u32, "winners", "", whole(1.0, 500.0), 8.0, Live;
            "Neurons that can fire at a site in a trial; while the filters learn by STDP, one."; MOZAFARI
        theta_plus_mv: f64, "theta_plus", "mV", real(0.0, 1.0), 0.0, Live;
            "While the filters learn by STDP, a spike raises the threshold of its filter by this much and lowers those of all filters slightly, so that every filter wins sometimes."; DIEHL
    }
}

const RECEPTORS: &[Receptor] =
    &[Receptor { name: "excitatory", unit: "mV", help: "A spike adds its weight to R I; this current decays with tau_syn." }];

impl Model for SiteLif {
    fn usual_shape(&self) -> Shape {
        Shape::Grid { width: 28, height: 28, maps: 8 }
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Leaky integrate-and-fire neurons at sites, integrated exactly. Each fires at most once in a trial, and after the first k spikes at a site its other neurons cannot fire.",
            equations: "τ_m dV/dt = E_L − V + I,   τ_s dI/dt = −I,   spike if V ≥ V_th and fewer than k spikes at the site",
        }
    }

    fn receptors(&self) -> &'static [Receptor] {
        RECEPTORS
    }

    fn has_potential(&self) -> bool {
        true
    }

    fn is_at_sites(&self, _shape: Shape) -> bool {
        true
    }

    fn needs_trials(&self) -> bool {
        true
    }

    fn check(&self, path: &str, shape: Shape, _grid: TimeGrid, faults: &mut Faults) {
        if matches!(shape, Shape::Line(_)) {
            faults.at(path, "its neurons have sites; write shape: (width, height, maps) in place of size");
        }
    }

    fn bytes(&self, size: u32) -> u64 {
        u64::from(size) * 48
    }
}
