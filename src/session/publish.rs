//! Assembles snapshots from the state of the simulation, and sends snapshots (the latest replaces older ones) and notices
//! (none is lost).

use super::CharacterisedView;
use super::anatomy;
use super::aspects;
use super::copies::Copies;
use super::hidden::{self, BankView};
use super::history::History;
use super::laboratory::Laboratory;
use super::notice::Notice;
use super::recent::Recent;
use super::sites;
use super::snapshot::{FiCurve, FinishedRun, HandReward, LookingBack, Pace, PutAside, RunState, Snapshot, StdpWindow, TrialView};
use super::studying::StudyView;
use super::why::{SpikeTold, Told};
use super::{Applied, Speed, StopCondition, Watch};
use crate::engine::network::Network;
use crate::experiment::{NeuronLab, PairingLab, Probed, Trainer};
use crate::params::{ParamId as P, Params};
use crate::preset::Preset;
use crate::time::Step;
use crate::work::Work;
use crossbeam_channel::{Receiver, Sender, TrySendError};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

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
    pub(super) characterised: Option<Arc<CharacterisedView>>,
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
    let free = if let Laboratory::Free(lab) = lab { Some(Arc::new(lab.view((watch.spikes, watch.weights), &applied))) } else { None };
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
        characterised: at.characterised,
        probed,
        study,
        lesions,
        eligibility,
        health: copies.health(lab, original, history, recent, idle),
        network: copies.network(lab),
        flow: flow.into(),
        flow_ms,
        history_limit_ms: if let Laboratory::Free(_) = lab { f64::INFINITY } else { recent.limit_steps() as f64 * grid.dt_ms() },
        inspected: match lab {
            Laboratory::Free(lab) => watch.inspected.and_then(|neuron| copies.inspected(lab, neuron, idle)),
            Laboratory::Images(_) | Laboratory::Neuron(_) | Laboratory::Pairing(_) => None,
        },
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
