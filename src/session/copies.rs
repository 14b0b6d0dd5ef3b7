//! Data of snapshots that are expensive to compute: computed again when they changed, and weights only so often that this takes a
//! small part of the computing time.

use super::anatomy::{self, NetworkView};
use super::free::FreeLab;
use super::hidden::{self, Portrait};
use super::history::History;
use super::inspected::Inspected;
use super::laboratory::Laboratory;
use super::lists::Lists;
use super::recent::Recent;
use super::shown::Shown;
use super::sites;
use super::snapshot::WeightView;
use super::studying::{self, Lesion};
use crate::datasets::Data;
use crate::engine::network::Network;
use crate::engine::projection::{Store, Synapses};
use crate::engine::sight;
use crate::experiment::{Health, Trainer, TrialRecord, Vitals, examine, examine_neuron};
use crate::model::NetworkSpec;
use crate::params::{ParamId as P, Params};
use crate::preset::Preset;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

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
    pub(super) lists: Lists,
    pub(super) quantities: Shown,
    inspected: Option<(Arc<Inspected>, u64, Instant)>,
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

    pub(super) fn weights(&mut self, trainer: &Trainer, idle: bool) -> Arc<WeightView> {
        self.weights.get(trainer.step(), idle, (WEIGHT_PERIOD, WEIGHT_SHARE), || weight_view(trainer))
    }

    pub(super) fn plastic(&mut self, lab: &FreeLab, idle: bool) -> Arc<WeightView> {
        self.weights.get(lab.run().step().0, idle, (WEIGHT_PERIOD, WEIGHT_SHARE), || lab.weights())
    }

    /// A neuron of a network that runs freely. Its synapses are read again from time to time if they learn.
    pub(super) fn inspected(&mut self, lab: &FreeLab, neuron: u32, idle: bool) -> Option<Arc<Inspected>> {
        let step = lab.run().step().0;
        let now = Instant::now();
        let same = self.inspected.as_ref().filter(|(known, ..)| known.neuron == neuron);
        let fresh = same.filter(|(_, made_at, due)| *made_at == step || !lab.learns() || (!idle && now < *due));
        let found = Arc::new(lab.inspected(neuron, fresh.map(|(known, ..)| &**known))?);
        let (made_at, due) = match fresh {
            Some((_, made_at, due)) => (*made_at, *due),
            None => (step, Instant::now() + WEIGHT_PERIOD.max(now.elapsed() * WEIGHT_SHARE)),
        };
        self.inspected = Some((Arc::clone(&found), made_at, due));
        Some(found)
    }

    pub(super) fn eligibility(&mut self, trainer: &Trainer, idle: bool) -> Option<Arc<WeightView>> {
        (*self.eligibility.get(trainer.step(), idle, (WEIGHT_PERIOD, WEIGHT_SHARE), || eligibility_view(trainer).map(Arc::new))).clone()
    }

    pub(super) fn portraits(&mut self, trainer: &Trainer, idle: bool) -> Arc<Vec<Portrait>> {
        self.portraits.get(trainer.step(), idle, (WEIGHT_PERIOD, WEIGHT_SHARE), || hidden::portraits(trainer.network()))
    }

    /// The applicable ablations, updated when a parameter changes.
    pub(super) fn lesions(&mut self, preset: &Preset, lab: &Laboratory) -> Arc<[Lesion]> {
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
    pub(super) fn network(&mut self, lab: &Laboratory) -> Arc<NetworkView> {
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

    pub(super) fn health(&mut self, lab: &Laboratory, original: &Params, history: &History, recent: &Recent, idle: bool) -> Arc<Health> {
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
