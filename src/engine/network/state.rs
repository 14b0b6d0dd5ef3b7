//! The complete state of a network: as a copy without learning, as a copy with learning, as bytes, as a digest.

use super::in_flight::InFlight;
use super::{Network, Projection};
use crate::engine::archive::{Archive, ArchiveError, Digest, Persist};

/// Spikes of a neuron in one step at most.
const MOST_SPIKES: usize = 1000;

impl Network {
    /// A copy without learning and with constant thresholds, for tests.
    #[must_use]
    pub fn frozen(&self) -> Self {
        let mut copy = self.copy(false);
        copy.learning = false;
        for population in &mut copy.populations {
            population.set_adaptation(false);
            population.set_exploration(false);
        }
        copy
    }

    /// A copy with learning, for replaying a trial.
    #[must_use]
    pub fn twin(&self) -> Self {
        let mut copy = self.copy(true);
        copy.learning = self.learning;
        copy
    }

    fn copy(&self, learning: bool) -> Self {
        let fixed =
            |p: &Projection| Projection { synapses: p.synapses.fixed(), relay: p.relay.clone(), short_term: p.short_term.clone(), ..*p };
        let projections = self.projections.iter().map(|p| if learning { p.clone() } else { fixed(p) }).collect();
        let populations = self.populations.iter().map(|p| p.boxed_clone()).collect();
        let mut copy = Self::new(self.encoder.as_ref().map(|e| e.boxed_clone()), populations, projections);
        copy.arch = self.arch;
        copy.step = self.step;
        copy.counts.clone_from(&self.counts);
        copy.past.clone_from(&self.past);
        copy
    }

    /// Hash of every part of the state.
    pub fn digest(&self) -> Digest {
        let mut copy = self.copy(true);
        Digest::of(&mut copy)
    }
}

impl Persist for Network {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self {
            arch: _,
            step,
            encoder,
            populations,
            projections,
            learning: _,
            plan: _,
            past,
            in_flight,
            counts,
            chunk: _,
            arriving: _,
            drive: _,
            currents: _,
            received: _,
            fired: _,
            news: _,
            spare: _,
        } = self;
        if let Archive::Load(_) = archive {
            in_flight.iter_mut().flatten().for_each(InFlight::forget);
        }
        archive.clock(step)?;
        if let Some(encoder) = encoder {
            encoder.persist(archive)?;
        }
        for population in populations.iter_mut() {
            population.persist(archive)?;
        }
        for Projection { source: _, target: _, receptor: _, relay, norm: _, short_term, synapses } in projections {
            if let Some(relay) = relay {
                relay.persist(archive)?;
            }
            if let Some(short_term) = short_term {
                short_term.persist(archive)?;
            }
            synapses.persist(archive)?;
        }
        for ((past, population), counts) in past.iter_mut().zip(populations).zip(counts) {
            archive.u32s("spike counts", counts)?;
            // with trials, counts begin at zero with each of them; without, they may be of any size
            if encoder.is_some() && counts.iter().map(|&count| u64::from(count)).sum::<u64>() > 1 << 31 {
                return Err(ArchiveError::Value("spike counts"));
            }
            let mut steps = past.len() as u64;
            archive.u64("delay rings", &mut steps)?;
            if steps > 1 << 20 {
                return Err(ArchiveError::Size { part: "delay rings", found: steps, expected: 1 << 20 });
            }
            past.resize(steps as usize, Vec::new());
            for spikes in past {
                // a source can fire more than once in a step
                archive.indices("delay rings", spikes, population.len(), MOST_SPIKES * population.len())?;
            }
        }
        Ok(())
    }
}
