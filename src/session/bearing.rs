//! The parameters that a run learnt with, without changes before the first image or after the last.

use super::{Applied, Recorded};
use crate::params::{ParamId, Params};

/// An earlier value of a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Until {
    /// The parameter.
    pub id: ParamId,
    /// The earlier value.
    pub value: f64,
    /// The image before which it was changed.
    pub image: u64,
}

/// The final parameters of a run of `images` images, and earlier values in order. `initial` are those of its preset; for
/// every change of `log`, `at` is the number of images before it.
pub fn bearing(initial: &Params, log: &[Applied], at: &[u64], images: u64) -> (Params, Vec<Until>) {
    let (mut params, mut until) = (initial.clone(), Vec::<Until>::new());
    for (Applied { change, .. }, &image) in log.iter().zip(at) {
        let Recorded::Set(name, value) = change else { continue };
        let Some(id) = ParamId::from_name(name).filter(|_| image < images) else { continue };
        // of several changes within one image only the value before them was used for learning
        let again = until.iter().any(|known| known.id == id && known.image == image);
        if image > 0 && !again && params.get(id) != *value {
            until.push(Until { id, value: params.get(id), image });
        }
        // a log contains only accepted changes
        params.set(id, *value).ok();
    }
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
    fn only_parameters_used_for_learning_are_reported() {
        let initial = Params::default();
        let (tau, eta) = (initial.get(ParamId::TauM), initial.get(ParamId::Eta));
        // typed before the first image, on the way, there and back, and just before the reset
        let log = [set("tau_m", 60.0), set("eta", 0.5), set("norm", 9.0), set("norm", initial.get(ParamId::Norm)), set("tau_m", 20.0)];
        let (params, until) = bearing(&initial, &log, &[0, 100, 150, 200, 300], 300);
        assert_eq!((params.get(ParamId::TauM), params.get(ParamId::Eta)), (60.0, 0.5), "not {tau}");
        let told: Vec<_> = until.iter().map(|until| (until.id, until.value, until.image)).collect();
        assert_eq!(told, [(ParamId::Eta, eta, 100), (ParamId::Norm, initial.get(ParamId::Norm), 150), (ParamId::Norm, 9.0, 200)]);
        let (params, until) = bearing(&initial, &log, &[0, 100, 150, 200, 300], 301);
        assert_eq!((params.get(ParamId::TauM), until.len()), (20.0, 4));
        let (_, until) = bearing(&initial, &[set("eta", eta)], &[5], 9);
        assert!(until.is_empty(), "{until:?}");
        let (_, until) = bearing(&initial, &[set("eta", 0.2), set("eta", 0.3)], &[5, 5], 9);
        assert_eq!(until.len(), 1, "a slider that passed a value");
    }
}
