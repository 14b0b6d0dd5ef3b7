//! Everything the view can show, as a table: terms, every spike, and the parts over time.

use super::{sender, shown};
use crate::gui::export::tables;
use crate::session::Snapshot;

pub(super) fn rows(snapshot: &Snapshot) -> tables::Bytes {
    let head = ["kind", "population", "neuron", "fired_ms", "time_ms", "weight_mv", "mv"];
    let Some((view, why)) = shown(snapshot) else { return tables::table(head, []) };
    let time = |step: u64| tables::ms(snapshot, step);
    let none = String::new;
    let all = &why.breakdown;
    let t = &all.terms;
    let own = (sender(view, Some(why.asked.population)), why.asked.neuron.to_string());
    let terms = [
        ("rest", t.rest_mv),
        ("begin", t.begin_mv),
        ("earlier spikes", t.earlier_mv),
        ("current", t.current_mv),
        ("noise", t.noise_mv),
        ("lateral inhibition", t.inhibition_mv),
        ("input", t.input_mv),
        ("potential", t.v_mv()),
        ("simulated potential", why.simulated_mv),
        ("threshold", all.threshold_mv),
        ("rounding", all.rounding_mv),
    ];
    let terms = terms
        .map(|(kind, mv)| [kind.to_owned(), own.0.to_owned(), own.1.clone(), none(), time(why.asked.step), none(), tables::number(mv)]);
    let spikes = all.contributions.iter().map(|(arrival, mv)| {
        [
            "spike".to_owned(),
            sender(view, arrival.source).to_owned(),
            arrival.neuron.to_string(),
            time(arrival.emitted),
            time(arrival.arrived),
            arrival.weight_mv.to_string(),
            tables::number(*mv),
        ]
    });
    let course = &why.course;
    let curve = |kind: &'static str, population: String, values: &[f32]| {
        let samples: Vec<(u64, f32)> = course.steps.iter().copied().zip(values.iter().copied()).collect();
        samples.into_iter().map(move |(step, mv)| [kind.to_owned(), population.clone(), none(), none(), time(step), none(), mv.to_string()])
    };
    let over_time = curve("potential over time", own.0.to_owned(), &course.v_mv)
        .chain(curve("without input over time", own.0.to_owned(), &course.without_input_mv))
        .chain(course.senders.iter().flat_map(|one| {
            let kind = if one.inhibits { "inhibition over time" } else { "excitation over time" };
            curve(kind, sender(view, one.source).to_owned(), &one.mv)
        }));
    tables::table(head, terms.into_iter().chain(spikes).chain(over_time))
}
