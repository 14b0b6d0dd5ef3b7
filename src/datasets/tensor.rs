//! Conversion of arrays of any rank to images or labels, shared by IDX and NumPy files.

use super::Values;
use super::picture::MAX_SIDE;

/// Numbers and their shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tensor {
    pub(super) shape: Vec<usize>,
    pub(super) values: Values,
}

/// The images of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Images {
    /// Pixels, image by image and row by row.
    pub values: Values,
    /// Number of images.
    pub count: usize,
    /// Pixels per row of an image.
    pub width: usize,
    /// Rows per image.
    pub height: usize,
}

/// The labels of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// The class of every image.
    pub classes: Vec<u8>,
    /// Numbers per record of an image; the first one is the class.
    pub columns: usize,
}

/// The reason why an array does not contain images or labels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// Not the shape of images.
    #[error(
        "the array has the shape {0}; images are N x rows x columns, N x pixels of a square, or N x rows x columns x 1, 3 or 4 channels, \
         each side 1 to {MAX_SIDE}"
    )]
    Images(String),
    /// Not the shape of labels.
    #[error("the array has the shape {0}; labels are N numbers, or N records of which the first number is the class")]
    Labels(String),
    /// A label that is not a class number.
    #[error("label {index} is {value}; labels are whole numbers from 0 to 255")]
    Label {
        /// Its index, counted from 0.
        index: usize,
        /// Its value.
        value: String,
    },
    /// A pixel that is not a number.
    #[error("a pixel of image {0} (counted from 0) is not a finite number; replace it")]
    Pixel(usize),
}

/// A shape as text.
pub(super) fn shape_text(shape: &[usize]) -> String {
    if shape.is_empty() { "()".to_owned() } else { shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x ") }
}

/// Arrangement of the channels of an image.
#[derive(Clone, Copy)]
enum Channels {
    One,
    /// This many channels, interleaved by pixel.
    Last(usize),
    /// This many channels, one plane after the other.
    First(usize),
}

/// Number of images, rows, columns and channels of an array of this shape.
fn arrangement(shape: &[usize]) -> Result<(usize, usize, usize, Channels), ShapeError> {
    use Channels::{First, Last, One};
    let square = |pixels: usize| Some(pixels.isqrt()).filter(|side| side * side == pixels);
    let found = match *shape {
        [count, pixels] => square(pixels).map(|side| (count, side, side, One)),
        [count, rows, columns] => Some((count, rows, columns, One)),
        [count, rows, columns, channels @ (1 | 3 | 4)] => Some((count, rows, columns, Last(channels))),
        [count, channels @ (1 | 3 | 4), rows, columns] => Some((count, rows, columns, First(channels))),
        _ => None,
    };
    let allowed = |side: usize| (1..=MAX_SIDE as usize).contains(&side);
    let found = found.filter(|&(count, rows, columns, _)| count > 0 && allowed(rows) && allowed(columns));
    found.ok_or_else(|| ShapeError::Images(shape_text(shape)))
}

/// Reject a shape that images cannot have, before the numbers are read.
pub(super) fn check_images(shape: &[usize]) -> Result<(), ShapeError> {
    arrangement(shape).map(drop)
}

impl Tensor {
    /// Interpret the array as images.
    pub(super) fn images(self) -> Result<Images, ShapeError> {
        let Self { shape, values } = self;
        let (count, height, width, channels) = arrangement(&shape)?;
        if let Some(bad) = values.not_finite() {
            return Err(ShapeError::Pixel(bad / (values.len() / count).max(1)));
        }
        let values = grey(values, width * height, channels);
        Ok(Images { values, count, width, height })
    }

    /// Interpret the array as labels.
    pub(super) fn labels(self) -> Result<Labels, ShapeError> {
        let Self { shape, values } = self;
        let columns = match shape[..] {
            [count] if count > 0 => 1,
            [count, columns] if count > 0 && columns > 0 => columns,
            _ => return Err(ShapeError::Labels(shape_text(&shape))),
        };
        let classes: Vec<u8> = match values {
            Values::Bytes(values) => values.chunks_exact(columns).map(|record| record[0]).collect(),
            Values::Wide(values, _) => {
                let class = |(index, record): (usize, &[f32])| {
                    let value = record[0];
                    let is_class = value.fract() == 0.0 && (0.0..=255.0).contains(&value);
                    if is_class { Ok(value as u8) } else { Err(ShapeError::Label { index, value: value.to_string() }) }
                };
                values.chunks_exact(columns).enumerate().map(class).collect::<Result<_, _>>()?
            }
        };
        Ok(Labels { classes, columns })
    }
}

/// Luminance of colours (ITU-R BT.601); a fourth channel is opacity over black.
fn grey(values: Values, pixels: usize, channels: Channels) -> Values {
    let (count, next, plane) = match channels {
        Channels::One | Channels::Last(1) | Channels::First(1) => return values,
        Channels::Last(n) => (n, 1, n),
        Channels::First(n) => (n, pixels, 1),
    };
    let mix = |p: [f32; 4], full: f32| {
        let opacity = if count == 4 { p[3] / full } else { 1.0 };
        (0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]) * opacity
    };
    let total = values.len() / count;
    let at = |index: usize, channel: usize| (index / pixels) * pixels * count + (index % pixels) * plane + channel * next;
    let sample =
        |get: &dyn Fn(usize) -> f32, index: usize| [0, 1, 2, 3].map(|channel| if channel < count { get(at(index, channel)) } else { 0.0 });
    match values {
        Values::Bytes(bytes) => {
            let get = |place: usize| f32::from(bytes[place]);
            Values::Bytes((0..total).map(|index| mix(sample(&get, index), 255.0).round() as u8).collect())
        }
        Values::Wide(wide, full) => {
            let get = |place: usize| wide[place];
            let most = wide.iter().fold(0.0f32, |most, &v| most.max(v));
            let white = full.unwrap_or(if most <= 1.0 { 1.0 } else { 255.0 });
            Values::Wide((0..total).map(|index| mix(sample(&get, index), white)).collect(), full)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(shape: &[usize]) -> Tensor {
        Tensor { shape: shape.to_vec(), values: Values::Bytes((0..shape.iter().product::<usize>()).map(|k| k as u8).collect()) }
    }

    #[test]
    fn images_of_every_usual_shape_are_recognised() {
        let size = |shape: &[usize]| bytes(shape).images().map(|images| (images.count, images.height, images.width, images.values.len()));
        assert_eq!(size(&[2, 3, 4]), Ok((2, 3, 4, 24)));
        assert_eq!(size(&[2, 16]), Ok((2, 4, 4, 32)));
        assert_eq!(size(&[2, 5, 4, 3]), Ok((2, 5, 4, 40)));
        assert_eq!(size(&[2, 3, 5, 6]), Ok((2, 5, 6, 60)));
        assert_eq!(size(&[2, 5, 4, 1]), Ok((2, 5, 4, 40)));
        for shape in [&[2, 15][..], &[2], &[0, 2, 2], &[2, 0, 2], &[1, 2, 2, 2], &[1, 1, 1, 1, 1], &[]] {
            assert!(bytes(shape).images().is_err(), "{shape:?}");
        }
    }

    #[test]
    fn colours_become_grey_for_every_channel_order() {
        let tensor = |shape: &[usize], values: &[u8]| Tensor { shape: shape.to_vec(), values: Values::Bytes(values.to_vec()) };
        let last = tensor(&[1, 1, 2, 3], &[255, 0, 0, 0, 255, 0]).images().unwrap();
        let first = tensor(&[1, 3, 1, 2], &[255, 0, 0, 255, 0, 0]).images().unwrap();
        assert_eq!((last.values, first.values), (Values::Bytes(vec![76, 150]), Values::Bytes(vec![76, 150])));
        let clear = tensor(&[1, 1, 1, 4], &[255, 255, 255, 0]).images().unwrap();
        assert_eq!(clear.values, Values::Bytes(vec![0]));
    }

    #[test]
    fn labels_are_the_first_number_of_a_record_and_whole() {
        let wide = |shape: &[usize], values: &[f32]| Tensor { shape: shape.to_vec(), values: Values::Wide(values.to_vec(), None) }.labels();
        assert_eq!(wide(&[2, 2], &[3.0, 9.0, 255.0, 9.0]), Ok(Labels { classes: vec![3, 255], columns: 2 }));
        for bad in [0.5, -1.0, 256.0, f32::NAN] {
            assert!(matches!(wide(&[2], &[0.0, bad]), Err(ShapeError::Label { index: 1, .. })), "{bad}");
        }
    }
}
