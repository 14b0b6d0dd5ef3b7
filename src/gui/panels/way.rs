//! Spike propagation in slow motion: pixels that fire in the current step, their contributions to the potential of one output
//! neuron, the neuron's spike, and its effect.

mod moment;

use super::derived;
use crate::gui::export::tables;
use crate::gui::paint::colour::Map;
use crate::gui::paint::numbers::{fixed, plural, signed};
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::params::ParamId as P;
use crate::session::{Aspect, BankView, Command, RunState, Snapshot, Speed};
use egui::{Align2, Color32, ColorImage, Painter, Pos2, Rect, Sense, Stroke, StrokeKind, TextureOptions, Ui, pos2, vec2};
use moment::Moment;

/// View "Spike propagation".
#[derive(Default)]
pub(super) struct Way {
    image: Cached<ImageKey>,
}

/// Texture key of the image: pixels and size.
type ImageKey = (Same<[u8]>, (usize, usize));

/// Speed in model ms per second above which single steps are not visible.
const FOLLOWED: f64 = 60.0;
/// Suggested slow-motion speed, in model ms per second.
const SLOW: f64 = 10.0;
/// Height of the headings above the bars, in points.
const HEAD: f32 = 22.0;
/// Height of a line of text, in points.
const LINE: f32 = 16.0;

impl Panel for Way {
    fn id(&self) -> &'static str {
        "way"
    }

    fn title(&self) -> &'static str {
        "Spike propagation"
    }

    fn tab(&self) -> &'static str {
        "Propagation"
    }

    fn help(&self) -> &'static str {
        "The spikes of one step of model time, from pixel to output neuron. Pixels that fire in this step are marked on the left; the \
         line from each ends at its contribution to the potential, and its width shows the weight. The bar shows the potential from \
         rest to threshold; at the threshold the neuron fires and inhibits all others. Step by 1 ms or run in slow motion. A click \
         on a neuron in another view selects it here."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Answers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let neuron = cx.ui_state.selected_neuron;
        let class = derived::class_words(cx.snapshot, derived::class_of(cx.snapshot, neuron));
        let time = Moment::last(cx.snapshot, neuron).map_or(String::new(), |moment| format!("{} ms", fixed(moment.since_ms, 0)));
        (format!("to neuron {neuron}, {class}"), time)
    }

    fn table(&self) -> Table {
        tables::spikes
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let snapshot = cx.snapshot;
        let fast = match snapshot.speed {
            Speed::Full => true,
            Speed::ModelMsPerSecond(rate) => rate > FOLLOWED,
        };
        if fast && snapshot.state == RunState::Running {
            offer_slow_motion(ui, cx);
            return;
        }
        let moment = Moment::last(snapshot, cx.ui_state.selected_neuron);
        let (wide, tall) = snapshot.trial.size;
        let Some(moment) = moment.filter(|_| wide * tall > 0 && snapshot.trial.image.len() >= wide * tall) else {
            text::calm_sentence(ui, cx.palette, "Step by 1 ms to see the spikes of that step from pixel to output.");
            return;
        };
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(snapshot, &moment));
        let painter = ui.painter_at(rect);
        let lines = words(snapshot, &moment, cx.palette);
        let shown = if rect.height() > 150.0 { lines.len() } else { usize::from(rect.height() > 90.0) };
        let scene = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - LINE * shown as f32 - 2.0));
        if scene.width() < 60.0 || scene.height() < 30.0 {
            return;
        }
        self.paint_scene(ui, &painter, scene, &moment, cx);
        for (k, (line, color)) in lines.iter().take(shown).enumerate() {
            let at = pos2(rect.left(), scene.bottom() + 2.0 + (k as f32 + 0.5) * LINE);
            let color = color.unwrap_or(cx.palette.dim);
            text::line(&painter, at, Align2::LEFT_CENTER, line, text::note_font(), color, rect.width());
        }
    }
}

/// At this speed single steps are not visible: say so and offer slow motion.
fn offer_slow_motion(ui: &mut Ui, cx: &mut Context) {
    let rect = ui.available_rect_before_wrap();
    let top = (rect.height() / 2.0 - 46.0).max(0.0);
    ui.vertical_centered(|ui| {
        ui.add_space(top);
        ui.set_max_width((rect.width() - 16.0).min(380.0));
        let words = "This view shows single steps of model time, which are too fast at this speed. Use slow motion.";
        let label = ui.add(egui::Label::new(egui::RichText::new(words).color(cx.palette.dim)).wrap());
        text::label(&label, egui::Role::Label, || words.to_owned());
        ui.add_space(6.0);
        if theme::button(ui, Sign::None, "Slow motion", Weight::Main, 0.0).clicked() {
            cx.outbox.push(Command::SetSpeed(Speed::ModelMsPerSecond(SLOW)));
        }
    });
}

impl Way {
    fn paint_scene(&mut self, ui: &Ui, painter: &Painter, scene: Rect, moment: &Moment, cx: &Context) {
        let Context { snapshot, palette, .. } = cx;
        let (wide, tall) = snapshot.trial.size;
        let side = scene.height().min(scene.width() * 0.36);
        let image = Rect::from_center_size(pos2(scene.left() + side / 2.0, scene.center().y), vec2(side, side));
        let key = (Same(snapshot.trial.image.clone()), snapshot.trial.size);
        let texture = self.image.get(ui.ctx(), "image on its way", TextureOptions::NEAREST, key, || {
            let table = Map::Grey.table();
            ColorImage::new([wide, tall], snapshot.trial.image[..wide * tall].iter().map(|&p| table[p as usize]).collect())
        });
        // the image is dimmed so that the pixels that fire stand out
        painter.image(texture, image, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), Color32::from_gray(120));
        let cell = vec2(image.width() / wide as f32, image.height() / tall as f32);
        let pixel = |index: u32| {
            let (x, y) = (index as usize % wide, index as usize / wide);
            Rect::from_min_size(image.min + vec2(x as f32, y as f32) * cell, cell)
        };
        let rivals_room = if scene.width() > 330.0 { (scene.width() * 0.22).min(170.0) } else { 0.0 };
        let bar_width = (scene.width() * 0.07).clamp(14.0, 34.0);
        let bar_right = scene.right() - rivals_room - if rivals_room > 0.0 { 56.0 } else { 52.0 };
        let bar = Rect::from_min_max(pos2(bar_right - bar_width, scene.top() + HEAD), pos2(bar_right, scene.bottom() - 18.0));
        let scale = Scale::of(snapshot, moment, bar);
        let strongest = moment.arrived.iter().filter_map(|(_, w)| *w).fold(1e-6_f32, |most, w| most.max(w.abs()));
        // each spike ends at its contribution to the bar
        let mut level = scale.floor(moment);
        for &(index, w) in &moment.arrived {
            let lit = pixel(index);
            painter.rect_filled(lit.expand(0.5), 1.0, palette.accent);
            let Some(w) = w else { continue };
            let next = level + f64::from(w);
            let end = pos2(bar.left(), scale.y(f64::midpoint(level, next)));
            level = next;
            let share = (w.abs() / strongest).clamp(0.0, 1.0);
            let color = if w >= 0.0 { palette.good } else { palette.bad };
            painter.line_segment([lit.center(), end], Stroke::new(0.5 + 2.2 * share, color.gamma_multiply(0.25 + 0.7 * share)));
        }
        if !snapshot.hidden.is_empty() {
            let room = Rect::from_min_max(pos2(image.right() + 18.0, scene.top()), pos2(bar.left() - 18.0, scene.bottom()));
            paint_hidden(painter, room, (image, cell), bar, moment, cx);
        }
        paint_bar(painter, bar, &scale, moment, cx);
        if rivals_room > 0.0 {
            let left = bar.right() + 62.0;
            paint_rivals(painter, Rect::from_min_max(pos2(left, bar.top()), pos2(scene.right() - 2.0, bar.bottom())), moment, cx);
        }
    }
}

/// Position of a potential in the bar.
struct Scale {
    low: f64,
    high: f64,
    bar: Rect,
}

impl Scale {
    fn of(snapshot: &Snapshot, moment: &Moment, bar: Rect) -> Self {
        let rest = snapshot.rest_mv;
        let threshold = moment.v_mv.map(|(.., threshold)| threshold).filter(|threshold| threshold.is_finite());
        let high = threshold.unwrap_or(rest + 13.0);
        Self { low: rest.min(high - 1.0), high, bar }
    }

    fn share(&self, v_mv: f64) -> f64 {
        if v_mv.is_finite() { ((v_mv - self.low) / (self.high - self.low)).clamp(0.0, 1.0) } else { 0.0 }
    }

    fn y(&self, v_mv: f64) -> f32 {
        self.bar.bottom() - self.share(v_mv) as f32 * self.bar.height()
    }

    /// Start of the jump of this step.
    fn floor(&self, moment: &Moment) -> f64 {
        moment.v_mv.map_or(self.low, |(before, ..)| before + moment.leak_mv + moment.inhibition_mv)
    }
}

/// The potential: previous value, change in this step, and threshold; a spike highlights the whole bar.
fn paint_bar(painter: &Painter, bar: Rect, scale: &Scale, moment: &Moment, cx: &Context) {
    let palette = cx.palette;
    painter.rect_filled(bar, 4.0, palette.raised);
    if let Some((_, after, threshold)) = moment.v_mv {
        let fires = moment.fires();
        let top = if fires { scale.high } else { after };
        let part = |from: f64, to: f64| Rect::from_min_max(pos2(bar.left(), scale.y(to)), pos2(bar.right(), scale.y(from)));
        painter.rect_filled(part(scale.low, top), 2.0, if fires { palette.accent } else { palette.trace.gamma_multiply(0.75) });
        if !fires && moment.input_mv() > 0.0 && after > scale.floor(moment) {
            painter.rect_filled(part(scale.floor(moment), after), 2.0, palette.good);
        }
        if fires {
            painter.rect_stroke(bar.expand(4.0), 6.0, Stroke::new(2.0, palette.accent), StrokeKind::Outside);
        }
        let label = |v: f64, color: Color32, anchor: Align2| {
            // the class labels are below
            let y = scale.y(v).min(bar.bottom() - 7.0);
            painter.text(pos2(bar.right() + 9.0, y), anchor, format!("{} mV", fixed(v, 1)), text::tick_font(), color);
        };
        label(threshold, palette.bad, Align2::LEFT_CENTER);
        let near = (scale.y(top) - scale.y(threshold)).abs() < 13.0;
        if !fires && !near {
            label(after, palette.text, Align2::LEFT_CENTER);
        }
        // common baseline of all bars
        let shown = if fires || near { threshold } else { after };
        if scale.y(scale.low) - scale.y(shown) > 26.0 {
            label(scale.low, palette.dim, Align2::LEFT_CENTER);
        }
    }
    painter.hline(bar.x_range().expand(4.0), painter.round_to_pixel_center(bar.top()), Stroke::new(1.5, palette.bad));
    painter.rect_stroke(bar, 4.0, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    let at = pos2(bar.center().x, bar.bottom() + 5.0);
    text::line(painter, at, Align2::CENTER_TOP, &format!("V of {}", moment.neuron), text::note_font(), palette.dim, 90.0);
}

/// The highest potential of each class on the same scale, to show the competitors.
fn paint_rivals(painter: &Painter, room: Rect, moment: &Moment, cx: &Context) {
    let Context { snapshot, palette, .. } = cx;
    let classes = snapshot.classes.clamp(1, 256);
    let mut highest = vec![f64::NEG_INFINITY; classes];
    for (v, class) in snapshot.v_mv.iter().zip(snapshot.class_of.iter()) {
        if let Some(place) = class.and_then(|class| highest.get_mut(class as usize)) {
            *place = place.max(f64::from(*v));
        }
    }
    if highest.iter().all(|v| !v.is_finite()) {
        return;
    }
    let scale = Scale::of(snapshot, moment, room);
    let pitch = room.width() / classes as f32;
    for (class, &v) in highest.iter().enumerate() {
        let x = room.left() + (class as f32 + 0.5) * pitch;
        let half = (pitch * 0.32).min(6.0);
        let color = palette.class(u8::try_from(class).ok());
        let fired = moment.fired.iter().any(|&neuron| derived::class_of(snapshot, neuron) == Some(class as u8));
        let top = if fired { room.top() } else { scale.y(v).min(room.bottom() - 1.0) };
        painter.rect_filled(Rect::from_min_max(pos2(x - half, top), pos2(x + half, room.bottom())), 1.5, color);
        if fired {
            painter.circle_filled(pos2(x, room.top() - 5.0), 3.0, palette.accent);
        }
        if pitch > 9.0 || class.is_multiple_of(5) {
            let name = derived::class_name(snapshot, u8::try_from(class).ok());
            text::line(painter, pos2(x, room.bottom() + 2.0), Align2::CENTER_TOP, &name, text::tick_font(), palette.dim, pitch.max(9.0));
        }
    }
    painter.hline(room.x_range(), painter.round_to_pixel_center(room.top()), Stroke::new(1.0, palette.bad.gamma_multiply(0.6)));
    let at = pos2(room.right(), room.top() - 10.0);
    for title in ["highest V of each class, same scale", "highest V of each class", "V of each class"] {
        // the longest title that fits
        if text::width(painter, title, &text::note_font()) <= room.width() + 60.0 {
            text::line(painter, at, Align2::RIGHT_BOTTOM, title, text::note_font(), palette.dim, room.width() + 60.0);
            break;
        }
    }
}

/// Hidden layers as maps of sites: bright where a neuron fires in this step, with its receptive field in the image.
fn paint_hidden(painter: &Painter, room: Rect, (image, cell): (Rect, egui::Vec2), bar: Rect, moment: &Moment, cx: &Context) {
    let Context { snapshot, palette, .. } = cx;
    let n = snapshot.hidden.len().max(1) as f32;
    let side = (room.width() / n - 8.0).min(room.height() / n.min(2.0) - 8.0).clamp(0.0, 150.0);
    if side < 16.0 {
        return;
    }
    for (k, (bank, now)) in snapshot.hidden.iter().zip(&moment.hidden).enumerate() {
        let x = room.left() + (k as f32 + 0.5) * room.width() / n;
        let map = Rect::from_center_size(pos2(x, room.center().y), vec2(side, side));
        let (across, down) = (bank.sites.0.max(1), bank.sites.1.max(1));
        let step = vec2(map.width() / across as f32, map.height() / down as f32);
        let site = |index: u32| {
            let (x, y) = (index as usize % across, index as usize / across);
            Rect::from_min_size(map.min + vec2(x as f32, y as f32) * step, step)
        };
        painter.rect_filled(map, 2.0, palette.raised);
        let mut seen: Vec<u32> = bank.spikes.iter().map(|spike| spike.site).collect();
        seen.sort_unstable();
        seen.dedup();
        for earlier in seen {
            painter.rect_filled(site(earlier).shrink(0.5), 0.5, palette.trace.gamma_multiply(0.35));
        }
        let mut sites = now.clone();
        sites.sort_unstable();
        sites.dedup();
        for &lit in sites.iter().take(40) {
            let place = site(lit);
            painter.rect_filled(place.shrink(0.5), 0.5, palette.accent);
            let patch = patch(bank, lit, image, cell);
            if k == 0 {
                painter.line_segment([patch.center(), place.center()], Stroke::new(0.7, palette.accent.gamma_multiply(0.5)));
            }
            painter.line_segment([place.center(), bar.left_center()], Stroke::new(0.7, palette.trace.gamma_multiply(0.5)));
        }
        painter.rect_stroke(map, 2.0, Stroke::new(1.0, palette.line), StrokeKind::Outside);
        let label = format!("{} now", plural(now.len() as u64, "spike"));
        text::line_if_fits(painter, pos2(x, map.bottom() + 3.0), Align2::CENTER_TOP, &label, text::note_font(), palette.dim, side + 40.0);
    }
}

/// The part of the image that a site receives input from.
fn patch(bank: &BankView, site: u32, image: Rect, cell: egui::Vec2) -> Rect {
    let across = bank.sites.0.max(1);
    let corner = |index: usize| (index * bank.stride) as f32 - bank.pad as f32;
    let at: Pos2 = image.min + vec2(corner(site as usize % across), corner(site as usize / across)) * cell;
    Rect::from_min_size(at, cell * bank.size as f32).intersect(image)
}

/// Numbers of the step, and the result of the image.
fn words(snapshot: &Snapshot, moment: &Moment, palette: &Palette) -> Vec<(String, Option<Color32>)> {
    let spikes = plural(moment.arrived.len() as u64, "input spike");
    let mut lines = Vec::new();
    match moment.v_mv {
        Some((before, after, _)) if snapshot.shows(Aspect::Competition) => {
            let mut parts = vec![format!("{spikes} {} mV", signed(moment.input_mv(), 2)), format!("leak {} mV", signed(moment.leak_mv, 2))];
            if moment.inhibition_mv < 0.0 {
                parts.push(format!("inhibition {} mV", signed(moment.inhibition_mv, 2)));
            }
            lines.push((parts.join(" · "), None));
            let reached = moment.reached_mv().filter(|_| moment.fires());
            let over = reached.map_or(String::new(), |v| format!("{} mV, above threshold: spike, reset to ", fixed(v, 2)));
            lines.push((format!("V {} → {over}{} mV", fixed(before, 2), fixed(after, 2)), None));
            if !moment.fired.is_empty() {
                let (fired, others) = (plural(moment.fired.len() as u64, "neuron"), snapshot.class_of.len().saturating_sub(1));
                let line = if snapshot.params.choice(P::InhibitionType) == "conductance" {
                    let toward = fixed(snapshot.params.get(P::EInh), 0);
                    format!("{fired} fired: inhibition drives the {others} others toward {toward} mV from the next step on")
                } else {
                    let push = fixed(snapshot.params.get(P::Inhibition), 0);
                    let each = if moment.fired.len() > 1 { ", each" } else { "" };
                    format!("{fired} fired: {push} mV of inhibition to the {others} others in the next step{each}")
                };
                lines.push((line, None));
            }
        }
        Some((before, after, _)) => {
            lines.push((spikes, None));
            lines.push((format!("V {} → {} mV", fixed(before, 2), fixed(after, 2)), None));
        }
        None => lines.push((format!("{spikes}; the potential of this neuron is recorded from this step on"), None)),
    }
    if let Some(answer) = snapshot.trial.answer {
        let right = answer == snapshot.trial.label;
        let reward = snapshot.trial.reward.map_or("no reward".to_owned(), |r| format!("reward {}", signed(f64::from(r), 0)));
        let word = if right { "right" } else { "wrong" };
        let answer = snapshot.class_name(answer);
        let line = format!("answer {answer}, {word}: {reward}, dopamine M = {}", signed(f64::from(snapshot.trial.modulation), 2));
        lines.push((line, Some(if right { palette.good } else { palette.bad })));
    }
    lines
}

fn summary(snapshot: &Snapshot, moment: &Moment) -> String {
    let words: Vec<String> = words(snapshot, moment, &theme::DARK).into_iter().map(|(line, _)| line).collect();
    let class = derived::class_words(snapshot, derived::class_of(snapshot, moment.neuron));
    format!("Propagation to neuron {}, {class}, {} ms after onset: {}", moment.neuron, fixed(moment.since_ms, 0), words.join("; "))
}
