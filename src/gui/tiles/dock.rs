//! The tiles: which views are open and where. Tiles can be dragged, tabbed, resized, closed and enlarged. A layout that the user
//! changed is kept; others adapt to the size of the window.

use crate::gui::action::Action;
use crate::gui::panel::{ChosenTable, Context, Panel};
use crate::gui::state::{LAYOUT_VERSION, UiState};
pub(crate) use crate::gui::tiles::layouts::LayoutKind;
use crate::gui::tiles::layouts::{self, Family, Room};
use crate::gui::tiles::repair::repaired;
use crate::gui::tiles::tabs::TabStyle;
use crate::gui::tiles::tile::Tiling;
use crate::session::{Aspect, Aspects, Watch};
use egui::{Rect, Ui, Vec2, vec2};
use egui_tiles::{Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

/// The tiles of the window.
pub(crate) struct Dock {
    panels: Vec<Box<dyn Panel>>,
    tree: Tree<String>,
    layout: LayoutKind,
    /// The family of the tiles; none before the first frame.
    family: Option<Family>,
    /// What the network had to show in the last frame.
    aspects: Aspects,
    room: Option<Room>,
    /// Whether the user changed the layout; if so, it is kept.
    arranged: bool,
    enlarged: Option<String>,
    pending: Option<Pending>,
    /// The tiles that are restored after the network was edited.
    kept: Option<Kept>,
    /// The tiles beside the editor as the user changed them, while none is open.
    beside: Option<Tree<String>>,
    /// Where each view was last painted.
    areas: Vec<(String, Rect)>,
}

/// The tiles while the editor of networks has others.
struct Kept {
    tree: Tree<String>,
    arranged: bool,
    family: Option<Family>,
}

/// The view with the editor of networks.
const EDITOR: &str = "graph";

enum Pending {
    Rebuild,
    Open(&'static str),
    Close(TileId),
}

/// The part that is saved between starts.
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedDock {
    version: u32,
    layout: LayoutKind,
    /// The name of this field is that of version 0.1.
    #[serde(rename = "protocol")]
    family: Family,
    /// The tiles, only if the user changed the layout.
    tree: Option<Tree<String>>,
}

/// Whether a view has content for a network with these facts.
fn can_show(panel: &dyn Panel, aspects: Aspects) -> bool {
    aspects.first_absent(panel.needs()).is_none()
}

fn tree_id() -> egui::Id {
    egui::Id::unique("tiles")
}

impl Dock {
    /// The saved tiles, or the default ones.
    pub(crate) fn new(panels: Vec<Box<dyn Panel>>, saved: Option<SavedDock>) -> Self {
        let mut dock = Self {
            panels,
            tree: Tree::empty(tree_id()),
            layout: LayoutKind::default(),
            family: None,
            aspects: Aspects::default(),
            room: None,
            arranged: false,
            enlarged: None,
            pending: Some(Pending::Rebuild),
            kept: None,
            beside: None,
            areas: Vec::new(),
        };
        if let Some(saved) = saved.filter(|saved| saved.version == LAYOUT_VERSION) {
            dock.layout = saved.layout;
            let known = |id: &str| dock.panels.iter().any(|panel| panel.id() == id);
            if let Some(tree) = saved.tree.and_then(|tree| repaired(tree, tree_id(), &known)) {
                dock.family = Some(saved.family);
                dock.tree = tree;
                dock.arranged = true;
                dock.pending = None;
            }
        }
        dock
    }

    /// The state to save for the next start.
    pub(crate) fn save(&self) -> SavedDock {
        let (tree, arranged, family) =
            self.kept.as_ref().map_or((&self.tree, self.arranged, self.family), |kept| (&kept.tree, kept.arranged, kept.family));
        SavedDock {
            version: LAYOUT_VERSION,
            layout: self.layout,
            family: family.unwrap_or(Family::Images),
            tree: arranged.then(|| tree.clone()),
        }
    }

    /// Arrange the tiles for the editor of networks: its view large, the activity beside it; or as they were left there.
    pub(crate) fn lend(&mut self) {
        if self.kept.is_none() {
            let tree = std::mem::replace(&mut self.tree, Tree::empty(tree_id()));
            self.kept = Some(Kept { tree, arranged: self.arranged, family: self.family });
        }
        self.reset();
        if let Some(tree) = self.beside.take() {
            (self.tree, self.arranged, self.pending) = (tree, true, None);
            self.reveal(EDITOR);
        }
    }

    /// Restore the tiles from before the network was edited; those of another kind of network get their default.
    pub(crate) fn give_back(&mut self) {
        let Some(Kept { tree, arranged, family }) = self.kept.take() else { return };
        let beside = std::mem::replace(&mut self.tree, Tree::empty(tree_id()));
        self.beside = self.arranged.then_some(beside);
        self.reset();
        if arranged && family == self.family {
            (self.tree, self.arranged, self.pending) = (tree, true, None);
        }
    }

    /// The layout chosen last.
    pub(crate) fn layout(&self) -> LayoutKind {
        self.layout
    }

    /// Choose a layout.
    pub(crate) fn set_layout(&mut self, layout: LayoutKind) {
        self.layout = layout;
        // the editor stays; after it this arrangement takes the place of the one from before
        self.kept.iter_mut().for_each(|kept| kept.arranged = false);
        self.reset();
    }

    /// Restore the chosen layout to its default.
    pub(crate) fn reset(&mut self) {
        self.arranged = false;
        self.enlarged = None;
        self.pending = Some(Pending::Rebuild);
    }

    /// Ids and titles of the views that a network with these facts can fill.
    pub(crate) fn titles(&self, aspects: Aspects) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.panels.iter().filter(move |panel| can_show(&***panel, aspects)).map(|panel| (panel.id(), panel.title()))
    }

    /// Whether a view has a tile.
    pub(crate) fn is_open(&self, id: &str) -> bool {
        self.tile_of(id).is_some()
    }

    fn tile_of(&self, id: &str) -> Option<TileId> {
        self.tree.tiles.iter().find_map(|(tile, content)| matches!(content, Tile::Pane(pane) if pane == id).then_some(*tile))
    }

    /// Open or close a view.
    pub(crate) fn toggle(&mut self, id: &'static str) {
        self.arranged = true;
        self.pending = Some(self.tile_of(id).map_or(Pending::Open(id), Pending::Close));
    }

    /// Bring a view to the front, opening it if it is closed.
    pub(crate) fn reveal(&mut self, id: &'static str) {
        self.enlarged = None;
        match self.tile_of(id) {
            Some(tile) => {
                self.tree.make_active(|other, _| other == tile);
            }
            None => self.toggle(id),
        }
    }

    /// Bring a view to the front in the room of all tiles.
    pub(crate) fn enlarge(&mut self, id: &'static str) {
        self.reveal(id);
        self.enlarged = Some(id.to_owned());
    }

    /// Whether a view has the room of all tiles.
    pub(crate) fn is_enlarged(&self, id: &str) -> bool {
        self.enlarged.as_deref() == Some(id)
    }

    /// The view that has the room of all tiles, if one has.
    pub(crate) fn enlarged(&self) -> Option<&'static str> {
        self.panels.iter().map(|panel| panel.id()).find(|id| self.is_enlarged(id))
    }

    /// Restore an enlarged tile to its normal size. Returns whether there was one.
    pub(crate) fn shrink(&mut self) -> bool {
        self.enlarged.take().is_some()
    }

    /// The data that the visible views need from the simulation.
    pub(crate) fn watch(&self, potentials: Vec<u32>, state: &UiState) -> Watch {
        let seen: Vec<&str> = match &self.enlarged {
            Some(id) => vec![id.as_str()],
            None => self
                .tree
                .active_tiles()
                .into_iter()
                .filter_map(|tile| match self.tree.tiles.get(tile) {
                    Some(Tile::Pane(id)) => Some(id.as_str()),
                    Some(Tile::Container(_)) | None => None,
                })
                .collect(),
        };
        let any = |ids: &[&str]| seen.iter().any(|id| ids.contains(id));
        let free = self.aspects.has(Aspect::Populations);
        let spans = [("raster", state.raster.images), ("membrane", state.membrane.images)];
        let history = spans.into_iter().filter(|(id, _)| any(&[id])).map(|(_, images)| images).max().unwrap_or(1);
        let mut potentials = potentials;
        if any(&["membrane"]) {
            let more: Vec<u32> = state.membrane.pinned.iter().copied().filter(|neuron| !potentials.contains(neuron)).collect();
            potentials.extend(more);
        }
        Watch {
            history,
            spikes: any(&[
                "raster",
                "now",
                "inspector",
                "membrane",
                "health",
                "hidden",
                "race",
                "graph",
                "way",
                "populations",
                "rates",
                "why_spike",
                "intervals",
                "runs",
            ]) || (free && any(&["reward"])),
            potentials,
            weights: any(if free { &["histogram"] } else { &["fields", "inspector", "histogram", "way", "graph"] }),
            hidden: any(&["hidden", "way", "graph"]) || (any(&["inspector"]) && state.selected_hidden.is_some()),
            learning: true,
            why: any(&["why"]).then(|| state.why()),
            why_spike: any(&["why_spike"]).then(|| state.why_spike()),
            characterised: any(&["characterise"]).then(|| state.characterise.population.clone()),
            inspected: any(&["inspector"]).then_some(state.selected_neuron),
            eligibility: any(&["eligibility", "inspector"]),
            digest: state.digest,
        }
    }

    /// The rectangle of a view in the last frame.
    pub(crate) fn area(&self, id: &str) -> Option<Rect> {
        self.areas.iter().find(|(other, _)| other == id).map(|(_, area)| *area)
    }

    /// The data of a view, or of the part chosen in its options.
    pub(crate) fn table(&self, id: &str, state: &UiState) -> Option<ChosenTable> {
        self.panels.iter().find(|panel| panel.id() == id).map(|panel| panel.chosen_table(state))
    }

    /// A view, to be painted elsewhere.
    pub(crate) fn panel_mut(&mut self, id: &str) -> Option<&mut dyn Panel> {
        Some(&mut **self.panels.iter_mut().find(|panel| panel.id() == id)?)
    }

    /// Draw all tiles. `strip` is the height in points that messages take for a while: it does not change the layout.
    pub(crate) fn ui(&mut self, ui: &mut Ui, cx: &mut Context, strip: f32, actions: &mut Vec<Action>) {
        let size = ui.available_size() + vec2(0.0, strip);
        self.follow(cx.snapshot.aspects, size);
        self.settle_pending(size);
        let Self { panels, tree, layout: _, family: _, aspects: _, room: _, arranged, enlarged, pending, kept: _, beside: _, areas } = self;
        let in_tabs = tabbed(&tree.tiles);
        let mut tiling = Tiling {
            panels,
            cx,
            in_tabs,
            edited: false,
            close: None,
            enlarge: None,
            alone: enlarged.is_some(),
            actions: Vec::new(),
            areas: Vec::new(),
            tabs: TabStyle::default(),
        };
        if let Some(id) = enlarged.clone() {
            tiling.alone(ui, &id);
        } else {
            tree.ui(&mut tiling, ui);
        }
        if tiling.edited {
            *arranged = true;
        }
        if let Some(id) = tiling.enlarge {
            *enlarged = if enlarged.is_some() { None } else { Some(id) };
        }
        *areas = tiling.areas;
        actions.append(&mut tiling.actions);
        if let Some(tile) = tiling.close {
            *arranged = true;
            *pending = Some(Pending::Close(tile));
            ui.ctx().request_repaint();
        }
    }

    /// The tab group that was largest in the last frame.
    fn roomiest_tabs(&self) -> Option<TileId> {
        let groups = self.tree.tiles.iter().filter(|(_, tile)| matches!(tile, Tile::Container(egui_tiles::Container::Tabs(_))));
        let rooms = groups.filter_map(|(id, _)| Some((*id, self.tree.tiles.rect(*id)?)));
        // ties are resolved by position, topmost then leftmost, so that the choice is deterministic
        let better = |(_, a): &(TileId, Rect), (_, b): &(TileId, Rect)| {
            a.area().total_cmp(&b.area()).then(b.top().total_cmp(&a.top())).then(b.left().total_cmp(&a.left()))
        };
        rooms.max_by(better).map(|(id, _)| id)
    }

    /// Switch to the default layout for the network and the window size. A layout that the user changed is kept within its
    /// family.
    fn follow(&mut self, aspects: Aspects, size: Vec2) {
        let (room, family) = (Room::of(size), Some(Family::of(aspects)));
        if family != self.family || (!self.arranged && (self.room != Some(room) || self.aspects != aspects)) {
            self.reset();
        }
        (self.room, self.family, self.aspects) = (Some(room), family, aspects);
    }

    fn settle_pending(&mut self, size: Vec2) {
        match self.pending.take() {
            None => {}
            Some(Pending::Rebuild) => {
                let mut tiles = Tiles::default();
                let exists = |id: &str| self.panels.iter().any(|panel| panel.id() == id && can_show(&**panel, self.aspects));
                let root = match self.kept {
                    Some(_) => layouts::editor(self.layout, size, &exists, &mut tiles),
                    None => layouts::build(self.layout, Family::of(self.aspects), size, &exists, &mut tiles),
                };
                self.tree = root.map_or_else(|| Tree::empty(tree_id()), |root| Tree::new(tree_id(), root, tiles));
            }
            Some(Pending::Close(tile)) => {
                self.tree.remove_recursively(tile);
            }
            Some(Pending::Open(id)) => {
                let tabs = self.roomiest_tabs();
                let tile = self.tree.tiles.insert_pane(id.to_owned());
                match (self.tree.root, tabs) {
                    (Some(_), Some(tabs)) => {
                        // as a tab, because a new row would make all tiles smaller
                        self.tree.move_tile_to_container(tile, tabs, usize::MAX, false);
                        self.tree.make_active(|other, _| other == tile);
                    }
                    (Some(root), None) if matches!(self.tree.tiles.get(root), Some(Tile::Pane(_))) => {
                        self.tree.root = Some(self.tree.tiles.insert_tab_tile(vec![root, tile]));
                        self.tree.make_active(|other, _| other == tile);
                    }
                    (Some(root), None) => {
                        self.tree.move_tile_to_container(tile, root, usize::MAX, false);
                        give_room(&mut self.tree.tiles, root, tile);
                    }
                    (None, _) => self.tree.root = Some(tile),
                }
            }
        }
    }
}

/// Tile sizes are in points: a new tile gets the mean of its neighbours instead of the 1 point it is created with.
fn give_room(tiles: &mut Tiles<String>, root: TileId, tile: TileId) {
    if let Some(Tile::Container(egui_tiles::Container::Linear(linear))) = tiles.get_mut(root) {
        let others: Vec<f32> = linear.children.iter().filter(|child| **child != tile).map(|child| linear.shares[*child]).collect();
        if !others.is_empty() {
            linear.shares.set_share(tile, others.iter().sum::<f32>() / others.len() as f32);
        }
    }
}

/// Tiles in tab groups, whose title is already on the tab.
fn tabbed(tiles: &Tiles<String>) -> Vec<TileId> {
    tiles
        .iter()
        .filter_map(|(_, tile)| match tile {
            Tile::Container(egui_tiles::Container::Tabs(tabs)) => Some(tabs.children.clone()),
            _ => None,
        })
        .flatten()
        .collect()
}
