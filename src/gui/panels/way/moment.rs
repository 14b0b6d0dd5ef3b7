//! One step of model time at one output neuron, from recorded spikes, weights and traces; the terms add up to the simulated
//! potential.

use crate::gui::panels::derived;
use crate::params::ParamId as P;
use crate::session::{Aspect, Layer, Snapshot, leak_and_inhibition_mv};

/// One step of model time at one output neuron.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moment {
    /// The step number.
    pub step: u64,
    /// Time since image onset, in ms.
    pub since_ms: f64,
    /// The output neuron.
    pub neuron: u32,
    /// Pixels that spiked in this step, each with the weight of its synapse in mV, if it has one.
    pub arrived: Vec<(u32, Option<f32>)>,
    /// Potential before and after the step, and the threshold, in mV.
    pub v_mv: Option<(f64, f64, f64)>,
    /// Change by leak and by inhibition in this step, in mV (both zero or negative).
    pub leak_mv: f64,
    /// See `leak_mv`.
    pub inhibition_mv: f64,
    /// Output neurons that fired in this step.
    pub fired: Vec<u32>,
    /// Spikes of hidden layers in this step: sites, per bank.
    pub hidden: Vec<Vec<u32>>,
}

impl Moment {
    /// The last recorded step.
    pub(super) fn last(snapshot: &Snapshot, neuron: u32) -> Option<Self> {
        let end = derived::window_end(snapshot);
        let step = end.checked_sub(1).filter(|step| *step >= snapshot.window_start.0)?;
        let onset = derived::onset(snapshot);
        let of = |layer| derived::spikes_since(snapshot, layer, step).filter(move |spike| spike.step == step).map(|spike| spike.neuron);
        let weights = &snapshot.weights;
        // with layers in between, no single synapse connects a pixel to the neuron
        let direct = snapshot.shows(Aspect::Competition) && weights.n_pre == snapshot.trial.size.0 * snapshot.trial.size.1;
        let weight = |pixel: u32| {
            let at = neuron as usize * weights.n_pre + pixel as usize;
            weights.w.get(at).copied().filter(|_| direct && (pixel as usize) < weights.n_pre)
        };
        let mut moment = Self {
            step,
            since_ms: (step + 1).saturating_sub(onset) as f64 * snapshot.dt_ms,
            neuron,
            arrived: of(Layer::Input).map(|pixel| (pixel, weight(pixel))).collect(),
            v_mv: None,
            leak_mv: 0.0,
            inhibition_mv: 0.0,
            fired: of(Layer::Output).collect(),
            hidden: snapshot
                .hidden
                .iter()
                .map(|bank| bank.spikes.iter().filter(|spike| spike.step == step).map(|spike| spike.site).collect())
                .collect(),
        };
        moment.read_trace(snapshot, onset);
        Some(moment)
    }

    fn read_trace(&mut self, snapshot: &Snapshot, onset: u64) {
        let Some(trace) = snapshot.potentials.iter().find(|trace| trace.neuron == self.neuron) else { return };
        let at = (self.step - snapshot.window_start.0) as usize;
        let sample = |k: usize| trace.v_mv.get(k).map(|&v| f64::from(v)).filter(|v| v.is_finite());
        let Some(after) = sample(at) else { return };
        let rest = snapshot.params.get(P::EL);
        // every image starts at the resting potential
        let before = if self.step <= onset { Some(rest) } else { at.checked_sub(1).and_then(sample) };
        let Some(before) = before else { return };
        // the threshold is recorded after the step, when a spike has already raised it
        let raised = if self.fires() { snapshot.params.get(P::ThetaPlus) } else { 0.0 };
        let threshold = trace.threshold_mv.get(at).map_or(f64::NAN, |&v| f64::from(v) - raised);
        self.v_mv = Some((before, after, threshold));
        if snapshot.shows(Aspect::Competition) {
            let (step, neuron) = (self.step, self.neuron);
            let others = derived::spikes_since(snapshot, Layer::Output, onset).filter(|s| s.step < step && s.neuron != neuron);
            let steps_back = others.map(|spike| step - spike.step);
            (self.leak_mv, self.inhibition_mv) = leak_and_inhibition_mv(&snapshot.params, snapshot.dt_ms, before, steps_back);
        }
    }

    /// Contribution of the spikes of this step, in mV.
    pub(super) fn input_mv(&self) -> f64 {
        self.arrived.iter().filter_map(|(_, w)| *w).map(f64::from).sum()
    }

    /// Whether the neuron fired.
    pub(super) fn fires(&self) -> bool {
        self.fired.contains(&self.neuron)
    }

    /// The potential as the sum of the terms, before a spike resets it, in mV.
    pub(super) fn reached_mv(&self) -> Option<f64> {
        self.v_mv.map(|(before, ..)| before + self.leak_mv + self.input_mv() + self.inhibition_mv)
    }
}

#[cfg(all(test, feature = "ui-tests"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::preset::Preset;
    use crate::session::{Command, Launch, Session, Speed, Watch};
    use std::path::Path;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    fn until(session: &mut Session, step: u64) -> Arc<Snapshot> {
        let start = Instant::now();
        loop {
            if let Some(snapshot) = session.take_snapshot().filter(|snapshot| snapshot.step.0 >= step) {
                return snapshot;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "step {step} never came");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn leak_input_and_inhibition_sum_to_the_potential_of_the_real_network_ms_by_ms() {
        follow("current");
    }

    #[test]
    fn leak_input_and_inhibition_sum_to_the_potential_where_inhibition_is_a_conductance() {
        follow("conductance");
    }

    fn follow(inhibition_type: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut preset = Preset::load(&root.join("presets/mnist-rstdp.ron")).unwrap();
        preset.params.set_text("inhibition_type", inhibition_type).unwrap();
        let launch = Launch { preset, data_dir: root.join("data/mnist"), seed: 3, speed: Speed::ModelMsPerSecond(1.0) };
        let mut session = Session::start(launch, || {}).unwrap();
        let send = |session: &Session, command| session.send(command).unwrap();
        send(&session, Command::Pause);
        send(&session, Command::Watch(Watch { potentials: (0..400).collect(), ..Watch::default() }));
        let mut step = until(&mut session, 0).step.0;
        let (mut compared, mut spikes, mut inhibited) = (0, 0, 0);
        for _ in 0..60 {
            send(&session, Command::StepMs);
            step += 1;
            let snapshot = until(&mut session, step);
            step = snapshot.step.0;
            let held = (snapshot.params.get(P::TRef) / snapshot.dt_ms).round() as u64;
            for neuron in 0..400 {
                let moment = Moment::last(&snapshot, neuron).unwrap();
                let (_, after, threshold) = moment.v_mv.unwrap();
                let reached = moment.reached_mv().unwrap();
                let refractory = snapshot
                    .spikes
                    .iter()
                    .any(|s| s.layer == Layer::Output && s.neuron == neuron && (1..=held).contains(&(moment.step - s.step)));
                if moment.fires() {
                    spikes += 1;
                    assert!(reached >= threshold - 1e-3, "neuron {neuron} fired at {reached} mV below {threshold} mV");
                } else if !refractory {
                    assert!(
                        (reached - after).abs() < 1e-3,
                        "step {}, neuron {neuron}: {reached} and {after} mV, {moment:?}, weights {}",
                        moment.step,
                        snapshot.weights.w.len()
                    );
                    compared += 1;
                    inhibited += usize::from(moment.inhibition_mv < 0.0);
                }
            }
        }
        session.stop();
        assert!(compared > 10_000 && spikes > 0 && inhibited > 0, "{compared} compared, {spikes} spikes, {inhibited} inhibited");
    }
}
