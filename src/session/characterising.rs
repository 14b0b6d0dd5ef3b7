//! A neuron of a population under test currents, on a worker thread. The results follow the parameters of the population: a change
//! starts a new computation, of which parts are shown as they are ready. Of several requests only the newest is computed.

use crate::experiment::characterise::{NoisyIntervals, PhasePlane, Protocol, RateCurve, StepResponse, Subject};
use crate::model::NetworkSpec;
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Results about a neuron, or why there are none.
pub type CharacterisedView = Result<Characterised, String>;

/// What is known of a neuron.
#[derive(Debug, Clone, PartialEq)]
pub struct Characterised {
    /// The neuron.
    pub subject: Subject,
    /// What it was given.
    pub protocol: Protocol,
    /// Response to a step of current.
    pub step: Arc<StepResponse>,
    /// Phase plane, or why there is none.
    pub plane: Arc<Result<PhasePlane, String>>,
    /// Rates over the current.
    pub curve: Option<Arc<RateCurve>>,
    /// Whether the curve is of these parameters, not of earlier ones.
    pub curve_is_current: bool,
    /// Intervals under noise.
    pub noise: Option<Arc<NoisyIntervals>>,
    /// Whether the intervals are of these parameters, not of earlier ones.
    pub noise_is_current: bool,
}

/// A result that is ready.
enum Part {
    Step(Box<(StepResponse, Result<PhasePlane, String>)>),
    Curve(RateCurve),
    Noise(NoisyIntervals),
    Failed(String),
}

/// Computes the results of one neuron at a time.
#[derive(Default)]
pub(super) struct Characteriser {
    /// The description and the name for which `wanted` was resolved.
    asked: Option<(Arc<NetworkSpec>, String)>,
    wanted: Option<Result<Subject, String>>,
    /// What is computed, or was computed last.
    begun: Option<Subject>,
    pending: Option<Pending>,
    view: Option<Arc<CharacterisedView>>,
}

/// A computation, which ends early when this is dropped.
struct Pending {
    protocol: Protocol,
    parts: Receiver<Part>,
    dropped: Arc<AtomicBool>,
    /// Whether all but the intervals is known, so that a newer request need not wait.
    has_curve: bool,
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

impl Characteriser {
    /// Whether something is being computed.
    pub(super) fn is_busy(&self) -> bool {
        self.pending.is_some()
    }

    /// The results; none until the first of a population are known.
    pub(super) fn view(&self) -> Option<Arc<CharacterisedView>> {
        self.view.clone()
    }

    /// Collect results and start the next computation if it is due. Returns whether there is something new.
    pub(super) fn poll(&mut self, network: Option<&Arc<NetworkSpec>>, population: Option<&str>) -> bool {
        let (Some(network), Some(population)) = (network, population) else {
            let known = self.view.is_some();
            *self = Self::default();
            return known;
        };
        let named = Some(population).filter(|name| network.population(name).is_some());
        let first = || network.populations.iter().map(|one| one.name.as_str()).find(|name| Subject::can_be(network, name));
        let population = named.or_else(first).unwrap_or(population);
        let mut news = self.collect();
        if self.asked.as_ref().is_none_or(|(known, name)| !Arc::ptr_eq(known, network) || name != population) {
            self.asked = Some((Arc::clone(network), population.to_owned()));
            self.wanted = Some(Subject::of(network, population));
        }
        match &self.wanted {
            Some(Err(words)) => {
                let view = Some(Arc::new(Err(words.clone())));
                news |= self.view != view;
                (self.view, self.pending, self.begun) = (view, None, None);
            }
            Some(Ok(wanted)) if self.begun.as_ref() != Some(wanted) => {
                let same = self.begun.as_ref().is_some_and(|begun| begun.population == wanted.population);
                // results of a moving slider are shown until the next ones; those of another population are not
                if !same {
                    news |= self.view.take().is_some();
                }
                if !same || self.pending.as_ref().is_none_or(|pending| pending.has_curve) {
                    let subject = wanted.clone();
                    self.start(subject);
                }
            }
            _ => {}
        }
        news
    }

    fn start(&mut self, subject: Subject) {
        let protocol = Protocol::of(&subject);
        let (send, parts) = bounded(4);
        let dropped = Arc::new(AtomicBool::new(false));
        let (stop, given, neuron) = (Arc::clone(&dropped), protocol.clone(), subject.clone());
        let work = move || {
            if let Err(words) = compute(&neuron, &given, &send, &|| !stop.load(Ordering::Relaxed)) {
                send.send(Part::Failed(words)).ok();
            }
        };
        self.begun = Some(subject);
        let spawned = std::thread::Builder::new().name("characterisation".to_owned()).spawn(work);
        self.pending = spawned.ok().map(|_| Pending { protocol, parts, dropped, has_curve: false });
    }

    fn collect(&mut self) -> bool {
        let (mut parts, mut ended) = (Vec::new(), false);
        if let Some(pending) = &mut self.pending {
            loop {
                match pending.parts.try_recv() {
                    Ok(part) => {
                        pending.has_curve |= matches!(part, Part::Curve(_));
                        parts.push(part);
                    }
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => {
                        ended = true;
                        break;
                    }
                }
            }
        }
        let news = !parts.is_empty();
        parts.into_iter().for_each(|part| self.take(part));
        if ended {
            self.pending = None;
        }
        news
    }

    fn take(&mut self, part: Part) {
        let (Some(pending), Some(subject)) = (&self.pending, &self.begun) else { return };
        let before = self.view.as_deref().and_then(|view| view.as_ref().ok());
        let view = match (part, before) {
            (Part::Failed(words), _) => Err(words),
            (Part::Step(step), before) => {
                let (step, plane) = *step;
                Ok(Characterised {
                    subject: subject.clone(),
                    protocol: pending.protocol.clone(),
                    step: Arc::new(step),
                    plane: Arc::new(plane),
                    curve: before.and_then(|before| before.curve.clone()),
                    curve_is_current: false,
                    noise: before.and_then(|before| before.noise.clone()),
                    noise_is_current: false,
                })
            }
            (Part::Curve(curve), Some(before)) => {
                Ok(Characterised { curve: Some(Arc::new(curve)), curve_is_current: true, ..before.clone() })
            }
            (Part::Noise(noise), Some(before)) => {
                Ok(Characterised { noise: Some(Arc::new(noise)), noise_is_current: true, ..before.clone() })
            }
            // the response to a step is the first part
            (Part::Curve(_) | Part::Noise(_), None) => return,
        };
        self.view = Some(Arc::new(view));
    }
}

/// All parts, in the order in which they are needed. Ends when a part is no longer wanted.
fn compute(subject: &Subject, protocol: &Protocol, parts: &Sender<Part>, go_on: &dyn Fn() -> bool) -> Result<(), String> {
    let Some(step) = StepResponse::of(subject, protocol, go_on)? else { return Ok(()) };
    let plane = PhasePlane::of(subject, &step);
    parts.send(Part::Step(Box::new((step, plane)))).ok();
    let Some(curve) = RateCurve::of(subject, protocol, go_on)? else { return Ok(()) };
    parts.send(Part::Curve(curve)).ok();
    let Some(noise) = NoisyIntervals::of(subject, protocol, go_on)? else { return Ok(()) };
    parts.send(Part::Noise(noise)).ok();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn network(tau_m: &str) -> Arc<NetworkSpec> {
        let text = r#"(populations: {"noise": (size: 1, model: Poisson()), "cell": (size: 3, model: AdEx(tau_m: "TAU")), "other": (size: 1, model: Lif())})"#;
        Arc::new(NetworkSpec::from_ron(&text.replace("TAU", tau_m)).unwrap())
    }

    /// Poll until the results are those of the current parameters.
    fn settled(characteriser: &mut Characteriser, network: &Arc<NetworkSpec>, population: &str) -> Characterised {
        let begun = Instant::now();
        loop {
            characteriser.poll(Some(network), Some(population));
            if let Some(Ok(view)) = characteriser.view().as_deref()
                && view.subject.population == population
                && view.curve_is_current
                && view.noise_is_current
                && !characteriser.is_busy()
            {
                return view.clone();
            }
            assert!(begun.elapsed() < Duration::from_mins(2), "no result");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn the_newest_request_wins_and_the_results_are_those_of_its_parameters() {
        let mut characteriser = Characteriser::default();
        let first = network("9 ms");
        assert!(!characteriser.poll(Some(&first), Some("cell")) && characteriser.is_busy());
        for tau_m in ["10 ms", "11 ms", "12 ms", "13 ms"] {
            characteriser.poll(Some(&network(tau_m)), Some("cell"));
        }
        let last = network("14 ms");
        let found = settled(&mut characteriser, &last, "cell");
        assert_eq!(found.subject.model.value("tau_m"), Some(14.0));
        assert_eq!(found.step.current, found.protocol.step);
        assert!(found.plane.is_ok() && found.curve.unwrap().points.len() == found.protocol.currents.len());
        // the same description again: nothing to do
        assert!(!characteriser.poll(Some(&last), Some("cell")) && !characteriser.is_busy());
        // a change of another population does not concern it
        let mut elsewhere = NetworkSpec::clone(&last);
        elsewhere.set(&"noise.rate".parse().unwrap(), "3 Hz").unwrap();
        assert!(!characteriser.poll(Some(&Arc::new(elsewhere)), Some("cell")) && !characteriser.is_busy());
        // results of another population are not kept
        assert!(characteriser.poll(Some(&last), Some("other")) && characteriser.view().is_none());
        assert!(settled(&mut characteriser, &last, "other").plane.as_ref().as_ref().unwrap_err().contains("Lif"));
        assert!(characteriser.poll(Some(&last), Some("noise")));
        assert!(characteriser.view().unwrap().as_ref().as_ref().unwrap_err().contains("source"));
        assert!(characteriser.poll(None, None) && characteriser.view().is_none());
    }
}
