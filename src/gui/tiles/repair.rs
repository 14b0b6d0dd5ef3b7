//! Checks of a layout loaded from disk: a damaged or edited file must not prevent a start. Invalid sizes are equalised; an
//! invalid tree, or one with unknown views, is replaced by the default layout.

use egui_tiles::{Container, Tile, TileId, Tiles, Tree};
use std::collections::BTreeSet;

/// Maximum number of tiles in a layout: every view once, and the containers around them.
const MOST_TILES: usize = 200;
/// Maximum nesting depth of containers.
const DEEPEST: usize = 24;
/// Maximum share of a tile; shares are lengths in points.
const LARGEST: f32 = 100_000.0;

/// The layout with valid sizes, or `None` if it cannot be used.
pub(super) fn repaired(tree: Tree<String>, id: egui::Id, known: &dyn Fn(&str) -> bool) -> Option<Tree<String>> {
    let root = tree.root?;
    let mut tiles = tree.tiles;
    let (mut seen, mut views) = (BTreeSet::new(), BTreeSet::new());
    if tiles.len() > MOST_TILES || !is_whole(&tiles, root, known, (&mut seen, &mut views), 0) {
        return None;
    }
    for tile in tiles.tiles_mut() {
        let Tile::Container(container) = tile else { continue };
        let children = container.children_vec();
        match container {
            Container::Linear(linear) if !children.iter().all(|&child| is_sane(linear.shares[child])) => {
                children.into_iter().for_each(|child| linear.shares.set_share(child, 1.0));
            }
            Container::Grid(grid) => {
                for shares in [&mut grid.col_shares, &mut grid.row_shares] {
                    if shares.len() > MOST_TILES || !shares.iter().all(|&share| is_sane(share)) {
                        shares.clear();
                    }
                }
            }
            Container::Linear(_) | Container::Tabs(_) => {}
        }
    }
    // the stored size of the tree is dropped, because it depends on the window
    Some(Tree::new(id, root, tiles))
}

fn is_sane(share: f32) -> bool {
    share > 0.0 && share <= LARGEST
}

/// Whether every tile below this one exists exactly once, and every view is known.
fn is_whole(
    tiles: &Tiles<String>,
    tile: TileId,
    known: &dyn Fn(&str) -> bool,
    (seen, views): (&mut BTreeSet<u64>, &mut BTreeSet<String>),
    depth: usize,
) -> bool {
    if depth > DEEPEST || !seen.insert(tile.0) {
        return false;
    }
    match tiles.get(tile) {
        None => false,
        Some(Tile::Pane(view)) => known(view) && views.insert(view.clone()),
        Some(Tile::Container(container)) => {
            container.children_vec().into_iter().all(|child| is_whole(tiles, child, known, (&mut *seen, &mut *views), depth + 1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(view: &str) -> bool {
        ["raster", "now", "reward"].contains(&view)
    }

    fn repair(views: &[&str], shares: &[f32]) -> Option<Vec<f32>> {
        let mut tiles = Tiles::default();
        let children: Vec<TileId> = views.iter().map(|view| tiles.insert_pane((*view).to_owned())).collect();
        let mut linear = egui_tiles::Linear::new(egui_tiles::LinearDir::Horizontal, children.clone());
        children.iter().zip(shares).for_each(|(&child, &share)| linear.shares.set_share(child, share));
        let root = tiles.insert_container(linear);
        let tree = repaired(Tree::new(egui::Id::unique("test"), root, tiles), egui::Id::unique("tiles"), &known)?;
        let Some(Tile::Container(Container::Linear(linear))) = tree.tiles.get(root) else { panic!("it was a row") };
        Some(children.iter().map(|&child| linear.shares[child]).collect())
    }

    #[test]
    fn invalid_sizes_are_equalised_and_invalid_layouts_rejected() {
        assert_eq!(repair(&["raster", "now"], &[2.0, 300.0]), Some(vec![2.0, 300.0]));
        for absurd in [f32::NAN, f32::INFINITY, -4.0, 0.0, 1e30] {
            assert_eq!(repair(&["raster", "now"], &[2.0, absurd]), Some(vec![1.0, 1.0]), "{absurd}");
        }
        assert_eq!(repair(&["raster", "raster"], &[1.0, 1.0]), None, "a view twice");
        assert_eq!(repair(&["raster", "no such view"], &[1.0, 1.0]), None);
        assert_eq!(repair(&vec!["raster"; 5000], &[]), None, "thousands of tiles");
    }

    #[test]
    fn cyclic_layouts_are_rejected() {
        let mut tiles = Tiles::default();
        let pane = tiles.insert_pane("raster".to_owned());
        let inner = tiles.insert_horizontal_tile(vec![pane]);
        let outer = tiles.insert_vertical_tile(vec![inner]);
        if let Some(Tile::Container(container)) = tiles.get_mut(inner) {
            container.add_child(outer);
        }
        assert!(repaired(Tree::new(egui::Id::unique("test"), outer, tiles), egui::Id::unique("tiles"), &known).is_none());
    }
}
