//! A network as data: populations, projections and rules, without an engine, a thread or a file.
//!
//! A [`NetworkSpec`] is read from text (schema 2 of preset files) or assembled in code, checked as a whole
//! ([`NetworkSpec::check`] returns every fault at once), counted before anything is built ([`NetworkSpec::counts`]),
//! described ([`NetworkSpec::describe`]) and changed by [`Path`] (`E.tau_m`, `E->I.delay`). A quantity is declared once, as
//! a [`Field`] in the table of its model or rule, with unit, range, default, help and source.
//!
//! Quantities are `f64` in the unit that the name of the variable ends in (`_ms`, `_mv`, `_hz`); weights and what limits
//! them are in the unit of the receptor where they act, mV for currents and nS for conductances
//! ([`NetworkSpec::weight_unit`]).
//!
//! ```
//! use spikescope::model::{Distribution, NetworkSpec, Path, PopulationSpec, ProjectionSpec, Wiring, ModelSpec, Lif};
//!
//! let mut network = NetworkSpec::new(0.1);
//! network.populations.push(PopulationSpec::new("E", 800, ModelSpec::Lif(Lif::default())));
//! network.populations.push(PopulationSpec::new("I", 200, ModelSpec::Lif(Lif::default())));
//! let mut projection = ProjectionSpec::new("E->I", Wiring::Indegree(80));
//! projection.weight = Distribution::Constant(0.2);
//! projection.delay = Distribution::Uniform { low: 0.5, high: 2.5 };
//! network.projections.push(projection);
//! assert_eq!(network.check(), Ok(()));
//!
//! let tau_m: Path = "E.tau_m".parse().unwrap();
//! network.set(&tau_m, "10 ms").unwrap();
//! assert!(network.set(&tau_m, "10 mV").is_err());
//! assert_eq!(network.counts().synapses, 16_000.0);
//! ```

mod check;
mod counts;
mod current;
mod describe;
mod distribution;
mod duration;
mod edit;
mod effect;
mod entries;
mod fault;
mod field;
mod layers;
mod locate;
mod maze;
mod maze_text;
mod models;
mod names;
mod node;
mod path;
mod plane;
mod pooling;
mod reach;
mod read;
mod read_stage;
mod read_task;
mod remark;
mod reward;
mod rules;
mod scale;
mod shape;
mod spec;
mod split;
mod stage;
mod syntax;
mod task;
pub mod task_fields;
pub mod template;
mod weight_unit;
mod wiring;
mod write;

pub use counts::{Counts, MEMORY_LIMIT, ProjectionCount, SYNAPSE_LIMIT};
pub use describe::{Description, PopulationLine, ProjectionLine};
pub use distribution::Distribution;
pub use duration::duration_ms;
pub use edit::Connected;
pub use entries::{Entry, Value};
pub use fault::{Fault, FaultList, lines, sentence};
pub use field::Field;
pub use locate::{Element, TextPlace};
pub use maze::{MAZE, Maze, MazeNumbers, Point};
pub use models::{
    AD_EX, AdEx, COMPETING_LIF, Code, CompetingLif, CurrentShape, ESCAPE_NOISE, EscapeNoise, IMAGE, IZHIKEVICH, Image, Inhibition,
    Izhikevich, LIF, LIF_COND, Law, Lif, LifCond, Methods, ModelSpec, NOISE_CURRENT, NoiseCurrent, POISSON, Poisson, RAMP_CURRENT, REGULAR,
    RampCurrent, Receptor, Regular, SITE_LIF, STEP_CURRENT, Scheme, SiteLif, SpikeSource, StepCurrent,
};
pub use path::{Path, PathError, assignment, listed};
pub use plane::{Bifurcation, FixedPoint, Plane, RestLost, Stability};
pub use pooling::Pooling;
pub use remark::Remark;
pub use reward::{Coincidence, NeuronAt};
pub use rules::{
    Bounds, Credit, FILTER_STDP, FilterStdp, INHIBITORY_STDP, InhibitoryStdp, PAIR_STDP, PairStdp, Pairing, R_MAX, R_STDP, RMax, RStdp,
    RuleSpec, STDP, SYMMETRIC_STDP, SYNAPTIC_SCALING, Stdp, SymmetricStdp, SynapticScaling, TRIAL_R_STDP, TRIPLET_STDP, TSODYKS_MARKRAM,
    Target, TrialRStdp, TripletStdp, TsodyksMarkram, WINNER_R_STDP, WINNER_STDP, WinnerRStdp, WinnerStdp,
};
pub use scale::{FullPopulation, Scale};
pub use shape::Shape;
pub use spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
pub use stage::Stage;
pub use syntax::syntax_error;
pub(crate) use syntax::without;
pub use task::{Classify, FreeTask, TaskSpec};
pub use task_fields::{TASK, set_all, unit_of};
pub use wiring::{MAX_DELAY_STEPS, Wiring};

pub(crate) use fault::{Faults, entry, field};
pub(crate) use node::{Body, Fields, Node};
pub(crate) use read::network;
pub(crate) use read_task::{epochs, parameters_of, task};
