//! The properties of a neuron, its strongest synapses, and the effect of its spikes.

use super::super::derived;
use crate::gui::paint::numbers::{count, fixed, plural};
use crate::params::ParamId;
use crate::session::{Aspect, Layer, RATE_IMAGES, Snapshot};
use std::borrow::Cow;

/// Name and value of each known property of a neuron.
pub(super) fn rows(snapshot: &Snapshot, neuron: u32) -> Vec<(Cow<'static, str>, String)> {
    let index = neuron as usize;
    let mut rows: Vec<(Cow<'static, str>, String)> = Vec::new();
    let learns = snapshot.shows(Aspect::Answers);
    if learns {
        let class = derived::class_of(snapshot, neuron);
        rows.push(("class".into(), class.map_or("none yet".to_owned(), |_| derived::class_name(snapshot, class))));
    }
    rows.extend(if learns { rate_per_image(snapshot, index) } else { rate_now(snapshot, neuron) });
    if let Some(&theta) = snapshot.theta_mv.get(index).filter(|_| learns) {
        rows.push(("θ".into(), format!("{} mV", fixed(f64::from(theta), 2))));
    }
    if let Some(&v) = snapshot.v_mv.get(index) {
        rows.push(("V".into(), format!("{} mV", fixed(f64::from(v), 1))));
    }
    if let Some(own) = own_weights(snapshot, neuron) {
        let sum: f64 = own.iter().map(|&w| f64::from(w)).sum();
        rows.push(("Σ w".into(), format!("{} mV", fixed(sum, 1))));
    }
    if learns {
        let votes = derived::spikes_since(snapshot, Layer::Output, derived::onset(snapshot)).filter(|s| s.neuron == neuron).count();
        // at full speed an image may not be recorded, so the number of votes is unknown rather than zero
        let known = derived::window_end(snapshot) >= snapshot.step.0;
        rows.push(("votes this image".into(), if known { count(votes as u64) } else { "not recorded".to_owned() }));
    }
    rows
}

/// Its mean rate, and the number of images of the mean.
fn rate_per_image(snapshot: &Snapshot, index: usize) -> Option<(Cow<'static, str>, String)> {
    let rate = *snapshot.rates.get(index)?;
    let images = snapshot.trial.index.clamp(1, u64::from(RATE_IMAGES));
    Some((format!("rate, {}", plural(images, "image")).into(), format!("{} /image", fixed(f64::from(rate), 2))))
}

/// Its rate over the time range of the views.
fn rate_now(snapshot: &Snapshot, neuron: u32) -> Option<(Cow<'static, str>, String)> {
    let span = derived::window_over(snapshot, derived::window_ms(snapshot));
    let ms = derived::known_over(snapshot, span);
    let spikes = derived::spikes_since(snapshot, Layer::Output, span.from.max(0) as u64).filter(|s| s.neuron == neuron).count();
    (ms > 0.0).then(|| (format!("rate, {} ms", fixed(ms, 0)).into(), format!("{} Hz", fixed(1000.0 * spikes as f64 / ms, 1))))
}

/// The weights of a neuron that form its image.
pub(super) fn own_weights(snapshot: &Snapshot, neuron: u32) -> Option<&[f32]> {
    let weights = &snapshot.weights;
    let index = neuron as usize;
    weights.w.get(index * weights.n_pre..(index + 1) * weights.n_pre).filter(|own| !own.is_empty())
}

/// The pixels with the largest weights: position and weight.
pub(super) fn strongest(snapshot: &Snapshot, neuron: u32) -> Vec<(String, String)> {
    let Some(own) = own_weights(snapshot, neuron) else { return Vec::new() };
    let width = snapshot.weights.field.0.max(1);
    let mut order: Vec<(usize, f32)> = own.iter().copied().enumerate().filter(|(_, w)| w.is_finite() && *w != 0.0).collect();
    order.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let words =
        |&(pixel, w): &(usize, f32)| (format!("column {}, row {}", pixel % width, pixel / width), format!("{} mV", fixed(f64::from(w), 3)));
    order.iter().take(5).map(words).collect()
}

/// The effect of a spike of an output neuron.
pub(super) fn outgoing(snapshot: &Snapshot) -> String {
    let others = derived::neurons(snapshot).saturating_sub(1) as u64;
    if snapshot.shows(Aspect::FirstSpike) {
        format!("The first spike of any output neuron is the answer; the other {} neurons are then ignored.", count(others))
    } else if snapshot.shows(Aspect::Answers) {
        let inhibited = if snapshot.params.choice(ParamId::InhibitionType) == "conductance" {
            format!("drives the other {} neurons toward {} mV", count(others), fixed(snapshot.params.get(ParamId::EInh), 0))
        } else {
            format!(
                "lowers the potential of the other {} neurons by {} mV",
                count(others),
                fixed(snapshot.params.get(ParamId::Inhibition), 0)
            )
        };
        format!("Each spike {inhibited} and is one vote for its class.")
    } else {
        "It has no outgoing synapses.".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;

    #[test]
    fn rate_is_labelled_with_its_averaging_interval() {
        let mut snapshot = fixture::classification();
        assert!(rows(&snapshot, 3).iter().any(|(name, value)| name == "rate, 200 images" && value.ends_with("/image")));
        snapshot.trial.index = 7;
        assert!(rows(&snapshot, 3).iter().any(|(name, _)| name == "rate, 7 images"));
        let mut neuron = fixture::first_neuron();
        let onset = neuron.step.0 - 400;
        let spike = |k: u64| crate::session::SpikeEvent { step: onset + 40 * k, neuron: 0, layer: Layer::Output };
        neuron.spikes = (0..10).map(spike).collect();
        assert!(rows(&neuron, 0).contains(&("rate, 500 ms".into(), "20.0 Hz".to_owned())), "{:?}", rows(&neuron, 0));
    }
}
