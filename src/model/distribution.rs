//! Values that are equal for all synapses or neurons, or drawn for each.

use super::fault::Faults;
use super::field::Field;
use super::node::{Body, Node};
use serde::{Deserialize, Serialize};

/// A value for each synapse (weights, delays) or neuron (start values), in the unit of its field.
///
/// * Weights of `Normal` are drawn again until they have the sign of the mean (`nest.math.redraw` in NEST,
///   `normal_clipped` in PyNN); with a mean of 0, both signs are kept. With a rule, weights are drawn again until they lie
///   within its bounds.
/// * Drawn delays are rounded to the nearest step, halves up; those of `Normal` are drawn again until they are at least
///   one step and at most [`MAX_DELAY_STEPS`](super::MAX_DELAY_STEPS). A `Constant` delay off the grid is a fault.
/// * `LogNormal` is drawn as the exponential of a normal number with the variance `ln(1 + sd²/mean²)` and the mean
///   `ln |mean|` less half of that; within bounds as `Normal`.
/// * Start values are not truncated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Distribution {
    /// The same value for all. In the file: `"1.5 ms"`.
    Constant(f64),
    /// Uniform in `[low, high)`. In the file: `Uniform("0.5 ms", "2.5 ms")`.
    Uniform {
        /// Smallest value.
        low: f64,
        /// Upper limit.
        high: f64,
    },
    /// Normal. In the file: `Normal("0.1 mV", "0.02 mV")`.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Lognormal, with the mean and the standard deviation of the values themselves, not of their logarithm; negative values with
    /// a negative mean. In the file: `LogNormal("0.5 mV", "0.2 mV")`.
    LogNormal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Shared filters: random Gabor patches of zero mean and unit length; maps of on-centre and off-centre cells with opposite signs.
    Gabor,
    /// Shared filters: noise of zero mean and unit length.
    Noise,
}

/// Standard deviation of a lognormal distribution divided by its mean, at most.
const WIDEST: f64 = 1000.0;

impl Distribution {
    /// The names of all kinds.
    pub const KINDS: &[&str] = &["Constant", "Uniform", "Normal", "LogNormal", "Gabor", "Noise"];

    /// The name of its kind.
    pub fn kind(&self) -> &'static str {
        Self::KINDS[match self {
            Self::Constant(_) => 0,
            Self::Uniform { .. } => 1,
            Self::Normal { .. } => 2,
            Self::LogNormal { .. } => 3,
            Self::Gabor => 4,
            Self::Noise => 5,
        }]
    }

    /// The mean, before truncation.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Constant(value) => value,
            Self::Uniform { low, high } => low.midpoint(high),
            Self::Normal { mean, .. } | Self::LogNormal { mean, .. } => mean,
            Self::Gabor | Self::Noise => 0.0,
        }
    }

    /// The value, if it is the same for all.
    pub fn constant(&self) -> Option<f64> {
        match *self {
            Self::Constant(value) => Some(value),
            Self::Uniform { .. } | Self::Normal { .. } | Self::LogNormal { .. } | Self::Gabor | Self::Noise => None,
        }
    }

    /// Smallest and largest value; `None` without a limit.
    pub fn limits(&self) -> Option<(f64, f64)> {
        match *self {
            Self::Constant(value) => Some((value, value)),
            Self::Uniform { low, high } => Some((low, high)),
            Self::Normal { mean, sd } | Self::LogNormal { mean, sd } => (sd == 0.0).then_some((mean, mean)),
            Self::Gabor | Self::Noise => Some((-1.0, 1.0)),
        }
    }

    /// Whether weights drawn from it have both signs.
    pub fn crosses_zero(&self) -> bool {
        match *self {
            Self::Constant(_) | Self::LogNormal { .. } => false,
            Self::Uniform { low, high } => low < 0.0 && high > 0.0,
            Self::Normal { mean, sd } => mean == 0.0 && sd > 0.0,
            Self::Gabor | Self::Noise => true,
        }
    }

    /// As text with units: `1.5 ms`, `Uniform(0.5 ms, 2.5 ms)`.
    pub fn text(&self, field: &Field) -> String {
        match *self {
            Self::Constant(value) => field.format(value),
            Self::Uniform { low, high } => format!("Uniform({}, {})", field.format(low), field.format(high)),
            Self::Normal { mean, sd } => format!("Normal({}, {})", field.format(mean), field.format(sd)),
            Self::LogNormal { mean, sd } => format!("LogNormal({}, {})", field.format(mean), field.format(sd)),
            Self::Gabor => "Gabor".to_owned(),
            Self::Noise => "Noise".to_owned(),
        }
    }

    /// Read from a file, where every number needs its unit.
    pub(crate) fn read(node: &Node, field: &Field, path: &str, faults: &mut Faults) -> Option<Self> {
        Self::of_node(node, field, true).map_err(|message| faults.at(path, message)).ok()
    }

    /// Read what `text` writes; units can be left out unless they are `due`.
    pub(crate) fn parse(text: &str, field: &Field, due: bool) -> Result<Self, String> {
        let unquoted = |text: &str| Node::text(text.trim().trim_matches('"'));
        let node = match text.trim().strip_suffix(')').and_then(|call| call.split_once('(')) {
            Some((name, values)) => Node::named(name.trim(), Body::Items(values.split(',').map(unquoted).collect())),
            None if ["Gabor", "Noise"].contains(&text.trim()) => Node::named(text.trim(), Body::Nothing),
            None => unquoted(text),
        };
        Self::of_node(&node, field, due)
    }

    fn of_node(node: &Node, field: &Field, due: bool) -> Result<Self, String> {
        let number = |node: &Node| match &node.body {
            Body::Text(text) => field.parse(text, due),
            Body::Number(value) if field.unit.is_empty() || !due => Ok(*value),
            Body::Number(value) => Err(field.unitless(*value)),
            _ => Err(format!("{} is no value; allowed: {}", node.what(), field.range())),
        };
        let unit = field.unit;
        match (node.name.as_deref(), &node.body) {
            (Some("Gabor"), Body::Nothing) => Ok(Self::Gabor),
            (Some("Noise"), Body::Nothing) => Ok(Self::Noise),
            (None, _) => number(node).map(Self::Constant),
            (Some("Constant"), Body::Items(values)) if values.len() == 1 => number(&values[0]).map(Self::Constant),
            (Some("Uniform"), Body::Items(values)) if values.len() == 2 => {
                Ok(Self::Uniform { low: number(&values[0])?, high: number(&values[1])? })
            }
            (Some("Normal"), Body::Items(values)) if values.len() == 2 => {
                Ok(Self::Normal { mean: number(&values[0])?, sd: number(&values[1])? })
            }
            (Some("LogNormal"), Body::Items(values)) if values.len() == 2 => {
                Ok(Self::LogNormal { mean: number(&values[0])?, sd: number(&values[1])? })
            }
            (Some(name), _) => Err(format!(
                "{name} does not apply; write a value as \"1 {unit}\", Uniform(\"1 {unit}\", \"2 {unit}\") for limits, or Normal(\"1 {unit}\", \"0.2 {unit}\") or LogNormal(\"1 {unit}\", \"0.2 {unit}\") for mean and standard deviation"
            )),
        }
    }

    /// As it stands in a file.
    pub(crate) fn node(&self, field: &Field) -> Node {
        let items = |name: &str, values: [f64; 2]| {
            Node::named(name, Body::Items(values.iter().map(|value| Node::text(field.format(*value))).collect()))
        };
        match *self {
            Self::Constant(value) => Node::text(field.format(value)),
            Self::Uniform { low, high } => items("Uniform", [low, high]),
            Self::Normal { mean, sd } => items("Normal", [mean, sd]),
            Self::LogNormal { mean, sd } => items("LogNormal", [mean, sd]),
            Self::Gabor => Node::named("Gabor", Body::Nothing),
            Self::Noise => Node::named("Noise", Body::Nothing),
        }
    }

    /// The message about a number out of range, whatever the other number is.
    pub(super) fn out_of_range(&self, field: &Field) -> Option<String> {
        let values = match *self {
            Self::Constant(value) => [value, value],
            Self::Uniform { low, high } => [low, high],
            Self::Normal { mean, .. } | Self::LogNormal { mean, .. } => [mean, mean],
            Self::Gabor | Self::Noise => return None,
        };
        values.iter().find_map(|value| field.out_of_range(*value))
    }

    /// Parameters out of range, or in the wrong order.
    pub(crate) fn check(&self, field: &Field, path: &str, faults: &mut Faults) {
        if let Some(message) = self.out_of_range(field) {
            faults.at(path, message);
        }
        match *self {
            Self::Uniform { low, high } if low > high => {
                let message =
                    format!("the lower limit {} exceeds the upper limit {}; exchange them", field.format(low), field.format(high));
                faults.at(path, message);
            }
            Self::LogNormal { mean: 0.0, .. } => faults.at(path, "a lognormal distribution has a mean other than 0; choose one, or Normal"),
            Self::LogNormal { mean, sd } if sd > WIDEST * mean.abs() => {
                faults.at(
                    path,
                    format!("a standard deviation of {} is above {WIDEST} times the mean; choose a smaller one", field.format(sd)),
                );
            }
            Self::Normal { sd, .. } | Self::LogNormal { sd, .. } if !(0.0..=1e6).contains(&sd) => {
                faults.at(
                    path,
                    format!("a standard deviation of {} is out of range; allowed: 0 to 1000000 {}", field.format(sd), field.unit),
                );
            }
            Self::Constant(_) | Self::Uniform { .. } | Self::Normal { .. } | Self::LogNormal { .. } | Self::Gabor | Self::Noise => {}
        }
    }
}
