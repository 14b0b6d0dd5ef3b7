//! Choices in the command palette: the model of a population, the wiring and the learning rule of a projection. They are found by path or
//! by what can be chosen, and made by `A->B.rule=PairStdp` in the editor of networks, which opens for it.

use super::found::{Act, Found, rank};
use crate::gui::state::editing::acts::{self, Choice, FIXED, rules};
use crate::gui::widgets::words::folded;
use crate::model::{ModelSpec, NetworkSpec, RuleSpec, TaskSpec, Wiring};

/// Something to choose.
struct Open {
    owner: String,
    choice: Choice,
    now: &'static str,
    /// What can be chosen, with a sentence each.
    names: Vec<(&'static str, &'static str)>,
}

impl Open {
    fn path(&self) -> String {
        format!("{}.{}", self.owner, self.choice.words())
    }
}

/// The choices of a network: those of the populations, then those of the projections.
fn all(network: &NetworkSpec, task: &TaskSpec) -> Vec<Open> {
    let models: Vec<_> = ModelSpec::NAMES.iter().filter_map(|name| ModelSpec::named(name)).map(|one| (one.name(), one.help())).collect();
    let wirings: Vec<_> = Wiring::NAMES.iter().map(|name| (*name, "")).collect();
    let populations = network.populations.iter().map(|own| Open {
        owner: own.name.clone(),
        choice: Choice::Model,
        now: own.model.name(),
        names: models.clone(),
    });
    let projections = network.projections.iter().flat_map(|own| {
        let owner = own.name.clone();
        let rule = own.rule.as_ref().map_or(FIXED, RuleSpec::name);
        [
            Open { owner: owner.clone(), choice: Choice::Wiring, now: own.wiring.name(), names: wirings.clone() },
            Open { owner, choice: Choice::Rule, now: rule, names: rules(own, task) },
        ]
    });
    populations.chain(projections).collect()
}

/// The choices that match the typed words, with their rank.
pub(super) fn find(text: &str, network: &NetworkSpec, task: &TaskSpec, edited: bool) -> Vec<(u8, Found)> {
    let found = all(network, task).into_iter().filter_map(|open| {
        let (path, names) = (open.path(), open.names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" "));
        let rank = rank(&folded(text), &path, &format!("{path} {names} learning"))?;
        let words = format!("{path} = {}", open.now);
        let found = Found { note: words, key: String::new(), act: Act::Type(format!("{path}=")), words: path };
        // while a network is edited, before presets with this word in their title
        Some((if edited { rank.min(1) } else { rank }, found))
    });
    found.collect()
}

/// `path=name`: what can be chosen, or what is wrong with it. `None` if the path is no choice of the network.
pub(super) fn set(path: &str, name: &str, network: &NetworkSpec, task: &TaskSpec) -> Option<Vec<Found>> {
    let open = all(network, task).into_iter().find(|open| folded(&open.path()) == folded(path))?;
    let wrong = |words: String| Found { words, note: String::new(), key: String::new(), act: Act::Wrong };
    let (path, name) = (open.path(), name.to_lowercase());
    let fits: Vec<_> = open.names.iter().filter(|(one, _)| one.to_lowercase().contains(&name)).collect();
    if fits.is_empty() {
        let names: Vec<&str> = open.names.iter().map(|(one, _)| *one).collect();
        return Some(vec![wrong(format!("{path} is one of {}", names.join(", ")))]);
    }
    let found = fits.into_iter().map(|&(one, help)| {
        if let Err(reason) = open.choice.make(&mut network.clone(), &open.owner, one) {
            return wrong(format!("{one}: {reason}"));
        }
        let note = if one == open.now { "as it is now".to_owned() } else { help.to_owned() };
        let act = Act::InEditor(acts::Act::Choose(open.owner.clone(), open.choice, one));
        Found { words: format!("Set {path} to {one}"), note, key: String::new(), act }
    });
    Some(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;

    #[test]
    fn rules_are_found_by_name_and_chosen_by_path() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/balanced-network.ron");
        let preset = Preset::open(&path).expect("a shipped preset");
        let described = preset.network.expect("a described network");
        let (network, task) = (&*described.network, &described.file.task);
        let found = find("stdp", network, task, true);
        assert_eq!(found.len(), network.projections.len());
        assert!(found.iter().all(|(rank, found)| *rank <= 1 && found.words.contains(".rule")), "{found:?}");
        let own = &network.projections[0].name;
        let act = |rule| Act::InEditor(acts::Act::Choose(own.clone(), Choice::Rule, rule));
        let set = |value: &str| set(&format!("{own}.rule"), value, network, task).expect("a choice");
        assert_eq!(set("pairstdp").into_iter().map(|found| found.act).collect::<Vec<_>>(), [act("PairStdp")]);
        assert!(set("").len() > 3 && set("none")[0].act == act(FIXED));
        assert!(set("nonsense")[0].act == Act::Wrong && set("nonsense")[0].words.contains("PairStdp"));
        assert!(super::set("nobody.rule", "PairStdp", network, task).is_none());
    }
}
