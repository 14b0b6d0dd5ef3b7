//! What every neuron has learnt to see: its incoming weights as a picture.

use super::wall::{HEADS, heads, marks};
use super::{derived, options};
use crate::gui::export::tables;
use crate::gui::paint::bar::{bar_room, colour_bar};
use crate::gui::paint::colour::Shading;
use crate::gui::paint::fields::{Atlas, AtlasShape, Wall};
use crate::gui::paint::numbers::{count, fixed, short};
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::state::choices::NeuronChoice;
use crate::params::Protocol;
use egui::{Key, Mesh, Rect, ScrollArea, Sense, Stroke, StrokeKind, TextureOptions, Ui, UiBuilder, pos2, vec2};
use std::rc::Rc;

/// View "Receptive fields".
#[derive(Default)]
pub(super) struct Fields {
    wall: Option<(WallKey, Rc<Wall>)>,
    atlas: Cached<AtlasKey>,
    shape: AtlasShape,
    /// The neuron last scrolled to, so that a selection made elsewhere comes into view once.
    followed: Option<u32>,
}

#[derive(PartialEq)]
struct WallKey {
    class_of: Same<[Option<u8>]>,
    choice: NeuronChoice,
    size: [u32; 2],
    whole: bool,
}

#[derive(PartialEq)]
struct AtlasKey {
    w: Same<[f32]>,
    neurons: Vec<u32>,
}

impl Panel for Fields {
    fn id(&self) -> &'static str {
        "fields"
    }

    fn title(&self) -> &'static str {
        "Receptive fields"
    }

    fn tab(&self) -> &'static str {
        "Fields"
    }

    fn help(&self) -> &'static str {
        "What each output neuron has learnt to see: its weights laid out like the pixels they come from. Noise turns into \
         digits while it learns. A click chooses a neuron for the other views."
    }

    fn protocols(&self) -> &'static [Protocol] {
        &[Protocol::Classification, Protocol::Features, Protocol::Deep]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let choice = cx.ui_state.fields;
        let n = choice.shown(&cx.snapshot.class_of).len();
        let shown = self.wall.as_ref().map_or(n, |(_, wall)| wall.shown_at_once().min(n));
        let shown = if shown < n { format!("{} of {}, scroll for more", count(shown as u64), count(n as u64)) } else { count(n as u64) };
        let which = choice.words(cx.snapshot);
        let which = if which.is_empty() { which } else { format!("{which} · ") };
        (format!("{which}input → output, {shown}"), "w in mV".to_owned())
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::wall(ui, cx);
    }

    fn table(&self) -> Table {
        tables::weights
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let weights = &cx.snapshot.weights;
        if weights.w.is_empty() || weights.n_pre == 0 || derived::neurons(cx.snapshot) == 0 {
            let words = "Each neuron's weights appear here as a picture of what it responds to, once the network is built.";
            text::calm_sentence(ui, cx.palette, words);
            return;
        }
        let shading = Shading::shared(ui.ctx(), &weights.w);
        let rect = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(rect);
        let bar_room = if rect.width() > 150.0 { bar_room(ui.painter(), shading, rect.height(), "mV") } else { 0.0 };
        let mut body = rect;
        body.max.x -= bar_room + if bar_room > 0.0 { 8.0 } else { 0.0 };
        let columns = self.wall.as_ref().is_none_or(|(_, wall)| !wall.marked());
        let above = if body.height() > 90.0 && columns { HEADS } else { 0.0 };
        let wall_area = Rect::from_min_max(pos2(body.left(), body.top() + above), body.max);
        let classes = cx.snapshot.class_of.clone();
        let size = [wall_area.width() as u32, wall_area.height() as u32];
        let key = WallKey { class_of: Same(classes.clone()), choice: cx.ui_state.fields, size, whole: cx.whole };
        if self.wall.as_ref().is_none_or(|(old, _)| *old != key) {
            let lay_out = if cx.whole { Wall::whole } else { Wall::new };
            self.wall = Some((key, Rc::new(lay_out(&cx.ui_state.fields.shown(&classes), &classes, wall_area.size()))));
        }
        let Some(wall) = self.wall.as_ref().map(|(_, wall)| Rc::clone(wall)) else {
            return;
        };
        if above > 0.0 {
            heads(ui.painter(), &wall, body.min, cx);
        }
        if wall.rows() == 0 {
            text::inside(ui.painter(), wall_area, "No neuron is chosen; the dots above choose which are shown.", cx.palette.dim);
        }
        let mut inner = ui.new_child(UiBuilder::new().max_rect(wall_area).id_salt("wall"));
        inner.set_clip_rect(wall_area.expand2(vec2(2.0, 0.0)).intersect(ui.clip_rect()));
        ScrollArea::vertical().auto_shrink(false).id_salt("fields").show_viewport(&mut inner, |ui, viewport| {
            self.tiles(ui, viewport, &wall, shading, cx);
        });
        if bar_room > 0.0 {
            let bar = Rect::from_min_max(pos2(rect.right() - bar_room, wall_area.top()), rect.max);
            colour_bar(&ui.painter_at(rect), bar, shading, "mV", cx.palette);
        }
    }
}

impl Fields {
    fn tiles(&mut self, ui: &mut Ui, viewport: Rect, wall: &Wall, shading: Shading, cx: &mut Context) {
        let weights = &cx.snapshot.weights;
        let (outer, response) = ui.allocate_exact_size(wall.size(), Sense::click());
        let origin = outer.min;
        let row = wall.row_height().max(1.0);
        let first = (viewport.top() / row).floor().max(0.0) as usize;
        let last = ((viewport.bottom() / row).ceil().max(0.0) as usize).min(wall.rows());
        let neurons: Vec<u32> = wall.in_rows(first, last).collect();
        let key = AtlasKey { w: Same(weights.w.clone()), neurons: neurons.clone() };
        let mut shape = self.shape;
        let texture = self.atlas.get(ui.ctx(), "receptive fields", TextureOptions::LINEAR, key, || {
            let atlas = Atlas::paint(&neurons, &weights.w, weights.n_pre, weights.field, shading);
            shape = atlas.shape();
            atlas.image
        });
        self.shape = shape;
        let mut mesh = Mesh::with_texture(texture);
        for (index, &neuron) in neurons.iter().enumerate() {
            if let Some(tile) = wall.rect(neuron) {
                mesh.add_rect_with_uv(tile.translate(origin.to_vec2()), shape.uv(index), egui::Color32::WHITE);
            }
        }
        ui.painter().add(mesh);
        marks(ui.painter(), wall, &neurons, origin, cx);

        let hovered = response.hover_pos().and_then(|at| wall.neuron_at(at - origin.to_vec2()));
        let outline = |neuron: u32, stroke: Stroke| {
            if let Some(tile) = wall.rect(neuron) {
                ui.painter().rect_stroke(tile.translate(origin.to_vec2()).expand(1.0), 2.0, stroke, StrokeKind::Middle);
            }
        };
        if let Some(neuron) = hovered {
            outline(neuron, Stroke::new(1.0, cx.palette.text));
            if response.clicked() {
                cx.ui_state.select_neuron(neuron);
                self.followed = Some(neuron);
            }
        }
        outline(cx.ui_state.selected_neuron, Stroke::new(2.0, cx.palette.accent));
        self.follow(ui, &response, wall, cx);
        text::label(&response, egui::Role::Image, || {
            let n = derived::neurons(cx.snapshot);
            format!("Receptive fields of {} neurons, weights up to {} mV", count(n as u64), short(shading.max.into()))
        });
        if let Some(neuron) = hovered {
            response.on_hover_text_at_pointer(words(neuron, cx));
        }
    }

    /// Arrow keys move the selection; a selection made elsewhere is scrolled to.
    fn follow(&mut self, ui: &Ui, response: &egui::Response, wall: &Wall, cx: &mut Context) {
        if response.has_focus() {
            let arrows = egui::EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
            let keys = [
                (Key::ArrowLeft, vec2(-1.0, 0.0)),
                (Key::ArrowRight, vec2(1.0, 0.0)),
                (Key::ArrowUp, vec2(0.0, -1.0)),
                (Key::ArrowDown, vec2(0.0, 1.0)),
            ];
            for (_, towards) in keys.into_iter().filter(|&(key, _)| ui.input(|i| i.key_pressed(key))) {
                if let Some(neuron) = wall.neighbour(cx.ui_state.selected_neuron, towards) {
                    cx.ui_state.select_neuron(neuron);
                }
            }
        }
        let selected = cx.ui_state.selected_neuron;
        if self.followed != Some(selected) {
            if let Some(tile) = wall.rect(selected).filter(|_| cx.ui_state.neuron_pinned) {
                ui.scroll_to_rect(tile.translate(response.rect.min.to_vec2()), None);
            }
            self.followed = Some(selected);
        }
    }
}

fn words(neuron: u32, cx: &Context) -> String {
    let class = derived::class_words(cx.snapshot, derived::class_of(cx.snapshot, neuron));
    let rate =
        cx.snapshot.rates.get(neuron as usize).map_or(String::new(), |&rate| format!("\n{} spikes per image", fixed(f64::from(rate), 2)));
    let theta = cx.snapshot.theta_mv.get(neuron as usize).map_or(String::new(), |&mv| format!("\nθ {} mV", fixed(f64::from(mv), 2)));
    format!("neuron {neuron}, {class}{rate}{theta}")
}
