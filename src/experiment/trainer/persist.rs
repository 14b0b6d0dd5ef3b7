//! The state of a run as bytes: saved, restored and digested by one traversal.

use super::{Stimulus, Trainer, TrialRecord, reward};
use crate::datasets::Dataset;
use crate::engine::archive::{self, Archive, ArchiveError, Digest, Persist};
use crate::experiment::build;
use crate::experiment::picture::Picture;
use crate::params::{Domain, ParamId as P};
use crate::rng::{Purpose, permutation, stream};

impl Trainer {
    /// Hash of every part of the state.
    pub fn digest(&mut self) -> Digest {
        Digest::of(self)
    }

    /// The state as bytes. Parameters are not included; they follow from preset and log.
    pub fn save(&mut self) -> Vec<u8> {
        archive::save(self)
    }

    /// Continue from saved bytes. The trainer must have been built from the same preset, data, seed and plan and must
    /// have the parameters of the moment of saving.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        archive::restore(self, bytes)
    }
}

impl Persist for Trainer {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self {
            params: _,
            setup: _,
            spec: _,
            stages,
            described,
            races,
            data,
            seed,
            grid,
            plan: _,
            network: _,
            modulator: _,
            readout: _,
            images_done,
            order,
            epoch,
            rule,
            code,
            stage,
            average: _,
            stimulus,
            elapsed,
            hand,
            outcome,
            votes,
            own,
            earned,
            drawn,
            next,
            keeps_onset: _,
            onset,
            holds: _,
            awaits,
            start: _,
        } = self;
        if let Archive::Load(_) = archive {
            // of another trial
            (*onset, *votes) = (None, None);
        }
        archive.u64("trial", images_done)?;
        archive.u32("trial", elapsed)?;
        archive.u32("trial", &mut stimulus.present_steps)?;
        archive.u32("trial", &mut stimulus.rest_steps)?;
        // flags for optional parts, so that states without them keep their format
        let there = [hand.is_some(), stimulus.delay_steps > 0, drawn.is_some(), next.is_some(), earned.is_some(), *awaits];
        let there = there.into_iter().enumerate().fold(0, |bits, (bit, is)| bits | u8::from(is) << bit);
        let mut rewarded = [there, u8::from(outcome.is_some())];
        let Stimulus { present_steps, rest_steps, .. } = *stimulus;
        let longest = [P::PresentMs, P::RestMs, P::RewardDelay].map(|id| build::longest(id, *grid));
        let fits = present_steps > 0 && present_steps <= longest[0] && rest_steps <= longest[1];
        if matches!(archive, Archive::Load(_)) && (!fits || *images_done > 1 << 40) {
            return Err(ArchiveError::Value("trial"));
        }
        archive.u8s("trial", &mut rewarded)?;
        let mut value = hand.unwrap_or_default();
        archive.f64("trial", &mut value)?;
        *hand = (rewarded[0] & 1 == 1).then_some(value);
        *awaits = rewarded[0] & 32 == 32;
        reward::persist_wait(&mut stimulus.delay_steps, own, rewarded[0] & 2 == 2, archive)?;
        if matches!(archive, Archive::Load(_)) && (stimulus.delay_steps > longest[2] || *elapsed > stimulus.total_steps()) {
            return Err(ArchiveError::Value("trial"));
        }
        if *awaits && (rewarded[1] != 1 || stimulus.rest_steps == 0 || *elapsed != stimulus.present_steps + stimulus.delay_steps) {
            return Err(ArchiveError::Value("trial"));
        }
        for (bit, picture) in [(4, drawn), (8, next)] {
            persist_picture(picture, rewarded[0] & bit != 0, &data.train, archive)?;
        }
        reward::persist_earned(earned, rewarded[0] & 16 == 16, archive)?;
        persist_outcome(outcome, rewarded[1] == 1, archive)?;
        if let Some(TrialRecord { image, label, answer, .. }) = outcome
            && (*image as usize >= data.train.len()
                || [Some(*label), *answer].into_iter().flatten().any(|c| c as usize >= data.train.classes))
        {
            return Err(ArchiveError::Value("trial"));
        }
        // stage, rule and encoder are those of the current trial; parameters set since then may differ
        if *races || !stages.is_empty() {
            archive.u8("trial", stage)?;
        }
        let mut kinds = [place(P::Rule, rule), place(P::Encoder, code)];
        archive.u8s("trial", &mut kinds)?;
        if let Archive::Load(_) = archive {
            let found = [named(P::Rule, kinds[0]), named(P::Encoder, kinds[1])];
            let [Some(found_rule), Some(found_code)] = found else { return Err(ArchiveError::Value("trial")) };
            *rule = found_rule;
            if !*races && described.is_none() {
                // networks with first-spike readout have only one code, and described networks say theirs
                *code = found_code;
            }
            // the order follows from the number of images
            *epoch = *images_done / data.train.len() as u64;
            *order = permutation(data.train.len(), &mut stream(*seed, Purpose::Order, *epoch));
            if usize::from(self.stage) > self.stages.len() {
                return Err(ArchiveError::Value("trial"));
            }
            self.describe();
            self.install();
        }
        let Self { races, network, modulator, readout, average, .. } = self;
        network.persist(archive)?;
        if *races {
            average.persist(network, archive)?;
        }
        modulator.persist(archive)?;
        readout.persist(archive)?;
        if let Archive::Load(_) = archive {
            self.apply_params(false);
        }
        Ok(())
    }
}

fn persist_picture(picture: &mut Option<Picture>, present: bool, set: &Dataset, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
    if !present {
        *picture = None;
        return Ok(());
    }
    let blank = || Picture { label: 0, pixels: vec![0; set.width * set.height] };
    let Picture { label, pixels } = picture.get_or_insert_with(blank);
    archive.u8("trial", label)?;
    archive.u8s("trial", pixels)?;
    if usize::from(*label) >= set.classes { Err(ArchiveError::Value("trial")) } else { Ok(()) }
}

/// The index of a name of a choice.
fn place(id: P, word: &str) -> u8 {
    words(id).iter().position(|w| *w == word).unwrap_or(0) as u8
}

/// The name of a choice at an index.
fn named(id: P, place: u8) -> Option<&'static str> {
    words(id).get(place as usize).copied()
}

fn words(id: P) -> &'static [&'static str] {
    match id.spec().domain {
        Domain::Choice(words) => words,
        Domain::Real { .. } | Domain::Integer { .. } => &[],
    }
}

fn persist_outcome(outcome: &mut Option<TrialRecord>, present: bool, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
    let empty = TrialRecord { index: 0, image: 0, label: 0, answer: None, reward: None, expectation: 0.0, modulation: 0.0, spikes: 0 };
    let TrialRecord { mut index, mut image, label, answer, reward, mut expectation, mut modulation, mut spikes } = outcome.unwrap_or(empty);
    let mut small = [label, answer.unwrap_or_default(), answer.is_some().into(), reward.is_some().into()];
    let mut given = reward.unwrap_or_default();
    archive.u64("trial", &mut index)?;
    archive.u32("trial", &mut image)?;
    archive.u32("trial", &mut spikes)?;
    archive.u8s("trial", &mut small)?;
    archive.f64("trial", &mut given)?;
    archive.f64("trial", &mut expectation)?;
    archive.f64("trial", &mut modulation)?;
    let [label, answer, answered, rewarded] = small;
    let answer = (answered == 1).then_some(answer);
    let reward = (rewarded == 1).then_some(given);
    *outcome = present.then_some(TrialRecord { index, image, label, answer, reward, expectation, modulation, spikes });
    Ok(())
}
