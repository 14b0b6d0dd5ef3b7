//! How many steps are due. The clock only chooses how time is cut, never what happens in it.

use super::Speed;
use std::time::{Duration, Instant};

/// Debts older than this are forgiven: after a slow spell the simulation goes on at its pace instead of racing.
const FORGIVE: Duration = Duration::from_millis(100);

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

    /// A new pace, or a new start after a pause.
    pub(super) fn restart(&mut self, speed: Speed, now: Instant) {
        *self = Self::new(speed, now);
    }

    /// Steps due by now; `None` means as many as the machine can do.
    pub(super) fn due(&mut self, now: Instant, dt_ms: f64) -> Option<u64> {
        let Speed::ModelMsPerSecond(pace) = self.speed else { return None };
        let passed = now.saturating_duration_since(self.last).min(FORGIVE);
        self.last = now;
        self.owed_ms += passed.as_secs_f64() * pace;
        let steps = (self.owed_ms / dt_ms).floor().max(0.0);
        self.owed_ms -= steps * dt_ms;
        Some(steps as u64)
    }

    /// How long until the next step is due, at most a display frame.
    pub(super) fn wait(&self, dt_ms: f64) -> Duration {
        match self.speed {
            Speed::Full => Duration::ZERO,
            Speed::ModelMsPerSecond(pace) => {
                let seconds = (dt_ms - self.owed_ms).max(0.0) / pace.max(1e-3);
                Duration::from_secs_f64(seconds.clamp(0.001, 0.016))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_real_time_is_a_second_of_model_time_however_often_one_looks() {
        let start = Instant::now();
        for looks in [20, 77, 1000] {
            let mut pacer = Pacer::new(Speed::ModelMsPerSecond(1000.0), start);
            let total: u64 =
                (1..=looks).map(|k| pacer.due(start + Duration::from_secs_f64(f64::from(k) / f64::from(looks)), 0.1).unwrap()).sum();
            assert!((9_999..=10_000).contains(&total), "{looks} looks: {total}");
        }
    }

    #[test]
    fn a_long_silence_is_forgiven() {
        let start = Instant::now();
        let mut pacer = Pacer::new(Speed::ModelMsPerSecond(1000.0), start);
        assert_eq!(pacer.due(start + Duration::from_hours(1), 1.0), Some(100));
    }
}
