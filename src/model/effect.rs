//! What a weight does at its receptor: in words, and as the peak of the potential where that follows in closed form.

use super::entries::Entry;
use super::models::ModelSpec;
use super::spec::{NetworkSpec, ProjectionSpec};
use super::wiring::WEIGHT;

impl NetworkSpec {
    /// The help of a quantity; that of a weight says what it is for the receptor of the neurons that it reaches.
    pub fn help(&self, entry: &Entry) -> String {
        let projection = entry.path.owner.as_ref().and_then(|owner| self.projection(owner)).filter(|_| entry.field.name == WEIGHT.name);
        let words = projection.and_then(|projection| self.weight_words(projection));
        words.unwrap_or_else(|| entry.field.help.to_owned())
    }

    fn weight_words(&self, projection: &ProjectionSpec) -> Option<String> {
        let target = &self.population(&projection.to)?.model;
        let receptor = projection.receptor_name();
        if let Some((name, tau_ms)) = current(target, receptor) {
            let words = if tau_ms > 0.0 {
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
        Some(format!("{help} Negative weights inhibit."))
    }

    /// The largest change of the potential in mV after one spike, from rest and without other input, at the mean weight; `None` where
    /// it does not follow in closed form.
    pub fn psp_peak_mv(&self, projection: &str) -> Option<f64> {
        let projection = self.projection(projection)?;
        let model = &self.population(&projection.to)?.model;
        let ModelSpec::Lif(lif) = model else { return None };
        let weight = projection.weight.mean();
        let tau_ms = current(model, projection.receptor_name()).map_or(0.0, |(_, tau_ms)| tau_ms);
        let ratio = tau_ms / lif.tau_m_ms;
        let share = if ratio <= 0.0 {
            1.0
        } else if (ratio - 1.0).abs() < 1e-6 {
            (-1.0_f64).exp()
        } else {
            ratio.powf(1.0 / (1.0 - ratio))
        };
        Some(weight * share)
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
