//! Labelled images to learn from: whatever the source, arrays of grey pixels and class numbers, checked.
//!
//! `pairs` reads IDX files, `folders` pictures in a folder for each class, `arrays` NumPy's NPZ and NPY, `table` CSV. Each gives
//! a `source`, where one set of rules applies to all: classes, scaling (`values`), inversion.

mod arrays;
mod classes;
mod describe;
mod drawing;
mod error;
mod folders;
mod idx;
mod layout;
mod npy;
mod pairs;
mod picture;
mod reading;
mod remark;
mod source;
mod subset;
mod table;
mod tensor;
mod unpack;
mod values;

pub use arrays::parse_arrays;
pub use classes::parse_class_names;
pub use drawing::Canvas;
pub use error::DataError;
pub use idx::{IdxError, parse_images, parse_labels};
pub use npy::ArrayError;
pub use picture::{PictureError, parse_picture};
pub use reading::Reading;
pub use remark::Remark;
pub use table::{TableError, parse_table};
pub use tensor::{Images, Labels, ShapeError};
pub use values::Values;

use ndarray::{Array2, ArrayView1};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// Labelled grey images of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// One row an image, its pixels row by row, 0 (black) to 255 (white).
    pub images: Array2<u8>,
    /// The class of every image.
    pub labels: Vec<u8>,
    /// Pixels in a row of an image.
    pub width: usize,
    /// Rows of an image.
    pub height: usize,
    /// Number of classes in the whole collection; every label lies below it.
    pub classes: usize,
}

impl Dataset {
    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The pixels of one image.
    pub fn image(&self, index: usize) -> ArrayView1<'_, u8> {
        self.images.row(index)
    }

    /// How many images each class has.
    pub fn histogram(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes];
        for &label in &self.labels {
            counts[usize::from(label)] += 1;
        }
        counts
    }
}

/// Images to learn from and images to be tested on. No image of `test` may ever be learnt from or tuned on.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// What the collection is called: the name of its folder.
    pub name: String,
    /// What every class is called, in the order of the labels.
    pub class_names: Arc<[String]>,
    /// Images to learn from.
    pub train: Dataset,
    /// Images to be tested on.
    pub test: Dataset,
    /// Where the test images come from.
    pub split: Split,
    /// How the files became images.
    pub reading: Reading,
    /// What a user has to know about them.
    pub remarks: Vec<Remark>,
}

/// Where test images come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// The collection itself separates training and test images.
    Given,
    /// The last fifth of each class, in the order of file names or rows, at least one; they are not learnt from.
    LastFifth,
}

/// Most classes: a label is a byte.
pub const MAX_CLASSES: usize = 256;

/// The most a collection may take in memory, and a file unpacked.
const MAX_BYTES: u64 = 4 << 30;

/// Load training and test images from a folder or a file, by the present rules.
pub fn load_dir(path: &Path) -> Result<Data, DataError> {
    load(path, Reading::default(), &mut |_, _| true)
}

/// Load by the reading rules of a record, with progress: `go_on` gets the number of files read and of all files, and stops the reading
/// when it returns `false`.
pub fn load(path: &Path, reading: Reading, go_on: &mut dyn FnMut(usize, usize) -> bool) -> Result<Data, DataError> {
    tracing::debug!(path = %path.display(), ?reading, "loading images");
    let meta = std::fs::metadata(path).map_err(|error| DataError::NoFolder { path: path.to_owned(), reason: format!(": {error}") })?;
    let source = if meta.is_dir() { load_folder(path, go_on)? } else { load_file(path)? };
    source.finish(path, name_of(path), reading)
}

fn load_folder(dir: &Path, go_on: &mut dyn FnMut(usize, usize) -> bool) -> Result<source::Source, DataError> {
    if let Some(files) = pairs::find(dir)? {
        return pairs::load(dir, files);
    }
    if let Some(found) = folders::find(dir)? {
        return folders::load(dir, found, go_on);
    }
    if let Some(files) = arrays::find(dir)? {
        return arrays::load(dir, &files);
    }
    if let Some(tables) = table::find(dir)? {
        return table::load(dir, tables);
    }
    let (folder, files) = pairs::find_below(dir)?.ok_or_else(|| DataError::NoImages { path: dir.to_owned() })?;
    let mut source = pairs::load(&folder, files)?;
    source.remarks.push(Remark::ReadFrom(folder));
    Ok(source)
}

/// A file that holds a whole collection.
fn load_file(path: &Path) -> Result<source::Source, DataError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if arrays::is_arrays(&name) {
        return arrays::load(path, &[path.to_owned()]);
    }
    if table::is_table(&name) {
        return table::load(path, table::Tables { train: path.to_owned(), test: None, unused: Vec::new() });
    }
    Err(DataError::NoFolder { path: path.to_owned(), reason: ": it is a file, and neither NPZ nor CSV".to_owned() })
}

/// Check a folder or a file and say in words what is in it, with everything notable. What can be trained on by itself, a folder, a
/// table or a file with arrays of images and labels, is read as for training.
pub fn describe(path: &Path) -> Result<String, DataError> {
    if path.is_dir() || describe::is_collection(path)? {
        let data = load_dir(path)?;
        return Ok(data.remarks.iter().fold(data.words(), |words, remark| format!("{words}\n    note: {remark}")));
    }
    describe::describe(path)
}

/// The bytes of a regular file of at most `most` bytes.
fn read(path: &Path, most: u64) -> Result<Vec<u8>, DataError> {
    let unreadable = |source| DataError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    if !meta.is_file() {
        return Err(unreadable(std::io::Error::other("it is not a regular file")));
    }
    if meta.len() > most {
        return Err(unreadable(std::io::Error::other(format!("it has {} bytes, the most is {most}", meta.len()))));
    }
    let mut bytes = Vec::new();
    // a file may grow while it is read; the bound holds nevertheless
    file.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// What a folder is called.
fn name_of(dir: &Path) -> String {
    let resolved = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    resolved.file_name().unwrap_or(dir.as_os_str()).to_string_lossy().into_owned()
}

impl Data {
    /// A collection whose classes have numbers, as digits have.
    pub fn numbered(name: &str, train: Dataset, test: Dataset) -> Self {
        let class_names = (0..train.classes).map(|class| class.to_string()).collect();
        Self { name: name.to_owned(), class_names, train, test, split: Split::Given, reading: Reading::default(), remarks: Vec::new() }
    }

    /// How many images of which classes, in words.
    pub fn words(&self) -> String {
        let Self { class_names, train, test, split, .. } = self;
        let (learn, tested, classes) = (train.len(), test.len(), train.classes);
        let names = if self.is_numbered() { String::new() } else { format!(" ({})", class_names.join(", ")) };
        let held_out = match split {
            Split::Given => "",
            Split::LastFifth => "; tested on the last fifth of each class",
        };
        format!(
            "{learn} training and {tested} test images of {classes} classes{names}, {} x {} pixels{held_out}",
            train.width, train.height
        )
    }

    /// Whether classes have numbers only, as digits have.
    pub fn is_numbered(&self) -> bool {
        self.class_names.iter().enumerate().all(|(class, name)| *name == class.to_string())
    }

    /// Name of a class; its number if it has no name.
    pub fn class_name(&self, class: u8) -> String {
        self.class_names.get(usize::from(class)).cloned().unwrap_or_else(|| class.to_string())
    }

    /// Whether two folders hold the same data: the hash of all images and labels, and, unless classes have numbers only and each
    /// has an image, a dash and the hash of the names of the classes. Hexadecimal.
    pub fn digest(&self) -> String {
        let images = self.image_digest();
        let highest = [&self.train, &self.test].iter().flat_map(|set| &set.labels).max().map_or(0, |&label| usize::from(label) + 1);
        if self.is_numbered() && self.train.classes == highest {
            return images;
        }
        let mut hash = Xxh3::new();
        for name in self.class_names.iter() {
            hash.update(&(name.len() as u64).to_le_bytes());
            hash.update(name.as_bytes());
        }
        format!("{images}-{:016x}", hash.digest())
    }

    /// Hash of all images and labels, hexadecimal: all that version 0.1 recorded of its data.
    pub fn image_digest(&self) -> String {
        let Self { name: _, class_names: _, train, test, split: _, reading: _, remarks: _ } = self;
        let mut hash = Xxh3::new();
        for set in [train, test] {
            hash.update(&(set.width as u64).to_le_bytes());
            hash.update(&(set.len() as u64).to_le_bytes());
            set.images.rows().into_iter().for_each(|row| row.as_slice().into_iter().for_each(|pixels| hash.update(pixels)));
            hash.update(&set.labels);
        }
        format!("{:016x}", hash.digest())
    }
}
