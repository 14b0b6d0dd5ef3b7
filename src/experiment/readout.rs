//! Readout: from output spikes to an answer.

use crate::engine::archive::{Archive, ArchiveError, Persist};

/// Rate of the running mean response to a class: about the last fifty images of that class.
const RESPONSE_RATE: f32 = 0.02;
/// Images between two updates of the label assignment.
const REASSIGN_EVERY: u32 = 50;

/// Class pools, fixed from the start or determined by label assignment after unsupervised learning (Diehl & Cook 2015).
#[derive(Debug, Clone)]
pub struct Readout {
    classes: usize,
    assigned: bool,
    /// Whether the assignment can still change.
    open: bool,
    class_of: Vec<Option<u8>>,
    /// Running mean response of each neuron to each class, in spikes per image; class-major.
    response: Vec<f32>,
    since_assignment: u32,
}

impl Readout {
    /// Fixed class pools: consecutive neurons among the `channels` neurons of each site.
    pub fn pools(sites: usize, channels: usize, classes: usize) -> Self {
        let class_of = (0..sites * channels).map(|j| Some((j % channels * classes / channels) as u8)).collect();
        Self { classes, assigned: false, open: false, class_of, response: Vec::new(), since_assignment: 0 }
    }

    /// Label assignment: every neuron gets the class it responds to most; none before it has fired.
    pub fn assignment(neurons: usize, classes: usize) -> Self {
        let response = vec![0.0; neurons * classes];
        Self { classes, assigned: true, open: true, class_of: vec![None; neurons], response, since_assignment: 0 }
    }

    /// Class of every neuron.
    pub fn class_of(&self) -> &[Option<u8>] {
        &self.class_of
    }

    /// Votes per class: the spikes of its pool; after an assignment, whose pools differ in size, spikes per neuron.
    pub fn votes(&self, counts: &[u32]) -> Vec<f32> {
        let mut votes = vec![0.0; self.classes];
        // most neurons were silent
        for (&count, class) in counts.iter().zip(&self.class_of).filter(|&(&count, _)| count > 0) {
            if let Some(class) = class {
                votes[*class as usize] += count as f32;
            }
        }
        if self.assigned {
            let mut sizes = vec![0.0f32; self.classes];
            self.class_of.iter().flatten().for_each(|&class| sizes[class as usize] += 1.0);
            for (vote, size) in votes.iter_mut().zip(sizes) {
                *vote /= size.max(1.0);
            }
        }
        votes
    }

    /// The class with most votes, the lower one at a tie; `None` without a spike.
    pub fn answer(votes: &[f32]) -> Option<u8> {
        let mut best = None;
        let mut most = 0.0;
        for (class, &vote) in votes.iter().enumerate() {
            if vote > most {
                (best, most) = (Some(class as u8), vote);
            }
        }
        best
    }

    /// Update the mean responses with an image of class `label`, and the assignment at intervals. This is outside the network;
    /// synapses do not use it.
    pub fn observe(&mut self, counts: &[u32], label: u8) {
        if !self.open {
            return;
        }
        let n = counts.len();
        for (mean, &count) in self.response[label as usize * n..][..n].iter_mut().zip(counts) {
            *mean += RESPONSE_RATE * (count as f32 - *mean);
        }
        self.since_assignment += 1;
        if self.since_assignment >= REASSIGN_EVERY {
            self.assign_from_responses();
        }
    }

    /// Remove these neurons from their classes.
    pub(super) fn remove(&mut self, neurons: &[u32]) {
        neurons.iter().for_each(|&j| self.class_of[j as usize] = None);
    }

    /// Assign classes from mean responses in spikes per image, class-major.
    pub fn assign(&mut self, response: Vec<f32>) {
        self.response = response;
        self.assign_from_responses();
    }

    /// Whether the label assignment is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Assign a last time; the classes then stay fixed.
    pub fn close(&mut self) {
        if self.open {
            self.assign_from_responses();
            self.open = false;
        }
    }

    fn assign_from_responses(&mut self) {
        self.since_assignment = 0;
        let n = self.class_of.len();
        for j in 0..n {
            let votes: Vec<f32> = (0..self.classes).map(|c| self.response[c * n + j]).collect();
            self.class_of[j] = Self::answer(&votes);
        }
    }
}

impl Persist for Readout {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { classes, assigned: _, open, class_of, response, since_assignment } = self;
        let mut is_open = u8::from(*open);
        archive.u8("readout", &mut is_open)?;
        *open = is_open == 1;
        archive.f32s("readout", response)?;
        archive.u32("readout", since_assignment)?;
        let mut plain: Vec<u16> = class_of.iter().map(|class| class.map_or(u16::MAX, u16::from)).collect();
        archive.u16s("readout", &mut plain)?;
        for (class, &value) in class_of.iter_mut().zip(&plain) {
            if value != u16::MAX && value as usize >= *classes {
                return Err(ArchiveError::Size { part: "readout", found: u64::from(value), expected: *classes as u64 });
            }
            *class = (value != u16::MAX).then_some(value as u8);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_spikes_win_the_lower_class_at_a_tie_and_silence_says_nothing() {
        let readout = Readout::pools(1, 4, 2);
        assert_eq!(readout.class_of(), [Some(0), Some(0), Some(1), Some(1)]);
        assert_eq!(Readout::answer(&readout.votes(&[0, 2, 3, 0])), Some(1));
        assert_eq!(Readout::answer(&readout.votes(&[1, 2, 3, 0])), Some(0));
        assert_eq!(Readout::answer(&readout.votes(&[0; 4])), None);
        assert_eq!(Readout::pools(2, 2, 2).class_of(), [Some(0), Some(1), Some(0), Some(1)]);
    }

    #[test]
    fn assignment_votes_by_mean_so_that_large_pools_do_not_win_by_size() {
        let mut readout = Readout::assignment(4, 2);
        // neuron 0 prefers class 0; neurons 1 to 3 prefer class 1
        readout.assign(vec![5.0, 1.0, 1.0, 1.0, 0.0, 2.0, 2.0, 2.0]);
        assert_eq!(readout.class_of(), [Some(0), Some(1), Some(1), Some(1)]);
        assert_eq!(Readout::answer(&readout.votes(&[2, 1, 1, 1])), Some(0));
    }
}
