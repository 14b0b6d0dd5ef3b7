//! Errors of loading images. Every message names the file or folder and the remedy.

use super::idx::IdxError;
use super::npy::ArrayError;
use super::picture::PictureError;
use super::table::TableError;
use super::{MAX_BYTES, MAX_CLASSES};
use std::path::PathBuf;

/// Error of loading images.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The folder does not exist or is not a folder.
    #[error("{} is not a folder of images{reason}; name a folder, or an NPZ or CSV file, with --data", path.display())]
    NoFolder {
        /// The requested folder.
        path: PathBuf,
        /// What it is instead, with a leading colon, or empty.
        reason: String,
    },
    /// A folder without images.
    #[error(
        "{0} holds no images: looked for IDX files (names with train and images and idx, train and labels and idx, and the same with test \
         or t10k), pictures by class ({0}/train/CLASS/* with {0}/test/CLASS/*, or {0}/CLASS/*; PNG, JPEG, WebP, BMP, TIFF), NPZ and CSV; \
         name another folder with --data",
        path.display()
    )]
    NoImages {
        /// The folder searched.
        path: PathBuf,
    },
    /// One or more of the four files are missing.
    #[error("{} lacks {}; each may end in .gz; put them there or name another folder with --data", path.display(), missing.join(", "))]
    Missing {
        /// The folder searched.
        path: PathBuf,
        /// The missing files, with the usual name of each.
        missing: Vec<String>,
    },
    /// Two files for the same role.
    #[error("{} has {first} and {second}, which belong to two collections; give each a folder of its own and name one of them with --data", path.display())]
    Ambiguous {
        /// The folder searched.
        path: PathBuf,
        /// The first file.
        first: String,
        /// The second file.
        second: String,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}; check that it is a file you may read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The content of a file does not match its name.
    #[error("{}: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: IdxError,
    },
    /// An image file cannot be used.
    #[error("{}: {source}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: PictureError,
    },
    /// Images of different sizes.
    #[error(
        "{} has {} x {} pixels, but {} has {} x {}; all pictures must be of one size, so scale or crop them",
        path.display(), size.0, size.1, first.display(), first_size.0, first_size.1
    )]
    PictureSize {
        /// The file that differs.
        path: PathBuf,
        /// Its width and height.
        size: (usize, usize),
        /// The first file, which gave the size.
        first: PathBuf,
        /// Its width and height.
        first_size: (usize, usize),
    },
    /// Class folders without readable images.
    #[error(
        "{} holds no pictures that can be read, only {}; convert them to PNG or JPEG",
        path.display(),
        left_out.iter().map(|(format, count)| format!("{count} {format}")).collect::<Vec<_>>().join(", ")
    )]
    NoPictures {
        /// The folder.
        path: PathBuf,
        /// The files there, by extension.
        left_out: Vec<(String, usize)>,
    },
    /// A file of arrays cannot be used.
    #[error("{}: {source}", path.display())]
    Arrays {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ArrayError,
    },
    /// A CSV table cannot be used.
    #[error("{}: {source}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: TableError,
    },
    /// A file in an unsupported format.
    #[error("{} is {what}; {remedy}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Name of the format.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A class with too few images to hold some out.
    #[error(
        "{}: {class} has {found} images; without test images of their own a class needs at least 2, of which a fifth is held out, so add some \
         or provide test images",
        path.display()
    )]
    FewImages {
        /// The folder or file.
        path: PathBuf,
        /// The class.
        class: String,
        /// Number of its images.
        found: usize,
    },
    /// Test images without training images.
    #[error("{} is there but {} is not; add the training images, for without them there is nothing to learn from", there.display(), missing.display())]
    HalfSplit {
        /// The folder or file that exists.
        there: PathBuf,
        /// The one that is missing.
        missing: PathBuf,
    },
    /// Test classes without training images.
    #[error("{}: there are test images but no training images of class {classes}; add training images of it", path.display())]
    UnknownClasses {
        /// The folder or file.
        path: PathBuf,
        /// Their names.
        classes: String,
    },
    /// No test images.
    #[error("{}: there are no test images; add some", path.display())]
    NoTest {
        /// The folder or file.
        path: PathBuf,
    },
    /// More classes than the maximum number of labels.
    #[error("{} has {found} class folders, the most is {MAX_CLASSES}; merge classes, or make a folder with links to some of them", path.display())]
    TooManyClasses {
        /// The folder.
        path: PathBuf,
        /// Number of class folders.
        found: usize,
    },
    /// The file of class names does not fit.
    #[error("{}: {reason}", path.display())]
    ClassNames {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The images exceed the memory limit.
    #[error("{} has {images} pictures of {pixels} pixels, which need {bytes} bytes; the most is {MAX_BYTES}, and they must fit into memory; use fewer or smaller ones", path.display())]
    Memory {
        /// The folder.
        path: PathBuf,
        /// Number of images.
        images: usize,
        /// Pixels per image.
        pixels: usize,
        /// Memory they would need.
        bytes: u64,
    },
    /// The numbers of images and labels differ.
    #[error(
        "{} holds {images} images but {} holds {labels} labels; both must come from the same collection",
        image_file.display(), label_file.display()
    )]
    CountMismatch {
        /// File with the images.
        image_file: PathBuf,
        /// File with the labels.
        label_file: PathBuf,
        /// Number of images.
        images: usize,
        /// Number of labels.
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
    /// Fewer than two classes.
    #[error("{}: all images are of one class; learning needs images of at least 2 classes", path.display())]
    OneClass {
        /// The folder.
        path: PathBuf,
    },
    /// All pixels have the same value.
    #[error(
        "{}: every pixel of every training image has the value {level}, and so have transparent ones if that is 0; nothing can be told \
         apart, so look at the images in another program",
        path.display()
    )]
    Blank {
        /// The folder.
        path: PathBuf,
        /// The value.
        level: u8,
    },
    /// Reading was cancelled.
    #[error("reading {} was stopped; nothing was changed", path.display())]
    Stopped {
        /// The folder.
        path: PathBuf,
    },
    /// More images were to be held out than possible.
    #[error("cannot hold out {asked} training images; choose 1 to {most}")]
    Holdout {
        /// Number of images requested.
        asked: usize,
        /// Maximum that leaves an image to learn from.
        most: usize,
    },
}
