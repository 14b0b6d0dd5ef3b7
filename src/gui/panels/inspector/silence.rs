//! Why a neuron is silent, from the potentials, thresholds and inhibition measured in the last images.

use super::super::derived;
use crate::gui::paint::numbers::{count, fixed};
use crate::params::ParamId;
use crate::session::{Aspect, Habit, Layer, Nearest, Snapshot};

/// Number of images without a spike after which a neuron counts as silent.
const SILENT: u32 = 10;

/// Mean spikes per image over the last 200 images above which the neuron is not silent.
const FIRED: f32 = 0.004;

/// An explanation if the neuron is silent: the distance to its threshold, and the main cause.
pub(super) fn words(habit: &Habit, snapshot: &Snapshot) -> Option<String> {
    // a spike in the current image makes the statistics of earlier images outdated
    let fires = derived::spikes_since(snapshot, Layer::Output, derived::onset(snapshot)).any(|spike| spike.neuron == habit.neuron);
    // few images are recorded at full speed; the mean rate includes all of them
    let fired = snapshot.rates.get(habit.neuron as usize).is_some_and(|&rate| rate > FIRED);
    if habit.silent_images < SILENT || fires || fired {
        return None;
    }
    let since = format!("Silent for {} recorded images.", count(u64::from(habit.silent_images)));
    if snapshot.shows(Aspect::FirstSpike) {
        return Some(format!("{since} Another neuron always fires first, and only the first spike counts."));
    }
    let nearest = habit.nearest?;
    let missed = f64::from(nearest.threshold_mv - nearest.v_mv);
    let missed = format!("Its highest potential in the last {} stayed {} mV below threshold", habit.images, fixed(missed, 1));
    Some(format!("{since} {missed}; {}", cause(nearest, snapshot)))
}

/// The largest measured cause that keeps the potential below the threshold.
fn cause(nearest: Nearest, snapshot: &Snapshot) -> String {
    let get = |id| snapshot.params.get(id);
    let (v, lowest, v_th) = (f64::from(nearest.v_mv), f64::from(nearest.lowest_mv), get(ParamId::VTh));
    let theta = f64::from(nearest.threshold_mv) - v_th;
    // leak and reset cannot lower the potential below these two values; a lower potential is due to inhibition
    let inhibition = get(ParamId::EL).min(get(ParamId::VReset)) - lowest;
    if inhibition > 1.0 && inhibition >= theta {
        let more = if theta > 0.05 { format!(" θ adds {} mV.", fixed(theta, 1)) } else { String::new() };
        format!("other neurons fire first and inhibit it, down to {} mV.{more}", fixed(lowest, 0))
    } else if v >= v_th && theta > 0.05 {
        format!("its adaptive threshold is raised by θ = {} mV after earlier spikes.", fixed(theta, 1))
    } else {
        format!("its weights are too small for these images (norm {} mV).", fixed(get(ParamId::Norm), 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;

    /// A neuron that fired in no image, recorded or not.
    fn quiet() -> Snapshot {
        let mut snapshot = fixture::classification();
        snapshot.rates = vec![0.0; snapshot.rates.len()].into();
        snapshot
    }

    fn explained(v_mv: f32, theta: f32, lowest_mv: f32, silent_images: u32) -> Option<String> {
        let snapshot = quiet();
        let threshold_mv = snapshot.params.get(ParamId::VTh) as f32 + theta;
        let nearest = Some(Nearest { v_mv, threshold_mv, lowest_mv });
        words(&Habit { neuron: 0, intervals_ms: Vec::new(), silent_images, images: 20, nearest }, &snapshot)
    }

    #[test]
    fn largest_measured_cause_is_named() {
        assert_eq!(explained(-53.0, 0.0, -61.0, 3), None, "three images without a spike do not count as silence");
        assert!(explained(-51.0, 4.0, -64.0, 30).unwrap().contains("θ = 4.0 mV"));
        let both = explained(-51.0, 4.0, -900.0, 30).unwrap();
        assert!(both.contains("inhibit") && both.contains("-900 mV") | both.contains("−900 mV"), "{both}");
        assert!(explained(-54.0, 0.0, -80.0, 30).unwrap().contains("inhibit"), "also where inhibition has a reversal potential");
        assert!(explained(-51.0, 25.0, -72.0, 30).unwrap().contains("raised by θ"), "the larger term");
        let mut fires = quiet();
        fires.spikes = std::sync::Arc::new([crate::session::SpikeEvent { step: fires.step.0 - 1, neuron: 0, layer: Layer::Output }]);
        let silent = Habit { neuron: 0, intervals_ms: Vec::new(), silent_images: 30, images: 20, nearest: None };
        assert_eq!(words(&silent, &fires), None, "it fires in this image");
        let mut unseen = quiet();
        unseen.rates = vec![0.06; 400].into();
        unseen.spikes = std::sync::Arc::new([]);
        assert_eq!(words(&silent, &unseen), None, "twelve spikes in 200 images, none of which was recorded");
        let weak = explained(-59.0, 0.0, -65.0, 30).unwrap();
        assert!(weak.contains("weights are too small") && weak.contains("stayed 7.0 mV below"), "{weak}");
    }
}
