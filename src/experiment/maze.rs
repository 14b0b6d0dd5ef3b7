//! A network that acts in a maze (Frémaux, Sprekeler & Gerstner 2013, PLoS Comput Biol 9:e1003024): trial after trial an animal is moved
//! by actor neurons, and the error of the reward that critic neurons expect is given to the neuromodulator.
//!
//! The value is `V(t) = a (critic rate)(t) + V_0`, with the rate filtered by `κ`. In every interval between two movements the error
//!
//! `∫ δ dt = V(t) − V(t − Δ) − (1/τ) ∫ V dt + ∫ r dt`
//!
//! is added to the concentration of the neuromodulator, the integral of `δ = dV/dt − V/τ + r` of Doya (2000, Neural Comput 12:219). At the
//! goal the value ends, as nothing is expected after it: the last error is that of the reward with V = 0. A trial that exceeds its time
//! ends without an error. Between trials nothing is learned.

mod filter;
mod map;
mod places;
mod walk;

pub use map::{PolicyMap, ValueMap};

use self::filter::Filter;
use self::places::Places;
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use crate::model::{Maze, NetworkSpec, Point};
use crate::rng::{Purpose, below, stream};
use crate::time::TimeGrid;
use std::sync::Arc;

/// Trials that are recorded, at most.
const MOST_TRIALS: usize = 1 << 20;
/// Paths of finished trials that are kept.
const PATHS: usize = 20;
/// Time between two points of a path in ms.
const PATH_MS: f64 = 100.0;
/// Points of a path, at most.
const MOST_POINTS: usize = 1 << 20;

/// A finished trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MazeTrial {
    /// Index of its start among those of the maze.
    pub start: u32,
    /// Duration in steps.
    pub steps: u64,
    /// Whether the goal was reached.
    pub reached: bool,
}

/// What happens at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MazePhase {
    /// After a trial: the place cells are silent.
    Pause,
    /// The animal is held at its start.
    Hold,
    /// The animal moves.
    Trial,
}

/// The state of a maze and the trials so far.
#[derive(Debug, Clone)]
pub struct MazeRun {
    maze: Arc<Maze>,
    places: Places,
    critic: Critic,
    /// Index of the actor population, and the unit vector of every neuron.
    actor: usize,
    directions: Arc<[[f64; 2]]>,
    action: [Filter; 2],
    seed: u64,
    dt_s: f64,
    times: Times,
    phase: MazePhase,
    /// First step of the phase.
    since: u64,
    /// The step after the one before which was acted last; 0 at the start.
    acted: u64,
    start: u32,
    position: Point,
    trials: Vec<MazeTrial>,
    path: Vec<[f32; 2]>,
    /// Paths of the last trials, the latest last.
    paths: Vec<Vec<[f32; 2]>>,
}

/// Durations in steps.
#[derive(Debug, Clone, Copy)]
struct Times {
    interval: u64,
    pause: u64,
    hold: u64,
    limit: u64,
    point: u64,
}

/// The critic and the error of its expectation.
#[derive(Debug, Clone)]
struct Critic {
    population: usize,
    neurons: f64,
    rate: Filter,
    /// Value before the last movement, and the integral of the value since then in s.
    last: f64,
    integral: f64,
    /// Error of the last interval in trial, per second.
    error: f64,
}

impl MazeRun {
    /// A maze around a network, before its first trial; `None` if the network has not its populations.
    pub(super) fn new(maze: &Maze, network: &NetworkSpec, seed: u64) -> Option<Self> {
        let grid = TimeGrid::new(network.dt_ms);
        let place = |name: &str| network.populations.iter().position(|own| own.name == name);
        let size = |index: usize| network.populations[index].size();
        let steps = |ms: f64| grid.steps(ms).map_or(1, u64::from);
        let [cells, critic, actor] = [place(&maze.place_cells)?, place(&maze.critic)?, place(&maze.actor)?];
        let numbers = &maze.numbers;
        let interval = steps(numbers.interval_ms).max(1);
        let filter = |rise_ms, fall_ms| Filter::new(rise_ms, fall_ms, network.dt_ms);
        let angle = |neuron: u32| std::f64::consts::TAU * f64::from(neuron) / f64::from(size(actor));
        let mut run = Self {
            places: Places::new(maze, cells, size(cells))?,
            critic: Critic {
                population: critic,
                neurons: size(critic).into(),
                rate: filter(numbers.value_rise_ms, numbers.value_fall_ms),
                last: 0.0,
                integral: 0.0,
                error: 0.0,
            },
            actor,
            directions: (0..size(actor)).map(|neuron| [libm::cos(angle(neuron)), libm::sin(angle(neuron))]).collect(),
            action: [(); 2].map(|()| filter(numbers.action_rise_ms, numbers.action_fall_ms)),
            seed,
            dt_s: network.dt_ms * 1e-3,
            times: Times {
                interval,
                pause: steps(numbers.pause_ms),
                hold: steps(numbers.hold_ms),
                limit: steps(numbers.time_limit_ms),
                point: (PATH_MS / network.dt_ms).round().max(1.0) as u64,
            },
            phase: MazePhase::Hold,
            since: 0,
            acted: 0,
            start: 0,
            position: maze.goal,
            trials: Vec::new(),
            path: Vec::new(),
            paths: Vec::new(),
            maze: Arc::new(maze.clone()),
        };
        run.place_at_start();
        Some(run)
    }

    /// The maze.
    pub fn maze(&self) -> &Arc<Maze> {
        &self.maze
    }

    /// What happens now.
    pub fn phase(&self) -> MazePhase {
        self.phase
    }

    /// Where the animal is, in cm.
    pub fn position(&self) -> Point {
        self.position
    }

    /// The trials so far, the one that goes on left out.
    pub fn trials(&self) -> &[MazeTrial] {
        &self.trials
    }

    /// The path of this trial, a point every 100 ms, in cm.
    pub fn path(&self) -> &[[f32; 2]] {
        &self.path
    }

    /// The paths of the last trials, at most 20, the latest last.
    pub fn paths(&self) -> &[Vec<[f32; 2]>] {
        &self.paths
    }

    /// The value that the critic neurons state now.
    pub fn value(&self) -> f64 {
        let numbers = &self.maze.numbers;
        numbers.value_per_hz * self.critic.rate.rate_hz() / self.critic.neurons + numbers.value_at_rest
    }

    /// The error of the expected reward in the last interval of a trial, per second.
    pub fn error(&self) -> f64 {
        self.critic.error
    }

    /// The action: the sum of the rates of the actor neurons as vectors over their number, in Hz.
    pub fn action_hz(&self) -> [f64; 2] {
        [0, 1].map(|axis| self.action[axis].rate_hz() / self.directions.len() as f64)
    }

    /// Factor of the rate of every place cell, from 0 to 1; all 0 between trials.
    pub fn gains(&self) -> Vec<f64> {
        match self.phase {
            MazePhase::Pause => vec![0.0; self.places.len()],
            MazePhase::Hold | MazePhase::Trial => self.places.gains(self.position),
        }
    }

    /// Durations of the trials in ms and whether the goal was reached, in order; a trial without success has the time limit.
    pub fn latencies_ms(&self) -> impl Iterator<Item = (f64, bool)> {
        self.trials.iter().map(|trial| (trial.steps as f64 * self.dt_s * 1e3, trial.reached))
    }

    /// The last step up to which a network at step `now` can be simulated before the animal moves.
    pub(super) fn horizon(&self, now: u64) -> u64 {
        (now / self.times.interval + 1) * self.times.interval
    }

    /// Before a step: move the animal and give the error, if the step begins an interval; the place cells fire for the position.
    pub(super) fn act(&mut self, network: &mut Network) {
        let now = network.step();
        if now.is_multiple_of(self.times.interval) && self.acted != now + 1 {
            self.acted = now + 1;
            if let Some(amount) = self.interval(now) {
                network.consolidate(amount as f32);
            }
        }
        network.populations_mut()[self.places.population()].set_gains(&self.gains());
    }

    /// The end of an interval: the error that is to be given, in a trial.
    fn interval(&mut self, now: u64) -> Option<f64> {
        let elapsed = now - self.since;
        match self.phase {
            MazePhase::Pause if elapsed >= self.times.pause => {
                (self.phase, self.since) = (MazePhase::Hold, now);
                self.place_at_start();
                None
            }
            MazePhase::Hold if elapsed >= self.times.hold => {
                (self.phase, self.since) = (MazePhase::Trial, now);
                (self.critic.last, self.critic.integral) = (self.value(), 0.0);
                self.path = vec![self.position.map(|cm| cm as f32)];
                None
            }
            MazePhase::Pause | MazePhase::Hold => None,
            MazePhase::Trial => Some(self.go_on(now)),
        }
    }

    /// Move, and return the integral of the error since the last movement.
    fn go_on(&mut self, now: u64) -> f64 {
        let maze = Arc::clone(&self.maze);
        let numbers = &maze.numbers;
        let interval_s = self.times.interval as f64 * self.dt_s;
        let [x, y] = self.action_hz().map(|hz| hz * numbers.speed_cm_s * interval_s);
        let (position, stopped) = walk::moved(&maze, self.position, [x, y]);
        self.position = position;
        let elapsed = now - self.since;
        if elapsed.is_multiple_of(self.times.point) && self.path.len() < MOST_POINTS {
            self.path.push(position.map(|cm| cm as f32));
        }
        let reached = maze.is_goal(position);
        let value = if reached { 0.0 } else { self.value() };
        let reward = f64::from(u8::from(reached)) * numbers.reward + f64::from(u8::from(stopped)) * numbers.wall_reward * interval_s;
        let error = value - self.critic.last - self.critic.integral / (numbers.discount_ms * 1e-3) + reward;
        (self.critic.last, self.critic.integral, self.critic.error) = (value, 0.0, error / interval_s);
        if reached || elapsed >= self.times.limit {
            self.end(now, reached);
        }
        error
    }

    fn end(&mut self, now: u64, reached: bool) {
        if self.trials.len() < MOST_TRIALS {
            self.trials.push(MazeTrial { start: self.start, steps: now - self.since, reached });
        }
        self.path.push(self.position.map(|cm| cm as f32));
        if self.paths.len() == PATHS {
            self.paths.remove(0);
        }
        self.paths.push(std::mem::take(&mut self.path));
        (self.phase, self.since) = (MazePhase::Pause, now);
    }

    /// Put the animal at the start of the coming trial.
    fn place_at_start(&mut self) {
        let mut rng = stream(self.seed, Purpose::Trial, self.trials.len() as u64);
        self.start = below(self.maze.starts.len(), &mut rng) as u32;
        self.position = self.maze.starts.get(self.start as usize).copied().unwrap_or(self.maze.goal);
    }
}

impl Monitor for MazeRun {
    fn record(&mut self, _step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        self.critic.rate.step(spikes.populations[self.critic.population].len() as f64);
        let (mut x, mut y) = (0.0, 0.0);
        for &neuron in &spikes.populations[self.actor] {
            let [dx, dy] = self.directions[neuron as usize];
            (x, y) = (x + dx, y + dy);
        }
        self.action[0].step(x);
        self.action[1].step(y);
        self.critic.integral += self.value() * self.dt_s;
    }
}

impl Persist for MazeRun {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self {
            maze,
            places: _,
            critic,
            actor: _,
            directions: _,
            action,
            seed: _,
            dt_s: _,
            times: _,
            phase,
            since,
            acted,
            start,
            position,
            trials,
            path,
            paths,
        } = self;
        let Critic { population: _, neurons: _, rate, last, integral, error } = critic;
        let mut kind = *phase as u8;
        archive.u8("maze", &mut kind)?;
        *phase = [MazePhase::Pause, MazePhase::Hold, MazePhase::Trial].get(kind as usize).copied().ok_or(ArchiveError::Value("maze"))?;
        archive.clock(since)?;
        archive.clock(acted)?;
        archive.u32("maze", start)?;
        archive.f64s("maze", position)?;
        rate.persist(archive)?;
        action.iter_mut().try_for_each(|filter| filter.persist(archive))?;
        for number in [last, integral, error] {
            archive.f64("maze", number)?;
            if !number.is_finite() {
                return Err(ArchiveError::Value("maze"));
            }
        }
        persist_trials(trials, archive)?;
        persist_path(path, archive)?;
        let mut kept = paths.len() as u64;
        archive.u64("paths", &mut kept)?;
        if kept > PATHS as u64 {
            return Err(ArchiveError::Value("paths"));
        }
        paths.resize(kept as usize, Vec::new());
        paths.iter_mut().try_for_each(|path| persist_path(path, archive))?;
        let valid = (*start as usize) < maze.starts.len() && position.iter().all(|cm| cm.is_finite());
        if valid { Ok(()) } else { Err(ArchiveError::Value("maze")) }
    }
}

fn persist_trials(trials: &mut Vec<MazeTrial>, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
    let mut starts: Vec<u32> = trials.iter().map(|trial| trial.start).collect();
    // a bit for success beside the duration
    let mut ends: Vec<u64> = trials.iter().map(|trial| 2 * trial.steps + u64::from(trial.reached)).collect();
    archive.list("trials", &mut starts, MOST_TRIALS, Archive::u32s)?;
    archive.list("trials", &mut ends, MOST_TRIALS, Archive::u64s)?;
    if starts.len() != ends.len() {
        return Err(ArchiveError::Value("trials"));
    }
    let trial = |(start, end): (u32, u64)| MazeTrial { start, steps: end / 2, reached: end % 2 == 1 };
    *trials = starts.into_iter().zip(ends).map(trial).collect();
    Ok(())
}

fn persist_path(path: &mut Vec<[f32; 2]>, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
    let mut flat: Vec<f32> = path.iter().flatten().copied().collect();
    archive.list("paths", &mut flat, 2 * MOST_POINTS, Archive::f32s)?;
    *path = flat.as_chunks::<2>().0.to_vec();
    if flat.iter().all(|cm| cm.is_finite()) { Ok(()) } else { Err(ArchiveError::Value("paths")) }
}
