//! A rate from spikes: filtered with a difference of two exponentials whose integral is 1.

use crate::engine::archive::{Archive, ArchiveError, Persist};

/// The rate `Σ κ(t − t_spike)` with `κ(t) = (e^(−t/τ_fall) − e^(−t/τ_rise))/(τ_fall − τ_rise)`, on a grid of steps.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    fall: f64,
    rise: f64,
    /// Makes the sum over all steps, times the step in s, equal to 1.
    unit_hz: f64,
    slow: f64,
    fast: f64,
}

impl Filter {
    /// Time constants and time step in ms; `rise_ms` below `fall_ms`.
    pub(super) fn new(rise_ms: f64, fall_ms: f64, dt_ms: f64) -> Self {
        let [fall, rise] = [fall_ms, rise_ms].map(|tau_ms| libm::exp(-dt_ms / tau_ms));
        let area_s = (1.0 / (1.0 - fall) - 1.0 / (1.0 - rise)) * dt_ms * 1e-3;
        Self { fall, rise, unit_hz: 1.0 / area_s, slow: 0.0, fast: 0.0 }
    }

    /// A step in which so many spikes were fired, or a sum of weights of spikes.
    pub(super) fn step(&mut self, spikes: f64) {
        self.slow = self.slow * self.fall + spikes;
        self.fast = self.fast * self.rise + spikes;
    }

    /// The rate in Hz.
    pub(super) fn rate_hz(&self) -> f64 {
        (self.slow - self.fast) * self.unit_hz
    }
}

impl Persist for Filter {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { fall: _, rise: _, unit_hz: _, slow, fast } = self;
        archive.f64("filter", slow)?;
        archive.f64("filter", fast)?;
        if slow.is_finite() && fast.is_finite() { Ok(()) } else { Err(ArchiveError::Value("filter")) }
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;

    #[test]
    fn a_constant_rate_is_kept_and_a_spike_has_unit_area() {
        let mut filter = Filter::new(50.0, 200.0, 1.0);
        filter.step(1.0);
        let mut area = filter.rate_hz() * 1e-3;
        let mut peak = (0, 0.0);
        for step in 1..5000 {
            filter.step(0.0);
            area += filter.rate_hz() * 1e-3;
            if filter.rate_hz() > peak.1 {
                peak = (step, filter.rate_hz());
            }
        }
        assert!((area - 1.0).abs() < 1e-9, "{area}");
        // the maximum of the continuous kernel: ln(τ_fall/τ_rise) τ_fall τ_rise/(τ_fall − τ_rise) = 92.4 ms
        assert!((91..=94).contains(&peak.0), "{peak:?}");
        (0..5000).for_each(|step| filter.step(f64::from(u8::from(step % 20 == 0))));
        assert!((filter.rate_hz() - 50.0).abs() < 1.0, "{}", filter.rate_hz());
    }
}
