//! Given spike trains, one for each neuron.

use super::{Methods, Model};
use crate::model::fault::{Faults, field};
use crate::model::field::{Field, Record, log};
use crate::model::node::{Body, Fields, Node};
use crate::model::shape::Shape;
use crate::params::Change;
use crate::time::TimeGrid;

/// Trains that are added for new neurons, at most.
const MOST_TRAINS: u32 = 1_000_000;

/// Given spike trains. They receive nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpikeSource {
    /// Spike times of every neuron in ms, rising, on the grid of the time step. In the file: `spikes`.
    pub spikes_ms: Vec<Vec<f64>>,
}

/// A spike time, as one is read.
const TIME: Field = Field {
    name: "spikes",
    unit: "ms",
    domain: log(0.0, 42_949_672_950.0),
    default: 0.0,
    change: Change::Rebuild,
    help: "Spike times of every neuron, rising; whole numbers of steps.",
    source: "Spikescope, docs/MODEL.md",
};

impl Record for SpikeSource {
    fn fields(&self) -> &'static [Field] {
        &[]
    }

    fn value(&self, _index: usize) -> f64 {
        0.0
    }

    fn set_value(&mut self, _index: usize, _value: f64) {}
}

/// The spike times of one neuron; what cannot be read is a fault.
fn train(node: &Node, path: &str, faults: &mut Faults) -> Vec<f64> {
    let Body::List(times) = &node.body else {
        faults.at(path, format!("{} is no spike train; write a list of times, as [\"1 ms\", \"5 ms\"]", node.what()));
        return Vec::new();
    };
    let mut train = Vec::new();
    for time in times {
        let read = match &time.body {
            Body::Text(text) => TIME.parse(text, true),
            Body::Number(number) => Err(TIME.unitless(*number)),
            _ => Err(format!("{} is no time; write it as \"5 ms\"", time.what())),
        };
        match read {
            Ok(time) => train.push(time),
            Err(message) => faults.at(path, message),
        }
    }
    train
}

/// Spike times in ms as a user writes them: `10 ms, 20 ms`.
pub(in crate::model) fn spike_times(text: &str) -> Result<Vec<f64>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| TIME.parse(part, false).and_then(|time| TIME.out_of_range(time).map_or(Ok(time), Err))).collect()
}

impl Model for SpikeSource {
    fn usual_name(&self) -> &'static str {
        "source"
    }

    fn usual_shape(&self) -> Shape {
        Shape::Line(1)
    }

    fn resize(&mut self, size: u32) {
        // a train at regular times for a new source; neurons added later are silent
        if self.spikes_ms.is_empty() {
            self.spikes_ms.push((1..=10).map(|spike| f64::from(spike) * 100.0).collect());
        }
        self.spikes_ms.resize(size.min(MOST_TRAINS) as usize, Vec::new());
    }

    fn methods(&self) -> Methods {
        Methods { words: "Given spike trains, one for each neuron.", equations: "" }
    }

    fn read(&mut self, fields: &mut Fields, faults: &mut Faults) {
        let Some(node) = fields.require("spikes", "[[\"1 ms\", \"5 ms\"]], one list for each neuron", faults) else { return };
        let path = fields.path("spikes");
        match &node.body {
            Body::List(trains) => {
                self.spikes_ms =
                    trains.iter().enumerate().map(|(neuron, node)| train(node, &format!("{path}[{neuron}]"), faults)).collect();
            }
            _ => faults.at(&path, format!("{} does not apply; write one list of times for each neuron", node.what())),
        }
    }

    fn write(&self) -> Vec<(String, Node)> {
        let train = |times: &Vec<f64>| Body::List(times.iter().map(|time| Node::text(TIME.format(*time))).collect()).into();
        vec![("spikes".to_owned(), Body::List(self.spikes_ms.iter().map(train).collect()).into())]
    }

    fn check(&self, path: &str, shape: Shape, grid: TimeGrid, faults: &mut Faults) {
        let size = shape.size();
        let path = field(path, "spikes");
        if faults.within(&path) {
            return;
        }
        if self.spikes_ms.len() != size as usize {
            let (lists, plural) = (self.spikes_ms.len(), if self.spikes_ms.len() == 1 { "" } else { "s" });
            let message = format!("{lists} list{plural} for {size} neurons; give one list of times for each neuron");
            faults.at(&path, message);
        }
        for (neuron, train) in self.spikes_ms.iter().enumerate() {
            let mut last = None;
            for &time in train {
                match grid.steps(time) {
                    Err(fault) => faults.at(&format!("{path}[{neuron}]"), fault.to_string()),
                    Ok(step) if last.is_some_and(|last| last >= step) => {
                        faults
                            .at(&format!("{path}[{neuron}]"), format!("{time} ms does not lie after the spike before it; sort the times"));
                    }
                    Ok(step) => last = Some(step),
                }
            }
        }
    }

    fn rate_hz(&self, duration_ms: Option<f64>) -> Option<f64> {
        let duration = duration_ms.filter(|duration| *duration > 0.0)?;
        let spikes = self.spikes_ms.iter().flatten().filter(|time| **time <= duration).count();
        Some(spikes as f64 / self.spikes_ms.len().max(1) as f64 / duration * 1000.0)
    }

    fn bytes(&self, size: u32) -> u64 {
        u64::from(size) * 32 + 8 * self.spikes_ms.iter().map(|train| train.len() as u64).sum::<u64>()
    }
}
