//! Monitors of a replayed run. Records are appended to an anonymous temporary file, which the system removes when the
//! program ends, so that an export does not have to fit into memory.

use super::table::{HIDDEN, INPUT, OUTPUT};
use crate::cli::recording::Record;
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use crate::experiment::TrialRecord;
use std::fs::File;
use std::io::{BufWriter, Error, Write};
use std::path::Path;

/// Collects records.
pub(super) struct Watch {
    what: Record,
    /// The current trial.
    pub(super) trial: u64,
    out: BufWriter<File>,
    record: Vec<u8>,
    records: u64,
    broken: Option<Error>,
}

impl Watch {
    /// Begin, with the records in a folder with room.
    pub(super) fn begin(what: Record, folder: &Path) -> Result<Self, Error> {
        let out = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(folder)?);
        Ok(Self { what, trial: 0, out, record: Vec::new(), records: 0, broken: None })
    }

    /// Whether a step must be recorded: steps without recording are computed faster.
    pub(super) fn looks_at_steps(&self) -> bool {
        matches!(self.what, Record::Spikes | Record::Potentials)
    }

    /// Whether weights are exported.
    pub(super) fn wants_weights(&self) -> bool {
        self.what == Record::Weights
    }

    /// The write error, if any.
    pub(super) fn broken(&mut self) -> Result<(), Error> {
        self.broken.take().map_or(Ok(()), Err)
    }

    /// The records and their number.
    pub(super) fn finish(self) -> Result<(File, u64), Error> {
        self.broken.map_or(Ok(()), Err)?;
        Ok((self.out.into_inner().map_err(std::io::IntoInnerError::into_error)?, self.records))
    }

    /// The trial that ended just before `step`.
    pub(super) fn trial_ended(&mut self, step: u64, trial: &TrialRecord) {
        if self.what != Record::Rewards {
            return;
        }
        let TrialRecord { index, image, label, answer, reward, expectation, modulation, spikes } = *trial;
        self.put(&step.to_le_bytes());
        self.put(&index.to_le_bytes());
        self.put(&image.to_le_bytes());
        self.put(&i16::from(label).to_le_bytes());
        self.put(&answer.map_or(-1, i16::from).to_le_bytes());
        self.put(&spikes.to_le_bytes());
        self.put(&reward.unwrap_or(f64::NAN).to_le_bytes());
        self.put(&expectation.to_le_bytes());
        self.put(&modulation.to_le_bytes());
        self.close();
    }

    /// All weights as they are before `step`, after `images` images.
    pub(super) fn weights(&mut self, step: u64, images: u64, network: &Network) {
        self.put(&step.to_le_bytes());
        self.put(&images.to_le_bytes());
        for projection in network.projections() {
            projection.synapses.to_array().iter().for_each(|w| self.put(&w.to_le_bytes()));
        }
        self.close();
    }

    fn put(&mut self, bytes: &[u8]) {
        self.record.extend_from_slice(bytes);
    }

    fn put_trial(&mut self) {
        let trial = self.trial;
        self.put(&trial.to_le_bytes());
    }

    /// Complete the record.
    fn close(&mut self) {
        if self.broken.is_none() {
            self.broken = self.out.write_all(&self.record).err();
            self.records += 1;
        }
        self.record.clear();
    }

    fn spike(&mut self, step: u64, layer: u8, neuron: u32) {
        self.put(&step.to_le_bytes());
        self.put_trial();
        self.put(&[layer]);
        self.put(&neuron.to_le_bytes());
        self.close();
    }
}

impl Monitor for Watch {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        match self.what {
            Record::Spikes => {
                spikes.input.iter().for_each(|&channel| self.spike(step, INPUT, channel));
                let last = spikes.populations.len().saturating_sub(1);
                for (index, fired) in spikes.populations.iter().enumerate() {
                    let layer = if index == last { OUTPUT } else { HIDDEN + index as u8 };
                    fired.iter().for_each(|&neuron| self.spike(step, layer, neuron));
                }
            }
            Record::Potentials => {
                self.put(&step.to_le_bytes());
                self.put_trial();
                for population in network.populations() {
                    let neurons = 0..population.len() as u32;
                    neurons.clone().for_each(|j| self.put(&population.v_mv(j).to_le_bytes()));
                    neurons.for_each(|j| self.put(&population.threshold_mv(j).to_le_bytes()));
                }
                self.close();
            }
            Record::Weights | Record::Rewards => {}
        }
    }
}
