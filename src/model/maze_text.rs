//! The text of a maze: `environment: Maze(place_cells: "place", critic: "critic", actor: "actor", ..)`.

use super::fault::{Faults, field};
use super::field::{Field, Record, real};
use super::maze::{MAZE, Maze, MazeNumbers, PATH};
use super::node::{Body, Fields, Node};
use super::read::{number, text};
use super::syntax::syntax_error;
use super::write::{call, quantity};
use crate::params::Change;

const FORM: &str =
    "Maze(place_cells: \"place\", critic: \"critic\", actor: \"actor\", goal: (\"100 cm\", \"100 cm\"), starts: [(\"20 cm\", \"100 cm\")])";

/// A coordinate.
static COORDINATE: Field = Field {
    name: "coordinate",
    unit: "cm",
    domain: real(-10_000.0, 20_000.0),
    default: 0.0,
    change: Change::Rebuild,
    help: "Distance from the left or the lower edge of the arena.",
    source: "Spikescope, docs/NETWORKS.md",
};

impl Maze {
    /// Read the value of the field `environment`.
    pub(super) fn read(node: Node, faults: &mut Faults) -> Option<Self> {
        if node.name.as_deref() != Some("Maze") {
            return faults.none(PATH, format!("{} is no environment; write {FORM}", node.what()));
        }
        let mut fields = Fields::open(node, PATH, FORM, faults);
        let mut name = |name, example: &str, faults: &mut Faults| {
            let node = fields.require(name, example, faults)?;
            text(&node, &field(PATH, name), "the name of a population", faults)
        };
        let place_cells = name("place_cells", "\"place\"", faults);
        let (critic, actor) = (name("critic", "\"critic\"", faults), name("actor", "\"actor\"", faults));
        let goal = fields.require("goal", "(\"100 cm\", \"100 cm\")", faults);
        let goal = goal.and_then(|node| coordinates::<2>(&node, "goal", faults));
        let starts = fields.require("starts", "[(\"20 cm\", \"100 cm\")]", faults);
        let starts = starts.and_then(|node| list::<2>(&node, "starts", faults));
        let obstacles = fields.take("obstacles").map_or_else(|| Some(Vec::new()), |node| list::<4>(&node, "obstacles", faults));
        let mut numbers = MazeNumbers::default();
        for (index, declared) in MAZE.iter().enumerate() {
            if let Some(node) = fields.take(declared.name)
                && let Some(value) = number(&node, declared, &field(PATH, declared.name), faults)
            {
                numbers.set_value(index, value);
            }
        }
        fields.close(faults);
        Some(Self {
            place_cells: place_cells?,
            critic: critic?,
            actor: actor?,
            goal: goal?,
            starts: starts?,
            obstacles: obstacles?,
            numbers,
        })
    }

    /// Read a text such as `Maze(place_cells: "place", ..)`; the error in one sentence.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut faults = Faults::default();
        let node = Node::parse(text).map_err(|error| syntax_error(&error, text).1)?;
        let read = Self::read(node, &mut faults);
        let read = faults.or(read).map_err(|faults| faults[0].message.clone())?;
        read.ok_or_else(|| format!("write {FORM}"))
    }

    pub(super) fn node(&self) -> Node {
        let point = |values: &[f64]| Body::Items(values.iter().map(|&value| quantity(&COORDINATE, value)).collect()).into();
        let mut fields: Vec<(String, Node)> =
            self.populations().into_iter().map(|(name, population)| (name.to_owned(), Node::text(population))).collect();
        fields.push(("goal".to_owned(), point(&self.goal)));
        fields.push(("starts".to_owned(), Body::List(self.starts.iter().map(|start| point(start)).collect()).into()));
        if !self.obstacles.is_empty() {
            fields.push(("obstacles".to_owned(), Body::List(self.obstacles.iter().map(|edges| point(edges)).collect()).into()));
        }
        for (index, declared) in MAZE.iter().enumerate() {
            let value = self.numbers.value(index);
            if value != declared.default {
                fields.push((declared.name.to_owned(), quantity(declared, value)));
            }
        }
        call("Maze", fields)
    }

    /// As it stands in a file.
    pub fn text(&self) -> String {
        self.node().print().trim().to_owned()
    }
}

/// A list of which every element can be read.
fn list<const N: usize>(node: &Node, name: &str, faults: &mut Faults) -> Option<Vec<[f64; N]>> {
    let Body::List(nodes) = &node.body else {
        let message = format!("{} does not apply; write a list in brackets, as [{}]", node.what(), example::<N>());
        return faults.none(&field(PATH, name), message);
    };
    let read: Vec<[f64; N]> = nodes.iter().filter_map(|node| coordinates(node, name, faults)).collect();
    (read.len() == nodes.len()).then_some(read)
}

/// `N` coordinates in parentheses.
fn coordinates<const N: usize>(node: &Node, name: &str, faults: &mut Faults) -> Option<[f64; N]> {
    let path = field(PATH, name);
    match &node.body {
        Body::Items(values) if values.len() == N => {
            let read: Vec<f64> = values.iter().filter_map(|value| number(value, &COORDINATE, &path, faults)).collect();
            let read: [f64; N] = read.try_into().ok()?;
            let wrong = read.iter().find_map(|&value| COORDINATE.out_of_range(value));
            wrong.map_or(Some(read), |message| faults.none(&path, message))
        }
        _ => faults.none(&path, format!("{} does not apply; write {N} coordinates, as {}", node.what(), example::<N>())),
    }
}

/// How `N` coordinates are written.
fn example<const N: usize>() -> &'static str {
    if N == 2 { "(\"100 cm\", \"100 cm\")" } else { "(\"60 cm\", \"40 cm\", \"140 cm\", \"60 cm\")" }
}
