//! The search of the command palette: matches for what was typed, best first.

use super::found::{Act, Found, rank};
use super::{choices, neurons, quantities};
use crate::gui::action::{Action, EXPORT, Entry};
use crate::gui::panels::help;
use crate::gui::state::library;
use crate::gui::widgets::scale::with_unit;
use crate::gui::widgets::words::folded;
use crate::model::TaskSpec;
use crate::params::{Domain, ParamId, ParamSpec, Params, REGISTRY, Setup, parse_value};
use crate::session::{FreeView, Quantities};

/// What there is to find.
pub(super) struct Stock<'a> {
    pub commands: &'a [Entry],
    pub library: &'a [library::Entry],
    pub params: &'a Params,
    pub setup: Setup,
    /// The described network that is edited, or else runs, if there is one.
    pub view: Option<&'a Quantities>,
    /// What is done with it.
    pub task: Option<&'a TaskSpec>,
    /// Whether it is edited.
    pub edited: bool,
    /// The populations that run freely, if there are any.
    pub neurons: Option<&'a FreeView>,
}

/// All matches of `typed`, best first.
pub(super) fn find(typed: &str, stock: &Stock, key: &dyn Fn(&Entry) -> String) -> Vec<Found> {
    if let Some((name, value)) = typed.split_once('=') {
        let (name, value) = (name.trim(), value.trim());
        let is_parameter = ParamId::from_name(name).is_some_and(|id| id.spec().belongs_to(stock.setup));
        return match stock.view.filter(|_| !is_parameter) {
            Some(view) => {
                let choice = stock.task.and_then(|task| choices::set(name, value, &view.network, task));
                choice.unwrap_or_else(|| quantities::set(name, value, view, stock.edited))
            }
            None => set(name, value, stock),
        };
    }
    let text = folded(typed.trim());
    let mut found: Vec<(u8, u8, Found)> = Vec::new();
    for entry in stock.commands.iter().filter(|entry| entry.off.is_none()) {
        // a view is shown by a command of its own; its tick can only close it
        let tile = matches!(entry.action, Action::TogglePanel(_));
        if entry.action == Action::Palette || tile && entry.ticked == Some(false) {
            continue;
        }
        let menu = entry.menu.words();
        let section =
            if entry.section.chars().any(char::is_uppercase) { format!(" › {}", entry.section.to_lowercase()) } else { String::new() };
        let words = if tile { format!("Close {}", entry.words) } else { entry.words.clone() };
        let name = words.strip_prefix("Show ").unwrap_or(&words);
        if let Some(rank) = rank(&text, name, &format!("{words} {menu}{section} {}", entry.help)) {
            // exports are many and rarely wanted
            let kind = if entry.section == EXPORT { 3 } else { 0 };
            found.push((
                rank,
                kind,
                Found { words, note: format!("{menu}{section}"), key: key(entry), act: Act::Do(entry.action.clone()) },
            ));
        }
    }
    for entry in stock.library {
        let name = entry.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(rank) = rank(&text, &entry.title, &format!("{} {name} preset", entry.title)) {
            let act = Act::Do(Action::LoadPreset(entry.path.clone()));
            // the plain one of a family before its variants
            let rank = if name.contains(&text) { rank.min(2) } else { rank };
            found.push((rank, 1, Found { words: entry.title.clone(), note: format!("Preset {name}"), key: String::new(), act }));
        }
    }
    for spec in REGISTRY.iter().filter(|spec| spec.belongs_to(stock.setup)) {
        let choices = if let Domain::Choice(words) = spec.domain { words.join(" ") } else { String::new() };
        let all = format!("{} {} {} {} {choices}", spec.label, spec.name, spec.symbol, spec.group);
        let best = rank(&text, spec.label, &all).into_iter().chain(rank(&text, spec.name, &all)).min();
        if let Some(rank) = best {
            let value = with_unit(spec, stock.params.get(spec.id));
            let act = Act::Type(format!("{}=", spec.name));
            found.push((
                rank,
                2,
                Found { words: spec.label.to_owned(), note: format!("{} = {value}", spec.name), key: String::new(), act },
            ));
        }
    }
    found.extend(stock.view.into_iter().flat_map(|view| quantities::find(typed.trim(), view)).map(|(rank, found)| (rank, 2, found)));
    if let (Some(view), Some(task)) = (stock.view, stock.task) {
        found.extend(choices::find(typed.trim(), &view.network, task, stock.edited).into_iter().map(|(rank, found)| (rank, 2, found)));
    }
    found.extend(stock.neurons.into_iter().flat_map(|view| neurons::find(typed, view)).map(|found| (0, 0, found)));
    for (title, words) in help::topics() {
        if let Some(rank) = rank(&text, title, &format!("{title} {words}")).filter(|_| !text.is_empty()) {
            found.push((
                rank,
                4,
                Found { words: format!("Help: {title}"), note: String::new(), key: String::new(), act: Act::Help(title) },
            ));
        }
    }
    found.sort_by_key(|(rank, kind, found)| (*rank, *kind, if *kind == 1 { found.note.len() } else { 0 }));
    found.into_iter().map(|(.., found)| found).collect()
}

/// `name=value`: the change, or the error.
fn set(name: &str, value: &str, stock: &Stock) -> Vec<Found> {
    let says = |words: String, act: Act| vec![Found { words, note: String::new(), key: String::new(), act }];
    let sentence = |words: String| says(words, Act::Wrong);
    let mut params = stock.params.clone();
    let Some(spec) = ParamId::from_name(name).map(ParamId::spec) else {
        return sentence(params.set_text(name, value).err().map(|error| error.to_string()).unwrap_or_default());
    };
    if !spec.belongs_to(stock.setup) {
        return sentence(format!("{name} has no effect in this experiment"));
    }
    let to = |spec: &ParamSpec, value: f64| Found {
        words: format!("Set {} to {}", spec.label.to_lowercase(), with_unit(spec, value)),
        note: match stock.params.idle(spec.id, stock.setup) {
            Some(idle) => idle.words(|spec| spec.label),
            None => format!("now {}", with_unit(spec, stock.params.get(spec.id))),
        },
        key: String::new(),
        act: Act::Set(spec.id, value),
    };
    if let Domain::Choice(words) = spec.domain {
        let typed = value.to_lowercase();
        let fits = words.iter().enumerate().filter(|(_, word)| word.to_lowercase().contains(&typed));
        let found: Vec<Found> = fits.map(|(index, _)| to(spec, index as f64)).collect();
        return if found.is_empty() { sentence(format!("{name}: {}", spec.range_text())) } else { found };
    }
    if value.is_empty() {
        let now = with_unit(spec, stock.params.get(spec.id));
        return says(format!("{} is {now}; allowed: {}", spec.label, spec.range_text()), Act::Nothing);
    }
    match params.set_text(name, value) {
        // invariant: what was set can be read
        Ok(id) => vec![to(spec, parse_value(spec, value).unwrap_or_else(|_| params.get(id)))],
        Err(error) => sentence(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::action::{Facts, commands};
    use crate::gui::state::ThemeChoice;
    use crate::gui::tiles::layouts::LayoutKind;
    use crate::params::Template;
    use crate::session::{Aspect, Aspects};

    fn found(typed: &str) -> Vec<Found> {
        let facts = Facts {
            aspects: Aspects::of(&[Aspect::Answers, Aspect::Reward]),
            seed: 1,
            tiles: vec![("raster", "Raster", true), ("why", "Why this answer?", false)],
            layout: LayoutKind::default(),
            enlarged: None,
            theme: ThemeChoice::Dark,
            parameters: true,
            recent: &[],
            works: Vec::new(),
            filming: false,
            figure: crate::gui::state::figure::FigureChoice::default(),
            kept: Vec::new(),
            test_images: 10_000,
            in_the_past: false,
            aside: None,
            undo: (None, None),
            editing: false,
            as_text: false,
            acts: Vec::new(),
            unapplicable: None,
            discarded: false,
        };
        let library = [library::Entry {
            title: "MNIST · local features".to_owned(),
            summary: String::new(),
            path: "presets/mnist-gabor-rstdp.ron".into(),
            look_for: Vec::new(),
            described: false,
            view: None,
            is_neuron: false,
        }];
        let stock = Stock {
            commands: &commands(&facts),
            library: &library,
            params: &Params::default(),
            setup: Setup::Template(Template::Competing),
            view: None,
            task: None,
            edited: false,
            neurons: None,
        };
        find(typed, &stock, &|_| String::new())
    }

    #[test]
    fn the_best_name_comes_first() {
        for (typed, first) in [
            ("step im", "Step image"),
            ("raster", "Show Raster"),
            ("close ras", "Close Raster"),
            ("why", "Show Why this answer?"),
            ("enlarge", "Enlarge this view"),
            ("enlarge ras", "Enlarge Raster"),
            ("maximise ras", "Enlarge Raster"),
            ("keyb", "Keys and symbols"),
            ("shortcut", "Keys and symbols"),
            ("gabor", "MNIST · local features"),
        ] {
            assert_eq!(found(typed)[0].words, first, "{typed}");
        }
        assert_eq!(found("inverted")[0].act, Act::Type("reward_mode=".to_owned()), "by a word of its choice");
        assert_eq!(found("tau_m")[0].act, Act::Type("tau_m=".to_owned()));
        assert!(found("no such thing").is_empty());
    }

    #[test]
    fn a_value_with_its_unit_sets_the_parameter_and_a_wrong_one_says_the_range() {
        assert_eq!(found("tau_m=20ms")[0].act, Act::Set(ParamId::TauM, 20.0));
        assert_eq!(found("tau_m = 0.02 s")[0].act, Act::Set(ParamId::TauM, 20.0));
        let wrong = &found("tau_m=0ms")[0];
        assert!(wrong.act == Act::Wrong && wrong.words.contains("1 to 1000 ms"), "{wrong:?}");
        assert!(found("tau_mm=1")[0].words.contains("did you mean \"tau_m\"?"));
        assert!(found("gate=3")[0].words.contains("no effect"));
        assert_eq!(found("bounds=ha").iter().map(|found| found.act.clone()).collect::<Vec<_>>(), [Act::Set(ParamId::Bounds, 1.0)]);
    }
}
