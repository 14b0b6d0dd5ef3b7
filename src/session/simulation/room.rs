//! Capacity of the log of a run. A change that cannot be recorded is refused, so that every run can be replayed.

use crate::experiment::{Applied, Recorded};

/// Maximum number of changes.
const MOST_CHANGES: usize = 1_000_000;
/// Maximum number of pixels of drawn images; each takes two characters in a session record.
const MOST_PIXELS: usize = 1 << 28;

/// The reason why this change cannot be recorded, if any.
pub(super) fn refusal(log: &[Applied], change: &Recorded) -> Option<&'static str> {
    if log.len() >= MOST_CHANGES {
        return Some(
            "this run has 1,000,000 recorded changes, the maximum of its record; save the run, then reset or load a preset to \
             begin a new one",
        );
    }
    let pixels = |change: &Recorded| if let Recorded::Shown(picture) = change { picture.pixels.len() } else { 0 };
    let more = pixels(change);
    let full = more > 0 && log.iter().map(|applied| pixels(&applied.change)).sum::<usize>() + more > MOST_PIXELS;
    full.then_some("the record of this run cannot contain more drawings; save the run, then reset or load a preset to begin a new one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Picture;
    use crate::time::Step;

    #[test]
    fn a_full_log_refuses_changes_with_a_reason() {
        let applied = |change| Applied { before: Step(0), change };
        let mut log = vec![applied(Recorded::Reward(1.0)); MOST_CHANGES - 1];
        assert_eq!(refusal(&log, &Recorded::Set("eta".to_owned(), 0.1)), None);
        log.push(applied(Recorded::Reward(1.0)));
        assert!(refusal(&log, &Recorded::Reward(0.0)).is_some_and(|words| words.contains("1,000,000")));
        let picture = |pixels: usize| Recorded::Shown(Picture { label: 0, pixels: vec![0; pixels] });
        let log = [applied(picture(MOST_PIXELS))];
        assert!(refusal(&log, &picture(1)).is_some() && refusal(&log, &Recorded::Reward(0.0)).is_none());
    }
}
