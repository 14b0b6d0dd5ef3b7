//! One population as a box: name, shape, model and rate; below them, if there is room, its main parameters and images: the
//! current image, the filters, or the receptive fields that have learnt most.

use super::super::derived;
use super::super::order::Order;
use super::{colour_of, fitting, flow_words, part_words};
use crate::gui::paint::atlas::Atlas;
use crate::gui::paint::colour::Shading;
use crate::gui::paint::numbers::count;
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::Context;
use crate::gui::widgets::scale::with_unit;
use crate::params::REGISTRY;
use crate::session::{PartKind, PartView, Snapshot};
use egui::{Align2, Color32, ColorImage, Mesh, Painter, Rect, Response, Sense, Stroke, StrokeKind, TextureOptions, Ui, Vec2, pos2, vec2};
use std::sync::Arc;

/// Height of a line of text, in points.
const LINE: f32 = 14.5;
/// Minimum height of the images, in points.
const LEAST: f32 = 24.0;
/// Minimum and maximum side of a receptive field in a box, in points.
const FIELD: std::ops::RangeInclusive<f32> = 22.0..=60.0;
/// Maximum number of receptive fields.
const FIELDS: usize = 100;
/// Maximum number of parameters.
const PARAMETERS: usize = 6;

/// Texture key of the image in a box: pixels and size.
type ImageKey = (Same<[u8]>, (usize, usize));
/// Texture key of the receptive fields in a box.
type FieldsKey = (Same<[f32]>, Vec<u32>);

/// The textures of all boxes.
#[derive(Default)]
pub(super) struct Pictures {
    order: Order,
    image: Cached<ImageKey>,
    fields: Cached<FieldsKey>,
    filters: Vec<Cached<(Same<[f32]>, usize)>>,
}

impl Pictures {
    /// Update the order of the receptive fields from a snapshot.
    pub(super) fn see(&mut self, ctx: &egui::Context, cx: &Context) {
        self.order.see(ctx, cx, false);
    }

    fn paint(&mut self, ui: &Ui, painter: &Painter, room: Rect, index: usize, snapshot: &Snapshot) {
        match snapshot.network.parts[index].kind {
            PartKind::Input => self.image(ui, painter, room, snapshot),
            PartKind::Hidden => {
                let bank = snapshot.network.parts[..index].iter().filter(|part| part.kind == PartKind::Hidden).count();
                self.filters(ui, painter, room, bank, snapshot);
            }
            PartKind::Output => self.fields(ui, painter, room, snapshot),
        }
    }

    fn image(&mut self, ui: &Ui, painter: &Painter, room: Rect, snapshot: &Snapshot) {
        let (pixels, size) = (&snapshot.trial.image, snapshot.trial.size);
        if size.0 * size.1 == 0 || pixels.len() != size.0 * size.1 {
            return;
        }
        let key = (Same(Arc::clone(pixels)), size);
        let paint = || ColorImage::from_gray([size.0, size.1], pixels);
        let texture = self.image.get(ui.ctx(), "image of the network", TextureOptions::NEAREST, key, paint);
        let scale = (room.width() / size.0 as f32).min(room.height() / size.1 as f32).min(8.0);
        let place = Rect::from_min_size(room.min, vec2(size.0 as f32, size.1 as f32) * scale);
        painter.image(texture, place, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), Color32::WHITE);
    }

    fn fields(&mut self, ui: &Ui, painter: &Painter, room: Rect, snapshot: &Snapshot) {
        let weights = &snapshot.weights;
        if weights.w.is_empty() || weights.field.0 * weights.field.1 == 0 {
            return;
        }
        let (side, across, most) = grid(room.size(), self.order.ranked().len());
        let mut neurons: Vec<u32> = self.order.ranked().iter().copied().take(most).collect();
        neurons.sort_by_key(|&neuron| (derived::class_of(snapshot, neuron), neuron));
        let shading = Shading::shared(ui.ctx(), &weights.w);
        let atlas = || Atlas::paint(&neurons, &weights.w, weights.n_pre, weights.field, shading);
        let shape = Atlas::shape_of(neurons.len(), weights.field);
        let key = (Same(Arc::clone(&weights.w)), neurons.clone());
        let texture = self.fields.get(ui.ctx(), "fields of the network", TextureOptions::LINEAR, key, || atlas().image);
        mosaic(painter, texture, room, side, across, (0..neurons.len()).map(|k| shape.uv(k)));
    }

    fn filters(&mut self, ui: &Ui, painter: &Painter, room: Rect, bank: usize, snapshot: &Snapshot) {
        let Some(view) = snapshot.hidden.get(bank) else { return };
        let taps = view.size * view.size;
        if taps == 0 || view.filters.len() < taps {
            return;
        }
        let (side, across, most) = grid(room.size(), view.filters.len() / taps);
        let shown = &view.filters[..most * taps];
        let numbers: Vec<u32> = (0..most as u32).collect();
        self.filters.resize_with(self.filters.len().max(bank + 1), Cached::default);
        let key = (Same(Arc::clone(&view.filters)), most);
        let shading = Shading::of(&view.filters);
        let paint = || Atlas::paint(&numbers, shown, taps, (view.size, view.size), shading).image;
        let texture = self.filters[bank].get(ui.ctx(), "filters of the network", TextureOptions::NEAREST, key, paint);
        let shape = Atlas::shape_of(most, (view.size, view.size));
        mosaic(painter, texture, room, side, across, (0..most).map(|k| shape.uv(k)));
    }
}

/// Side of the tiles in a room, the number per row, and the number of tiles shown.
fn grid(room: Vec2, of: usize) -> (f32, usize, usize) {
    let wanted = of.clamp(1, FIELDS);
    let side = (room.x * room.y / wanted as f32).sqrt().clamp(*FIELD.start(), *FIELD.end()).min(room.y);
    let (across, down) = (((room.x / side) as usize).max(1), ((room.y / side) as usize).max(1));
    (side, across, (across * down).min(of))
}

fn mosaic(painter: &Painter, texture: egui::TextureId, room: Rect, side: f32, across: usize, uvs: impl Iterator<Item = Rect>) {
    let mut mesh = Mesh::with_texture(texture);
    for (k, uv) in uvs.enumerate() {
        let corner = room.min + vec2((k % across) as f32, (k / across) as f32) * side;
        mesh.add_rect_with_uv(Rect::from_min_size(corner, Vec2::splat(side - 2.0)), uv, Color32::WHITE);
    }
    painter.add(mesh);
}

/// The first parameters of the population that have a symbol, such as "τ_m" and "100 ms".
fn parameters(snapshot: &Snapshot, part: &PartView) -> Vec<(&'static str, String)> {
    if let Some(view) = &snapshot.quantities {
        let own = view.entries.iter().filter(|entry| entry.path.owner.as_deref() == Some(&part.name) && entry.field.name != "size");
        return own.map(|entry| (entry.field.name, entry.text())).take(PARAMETERS).collect();
    }
    let of = REGISTRY.iter().filter(|spec| spec.group == part.group && spec.belongs_to(snapshot.setup));
    let named = of.filter(|spec| !spec.symbol.is_empty());
    named.map(|spec| (spec.symbol, with_unit(spec, snapshot.params.get(spec.id)))).take(PARAMETERS).collect()
}

/// Draw a box. If room is short, the parameters are left out first, then the images, then the model.
pub(super) fn part(ui: &Ui, painter: &Painter, rect: Rect, index: usize, pictures: &mut Pictures, cx: &Context) -> Response {
    let (snapshot, palette) = (cx.snapshot, cx.palette);
    let part = &snapshot.network.parts[index];
    let color = colour_of(index, &snapshot.network.parts, cx);
    let response = ui.interact(rect, ui.scope_id().with(("part", index)), Sense::click());
    let pad = if rect.width() < 90.0 { 6.0 } else { 9.0 };
    text::label(&response, egui::Role::Button, || part_words(snapshot, index));
    let fill = if response.hovered() { palette.line } else { palette.raised };
    painter.rect(rect, 6.0, fill, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    let edge = Rect::from_min_max(rect.min, pos2(rect.left() + 3.0, rect.bottom()));
    painter.rect_filled(edge, 2.0, color);
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if response.has_focus() {
        painter.rect_stroke(rect.expand(2.0), 7.0, Stroke::new(1.5, palette.trace), StrokeKind::Inside);
    }
    let room = Rect::from_min_max(pos2(rect.left() + pad, rect.top() + 4.0), pos2(rect.right() - 4.0, rect.bottom() - 4.0));
    let (lines, rate) = lines(painter, room, index, cx);
    let used = LINE * lines.len() as f32;
    let free = room.height() - used - 6.0;
    let parameters = parameters(snapshot, part);
    // half of the remaining height for parameters, in two columns if they fit
    let columns = if room.width() > 190.0 { 2 } else { 1 };
    let rows = parameters.len().div_ceil(columns).min((((free - LEAST) * 0.5).max(0.0) / LINE) as usize);
    let below = free - LINE * rows as f32;
    let shows = below >= LEAST && !snapshot.network.links.is_empty() && snapshot.free.is_none();
    let top = if free >= LEAST { room.top() } else { room.center().y - 0.5 * used };
    for (k, (words, font, color)) in lines.into_iter().enumerate() {
        let at = pos2(room.left(), top + (k as f32 + 0.5) * LINE);
        text::line(painter, at, Align2::LEFT_CENTER, &words, font, color, room.width());
    }
    if let Some((words, color)) = rate {
        painter.text(pos2(room.right() - 4.0, top + 0.5 * LINE), Align2::RIGHT_CENTER, words, text::tick_font(), color);
    }
    let wide = room.width() / columns as f32;
    let mut parameters: Vec<String> = parameters.iter().map(|(symbol, value)| format!("{symbol} {value}")).collect();
    if snapshot.free.is_some() {
        parameters.retain(|words| text::width(painter, words, &text::tick_font()) <= wide - 4.0);
    }
    for (k, words) in parameters.iter().take(rows * columns).enumerate() {
        let at = pos2(room.left() + (k / rows) as f32 * wide, top + used + 3.0 + ((k % rows) as f32 + 0.5) * LINE);
        if snapshot.free.is_some() {
            text::line(painter, at, Align2::LEFT_CENTER, words, text::tick_font(), palette.dim, wide - 4.0);
            continue;
        }
        text::symbols(painter, at, Align2::LEFT_CENTER, words, &text::tick_font(), palette.dim, wide - 4.0);
    }
    if shows {
        let place = Rect::from_min_max(pos2(room.left(), top + used + 5.0 + LINE * rows as f32), room.max);
        pictures.paint(ui, painter, place, index, snapshot);
    }
    response
}

/// A line of a box.
type Line = (String, egui::FontId, Color32);

/// Name, shape, model and rate, as many as fit; in a low box the rate is beside the name, and the model beside the shape.
fn lines(painter: &Painter, room: Rect, index: usize, cx: &Context) -> (Vec<Line>, Option<(String, Color32)>) {
    let (snapshot, palette) = (cx.snapshot, cx.palette);
    let part = &snapshot.network.parts[index];
    // if there is no room for both, the rate is more informative than the count
    let flow = flow_words(snapshot, index).map_or(String::new(), |words| {
        let rate = words.rsplit(" · ").next().unwrap_or_default().to_owned();
        fitting(painter, &[words, rate], &text::tick_font(), room.width())
    });
    let shape = if part.shape == part.size.to_string() { count(part.size as u64) } else { part.shape.clone() };
    // try shorter forms before truncating text
    let shape = fitting(painter, &[shape.clone(), shape.replace(' ', "")], &text::number_font(), room.width());
    let first = |until: &[char]| part.model.split(until).next().unwrap_or_default().to_owned();
    let model = fitting(painter, &[part.model.clone(), first(&[',']), first(&[',', ' '])], &text::note_font(), room.width());
    let lines = [
        (part.name.clone(), text::strong_font(), palette.text),
        (shape, text::number_font(), palette.text),
        (model, text::note_font(), palette.dim),
        (flow, text::tick_font(), colour_of(index, &snapshot.network.parts, cx)),
    ];
    let shown = ((room.height() + 4.0) / LINE).floor().clamp(1.0, 4.0) as usize;
    let both = format!("{} · {}", lines[1].0, lines[2].0);
    let rate = lines[3].0.rsplit(" · ").next().unwrap_or_default().to_owned();
    let width = |words: &str, font: egui::FontId| text::width(painter, words, &font);
    let beside = width(&part.name, text::strong_font()) + width(&rate, text::tick_font()) + 14.0;
    if (2..4).contains(&shown) && beside.max(width(&both, text::number_font())) <= room.width() {
        let second = (both, text::number_font(), palette.text);
        let rate = Some((rate, lines[3].2)).filter(|(words, _)| !words.is_empty());
        return (vec![lines[0].clone(), second], rate);
    }
    // the rate changes, so the model is left out first
    let kept: &[usize] = match shown {
        4 => &[0, 1, 2, 3],
        3 => &[0, 1, 3],
        2 => &[0, 1],
        _ => &[0],
    };
    (kept.iter().map(|&k| lines[k].clone()).filter(|(words, ..)| !words.is_empty()).collect(), None)
}
