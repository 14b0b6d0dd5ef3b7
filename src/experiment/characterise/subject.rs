//! The neuron that is characterised: model, parameters and time step of a population.

use super::closed::Onset;
use crate::model::{ModelSpec, NetworkSpec};
use crate::params::nearest;

/// A population without its synapses and without its constant input.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Name of the population.
    pub population: String,
    /// Its model, with a constant input of 0.
    pub model: ModelSpec,
    /// The constant input of the population, in the unit of currents.
    pub constant: f64,
    /// Time step in ms.
    pub dt_ms: f64,
    /// Whether the population has competition between its neurons, which one neuron does not have.
    pub competes: bool,
}

impl Subject {
    /// A population of a network; the fault in one sentence.
    pub fn of(network: &NetworkSpec, population: &str) -> Result<Self, String> {
        let names = || network.populations.iter().filter(|one| is_characterised(&one.model)).map(|one| one.name.as_str());
        let others = || match names().collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "the network has no other population with one".to_owned(),
            names => format!("choose one of: {names}"),
        };
        let Some(found) = network.population(population) else {
            let near = nearest(population, names()).map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
            return Err(format!("there is no population \"{population}\"{near}; {}", others()));
        };
        let name = found.model.name();
        if !is_characterised(&found.model) {
            let why = if found.model.has_potential() || found.model.needs_trials() {
                format!("its model {name} receives no currents and fires in trials only")
            } else {
                format!("its model {name} is a source, without a membrane")
            };
            return Err(format!("\"{population}\" cannot be characterised: {why}; {}", others()));
        }
        let mut alone = NetworkSpec::new(network.dt_ms);
        alone.populations.push(found.clone());
        let competes = matches!(found.model, ModelSpec::CompetingLif(_));
        if competes {
            // the same equation without the other neurons
            alone.set_model(population, "Lif")?;
        }
        let mut model = alone.populations.swap_remove(0).model;
        let constant = input(&model).and_then(|name| model.value(name)).unwrap_or(0.0);
        if let Some(name) = input(&model) {
            set(&mut model, name, 0.0);
        }
        Ok(Self { population: population.to_owned(), model, constant, dt_ms: network.dt_ms, competes })
    }

    /// Whether a population can be characterised: its neurons have a membrane and receive currents.
    pub fn can_be(network: &NetworkSpec, population: &str) -> bool {
        network.population(population).is_some_and(|found| is_characterised(&found.model))
    }

    /// Whether currents are R I in mV; the model has a leak of its own.
    pub fn has_leak(&self) -> bool {
        input(&self.model) == Some("ri")
    }

    /// The unit of currents.
    pub fn unit(&self) -> &'static str {
        if self.has_leak() { "mV" } else { "mV/ms" }
    }

    /// What a current is called.
    pub fn current_words(&self) -> &'static str {
        if self.has_leak() { "current R I" } else { "current I" }
    }

    /// A current as a user writes it, with its unit where that is mV.
    pub fn current(&self, text: &str) -> Result<f64, String> {
        let field = self.model.fields().iter().find(|field| Some(field.name) == input(&self.model));
        let field = field.ok_or("this model receives no current")?;
        let bare = if self.has_leak() { text } else { text.trim().trim_end_matches("mV/ms") };
        let value = field.parse(bare.trim(), true)?;
        field.out_of_range(value).map_or(Ok(value), Err)
    }

    /// The constant current at which the neuron begins to fire, in closed form.
    pub fn onset(&self) -> Onset {
        Onset::of(&self.model)
    }

    /// The same neuron without membrane noise.
    #[must_use]
    pub fn without_noise(&self) -> Self {
        let mut quiet = self.clone();
        set(&mut quiet.model, "sigma", 0.0);
        quiet
    }

    /// Whether its membrane is noisy.
    pub fn is_noisy(&self) -> bool {
        self.model.value("sigma").is_some_and(|sigma_mv| sigma_mv > 0.0)
    }
}

fn is_characterised(model: &ModelSpec) -> bool {
    model.receives_current() || matches!(model, ModelSpec::CompetingLif(_))
}

/// The name of the constant input of a model.
fn input(model: &ModelSpec) -> Option<&'static str> {
    model.fields().iter().map(|field| field.name).find(|name| matches!(*name, "ri" | "i"))
}

fn set(model: &mut ModelSpec, name: &str, value: f64) {
    if let Some(index) = model.fields().iter().position(|field| field.name == name) {
        model.record_mut().set_value(index, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_and_an_unknown_name_are_refused_with_the_names_to_choose_from() {
        let text = r#"(populations: {"noise": (size: 1, model: Poisson()), "cell": (size: 3, model: AdEx(ri: "9 mV"))})"#;
        let network = NetworkSpec::from_ron(text).unwrap();
        assert!(Subject::of(&network, "noise").unwrap_err().contains("Poisson is a source"));
        assert!(Subject::of(&network, "cel").unwrap_err().contains("did you mean \"cell\"?"));
        let cell = Subject::of(&network, "cell").unwrap();
        assert_eq!((cell.constant, cell.model.value("ri"), cell.unit()), (9.0, Some(0.0), "mV"));
    }

    #[test]
    fn neurons_that_compete_are_characterised_without_competition() {
        let text = r#"(populations: {"out": (size: 3, model: CompetingLif(tau_m: "33 ms"))})"#;
        let network = NetworkSpec::from_ron(text).unwrap();
        let neuron = Subject::of(&network, "out").unwrap();
        assert!(neuron.competes && neuron.model.name() == "Lif");
        assert_eq!((neuron.model.value("tau_m"), neuron.model.value("theta_plus")), (Some(33.0), Some(0.05)));
    }
}
