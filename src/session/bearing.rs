//! What a run learnt with: a parameter that is moved before the first image, or after the last, had no part in it.

use super::{Applied, Recorded};
use crate::params::{ParamId, Params};

/// A value that was in force for the first part of a run only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Until {
    /// The parameter.
    pub id: ParamId,
    /// The value the run began with.
    pub value: f64,
    /// The image before which it was moved.
    pub image: u64,
}

/// The parameters that a run of `images` images ended with, and those it had begun with where they were others. `initial` are
/// those of its preset; for every change of `log`, `at` says how many images were shown before it.
pub fn bearing(initial: &Params, log: &[Applied], at: &[u64], images: u64) -> (Params, Vec<Until>) {
    let (mut params, mut until) = (initial.clone(), Vec::<Until>::new());
    for (Applied { change, .. }, &image) in log.iter().zip(at) {
        let Recorded::Set(name, value) = change else { continue };
        let Some(id) = ParamId::from_name(name).filter(|_| image < images) else { continue };
        if image > 0 && until.iter().all(|known| known.id != id) {
            until.push(Until { id, value: params.get(id), image });
        }
        // a log holds nothing that was refused
        params.set(id, *value).ok();
    }
    // what was moved there and back is worth telling, what was set to the same is not
    until.retain(|known| {
        let moved = |applied: &Applied| matches!(&applied.change, Recorded::Set(name, value) if name == known.id.spec().name && *value != known.value);
        log.iter().zip(at).any(|(applied, &image)| image < images && image >= known.image && moved(applied))
    });
    (params, until)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::time::Step;

    fn set(name: &str, value: f64) -> Applied {
        Applied { before: Step(0), change: Recorded::Set(name.to_owned(), value) }
    }

    #[test]
    fn only_what_was_learnt_with_counts() {
        let initial = Params::default();
        let (tau, eta) = (initial.get(ParamId::TauM), initial.get(ParamId::Eta));
        // typed before the first image, on the way, there and back, and just before the reset
        let log = [set("tau_m", 60.0), set("eta", 0.5), set("norm", 9.0), set("norm", initial.get(ParamId::Norm)), set("tau_m", 20.0)];
        let (params, until) = bearing(&initial, &log, &[0, 100, 150, 200, 300], 300);
        assert_eq!((params.get(ParamId::TauM), params.get(ParamId::Eta)), (60.0, 0.5), "not {tau}");
        let told: Vec<_> = until.iter().map(|until| (until.id, until.value, until.image)).collect();
        assert_eq!(told, [(ParamId::Eta, eta, 100), (ParamId::Norm, initial.get(ParamId::Norm), 150)]);
        let (params, until) = bearing(&initial, &log, &[0, 100, 150, 200, 300], 301);
        assert_eq!((params.get(ParamId::TauM), until.len()), (20.0, 3));
        let (_, until) = bearing(&initial, &[set("eta", eta)], &[5], 9);
        assert!(until.is_empty(), "{until:?}");
    }
}
