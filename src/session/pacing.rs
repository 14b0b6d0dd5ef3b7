//! Number of steps that are due at the selected speed. The clock determines only batch sizes, not results.

use super::Speed;
use std::time::{Duration, Instant};

/// Maximum lag that is caught up; after a longer delay the simulation continues at the selected speed. Steps that were postponed
/// may add as much again.
const FORGIVE: Duration = Duration::from_millis(100);

/// Minimum time between two snapshots: a display frame.
pub(super) const FRAME: Duration = Duration::from_millis(16);

/// Wall-clock time turned into steps.
#[derive(Debug)]
pub(super) struct Pacer {
    speed: Speed,
    last: Instant,
    owed_ms: f64,
}

impl Pacer {
    pub(super) fn new(speed: Speed, now: Instant) -> Self {
        Self { speed, last: now, owed_ms: 0.0 }
    }

    pub(super) fn speed(&self) -> Speed {
        self.speed
    }

    /// Start with a new speed or after a pause.
    pub(super) fn restart(&mut self, speed: Speed, now: Instant) {
        *self = Self::new(speed, now);
    }

    /// Steps due by now; `None` for maximum speed.
    pub(super) fn due(&mut self, now: Instant, dt_ms: f64) -> Option<u64> {
        let Speed::ModelMsPerSecond(pace) = self.speed else { return None };
        let passed = now.saturating_duration_since(self.last).min(FORGIVE);
        self.last = now;
        self.owed_ms = (self.owed_ms + passed.as_secs_f64() * pace).min(2.0 * FORGIVE.as_secs_f64() * pace);
        // nothing is due until the clock has caught up with an image that was simulated ahead
        let steps = (self.owed_ms / dt_ms).floor().max(0.0);
        self.owed_ms -= steps * dt_ms;
        Some(steps as u64)
    }

    /// Steps simulated ahead for a complete image; the next steps are delayed accordingly.
    pub(super) fn overran(&mut self, steps: u64, dt_ms: f64) {
        self.owed_ms -= steps as f64 * dt_ms;
    }

    /// Steps that were due and not computed.
    pub(super) fn postpone(&mut self, steps: u64, dt_ms: f64) {
        self.owed_ms += steps as f64 * dt_ms;
    }

    /// Minimum time between two snapshots. A network that does not keep pace leaves the processor to its steps rather than to
    /// the window: half as many frames.
    pub(super) fn frame(&self) -> Duration {
        match self.speed {
            Speed::ModelMsPerSecond(pace) if self.owed_ms > 2.0 * FRAME.as_secs_f64() * pace => 2 * FRAME,
            Speed::ModelMsPerSecond(_) | Speed::Full => FRAME,
        }
    }

    /// How long until the next step is due, at most a display frame; nothing if it is due already.
    pub(super) fn wait(&self, dt_ms: f64) -> Duration {
        match self.speed {
            Speed::Full => Duration::ZERO,
            // a network that hardly keeps pace has no time to wait
            Speed::ModelMsPerSecond(_) if self.owed_ms >= dt_ms => Duration::ZERO,
            Speed::ModelMsPerSecond(pace) => {
                let seconds = (dt_ms - self.owed_ms).max(0.0) / pace.max(1e-3);
                Duration::from_secs_f64(seconds.clamp(0.001, 0.016))
            }
        }
    }
}

/// Whether all steps that are due can be recorded: no more than the images that the views show, and two in any case.
pub(super) fn fits(due: u64, trial_steps: u64, images: u8) -> bool {
    due <= u64::from(images.max(2)) * trial_steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_default_speed_the_longest_delay_leaves_no_gap_in_ten_images() {
        let start = Instant::now();
        let mut pacer = Pacer::new(Speed::ModelMsPerSecond(10_000.0), start);
        let due = pacer.due(start + Duration::from_secs(3), 1.0).unwrap();
        assert!(due == 1_000 && fits(due, 250, 10), "{due}");
        // on a machine that computes none of them in time, too
        for second in 4..60 {
            pacer.postpone(due, 1.0);
            let due = pacer.due(start + Duration::from_secs(second), 1.0).unwrap();
            assert!(due <= 2_000 && fits(due, 250, 10), "{due}");
        }
        assert!(!fits(1_000, 250, 1), "one image is shown: the last of four is recorded");
    }

    #[test]
    fn model_time_keeps_pace_at_any_polling_rate() {
        let start = Instant::now();
        for looks in [20, 77, 1000] {
            let mut pacer = Pacer::new(Speed::ModelMsPerSecond(1000.0), start);
            let total: u64 =
                (1..=looks).map(|k| pacer.due(start + Duration::from_secs_f64(f64::from(k) / f64::from(looks)), 0.1).unwrap()).sum();
            assert!((9_999..=10_000).contains(&total), "{looks} looks: {total}");
        }
    }

    #[test]
    fn steps_simulated_ahead_delay_the_next_ones() {
        let start = Instant::now();
        let mut pacer = Pacer::new(Speed::ModelMsPerSecond(10_000.0), start);
        let total: u64 = (1..=100)
            .map(|k| {
                let due = pacer.due(start + Duration::from_millis(20 * k), 1.0).unwrap();
                // every batch runs 150 steps more than requested
                let ran = if due == 0 { 0 } else { due + 150 };
                pacer.overran(ran - due, 1.0);
                ran
            })
            .sum();
        assert!((20_000..=20_350).contains(&total), "{total} steps in 2 s at 10,000 a second");
    }

    #[test]
    fn postponed_steps_are_computed_without_waiting() {
        let start = Instant::now();
        let mut pacer = Pacer::new(Speed::ModelMsPerSecond(1000.0), start);
        let due = pacer.due(start + Duration::from_millis(20), 0.1).unwrap();
        // 15 ms of 20 were computed in time
        pacer.postpone(due - 150, 0.1);
        assert_eq!((pacer.wait(0.1), pacer.frame()), (Duration::ZERO, FRAME));
        let due = pacer.due(start + Duration::from_millis(20), 0.1).unwrap();
        assert_eq!(due, 50);
        assert!(pacer.wait(0.1) >= Duration::from_millis(1), "all due steps are done");
        // a network that falls behind is shown less often
        pacer.postpone(500, 0.1);
        assert_eq!(pacer.frame(), 2 * FRAME);
    }

    #[test]
    fn long_delays_are_not_caught_up() {
        let start = Instant::now();
        let mut pacer = Pacer::new(Speed::ModelMsPerSecond(1000.0), start);
        assert_eq!(pacer.due(start + Duration::from_hours(1), 1.0), Some(100));
    }
}
