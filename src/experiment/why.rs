//! Why this answer? A copy of the network replays the trial step by step from its onset, and the potential of the neuron in
//! question is split into its terms. `engine::why` contains the arithmetic.

use super::readout::Readout;
use crate::engine::monitor::Monitor;
use crate::engine::network::Network;
use crate::engine::neuron::{LifParams, NeuronModel, NeuronParams};
use crate::engine::plasticity::Changes;
use crate::engine::why::{Columns, Painted, Story, Terms, Trial, paint_back};
use crate::time::TimeGrid;

/// The start of a trial.
pub struct Onset {
    pub(super) index: u64,
    pub(super) network: Network,
    pub(super) readout: Readout,
    pub(super) params: Vec<NeuronParams>,
    pub(super) grid: TimeGrid,
    pub(super) size: (usize, usize),
    pub(super) present_steps: u32,
}

/// The neuron in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Whom {
    /// The neuron whose spike decided the answer; before that the neuron closest to its threshold.
    #[default]
    Decided,
    /// This neuron or, with shared filters, the filter at its site of highest potential.
    Neuron(u32),
}

/// The moment in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Moment {
    /// The spike after which the answer kept the lead; with first-spike readout, the first spike.
    #[default]
    Decision,
    /// The last spike of the neuron.
    LastSpike,
    /// The last step computed, or the last of the presentation.
    Now,
}

/// A question: neuron and moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// The neuron.
    pub whom: Whom,
    /// The moment in question.
    pub moment: Moment,
}

/// One neuron at the moment in question.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Side {
    /// The neuron or, with shared filters, the filter.
    pub neuron: u32,
    /// Its class.
    pub class: Option<u8>,
    /// The terms of its potential.
    pub terms: Terms,
    /// Threshold without θ, and θ, in mV.
    pub threshold_mv: f64,
    /// See `threshold_mv`.
    pub theta_mv: f64,
    /// Whether it fired in that step.
    pub fired: bool,
    /// Whether it was clamped at its reset potential.
    pub held: bool,
    /// Its probability of firing first, with first-spike readout after the decision.
    pub share: Option<f32>,
    /// Contributions of pixels and hidden neurons.
    pub painted: Painted,
    /// The potential the simulation computed, before the reset of a spike; the terms sum to it.
    pub simulated_mv: f64,
}

/// An answer explained.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Why {
    /// Number of the image in the run.
    pub index: u64,
    /// Width and height of the image.
    pub size: (usize, usize),
    /// Step since onset, and the end of that step in ms.
    pub step: u32,
    /// See `step`.
    pub at_ms: f64,
    /// The moment actually explained: a neuron that did not fire has no spike to explain.
    pub moment: Moment,
    /// The neuron in question.
    pub side: Side,
    /// The runner-up: the best neuron of the class that came second; for other neurons the winner.
    pub rival: Option<Side>,
    /// Votes of the trial so far.
    pub votes: Vec<f32>,
    /// The answer so far.
    pub answer: Option<u8>,
}

impl Onset {
    /// Number of the image in the run.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Explain the trial after `elapsed` steps, or return why there is nothing to explain.
    pub fn explain(&self, elapsed: u32, asked: Asked) -> Result<Why, String> {
        let steps = elapsed.min(self.present_steps);
        if steps == 0 {
            return Err("The image has not started; step to compute its first potentials.".to_owned());
        }
        let mut story = Story::default();
        self.relive(steps, &mut story);
        let last = self.network.populations().len().saturating_sub(1);
        let spikes = story.spikes(last);
        let n = self.network.output().map_or(0, NeuronModel::len);
        let channels = self.network.output().map_or(1, NeuronModel::channels).max(1);
        let mut counts = vec![0; n];
        let mut decided: Option<(Option<u8>, u32, u32)> = None;
        for &(t, j) in spikes {
            counts[j as usize] += 1;
            let lead = Readout::answer(&self.readout.votes(&counts));
            if decided.is_none_or(|(answer, ..)| answer != lead) {
                decided = Some((lead, t, j));
            }
        }
        let votes = self.readout.votes(&counts);
        let answer = Readout::answer(&votes);
        // the spike in question, if there is one
        let spike = match (asked.whom, asked.moment) {
            (Whom::Decided, _) => decided.map(|(_, t, j)| (t, j)),
            (Whom::Neuron(k), _) => spikes.iter().rev().find(|&&(_, j)| j as usize % channels == k as usize).copied(),
        };
        if let Whom::Neuron(k) = asked.whom
            && k as usize >= channels
        {
            return Err(format!("This network has no neuron {k}."));
        }
        let (step, moment) = match (asked.moment, spike, decided) {
            (Moment::Decision, _, Some((_, t, _))) => (t, Moment::Decision),
            (Moment::LastSpike, Some((t, j)), _) => {
                let last = spikes.iter().rev().find(|&&(_, other)| other == j).map_or(t, |&(t, _)| t);
                (last, Moment::LastSpike)
            }
            _ => (steps - 1, Moment::Now),
        };
        // the state of all neurons at that moment
        let mut before = self.network.twin();
        before.run(u64::from(step), &mut []);
        let thresholds: Vec<(f64, f64)> = (0..n as u32).map(|j| threshold(&before, j)).collect();
        let unreset = self.without_reset(&before);
        before.run(1, &mut []);
        let v = |j: u32| before.output().map_or(f64::NEG_INFINITY, |p| f64::from(p.v_mv(j)));
        let fired_now = |j: u32| spikes.contains(&(step, j));
        let best = |among: &dyn Fn(u32) -> bool| (0..n as u32).filter(|&j| among(j)).max_by(|&a, &b| v(a).total_cmp(&v(b)).then(b.cmp(&a)));
        let of_filter = |k: u32| {
            let there = |j: u32| j as usize % channels == k as usize;
            (0..n as u32).find(|&j| there(j) && fired_now(j)).or_else(|| best(&there))
        };
        let chosen = match (asked.whom, spike) {
            (Whom::Decided, Some((_, j))) => Some(j),
            (Whom::Decided, None) => {
                let gap = |j: u32| v(j) - thresholds[j as usize].0 - thresholds[j as usize].1;
                (0..n as u32).max_by(|&a, &b| gap(a).total_cmp(&gap(b)).then(b.cmp(&a)))
            }
            (Whom::Neuron(k), _) => of_filter(k),
        };
        let Some(chosen) = chosen else { return Err("This network has no output neurons.".to_owned()) };
        let class_of = |j: u32| self.readout.class_of().get(j as usize).copied().flatten();
        let own = class_of(chosen);
        let rival = match decided {
            Some((_, _, j)) if class_of(j) != own => Some(j),
            _ => self.runner_up(own, &counts, &votes).or_else(|| best(&|j| class_of(j) != own && class_of(j).is_some())),
        };
        let asked: Vec<u32> = std::iter::once(chosen).chain(rival).collect();
        let columns = self.changes_within().then(|| {
            let mut columns = Columns::new(&self.network, &asked);
            self.relive(step + 1, &mut columns);
            columns
        });
        let trial = Trial { network: &self.network, story: &story, params: &self.params, grid: self.grid };
        let shares = before.output().and_then(NeuronModel::shares);
        let side = |j: u32| {
            let account = trial.account(j, step, columns.as_ref());
            let (threshold_mv, theta_mv) = thresholds[j as usize];
            let fired = fired_now(j);
            // the end of a decision removes the ramp from all neurons, a spike resets its neuron
            let raced = matches!(self.params.last(), Some(NeuronParams::Race(_)));
            let ended = raced && spikes.iter().any(|&(t, _)| t <= step);
            let urgency = if ended { account.terms.urgency_mv } else { 0.0 };
            Side {
                neuron: j % channels as u32,
                class: class_of(j),
                terms: account.terms,
                threshold_mv,
                theta_mv,
                fired,
                held: account.held,
                share: shares.and_then(|shares| shares.get(j as usize).copied()),
                painted: paint_back(&trial, &account, self.size.0 * self.size.1),
                simulated_mv: unreset.get(j as usize).copied().unwrap_or(v(j) + urgency),
            }
        };
        Ok(Why {
            index: self.index,
            size: self.size,
            step,
            at_ms: f64::from(step + 1) * self.grid.dt_ms(),
            moment,
            side: side(chosen),
            rival: rival.map(side),
            votes,
            answer,
        })
    }

    /// The potentials of the next step as they are before any reset, of neurons that are reset: computed in a copy that cannot
    /// fire.
    fn without_reset(&self, network: &Network) -> Vec<f64> {
        let Some(NeuronParams::Lif(params)) = self.params.last() else { return Vec::new() };
        let mut copy = network.frozen();
        let out_of_reach = NeuronParams::Lif(LifParams { v_th_mv: 1e9, ..*params });
        copy.populations_mut().iter_mut().for_each(|population| population.set_params(&out_of_reach));
        copy.run(1, &mut []);
        copy.output().map_or(Vec::new(), |p| (0..p.len() as u32).map(|j| f64::from(p.v_mv(j))).collect())
    }

    /// The neuron with most spikes of the class with most votes besides `own`.
    fn runner_up(&self, own: Option<u8>, counts: &[u32], votes: &[f32]) -> Option<u32> {
        let others = votes.iter().enumerate().filter(|&(class, &vote)| vote > 0.0 && Some(class as u8) != own);
        let (class, _) = others.max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))?;
        let speaks = |&j: &usize| self.readout.class_of()[j] == Some(class as u8) && counts[j] > 0;
        (0..counts.len()).filter(speaks).max_by_key(|&j| (counts[j], std::cmp::Reverse(j))).map(|j| j as u32)
    }

    fn relive(&self, steps: u32, monitor: &mut dyn Monitor) {
        self.network.twin().run(u64::from(steps), &mut [monitor]);
    }

    /// Whether weights change during the image, or noise changes potentials.
    fn changes_within(&self) -> bool {
        let plastic = self.network.projections().iter().filter_map(|p| p.synapses.changes()).any(|when| when != Changes::AtConsolidation);
        plastic || matches!(self.params.last(), Some(NeuronParams::Lif(p)) if p.sigma_mv > 0.0)
    }
}

/// Threshold without θ, and θ.
fn threshold(network: &Network, j: u32) -> (f64, f64) {
    network.output().map_or((0.0, 0.0), |p| {
        let theta = f64::from(p.theta_mv(j));
        (f64::from(p.threshold_mv(j)) - theta, theta)
    })
}
