//! The predefined layouts, each for a large and a small window. Lengths are in points of the available room, so that a strip
//! that needs 150 points gets them in every window.

use crate::session::{Aspect, Aspects};
use egui::Vec2;
use egui_tiles::{Container, Linear, LinearDir, Tile, TileId, Tiles};
use serde::{Deserialize, Serialize};

/// A predefined layout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum LayoutKind {
    /// For newcomers: image, spikes, receptive fields, accuracy.
    #[default]
    Learn,
    /// For long runs: accuracy, confusion, weights, reward.
    Train,
    /// For finding faults: potentials, raster, one neuron.
    Debug,
    /// For comparison: this run and others.
    Compare,
}

impl LayoutKind {
    /// All layouts, in menu order.
    pub(crate) const ALL: [Self; 4] = [Self::Learn, Self::Train, Self::Debug, Self::Compare];

    /// Its name.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Learn => "Learn",
            Self::Train => "Train",
            Self::Debug => "Debug",
            Self::Compare => "Compare",
        }
    }
}

/// Size class of the window. A layout that was not changed follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// Two columns, the rest in tabs.
    Small,
    /// Two columns and a third for details.
    Wide,
}

impl Room {
    /// The class of a tile area of this size.
    pub(crate) fn of(size: Vec2) -> Self {
        if size.x < 980.0 || size.y < 600.0 { Self::Small } else { Self::Wide }
    }
}

/// The group of layouts that suits a network. The names in files are those of version 0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Family {
    /// Images are classified by one layer.
    #[serde(rename = "Classification")]
    Images,
    /// Images are classified behind hidden layers.
    #[serde(rename = "Features", alias = "Deep")]
    Hidden,
    /// One neuron under a constant current.
    CurrentStep,
    /// Pairs of spikes at one synapse.
    #[serde(rename = "Pairing")]
    Pairs,
    /// Named populations.
    #[serde(rename = "Free")]
    Populations,
}

impl Family {
    /// The family for a network with these facts.
    pub(crate) fn of(aspects: Aspects) -> Self {
        let first = [
            (Aspect::CurrentStep, Self::CurrentStep),
            (Aspect::Pairs, Self::Pairs),
            (Aspect::Populations, Self::Populations),
            (Aspect::Hidden, Self::Hidden),
        ];
        first.into_iter().find(|&(aspect, _)| aspects.has(aspect)).map_or(Self::Images, |(_, family)| family)
    }
}

/// A part of a layout. Lengths along the direction of its parent are in points.
#[derive(Debug, Clone)]
enum Part {
    Tile(&'static str),
    Row(Vec<(f32, Part)>),
    Column(Vec<(f32, Part)>),
    Tabs(Vec<&'static str>),
}

use Part::{Column, Row, Tabs, Tile as One};

fn plan(kind: LayoutKind, family: Family, room: Room, size: Vec2) -> Part {
    let (w, h) = (size.x, size.y);
    match family {
        Family::CurrentStep => Column(vec![
            (0.56 * h, One("membrane")),
            (0.44 * h, Row(vec![(0.62 * w, One("fi_curve")), (0.38 * w, Tabs(vec!["health", "graph", "raster"]))])),
        ]),
        Family::Pairs => Column(vec![(h, One("stdp_window"))]),
        Family::Populations => free(kind, room, w, h),
        Family::Images => classification(kind, room, w, h),
        Family::Hidden => features(kind, room, w, h),
    }
}

/// Networks that run freely: spikes and rates by population, potentials, weights, the network.
fn free(kind: LayoutKind, room: Room, w: f32, h: f32) -> Part {
    let rest = vec!["membrane", "inspector", "why_spike", "rates", "intervals"];
    match (kind, room) {
        (LayoutKind::Debug, _) => Column(vec![
            (0.5 * h, Row(vec![(0.62 * w, Tabs(vec!["membrane", "why_spike"])), (0.38 * w, One("inspector"))])),
            (
                0.5 * h,
                Row(vec![
                    (0.5 * w, One("populations")),
                    (0.5 * w, Tabs(vec!["graph", "histogram", "weight_history", "reward", "rates", "intervals"])),
                ]),
            ),
        ]),
        (LayoutKind::Compare, Room::Wide) => Row(vec![
            (0.66 * w, Column(vec![(0.66 * h, One("runs")), (0.34 * h, One("populations"))])),
            (
                0.34 * w,
                Column(vec![
                    (0.4 * h, One("graph")),
                    (0.3 * h, Tabs(vec!["rates", "membrane"])),
                    (0.3 * h, Tabs(vec!["intervals", "histogram", "weight_history", "reward"])),
                ]),
            ),
        ]),
        (LayoutKind::Compare, Room::Small) => Column(vec![
            (0.64 * h, One("runs")),
            (
                0.36 * h,
                Row(vec![
                    (0.5 * w, Tabs(vec!["populations", "rates", "intervals"])),
                    (0.5 * w, Tabs(vec!["graph", "membrane", "histogram", "weight_history", "reward"])),
                ]),
            ),
        ]),
        (_, Room::Small) => Column(vec![
            (0.56 * h, One("populations")),
            (
                0.44 * h,
                Row(vec![(0.5 * w, Tabs(rest)), (0.5 * w, Tabs(vec!["graph", "histogram", "weight_history", "reward", "characterise"]))]),
            ),
        ]),
        (_, Room::Wide) => Row(vec![
            (0.62 * w, Column(vec![(0.66 * h, One("populations")), (0.34 * h, Tabs(vec!["rates", "intervals", "characterise"]))])),
            (
                0.38 * w,
                Column(vec![
                    (0.36 * h, Tabs(vec!["membrane", "inspector", "why_spike"])),
                    (0.36 * h, One("graph")),
                    (0.28 * h, Tabs(vec!["histogram", "weight_history", "reward"])),
                ]),
            ),
        ]),
    }
}

/// Networks with hidden layers: image, filter responses, output potentials.
fn features(kind: LayoutKind, room: Room, w: f32, h: f32) -> Part {
    let now = (0.19 * h).clamp(128.0, 168.0);
    let rest = h - now;
    match (kind, room) {
        (LayoutKind::Learn, Room::Wide) => {
            let side = (0.215 * w).clamp(230.0, 300.0);
            let main = w - side;
            Row(vec![
                (
                    main,
                    Column(vec![
                        (now, One("now")),
                        (0.4 * rest, Row(vec![(0.66 * main, One("hidden")), (0.34 * main, One("race"))])),
                        (0.22 * rest, One("fields")),
                        (
                            0.38 * rest,
                            Row(vec![
                                (0.5 * main, Tabs(vec!["raster", "membrane", "way", "graph"])),
                                (0.5 * main, Tabs(vec!["accuracy", "why", "draw"])),
                            ]),
                        ),
                    ]),
                ),
                (side, beside(h)),
            ])
        }
        (LayoutKind::Learn, Room::Small) => Column(vec![
            (now, One("now")),
            (
                0.5 * rest,
                Row(vec![
                    (0.55 * w, Tabs(vec!["hidden", "raster", "membrane", "way", "draw"])),
                    (0.45 * w, Tabs(vec!["race", "fields", "inspector", "why", "histogram"])),
                ]),
            ),
            (0.5 * rest, Row(vec![(0.5 * w, One("accuracy")), (0.5 * w, Tabs(vec!["reward", "confusion", "health"]))])),
        ]),
        (LayoutKind::Debug, Room::Wide) => Row(vec![
            (
                0.72 * w,
                Column(vec![
                    (now, One("now")),
                    (0.5 * rest, Row(vec![(0.42 * w, One("hidden")), (0.3 * w, One("race"))])),
                    (
                        0.5 * rest,
                        Row(vec![(0.36 * w, Tabs(vec!["membrane", "raster", "way"])), (0.36 * w, Tabs(vec!["why", "histogram", "graph"]))]),
                    ),
                ]),
            ),
            (0.28 * w, Column(vec![(0.44 * h, One("inspector")), (0.3 * h, One("health")), (0.26 * h, One("reward"))])),
        ]),
        _ => classification(kind, room, w, h),
    }
}

/// The right column: one neuron, reward, results.
fn beside(h: f32) -> Part {
    Column(vec![(0.43 * h, One("inspector")), (0.2 * h, One("reward")), (0.37 * h, Tabs(vec!["confusion", "health", "histogram"]))])
}

fn classification(kind: LayoutKind, room: Room, w: f32, h: f32) -> Part {
    let now = (0.19 * h).clamp(128.0, 168.0);
    let rest = h - now;
    match (kind, room) {
        (LayoutKind::Learn, Room::Wide) => {
            let side = (0.215 * w).clamp(230.0, 300.0);
            let main = w - side;
            // Square fields need as much width as height; the raster gets the rest.
            Row(vec![
                (
                    main,
                    Column(vec![
                        (now, One("now")),
                        (0.62 * rest, Row(vec![(0.52 * main, One("raster")), (0.48 * main, Tabs(vec!["fields", "eligibility"]))])),
                        (
                            0.38 * rest,
                            Row(vec![
                                (0.52 * main, Tabs(vec!["membrane", "way", "graph"])),
                                (0.48 * main, Tabs(vec!["accuracy", "why", "draw"])),
                            ]),
                        ),
                    ]),
                ),
                (side, beside(h)),
            ])
        }
        (LayoutKind::Learn, Room::Small) => Column(vec![
            (now, One("now")),
            (
                0.58 * rest,
                Row(vec![
                    (0.5 * w, Tabs(vec!["raster", "membrane", "way", "draw"])),
                    (0.5 * w, Tabs(vec!["fields", "inspector", "why", "histogram"])),
                ]),
            ),
            (0.42 * rest, Row(vec![(0.5 * w, One("accuracy")), (0.5 * w, Tabs(vec!["reward", "confusion", "health"]))])),
        ]),
        (LayoutKind::Train, Room::Wide) => Column(vec![
            (0.5 * h, Row(vec![(0.62 * w, One("accuracy")), (0.38 * w, One("confusion"))])),
            (0.5 * h, Row(vec![(0.34 * w, One("fields")), (0.33 * w, One("histogram")), (0.33 * w, Tabs(vec!["reward", "health"]))])),
        ]),
        (LayoutKind::Train, Room::Small) => Column(vec![
            (0.5 * h, One("accuracy")),
            (0.5 * h, Row(vec![(0.5 * w, Tabs(vec!["confusion", "histogram"])), (0.5 * w, Tabs(vec!["fields", "reward", "health"]))])),
        ]),
        (LayoutKind::Debug, Room::Wide) => Row(vec![
            (
                0.72 * w,
                Column(vec![
                    (now, One("now")),
                    (0.5 * rest, Tabs(vec!["membrane", "way", "graph"])),
                    (0.5 * rest, Row(vec![(0.36 * w, One("raster")), (0.36 * w, Tabs(vec!["why", "histogram", "stdp_curve"]))])),
                ]),
            ),
            (0.28 * w, Column(vec![(0.44 * h, One("inspector")), (0.3 * h, One("health")), (0.26 * h, One("reward"))])),
        ]),
        (LayoutKind::Compare, Room::Wide) => Row(vec![
            (
                0.66 * w,
                Column(vec![
                    (0.62 * h, Tabs(vec!["runs", "ablation"])),
                    (0.38 * h, Row(vec![(0.33 * w, One("fields")), (0.33 * w, One("histogram"))])),
                ]),
            ),
            (0.34 * w, Column(vec![(0.42 * h, One("confusion")), (0.33 * h, One("accuracy")), (0.25 * h, Tabs(vec!["reward", "health"]))])),
        ]),
        (LayoutKind::Compare, Room::Small) => Column(vec![
            (0.6 * h, Tabs(vec!["runs", "ablation"])),
            (0.4 * h, Row(vec![(0.5 * w, Tabs(vec!["confusion", "accuracy"])), (0.5 * w, Tabs(vec!["fields", "histogram", "reward"]))])),
        ]),
        (LayoutKind::Debug, Room::Small) => Column(vec![
            (0.55 * h, Tabs(vec!["membrane", "now"])),
            (0.45 * h, Row(vec![(0.5 * w, Tabs(vec!["raster", "histogram"])), (0.5 * w, Tabs(vec!["inspector", "health", "reward"]))])),
        ]),
    }
}

/// Build the layout for the editor of networks from the tiles that exist: the network, and beside it the views that an arrangement
/// is for.
pub(crate) fn editor(kind: LayoutKind, size: Vec2, exists: &dyn Fn(&str) -> bool, tiles: &mut Tiles<String>) -> Option<TileId> {
    let (w, h) = (size.x, size.y);
    let side = if w < 1200.0 { 0.3 * w } else { (0.36 * w).min(620.0) };
    let spikes = vec!["populations", "raster"];
    let rates = vec!["rates", "intervals", "accuracy", "fi_curve", "stdp_window"];
    // of a network that classifies images first what its neurons respond to
    let weights = vec!["hidden", "fields", "membrane", "histogram", "weight_history"];
    let activity = match kind {
        LayoutKind::Learn => Column(vec![(0.4 * h, Tabs(spikes)), (0.3 * h, Tabs(rates)), (0.3 * h, Tabs(weights))]),
        LayoutKind::Train => Column(vec![
            (0.5 * h, Tabs(vec!["weight_history", "histogram", "accuracy", "reward"])),
            (0.5 * h, Tabs([spikes, rates, vec!["membrane"]].concat())),
        ]),
        LayoutKind::Debug => Column(vec![(0.5 * h, Tabs(weights)), (0.5 * h, Tabs([spikes, rates, vec!["inspector"]].concat()))]),
        LayoutKind::Compare => Column(vec![(0.55 * h, Tabs([vec!["runs"], spikes].concat())), (0.45 * h, Tabs([rates, weights].concat()))]),
    };
    insert(Row(vec![(w - side, One("graph")), (side, activity)]), exists, tiles)
}

/// Build a layout from the tiles that exist. Returns its root.
pub(crate) fn build(
    kind: LayoutKind,
    family: Family,
    size: Vec2,
    exists: &dyn Fn(&str) -> bool,
    tiles: &mut Tiles<String>,
) -> Option<TileId> {
    insert(plan(kind, family, Room::of(size), size), exists, tiles)
}

fn insert(part: Part, exists: &dyn Fn(&str) -> bool, tiles: &mut Tiles<String>) -> Option<TileId> {
    match part {
        One(id) => exists(id).then(|| tiles.insert_pane(id.to_owned())),
        Tabs(ids) => {
            let children: Vec<_> = ids.into_iter().filter(|id| exists(id)).map(|id| tiles.insert_pane(id.to_owned())).collect();
            match children.as_slice() {
                [] => None,
                [only] => Some(*only),
                _ => Some(tiles.insert_tab_tile(children)),
            }
        }
        Row(parts) => line(LinearDir::Horizontal, parts, exists, tiles),
        Column(parts) => line(LinearDir::Vertical, parts, exists, tiles),
    }
}

fn line(dir: LinearDir, parts: Vec<(f32, Part)>, exists: &dyn Fn(&str) -> bool, tiles: &mut Tiles<String>) -> Option<TileId> {
    let children: Vec<(f32, TileId)> =
        parts.into_iter().filter_map(|(length, part)| Some((length, insert(part, exists, tiles)?))).collect();
    if let [(_, only)] = children.as_slice() {
        return Some(*only);
    }
    if children.is_empty() {
        return None;
    }
    let mut linear = Linear::new(dir, children.iter().map(|(_, id)| *id).collect());
    for (length, id) in children {
        linear.shares.set_share(id, length);
    }
    Some(tiles.insert_new(Tile::Container(Container::Linear(linear))))
}
