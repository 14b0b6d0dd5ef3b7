//! Where the populations of a network that is edited are drawn: each keeps its place while others are added, connected or removed.

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use std::collections::BTreeMap;

/// Least distance between two boxes: of columns, for an arrow and its text, and of rows, for a loop and its text.
const APART: Vec2 = vec2(96.0, 40.0);
/// Rows and columns of the finer grid for a population for which no cell is free.
const FINE: usize = 7;
/// The least size of a box.
const SMALLEST: Vec2 = vec2(60.0, 30.0);

/// The centres of the boxes by the names of their populations, as shares of the drawing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Places {
    centers: BTreeMap<String, Pos2>,
    /// Whether arrows run from top to bottom, and whether that was decided.
    pub upright: Option<bool>,
}

impl Places {
    /// Whether there is no place yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.centers.is_empty()
    }

    /// Take the places of a plan.
    pub(crate) fn adopt(&mut self, names: &[&str], boxes: &[Rect], room: Rect, upright: bool) {
        let share = |center: Pos2| pos2((center.x - room.left()) / room.width(), (center.y - room.top()) / room.height());
        self.centers = names.iter().zip(boxes).map(|(name, place)| ((*name).to_owned(), share(place.center()))).collect();
        self.upright = Some(upright);
    }

    /// A population has another name.
    pub(crate) fn rename(&mut self, old: &str, new: &str) {
        if let Some(center) = self.centers.get(old).copied() {
            // undo gives it the old name again
            self.centers.insert(new.to_owned(), center);
        }
    }

    /// The boxes of these populations inside `room`, of at most the size `largest`; those without a place get a free one.
    pub(crate) fn boxes(&mut self, names: &[&str], room: Rect, largest: Vec2) -> Vec<Rect> {
        for (index, name) in names.iter().enumerate() {
            let own = self.centers.get(*name);
            if own.is_none() || names[..index].iter().any(|other| self.centers.get(*other) == own) {
                self.centers.remove(*name);
                let center = self.free(&names[..index], names, room, largest);
                self.centers.insert((*name).to_owned(), center);
            }
        }
        let centers: Vec<Pos2> = names.iter().map(|name| at(self.centers[*name], room)).collect();
        let size = size(&centers, room, largest);
        let limits = room.shrink2(0.5 * size.min(room.size()));
        centers.into_iter().map(|center| Rect::from_center_size(center.clamp(limits.min, limits.max), size)).collect()
    }

    /// A place beside the others: of the cells of a grid, in reading order, the first that is free. The grid has as many rows as it needs.
    fn free(&self, before: &[&str], names: &[&str], room: Rect, largest: Vec2) -> Pos2 {
        let taken: Vec<Pos2> = names.iter().filter_map(|name| self.centers.get(*name)).map(|center| at(*center, room)).collect();
        let cell = largest + APART;
        let columns = ((room.width() / cell.x) as usize).clamp(1, 4);
        let least = ((room.height() / cell.y) as usize).clamp(1, 3).min(2);
        for rows in least..=before.len() + 3 {
            let step = vec2(1.0 / columns as f32, 1.0 / rows as f32);
            for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
                let center = pos2((column as f32 + 0.5) * step.x, (row as f32 + 0.5) * step.y);
                let own = at(center, room);
                let near = |other: &Pos2| {
                    (other.x - own.x).abs() < 0.8 * step.x * room.width() && (other.y - own.y).abs() < 0.8 * step.y * room.height()
                };
                if !taken.iter().any(near) {
                    return center;
                }
            }
        }
        // no cell is free, as beside a stack: where the nearest of the others is farthest away
        let apart = |share: &Pos2| {
            let far = |other: &Pos2| ((*other - at(*share, room)).abs() / cell).max_elem();
            taken.iter().map(far).fold(f32::INFINITY, f32::min)
        };
        // where a box of the largest size lies inside the room
        let margin = 0.5 * (largest / room.size()).min(vec2(1.0, 1.0));
        let share = |k: usize, margin: f32| margin + (1.0 - 2.0 * margin) * (k as f32 + 0.5) / FINE as f32;
        let fine = |k: usize| pos2(share(k % FINE, margin.x), share(k / FINE, margin.y));
        (0..FINE * FINE).map(fine).max_by(|one, other| apart(one).total_cmp(&apart(other))).unwrap_or(pos2(0.5, 0.5))
    }
}

fn at(share: Pos2, room: Rect) -> Pos2 {
    room.min + room.size() * share.to_vec2()
}

/// The largest size of boxes at these places that leaves room for arrows between them.
fn size(centers: &[Pos2], room: Rect, largest: Vec2) -> Vec2 {
    let fits = |size: Vec2, apart: Vec2| {
        centers.iter().enumerate().all(|(k, one)| {
            centers[..k].iter().all(|other| {
                let far = (*one - *other).abs();
                far.x >= size.x + apart.x || far.y >= size.y + apart.y
            })
        })
    };
    let most = largest.min(room.size() - vec2(8.0, 8.0)).max(vec2(8.0, 8.0));
    let shares = (0..=20).map(|k| 1.0 - 0.03 * k as f32);
    let sizes = [1.0_f32, 0.4].into_iter().flat_map(|apart| shares.clone().map(move |share| (share, apart)));
    let found =
        sizes.map(|(share, apart)| ((most * share).max(SMALLEST.min(most)), APART * apart)).find(|(size, apart)| fits(*size, *apart));
    found.map_or(SMALLEST.min(most), |(size, _)| size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_population_beside_a_stack_does_not_cover_it() {
        let (room, largest) = (Rect::from_min_size(pos2(0.0, 0.0), vec2(560.0, 600.0)), vec2(168.0, 76.0));
        let stack: Vec<Rect> = (0..3).map(|k| Rect::from_center_size(pos2(280.0, 100.0 + 200.0 * k as f32), largest)).collect();
        let mut places = Places::default();
        places.adopt(&["A", "B", "C"], &stack, room, true);
        let boxes = places.boxes(&["A", "B", "C", "D", "E"], room, largest);
        for (k, place) in boxes.iter().enumerate() {
            assert!(boxes[..k].iter().all(|other| !other.intersects(*place)) && place.width() >= SMALLEST.x, "{boxes:?}");
        }
    }

    #[test]
    fn populations_keep_their_places_and_new_ones_are_placed_beside_them() {
        let room = Rect::from_min_size(pos2(10.0, 20.0), vec2(700.0, 500.0));
        let mut places = Places::default();
        let mut names = vec!["A"];
        let mut before = places.boxes(&names, room, vec2(168.0, 76.0));
        for name in ["B", "C", "D", "E", "F", "G"] {
            names.push(name);
            let after = places.boxes(&names, room, vec2(168.0, 76.0));
            for (k, place) in after.iter().enumerate() {
                assert!(room.contains_rect(*place), "{name}: {place:?}");
                assert!(after[..k].iter().all(|other| !other.intersects(*place)), "{name}: {after:?}");
                assert!(before.get(k).is_none_or(|old| old.center().distance(place.center()) < 1.0), "{name} moved {k}");
            }
            before = after;
        }
        names.remove(2);
        places.rename("G", "H");
        names.pop();
        names.push("H");
        let after = places.boxes(&names, room, vec2(168.0, 76.0));
        assert!(after[2].center() == before[3].center() && after[5].center() == before[6].center());
    }
}
