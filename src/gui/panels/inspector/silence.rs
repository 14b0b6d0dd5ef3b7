//! Why a neuron is silent, from how near it came to firing in the last images.

use super::super::derived;
use crate::gui::paint::numbers::{count, fixed};
use crate::params::ParamId;
use crate::session::{Habit, Layer, Snapshot};

/// Images without a spike after which a neuron counts as silent.
const SILENT: u32 = 10;

/// Spikes per image, as a mean over the last 200, above which a neuron has fired in them.
const FIRED: f32 = 0.004;

/// A sentence or two if the neuron is silent: by how much it missed its threshold, and which term is to blame.
pub(super) fn words(habit: &Habit, snapshot: &Snapshot) -> Option<String> {
    // what is known of images that ended is out of date once it fires in this one
    let fires = derived::spikes_since(snapshot, Layer::Output, derived::onset(snapshot)).any(|spike| spike.neuron == habit.neuron);
    // watched images are few at full speed; its mean rate counts all of them
    let fired = snapshot.rates.get(habit.neuron as usize).is_some_and(|&rate| rate > FIRED);
    if habit.silent_images < SILENT || fires || fired {
        return None;
    }
    let since = format!("Silent for {} images that were watched.", count(u64::from(habit.silent_images)));
    if snapshot.protocol.races() {
        return Some(format!("{since} Another neuron is always first; only the first one fires."));
    }
    let nearest = habit.nearest?;
    let (v, threshold) = (f64::from(nearest.v_mv), f64::from(nearest.threshold_mv));
    let v_th = snapshot.params.get(ParamId::VTh);
    let reset = snapshot.params.get(ParamId::VReset);
    let (theta, missed, lowest) = (threshold - v_th, threshold - v, f64::from(nearest.lowest_mv));
    let missed = format!("Its highest potential in the last {} stayed {} mV below threshold", habit.images, fixed(missed, 1));
    let blame = if v >= v_th && theta > 0.05 {
        format!("θ = {} mV keeps it from firing: it fired too often before.", fixed(theta, 1))
    } else if lowest < reset - 2.0 * (v_th - reset) {
        format!("inhibition by others pushes it down, to {} mV: they fire first.", fixed(lowest, 0))
    } else {
        format!("its weights are too weak for these images (norm {} mV).", fixed(snapshot.params.get(ParamId::Norm), 0))
    };
    Some(format!("{since} {missed}; {blame}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;
    use crate::session::Nearest;

    /// A neuron that did not fire in any image, watched or not.
    fn quiet() -> Snapshot {
        let mut snapshot = fixture::classification();
        snapshot.rates = vec![0.0; snapshot.rates.len()].into();
        snapshot
    }

    fn blame(v_mv: f32, theta: f32, lowest_mv: f32, silent_images: u32) -> Option<String> {
        let snapshot = quiet();
        let threshold_mv = snapshot.params.get(ParamId::VTh) as f32 + theta;
        let nearest = Some(Nearest { v_mv, threshold_mv, lowest_mv });
        words(&Habit { neuron: 0, intervals_ms: Vec::new(), silent_images, images: 20, nearest }, &snapshot)
    }

    #[test]
    fn the_term_to_blame_is_named() {
        assert_eq!(blame(-53.0, 0.0, -61.0, 3), None, "three images are no silence");
        assert!(blame(-51.0, 4.0, -900.0, 30).unwrap().contains("θ = 4.0 mV"));
        assert!(blame(-54.0, 4.0, -900.0, 30).unwrap().contains("inhibition"));
        let mut fires = quiet();
        fires.spikes = std::sync::Arc::new([crate::session::SpikeEvent { step: fires.step.0 - 1, neuron: 0, layer: Layer::Output }]);
        let silent = Habit { neuron: 0, intervals_ms: Vec::new(), silent_images: 30, images: 20, nearest: None };
        assert_eq!(words(&silent, &fires), None, "it fires in this image");
        let mut unseen = quiet();
        unseen.rates = vec![0.06; 400].into();
        unseen.spikes = std::sync::Arc::new([]);
        assert_eq!(words(&silent, &unseen), None, "twelve spikes in 200 images, none of which was watched");
        let weak = blame(-59.0, 0.0, -65.0, 30).unwrap();
        assert!(weak.contains("weights are too weak") && weak.contains("stayed 7.0 mV below"), "{weak}");
    }
}
