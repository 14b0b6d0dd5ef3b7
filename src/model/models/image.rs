//! Spikes of an image that a task presents: one channel for each pixel, or on-centre and off-centre cells.

use super::{Methods, Model};
use crate::model::fault::{Faults, field};
use crate::model::field::{Slot, real, record};
use crate::model::shape::Shape;
use crate::params::Domain;
use crate::time::TimeGrid;

/// How brightness becomes spikes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Code {
    /// A pixel fires as a Poisson process; its rate is proportional to its brightness.
    #[default]
    Poisson,
    /// A pixel fires once; the brighter, the earlier.
    Latency,
    /// On-centre and off-centre cells fire once, the largest contrast first.
    OnOff,
}

impl Code {
    /// The code of this name, poisson by default.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "latency" => Self::Latency,
            "on-off" => Self::OnOff,
            _ => Self::Poisson,
        }
    }
}

impl Slot for Code {
    fn number(&self) -> f64 {
        f64::from(*self as u8)
    }

    fn set_number(&mut self, value: f64) {
        *self = [Self::Poisson, Self::Latency, Self::OnOff][(value as usize).min(2)];
    }
}

const DIEHL: &str = "Diehl & Cook 2015, Front Comput Neurosci 9:99";
const MOZAFARI: &str = "Mozafari et al. 2019, Pattern Recognition 94:87";

record! {
    /// Spikes of an image that the task presents. Its shape is (width, height), or (width, height, maps) with the code on-off: 2
    /// maps for cells of one size, 6 for cells of three sizes.
    Image, IMAGE {
        code: Code, "code", "", Domain::Choice(&["poisson", "latency", "on-off"]), 0.0, Live;
            "poisson: rates proportional to brightness. latency: a brighter pixel fires earlier, once. on-off: on-centre and off-centre cells, the largest contrast first, once."; MOZAFARI
        rate_max_hz: f64, "rate_max", "Hz", real(0.0, 500.0), 128.0, Live;
            "Rate of a white pixel with the code poisson."; DIEHL
        latency_ms: f64, "latency", "ms", real(1.0, 250.0), 20.0, Live;
            "Time of the last spike with the codes latency and on-off."; MOZAFARI
        floor: f64, "latency_floor", "", real(0.0, 1.0), 0.1, Live;
            "Brightness or contrast, 0 to 1, below which a channel does not fire; without effect on the code poisson."; MOZAFARI
    }
}

impl Image {
    /// Sizes in pixels of the on-centre and off-centre cells of an image with so many maps; `None` if there are no such cells.
    pub(crate) fn scales(maps: u32) -> Option<&'static [usize]> {
        match maps {
            2 => Some(&[7]),
            6 => Some(&[3, 7, 13]),
            _ => None,
        }
    }
}

impl Model for Image {
    fn usual_name(&self) -> &'static str {
        "image"
    }

    fn usual_shape(&self) -> Shape {
        Shape::Grid { width: 28, height: 28, maps: 1 }
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Channels that receive the image. With the code poisson a pixel fires as a Poisson process with a rate proportional to its brightness; with latency it fires once, the brighter the earlier; with on-off, cells that respond to differences of Gaussians fire once, the largest contrast first.",
            equations: "poisson: ν = ν_max x;   latency: t = t_max (1 − x)",
        }
    }

    fn needs_trials(&self) -> bool {
        true
    }

    fn check(&self, path: &str, shape: Shape, _grid: TimeGrid, faults: &mut Faults) {
        let Shape::Grid { maps, .. } = shape else {
            return faults.at(path, "an image has a width and a height; write shape: (28, 28) in place of size");
        };
        match (self.code, Self::scales(maps)) {
            (Code::OnOff, None) => {
                let message = format!("on-off has 2 maps (cells of one size) or 6 (three sizes), not {maps}; write shape: (28, 28, 2)");
                faults.at(&field(path, "code"), message);
            }
            (Code::Poisson | Code::Latency, _) if maps != 1 => {
                faults.at(&field(path, "code"), format!("poisson and latency have 1 map, not {maps}; write shape: (28, 28)"));
            }
            _ => {}
        }
    }

    fn bytes(&self, size: u32) -> u64 {
        u64::from(size) * 64
    }
}
