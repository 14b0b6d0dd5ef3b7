//! The chain from image to reward: pixels, input spikes, votes, answer, reward.

use super::derived;
use crate::gui::export::tables;
use crate::gui::paint::colour::Map;
use crate::gui::paint::numbers::{self, fixed, plural, signed};
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::paint::{raster, text};
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme::Palette;
use crate::params::ParamId;
use crate::session::{Aspect, Layer, Snapshot, SpikeEvent, TrialView};
use egui::{Align2, Color32, ColorImage, FontId, Painter, Rect, Sense, Stroke, TextureOptions, Ui, pos2, vec2};

/// View "Current image".
#[derive(Default)]
pub(super) struct Now {
    image: Cached<ImageKey>,
    spikes: Cached<SpikeKey>,
    /// Number of input spikes in the texture.
    count: u64,
}

/// Texture key of the image: pixels and size.
type ImageKey = (Same<[u8]>, (usize, usize));

/// Texture key of the input spikes.
#[derive(PartialEq)]
struct SpikeKey {
    spikes: Same<[SpikeEvent]>,
    span: raster::Span,
    size: [usize; 2],
    pixels: usize,
    dark: bool,
}

/// Height of the text below image and spikes, in points.
const WORDS: f32 = 17.0;

impl Panel for Now {
    fn id(&self) -> &'static str {
        "now"
    }

    fn title(&self) -> &'static str {
        "Current image"
    }

    fn help(&self) -> &'static str {
        "One image from left to right: its pixels, its input spikes, the votes of the output spikes, the answer and its reward. \
         In the reward mode By hand, the run stops after the answer until +, 0 or − is pressed. The label is compared with the answer \
         outside the network and is not part of its input."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Answers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let trial = &cx.snapshot.trial;
        let time = format!("{} of {} ms", fixed(trial.elapsed_ms, 0), fixed(trial.duration_ms, 0));
        let right = match cx.snapshot.given_words() {
            Some(given) if trial.awaits_reward => format!("{given} · press +, 0 or − to reward"),
            None if trial.awaits_reward => "press +, 0 or − to reward".to_owned(),
            Some(given) => given,
            None => "label hidden from the network".to_owned(),
        };
        (format!("image {} · {time}", numbers::count(trial.index + 1)), right)
    }

    fn table(&self) -> Table {
        tables::now
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let trial = &cx.snapshot.trial;
        let (wide, tall) = trial.size;
        if wide * tall == 0 || trial.image.len() < wide * tall {
            text::calm_sentence(ui, cx.palette, "The first image appears here as soon as the network runs.");
            return;
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        let painter = ui.painter_at(rect);
        text::label(&response, egui::Role::Image, || summary(cx.snapshot));

        let words = if rect.height() > 70.0 { WORDS } else { 0.0 };
        let side = (rect.height() - words).min(rect.width() * 0.22).max(8.0);
        let height = side.max(rect.height() - words);
        let roomy = rect.width() > 430.0;
        let answer_room = if rect.width() > 300.0 { side * 0.7 + 92.0 } else { side * 0.7 + 8.0 };
        // Width of an arrow between two stages, in points.
        let gap = if roomy { 40.0 } else { 24.0 };
        let arrows = if roomy { 3.0 } else { 2.0 } * gap;
        let free = (rect.width() - side - arrows - answer_room).max(10.0);
        let spikes_room = if roomy { (free * 0.46).min(520.0) } else { 0.0 };
        let votes_room = (free - spikes_room).min(64.0 * cx.snapshot.classes.max(1) as f32);

        let mut x = rect.left();
        let mut stage = |width: f32| {
            let stage = Rect::from_min_size(pos2(x, rect.top()), vec2(width, height));
            x += width;
            stage
        };
        let image = stage(side);
        let image = Rect::from_center_size(pos2(image.center().x, rect.top() + height / 2.0), vec2(side, side));
        self.paint_image(ui, &painter, image, cx);
        let below = |stage: Rect, label: &str| {
            if words > 0.0 {
                let at = pos2(stage.center().x, image.bottom() + 3.0);
                text::line(&painter, at, Align2::CENTER_TOP, label, text::note_font(), cx.palette.dim, stage.width());
            }
        };
        let swapped = if is_swapped(cx.snapshot) { ", swapped" } else { "" };
        let label = cx.snapshot.class_name(trial.label);
        below(image, &if trial.drawn { format!("drawn, a {label}") } else { format!("label {label}{swapped}") });
        arrow(&painter, stage(gap), cx.palette);
        if roomy {
            let spikes = stage(spikes_room);
            let spikes = Rect::from_min_max(pos2(spikes.left(), image.top()), pos2(spikes.right(), image.bottom()));
            let count = self.paint_spikes(ui, &painter, spikes, cx);
            // At full speed steps are computed in batches, and part of the image may not be recorded.
            let onset = derived::onset(cx.snapshot);
            let whole = cx.snapshot.window_start.0 <= onset && derived::window_end(cx.snapshot) == cx.snapshot.step.0;
            below(spikes, &if whole { plural(count, "input spike") } else { "not recorded at this speed".to_owned() });
            arrow(&painter, stage(gap), cx.palette);
        }
        let votes = stage(votes_room);
        let votes = Rect::from_min_max(pos2(votes.left(), rect.top()), pos2(votes.right(), image.bottom() + words));
        paint_votes(&painter, votes, cx);
        arrow(&painter, stage(gap), cx.palette);
        let answer = Rect::from_min_max(pos2(votes.right() + gap, rect.top()), pos2(rect.right(), rect.top() + height));
        paint_answer(&painter, answer, side, cx);
    }
}

impl Now {
    fn paint_image(&mut self, ui: &Ui, painter: &Painter, rect: Rect, cx: &Context) {
        let trial = &cx.snapshot.trial;
        let (wide, tall) = trial.size;
        let table = Map::Grey.table();
        let key = (Same(trial.image.clone()), trial.size);
        let texture = self.image.get(ui.ctx(), "image", TextureOptions::NEAREST, key, || {
            ColorImage::new([wide, tall], trial.image[..wide * tall].iter().map(|&p| table[p as usize]).collect())
        });
        let shape = vec2(wide as f32, tall as f32);
        let shape = shape * (rect.width() / shape.max_elem());
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(texture, Rect::from_center_size(rect.center(), shape), uv, Color32::WHITE);
    }

    /// Paint the input spikes of the current image so far; returns their number.
    fn paint_spikes(&mut self, ui: &Ui, painter: &Painter, rect: Rect, cx: &Context) -> u64 {
        let snapshot = cx.snapshot;
        let from = derived::onset(snapshot);
        let steps = (snapshot.trial.duration_ms / snapshot.dt_ms.max(1e-6)).max(1.0) as i64;
        let span = raster::Span { from: from as i64, to: from as i64 + steps };
        let pixels = snapshot.trial.size.0 * snapshot.trial.size.1;
        let scale = ui.pixels_per_point();
        let size = [rect.width(), rect.height()].map(|side| (side * scale).round().max(1.0) as usize);
        painter.rect_filled(rect, 3.0, cx.palette.raised);
        let count = &mut self.count;
        let key = SpikeKey { spikes: Same(snapshot.spikes.clone()), span, size, pixels, dark: cx.palette.dark };
        let texture = self.spikes.get(ui.ctx(), "input spikes", TextureOptions::NEAREST, key, || {
            let rows = raster::Rows::new(&vec![None; pixels], size[1], 0.0);
            *count = 0;
            let events = derived::spikes_since(snapshot, Layer::Input, from).inspect(|_| *count += 1).map(|s| (s.step, s.neuron));
            let side = scale.round().max(1.0) as usize;
            let mark = raster::Mark { width: side, height: side };
            raster::paint(size, events, span, &rows, mark, &[cx.palette.dim])
        });
        painter.image(texture, rect, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), Color32::WHITE);
        let now = rect.left() + span.x(snapshot.step.0, size[0]) / scale;
        painter.vline(painter.round_to_pixel_center(now), rect.y_range(), Stroke::new(1.0, cx.palette.accent));
        self.count
    }
}

fn arrow(painter: &Painter, rect: Rect, palette: &Palette) {
    let (center, half) = (rect.center(), (rect.width() * 0.18).min(7.0));
    let stroke = Stroke::new(1.5, palette.faint);
    let tip = center + vec2(half, 0.0);
    painter.line_segment([center - vec2(half, 0.0), tip], stroke);
    painter.line(vec![tip + vec2(-4.0, -4.0), tip, tip + vec2(-4.0, 4.0)], stroke);
}

/// The class with the most votes so far; `None` before the first vote.
fn leader(votes: &[f32]) -> Option<u8> {
    let best = votes.iter().enumerate().filter(|(_, v)| v.is_finite()).max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    best.filter(|&(_, &v)| v > 0.0).map(|(class, _)| class as u8)
}

fn paint_votes(painter: &Painter, rect: Rect, cx: &Context) {
    let Context { snapshot, palette, .. } = cx;
    let classes = snapshot.classes.clamp(1, 256);
    let votes = &snapshot.trial.votes;
    let most = votes.iter().copied().filter(|v| v.is_finite()).fold(0.0, f32::max);
    let winner = snapshot.trial.answer.or_else(|| leader(votes));
    let label_room = if rect.height() > 50.0 { 16.0 } else { 0.0 };
    let number_room = if rect.height() > 80.0 { 15.0 } else { 2.0 };
    let base = rect.bottom() - label_room;
    let pitch = rect.width() / classes as f32;
    let bar = (pitch * 0.66).min(34.0);
    for class in 0..classes {
        let color = palette.class(u8::try_from(class).ok());
        let value = votes.get(class).copied().filter(|v| v.is_finite()).unwrap_or(0.0);
        let share = if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 };
        let x = rect.left() + (class as f32 + 0.5) * pitch;
        let top = base - (share * (base - rect.top() - number_room)).max(1.0);
        let wins = winner == Some(class as u8);
        let fill = if wins || winner.is_none() { color } else { color.gamma_multiply(0.6) };
        painter.rect_filled(Rect::from_min_max(pos2(x - bar / 2.0, top), pos2(x + bar / 2.0, base)), 1.5, fill);
        if number_room > 10.0 && wins && value > 0.0 {
            // means over a pool of neurons are not whole numbers
            let votes = if value.fract() == 0.0 { fixed(f64::from(value), 0) } else { numbers::short(f64::from(value)) };
            painter.text(pos2(x, top - 2.0), Align2::CENTER_BOTTOM, votes, text::tick_font(), palette.dim);
        }
        if label_room > 0.0 && (pitch > 9.0 || class.is_multiple_of(5)) {
            let tint = if wins { palette.text } else { palette.dim };
            let name = derived::class_name(snapshot, u8::try_from(class).ok());
            text::line(painter, pos2(x, base + 3.0), Align2::CENTER_TOP, &name, text::tick_font(), tint, pitch.max(9.0));
        }
    }
}

fn paint_answer(painter: &Painter, rect: Rect, side: f32, cx: &Context) {
    let Context { snapshot, palette, .. } = cx;
    let trial = &snapshot.trial;
    let shown = trial.answer.or_else(|| leader(&trial.votes));
    let color = match (trial.answer, shown) {
        (Some(class), _) => palette.class(Some(class)),
        (None, Some(class)) => palette.class(Some(class)).gamma_multiply(0.55),
        (None, None) => palette.faint,
    };
    let name = derived::class_name(snapshot, shown);
    let size = derived::answer_size((side * 0.62).clamp(12.0, 84.0), &name);
    let middle = rect.center().y;
    let font = FontId::new(size, text::semibold());
    let placed = text::line(painter, pos2(rect.left(), middle), Align2::LEFT_CENTER, &name, font, color, rect.width());
    let left = placed.right() + 14.0;
    let room = rect.right() - left;
    if room < 40.0 {
        return;
    }
    let (word, tint) = match (trial.answer, shown) {
        (Some(answer), _) if answer == trial.label => ("right", palette.good),
        (Some(_), _) => ("wrong", palette.bad),
        (None, Some(_)) => ("so far", palette.dim),
        (None, None) if ended(trial) => ("no answer", palette.bad),
        (None, None) => ("no votes yet", palette.dim),
    };
    let mut lines = vec![(word.to_owned(), tint, text::strong_font())];
    if trial.answer.is_some() || (shown.is_none() && ended(trial)) {
        if trial.awaits_reward {
            lines.push(("press".to_owned(), palette.accent, text::strong_font()));
            lines.push(("+  0  −".to_owned(), palette.accent, text::number_font()));
        } else {
            lines.push((reward_words(trial), palette.dim, text::number_font()));
            lines.push((format!("M = {}", signed(f64::from(trial.modulation), 2)), palette.dim, text::number_font()));
        }
    }
    let height = 18.0;
    let top = middle - height * lines.len() as f32 / 2.0;
    for (index, (line, color, font)) in lines.into_iter().enumerate() {
        let at = pos2(left, top + (index as f32 + 0.5) * height);
        text::line(painter, at, Align2::LEFT_CENTER, &line, font, color, room);
    }
}

/// Whether the presentation of the image has ended.
fn ended(trial: &TrialView) -> bool {
    trial.duration_ms > 0.0 && trial.elapsed_ms >= trial.duration_ms
}

/// Whether the label was swapped with another one.
fn is_swapped(snapshot: &Snapshot) -> bool {
    let [a, b] = [ParamId::SwapA, ParamId::SwapB].map(|id| snapshot.params.count(id));
    // a drawn image keeps the label set by the user
    !snapshot.trial.drawn && a != b && [a, b].contains(&usize::from(snapshot.trial.label))
}

fn reward_words(trial: &TrialView) -> String {
    match trial.reward {
        None if trial.awaits_reward => "reward pending: press +, 0 or −".to_owned(),
        Some(reward) => format!("reward {}", signed(f64::from(reward), 0)),
        None if trial.reward_in_ms > 0.0 => format!("reward in {} ms", fixed(trial.reward_in_ms, 0)),
        None => "no reward".to_owned(),
    }
}

fn summary(snapshot: &Snapshot) -> String {
    let trial = &snapshot.trial;
    let swapped = if is_swapped(snapshot) { ", swapped" } else { "" };
    let drawn = if trial.drawn { "drawn by hand, " } else { "" };
    let image = format!("Current image: {}, {drawn}label {}{swapped}", numbers::count(trial.index + 1), snapshot.class_name(trial.label));
    match (trial.answer, leader(&trial.votes)) {
        (Some(answer), _) => {
            let word = if answer == trial.label { "right" } else { "wrong" };
            format!("{image}, answer {}, {word}, {}", snapshot.class_name(answer), reward_words(trial))
        }
        (None, Some(class)) => format!("{image}, most votes so far for {}", snapshot.class_name(class)),
        (None, None) if ended(trial) || trial.awaits_reward => format!("{image}, no answer, {}", reward_words(trial)),
        (None, None) => format!("{image}, no votes yet"),
    }
}

#[cfg(test)]
mod tests {
    use super::{leader, summary};
    use crate::gui::tests::fixture;

    #[test]
    fn image_without_votes_has_no_answer() {
        let mut snapshot = fixture::classification();
        (snapshot.trial.answer, snapshot.trial.votes) = (None, vec![0.0; 10]);
        assert!(summary(&snapshot).ends_with("no votes yet"));
        snapshot.trial.elapsed_ms = snapshot.trial.duration_ms;
        snapshot.trial.reward = Some(0.0);
        assert!(summary(&snapshot).ends_with("no answer, reward 0"), "{}", summary(&snapshot));
    }

    #[test]
    fn leader_has_the_most_votes_or_is_none_without_votes() {
        assert_eq!(leader(&[0.0, 3.0, 2.0]), Some(1));
        assert_eq!(leader(&[2.0, 2.0]), Some(0), "the first in a tie");
        assert_eq!(leader(&[0.0, 0.0]), None);
        assert_eq!(leader(&[f32::NAN, 1.0]), Some(1));
        assert_eq!(leader(&[]), None);
    }
}
