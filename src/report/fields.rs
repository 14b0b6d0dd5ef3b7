//! Receptive fields and shared filters as images of 255 grey levels. The images of a sheet share one scale.

use super::words::count;
use crate::engine::network::{Network, Source};
use crate::engine::sight::{in_pixels, seen_through, sights};
use crate::experiment::Readout;
use serde::{Deserialize, Serialize};

/// Maximum number of images per row.
const ROW: usize = 10;
/// Maximum number of filters per row.
const WIDE: usize = 16;
/// Maximum number of rows per sheet.
const ROWS: usize = 10;
/// Highest grey level.
pub(super) const SHADES: u8 = 254;

/// Images of one kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Title.
    pub title: String,
    /// Whether the middle level is zero and darker ones are negative; otherwise the lowest level is zero.
    pub signed: bool,
    /// The value of the highest level, in mV.
    pub most_mv: f32,
    /// Width and height of an image.
    pub size: (usize, usize),
    /// Rows of images, each with a name.
    pub rows: Vec<(String, Vec<Vec<u8>>)>,
}

/// All sheets of a network.
pub(super) fn sheets(network: &Network, readout: &Readout, size: (usize, usize), classes: &[String]) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    let last = network.populations().len().saturating_sub(1);
    let hidden = network.projections().iter().filter(|projection| projection.target != last).count();
    for (number, (index, sight)) in sights(network).into_iter().enumerate() {
        let pictures: Vec<Vec<f32>> = sight.pictures.chunks_exact((sight.size * sight.size).max(1)).map(<[f32]>::to_vec).collect();
        let channels = pictures.len();
        let (title, rows) = if network.projections()[index].target == last {
            ("Filters of output neurons".to_owned(), by_class(readout, channels, classes, pictures))
        } else {
            let layer = if hidden > 1 { format!(" of hidden population {}", number + 1) } else { " of the hidden layer".to_owned() };
            (format!("Filters{layer}"), in_rows(&pictures))
        };
        sheets.push(sheet(with_share(&title, &rows, channels), (sight.size, sight.size), rows));
    }
    let pixels = size.0 * size.1;
    let onto_pixels = network.projections().iter().find(|projection| projection.target == last && projection.source == Source::Encoder);
    let fields = match onto_pixels.and_then(|projection| projection.synapses.dense()) {
        Some(dense) => in_pixels(dense.fields(), network),
        None => seen_through(network, size),
    };
    let fields: Vec<Vec<f32>> = fields.chunks_exact(pixels.max(1)).map(<[f32]>::to_vec).collect();
    // where outputs share filters, the filters above are their receptive fields
    if fields.iter().flatten().any(|&w| w != 0.0) {
        let (neurons, through) = (fields.len(), if hidden > 0 { ", projected through the hidden layer" } else { "" });
        let rows = by_class(readout, neurons, classes, fields);
        sheets.push(sheet(with_share(&format!("Receptive fields of output neurons{through}"), &rows, neurons), size, rows));
    }
    sheets
}

fn with_share(title: &str, rows: &[(String, Vec<Vec<f32>>)], all: usize) -> String {
    let shown: usize = rows.iter().map(|(_, row)| row.len()).sum();
    if shown == all { format!("{title} (all {})", count(all as u64)) } else { format!("{title} ({shown} of {})", count(all as u64)) }
}

/// The first images.
fn in_rows(pictures: &[Vec<f32>]) -> Vec<(String, Vec<Vec<f32>>)> {
    pictures.chunks(WIDE).take(ROWS).map(|row| (String::new(), row.to_vec())).collect()
}

/// The first images of each class.
fn by_class(readout: &Readout, neurons: usize, classes: &[String], pictures: Vec<Vec<f32>>) -> Vec<(String, Vec<Vec<f32>>)> {
    let class_of = &readout.class_of()[..neurons.min(readout.class_of().len())];
    let mut rows: Vec<(String, Vec<Vec<f32>>)> = classes.iter().take(2 * ROWS).map(|class| (class.clone(), Vec::new())).collect();
    for (class, picture) in class_of.iter().zip(pictures) {
        if let Some((_, row)) = class.and_then(|class| rows.get_mut(usize::from(class)))
            && row.len() < ROW
        {
            row.push(picture);
        }
    }
    rows.retain(|(_, row)| !row.is_empty());
    rows
}

/// Images in grey levels, scaled to the largest value.
fn sheet(title: String, size: (usize, usize), rows: Vec<(String, Vec<Vec<f32>>)>) -> Sheet {
    let values = || rows.iter().flat_map(|(_, row)| row).flatten().copied();
    let (most_mv, signed) = (values().fold(0.0f32, |most, w| most.max(w.abs())), values().any(|w| w < 0.0));
    let shade = |w: f32| {
        let share = if most_mv > 0.0 { w / most_mv } else { 0.0 };
        let share = if signed { f32::midpoint(share, 1.0) } else { share };
        (share * f32::from(SHADES)).round() as u8
    };
    let shaded = |row: Vec<Vec<f32>>| row.into_iter().map(|picture| picture.into_iter().map(shade).collect()).collect();
    Sheet { title, signed, most_mv, size, rows: rows.into_iter().map(|(name, row)| (name, shaded(row))).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_share_a_scale_that_is_signed_only_if_a_value_is() {
        let rows = |low: f32| vec![("0".to_owned(), vec![vec![0.0, 2.0]]), ("1".to_owned(), vec![vec![low, 4.0]])];
        let positive = sheet(String::new(), (2, 1), rows(1.0));
        assert_eq!((positive.signed, positive.most_mv), (false, 4.0));
        assert_eq!(positive.rows[0].1[0], [0, 127]);
        assert_eq!(positive.rows[1].1[0], [64, 254]);
        let signed = sheet(String::new(), (2, 1), rows(-4.0));
        assert!(signed.signed);
        assert_eq!(signed.rows[0].1[0], [127, 191]);
        assert_eq!(signed.rows[1].1[0], [0, 254]);
    }

    #[test]
    fn each_class_has_a_row_of_its_first_neurons_and_neurons_without_a_class_have_none() {
        let mut readout = Readout::assignment(24, 2);
        let mut response = vec![0.0; 48];
        // neurons 0 to 19 prefer class 1, neuron 20 class 0, the others none
        response[24..44].fill(1.0);
        response[20] = 1.0;
        readout.assign(response);
        let rows = by_class(&readout, 24, &["a", "b"].map(str::to_owned), (0..24).map(|neuron| vec![neuron as f32]).collect());
        assert_eq!(rows.iter().map(|(name, row)| (name.as_str(), row.len())).collect::<Vec<_>>(), [("a", 1), ("b", ROW)]);
        assert_eq!((rows[0].1[0][0], rows[1].1[9][0]), (20.0, 9.0));
        assert_eq!(with_share("Fields", &rows, 24), "Fields (11 of 24)");
    }
}
