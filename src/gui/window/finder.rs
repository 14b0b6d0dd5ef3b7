//! The command palette: find any command, view, preset or parameter by typing, and set a parameter by `name=value`.
//! The search is separate from the drawing.

mod choices;
mod found;
mod neurons;
mod quantities;
mod search;

use self::found::{Act, Found};
use self::search::{Stock, find};
use crate::gui::action::{Action, Entry, key_name};
use crate::gui::panel::Context;
use crate::gui::state::library;
use crate::gui::theme;
use crate::gui::widgets::param_slider::wanted;
use crate::params::REGISTRY;
use crate::session::{Command, SpikeMoment};
use egui::{Align2, Area, Event, Id, Key, Modal, Modifiers, Order, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// The palette, while it is open.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    open: bool,
    text: String,
    chosen: usize,
    /// Whether it was opened in this frame, whose letters it has.
    fresh: bool,
}

/// Rows shown at once.
const ROWS: usize = 11;
const ROW: f32 = 26.0;

impl Finder {
    /// Open it, empty.
    pub(crate) fn open(&mut self) {
        *self = Self { open: true, ..Self::default() };
    }

    /// Open it with letters that were typed before it could be drawn.
    pub(crate) fn open_with(&mut self, ctx: &egui::Context, typed: String) {
        *self = Self { open: true, text: typed, fresh: true, ..Self::default() };
        move_cursor_to_end(ctx, field_id(), &self.text);
        ctx.request_repaint();
    }

    /// Whether it takes every key.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Show it, if it is open; what is chosen goes to `actions` and to the outbox.
    pub(crate) fn show(
        &mut self,
        ctx: &egui::Context,
        cx: &mut Context,
        commands: &[Entry],
        library: &[library::Entry],
        actions: &mut Vec<Action>,
    ) {
        if !self.open {
            return;
        }
        let mut params = cx.snapshot.params.clone();
        for spec in REGISTRY {
            // a value on its way counts; the registry's own range check has passed it already
            params.set(spec.id, wanted(cx, spec.id)).ok();
        }
        // the network that is edited comes before the one that runs
        let draft = cx.ui_state.editing.as_ref().map(|editing| quantities::of(editing.network()));
        let (edited, view) = (draft.is_some(), draft.as_ref().or(cx.snapshot.quantities.as_deref()));
        let running = cx.snapshot.preset.network.as_ref().map(|described| described.file.task.clone());
        let task = cx.ui_state.editing.as_ref().map(|editing| editing.draft.task().clone()).or(running);
        let neurons = cx.snapshot.free.as_deref();
        let stock = Stock { commands, library, params: &params, setup: cx.snapshot.setup, view, task: task.as_ref(), edited, neurons };
        let key = |entry: &Entry| entry.key.map_or(String::new(), |(modifiers, key)| key_name(ctx, modifiers, key));
        let early = self.take_early(ctx);
        let mut found = find(&self.text, &stock, &key);
        let (up, down, enter) = ctx.input_mut(|input| {
            // a slow frame may bring several presses
            let mut hits = |key| input.count_and_consume_key(Modifiers::NONE, key);
            (hits(Key::ArrowUp), hits(Key::ArrowDown), hits(Key::Enter) > 0)
        });
        self.chosen = (self.chosen + down).saturating_sub(up).min(found.len().saturating_sub(1));
        let mut taken = enter.then_some(self.chosen);
        let id = Id::unique("command palette");
        let area = Area::new(id).order(Order::Foreground).anchor(Align2::CENTER_TOP, vec2(0.0, 64.0));
        let modal = Modal::new(id).area(area).show(ctx, |ui| {
            ui.set_width((ctx.content_rect().width() - 80.0).min(560.0));
            let before = self.text.clone();
            self.field(ui, &found);
            if self.text != before || early {
                crate::gui::paint::text::draw_again(ctx, &before, &self.text);
                self.chosen = 0;
                found = find(&self.text, &stock, &key);
                // Enter after the last letter, in a frame that brought both, means the best answer to the new text
                taken = enter.then_some(0);
            }
            ui.add_space(4.0);
            taken = self.rows(ui, &found, cx, up + down > 0).or(taken);
        });
        if let Some(found) = taken.and_then(|index| found.get(index)) {
            match &found.act {
                Act::Do(action) => {
                    actions.push(action.clone());
                    self.open = false;
                }
                Act::Set(id, value) => {
                    cx.outbox.push(Command::Set(*id, *value));
                    self.open = false;
                }
                Act::SetPath(entry, value) => {
                    cx.outbox.set_path(entry, value.clone());
                    self.open = false;
                }
                Act::EditPath(path, text) => {
                    cx.ui_state.editing.iter_mut().for_each(|editing| editing.set(path, text));
                    self.open = false;
                }
                Act::InEditor(act) => {
                    actions.extend([Action::EditNetwork, Action::Edit(act.clone())]);
                    self.open = false;
                }
                Act::Help(title) => {
                    cx.ui_state.ask_for_help(Some(title));
                    self.open = false;
                }
                Act::Neuron(neuron, view) => {
                    cx.ui_state.select_neuron(*neuron);
                    cx.ui_state.spike_moment = SpikeMoment::LastSpike;
                    cx.ui_state.wants_panel = *view;
                    self.open = false;
                }
                Act::Type(text) => {
                    self.text.clone_from(text);
                    self.chosen = 0;
                    move_cursor_to_end(ctx, field_id(), &self.text);
                }
                Act::Nothing | Act::Wrong => {}
            }
        }
        if modal.should_close() {
            self.open = false;
        }
    }

    /// Take what was typed before the field has the focus, in the frame after the one that opened the palette. Returns whether there was
    /// anything.
    fn take_early(&mut self, ctx: &egui::Context) -> bool {
        if std::mem::take(&mut self.fresh) || ctx.memory(|memory| memory.has_focus(field_id()) && memory.had_focus_last_frame(field_id())) {
            return false;
        }
        let before = self.text.len();
        ctx.input_mut(|input| {
            input.events.retain(|event| match event {
                Event::Text(text) => {
                    self.text.push_str(text);
                    false
                }
                _ => true,
            });
        });
        let early = self.text.len() > before;
        if early {
            move_cursor_to_end(ctx, field_id(), &self.text);
            ctx.request_repaint();
        }
        early
    }

    fn field(&mut self, ui: &mut Ui, found: &[Found]) {
        let response = ui.add(
            egui::TextEdit::singleline(&mut self.text)
                .id(field_id())
                .hint_text("A command, a view, a preset, or a parameter: tau_m=20ms")
                .desired_width(f32::INFINITY)
                .margin(egui::Margin::symmetric(10, 7)),
        );
        let text = self.text.clone();
        let first = found.get(self.chosen).map(|found| found.words.clone()).unwrap_or_default();
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::SearchInput, true, format!("Command palette. {first}"));
            info.current_text_value = Some(text.clone());
            info
        });
        // what is typed goes here, whatever else may have had the cursor
        response.request_focus();
    }

    fn rows(&self, ui: &mut Ui, found: &[Found], cx: &Context, scroll: bool) -> Option<usize> {
        if found.is_empty() {
            ui.label(RichText::new("No match.").color(cx.palette.dim));
            return None;
        }
        let mut taken = None;
        let room = ROW * found.len().min(ROWS) as f32;
        egui::ScrollArea::vertical().max_height(room).min_scrolled_height(room).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (index, found) in found.iter().enumerate() {
                let response = row(ui, found, index == self.chosen, cx);
                if index == self.chosen && scroll {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    taken = Some(index);
                }
            }
        });
        taken
    }
}

fn row(ui: &mut Ui, found: &Found, chosen: bool, cx: &Context) -> egui::Response {
    let palette = cx.palette;
    let width = ui.available_width();
    if matches!(found.act, Act::Nothing | Act::Wrong) {
        return ui.add(
            egui::Label::new(RichText::new(&found.words).color(if found.act == Act::Wrong { palette.bad } else { palette.dim })).wrap(),
        );
    }
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, chosen, format!("{} {}", found.words, found.note)));
    if chosen || response.hovered() {
        ui.painter().rect_filled(rect, 6.0, palette.raised);
    }
    if chosen {
        ui.painter().rect_filled(egui::Rect::from_min_size(rect.min + vec2(0.0, 6.0), vec2(3.0, ROW - 12.0)), 1.5, palette.accent);
    }
    let painter = ui.painter();
    let text = |words: &str, font: egui::FontId, color| painter.layout_no_wrap(words.to_owned(), font, color);
    let key = text(&found.key, egui::FontId::monospace(theme::SMALL), palette.dim);
    let name = text(&found.words, egui::FontId::proportional(theme::TEXT), palette.text);
    let middle = |galley: &egui::Galley| rect.center().y - galley.size().y / 2.0;
    let note_from = rect.left() + 12.0 + name.size().x + 12.0;
    let key_from = rect.right() - 10.0 - key.size().x;
    painter.galley(pos2(rect.left() + 12.0, middle(&name)), name, palette.text);
    painter.galley(pos2(key_from, middle(&key)), key, palette.dim);
    let room = key_from - note_from - 8.0;
    if room > 24.0 {
        let mut job = egui::text::LayoutJob::simple_singleline(found.note.clone(), egui::FontId::proportional(12.0), palette.dim);
        job.wrap = egui::text::TextWrapping::truncate_at_width(room);
        let note = painter.layout_job(job);
        painter.galley(pos2(note_from, middle(&note)), note, palette.dim);
    }
    response
}

fn field_id() -> Id {
    Id::unique("command palette field")
}

fn move_cursor_to_end(ctx: &egui::Context, id: Id, text: &str) {
    if let Some(mut state) = egui::TextEdit::load_state(ctx, id) {
        let end = egui::text::CCursor::new(text.chars().count());
        state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
        state.store(ctx, id);
    }
}
