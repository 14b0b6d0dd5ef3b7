//! A list that opens from a button and shows what is chosen. The keyboard: Enter opens it, arrow keys, Home and End move in it, Enter
//! chooses and closes it, Escape and Tab close it.

use egui::{ComboBox, EventFilter, Key, Response, Role, Ui, WidgetInfo};

/// The open list.
pub(crate) struct List<'a> {
    ui: &'a mut Ui,
    /// What was laid out, and whether it is the one that is chosen now.
    items: Vec<(Response, bool)>,
}

impl List<'_> {
    /// Another item; `help` appears over it. Returns whether it was chosen, which closes the list.
    pub(crate) fn item(&mut self, is_chosen: bool, words: &str, help: &str) -> bool {
        let item = self.ui.selectable_label(is_chosen, words);
        let item = if help.is_empty() { item } else { item.on_hover_text(help) };
        let chosen = item.clicked();
        if chosen {
            // a key closes the list as a click does
            self.ui.close();
        }
        self.items.push((item, is_chosen));
        chosen
    }

    /// Move in the list by keys.
    fn keys(self) {
        let Self { ui, items } = self;
        if ui.is_sizing_pass() || items.is_empty() {
            return;
        }
        let at = items.iter().position(|(item, _)| item.has_focus());
        let [up, down, home, end, tab] =
            ui.input(|input| [Key::ArrowUp, Key::ArrowDown, Key::Home, Key::End, Key::Tab].map(|key| input.num_presses(key)));
        let last = items.len() - 1;
        let goal = match at {
            Some(at) if home + end == 0 => (at + down).saturating_sub(up).min(last),
            Some(_) => {
                if home > 0 {
                    0
                } else {
                    last
                }
            }
            // it was opened by the keyboard
            None if ui.memory(|memory| memory.focused().is_some()) || up + down > 0 => {
                items.iter().position(|(_, is_chosen)| *is_chosen).unwrap_or(0)
            }
            None => return,
        };
        let item = &items[goal].0;
        if at != Some(goal) {
            item.request_focus();
            item.scroll_to_me(None);
        }
        let all = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: false };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(item.id, all));
        if at.is_some() && tab > 0 {
            ui.close();
        }
    }
}

/// A list under `label`, of which `current` is shown; its items are laid out by `items`. Returns the button.
pub(crate) fn list(ui: &mut Ui, (combo, label): (ComboBox, &str), current: &str, items: impl FnOnce(&mut List)) -> Response {
    let shown = combo.selected_text(current).show_ui(ui, |ui| {
        let mut list = List { ui, items: Vec::new() };
        items(&mut list);
        list.keys();
    });
    shown.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), label);
        info.current_text_value = Some(current.to_owned());
        info
    });
    shown.response
}
