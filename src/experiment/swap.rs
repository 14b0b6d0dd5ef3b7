//! Reversal learning: two labels are exchanged in training and in tests, while the images stay the same. Accuracy falls at
//! the swap and recovers as the network relearns.

use crate::params::{ParamError, ParamId as P, Params};

/// Two exchanged labels; `None` if they are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Swap(u8, u8);

impl Swap {
    pub(super) fn of(params: &Params) -> Self {
        Self(params.count(P::SwapA) as u8, params.count(P::SwapB) as u8)
    }

    /// The label that `label` counts as.
    pub(super) fn label(self, label: u8) -> u8 {
        match (label == self.0, label == self.1) {
            (true, _) => self.1,
            (false, true) => self.0,
            (false, false) => label,
        }
    }

    /// A swap with a class that the data does not have.
    pub(super) fn fault(params: &Params, classes: usize) -> Option<ParamError> {
        let Self(a, b) = Self::of(params);
        let most = usize::from(a.max(b));
        (a != b && most >= classes)
            .then(|| ParamError::Conflict(format!("swap_a and swap_b must be classes of the data, 0 to {}; got {most}", classes - 1)))
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
