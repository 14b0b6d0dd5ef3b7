//! The arrows of two populations that project to each other, one above or beside the other: two straight arrows side by side, each
//! with its text on the outer side, so that both are seen even in a small tile.

use crate::session::LinkView;
use egui::{Pos2, Rect, lerp, pos2};

/// Least distance of the boxes, and least width that they have in common, in points.
const LEAST: (f32, f32) = (12.0, 60.0);
/// The same for boxes beside each other, whose texts are as wide as the gap.
const LEAST_BESIDE: (f32, f32) = (90.0, 30.0);
/// Distance of an arrow from the middle of the boxes at most, and of two arrows in the same direction, in points.
const APART: (f32, f32) = (24.0, 10.0);

/// Whether there is also a projection in the other direction.
pub(super) fn is_mutual(links: &[LinkView], link: &LinkView) -> bool {
    link.from != link.to && links.iter().any(|other| (other.from, other.to) == (link.to, link.from))
}

/// The arrow of one of two such projections, and the side of its text: -1 at the left or above, 1 at the right or below.
pub(crate) fn straight(boxes: &[Rect], links: &[LinkView], link: &LinkView) -> Option<(Vec<Pos2>, f32)> {
    if !is_mutual(links, link) {
        return None;
    }
    let (from, to) = (boxes[link.from], boxes[link.to]);
    let upright = from.bottom() < to.top() || to.bottom() < from.top();
    // boxes beside each other are those above each other, with the axes exchanged
    let turned = |one: Rect| if upright { one } else { Rect::from_min_max(turn(one.min), turn(one.max)) };
    let (from, to) = (turned(from), turned(to));
    let forth = from.bottom() < to.top();
    let (upper, lower) = if forth { (from, to) } else { (to, from) };
    let (left, right) = (upper.left().max(lower.left()), upper.right().min(lower.right()));
    let between = Rect::from_min_max(pos2(left, upper.bottom()), pos2(right, lower.top()));
    let least = if upright { LEAST } else { LEAST_BESIDE };
    let hidden = || boxes.iter().any(|other| turned(*other).shrink(1.0).intersects(between));
    if between.height() < least.0 || between.width() < least.1 || hidden() {
        return None;
    }
    let same = links.iter().filter(|other| (other.from, other.to) == (link.from, link.to));
    let before = same.take_while(|other| !std::ptr::eq(*other, link)).count() as f32;
    let side = if forth { -1.0 } else { 1.0 };
    let x = between.center().x + side * ((0.12 * between.width()).min(APART.0) + before * APART.1);
    let (start, end) = if forth { (between.top(), between.bottom() - 3.0) } else { (between.bottom(), between.top() + 3.0) };
    let points = (0..=24).map(|k| pos2(x, lerp(start..=end, k as f32 / 24.0)));
    Some((if upright { points.collect() } else { points.map(turn).collect() }, side))
}

fn turn(point: Pos2) -> Pos2 {
    pos2(point.y, point.x)
}
