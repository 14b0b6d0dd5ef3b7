//! Pause conditions, exact to the step. They do not change results, so they are not recorded.

use super::{Laboratory, Simulation};
use crate::session::command::StopCondition;
use crate::session::history::History;
use crate::session::notice::Notice;
use crate::session::snapshot::RunState;
use crate::session::words::number;

impl Simulation {
    /// Set or clear the pause condition.
    pub(super) fn stop_when(&mut self, condition: Option<StopCondition>) {
        if let Some(condition) = condition
            && let Err(reason) = self.check(condition)
        {
            self.refuse(&reason);
            return;
        }
        self.stop_at = condition;
    }

    fn check(&self, condition: StopCondition) -> Result<(), String> {
        let Laboratory::Images(trainer) = &self.run.lab else {
            return match condition {
                StopCondition::ModelTime { ms } => self.check_time(ms),
                StopCondition::FirstSpike { neuron } if neuron < self.neurons() => Ok(()),
                _ => Err(format!("this experiment cannot pause {}, which does not occur in it", condition.words())),
            };
        };
        match condition {
            StopCondition::Accuracy { at_least } if !(0.0..=1.0).contains(&at_least) => {
                Err(format!("the accuracy must be between 0 and 1, got {at_least}"))
            }
            StopCondition::FirstSpike { neuron } if neuron >= self.neurons() => {
                Err(format!("output neuron {neuron} does not exist; allowed: 0 to {}", self.neurons().saturating_sub(1)))
            }
            StopCondition::Image { index } if index <= trainer.images_done() => {
                let [index, shown] = [index, trainer.images_done()].map(|images| number(images as f64));
                Err(format!("image {index} has already started; {shown} images are done"))
            }
            StopCondition::ModelTime { ms } => self.check_time(ms),
            StopCondition::Accuracy { .. }
            | StopCondition::FirstSpike { .. }
            | StopCondition::Image { .. }
            | StopCondition::Answered { .. } => Ok(()),
        }
    }

    fn check_time(&self, ms: f64) -> Result<(), String> {
        let now = self.run.lab.step() as f64 * self.run.lab.grid().dt_ms();
        if ms > now {
            Ok(())
        } else {
            Err(format!("{} ms of model time have already passed; the current time is {} ms", number(ms), number(now)))
        }
    }

    fn neurons(&self) -> u32 {
        if let Laboratory::Free(lab) = &self.run.lab {
            return lab.neurons();
        }
        self.run.lab.network().and_then(|network| network.output()).map_or(0, crate::session::sites::shown) as u32
    }

    /// The number of steps, at most `steps`, before the condition must be checked.
    pub(super) fn until_stop(&self, steps: u64) -> u64 {
        match self.stop_at {
            Some(StopCondition::FirstSpike { .. }) => steps.min(1),
            Some(StopCondition::ModelTime { ms }) => {
                let due = (ms / self.run.lab.grid().dt_ms() - 1e-9).ceil().max(0.0) as u64;
                steps.min(due.saturating_sub(self.run.lab.step()).max(1))
            }
            Some(StopCondition::Answered { .. }) => match &self.run.lab {
                Laboratory::Images(trainer) => match trainer.steps_to_answer() {
                    0 => steps,
                    left => steps.min(left),
                },
                Laboratory::Neuron(_) | Laboratory::Pairing(_) | Laboratory::Free(_) => steps,
            },
            Some(StopCondition::Accuracy { .. } | StopCondition::Image { .. }) | None => steps,
        }
    }

    /// Whether the run can pause or stop in the current or next trial, which is then recorded, also at full speed.
    pub(super) fn may_stop_soon(&self) -> bool {
        let Laboratory::Images(trainer) = &self.run.lab else { return self.stop_at.is_some() };
        if trainer.images_done() + 1 == trainer.plan() {
            // the last image of the training
            return true;
        }
        match self.stop_at {
            None => false,
            Some(StopCondition::FirstSpike { .. } | StopCondition::Answered { .. }) => true,
            Some(StopCondition::ModelTime { ms }) => {
                (self.run.lab.step() + self.run.lab.trial_steps()) as f64 * self.run.lab.grid().dt_ms() >= ms - 1e-9
            }
            Some(StopCondition::Image { index }) => trainer.images_done() + 1 >= index,
            Some(StopCondition::Accuracy { at_least }) => {
                let one_more = 1.0 / History::TRIALS as f64;
                self.run.history.trials.len() + 1 >= History::TRIALS && self.run.history.recent_accuracy() + one_more >= at_least
            }
        }
    }

    /// Spikes of the neuron of the condition in the trial so far.
    pub(super) fn awaited_spikes(&self) -> u32 {
        let Some(StopCondition::FirstSpike { neuron }) = self.stop_at else { return 0 };
        if let Laboratory::Free(lab) = &self.run.lab {
            return lab.spikes_of(neuron);
        }
        let (Some(network), shown) = (self.run.lab.network(), self.neurons().max(1)) else { return 0 };
        network.counts().iter().skip(neuron as usize).step_by(shown as usize).sum()
    }

    /// Whether the condition was met in the steps since `before`; `spikes` is the spike count before them, `ended` whether an
    /// image ended in them.
    pub(super) fn is_met(&self, (before, spikes): (u64, u32), ended: bool) -> bool {
        let Some(condition) = self.stop_at else { return false };
        let now = self.run.lab.step();
        match condition {
            // a trial that started in these steps started without spikes
            StopCondition::FirstSpike { .. } => self.awaited_spikes() > if self.began_after(before) { 0 } else { spikes },
            StopCondition::ModelTime { ms } => now as f64 * self.run.lab.grid().dt_ms() >= ms - 1e-9,
            StopCondition::Image { index } => ended && matches!(&self.run.lab, Laboratory::Images(t) if t.images_done() == index),
            StopCondition::Accuracy { at_least } => {
                ended && self.run.history.trials.len() >= History::TRIALS && self.run.history.recent_accuracy() >= at_least
            }
            StopCondition::Answered { right } => match &self.run.lab {
                Laboratory::Images(trainer) => {
                    trainer.answered_in(before, now).is_some_and(|record| (record.answer == Some(record.label)) == right)
                }
                Laboratory::Neuron(_) | Laboratory::Pairing(_) | Laboratory::Free(_) => false,
            },
        }
    }

    fn began_after(&self, step: u64) -> bool {
        match &self.run.lab {
            Laboratory::Images(trainer) => trainer.step().saturating_sub(u64::from(trainer.trial().elapsed_steps)) >= step,
            Laboratory::Neuron(_) | Laboratory::Pairing(_) | Laboratory::Free(_) => false,
        }
    }

    /// Pause with a notice. Conditions that can occur again stay set.
    pub(super) fn stop_here(&mut self) {
        let Some(condition) = self.stop_at else { return };
        if self.run.state == RunState::Running || self.run.state == RunState::Paused {
            self.run.state = RunState::Paused;
        }
        let ms = number(self.run.lab.step() as f64 * self.run.lab.grid().dt_ms());
        let image = match &self.run.lab {
            Laboratory::Images(trainer) => format!(", image {}", number((trainer.trial().index + 1) as f64)),
            Laboratory::Neuron(_) | Laboratory::Pairing(_) | Laboratory::Free(_) => String::new(),
        };
        self.waiting.push_back(Notice::Paused(format!("paused {}, at {ms} ms{image}", condition.words())));
        if !condition.can_recur() {
            self.stop_at = None;
        }
    }
}
