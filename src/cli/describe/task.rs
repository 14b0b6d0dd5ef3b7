//! The task of a preset in `describe`.

use crate::model::{Coincidence, Maze, Stage, TaskSpec};
use crate::params::ParamId;
use crate::preset::NetworkPreset;
use crate::session::words::number;
use serde::Serialize;
use std::fmt::Write;

/// What is done with the network.
#[derive(Serialize)]
#[serde(tag = "kind")]
pub(super) enum Task {
    FreeRun {
        duration_ms: f64,
        /// Times in ms, and amounts.
        rewards: Vec<(f64, f64)>,
        /// Rewards for what the network does, in words.
        reward_when: Option<String>,
        /// The surroundings in which the network acts, in words.
        environment: Option<String>,
    },
    Classify {
        epochs: u32,
        readout: Option<String>,
        stages: Vec<StageLine>,
        /// Width and height of the images in pixels.
        image: [u32; 2],
        present_ms: f64,
        /// Parameters that differ from their defaults, as text with units.
        parameters: Vec<(String, String)>,
    },
}

/// Projections that learn without reward, before everything else learns.
#[derive(Serialize)]
pub(super) struct StageLine {
    projections: Vec<String>,
    images: u64,
    /// The rule by which they learn, if it is not their own.
    rule: Option<String>,
}

impl Task {
    pub(super) fn of(preset: &NetworkPreset) -> Self {
        match &preset.task {
            TaskSpec::FreeRun(task) => Self::FreeRun {
                duration_ms: task.duration_ms,
                rewards: task.rewards.clone(),
                reward_when: task.reward_when.as_ref().map(Coincidence::words),
                environment: task.environment.as_deref().map(Maze::words),
            },
            TaskSpec::Classify(task) => {
                let last = || preset.network.populations.last().map(|population| population.name.clone());
                let (width, height, _) = preset.network.image().map_or((0, 0, 0), |image| image.shape.grid());
                let stage = |Stage { projections, images, rule }: &Stage| StageLine {
                    projections: projections.clone(),
                    images: *images,
                    rule: rule.as_ref().map(|rule| rule.name().to_owned()),
                };
                Self::Classify {
                    epochs: task.epochs,
                    readout: task.readout.clone().or_else(last),
                    stages: task.stages.iter().map(stage).collect(),
                    image: [width, height],
                    present_ms: task.params.get(ParamId::PresentMs),
                    parameters: task.changed(),
                }
            }
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = "Task\n".to_owned();
        // invariant, here and below: writing to a string cannot fail
        match self {
            Self::FreeRun { duration_ms, rewards, reward_when, environment } => {
                writeln!(text, "  FreeRun: duration {} ms", number(*duration_ms)).unwrap_or_default();
                if !rewards.is_empty() {
                    let shown = rewards.iter().take(10).map(|(ms, amount)| format!("{amount} at {} ms", number(*ms)));
                    let more = rewards.len().checked_sub(11).map(|more| format!("and {} more", more + 1));
                    writeln!(text, "    rewards: {}", shown.chain(more).collect::<Vec<_>>().join(", ")).unwrap_or_default();
                }
                if let Some(when) = reward_when {
                    writeln!(text, "    reward: {when}").unwrap_or_default();
                }
                if let Some(maze) = environment {
                    writeln!(text, "    environment: {maze}").unwrap_or_default();
                }
            }
            Self::Classify { epochs, readout, stages, image: [width, height], present_ms, parameters } => {
                let readout = readout.as_deref().unwrap_or("–");
                writeln!(
                    text,
                    "  Classify: images of {width} x {height} pixels for {} ms each, epochs {epochs}, readout {readout}",
                    number(*present_ms)
                )
                .unwrap_or_default();
                if !parameters.is_empty() {
                    writeln!(text, "    parameters: {}", super::listed(parameters)).unwrap_or_default();
                }
                let mut first = "First";
                for StageLine { projections, images, rule } in stages.iter().filter(|stage| stage.images > 0) {
                    let images = number(*images as f64);
                    match projections.as_slice() {
                        [] => writeln!(text, "    {first} {images} images: nothing learns"),
                        names => {
                            let rule = rule.as_ref().map_or(String::new(), |rule| format!(", by {rule}"));
                            writeln!(text, "    {first} {images} images: {} without reward{rule}", names.join(", "))
                        }
                    }
                    .unwrap_or_default();
                    first = "Next";
                }
            }
        }
        text
    }
}
