//! Rules for the images of every source, independent of its format.

use super::{Data, DataError, Dataset, MAX_CLASSES, Reading, Remark, Split, Values, values};
use ndarray::Array2;
use std::path::Path;

/// Without test images, one in this many images of each class is held out.
pub(super) const HELD_OUT: usize = 5;
/// Maximum number of classes: labels are bytes.
const CLASSES: usize = MAX_CLASSES;

/// Images as stored in their files.
pub(super) struct Part {
    pub(super) values: Values,
    /// The images in 8 bits as read by version 0.1, if different.
    pub(super) plain: Option<Vec<u8>>,
    pub(super) labels: Vec<u8>,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// A collection before the rules are applied.
pub(super) struct Source {
    /// In the order of the labels.
    pub(super) class_names: Vec<String>,
    pub(super) train: Part,
    /// Without test images, the last fifth of each class is held out.
    pub(super) test: Option<Part>,
    pub(super) split: Split,
    pub(super) remarks: Vec<Remark>,
}

impl Part {
    fn dataset(self, levels: Vec<u8>, classes: usize, dir: &Path) -> Result<Dataset, DataError> {
        let Self { labels, width, height, .. } = self;
        // invariant: readers return as many pixels as the image size requires
        let images =
            Array2::from_shape_vec((labels.len(), width * height), levels).map_err(|_| DataError::NoImages { path: dir.to_owned() })?;
        Ok(Dataset { images, labels, width, height, classes })
    }

    /// Move the pixel values out, in the form that `reading` requires.
    fn take_values(&mut self, reading: Reading) -> Values {
        let values = std::mem::replace(&mut self.values, Values::Bytes(Vec::new()));
        match self.plain.take() {
            Some(plain) if !reading.scales() => Values::Bytes(plain),
            _ => values,
        }
    }
}

impl Source {
    /// Apply the rules.
    pub(super) fn finish(self, dir: &Path, name: String, reading: Reading) -> Result<Data, DataError> {
        let Self { class_names, mut train, test, mut split, mut remarks } = self;
        let classes = class_names.len();
        let path = || dir.to_owned();
        if let Some(test) = &test
            && (train.width, train.height) != (test.width, test.height)
        {
            let [train, test] = [(train.width, train.height), (test.width, test.height)];
            return Err(DataError::SizeMismatch { path: path(), train, test });
        }
        let (mut test, none) = (test, Values::Bytes(Vec::new()));
        let (ours, theirs) = (train.take_values(reading), test.as_mut().map_or(none, |test| test.take_values(reading)));
        let (ours, theirs) = if reading.scales() {
            let (ours, theirs, scaled) = values::levels(ours, theirs);
            remarks.extend(scaled);
            (ours, theirs)
        } else {
            (ours.plain(), theirs.plain())
        };
        let train = train.dataset(ours, classes, dir)?;
        let test = test.map(|test| test.dataset(theirs, classes, dir)).transpose()?;
        let (mut train, mut test) = if let Some(test) = test {
            (train, test)
        } else {
            split = Split::LastFifth;
            hold_out(&train, &class_names, dir)?
        };
        check_classes(&train, &test, &class_names, dir, reading, &mut remarks)?;
        let mut all = train.images.iter();
        let first = all.next().copied().unwrap_or(0);
        let is_blank = all.all(|&pixel| pixel == first);
        if is_blank && (first == 0 || reading.is_strict()) {
            return Err(DataError::Blank { path: path(), level: first });
        }
        if reading.invert {
            [&mut train, &mut test].into_iter().for_each(|set| set.images.mapv_inplace(|pixel| 255 - pixel));
        }
        let mut data = Data { name, class_names: class_names.into(), train, test, split, reading, remarks };
        data.remark_brightness();
        Ok(data)
    }
}

impl Data {
    /// The same images, inverted or restored.
    #[must_use]
    pub fn inverted(&self) -> Self {
        let mut data = self.clone();
        data.reading.invert = !self.reading.invert;
        [&mut data.train, &mut data.test].into_iter().for_each(|set| set.images.mapv_inplace(|pixel| 255 - pixel));
        data.remarks.retain(|remark| !matches!(remark, Remark::Inverted | Remark::DarkOnBright { .. }));
        data.remark_brightness();
        data
    }

    fn remark_brightness(&mut self) {
        let inverted = self.reading.invert;
        self.remarks.extend(inverted.then_some(Remark::Inverted));
        self.remarks.extend(dark_on_bright(&self.train).map(|bright| Remark::DarkOnBright { bright, inverted }));
    }
}

/// The last fifth of each class in file order, at least one image.
fn hold_out(all: &Dataset, class_names: &[String], dir: &Path) -> Result<(Dataset, Dataset), DataError> {
    let mut left: Vec<usize> = all.histogram();
    if let Some(class) = left.iter().position(|&count| count == 1) {
        return Err(DataError::FewImages { path: dir.to_owned(), class: format!("class {}", class_names[class]), found: 1 });
    }
    let held: Vec<usize> = left.iter().map(|&count| if count == 0 { 0 } else { (count / HELD_OUT).max(1) }).collect();
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for (index, &label) in all.labels.iter().enumerate() {
        let class = usize::from(label);
        let list = if left[class] > held[class] { &mut train } else { &mut test };
        list.push(index);
        left[class] -= 1;
    }
    Ok((all.select(&train), all.select(&test)))
}

/// Check that there are at least two training classes and no test class without training images; report classes without images.
fn check_classes(
    train: &Dataset,
    test: &Dataset,
    names: &[String],
    dir: &Path,
    reading: Reading,
    remarks: &mut Vec<Remark>,
) -> Result<(), DataError> {
    debug_assert!(names.len() <= CLASSES);
    let path = dir.to_owned();
    if test.is_empty() && reading.is_strict() {
        return Err(DataError::NoTest { path });
    }
    let (learnt, tested) = (train.histogram(), test.histogram());
    let few = if reading.is_strict() { learnt.iter().filter(|&&count| count > 0).count() } else { train.classes };
    if few < 2 {
        return Err(DataError::OneClass { path });
    }
    let of = |which: &dyn Fn(usize) -> bool| -> Vec<String> {
        (0..names.len()).filter(|&class| which(class)).map(|class| names[class].clone()).collect()
    };
    let unknown = of(&|class| learnt[class] == 0 && tested[class] > 0);
    if !unknown.is_empty() && reading.is_strict() {
        return Err(DataError::UnknownClasses { path, classes: unknown.join(", ") });
    }
    let (empty, untested) = (of(&|class| learnt[class] + tested[class] == 0), of(&|class| learnt[class] > 0 && tested[class] == 0));
    if !empty.is_empty() {
        remarks.push(Remark::Empty(empty));
    }
    if !untested.is_empty() {
        remarks.push(Remark::Untested(untested));
    }
    Ok(())
}

/// Pixels brighter than half.
fn bright<'a>(pixels: impl Iterator<Item = &'a u8>) -> u64 {
    pixels.filter(|&&pixel| pixel > 127).count() as u64
}

/// The share of bright pixels, if the images look dark on bright: more than two thirds of all pixels and of those at the border
/// are brighter than half.
fn dark_on_bright(set: &Dataset) -> Option<f64> {
    let total = set.images.len().max(1) as u64;
    // nearly always this decides, and a plain count is done in many lanes at once
    let all = bright(set.images.iter());
    if 3 * all <= 2 * total {
        return None;
    }
    let (width, height) = (set.width, set.height);
    let is_border = |k: usize| k < width || k >= width * (height - 1) || k.is_multiple_of(width) || k % width == width - 1;
    let border: Vec<usize> = (0..width * height).filter(|&k| is_border(k)).collect();
    let on_border = set.images.rows().into_iter().map(|row| bright(border.iter().map(|&k| &row[k]))).sum::<u64>();
    (3 * on_border > 2 * (border.len() * set.images.nrows()) as u64).then(|| all as f64 / total as f64)
}
