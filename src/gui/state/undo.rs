//! Undo and redo of parameter changes and of all commands that start a new run. All changes of one frame are one step, and so is
//! one drag of a control.
//!
//! The session keeps one previous run with its weights. The last step that replaced a run is undone by restoring that run; the
//! weights of older ones are lost, so only their parameters can be restored.

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
#[derive(Debug, Clone)]
struct Step {
    changes: Vec<Change>,
    /// Changes of a described network.
    quantities: Vec<QuantityChange>,
    /// A command that started a new run, and its name in the menu.
    restart: Option<(Command, &'static str)>,
    /// The speed before and after, if starting the new run changed it.
    speeds: Option<(Speed, Speed)>,
    /// Whether the run that this step replaced, or restored, is the one that the session keeps.
    kept: bool,
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
            if grown.before == grown.after {
                self.done.pop();
            }
        } else {
            self.push(Step { changes, quantities: Vec::new(), restart: None, speeds: None, kept: false });
        }
        self.held = held;
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
            if grown.before == grown.after {
                self.done.pop();
            }
        } else {
            self.push(Step { changes: Vec::new(), quantities: changes, restart: None, speeds: None, kept: false });
        }
        self.held = held;
    }

    /// Remove refused values of quantities.
    pub(crate) fn forget_quantities(&mut self, refused: &[(Path, Value)]) {
        for (path, value) in refused {
            let its = |change: &QuantityChange| change.path == *path && change.after == *value;
            if let Some(step) = self.done.iter_mut().rev().find(|step| step.quantities.iter().any(its)) {
                step.quantities.retain(|change| !its(change));
            }
        }
        self.done.retain(|step| !step.is_empty());
    }

    /// Record a command that started a new run; `words` is its name in the menu.
    pub(crate) fn note_new_run(&mut self, command: Command, words: &'static str) {
        self.push(Step { changes: Vec::new(), quantities: Vec::new(), restart: Some((command, words)), speeds: None, kept: false });
        self.held = false;
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
                step.changes.retain(|change| !its(change));
            }
        }
        self.done.retain(|step| !step.is_empty());
    }

    /// Record that the kept run is restored: its parameters differ, and the run shown until now is kept instead.
    pub(crate) fn note_brought_back(&mut self) {
        *self = Self::default();
        self.note_new_run(Command::UndoReset, "bringing back the run");
    }

    fn push(&mut self, mut step: Step) {
        self.undone.clear();
        if step.builds() {
            self.keeps_another();
            step.kept = true;
        }
        self.done.push(step);
        if self.done.len() > DEPTH {
            self.done.remove(0);
        }
    }

    /// Call before the session keeps another run: the previously kept run is lost, and so is a step that only started it.
    fn keeps_another(&mut self) {
        self.done.iter_mut().chain(&mut self.undone).for_each(|step| step.kept = false);
        let lost = self.done.iter().rposition(|step| matches!(step.restart, Some((Command::LoadPreset(..), _))));
        // the parameters before another preset belong to that preset
        self.done.drain(..lost.map_or(0, |at| at + 1));
        self.done.retain(|step| step.restart.is_none());
    }

    /// Whether the session still keeps the other run of this step. If not, and the step rebuilds the network, it will do so from
    /// now on.
    fn swaps_runs(&mut self, step: &mut Step) -> bool {
        let kept = step.kept;
        if !kept && step.builds() {
            self.keeps_another();
            step.kept = true;
        }
        kept
    }

    /// Undo the last step. Returns the commands for the session.
    pub(crate) fn undo(&mut self) -> Vec<Command> {
        self.held = false;
        let Some(mut step) = self.done.pop() else { return Vec::new() };
        let mut back = if self.swaps_runs(&mut step) {
            vec![Command::UndoReset]
        } else {
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
        let Some(mut step) = self.undone.pop() else { return Vec::new() };
        let mut again = if self.swaps_runs(&mut step) {
            vec![Command::UndoReset]
        } else {
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
        assert_eq!(undo.undo(), [Command::UndoReset, Command::SetSpeed(fast)]);
        assert_eq!(undo.redo(), [Command::UndoReset, Command::SetSpeed(slow)]);
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
    fn last_rebuild_restores_weights_and_older_ones_only_parameters() {
        let (mut undo, mut params) = (Undo::default(), Params::default());
        let fewer = change(&mut params, ParamId::NNeurons, 100.0);
        undo.note(vec![fewer], false);
        undo.note_new_run(Command::Reset { seed: 7 }, "reset");
        assert_eq!(undo.words().0.as_deref(), Some("reset"));
        assert_eq!(undo.undo(), [Command::UndoReset], "the session keeps the run before the reset");
        assert_eq!(undo.redo(), [Command::UndoReset]);
        assert_eq!(undo.undo(), [Command::UndoReset]);
        // the run before the rebuild is gone: the session kept the other one
        assert_eq!(undo.undo(), sets(&[(ParamId::NNeurons, 400.0)]));
        assert_eq!(undo.redo(), [Command::UndoReset], "undoing the rebuild replaced a run");
        assert_eq!(undo.redo(), [Command::Reset { seed: 7 }], "the run kept by the reset was lost");
        assert!(undo.redo().is_empty());
    }

    #[test]
    fn parameters_of_a_lost_run_are_not_set_in_another_preset() {
        let (mut undo, mut params) = (Undo::default(), Params::default());
        let moved = change(&mut params, ParamId::TauM, 30.0);
        undo.note(vec![moved], false);
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/mnist-rstdp.ron");
        let preset = crate::preset::Preset::load(&path).unwrap();
        undo.note_new_run(Command::LoadPreset(Box::new(preset), 1), "opening the preset");
        assert_eq!(undo.undo(), [Command::UndoReset]);
        assert_eq!(undo.redo(), [Command::UndoReset]);
        undo.note_new_run(Command::Reset { seed: 2 }, "reset");
        assert_eq!(undo.undo(), [Command::UndoReset]);
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
