//! Records what the window shows of a network that runs freely: spikes in blocks that snapshots share, and the potentials of
//! watched neurons only.

use crate::engine::monitor::Monitor;
use crate::engine::network::{CurrentSynapse, Network, StepSpikes};
use crate::engine::neuron::NeuronModel;
use crate::model::{NetworkSpec, PopulationSpec};
use crate::session::free_view::{PopulationView, SpikeBlock};
use crate::session::traces::PotentialTrace;
use std::collections::VecDeque;
use std::sync::Arc;

/// Maximum number of recorded spikes: 16 MB. Beyond it the oldest blocks are forgotten.
const MAX_SPIKES: usize = 2_000_000;
/// Maximum length of the record in ms.
const MAX_MS: f64 = 10_000.0;
/// Length of a bin of the rates in ms.
const BIN_MS: f64 = 5.0;
/// Bins of a block.
const BINS: usize = 20;
/// Maximum number of recorded neurons of a source of spikes, and of their spikes per second, as long as its rate is not raised.
const MAX_SOURCE: f64 = 200.0;
const MAX_SOURCE_HZ: f64 = 20_000.0;

/// The record.
pub(super) struct Record {
    pub(super) populations: Arc<[PopulationView]>,
    dt_ms: f64,
    open: SpikeBlock,
    blocks: VecDeque<Arc<SpikeBlock>>,
    /// Spikes in `blocks`.
    kept: usize,
    watched: Vec<Watched>,
    /// First step of the potentials.
    from: u64,
    /// The step after the last one.
    end: u64,
    /// Number of steps of potentials to keep.
    keep: usize,
}

/// A neuron whose potential is recorded.
struct Watched {
    neuron: u32,
    population: usize,
    index: u32,
    v_mv: VecDeque<f32>,
    threshold_mv: VecDeque<f32>,
    /// The synapses by which it receives currents, and these currents.
    currents: Vec<CurrentSynapse>,
    injected_mv: VecDeque<f32>,
    spikes: VecDeque<u64>,
}

/// The populations of a network.
pub(super) fn populations(spec: &NetworkSpec, network: &Network) -> Arc<[PopulationView]> {
    let mut first = 0_u32;
    let view = |(spec, population): (&PopulationSpec, &dyn NeuronModel)| {
        let size = u32::try_from(population.len()).unwrap_or(u32::MAX);
        let (has_potential, emits_current) = (population.has_potential(), spec.model.emits_current());
        let most = (MAX_SOURCE_HZ / spec.model.rate_hz(None).unwrap_or(0.0)).clamp(1.0, MAX_SOURCE) as u32;
        let every = if has_potential { 1 } else { size.div_ceil(most).max(1) };
        let view = PopulationView { name: spec.name.clone(), size, first, has_potential, emits_current, every };
        first = first.saturating_add(size);
        view
    };
    spec.populations.iter().zip(network.populations().iter().map(AsRef::as_ref)).map(view).collect()
}

impl Record {
    /// An empty record that begins at step `now`.
    pub(super) fn new(populations: Arc<[PopulationView]>, dt_ms: f64, now: u64) -> Self {
        let mut record = Self {
            populations,
            dt_ms,
            open: SpikeBlock::default(),
            blocks: VecDeque::new(),
            kept: 0,
            watched: Vec::new(),
            from: now,
            end: now,
            keep: 0,
        };
        record.open = record.fresh(now);
        record
    }

    fn fresh(&self, from: u64) -> SpikeBlock {
        let bin = (BIN_MS / self.dt_ms).round().max(1.0) as u32;
        SpikeBlock { from, to: from, bin, ..SpikeBlock::default() }
    }

    /// Continue a record that was interrupted at this step.
    pub(super) fn recall(&mut self, blocks: &[Arc<SpikeBlock>]) {
        if self.blocks.is_empty() && self.open.to == self.open.from && blocks.last().is_some_and(|last| last.to == self.end) {
            self.blocks = blocks.iter().map(Arc::clone).collect();
            self.kept = blocks.iter().map(|block| block.spikes.len()).sum();
        }
    }

    /// Record the potentials of these neurons over `steps` steps; of those that were not recorded, from now on.
    pub(super) fn watch(&mut self, neurons: &[u32], steps: u64, network: &Network) {
        self.keep = steps as usize;
        let known = (self.end - self.from) as usize;
        let mut before = std::mem::take(&mut self.watched);
        for &neuron in neurons {
            if let Some(at) = before.iter().position(|watched| watched.neuron == neuron) {
                self.watched.push(before.swap_remove(at));
                continue;
            }
            let Some((population, index)) = self.locate(neuron) else { continue };
            if !self.populations[population].has_potential {
                continue;
            }
            // the past of this neuron is unknown
            let unknown: VecDeque<f32> = std::iter::repeat_n(f32::NAN, known).collect();
            let currents = network.current_synapses(population, index);
            let injected_mv = if currents.is_empty() { VecDeque::new() } else { unknown.clone() };
            let (v_mv, threshold_mv) = (unknown.clone(), unknown);
            self.watched.push(Watched { neuron, population, index, v_mv, threshold_mv, currents, injected_mv, spikes: VecDeque::new() });
        }
    }

    /// Index of the population of a neuron that is counted over all populations, and its index there.
    pub(super) fn locate(&self, neuron: u32) -> Option<(usize, u32)> {
        let place = self.populations.iter().position(|p| (p.first..p.first.saturating_add(p.size)).contains(&neuron))?;
        Some((place, neuron - self.populations[place].first))
    }

    /// The last recorded spike of a neuron before step `before`.
    pub(super) fn spike_before(&self, neuron: u32, before: u64) -> Option<u64> {
        let all = std::iter::once(&self.open).chain(self.blocks.iter().rev().map(AsRef::as_ref));
        let mut spikes = all.flat_map(|block| block.spikes.iter().rev().map(|&(step, other)| (block.from + u64::from(step), other)));
        spikes.find(|&(step, other)| other == neuron && step < before).map(|(step, _)| step)
    }

    /// First step of the recorded spikes.
    pub(super) fn recorded_from(&self) -> u64 {
        self.blocks.front().map_or(self.open.from, |block| block.from)
    }

    /// The potentials of the watched neurons.
    pub(super) fn traces(&self) -> Vec<PotentialTrace> {
        let trace = |watched: &Watched| PotentialTrace {
            neuron: watched.neuron,
            v_mv: watched.v_mv.iter().copied().collect(),
            threshold_mv: watched.threshold_mv.iter().copied().collect(),
            injected_mv: watched.injected_mv.iter().copied().collect(),
            spikes: watched.spikes.iter().map(|step| (step - self.from) as u32).collect(),
        };
        self.watched.iter().map(trace).collect()
    }

    /// First step of the potentials, and the step after the last one.
    pub(super) fn window(&self) -> (u64, u64) {
        (self.from, self.end)
    }

    /// All blocks; only the one in progress is copied.
    pub(super) fn blocks(&self) -> Arc<[Arc<SpikeBlock>]> {
        let open = (self.open.to > self.open.from).then(|| Arc::new(self.open.clone()));
        self.blocks.iter().map(Arc::clone).chain(open).collect()
    }

    /// All spikes of each population since the beginning of the record that is kept, and its length in ms.
    pub(super) fn flow(&self) -> (Vec<u64>, f64) {
        let mut sums = vec![0; self.populations.len()];
        let all = self.blocks.iter().map(AsRef::as_ref).chain([&self.open]);
        // of the last second
        let from = self.end.saturating_sub((1000.0 / self.dt_ms) as u64);
        let mut begin = self.end;
        for block in all.filter(|block| block.to > from) {
            begin = begin.min(block.from);
            for counts in block.counts.chunks(sums.len().max(1)) {
                sums.iter_mut().zip(counts).for_each(|(sum, &count)| *sum += u64::from(count));
            }
        }
        (sums, (self.end - begin) as f64 * self.dt_ms)
    }

    fn close(&mut self) {
        let next = self.fresh(self.open.to);
        let full = std::mem::replace(&mut self.open, next);
        self.kept += full.spikes.len();
        self.blocks.push_back(Arc::new(full));
        let longest = (MAX_MS / self.dt_ms) as u64;
        while let Some(oldest) = self.blocks.front()
            && (self.kept > MAX_SPIKES || self.open.to - oldest.from > longest)
        {
            self.kept -= oldest.spikes.len();
            self.blocks.pop_front();
        }
    }

    fn potentials(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        let known = (step + 1 - self.from) as usize;
        let old = known.saturating_sub(self.keep.max(1));
        self.from += old as u64;
        for watched in &mut self.watched {
            let population = &network.populations()[watched.population];
            watched.v_mv.push_back(population.v_mv(watched.index));
            watched.threshold_mv.push_back(population.threshold_mv(watched.index));
            if spikes.populations[watched.population].binary_search(&watched.index).is_ok() {
                watched.spikes.push_back(step);
            }
            if !watched.currents.is_empty() {
                watched.injected_mv.push_back(network.transmitted_mv(&watched.currents));
            }
            for samples in [&mut watched.v_mv, &mut watched.threshold_mv, &mut watched.injected_mv] {
                samples.drain(..old.min(samples.len()));
            }
            while watched.spikes.front().is_some_and(|&spike| spike < self.from) {
                watched.spikes.pop_front();
            }
        }
    }
}

impl Monitor for Record {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        if step != self.end {
            // a restored state: nothing is known of the steps before it
            *self = Self { keep: self.keep, ..Self::new(Arc::clone(&self.populations), self.dt_ms, step) };
        }
        self.end = step + 1;
        let Self { open, populations, .. } = self;
        let offset = (step - open.from) as u32;
        if offset.is_multiple_of(open.bin) {
            let modulators = network.projections().iter().filter_map(|projection| projection.synapses.modulator(step));
            open.modulators.extend(modulators.map(|concentration| concentration as f32));
        }
        let bin = (offset / open.bin) as usize * populations.len();
        open.counts.resize(bin + populations.len(), 0);
        for ((population, fired), count) in populations.iter().zip(spikes.populations).zip(&mut open.counts[bin..]) {
            *count += fired.len() as u32;
            if population.every == 1 {
                open.spikes.extend(fired.iter().map(|&neuron| (offset, population.first + neuron)));
                continue;
            }
            // few of the many spikes of a source are recorded; they are in the order of neurons
            let mut rest = fired.as_slice();
            for neuron in (0..population.size).step_by(population.every as usize) {
                rest = &rest[rest.partition_point(|&other| other < neuron)..];
                let times = rest.iter().take_while(|&&other| other == neuron).count();
                open.spikes.extend(std::iter::repeat_n((offset, population.first + neuron), times));
            }
        }
        open.to = step + 1;
        if offset as usize + 1 >= open.bin as usize * BINS {
            self.close();
        }
        self.potentials(step, network, spikes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::neuron::NeuronIdx;
    use crate::experiment::FreeRun;
    use crate::preset::NetworkPreset;
    use std::path::Path;

    fn run(network: &str) -> FreeRun {
        let text = format!("Preset(schema: 2, title: \"t\", network: (populations: {{{network}, task: FreeRun(duration: \"1 s\"))");
        let preset = NetworkPreset::parse(&text, Path::new("t.ron")).expect("a valid network");
        FreeRun::new(preset.network, 1).expect("a network")
    }

    fn record(run: &FreeRun) -> Record {
        Record::new(populations(run.spec(), run.network()), run.spec().dt_ms, 0)
    }

    /// What is kept of 10,000 neurons that fire at `rate_hz` for `seconds`: its length in ms, and the number of spikes.
    fn kept(rate_hz: u32, seconds: u64) -> (f64, usize) {
        let run = run("\"E\": (size: 10000, model: Lif())})");
        let mut record = record(&run);
        // 10,000 neurons in steps of 0.1 ms: one spike a step for every Hz
        let fired: Vec<NeuronIdx> = (0..rate_hz).map(|k| k * 10_000 / rate_hz).collect();
        for step in 0..seconds * 10_000 {
            record.record(step, run.network(), &StepSpikes { input: &[], populations: std::slice::from_ref(&fired) });
        }
        let blocks = record.blocks();
        let span = blocks.last().map_or(0, |block| block.to) - blocks.first().map_or(0, |block| block.from);
        (span as f64 * 0.1, blocks.iter().map(|block| block.spikes.len()).sum())
    }

    #[test]
    fn ten_thousand_neurons_keep_seconds_of_history_in_bounded_memory() {
        // as fast as the preset of this size: all that the longest time axis shows
        let (ms, spikes) = kept(13, 12);
        assert!((9_900.0..=10_100.0).contains(&ms) && spikes >= 1_280_000, "{ms} ms, {spikes} spikes");
        // eight times as fast: the oldest spikes are forgotten, two seconds are left
        let (ms, spikes) = kept(100, 5);
        let block = BINS * 50 * 100;
        assert!((1_800.0..=2_100.0).contains(&ms) && spikes <= MAX_SPIKES + block, "{ms} ms, {spikes} spikes");
    }

    #[test]
    fn concentration_of_the_neuromodulator_rises_at_a_reward_and_decays() {
        let mut run =
            run("\"E\": (size: 2, model: Lif())}, projections: {\"E->E\": (wiring: AllToAll, weight: \"0.1 mV\", delay: \"1 ms\", \
             rule: RStdp(tau_d: \"100 ms\"))})");
        let mut record = record(&run);
        run.advance(500, &mut [&mut record]).expect("finite values");
        run.reward(2.0);
        run.advance(2000, &mut [&mut record]).expect("finite values");
        let values: Vec<f32> = record.blocks().iter().flat_map(|block| block.modulators.clone()).collect();
        assert_eq!(values.len(), 50, "one for every 5 ms");
        assert!(values[..10].iter().all(|&d| d == 0.0));
        for (bin, &d) in values.iter().enumerate().skip(10) {
            let expected = 2.0 * libm::exp(-(5.0 * (bin as f64 - 10.0)) / 100.0);
            assert!((f64::from(d) - expected).abs() < 1e-5, "bin {bin}: {d}, expected {expected}");
        }
    }
}
