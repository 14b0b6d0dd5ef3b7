//! Commands to be sent to the simulation. If its queue is full, they stay here until the next frame, so that none is lost and
//! the window does not block. While a slider is dragged only its last value matters, so one `Set` per parameter is kept.

use crate::gui::state::undo::{Change, QuantityChange};
use crate::model::{Entry, Path, Value};
use crate::params::{Change as Acts, ParamId, Params};
use crate::session::{Command, Quantities};
use std::collections::VecDeque;

/// Commands not yet accepted by the session, oldest first.
#[derive(Debug, Default)]
pub struct Outbox {
    waiting: VecDeque<Command>,
    /// Values sent but not yet contained in a snapshot, with the number of snapshots received without them.
    in_flight: Vec<(ParamId, f64, u32)>,
    /// The value of a rebuild parameter whose control is still being dragged; it is sent on release.
    held: Option<(ParamId, f64)>,
    /// The parameters of the last snapshot.
    effective: Option<Params>,
    /// Parameters changed since the last call of `take_changes`.
    changes: Vec<Change>,
    /// Quantities sent but not yet contained in a snapshot, with the number of snapshots received without them.
    asked: Vec<(Path, Value, u32)>,
    /// Quantities changed since the last call of `take_quantities`.
    quantities: Vec<QuantityChange>,
    /// Commands that views gave and that start another run, with their names in the menu, since the last call of `take_new_runs`.
    new_runs: Vec<(Command, &'static str)>,
}

/// Number of consecutive snapshots without a value after which it counts as refused.
const PATIENCE: u32 = 20;

impl Outbox {
    /// Queue `command` for the next flush. Replaces a queued command that it makes redundant.
    pub fn push(&mut self, command: Command) {
        match &command {
            Command::Set(id, after) => {
                if let Some(before) = self.wanted(*id).or_else(|| self.effective.as_ref().map(|params| params.get(*id))) {
                    self.changes.push(Change { id: *id, before, after: *after });
                }
                let same = |waiting: &Command| matches!(waiting, Command::Set(other, _) if other == id);
                // Commands must not be reordered, except that a Set followed only by other Sets can be replaced.
                let tail = self.waiting.iter().rev().take_while(|waiting| matches!(waiting, Command::Set(..))).count();
                let from = self.waiting.len() - tail;
                if let Some(index) = (from..self.waiting.len()).find(|&index| same(&self.waiting[index])) {
                    self.waiting.remove(index);
                }
            }
            // only the last position of a dragged history bar matters
            Command::LookBack(_) if matches!(self.waiting.back(), Some(Command::LookBack(_))) => {
                self.waiting.pop_back();
            }
            // only the last value of a dragged control matters
            Command::SetPath(path, _) if matches!(self.waiting.back(), Some(Command::SetPath(other, _)) if other == path) => {
                self.waiting.pop_back();
            }
            Command::ForkHere => self.new_runs.push((command.clone(), "the fork")),
            Command::Resume(_) => self.new_runs.push((command.clone(), "resuming the run")),
            Command::OpenRun(_) => self.new_runs.push((command.clone(), "opening the run")),
            Command::Watch(_) => self.waiting.retain(|waiting| !matches!(waiting, Command::Watch(_))),
            Command::SetSpeed(_) => self.waiting.retain(|waiting| !matches!(waiting, Command::SetSpeed(_))),
            _ => {}
        }
        self.waiting.push_back(command);
    }

    /// Set a quantity of a described network, which has the value of `entry` now.
    pub fn set_path(&mut self, entry: &Entry, after: Value) {
        let before = self.wanted_path(&entry.path).unwrap_or(&entry.value).clone();
        let path = entry.path.clone();
        self.asked.retain(|(other, ..)| *other != path);
        self.asked.push((path.clone(), after.clone(), 0));
        let rebuilds = entry.field.change == Acts::Rebuild;
        self.quantities.push(QuantityChange { path: path.clone(), before, after: after.clone(), rebuilds });
        self.push(Command::SetPath(path, after));
    }

    /// The value of a quantity requested last, until a snapshot contains it or it is refused.
    pub fn wanted_path(&self, path: &Path) -> Option<&Value> {
        self.asked.iter().find(|(other, ..)| other == path).map(|(_, value, _)| value)
    }

    /// The quantities requested, until a snapshot contains them or they are refused.
    pub(crate) fn asked(&self) -> impl Iterator<Item = (&Path, &Value)> {
        self.asked.iter().map(|(path, value, _)| (path, value))
    }

    /// Call on each new snapshot of a described network: forgets the values that it contains.
    pub fn settle_paths(&mut self, view: Option<&Quantities>) {
        self.asked.retain_mut(|(path, value, seen)| {
            *seen += 1;
            view.and_then(|view| view.entry(path)).is_some_and(|entry| entry.value != *value) && *seen < PATIENCE
        });
    }

    /// Call when a command was refused. Returns the requested values.
    pub fn refused_paths(&mut self) -> Vec<(Path, Value)> {
        self.asked.drain(..).map(|(path, value, _)| (path, value)).collect()
    }

    /// Quantities changed since the last call, for the undo history.
    pub(crate) fn take_quantities(&mut self) -> Vec<QuantityChange> {
        std::mem::take(&mut self.quantities)
    }

    /// Commands since the last call that start another run, for the undo history.
    pub(crate) fn take_new_runs(&mut self) -> Vec<(Command, &'static str)> {
        std::mem::take(&mut self.new_runs)
    }

    /// Show this value now, and send it when the control is released.
    pub fn hold(&mut self, id: ParamId, value: f64) {
        self.held = Some((id, value));
    }

    /// Call when every control has been released.
    pub fn release(&mut self) {
        if let Some((id, value)) = self.held.take() {
            self.push(Command::Set(id, value));
        }
    }

    /// Send as many commands as `send` accepts, in order.
    pub fn flush(&mut self, send: &mut impl FnMut(Command) -> Result<(), Command>) {
        while let Some(command) = self.waiting.pop_front() {
            let set = if let Command::Set(id, value) = command { Some((id, value)) } else { None };
            if let Err(refused) = send(command) {
                self.waiting.push_front(refused);
                return;
            }
            if let Some((id, value)) = set {
                self.in_flight.retain(|(other, ..)| *other != id);
                self.in_flight.push((id, value, 0));
            }
        }
    }

    /// Call on each new snapshot: forgets the values that it contains.
    pub fn settle(&mut self, effective: &Params) {
        if self.effective.as_ref() != Some(effective) {
            self.effective = Some(effective.clone());
        }
        self.in_flight.retain_mut(|(id, value, seen)| {
            *seen += 1;
            effective.get(*id) != *value && *seen < PATIENCE
        });
    }

    /// Call when a command was refused: the values of the snapshot apply again. Returns the requested values.
    pub fn refused(&mut self) -> Vec<(ParamId, f64)> {
        self.in_flight.drain(..).map(|(id, value, _)| (id, value)).collect()
    }

    /// The value requested last, until a snapshot contains it or it is refused, so that a control does not jump back while its
    /// command is being processed.
    pub fn wanted(&self, id: ParamId) -> Option<f64> {
        let held = self.held.filter(|(other, _)| *other == id).map(|(_, value)| value);
        held.or_else(|| self.pending(id)).or_else(|| self.in_flight.iter().find(|(other, ..)| *other == id).map(|(_, value, _)| *value))
    }

    /// The queued value of a parameter.
    pub fn pending(&self, id: ParamId) -> Option<f64> {
        self.waiting.iter().rev().find_map(|waiting| match waiting {
            Command::Set(other, value) if *other == id => Some(*value),
            _ => None,
        })
    }

    /// Parameters changed since the last call, for the undo history.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Whether no command is queued.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The queued commands, oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &Command> {
        self.waiting.iter()
    }

    /// Discard everything, because the session has ended.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(outbox: &mut Outbox) -> Vec<Command> {
        let mut sent = Vec::new();
        outbox.flush(&mut |command| {
            sent.push(command);
            Ok(())
        });
        sent
    }

    #[test]
    fn dragged_slider_queues_one_command_with_the_last_value() {
        let mut outbox = Outbox::default();
        for k in 0..100 {
            outbox.push(Command::Set(ParamId::TauM, f64::from(k)));
            outbox.push(Command::Set(ParamId::Eta, 0.1));
        }
        assert_eq!(outbox.pending(ParamId::TauM), Some(99.0));
        assert_eq!(drain(&mut outbox), [Command::Set(ParamId::TauM, 99.0), Command::Set(ParamId::Eta, 0.1)]);
    }

    #[test]
    fn control_shows_the_requested_value_until_a_snapshot_contains_it() {
        let mut outbox = Outbox::default();
        let mut effective = Params::default();
        outbox.push(Command::Set(ParamId::TauM, 50.0));
        drain(&mut outbox);
        outbox.settle(&effective);
        assert_eq!(outbox.wanted(ParamId::TauM), Some(50.0));
        effective.set(ParamId::TauM, 50.0).unwrap();
        outbox.settle(&effective);
        assert_eq!(outbox.wanted(ParamId::TauM), None);
        outbox.push(Command::Set(ParamId::TauM, 60.0));
        drain(&mut outbox);
        outbox.refused();
        assert_eq!(outbox.wanted(ParamId::TauM), None);
    }

    #[test]
    fn a_held_value_is_shown_at_once_and_sent_once() {
        let mut outbox = Outbox::default();
        for value in [100.0, 200.0] {
            outbox.hold(ParamId::NNeurons, value);
            assert_eq!((outbox.wanted(ParamId::NNeurons), drain(&mut outbox)), (Some(value), Vec::new()));
        }
        outbox.release();
        assert_eq!(drain(&mut outbox), [Command::Set(ParamId::NNeurons, 200.0)]);
        outbox.release();
        assert!(drain(&mut outbox).is_empty());
    }

    #[test]
    fn set_is_not_moved_before_a_step() {
        let mut outbox = Outbox::default();
        outbox.push(Command::Set(ParamId::TauM, 1.0));
        outbox.push(Command::StepMs);
        outbox.push(Command::Set(ParamId::TauM, 2.0));
        assert_eq!(drain(&mut outbox), [Command::Set(ParamId::TauM, 1.0), Command::StepMs, Command::Set(ParamId::TauM, 2.0)]);
    }

    #[test]
    fn full_queue_loses_no_command_and_keeps_the_order() {
        let mut outbox = Outbox::default();
        outbox.push(Command::Run);
        outbox.push(Command::Reward(1.0));
        outbox.push(Command::Pause);
        let mut room = 1;
        let mut sent = Vec::new();
        outbox.flush(&mut |command| {
            if room == 0 {
                return Err(command);
            }
            room -= 1;
            sent.push(command);
            Ok(())
        });
        assert_eq!(sent, [Command::Run]);
        assert_eq!(drain(&mut outbox), [Command::Reward(1.0), Command::Pause]);
    }
}
