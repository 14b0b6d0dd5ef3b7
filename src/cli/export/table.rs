//! Layout of an export: a sequence of records of fixed size. A record has single numbers and optionally arrays, one set for
//! each layer or projection. In NPZ every field becomes an array; in CSV every number of the arrays becomes a row.

use crate::cli::npz::{Field, Number, Words};
use crate::cli::recording::Record;
use crate::datasets::Data;
use crate::engine::network::Network;
use crate::model::NetworkSpec;

/// The layers, as numbers in a column: encoder, outputs, then hidden neurons from the first bank on.
pub(super) const INPUT: u8 = 0;
pub(super) const OUTPUT: u8 = 1;
pub(super) const HIDDEN: u8 = 2;

/// Layout of an export.
pub(super) struct Table {
    /// Leading single numbers of every record.
    pub(super) scalars: Vec<Field>,
    /// The arrays that follow, if any.
    pub(super) arrays: Option<Arrays>,
    /// Time step.
    pub(super) dt_ms: f64,
    legends: Vec<Legend>,
}

/// Names for the numbers of some columns.
struct Legend {
    columns: &'static [&'static str],
    /// The array of an NPZ that holds them.
    array: &'static str,
    words: Vec<String>,
}

/// Arrays of the same kind, one or more for each layer or projection.
pub(super) struct Arrays {
    /// Column name of the parts.
    pub(super) part: &'static str,
    /// Column names of the dimensions.
    pub(super) indices: &'static [&'static str],
    /// The quantities.
    pub(super) values: &'static [&'static str],
    /// Name of every part and the shape of its arrays.
    pub(super) parts: Vec<(String, Vec<usize>)>,
}

impl Table {
    /// The layout in which `what` of a network is exported. Populations and projections of a described network have its names.
    pub(super) fn new(what: Record, (network, described): (&Network, Option<&NetworkSpec>), data: &Data, dt_ms: f64) -> Self {
        use Number::{F64, I16, U8, U32, U64};
        let scalar = |(name, number): (&str, Number)| Field::new(name, number, &[]);
        let scalars: &[(&str, Number)] = match what {
            Record::Spikes => &[("step", U64), ("trial", U64), ("layer", U8), ("neuron", U32)],
            Record::Potentials => &[("step", U64), ("trial", U64)],
            Record::Weights => &[("step", U64), ("images", U64)],
            Record::Rewards => &[
                ("step", U64),
                ("trial", U64),
                ("image", U32),
                ("label", I16),
                ("answer", I16),
                ("spikes", U32),
                ("reward", F64),
                ("expectation", F64),
                ("modulation", F64),
            ],
        };
        let populations = network.populations();
        let hidden = populations.len().saturating_sub(1);
        let names = described.map(population_names);
        let population = |index: usize| match &names {
            Some((_, names)) => names.get(index).cloned().unwrap_or_default(),
            None => population(index, hidden),
        };
        let arrays = match what {
            Record::Spikes | Record::Rewards => None,
            Record::Potentials => {
                let parts = populations.iter().enumerate().map(|(index, layer)| (population(index), vec![layer.len()])).collect();
                Some(Arrays { part: "layer", indices: &["neuron"], values: &["v_mv", "threshold_mv"], parts })
            }
            Record::Weights => {
                let of = |(at, projection): (usize, &crate::engine::network::Projection)| {
                    let name = described.map(|network| network.projections[at].name.clone());
                    let from = || projection.source.population().map_or_else(|| "input".to_owned(), |(index, _)| population(index));
                    let (pre, post) = projection.synapses.shape();
                    (name.unwrap_or_else(|| format!("{} to {}", from(), population(projection.target))), vec![pre, post])
                };
                let parts = network.projections().iter().enumerate().map(of).collect();
                // templates keep the name of version 0.1
                let values: &[&str] = if described.is_some() { &["weight_mv"] } else { &["w_mv"] };
                Some(Arrays { part: "projection", indices: &["pre", "post"], values, parts })
            }
        };
        let ends =
            names.as_ref().map_or_else(|| ["input".to_owned(), "output".to_owned()], |(image, _)| [image.clone(), population(hidden)]);
        let layers = ends.into_iter().chain((0..hidden).map(population)).collect();
        let scalars = scalars.iter().copied().map(scalar).collect();
        let classes = data.class_names.to_vec();
        let legends = vec![
            Legend { columns: &["layer"], array: "layer_names", words: layers },
            Legend { columns: &["label", "answer"], array: "class_names", words: classes },
        ];
        Self { scalars, arrays, dt_ms, legends }
    }

    /// The layout of a free run: single numbers, of which some columns have names, which an NPZ holds as an array.
    pub(super) fn of_free(
        scalars: Vec<Field>,
        (columns, array, words): (&'static [&'static str], &'static str, Vec<String>),
        dt_ms: f64,
    ) -> Self {
        Self { scalars, arrays: None, dt_ms, legends: vec![Legend { columns, array, words }] }
    }

    /// Give the numbers of columns names.
    pub(super) fn name(&mut self, columns: &'static [&'static str], array: &'static str, words: Vec<String>) {
        self.legends.push(Legend { columns, array, words });
    }

    /// Every field of a record in order, with the array names of an NPZ.
    pub(super) fn fields(&self) -> Vec<Field> {
        let mut fields = self.scalars.clone();
        if let Some(Arrays { values, parts, .. }) = &self.arrays {
            for (part, shape) in parts {
                for value in *values {
                    let (quantity, unit) = value.rsplit_once('_').unwrap_or((value, ""));
                    // a single part needs no name, nor do the outputs, as in a recording
                    let plain = parts.len() == 1 || part == "output";
                    let name = if plain { (*value).to_owned() } else { format!("{quantity}_{}_{unit}", part.replace(' ', "_")) };
                    fields.push(Field::new(&name, Number::F32, shape));
                }
            }
        }
        fields
    }

    /// Bytes of a record.
    pub(super) fn record_size(&self) -> u64 {
        self.fields().iter().map(|field| field.size() as u64).sum()
    }

    /// Number of CSV rows per record.
    pub(super) fn rows(&self) -> u64 {
        let numbers = |shape: &Vec<usize>| shape.iter().product::<usize>() as u64;
        self.arrays.as_ref().map_or(1, |arrays| arrays.parts.iter().map(|(_, shape)| numbers(shape)).sum())
    }

    /// The names for the numbers of a column.
    pub(super) fn words(&self, column: &str) -> Option<&[String]> {
        self.legends.iter().find(|legend| legend.columns.contains(&column)).map(|legend| legend.words.as_slice())
    }

    /// The same for NPZ, where numbers stay numbers.
    pub(super) fn legends(&self) -> Vec<Words<'_>> {
        let used = |legend: &&Legend| self.scalars.iter().any(|field| legend.columns.contains(&field.name.as_str()));
        self.legends.iter().filter(used).map(|legend| Words { name: legend.array, words: &legend.words }).collect()
    }
}

/// The names of the population of images and of the others, in the order of the engine: the readout is the last.
fn population_names(network: &NetworkSpec) -> (String, Vec<String>) {
    let image = network.image().map_or_else(String::new, |image| image.name.clone());
    let others = network.populations.iter().map(|population| population.name.clone()).filter(|name| *name != image).collect();
    (image, others)
}

/// Name of a population in a network with `hidden` hidden populations.
fn population(index: usize, hidden: usize) -> String {
    if index == hidden { "output".to_owned() } else { format!("hidden {}", index + 1) }
}
