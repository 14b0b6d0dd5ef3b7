//! Whether the network of a preset can be built for these images: contradictions, sites, neurons for every class, memory.

use super::swap::Swap;
use crate::datasets::Dataset;
use crate::engine::block::{Row, blocks_for};
use crate::engine::neuromodulator::Baseline;
use crate::engine::neuron::LifParams;
use crate::engine::projection::Dense;
use crate::engine::spikes::SHORT_CHUNK;
use crate::lower;
use crate::model::template::{self, Frame, OutputRule};
use crate::model::{Classify, Fault, NetworkSpec, ProjectionSpec, Shape, TaskSpec, sentence};
use crate::params::{Domain, ParamError, ParamId as P, Params, Setup, Task};
use crate::preset::{Described, Preset};
use crate::time::TimeGrid;

/// Memory limit of a network.
const MEMORY_LIMIT: usize = 2 << 30;
/// Memory of an input channel or presynaptic neuron: stimulus, spikes, traces.
const CHANNEL_BYTES: usize = 64;
/// Values of a neuron.
const STATE_ROWS: usize = 8;

/// Why a network cannot be built. Nothing was allocated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BuildError {
    /// Parameters contradict each other; all errors are listed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Params(Vec<ParamError>),
    /// The preset has another task.
    #[error("{0} does not classify images; choose an MNIST preset")]
    Task(Setup),
    /// The described network has faults, or does not fit the images; all are listed.
    #[error("{}", sentence(.0))]
    Network(Vec<Fault>),
    /// There are fewer neurons than classes.
    #[error("n_neurons = {neurons} is too small for {classes} classes; choose at least {classes}")]
    TooFewNeurons {
        /// Requested neurons.
        neurons: usize,
        /// Classes of the data.
        classes: usize,
    },
    /// Filters larger than their input.
    #[error(
        "filters of {size} x {size} are larger than their input of {width} x {height} pixels or cells; choose smaller filters, a larger pad or less pooling"
    )]
    NoSites {
        /// Filter size.
        size: usize,
        /// Width of the images.
        width: usize,
        /// Height of the images.
        height: usize,
    },
    /// The network exceeds the memory limit.
    #[error(
        "a network of {channels} input channels, {hidden} hidden and {neurons} output neurons needs {mib} MiB, the limit is {} MiB; \
         choose smaller images, fewer neurons or filters, or a larger stride",
        MEMORY_LIMIT >> 20
    )]
    TooLarge {
        /// Channels of the encoder.
        channels: usize,
        /// Hidden neurons.
        hidden: usize,
        /// Output neurons.
        neurons: usize,
        /// Required memory.
        mib: usize,
    },
}

/// The parameters of a preset, with the time step of its network.
pub(super) fn params(preset: &Preset) -> Params {
    match &preset.network {
        Some(described) => preset.params.clone().with_time_step(described.network.dt_ms),
        None => preset.params.clone(),
    }
}

/// The description of the network of a preset at its start, if it can be built for these images.
pub(super) fn check(preset: &Preset, data: &Dataset) -> Result<NetworkSpec, BuildError> {
    let (params, setup) = (&params(preset), &preset.setup);
    let mut faults = params.conflicts(*setup);
    faults.extend(Swap::fault(params, data.classes));
    if !faults.is_empty() {
        return Err(BuildError::Params(faults));
    }
    if let Some(described) = &preset.network {
        return described_network(described, params, data);
    }
    let network = setup.network(params, frame(data), OutputRule::after(params, 0));
    let Some(network) = network else { return Err(BuildError::Task(*setup)) };
    let neurons = params.count(P::NNeurons);
    if has_pools(params, setup.races()) && neurons < data.classes {
        return Err(BuildError::TooFewNeurons { neurons, classes: data.classes });
    }
    check_size(&network)?;
    Ok(network)
}

/// A network of schema 2 that classifies images, with its readout as the last population.
fn described_network(described: &Described, params: &Params, data: &Dataset) -> Result<NetworkSpec, BuildError> {
    let TaskSpec::Classify(task) = &described.file.task else { return Err(BuildError::Task(Setup::Described(Task::FreeRun))) };
    // durations can have been set since
    let task = &Classify { params: params.clone(), ..task.clone() };
    let mut network = (*described.network).clone();
    let mut faults = network.trial_faults(task);
    network.readout_last(task);
    faults.extend(network.unfit(frame(data)));
    if !faults.is_empty() {
        return Err(BuildError::Network(faults));
    }
    let neurons = network.populations.last().map_or(0, |readout| readout.shape.grid().2 as usize);
    if has_pools(params, network.races()) && neurons < data.classes {
        let readout = network.populations.last().map_or("", |readout| &readout.name);
        let message = format!("{neurons} neurons are too few for {0} classes; choose at least {0}", data.classes);
        return Err(BuildError::Network(vec![Fault { path: format!("populations.{readout:?}"), message }]));
    }
    check_size(&network)?;
    Ok(network)
}

/// Whether the filters have sites, and the network fits in memory.
pub(super) fn check_size(network: &NetworkSpec) -> Result<(), BuildError> {
    let shape = |name: &str| network.population(name).map_or(Shape::Line(0), |population| population.shape);
    let (mut bytes, mut hidden) = (0usize, 0usize);
    for projection in &network.projections {
        let input = projection.input(shape(&projection.from));
        let cells = |(width, height, maps): (u32, u32, u32)| (width as usize * height as usize).saturating_mul(maps as usize);
        let (inputs, neurons) = (cells(input.grid()), cells(shape(&projection.to).grid()));
        match projection.sites(input) {
            Some((0, _) | (_, 0)) => return Err(no_sites(projection, input)),
            Some((across, down)) => {
                let maps = shape(&projection.to).grid().2 as usize;
                bytes = bytes.saturating_add(bytes_at_sites(across as usize * down as usize, maps, inputs));
            }
            // weights, and as many eligibilities in the worst case
            None => bytes = bytes.saturating_add(Dense::bytes(inputs, neurons).unwrap_or(usize::MAX).saturating_mul(2)),
        }
    }
    let neurons = |shape: Shape| shape.grid().0 as usize * shape.grid().1 as usize * shape.grid().2 as usize;
    let channels = network.image().map_or(0, |image| neurons(image.shape));
    bytes = bytes.saturating_add(channels.saturating_mul(CHANNEL_BYTES));
    if bytes <= MEMORY_LIMIT {
        return Ok(());
    }
    let fired: Vec<usize> = network.populations.iter().skip(1).map(|population| neurons(population.shape)).collect();
    let outputs = fired.last().copied().unwrap_or(0);
    hidden += fired.iter().sum::<usize>() - outputs;
    Err(BuildError::TooLarge { channels, hidden, neurons: outputs, mib: bytes >> 20 })
}

fn no_sites(projection: &ProjectionSpec, input: Shape) -> BuildError {
    let (width, height, _) = input.grid();
    let size = match projection.wiring {
        crate::model::Wiring::Shared { size, .. } => size as usize,
        _ => 0,
    };
    BuildError::NoSites { size, width: width as usize, height: height as usize }
}

/// Memory of the neurons of a layer with sites: their state, their input in a chunk, and the credit of their spikes.
fn bytes_at_sites(sites: usize, maps: usize, inputs: usize) -> usize {
    let rows = STATE_ROWS + SHORT_CHUNK;
    sites.saturating_mul(blocks_for(maps)).saturating_mul(rows * size_of::<Row>()).saturating_add(inputs.saturating_mul(CHANNEL_BYTES))
}

/// The competing neurons of a preset.
pub fn lif(params: &Params, grid: TimeGrid) -> LifParams {
    lower::competing(&template::neurons(params), grid)
}

/// What the description of a network needs to know of the images.
pub(super) fn frame(data: &Dataset) -> Frame {
    Frame { width: data.width, height: data.height, classes: data.classes }
}

/// Whether every output neuron has a class from the start. Outputs that race always have.
pub(super) fn has_pools(params: &Params, races: bool) -> bool {
    races || params.choice(P::Readout) == "class pools"
}

/// Steps of a duration that `Params::conflicts` has found to be whole.
pub(super) fn steps(params: &Params, id: P, grid: TimeGrid) -> u32 {
    grid.steps(params.get(id)).unwrap_or(0)
}

/// Maximum number of steps of a duration.
pub(super) fn longest(id: P, grid: TimeGrid) -> u32 {
    match id.spec().domain {
        Domain::Real { max, .. } => grid.steps(max).unwrap_or(u32::MAX >> 1),
        Domain::Integer { .. } | Domain::Choice(_) => 0,
    }
}

pub(super) fn baseline(params: &Params) -> Baseline {
    match params.choice(P::Modulator) {
        "minus prediction" => Baseline::Prediction,
        "raw reward" => Baseline::None,
        "minus own probability" => Baseline::OwnProbability,
        "over own doubt" => Baseline::OverDoubt,
        "sign" => Baseline::Sign,
        _ => Baseline::RunningMean,
    }
}
