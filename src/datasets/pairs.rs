//! A folder of four IDX files: images and labels to learn from, and to be tested on. They are known by their names, which
//! differ from collection to collection: MNIST, Fashion-MNIST, KMNIST and EMNIST are all found.

use super::idx::{self, IdxError};
use super::{Data, DataError, Dataset, MAX_BYTES, Split, classes, name_of, read};
use std::path::{Path, PathBuf};

/// Images and labels to learn from, then those to be tested on.
pub(super) type Files = [[PathBuf; 2]; 2];

/// What is looked for: for people, the words of a name, the usual name.
const WANTED: [[Wanted; 2]; 2] = [
    [
        Wanted { what: "training images", split: &["train"], kind: "images", rank: "idx3" },
        Wanted { what: "training labels", split: &["train"], kind: "labels", rank: "idx1" },
    ],
    [
        Wanted { what: "test images", split: &["t10k", "test"], kind: "images", rank: "idx3" },
        Wanted { what: "test labels", split: &["t10k", "test"], kind: "labels", rank: "idx1" },
    ],
];

struct Wanted {
    what: &'static str,
    split: &'static [&'static str],
    kind: &'static str,
    rank: &'static str,
}

impl Wanted {
    /// Whether a file is of this kind, and how usual its name is: the least is the best.
    fn fits(&self, name: &str) -> Option<(usize, bool, bool)> {
        let plain = name.strip_suffix(".gz").unwrap_or(name);
        let split = self.split.iter().position(|split| plain.contains(split))?;
        let fits = plain.contains(self.kind) && plain.contains(self.rank);
        fits.then_some((split, plain.contains(".idx"), plain.len() < name.len()))
    }

    /// The name without what may vary within one collection.
    fn collection(&self, name: &str) -> String {
        let plain = name.strip_suffix(".gz").unwrap_or(name).replace('.', "-");
        self.split.iter().fold(plain, |plain, split| plain.replace(split, self.split[0]))
    }

    /// The usual name, and what names will do.
    fn words(&self) -> String {
        let Self { what, split, kind, rank } = self;
        format!("{}-{kind}-{rank}-ubyte ({what}: any name with {} and {kind} and {rank})", split[0], split.join(" or "))
    }
}

/// The four files of a folder; none if no file is called like one.
pub(super) fn find(dir: &Path) -> Result<Option<Files>, DataError> {
    let unreadable = |source| DataError::Unreadable { path: dir.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        // names that are no Unicode have none of the words looked for
        names.extend(entry.map_err(unreadable)?.file_name().into_string().ok());
    }
    names.sort();
    let mut missing = Vec::new();
    let mut files = Files::default();
    for (wanted, file) in WANTED.iter().flatten().zip(files.iter_mut().flatten()) {
        let mut fitting: Vec<_> = names.iter().filter_map(|name| Some((wanted.fits(&name.to_lowercase())?, name))).collect();
        fitting.sort();
        let Some((_, best)) = fitting.first() else {
            missing.push(wanted.words());
            continue;
        };
        let ours = wanted.collection(&best.to_lowercase());
        if let Some((_, other)) = fitting.iter().find(|(_, name)| wanted.collection(&name.to_lowercase()) != ours) {
            return Err(DataError::Ambiguous { path: dir.to_owned(), first: (*best).clone(), second: (*other).clone() });
        }
        *file = dir.join(best);
    }
    match missing.len() {
        0 => Ok(Some(files)),
        4 => Ok(None),
        _ => Err(DataError::Missing { path: dir.to_owned(), missing }),
    }
}

/// Load the four files.
pub(super) fn load(dir: &Path, [train, test]: Files) -> Result<Data, DataError> {
    let (train, test) = (load_split(train)?, load_split(test)?);
    let class_names = classes::names(dir, train.classes.max(test.classes))?;
    let classes = class_names.len();
    let (train, test) = (Dataset { classes, ..train }, Dataset { classes, ..test });
    Ok(Data { name: name_of(dir), class_names: class_names.into(), train, test, split: Split::Given })
}

fn load_split([image_file, label_file]: [PathBuf; 2]) -> Result<Dataset, DataError> {
    let idx::Images { pixels, width, height } = parse(&image_file, idx::parse_images)?;
    let labels = parse(&label_file, idx::parse_labels)?;
    if pixels.nrows() != labels.len() {
        let (images, labels) = (pixels.nrows(), labels.len());
        return Err(DataError::CountMismatch { image_file, label_file, images, labels });
    }
    let classes = labels.iter().max().map_or(0, |&most| usize::from(most) + 1);
    Ok(Dataset { images: pixels, labels, width, height, classes })
}

fn parse<T>(path: &Path, parse: impl Fn(&[u8]) -> Result<T, IdxError>) -> Result<T, DataError> {
    parse(&read(path, MAX_BYTES + 64)?).map_err(|source| DataError::Malformed { path: path.to_owned(), source })
}

/// What is in a file, in words.
pub(super) fn describe(bytes: &[u8]) -> Result<String, IdxError> {
    match idx::parse_images(bytes) {
        Ok(images) => Ok(format!("{} images of {} x {} pixels", images.pixels.nrows(), images.width, images.height)),
        Err(IdxError::Magic { found: idx::LABELS_MAGIC, .. }) => {
            let labels = idx::parse_labels(bytes)?;
            Ok(format!("{} labels, the largest is {}", labels.len(), labels.iter().max().unwrap_or(&0)))
        }
        Err(error) => Err(error),
    }
}
