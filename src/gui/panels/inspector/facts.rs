//! The numbers of a neuron, its strongest synapses, and where its spikes go.

use super::super::derived;
use crate::gui::paint::numbers::{count, fixed};
use crate::params::ParamId;
use crate::session::{Layer, Snapshot};

/// Name and value of everything known about a neuron.
pub(super) fn rows(snapshot: &Snapshot, neuron: u32) -> Vec<(&'static str, String)> {
    let index = neuron as usize;
    let mut rows = Vec::new();
    let learns = snapshot.protocol.classifies();
    if learns {
        let class = derived::class_of(snapshot, neuron);
        rows.push(("class pool", class.map_or("none yet".to_owned(), |_| derived::class_name(snapshot, class))));
    }
    let unit = if learns { "/image" } else { "Hz" };
    if let Some(&rate) = snapshot.rates.get(index) {
        rows.push(("rate", format!("{} {unit}", fixed(f64::from(rate), if learns { 2 } else { 1 }))));
    }
    if let Some(&theta) = snapshot.theta_mv.get(index).filter(|_| learns) {
        rows.push(("θ", format!("{} mV", fixed(f64::from(theta), 2))));
    }
    if let Some(&v) = snapshot.v_mv.get(index) {
        rows.push(("V", format!("{} mV", fixed(f64::from(v), 1))));
    }
    if let Some(own) = own_weights(snapshot, neuron) {
        let sum: f64 = own.iter().map(|&w| f64::from(w)).sum();
        rows.push(("Σ w", format!("{} mV", fixed(sum, 1))));
    }
    if learns {
        let votes = derived::spikes_since(snapshot, Layer::Output, derived::onset(snapshot)).filter(|s| s.neuron == neuron).count();
        rows.push(("votes this image", count(votes as u64)));
    }
    rows
}

/// The weights onto a neuron as its picture shows them.
pub(super) fn own_weights(snapshot: &Snapshot, neuron: u32) -> Option<&[f32]> {
    let weights = &snapshot.weights;
    let index = neuron as usize;
    weights.w.get(index * weights.n_pre..(index + 1) * weights.n_pre).filter(|own| !own.is_empty())
}

/// The strongest pixels of its picture: where, and how strong.
pub(super) fn strongest(snapshot: &Snapshot, neuron: u32) -> Vec<(String, String)> {
    let Some(own) = own_weights(snapshot, neuron) else { return Vec::new() };
    let width = snapshot.weights.field.0.max(1);
    let mut order: Vec<(usize, f32)> = own.iter().copied().enumerate().filter(|(_, w)| w.is_finite() && *w != 0.0).collect();
    order.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let words =
        |&(pixel, w): &(usize, f32)| (format!("column {}, row {}", pixel % width, pixel / width), format!("{} mV", fixed(f64::from(w), 3)));
    order.iter().take(5).map(words).collect()
}

/// What a spike of an output neuron does.
pub(super) fn outgoing(snapshot: &Snapshot) -> String {
    let others = derived::neurons(snapshot).saturating_sub(1) as u64;
    if snapshot.protocol.races() {
        format!("Its first spike is the answer and ends the race for the other {}.", count(others))
    } else if snapshot.protocol.classifies() {
        let mv = fixed(snapshot.params.get(ParamId::Inhibition), 0);
        format!("Each spike lowers the other {} neurons by {mv} mV and is one vote for its class.", count(others))
    } else {
        "Nobody listens to it.".to_owned()
    }
}
