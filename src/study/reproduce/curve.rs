//! Rates of neurons by the constant current that they receive (f-I curves), and what is measured of them.

use crate::experiment::{FreeRun, Observation, lif_rate_hz};
use crate::model::{ModelSpec, NetworkSpec};

/// Half the width in mV of the currents around one at which a rate is measured.
const AROUND_MV: f64 = 1.0;

/// The neurons of a population that receives a step of current.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The population.
    pub population: String,
    /// Current R I in mV (mV per ms of Izhikevich neurons) and rate in Hz of every neuron, by current.
    pub points: Vec<(f64, f64)>,
}

impl Curve {
    /// Of all populations with a step of current.
    pub(super) fn all(observed: &Observation, free: &FreeRun) -> Vec<Self> {
        let network = free.spec();
        let steps = |name: &str| match network.population(name).map(|population| &population.model) {
            Some(ModelSpec::StepCurrent(step)) => Some(step.ri_mv),
            _ => None,
        };
        let of = |(index, population): (usize, &crate::model::PopulationSpec)| {
            let constant = population.model.value("ri").or_else(|| population.model.value("i")).unwrap_or_default();
            let mut currents = vec![constant; population.size() as usize];
            let onto = network.projections.iter().enumerate().filter(|(_, projection)| projection.to == population.name);
            let onto: Vec<(usize, f64)> = onto.filter_map(|(place, projection)| Some((place, steps(&projection.from)?))).collect();
            for &(place, ri_mv) in &onto {
                let synapses = &free.network().projections()[place].synapses;
                for (neuron, current) in currents.iter_mut().enumerate() {
                    *current += synapses.onto(neuron).iter().map(|(_, weight)| f64::from(*weight) * ri_mv).sum::<f64>();
                }
            }
            let mut points: Vec<(f64, f64)> = currents.into_iter().zip(observed.neuron_rates_hz(index)).collect();
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            (!onto.is_empty()).then(|| Self { population: population.name.clone(), points })
        };
        network.populations.iter().enumerate().filter_map(of).collect()
    }

    /// The middle between the largest current below which all neurons are silent and the smallest at which one fires.
    pub(super) fn rheobase_mv(&self) -> Option<f64> {
        let first = self.points.iter().position(|point| point.1 > 0.0)?;
        let silent = self.points.get(first.checked_sub(1)?)?;
        Some(0.5 * (silent.0 + self.points[first].0))
    }

    /// The slope of the line of least squares through the neurons that fire, in Hz per mV.
    pub(super) fn gain(&self) -> Option<f64> {
        let firing: Vec<_> = self.points.iter().filter(|point| point.1 > 0.0).collect();
        let n = firing.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| firing.iter().map(|point| of(point)).sum::<f64>() / n;
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        let (product, square) = firing
            .iter()
            .fold((0.0, 0.0), |(product, square), point| (product + (point.0 - x) * (point.1 - y), square + (point.0 - x) * (point.0 - x)));
        (square > 0.0).then(|| product / square)
    }

    /// The mean rate of the neurons within 1 mV of a current.
    pub(super) fn rate_at(&self, ri_mv: f64) -> Option<f64> {
        let near: Vec<f64> = self.points.iter().filter(|point| (point.0 - ri_mv).abs() <= AROUND_MV).map(|point| point.1).collect();
        (!near.is_empty()).then(|| near.iter().sum::<f64>() / near.len() as f64)
    }

    /// The largest difference in Hz from the closed form of leaky integrate-and-fire neurons without noise; none of other models.
    pub(super) fn deviation_hz(&self, network: &NetworkSpec) -> Option<f64> {
        let ModelSpec::Lif(lif) = &network.population(&self.population)?.model else { return None };
        let relative = [lif.v_reset_mv, lif.v_th_mv].map(|v_mv| v_mv - lif.e_l_mv);
        let differences = self.points.iter().map(|&(ri_mv, hz)| (hz - lif_rate_hz([lif.tau_m_ms, lif.t_ref_ms], relative, ri_mv)).abs());
        differences.reduce(f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::Curve;

    #[test]
    fn rheobase_gain_and_rate_are_those_of_the_points() {
        let points = vec![(1.0, 0.0), (2.0, 0.0), (4.0, 10.0), (6.0, 20.0), (6.5, 22.5)];
        let curve = Curve { population: "a".to_owned(), points };
        assert_eq!((curve.rheobase_mv(), curve.rate_at(6.2), curve.rate_at(9.0)), (Some(3.0), Some(21.25), None));
        assert!((curve.gain().unwrap() - 5.0).abs() < 1e-12);
        let silent = Curve { population: "a".to_owned(), points: vec![(1.0, 0.0)] };
        assert_eq!((silent.rheobase_mv(), silent.gain()), (None, None));
    }
}
