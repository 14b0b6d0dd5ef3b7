//! The texts of projections: beside their arrows, and beside the loops of populations that project to themselves.

use super::facts::spread;
use super::{events, flow_words, short_count};
use crate::gui::paint::text;
use crate::gui::theme::Palette;
use crate::session::{LinkView, Snapshot};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

/// A line of text.
type Line = (String, FontId, Color32);

/// Height of a line, in points.
const HEIGHT: f32 = 13.0;
/// Room for a loop at the right of a box, in points.
const LOOP: f32 = 16.0;

/// The mean rate of the source of a projection, and the rate of synaptic events if known.
fn carried(snapshot: &Snapshot, link: &LinkView) -> Vec<String> {
    let Some(flow) = flow_words(snapshot, link.from) else { return Vec::new() };
    let rate = flow.rsplit(" · ").next().unwrap_or_default().to_owned();
    std::iter::once(rate).chain(events(snapshot, link)).collect()
}

/// The texts of an arrow, the most complete first.
pub(crate) fn choices(snapshot: &Snapshot, link: &LinkView, upright: bool, palette: &Palette) -> Vec<Vec<Line>> {
    let kind = (link.kind.clone(), text::note_font(), palette.text);
    let color = if link.modulated { palette.accent } else { palette.dim };
    let note = |words: String| (words, text::note_font(), color);
    let number = |words: String| (words, text::tick_font(), palette.text);
    let synapses = |noun: &str| (format!("{} {noun}", short_count(link.synapses)), text::tick_font(), palette.dim);
    let delay = spread(&link.delay, "ms", false);
    if let Some(weight) = &link.weight {
        let weight = spread(weight, "mV", true);
        let both = format!("{weight} · {delay}");
        let rule = link.rule.as_ref().map(|rule| note(rule.clone()));
        let mut choices = Vec::new();
        for values in [vec![number(both.clone())], vec![number(weight), number(delay)]] {
            let mut lines = vec![kind.clone()];
            lines.extend(values);
            lines.extend(rule.clone());
            choices.push([lines.clone(), vec![synapses("synapses")]].concat());
            choices.push(lines);
        }
        // one line between two rows of boxes
        let joined = |parts: &[Option<&str>]| vec![number(parts.iter().copied().flatten().collect::<Vec<_>>().join(" · "))];
        let one = joined(&[Some(&link.kind), Some(&both), link.rule.as_deref()]);
        let at = if upright { 0 } else { choices.len() };
        choices.insert(at, one);
        choices.extend([joined(&[Some(&both), link.rule.as_deref()]), joined(&[Some(&both)]), vec![kind]]);
        return choices;
    }
    let mut carried = carried(snapshot, link).into_iter().map(number);
    let mut lines = vec![kind];
    // the rate changes and is the most important part
    lines.extend(carried.next());
    let mut brief = lines.clone();
    if link.synapses > 0 {
        let learns = note(format!("{} · {delay}", link.rule.as_deref().unwrap_or("fixed")));
        brief.extend([learns.clone(), synapses("syn.")]);
        lines.extend([learns, synapses("synapses")]);
        lines.extend(carried);
    }
    (1..=lines.len()).rev().flat_map(|n| [lines[..n].to_vec(), brief[..n.min(brief.len())].to_vec()]).collect()
}

/// Draw the text of an arrow where it overlaps nothing else, as much of it as fits. Returns its rectangle, or the middle of the
/// arrow if there is no room.
pub(crate) fn words_on(
    painter: &Painter,
    points: &[Pos2],
    taken: &mut Vec<Rect>,
    bounds: Rect,
    choices: &[Vec<Line>],
    palette: &Palette,
) -> Rect {
    let middle = points[points.len() / 2];
    // on the arrow or beside it, otherwise above or below it
    for (shown, apart) in [false, true].into_iter().flat_map(|apart| choices.iter().map(move |shown| (shown, apart))) {
        let widest = shown.iter().map(|(words, font, _)| text::width(painter, words, font)).fold(0.0, f32::max);
        let size = vec2(widest + 8.0, HEIGHT * shown.len() as f32 + 2.0);
        let limits = bounds.shrink2(0.5 * size);
        if limits.is_negative() {
            continue;
        }
        let shares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74];
        let reach = 0.5 * size.y + 6.0;
        let shifts: Vec<Vec2> = if apart {
            [-reach, reach, -reach - 30.0, reach + 30.0].map(|y| vec2(0.0, y)).to_vec()
        } else {
            [0.0, -16.0, 16.0, -32.0, 32.0].map(|x| vec2(x, 0.0)).to_vec()
        };
        for (share, shift) in shares.iter().flat_map(|share| shifts.iter().map(move |shift| (share, *shift))) {
            // inside the view, if the arrow runs along its edge
            let at = points[((points.len() - 1) as f32 * share) as usize] + shift;
            let place = Rect::from_center_size(pos2(at.x.clamp(limits.left(), limits.right()), at.y), size);
            if !bounds.contains_rect(place) || taken.iter().any(|other| other.intersects(place)) {
                continue;
            }
            taken.push(place);
            painter.rect_filled(place, 3.0, palette.panel.gamma_multiply(0.94));
            for (k, (words, font, color)) in shown.iter().enumerate() {
                let y = place.top() + 1.0 + (k as f32 + 0.5) * HEIGHT;
                painter.text(pos2(place.center().x, y), Align2::CENTER_CENTER, words, font.clone(), *color);
            }
            return place;
        }
    }
    Rect::from_center_size(middle, vec2(20.0, 16.0))
}

/// The lines of a loop, the most important first.
fn loop_lines(link: &LinkView) -> Vec<String> {
    let mut lines = vec![link.kind.clone()];
    if let Some(weight) = &link.weight {
        lines.extend([spread(weight, "mV", true), spread(&link.delay, "ms", false)]);
        lines.extend(link.rule.clone());
    }
    lines
}

/// The lines that fit at the right of a box, for a vertical layout.
fn beside(painter: &Painter, place: Rect, bounds: Rect, link: &LinkView) -> Vec<String> {
    let (wide, high) = (bounds.right() - place.right() - LOOP, place.height() + 8.0);
    let mut lines = loop_lines(link);
    lines.truncate((high / HEIGHT) as usize);
    let fits = |line: &String| text::width(painter, line, &text::note_font()) <= wide;
    if lines.iter().all(fits) { lines } else { Vec::new() }
}

/// What a loop and its text cover.
pub(crate) fn loop_area(painter: &Painter, place: Rect, upright: bool, bounds: Rect, link: &LinkView) -> Rect {
    if !upright {
        return Rect::from_min_max(place.min - vec2(0.0, 26.0), pos2(place.right(), place.top()));
    }
    let lines = beside(painter, place, bounds, link);
    if lines.is_empty() {
        return Rect::from_min_max(place.center_bottom() - vec2(14.0, 0.0), place.right_bottom() + vec2(LOOP, 16.0));
    }
    let widest = lines.iter().map(|line| text::width(painter, line, &text::note_font())).fold(0.0, f32::max);
    Rect::from_min_max(place.right_top(), pos2(place.right() + LOOP + widest, place.bottom()))
}

/// Inhibition within a population, or synapses of a population onto itself: a loop that ends in a dot, above or beside its box,
/// and its text. Returns the area for a tooltip.
pub(crate) fn loop_back(painter: &Painter, place: Rect, upright: bool, bounds: Rect, link: &LinkView, palette: &Palette) -> Rect {
    let bulge = |t: f32| 52.0 * t * (1.0 - t);
    let shares = (0..=24).map(|k| k as f32 / 24.0);
    let (points, end): (Vec<Pos2>, Pos2) = if upright {
        let (top, bottom) = (place.center().y - 0.22 * place.height(), place.center().y + 0.22 * place.height());
        (shares.map(|t| pos2(place.right() + bulge(t), top + t * (bottom - top))).collect(), pos2(place.right() + 1.0, bottom))
    } else {
        let (left, right) = (place.left() + place.width() * 0.3, place.right() - place.width() * 0.3);
        (shares.map(|t| pos2(left + t * (right - left), place.top() - bulge(t))).collect(), pos2(right, place.top() - 1.0))
    };
    let color = if link.inhibits { palette.bad } else { palette.text.gamma_multiply(0.75) };
    painter.add(Shape::line(points, Stroke::new(1.3, color.gamma_multiply(0.8))));
    painter.circle_filled(end, 2.6, color);
    let (note, dim) = (text::note_font(), palette.dim);
    if !upright {
        let (at, wide) = (pos2(place.center().x, place.top() - 15.0), place.width() + 30.0);
        let all = loop_lines(link).join(" · ");
        let words = if text::width(painter, &all, &note) <= wide { all } else { link.kind.clone() };
        text::line_if_fits(painter, at, Align2::CENTER_BOTTOM, &words, note, dim, wide);
        return Rect::from_min_max(place.min - vec2(0.0, 26.0), place.right_top());
    }
    let lines = beside(painter, place, bounds, link);
    let top = place.center().y - 0.5 * HEIGHT * lines.len() as f32;
    for (k, line) in lines.iter().enumerate() {
        let at = pos2(place.right() + LOOP, top + (k as f32 + 0.5) * HEIGHT);
        painter.text(at, Align2::LEFT_CENTER, line, note.clone(), dim);
    }
    if lines.is_empty() {
        let at = place.right_bottom() + vec2(0.0, 2.0);
        text::line_if_fits(painter, at, Align2::RIGHT_TOP, &link.kind, note, dim, 0.5 * place.width() + 14.0);
    }
    Rect::from_min_max(place.right_top(), pos2(bounds.right().min(place.right() + LOOP + 90.0), place.bottom()))
}
