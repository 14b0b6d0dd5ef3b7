//! A maze as the surroundings of a network: place cells fire for the position of an animal, actor neurons move it, and the rate of
//! critic neurons is the value from which the error of the expected reward is computed (Frémaux, Sprekeler & Gerstner 2013).

use super::fault::{Faults, field};
use super::field::{Record, log, real, record};
use super::models::ModelSpec;
use super::spec::{NetworkSpec, PopulationSpec};
use crate::time::TimeGrid;

const FREMAUX: &str = "Frémaux, Sprekeler & Gerstner 2013, PLoS Comput Biol 9:e1003024";
/// The path of the field.
pub(super) const PATH: &str = "task.environment";
/// Obstacles and starts, at most.
pub(super) const MOST: usize = 100;

record! {
    /// The numbers of a maze.
    MazeNumbers, MAZE {
        side_cm: f64, "side", "cm", log(10.0, 10_000.0), 200.0, Rebuild;
            "Side of the square arena; coordinates are from 0 to side."; FREMAUX
        goal_radius_cm: f64, "goal_radius", "cm", log(0.1, 10_000.0), 10.0, Rebuild;
            "Radius of the goal."; FREMAUX
        field_width_cm: f64, "field_width", "cm", log(0.1, 10_000.0), 20.0, Rebuild;
            "Distance from the centre of a place field at which the rate of its cell has fallen to 37 %."; FREMAUX
        speed_cm_s: f64, "speed", "cm/s", log(0.001, 10_000.0), 0.8, Rebuild;
            "Speed for an action of 1 Hz; the action is the sum of the rates of the actor neurons as vectors in their directions, divided by their number."; FREMAUX
        action_rise_ms: f64, "action_rise", "ms", log(0.1, 10_000.0), 20.0, Rebuild;
            "Time constant with which the effect of a spike on the action rises."; FREMAUX
        action_fall_ms: f64, "action_fall", "ms", log(0.1, 10_000.0), 50.0, Rebuild;
            "Time constant with which the effect of a spike on the action decays; above action_rise."; FREMAUX
        value_per_hz: f64, "value_per_hz", "", real(0.0, 1000.0), 2.0, Rebuild;
            "Value for a mean rate of the critic neurons of 1 Hz."; FREMAUX
        value_at_rest: f64, "value_at_rest", "", real(-100_000.0, 100_000.0), -40.0, Rebuild;
            "Value while the critic neurons are silent, which is added to that of their rate."; FREMAUX
        value_rise_ms: f64, "value_rise", "ms", log(0.1, 10_000.0), 50.0, Rebuild;
            "Time constant with which the effect of a spike on the value rises."; FREMAUX
        value_fall_ms: f64, "value_fall", "ms", log(0.1, 10_000.0), 200.0, Rebuild;
            "Time constant with which the effect of a spike on the value decays; above value_rise."; FREMAUX
        discount_ms: f64, "discount", "ms", log(1.0, 1e7), 4000.0, Rebuild;
            "Time in which the value of a later reward falls to 37 %."; FREMAUX
        reward: f64, "reward", "", real(-1000.0, 1000.0), 100.0, Rebuild;
            "Reward at the goal."; FREMAUX
        wall_reward: f64, "wall_reward", "", real(-1000.0, 1000.0), 0.0, Rebuild;
            "Reward for each second in which the animal is stopped by a wall or an obstacle."; FREMAUX
        time_limit_ms: f64, "time_limit", "ms", log(1.0, 1e7), 50_000.0, Rebuild;
            "Longest time of a trial; a whole number of steps."; FREMAUX
        pause_ms: f64, "pause", "ms", real(0.0, 1e6), 1000.0, Rebuild;
            "Time after a trial in which the place cells are silent; a whole number of steps."; FREMAUX
        hold_ms: f64, "hold", "ms", real(0.0, 1e6), 1000.0, Rebuild;
            "Time before a trial in which the animal is held at its start and nothing is learned; a whole number of steps."; FREMAUX
        interval_ms: f64, "interval", "ms", log(0.001, 1000.0), 5.0, Rebuild;
            "Time between two movements, each with the error of the expected reward since the last one; a whole number of steps."; FREMAUX
    }
}

/// A point in cm from the lower left corner.
pub type Point = [f64; 2];

/// A square arena with obstacles and a goal, and the populations that act in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Maze {
    /// The population of place cells, Poisson neurons whose centres form a square grid from corner to corner, row by row from the lower
    /// left one. Their rate is that in the centre of their field.
    pub place_cells: String,
    /// The population whose mean rate is the value.
    pub critic: String,
    /// The population whose neurons stand for directions, in equal steps counter-clockwise from the right.
    pub actor: String,
    /// Centre of the goal.
    pub goal: Point,
    /// Points one of which is drawn as the start of a trial.
    pub starts: Vec<Point>,
    /// Rectangles that cannot be entered: left, lower, right and upper edge in cm.
    pub obstacles: Vec<[f64; 4]>,
    /// All else.
    pub numbers: MazeNumbers,
}

impl Maze {
    /// Whether a point is at the goal.
    pub fn is_goal(&self, point: Point) -> bool {
        let [dx, dy] = [point[0] - self.goal[0], point[1] - self.goal[1]];
        dx * dx + dy * dy <= self.numbers.goal_radius_cm * self.numbers.goal_radius_cm
    }

    /// Whether the animal can be at a point: inside the arena and outside all obstacles.
    pub fn is_free(&self, [x, y]: Point) -> bool {
        let inside = |value: f64| (0.0..=self.numbers.side_cm).contains(&value);
        inside(x) && inside(y) && !self.obstacles.iter().any(|&[left, low, right, high]| x > left && x < right && y > low && y < high)
    }

    /// The populations that it needs, by the names of their fields.
    pub fn populations(&self) -> [(&'static str, &str); 3] {
        [("place_cells", &self.place_cells), ("critic", &self.critic), ("actor", &self.actor)]
    }

    /// The same, to follow a population that is renamed.
    pub(crate) fn populations_mut(&mut self) -> [&mut String; 3] {
        [&mut self.place_cells, &mut self.critic, &mut self.actor]
    }

    /// Place cells along a side of the grid, if their number is that of a square.
    pub fn along(cells: u32) -> Option<u32> {
        let side = f64::from(cells).sqrt().round() as u32;
        (side >= 2 && side.checked_mul(side) == Some(cells)).then_some(side)
    }

    /// In words: its size, its populations and its reward.
    pub fn words(&self) -> String {
        let Self { place_cells, critic, actor, goal: [x, y], obstacles, numbers, .. } = self;
        let obstacles = match obstacles.len() {
            0 => String::new(),
            1 => " with an obstacle".to_owned(),
            many => format!(" with {many} obstacles"),
        };
        let MazeNumbers { side_cm, reward, time_limit_ms, .. } = numbers;
        let limit_s = time_limit_ms / 1000.0;
        format!(
            "a maze of {side_cm} x {side_cm} cm{obstacles}; {place_cells} fires for the position, {actor} moves, the rate of {critic} is the value; reward {reward} at ({x}, {y}) cm, trials of at most {limit_s} s"
        )
    }

    /// Values out of range or off the grid, and points that do not fit.
    pub(super) fn check(&self, dt_ms: f64, faults: &mut Faults) {
        let numbers = &self.numbers;
        for (index, declared) in numbers.fields().iter().enumerate() {
            if let Some(message) = declared.out_of_range(numbers.value(index)) {
                faults.at(&field(PATH, declared.name), message);
            }
        }
        let grid = TimeGrid::new(dt_ms);
        let times = [
            ("time_limit", numbers.time_limit_ms),
            ("pause", numbers.pause_ms),
            ("hold", numbers.hold_ms),
            ("interval", numbers.interval_ms),
        ];
        for (name, ms) in times {
            match grid.steps(ms) {
                Ok(0) if name == "interval" || name == "time_limit" => {
                    faults.at(&field(PATH, name), format!("{ms} ms is below one step of {dt_ms} ms; choose at least {dt_ms} ms"));
                }
                Ok(_) => {}
                Err(fault) => faults.at(&field(PATH, name), fault.to_string()),
            }
        }
        let pairs = [
            ("action_rise", numbers.action_rise_ms, "action_fall", numbers.action_fall_ms),
            ("value_rise", numbers.value_rise_ms, "value_fall", numbers.value_fall_ms),
        ];
        for (rise, rise_ms, fall, fall_ms) in pairs {
            if rise_ms >= fall_ms {
                let message = format!("{rise_ms} ms is not below {fall} = {fall_ms} ms; choose a smaller one");
                faults.at(&field(PATH, rise), message);
            }
        }
        self.check_places(faults);
    }

    fn check_places(&self, faults: &mut Faults) {
        let side = self.numbers.side_cm;
        for (index, &[left, low, right, high]) in self.obstacles.iter().enumerate() {
            if left >= right || low >= high || [left, low, right, high].iter().any(|edge| !edge.is_finite()) {
                let message = format!(
                    "obstacle {index} has no area; write its left, lower, right and upper edge, as (\"60 cm\", \"40 cm\", \"140 cm\", \"60 cm\")"
                );
                faults.at(&field(PATH, "obstacles"), message);
            }
        }
        let free = |name: &str, what: &str, point: Point, faults: &mut Faults| {
            if !self.is_free(point) {
                let message = format!(
                    "{what} ({} cm, {} cm) is outside the arena of {side} cm or in an obstacle; choose a free point",
                    point[0], point[1]
                );
                faults.at(&field(PATH, name), message);
            }
        };
        free("goal", "the goal", self.goal, faults);
        if self.starts.is_empty() {
            faults.at(&field(PATH, "starts"), "a trial needs a start; write a list of points, as [(\"20 cm\", \"100 cm\")]");
        }
        for &start in &self.starts {
            free("starts", "the start", start, faults);
            if self.is_goal(start) {
                let message = format!("the start ({} cm, {} cm) is at the goal; choose a point farther from it", start[0], start[1]);
                faults.at(&field(PATH, "starts"), message);
            }
        }
        for (name, count) in [("starts", self.starts.len()), ("obstacles", self.obstacles.len())] {
            if count > MOST {
                faults.at(&field(PATH, name), format!("{count} are too many; write at most {MOST}"));
            }
        }
    }

    /// What does not fit the network.
    pub(crate) fn check_populations(&self, network: &NetworkSpec, faults: &mut Faults) {
        for (name, wanted) in self.populations() {
            let path = field(PATH, name);
            let Some(population) = network.population(wanted) else {
                faults.at(&path, format!("there is no population \"{wanted}\""));
                continue;
            };
            if name == "place_cells" {
                check_place_cells(population, &path, faults);
            } else if population.model.receptors().is_empty() {
                faults.at(&path, format!("\"{wanted}\" is a source and receives nothing; choose a population of neurons"));
            }
        }
    }
}

fn check_place_cells(population: &PopulationSpec, path: &str, faults: &mut Faults) {
    let (name, size) = (&population.name, population.size());
    if !matches!(population.model, ModelSpec::Poisson(_)) {
        let message = format!("the neurons of \"{name}\" are {}; place cells are Poisson(rate: \"400 Hz\")", population.model.name());
        faults.at(path, message);
    } else if Maze::along(size).is_none() {
        faults.at(path, format!("\"{name}\" has {size} neurons, which form no square grid; choose a square number, as 121"));
    }
}
