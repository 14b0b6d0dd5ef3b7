//! The standard ablation study of a described network: a population is silent, a projection is removed, a rule does not
//! change weights, delays are equal.

use crate::model::{NetworkSpec, Path, PopulationSpec, ProjectionSpec, RuleSpec, TaskSpec};
use crate::study::plan::Variant;

/// The variants of a network, and the ablations that do not apply.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesions {
    /// The intact network first.
    pub variants: Vec<Variant>,
    /// Ablations that do not apply to the network, and why.
    pub left_out: Vec<(String, String)>,
}

/// The standard ablation study of a network.
pub fn lesions(network: &NetworkSpec) -> Lesions {
    let mut lesions = Lesions { variants: vec![Variant::new("intact", "The unchanged network.", &[])], left_out: Vec::new() };
    for population in &network.populations {
        lesions.variants.push(silence(population, 1.0));
        if population.size() > 1 {
            lesions.variants.push(silence(population, 0.5));
        }
    }
    for projection in &network.projections {
        let name = &projection.name;
        let still = still(network, projection);
        // a factor leaves weights of 0 as they are
        let still_at_0 = still.clone().filter(|_| !matches!(projection.rule, Some(RuleSpec::SynapticScaling(_))));
        lesions.add(network, &format!("no {name}"), &format!("The weights of {name} are 0."), || {
            let zero = vec![(Path::new(name, "weight").to_string(), format!("0 {}", network.weight_unit(projection)))];
            match (projection.weight.constant() == Some(0.0), &still_at_0) {
                (true, None) => Err("its weights are 0".to_owned()),
                (_, still) => Ok([zero, still.clone().transpose()?.unwrap_or_default()].concat()),
            }
        });
        if let Some(still) = still {
            lesions.add(network, &format!("fixed {name}"), &format!("The weights of {name} do not change."), || still);
        }
        if projection.delay.constant().is_none() {
            let step = network.dt_ms;
            let steps = (projection.delay.mean() / step).round().max(1.0);
            // in binary, 3 * 0.1 is not 0.3
            let ms: f64 = format!("{:.9e}", steps * step).parse().unwrap_or(step);
            let about = format!("All synapses of {name} have the mean delay.");
            lesions.add(network, &format!("equal delays {name}"), &about, || {
                Ok(vec![(Path::new(name, "delay").to_string(), format!("{ms} ms"))])
            });
        }
    }
    lesions
}

/// The variant in which a share of a population, above 0 and up to 1, does not fire.
pub fn silence(population: &PopulationSpec, share: f64) -> Variant {
    let name = &population.name;
    let (called, about) = if share >= 1.0 {
        let about =
            if population.model.emits_current() { format!("{name} has no current.") } else { format!("No neuron of {name} fires.") };
        (format!("silent {name}"), about)
    } else {
        let percent = format!("{} %", (share * 1e4).round() / 1e2);
        let what = if population.model.emits_current() { "have no current" } else { "do not fire" };
        (format!("silent {name} {percent}"), format!("{percent} of the neurons of {name}, chosen at random, {what}."))
    };
    let mut variant = Variant::new(&called, &about, &[]);
    variant.silent.push((name.clone(), share));
    variant
}

/// Settings with which a rule does not change weights; none without a rule.
type Still = Result<Vec<(String, String)>, String>;

fn still(network: &NetworkSpec, projection: &ProjectionSpec) -> Option<Still> {
    let rule = projection.rule.as_ref().filter(|rule| rule.learns())?;
    let entries = rule.amplitudes().iter().filter_map(|field| network.entry(&Path::new(&projection.name, field)));
    let settings: Vec<_> = entries.map(|entry| (entry.path.to_string(), entry.field.format(0.0))).collect();
    Some(if settings.is_empty() { Err(format!("{} has no amplitudes that can be 0", rule.name())) } else { Ok(settings) })
}

impl Lesions {
    /// Add an ablation, or why it does not apply.
    fn add(&mut self, network: &NetworkSpec, name: &str, about: &str, sets: impl FnOnce() -> Still) {
        let variant = sets().and_then(|sets| {
            let sets: Vec<(&str, String)> = sets.iter().map(|(path, value)| (path.as_str(), value.clone())).collect();
            let variant = Variant::new(name, about, &sets);
            let unchanged = TaskSpec::free(1.0);
            match variant.changed(network, &unchanged) {
                Ok((changed, _)) if changed == *network => Err("it equals the preset".to_owned()),
                Ok(_) => Ok(variant),
                Err(faults) => Err(crate::model::sentence(&faults)),
            }
        });
        match variant {
            Ok(variant) => self.variants.push(variant),
            Err(why) => self.left_out.push((name.to_owned(), why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_population_and_projection_has_its_ablations() {
        let text = r#"(populations: {"E": (size: 10, model: Lif()), "one": (size: 1, model: Lif()), "noise": (size: 10, model: Poisson())},
            projections: {
                "E->E": (wiring: Indegree(2), weight: "-1 mV", delay: Uniform("1 ms", "2.2 ms"), rule: RStdp()),
                "noise->E": (wiring: OneToOne, weight: "0 mV", delay: "1 ms"),
                "E->one": (wiring: AllToAll, weight: "1 mV", delay: "1 ms", rule: PairStdp(a_plus: 0, a_minus: 0)),
            })"#;
        let network = NetworkSpec::from_ron(&text.replace("-1 mV", "1 mV")).unwrap();
        let Lesions { variants, left_out } = lesions(&network);
        let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "intact",
                "silent E",
                "silent E 50 %",
                "silent one",
                "silent noise",
                "silent noise 50 %",
                "no E->E",
                "fixed E->E",
                "equal delays E->E",
                "no E->one"
            ]
        );
        let out: Vec<&str> = left_out.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(out, ["no noise->E", "fixed E->one"]);
        let sets = |name: &str| variants.iter().find(|variant| variant.name == name).unwrap().sets.clone();
        let pair = |path: &str, value: &str| (path.to_owned(), value.to_owned());
        assert_eq!(sets("no E->E"), [pair("E->E.weight", "0 mV"), pair("E->E.a_plus", "0"), pair("E->E.a_minus", "0")]);
        assert_eq!(sets("equal delays E->E"), [pair("E->E.delay", "1.6 ms")]);
        assert_eq!(variants[2].silent, [("E".to_owned(), 0.5)]);
    }

    #[test]
    fn weights_of_every_rule_of_free_runs_can_be_0_and_those_with_amplitudes_fixed() {
        let rules = RuleSpec::NAMES.iter().filter_map(|name| RuleSpec::named(name)).filter(|rule| !rule.needs_trials());
        for rule in rules.filter(|rule| rule.wirings().contains(&"Indegree")) {
            let weight = if rule.is_negative(-0.5) { "-0.5 mV" } else { "0.5 mV" };
            let text = format!(
                "(populations: {{\"A\": (size: 10, model: Lif())}}, projections: {{\"A->A\": (wiring: Indegree(2), weight: \"{weight}\", delay: \"1 ms\", rule: {}())}})",
                rule.name()
            );
            let Lesions { variants, left_out } = lesions(&NetworkSpec::from_ron(&text).unwrap());
            let has = |name: &str| variants.iter().any(|variant| variant.name == name);
            assert!(has("no A->A"), "{}: {left_out:?}", rule.name());
            assert_eq!(has("fixed A->A"), !rule.amplitudes().is_empty(), "{}: {left_out:?}", rule.name());
        }
    }
}
