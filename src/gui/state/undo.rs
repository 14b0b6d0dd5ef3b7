//! Undo and redo of parameter changes and of everything that starts a new run. All changes of one frame are one
//! step, and so is one drag, however many values it passed.
//!
//! The session keeps one run that was put aside, with its weights. The last step that put one aside is undone by having
//! it back; an older one has lost its weights, and only its parameters can be set again.

use crate::params::{Change as Acts, ParamId};
use crate::session::{Command, Speed};

/// One parameter moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Change {
    /// Which.
    pub id: ParamId,
    /// The value before.
    pub before: f64,
    /// The value after.
    pub after: f64,
}

/// One step of undo.
#[derive(Debug, Clone)]
struct Step {
    changes: Vec<Change>,
    /// A command that started a new run, and its name in the menu.
    anew: Option<(Command, &'static str)>,
    /// The speed before and after, where starting a new run changed it.
    speeds: Option<(Speed, Speed)>,
    /// Whether the run that this step put aside, or brought back, is the one the session keeps.
    kept: bool,
}

/// Steps back are bounded; older ones are forgotten.
const DEPTH: usize = 200;

/// The steps done and undone.
#[derive(Debug, Default)]
pub(crate) struct Undo {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// Whether the last step may still grow, because the control it came from is still held.
    held: bool,
}

impl Step {
    /// Whether it builds a new network.
    fn builds(&self) -> bool {
        self.anew.is_some() || self.changes.iter().any(|change| change.id.spec().change == Acts::Rebuild)
    }
}

impl Undo {
    /// The changes of one frame. `held` says whether the pointer still holds a control: then the next frame's changes of
    /// the same parameter belong to the same step.
    pub(crate) fn note(&mut self, changes: Vec<Change>, held: bool) {
        let changes: Vec<Change> = changes.into_iter().filter(|change| change.before != change.after).collect();
        if changes.is_empty() {
            self.held &= held;
            return;
        }
        if let (Some(Step { changes: last, anew: None, .. }), [change]) = (self.done.last_mut(), changes.as_slice())
            && let [grown] = last.as_mut_slice()
            && self.held
            && grown.id == change.id
        {
            grown.after = change.after;
            if grown.before == grown.after {
                self.done.pop();
            }
        } else {
            self.push(Step { changes, anew: None, speeds: None, kept: false });
        }
        self.held = held;
    }

    /// This command started a new run; `words` names it in the menu.
    pub(crate) fn note_new_run(&mut self, command: Command, words: &'static str) {
        self.push(Step { changes: Vec::new(), anew: Some((command, words)), speeds: None, kept: false });
        self.held = false;
    }

    /// Starting the new run changed the speed as well.
    pub(crate) fn note_speeds(&mut self, before: Speed, after: Speed) {
        if let Some(step) = self.done.last_mut().filter(|step| step.anew.is_some()) {
            step.speeds = Some((before, after));
        }
    }

    /// Values that were refused: there is nothing to undo.
    pub(crate) fn forget(&mut self, refused: impl Iterator<Item = (ParamId, f64)>) {
        for (id, value) in refused {
            let its = |change: &Change| change.id == id && change.after == value;
            if let Some(step) = self.done.iter_mut().rev().find(|step| step.changes.iter().any(its)) {
                step.changes.retain(|change| !its(change));
            }
        }
        self.done.retain(|step| step.anew.is_some() || !step.changes.is_empty());
    }

    /// The kept run is restored: its parameters differ, and the run shown until now is kept instead.
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

    /// The session is about to keep another run: the one kept so far is lost, and so is a step that did nothing but start it.
    fn keeps_another(&mut self) {
        self.done.iter_mut().chain(&mut self.undone).for_each(|step| step.kept = false);
        let lost = self.done.iter().rposition(|step| matches!(step.anew, Some((Command::LoadPreset(..), _))));
        // before another preset there were other parameters
        self.done.drain(..lost.map_or(0, |at| at + 1));
        self.done.retain(|step| step.anew.is_none());
    }

    /// Whether the session still keeps the other run of this step. If not and the step builds a new network, it will from now on.
    fn swaps_runs(&mut self, step: &mut Step) -> bool {
        let kept = step.kept;
        if !kept && step.builds() {
            self.keeps_another();
            step.kept = true;
        }
        kept
    }

    /// Undo the last step: the commands for the session.
    pub(crate) fn undo(&mut self) -> Vec<Command> {
        self.held = false;
        let Some(mut step) = self.done.pop() else { return Vec::new() };
        let mut back = if self.swaps_runs(&mut step) {
            vec![Command::UndoReset]
        } else {
            step.changes.iter().rev().map(|change| Command::Set(change.id, change.before)).collect()
        };
        back.extend(step.speeds.map(|(before, _)| Command::SetSpeed(before)));
        self.undone.push(step);
        back
    }

    /// Redo the step undone last: the commands for the session.
    pub(crate) fn redo(&mut self) -> Vec<Command> {
        self.held = false;
        let Some(mut step) = self.undone.pop() else { return Vec::new() };
        let mut again = if self.swaps_runs(&mut step) {
            vec![Command::UndoReset]
        } else {
            let sets = step.changes.iter().map(|change| Command::Set(change.id, change.after));
            sets.chain(step.anew.iter().map(|(command, _)| command.clone())).collect()
        };
        again.extend(step.speeds.map(|(_, after)| Command::SetSpeed(after)));
        self.done.push(step);
        again
    }

    /// Whether the last step built a new network.
    pub(crate) fn builds(&self) -> bool {
        self.done.last().is_some_and(Step::builds)
    }

    /// What Undo and Redo would change, in words.
    pub(crate) fn words(&self) -> (Option<String>, Option<String>) {
        (self.done.last().map(words), self.undone.last().map(words))
    }
}

fn words(step: &Step) -> String {
    match (&step.anew, step.changes.as_slice()) {
        (Some((_, words)), _) => (*words).to_owned(),
        (None, [only]) => only.id.spec().label.to_lowercase(),
        (None, many) => format!("{} parameters", many.len()),
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
    fn what_was_refused_cannot_be_taken_back_and_a_preset_takes_its_pace_along() {
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
    fn one_drag_is_one_step_and_a_drag_back_is_none() {
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
    fn weights_come_back_from_the_last_start_anew_and_parameters_from_older_ones() {
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
        assert_eq!(undo.redo(), [Command::UndoReset], "setting it back put a run aside");
        assert_eq!(undo.redo(), [Command::Reset { seed: 7 }], "which lost the one that the reset had left");
        assert!(undo.redo().is_empty());
    }

    #[test]
    fn what_came_before_another_preset_is_not_set_in_it_once_the_old_run_is_gone() {
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

    /// A value of a parameter's range.
    fn within(domain: Domain, share: f64) -> f64 {
        match domain {
            Domain::Real { min, max, .. } => min + share * (max - min),
            Domain::Integer { min, max } => (min + share * (max - min)).floor(),
            Domain::Choice(words) => (share * words.len() as f64).floor(),
        }
    }

    /// One of three parameters that act at once.
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
