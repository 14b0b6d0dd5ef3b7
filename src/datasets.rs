//! Labelled images to learn from: whatever the source, arrays of grey pixels and class numbers, checked.

//!
//! A folder holds either two pairs of IDX files (`pairs`) or PNG files in a folder for each class (`folders`).

mod classes;
mod drawing;
mod error;
mod folders;
mod idx;
mod pairs;
mod picture;

pub use classes::parse_class_names;
pub use drawing::Canvas;
pub use error::DataError;
pub use idx::{IdxError, Images, parse_images, parse_labels};
pub use picture::{PictureError, parse_picture};

use ndarray::{Array2, ArrayView1, Axis, Slice};
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

    fn range(&self, from: usize, to: usize) -> Self {
        let Self { images, labels, width, height, classes } = self;
        Self {
            images: images.slice_axis(Axis(0), Slice::from(from..to)).to_owned(),
            labels: labels[from..to].to_vec(),
            width: *width,
            height: *height,
            classes: *classes,
        }
    }
}

/// Images to learn from and images to be tested on. No image of `test` may ever be learnt from or tuned on.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

/// Where test images come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// They were kept apart by whoever made the collection.
    Given,
    /// The last fifth of each class, in the order of file names, at least one; they are not learnt from.
    LastFifth,
}

/// Most classes: a label is a byte.
pub const MAX_CLASSES: usize = 256;

/// The most a collection may take in memory, and a file unpacked.
const MAX_BYTES: u64 = 4 << 30;

/// Load training and test images from a folder: IDX files or PNG files by class.
pub fn load_dir(dir: &Path) -> Result<Data, DataError> {
    load_dir_watched(dir, &mut |_, _| true)
}

/// The same, watched: `go_on` hears how many of how many files were read, and stops the reading by `false`.
pub fn load_dir_watched(dir: &Path, go_on: &mut dyn FnMut(usize, usize) -> bool) -> Result<Data, DataError> {
    match std::fs::metadata(dir) {
        Ok(meta) if meta.is_dir() => {}
        Ok(_) => return Err(DataError::NoFolder { path: dir.to_owned(), reason: ": it is a file".to_owned() }),
        Err(error) => return Err(DataError::NoFolder { path: dir.to_owned(), reason: format!(": {error}") }),
    }
    tracing::debug!(folder = %dir.display(), "loading images");
    let data = match pairs::find(dir)? {
        Some(files) => pairs::load(dir, files)?,
        None => folders::load(dir, go_on)?,
    };
    data.check(dir)?;
    Ok(data)
}

/// Check a single file, IDX or PNG, and say in words what is in it.
pub fn describe_file(path: &Path) -> Result<String, DataError> {
    let bytes = read(path, MAX_BYTES + 64)?;
    if picture::is_png(&bytes) {
        let picture = parse_picture(&bytes).map_err(|source| DataError::Picture { path: path.to_owned(), source })?;
        return Ok(format!("a picture of {} x {} pixels", picture.width, picture.height));
    }
    pairs::describe(&bytes).map_err(|source| DataError::Malformed { path: path.to_owned(), source })
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
        Self { name: name.to_owned(), class_names, train, test, split: Split::Given }
    }

    /// How many images of which classes, in words.
    pub fn words(&self) -> String {
        let Self { class_names, train, test, split, .. } = self;
        let (learn, tested, classes) = (train.len(), test.len(), train.classes);
        let names = if self.is_numbered() { String::new() } else { format!(" ({})", class_names.join(", ")) };
        let held_out = match split {
            Split::Given => "",
            Split::LastFifth => "; tested on the last fifth of each class, by name",
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

    /// What a class is called; its number, should it have no name.
    pub fn class_name(&self, class: u8) -> String {
        self.class_names.get(usize::from(class)).cloned().unwrap_or_else(|| class.to_string())
    }

    /// What no collection may be, wherever it comes from.
    fn check(&self, dir: &Path) -> Result<(), DataError> {
        let Self { train, test, .. } = self;
        let path = dir.to_owned();
        let [ours, theirs] = [train, test].map(|set| (set.width, set.height));
        if ours != theirs {
            return Err(DataError::SizeMismatch { path, train: ours, test: theirs });
        }
        if train.classes < 2 {
            return Err(DataError::OneClass { path });
        }
        if train.images.iter().all(|&pixel| pixel == 0) {
            return Err(DataError::Black { path });
        }
        Ok(())
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
        let Self { name: _, class_names: _, train, test, split: _ } = self;
        let mut hash = Xxh3::new();
        for set in [train, test] {
            hash.update(&(set.width as u64).to_le_bytes());
            hash.update(&(set.len() as u64).to_le_bytes());
            set.images.rows().into_iter().for_each(|row| row.as_slice().into_iter().for_each(|pixels| hash.update(pixels)));
            hash.update(&set.labels);
        }
        format!("{:016x}", hash.digest())
    }

    /// For tuning: the last `n` training images take the place of the test images, which stay unseen.
    pub fn holdout(&self, n: usize) -> Result<Self, DataError> {
        let total = self.train.len();
        if n == 0 || n >= total {
            return Err(DataError::Holdout { asked: n, most: total - 1 });
        }
        Ok(Self {
            name: format!("{} (last {n} training images held out)", self.name),
            class_names: Arc::clone(&self.class_names),
            train: self.train.range(0, total - n),
            test: self.train.range(total - n, total),
            split: self.split,
        })
    }
}
