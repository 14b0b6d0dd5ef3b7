//! Recording during training. Records of fixed size are appended to `recordings/*.part`; a checkpoint stores the length of
//! each file, so that a resumed run truncates later records and continues. At the end of the run they are converted to NPZ.

use super::{Record, RecordPlan, Shape};
use crate::cli::npz::{self, Field, Number};
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use crate::experiment::{Trainer, TrialRecord};
use crate::files::write_with;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Error, Write};
use std::path::{Path, PathBuf};

/// The layers in a recording of spikes.
const INPUT: u8 = 0;
const OUTPUT: u8 = 1;
/// The first bank of hidden neurons; the second is one more.
const HIDDEN: u8 = 2;

/// All recordings of a run.
pub(in crate::cli) struct Recorder {
    streams: Vec<Stream>,
    first_trial: u64,
    weights_every: u64,
    trials: u64,
    dt_ms: f64,
}

struct Stream {
    record: Record,
    part: PathBuf,
    fields: Vec<Field>,
    out: BufWriter<File>,
    records: u64,
    broken: Option<Error>,
}

impl Recorder {
    /// Start, or continue after `lengths` records of each recording.
    pub(in crate::cli) fn open(folder: &Path, plan: &RecordPlan, shape: &Shape, lengths: Option<&[u64]>) -> Result<Self, Error> {
        let folder = folder.join("recordings");
        let mut streams = Vec::new();
        for (k, &record) in plan.what.iter().enumerate() {
            std::fs::create_dir_all(&folder)?;
            let part = folder.join(format!("{}.part", record.name()));
            if lengths.is_some() && !part.exists() && part.with_extension("npz").exists() {
                // the run had come to its end
                continue;
            }
            let fields = fields(record, shape);
            let records = lengths.and_then(|lengths| lengths.get(k)).copied().unwrap_or(0);
            let size: usize = fields.iter().map(Field::size).sum();
            let file = OpenOptions::new().create(true).append(true).open(&part)?;
            if file.metadata()?.len() < records.saturating_mul(size as u64) {
                return Err(Error::other(format!("{} is shorter than its checkpoint states", part.display())));
            }
            file.set_len(records * size as u64)?;
            streams.push(Stream { record, part, fields, out: BufWriter::with_capacity(1 << 16, file), records, broken: None });
        }
        let first_trial = plan.first_trial(shape.trials);
        let weights_every = plan.weights_every(shape.trials);
        Ok(Self { streams, first_trial, weights_every, trials: shape.trials, dt_ms: shape.dt_ms })
    }

    /// Simulate steps, with monitors only if this trial is recorded: steps without monitors are computed faster.
    pub(in crate::cli) fn advance(&mut self, trainer: &mut Trainer, steps: u64) -> Result<Option<TrialRecord>, crate::experiment::Halt> {
        if trainer.images_done() < self.first_trial || self.streams.is_empty() {
            return trainer.advance(steps, &mut []);
        }
        let watching = self.streams.iter_mut().filter(|s| matches!(s.record, Record::Spikes | Record::Potentials));
        let mut monitors: Vec<&mut dyn Monitor> = watching.map(|stream| stream as &mut dyn Monitor).collect();
        let ended = trainer.advance(steps, &mut monitors)?;
        if let Some(trial) = &ended {
            self.trial_ended(trainer, trial);
        }
        Ok(ended)
    }

    fn trial_ended(&mut self, trainer: &Trainer, trial: &TrialRecord) {
        let done = trial.index + 1;
        let sampled = (done - self.first_trial).is_multiple_of(self.weights_every) || done == self.trials;
        for stream in &mut self.streams {
            match stream.record {
                Record::Rewards => stream.push_trial(trial),
                Record::Weights if sampled => stream.push_weights(done, trainer.network()),
                Record::Weights | Record::Spikes | Record::Potentials => {}
            }
        }
    }

    /// Flush to disk and return the number of records of each recording for the checkpoint.
    pub(in crate::cli) fn lengths(&mut self) -> Vec<u64> {
        for stream in &mut self.streams {
            let flushed = stream.out.flush().and_then(|()| stream.out.get_ref().sync_data());
            stream.note(flushed);
        }
        self.streams.iter().map(|stream| stream.records).collect()
    }

    /// Convert the recordings to NPZ files. Returns the failures.
    pub(in crate::cli) fn finish(mut self) -> Vec<String> {
        self.lengths();
        let mut lost = Vec::new();
        for Stream { record, part, fields, out, records, broken } in self.streams {
            let target = part.with_extension("npz");
            let written = broken.map_or(Ok(()), Err).and_then(|()| {
                // appended records are read through a separate handle
                drop(out);
                let mut source = File::open(&part)?;
                write_with(&target, |file| npz::write(file, &mut source, &fields, records, self.dt_ms, &[]))
            });
            match written {
                // the records are in the NPZ; a remaining part file is harmless
                Ok(()) => drop(std::fs::remove_file(&part)),
                Err(error) => lost.push(format!("the recording of {} was not written: {error}", record.name())),
            }
        }
        lost
    }
}

fn fields(record: Record, shape: &Shape) -> Vec<Field> {
    let Shape { weights, neurons, .. } = *shape;
    match record {
        Record::Spikes => {
            vec![Field::new("step", Number::U64, &[]), Field::new("neuron", Number::U32, &[]), Field::new("layer", Number::U8, &[])]
        }
        Record::Potentials => vec![
            Field::new("step", Number::U64, &[]),
            Field::new("v_mv", Number::F32, &[neurons]),
            Field::new("threshold_mv", Number::F32, &[neurons]),
        ],
        Record::Weights => vec![Field::new("images", Number::U64, &[]), Field::new("w_mv", Number::F32, &[weights.0, weights.1])],
        Record::Rewards => vec![
            Field::new("index", Number::U64, &[]),
            Field::new("image", Number::U32, &[]),
            Field::new("spikes", Number::U32, &[]),
            Field::new("label", Number::I16, &[]),
            Field::new("answer", Number::I16, &[]),
            Field::new("reward", Number::F64, &[]),
            Field::new("expectation", Number::F64, &[]),
            Field::new("modulation", Number::F64, &[]),
        ],
    }
}

impl Stream {
    fn push(&mut self, chunks: &[&[u8]]) {
        if self.broken.is_some() {
            return;
        }
        let written = chunks.iter().try_for_each(|chunk| self.out.write_all(chunk));
        self.records += 1;
        self.note(written);
    }

    /// The run continues without a recording that cannot be written; the error is reported at the end.
    fn note(&mut self, result: Result<(), Error>) {
        if let Err(error) = result {
            self.broken.get_or_insert(error);
        }
    }

    fn push_trial(&mut self, trial: &TrialRecord) {
        let TrialRecord { index, image, label, answer, reward, expectation, modulation, spikes } = *trial;
        let answer = answer.map_or(-1, i16::from);
        self.push(&[
            &index.to_le_bytes(),
            &image.to_le_bytes(),
            &spikes.to_le_bytes(),
            &i16::from(label).to_le_bytes(),
            &answer.to_le_bytes(),
            &reward.unwrap_or(f64::NAN).to_le_bytes(),
            &expectation.to_le_bytes(),
            &modulation.to_le_bytes(),
        ]);
    }

    fn push_weights(&mut self, images: u64, network: &Network) {
        // input banks in the order of the output projections
        let bytes: Vec<u8> = network.onto_output().flat_map(|w| w.to_array().into_iter().flat_map(f32::to_le_bytes)).collect();
        self.push(&[&images.to_le_bytes(), &bytes]);
    }
}

impl Monitor for Stream {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        match self.record {
            Record::Spikes => {
                let input = spikes.input.iter().map(|&channel| (channel, INPUT));
                let (output, hidden) = spikes.populations.split_last().map_or((&[][..], &[][..]), |(last, rest)| (last.as_slice(), rest));
                let output = output.iter().map(|&neuron| (neuron, OUTPUT));
                let bank = |(index, fired): (usize, &Vec<u32>)| {
                    fired.iter().map(move |&neuron| (neuron, HIDDEN + index as u8)).collect::<Vec<_>>()
                };
                let hidden = hidden.iter().enumerate().flat_map(bank);
                for (neuron, layer) in input.chain(output).chain(hidden) {
                    self.push(&[&step.to_le_bytes(), &neuron.to_le_bytes(), &[layer]]);
                }
            }
            Record::Potentials => {
                let Some(population) = network.output() else { return };
                let neurons = 0..population.len() as u32;
                let v: Vec<u8> = neurons.clone().flat_map(|j| population.v_mv(j).to_le_bytes()).collect();
                let threshold: Vec<u8> = neurons.flat_map(|j| population.threshold_mv(j).to_le_bytes()).collect();
                self.push(&[&step.to_le_bytes(), &v, &threshold]);
            }
            Record::Weights | Record::Rewards => {}
        }
    }
}
