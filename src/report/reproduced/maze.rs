//! Figures of a maze: latency over trials, the paths of the last trials, and the value and direction that the weights give every place.

use super::{Figure, SIZE};
use crate::model::Maze;
use crate::report::figures::{Axis, Lines, Series, css, linear, look};
use crate::report::words::number;
use crate::study::reproduce::{Seen, SeenMaze};
use maud::{Markup, html};

/// Size of the arena in points, and the room around it.
const SIDE: f64 = 360.0;
const MARGIN: f64 = 12.0;
/// Latencies over which the running median goes.
const WINDOW: usize = 9;

pub(super) fn figures(seen: &Seen, stem: &impl Fn(&str) -> String) -> Vec<Figure> {
    let Some(maze) = &seen.maze else { return Vec::new() };
    latencies(seen.name, maze, stem).into_iter().chain(paths(seen.name, maze, stem)).chain(values(seen.name, maze, stem)).collect()
}

fn latencies(name: &str, maze: &SeenMaze, stem: &impl Fn(&str) -> String) -> Option<Figure> {
    let all: Vec<(f64, f64)> = maze.run.latencies_ms().enumerate().map(|(trial, (ms, _))| (trial as f64 + 1.0, ms / 1000.0)).collect();
    if all.len() < 2 {
        return None;
    }
    let (last, most) = (all.len() as f64, 1.05 * all.iter().map(|point| point.1).fold(0.0, f64::max));
    let middle = |index: usize| {
        let half = WINDOW / 2;
        let mut near: Vec<f64> = all[index.saturating_sub(half)..(index + half + 1).min(all.len())].iter().map(|point| point.1).collect();
        near.sort_by(f64::total_cmp);
        (all[index].0, near[near.len() / 2])
    };
    let smooth = (0..all.len()).map(middle).collect();
    let lines = Lines {
        x: Axis { label: "trial".to_owned(), range: (1.0, last), marks: linear(1.0, last, 8), log: false },
        y: Axis { label: "latency (s)".to_owned(), range: (0.0, most), marks: linear(0.0, most, 5), log: false },
        series: vec![
            Series { look: look(0), faint: true, points: all, dots: true, spread: Vec::new() },
            Series { look: look(1), faint: false, points: smooth, dots: false, spread: Vec::new() },
        ],
    };
    let limit_s = number(maze.run.maze().numbers.time_limit_ms / 1000.0);
    let caption = format!("{name}: time to the goal, trial by trial, at most {limit_s} s; line: median of {WINDOW} trials.");
    Some(Figure { file: stem("latency"), svg: lines.svg(SIZE, &caption), caption })
}

fn paths(name: &str, seen: &SeenMaze, stem: &impl Fn(&str) -> String) -> Option<Figure> {
    let paths = seen.run.paths();
    if paths.is_empty() {
        return None;
    }
    let maze = seen.run.maze();
    let lines = html! {
        @for path in paths {
            polyline points=(path.iter().map(|&[x, y]| place(maze, f64::from(x), f64::from(y))).map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" "))
                fill="none" stroke=(css(look(0).0)) stroke-opacity="0.6" stroke-width="1.2" {}
        }
    };
    let caption = format!("{name}: paths of the last {} trials. Crosses: starts; circle: goal; grey: obstacles.", paths.len());
    Some(Figure { file: stem("paths"), svg: arena(maze, &caption, &html! {}, &lines), caption })
}

fn values(name: &str, seen: &SeenMaze, stem: &impl Fn(&str) -> String) -> Option<Figure> {
    let (value, maze) = (seen.value.as_ref()?, seen.run.maze());
    let [least, most] = [f32::min as fn(f32, f32) -> f32, f32::max].map(|of| value.values.iter().copied().reduce(of).unwrap_or(0.0));
    let side = SIDE / value.along as f64;
    let squares = html! {
        @for (index, &one) in value.values.iter().enumerate() {
            @let (column, row) = (index % value.along, index / value.along);
            rect x=(format!("{:.2}", MARGIN + column as f64 * side)) y=(format!("{:.2}", MARGIN + SIDE - (row + 1) as f64 * side))
                width=(format!("{:.2}", side + 0.3)) height=(format!("{:.2}", side + 0.3)) fill=(shade((one - least) / (most - least).max(f32::MIN_POSITIVE))) {}
        }
    };
    let arrows = html! {
        @if let Some(policy) = &seen.policy {
            @let apart = maze.numbers.side_cm / policy.along as f64;
            @for (index, &[x, y]) in policy.arrows.iter().enumerate() {
                @let from = [index % policy.along, index / policy.along].map(|k| (k as f64 + 0.5) * apart);
                @let (x1, y1) = place(maze, from[0], from[1]);
                @let (x2, y2) = place(maze, from[0] + 0.9 * apart * f64::from(x), from[1] + 0.9 * apart * f64::from(y));
                line x1=(format!("{x1:.1}")) y1=(format!("{y1:.1}")) x2=(format!("{x2:.1}")) y2=(format!("{y2:.1}")) stroke="#FFFFFF" stroke-width="1.2" {}
                circle cx=(format!("{x1:.1}")) cy=(format!("{y1:.1}")) r="1.4" fill="#FFFFFF" {}
            }
        }
    };
    let (least, most) = (number(least.into()), number(most.into()));
    let caption = format!(
        "{name}: value by the weights of the critic, from {least} (dark) to {most} (bright), and preferred direction by those of the actor."
    );
    Some(Figure { file: stem("value"), svg: arena(maze, &caption, &squares, &arrows), caption })
}

/// Place in the figure of a point in cm.
fn place(maze: &Maze, x_cm: f64, y_cm: f64) -> (f64, f64) {
    let scale = SIDE / maze.numbers.side_cm;
    (MARGIN + x_cm * scale, MARGIN + SIDE - y_cm * scale)
}

/// The arena between what is below and above its obstacles.
fn arena(maze: &Maze, alt: &str, below: &Markup, above: &Markup) -> String {
    let scale = SIDE / maze.numbers.side_cm;
    let whole = SIDE + 2.0 * MARGIN;
    let (goal_x, goal_y) = place(maze, maze.goal[0], maze.goal[1]);
    html! {
        svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {whole} {whole}")) width=(whole) font-family="sans-serif" font-size="12" fill="currentColor" {
            title { (alt) }
            (below)
            @for &[left, low, right, high] in &maze.obstacles {
                @let (x, y) = place(maze, left, high);
                rect x=(x) y=(y) width=((right - left) * scale) height=((high - low) * scale) fill="#888888" {}
            }
            (above)
            rect x=(MARGIN) y=(MARGIN) width=(SIDE) height=(SIDE) fill="none" stroke="currentColor" {}
            circle cx=(goal_x) cy=(goal_y) r=(maze.numbers.goal_radius_cm * scale) fill=(css(look(2).0)) fill-opacity="0.5" stroke="currentColor" {}
            @for &[x, y] in &maze.starts {
                @let (x, y) = place(maze, x, y);
                path d=(format!("M {} {y} h 10 M {x} {} v 10", x - 5.0, y - 5.0)) stroke=(css(look(1).0)) stroke-width="2" {}
            }
        }
    }
    .into_string()
}

/// A colour from dark to bright for 0 to 1.
fn shade(share: f32) -> String {
    css(colorous::VIRIDIS.eval_continuous(share.clamp(0.0, 1.0).into()).as_tuple())
}
