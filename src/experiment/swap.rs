//! Reversal learning: two labels change places. The pictures stay; what counts as right is exchanged, in training and in
//! tests alike, so that accuracy falls when the rule turns and comes back as the network learns it anew.

use crate::params::{ParamError, ParamId as P, Params};

/// Two labels that stand for each other; none if they are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Swap(u8, u8);

impl Swap {
    pub(super) fn of(params: &Params) -> Self {
        Self(params.count(P::SwapA) as u8, params.count(P::SwapB) as u8)
    }

    /// What `label` counts as.
    pub(super) fn label(self, label: u8) -> u8 {
        match (label == self.0, label == self.1) {
            (true, _) => self.1,
            (false, true) => self.0,
            (false, false) => label,
        }
    }

    /// A swap with a class that the data do not have.
    pub(super) fn fault(params: &Params, classes: usize) -> Option<ParamError> {
        let Self(a, b) = Self::of(params);
        let most = usize::from(a.max(b));
        (a != b && most >= classes).then(|| {
            ParamError::Conflict(format!("swap_a and swap_b must lie in 0 to {}, the classes of the data; got {most}", classes - 1))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Swap;

    #[test]
    fn a_swap_exchanges_two_labels_and_leaves_the_rest() {
        assert_eq!([0, 3, 5, 9].map(|label| Swap(3, 5).label(label)), [0, 5, 3, 9]);
        assert_eq!([0, 3, 5, 9].map(|label| Swap(3, 3).label(label)), [0, 3, 5, 9]);
    }
}
