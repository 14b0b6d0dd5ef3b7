//! Keeps the place of the keyboard. A field that was left with Enter or Escape, a list that closed and a dialog that ended take the
//! focus with them; without this, Tab would begin again at the first menu.

use crate::gui::theme::Palette;
use egui::{FocusDirection, Id, Key, Popup, Stroke, StrokeKind};

/// The view with the editor of networks: there the selected element takes the focus of what no longer exists.
const EDITOR: &str = "graph";

/// A control, and the view that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Control {
    id: Id,
    view: Option<&'static str>,
}

/// The control from which Tab continues.
#[derive(Debug, Default)]
pub(crate) struct Focus {
    /// The control that had the focus or was clicked last.
    last: Option<Control>,
    /// Whether something had the focus at the end of the last frame.
    had: bool,
    /// Whether a dialog is open, and what had the focus before it opened.
    dialog: bool,
    below_dialog: (Option<Control>, bool),
    /// The same for a menu or list.
    popup: bool,
    below_popup: Option<Control>,
    /// Where Tab goes from the control that has got the focus back in the frame before: a field that takes part in the order of Tab twice
    /// would be reached again in the same frame.
    goes_on: Option<FocusDirection>,
}

/// Give the focus to a control. Returns whether it exists.
fn take_back(ctx: &egui::Context, control: Option<Control>) -> bool {
    let control = control.filter(|control| ctx.read_response(control.id).is_some());
    control.into_iter().for_each(|control| ctx.memory_mut(|memory| memory.request_focus(control.id)));
    control.is_some()
}

/// What the pointer and the tiles know at the end of a frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// The view with the focus, and the one under the pointer.
    pub focused: Option<&'static str>,
    pub pointed: Option<&'static str>,
    /// Whether the keyboard was used last.
    pub by_keyboard: bool,
}

impl Focus {
    /// Before a frame is laid out; `dialog` is whether one is open. Returns whether the editor of networks takes the focus.
    pub(crate) fn begin(&mut self, ctx: &egui::Context, dialog: bool) -> bool {
        let focused = ctx.memory(egui::Memory::focused);
        let mut lost = false;
        // one that has closed still keeps the focus from all else in the frame after
        let dialog = dialog || ctx.memory(|memory| memory.top_modal_layer().is_some());
        if dialog && !self.dialog {
            self.below_dialog = (self.last.take(), self.had);
            focused.into_iter().for_each(|id| ctx.memory_mut(|memory| memory.surrender_focus(id)));
        } else if self.dialog && !dialog {
            let inside = self.last.take();
            let (before, had) = std::mem::take(&mut self.below_dialog);
            self.last = before;
            // unless what the dialog did has moved it
            let is_free = focused.is_none() || focused == inside.map(|inside| inside.id);
            lost = is_free && had && !take_back(ctx, before);
        }
        self.dialog = dialog;
        if let Some(direction) = self.goes_on.take() {
            ctx.memory_mut(|memory| memory.move_focus(direction));
        }
        let tab = ctx.input(|input| input.key_pressed(Key::Tab).then_some(input.modifiers.shift));
        if let Some(back) = tab.filter(|_| !dialog && ctx.memory(|memory| memory.focused().is_none())) {
            if take_back(ctx, self.last) {
                ctx.memory_mut(|memory| memory.move_focus(FocusDirection::None));
                self.goes_on = Some(if back { FocusDirection::Previous } else { FocusDirection::Next });
                ctx.request_repaint();
            } else {
                lost = true;
            }
        }
        let editor = lost && self.last.is_some_and(|last| last.view == Some(EDITOR));
        if editor {
            ctx.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        }
        editor
    }

    /// After a frame was laid out. Returns whether the editor of networks takes the focus.
    pub(crate) fn end(&mut self, ctx: &egui::Context, seen: Seen, palette: &Palette) -> bool {
        let focused = ctx.memory(egui::Memory::focused);
        let clicked = ctx.interaction_snapshot(|shown| shown.clicked);
        let pointer = ctx.input(|input| input.pointer.any_pressed() || input.pointer.any_released());
        let popup = Popup::is_any_open(ctx);
        let before = self.last;
        if let Some(id) = focused.or(clicked) {
            let view = if focused.is_some() { seen.focused } else { seen.pointed };
            // a control that is drawn over the tiles, as an item of a list, belongs to the view of its list
            self.last = Some(Control { id, view: view.or(before.filter(|_| popup).and_then(|before| before.view)) });
        }
        let mut had = focused.is_some();
        let mut lost = false;
        if popup && !self.popup {
            self.below_popup = if clicked.is_some() && pointer { self.last } else { before };
        } else if self.popup && !popup && (focused.is_none() || focused == before.map(|before| before.id)) {
            self.last = self.below_popup.take();
            // the pointer leaves Space and Enter to the run
            had = !pointer && take_back(ctx, self.last);
        } else if focused.is_none() && self.had && !popup && !self.dialog && !pointer && seen.by_keyboard {
            // it was deleted, or belonged to another element than the one that is selected now
            lost = self.last.is_some_and(|last| last.view == Some(EDITOR) && ctx.read_response(last.id).is_none());
        }
        (self.popup, self.had) = (popup, had);
        if !had && !popup && !self.dialog && seen.by_keyboard {
            self.mark(ctx, palette);
        }
        lost
    }

    /// A faint frame around the control from which Tab continues.
    fn mark(&self, ctx: &egui::Context, palette: &Palette) {
        let Some(place) = self.last.and_then(|last| ctx.read_response(last.id)) else { return };
        let frame = place.interact_rect.expand(2.0);
        ctx.layer_painter(place.layer_id).rect_stroke(frame, 4.0, Stroke::new(1.0, palette.faint), StrokeKind::Outside);
    }
}
