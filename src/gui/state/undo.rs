//! Undo and redo of parameter changes and of all commands that start a new run. All changes of one frame are one step, and so is
//! one drag of a control.
//!
//! The session keeps the runs that were replaced, in the same order as the steps that replaced them. A step that replaced runs is
//! undone by returning to the run before it, with its weights and its moment. Of a run that the session has dropped, because its
//! memory is bounded, only the parameters can be restored.

use crate::model::{Path, Value};
use crate::params::{Change as Acts, ParamId};
use crate::session::{Command, Speed};

/// One parameter change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Change {
    /// The parameter.
    pub id: ParamId,
    /// Value before the change.
    pub before: f64,
    /// Value after the change.
    pub after: f64,
}

/// A change of one quantity of a described network.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QuantityChange {
    /// Its path.
    pub path: Path,
    /// Value before the change.
    pub before: Value,
    /// Value after the change.
    pub after: Value,
    /// Whether it needs a new network.
    pub rebuilds: bool,
}

/// One step of undo.
#[derive(Debug, Clone, Default)]
struct Step {
    changes: Vec<Change>,
    /// Changes of a described network.
    quantities: Vec<QuantityChange>,
    /// A command that started a new run, and its name in the menu.
    restart: Option<(Command, &'static str)>,
    /// The speed before and after, if starting the new run changed it.
    speeds: Option<(Speed, Speed)>,
    /// Number of runs that it replaced one after the other and that the session keeps.
    runs: u32,
    /// Whether it returned to an earlier run as undo does, so that redo of the session reverses it.
    returned: bool,
}

/// Maximum number of steps; older ones are forgotten.
const DEPTH: usize = 200;

/// The undo and redo stacks.
#[derive(Debug, Default)]
pub(crate) struct Undo {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// Whether later changes may be merged into the last step, because its control is still being dragged.
    held: bool,
    /// Runs that the session has dropped so far.
    lost: u64,
}

impl Step {
    /// Whether the step rebuilds the network.
    fn builds(&self) -> bool {
        self.restart.is_some()
            || self.changes.iter().any(|change| change.id.spec().change == Acts::Rebuild)
            || self.quantities.iter().any(|change| change.rebuilds)
    }
}

impl Step {
    fn is_empty(&self) -> bool {
        self.restart.is_none() && self.changes.is_empty() && self.quantities.is_empty()
    }

    /// Runs that its changes and commands replace.
    fn replaces(&self) -> u32 {
        let params = self.changes.iter().filter(|change| change.id.spec().change == Acts::Rebuild).count();
        let quantities = self.quantities.iter().filter(|change| change.rebuilds).count();
        (params + quantities) as u32 + u32::from(self.restart.is_some())
    }

    /// The commands with which the session returns to the run before the step, or to that after it.
    fn travel(&self, back: bool) -> Vec<Command> {
        let command = if back == self.returned { Command::RedoRun } else { Command::UndoRun };
        vec![command; self.runs as usize]
    }
}

impl Undo {
    /// Record the changes of one frame. `held` is whether the pointer still drags a control; changes of the same parameters in
    /// the next frame are then merged into the same step.
    pub(crate) fn note(&mut self, changes: Vec<Change>, held: bool) {
        let changes: Vec<Change> = changes.into_iter().filter(|change| change.before != change.after).collect();
        if changes.is_empty() {
            self.held &= held;
            return;
        }
        if let (Some(Step { changes: last, restart: None, .. }), [change]) = (self.done.last_mut(), changes.as_slice())
            && let [grown] = last.as_mut_slice()
            && self.held
            && grown.id == change.id
        {
            grown.after = change.after;
            let is_back = grown.before == grown.after;
            self.grow(is_back, change.id.spec().change == Acts::Rebuild);
        } else {
            self.push(Step { changes, ..Step::default() });
        }
        self.held = held;
    }

    /// The last step was merged with a change; one that came back and replaced no run leaves no step.
    fn grow(&mut self, is_back: bool, rebuilds: bool) {
        if let Some(step) = self.done.last_mut() {
            step.runs += u32::from(rebuilds);
        }
        self.done.pop_if(|step| is_back && step.runs == 0);
    }

    /// Record the changes of quantities of one frame; `held` as in `note`.
    pub(crate) fn note_quantities(&mut self, changes: Vec<QuantityChange>, held: bool) {
        let changes: Vec<QuantityChange> = changes.into_iter().filter(|change| change.before != change.after).collect();
        if changes.is_empty() {
            return;
        }
        if let (Some(Step { quantities: last, restart: None, .. }), [change]) = (self.done.last_mut(), changes.as_slice())
            && let [grown] = last.as_mut_slice()
            && self.held
            && grown.path == change.path
        {
            grown.after = change.after.clone();
            let (is_back, rebuilds) = (grown.before == grown.after, change.rebuilds);
            self.grow(is_back, rebuilds);
        } else {
            self.push(Step { quantities: changes, ..Step::default() });
        }
        self.held = held;
    }

    /// Remove refused values of quantities.
    pub(crate) fn forget_quantities(&mut self, refused: &[(Path, Value)]) {
        for (path, value) in refused {
            let its = |change: &QuantityChange| change.path == *path && change.after == *value;
            if let Some(step) = self.done.iter_mut().rev().find(|step| step.quantities.iter().any(its)) {
                let rebuilds = step.quantities.iter().any(|change| its(change) && change.rebuilds);
                step.runs = step.runs.saturating_sub(u32::from(rebuilds));
                step.quantities.retain(|change| !its(change));
            }
        }
        self.done.retain(|step| !step.is_empty());
    }

    /// Record a command that started a new run; `words` is its name in the menu.
    pub(crate) fn note_new_run(&mut self, command: Command, words: &'static str) {
        self.push(Step { restart: Some((command, words)), ..Step::default() });
        self.held = false;
    }

    /// A command that was to start a new run was refused: there is nothing to undo.
    pub(crate) fn forget_new_run(&mut self) {
        self.done.pop_if(|step| step.restart.is_some());
    }

    /// Record that starting the new run also changed the speed.
    pub(crate) fn note_speeds(&mut self, before: Speed, after: Speed) {
        if let Some(step) = self.done.last_mut().filter(|step| step.restart.is_some()) {
            step.speeds = Some((before, after));
        }
    }

    /// Remove refused values: there is nothing to undo.
    pub(crate) fn forget(&mut self, refused: impl Iterator<Item = (ParamId, f64)>) {
        for (id, value) in refused {
            let its = |change: &Change| change.id == id && change.after == value;
            if let Some(step) = self.done.iter_mut().rev().find(|step| step.changes.iter().any(its)) {
                step.runs = step.runs.saturating_sub(u32::from(id.spec().change == Acts::Rebuild));
                step.changes.retain(|change| !its(change));
            }
        }
        self.done.retain(|step| !step.is_empty());
    }

    /// Record that a kept run is restored: its parameters differ, and the run shown until now is kept instead. `returned`: as an undo
    /// of the session does, which its redo reverses.
    pub(crate) fn note_brought_back(&mut self, returned: bool) {
        *self = Self { lost: self.lost, ..Self::default() };
        let restart = Some((Command::UndoReset, "the return to another run"));
        self.push(Step { restart, returned, ..Step::default() });
    }

    fn push(&mut self, mut step: Step) {
        self.undone.clear();
        step.runs = step.replaces();
        self.done.push(step);
        if self.done.len() > DEPTH {
            self.done.remove(0);
        }
    }

    /// The number of runs that the session has dropped, oldest first: the steps that replaced them can only restore parameters.
    pub(crate) fn see_lost(&mut self, lost: u64) {
        for _ in self.lost..lost {
            let Some(at) = self.done.iter().position(|step| step.runs > 0) else { break };
            self.done[at].runs -= 1;
            if self.done[at].runs > 0 {
                continue;
            }
            match self.done[at].restart {
                // the parameters before another preset belong to that preset
                Some((Command::LoadPreset(..), _)) => drop(self.done.drain(..=at)),
                Some(_) => drop(self.done.remove(at)),
                None => {}
            }
        }
        self.lost = lost;
    }

    /// A step is undone or done again by its changes, because its runs are lost: the session then keeps other runs, and those of
    /// the other steps that could be done again are lost as well.
    fn by_changes(&mut self, step: &Step) {
        if step.replaces() > 0 {
            self.undone.retain(|step| step.restart.is_none());
            self.undone.iter_mut().for_each(|step| step.runs = 0);
        }
    }

    /// Undo the last step. Returns the commands for the session.
    pub(crate) fn undo(&mut self) -> Vec<Command> {
        self.held = false;
        let Some(step) = self.done.pop() else { return Vec::new() };
        let mut back = if step.runs > 0 {
            step.travel(true)
        } else {
            self.by_changes(&step);
            let quantities = step.quantities.iter().rev().map(|change| Command::SetPath(change.path.clone(), change.before.clone()));
            step.changes.iter().rev().map(|change| Command::Set(change.id, change.before)).chain(quantities).collect()
        };
        back.extend(step.speeds.map(|(before, _)| Command::SetSpeed(before)));
        self.undone.push(step);
        back
    }

    /// Redo the last undone step. Returns the commands for the session.
    pub(crate) fn redo(&mut self) -> Vec<Command> {
        self.held = false;
        let Some(step) = self.undone.pop() else { return Vec::new() };
        let mut again = if step.runs > 0 {
            step.travel(false)
        } else {
            self.by_changes(&step);
            let sets = step.changes.iter().map(|change| Command::Set(change.id, change.after));
            let quantities = step.quantities.iter().map(|change| Command::SetPath(change.path.clone(), change.after.clone()));
            sets.chain(quantities).chain(step.restart.iter().map(|(command, _)| command.clone())).collect()
        };
        again.extend(step.speeds.map(|(_, after)| Command::SetSpeed(after)));
        self.done.push(step);
        again
    }

    /// Whether the last step rebuilt the network.
    pub(crate) fn builds(&self) -> bool {
        self.done.last().is_some_and(Step::builds)
    }

    /// Descriptions of what Undo and Redo would change.
    pub(crate) fn words(&self) -> (Option<String>, Option<String>) {
        (self.done.last().map(words), self.undone.last().map(words))
    }
}

fn words(step: &Step) -> String {
    match (&step.restart, step.changes.as_slice()) {
        (Some((_, words)), _) => (*words).to_owned(),
        (None, [only]) => only.id.spec().label.to_lowercase(),
        (None, []) if step.quantities.len() == 1 => step.quantities[0].path.to_string(),
        (None, many) => format!("{} parameters", many.len() + step.quantities.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::{Domain, Params, REGISTRY};
    use proptest::prelude::*;

    fn sets(values: &[(ParamId, f64)]) -> Vec<Command> {
        values.iter().map(|&(id, value)| Command::Set(id, value)).collect()
    }

    fn change(params: &mut Params, id: ParamId, value: f64) -> Change {
        let before = params.get(id);
        params.set(id, value).unwrap();
        Change { id, before, after: params.get(id) }
    }

    #[test]
    fn refused_changes_are_not_undone_and_undoing_a_preset_restores_the_speed() {
        let (mut undo, mut params) = (Undo::default(), Params::default());
        undo.note(vec![change(&mut params, ParamId::TauM, 30.0)], false);
        undo.note(vec![change(&mut params, ParamId::TauM, 40.0), change(&mut params, ParamId::Eta, 0.2)], false);
        undo.forget([(ParamId::TauM, 40.0), (ParamId::Eta, 0.2)].into_iter());
        assert_eq!(undo.words().0.as_deref(), Some("membrane time constant"));
        let (slow, fast) = (Speed::ModelMsPerSecond(10.0), Speed::Full);
        undo.note_new_run(Command::Reset { seed: 1 }, "reset");
        undo.note_speeds(fast, slow);
        assert_eq!(undo.undo(), [Command::UndoRun, Command::SetSpeed(fast)]);
        assert_eq!(undo.redo(), [Command::RedoRun, Command::SetSpeed(slow)]);
    }

    #[test]
    fn drag_is_one_step_and_dragging_back_leaves_none() {
        let (mut undo, mut params) = (Undo::default(), Params::default());
        for value in [30.0, 40.0, 50.0] {
            let change = change(&mut params, ParamId::TauM, value);
            undo.note(vec![change], true);
        }
        undo.note(Vec::new(), false);
        assert_eq!(undo.undo(), sets(&[(ParamId::TauM, Params::default().get(ParamId::TauM))]));
        assert_eq!(undo.redo(), sets(&[(ParamId::TauM, 50.0)]));
        for value in [60.0, 50.0] {
            let change = change(&mut params, ParamId::TauM, value);
            undo.note(vec![change], true);
        }
        assert_eq!(undo.undo(), sets(&[(ParamId::TauM, Params::default().get(ParamId::TauM))]), "a drag that came back left no step");
    }

    #[test]
    fn every_rebuild_is_undone_by_the_run_before_it() {
        let (mut undo, mut params) = (Undo::default(), Params::default());
        let fewer = change(&mut params, ParamId::NNeurons, 100.0);
        undo.note(vec![fewer], false);
        undo.note_new_run(Command::Reset { seed: 7 }, "reset");
        // two rebuilds in one frame
        let both = [(ParamId::NNeurons, 50.0), (ParamId::Dt, 0.5)].map(|(id, value)| change(&mut params, id, value));
        undo.note(both.into(), false);
        undo.note_new_run(Command::Reset { seed: 8 }, "refused");
        undo.forget_new_run();
        assert_eq!(undo.undo(), [Command::UndoRun, Command::UndoRun]);
        assert_eq!(undo.undo(), [Command::UndoRun]);
        assert_eq!(undo.undo(), [Command::UndoRun]);
        assert!(undo.undo().is_empty());
        assert_eq!((undo.redo().len(), undo.redo().len()), (1, 1));
        assert_eq!(undo.redo(), [Command::RedoRun, Command::RedoRun]);
    }

    #[test]
    fn only_parameters_are_restored_of_runs_that_the_session_dropped() {
        let (mut undo, mut params) = (Undo::default(), Params::default());
        for neurons in [100.0, 50.0, 25.0] {
            let fewer = change(&mut params, ParamId::NNeurons, neurons);
            undo.note(vec![fewer], false);
        }
        undo.note_new_run(Command::Reset { seed: 7 }, "reset");
        undo.see_lost(2);
        assert_eq!((undo.undo(), undo.undo()), (vec![Command::UndoRun], vec![Command::UndoRun]));
        assert_eq!(undo.undo(), sets(&[(ParamId::NNeurons, 100.0)]));
        // the session keeps another run since then
        assert_eq!((undo.redo(), undo.redo()), (sets(&[(ParamId::NNeurons, 50.0)]), sets(&[(ParamId::NNeurons, 25.0)])));
        assert!(undo.redo().is_empty());
    }

    #[test]
    fn bringing_back_a_run_is_reversed_in_either_direction() {
        for (returned, back, again) in [(false, Command::UndoRun, Command::RedoRun), (true, Command::RedoRun, Command::UndoRun)] {
            let mut undo = Undo::default();
            undo.note_brought_back(returned);
            assert_eq!((undo.undo(), undo.redo()), (vec![back], vec![again]));
        }
    }

    #[test]
    fn parameters_of_a_lost_run_are_not_set_in_another_preset() {
        let (mut undo, mut params) = (Undo::default(), Params::default());
        let moved = change(&mut params, ParamId::TauM, 30.0);
        undo.note(vec![moved], false);
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/mnist-rstdp.ron");
        let preset = crate::preset::Preset::load(&path).unwrap();
        undo.note_new_run(Command::LoadPreset(Box::new(preset), 1), "opening the preset");
        undo.note_new_run(Command::Reset { seed: 2 }, "reset");
        undo.see_lost(1);
        assert_eq!(undo.undo(), [Command::UndoRun]);
        assert!(undo.undo().is_empty());
    }

    /// A value inside the range of a parameter.
    fn within(domain: Domain, share: f64) -> f64 {
        match domain {
            Domain::Real { min, max, .. } => min + share * (max - min),
            Domain::Integer { min, max } => (min + share * (max - min)).floor(),
            Domain::Choice(words) => (share * words.len() as f64).floor(),
        }
    }

    /// One of three parameters that take effect without a rebuild.
    fn live(which: usize) -> &'static crate::params::ParamSpec {
        REGISTRY.iter().filter(|spec| spec.change == Acts::Live).nth(which % 3).unwrap()
    }

    proptest! {
        #[test]
        fn undoing_everything_leads_back_and_redoing_everything_leads_forth_again(
            steps in prop::collection::vec((0usize..1000, 0.0f64..1.0, any::<bool>(), 0u8..5), 1..60)
        ) {
            let (mut undo, mut params) = (Undo::default(), Params::default());
            let set = |params: &mut Params, commands: Vec<Command>| commands.into_iter().for_each(|command| match command {
                Command::Set(id, value) => params.set(id, value).unwrap(),
                other => panic!("{other:?}"),
            });
            for (which, share, held, kind) in steps {
                match kind {
                    0 => set(&mut params, undo.undo()),
                    1 => set(&mut params, undo.redo()),
                    // few parameters, so that drags and changes of several meet the same one again
                    2 => {
                        let frame = [0, 1].map(|k| live(which + k));
                        undo.note(frame.map(|spec| change(&mut params, spec.id, within(spec.domain, share))).into(), held);
                    }
                    _ => {
                        let spec = live(which);
                        undo.note(vec![change(&mut params, spec.id, within(spec.domain, share))], held);
                    }
                }
            }
            let mut states = vec![params.clone()];
            loop {
                let back = undo.undo();
                if back.is_empty() {
                    break;
                }
                set(&mut params, back);
                states.push(params.clone());
            }
            prop_assert_eq!(&params, &Params::default());
            while let Some(state) = states.pop() {
                prop_assert_eq!(&params, &state);
                set(&mut params, undo.redo());
            }
        }
    }
}
