//! The command palette: find any command, view, preset or parameter by typing, and set a parameter by `name=value`.
//! The search is separate from the drawing.

mod quantities;

use crate::gui::action::{Action, EXPORT, Entry, key_name};
use crate::gui::panel::Context;
use crate::gui::state::library;
use crate::gui::theme;
use crate::gui::widgets::param_slider::wanted;
use crate::gui::widgets::scale::with_unit;
use crate::gui::widgets::words::folded;
use crate::model;
use crate::params::{Domain, ParamId, ParamSpec, Params, REGISTRY, Setup, parse_value};
use crate::session::{Command, Quantities};
use egui::{Align2, Area, Id, Key, Modal, Modifiers, Order, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// The palette, while it is open.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    open: bool,
    text: String,
    chosen: usize,
}

/// A match.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// What it is called.
    words: String,
    /// Dim text behind it.
    note: String,
    /// Its key.
    key: String,
    act: Act,
}

/// What choosing it does.
#[derive(Debug, Clone, PartialEq)]
enum Act {
    Do(Action),
    Set(ParamId, f64),
    SetPath(Box<model::Entry>, model::Value),
    /// Continue typing from here.
    Type(String),
    /// Nothing: shows the allowed values.
    Nothing,
    /// Nothing: shows the error.
    Wrong,
}

/// Rows shown at once.
const ROWS: usize = 11;
const ROW: f32 = 26.0;

/// What there is to find.
pub(crate) struct Stock<'a> {
    pub commands: &'a [Entry],
    pub library: &'a [library::Entry],
    pub params: &'a Params,
    pub setup: Setup,
    /// The described network, if there is one.
    pub view: Option<&'a Quantities>,
}

/// How well `name` matches the typed words; less is better. Every word must occur in `all`.
fn rank(text: &str, name: &str, all: &str) -> Option<u8> {
    let (name, all) = (folded(name), folded(all));
    if !text.split_whitespace().all(|word| all.contains(word)) {
        return None;
    }
    Some(match text {
        _ if name.starts_with(text) => 0,
        _ if name.split([' ', '_', '(']).any(|word| word.starts_with(text)) => 1,
        _ if name.contains(text) => 2,
        _ => 3,
    })
}

/// All matches of `typed`, best first.
pub(crate) fn find(typed: &str, stock: &Stock, key: &dyn Fn(&Entry) -> String) -> Vec<Found> {
    if let Some((name, value)) = typed.split_once('=') {
        return match stock.view {
            Some(view) => quantities::set(name.trim(), value.trim(), view),
            None => set(name.trim(), value.trim(), stock),
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

impl Finder {
    /// Open it, empty.
    pub(crate) fn open(&mut self) {
        *self = Self { open: true, ..Self::default() };
    }

    /// Open it with letters that were typed before it could be drawn.
    pub(crate) fn open_with(&mut self, ctx: &egui::Context, typed: String) {
        *self = Self { open: true, text: typed, ..Self::default() };
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
        let stock = Stock { commands, library, params: &params, setup: cx.snapshot.setup, view: cx.snapshot.quantities.as_deref() };
        let key = |entry: &Entry| entry.key.map_or(String::new(), |(modifiers, key)| key_name(ctx, modifiers, key));
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
            if self.text != before {
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
            theme: ThemeChoice::Dark,
            parameters: true,
            recent: &[],
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
