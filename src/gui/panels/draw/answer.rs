//! The answer to a drawing, tested without learning: class, first spike, and a bar per class.

use crate::gui::paint::numbers::{fixed, plural};
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::panels::derived;
use crate::session::{Probed, Snapshot};
use egui::{Align2, FontId, Painter, Rect, pos2};

/// Caption of the small image while there is no other status.
pub(super) const SEEN: &str = "input of the network";

/// Share of each class: the probability of firing first if known, otherwise its share of the votes.
fn shares(probed: &Probed) -> Vec<f32> {
    if let Some(probabilities) = &probed.probabilities {
        return probabilities.clone();
    }
    let total: f32 = probed.votes.iter().sum();
    probed.votes.iter().map(|vote| if total > 0.0 { vote / total } else { 0.0 }).collect()
}

fn first_words(probed: &Probed) -> String {
    probed.first.map_or("no output neuron fired".to_owned(), |first| {
        format!("first spike: neuron {} after {} ms", first.neuron, fixed(first.at_ms, 1))
    })
}

/// The answer with a description beside it.
pub(super) fn head(painter: &Painter, rect: Rect, probed: Option<&Probed>, state: &str, cx: &Context) {
    let palette = cx.palette;
    let mut left = rect.left();
    if let Some(probed) = probed {
        let name = derived::class_name(cx.snapshot, probed.answer);
        let font = FontId::new(derived::answer_size((rect.height() * 0.8).clamp(12.0, 56.0), &name), text::semibold());
        let (at, color) = (pos2(left, rect.center().y), palette.class(probed.answer));
        left = text::line(painter, at, Align2::LEFT_CENTER, &name, font, color, rect.width() * 0.6).right() + 10.0;
    }
    let mut lines = vec![(state.to_owned(), palette.dim)];
    if let Some(probed) = probed {
        let kind = if probed.probabilities.is_some() { "probability of firing first" } else { "share of the votes" };
        lines = match probed.first {
            Some(first) => vec![
                (format!("first spike {} ms", fixed(first.at_ms, 1)), palette.text),
                (format!("by neuron {}", first.neuron), palette.text),
            ],
            None => vec![("no output spike".to_owned(), palette.text)],
        };
        lines.push((kind.to_owned(), palette.dim));
        if state != SEEN {
            lines.insert(0, (state.to_owned(), palette.accent));
        }
    }
    let most = ((rect.height() / 16.0) as usize).max(1);
    lines.truncate(most);
    let top = rect.center().y - 8.0 * lines.len() as f32;
    for (index, (line, colour)) in lines.into_iter().enumerate() {
        let at = pos2(left, top + 16.0 * (index as f32 + 0.5));
        text::line(painter, at, Align2::LEFT_CENTER, &line, text::note_font(), colour, rect.right() - left);
    }
}

/// One bar per class, with its name.
pub(super) fn bars(painter: &Painter, rect: Rect, probed: Option<&Probed>, cx: &Context) {
    let palette = cx.palette;
    let classes = cx.snapshot.classes.clamp(1, 256);
    let shares = probed.map(shares).unwrap_or_default();
    let pitch = rect.width() / classes as f32;
    let bar = (pitch * 0.66).min(30.0);
    let base = rect.bottom() - 16.0;
    let numbers = if rect.height() > 60.0 && pitch > 22.0 { 14.0 } else { 0.0 };
    for class in 0..classes {
        let share = shares.get(class).copied().filter(|share| share.is_finite()).unwrap_or(0.0).clamp(0.0, 1.0);
        let x = rect.left() + (class as f32 + 0.5) * pitch;
        let top = base - (share * (base - rect.top() - numbers)).max(1.0);
        let colour = palette.class(u8::try_from(class).ok());
        let wins = probed.and_then(|probed| probed.answer) == Some(class as u8);
        let fill = if wins { colour } else { colour.gamma_multiply(0.6) };
        painter.rect_filled(Rect::from_min_max(pos2(x - bar / 2.0, top), pos2(x + bar / 2.0, base)), 1.5, fill);
        if numbers > 0.0 && share >= 0.005 {
            let words = format!("{} %", fixed(100.0 * f64::from(share), 0));
            text::line_if_fits(painter, pos2(x, top - 1.0), Align2::CENTER_BOTTOM, &words, text::tick_font(), palette.dim, pitch + 8.0);
        }
        if pitch > 9.0 || class.is_multiple_of(5) {
            let tint = if wins { palette.text } else { palette.dim };
            let name = derived::class_name(cx.snapshot, u8::try_from(class).ok());
            text::line(painter, pos2(x, base + 3.0), Align2::CENTER_TOP, &name, text::tick_font(), tint, pitch.max(9.0));
        }
    }
}

/// Accessible description of the answer.
pub(super) fn summary(probed: Option<&Probed>, state: &str, snapshot: &Snapshot) -> String {
    let Some(probed) = probed else { return format!("Answer to the drawing: none yet, {state}") };
    let answer = probed.answer.map_or("no answer".to_owned(), |class| format!("answer {}", snapshot.class_name(class)));
    let share = probed.answer.and_then(|class| shares(probed).get(class as usize).copied()).unwrap_or(0.0);
    let spikes = plural(u64::from(probed.spikes), "output spike");
    format!("Answer to the drawing: {answer}, {} %, {}, {spikes}; {state}", fixed(100.0 * f64::from(share), 0), first_words(probed))
}
