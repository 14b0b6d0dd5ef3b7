//! The selected neuron: what it sees, and its numbers.

use super::derived;
use crate::gui::export::tables;
use crate::gui::paint::colour::Shading;
use crate::gui::paint::fields::Atlas;
use crate::gui::paint::numbers::{count, fixed};
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{Context, Panel, Table};
use crate::params::Protocol;
use crate::session::{Layer, Snapshot};
use egui::{Align2, Color32, Painter, Rect, Sense, TextureOptions, Ui, pos2, vec2};

/// View "Inspector".
#[derive(Default)]
pub(super) struct Inspector {
    field: Cached<(Same<[f32]>, u32)>,
    shading: Option<(Same<[f32]>, Shading)>,
}

/// Height of a line of the table.
const LINE: f32 = 18.0;

impl Panel for Inspector {
    fn id(&self) -> &'static str {
        "inspector"
    }

    fn title(&self) -> &'static str {
        "Inspector"
    }

    fn help(&self) -> &'static str {
        "One neuron in detail: its weights as a picture, its class, its rate, its adaptive threshold θ, its potential and \
         the sum of its weights."
    }

    fn protocols(&self) -> &'static [Protocol] {
        &[Protocol::Classification, Protocol::Features, Protocol::Deep, Protocol::CurrentStep]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        (format!("neuron {}", cx.ui_state.selected_neuron), String::new())
    }

    fn table(&self) -> Table {
        tables::neurons
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let neuron = cx.ui_state.selected_neuron;
        let n = derived::neurons(cx.snapshot);
        if n == 0 {
            text::calm_sentence(ui, cx.palette, "Click a neuron in any view: its receptive field and its numbers are shown here.");
            return;
        }
        if neuron as usize >= n {
            let words = format!("Neuron {neuron} does not exist in this network of {}; click one that does.", count(n as u64));
            text::calm_sentence(ui, cx.palette, &words);
            return;
        }
        let rows = rows(cx.snapshot, neuron);
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || {
            let facts: Vec<String> = rows.iter().map(|(name, value)| format!("{name} {value}")).collect();
            format!("Neuron {neuron}: {}", facts.join(", "))
        });
        let painter = ui.painter_at(rect);
        let table = rows.len() as f32 * LINE;
        let mut body = rect;
        if has_field(cx.snapshot, neuron) {
            // Beside each other in a wide or low tile, else one above the other.
            let stacked = rect.width().min(rect.height() - table - 10.0).min(240.0);
            let wide = stacked < 60.0 || (rect.width() > 1.25 * rect.height() && rect.width() > 260.0);
            let side = if wide { rect.height().min(rect.width() * 0.45) } else { stacked };
            if side >= 40.0 {
                let left = if wide { rect.left() } else { rect.center().x - side / 2.0 };
                self.paint_field(ui, &painter, Rect::from_min_size(pos2(left, rect.top()), vec2(side, side)), neuron, cx);
                let shift = if wide { vec2(side + 14.0, 0.0) } else { vec2(0.0, side + 10.0) };
                body.min += shift;
            }
        }
        for (index, (name, value)) in rows.iter().enumerate() {
            let y = body.top() + (index as f32 + 0.5) * LINE;
            if y + LINE / 2.0 > rect.bottom() + 1.0 {
                break;
            }
            let value = text::line(
                &painter,
                pos2(body.right() - 2.0, y),
                Align2::RIGHT_CENTER,
                value,
                text::number_font(),
                cx.palette.text,
                body.width() * 0.6,
            );
            let room = value.left() - body.left() - 6.0;
            text::line(&painter, pos2(body.left(), y), Align2::LEFT_CENTER, name, text::body_font(), cx.palette.dim, room);
        }
    }
}

impl Inspector {
    fn paint_field(&mut self, ui: &Ui, painter: &Painter, rect: Rect, neuron: u32, cx: &Context) {
        let weights = &cx.snapshot.weights;
        if self.shading.as_ref().is_none_or(|(w, _)| w.0.as_ptr() != weights.w.as_ptr()) {
            self.shading = Some((Same(weights.w.clone()), Shading::of(&weights.w)));
        }
        let shading = self.shading.as_ref().map_or(Shading::of(&[]), |(_, shading)| *shading);
        let texture = self.field.get(ui.ctx(), "inspected field", TextureOptions::NEAREST, (Same(weights.w.clone()), neuron), || {
            Atlas::paint(&[neuron], &weights.w, weights.n_pre, weights.field, shading).image
        });
        let (wide, tall) = (weights.field.0 as f32, weights.field.1 as f32);
        // The atlas has a border of one texel around the field.
        let uv = Rect::from_min_max(pos2(1.0 / (wide + 2.0), 1.0 / (tall + 2.0)), pos2(1.0 - 1.0 / (wide + 2.0), 1.0 - 1.0 / (tall + 2.0)));
        let shape = vec2(wide, tall) * (rect.width() / wide.max(tall));
        painter.image(texture, Rect::from_center_size(rect.center(), shape), uv, Color32::WHITE);
    }
}

fn has_field(snapshot: &Snapshot, neuron: u32) -> bool {
    let weights = &snapshot.weights;
    weights.n_pre > 0 && weights.field.0 * weights.field.1 > 0 && weights.w.len() >= (neuron as usize + 1) * weights.n_pre
}

/// Name and value of everything known about a neuron.
fn rows(snapshot: &Snapshot, neuron: u32) -> Vec<(&'static str, String)> {
    let index = neuron as usize;
    let mut rows = Vec::new();
    let learns = snapshot.protocol.classifies();
    if learns {
        let class = derived::class_of(snapshot, neuron);
        rows.push(("class pool", class.map_or("none yet".to_owned(), |class| class.to_string())));
    }
    let unit = if learns { "/image" } else { "Hz" };
    if let Some(&rate) = snapshot.rates.get(index) {
        rows.push(("rate", format!("{} {unit}", fixed(f64::from(rate), if learns { 2 } else { 1 }))));
    }
    if let Some(&theta) = snapshot.theta_mv.get(index).filter(|_| learns) {
        rows.push(("θ", format!("{} mV", fixed(f64::from(theta), 2))));
    }
    if let Some(&v) = snapshot.v_mv.get(index) {
        rows.push(("V", format!("{} mV", fixed(f64::from(v), 1))));
    }
    let weights = &snapshot.weights;
    if let Some(own) = weights.w.get(index * weights.n_pre..(index + 1) * weights.n_pre).filter(|own| !own.is_empty()) {
        let sum: f64 = own.iter().map(|&w| f64::from(w)).sum();
        rows.push(("Σ w", format!("{} mV", fixed(sum, 1))));
    }
    if learns {
        let votes = derived::spikes_since(snapshot, Layer::Output, derived::onset(snapshot)).filter(|s| s.neuron == neuron).count();
        rows.push(("votes this image", count(votes as u64)));
    }
    rows
}
