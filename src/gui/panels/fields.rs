//! The receptive field of every output neuron: its incoming weights as an image.

use super::order::Order;
use super::wall::{HEADS, heads, marks};
use super::{derived, options};
use crate::gui::export::tables;
use crate::gui::paint::atlas::{Atlas, AtlasShape};
use crate::gui::paint::bar::{bar_room, colour_bar};
use crate::gui::paint::colour::Shading;
use crate::gui::paint::fields::Wall;
use crate::gui::paint::numbers::{count, fixed, short};
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::state::choices::{FieldOrder, NeuronChoice};
use crate::session::Aspect;

use egui::{Key, Mesh, Rect, ScrollArea, Sense, Stroke, StrokeKind, TextureOptions, Ui, UiBuilder, pos2, vec2};
use std::rc::Rc;

/// View "Receptive fields".
#[derive(Default)]
pub(super) struct Fields {
    wall: Option<(WallKey, Rc<Wall>)>,
    atlas: Cached<AtlasKey>,
    shape: AtlasShape,
    order: Order,
    /// The neuron last scrolled to, so that a neuron selected in another view is scrolled to only once.
    followed: Option<u32>,
}

#[derive(PartialEq)]
struct WallKey {
    class_of: Same<[Option<u8>]>,
    choice: NeuronChoice,
    order: (FieldOrder, u64),
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
        "The weights of each output neuron, arranged like the pixels of the image. During training the initial noise changes into \
         the pattern to which the neuron responds. Fields are sorted by how much they have learnt: the share of the strongest tenth of \
         the weights in their sum, 0.19 for noise; from 0.35 on a field counts as learnt. The options change the order and \
         hide fields that have not learnt. A click selects a neuron for the other views."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Answers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let (choice, order) = (cx.ui_state.fields, cx.ui_state.field_order);
        let n = derived::neurons(cx.snapshot);
        let which = choice.words(cx.snapshot);
        let which = if which.is_empty() { which } else { format!("{which} · ") };
        let only = if order.learnt_only { "only these · " } else { "" };
        let sorted = if order.by_learnt { "most learnt first" } else { "by number" };
        (format!("{which}{} of {} learnt · {only}{sorted}", count(self.order.learnt() as u64), count(n as u64)), "w in mV".to_owned())
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::fields(ui, cx);
    }

    fn table(&self) -> Table {
        tables::weights
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let weights = &cx.snapshot.weights;
        if weights.w.is_empty() || weights.n_pre == 0 || derived::neurons(cx.snapshot) == 0 {
            let words = "The weights of each neuron are shown here as an image, once the network is built.";
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
        self.order.see(ui.ctx(), cx, ui.rect_contains_pointer(wall_area));
        let order = (cx.ui_state.field_order, self.order.version);
        let key = WallKey { class_of: Same(classes.clone()), choice: cx.ui_state.fields, order, size, whole: cx.whole };
        if self.wall.as_ref().is_none_or(|(old, _)| *old != key) {
            let lay_out = if cx.whole { Wall::whole } else { Wall::new };
            let shown = self.order.arrange(&cx.ui_state.fields.shown(&classes), cx);
            self.wall = Some((key, Rc::new(lay_out(&shown, &classes, wall_area.size()))));
        }
        let Some(wall) = self.wall.as_ref().map(|(_, wall)| Rc::clone(wall)) else {
            return;
        };
        if above > 0.0 {
            heads(ui.painter(), &wall, body.min, cx);
        }
        if wall.rows() == 0 {
            let words =
                if cx.ui_state.field_order.learnt_only { "No field has learnt yet." } else { "No neuron is shown; see the options." };
            text::inside(ui.painter(), wall_area, words, cx.palette.dim);
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
            response.on_hover_text_at_pointer(words(neuron, self.order.of(neuron), cx));
        }
    }

    /// Arrow keys move the selection; a neuron selected in another view is scrolled into view.
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

fn words(neuron: u32, learnt: Option<f32>, cx: &Context) -> String {
    let class = derived::class_words(cx.snapshot, derived::class_of(cx.snapshot, neuron));
    let rate =
        cx.snapshot.rates.get(neuron as usize).map_or(String::new(), |&rate| format!("\n{} spikes per image", fixed(f64::from(rate), 2)));
    let theta = cx.snapshot.theta_mv.get(neuron as usize).map_or(String::new(), |&mv| format!("\nθ {} mV", fixed(f64::from(mv), 2)));
    let learnt =
        learnt.map_or(String::new(), |share| format!("\nstrongest tenth of weights {} % of the sum", fixed(f64::from(100.0 * share), 0)));
    format!("neuron {neuron}, {class}{rate}{theta}{learnt}")
}
