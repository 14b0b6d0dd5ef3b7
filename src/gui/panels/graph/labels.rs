//! The texts of projections: beside their arrows, and beside the loops of populations that project to themselves.

use super::facts::spread;
use super::{events, flow_words, short_count};
use crate::gui::paint::text;
use crate::gui::theme::Palette;
use crate::model::Distribution;
use crate::session::{LinkView, Snapshot};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

/// A line of text.
type Line = (String, FontId, Color32);

/// Height of a line, in points.
const HEIGHT: f32 = 13.0;
/// Room for a loop at the right of a box, in points.
const LOOP: f32 = 16.0;
/// Height of a loop above a box, in points.
const LOOP_HEIGHT: f32 = 15.0;
/// Height of an arrow that a text would hide, in points.
const SHORT: f32 = 64.0;
/// Least distance of two texts, in points.
const APART: Vec2 = vec2(3.0, 2.0);
/// Most arrows whose texts avoid all other arrows; with more there is no room for it.
const FEW: usize = 24;

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
    if let Some((weight, unit)) = &link.weight {
        let weight = spread(weight, unit, true);
        // what acts at once has no delay
        let delay = Some(delay).filter(|_| link.delay != Distribution::Constant(0.0));
        let both = std::iter::once(weight.clone()).chain(delay.clone()).collect::<Vec<_>>().join(" · ");
        let rule = link.rule.as_ref().map(|rule| note(rule.clone()));
        let mut choices = Vec::new();
        for values in [vec![number(both.clone())], std::iter::once(weight.clone()).chain(delay).map(number).collect()] {
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
        let two = [joined(&[Some(&link.kind), link.rule.as_deref()]), joined(&[Some(&both)])].concat();
        let brief = vec![kind.clone(), number(weight)];
        choices.extend([two, joined(&[Some(&both), link.rule.as_deref()]), brief, joined(&[Some(&both)]), vec![kind]]);
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

/// Where the text of an arrow stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// At its left or right, where it hides nothing of it.
    Beside,
    On,
    /// Above or below it.
    Apart,
}

/// Whether a text on an upright arrow would leave little of it visible.
fn is_short(points: &[Pos2]) -> bool {
    let area = Rect::from_points(points);
    area.width() < 8.0 && area.height() < SHORT
}

/// Whether an arrow is horizontal: what is beside it is above or below.
fn is_level(points: &[Pos2]) -> bool {
    Rect::from_points(points).height() < 1.0
}

/// Draw the text of an arrow where it overlaps nothing else, as much of it as fits. Returns its rectangle, or a place on the
/// arrow if there is no room. Of `arrows`, the other ones are avoided where that is possible. The text is only at the left of the
/// arrow, or above it, if `side` is -1, and at the right or below if it is 1.
pub(crate) fn words_on(
    painter: &Painter,
    (points, side): (&[Pos2], f32),
    arrows: &[&[Pos2]],
    taken: &mut Vec<Rect>,
    bounds: Rect,
    choices: &[Vec<Line>],
    palette: &Palette,
) -> Rect {
    let others: Vec<(Rect, &[Pos2])> =
        arrows.iter().filter(|arrow| arrows.len() <= FEW && **arrow != points).map(|arrow| (Rect::from_points(arrow), *arrow)).collect();
    let crossed = |place: Rect| {
        let on = |arrow: &[Pos2]| arrow.windows(2).any(|ends| [0.0, 0.5].iter().any(|t| place.contains(ends[0].lerp(ends[1], *t))));
        others.iter().any(|(area, arrow)| area.intersects(place) && on(arrow))
    };
    // on the arrow or beside it, otherwise above or below it; clear of other arrows, otherwise over them
    let ways: &[(Way, bool)] = match (side == 0.0, is_short(points)) {
        (false, _) => &[(Way::Beside, true), (Way::Beside, false)],
        (true, true) => &[(Way::Beside, true), (Way::On, true), (Way::Apart, true), (Way::On, false), (Way::Apart, false)],
        (true, false) => &[(Way::On, true), (Way::Apart, true), (Way::On, false), (Way::Apart, false)],
    };
    let ways = ways.iter().copied().filter(|(_, clear)| *clear || !others.is_empty());
    for (shown, (way, clear)) in ways.flat_map(|way| choices.iter().map(move |shown| (shown, way))) {
        let widest = shown.iter().map(|(words, font, _)| text::width(painter, words, font)).fold(0.0, f32::max);
        let size = vec2(widest + 8.0, HEIGHT * shown.len() as f32 + 2.0);
        let limits = bounds.shrink2(0.5 * size);
        if limits.is_negative() {
            continue;
        }
        let shares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74];
        let reach = 0.5 * size.y + 6.0;
        let beside = 0.5 * size.x + 5.0;
        let shifts: Vec<Vec2> = match way {
            Way::Apart => [-reach, reach, -reach - 30.0, reach + 30.0].map(|y| vec2(0.0, y)).to_vec(),
            // the last two leave the arrow visible
            Way::On => [0.0, -16.0, 16.0, -32.0, 32.0, beside, -beside].map(|x| vec2(x, 0.0)).to_vec(),
            Way::Beside if side == 0.0 => [beside, -beside].map(|x| vec2(x, 0.0)).to_vec(),
            Way::Beside if is_level(points) => vec![vec2(0.0, side * (0.5 * size.y + 3.0))],
            Way::Beside => vec![vec2(side * beside, 0.0)],
        };
        for (share, shift) in shares.iter().flat_map(|share| shifts.iter().map(move |shift| (share, *shift))) {
            // inside the view, if the arrow runs along its edge
            let at = points[((points.len() - 1) as f32 * share) as usize] + shift;
            let x = if way == Way::Beside { at.x } else { at.x.clamp(limits.left(), limits.right()) };
            let place = Rect::from_center_size(pos2(x, at.y), size);
            let near = place.expand2(APART);
            if !bounds.contains_rect(place) || taken.iter().any(|other| other.intersects(near)) || clear && crossed(place) {
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
    // no room for words: a free place on the arrow
    let spot = |share: f32, x: f32| {
        let at = points[((points.len() - 1) as f32 * share) as usize] + vec2(x, 0.0);
        Rect::from_center_size(at, vec2(20.0, 16.0))
    };
    let shares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
    let mut free = shares.into_iter().flat_map(|share| [0.0, 12.0, -12.0].map(|x| spot(share, x)));
    let place = free.find(|place| !taken.iter().any(|other| other.intersects(*place))).unwrap_or_else(|| spot(0.5, 0.0));
    taken.push(place);
    place
}

/// The lines of a loop, the most important first.
fn loop_lines(link: &LinkView) -> Vec<String> {
    let mut lines = vec![link.kind.clone()];
    if let Some((weight, unit)) = &link.weight {
        lines.push(spread(weight, unit, true));
        lines.extend(Some(spread(&link.delay, "ms", false)).filter(|_| link.delay != Distribution::Constant(0.0)));
        lines.extend(link.rule.clone());
    }
    lines
}

/// The lines that fit at the right of a box, for a vertical layout.
fn beside(painter: &Painter, place: Rect, bounds: Rect, link: &LinkView) -> Vec<String> {
    // lines may begin a little above the box and end as much below it
    let (wide, high) = (bounds.right() - place.right() - LOOP, place.height() + 18.0);
    let mut lines = loop_lines(link);
    lines.truncate((high / HEIGHT) as usize);
    let fits = |line: &String| text::width(painter, line, &text::note_font()) <= wide;
    if lines.iter().all(fits) { lines } else { Vec::new() }
}

/// The lines above a box that fit over it and into the free height there, and what they cover.
fn above(painter: &Painter, place: Rect, bounds: Rect, boxes: &[Rect], link: &LinkView) -> (Vec<String>, Rect) {
    let lines = loop_lines(link);
    let joined = |parts: &[String]| parts.join(" · ");
    let (kind, rest) = lines.split_first().map_or((String::new(), &[][..]), |(kind, rest)| (kind.clone(), rest));
    let mut choices = vec![vec![joined(&lines)]];
    if rest.len() > 1 {
        choices.push(vec![kind.clone(), joined(rest)]);
        choices.push(vec![kind.clone(), joined(&rest[..2]), joined(&rest[2..])]);
        choices.push(vec![kind.clone(), joined(&rest[..2])]);
    }
    choices.push(vec![kind]);
    let covers = |lines: &[String]| {
        let widest = lines.iter().map(|line| text::width(painter, line, &text::note_font())).fold(0.0, f32::max);
        let low = place.top() - LOOP_HEIGHT;
        Rect::from_center_size(pos2(place.center().x, low - 0.5 * HEIGHT * lines.len() as f32), vec2(widest, HEIGHT * lines.len() as f32))
    };
    let free = |area: &Rect| {
        bounds.contains_rect(*area)
            && area.width() <= place.width() + 60.0
            && boxes.iter().all(|other| *other == place || !other.expand(4.0).intersects(*area))
    };
    let shown = choices.into_iter().map(|mut lines| {
        lines.retain(|line| !line.is_empty());
        let area = covers(&lines);
        (lines, area)
    });
    let none = (Vec::new(), Rect::from_center_size(place.center_top(), vec2(0.0, 0.0)));
    shown.into_iter().find(|(_, area)| free(area)).unwrap_or(none)
}

/// What a loop and its text cover; `boxes` are those of all populations.
pub(crate) fn loop_area(painter: &Painter, place: Rect, upright: bool, bounds: Rect, boxes: &[Rect], link: &LinkView) -> Rect {
    if !upright {
        let (_, words) = above(painter, place, bounds, boxes, link);
        let curve = Rect::from_min_max(
            pos2(place.left() + 0.3 * place.width(), place.top() - LOOP_HEIGHT),
            pos2(place.right() - 0.3 * place.width(), place.top()),
        );
        return if words.width() > 0.0 { curve.union(words.expand2(vec2(3.0, 1.0))) } else { curve };
    }
    let lines = beside(painter, place, bounds, link);
    if lines.is_empty() {
        return Rect::from_min_max(place.center_bottom() - vec2(14.0, 0.0), place.right_bottom() + vec2(LOOP, 16.0));
    }
    let widest = lines.iter().map(|line| text::width(painter, line, &text::note_font())).fold(0.0, f32::max);
    let height = place.height().max(HEIGHT * lines.len() as f32);
    let center = pos2(place.right() + 0.5 * (LOOP + widest), place.center().y);
    Rect::from_center_size(center, vec2(LOOP + widest, height))
}

/// Inhibition within a population, or synapses of a population onto itself: a loop that ends in a dot, above or beside its box,
/// and its text.
pub(crate) fn loop_back(painter: &Painter, place: Rect, upright: bool, bounds: Rect, boxes: &[Rect], link: &LinkView, palette: &Palette) {
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
    let (lines, align, first) = if upright {
        let lines = beside(painter, place, bounds, link);
        let top = place.center().y - 0.5 * HEIGHT * lines.len() as f32;
        (lines, Align2::LEFT_CENTER, pos2(place.right() + LOOP, top))
    } else {
        let (lines, area) = above(painter, place, bounds, boxes, link);
        (lines, Align2::CENTER_CENTER, area.center_top())
    };
    for (k, line) in lines.iter().enumerate() {
        painter.text(first + vec2(0.0, (k as f32 + 0.5) * HEIGHT), align, line, note.clone(), dim);
    }
    if lines.is_empty() && upright {
        let at = place.right_bottom() + vec2(0.0, 2.0);
        text::line_if_fits(painter, at, Align2::RIGHT_TOP, &link.kind, note, dim, 0.5 * place.width() + 14.0);
    }
}
