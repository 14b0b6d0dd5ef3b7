//! Keyframes of a run for time travel, at regular intervals, in bounded memory. Between two keyframes the log is replayed exactly.
//! When the memory is full, the interval doubles and every other keyframe is removed, so that a run of any length is covered
//! evenly. Their states are serialised on another thread; until then a keyframe is not used.

use super::history::History;
use crate::experiment::Activity;
use crate::preset::Preset;
use crate::rundir::Metrics;
use std::sync::{Arc, OnceLock};

/// Images between the first keyframes.
const FIRST_DISTANCE: u64 = 100;
/// Model time in ms between the first keyframes of a network that runs freely.
const FIRST_MS: f64 = 100.0;
/// Maximum number of keyframes.
const MOST_FRAMES: usize = 64;
/// Maximum memory in bytes.
const MOST_BYTES: usize = 64 << 20;

/// The complete state at a moment between two images, or between two steps of a network that runs freely.
#[derive(Debug)]
pub(super) struct Keyframe {
    /// Completed images; of a network that runs freely, steps.
    pub(super) moment: u64,
    /// Completed steps.
    pub(super) step: u64,
    /// Applied changes of the log.
    pub(super) changes: usize,
    /// The preset with the values in force, of an experiment with images.
    pub(super) preset: Option<Preset>,
    /// The network and its trainer, once it is serialised.
    pub(super) state: Arc<OnceLock<Vec<u8>>>,
    /// Rates until then, of a network that runs freely.
    pub(super) activity: Option<Activity>,
    /// History for the views.
    pub(super) history: History,
    /// Metrics for the run directory.
    pub(super) metrics: Metrics,
}

impl Keyframe {
    fn bytes(&self) -> usize {
        self.state.get().map_or(0, Vec::len) + self.history.bytes() + self.metrics.bytes()
    }
}

/// Keyframes of one run, oldest first.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    frames: Vec<Arc<Keyframe>>,
    distance: u64,
    most_bytes: usize,
    /// A single keyframe exceeds the memory limit, so replays start at the beginning.
    too_large: bool,
}

impl Default for Timeline {
    fn default() -> Self {
        Self { frames: Vec::new(), distance: FIRST_DISTANCE, most_bytes: MOST_BYTES, too_large: false }
    }
}

impl Timeline {
    /// That of a network that runs freely.
    pub(super) fn in_steps(dt_ms: f64) -> Self {
        Self { distance: ((FIRST_MS / dt_ms) as u64).max(1), ..Self::default() }
    }

    /// Whether a keyframe is due at a moment.
    pub(super) fn is_due(&self, moment: u64) -> bool {
        !self.too_large && moment > 0 && moment.is_multiple_of(self.distance) && self.frames.last().is_none_or(|last| last.moment < moment)
    }

    /// The distance from a moment to the next one at which a keyframe can be due.
    pub(super) fn next_in(&self, moment: u64) -> u64 {
        self.distance - moment % self.distance
    }

    /// Add a keyframe, and remove others if the memory is full.
    pub(super) fn keep(&mut self, frame: Keyframe) {
        if self.frames.last().into_iter().map(|last| last.bytes()).chain([frame.bytes()]).any(|bytes| bytes > self.most_bytes) {
            self.too_large = true;
            self.frames.clear();
            return;
        }
        self.frames.push(Arc::new(frame));
        self.thin(self.most_bytes);
    }

    /// Reduce the keyframes to a memory limit.
    pub(super) fn thin(&mut self, most_bytes: usize) {
        while self.frames.len() > MOST_FRAMES || (self.bytes() > most_bytes && !self.frames.is_empty()) {
            self.distance *= 2;
            let distance = self.distance;
            self.frames.retain(|frame| frame.moment.is_multiple_of(distance));
        }
    }

    fn bytes(&self) -> usize {
        self.frames.iter().map(|frame| frame.bytes()).sum()
    }

    /// The last keyframe at or before a moment; `None` for the start of the run.
    pub(super) fn before(&self, moment: u64) -> Option<Arc<Keyframe>> {
        self.frames.iter().rev().find(|frame| frame.moment <= moment && frame.state.get().is_some()).map(Arc::clone)
    }

    /// Remove keyframes after `step`.
    pub(super) fn cut(&mut self, step: u64) {
        self.frames.retain(|frame| frame.step <= step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(images: u64, bytes: usize) -> Keyframe {
        Keyframe {
            moment: images,
            step: images * 250,
            changes: 0,
            preset: None,
            state: Arc::new(OnceLock::from(vec![0; bytes])),
            activity: None,
            history: History::new(2, 1),
            metrics: Metrics::new(100),
        }
    }

    fn run(timeline: &mut Timeline, images: u64, bytes: usize) {
        for images in 1..=images {
            if timeline.is_due(images) {
                timeline.keep(frame(images, bytes));
            }
        }
    }

    #[test]
    fn a_run_of_any_length_is_covered_evenly_within_the_bounds() {
        for (length, bytes) in [(5_000, 10), (1_000_000, 10), (60_000, 2 << 20)] {
            let mut timeline = Timeline::default();
            run(&mut timeline, length, bytes);
            assert!(timeline.frames.len() <= MOST_FRAMES && timeline.bytes() <= MOST_BYTES);
            let at: Vec<u64> = timeline.frames.iter().map(|frame| frame.moment).collect();
            let longest = at.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
            assert!(at.len() >= 15 && at[0] == longest, "{at:?}");
            assert!(at.windows(2).all(|pair| pair[1] - pair[0] == longest) && at[at.len() - 1] + longest > length, "{at:?}");
            for images in [0, longest - 1, longest, length / 2, length] {
                assert_eq!(timeline.before(images).map_or(0, |frame| frame.moment), images / longest * longest);
            }
        }
    }

    #[test]
    fn removed_keyframes_are_recorded_again() {
        let mut timeline = Timeline::default();
        run(&mut timeline, 1_000, 10);
        timeline.cut(550 * 250);
        assert_eq!(timeline.before(1_000).unwrap().moment, 500);
        assert!(timeline.is_due(600) && !timeline.is_due(550) && !timeline.is_due(500));
    }

    #[test]
    fn a_state_larger_than_the_memory_leaves_only_the_beginning() {
        let mut timeline = Timeline { most_bytes: 1000, ..Timeline::default() };
        run(&mut timeline, 1_000, 2_000);
        assert!(timeline.before(1_000).is_none() && !timeline.is_due(2_000));
    }

    #[test]
    fn keyframe_is_used_once_its_state_is_serialised() {
        let mut timeline = Timeline::default();
        run(&mut timeline, 200, 10);
        let state = Arc::new(OnceLock::new());
        timeline.keep(Keyframe { state: Arc::clone(&state), ..frame(300, 0) });
        assert_eq!(timeline.before(300).unwrap().moment, 200);
        state.set(vec![1]).unwrap();
        assert_eq!(timeline.before(300).unwrap().moment, 300);
    }
}
