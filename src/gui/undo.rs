//! Undo and redo of everything that sets a parameter. All changes of one frame are one step, and so is one drag, however
//! many values it passed.

use crate::params::ParamId;

/// One parameter moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Change {
    /// Which.
    pub id: ParamId,
    /// The value before.
    pub before: f64,
    /// The value after.
    pub after: f64,
}

/// Steps back are bounded; older ones are forgotten.
const DEPTH: usize = 200;

/// What was changed, and what was taken back.
#[derive(Debug, Default)]
pub(super) struct Undo {
    done: Vec<Vec<Change>>,
    undone: Vec<Vec<Change>>,
    /// Whether the last step may still grow, because the control it came from is still held.
    held: bool,
}

impl Undo {
    /// The changes of one frame. `held` says whether the pointer still holds a control: then the next frame's changes of
    /// the same parameter belong to the same step.
    pub(super) fn note(&mut self, changes: Vec<Change>, held: bool) {
        let changes: Vec<Change> = changes.into_iter().filter(|change| change.before != change.after).collect();
        if changes.is_empty() {
            self.held &= held;
            return;
        }
        if let (Some(last), [change]) = (self.done.last_mut(), changes.as_slice())
            && let [grown] = last.as_mut_slice()
            && self.held
            && grown.id == change.id
        {
            grown.after = change.after;
            if grown.before == grown.after {
                self.done.pop();
            }
        } else {
            self.done.push(changes);
            self.undone.clear();
            if self.done.len() > DEPTH {
                self.done.remove(0);
            }
        }
        self.held = held;
    }

    /// Take back the last step: the values to set.
    pub(super) fn undo(&mut self) -> Vec<(ParamId, f64)> {
        self.held = false;
        let Some(step) = self.done.pop() else { return Vec::new() };
        let back = step.iter().rev().map(|change| (change.id, change.before)).collect();
        self.undone.push(step);
        back
    }

    /// Make the step taken back last again: the values to set.
    pub(super) fn redo(&mut self) -> Vec<(ParamId, f64)> {
        self.held = false;
        let Some(step) = self.undone.pop() else { return Vec::new() };
        let again = step.iter().map(|change| (change.id, change.after)).collect();
        self.done.push(step);
        again
    }

    /// What Undo and Redo would change, in words.
    pub(super) fn words(&self) -> (Option<String>, Option<String>) {
        (self.done.last().map(|step| words(step)), self.undone.last().map(|step| words(step)))
    }

    /// Another experiment has other parameters.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn words(step: &[Change]) -> String {
    match step {
        [only] => only.id.spec().label.to_lowercase(),
        many => format!("{} parameters", many.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::{Domain, Params, REGISTRY};
    use proptest::prelude::*;

    fn change(params: &mut Params, id: ParamId, value: f64) -> Change {
        let before = params.get(id);
        params.set(id, value).unwrap();
        Change { id, before, after: params.get(id) }
    }

    #[test]
    fn one_drag_is_one_step_and_a_drag_back_is_none() {
        let (mut undo, mut params) = (Undo::default(), Params::default());
        for value in [30.0, 40.0, 50.0] {
            let change = change(&mut params, ParamId::TauM, value);
            undo.note(vec![change], true);
        }
        undo.note(Vec::new(), false);
        assert_eq!(undo.undo(), [(ParamId::TauM, Params::default().get(ParamId::TauM))]);
        assert_eq!(undo.redo(), [(ParamId::TauM, 50.0)]);
        for value in [60.0, 50.0] {
            let change = change(&mut params, ParamId::TauM, value);
            undo.note(vec![change], true);
        }
        assert_eq!(undo.undo(), [(ParamId::TauM, Params::default().get(ParamId::TauM))], "a drag that came back left no step");
    }

    /// A value of a parameter's range.
    fn within(domain: Domain, share: f64) -> f64 {
        match domain {
            Domain::Real { min, max, .. } => min + share * (max - min),
            Domain::Integer { min, max } => (min + share * (max - min)).floor(),
            Domain::Choice(words) => (share * words.len() as f64).floor(),
        }
    }

    proptest! {
        #[test]
        fn undoing_everything_leads_back_and_redoing_everything_leads_forth_again(
            steps in prop::collection::vec((0usize..1000, 0.0f64..1.0, any::<bool>(), 0u8..5), 1..60)
        ) {
            let (mut undo, mut params) = (Undo::default(), Params::default());
            let set = |params: &mut Params, values: Vec<(ParamId, f64)>| values.into_iter().for_each(|(id, v)| params.set(id, v).unwrap());
            for (which, share, held, kind) in steps {
                match kind {
                    0 => set(&mut params, undo.undo()),
                    1 => set(&mut params, undo.redo()),
                    // few parameters, so that drags and changes of several meet the same one again
                    2 => {
                        let frame = [0, 1].map(|k| &REGISTRY[(which + k) % 3]);
                        undo.note(frame.map(|spec| change(&mut params, spec.id, within(spec.domain, share))).into(), held);
                    }
                    _ => {
                        let spec = &REGISTRY[which % 3];
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
