//! One synapse whose two neurons fire once each.

use super::{Condition, NetworkTemplate};
use crate::params::{Idle, ParamId as P, Params};

/// One synapse.
pub(super) struct Pair;

impl NetworkTemplate for Pair {
    fn conditions(&self, _params: &Params, id: P) -> Vec<Condition> {
        let one_pair = (false, Idle::Never("each neuron fires once, so there is one pair"));
        if id == P::Pairing { vec![one_pair] } else { Vec::new() }
    }
}
