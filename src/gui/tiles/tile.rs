//! One tile: frame, title bar with title and caption, body. Drag the title bar to move the tile, double-click it to enlarge. A
//! right click on the tile or its tab opens its menu.

use crate::gui::action::Action;
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel};
use crate::gui::theme::{self, Palette, SMALL, TEXT};
use crate::gui::tiles::menu::{self, Picked};
use crate::gui::tiles::tabs::{self, TabStyle};
use crate::gui::window::notices::close_cross;
use egui::text::LayoutJob;
use egui::{
    CursorIcon, FocusDirection, FontId, Galley, Rect, Response, Role, Sense, Stroke, Ui, UiBuilder, Visuals, WidgetInfo, WidgetText, pos2,
    vec2,
};
use egui_tiles::{Behavior, ResizeState, TabState, Tabs, TileId, Tiles, UiResponse};
use std::sync::Arc;

const HEAD: f32 = 20.0;
/// Width of the options button in a title bar, in points.
const DOTS: f32 = 28.0;
/// Width of the button to edit the network, and of a title bar that has room for it, in points.
const EDIT: f32 = 92.0;
const ROOMY: f32 = 260.0;
/// Width of the close button in a title bar or tab, in points.
const CROSS: f32 = 16.0;

/// The tile behaviour during one frame, and the requests made in it.
pub(crate) struct Tiling<'a, 'b> {
    pub(crate) panels: &'a mut Vec<Box<dyn Panel>>,
    pub(crate) cx: &'a mut Context<'b>,
    pub(crate) in_tabs: Vec<TileId>,
    pub(crate) edited: bool,
    pub(crate) close: Option<TileId>,
    pub(crate) enlarge: Option<String>,
    pub(crate) alone: bool,
    /// The item chosen in the menu of a view.
    pub(crate) actions: Vec<Action>,
    /// Where each view is painted.
    pub(crate) areas: Vec<(String, Rect)>,
    /// Format of the tabs of the bar that is being drawn.
    pub(crate) tabs: TabStyle,
}

impl Tiling<'_, '_> {
    /// Draw one enlarged tile.
    pub(crate) fn alone(&mut self, ui: &mut Ui, id: &str) {
        // An enlarged tile cannot be dragged.
        let _ = self.tile(ui, None, id);
    }

    fn tile(&mut self, ui: &mut Ui, tile: Option<TileId>, id: &str) -> UiResponse {
        let Some(index) = self.panels.iter().position(|panel| panel.id() == id) else {
            ui.label("This view no longer exists.");
            return UiResponse::None;
        };
        let room = ui.available_rect_before_wrap();
        self.areas.push((id.to_owned(), room));
        let frame = theme::tile_frame(self.cx.palette);
        ui.painter().rect(room, frame.corner_radius, frame.fill, frame.stroke, egui::StrokeKind::Inside);
        if ui.rect_contains_pointer(room) {
            self.cx.ui_state.pointed = Some(self.panels[index].id());
        }
        let focus = ui.memory(egui::Memory::focused).and_then(|focus| ui.ctx().read_response(focus));
        // not what lies over the tiles, as the palette
        if focus.is_some_and(|focus| focus.layer_id == ui.layer_id() && room.contains(focus.rect.center())) {
            self.cx.ui_state.focused = Some(self.panels[index].id());
        }
        let inner = room - frame.inner_margin;
        if inner.width() < 20.0 || inner.height() < HEAD {
            return UiResponse::None;
        }
        let head = Rect::from_min_size(inner.min, vec2(inner.width(), HEAD));
        let body = Rect::from_min_max(pos2(inner.left(), head.bottom() + 4.0), inner.max);
        let panel = &self.panels[index];
        let (caption, mut right) = panel.caption(self.cx);
        if self.alone {
            right = format!("{right}{}Esc shows all tiles", if right.is_empty() { "" } else { " · " });
        }
        let in_tabs = tile.is_some_and(|tile| self.in_tabs.contains(&tile));
        let title = (!in_tabs).then_some(panel.title());
        let dots = panel.has_options() && head.width() > 90.0;
        // a tab has its own close button
        let crossed = tile.filter(|_| !in_tabs && head.width() > 160.0);
        let mut rest = head;
        if let Some(tile) = crossed {
            rest.max.x -= CROSS;
            self.cross(ui, Rect::from_min_max(pos2(rest.right(), head.top()), head.max), (tile, panel.title()), room);
        }
        let mut words = rest;
        words.max.x -= if dots { DOTS } else { 0.0 };
        let edits = head.width() > ROOMY && self.panels[index].can_edit(self.cx);
        let at = words.right();
        words.max.x -= if edits { EDIT + 8.0 } else { 0.0 };
        paint_head(ui, words, title, &caption, &right, self.cx.palette);
        let head = self.handle(ui, rest, index, &format!("{caption} {right}"));
        if edits {
            self.edit_button(ui, Rect::from_min_max(pos2(at - EDIT - 2.0, rest.top()), pos2(at - 2.0, rest.bottom())));
        }
        if dots {
            self.options(ui, rest, index);
        }
        let takes_focus = self.begin_focus(ui, index);
        if body.height() > 12.0 {
            let builder = UiBuilder::new().max_rect(body).id_salt(id);
            ui.scope_builder(builder, |ui| {
                ui.set_clip_rect(ui.clip_rect().intersect(body.expand(2.0)));
                match self.cx.snapshot.aspects.first_absent(self.panels[index].needs()) {
                    Some(absent) => text::calm_sentence(ui, self.cx.palette, absent.absent()),
                    None => self.panels[index].ui(ui, self.cx),
                }
            });
        }
        if takes_focus {
            self.end_focus(ui, &head);
        }
        let opens = ui.rect_contains_pointer(room) && ui.input(|input| input.pointer.secondary_clicked());
        self.menu(&head, opens, tile, index);
        if head.drag_started() && !self.alone { UiResponse::DragStarted } else { UiResponse::None }
    }

    /// Give the focus to the control that is laid out next, if this view was asked for and has no reason against it. Returns whether it was
    /// asked for.
    fn begin_focus(&self, ui: &Ui, index: usize) -> bool {
        if self.cx.ui_state.wants_focus != Some(self.panels[index].id()) {
            return false;
        }
        // a dialog keeps the focus for a frame after it has closed
        let free = ui.memory(|memory| memory.top_modal_layer().is_none());
        if free {
            ui.memory_mut(|memory| {
                memory.focused().into_iter().for_each(|id| memory.surrender_focus(id));
                if !self.panels[index].keeps_controls() {
                    memory.move_focus(FocusDirection::Next);
                }
            });
        } else {
            ui.ctx().request_repaint();
        }
        free
    }

    /// A view whose controls have not taken the focus leaves it to its title bar.
    fn end_focus(&mut self, ui: &Ui, head: &Response) {
        self.cx.ui_state.wants_focus = None;
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        if ui.memory(|memory| memory.focused().is_none()) {
            head.request_focus();
        }
    }

    /// A close button, visible while the pointer is on the tile.
    fn cross(&mut self, ui: &mut Ui, rect: Rect, (tile, title): (TileId, &str), room: Rect) {
        let faded = if ui.rect_contains_pointer(room) { 1.0 } else { 0.0 };
        let palette = self.cx.palette;
        ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt(("cross", tile)), |ui| {
            ui.multiply_opacity(faded);
            if close_cross(ui, &format!("Close {title}"), palette).clicked() {
                self.close = Some(tile);
            }
        });
    }

    /// The button that opens the editor of networks.
    fn edit_button(&mut self, ui: &mut Ui, rect: Rect) {
        ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt("edit network"), |ui| {
            ui.spacing_mut().interact_size.y = HEAD;
            let button = theme::button(ui, theme::Sign::None, "Edit network", theme::Weight::Usual, EDIT);
            if button.on_hover_text(Action::EditNetwork.tooltip(ui.ctx())).clicked() {
                self.actions.push(Action::EditNetwork);
            }
        });
    }

    /// The menu of a view, opened at the pointer.
    fn menu(&mut self, on: &Response, opens: bool, tile: Option<TileId>, index: usize) {
        let (id, title) = (self.panels[index].id(), self.panels[index].title());
        let (alone, figure) = (self.alone, self.cx.ui_state.figure);
        let popup = egui::Popup::menu(on).open_memory(opens.then_some(egui::SetOpenCommand::Bool(true))).at_pointer_fixed();
        let shown = popup.show(|ui| menu::items(ui, (id, title), alone, tile.is_some(), figure));
        match shown.and_then(|shown| shown.inner) {
            Some(Picked::Enlarge) => self.enlarge = Some(id.to_owned()),
            Some(Picked::Act(action)) => self.actions.push(action),
            Some(Picked::Explain) => self.cx.ui_state.ask_for_help(Some(id)),
            Some(Picked::Close) => self.close = tile,
            None => {}
        }
    }

    /// Title and short title of a view.
    fn names_of(&self, id: &str) -> (&'static str, &'static str) {
        self.panels.iter().find(|panel| panel.id() == id).map_or(("Unknown", "Unknown"), |panel| (panel.title(), panel.tab()))
    }

    /// Title and short title of a tile; a group of tiles behind one tab has those of its first tile.
    fn names(&self, tiles: &Tiles<String>, tile: TileId) -> (&'static str, &'static str) {
        match tiles.get(tile) {
            Some(egui_tiles::Tile::Pane(pane)) => self.names_of(pane),
            Some(egui_tiles::Tile::Container(container)) => {
                container.children().next().map_or(("Empty", "Empty"), |first| self.names(tiles, *first))
            }
            None => ("Empty", "Empty"),
        }
    }

    /// The options button (three dots) at the right end of the title bar, and its popup.
    fn options(&mut self, ui: &Ui, head: Rect, index: usize) {
        let (id, title) = (self.panels[index].id(), self.panels[index].title());
        let rect = Rect::from_min_max(pos2(head.right() - DOTS + 6.0, head.top()), head.max);
        let response = ui.interact(rect, ui.scope_id().with(("options", id)), Sense::click()).on_hover_text("Options of this view");
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Options of {title}")));
        let palette = self.cx.palette;
        let colour = if response.hovered() || response.has_focus() { palette.text } else { palette.dim };
        for k in [-1.0, 0.0, 1.0] {
            ui.painter().circle_filled(rect.center() + vec2(5.0 * k, 0.0), 1.5, colour);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect, 4.0, Stroke::new(1.0, palette.trace), egui::StrokeKind::Inside);
        }
        let popup = egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
        // a menu would stretch the text of a note over its width
        popup.show(|ui| ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| self.panels[index].options(ui, self.cx)));
    }

    /// The title bar as a drag handle.
    fn handle(&mut self, ui: &Ui, head: Rect, index: usize, caption: &str) -> Response {
        let (id, title) = (self.panels[index].id(), self.panels[index].title());
        let response = ui.interact(head, ui.scope_id().with(("head", id)), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::TitleBar, true, format!("{title} tile. {caption}")));
        if response.double_clicked() {
            self.enlarge = Some(id.to_owned());
        }
        if response.has_focus() {
            ui.painter().rect_stroke(head, 4.0, Stroke::new(1.0, self.cx.palette.trace), egui::StrokeKind::Inside);
        }
        if response.hovered() && !self.alone {
            ui.ctx().set_cursor_icon(CursorIcon::Grab);
        }
        response
    }
}

/// Title, dim caption after it, and a right-aligned value. If the room is short, parts are left out, starting with the end of
/// the caption; no part is truncated.
fn paint_head(ui: &Ui, rect: Rect, title: Option<&str>, caption: &str, right: &str, palette: &Palette) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let title = LayoutJob::simple_singleline(title.unwrap_or_default().to_owned(), FontId::new(TEXT, theme::semibold()), palette.text);
    let title = painter.layout_job(title);
    let captions = |words: &str| painter.layout_no_wrap(words.to_owned(), FontId::proportional(12.0), palette.dim);
    let numbers = |words: &str| painter.layout_no_wrap(words.to_owned(), FontId::monospace(SMALL), palette.dim);
    let mut left = rect.left();
    if title.size().x > 0.0 {
        painter.galley(pos2(left, rect.center().y - 0.5 * title.size().y), Arc::clone(&title), palette.text);
        left += title.size().x + 8.0;
    }
    let mut room = rect.right() - left;
    if let Some(right) = first_that_fits(right, room, numbers) {
        painter.galley(pos2(rect.right() - right.size().x, rect.center().y - 0.5 * right.size().y), Arc::clone(&right), palette.dim);
        room -= right.size().x + 10.0;
    }
    if let Some(caption) = first_that_fits(caption, room, captions) {
        painter.galley(pos2(left, rect.center().y - 0.5 * caption.size().y), caption, palette.dim);
    }
}

/// Text of parts separated by dots, with as many of the first parts as fit.
fn first_that_fits(words: &str, room: f32, lay_out: impl Fn(&str) -> Arc<Galley>) -> Option<Arc<Galley>> {
    let ends = std::iter::once(words.len()).chain(words.rmatch_indices(" · ").map(|(at, _)| at));
    ends.map(|end| &words[..end]).filter(|part| !part.is_empty()).map(lay_out).find(|galley| galley.size().x <= room)
}

impl Behavior<String> for Tiling<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, tile_id: TileId, pane: &mut String) -> UiResponse {
        self.tile(ui, Some(tile_id), pane)
    }

    fn tab_title_for_pane(&mut self, pane: &String) -> WidgetText {
        self.names_of(pane).0.into()
    }

    fn tab_title_for_tile(&mut self, tiles: &Tiles<String>, tile_id: TileId) -> WidgetText {
        self.names(tiles, tile_id).0.into()
    }

    fn top_bar_right_ui(&mut self, tiles: &Tiles<String>, ui: &mut Ui, _tile: TileId, tabs: &Tabs, _scroll: &mut f32) {
        let name = |&tile: &TileId| {
            let (title, word) = self.names(tiles, tile);
            (title, word, tabs.active == Some(tile))
        };
        let names: Vec<_> = tabs.children.iter().map(name).collect();
        self.tabs = TabStyle::fitting(ui.painter(), &names, ui.available_width());
    }

    fn tab_ui(&mut self, tiles: &mut Tiles<String>, ui: &mut Ui, id: egui::Id, tile_id: TileId, state: &TabState) -> Response {
        let palette = self.cx.palette;
        let (title, word) = self.names(tiles, tile_id);
        let galley = tabs::words(ui.painter(), self.tabs.of(title, word), state.active);
        let side = self.tabs.padding / 2.0;
        let (_, rect) = ui.allocate_space(vec2(galley.size().x + 2.0 * side, ui.available_height()));
        let mut response = ui.interact(rect, id, Sense::click_and_drag()).on_hover_cursor(CursorIcon::Grab);
        if self.tabs.short && title != word {
            response = response.on_hover_text(title);
        }
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, state.active, title));
        let color = if state.active || response.hovered() { palette.text } else { palette.dim };
        let at = pos2(rect.left() + side, rect.center().y - 0.5 * galley.size().y - 1.0);
        ui.painter().galley_with_override_text_color(at, galley, color);
        if state.active {
            let line = Rect::from_min_max(pos2(rect.left() + side, rect.bottom() - 4.0), pos2(rect.right() - side, rect.bottom() - 2.0));
            ui.painter().rect_filled(line, 1.0, palette.accent);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect.shrink(2.0), 4.0, Stroke::new(1.0, palette.trace), egui::StrokeKind::Inside);
        }
        if (state.active || response.hovered()) && self.tabs.padding > CROSS {
            let rect = Rect::from_center_size(pos2(rect.right() - CROSS / 8.0, rect.center().y - 1.0), vec2(CROSS, CROSS));
            ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt(("cross", tile_id)), |ui| {
                if close_cross(ui, &format!("Close {title}"), palette).clicked() {
                    self.close = Some(tile_id);
                }
            });
        }
        if let Some(egui_tiles::Tile::Pane(pane)) = tiles.get(tile_id)
            && let Some(index) = self.panels.iter().position(|panel| panel.id() == pane)
        {
            self.menu(&response, response.secondary_clicked(), Some(tile_id), index);
        }
        self.on_tab_button(tiles, tile_id, response)
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        26.0
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        theme::GRID
    }

    fn min_size(&self) -> f32 {
        // a narrower editor would be of no use
        if self.cx.ui_state.editing.is_some() { 160.0 } else { 96.0 }
    }

    fn tab_bar_color(&self, _visuals: &Visuals) -> egui::Color32 {
        self.cx.palette.ground
    }

    fn tab_bar_hline_stroke(&self, _visuals: &Visuals) -> Stroke {
        Stroke::NONE
    }

    fn resize_stroke(&self, _style: &egui::Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => Stroke::NONE,
            ResizeState::Hovering => Stroke::new(2.0, self.cx.palette.faint),
            ResizeState::Dragging => Stroke::new(2.0, self.cx.palette.accent),
        }
    }

    fn drag_preview_stroke(&self, _visuals: &Visuals) -> Stroke {
        Stroke::new(1.5, self.cx.palette.accent)
    }

    fn drag_preview_color(&self, _visuals: &Visuals) -> egui::Color32 {
        self.cx.palette.tint(self.cx.palette.accent)
    }

    fn on_edit(&mut self, action: egui_tiles::EditAction) {
        // Selecting a tab does not count as a change of the layout.
        self.edited |= !matches!(action, egui_tiles::EditAction::TabSelected);
    }
}
