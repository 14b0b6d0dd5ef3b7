//! Labelled images to learn from: whatever the source, arrays of grey pixels and class numbers, checked.

mod drawing;
mod idx;
mod mnist;

pub use drawing::Canvas;
pub use idx::{IdxError, Images, parse_images, parse_labels};
pub use mnist::{describe_file, load_dir};

use ndarray::{Array2, ArrayView1, Axis, Slice};
use std::path::PathBuf;
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
    pub class_names: Vec<String>,
    /// Images to learn from.
    pub train: Dataset,
    /// Images to be tested on.
    pub test: Dataset,
}

impl Data {
    /// A collection whose classes have numbers, as digits have.
    pub fn numbered(name: &str, train: Dataset, test: Dataset) -> Self {
        let class_names = (0..train.classes).map(|class| class.to_string()).collect();
        Self { name: name.to_owned(), class_names, train, test }
    }

    /// Hash of all images and labels, hexadecimal: whether two folders hold the same data.
    pub fn digest(&self) -> String {
        let Self { name: _, class_names: _, train, test } = self;
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
            class_names: self.class_names.clone(),
            train: self.train.range(0, total - n),
            test: self.train.range(total - n, total),
        })
    }
}

/// Why there are no images to learn from. Every message names the file or folder and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The folder is not there or no folder.
    #[error("{} is not a folder of images{reason}; put the four MNIST files there or name another folder with --data", path.display())]
    NoFolder {
        /// The folder asked for.
        path: PathBuf,
        /// What it is instead, with a leading colon, or nothing.
        reason: String,
    },
    /// One or more of the four files are missing.
    #[error(
        "{} lacks {}; each may be named with - or . before idx and may end in .gz; put them there or name another folder with --data",
        path.display(), missing.join(", ")
    )]
    Missing {
        /// The folder searched.
        path: PathBuf,
        /// The usual name of every file not found.
        missing: Vec<String>,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}; check that it is a file you may read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file is not what its name says.
    #[error("{}: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: IdxError,
    },
    /// Images and labels do not belong together.
    #[error(
        "{} holds {images} images but {} holds {labels} labels; both must come from the same download",
        image_file.display(), label_file.display()
    )]
    CountMismatch {
        /// File of the images.
        image_file: PathBuf,
        /// File of the labels.
        label_file: PathBuf,
        /// Images found.
        images: usize,
        /// Labels found.
        labels: usize,
    },
    /// Training and test images differ in size.
    #[error(
        "{}: training images have {} x {} pixels, test images {} x {}; both must be of one size",
        path.display(), train.0, train.1, test.0, test.1
    )]
    SizeMismatch {
        /// The folder.
        path: PathBuf,
        /// Width and height of the training images.
        train: (usize, usize),
        /// Width and height of the test images.
        test: (usize, usize),
    },
    /// There is nothing to tell apart.
    #[error("{}: every label is 0; learning needs images of at least 2 classes", path.display())]
    OneClass {
        /// The folder.
        path: PathBuf,
    },
    /// More images were to be held out than there are.
    #[error("cannot hold out {asked} training images; choose 1 to {most}")]
    Holdout {
        /// Images asked for.
        asked: usize,
        /// The most that leaves one to learn from.
        most: usize,
    },
}
