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

/// The route of an arrow: straight, or around the boxes between its ends.
pub(crate) fn route(plan: &Plan, room: Rect, link: &LinkView) -> Vec<Pos2> {
    let (from, to) = (plan.boxes[link.from], plan.boxes[link.to]);
    let (start, end, axis) = if plan.upright {
        (from.center_bottom(), to.center_top() - vec2(0.0, 3.0), vec2(0.0, 1.0))
    } else {
        (from.right_center(), to.left_center() - vec2(3.0, 0.0), vec2(1.0, 0.0))
    };
    let way = (end - start).dot(axis);
    if way < 0.0 {
        return back(from, to, plan.upright);
    }
    let around = |middle: Pos2| {
        // between boxes in rows, to the side of the target; between columns, to its left
        let (end, arrives) = if plan.upright && middle.x > to.right() {
            (pos2(to.right() + 3.0, to.top() + 0.15 * to.height()), vec2(-1.0, 0.0))
        } else if plan.upright && middle.x < to.left() {
            (pos2(to.left() - 3.0, to.top() + 0.15 * to.height()), vec2(1.0, 0.0))
        } else {
            (end, axis)
        };
        let mut points = bezier(start, start + axis * (way * 0.25), middle - axis * (way * 0.25), middle);
        points.extend(bezier(middle, middle + axis * (way * 0.25), end - arrives * (way * 0.25), end).into_iter().skip(1));
        points
    };
    let middle = start + 0.5 * (end - start);
    let (one, other) = if plan.upright {
        (pos2(room.right() - 5.0, middle.y), pos2(room.left() + 5.0, middle.y))
    } else {
        (pos2(middle.x, room.top() + 6.0), pos2(middle.x, room.bottom() - 6.0))
    };
    // try the nearer side first
    let sides = if start.distance(one) <= start.distance(other) { [one, other] } else { [other, one] };
    let free = |points: &Vec<Pos2>| {
        let crossed = |place: &Rect| points.iter().any(|point| place.expand(3.0).contains(*point));
        !plan.boxes.iter().enumerate().any(|(k, place)| k != link.from && k != link.to && crossed(place))
    };
    let straight = curve(start, end, axis * (way * 0.45));
    let mut ways = vec![straight.clone()];
    ways.extend(sides.map(around));
    if !plan.upright {
        ways.extend(sides.map(|side| past(plan, (start, end), side.y)));
    }
    ways.into_iter().find(free).unwrap_or(straight)
}

/// The route between columns that is level at `y` above or below all boxes between its ends, however wide they are.
fn past(plan: &Plan, (start, end): (Pos2, Pos2), y: f32) -> Vec<Pos2> {
    let between = plan.boxes.iter().filter(|place| place.left() > start.x && place.right() < end.x);
    let (left, right) = between.fold((end.x, start.x), |(left, right), place| (left.min(place.left()), right.max(place.right())));
    let (enter, leave) = (pos2(left - 4.0, y), pos2(right + 4.0, y));
    let bend = |from: Pos2, to: Pos2| curve(from, to, vec2(0.5 * (to.x - from.x), 0.0));
    [bend(start, enter), bend(enter, leave), bend(leave, end)].concat()
}

/// The route of an arrow against the direction of the others: below the boxes, or to the left of them.
fn back(from: Rect, to: Rect, upright: bool) -> Vec<Pos2> {
    let out = if upright { vec2(-1.0, 0.0) } else { vec2(0.0, 1.0) };
    let (start, end) = if upright {
        (from.left_center(), to.left_center() - vec2(3.0, 0.0))
    } else {
        (from.center_bottom(), to.center_bottom() + vec2(0.0, 3.0))
    };
    let bulge = out * 34.0;
    let mut points = curve(start, end, vec2(0.0, 0.0));
    let last = points.len() as f32 - 1.0;
    points.iter_mut().zip(0..).for_each(|(point, k)| {
        let t = k as f32 / last;
        *point += bulge * (4.0 * t * (1.0 - t));
    });
    points
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
            let points = route(&plan, room, &link(from, 3));
            let dense = points.windows(2).flat_map(|ends| (0..=20).map(|k| ends[0].lerp(ends[1], k as f32 / 20.0)));
            assert!(dense.clone().all(|point| room.contains(point) && !plan.boxes[2].contains(point)), "{from}: {points:?}");
            assert!(points[0] == plan.boxes[from].right_center() && points.last().unwrap().x < plan.boxes[3].left());
        }
        let straight = route(&plan, room, &link(0, 2));
        assert!(straight.iter().all(|point| point.y >= plan.boxes[0].center().y - 1.0), "no detour where none is needed");
    }
}
