//! Why there are no images to learn from. Every message names the file or folder and the remedy.

use super::idx::IdxError;
use super::picture::PictureError;
use super::{MAX_BYTES, MAX_CLASSES};
use std::path::PathBuf;

/// Why there are no images to learn from.
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
    /// A folder without anything to learn from.
    #[error(
        "{0} holds no images: looked for IDX files (names with train and images and idx3, train and labels and idx1, and the same with \
         test or t10k) and for PNG files by class ({0}/train/CLASS/*.png with {0}/test/CLASS/*.png, or {0}/CLASS/*.png); put them there \
         or name another folder with --data",
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
        /// What was looked for and not found, with the usual name of each.
        missing: Vec<String>,
    },
    /// Two files for one purpose.
    #[error("{} has {first} and {second}; which one to use nobody can tell, so keep one collection in a folder", path.display())]
    Ambiguous {
        /// The folder searched.
        path: PathBuf,
        /// One file.
        first: String,
        /// Another.
        second: String,
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
    /// A picture cannot be used.
    #[error("{}: {source}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: PictureError,
    },
    /// Pictures of two sizes.
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
    /// A picture in another format, which would be left out unnoticed.
    #[error("{} is not a PNG file; convert it or take it away", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
    },
    /// A class without enough pictures.
    #[error("{} has {} PNG files, a class needs at least {needed}; add some or take the folder away", path.display(), found)]
    FewPictures {
        /// The folder of the class.
        path: PathBuf,
        /// Pictures there.
        found: usize,
        /// Pictures needed.
        needed: usize,
    },
    /// Training pictures without test pictures, or the reverse.
    #[error("{} is there but {} is not; add it, or put the class folders directly into {} to hold out a fifth of each", there.display(), missing.display(), path.display())]
    HalfSplit {
        /// The folder of both.
        path: PathBuf,
        /// The one found.
        there: PathBuf,
        /// The one not found.
        missing: PathBuf,
    },
    /// A class to be tested on that was never learnt.
    #[error("{} has no counterpart in {}; a class needs pictures to learn from", path.display(), train.display())]
    UnknownClass {
        /// The folder of the class.
        path: PathBuf,
        /// The folder of training classes.
        train: PathBuf,
    },
    /// More classes than labels have numbers.
    #[error("{} has {found} class folders, the most is {MAX_CLASSES}; merge some or take some away", path.display())]
    TooManyClasses {
        /// The folder.
        path: PathBuf,
        /// Folders found.
        found: usize,
    },
    /// The list of names does not fit.
    #[error("{}: {reason}", path.display())]
    ClassNames {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// More than may be held.
    #[error("{} has {images} pictures of {pixels} pixels, which need {bytes} bytes; the most is {MAX_BYTES}, and they must fit into memory; use fewer or smaller ones", path.display())]
    Memory {
        /// The folder.
        path: PathBuf,
        /// Pictures found.
        images: usize,
        /// Pixels of each.
        pixels: usize,
        /// What they would take.
        bytes: u64,
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
    #[error("{}: all images are of one class; learning needs images of at least 2 classes", path.display())]
    OneClass {
        /// The folder.
        path: PathBuf,
    },
    /// There is nothing to see.
    #[error(
        "{}: every pixel of every training image is black, and so are transparent ones; a network sees light on dark, so invert the images",
        path.display()
    )]
    Black {
        /// The folder.
        path: PathBuf,
    },
    /// Whoever watched the reading had enough.
    #[error("reading {} was stopped; nothing was changed", path.display())]
    Stopped {
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
