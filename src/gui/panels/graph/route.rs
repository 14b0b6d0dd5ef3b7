//! Routes of arrows between boxes, and their drawing.

use super::place::Plan;
use crate::gui::theme::Palette;
use crate::session::LinkView;
use egui::{Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

/// Points of a cubic Bézier curve.
fn curve(from: Pos2, to: Pos2, out: Vec2) -> Vec<Pos2> {
    bezier(from, from + out, to - out, to)
}

fn bezier(from: Pos2, a: Pos2, b: Pos2, to: Pos2) -> Vec<Pos2> {
    (0..=24)
        .map(|k| {
            let t = k as f32 / 24.0;
            let s = 1.0 - t;
            let v = from.to_vec2() * (s * s * s)
                + a.to_vec2() * (3.0 * s * s * t)
                + b.to_vec2() * (3.0 * s * t * t)
                + to.to_vec2() * (t * t * t);
            v.to_pos2()
        })
        .collect()
}

/// What a route costs more that leaves or enters a box at another side than arrows usually do, in points.
const UNUSUAL: f32 = 50.0;

/// What a route costs more that runs straight beside the arrow in the other direction, in points.
const CLOSE: f32 = 120.0;

/// The route of an arrow: straight, or around what lies between its ends, whichever is shortest without crossing a box or something
/// else that is `taken`, as a loop with its text, or leaving the room.
pub(crate) fn route(plan: &Plan, room: Rect, link: &LinkView, taken: &[Rect]) -> Vec<Pos2> {
    let (from, to) = (plan.boxes[link.from], plan.boxes[link.to]);
    let (start, end, axis) = if plan.upright {
        (from.center_bottom(), to.center_top() - vec2(0.0, 3.0), vec2(0.0, 1.0))
    } else {
        (from.right_center(), to.left_center() - vec2(3.0, 0.0), vec2(1.0, 0.0))
    };
    let way = (end - start).dot(axis);
    let mut ways = Vec::new();
    // an arrow in the other direction begins and ends at the sides that face each other
    let face = if plan.upright { to.bottom() < from.top() } else { to.right() < from.left() };
    let others = between_sides(from, to, face.then_some(-axis));
    let direct = if way < 0.0 { against(from, to, plan.upright) } else { Vec::new() };
    if way < 0.0 {
        ways.extend([34.0, -34.0, 60.0, -60.0].map(|bulge| back(from, to, plan.upright, bulge)));
        ways.extend(beside(from, to, plan.upright));
    } else {
        ways.push(curve(start, end, axis * (way * 0.45)));
        let edges = if plan.upright { [room.right() - 5.0, room.left() + 5.0] } else { [room.top() + 6.0, room.bottom() - 6.0] };
        for level in levels(plan, link, edges) {
            ways.push(around(plan, (start, end, axis * way), to, level));
            if !plan.upright {
                ways.push(past(plan, (start, end), level));
            }
        }
    }
    let cost = |points: &Vec<Pos2>| {
        let crossed = |point: &Pos2| {
            let hit = |(k, place): (usize, &Rect)| place.expand(if k == link.from || k == link.to { -2.0 } else { 3.0 }).contains(*point);
            plan.boxes.iter().enumerate().any(hit)
        };
        let crossings = points.iter().filter(|point| crossed(point)).count();
        let covered = points.iter().filter(|point| taken.iter().any(|place| place.contains(**point))).count();
        let outside = points.iter().filter(|point| !room.expand(1.0).contains(**point)).count();
        let length: f32 = points.windows(2).map(|ends| ends[0].distance(ends[1])).sum();
        1e4 * crossings as f32 + 1e3 * (outside + covered) as f32 + length
    };
    let usual = ways.into_iter().map(|way| (cost(&way), way));
    // so close to the arrow in the other direction there is little room for texts, least of all beside each other
    let close = if plan.upright { 0.0 } else { CLOSE };
    let direct = direct.into_iter().map(|way| (1.5 * cost(&way) + close, way));
    let all = usual.chain(direct).chain(others.into_iter().map(|way| (cost(&way) + UNUSUAL, way)));
    all.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, way)| way).unwrap_or_default()
}

/// Routes from every side of a box to every side of another, but not of those that face each other in the direction `facing`.
fn between_sides(from: Rect, to: Rect, facing: Option<Vec2>) -> Vec<Vec<Pos2>> {
    let sides = |place: Rect| {
        let right = (place.right_center(), vec2(1.0, 0.0));
        let left = (place.left_center(), vec2(-1.0, 0.0));
        [right, left, (place.center_top(), vec2(0.0, -1.0)), (place.center_bottom(), vec2(0.0, 1.0))]
    };
    let ends = sides(from).into_iter().flat_map(|start| sides(to).into_iter().map(move |end| (start, end)));
    let ends = ends.filter(|((_, out), (_, side))| facing.is_none_or(|facing| *out != facing && *side != -facing));
    ends.map(|((start, out), (end, side))| {
        let reach = (0.4 * start.distance(end)).clamp(18.0, 110.0);
        let end = end + 3.0 * side;
        bezier(start, start + reach * out, end + reach * side, end)
    })
    .collect()
}

/// The direct routes against the direction of the others, beside the middle, where the arrow in the other direction runs.
fn against(from: Rect, to: Rect, upright: bool) -> Vec<Vec<Pos2>> {
    let way = |share: f32| {
        let at = |place: Rect, x: f32, y: f32| place.min + vec2(x * place.width(), y * place.height());
        let (start, end, back) = if upright {
            (at(from, share, 0.0), at(to, share, 1.0) + vec2(0.0, 3.0), vec2(0.0, -1.0))
        } else {
            (at(from, 0.0, share), at(to, 1.0, share) + vec2(3.0, 0.0), vec2(-1.0, 0.0))
        };
        curve(start, end, back * (0.4 * (end - start).dot(back)).max(0.0))
    };
    [0.8, 0.2].map(way).to_vec()
}

/// Where an arrow can run past the other boxes: close to their edges, and at those of the room.
fn levels(plan: &Plan, link: &LinkView, edges: [f32; 2]) -> Vec<f32> {
    let others = plan.boxes.iter().enumerate().filter(|(k, _)| *k != link.from && *k != link.to);
    let near = others.flat_map(|(_, place)| {
        // beyond the loop of a population and its text
        let sides = if plan.upright { [place.left() - 12.0, place.right() + 12.0] } else { [place.top() - 34.0, place.bottom() + 12.0] };
        sides.into_iter().chain((!plan.upright).then_some(place.top() - 12.0))
    });
    let [low, high] = if edges[0] < edges[1] { edges } else { [edges[1], edges[0]] };
    near.filter(|level| (low..=high).contains(level)).chain(edges).collect()
}

/// The route that bends once, at `level` beside the boxes between its ends.
fn around(plan: &Plan, (start, end, way): (Pos2, Pos2, Vec2), to: Rect, level: f32) -> Vec<Pos2> {
    let middle = start + 0.5 * (end - start);
    let middle = if plan.upright { pos2(level, middle.y) } else { pos2(middle.x, level) };
    let out = way * 0.25;
    // between boxes in rows, to the side of the target; between columns, to its left
    let (end, arrives) = if plan.upright && middle.x > to.right() {
        (pos2(to.right() + 3.0, to.top() + 0.15 * to.height()), vec2(-out.length(), 0.0))
    } else if plan.upright && middle.x < to.left() {
        (pos2(to.left() - 3.0, to.top() + 0.15 * to.height()), vec2(out.length(), 0.0))
    } else {
        (end, out)
    };
    let mut points = bezier(start, start + out, middle - out, middle);
    points.extend(bezier(middle, middle + out, end - arrives, end).into_iter().skip(1));
    points
}

/// The route between columns that is level at `y` above or below all boxes between its ends, however wide they are.
fn past(plan: &Plan, (start, end): (Pos2, Pos2), y: f32) -> Vec<Pos2> {
    let between = plan.boxes.iter().filter(|place| place.left() > start.x && place.right() < end.x);
    let (left, right) = between.fold((end.x, start.x), |(left, right), place| (left.min(place.left()), right.max(place.right())));
    let (enter, leave) = (pos2(left - 4.0, y), pos2(right + 4.0, y));
    let bend = |from: Pos2, to: Pos2| curve(from, to, vec2(0.5 * (to.x - from.x), 0.0));
    [bend(start, enter), bend(enter, leave), bend(leave, end)].concat()
}

/// The route of an arrow against the direction of the others: below the boxes, or to the left of them; above or to the right of them
/// with a negative bulge.
fn back(from: Rect, to: Rect, upright: bool, bulge: f32) -> Vec<Pos2> {
    let first = bulge > 0.0;
    let (start, end, out) = match (upright, first) {
        (true, true) => (from.left_center(), to.left_center() - vec2(3.0, 0.0), vec2(-1.0, 0.0)),
        (true, false) => (from.right_center(), to.right_center() + vec2(3.0, 0.0), vec2(1.0, 0.0)),
        (false, true) => (from.center_bottom(), to.center_bottom() + vec2(0.0, 3.0), vec2(0.0, 1.0)),
        (false, false) => (from.center_top(), to.center_top() - vec2(0.0, 3.0), vec2(0.0, -1.0)),
    };
    let mut points = curve(start, end, vec2(0.0, 0.0));
    let last = points.len() as f32 - 1.0;
    points.iter_mut().zip(0..).for_each(|(point, k)| {
        let t = k as f32 / last;
        *point += out * bulge.abs() * (4.0 * t * (1.0 - t));
    });
    points
}

/// The direct route between two boxes above each other, or beside each other in a vertical layout; one for each direction.
fn beside(from: Rect, to: Rect, upright: bool) -> Option<Vec<Pos2>> {
    let shift = |place: Rect, share: f32| if upright { vec2(0.0, share * place.height()) } else { vec2(share * place.width(), 0.0) };
    let (start, end, share) = match upright {
        false if to.top() > from.bottom() => (from.center_bottom(), to.center_top() - vec2(0.0, 3.0), -0.2),
        false if to.bottom() < from.top() => (from.center_top(), to.center_bottom() + vec2(0.0, 3.0), 0.2),
        true if to.left() > from.right() => (from.right_center(), to.left_center() - vec2(3.0, 0.0), -0.2),
        true if to.right() < from.left() => (from.left_center(), to.right_center() + vec2(3.0, 0.0), 0.2),
        _ => return None,
    };
    let (start, end) = (start + shift(from, share), end + shift(to, share));
    let way = 0.4 * (end - start);
    Some(curve(start, end, if upright { vec2(way.x, 0.0) } else { vec2(0.0, way.y) }))
}

/// Draw one projection.
pub(crate) fn arrow(painter: &Painter, points: &[Pos2], upright: bool, link: &LinkView, palette: &Palette) {
    let color = if link.inhibits {
        palette.bad.gamma_multiply(0.8)
    } else if link.rule.is_some() {
        palette.text.gamma_multiply(0.75)
    } else {
        palette.faint
    };
    let width = if link.rule.is_some() { 2.0 } else { 1.2 };
    painter.add(Shape::line(points.to_vec(), Stroke::new(width, color)));
    let Some(&end) = points.last() else { return };
    let Some(&before) = points.get(points.len().saturating_sub(3)) else { return };
    let straight = if upright { vec2(0.0, 1.0) } else { vec2(1.0, 0.0) };
    let axis = if (end - before).dot(straight) > 0.5 * (end - before).length() { straight } else { (end - before).normalized() };
    let normal = axis.rot90();
    let tip = vec![end + axis * 3.0, end - axis * 5.0 + normal * 4.0, end - axis * 5.0 - normal * 4.0];
    painter.add(Shape::convex_polygon(tip, color, Stroke::NONE));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::model::Distribution;

    fn link(from: usize, to: usize) -> LinkView {
        LinkView {
            from,
            to,
            kind: "one-to-one".to_owned(),
            synapses: 1,
            weights: 1,
            rule: None,
            delay: Distribution::Constant(1.0),
            weight: None,
            pooling: None,
            modulated: false,
            inhibits: false,
        }
    }

    #[test]
    fn an_arrow_goes_around_a_wide_and_high_box_between_its_ends() {
        let room = Rect::from_min_size(pos2(0.0, 0.0), vec2(1080.0, 460.0));
        let place = |x: f32, y: f32, height: f32| Rect::from_center_size(pos2(x, y), vec2(250.0, height));
        // two sources, one part that fills its column, and the target of the second source behind it
        let boxes = vec![place(180.0, 134.0, 183.0), place(180.0, 351.0, 183.0), place(540.0, 243.0, 426.0), place(900.0, 243.0, 426.0)];
        let plan = Plan { boxes, upright: false };
        for from in [0, 1] {
            let points = route(&plan, room, &link(from, 3), &[]);
            let dense = points.windows(2).flat_map(|ends| (0..=20).map(|k| ends[0].lerp(ends[1], k as f32 / 20.0)));
            assert!(dense.clone().all(|point| room.contains(point) && !plan.boxes[2].contains(point)), "{from}: {points:?}");
            assert!(points[0] == plan.boxes[from].right_center() && points.last().unwrap().x < plan.boxes[3].left());
        }
        let straight = route(&plan, room, &link(0, 2), &[]);
        assert!(straight.iter().all(|point| point.y >= plan.boxes[0].center().y - 1.0), "no detour where none is needed");
    }

    #[test]
    fn an_arrow_against_the_direction_of_the_others_crosses_neither_its_own_box_nor_a_loop_with_its_text() {
        let room = Rect::from_min_size(pos2(0.0, 0.0), vec2(640.0, 480.0));
        let size = vec2(168.0, 76.0);
        for (first, second) in
            [(vec2(120.0, 240.0), vec2(480.0, 240.0)), (vec2(120.0, 380.0), vec2(480.0, 110.0)), (vec2(320.0, 110.0), vec2(320.0, 380.0))]
        {
            let boxes = [first, second].map(|center| Rect::from_center_size(center.to_pos2(), size)).to_vec();
            let loops: Vec<Rect> = boxes
                .iter()
                .map(|place| Rect::from_min_max(place.min - vec2(10.0, 44.0), pos2(place.right() + 10.0, place.top())))
                .collect();
            let plan = Plan { boxes, upright: false };
            for (from, to) in [(0, 1), (1, 0)] {
                let points = route(&plan, room, &link(from, to), &loops);
                let mut dense = points.windows(2).flat_map(|ends| (0..20).map(|k| ends[0].lerp(ends[1], f32::from(k as u8) / 20.0)));
                let wrong = dense.find(|point| {
                    plan.boxes.iter().any(|place| place.shrink(2.0).contains(*point))
                        || loops.iter().any(|place| place.shrink(2.0).contains(*point))
                });
                assert!(wrong.is_none(), "{from} to {to} of {first} and {second} at {wrong:?}");
            }
        }
    }
}
