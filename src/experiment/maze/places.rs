//! Place cells: Gaussian fields whose centres form a square grid over the arena.

use crate::model::{Maze, Point};
use std::sync::Arc;

/// The fields of a population of place cells.
#[derive(Debug, Clone)]
pub(super) struct Places {
    population: usize,
    /// Coordinates of the columns, which are also those of the rows, in cm.
    centres: Arc<[f64]>,
    width_cm: f64,
}

impl Places {
    /// The fields of `cells` neurons of a population; `None` if they form no square.
    pub(super) fn new(maze: &Maze, population: usize, cells: u32) -> Option<Self> {
        let along = Maze::along(cells)?;
        let apart_cm = maze.numbers.side_cm / f64::from(along - 1);
        let centres = (0..along).map(|column| f64::from(column) * apart_cm).collect();
        Some(Self { population, centres, width_cm: maze.numbers.field_width_cm })
    }

    /// Index of the population.
    pub(super) fn population(&self) -> usize {
        self.population
    }

    /// Number of place cells.
    pub(super) fn len(&self) -> usize {
        self.centres.len() * self.centres.len()
    }

    /// `exp(−d²/σ²)` for the distance d of every centre from a point, row by row.
    pub(super) fn gains(&self, [x, y]: Point) -> Vec<f64> {
        let along = |at: f64| -> Vec<f64> {
            let gain = |centre: &f64| {
                let distance = (at - centre) / self.width_cm;
                libm::exp(-distance * distance)
            };
            self.centres.iter().map(gain).collect()
        };
        let (columns, rows) = (along(x), along(y));
        rows.iter().flat_map(|row| columns.iter().map(move |column| row * column)).collect()
    }
}
