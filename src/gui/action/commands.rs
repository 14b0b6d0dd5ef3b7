//! Everything there is to do at the moment, menu by menu.

use super::entry::{BARE, CTRL, ENLARGED, Entry, enlarge, entry, fixed};
use super::{Action, EDITS, EXPORT, Menu, SHOW};
use crate::gui::export::Format;
use crate::gui::paint::numbers::count;
use crate::gui::state::ThemeChoice;
use crate::gui::state::editing::acts::Act;
use crate::gui::state::figure::FigureChoice;
use crate::gui::tiles::layouts::LayoutKind;
use crate::session::{Aspect, Aspects};
use egui::Key;
use std::path::PathBuf;

/// What there is to choose from at the moment.
pub(crate) struct Facts<'a> {
    /// What the network has to show.
    pub aspects: Aspects,
    /// Master seed.
    pub seed: u64,
    /// Views: id, title, whether it has a tile.
    pub tiles: Vec<(&'static str, &'static str, bool)>,
    /// The arrangement chosen last.
    pub layout: LayoutKind,
    /// The view that has the room of all tiles, if one has.
    pub enlarged: Option<&'static str>,
    /// Colours chosen.
    pub theme: ThemeChoice,
    /// Whether the left panel shows.
    pub parameters: bool,
    /// Presets opened last, newest first.
    pub recent: &'a [PathBuf],
    /// The names of work in progress that can be stopped.
    pub works: Vec<String>,
    /// Whether a recording goes on.
    pub filming: bool,
    /// How figures are saved.
    pub figure: FigureChoice,
    /// The run that can be brought back, in words.
    pub aside: Option<String>,
    /// Other runs that can be gone back to, with their numbers.
    pub kept: Vec<(u64, String)>,
    /// Images it can be tested on.
    pub test_images: u64,
    /// Whether the past is shown.
    pub in_the_past: bool,
    /// What Undo and Redo would do, in words.
    pub undo: (Option<String>, Option<String>),
    /// Whether a network is being edited.
    pub editing: bool,
    /// Whether it is shown as text, and what can be done with it, in words.
    pub as_text: bool,
    pub acts: Vec<(Act, String)>,
    /// Why the network that is being edited cannot be applied, if so.
    pub unapplicable: Option<&'static str>,
    /// Whether edits were discarded that can be restored.
    pub discarded: bool,
}

/// Everything there is to do at the moment, menu by menu.
pub(crate) fn commands(facts: &Facts) -> Vec<Entry> {
    let free = facts.aspects.has(Aspect::Populations);
    let shown = |entry: &Entry| match entry.action {
        // a reward of 0 answers the question for an image; a network that runs freely asks none
        Action::Reward(amount) => facts.aspects.has(Aspect::Reward) && (!free || amount != 0.0),
        _ => !entry.images || facts.aspects.has(Aspect::Answers) || (free && entry.action == Action::SaveRun),
    };
    let mut all: Vec<Entry> = fixed().into_iter().filter(shown).collect();
    for entry in &mut all {
        match &entry.action {
            Action::ApplyEdits | Action::DiscardEdits | Action::EditText if !facts.editing => {
                entry.off = Some("No network is being edited.");
            }
            Action::ApplyEdits => entry.off = facts.unapplicable,
            Action::RestoreEdits if !facts.discarded => entry.off = Some("No changes of a network were discarded."),
            Action::EditNetwork => entry.ticked = Some(facts.editing),
            Action::EditText if facts.as_text => "Drawing of the network".clone_into(&mut entry.words),
            _ => {}
        }
        let what = match entry.action {
            Action::Undo => &facts.undo.0,
            Action::Redo => &facts.undo.1,
            _ => continue,
        };
        if let Some(what) = what {
            entry.words = format!("{} {what}", entry.words);
        }
    }
    all.extend(facts.acts.iter().map(|(act, words)| entry(Menu::Edit, EDITS, Action::Edit(act.clone()), words)));
    let of = Menu::View;
    all.extend(LayoutKind::ALL.map(|kind| entry(of, "LAYOUT", Action::Layout(kind), kind.words()).ticked(facts.layout == kind)));
    all.push(entry(of, "LAYOUT", Action::ResetLayout, "Reset layout"));
    all.push(enlarge().ticked(facts.enlarged.is_some()));
    all.extend(facts.tiles.iter().map(|&(id, title, open)| entry(of, "TILES", Action::TogglePanel(id), title).ticked(open)));
    all.extend(facts.tiles.iter().map(|&(id, title, _)| {
        let show = entry(of, SHOW, Action::ShowPanel(id), &format!("Show {title}"));
        match id {
            "draw" => show.help("Draw with the pointer, or with the arrow keys; Space lowers and lifts the pen."),
            "inspector" => show.help("State, firing and input of the selected neuron, and why it is silent."),
            "health" => show.help("Silent or dead neurons, saturated weights and other problems, with a remedy."),
            "why_spike" => show.help("What made the selected neuron fire, or kept it silent."),
            _ => show,
        }
    }));
    let others = facts.tiles.iter().filter(|(id, ..)| facts.enlarged != Some(*id));
    all.extend(others.map(|&(id, title, _)| entry(of, SHOW, Action::EnlargePanel(id), &format!("Enlarge {title}")).help(ENLARGED)));
    let side = entry(of, "TILES", Action::ToggleParameters, "Parameters").key(CTRL, Key::B);
    all.push(side.help("Show or hide the parameters at the left.").ticked(facts.parameters));
    let colours = [
        (ThemeChoice::Dark, "Dark"),
        (ThemeChoice::Light, "Light"),
        (ThemeChoice::System, "System"),
        (ThemeChoice::DarkContrast, "Dark, high contrast"),
        (ThemeChoice::LightContrast, "Light, high contrast"),
    ];
    all.extend(colours.map(|(choice, words)| entry(of, "COLOURS", Action::Theme(choice), words).ticked(facts.theme == choice)));
    all.extend(facts.recent.iter().map(|path| {
        let name = |path: &PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let twice = facts.recent.iter().filter(|other| name(other) == name(path)).count() > 1;
        let folder = path.parent().filter(|_| twice).map_or(String::new(), |folder| format!(" in {}", folder.display()));
        entry(Menu::File, "RECENT", Action::LoadPreset(path.clone()), &format!("{}{folder}", name(path)))
    }));
    if facts.filming
        && let Some(film) = all.iter_mut().find(|entry| entry.action == Action::Film)
    {
        (film.words, film.help) = ("Stop and save the recording".to_owned(), "");
    }
    let open = facts.tiles.iter().filter(|(.., open)| *open);
    all.extend(open.flat_map(|&(id, title, _)| {
        Format::ALL
            .map(|format| entry(Menu::File, EXPORT, Action::Export(id, format), &format!("{title}: {}", format.words().to_lowercase())))
    }));
    all.extend(FigureChoice::RESOLUTIONS.map(|dpi| {
        let words = format!("Figure resolution: {dpi} dpi");
        entry(Menu::File, EXPORT, Action::FigureDpi(dpi), &words).ticked(facts.figure.dpi() == dpi)
    }));
    let window = !facts.figure.window_colours;
    let words = if window { "Save figures in window colours" } else { "Save figures dark on white" };
    all.push(entry(Menu::File, EXPORT, Action::FigureColours(window), words));
    let (tests, few) = (facts.test_images, 1_000);
    let sizes = if facts.aspects.has(Aspect::Answers) { [Some(few).filter(|few| *few < tests), Some(tests)] } else { [None; 2] };
    all.extend(sizes.into_iter().flatten().map(|images| {
        let words = format!("Test on {} images", count(images));
        let help = "Measure the accuracy on test images without learning; training continues.";
        entry(Menu::Run, "test", Action::Evaluate(images as usize), &words).help(help)
    }));
    let seed = facts.seed;
    let reset = |action, words: &str, seed: u64| entry(Menu::Run, "RESET", action, &format!("{words} ({seed})"));
    all.push(reset(Action::ResetSameSeed, "Reset with the same seed", seed).key(BARE, Key::R).help("Restart training from step 0."));
    all.push(reset(Action::ResetNewSeed, "Reset with a new seed", seed.wrapping_add(1)).help("Restart training from step 0."));
    all.extend(facts.aside.iter().map(|words| entry(Menu::Run, "RESET", Action::BringBack, words)));
    if facts.in_the_past {
        let here = [
            (Action::Fork, "Fork here", "Continue from this moment as a new run. The original run is kept in Runs."),
            (Action::BackToPresent, "Back to the present", "Return to the present state."),
        ];
        all.extend(here.map(|(action, words, help)| entry(Menu::Run, "TIME TRAVEL", action, words).help(help)));
    }
    all.extend(facts.kept.iter().map(|(id, words)| entry(Menu::Run, "RESET", Action::GoBackTo(*id), words)));
    let stop = |name: &String| entry(Menu::Run, "work", Action::StopWork(name.clone()), &format!("Stop: {name}"));
    all.extend(facts.works.iter().map(stop));
    let place = |entry: &Entry| Menu::ALL.iter().position(|menu| *menu == entry.menu);
    // what ends everything stands last
    all.sort_by_key(|entry| (place(entry), entry.action == Action::Quit));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::action::keys;

    #[test]
    fn no_key_has_two_meanings_and_every_command_has_words() {
        let keys = keys();
        for (index, (modifiers, key, ..)) in keys.iter().enumerate() {
            let again = keys[index + 1..].iter().any(|(m, k, ..)| m == modifiers && k == key);
            assert!(!again, "{modifiers:?} {key:?}");
        }
        let facts = Facts {
            aspects: Aspects::of(&[Aspect::Answers, Aspect::Reward]),
            seed: 1,
            tiles: vec![("raster", "Raster", true)],
            layout: LayoutKind::default(),
            enlarged: None,
            theme: ThemeChoice::Dark,
            parameters: true,
            recent: &[PathBuf::from("presets/mine.ron")],
            works: Vec::new(),
            filming: false,
            figure: FigureChoice::default(),
            aside: None,
            kept: vec![(3, "Go back to another run".to_owned())],
            test_images: 10_000,
            in_the_past: true,
            undo: (Some("Membrane time constant".to_owned()), None),
            editing: false,
            as_text: false,
            acts: Vec::new(),
            unapplicable: None,
            discarded: false,
        };
        let commands = commands(&facts);
        assert!(commands.iter().all(|entry| !entry.words.is_empty()));
        for (index, one) in commands.iter().enumerate() {
            assert!(commands[index + 1..].iter().all(|other| other.action != one.action), "{:?} stands in two places", one.action);
        }
        assert!(commands.iter().any(|entry| entry.words == "Undo Membrane time constant"));
        for (.., action, _) in keys {
            assert!(commands.iter().any(|entry| entry.action == action), "{action:?} has a key and no menu");
        }
    }
}
