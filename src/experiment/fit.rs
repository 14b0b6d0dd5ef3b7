//! Fits presets, which are made for ten digits, to more classes. Where every class has its own neurons, each class gets as
//! many as a digit had; `build` would refuse fewer neurons than classes.

use super::build;
use crate::datasets::Dataset;
use crate::model::template::OutputRule;
use crate::params::{ParamId as P, Params, Setup};

/// Number of classes that presets are made for.
const DIGITS: usize = 10;
/// Output neurons that fitting reaches at most; a preset itself can ask for more.
const MAX_OUTPUTS: usize = 1 << 16;

/// Increase the number of output neurons for data with more classes; returns a description of the change, if any.
pub fn fit(params: &mut Params, setup: Setup, data: &Dataset) -> Option<String> {
    let (neurons, classes) = (params.count(P::NNeurons), data.classes);
    let enough = neurons >= classes || neurons < DIGITS;
    if !setup.classifies() || !build::has_pools(params, setup.races()) || enough {
        return None;
    }
    // in a deep network each site of the last layer has these neurons
    // the sizes of a described network are its own
    let network = setup.network(params, build::frame(data), OutputRule::after(params, 0))?;
    let (width, height, _) = network.populations.last()?.shape.grid();
    let sites = width as usize * height as usize;
    let most = MAX_OUTPUTS / (sites * classes).max(1);
    let each = (neurons / DIGITS).min(most.max(1));
    // beyond the range of the parameter `build` reports the error
    params.set(P::NNeurons, (each * classes) as f64).ok()?;
    Some(format!("n_neurons is {} instead of {neurons}: {each} for each of the {classes} classes", each * classes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Template;

    #[test]
    fn neurons_are_added_only_where_classes_would_have_none() {
        let set = |classes| Dataset { images: ndarray::Array2::zeros((1, 4)), labels: vec![0], width: 2, height: 2, classes };
        let fitted = |neurons: f64, classes| {
            let mut params = Params::default();
            params.set(P::NNeurons, neurons).unwrap();
            let told = fit(&mut params, Setup::Template(Template::Features), &set(classes)).is_some();
            (params.count(P::NNeurons), told)
        };
        assert_eq!(fitted(10.0, 10), (10, false));
        assert_eq!(fitted(10.0, 26), (26, true));
        assert_eq!(fitted(30.0, 47), (141, true));
        assert_eq!(fitted(200.0, 47), (200, false));
        assert_eq!(fitted(5.0, 10), (5, false), "too few for digits is a fault of its own");
    }
}
