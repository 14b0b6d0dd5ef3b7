//! Movement among walls and obstacles.

use crate::model::{Maze, Point};

/// Longest part of a movement that is tested at once, in cm.
const PART_CM: f64 = 0.5;
/// Parts of a movement, at most.
const MOST_PARTS: f64 = 10_000.0;

/// Move from a free point by so much, in cm. What stops the animal in one direction lets it slide along in the other. Returns the point
/// that is reached, and whether something was in the way.
pub(super) fn moved(maze: &Maze, from: Point, by: [f64; 2]) -> (Point, bool) {
    let parts = (by[0].abs().max(by[1].abs()) / PART_CM).ceil().clamp(1.0, MOST_PARTS);
    let (mut at, mut stopped) = (from, false);
    for _ in 0..parts as u32 {
        for axis in [0, 1] {
            let mut next = at;
            next[axis] += by[axis] / parts;
            if maze.is_free(next) {
                at = next;
            } else {
                stopped = true;
            }
        }
        if maze.is_goal(at) {
            break;
        }
    }
    (at, stopped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MazeNumbers;

    fn maze() -> Maze {
        Maze {
            place_cells: String::new(),
            critic: String::new(),
            actor: String::new(),
            goal: [150.0, 150.0],
            starts: vec![[10.0, 10.0]],
            obstacles: vec![[50.0, 0.0, 52.0, 100.0]],
            numbers: MazeNumbers::default(),
        }
    }

    #[test]
    fn walls_and_obstacles_stop_one_direction_and_let_the_other_go_on() {
        assert_eq!(moved(&maze(), [20.0, 20.0], [10.0, 5.0]), ([30.0, 25.0], false));
        let ([x, y], stopped) = moved(&maze(), [45.0, 20.0], [30.0, 6.0]);
        // however fast, it does not pass through
        assert!(stopped && x <= 50.0 && x > 49.0 && (y - 26.0).abs() < 1e-9, "{x} {y}");
        let ([x, y], stopped) = moved(&maze(), [195.0, 195.0], [1000.0, 1000.0]);
        assert!(stopped && x <= 200.0 && y <= 200.0 && x > 199.0 && y > 199.0, "{x} {y}");
    }

    #[test]
    fn the_goal_is_not_passed() {
        let (at, _) = moved(&maze(), [120.0, 150.0], [60.0, 0.0]);
        assert!(maze().is_goal(at), "{at:?}");
    }
}
