//! Positions of the boxes of a network: columns from left to right, each part after its sources; rows from top to bottom if the
//! tile is too narrow for columns. Boxes are as large as the tile allows.

use super::mutual;
use crate::session::NetworkView;
use egui::{Rect, Vec2, pos2, vec2};

/// Minimum width of a column, in points: a box and the text of an arrow.
const COLUMN: f32 = 176.0;
/// Width of a column, in points, from which boxes beside each other are large also in a tall tile; tall is a tile of this height for its width.
const ROOMY: f32 = 260.0;
const TALL: f32 = 0.8;
/// Minimum height of a population of a chain with an arrow and one line of text beside it, in points.
const LINK: f32 = 44.0;
/// Minimum room of a part of a stack in a tall tile, in points.
const LANE: f32 = 170.0;
const SLOT: f32 = 110.0;
/// Maximum size of a box of the Network view, in points: name, parameters and a hundred receptive fields.
pub(crate) const BOX: Vec2 = vec2(360.0, 460.0);
/// Room for an arrow with its text, in points.
const ARROW: f32 = 108.0;

/// Rectangles of the boxes, and the direction of the arrows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    /// One rectangle per part, in the order of the parts.
    pub boxes: Vec<Rect>,
    /// Whether the network is laid out from top to bottom.
    pub upright: bool,
}

/// Length of the longest chain of projections that leads to each part.
fn depths(network: &NetworkView) -> Vec<usize> {
    let mut depths = vec![0_usize; network.parts.len()];
    // sources come before their targets in the list, so one pass is enough
    for to in 0..depths.len() {
        let before = network.links.iter().filter(|link| link.to == to && link.from < to).map(|link| depths[link.from] + 1);
        depths[to] = before.max().unwrap_or(0);
    }
    depths
}

/// Networks with fewer parts fit every tile.
const MANY: usize = 4;
/// Room of a part in which it and the text of its arrow can be read, in points: from left to right, and from top to bottom.
const ROW: Vec2 = vec2(140.0, 72.0);
const STACK: Vec2 = vec2(110.0, 90.0);

/// The size of a drawing that can be read: that of the tile if it is large enough, otherwise a larger one, to be scrolled.
pub(super) fn legible(network: &NetworkView, tile: Vec2) -> Vec2 {
    // those that learn from images have few columns, and pictures that shrink with the tile
    if network.parts.len() < MANY || !is_described(network) {
        return tile;
    }
    let depths = depths(network);
    let columns = depths.iter().copied().max().unwrap_or(0) + 1;
    let beside = (0..columns).map(|depth| depths.iter().filter(|other| **other == depth).count()).max().unwrap_or(1);
    let (columns, beside) = (columns as f32, beside as f32);
    // a tall drawing is laid out from top to bottom unless it has this width
    let wide = if tile.y > 0.5 * ROW.x * columns { COLUMN } else { ROW.x };
    let row = tile.max(vec2(wide * columns, 26.0 + ROW.y * beside));
    // boxes that are a little lower are better than a drawing that must be scrolled
    let high = STACK.y * columns;
    let stack = tile.max(vec2(STACK.x * beside, if tile.y >= 0.8 * high { tile.y } else { high }));
    // a stack of many parts beside each other is so wide that it would be laid out as a row
    if stack.x * stack.y < row.x * row.y && is_upright(network, &depths, stack) { stack } else { row }
}

/// Whether its projections have values to state: whether it runs freely.
fn is_described(network: &NetworkView) -> bool {
    network.links.iter().any(|link| link.weight.is_some())
}

/// Whether parts of these depths are laid out from top to bottom in a room of this size.
fn is_upright(network: &NetworkView, depths: &[usize], room: Vec2) -> bool {
    let columns = depths.iter().copied().max().unwrap_or(0) + 1;
    let widest = (0..columns).map(|depth| depths.iter().filter(|other| **other == depth).count()).max().unwrap_or(1) as f32;
    let columns = columns as f32;
    // the texts of a short chain from top to bottom stand beside its arrows, where there is room also in a low tile
    let few = network.parts.len() < MANY && is_described(network);
    let chain = few && widest <= 1.0 && room.y >= LINK * columns;
    let narrow = room.x < COLUMN * columns && (room.y > room.x * 0.5 || chain);
    // in a tall tile the boxes of a stack are larger; those of networks that learn from images have pictures, and need a row
    let tall = is_described(network) && room.y > TALL * room.x && room.x < ROOMY * columns;
    narrow || (tall && room.x >= LANE * widest && room.y >= SLOT * columns)
}

/// Place all parts inside `room`, in boxes of at most the size `largest`. Returns the room that is left for arrows as well.
pub(crate) fn arrange(network: &NetworkView, mut room: Rect, largest: Vec2) -> (Plan, Rect) {
    let mut plan = place(network, room, largest);
    if network.links.iter().any(|link| link.from > link.to && !(plan.upright && mutual::is_mutual(&network.links, link))) {
        // for arrows that lead back: beside the boxes or below them
        room.min.x += 24.0;
        room.max.y -= if plan.upright { 0.0 } else { 30.0 };
        plan = place(network, room, largest);
    }
    if plan.upright && network.links.iter().any(|link| link.from == link.to && link.weight.is_some()) {
        // for the texts of loops, at the right of their boxes
        room.max.x -= (0.18 * room.width()).min(64.0);
        plan = place(network, room, largest);
    }
    (plan, room)
}

/// Place all parts inside `room`.
fn place(network: &NetworkView, room: Rect, largest: Vec2) -> Plan {
    let depths = depths(network);
    let columns = depths.iter().copied().max().unwrap_or(0) + 1;
    let upright = is_upright(network, &depths, room.size());
    // room for the inhibition above the upper boxes
    let head = if upright || room.height() < 90.0 { 0.0 } else { 26.0 };
    let room = Rect::from_min_max(room.min + vec2(0.0, head), room.max);
    let (along, across) = if upright { (room.height(), room.width()) } else { (room.width(), room.height()) };
    // more room for the texts of two arrows beside each other
    let share = if network.links.iter().any(|link| mutual::is_mutual(&network.links, link)) { 0.48 } else { 0.62 };
    let boxes = depths
        .iter()
        .enumerate()
        .map(|(part, &depth)| {
            let beside: Vec<usize> = (0..depths.len()).filter(|&other| depths[other] == depth).collect();
            let rank = beside.iter().position(|&other| other == part).unwrap_or(0);
            let (slot, lane) = (along / columns as f32, across / beside.len() as f32);
            let (a, b) = ((depth as f32 + 0.5) * slot, (rank as f32 + 0.5) * lane);
            let (center, free) = if upright { (vec2(b, a), vec2(lane, slot)) } else { (vec2(a, b), vec2(slot, lane)) };
            // half an arrow on each side of a box
            let most = if upright {
                vec2((free.x - 10.0).min(220.0), free.y * share)
            } else {
                vec2(
                    (free.x - ARROW).max(free.x * if free.x < 130.0 { 0.7 } else { 0.5 }),
                    free.y - if beside.len() > 1 { 34.0 } else { 8.0 },
                )
            };
            let size = largest.min(most).max(vec2(8.0, 8.0));
            let center = room.min + center;
            Rect::from_center_size(pos2(center.x, center.y), size)
        })
        .collect();
    Plan { boxes, upright }
}

#[cfg(all(test, feature = "ui-tests"))]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;

    /// Twelve populations, each with projections to all later ones or to two of them.
    #[test]
    fn many_parts_have_boxes_that_can_be_read_in_every_tile() {
        let base = fixture::free().network;
        for (n, reach) in [(4, 3), (8, 7), (12, 2), (12, 11)] {
            let part = |k: usize| crate::session::PartView { name: format!("P{k}"), ..base.parts[k % 3].clone() };
            let links = (0..n).flat_map(|from| (from + 1..n.min(from + 1 + reach)).map(move |to| (from, to)));
            let links = links.map(|(from, to)| crate::session::LinkView { from, to, ..base.links[1].clone() }).collect();
            let network = NetworkView { parts: (0..n).map(part).collect(), links };
            for tile in [vec2(260.0, 120.0), vec2(330.0, 260.0), vec2(480.0, 200.0), vec2(240.0, 600.0), vec2(1400.0, 800.0)] {
                let size = legible(&network, tile);
                assert!(size.x >= tile.x && size.y >= tile.y);
                let Plan { boxes, .. } = place(&network, Rect::from_min_size(pos2(0.0, 0.0), size), BOX);
                assert!(boxes.iter().all(|one| one.width() >= 64.0 && one.height() >= 34.0), "{n} {reach} {tile:?} {size:?}: {boxes:?}");
            }
            assert_eq!(legible(&network, vec2(3000.0, 2000.0)), vec2(3000.0, 2000.0));
        }
        assert_eq!(legible(&base, vec2(200.0, 100.0)), vec2(200.0, 100.0));
    }

    #[test]
    fn boxes_do_not_overlap_and_arrows_have_one_direction() {
        for snapshot in [fixture::classification(), fixture::features(), fixture::first_neuron(), fixture::pairing()] {
            for size in [vec2(280.0, 180.0), vec2(280.0, 500.0), vec2(600.0, 240.0), vec2(1900.0, 300.0), vec2(900.0, 900.0)] {
                let room = Rect::from_min_size(pos2(10.0, 20.0), size);
                let Plan { boxes, upright } = place(&snapshot.network, room, BOX);
                for (k, a) in boxes.iter().enumerate() {
                    assert!(room.contains_rect(*a), "{a:?} in {size:?}");
                    assert!(boxes[..k].iter().all(|b| !b.intersects(*a)), "{size:?}: {boxes:?}");
                }
                for link in snapshot.network.links.iter().filter(|link| link.from != link.to) {
                    let (from, to) = (boxes[link.from], boxes[link.to]);
                    assert!(if upright { from.bottom() < to.top() } else { from.right() < to.left() }, "{link:?} in {size:?}");
                }
            }
        }
    }
}
