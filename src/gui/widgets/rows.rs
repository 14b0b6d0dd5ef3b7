//! The rows of a list that is always visible, as one stop of Tab: arrow keys, Page Up and Down, Home and End move the current row, Enter
//! and Space choose it, Tab and Escape leave the list.

use egui::{EventFilter, Id, Key, Rect, Response, Role, Sense, Ui, WidgetInfo};

/// Rows by which Page Up and Page Down move.
const PAGE: usize = 10;

/// The rows of a list during one frame.
pub(crate) struct Rows {
    /// The list.
    response: Response,
    current: usize,
    moved: bool,
    chosen: bool,
}

/// What became of a row.
pub(crate) struct Row {
    pub response: Response,
    /// Whether it is the current one of a list that has the focus.
    pub is_current: bool,
    /// Whether it was clicked, or chosen by a key.
    pub chosen: bool,
}

impl Rows {
    /// A list of `len` rows in `rect`, with `label` as its accessible name.
    pub(crate) fn new(ui: &Ui, rect: Rect, label: &str, len: usize) -> Self {
        let id = ui.make_persistent_id(("rows", label));
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        response.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, label));
        let last = len.saturating_sub(1);
        let before = ui.data(|data| data.get_temp(id)).unwrap_or(0_usize).min(last);
        let (mut current, mut chosen) = (before, false);
        if response.has_focus() {
            let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
            let pressed = |key| ui.input(|input| input.num_presses(key));
            let down = pressed(Key::ArrowDown) + PAGE * pressed(Key::PageDown);
            let up = pressed(Key::ArrowUp) + PAGE * pressed(Key::PageUp);
            current = (before + down).saturating_sub(up).min(last);
            if pressed(Key::Home) > 0 {
                current = 0;
            } else if pressed(Key::End) > 0 {
                current = last;
            }
            chosen = pressed(Key::Enter) + pressed(Key::Space) > 0;
        }
        ui.data_mut(|data| data.insert_temp(id, current));
        let moved = current != before || response.gained_focus();
        Self { response, current, moved, chosen }
    }

    /// Row `index`, laid out in `rect`; `label` describes it. It takes part in the keys of the list, not in Tab.
    pub(crate) fn row(&self, ui: &Ui, index: usize, rect: Rect, label: &str) -> Row {
        let id: Id = self.response.id.with(index);
        let response = ui.interact(rect, id, Sense::CLICK);
        let is_current = self.response.has_focus() && index == self.current;
        response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, label));
        ui.ctx().accesskit_node_builder(id, |node| node.set_selected(is_current));
        if is_current {
            ui.ctx().accesskit_node_builder(self.response.id, |node| {
                node.set_active_descendant(id.accesskit_id());
                node.set_value(label);
            });
            if self.moved {
                response.scroll_to_me(None);
            }
        }
        let chosen = response.clicked() || is_current && self.chosen;
        Row { response, is_current, chosen }
    }
}
