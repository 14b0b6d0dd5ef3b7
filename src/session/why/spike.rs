//! Explanations of spikes of networks that run freely, on a worker thread, which replays a copy of the run: from the keyframe before
//! the record that the explanation needs, or from where the record of the last explanation began, whichever is later. A run that is
//! not explained has no cost.

use super::PERIOD;
use crate::experiment::{Applied, FreeRun, Origin, SpikeMoment, SpikeQuestion, WhySpike, record_from, refusal};
use crate::session::free::FreeLab;
use crate::session::timeline::{Keyframe, Timeline};
use crate::session::words::time;
use crossbeam_channel::{Receiver, TryRecvError, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// An explanation, or why there is none.
pub(in crate::session) type SpikeTold = Arc<Result<WhySpike, String>>;

/// A neuron, counted over all populations, and the moment in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpikeAsked {
    /// The neuron.
    pub neuron: u32,
    /// The moment.
    pub moment: SpikeMoment,
}

/// The run that is shown.
pub(in crate::session) struct Scene<'a> {
    pub(in crate::session) lab: &'a FreeLab,
    pub(in crate::session) timeline: &'a Timeline,
    pub(in crate::session) log: &'a Arc<[Applied]>,
    pub(in crate::session) generation: u64,
    pub(in crate::session) running: bool,
}

/// Subject of an explanation: run and resolved question.
type Key = (u64, SpikeQuestion);

/// Computes at most one explanation at a time.
#[derive(Default)]
pub(in crate::session) struct SpikeExplainer {
    pending: Option<Pending>,
    /// Question and moment of the run at which it was resolved last.
    resolved: Option<(u64, SpikeAsked, u64)>,
    key: Option<Key>,
    told: Option<SpikeTold>,
    due: Option<Instant>,
    /// The run at the beginning of the last record, and the number of the run.
    begun: Option<(u64, FreeRun)>,
}

/// An explanation that is being computed. It ends early when this is dropped.
struct Pending {
    question: SpikeAsked,
    result: Receiver<(Option<SpikeTold>, Option<FreeRun>)>,
    dropped: Arc<AtomicBool>,
    since: Instant,
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

impl SpikeExplainer {
    /// Whether an explanation is being computed.
    pub(in crate::session) fn is_busy(&self) -> bool {
        self.pending.is_some()
    }

    /// The last explanation; none while the first one of a neuron is being computed.
    pub(in crate::session) fn told(&self) -> Option<SpikeTold> {
        self.told.clone()
    }

    /// Collect the result and start the next explanation if it is due. Returns whether there is a new result.
    pub(in crate::session) fn poll(&mut self, scene: Option<&Scene<'_>>, question: Option<SpikeAsked>) -> bool {
        let (Some(scene), Some(question)) = (scene, question) else {
            let known = self.told.is_some() || self.pending.is_some();
            *self = Self::default();
            return known;
        };
        let news = self.collect(scene.generation);
        let now = (scene.generation, question, scene.lab.run().step().0);
        if self.resolved == Some(now) || (scene.running && self.due.is_some_and(|due| Instant::now() < due)) {
            return news;
        }
        if self.pending.as_ref().is_some_and(|pending| pending.question == question && self.key.is_some_and(|key| key.0 == now.0)) {
            // the next spike follows once this one is explained
            return news;
        }
        self.resolved = Some(now);
        self.pending = None;
        let (asked, last_spike) = match resolve(scene, question) {
            Ok(found) => found,
            Err(words) => {
                self.key = None;
                let told = Arc::new(Err(words));
                let same = self.told.as_ref() == Some(&told);
                self.told = Some(told);
                return news || !same;
            }
        };
        if self.key == Some((scene.generation, asked)) {
            return news;
        }
        let of_other = |told: &SpikeTold| {
            told.as_ref().as_ref().map_or(true, |why| (why.asked.population, why.asked.neuron) != (asked.population, asked.neuron))
        };
        if self.told.as_ref().is_some_and(of_other) {
            self.told = None;
        }
        self.key = Some((scene.generation, asked));
        self.start(scene, question, asked, record_from(scene.lab.run(), &asked, last_spike));
        true
    }

    fn collect(&mut self, generation: u64) -> bool {
        let Some(pending) = &self.pending else { return false };
        match pending.result.try_recv() {
            Ok((told, begun)) => {
                // a quarter of the time of one processor at most
                self.due = Some(Instant::now() + PERIOD.max(3 * pending.since.elapsed()));
                self.begun = begun.map(|run| (generation, run));
                self.pending = None;
                let news = told.is_some();
                self.told = told.or(self.told.take());
                news
            }
            Err(TryRecvError::Disconnected) => {
                self.pending = None;
                false
            }
            Err(TryRecvError::Empty) => false,
        }
    }

    fn start(&mut self, scene: &Scene<'_>, question: SpikeAsked, asked: SpikeQuestion, from: u64) {
        let frame = scene.timeline.before(from);
        let earliest = frame.as_ref().map_or(0, |frame| frame.moment);
        let begun =
            self.begun.take().filter(|(generation, run)| *generation == scene.generation && (earliest..=from).contains(&run.step().0));
        let start = match (begun, frame) {
            (Some((_, run)), _) => Start::Begun(Box::new(run)),
            (None, Some(frame)) => Start::Keyframe(frame, Box::new(scene.lab.run().twin())),
            (None, None) => Start::Beginning,
        };
        let (origin, log) = (scene.lab.origin().clone(), Arc::clone(scene.log));
        let (send, result) = bounded(1);
        let dropped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&dropped);
        let explain = move || {
            let mut begun = None;
            let goes_on = || !stop.load(Ordering::Relaxed);
            let told = start.run(&origin, &log).and_then(|run| run.why_spike(asked, from, |run| begun = Some(run), goes_on));
            drop(send.send((told.transpose().map(Arc::new), begun)));
        };
        if std::thread::Builder::new().name("explanation".to_owned()).spawn(explain).is_ok() {
            self.pending = Some(Pending { question, result, dropped, since: Instant::now() });
        }
    }
}

/// Where a replay starts.
enum Start {
    /// At the beginning of an earlier record.
    Begun(Box<FreeRun>),
    /// At a keyframe, with a copy of the run for what does not change.
    Keyframe(Arc<Keyframe>, Box<FreeRun>),
    /// At the beginning of the run.
    Beginning,
}

impl Start {
    fn run(self, origin: &Origin, log: &[Applied]) -> Result<FreeRun, String> {
        match self {
            // its state contains the changes until its step
            Self::Begun(run) => {
                let made = log.partition_point(|applied| applied.before <= run.step());
                run.with_log(&log[made..])
            }
            Self::Keyframe(frame, run) => match frame.state.get() {
                Some(state) => origin.rewound(&run, log, state),
                None => origin.run(log),
            },
            Self::Beginning => origin.run(log),
        }
    }
}

/// The step in question and the last spike of the neuron before it that is recorded, or one sentence why there is nothing to explain.
fn resolve(scene: &Scene<'_>, SpikeAsked { neuron, moment }: SpikeAsked) -> Result<(SpikeQuestion, Option<u64>), String> {
    let lab = scene.lab;
    let Some((population, index)) = lab.locate(neuron) else { return Err(format!("This network has no neuron {neuron}.")) };
    if let Some(words) = refusal(lab.spec(), lab.network(), population, index) {
        return Err(words);
    }
    let (now, dt_ms) = (lab.run().step().0, lab.spec().dt_ms);
    let Some(last) = now.checked_sub(1) else { return Err("Run or step the network: no potential has been computed yet.".to_owned()) };
    let step = match moment {
        SpikeMoment::Now => last,
        SpikeMoment::At(step) if step <= last => step,
        SpikeMoment::At(step) => {
            let [asked, now] = [step, now].map(|step| time(step as f64 * dt_ms));
            return Err(format!("{asked} has not been simulated yet; the run is at {now}."));
        }
        SpikeMoment::LastSpike => lab.spike_before(neuron, now).ok_or_else(|| {
            let name = format!("{}[{index}]", lab.spec().populations[population].name);
            let known = time((now - lab.recorded_from()) as f64 * dt_ms);
            format!("{name} has not fired in the recorded {known}; choose Current or a time.")
        })?,
    };
    Ok((SpikeQuestion { population, neuron: index, step }, lab.spike_before(neuron, step)))
}
