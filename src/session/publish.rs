//! Assembles snapshots from the state of the simulation, and sends snapshots (the latest replaces older ones) and notices
//! (none is lost).

use super::anatomy::{self, NetworkView};
use super::aspects;
use super::free::FreeLab;
use super::hidden::{self, BankView, Portrait};
use super::history::History;
use super::laboratory::Laboratory;
use super::lists::Lists;
use super::notice::Notice;
use super::recent::Recent;
use super::shown::Shown;
use super::sites;
use super::snapshot::{
    FiCurve, FinishedRun, HandReward, LookingBack, Pace, PutAside, RunState, Snapshot, StdpWindow, TrialView, WeightView,
};
use super::studying::{self, Lesion, StudyView};
use super::why::{SpikeTold, Told};
use super::{Applied, Speed, StopCondition, Watch};
use crate::datasets::Data;
use crate::engine::network::Network;
use crate::engine::projection::{Store, Synapses};
use crate::engine::sight;
use crate::experiment::{Health, NeuronLab, PairingLab, Probed, Trainer, TrialRecord, Vitals, examine, examine_neuron};
use crate::model::NetworkSpec;
use crate::params::{ParamId as P, Params};
use crate::preset::Preset;
use crate::time::Step;
use crate::work::Work;
use crossbeam_channel::{Receiver, Sender, TrySendError};
use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// Output channels of the simulation thread.
pub(super) struct Outlet {
    pub(super) latest: Sender<Arc<Snapshot>>,
    /// The receiver of `latest`, to remove an unread snapshot.
    pub(super) stale: Receiver<Arc<Snapshot>>,
    pub(super) notices: Sender<Notice>,
    pub(super) wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outlet {
    /// Replace the unread snapshot.
    pub(super) fn publish(&self, snapshot: Snapshot) {
        let mut snapshot = Arc::new(snapshot);
        while let Err(TrySendError::Full(back)) = self.latest.try_send(snapshot) {
            self.stale.try_recv().ok();
            snapshot = back;
        }
        (self.wake)();
    }

    /// Send pending notices as far as the channel has capacity.
    pub(super) fn report(&self, waiting: &mut VecDeque<Notice>) {
        let mut sent = false;
        while let Some(notice) = waiting.pop_front() {
            if let Err(TrySendError::Full(back)) = self.notices.try_send(notice) {
                waiting.push_front(back);
                break;
            }
            sent = true;
        }
        if sent {
            (self.wake)();
        }
    }
}

/// Maximum fraction of computing time for copies of the weights.
const WEIGHT_SHARE: u32 = 20;
const WEIGHT_PERIOD: Duration = Duration::from_millis(50);
/// Maximum fraction of computing time for the health evaluation.
const HEALTH_SHARE: u32 = 100;
const HEALTH_PERIOD: Duration = Duration::from_millis(200);

/// What the description of the network follows from: parameters, description, and which projections learn.
type Depicted = (Params, Option<Arc<NetworkSpec>>, Vec<bool>);

/// Cached data that is expensive to compute.
#[derive(Default)]
pub(super) struct Copies {
    weights: Copy<WeightView>,
    portraits: Copy<Vec<Portrait>>,
    eligibility: Copy<Option<Arc<WeightView>>>,
    health: Copy<Health>,
    network: Option<(Depicted, Arc<NetworkView>)>,
    lesions: Option<(Params, Arc<[Lesion]>)>,
    data: Option<(Weak<Data>, Arc<str>)>,
    lists: Lists,
    quantities: Shown,
}

/// One cached value.
struct Copy<T> {
    value: Arc<T>,
    /// Step of the computation.
    made_at: Option<u64>,
    due: Option<Instant>,
}

impl<T: Default> Default for Copy<T> {
    fn default() -> Self {
        Self { value: Arc::default(), made_at: None, due: None }
    }
}

impl<T> Copy<T> {
    /// The cached value, computed again if the network has changed and enough time has passed or the run is idle.
    fn get(&mut self, step: u64, idle: bool, (period, share): (Duration, u32), make: impl FnOnce() -> T) -> Arc<T> {
        let now = Instant::now();
        if self.made_at != Some(step) && (idle || self.due.is_none_or(|due| now >= due)) {
            self.value = Arc::new(make());
            self.made_at = Some(step);
            self.due = Some(Instant::now() + period.max(now.elapsed() * share));
        }
        Arc::clone(&self.value)
    }
}

impl Copies {
    /// The hash of the images and labels, computed once for a collection: it takes some 10 ms.
    pub(super) fn data(&mut self, data: &Arc<Data>) -> Arc<str> {
        let of = Arc::downgrade(data);
        match &self.data {
            Some((known, hash)) if known.ptr_eq(&of) => Arc::clone(hash),
            _ => Arc::clone(&self.data.insert((of, data.image_digest().into())).1),
        }
    }

    /// Clear what depends on the state of a run.
    pub(super) fn clear(&mut self) {
        *self = Self { data: self.data.take(), ..Self::default() };
    }

    fn weights(&mut self, trainer: &Trainer, idle: bool) -> Arc<WeightView> {
        self.weights.get(trainer.step(), idle, (WEIGHT_PERIOD, WEIGHT_SHARE), || weight_view(trainer))
    }

    fn plastic(&mut self, lab: &FreeLab, idle: bool) -> Arc<WeightView> {
        self.weights.get(lab.run().step().0, idle, (WEIGHT_PERIOD, WEIGHT_SHARE), || lab.weights())
    }

    fn eligibility(&mut self, trainer: &Trainer, idle: bool) -> Option<Arc<WeightView>> {
        (*self.eligibility.get(trainer.step(), idle, (WEIGHT_PERIOD, WEIGHT_SHARE), || eligibility_view(trainer).map(Arc::new))).clone()
    }

    fn portraits(&mut self, trainer: &Trainer, idle: bool) -> Arc<Vec<Portrait>> {
        self.portraits.get(trainer.step(), idle, (WEIGHT_PERIOD, WEIGHT_SHARE), || hidden::portraits(trainer.network()))
    }

    /// The applicable ablations, updated when a parameter changes.
    fn lesions(&mut self, preset: &Preset, lab: &Laboratory) -> Arc<[Lesion]> {
        let Laboratory::Images(trainer) = lab else { return Arc::default() };
        match &self.lesions {
            // those of a described network do not depend on its quantities
            Some((params, lesions)) if params == trainer.params() => Arc::clone(lesions),
            _ => {
                let lesions = studying::lesions(&lab.in_force(preset), trainer.data().train.classes);
                self.lesions = Some((trainer.params().clone(), Arc::clone(&lesions)));
                lesions
            }
        }
    }

    /// The description of the network, updated when a parameter, a quantity or the stage changes.
    fn network(&mut self, lab: &Laboratory) -> Arc<NetworkView> {
        let learns: Vec<bool> = lab.network().map_or(&[][..], Network::projections).iter().map(|p| p.synapses.learns()).collect();
        let spec = lab.described();
        let same = |shown: &Option<Arc<NetworkSpec>>| shown.as_ref().map(Arc::as_ptr) == spec.map(Arc::as_ptr);
        match &self.network {
            Some(((params, shown, rules), view)) if params == lab.params() && same(shown) && *rules == learns => Arc::clone(view),
            _ => {
                let view = Arc::new(anatomy::network(lab));
                self.network = Some(((lab.params().clone(), spec.cloned(), learns), Arc::clone(&view)));
                view
            }
        }
    }

    fn health(&mut self, lab: &Laboratory, original: &Params, history: &History, recent: &Recent, idle: bool) -> Arc<Health> {
        self.health.get(lab.step(), idle, (HEALTH_PERIOD, HEALTH_SHARE), || match lab {
            Laboratory::Images(trainer) => {
                let trials: Vec<TrialRecord> = history.trials.iter().copied().collect();
                let mut vitals = Vitals::of(trainer, original, &trials, &history.rates);
                // the record of a whole image is used if there is one
                vitals.peak_mv = recent.peak_mv().or(vitals.peak_mv);
                let mut health = examine(&vitals);
                // the quantities of a described network have paths, which remedies do not know
                let known = |id: P| id.spec().belongs_to(trainer.setup());
                health.findings.retain(|finding| known(finding.remedy.id));
                health
            }
            Laboratory::Neuron(lab) => examine_neuron(lab.params(), lab.theory_hz(lab.params().get(P::IExt))),
            Laboratory::Pairing(_) | Laboratory::Free(_) => Health::default(),
        })
    }
}

/// Receptive fields of the output neurons in pixel space.
fn weight_view(trainer: &Trainer) -> WeightView {
    let network = trainer.network();
    let data = &trainer.data().train;
    let field = (data.width, data.height);
    let n_post = network.output().map_or(0, sites::shown);
    let last = network.projections().last().map(|p| &p.synapses);
    match (&network.projections()[0].synapses, last) {
        (Synapses::Dense(Store { weights, .. }), _) => WeightView {
            n_pre: data.width * data.height,
            n_post,
            field,
            w: sight::in_pixels(weights.fields(), network).into(),
            w_max: trainer.params().get(P::WMax) as f32,
        },
        (Synapses::Shared(_), Some(Synapses::Shared(_))) => {
            let sight = sight::sights(network).pop().map(|(_, sight)| sight).unwrap_or_default();
            WeightView { n_pre: sight.size * sight.size, n_post, field: (sight.size, sight.size), w: sight.pictures.into(), w_max: 1.0 }
        }
        (Synapses::Shared(_) | Synapses::Sparse(_), _) => {
            WeightView { n_pre: data.width * data.height, n_post, field, w: sight::seen_through(network, field).into(), w_max: 1.0 }
        }
    }
}

/// The eligibility of the output synapses, if any, in the layout of the weights.
fn eligibility_view(trainer: &Trainer) -> Option<WeightView> {
    let network = trainer.network();
    let data = &trainer.data().train;
    let (field, n_post) = ((data.width, data.height), network.output().map_or(0, sites::shown));
    let last = network.projections().last()?.target;
    let onto = network.projections().iter().map(|p| (p.target == last).then_some(&p.synapses));
    // by projection and neuron
    let traces: Vec<Option<Vec<Vec<f32>>>> =
        onto.map(|all| all.and_then(|all| (0..n_post as u32).map(|j| all.eligibility(j, trainer.step())).collect())).collect();
    let w: Vec<f32> = match traces.first()? {
        Some(direct) if network.projections().len() == 1 => sight::in_pixels(direct.concat(), network),
        _ if traces.iter().all(Option::is_none) => return None,
        _ => {
            let of = |projection: usize, row: usize, neuron: usize| traces[projection].as_ref().map_or(0.0, |e| e[neuron][row]);
            sight::laid_out(network, field, of)
        }
    };
    let n_pre = w.len().checked_div(n_post)?;
    let w_max = w.iter().fold(0.0_f32, |most, e| most.max(e.abs()));
    Some(WeightView { n_pre, n_post, field, w: w.into(), w_max })
}

/// State of the thread besides the experiment.
pub(super) struct Situation<'a> {
    pub(super) preset: &'a Preset,
    pub(super) original: &'a Params,
    pub(super) seed: u64,
    pub(super) generation: u64,
    pub(super) state: RunState,
    pub(super) pace: Pace,
    pub(super) speed: Speed,
    pub(super) window_ms: f64,
    pub(super) applied: Arc<[Applied]>,
    pub(super) work: Arc<[Arc<Work>]>,
    pub(super) applied_images: Arc<[u64]>,
    pub(super) looking_back: Option<LookingBack>,
    pub(super) put_aside: Option<PutAside>,
    pub(super) lost_runs: u64,
    pub(super) forked_at: Option<u64>,
    pub(super) run_id: u64,
    pub(super) about: Arc<Preset>,
    pub(super) runs: Arc<[FinishedRun]>,
    pub(super) stop_when: Option<StopCondition>,
    pub(super) given: Option<HandReward>,
    pub(super) safe: Option<Instant>,
    pub(super) why: Option<Told>,
    pub(super) why_spike: Option<SpikeTold>,
    pub(super) probed: Option<Arc<Probed>>,
    pub(super) study: Option<Arc<StudyView>>,
}

pub(super) fn snapshot(
    at: Situation<'_>,
    lab: &mut Laboratory,
    history: &History,
    recent: &Recent,
    watch: &Watch,
    copies: &mut Copies,
) -> Snapshot {
    let Situation { preset, original, seed, generation, state, pace, speed, window_ms, applied, work, why, probed, study, .. } = at;
    let digest = (watch.digest && state != RunState::Running).then(|| lab.digest());
    let lab: &Laboratory = lab;
    let params: Params = lab.params().clone();
    let grid = lab.grid();
    let output = lab.network().and_then(Network::output).filter(|_| !matches!(lab, Laboratory::Free(_)));
    let n = output.map_or(0, sites::shown) as u32;
    let per_neuron = |read: &dyn Fn(u32) -> f32| (0..n).map(read).collect::<Arc<[f32]>>();
    let decay = grid.decay(params.get(P::TauD));
    let waits = matches!(lab, Laboratory::Images(trainer) if trainer.awaits_reward());
    let idle = state != RunState::Running || waits;
    let lesions = copies.lesions(preset, lab);
    let eligibility = match lab {
        Laboratory::Images(trainer) if watch.eligibility => copies.eligibility(trainer, idle),
        _ => None,
    };
    let (flow, flow_ms) = anatomy::flow(lab, recent);
    let (first, end) = if let Laboratory::Free(lab) = lab { lab.window() } else { (recent.window_start(), recent.end()) };
    let (class_names, data_name, data, test_images) = match lab {
        Laboratory::Images(trainer) => {
            let data = trainer.data();
            (Arc::clone(&data.class_names), data.name.clone(), copies.data(data), data.test.len() as u64)
        }
        Laboratory::Neuron(_) | Laboratory::Pairing(_) | Laboratory::Free(_) => (Arc::from([]), String::new(), Arc::from(""), 0),
    };
    let (classes, class_of, trial, weights) = match lab {
        Laboratory::Images(trainer) => (
            trainer.data().train.classes,
            trainer.readout().class_of()[..n as usize].into(),
            trial_view(trainer),
            if watch.weights { copies.weights(trainer, idle) } else { Arc::default() },
        ),
        Laboratory::Free(lab) if watch.weights => (0, Arc::from([]), TrialView::default(), copies.plastic(lab, idle)),
        Laboratory::Neuron(_) | Laboratory::Pairing(_) | Laboratory::Free(_) => {
            (0, Arc::from([None]), TrialView::default(), Arc::default())
        }
    };
    let free = if let Laboratory::Free(lab) = lab { Some(Arc::new(lab.view(watch.spikes, &applied))) } else { None };
    Snapshot {
        aspects: aspects::aspects(lab),
        rest_mv: aspects::rest_mv(lab),
        setup: preset.setup,
        title: preset.title.clone(),
        preset_path: preset.path.clone(),
        params,
        preset_params: original.clone(),
        seed,
        generation,
        step: Step(lab.step()),
        dt_ms: grid.dt_ms(),
        state,
        pace,
        speed,
        classes,
        test_images,
        class_names,
        data_name,
        data,
        class_of,
        trial,
        spikes: if watch.spikes { copies.lists.spikes(recent) } else { Arc::from([]) },
        window_ms,
        window_start: Step(first),
        window_end: Step(end),
        onsets: copies.lists.onsets(recent),
        potentials: if let Laboratory::Free(lab) = lab { lab.traces() } else { recent.traces(&watch.potentials) },
        v_mv: per_neuron(&|j| output.map_or(0.0, |p| sites::v_mv(p, j))),
        theta_mv: per_neuron(&|j| output.map_or(0.0, |p| p.theta_mv(j))),
        rates: copies.lists.rates(history),
        weights,
        hidden: hidden_view(lab, recent, watch, copies, idle),
        trials: if watch.learning { copies.lists.trials(history) } else { Arc::from([]) },
        accuracy: if watch.learning { copies.lists.accuracy(history) } else { Arc::from([]) },
        confusion: if watch.learning { copies.lists.confusion(history) } else { Arc::from([]) },
        dopamine: history.dopamine(recent.window_start(), recent.end(), decay).into(),
        evaluation: history.evaluation.clone(),
        applied,
        work,
        digest,
        fi: if let Laboratory::Neuron(lab) = lab { Some(Arc::new(fi_curve(lab))) } else { None },
        free,
        quantities: copies.quantities.of(lab, preset),
        stdp: if let Laboratory::Pairing(lab) = lab { Some(Arc::new(stdp_window(lab))) } else { None },
        applied_images: at.applied_images,
        looking_back: at.looking_back,
        put_aside: at.put_aside,
        lost_runs: at.lost_runs,
        forked_at: at.forked_at,
        run_id: at.run_id,
        preset: at.about,
        runs: at.runs,
        stop_when: at.stop_when,
        given: at.given,
        safe: at.safe,
        why,
        why_spike: at.why_spike,
        probed,
        study,
        lesions,
        eligibility,
        health: copies.health(lab, original, history, recent, idle),
        network: copies.network(lab),
        flow: flow.into(),
        flow_ms,
        history_limit_ms: if let Laboratory::Free(_) = lab { f64::INFINITY } else { recent.limit_steps() as f64 * grid.dt_ms() },
        habit: watch.inspected.and_then(|neuron| recent.habits().of(neuron, grid.dt_ms())).map(Arc::new),
    }
}

fn hidden_view(lab: &Laboratory, recent: &Recent, watch: &Watch, copies: &mut Copies, idle: bool) -> Arc<[BankView]> {
    match lab {
        Laboratory::Images(trainer) if watch.hidden => {
            let onset = trainer.step().saturating_sub(u64::from(trainer.trial().elapsed_steps));
            hidden::banks(trainer.network(), &copies.portraits(trainer, idle), recent.hidden(), onset).into()
        }
        _ => Arc::from([]),
    }
}

fn trial_view(trainer: &Trainer) -> TrialView {
    let trial = trainer.trial();
    let train = &trainer.data().train;
    let dt_ms = trainer.grid().dt_ms();
    let outcome = trial.outcome;
    TrialView {
        index: trial.index,
        total: trainer.plan(),
        elapsed_ms: f64::from(trial.elapsed_steps) * dt_ms,
        duration_ms: f64::from(trial.total_steps) * dt_ms,
        image: trainer.picture().into(),
        drawn: trial.drawn,
        size: (train.width, train.height),
        label: trial.label,
        votes: trainer.votes(),
        answer: outcome.and_then(|o| o.answer),
        reward: outcome.and_then(|o| o.reward).map(|r| r as f32),
        modulation: outcome.map_or(0.0, |o| o.modulation as f32),
        reward_in_ms: f64::from(trial.waits_steps) * dt_ms,
        awaits_reward: trial.awaits_reward,
    }
}

fn fi_curve(lab: &NeuronLab) -> FiCurve {
    let now = lab.params().get(P::IExt);
    let reach = lab.measured().iter().map(|&(current, _)| current).fold(now.max(4.0), f64::max) * 1.1;
    let theory = (0..=400).map(|k| reach * f64::from(k) / 400.0).map(|i| (i, lab.theory_hz(i))).collect();
    FiCurve { theory, measured: lab.measured().to_vec(), now: (now, lab.theory_hz(now)) }
}

fn stdp_window(lab: &PairingLab) -> StdpWindow {
    let span = lab.params().get(P::PairSpan);
    // the curve is discontinuous at 0, so it gets a point on either side
    let lags = (0..=200).map(|k| span * (f64::from(k) / 100.0 - 1.0)).flat_map(|lag| if lag == 0.0 { vec![-1e-9, 0.0] } else { vec![lag] });
    let trace = lab.trace();
    StdpWindow {
        theory: lags.map(|lag| (lag, lab.theory(lag))).collect(),
        measured: lab.measured().to_vec(),
        lag_ms: lab.lag_ms(),
        x_pre: trace.x_pre.clone(),
        x_post: trace.x_post.clone(),
        w: trace.w.clone(),
    }
}
