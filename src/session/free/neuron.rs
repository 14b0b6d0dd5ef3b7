//! The state of one neuron of the network that runs, and the synapses onto it.

use crate::engine::network::{Projection, Source};
use crate::engine::neuron::NeuronModel;
use crate::experiment::FreeRun;
use crate::model::ProjectionSpec;
use crate::session::free_view::PopulationView;
use crate::session::inspected::{Incoming, Inspected, Steady};
use std::sync::Arc;

/// The state of a neuron that is counted over all populations. Its synapses are those of `known` if given.
pub(super) fn inspected(run: &FreeRun, populations: &[PopulationView], neuron: u32, known: Option<&Inspected>) -> Option<Inspected> {
    let place = populations.partition_point(|population| population.first <= neuron).checked_sub(1)?;
    let index = neuron - populations[place].first;
    let network = run.network();
    let model = network.populations().get(place).filter(|model| (index as usize) < model.len())?;
    let dt_ms = run.spec().dt_ms;
    let known = known.filter(|known| known.neuron == neuron).map(|known| Arc::clone(&known.incoming));
    let onto = || {
        let all = run.spec().projections.iter().zip(network.projections()).enumerate();
        let own = all.filter(|(_, (_, projection))| projection.target == place);
        own.filter_map(|(number, (spec, projection))| incoming(run, number, (spec, projection), populations, index)).collect()
    };
    Some(Inspected {
        neuron,
        potential: model.has_potential().then(|| (model.v_mv(index).into(), model.threshold_mv(index).into())),
        spikes: network.counts_of(place).get(index as usize).copied().unwrap_or(0),
        steady: steady(model.as_ref(), index, dt_ms),
        incoming: known.unwrap_or_else(onto),
    })
}

/// The fixed point of the equation of a step, and its change by one spike per second.
fn steady(model: &dyn NeuronModel, neuron: u32, dt_ms: f64) -> Option<Steady> {
    let equation = model.linear(neuron)?;
    let left = (1.0 - equation.decay).max(f64::MIN_POSITIVE);
    Some(Steady {
        rest_mv: equation.rest_mv,
        current_mv: equation.current_mv / left,
        mv_per_hz: equation.currents.map(|current| 1e-3 * dt_ms * current.total() / left),
    })
}

fn incoming(
    run: &FreeRun,
    number: usize,
    (spec, projection): (&ProjectionSpec, &Projection),
    populations: &[PopulationView],
    post: u32,
) -> Option<Incoming> {
    let (from, is_current) = match projection.source {
        Source::Population { index, .. } => (index, false),
        Source::Current(index) => (index, true),
        Source::Encoder => return None,
    };
    let first = populations.get(from)?.first;
    // some rules compute weights only at spikes and rewards
    let onto = if projection.synapses.learns() {
        run.present_synapses(number).onto(post as usize)
    } else {
        projection.synapses.onto(post as usize)
    };
    let pooled = projection.relay.is_some();
    let sender = |row: usize| if pooled { first } else { first.saturating_add(row as u32) };
    let target = run.network().populations().get(projection.target)?;
    let inhibitory = target.receptors().get(projection.receptor) == Some(&"inhibitory");
    Some(Incoming {
        projection: spec.name.clone(),
        from,
        is_current,
        receptor: projection.receptor,
        inhibits: !is_current && (inhibitory || onto.iter().any(|(_, weight)| *weight < 0.0)),
        constant: !pooled && projection.short_term.is_none(),
        synapses: onto.into_iter().map(|(row, weight)| (sender(row), weight)).collect(),
    })
}
