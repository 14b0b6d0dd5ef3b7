//! The data of the views as CSV: complete, never decimated, one record per row, units in the column names.

use crate::gui::state::curves::CurveChoice;
use crate::model::Distribution;
use crate::params::{REGISTRY, format_value};
use crate::session::{Aspect, Layer, Snapshot, SpikeEvent, WeightView};
use crate::time::{Step, TimeGrid};
use std::fmt::Display;

/// The rows of a table as bytes, or an error message.
pub(crate) type Bytes = Result<Vec<u8>, csv::Error>;

pub(crate) fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Bytes {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
}

pub(super) fn text(value: impl Display) -> String {
    value.to_string()
}

pub(crate) fn or_nothing<T: Display>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn class(snapshot: &Snapshot, class: Option<u8>) -> String {
    class.map_or(String::new(), |class| snapshot.class_name(class).into_owned())
}

pub(crate) fn ms(s: &Snapshot, step: u64) -> String {
    number(TimeGrid::new(s.dt_ms.max(1e-6)).ms(Step(step)))
}

/// A computed number without the noise of binary rounding: 0.3, not 0.30000000000000004.
pub(crate) fn number(value: f64) -> String {
    let rounded: f64 = format!("{value:.11e}").parse().unwrap_or(value);
    text(rounded)
}

/// Every spike in the recorded window.
pub(crate) fn spikes(s: &Snapshot) -> Bytes {
    spikes_of(s, |_| true)
}

/// The spikes that satisfy `wanted`.
pub(crate) fn spikes_of(s: &Snapshot, wanted: impl Fn(&SpikeEvent) -> bool) -> Bytes {
    let rows = s.spikes.iter().filter(|spike| wanted(spike)).map(|spike| {
        let (layer, class) = match spike.layer {
            Layer::Input => ("input", None),
            Layer::Output => ("output", s.class_of.get(spike.neuron as usize).copied().flatten()),
        };
        [text(spike.step), ms(s, spike.step), layer.to_owned(), text(spike.neuron), self::class(s, class)]
    });
    table(["step", "time_ms", "layer", "neuron", "class"], rows)
}

/// Every sample of the recorded membrane traces.
pub(crate) fn potentials(s: &Snapshot) -> Bytes {
    potentials_of(s, |_| true)
}

/// The membrane traces of the neurons that satisfy `wanted`.
pub(crate) fn potentials_of(s: &Snapshot, wanted: impl Fn(u32) -> bool) -> Bytes {
    let rows = s.potentials.iter().filter(|trace| wanted(trace.neuron)).flat_map(|trace| {
        trace.v_mv.iter().enumerate().map(move |(k, v)| {
            let step = s.window_start.0 + k as u64;
            let fired = trace.spikes.binary_search(&(k as u32)).is_ok();
            let threshold = or_nothing(trace.threshold_mv.get(k).filter(|mv| mv.is_finite()));
            let name = s.free.as_ref().map_or_else(|| text(trace.neuron), |view| view.name(trace.neuron));
            let current = or_nothing(trace.injected_mv.get(k).filter(|mv| mv.is_finite()));
            [name, text(step), ms(s, step), text(v), threshold, text(u8::from(fired)), current]
        })
    });
    table(["neuron", "step", "time_ms", "v_mv", "threshold_mv", "spike", "injected_mv"], rows)
}

/// Every weight of the displayed projection.
pub(crate) fn weights(s: &Snapshot) -> Bytes {
    fields(s, &s.weights, "w_mv")
}

/// The eligibility of every synapse of the displayed projection.
pub(crate) fn eligibility(s: &Snapshot) -> Bytes {
    fields(s, s.eligibility.as_deref().unwrap_or(&WeightView::default()), "eligibility")
}

fn fields(s: &Snapshot, view: &WeightView, value: &str) -> Bytes {
    let columns = view.field.0.max(1);
    let rows = view.w.chunks(view.n_pre.max(1)).enumerate().flat_map(|(neuron, field)| {
        let class = class(s, s.class_of.get(neuron).copied().flatten());
        field.iter().enumerate().map(move |(k, w)| [text(neuron), class.clone(), text(k / columns), text(k % columns), text(w)])
    });
    table(["neuron", "class", "row", "column", value], rows)
}

/// The accuracy curve, bin by bin.
pub(crate) fn accuracy(s: &Snapshot) -> Bytes {
    accuracy_with(s, CurveChoice::default())
}

/// Like `accuracy`, with this smoothing.
pub(crate) fn accuracy_with(s: &Snapshot, choice: CurveChoice) -> Bytes {
    let smooth = choice.smooth(&s.accuracy);
    let rows = s.accuracy.iter().map(|point| {
        let value = smooth.iter().find(|(images, _)| *images == point.image as f64).map(|(_, percent)| percent / 100.0);
        [text(point.image), text(point.raw), or_nothing(value), text(choice.smoothing())]
    });
    table(["images", "accuracy_of_bin", "accuracy_smoothed", "smoothing"], rows)
}

/// Every parameter that has an effect, in the units of the registry.
pub(crate) fn parameters(s: &Snapshot) -> Bytes {
    let rows = REGISTRY.iter().filter(|spec| spec.belongs_to(s.setup)).map(|spec| {
        let value = format_value(spec, s.params.get(spec.id));
        [text(spec.name), value, text(spec.unit), spec.range_text(), text(spec.equation), text(spec.source), text(spec.help)]
    });
    table(["parameter", "value", "unit", "range", "equation", "source", "help"], rows)
}

/// The confusion matrix: number of answers by label.
pub(crate) fn confusion(s: &Snapshot) -> Bytes {
    let classes = s.classes.max(1);
    let rows = s.confusion.iter().enumerate().map(|(k, count)| {
        let [label, answer] = [k / classes, k % classes].map(|k| class(s, u8::try_from(k).ok()));
        [label, answer, text(count)]
    });
    table(["label", "answer", "count"], rows)
}

/// The most recent trials with their rewards.
pub(crate) fn trials(s: &Snapshot) -> Bytes {
    let rows = s.trials.iter().map(|t| {
        let (label, answer, reward) = (class(s, Some(t.label)), class(s, t.answer), or_nothing(t.reward));
        [text(t.index), text(t.image), label, answer, reward, text(t.expectation), text(t.modulation), text(t.spikes)]
    });
    table(["trial", "image", "label", "answer", "reward", "expectation", "modulation", "spikes"], rows)
}

/// The current image: number, label, votes, answer, reward and pixels.
pub(crate) fn now(s: &Snapshot) -> Bytes {
    let (t, columns) = (&s.trial, s.trial.size.0.max(1));
    let onset = s.step.0.saturating_sub((t.elapsed_ms / s.dt_ms.max(1e-6)).round() as u64);
    // values that were not computed are left empty
    let seen = s.window_start.0 <= onset && s.window_end.0 >= s.step.0;
    let input = s.spikes.iter().filter(|spike| spike.layer == Layer::Input && spike.step >= onset).count();
    let one = |quantity: &str, value: String| [text(quantity), String::new(), String::new(), String::new(), value];
    let facts = [
        one("image", text(t.index + 1)),
        one("elapsed_ms", text(t.elapsed_ms)),
        one("label", class(s, Some(t.label))),
        one("input_spikes", or_nothing(seen.then_some(input))),
        one("answer", class(s, t.answer)),
        one("reward", or_nothing(t.reward)),
        one("neuromodulator", text(t.modulation)),
    ];
    let votes = t.votes.iter().enumerate();
    let votes = votes.map(|(k, votes)| [text("votes"), class(s, u8::try_from(k).ok()), String::new(), String::new(), text(votes)]);
    let pixels = t.image.iter().enumerate();
    let pixels = pixels.map(|(k, x)| [text("intensity"), String::new(), text(k / columns), text(k % columns), text(x)]);
    table(["quantity", "class", "row", "column", "value"], facts.into_iter().chain(votes).chain(pixels))
}

/// The inspected neuron: statistics, weights and eligibilities, and interspike intervals.
pub(crate) fn inspected(s: &Snapshot) -> Bytes {
    let neuron = s.habit.as_ref().map(|habit| habit.neuron).or(s.potentials.first().map(|trace| trace.neuron)).unwrap_or(0);
    let index = neuron as usize;
    let one = |quantity: &str, value: String| [text(neuron), text(quantity), String::new(), String::new(), value];
    let at = |list: &[f32]| or_nothing(list.get(index));
    let rate = if s.shows(Aspect::Answers) { "rate_per_image" } else { "rate_hz" };
    let facts = [
        one("class", class(s, s.class_of.get(index).copied().flatten())),
        one("v_mv", at(&s.v_mv)),
        one("theta_mv", at(&s.theta_mv)),
        one(rate, at(&s.rates)),
    ];
    let picture = |view: &WeightView, quantity: &'static str| {
        let columns = view.field.0.max(1);
        let own = view.w.get(index * view.n_pre..(index + 1) * view.n_pre).unwrap_or(&[]).to_vec();
        let row = move |(k, w): (usize, f32)| [text(neuron), text(quantity), text(k / columns), text(k % columns), text(w)];
        own.into_iter().enumerate().map(row).collect::<Vec<_>>()
    };
    let eligibility = s.eligibility.as_ref().map(|view| picture(view, "eligibility")).unwrap_or_default();
    let intervals = s.habit.iter().flat_map(|habit| &habit.intervals_ms).map(|ms| one("interval_ms", text(ms)));
    let rows = facts.into_iter().chain(picture(&s.weights, "w_mv")).chain(eligibility).chain(intervals);
    table(["neuron", "quantity", "row", "column", "value"], rows)
}

/// Every hidden spike of the current image.
pub(crate) fn hidden(s: &Snapshot) -> Bytes {
    let rows = s.hidden.iter().enumerate().flat_map(|(layer, bank)| {
        let across = bank.sites.0.max(1) as u32;
        bank.spikes.iter().map(move |spike| {
            let (row, column) = (spike.site / across, spike.site % across);
            [text(layer), text(spike.step), ms(s, spike.step), text(row), text(column), text(spike.channel)]
        })
    });
    table(["layer", "step", "time_ms", "site_row", "site_column", "filter"], rows)
}

/// The f-I curve: theory and measurement.
pub(crate) fn fi(s: &Snapshot) -> Bytes {
    let curve = s.fi.clone().unwrap_or_default();
    curve_of(["kind", "current_na", "rate_hz"], &curve.theory, &curve.measured)
}

/// The STDP window: theory and measurement.
pub(crate) fn stdp(s: &Snapshot) -> Bytes {
    let curve = s.stdp.clone().unwrap_or_default();
    curve_of(["kind", "lag_ms", "weight_change"], &curve.theory, &curve.measured)
}

/// Contribution of every pixel and every term to the explained potential.
pub(crate) fn why(s: &Snapshot) -> Bytes {
    let Some(Ok(why)) = s.why.as_deref() else { return table(["term", "row", "column", "mv"], []) };
    let columns = why.size.0.max(1);
    let t = &why.side.terms;
    let terms = [
        ("rest", t.rest_mv),
        ("reset", t.reset_mv),
        ("current", t.current_mv),
        ("inhibition", t.inhibition_mv),
        ("noise", t.noise_mv),
        ("urgency", t.urgency_mv),
        ("unpainted input", why.side.painted.unpainted_mv),
    ];
    let terms = terms.map(|(name, mv)| [text(name), String::new(), String::new(), text(mv)]);
    let pixels = why.side.painted.pixels.iter().enumerate();
    let pixels = pixels.map(|(k, mv)| [text("pixel"), text(k / columns), text(k % columns), text(mv)]);
    table(["term", "row", "column", "mv"], terms.into_iter().chain(pixels))
}

/// Result of testing the last drawing without learning.
pub(crate) fn probed(s: &Snapshot) -> Bytes {
    let votes = s.probed.iter().flat_map(|probed| {
        let share = |class: usize| or_nothing(probed.probabilities.as_ref().and_then(|shares| shares.get(class)));
        probed.votes.iter().enumerate().map(move |(class, votes)| [self::class(s, u8::try_from(class).ok()), text(votes), share(class)])
    });
    table(["class", "votes", "probability"], votes)
}

/// Problems found in the network, and the checks made.
pub(crate) fn health(s: &Snapshot) -> Bytes {
    let findings = s.health.findings.iter().map(|finding| {
        let remedy = &finding.remedy;
        [text(finding.condition.word()), finding.evidence.clone(), format!("{} = {}", remedy.id.spec().name, remedy.value)]
    });
    let facts = s.health.facts.iter().map(|(name, value)| [name.clone(), value.clone(), String::new()]);
    table(["finding", "evidence", "to_try"], findings.chain(facts))
}

/// The populations of the network with their activity, and their projections.
pub(crate) fn network(s: &Snapshot) -> Bytes {
    let none = String::new;
    let parts = s.network.parts.iter().enumerate().map(|(index, part)| {
        let spikes = s.flow.get(index).copied();
        let rate = spikes.filter(|_| s.flow_ms > 0.0 && part.size > 0).map(|n| 1e3 * n as f64 / s.flow_ms / part.size as f64);
        [
            text("population"),
            part.name.clone(),
            none(),
            part.model.clone(),
            text(part.size),
            none(),
            none(),
            none(),
            none(),
            or_nothing(spikes),
            or_nothing(rate),
        ]
    });
    let values = |values: &Distribution| match *values {
        Distribution::Constant(value) => text(value),
        Distribution::Uniform { low, high } => format!("{low} to {high}"),
        Distribution::Normal { mean, sd } | Distribution::LogNormal { mean, sd } => format!("{mean} ± {sd}"),
        Distribution::Gabor => "Gabor".to_owned(),
        Distribution::Noise => "Noise".to_owned(),
    };
    let name = |index: usize| s.network.parts.get(index).map_or(String::new(), |part| part.name.clone());
    let links = s.network.links.iter().map(|link| {
        let rule = link.rule.clone().unwrap_or_default();
        [
            text("projection"),
            name(link.from),
            name(link.to),
            link.kind.clone(),
            text(link.synapses),
            rule,
            values(&link.delay),
            link.weight.as_ref().map_or(String::new(), |(weight, _)| values(weight)),
            link.weight.as_ref().map_or(String::new(), |(_, unit)| (*unit).to_owned()),
            none(),
            none(),
        ]
    });
    let head = ["kind", "name", "to", "model", "size", "rule", "delay_ms", "weight", "weight_unit", "spikes", "rate_per_neuron_hz"];
    table(head, parts.chain(links))
}

/// Whether a table has a row below its header.
pub(crate) fn has_rows(table: &[u8]) -> bool {
    table.splitn(3, |byte| *byte == b'\n').nth(1).is_some_and(|line| !line.is_empty())
}

fn curve_of(head: [&str; 3], theory: &[(f64, f64)], measured: &[(f64, f64)]) -> Bytes {
    let kinds = [("closed form", theory), ("measured", measured)];
    table(head, kinds.iter().flat_map(|(kind, points)| points.iter().map(move |(x, y)| [text(kind), text(x), text(y)])))
}

#[cfg(all(test, feature = "ui-tests"))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::gui::tests::fixture;

    fn read(bytes: Bytes) -> (Vec<String>, Vec<Vec<String>>) {
        let bytes = bytes.unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let strings = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let head = strings(reader.headers().unwrap());
        (head, reader.records().map(|record| strings(&record.unwrap())).collect())
    }

    #[test]
    fn tables_of_the_image_and_of_a_neuron_hold_the_data_of_their_views() {
        let s = fixture::classification();
        let (_, rows) = read(now(&s));
        let value = |quantity: &str| rows.iter().find(|row| row[0] == quantity).unwrap()[4].clone();
        assert_eq!([value("image"), value("label"), value("answer"), value("reward")], ["1240", "7", "7", "1"]);
        assert_eq!(rows.iter().filter(|row| row[0] == "votes").count(), 10);
        assert_eq!(rows.iter().filter(|row| row[0] == "intensity").count(), 784);
        let (_, rows) = read(inspected(&s));
        let neuron = s.habit.as_ref().unwrap().neuron as usize;
        assert!(rows.iter().all(|row| row[0] == neuron.to_string()));
        let w: Vec<f32> = rows.iter().filter(|row| row[1] == "w_mv").map(|row| row[4].parse().unwrap()).collect();
        assert_eq!(w, s.weights.w[neuron * 784..][..784]);
        assert_eq!(rows.iter().filter(|row| row[1] == "interval_ms").count(), s.habit.as_ref().unwrap().intervals_ms.len());
        let (head, rows) = read(network(&s));
        let rate = head.iter().position(|name| name == "rate_per_neuron_hz").unwrap();
        assert!(rows.iter().any(|row| row[0] == "population" && row[rate].parse::<f64>().unwrap() > 0.0));
        assert!(has_rows(&now(&s).unwrap()) && !has_rows(&why(&fixture::untouched()).unwrap_or_default()[..0]));
    }

    #[test]
    fn tables_are_complete_and_read_back_to_the_same_numbers() {
        let s = fixture::classification();
        let (_, rows) = read(spikes(&s));
        assert_eq!(rows.len(), s.spikes.len());
        for (row, spike) in rows.iter().zip(s.spikes.iter()) {
            assert_eq!((row[0].parse(), row[3].parse()), (Ok(spike.step), Ok(spike.neuron)));
        }
        let (head, rows) = read(weights(&s));
        assert_eq!(head[4], "w_mv");
        assert_eq!(rows.len(), s.weights.w.len());
        assert!(rows.iter().zip(s.weights.w.iter()).all(|(row, w)| row[4].parse::<f32>().unwrap().to_bits() == w.to_bits()));
        let (_, rows) = read(potentials(&s));
        assert_eq!(rows.len(), s.potentials.iter().map(|trace| trace.v_mv.len()).sum::<usize>());
        let fired = rows.iter().filter(|row| row[5] == "1").count();
        assert_eq!(fired, s.potentials.iter().map(|trace| trace.spikes.len()).sum::<usize>());
        let total: u64 = read(confusion(&s)).1.iter().map(|row| row[2].parse::<u64>().unwrap()).sum();
        assert_eq!(total, s.confusion.iter().map(|&n| u64::from(n)).sum::<u64>());
    }
}
