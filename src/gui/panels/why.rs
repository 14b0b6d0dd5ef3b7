//! Why this answer: the contribution of every pixel to the potential of the winner, painted over the image, and the terms that
//! add up to that potential.

mod terms;

use super::derived;
use crate::gui::export::tables;
use crate::gui::paint::bar::{bar_room, colour_bar};
use crate::gui::paint::colour::Shading;
use crate::gui::paint::numbers::{count, fixed, plural, signed};
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme;
use crate::session::{Aspect, Moment, Side, Snapshot, Why};
use egui::{Color32, ColorImage, Painter, Rect, Sense, Stroke, StrokeKind, TextureOptions, Ui, pos2, vec2};
use std::sync::Arc;

/// View "Why this answer?".
#[derive(Default)]
pub(super) struct WhyPanel {
    picture: Cached<PictureKey>,
}

type Told = Result<Why, String>;

/// Texture key: the explanation, and whether it is the difference to the rival.
type PictureKey = (Same<Told>, bool);

/// Height of a row of buttons with its gap, in points.
const ROW: f32 = 32.0;

impl Panel for WhyPanel {
    fn id(&self) -> &'static str {
        "why"
    }

    fn title(&self) -> &'static str {
        "Why this answer?"
    }

    fn tab(&self) -> &'static str {
        "Why?"
    }

    fn help(&self) -> &'static str {
        "The contribution of every input pixel to the membrane potential of the winner, painted over the image, and the terms that add \
         up to that potential. The sum is exact. The second map shows the difference to the best neuron of the class that came \
         second."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Answers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some(Ok(why)) = cx.snapshot.why.as_deref() else { return (String::new(), String::new()) };
        let class = why.side.class.map_or(String::new(), |class| format!(", for {}", cx.snapshot.class_name(class)));
        let v = format!("V = {} mV", fixed(why.side.terms.v_mv(), 2));
        // at full speed the explained image may not be the current one
        let other = why.index != cx.snapshot.trial.index;
        let image = if other { format!("image {} · ", count(why.index + 1)) } else { String::new() };
        (format!("{image}neuron {}{class} · {} ms", why.side.neuron, fixed(why.at_ms, 0)), v)
    }

    fn table(&self) -> Table {
        tables::why
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let rect = ui.available_rect_before_wrap();
        let told = cx.snapshot.why.clone();
        let rival = told.as_deref().and_then(|told| told.as_ref().ok()).and_then(|why| Some((why.side.class, why.rival.as_ref()?.class)));
        if rect.height() > 150.0 && rect.width() > 200.0 {
            controls(ui, cx, rival);
        }
        let told = match told {
            Some(told) if told.is_ok() => told,
            other => {
                let words = match other.as_deref() {
                    Some(Err(reason)) => reason.as_str(),
                    _ => "The contributions to the potential of the winner are shown with the first image.",
                };
                text::calm_sentence(ui, cx.palette, words);
                return;
            }
        };
        let Ok(why) = &*told else { return };
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(why, cx.snapshot));
        let painter = ui.painter_at(rect);
        let difference = cx.ui_state.why_difference && why.rival.is_some();
        let stacked = rect.width() < 340.0;
        let values = values(why, difference);
        let shading = Shading::signed(&values);
        let bar = bar_room(&painter, shading, rect.height(), "mV");
        let side = if stacked { (rect.width() - bar - 8.0).min(rect.height() * 0.45) } else { rect.height().min(rect.width() * 0.46) };
        let side = side.max(8.0);
        let picture = Rect::from_min_size(rect.min, vec2(side, side));
        self.paint(ui, &painter, picture, &told, (&values, shading), cx);
        let bar_room = if rect.width() > 150.0 && side > 50.0 { bar } else { 0.0 };
        if bar_room > 0.0 {
            let bar = Rect::from_min_size(pos2(picture.right() + 8.0, picture.top()), vec2(bar_room, picture.height()));
            colour_bar(&painter, bar, shading, "mV", cx.palette);
        }
        let table = if stacked {
            Rect::from_min_max(pos2(rect.left(), picture.bottom() + 8.0), rect.max)
        } else {
            Rect::from_min_max(pos2(picture.right() + bar_room + 20.0, rect.top()), rect.max)
        };
        if table.width() > 80.0 && table.height() > 16.0 {
            terms::paint(&painter.with_clip_rect(table.intersect(rect)), table, why, cx);
        }
        let at = response.hover_pos().filter(|&at| picture.contains(at));
        if let Some((index, (x, y))) = at.and_then(|at| pixel_at(why.size, picture, at)) {
            let mv = values.get(index).copied().unwrap_or(0.0);
            let spikes = why.side.painted.spikes.get(index).copied().unwrap_or(0);
            let who = if difference { "difference ".to_owned() } else { String::new() };
            let spikes = plural(u64::from(spikes), "spike");
            response.on_hover_text_at_pointer(format!("column {x}, row {y}\n{who}{} mV by {spikes}", signed(f64::from(mv), 3)));
        }
    }
}

impl WhyPanel {
    fn paint(&mut self, ui: &Ui, painter: &Painter, rect: Rect, told: &Arc<Told>, (values, shading): (&[f32], Shading), cx: &Context) {
        let Ok(why) = &**told else { return };
        let (wide, tall) = (why.size.0.max(1), why.size.1.max(1));
        let key = (Same(Arc::clone(told)), cx.ui_state.why_difference);
        let texture = self.picture.get(ui.ctx(), "why", TextureOptions::NEAREST, key, || {
            ColorImage::new([wide, tall], (0..wide * tall).map(|i| shading.colour(values.get(i).copied().unwrap_or(0.0))).collect())
        });
        let inner = inner(why.size, rect);
        if values.iter().all(|&mv| mv == 0.0) {
            // zero is drawn dark
            painter.rect_filled(inner, 2.0, cx.palette.raised);
            text::inside(painter, inner, "no pixel contributes", cx.palette.dim);
        } else {
            painter.image(texture, inner, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), Color32::WHITE);
        }
        painter.rect_stroke(inner, 2.0, Stroke::new(1.0, cx.palette.line), StrokeKind::Outside);
    }
}

/// Selection of time, neuron and map.
fn controls(ui: &mut Ui, cx: &mut Context, rival: Option<(Option<u8>, Option<u8>)>) {
    let width = ui.available_width();
    let name = |class: Option<u8>| derived::short_name(cx.snapshot, class, 10);
    let moments = [Moment::Decision, Moment::LastSpike, Moment::Now];
    let selected = format!("Neuron {}", cx.ui_state.selected_neuron);
    let whom = ["Winner", selected.as_str()];
    let (for_it, minus) = match rival {
        Some((one, other)) => (format!("Evidence for {}", name(one)), format!("{} vs {}", name(one), name(other))),
        None => ("Evidence".to_owned(), "Difference".to_owned()),
    };
    let maps = [for_it.as_str(), minus.as_str()];
    let state = &mut *cx.ui_state;
    let mut row = |ui: &mut Ui, part: usize, width: f32| match part {
        0 => {
            let chosen = moments.iter().position(|&moment| moment == state.why_moment);
            if let Some(index) = theme::segments(ui, &["Decision", "Last spike", "Current"], chosen, width) {
                state.why_moment = moments[index];
            }
        }
        1 => {
            if let Some(index) = theme::segments(ui, &whom, Some(usize::from(state.why_selected)), width) {
                state.why_selected = index == 1;
            }
        }
        _ => {
            if let Some(index) = theme::segments(ui, &maps, Some(usize::from(state.why_difference)), width) {
                state.why_difference = index == 1;
            }
        }
    };
    ui.spacing_mut().item_spacing = vec2(6.0, ROW - 26.0);
    if width > 520.0 {
        let each = (width - 12.0) / 3.0;
        ui.horizontal(|ui| (0..3).for_each(|part| row(ui, part, each)));
    } else {
        row(ui, 0, width);
        let each = (width - 6.0) / 2.0;
        ui.horizontal(|ui| (1..3).for_each(|part| row(ui, part, each)));
    }
}

/// The contribution of each pixel, or its difference from the contribution to the rival.
fn values(why: &Why, difference: bool) -> Vec<f32> {
    let own = &why.side.painted.pixels;
    match why.rival.as_ref().filter(|_| difference) {
        Some(rival) => own.iter().zip(&rival.painted.pixels).map(|(own, other)| own - other).collect(),
        None => own.clone(),
    }
}

/// The rectangle of the image inside a square.
fn inner((wide, tall): (usize, usize), rect: Rect) -> Rect {
    let shape = vec2(wide.max(1) as f32, tall.max(1) as f32);
    Rect::from_center_size(rect.center(), shape * (rect.width() / shape.max_elem()))
}

fn pixel_at(size: (usize, usize), rect: Rect, at: egui::Pos2) -> Option<(usize, (usize, usize))> {
    let inner = inner(size, rect);
    let share = (at - inner.min) / inner.size();
    let inside = (0.0..1.0).contains(&share.x) && (0.0..1.0).contains(&share.y);
    let (x, y) = ((share.x * size.0 as f32) as usize, (share.y * size.1 as f32) as usize);
    inside.then_some((y * size.0 + x, (x, y)))
}

fn who(side: &Side, snapshot: &Snapshot) -> String {
    format!("neuron {}, {}", side.neuron, derived::class_words(snapshot, side.class))
}

fn summary(why: &Why, snapshot: &Snapshot) -> String {
    let t = &why.side.terms;
    let rival =
        why.rival.as_ref().map_or(String::new(), |rival| format!("; {} had {} mV", who(rival, snapshot), fixed(rival.terms.v_mv(), 2)));
    format!(
        "Why this answer: {} had a potential of {} mV after {} ms, of which input {} mV and inhibition {} mV{rival}",
        who(&why.side, snapshot),
        fixed(t.v_mv(), 2),
        fixed(why.at_ms, 0),
        signed(t.input_mv, 2),
        signed(t.inhibition_mv, 2)
    )
}

/// Whether the explanation belongs to the current image.
pub(super) fn is_current(why: &Why, snapshot: &Snapshot) -> bool {
    why.index == snapshot.trial.index
}
