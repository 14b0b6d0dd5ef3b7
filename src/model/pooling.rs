//! Pooling: relays between a population with sites and a projection.

use super::fault::Faults;
use super::field::{Field, whole};
use super::node::{Body, Node};
use crate::params::Change;

/// Relays that pool the spikes of neighbouring sites, each map for itself. They have no dynamics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// So many cells in a row and in a column, at most the number of sites; a relay transmits every spike of its cell. In the
    /// file: `Cells(7)`.
    Cells(u32),
    /// Windows of so many sites in width and height; a relay transmits the first spike of its window in a trial. Sites of
    /// incomplete windows are left out. In the file: `First(2)`.
    First(u32),
}

pub(crate) static POOLING: Field = Field {
    name: "pooling",
    unit: "",
    domain: whole(1.0, 1000.0),
    default: 1.0,
    change: Change::Rebuild,
    help: "Number of pooling cells in a row, or width of a pooling window in sites.",
    source: "Mozafari et al. 2019, Pattern Recognition 94:87",
};

impl Pooling {
    /// Cells or windows in a row and in a column of `across` × `down` sites.
    pub fn cells(self, (across, down): (u32, u32)) -> (u32, u32) {
        match self {
            Self::Cells(cells) => (cells.min(across), cells.min(down)),
            Self::First(window) => (across / window.max(1), down / window.max(1)),
        }
    }

    /// As text: `Cells(7)`.
    pub fn text(self) -> String {
        format!("{}({})", self.name(), self.number())
    }

    /// Its name in files.
    fn name(self) -> &'static str {
        match self {
            Self::Cells(_) => "Cells",
            Self::First(_) => "First",
        }
    }

    /// Its number.
    pub(crate) fn number(self) -> f64 {
        let (Self::Cells(number) | Self::First(number)) = self;
        number.into()
    }

    pub(crate) fn set_number(&mut self, value: f64) {
        let (Self::Cells(number) | Self::First(number)) = self;
        *number = value as u32;
    }

    pub(crate) fn read(node: &Node, path: &str, faults: &mut Faults) -> Option<Self> {
        if let Body::Items(values) = &node.body
            && let [Node { name: None, body: Body::Number(value) }] = values.as_slice()
        {
            if let Some(message) = POOLING.out_of_range(*value) {
                return faults.none(path, message);
            }
            match node.name.as_deref() {
                Some("Cells") => return Some(Self::Cells(*value as u32)),
                Some("First") => return Some(Self::First(*value as u32)),
                _ => {}
            }
        }
        faults
            .none(path, format!("{} is no pooling; write Cells(7) for cells in a row, or First(2) for the width of a window", node.what()))
    }

    pub(crate) fn node(self) -> Node {
        Node::named(self.name(), Body::Items(vec![Node::number(self.number())]))
    }
}
