//! Models of two variables as systems in the plane: nullclines, fixed points and their stability, and the constant current at which
//! rest is lost. The fast variable is the membrane potential; a constant current adds to it.
//!
//! Every model of this kind has a potential nullcline that is convex relative to the other one, so that there are at most two fixed
//! points (Touboul & Brette 2008, Biol Cybern 99:319).

/// Halvings of an interval in which a fixed point lies.
const HALVINGS: usize = 100;
/// Distance in mV within which fixed points are sought.
const FAR_MV: f64 = 1e5;

/// What a model of two variables declares.
pub(crate) trait Planar {
    /// Name and unit of the second variable.
    fn second(&self) -> (&'static str, &'static str);
    /// The second variable at which the potential does not change, without current. A current adds to it.
    fn v_nullcline(&self, v_mv: f64) -> f64;
    /// The second variable at which it does not change itself.
    fn second_nullcline(&self, v_mv: f64) -> f64;
    /// Derivatives of dv/dt and of the change of the second variable, by the potential and by the second variable, per ms.
    fn jacobian(&self, v_mv: f64) -> [[f64; 2]; 2];
    /// The potential at which the distance between the nullclines is smallest; none if it grows everywhere.
    fn turn_mv(&self) -> Option<f64>;
    /// The potential at which the trace of the Jacobian is 0.
    fn trace_zero_mv(&self) -> f64;
    /// The potential at which a spike is fired.
    fn peak_mv(&self) -> f64;
}

/// A model of two variables.
#[derive(Clone, Copy)]
pub struct Plane<'a>(pub(super) &'a dyn Planar);

/// How a fixed point attracts or repels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stability {
    /// Attracts without oscillation.
    StableNode,
    /// Attracts with a damped oscillation.
    StableFocus,
    /// Repels in all directions without oscillation.
    UnstableNode,
    /// Repels with a growing oscillation.
    UnstableFocus,
    /// Attracts in one direction and repels in another.
    Saddle,
}

impl Stability {
    /// Its name.
    pub fn words(self) -> &'static str {
        match self {
            Self::StableNode => "stable node",
            Self::StableFocus => "stable focus",
            Self::UnstableNode => "unstable node",
            Self::UnstableFocus => "unstable focus",
            Self::Saddle => "saddle",
        }
    }

    /// Whether the neuron can rest there.
    pub fn is_stable(self) -> bool {
        matches!(self, Self::StableNode | Self::StableFocus)
    }

    fn of([[a, b], [c, d]]: [[f64; 2]; 2]) -> Self {
        let (trace, determinant) = (a + d, a * d - b * c);
        match (determinant < 0.0, trace < 0.0, trace * trace < 4.0 * determinant) {
            (true, ..) => Self::Saddle,
            (_, true, true) => Self::StableFocus,
            (_, true, false) => Self::StableNode,
            (_, false, true) => Self::UnstableFocus,
            (_, false, false) => Self::UnstableNode,
        }
    }
}

/// A point at which neither variable changes.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct FixedPoint {
    /// Potential in mV.
    pub v_mv: f64,
    /// The second variable, in its unit.
    pub second: f64,
    /// Its stability.
    pub stability: Stability,
}

/// How rest is lost when a constant current grows slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bifurcation {
    /// Rest and the saddle meet and vanish.
    SaddleNode,
    /// Rest becomes unstable, with an oscillation.
    Hopf,
}

/// The constant current up to which a neuron can rest.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct RestLost {
    /// The current, in the unit of the constant input of the model.
    pub current: f64,
    /// The resting potential there in mV.
    pub v_mv: f64,
    /// What happens to it.
    pub by: Bifurcation,
}

impl Plane<'_> {
    /// Name of the second variable.
    pub fn second(&self) -> &'static str {
        self.0.second().0
    }

    /// Its unit.
    pub fn unit(&self) -> &'static str {
        self.0.second().1
    }

    /// The second variable at which the potential does not change, under a constant current.
    pub fn v_nullcline(&self, v_mv: f64, current: f64) -> f64 {
        self.0.v_nullcline(v_mv) + current
    }

    /// The second variable at which it does not change itself.
    pub fn second_nullcline(&self, v_mv: f64) -> f64 {
        self.0.second_nullcline(v_mv)
    }

    /// The potential at which a spike is fired, in mV.
    pub fn peak_mv(&self) -> f64 {
        self.0.peak_mv()
    }

    /// The fixed points below the potential of a spike, by potential.
    pub fn fixed_points(&self, current: f64) -> Vec<FixedPoint> {
        let gap = |v_mv: f64| self.v_nullcline(v_mv, current) - self.second_nullcline(v_mv);
        let roots = match self.0.turn_mv() {
            Some(turn) if gap(turn) > 0.0 => Vec::new(),
            Some(turn) => [-1.0, 1.0].into_iter().filter_map(|side| root(&gap, turn, side)).collect(),
            // the distance grows everywhere
            None => {
                let start = self.0.trace_zero_mv();
                root(&gap, start, if gap(start) > 0.0 { -1.0 } else { 1.0 }).into_iter().collect()
            }
        };
        let point = |v_mv: f64| FixedPoint { v_mv, second: self.second_nullcline(v_mv), stability: Stability::of(self.0.jacobian(v_mv)) };
        roots.into_iter().filter(|v_mv| *v_mv < self.peak_mv()).map(point).collect()
    }

    /// Where the neuron rests under a constant current, if it can.
    pub fn rest(&self, current: f64) -> Option<FixedPoint> {
        self.fixed_points(current).into_iter().find(|point| point.stability.is_stable())
    }

    /// The current at which rest is lost.
    pub fn rest_lost(&self) -> RestLost {
        let hopf = self.0.trace_zero_mv();
        let (v_mv, by) = match self.0.turn_mv() {
            Some(turn) if turn <= hopf => (turn, Bifurcation::SaddleNode),
            _ => (hopf, Bifurcation::Hopf),
        };
        RestLost { current: self.second_nullcline(v_mv) - self.v_nullcline(v_mv, 0.0), v_mv, by }
    }
}

/// Where a function changes its sign on one side of a point.
fn root(function: &dyn Fn(f64) -> f64, from: f64, side: f64) -> Option<f64> {
    let sign = function(from) > 0.0;
    let differs = |at: f64| (function(at) > 0.0) != sign;
    let mut reach = 1.0;
    while !differs(from + side * reach) {
        reach *= 2.0;
        if reach > FAR_MV {
            return None;
        }
    }
    let (mut near, mut far) = (0.0, reach);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (near + far);
        if differs(from + side * middle) { far = middle } else { near = middle }
    }
    Some(from + side * 0.5 * (near + far))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AdEx, Izhikevich, ModelSpec};

    /// The largest change per ms of the two variables at a point, from the derivatives written out here.
    fn izhikevich_change(neuron: &Izhikevich, current: f64, at: FixedPoint) -> f64 {
        let FixedPoint { v_mv: v, second: u, .. } = at;
        let dv = 0.04 * v * v + 5.0 * v + 140.0 - u + current;
        dv.abs().max((neuron.a * (neuron.b * v - u)).abs())
    }

    #[test]
    fn izhikevich_neurons_rest_at_the_roots_of_the_parabola_and_lose_rest_where_the_paper_implies() {
        let neuron = Izhikevich::default();
        let model = ModelSpec::Izhikevich(neuron.clone());
        let plane = model.plane().unwrap();
        let points = plane.fixed_points(0.0);
        // 0.04 v² + 4.8 v + 140 = 0
        assert_eq!(points.iter().map(|point| point.v_mv.round()).collect::<Vec<_>>(), [-70.0, -50.0]);
        assert!(points.iter().all(|point| izhikevich_change(&neuron, 0.0, *point) < 1e-9), "{points:?}");
        assert_eq!(points.iter().map(|point| point.stability).collect::<Vec<_>>(), [Stability::StableNode, Stability::Saddle]);
        let lost = plane.rest_lost();
        // 0.08 v + 5 = a
        assert!((lost.v_mv + 62.25).abs() < 1e-9 && (lost.current - 3.7975).abs() < 1e-9 && lost.by == Bifurcation::Hopf, "{lost:?}");
        assert!(plane.rest(lost.current - 0.01).is_some() && plane.rest(lost.current + 0.01).is_none());
        assert!(plane.fixed_points(4.01).is_empty() && plane.fixed_points(3.99).len() == 2, "the roots meet at (5 − b)²/0.16 − 140 = 4");
        // without recovery below the onset of the spike: a saddle-node bifurcation
        let slow = ModelSpec::Izhikevich(Izhikevich { b: -0.1, ..neuron });
        let lost = slow.plane().unwrap().rest_lost();
        assert!((lost.current - (5.1 * 5.1 / 0.16 - 140.0)).abs() < 1e-9 && lost.by == Bifurcation::SaddleNode, "{lost:?}");
    }

    #[test]
    fn ad_ex_neurons_lose_rest_at_the_currents_of_naud_and_others() {
        let neuron = AdEx::default();
        let AdEx { tau_m_ms, e_l_mv, v_t_mv, delta_t_mv, a, tau_w_ms, .. } = neuron;
        let ratio: f64 = tau_m_ms / tau_w_ms;
        // Naud, Marcille, Clopath & Gerstner 2008, Biol Cybern 99:335
        let hopf = (1.0 + a) * (v_t_mv - e_l_mv - delta_t_mv + delta_t_mv * (1.0 + ratio).ln()) + delta_t_mv * (a - ratio);
        let model = ModelSpec::AdEx(neuron.clone());
        let lost = model.plane().unwrap().rest_lost();
        assert!((lost.current - hopf).abs() < 1e-9 && (hopf - 20.91).abs() < 0.01 && lost.by == Bifurcation::Hopf, "{lost:?} {hopf}");
        let fold = v_t_mv - e_l_mv - delta_t_mv;
        let without = ModelSpec::AdEx(AdEx { a: 0.0, ..neuron.clone() });
        let lost = without.plane().unwrap().rest_lost();
        assert!((lost.current - fold).abs() < 1e-9 && lost.by == Bifurcation::SaddleNode, "{lost:?} {fold}");
        let rest = without.plane().unwrap().rest(0.0).unwrap();
        assert!((rest.v_mv - e_l_mv).abs() < 1e-3 && rest.second == 0.0, "{rest:?}");
        // the adaptation amplifies: one fixed point
        let model = ModelSpec::AdEx(AdEx { a: -2.0, ..neuron });
        assert_eq!(model.plane().unwrap().fixed_points(0.0).len(), 1);
    }
}
