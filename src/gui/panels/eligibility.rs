//! Eligibility traces of all synapses, laid out like the receptive fields.

use super::wall::{HEADS, heads, marks};
use super::{derived, options};
use crate::gui::export::tables;
use crate::gui::paint::atlas::{Atlas, AtlasShape};
use crate::gui::paint::bar::{bar_room, colour_bar};
use crate::gui::paint::colour::{Map, Shading};
use crate::gui::paint::fields::Wall;
use crate::gui::paint::numbers::{count, short};
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::state::choices::NeuronChoice;
use crate::params::ParamId;
use crate::session::{Aspect, WeightView};
use egui::{Align, Color32, Mesh, Rect, ScrollArea, Sense, Stroke, StrokeKind, TextureOptions, Ui, UiBuilder, pos2, vec2};

/// Layout key: classes, selected neurons, available room, and whether all fields must be visible.
type WallKey = (Same<[Option<u8>]>, NeuronChoice, [u32; 2], bool);

/// View "Eligibility".
#[derive(Default)]
pub(super) struct Eligibility {
    wall: Option<(WallKey, Wall)>,
    atlas: Cached<(Same<[f32]>, Vec<u32>)>,
    shape: AtlasShape,
    /// A neuron to scroll to.
    wanted: Option<u32>,
}

impl Panel for Eligibility {
    fn id(&self) -> &'static str {
        "eligibility"
    }

    fn title(&self) -> &'static str {
        "Eligibility"
    }

    fn help(&self) -> &'static str {
        "The eligibility trace of every synapse at this moment. Pairs of spikes add to it, it decays with its time constant, and the \
         next reward converts it into a weight change in proportion to M. Neurons that fired show the strokes of the current image \
         in their field."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Answers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some(view) = &cx.snapshot.eligibility else { return Default::default() };
        let n = view.n_post as u64;
        ("weight change for M = 1".to_owned(), format!("{} of {} neurons", count(eligible(view)), count(n)))
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::wall(ui, cx);
    }

    fn table(&self) -> Table {
        tables::eligibility
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some(view) = cx.snapshot.eligibility.clone().filter(|view| view.n_pre > 0 && !view.w.is_empty()) else {
            text::calm_sentence(ui, cx.palette, &nothing(cx));
            return;
        };
        // at the start of an image all traces are zero, so there is no range
        let shading = Shading::shared(ui.ctx(), &view.w);
        let nothing = view.w.iter().all(|&e| e == 0.0);
        let shading = if nothing { resting() } else { shading.made_signed() };
        let rect = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(rect);
        let bar_room = if rect.width() > 150.0 { bar_room(ui.painter(), shading, rect.height(), "") } else { 0.0 };
        let mut body = rect;
        body.max.x -= bar_room + if bar_room > 0.0 { 8.0 } else { 0.0 };
        let columns = self.wall.as_ref().is_none_or(|(_, wall)| !wall.marked());
        let above = if body.height() > 90.0 && columns { HEADS } else { 0.0 };
        let area = Rect::from_min_max(pos2(body.left(), body.top() + above), body.max);
        let size = [area.width() as u32, area.height() as u32];
        let key = (Same(cx.snapshot.class_of.clone()), cx.ui_state.fields, size, cx.whole);
        if self.wall.as_ref().is_none_or(|(old, _)| *old != key) {
            let lay_out = if cx.whole { Wall::whole } else { Wall::new };
            let wall = lay_out(&key.1.shown(&key.0.0), &key.0.0, area.size());
            self.wall = Some((key, wall));
        }
        let Some((_, wall)) = &self.wall else { return };
        if above > 0.0 {
            heads(ui.painter(), wall, body.min, cx);
        }
        let mut inner = ui.new_child(UiBuilder::new().max_rect(area).id_salt("eligibilities"));
        inner.set_clip_rect(area.expand2(vec2(2.0, 0.0)).intersect(ui.clip_rect()));
        let (atlas, shape, wanted) = (&mut self.atlas, &mut self.shape, &mut self.wanted);
        let mut elsewhere = None;
        ScrollArea::vertical().auto_shrink(false).id_salt("eligibility").show_viewport(&mut inner, |ui, viewport| {
            let (outer, response) = ui.allocate_exact_size(wall.size(), Sense::click());
            let shift = outer.min.to_vec2();
            let row = wall.row_height().max(1.0);
            let first = (viewport.top() / row).floor().max(0.0) as usize;
            let last = ((viewport.bottom() / row).ceil().max(0.0) as usize).min(wall.rows());
            let neurons: Vec<u32> = wall.in_rows(first, last).collect();
            let texture = atlas.get(ui.ctx(), "eligibility", TextureOptions::LINEAR, (Same(view.w.clone()), neurons.clone()), || {
                let painted = Atlas::paint(&neurons, &view.w, view.n_pre, view.field, shading);
                *shape = painted.shape();
                painted.image
            });
            if let Some(tile) = wanted.take().and_then(|neuron| wall.rect(neuron)) {
                ui.scroll_to_rect(tile.translate(shift), Some(Align::Center));
            }
            if !nothing && !neurons.iter().any(|&neuron| is_eligible(&view, neuron as usize)) {
                elsewhere = (0..view.n_post as u32).find(|&neuron| wall.rect(neuron).is_some() && is_eligible(&view, neuron as usize));
            }
            let mut mesh = Mesh::with_texture(texture);
            for (index, &neuron) in neurons.iter().enumerate() {
                let Some(tile) = wall.rect(neuron).map(|tile| tile.translate(shift)) else { continue };
                // zero must not be drawn in a bright colour
                if is_eligible(&view, neuron as usize) {
                    mesh.add_rect_with_uv(tile, shape.uv(index), Color32::WHITE);
                } else {
                    ui.painter().rect_filled(tile, 1.0, cx.palette.raised);
                }
            }
            ui.painter().add(mesh);
            marks(ui.painter(), wall, &neurons, outer.min, cx);
            let chosen = wall.rect(cx.ui_state.selected_neuron).map(|tile| tile.translate(shift).expand(1.0));
            if let Some(tile) = chosen {
                ui.painter().rect_stroke(tile, 2.0, Stroke::new(2.0, cx.palette.accent), StrokeKind::Middle);
            }
            text::label(&response, egui::Role::Image, || {
                if nothing {
                    return "Eligibility: all traces are zero".to_owned();
                }
                let n = count(view.n_post as u64);
                format!("Eligibility of {} of {n} neurons, up to {}", count(eligible(&view)), short(shading.max.into()))
            });
            let hovered = response.hover_pos().and_then(|at| wall.neuron_at(at - shift));
            if let Some(neuron) = hovered {
                if response.clicked() {
                    cx.ui_state.select_neuron(neuron);
                }
                let class = derived::class_words(cx.snapshot, derived::class_of(cx.snapshot, neuron));
                response.on_hover_text_at_pointer(format!("neuron {neuron}, {class}"));
            }
        });
        if let Some(neuron) = elsewhere {
            let place = Rect::from_center_size(pos2(area.center().x, area.bottom() - 18.0), vec2(area.width().min(190.0), 24.0));
            if ui.put(place, egui::Button::new(format!("Scroll to neuron {neuron}"))).clicked() {
                self.wanted = Some(neuron);
            }
        }
        if nothing {
            text::inside(ui.painter(), area, "All eligibility traces are zero.", cx.palette.text);
        }
        if bar_room > 0.0 && !nothing {
            let bar = Rect::from_min_max(pos2(rect.right() - bar_room, area.top()), rect.max);
            colour_bar(&ui.painter_at(rect), bar, shading, "", cx.palette);
        }
    }
}

/// Whether a reward would change a weight of the neuron.
fn is_eligible(view: &WeightView, neuron: usize) -> bool {
    view.w.get(neuron * view.n_pre..(neuron + 1) * view.n_pre).is_some_and(|e| e.iter().any(|&e| e != 0.0))
}

/// Number of neurons whose weights a reward would change.
fn eligible(view: &WeightView) -> u64 {
    (0..view.n_post).filter(|&neuron| is_eligible(view, neuron)).count() as u64
}

fn resting() -> Shading {
    Shading { min: -1.0, max: 1.0, beyond: false, map: Map::Diverging }
}

/// The reason why nothing is drawn.
fn nothing(cx: &Context) -> String {
    let rule = cx.snapshot.params.choice(ParamId::Rule);
    match (cx.snapshot.shows(Aspect::SharedOutputs), rule) {
        (true, _) => "The outputs of this network share weights: their eligibility is summed over sites when the reward is given.",
        (_, "stdp" | "pair-stdp") => "This rule changes weights at every spike, independent of reward: it has no eligibility traces.",
        (_, "stdp-then-r-stdp") => "There is no eligibility during unsupervised STDP; it is shown when reward-modulated STDP begins.",
        _ => "Eligibility traces are shown with the first image.",
    }
    .to_owned()
}
