//! Keyboard shortcuts: what each key does, and what was pressed in a frame.

use super::entry::{BARE, CTRL, enlarge, entry, fixed};
use super::{Action, Menu};
use egui::{Event, Key, KeyboardShortcut, Modifiers};

/// Keys and what they do, in the order of the help. The words say it to a person.
pub(crate) fn keys() -> Vec<(Modifiers, Key, Action, String)> {
    let more = [
        entry(Menu::Run, "RESET", Action::ResetSameSeed, "Reset with the same seed").key(BARE, Key::R),
        enlarge(),
        entry(Menu::View, "TILES", Action::ToggleParameters, "Show or hide the parameters").key(CTRL, Key::B),
    ];
    let keyed = fixed().into_iter().chain(more);
    keyed.filter_map(|entry| entry.key.map(|(m, k)| (m, k, entry.action, entry.words.replace('…', "")))).collect()
}

/// A key as a person reads it.
pub(crate) fn key_name(ctx: &egui::Context, modifiers: Modifiers, key: Key) -> String {
    match (modifiers, key) {
        (BARE, Key::Period) => ".".to_owned(),
        (BARE, Key::Plus) => "+".to_owned(),
        (BARE, Key::Minus) => "−".to_owned(),
        _ => ctx.format_shortcut(&KeyboardShortcut::new(modifiers, key)),
    }
}

/// What the keyboard asks for in a frame.
#[derive(Debug, Default)]
pub(crate) struct Pressed {
    /// In the order of the list of keys.
    pub actions: Vec<Action>,
    /// Letters that came after the key of the palette or of the search, in a frame that took its time, and which of the two:
    /// they are meant for it.
    pub typed: Option<(Action, String)>,
}

/// What the keyboard asks for in this frame. Keys that write, but not F1 and F11, stay with the text field that has the cursor; Space and
/// Enter stay with the button that has the focus. Once the palette or the search is asked for, all keys but their own are
/// letters; `field_awaits` says that one of them will have the cursor. While a network is edited (`quiet`), a single key does not
/// change the run: it may be meant for a field that was missed. Space and . still run, pause and step.
pub(crate) fn pressed(ctx: &egui::Context, field_awaits: bool, quiet: bool) -> Pressed {
    let writing = ctx.text_edit_focused() || field_awaits;
    let pressing = ctx.memory(|memory| memory.focused().is_some()) && !crate::gui::widgets::rail::has_focus(ctx);
    let popup = egui::Popup::is_any_open(ctx);
    let mut asked = Pressed::default();
    let mut keys = keys();
    // a chord with Shift must be asked for before the same key without it
    keys.sort_by_key(|(modifiers, ..)| !modifiers.shift);
    ctx.input_mut(|input| {
        let field = |event: &Event| match event {
            Event::Key { key: Key::P, pressed: true, modifiers, .. } if modifiers.command_only() => Some(Action::Palette),
            Event::Key { key: Key::F, pressed: true, modifiers, .. } if modifiers.command_only() => Some(Action::Search),
            _ => None,
        };
        let place = input.events.iter().enumerate().find_map(|(at, event)| Some((at, field(event)?)));
        let later = place.map(|(at, field)| (field, input.events.split_off(at + 1)));
        for (modifiers, key, action, _) in keys {
            // a text field undoes its own letters
            let edits = matches!(action, Action::Undo | Action::Redo);
            // no text has them
            let writes = !matches!(key, Key::F1 | Key::F11);
            let meant_for_it = field_awaits || popup || (writing && writes) || (pressing && matches!(key, Key::Space | Key::Enter));
            let taken = (modifiers == BARE && meant_for_it) || (edits && writing);
            let held_back = quiet && modifiers == BARE && writes && !matches!(key, Key::Space | Key::Period);
            if !taken && !held_back && input.consume_key(modifiers, key) {
                asked.actions.push(action);
            }
        }
        // On most keyboards + is the shifted =, which need not be shifted here.
        if !writing && !popup && !quiet && input.consume_key(BARE, Key::Equals) {
            asked.actions.push(Action::Reward(1.0));
        }
        // some desktops redo with another key
        if !writing && input.consume_key(CTRL, Key::Y) {
            asked.actions.push(Action::Redo);
        }
        if let Some((field, later)) = later {
            let opens = asked.actions.contains(&field);
            let mut typed = String::new();
            input.events.extend(later.into_iter().filter(|event| match event {
                Event::Text(text) if opens => {
                    typed.push_str(text);
                    false
                }
                _ => true,
            }));
            asked.typed = opens.then_some((field, typed));
        }
    });
    asked
}
