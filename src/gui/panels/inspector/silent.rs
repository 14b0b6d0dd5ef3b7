//! Why a neuron of a network that runs freely is silent, with the numbers.

use crate::gui::paint::numbers::{count, fixed, plural, signed};
use crate::session::{FreeView, Inspected, NeuronFiring, Silence, Snapshot};

/// Shortest time in ms over which a neuron counts as silent.
const LEAST_MS: f64 = 100.0;

/// The cause, and how near the neuron came to its threshold; `None` if it fired or nothing is known yet.
pub(super) fn words(one: &Inspected, firing: &NeuronFiring, view: &FreeView, snapshot: &Snapshot) -> Option<String> {
    let cause = firing.silence(one).filter(|_| firing.ms >= LEAST_MS)?;
    let (_, threshold_mv) = one.potential?;
    let mv = |value: f64| format!("{} mV", fixed(value, 1));
    let threshold = mv(threshold_mv);
    let time = crate::session::words::time(firing.ms);
    let why = match cause {
        Silence::NoSynapses => {
            let holds = one.steady.map(|steady| steady.rest_mv + steady.current_mv);
            let holds = holds.map_or(String::new(), |holds| format!(" and holds {}, below its threshold of {threshold}", mv(holds)));
            format!("no synapse reaches it{holds}. Connect a population to it, or give it a constant current")
        }
        Silence::NoArrivals(synapses) => {
            let from = one.incoming.iter().filter(|incoming| !incoming.synapses.is_empty());
            let mut from: Vec<&str> = from.map(|incoming| view.populations[incoming.from].name.as_str()).collect();
            from.dedup();
            let synapses = plural(synapses as u64, "synapse");
            format!("no spike arrived at its {synapses}; the neurons that it receives from did not fire: {}", from.join(", "))
        }
        Silence::Inhibited { mean_mv, without_mv } => format!(
            "inhibition: without it the mean input would hold {}, above its threshold of {threshold}; inhibition adds {} mV, so that it is {}",
            mv(without_mv),
            signed(mean_mv - without_mv, 1),
            mv(mean_mv)
        ),
        Silence::Below { drive } => {
            let current = firing.injected_mv().map(|mv| format!("injected current {} mV, ", signed(mv, 1))).unwrap_or_default();
            format!(
                "its mean input does not reach the threshold: it holds {} ({current}excitation {} mV, inhibition {} mV), {} mV below its \
                 threshold of {threshold}",
                mv(drive.mean_mv),
                signed(drive.excitation_mv, 1),
                signed(drive.inhibition_mv, 1),
                fixed(threshold_mv - drive.mean_mv, 1)
            )
        }
        Silence::Above { mean_mv } => {
            format!("its mean input would hold {}, above its threshold of {threshold}, but has not acted for long enough", mv(mean_mv))
        }
        Silence::Unknown { excitatory_hz, inhibitory_hz, injected_mv } => {
            let model = view.locate(one.neuron).and_then(|(own, _)| Some(&view.network.population(&own.name)?.model));
            let unit = model.map_or("mV", |model| model.current_unit());
            let current = injected_mv.map(|mv| format!("a mean injected current of {} {unit}", signed(mv, 1)));
            let spikes = format!(
                "{} excitatory and {} inhibitory spikes per second",
                count(excitatory_hz.round() as u64),
                count(inhibitory_hz.round() as u64)
            );
            let spikes = Some(spikes).filter(|_| current.is_none() || excitatory_hz + inhibitory_hz > 0.0);
            let input: Vec<String> = current.into_iter().chain(spikes).collect();
            format!("the potential does not reach the threshold of {threshold} with {}", input.join(" and "))
        }
    };
    Some(format!("Silent for {time}: {why}.{}", nearest(one, snapshot).unwrap_or_default()))
}

/// The highest recorded potential against the threshold at that moment.
fn nearest(one: &Inspected, snapshot: &Snapshot) -> Option<String> {
    let trace = snapshot.potentials.iter().find(|trace| trace.neuron == one.neuron)?;
    let both = trace.v_mv.iter().zip(trace.threshold_mv.iter()).filter(|(v, threshold)| v.is_finite() && threshold.is_finite());
    let (v, threshold) = both.max_by(|a, b| (a.0 - a.1).total_cmp(&(b.0 - b.1)))?;
    let below = f64::from(threshold - v);
    Some(format!(" The highest recorded potential was {} mV, {} mV below the threshold.", fixed((*v).into(), 1), fixed(below, 1)))
}
