//! Records of a free run, of fixed size, in a file: of every spike, or of the potential of every neuron at every step.

use crate::cli::npz::{Field, Number};
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use std::fs::File;
use std::io::{BufWriter, Error, Write};
use std::ops::Range;

/// Neurons of one population, as disjoint ranges in ascending order.
pub(in crate::cli) type Neurons = Vec<Range<u32>>;

/// What can be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) enum Quantity {
    Spikes,
    Potentials,
}

impl Quantity {
    pub(in crate::cli) const ALL: [Self; 2] = [Self::Spikes, Self::Potentials];

    pub(in crate::cli) fn name(self) -> &'static str {
        match self {
            Self::Spikes => "spikes",
            Self::Potentials => "potentials",
        }
    }

    /// The numbers of a record.
    pub(in crate::cli) fn fields(self) -> Vec<Field> {
        let mut fields =
            vec![Field::new("step", Number::U64, &[]), Field::new("population", Number::U32, &[]), Field::new("neuron", Number::U32, &[])];
        if self == Self::Potentials {
            fields.push(Field::new("v_mv", Number::F32, &[]));
        }
        fields
    }

    /// Bytes of a record.
    pub(in crate::cli) fn record_size(self) -> usize {
        self.fields().iter().map(Field::size).sum()
    }
}

/// Appends the records of one quantity to a file.
pub(in crate::cli) struct Tape {
    pub(in crate::cli) quantity: Quantity,
    neurons: Vec<Neurons>,
    pub(in crate::cli) out: BufWriter<File>,
    pub(in crate::cli) records: u64,
    broken: Option<Error>,
}

impl Tape {
    /// Continue a file after so many records.
    pub(in crate::cli) fn new(quantity: Quantity, neurons: &[Neurons], file: File, records: u64) -> Self {
        Self { quantity, neurons: neurons.to_vec(), out: BufWriter::with_capacity(1 << 18, file), records, broken: None }
    }

    /// The run continues without a recording that cannot be written; the error is reported at the end.
    pub(in crate::cli) fn note(&mut self, result: Result<(), Error>) {
        if let Err(error) = result {
            self.broken.get_or_insert(error);
        }
    }

    /// Write everything to the file. The first error, if there was one.
    pub(in crate::cli) fn finish(mut self) -> Result<(File, u64), Error> {
        self.broken.take().map_or(Ok(()), Err)?;
        Ok((self.out.into_inner().map_err(std::io::IntoInnerError::into_error)?, self.records))
    }

    /// Whether nothing more can be written.
    pub(in crate::cli) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    fn push(&mut self, step: u64, population: u32, neuron: u32, v_mv: Option<f32>) {
        let mut record = [0; 20];
        record[..8].copy_from_slice(&step.to_le_bytes());
        record[8..12].copy_from_slice(&population.to_le_bytes());
        record[12..16].copy_from_slice(&neuron.to_le_bytes());
        record[16..].copy_from_slice(&v_mv.unwrap_or(0.0).to_le_bytes());
        let written = self.out.write_all(&record[..if v_mv.is_some() { 20 } else { 16 }]);
        self.records += 1;
        self.note(written);
    }
}

impl Monitor for Tape {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        if self.is_broken() {
            return;
        }
        let neurons = std::mem::take(&mut self.neurons);
        for (index, ranges) in neurons.iter().enumerate().filter(|(_, ranges)| !ranges.is_empty()) {
            match self.quantity {
                Quantity::Spikes => {
                    let fired = &spikes.populations[index];
                    let wanted = fired.iter().filter(|neuron| ranges.iter().any(|range| range.contains(neuron)));
                    wanted.for_each(|&neuron| self.push(step, index as u32, neuron, None));
                }
                Quantity::Potentials => {
                    let population = &network.populations()[index];
                    ranges.iter().cloned().flatten().for_each(|j| self.push(step, index as u32, j, Some(population.v_mv(j))));
                }
            }
        }
        self.neurons = neurons;
    }
}
