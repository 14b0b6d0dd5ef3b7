//! What a weight does at its receptor: in words, and as the peak of the potential.

use super::entries::Entry;
use super::models::{CurrentShape, Lif, LifCond, ModelSpec};
use super::spec::{NetworkSpec, ProjectionSpec};
use super::wiring::WEIGHT;

/// Steps of the integration within the shorter of the two time constants of a conductance.
const FINE: f64 = 100.0;

impl NetworkSpec {
    /// The help of a quantity; that of a weight says what it is for the receptor of the neurons that it reaches.
    pub fn help(&self, entry: &Entry) -> String {
        let projection = entry.path.owner.as_ref().and_then(|owner| self.projection(owner)).filter(|_| entry.field.name == WEIGHT.name);
        let words = projection.and_then(|projection| self.weight_words(projection));
        words.unwrap_or_else(|| entry.field.help.to_owned())
    }

    fn weight_words(&self, projection: &ProjectionSpec) -> Option<String> {
        let target = &self.population(&projection.to)?.model;
        if self.is_current(projection) {
            return Some(
                "The factor by which the current of the source is multiplied before it adds to the input of the neurons.".to_owned(),
            );
        }
        let receptor = projection.receptor_name();
        let alpha = matches!(target, ModelSpec::Lif(lif) if lif.synapse == CurrentShape::Alpha);
        if let Some((name, tau_ms)) = current(target, receptor) {
            let words = if tau_ms > 0.0 && alpha {
                format!(
                    "The peak of the current R I in mV after a spike at the receptor {receptor}, which is reached after {name} = {tau_ms} ms."
                )
            } else if tau_ms > 0.0 {
                format!(
                    "The current R I in mV that a spike adds at the receptor {receptor}; it decays with {name} = {tau_ms} ms. The peak of \
                     the potential is about weight \u{b7} {name} / tau_m if {name} is much shorter than tau_m."
                )
            } else {
                format!("What a spike adds to the potential at once, in mV, because {name} is 0.")
            };
            return Some(format!("{words} Negative weights inhibit."));
        }
        let help = target.receptors().iter().find(|one| one.name == receptor)?.help;
        Some(match (&projection.receptor, target) {
            (Some(_), ModelSpec::LifCond(_)) => help.to_owned(),
            (None, ModelSpec::LifCond(_)) => format!("{help} Negative weights act at the receptor inhibitory."),
            _ => format!("{help} Negative weights inhibit."),
        })
    }

    /// The largest change of the potential in mV after one spike, from rest and without other input, at the mean weight: in closed
    /// form after a current, integrated after a conductance. `None` for other models.
    pub fn psp_peak_mv(&self, projection: &str) -> Option<f64> {
        let projection = self.projection(projection).filter(|projection| !self.is_current(projection))?;
        let model = &self.population(&projection.to)?.model;
        let (weight, receptor) = (projection.weight.mean(), projection.receptor_name());
        match model {
            ModelSpec::Lif(lif) => Some(weight * of_current(lif, current(model, receptor).map_or(0.0, |(_, tau_ms)| tau_ms))),
            ModelSpec::LifCond(lif) => Some(of_conductance(lif, receptor, weight.abs())),
            _ => None,
        }
    }
}

/// The peak after a current of 1 mV that decays with `tau_ms`.
fn of_current(lif: &Lif, tau_ms: f64) -> f64 {
    let ratio = tau_ms / lif.tau_m_ms;
    if ratio <= 0.0 {
        1.0
    } else if lif.synapse == CurrentShape::Alpha {
        of_alpha(ratio)
    } else if (ratio - 1.0).abs() < 1e-6 {
        (-1.0_f64).exp()
    } else {
        ratio.powf(1.0 / (1.0 - ratio))
    }
}

/// The peak after an alpha-shaped current whose own peak is 1 mV, for a ratio τ/τ_m: the solution of the equation in steps of time, until the
/// potential falls.
fn of_alpha(ratio: f64) -> f64 {
    // time in units of τ_m
    let dt = ratio.min(1.0) / FINE;
    let beta = 1.0 / ratio - 1.0;
    let at = |t: f64| {
        let x = beta * t;
        let integral = if x.abs() < 1e-4 { 0.5 - x / 3.0 } else { (1.0 - (-x).exp() * (1.0 + x)) / (x * x) };
        std::f64::consts::E / ratio * (-t).exp() * t * t * integral
    };
    let (mut t, mut u) = (0.0, 0.0);
    while at(t + dt) > u {
        t += dt;
        u = at(t);
    }
    u
}

/// The peak after a conductance of `weight` nS: `τ_m du/dt = −u + g/g_L e^(−t/τ) (E − u)`, with u and E relative to rest. From the
/// midpoint of each step as in the simulation, until the potential falls.
fn of_conductance(lif: &LifCond, receptor: &str, weight: f64) -> f64 {
    let (tau_ms, e_rev_mv) = if receptor == "inhibitory" { (lif.tau_syn_inh_ms, lif.e_inh_mv) } else { (lif.tau_syn_exc_ms, lif.e_exc_mv) };
    let force = e_rev_mv - lif.e_l_mv;
    let dt = tau_ms.min(lif.tau_m_ms) / FINE;
    let (keep, mut g, mut u) = ((-dt / tau_ms).exp(), weight / lif.g_l_ns * (-0.5 * dt / tau_ms).exp(), 0.0_f64);
    loop {
        let toward = g * force / (1.0 + g);
        let next = toward + (u - toward) * (-(1.0 + g) * dt / lif.tau_m_ms).exp();
        if next.abs() <= u.abs() || !next.is_finite() {
            return u;
        }
        (u, g) = (next, g * keep);
    }
}

/// The time constant of the current of a receptor, with the name of its field.
fn current(model: &ModelSpec, receptor: &str) -> Option<(&'static str, f64)> {
    let name = match receptor {
        "excitatory" => "tau_syn_exc",
        "inhibitory" => "tau_syn_inh",
        _ => return None,
    };
    let adds_current = matches!(model, ModelSpec::Lif(_) | ModelSpec::AdEx(_));
    model.value(name).filter(|_| adds_current).map(|tau_ms| (name, tau_ms))
}
