//! Weights between 0 and a maximum, and how the size of a change depends on the weight: not at all (additive, Song, Miller & Abbott
//! 2000), in proportion to the distance to the bound (multiplicative), or by a power of it (Gütig, Aharonov, Rotter & Sompolinsky
//! 2003, J Neurosci 23:3697).

use super::PlasticityParams;

/// The bounds of the weights of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    w_max: f32,
    soft: bool,
    /// Exponents of potentiation and depression, if they are not both 1.
    powers: Option<(f64, f64)>,
}

impl Bounds {
    pub(super) fn new(p: &PlasticityParams) -> Self {
        Self { w_max: p.w_max_mv as f32, soft: p.soft, powers: p.powers.filter(|_| p.soft) }
    }

    /// A weight after a change by `by`.
    #[inline(always)]
    pub(super) fn changed(&self, w: f32, by: f32) -> f32 {
        match self.powers {
            None => bounded(w, by, self.soft, self.w_max),
            Some(powers) => self.by_power(w, by, powers),
        }
    }

    /// As `changed`, with `w_max (1 − w/w_max)^μ+` and `w_max (w/w_max)^μ−` in place of the distances to the bounds.
    fn by_power(&self, w: f32, by: f32, (mu_plus, mu_minus): (f64, f64)) -> f32 {
        let share = f64::from(w) / f64::from(self.w_max);
        let room = if by > 0.0 { libm::pow((1.0 - share).max(0.0), mu_plus) } else { libm::pow(share.max(0.0), mu_minus) };
        (w + by * self.w_max * room as f32).clamp(0.0, self.w_max)
    }
}

/// A weight after a change by `by`, which is additive or, with soft bounds, in proportion to the distance to the bound.
#[inline(always)]
pub(super) fn bounded(w: f32, by: f32, soft: bool, w_max: f32) -> f32 {
    let room = if !soft {
        1.0
    } else if by > 0.0 {
        w_max - w
    } else {
        w
    };
    (w + by * room).clamp(0.0, w_max)
}
